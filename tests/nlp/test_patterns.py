"""Patterns that are tried only where they can match find what the regular expression itself finds."""

from __future__ import annotations

import gc
import random
import re
import weakref

import pytest

from uitvoerbaarheid.nlp import patterns
from uitvoerbaarheid.nlp.budgets.rules import budget_rules
from uitvoerbaarheid.nlp.columns import linking, settings
from uitvoerbaarheid.nlp.deadlines.vocabulary import vocabulary
from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist, counts_in, heads_of, needs_of
from uitvoerbaarheid.nlp.rules import compile_phrases, group_pattern, read_rules
from uitvoerbaarheid.scoring.features import _cue_patterns

LABELS = ("goal", "measure", "monitoring", "vague")
FILES = (*(("lexicons", f"{label}.toml") for label in LABELS), ("lexicons", "modality.toml"))


def _patterns() -> list[Pattern]:
    """The patterns of the rules, of every kind."""
    dates, money = vocabulary(), budget_rules()
    labels = [group_pattern(rule) for label in LABELS for rule in read_rules("lexicons", f"{label}.toml")]
    firmness = [compile_phrases(rule.data["words"], 9) for rule in read_rules("lexicons", "modality.toml")]
    terms = [dates.moment, dates.frequency, dates.duration, dates.vague, dates.document_noun]
    terms += [one.pattern for found in dates.exclusions.values() for one in found]
    terms += [*dates.history.values(), *dates.target.values()]
    sums = [pattern for rule in money.exclusions for pattern in rule.scopes.values()]
    sums += [pattern for wording in money.wordings for pattern in wording.patterns]
    sums += [denial.pattern for denial in money.denials]
    sums += [money.money, money.followed, money.unit, money.named_source, money.source_end]
    tied = [linking(name) for name in settings()["linking"] if name != "common"]
    cues = [pattern for group in _cue_patterns().values() for pattern in group.values()]
    return [*labels, *firmness, *terms, *sums, *tied, *cues]


def _examples() -> list[str]:
    """The sentences of the rules, as written, and others with the same words in them."""
    files = (*FILES, ("patterns", "budgets.toml"), ("patterns", "deadlines.toml"))
    rules = [rule for file in files for rule in read_rules(*file)]
    written = [text for rule in rules for text in (*rule.fires, *rule.misses) if isinstance(text, str)]
    dice = random.Random(7)
    words = [word for text in written for word in re.findall(r"\w+|\W", text)]
    made = ["".join(dice.choices(words, k=dice.randint(1, 25))) for _ in range(30)]
    changed = [dice.choice((str.upper, str.title, str.swapcase))(text) for text in dice.sample(written, 10)]
    odd = [text.replace("i", "ı", 1).replace("s", "ſ", 1) for text in dice.sample(written, 5)]
    return [*dice.sample(written, 40), *made, *changed, *odd, "", " ", "İstanbul wıl", "in ٢٠٢٦"]


def test_patterns_of_rules_find_what_their_regular_expressions_find() -> None:
    texts = _examples()
    spared = 0
    for pattern in _patterns():
        plain = pattern.compiled
        for text in texts:
            expected = [match.span() for match in plain.finditer(text)]
            assert [match.span() for match in pattern.finditer(text)] == expected, (pattern.pattern, text)
            spared += not pattern.may_match(text)
    assert spared > 0.8 * len(texts) * len(_patterns())


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"uiterlijk\s(?:in|voor)", {"uiterlijk"}),
        (r"\b(?:zal|zullen)\b", {"zal", "zullen"}),
        (r"(?:de\s)?(?:[Gg]emeente|raad)s?", {"gemeente", "raad"}),
        (r"(?:19|20)\d\d", {"19", "20"}),
        (r"€\s*\d+", {"€"}),
        (r"(?:geen\s)?\w+", None),
        (r"jaar|\w+", None),
        (r"[^a]+", None),
        (r"\d+", set("0123456789")),
        (r"[\da-z]", None),
        (r"(?!nooit)\w+", None),
    ],
)
def test_needs(pattern: str, needs: set[str] | None) -> None:
    assert needs_of(pattern, re.IGNORECASE) == needs


@pytest.mark.parametrize(
    ("pattern", "heads"),
    [
        (r"(?<!\w)(?:zal|zullen)(?!\w)", {"zal", "zullen"}),
        (r"\b(?:de\s)?gemeente", {"de", "gemeente"}),
        (r"(?<![\w.,])(?:€\s)?geld", {"€", "geld"}),
        (r"(?:\w+)?begroting", None),
        (r"begroting", None),
        (r"(?<!\d)begroting", None),
        (r"(?<=\w)begroting", None),
        (r"\b\w*begroting", {"*begroting"}),
        (r"\b\w*(?:nota|plan)s?\b", {"*nota", "*plan"}),
        (r"\b\w*\sbegroting", None),
        (r"(?<!\w)(?:\d|[1-3]x|[’'](?:2|3)\d)", {*"0123456789’'", "1x", "2x", "3x"}),
        (r"\b(?:begroting|)s", {"begrotings", "s"}),
    ],
)
def test_heads(pattern: str, heads: set[str] | None) -> None:
    assert heads_of(pattern, re.IGNORECASE) == heads


