"""The pages of the rules: in step with the rules, and in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import rule_pages
from uitvoerbaarheid.checking.rules import rules
from uitvoerbaarheid.cli.application import app

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Call ``uitvoerbaarheid rule`` with arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["rule", *arguments])

    return call


def _golden(name: str, text: str) -> None:
    """Compare with the golden file; an absent one is written, and the test fails once to say so."""
    path = GOLDEN / name
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if not path.exists():
        path.write_text(text, encoding="utf-8", newline="\n")
        pytest.fail(f"{path.name} was not there yet; look at it and commit it")
    assert text == path.read_text(encoding="utf-8")


def test_the_pages_in_docs_are_what_the_rules_say() -> None:
    made = rule_pages.pages()
    written = {file.name: file.read_text(encoding="utf-8") for file in rule_pages.FOLDER.glob("*.md")}
    assert written == made, "run: python scripts/rule_pages.py"


def test_the_list_names_every_rule() -> None:
    text = rule_pages.pages()["README.md"]
    assert all(f"[{name}]({name}.md)" in text for name in rules())


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((), "rule-alle.txt"),
        (("UV2",), "rule-groep.txt"),
        (("uv304",), "rule-UV304.txt"),
        (("geen-partij",), "rule-UV101.txt"),
        (("UV901",), "rule-UV901.txt"),
    ],
)
def test_rules_in_the_terminal(run, arguments: tuple[str, ...], name: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    _golden(name, result.stdout)


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
