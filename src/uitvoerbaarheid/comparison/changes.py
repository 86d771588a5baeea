"""What changed in a section, in sentences that a reader can check: with the words of both versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from uitvoerbaarheid.comparison.match import Group, heading_words, stands_in
from uitvoerbaarheid.comparison.passages import Laid, Passage
from uitvoerbaarheid.comparison.quotes import quote_found, quote_units
from uitvoerbaarheid.comparison.records import Change, ChangeKind, Direction, Quote
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.comparison.values import Difference, Found, Values, differences, found_at, range_of
from uitvoerbaarheid.comparison.words import Text
from uitvoerbaarheid.extraction.strings import bare, split_number
from uitvoerbaarheid.records import CRITERIA, Criterion, Section
from uitvoerbaarheid.reports.labels import label, section_title, shorten
from uitvoerbaarheid.reports.places import SHORT_HEADING
from uitvoerbaarheid.scoring.stems import content_words

#: Words of a document in a sentence of the comparison are cut after this many characters.
_SHOWN = 160
#: How many other measures one is weighed against, and how many may share a word for it to tell them apart.
_NEAREST, _MOST_WITH_WORD = 8, 40


def words(kind: str, **values: object) -> str:
    """A sentence of the comparison with its values filled in."""
    return str(settings()["text"][kind]).format(**values)


def place(quote: Quote | None) -> str:
    """The page of a quote: " (p. 12)", or "" for a format without pages."""
    return f" (p.\u00a0{quote.page})" if quote and quote.page else ""


def _both_pages(old: Quote | None, new: Quote | None) -> str:
    """The pages of two quotes: " (p. 18, nu p. 19)", or "" for a format without pages."""
    was, now = (f"p.\u00a0{quote.page}" if quote and quote.page else "" for quote in (old, new))
    both = f"{was}, nu {now}" if was and now else was or now
    return f" ({both})" if both else ""


class Changes:
    """Finds the changes between two versions that were laid beside each other."""

    def __init__(self, laid: Laid) -> None:
        self.laid, self.old, self.new = laid, laid.old, laid.new
        self._old_values, self._new_values = Values(laid.old), Values(laid.new)
        self._passages: dict[int, list[Passage]] = {}
        for passage in laid.passages():
            self._passages.setdefault(id(passage.group), []).append(passage)
        self._old_measures = [_Measure(laid.old, s, m) for s, m in _measures(laid.old)]
        self._new_measures = [_Measure(laid.new, s, m) for s, m in _measures(laid.new)]
        self._old_names = {bare(split_number(s.heading)[1]) for s in laid.old.sections}
        self._new_names = {bare(split_number(s.heading)[1]) for s in laid.new.sections}
        self._came = [m for m in self._new_measures if m.is_telling and self._differs(m.found, old=False)]
        self._gone = [m for m in self._old_measures if m.is_telling and self._differs(m.found, old=True)]
        self._came_by_word, self._gone_by_word = _by_word(self._came), _by_word(self._gone)

    def of(self, group: Group) -> list[Change]:
        """All changes of a group: of the section itself, its judgement, values, measures and text."""
        if not group.old or not group.new:
            return list(self._one_sided(group))
        passages = self._passages.get(id(group), [])
        inside = _once([change for passage in passages for change in self._in(passage)])
        return [*self._of_section(group), *self._judged(group, passages), *inside]

    # ----------------------------------------------------------------------------- the section as a whole

    def _of_section(self, group: Group) -> Iterator[Change]:
        olds = [self.old.sections[s] for s in group.old]
        news = [self.new.sections[t] for t in group.new]
        if not group.joined and len(olds) != len(news):
            kind = "split" if len(news) > len(olds) else "merged"
            yield Change(
                kind="section",
                text=words(kind, old=_listed(olds), new=_listed(news), was=_pages(olds), now=_pages(news)),
            )
        if group.moved:
            yield self._moved(group)
        one, other = olds[0], news[0]
        if len(olds) != len(news) and not group.joined:
            return
        if (renamed := self._renamed(group)) is not None:
            yield renamed
        if one.number and other.number and _plain(one.number) != _plain(other.number):
            yield Change(
                kind="number",
                text=words("number", old=_plain(one.number), new=_plain(other.number)),
                old=_heading(one),
                new=_heading(other),
            )

    def _moved(self, group: Group) -> Change:
        one, other = self.old.sections[group.old[0]], self.new.sections[group.new[0]]
        before, now = _above(self.old, group.old[0]), _above(self.new, group.new[0])
        return Change(
            kind="place", text=words("moved", old=before, new=now), old=_heading(one), new=_heading(other)
        )

    def _renamed(self, group: Group) -> Change | None:
        """Another heading, unless one version only sets it otherwise: as text, or with what is beside it."""
        one, other = self.old.sections[group.old[0]], self.new.sections[group.new[0]]
        if bare(split_number(one.heading)[1]) == bare(split_number(other.heading)[1]):
            return None
        around_new = range(max(0, group.new[0] - 1), min(len(self.new.sections), group.new[-1] + 2))
        around_old = range(max(0, group.old[0] - 1), min(len(self.old.sections), group.old[-1] + 2))
        kept = bare(split_number(one.heading)[1]) in self._new_names or stands_in(
            heading_words(self.old, group.old[0]), self.new, around_new
        )
        known = bare(split_number(other.heading)[1]) in self._old_names or stands_in(
            heading_words(self.new, group.new[0]), self.old, around_old
        )
        was, now = heading_words(self.old, group.old[0]), heading_words(self.new, group.new[0])
        shared = 2 * (Counter(was) & Counter(now)).total() / max(len(was) + len(now), 1)
        if (kept or known) and shared < settings()["heading"]["same"]:
            return None
        # A heading that took in the line below it: that line is still there in the other version.
        more, less = [w for w in was if w not in now], [w for w in now if w not in was]
        if (not less and stands_in(more, self.new, group.new)) or (
            not more and stands_in(less, self.old, group.old)
        ):
            return None
        old, new = _heading(one), _heading(other)
        return Change(
            kind="heading",
            text=words(
                "renamed", old=_cut(one.heading), new=_cut(other.heading), was=place(old), now=place(new)
            ),
            old=old,
            new=new,
        )

    def _one_sided(self, group: Group) -> Iterator[Change]:
        """A section that is new or gone, with its measures, terms and amounts."""
        gone = bool(group.old)
        text, sections = (self.old, group.old) if gone else (self.new, group.new)
        state = self.laid.gone if gone else self.laid.came
        section = text.sections[sections[0]]
        quote = _whole(text, sections[0])
        name: Direction = "gone" if gone else "new"
        bare_heading = "" if section.text.strip() else "_heading"
        yield _change(
            "section",
            name,
            words(f"section_{name}{bare_heading}", words=_title(section), page=place(quote)),
            quote,
        )
        for measure in self._gone if gone else self._came:
            if measure.section in sections and not self._is_said(measure, (), old=gone):
                yield self._measure(measure, name)
        values = self._old_values if gone else self._new_values
        units = range(*text.unit_ranges[sections[0]])
        for kind in ("deadline", "budget"):
            seen: list[Found] = []
            for found in values.of(kind, units):
                known = any(found.meanings & other.meanings for other in seen)
                if not known and all(state[slice(*found.words)]):
                    seen.append(found)
                    yield self._value(
                        Difference(kind, found, None) if gone else Difference(kind, None, found)
                    )

    # ---------------------------------------------------------------------------------------- its judgement

    def _judged(self, group: Group, passages: Sequence[Passage]) -> Iterator[Change]:
        """Another level, and criteria gained or lost, where changed words show why."""
        if len(group.old) != 1 or len(group.new) != 1 or not passages:
            return
        one, other = self.old.sections[group.old[0]], self.new.sections[group.new[0]]
        if not one.criteria or not other.criteria or one.level is None or other.level is None:
            return
        if self._elsewhere(group) > settings()["judged"]["most_elsewhere"]:
            return  # the versions are cut in sections otherwise: the judgements are of other texts
        changed = [change for name in CRITERIA if (change := self._criterion(name, group)) is not None]
        if one.level != other.level and changed:
            verdict = "" if one.verdict == other.verdict else f"_{other.verdict}"
            yield Change(
                kind="level",
                text=words(
                    f"level{verdict}",
                    old=f"{one.level} ({label('level', one.level)}, score {one.score})",
                    new=f"{other.level} ({label('level', other.level)}, score {other.score})",
                ),
                old=_heading(one),
                new=_heading(other),
            )
        yield from changed

    def _elsewhere(self, group: Group) -> float:
        """The part of a section's words that the other version has under another heading."""
        shares = []
        for text, state, partner, sections in (
            (self.old, self.laid.gone, self.laid.partner, group.old),
            (self.new, self.laid.came, self.laid.partner_of_new, group.new),
        ):
            inside = [w for s in sections for w in range(*text.ranges[s])]
            apart = sum(not state[w] and partner[w] is None for w in inside)
            shares.append(apart / len(inside) if inside else 0.0)
        return max(shares)

    def _criterion(self, name: Criterion, group: Group) -> Change | None:
        one, other = self.old.sections[group.old[0]], self.new.sections[group.new[0]]
        was, now = getattr(one.criteria, name), getattr(other.criteria, name)
        if was == now:
            return None
        lost = now < was
        text, section = (self.old, group.old[0]) if lost else (self.new, group.new[0])
        beside = group.new[0] if lost else group.old[0]
        found = self._shows(text, section, name, beside, old=lost)
        if found is None:
            return None
        quote = quote_found(text, found)
        said = words(
            "criterion_lost" if lost else "criterion_gained",
            criterion=label("criterion", name),
            old=label("criterion_value", was),
            new=label("criterion_value", now),
            words=_cut(quote.value or ""),
            page=place(quote),
        )
        return Change(
            kind="criterion",
            direction="gone" if lost else "new",
            criterion=name,
            text=said,
            old=quote if lost else None,
            new=None if lost else quote,
        )

    def _shows(self, text: Text, section: int, name: Criterion, beside: int, *, old: bool) -> Found | None:
        """Words that show a criterion in one version and that the other one, with the section ``beside`` this
        one, has not; those that the section names first."""
        record = text.sections[section]
        named = [i for reason in record.reasons for i in reason.mentions if 0 <= i < len(record.mentions)]
        order = [*named, *range(len(record.mentions))]
        for mention in (record.mentions[i] for i in order):
            if mention.type != name:
                continue
            span = range_of(text, section, mention.start, mention.end)
            found = found_at(text, *span) if span else None
            whole = name in ("goal", "measure", "monitoring")
            if found and whole and found.words[1] - found.words[0] < settings()["judged"]["least_words"]:
                continue
            if found is None or not self._differs(found, old=old):
                continue
            if whole and not self._is_own(text, found, name, beside, old=old):
                continue
            return found
        return None

    def _is_own(self, text: Text, found: Found, name: Criterion, beside: int, *, old: bool) -> bool:
        """Whether a sentence is a sure one, and the other version does not say it in other words."""
        if name == "measure":
            sure = self._gone if old else self._came
            if all(measure.found.words != found.words for measure in sure):
                return False
        other = self.new if old else self.old
        said = _Measure(text, found.section, found)
        return not self._is_said(said, range(*other.unit_ranges[beside]), old=old)

    def _differs(self, found: Found, *, old: bool) -> bool:
        share = self.laid.share_gone if old else self.laid.share_came
        return share(*found.words) >= settings()["judged"]["differs"]

    # ----------------------------------------------------------------------------------------- its passages

    def _in(self, passage: Passage) -> list[Change]:
        """The values and measures that changed in a passage, and its text where they do not say all of it."""
        values = differences(passage, self.laid, self._old_values, self._new_values)
        changes = [self._value(value) for value in values]
        gone = [
            m for m in self._gone if m.unit in passage.old and not self._is_said(m, passage.new, old=True)
        ]
        came = [
            m for m in self._came if m.unit in passage.new and not self._is_said(m, passage.old, old=False)
        ]
        changes += [self._measure(m, "gone") for m in gone] + [self._measure(m, "new") for m in came]
        if not self._is_told(passage, values, gone, came):
            changes.append(self._text(passage))
        return changes

    def _is_told(
        self,
        passage: Passage,
        values: Sequence[Difference],
        gone: Sequence[_Measure],
        came: Sequence[_Measure],
    ) -> bool:
        """Whether values and measures hold all words that differ."""
        told_old = {w for v in values if v.old for w in range(*v.old.words)}
        told_new = {w for v in values if v.new for w in range(*v.new.words)}
        told_old |= {w for m in gone for w in range(*m.found.words)}
        told_new |= {w for m in came for w in range(*m.found.words)}
        old = {w for h in passage.hunks for w in range(*h.old) if self.laid.gone[w]}
        new = {w for h in passage.hunks for w in range(*h.new) if self.laid.came[w]}
        return old <= told_old and new <= told_new

    def _value(self, value: Difference) -> Change:
        old = quote_found(self.old, value.old) if value.old else None
        new = quote_found(self.new, value.new) if value.new else None
        if old and new:
            said = words(
                f"{value.kind}_changed",
                old=_cut(old.value or ""),
                new=_cut(new.value or ""),
                was=place(old),
                now=place(new),
                words=_cut(new.text),
            )
            return Change(kind=value.kind, text=said, old=old, new=new)
        quote = old or new
        name: Direction = "gone" if old else "new"
        said = words(f"{value.kind}_{name}", words=_cut((quote and quote.value) or ""), page=place(quote))
        return _change(value.kind, name, said, quote)

    def _measure(self, measure: _Measure, name: Direction) -> Change:
        quote = quote_found(measure.text, measure.found)
        return _change(
            "measure", name, words(f"measure_{name}", words=_cut(quote.value or ""), page=place(quote)), quote
        )

    def _is_said(self, measure: _Measure, units: Iterable[int], *, old: bool) -> bool:
        """Whether the other version says the same in other words, in these units or as another measure."""
        least = settings()["measure"]["same"]
        text, index = (self.new, self._came_by_word) if old else (self.old, self._gone_by_word)
        shared: Counter[frozenset[str]] = Counter()
        for word in sorted(measure.words):
            shared.update(index.get(word, ()))
        others = [words for words, _ in shared.most_common(_NEAREST)]
        others += [frozenset(content_words(text.shown(unit))) for unit in units]
        return any(_overlap(measure.words, other) >= least for other in others)

    def _text(self, passage: Passage) -> Change:
        old = quote_units(self.old, self.laid.gone, passage.old)
        new = quote_units(self.new, self.laid.came, passage.new)
        cells = all(
            text.units[u].kind == "cell"
            for text, units in ((self.old, passage.old), (self.new, passage.new))
            for u in units
        )
        name: Direction = "changed" if old and new else "gone" if old else "new"
        group = "table" if cells else "text"
        quote = old or new
        gone, came = _marked(old), _marked(new)
        if name == "changed" and len(gone) <= 1 and len(came) <= 1 and len("".join(gone + came)) <= _SHOWN:
            name_ = "replaced" if gone and came else "left_out" if gone else "put_in"
            said = words(
                f"{group}_{name_}", old="".join(gone), new="".join(came), was=place(old), now=place(new)
            )
        else:
            said = words(
                f"{group}_{name}",
                words=_cut(quote.text if quote else ""),
                page=place(quote),
                where=_both_pages(old, new),
            )
        return Change(kind="text", direction=name, text=said, old=old, new=new)


