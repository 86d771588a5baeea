"""Letters in an organisation's own Word template: checked before any work, filled in without trust.

A template is a ``.docx`` with fields ("{{ document.titel }}") and loops ("{%p for punt in punten %}"), as
docxtpl knows them. It runs in a sandbox; what is filled in is escaped, so that no text of a document becomes
markup or a field.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from docx.opc.constants import CONTENT_TYPE
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from uitvoerbaarheid.extraction import os_reason
from uitvoerbaarheid.extraction.safety import Archive
from uitvoerbaarheid.records import Report, UnreadableError
from uitvoerbaarheid.reports.files import fixed_zip, write_bytes
from uitvoerbaarheid.reports.labels import shorten
from uitvoerbaarheid.reports.memo import Fields, memo_fields, words
from uitvoerbaarheid.resources import data_path

#: A template larger than this is no letter.
MAX_BYTES = 20 * 1024 * 1024
#: So many problems of one template are told.
_MOST_PROBLEMS = 10
#: Of a document; more makes no sound Word file.
_MAX_PROPERTY = 255
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
_SINGLE = re.compile(r"(?<!\{)\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*\}(?!\})")
_TAG = re.compile(r"\{[%{#].*?[%}#]\}", re.S)


class TemplateError(Exception):
    """A template that cannot be used; the message is Dutch and says what is wrong and what was meant."""


def default_template() -> Path:
    """The template that comes with the program."""
    return data_path("reports", "terugstuurmemo.docx")


def known_fields() -> dict[str, str]:
    """All fields of a template with what they hold: "punten[].citaat" is a part of each of a list."""
    return dict(_named(words()["fields"], ""))


def _named(schema: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for name, held in schema.items():
        item = held[0] if isinstance(held, list) else held
        path = f"{prefix}{name}" + ("[]" if isinstance(held, list) else "")
        if isinstance(item, dict):
            yield from _named(item, f"{path}.")
        else:
            yield path, str(item)


class _Letter(DocxTemplate):
    """As docxtpl has it, with properties that are filled in as the plain and short texts they are."""

    def render_properties(self, context: Fields, jinja_env: Environment | None = None) -> None:
        """Fill in the properties of the file."""
        plain = (jinja_env or _environment(Undefined)).overlay(autoescape=False)
        properties = self.docx.core_properties
        for name in _PROPERTIES:
            filled = plain.from_string(getattr(properties, name)).render(context)
            setattr(properties, name, shorten(filled, _MAX_PROPERTY))


class MemoTemplate:
    """A template for the terugstuurmemo. Raises :class:`TemplateError` for one that cannot be used."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_template()
        self._data = _read(self._path)
        problems = list(dict.fromkeys(self._problems()))
        if problems:
            raise _refused(self._path, problems[:_MOST_PROBLEMS])

    def render(self, fields: Fields) -> bytes:
        """The letter with these fields filled in. The same fields give the same bytes."""
        return self._filled(fields, Undefined)

    def write(self, report: Report, path: Path) -> bool:
        """Write the memo about ``report``; False where there is nothing to say (see :func:`memo_fields`).

        Raises :class:`OSError` when the file cannot be written, and whatever the template raises on what is
        in this document.
        """
        fields = memo_fields(report)
        if fields is None:
            return False
        write_bytes(path, self.render(fields))
        return True

    def _filled(self, fields: Fields, undefined: type[Undefined]) -> bytes:
        template = _Letter(io.BytesIO(self._data))
        template.render(fields, _environment(undefined), autoescape=True)
        made = io.BytesIO()
        template.save(made)
        return fixed_zip(made)

    def _problems(self) -> list[str]:
        """What is wrong with the template, in the order of the document."""
        template = DocxTemplate(io.BytesIO(self._data))
        template.init_docx()
        checked, found = _Check(words()["fields"]), []
        for source in _sources(template):
            try:
                found += checked.problems(_environment(StrictUndefined).parse(source))
            except TemplateSyntaxError as error:
                found.append(_syntax(error, source))
                continue
            for match in _SINGLE.finditer(_TAG.sub("", re.sub(r"<[^>]+>", "", source))):
                if match[1] in checked.plain:
                    found.append(words()["problem"]["single"].format(name=match[1]))
        if not found and not checked.used:
            found.append(words()["problem"]["none"])
        return found or list(self._tried())

    def _tried(self) -> Iterator[str]:
        """Fill it in once with everything and once with next to nothing: what fails then fails now."""
        try:
            self._filled(_sample(words()["fields"], 1), StrictUndefined)
            self._filled(_sample(words()["fields"], 0), Undefined)
        except Exception:  # a template may do anything: divide, call, nest
            yield words()["problem"]["filling"]


