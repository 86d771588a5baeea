"""Whether text can be recognised here: the program Tesseract, and what it knows. Cheap to import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

_SECONDS = 10


def program() -> str | None:
    """Where Tesseract is: on the path, or where its installers put it without telling the path."""
    folders = [os.environ.get(name, "") for name in ("ProgramFiles", "LOCALAPPDATA")]
    usual = [
        Path(folder, *sub, "Tesseract-OCR", "tesseract.exe")
        for folder in folders
        if folder
        for sub in ((), ("Programs",))
    ]
    usual += [Path("/opt/homebrew/bin/tesseract"), Path("/usr/local/bin/tesseract")]
    return shutil.which("tesseract") or next((str(path) for path in usual if path.is_file()), None)


@cache
def installed() -> str | None:
    """What can recognise text here, as words that differ when its version or languages do; None: nothing."""
    found = program()
    if found is None or find_spec("pytesseract") is None:
        return None
    told = []
    for question in ("--version", "--list-langs"):
        try:
            answer = subprocess.run(
                [found, question], capture_output=True, timeout=_SECONDS, check=False, text=True
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        lines = (answer.stdout or answer.stderr).splitlines()
        # The first line of the languages tells where they lie.
        told.append(lines[0] if question == "--version" and lines else " ".join(lines[1:]))
    return "; ".join(told)


@cache
def library() -> ModuleType:
    """The library that hands pictures to Tesseract. ImportError where it is not installed.

    It takes pandas along where that is installed, for tables that nobody here asks for: 40 MB and half a
    second in every process that reads. Where pandas is not there yet it does without.
    """
    hidden = "pandas" not in sys.modules
    if hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import pytesseract
    finally:
        if hidden:
            del sys.modules["pandas"]
    return pytesseract
