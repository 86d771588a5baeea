"""Tables, trees and panels for the terminal (rich). All text of a document is shown as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from uitvoerbaarheid.records import CRITERIA, Mention, Reference, Report, Section
from uitvoerbaarheid.reports.deals import Deal, Part, deal
from uitvoerbaarheid.reports.files import STEERING_CHARACTERS
from uitvoerbaarheid.reports.findings import Load, Quote, findings
from uitvoerbaarheid.reports.judgements import Met, lacking, met, overrule_words, profile_name
from uitvoerbaarheid.reports.labels import (
    document_title,
    label,
    number,
    pages,
    reference_text,
    section_title,
    shorten,
    wording,
)
from uitvoerbaarheid.reports.places import Places, Words
from uitvoerbaarheid.reports.rows import ReportRows
from uitvoerbaarheid.reports.values import addition, amount, asides, remarks

_LEVEL_STYLES = ("bold red", "dark_orange", "yellow", "green", "bold green")
_STATUS_STYLES = {"ok": "green", "partial": "yellow", "unreadable": "red"}
#: A title is cut after this many characters, so that it takes a few lines at most.
_TITLE = 70
#: The words of a part of a commitment are cut after this many characters; the whole stands below.
_QUOTE = 160
#: The most lines of a list about the whole document; the reports have all of it.
_MOST = 10
#: The most sections named of a party or year, and the most characters of their headings.
_PLACES, _NAME = 6, 40
#: Mentions that are a whole sentence, item or row.
_WHOLE = {"goal", "measure", "monitoring", "vague"}
_MENTION_STYLES = {
    "goal": "underline blue",
    "measure": "underline green",
    "monitoring": "underline magenta",
    "vague": "underline red",
    "actor": "black on bright_blue",
    "budget": "black on yellow",
    "deadline": "black on bright_green",
}


def _plain(text: str, style: str = "") -> Text:
    """Text of a document: no markup, no control characters that would steer the terminal."""
    return Text(STEERING_CHARACTERS.sub("\ufffd", text), style=style)


def _score_style(score: float | None) -> str:
    return "dim" if score is None else _LEVEL_STYLES[min(round(score / 25), 4)]


def _send_back(row: ReportRows) -> str:
    counts = [row.send_back]
    if row.compared:
        counts += [row.send_back_in_context, row.send_back_by_profile]
    return "/".join(map(str, counts))


def documents_table(documents: Iterable[ReportRows]) -> Table:
    """A table with a line per document for after a scan; fits 80 columns.

    Where the sections were also judged in the whole document and by a profile, the number to send back is
    given three times.
    """
    documents = list(documents)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column("Document", overflow="fold", min_width=16)
    table.add_column("Soort", no_wrap=True)
    table.add_column("Beleid", justify="right", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("Terug", justify="right", no_wrap=True)
    table.add_column("Zwakst", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for row in documents:
        unreadable = row.status == "unreadable"
        table.add_row(
            _plain(shorten(row.title, _TITLE)),
            label("kind", row.kind) + ("*" if row.findings.by_hand else ""),
            "–" if unreadable else str(row.policy_sections),
            Text("–" if row.mean_score is None else number(row.mean_score), _score_style(row.mean_score)),
            "–" if unreadable else _send_back(row),
            label("criterion", row.weakest) or "–",
            Text(label("status_short", row.status), _STATUS_STYLES[row.status]),
        )
    notes = [
        str(wording()["terminal"][name])
        for name, needed in (
            ("three", any(row.compared for row in documents)),
            ("hand", any(row.findings.by_hand for row in documents)),
        )
        if needed
    ]
    if notes:
        table.caption, table.caption_justify = Text("\n".join(notes), "dim"), "left"
    return table


def figures_table(title: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Group:
    """A title above a table of figures: a name first, numbers after it."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for at, name in enumerate(header):
        table.add_column(name, justify="right" if at else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return Group(Text(f"\n{title}", style="bold"), table)


def fields_table(fields: Mapping[str, str]) -> Table:
    """The fields of a template with what they hold; "[]" is said of a list."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column("Invulveld", no_wrap=True)
    table.add_column("Wat er komt te staan", overflow="fold")
    for name, held in fields.items():
        table.add_row(Text(name), Text(held))
    return table


def _level(section: Section) -> Text:
    if section.level is None:
        return Text("–", style="dim")
    return Text(f"{section.level} {label('level', section.level)}", style=_LEVEL_STYLES[section.level])


def outline_tree(report: Report) -> Tree:
    """The section tree of a document with pages and, where assessed, level and verdict."""
    tree = Tree(_plain(document_title(report.document), "bold"), guide_style="dim")
    above: list[tuple[int, Tree]] = []
    for section in report.sections:
        while above and above[-1][0] >= section.depth:
            above.pop()
        line = _plain(section_title(section))
        where = pages(section)
        if where:
            line.append(f"  {where}", style="dim")
        if section.level is not None:
            line.append("  ").append_text(_level(section))
        if section.verdict == "send_back":
            line.append(f"  {label('verdict', 'send_back')}", style="red")
        if section.overruled:
            line.append("  met de hand", style="magenta")
        line.append(f"  [{section.id}]", style="dim")
        branch = (above[-1][1] if above else tree).add(line)
        above.append((section.depth, branch))
    return tree


def _verdict(verdict: str, uncertain: bool) -> str:
    return label("verdict", verdict) + (" (onzeker)" if uncertain else "")


def _judgements(section: Section, report: Report) -> Iterator[tuple[str, Text]]:
    """The judgements beside the own one: what they are called, and what they say."""
    context, expectation = section.in_context, section.expectation
    if context is not None:
        text = Text(f"{context.level} {label('level', context.level)}", style=_LEVEL_STYLES[context.level])
        text.append(f", score {context.score}: {label('verdict', context.verdict)}", style="default")
        yield label("judgement", "context"), text
    if expectation is not None:
        asked = f"niveau {expectation.level} {label('level', expectation.level)}"
        said = f"{_verdict(expectation.verdict, expectation.uncertain)}; gevraagd: {asked}, "
        said += f"{expectation.fit}% daarvan staat er"
        said += f"; te weinig: {lacking(section)}" if expectation.missing else ""
        name = profile_name(report)
        yield label("judgement", "profile"), _plain(f"{name}: {said}" if name else said)


def _facts(section: Section, report: Report) -> Table:
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    facts.add_row("Kenmerk", _plain(section.id))
    if pages(section):
        facts.add_row("Plaats", pages(section))
    facts.add_row("Rol", label("role", section.role))
    if section.level is not None:
        facts.add_row("Niveau", _level(section))
        facts.add_row("Score", f"{section.score} van 100")
    facts.add_row("Oordeel", _verdict(section.verdict, section.uncertain))
    if section.level_probabilities:
        chances = (
            f"{label('level', level)} {number(100 * chance)}%"
            for level, chance in enumerate(section.level_probabilities)
            if round(100 * chance)
        )
        facts.add_row("Kansen", ", ".join(chances))
    for name, said in _judgements(section, report):
        facts.add_row(name, said)
    for overrule in section.overruled:
        facts.add_row("Met de hand", _plain(overrule_words(overrule), "magenta"))
    return facts


def _criteria(section: Section) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Criteria", title_justify="left")
    table.add_column("Criterium")
    table.add_column("Waarde")
    table.add_column("Vraag", style="dim")
    for name in CRITERIA:
        value = getattr(section.criteria, name)
        weakest = "  ← zwakst" if name == section.weakest else ""
        table.add_row(
            label("criterion", name),
            Text(f"{value} {label('criterion_value', value)}{weakest}", _LEVEL_STYLES[value * 2]),
            label("criterion_question", name),
        )
    return table


def _list(title: str, lines: Iterable[Text]) -> list[RenderableType]:
    items = Table.grid(padding=(0, 1))
    for line in lines:
        items.add_row("•", line)
    return [_plain(f"\n{title}", "bold"), items] if items.row_count else []


def _rules(mentions: Iterable[Mention]) -> Text:
    """The ids of the rules that found mentions, each once, small."""
    rules = dict.fromkeys(rule for mention in mentions for rule in mention.rules)
    return _plain(f"  [{', '.join(rules)}]" if rules else "", "dim italic")


def _found(section: Section) -> Iterator[Text]:
    """What was found, by sentence: what it is, then the parties, money and terms in it."""
    for _, group in groupby(section.mentions, key=lambda mention: mention.sentence):
        line = Text()
        same: dict[tuple[str, str], list[Mention]] = {}
        for mention in group:
            kind = "whole" if mention.type in _WHOLE else mention.type
            same.setdefault((kind, mention.text), []).append(mention)
        for alike in same.values():
            line.append("\n" if line else "").append_text(_mention(alike))
        yield line


def _mention(alike: list[Mention]) -> Text:
    """Mentions of the same words in a sentence on one line: a goal and measure, an amount for each year."""
    first = alike[0]
    names = ", ".join(dict.fromkeys(label("mention", mention.type) for mention in alike))
    said = dict.fromkeys(part for mention in alike for part in (addition(mention), *remarks(mention)) if part)
    line = Text(f"{names}: ", style="dim").append_text(_plain(shorten(first.text, _QUOTE)))
    line.append_text(_plain(f" ({', '.join(said)})" if said else "", "dim"))
    return line.append_text(_rules(alike))


def _deals(section: Section) -> Iterator[Text]:
    """The commitments, with why each part belongs to the measure; a goal is said once for those it is of."""
    goal: tuple[Part, ...] = ()
    for commitment in section.commitments:
        shown = deal(section, commitment)
        yield _deal(shown, () if shown.what and shown.goal == goal else shown.goal)
        goal = shown.goal or goal


def _deal(shown: Deal, goal: tuple[Part, ...]) -> Text:
    text = Text()
    for key in wording()["deal"]:
        parts = goal if key == "goal" else getattr(shown, key)
        if not parts:
            continue
        lead = not text  # what the others are bound to
        text.append("" if lead else "\n").append(f"{label('deal', key)}: ", style="dim")
        for position, part in enumerate(parts):
            text.append("; " if position else "").append_text(_plain(shorten(part.text, _QUOTE)))
            words = (part.meaning, part.modality if lead else "", *part.qualifiers)
            said = ", ".join(word for word in words if word)
            said = "; ".join(word for word in (said, "" if lead else part.far) if word)
            text.append_text(_plain(f" ({said})" if said else "", "dim"))
    return text


def _set_aside(why: str, mentions: list[Mention]) -> Text:
    words = _plain("; ".join(shorten(mention.text, _QUOTE) for mention in mentions))
    return words.append_text(_plain(f" – {why}", "dim")).append_text(_rules(mentions))


def _reference(reference: Reference) -> Text:
    where = f"zie {reference.target}" if reference.target else "niet in dit document"
    return _plain(reference_text(reference)).append_text(_plain(f" ({where})", "dim"))


def section_text(section: Section) -> Text:
    """The section's text with its mentions coloured."""
    text = _plain(section.text)
    for mention in section.mentions:
        text.stylize(_MENTION_STYLES[mention.type], mention.start, mention.end)
    return text


def _met(item: Met) -> Text:
    """A criterion that another section meets, with the words that show it and the id to look it up by."""
    text = _plain(item.text)
    if item.quotes:
        text.append_text(_plain(": " + "; ".join(f"‘{words.text}’" for words in item.quotes)))
    return text.append_text(_plain(f"  [{item.place.id}]", "dim"))


def section_panel(section: Section, report: Report) -> Panel:
    """Everything about one section of a report: score, criteria, reasons, questions, commitments and text."""
    parts: list[RenderableType] = [_facts(section, report)]
    elsewhere = met(section, Places(report))
    if section.criteria is not None:
        parts += [Text(), _criteria(section)]
    parts += _list("Staat elders in dit document", map(_met, elsewhere))
    parts += _list("Waarom", (_plain(reason.text) for reason in section.reasons))
    send_back, found = section.verdict == "send_back", {item.key for item in elsewhere}
    parts += _list(
        "Vragen om mee terug te sturen" if send_back else "Vragen die nog openstaan",
        (
            _plain(question.text + ("  (staat elders)" if question.criterion in found else "")).append_text(
                _plain(f"  Bron: {question.source}", "dim")
            )
            for question in section.questions
        ),
    )
    parts += _list("Afspraken", _deals(section))
    parts += _list("Gevonden in de tekst, met [de regels die het vonden]", _found(section))
    parts += _list(
        "Bedragen en termijnen die niet meetellen",
        (_set_aside(why, mentions) for why, mentions in asides(section)),
    )
    parts += _list("Verwijst naar", (_reference(reference) for reference in section.references))
    if section.text:
        parts += [Text("\nTekst", style="bold"), section_text(section)]
    parts.append(_foot(report))
    return Panel(Group(*parts), title=_plain(section_title(section, 60)), title_align="left")


def _foot(report: Report) -> Text:
    """What gave the scores, and what they do not say."""
    by = [f"model {report.model_id}" if report.model_id else "", f"regels {report.ruleset_id}"]
    said = ", ".join(part for part in (by if report.ruleset_id else by[:1]) if part)
    limit = str(wording()["texts"]["limit"])
    return _plain(f"\n{limit} Scores van {said}." if said else f"\n{limit}", "dim")


def _document_facts(report: Report) -> Table:
    document, summary, profile = report.document, report.summary, report.profile
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    facts.add_row("Soort", label("kind", document.kind))
    if profile is not None:
        asked = f"vraagt niveau {profile.level} {label('level', profile.level)}"
        said = f"{profile_name(report)} ({label('choice', profile.choice)}), {asked}"
        facts.add_row("Profiel", _plain(said))
    for name, value in (("Overheid", document.authority), ("Datum", document.date)):
        if value:
            facts.add_row(name, _plain(value))
    facts.add_row("Beleidsparagrafen", str(summary.policy_sections))
    facts.add_row("Gemiddelde score", number(summary.mean_score))
    counts = [(label("judgement", "own"), summary.send_back)]
    if any(section.in_context or section.expectation for section in report.sections):
        counts.append((label("judgement", "context"), summary.send_back_in_context))
        counts.append((label("judgement", "profile"), summary.send_back_by_profile))
    facts.add_row("Terugsturen", "; ".join(f"{name.lower()} {count}" for name, count in counts))
    if summary.weakest:
        facts.add_row("Zwakste criterium", label("criterion", summary.weakest))
    if summary.budget is not None:
        facts.add_row("Bedrag", amount(summary.budget))
    for overrule in document.overruled:
        facts.add_row("Met de hand", _plain(overrule_words(overrule), "magenta"))
    return facts


def _first(report: Report) -> Iterator[Text]:
    named = {section.id: section for section in reversed(report.sections)}
    for name in report.summary.first_to_send_back:
        if name in named:
            section = named[name]
            text = _plain(section_title(section, _TITLE)).append("  ").append_text(_level(section))
            yield text.append_text(_plain(f"  [{name}]", "dim"))


def _load(load: Load) -> Text:
    count = f"{number(load.count)} {'afspraak' if load.count == 1 else 'afspraken'}"
    said = ", ".join(part for part in (count, amount(load.budget) if load.budget else "") if part)
    names = [place.number or shorten(place.title, _NAME) for place in load.places]
    names = list(dict.fromkeys(names))
    where = "; ".join(names[:_PLACES]) + (
        f" en {len(names) - _PLACES} andere" if len(names) > _PLACES else ""
    )
    return _plain(f"{load.name}: {said}").append_text(_plain(f" ({where})" if where else "", "dim"))


def _where(words: Words | None) -> str:
    return words.where if words else "niet in dit document"


def _some(lines: Iterable[Text]) -> Iterator[Text]:
    """The first lines of a long list, and how many are left."""
    shown = list(lines)
    yield from shown[:_MOST]
    if len(shown) > _MOST:
        yield Text(f"en nog {len(shown) - _MOST}: zie het HTML-rapport of overzicht.xlsx", "dim")


def document_panel(report: Report) -> Panel:
    """What a document says as a whole: figures, where to begin, who does what, when, and the signals."""
    found = findings(report, Places(report))
    parts: list[RenderableType] = [_document_facts(report)]
    parts += _list("Eerst terugsturen", _some(_first(report)))
    parts += _list("Wie doet wat", _some(map(_load, found.actors)))
    parts += _list("Per jaar", map(_load, found.years))
    parts += _list(
        "Dubbel of tegenstrijdig",
        _some(
            _plain(f"{item.name}: {item.text}").append_text(
                _plain(f" ({_where(item.first)} en {_where(item.second)})", "dim")
            )
            for _, items in found.apart
            for item in items
        ),
    )
    for route, signals in found.routes.items():
        lines = []
        for signal in signals:
            text = Text(
                "gevonden: " if signal.found else "niet gevonden: ", "green" if signal.found else "yellow"
            )
            text.append_text(_plain(signal.title, "default"))
            shown = signal.evidence[0] if signal.found and signal.evidence else None
            said = f" ‘{shown.text}’ ({_place(shown)})" if shown else f": {signal.question}"
            lines.append(text.append_text(_plain(said.rstrip(": "), "dim")))
        parts += _list(shorten(route, _TITLE), lines)
    parts += _list(
        "Met de hand aangepast",
        _some(
            _plain(f"{item.place.title}: {item.words}") for item in found.by_hand if item.place is not None
        ),
    )
    parts.append(_foot(report))
    return Panel(
        Group(*parts), title=_plain(shorten(document_title(report.document), 60)), title_align="left"
    )


def _place(quote: Quote) -> str:
    return ", ".join(part for part in (quote.place.title if quote.place else "", quote.page) if part)