def _marked(quote: Quote | None) -> list[str]:
    """The words of a quote that differ."""
    return [" ".join(quote.text[m.start : m.end].split()) for m in quote.marks] if quote else []


def _once(changes: Sequence[Change]) -> list[Change]:
    """Changes of a section without those that say once more of the same words that they went or came, also
    where it is told already what they became or were."""
    seen = {
        (change.kind, side, bare(quote.value or ""))
        for change in changes
        if change.old and change.new
        for side, quote in (("gone", change.old), ("new", change.new))
    }
    kept = []
    for change in changes:
        quote = change.old or change.new
        key = (change.kind, change.direction, bare((quote and quote.value) or ""))
        one_sided = change.old is None or change.new is None
        if not (one_sided and key[2] and key in seen):
            kept.append(change)
        seen.add(key)
    return kept


def _change(kind: ChangeKind, name: Direction, text: str, quote: Quote | None) -> Change:
    gone = name == "gone"
    return Change(
        kind=kind, direction=name, text=text, old=quote if gone else None, new=None if gone else quote
    )


@dataclass
class _Measure:
    """A measure that is promised: where it stands and its content words."""

    text: Text
    section: int
    found: Found

    def __post_init__(self) -> None:
        self.words = frozenset(content_words(" ".join(self.text.keys[slice(*self.found.words)])))

    @property
    def unit(self) -> int:
        """The unit it stands in."""
        return self.found.unit

    @property
    def is_telling(self) -> bool:
        """Whether it has words enough to say what is promised; a row of figures has not."""
        return len(self.words) >= settings()["measure"]["least_words"]


