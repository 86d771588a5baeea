"""The sample outcomes, as fixtures."""

from __future__ import annotations

import pytest
from format_samples import clean, hostile, ordinary

from uitvoerbaarheid.checking.outcome import Outcome


@pytest.fixture
def outcome() -> Outcome:
    return ordinary()


@pytest.fixture
def clean_outcome() -> Outcome:
    return clean()


@pytest.fixture
def hostile_outcome() -> Outcome:
    return hostile()
