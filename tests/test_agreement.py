"""Krippendorff's alpha, on the examples of his "Computing Krippendorff's Alpha-Reliability" (2011)."""

from __future__ import annotations

import pytest

from uitvoerbaarheid.agreement import agreement


def units(*readers: str) -> list[list[str]]:
    """A line of values per reader as the values per unit; a point is a unit that was not read."""
    return [
        [value for value in column if value != "."]
        for column in zip(*(reader.split() for reader in readers), strict=True)
    ]


def test_two_readers_and_two_values() -> None:
    found = agreement(units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"), "01", "nominal")
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert (found.pairs, found.equal) == (10, 6)


def test_two_readers_and_five_values() -> None:
    found = agreement(units("a a b b d c c c e d d a", "b a b b b c c c e d d d"), "abcde", "nominal")
    assert found.alpha == pytest.approx(0.692, abs=0.0005)


@pytest.mark.parametrize(("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_four_readers_with_values_missing(scale: str, alpha: float) -> None:
    found = agreement(
        units(
            "1 2 3 3 2 1 4 1 2 . . .",
            "1 2 3 3 2 2 4 1 2 5 . 3",
            ". 3 3 3 2 3 4 2 2 5 1 .",
            "1 2 3 3 2 4 4 1 2 5 1 .",
        ),
        "12345",
        scale,  # type: ignore[arg-type]
    )
    assert found.alpha == pytest.approx(alpha, abs=0.0005)


def test_full_agreement_is_one_and_without_variation_there_is_nothing_to_tell() -> None:
    assert agreement([[0, 0], [2, 2]], range(3), "ordinal").alpha == 1
    assert agreement([[1, 1], [1, 1]], range(3), "ordinal").alpha is None
    assert agreement([[1], [2]], range(3), "ordinal") == agreement([], range(3), "ordinal")


def test_a_value_that_is_not_on_the_scale_is_refused() -> None:
    with pytest.raises(KeyError):
        agreement([[0, 3]], range(3), "ordinal")
