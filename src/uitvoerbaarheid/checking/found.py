"""What is found in a document before it is weighed and named: the material of a finding."""

from __future__ import annotations

from dataclasses import dataclass, field

from uitvoerbaarheid.checking.places import Place
from uitvoerbaarheid.records import Section


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule has to say at one place.

    ``section`` is None for what is of the whole document. ``quote`` are the words it is about, "" for none;
    ``detail`` tells it from others of its rule in the same section (which paragraph is referred to). ``mild``
    is for a finding in a section that is good enough as a whole.
    """

    rule: str
    message: str
    section: Section | None = None
    place: Place = field(default_factory=Place)
    question: str | None = None
    quote: str = ""
    detail: str = ""
    mild: bool = False

    @property
    def words(self) -> str:
        """The words that name it: those it is about, else the whole text of its section."""
        return self.quote or (self.section.text if self.section else "")
