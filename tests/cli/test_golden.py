"""What every command says, held against golden files.

``cases/*.toml`` holds the cases by command: the arguments, the exit code and the files that are there. What
is said stands in ``golden/COMMAND/NUMBER-NAME.txt``. To renew golden files delete them: an absent one is
written, and its test fails once so that somebody looks at it.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from uitvoerbaarheid import __version__, cli

HERE = Path(__file__).parent
#: Held against a golden file in another test: to train takes long, and that one does it already.
ELSEWHERE = {("train", 0)}
#: What differs between versions of models and rules without any difference in what is said.
_VARYING = (
    (re.compile(r"(?<=regels )[0-9a-f]{12}|(?<=\"ruleset_id\": \")[0-9a-f]{12}"), "REGELS"),
    (re.compile(r"(?<=\"ruleset\": \")[0-9a-f]{12}"), "REGELS"),
    (re.compile(r"(?<=nl_policy\+)[0-9a-f]{12}"), "MODEL"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
    (re.compile(r"(?<=eigen-)[0-9a-f]{12}"), "MODEL"),
    (re.compile(rf"(?<![\w.]){re.escape(__version__)}(?![\w.])"), "VERSIE"),
)


def _cases() -> Iterator[Any]:
    """Each case, with the name of its golden file."""
    for file in sorted((HERE / "cases").glob("*.toml")):
        for number, case in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], 1):
            name = f"{number:02}-{case['name']}"
            yield pytest.param(case, f"{file.stem}/{name}.txt", id=f"{file.stem}-{name}")


@pytest.mark.usefixtures("kept_reader")
@pytest.mark.parametrize(("case", "golden"), list(_cases()))
def test_what_a_command_says(
    case: dict[str, Any],
    golden: str,
    run: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _lay(case, tmp_path)
    for name, value in case.get("environment", {}).items():
        monkeypatch.setenv(name, value)
    for arguments in case.get("before", []):
        run(*arguments)
    _lay({"texts": case.get("later", {})}, tmp_path)
    called = run(*case["arguments"])
    said = [f"$ uitvoerbaarheid {shlex.join(case['arguments'])}", called.out]
    said += ["--- stderr", called.err] if called.err else []
    for name in case.get("shows", []):
        said += [f"--- {name}", (tmp_path / name).read_text("utf-8")]
    said.append(f"--- exit {called.code}")
    _compare(HERE / "golden" / golden, _lines("\n".join(part.rstrip("\n") for part in said), tmp_path))
    assert called.code == case["code"]


def _lay(case: dict[str, Any], folder: Path) -> None:
    """The files of a case: drafts by name, and texts that stand in the case; an empty text takes one away."""
    for name in case.get("drafts", []):
        shutil.copy(HERE / "drafts" / name, folder / name)
    for name, text in case.get("texts", {}).items():
        target = folder / name
        if not text and target.exists():
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def _lines(text: str, folder: Path) -> str:
    for place in (str(folder), str(folder.resolve())):
        text = text.replace(place, "MAP")
    for pattern, name in _VARYING:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.split("\n")) + "\n"


def _compare(path: Path, text: str) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        pytest.fail(f"{path.relative_to(HERE)} was not there yet; look at it and commit it")
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_file_has_a_case() -> None:
    cases = {case.values[1] for case in _cases()}
    files = {path.relative_to(HERE / "golden").as_posix() for path in (HERE / "golden").rglob("*.txt")}
    assert files == cases


def test_every_command_has_cases_of_use_and_of_wrong_use() -> None:
    from typer.main import get_command

    commands = set()
    for name, command in get_command(cli.app).commands.items():
        commands |= {f"{name} {below}" for below in getattr(command, "commands", {})} or {name}
    missing = {(name, code) for name in commands for code in (0, 2)}
    for case in _cases():
        said = " ".join(case.values[0]["arguments"])
        missing -= {(name, case.values[0]["code"]) for name in commands if f"{said} ".startswith(f"{name} ")}
    assert missing == ELSEWHERE
