"""Places in a document that the reports point to: a section, and words in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from uitvoerbaarheid.records import Promise, Report, Section
from uitvoerbaarheid.reports.deals import deal
from uitvoerbaarheid.reports.labels import pages, section_title, shorten

#: A heading shown in a list is cut after this many characters, words of a text after more.
SHORT_HEADING = 110
_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Place:
    """A section as others point to it: its title, its pages ("p. 3") and its name on the page."""

    id: str
    number: str | None
    title: str
    page: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a section with their place; ``anchor`` leads to the words themselves where they are marked.

    ``page`` is that of the words ("p. 3"), else the pages of the section.
    """

    text: str
    place: Place
    anchor: str
    page: str

    @property
    def where(self) -> str:
        """Section and page in words."""
        return ", ".join(part for part in (self.place.title, self.page) if part)


def anchors(sections: list[Section]) -> list[str]:
    """A name on the page for every section: from its id, so that links outlive a new scan."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for section in sections:
        name = "s-" + re.sub(r"[^A-Za-z0-9_-]+", "-", section.id)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def _page(page: int | None, place: Place) -> str:
    return f"p. {page}" if page else place.page


class Places:
    """The sections of a report by their id. Of two sections with one id the first is meant."""

    def __init__(self, report: Report) -> None:
        self._sections: dict[str, Section] = {}
        self._places: dict[str, Place] = {}
        self._promised: dict[tuple[str, int], Words | None] = {}
        for section, anchor in zip(report.sections, anchors(report.sections), strict=True):
            if section.id not in self._places:
                self._sections[section.id] = section
                self._places[section.id] = Place(
                    id=section.id,
                    number=section.number,
                    title=section_title(section, SHORT_HEADING),
                    page=pages(section),
                    anchor=anchor,
                )

    def get(self, section: str | None) -> Place | None:
        """The place of a section, None where the document has no section with that id."""
        return self._places.get(section or "")

    def quotes(self, section: str, mentions: Iterable[int]) -> list[Words]:
        """The words of mentions in a section, the same words once; what does not exist is left out."""
        found: dict[str, Words] = {}
        place = self.get(section)
        for index in mentions if place else ():
            text, anchor = self._marked(place, index) if place else ("", "")
            if place and text:
                page = self._sections[section].mentions[index].page
                found.setdefault(text.casefold(), Words(text, place, anchor, _page(page, place)))
        return list(found.values())

    def near(self, section: str, start: int, end: int) -> str | None:
        """The name on the page of a mention that holds these offsets of a section; else of the section."""
        place = self.get(section)
        if place is None:
            return None
        for index, mention in enumerate(self._sections[section].mentions):
            if mention.start < end and start < mention.end:
                return self._marked(place, index)[1] or place.anchor
        return place.anchor

    def promised(self, promise: Promise) -> Words | None:
        """The measure, goal or heading of a commitment, None where there is no such commitment."""
        key = (promise.section, promise.commitment)
        if key not in self._promised:
            self._promised[key] = self._words(*key)
        return self._promised[key]

    def _words(self, section_id: str, index: int) -> Words | None:
        place = self.get(section_id)
        section = self._sections.get(section_id)
        if place is None or section is None or not 0 <= index < len(section.commitments):
            return None
        shown = deal(section, section.commitments[index])
        parts = shown.what or shown.goal
        if not parts:
            return None
        page = _page(section.commitments[index].page, place)
        anchor = place.anchor
        if parts[0].index is not None:
            anchor = self._marked(place, parts[0].index)[1] or anchor
        return Words(shorten(parts[0].text, _QUOTE), place, anchor, page)

    def _marked(self, place: Place, index: int) -> tuple[str, str]:
        """The words of a mention and its name on the page; "" for a mention that is not in the text."""
        section = self._sections[place.id]
        if not 0 <= index < len(section.mentions):
            return "", ""
        mention = section.mentions[index]
        if not 0 <= mention.start < mention.end <= len(section.text):
            return "", ""
        return shorten(mention.text, _QUOTE), f"{place.anchor}-m{index}"
