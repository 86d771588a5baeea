"""The project's own training sections keep to their schema and to the labelling guideline."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from uitvoerbaarheid.records import CRITERIA, Kind

FOLDER = Path(__file__).parents[1] / "data" / "training"
KINDS = set(get_args(Kind))
COMMON = {"id", "kind", "heading", "text", "role", "why"}


def _rows(name: str, folder: Path = FOLDER) -> list[dict]:
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ROWS = _rows("sections")
POLICY = [row for row in ROWS if row["role"] == "policy"]
VARIANTS = [row for row in ROWS if "pair_of" in row]
BASES = {row["id"]: row for row in POLICY if "pair_of" not in row}


def _expected_level(row: dict) -> int:
    """The level that the criteria lead to, before any step up or down."""
    covered = sum(row[name] == 2 for name in ("actor", "budget", "deadline"))
    if row["measure"] == 2 and covered >= 2:
        return covered + 1
    if row["measure"] == 2 or row["goal"] == 2:
        return 2
    return 1 if row["measure"] == 1 else 0


def _allowed_levels(row: dict) -> set[int]:
    expected = _expected_level(row)
    if "stap omlaag" in row["why"]:
        return {expected - 1}
    if "stap omhoog" in row["why"]:
        return {expected + 1}
    # "We zetten in op" plus an effect is a measure of 1, yet still only a wish.
    wish = all(row[name] <= 1 for name in CRITERIA)
    return {0, 1} if expected == 1 and wish else {expected}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_row_has_the_fields_of_its_role(row: dict) -> None:
    extra = {*CRITERIA, "level"} if row["role"] == "policy" else set()
    assert set(row) - {"pair_of", "removed"} == COMMON | extra
    assert ("pair_of" in row) == ("removed" in row)
    assert row["role"] in {"policy", "context", "other"}
    assert row["kind"] in KINDS
    assert all(row[name].strip() for name in COMMON)
    assert len(row["text"].split()) >= 15


@pytest.mark.parametrize("row", POLICY, ids=lambda row: row["id"])
def test_level_follows_from_the_criteria(row: dict) -> None:
    assert all(row[name] in (0, 1, 2) for name in CRITERIA)
    assert row["level"] in _allowed_levels(row)


@pytest.mark.parametrize("row", VARIANTS, ids=lambda row: row["id"])
def test_variant_is_lower_on_what_was_removed_only(row: dict) -> None:
    base = BASES[row["pair_of"]]
    assert row["removed"]
    assert len(set(row["removed"])) == len(row["removed"])
    assert [name for name in CRITERIA if row[name] < base[name]] == [
        name for name in CRITERIA if name in row["removed"]
    ]
    assert all(row[name] == base[name] for name in {*CRITERIA} - {*row["removed"]})
    assert row["level"] <= base["level"]
    assert row["kind"] == base["kind"]
    assert row["text"] != base["text"]


def test_ids_number_the_rows_and_texts_differ() -> None:
    assert [row["id"] for row in ROWS] == [f"own#{n:03d}" for n in range(1, len(ROWS) + 1)]
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_there_is_enough_of_every_level_role_and_kind() -> None:
    levels = Counter(row["level"] for row in POLICY)
    assert len(ROWS) >= 400
    assert len(VARIANTS) >= 100
    assert all(levels[level] >= 15 for level in range(5))
    assert {row["role"] for row in ROWS} == {"policy", "context", "other"}
    assert {row["kind"] for row in ROWS} == KINDS


def test_readme_states_the_counts_of_the_file() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    total = re.search(r"^\| samen \|(.+)\|$", readme, re.MULTILINE)
    assert total is not None
    levels = Counter(row["level"] for row in POLICY)
    roles = Counter(row["role"] for row in ROWS)
    expected = [*(levels[level] for level in range(5)), roles["context"], roles["other"], len(ROWS)]
    assert [int(cell) for cell in total.group(1).split("|")] == expected


def test_no_phrase_gives_a_level_away() -> None:
    """A run of five words that stands in many sections would teach the phrase instead of the level.

    A section and its variants count as one: they share their words on purpose.
    """
    runs: dict[str, set[tuple[str, ...]]] = {}
    for row in POLICY:
        words = re.findall(r"\w+", row["text"].lower())
        own = runs.setdefault(row.get("pair_of", row["id"]), set())
        own.update(tuple(words[i : i + 5]) for i in range(len(words) - 4))
    seen = Counter(run for own in runs.values() for run in own)
    assert [" ".join(run) for run, count in seen.items() if count >= 5] == []


NEAR_MISSES = _rows("near_misses", FOLDER.parent / "benchmarks")


@pytest.mark.parametrize("row", NEAR_MISSES, ids=lambda row: row["id"])
def test_near_miss_has_a_variant_for_each_criterion_at_two(row: dict) -> None:
    criteria = row["criteria"]
    assert row["kind"] in KINDS
    assert set(criteria) == set(CRITERIA)
    assert row["level"] == _expected_level(criteria)
    assert row["level"] in (3, 4)
    at_two = [name for name in ("actor", "budget", "deadline") if criteria[name] == 2]
    assert sorted(variant["removed"] for variant in row["variants"]) == at_two
    assert all(variant["value"] in (0, 1) for variant in row["variants"])
    texts = {row["text"], *(variant["text"] for variant in row["variants"])}
    assert len(texts) == len(row["variants"]) + 1


def test_near_misses_are_not_among_the_training_sections() -> None:
    assert len(NEAR_MISSES) >= 45
    assert len({row["id"] for row in NEAR_MISSES}) == len(NEAR_MISSES)
    assert not {row["text"] for row in NEAR_MISSES} & {row["text"] for row in ROWS}


DIGEST = re.compile(r"[0-9a-f]{24}")
SHORT_DIGEST = re.compile(r"[0-9a-f]{12}")


def test_labels_of_corpus_sections_hold_no_text() -> None:
    rows = _rows("corpus_sections")
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    for row in rows:
        assert DIGEST.fullmatch(row["text"])
        policy = {*CRITERIA, "level"} if row["role"] == "policy" else set()
        assert set(row) - {"edition_of"} == {"id", "kind", "doc", "text", "role"} | policy
        assert all(row[name] in range(5 if name == "level" else 3) for name in policy)


def test_labels_of_corpus_sentences_hold_no_text() -> None:
    rows = _rows("corpus_sentences")
    assert len({(row["doc"], row["heading"]) for row in rows}) == len(rows)
    for row in rows:
        assert set(row) - {"edition_of", "actors"} == {"doc", "heading", "labels"}
        assert SHORT_DIGEST.fullmatch(row["heading"])
        for digest, letters in row["labels"].items():
            assert SHORT_DIGEST.fullmatch(digest)
            assert re.fullmatch(r"(g[12]?)?(m[12]?)?(o[12]?)?v?", letters)
        for digest, spans in row.get("actors", {}).items():
            assert digest in row["labels"]
            assert all(0 <= start < end for start, end in spans)
