"""Where the bundled ``data/`` and ``models/`` are: inside the installed package, or beside ``src/``."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent

#: What in ``data/`` decides results; a change in any of it gives another ``ruleset_id``.
RULES = ("lexicons", "organisations.tsv", "patterns", "profiles", "questions", "scoring", "signals")

#: What in ``data/`` no result depends on.
_NO_RESULT = ("benchmarks", "checking", "examples", "labelling", "queries", "rules", "training")

_SEAL = re.compile(rb'\{"sha256":"([0-9a-f]{64})",')


class ModelFileError(Exception):
    """A file of a model is damaged, was changed or does not fit; the message is Dutch."""


def _root(name: str) -> Path:
    for parent in (_PACKAGE, _CHECKOUT):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"map '{name}' ontbreekt in de installatie van uitvoerbaarheid ({_PACKAGE})")


def data_path(*parts: str) -> Path:
    """Path of a bundled data file, e.g. ``data_path("patterns", "budgets.toml")``."""
    return _root("data").joinpath(*parts)


@cache
def read_toml(*parts: str) -> dict[str, Any]:
    """A bundled TOML file, read once: ``read_toml("patterns", "budgets.toml")``. Not to be changed."""
    return tomllib.loads(data_path(*parts).read_text(encoding="utf-8"))


@cache
def read_folder(name: str) -> dict[str, dict[str, Any]]:
    """The bundled TOML files in a folder by their name without the ending, in alphabetical order."""
    names = sorted(path.name for path in data_path(name).glob("*.toml"))
    return {file.removesuffix(".toml"): read_toml(name, file) for file in names}


def model_path(*parts: str) -> Path:
    """Path of a bundled model file, e.g. ``model_path("actor_roles.json")``."""
    return _root("models").joinpath(*parts)


def _digest(root: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(root).as_posix().encode())
        # A checkout on Windows may turn line ends of text files; the rules are the same.
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _files(place: Path) -> list[Path]:
    candidates = [place] if place.is_file() else place.rglob("*")
    return [f for f in candidates if f.is_file() and not f.name.startswith(".")]


@cache
def code_id() -> str:
    """Identifier of the program itself: a digest of its sources, and of what in ``data/`` is no rule.

    With it results of another version, or of a changed checkout, are not taken for those of this one.
    """
    code = _digest(_PACKAGE, list(_PACKAGE.rglob("*.py")))
    root = _root("data")
    texts = [place for place in root.iterdir() if place.name not in RULES and place.name not in _NO_RESULT]
    return f"{code}+{_digest(root, [file for place in texts for file in _files(place)])}"


@cache
def ruleset_id() -> str:
    """Identifier of the rules in use: a digest of the files in ``RULES``."""
    root = _root("data")
    return _digest(root, [f for name in RULES for f in _files(root / name)])


@cache
def model_id(language_model: str) -> str:
    """Identifier of the models in use: the language model's name and a digest of the bundled weights."""
    root = _root("models")
    return f"{language_model}+{_digest(root, [f for f in _files(root) if f.suffix != '.md'])}"


def sealed(content: dict[str, Any]) -> bytes:
    """``content`` as a JSON object whose first key is the SHA-256 of all that follows it."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))[1:].encode("utf-8") + b"\n"
    return b'{"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'",' + body


def read_sealed(path: Path) -> dict[str, Any]:
    """The object in a file that :func:`sealed` wrote, its ``sha256`` included.

    Raises ModelFileError where it is absent or not as it was written: such a file decides nothing.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        # A checkout on Windows may have turned the one line end.
        data = path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as error:
        raise ModelFileError(f"Het modelbestand {name} is er niet of is niet te lezen.") from error
    seal = _SEAL.match(data)
    if seal is None or hashlib.sha256(data[seal.end() :]).hexdigest().encode() != seal[1]:
        raise ModelFileError(f"Het modelbestand {name} is beschadigd of gewijzigd en wordt niet gebruikt.")
    try:
        found: dict[str, Any] = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"Het modelbestand {name} is geen geldig modelbestand.") from error
    return found
