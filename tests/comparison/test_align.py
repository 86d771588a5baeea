"""Rows of words laid beside each other."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.comparison.align import Hunk, align, longest_rise


def test_a_word_replaced() -> None:
    assert align(["a", "b", "c", "d"], ["a", "b", "x", "d"]) == [Hunk((2, 3), (2, 3))]


def test_words_put_in_and_left_out() -> None:
    old, new = (
        ["de", "raad", "stelt", "het", "plan", "vast"],
        ["de", "nieuwe", "raad", "stelt", "het", "plan"],
    )
    assert align(old, new) == [Hunk((1, 1), (1, 2)), Hunk((5, 6), (6, 6))]


def test_a_chance_word_between_two_edits_counts_as_edited() -> None:
    old = ["wij", "gaan", "morgen", "naar", "de", "grote", "markt"]
    new = ["wij", "zien", "straks", "iets", "van", "de", "kleine", "stad"]
    assert align(old, new) == [Hunk((1, 7), (1, 8))]


@given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcde"), max_size=40))
def test_what_lies_between_differences_is_equal(old: list[str], new: list[str]) -> None:
    at = [0, 0]
    for hunk in [*align(old, new), Hunk((len(old), len(old)), (len(new), len(new)))]:
        assert old[at[0] : hunk.old[0]] == new[at[1] : hunk.new[0]]
        assert hunk.old[0] >= at[0]
        at = [hunk.old[1], hunk.new[1]]


def test_long_texts_take_little_time() -> None:
    source = random.Random(5)
    words = [f"w{source.randrange(3000)}" for _ in range(60_000)]
    other = [word if source.random() > 0.02 else "anders" for word in words]
    started = time.process_time()
    hunks = align(words, other)
    assert time.process_time() - started < 5
    assert 800 < len(hunks) < 1600


def test_longest_rise() -> None:
    values = [5, 1, 2, 9, 3, 4]
    assert [values[at] for at in longest_rise(values)] == [1, 2, 3, 4]
    assert longest_rise([]) == []