def _read(path: Path) -> bytes:
    texts = words()["problem"]
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(path, [texts["type"]])
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise _refused(path, [texts["absent"]]) from error
    except OSError as error:
        raise _refused(path, [texts["unreadable"].format(reason=os_reason(error))]) from error
    try:
        archive = Archive(data, "bestand")
        archive.verify()
        types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
    except UnreadableError as error:
        raise _refused(path, [texts["type"]]) from error
    if CONTENT_TYPE.WML_DOCUMENT_MAIN not in types:
        raise _refused(path, [texts["dotx" if "wordprocessingml.template" in types else "type"]])
    try:
        DocxTemplate(io.BytesIO(data)).init_docx()
    except Exception as error:  # python-docx raises anything on a damaged file
        raise _refused(path, [texts["type"]]) from error
    return data


def _refused(path: Path, problems: Iterable[str]) -> TemplateError:
    texts = words()["problem"]
    return TemplateError("\n".join([texts["lead"].format(path=path), *problems, texts["help"]]))


def _environment(undefined: type[Undefined]) -> Environment:
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=undefined)
    made.globals.clear()  # a letter needs no range or lipsum
    return made


def _sources(template: DocxTemplate) -> Iterator[str]:
    """The parts of a template that are filled in, as docxtpl gives them to jinja."""
    yield template.patch_xml(template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part))
    properties = template.docx.core_properties
    for name in _PROPERTIES:
        yield getattr(properties, name)
    for part in template.docx.part.package.iter_parts():
        if part.content_type == CONTENT_TYPE.WML_FOOTNOTES:
            yield template.patch_xml(part.blob.decode("utf-8", "replace"))


def _syntax(error: TemplateSyntaxError, source: str) -> str:
    """What is wrong with the codes of a template, with the words where it stands."""
    texts = words()["problem"]
    said = str(error.message)
    unknown = re.search(r"unknown tag '([^']*)'", said)
    if unknown and not re.match(r"end|el", unknown[1]):
        return str(texts["tag"].format(name=unknown[1]))
    form = "open" if unknown or "nexpected end of template" in said else "syntax"
    lines = source.splitlines()
    around = _TAG.findall("\n".join(lines[max(0, error.lineno - 1) : error.lineno]))
    tags = [" ".join(re.sub(r"<[^>]+>", "", tag).split())[:80] for tag in around]
    where = [texts["place"].format(place=tags[0])] if form == "syntax" and len(tags) == 1 else []
    return " ".join([str(texts[form]), *where])


def _sample(schema: Any, count: int) -> Any:
    """Fields with each list ``count`` long, to try a template with."""
    if isinstance(schema, list):
        return [_sample(schema[0], count)] * count
    if isinstance(schema, dict):
        return {name: _sample(held, count) for name, held in schema.items()}
    return "x" if count else ""


_Field = nodes.Name | nodes.Getattr | nodes.Getitem


