"""The sample reports as fixtures; each test gets its own copy."""

from __future__ import annotations

import pytest
import report_samples

from uitvoerbaarheid.records import Report


@pytest.fixture
def garden() -> Report:
    """A document with all levels, sections that are not policy, a table and commitments."""
    return report_samples.garden()


@pytest.fixture
def broken() -> Report:
    """A document that could not be read."""
    return report_samples.broken()


@pytest.fixture
def hostile() -> Report:
    """A document whose words try to be markup, a script, a formula or a terminal command."""
    return report_samples.hostile()


@pytest.fixture
def weighed() -> Report:
    """The garden with all judgements beside the own ones, and what the document says as a whole."""
    return report_samples.weighed()
