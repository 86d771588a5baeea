"""What holds for the findings of a check: which rules count, how heavily, and what a person set aside.

Suppressions come from the settings (``[check] suppress``) and from comments in drafts
(``Section.suppressions``, ``Document.suppressions``). What is wrong with one in a draft is itself a finding;
what is wrong in the settings is a ``ConfigError``, before any work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import eq
from pathlib import Path
from typing import Any

from uitvoerbaarheid.checking.fingerprints import fingerprints
from uitvoerbaarheid.checking.found import Found
from uitvoerbaarheid.checking.patterns import is_wild, matches
from uitvoerbaarheid.checking.places import Place
from uitvoerbaarheid.checking.rules import longest, rules
from uitvoerbaarheid.checking.sections import lacks
from uitvoerbaarheid.config import Config, ConfigError, FailLevel, SetSeverity
from uitvoerbaarheid.overrules import Places
from uitvoerbaarheid.records import Finding, Report, Section, Severity, Suppression
from uitvoerbaarheid.resources import read_toml

#: A comment that sets rules aside without saying why: it does not count.
NO_REASON = "UV901"
#: A comment that sets aside what is no rule, or that names none.
UNKNOWN = "UV902"
#: A comment, or a line in the settings for this one document, that sets aside what was not found.
UNUSED = "UV903"


def unknown_rule(given: str, known: Collection[str]) -> str | None:
    """What to say of an id, or beginning of one, that no rule has; None where there is one."""
    if any(rule.startswith(given.upper()) for rule in known):
        return None
    return f"'{given}' is geen regel. {_hint(given, known)}"


def _hint(given: str, known: Collection[str]) -> str:
    """Which rule was meant: the one of that name, else of those that are like it the one with the most signs
    in the same place, where the letter O may be a zero."""
    if named := next((rule.id for rule in rules().values() if rule.name == given.lower()), None):
        return f"Bedoelde u '{named}'?"
    wanted = given.upper().replace("O", "0")
    like = get_close_matches(wanted, list(known), n=len(known), cutoff=0.7)
    best = max(like, key=lambda rule: sum(map(eq, rule, wanted)), default=None)
    return f"Bedoelde u '{best}'?" if best else "'uitvoerbaarheid rule' toont alle regels."


def rule_problems(config: Config, known: Collection[str]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """What is wrong with the rules that the settings name: a Dutch sentence and the place of the key."""
    check = config.check
    for name in ("select", "ignore"):
        for index, rule in enumerate(getattr(check, name)):
            if problem := unknown_rule(rule, known):
                yield f"check.{name}: {problem}", ("check", name, index)
    for rule in check.severity:
        if problem := unknown_rule(rule, known):
            yield f"check.severity: {problem}", ("check", "severity", rule)
    for index, entry in enumerate(check.suppress):
        for rule in entry.rules:
            if problem := unknown_rule(rule, known):
                yield f"check.suppress[{index + 1}].rules: {problem}", ("check", "suppress", index, "rules")


def check_rules(config: Config, known: Collection[str]) -> None:
    """Raise ``ConfigError`` with every rule in the settings that is not there."""
    told = [str(config.wrong(message, *place)) for message, place in rule_problems(config, known)]
    if told:
        raise ConfigError("\n".join(told))


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the documents with one set of settings; make it with :meth:`of`.

    ``fail_level`` "never" lets no finding fail. ``known`` are the ids of all rules.
    """

    config: Config
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    severity: Mapping[str, SetSeverity]
    fail_level: FailLevel
    baseline: Path | None
    allow_unreadable: bool
    known: tuple[str, ...]
    _chosen: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        config: Config,
        known: Collection[str],
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        fail_level: FailLevel | None = None,
        baseline: Path | None = None,
        allow_unreadable: bool | None = None,
    ) -> Settings:
        """The settings with the options of the command line before them.

        ``known`` are the ids of all rules. ``select`` takes the place of what the settings select, ignore
        and turn off; ``ignore`` comes on top. Raises ``ConfigError`` for a rule in the settings that is not
        there; those of the options are the caller's to check (:func:`unknown_rule`).
        """
        check_rules(config, known)
        check = config.check
        severity = {rule.upper(): value for rule, value in check.severity.items()}
        if select:
            severity = {rule: value for rule, value in severity.items() if value != "off"}
        given = baseline or (Path(check.baseline) if check.baseline else None)
        return cls(
            config=config,
            select=_upper(select or check.select),
            ignore=_upper([*([] if select else check.ignore), *ignore]),
            severity=severity,
            fail_level=fail_level or check.fail_level,
            baseline=given,
            allow_unreadable=check.allow_unreadable if allow_unreadable is None else allow_unreadable,
            known=tuple(known),
        )

    def chosen(self, rule: str) -> bool:
        """Whether a rule counts: of what selects and what ignores it the longer beginning of its id wins."""
        if rule not in self._chosen:
            selected, ignored = longest(rule, self.select), longest(rule, self.ignore)
            self._chosen[rule] = len(selected) > len(ignored) and self._severity(rule) != "off"
        return self._chosen[rule]

    def _severity(self, rule: str) -> SetSeverity | None:
        return self.severity.get(longest(rule, self.severity))

    def severity_of(self, rule: str, severity: Severity) -> Severity:
        """How heavy a finding is by the settings, ``severity`` where they do not say."""
        given = self._severity(rule)
        return severity if given is None or given == "off" else given

    def apply(self, findings: Iterable[Finding], report: Report, path: Path | None = None) -> list[Finding]:
        """The findings of one document that count, with their severity and state, and those on suppressions.

        ``path`` is where the document lies (default: its path in the report). The result is in the order of
        the document, what is of the whole document first.
        """
        kept = [
            finding.model_copy(update={"severity": self.severity_of(finding.rule, finding.severity)})
            for finding in findings
            if self.chosen(finding.rule)
        ]
        shown = kept[0].path if kept else report.document.path
        aside = _Aside(self, report, path or Path(report.document.path), shown)
        told = [aside.applied(finding) for finding in kept]
        order = {section.id: index for index, section in enumerate(report.sections)}
        return sorted([*told, *aside.problems()], key=lambda found: order.get(found.section or "", -1))