@pytest.mark.parametrize("start", range(12))
def test_search_and_match_from_an_offset_see_what_stands_before_it(start: int) -> None:
    text = "De raad, de raden en de gemeenteraad"
    pattern = Pattern(r"(?<!\w)(?:raad|raden)(?!\w)")
    plain = re.compile(pattern.pattern)
    for method in ("search", "match"):
        one, other = getattr(pattern, method)(text, start, 20), getattr(plain, method)(text, start, 20)
        assert (one and one.span()) == (other and other.span())


def test_patterns_of_rules_find_from_an_offset_what_their_regular_expressions_find() -> None:
    texts = [text for text in _examples() if text]
    dice = random.Random(5)
    found = 0
    for pattern in _patterns():
        for text in [text for text in texts if pattern.may_match(text)][:12]:
            start, end = dice.randrange(len(text) // 2 + 1), dice.randint(len(text) // 2, len(text))
            for method in ("search", "match"):
                ours, plain = (getattr(one, method)(text, start, end) for one in (pattern, pattern.compiled))
                assert (ours and ours.span()) == (plain and plain.span()), (pattern.pattern, text, start, end)
                found += plain is not None
    assert found > 100


def test_nothing_is_compiled_for_texts_without_the_words() -> None:
    pattern = Pattern(r"\bwaterschap\b")
    assert pattern.search("De raad besluit.") is None
    assert pattern._compiled is None
    assert pattern.search("Het waterschap besluit.") is not None


def test_matches_do_not_overlap() -> None:
    pattern = Pattern(r"\b(?:a b|b a)")
    assert [match[0] for match in pattern.finditer("a b a b")] == ["a b", "a b"]


def test_counts_are_those_of_each_pattern_by_itself() -> None:
    patterns = {
        "twee woorden": Pattern(r"\b(?:a b|b a)", re.IGNORECASE),
        "begin": Pattern(r"(?<!\w)(?:we willen|wens)", re.IGNORECASE),
        "overal": Pattern(r"\w+heid\b"),
        "cijfers": Pattern(r"\d+"),
        "geen": Pattern(r"\bwaterschap\b"),
    }
    for text in (
        "",
        "A b a b, b A 12",
        "We willen veiligheid en vrijheid; wensen we willenſ.",
        "WenS wenſ wens 3",
    ):
        expected = {name: len(pattern.compiled.findall(text)) for name, pattern in patterns.items()}
        assert counts_in(text, patterns) == expected
    assert {pattern._has_heads for pattern in patterns.values()} == {True, False}


def test_subn() -> None:
    pattern = Pattern(r"\braad\b")
    assert pattern.subn("college", "de raad en de raad") == ("de college en de college", 2)
    assert pattern.subn("college", "de provincie") == ("de provincie", 0)


def test_what_was_known_of_texts_goes_when_there_are_more_patterns() -> None:
    first = Pattern("vervangen")
    assert first.search("wordt vervangen")
    collects = gc.isenabled()
    gc.disable()
    try:
        before = weakref.ref(patterns._known.index)
        assert Pattern("aangevuld").search("wordt aangevuld")
        assert before() is None
    finally:
        if collects:
            gc.enable()


def test_without_the_parser_of_python_every_pattern_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "parser", None)
    tried = Pattern(r"\b(?:zal|zullen)\b", re.IGNORECASE)
    assert [match[0] for match in tried.finditer("Wij zullen, en men zal.")] == ["zullen", "zal"]
    assert tried.search("Er staat niets.") is None
    assert needs_of("zal") is None and heads_of(r"\bzal") is None


def test_a_part_of_a_text_holds_what_is_found_in_it_alone() -> None:
    texts = [text for text in _examples() if text]
    dice = random.Random(3)
    for pattern in _patterns():
        for text in dice.sample(texts, 12):
            start, end = sorted(dice.choices(range(len(text) + 1), k=2))
            found = pattern.compiled.search(text[start:end]) is not None
            assert pattern.holds_in(text, start, end) == found, (pattern.pattern, text, start, end)


def test_a_shortlist_is_the_rules_that_may_be_found_in_their_order() -> None:
    rules = {"raad": Pattern(r"\braad\b"), "any": Pattern(r"\w+"), "dijk": Pattern(r"\bdijk\b")}
    shortlist = Shortlist((name, [pattern]) for name, pattern in rules.items())
    assert list(shortlist) == ["raad", "any", "dijk"]
    assert shortlist.of("Een dijk.") == ["any", "dijk"]
    assert shortlist.of("Een dijk.", "De raad.") == ["raad", "any", "dijk"]
    assert shortlist.of("İ") == ["raad", "any", "dijk"]
    assert not Shortlist([("raad", [Pattern(r"\braad\b")])]).of("Een dijk.")
