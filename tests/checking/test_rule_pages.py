"""The pages of the rules, in step with the rules; ``tests/cli`` holds what the command says."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import rule_pages
from uitvoerbaarheid.checking.rules import rules
from uitvoerbaarheid.cli.application import app


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Call ``uitvoerbaarheid rule`` with arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["rule", *arguments])

    return call


def test_the_pages_in_docs_are_what_the_rules_say() -> None:
    made = rule_pages.pages()
    written = {file.name: file.read_text(encoding="utf-8") for file in rule_pages.FOLDER.glob("*.md")}
    assert written == made, "run: python scripts/rule_pages.py"


def test_the_list_names_every_rule() -> None:
    text = rule_pages.pages()["README.md"]
    assert all(f"[{name}]({name}.md)" in text for name in rules())


def test_the_weight_is_that_of_the_users_own_profiles(run) -> None:
    Path("uitvoerbaarheid.toml").write_text(
        '[profiles.begroting.severity]\nUV304 = "error"\n', encoding="utf-8"
    )
    assert "bij het profiel begroting: fout" in run("UV304").stdout


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("UV107", "Er is geen regel 'UV107'. Bedoelde u UV106 (Geen maatregel), UV105 ("),
        ("geen-partji", "Er is geen regel 'geen-partji'. Bedoelde u UV101 (Geen partij bij de maatregel), "),
        ("xyz", "Er is geen regel 'xyz'. 'uitvoerbaarheid rule' toont ze alle."),
        ("\x1b[31mrood", "Er is geen regel '\ufffd[31mrood'. "),
    ],
)
def test_an_unknown_rule_is_told_with_the_nearest(run, given: str, message: str) -> None:
    result = run(given)
    assert result.exit_code == 2
    assert result.stderr.startswith(message) and result.stdout == ""
