"""What the tests of the CI parts share: a repository with drafts, YAML and its schemas."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]


class Repository:
    """A git repository with drafts in ``concepten``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draft = folder / "concepten" / "programma.md"
        self.draft.parent.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run(["git", *arguments], check=check)

    def run(
        self, arguments: list[str], *, check: bool = False, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env=os.environ | (env or {}),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def write(self, text: str) -> None:
        self.draft.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Concept")


def load_yaml(text: str) -> list[Any]:
    """The documents in a YAML text, by YAML 1.2 ("on" is a word there, as the services have it)."""
    return list(YAML(typ="safe", pure=True).load_all(text))


def follows_schema(schema: str, file: Path) -> None:
    """The file follows a schema that comes with check-jsonschema; what does not is the failure's message."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
