"""Plain text: which lines are headings, items and paragraphs."""

import pytest

from uitvoerbaarheid.extraction.model import Heading
from uitvoerbaarheid.extraction.text import text_stream


def shape(text):
    return [
        (f"h{item.depth}" if isinstance(item, Heading) else item.kind, item.text)
        for item in text_stream(text)
    ]


def test_numbered_heading_directly_above_its_text():
    text = """2 Verkeer
2.1 Fietspad
We leggen in 2027 een fietspad
langs de Duinweg.

2.2 Brug
De brug wordt breder.
"""
    assert shape(text) == [
        ("h1", "2 Verkeer"),
        ("h2", "2.1 Fietspad"),
        ("paragraph", "We leggen in 2027 een fietspad langs de Duinweg."),
        ("h2", "2.2 Brug"),
        ("paragraph", "De brug wordt breder."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. Fietspad\n2. Brug\n3. Bank in het park",
        "1. Fietspad\nWij leggen het aan.\n2. Brug\nWij maken haar breder.",
        "1. Fietspad\nlangs de hele Duinweg",
        "1. Wij leggen een fietspad aan.\nDat is klaar in 2027.",
        "Dit zijn de acties:\n1. Fietspad\nDat is klaar in 2027.",
        "1 Inleiding\n1.1 Aanleiding\n1.2 Doel\n2 Verkeer",
        "Het fietspad is niet breder dan\n2.1 Meter\nDat is te smal.",
    ],
)
def test_numbered_lines_that_are_no_headings(text):
    assert not [kind for kind, _ in shape(text) if kind.startswith("h")]


def test_marked_headings():
    text = "# Plan Groen\nWij planten bomen.\n## 1. Doel ##\n\nMeer schaduw.\n\n#hashtag is gewone tekst."
    assert shape(text) == [
        ("h1", "Plan Groen"),
        ("paragraph", "Wij planten bomen."),
        ("h2", "1. Doel"),
        ("paragraph", "Meer schaduw."),
        ("paragraph", "#hashtag is gewone tekst."),
    ]
