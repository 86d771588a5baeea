"""Where the examples and, on a developer's machine, the real documents are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "data" / "examples"


@pytest.fixture(scope="session")
def examples() -> Path:
    """Folder with the bundled example documents."""
    return EXAMPLES


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with real documents and gold labels; tests that use it are skipped where it is absent."""
    folder = Path(os.environ.get("UITVOERBAARHEID_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip("de map ../shared met echte documenten is hier niet aanwezig")
    return folder
