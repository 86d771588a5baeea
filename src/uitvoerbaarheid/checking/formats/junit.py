"""JUnit XML: what build services show as test results. A document is a suite, a finding a test case."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from uitvoerbaarheid.checking.formats.words import (
    by_document,
    one_line,
    page,
    question,
    quote,
    section_path,
    unreadable,
    words,
)
from uitvoerbaarheid.checking.outcome import Checked, Outcome
from uitvoerbaarheid.records import Finding

_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(outcome: Outcome) -> str:
    """A failure for each finding that makes the check fail; lighter ones pass with their text as output.

    What is known or set aside is skipped. Reading a document is a test case too, so that no suite is empty
    and one that could not be read is an error.
    """
    root = Xml.Element("testsuites", name=words("junit")["suite"])
    failing = {id(finding) for finding in outcome.failing()}
    for document, findings in by_document(outcome):
        suite = Xml.SubElement(root, "testsuite", name=one_line(document.path))
        _reading(suite, document, allowed=outcome.allow_unreadable)
        for finding in findings if document.status != "unreadable" else ():
            _case(suite, finding, fails=id(finding) in failing)
        _count(suite, [suite])
    for path in outcome.missing:
        suite = Xml.SubElement(root, "testsuite", name=one_line(path))
        case = Xml.SubElement(suite, "testcase", name=words("junit")["read"], classname=one_line(path))
        Xml.SubElement(case, "error", type="not_found", message=words("text")["missing"])
        _count(suite, [suite])
    _count(root, list(root))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _count(element: Xml.Element, suites: list[Xml.Element]) -> None:
    cases = [case for suite in suites for case in suite.iter("testcase")]
    element.set("tests", str(len(cases)))
    for name, tag in _COUNTED.items():
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))


def _reading(suite: Xml.Element, document: Checked, *, allowed: bool) -> None:
    path = one_line(document.path)
    case = Xml.SubElement(suite, "testcase", name=words("junit")["read"], classname=path, file=path)
    if document.status != "unreadable":
        return
    said = unreadable(document)
    if allowed:
        Xml.SubElement(case, "skipped", message=said)
    else:
        Xml.SubElement(
            case, "error", type=document.error.code if document.error else "internal", message=said
        )


def _case(suite: Xml.Element, finding: Finding, *, fails: bool) -> None:
    path = one_line(finding.path)
    where = section_path(finding) or words("text")["whole_document"]
    case = Xml.SubElement(suite, "testcase", name=f"{finding.rule} {where}", classname=path, file=path)
    if finding.line is not None:
        case.set("line", str(finding.line))
    said = "\n".join(part for part in (page(finding), quote(finding), question(finding)) if part)
    message = one_line(finding.message)
    if fails:
        failure = Xml.SubElement(case, "failure", type=finding.rule, message=message)
        failure.text = said
    elif finding.state != "new":
        reason = words("text")["reason"].format(one_line(finding.reason)) if finding.reason else ""
        state = words("state")[finding.state]
        Xml.SubElement(case, "skipped", message="; ".join(part for part in (state, reason, message) if part))
    else:
        Xml.SubElement(case, "system-out").text = "\n".join(part for part in (message, said) if part)