def _upper(rules: Iterable[str]) -> tuple[str, ...]:
    return tuple(rule.strip().upper() for rule in rules)


@dataclass(slots=True)
class _Rule:
    """One rule (or beginning) that is set aside, where, and whether anything of it was found there.

    ``sections`` are the ids it holds for, None for the whole document.
    """

    prefix: str
    reason: str
    sections: frozenset[str] | None
    used: bool = False

    def holds(self, finding: Finding) -> bool:
        return finding.rule.startswith(self.prefix) and (
            self.sections is None or finding.section in self.sections
        )


class _Aside:
    """All that is set aside in one document."""

    def __init__(self, settings: Settings, report: Report, path: Path, shown: str) -> None:
        self._settings = settings
        self._report = report
        self._path, self._shown = path, shown
        self._by_section: dict[str | None, list[_Rule]] = {}
        self._problems: list[Found] = []
        # What can turn out to be of no use: the rule, where it stands, and how that is told.
        self._watched: list[tuple[_Rule, Section | None, Suppression | None, str, dict[str, Any]]] = []
        for suppression in report.document.suppressions:
            self._comment(suppression, None)
        for section in report.sections:
            for suppression in section.suppressions:
                self._comment(suppression, section)
        self._from_settings()

    def applied(self, finding: Finding) -> Finding:
        """The finding, "suppressed" with the reason where it is set aside; what is said of that never is."""
        if not rules()[finding.rule].aside:
            return finding
        places = (finding.section, None) if finding.section is not None else (None,)
        found = [rule for place in places for rule in self._by_section.get(place, []) if rule.holds(finding)]
        for rule in found:
            rule.used = True
        if not found:
            return finding
        return finding.model_copy(update={"state": "suppressed", "reason": found[0].reason})

    def problems(self) -> list[Finding]:
        """The findings on the suppressions themselves, after all others were :meth:`applied`."""
        # Of a document that was not read whole, or not assessed, nothing is known to be of no use.
        if self._report.document.status == "ok" and self._report.document.language in (None, "nl"):
            for rule, section, suppression, wording, values in self._watched:
                if not rule.used and not self._untold(rule):
                    self._tell(UNUSED, wording, section, suppression, rules=rule.prefix, **values)
        names = fingerprints(self._problems)
        return [
            Finding(
                rule=found.rule,
                severity=self._settings.severity_of(found.rule, rules()[found.rule].severity),
                message=found.message,
                question=found.question,
                path=self._shown,
                section=found.section.id if found.section else None,
                heading_path=list(found.section.heading_path) if found.section else [],
                page=found.place.page,
                line=found.place.line,
                fingerprints=named,
            )
            for found, named in zip(self._problems, names, strict=True)
        ]

    def _untold(self, aside: _Rule) -> bool:
        """Whether what is set aside is lacking after all: of what a section lacks the heaviest is told."""
        of = [rule for name, rule in rules().items() if name.startswith(aside.prefix)]
        return any(
            lacks(section, rule)
            for section in self._report.sections
            if aside.sections is None or section.id in aside.sections
            for rule in of
        )

    def _add(self, rule: _Rule) -> None:
        for place in (None,) if rule.sections is None else sorted(rule.sections):
            self._by_section.setdefault(place, []).append(rule)

    def _comment(self, suppression: Suppression, section: Section | None) -> None:
        known = self._settings.known
        if not suppression.rules:
            self._tell(UNKNOWN, "not_understood", section, suppression)
            return
        right = []
        for given in suppression.rules:
            if unknown_rule(given, known) is None:
                if any(rule.startswith(given.upper()) and rules()[rule].aside for rule in known):
                    right.append(given.upper())
                else:
                    self._tell(UNKNOWN, "never_aside", section, suppression, rules=given)
            else:
                near = _hint(given, known)
                self._tell(UNKNOWN, "unknown_rule", section, suppression, rules=given, near=near)
        if not suppression.reason:
            self._tell(NO_REASON, "no_reason", section, suppression, rules=", ".join(suppression.rules))
            return
        by = f" ({suppression.by})" if suppression.by else ""
        ids = None if section is None else frozenset([section.id])
        for prefix in dict.fromkeys(right):
            rule = _Rule(prefix, f"{suppression.reason}{by}", ids)
            self._add(rule)
            if self._can_be_found(prefix):
                wording = "unused" if section else "unused_in_document"
                self._watched.append((rule, section, suppression, wording, {}))

    def _can_be_found(self, prefix: str) -> bool:
        """Whether any of these rules is looked for at all."""
        return any(rule.startswith(prefix) and self._settings.chosen(rule) for rule in self._settings.known)

    def _from_settings(self) -> None:
        config = self._settings.config
        places: Places | None = None
        for index, entry in enumerate(config.check.suppress):
            if entry.document is not None and not matches(entry.document, self._path, config.folder):
                continue
            # Only what is for this one document can be said to be of no use when nothing is found in it.
            alone = entry.document is not None and not is_wild(entry.document)
            line = config.line("check", "suppress", index)
            place = f"{config.file.name if config.file else ''}, regel {line}"
            ids = None
            if entry.section is not None:
                places = places or Places(self._report.sections)
                ids = frozenset(section.id for section in places.meant(entry.section))
                if not ids:
                    if alone:
                        self._tell(
                            UNUSED, "no_section_in_settings", None, None,
                            rules=", ".join(entry.rules), place=place, named=entry.section,
                        )  # fmt: skip
                    continue
            for prefix in _upper(entry.rules):
                rule = _Rule(prefix, entry.reason, ids)
                self._add(rule)
                if alone and self._can_be_found(prefix):
                    self._watched.append((rule, None, None, "unused_in_settings", {"place": place}))

    def _tell(
        self, rule: str, wording: str, section: Section | None, suppression: Suppression | None, **values: Any
    ) -> None:
        if not self._settings.chosen(rule):
            return
        text = read_toml("checking", "suppressions.toml")[wording]
        message = text["message"].format(**values)
        place = Place(
            page=section.page_start if section else None, line=suppression.line if suppression else None
        )
        # The words name the finding in later versions; lines of the settings move.
        detail = f"{wording} {values.get('rules', '')}"
        self._problems.append(
            Found(rule, message, section=section, place=place, question=text["question"], detail=detail)
        )