def _by_word(measures: Iterable[_Measure]) -> dict[str, list[frozenset[str]]]:
    """The measures that have a word, for the words that few of them have."""
    found: dict[str, list[frozenset[str]]] = {}
    for measure in measures:
        for word in measure.words:
            found.setdefault(word, []).append(measure.words)
    return {word: others for word, others in found.items() if len(others) <= _MOST_WITH_WORD}


def _measures(text: Text) -> Iterator[tuple[int, Found]]:
    """The measures of commitments that are promised firmly enough, each once."""
    sure = settings()["measure"]
    for position, section in enumerate(text.sections):
        seen: set[int] = set()
        for commitment in section.commitments:
            index = commitment.measure
            if index is None or index in seen or not 0 <= index < len(section.mentions):
                continue
            seen.add(index)
            mention = section.mentions[index]
            bound = {link.mention for link in commitment.links if link.bond in sure["bonds"]}
            firm = mention.modality in sure["modality"] and not set(sure["not_by"]) & set(mention.rules)
            # "Het waterschap ontwerpt" says it without a verb for it; then who does it has to be there.
            firm = firm or (mention.modality is None and not bound.isdisjoint(commitment.actors))
            if not firm or (mention.probability or 1.0) < sure["probability"]:
                continue
            span = range_of(text, position, mention.start, mention.end)
            if span is not None:
                yield position, Found(position, text.words[span[0]].unit, span, mention.start, mention.end)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    least = min(len(one), len(other))
    return len(one & other) / max(least, 4) if least else 0.0