class _Check:
    """Holds the names in a template against the fields that there are, through loops and assignments.

    ``used`` says whether any field was met, ``plain`` are the fields that stand outside loops.
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.used = False
        self.plain = {name for name in known_fields() if "[]" not in name}
        self._found: list[str] = []

    def problems(self, tree: nodes.Node) -> list[str]:
        """What is wrong in one part of a template."""
        self._found = []
        self._walk(tree, dict(self._fields))
        return self._found

    def _walk(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, scope)
        elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            self._walk(node.node, scope)
            scope[node.target.name] = self._held(node.node, scope)[1]
        elif isinstance(node, _Field):
            self._field(node, scope)
        elif isinstance(node, nodes.Output):
            for shown in node.nodes:
                self._shown(shown, scope)
        else:
            for child in node.iter_child_nodes():
                self._walk(child, scope)

    def _loop(self, node: nodes.For, scope: dict[str, Any]) -> None:
        self._walk(node.iter, scope)
        held = self._held(node.iter, scope)[1]
        inner = dict(scope)
        inner["loop"] = None
        for target in node.target.find_all(nodes.Name) if not isinstance(node.target, nodes.Name) else ():
            inner[target.name] = None
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = held[0] if isinstance(held, list) else None
        for child in (*node.body, *([node.test] if node.test else [])):
            self._walk(child, inner)
        for child in node.else_:
            self._walk(child, dict(scope))

    def _shown(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        """A field that is filled in: a list or group of fields cannot be."""
        self._walk(node, scope)
        if isinstance(node, _Field):
            name, held = self._held(node, scope)
            if isinstance(held, dict):
                self._tell("group", name, held)
            elif isinstance(held, list):
                self._list(name, held)

    def _list(self, name: str, held: list[Any]) -> None:
        self._tell("list" if isinstance(held[0], dict) else "texts", name, held[0])

    def _tell(self, problem: str, name: str, held: Any) -> None:
        part = next(iter(held)) if isinstance(held, dict) else ""
        self._found.append(words()["problem"][problem].format(name=name, part=part))

    def _field(self, node: _Field, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.Name):
            if node.name in scope:
                self.used = self.used or node.name in self._fields
            elif node.ctx == "load":
                self._unknown(node.name, scope)
            return
        base: nodes.Node = node.node
        key = _key(node)
        self._walk(base, scope)
        name, held = self._held(base, scope)
        if key is not None and isinstance(held, dict) and key not in held:
            self._unknown(f"{name}.{key}", [f"{name}.{part}" for part in held])
        elif isinstance(held, list) and isinstance(key, str):
            self._list(name, held)
        elif isinstance(held, str) and isinstance(key, str) and not hasattr(str, key):
            self._unknown(f"{name}.{key}", [name])

    def _held(self, node: nodes.Node, scope: dict[str, Any]) -> tuple[str, Any]:
        """The name of a field as written, and what it holds; None where that cannot be said."""
        if isinstance(node, nodes.Name):
            return node.name, scope.get(node.name)
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            name, held = self._held(node.node, scope)
            key = _key(node)
            if isinstance(held, dict) and isinstance(key, str):
                return f"{name}.{key}", held.get(key)
            return name, held[0] if isinstance(held, list) and not isinstance(key, str) else None
        return "", None

    def _unknown(self, name: str, known: Iterable[str]) -> None:
        texts, options = words()["problem"], [option for option in known if option != "loop"]
        # "titel" alone is meant to be "document.titel".
        full = [field for field in self.plain if field.rsplit(".", 1)[-1] == name]
        near = (
            get_close_matches(name, options, n=1) or sorted(full) or get_close_matches(name, self.plain, n=1)
        )
        hint = texts["near"].format(near=near[0]) if near else texts["known"].format(known=", ".join(options))
        self._found.append(f"{texts['unknown'].format(name=name)} {hint}")


def _key(node: nodes.Getattr | nodes.Getitem) -> str | None:
    """The name of the part that is asked of a field, None where it is a number or worked out."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    constant = node.arg
    return constant.value if isinstance(constant, nodes.Const) and isinstance(constant.value, str) else None