def _plain(number: str) -> str:
    return number.strip().rstrip(".")


def _cut(text: str) -> str:
    return shorten(text, _SHOWN)


def _title(section: Section) -> str:
    return section_title(section, SHORT_HEADING)


def _listed(sections: Iterable[Section]) -> str:
    names = [f"‘{_title(section)}’" for section in sections]
    return " en ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _pages(sections: Sequence[Section]) -> str:
    page = sections[0].page_start
    return f" (p.\u00a0{page})" if page else ""


def _heading(section: Section) -> Quote:
    return Quote(section=section.id, page=section.page_start, text=_title(section))


def _whole(text: Text, position: int) -> Quote:
    """The text of a section, nothing marked in it."""
    section = text.sections[position]
    units = [u for u in range(*text.unit_ranges[position]) if text.units[u].kind != "heading"]
    quote = quote_units(text, bytearray(len(text.words)), units) or _heading(section)
    quote.page = section.page_start
    return quote


def _above(text: Text, position: int) -> str:
    """Where a section stands, in words: its parent, and what is before it."""
    section = text.sections[position]
    path = [part for part in section.heading_path[:-1] if part.strip()]
    before = text.sections[position - 1] if position else None
    parts = [words("under", words=_cut(path[-1]))] if path else []
    if before is not None and (not path or before.heading != path[-1]):
        parts.append(words("after", words=_title(before)))
    if section.page_start:
        parts.append(f"p.\u00a0{section.page_start}")
    return ", ".join(parts) or words("first")
