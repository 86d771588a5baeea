"""The GitHub action: its metadata, and its shell steps as the runner would run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import draft_samples
import pytest
from ci_tools import ROOT, Repository, follows_schema, load_yaml

ACTION = ROOT / "action.yml"
[METADATA] = load_yaml(ACTION.read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in METADATA["runs"]["steps"]}
INSTALL, CHECK = STEPS["uitvoerbaarheid installeren"], STEPS["Concepten controleren"]


class Runner:
    """Runs a shell step with its environment filled in, in a workspace, as GitHub's runner does."""

    def __init__(self, folder: Path, workspace: Path, bin: Path | None = None) -> None:
        self.temp = folder / "runner temp"
        self.temp.mkdir()
        self.workspace = workspace
        self.bin = bin
        self.context: dict[str, str] = {}

    def run(self, step: dict, **inputs: str) -> subprocess.CompletedProcess[str]:
        values = {f"inputs.{name}": entry.get("default", "") for name, entry in METADATA["inputs"].items()}
        values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        values |= self.context
        script = self.temp / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        env = dict(os.environ)
        env |= {
            name: values[_expression(value)] if "${{" in value else value
            for name, value in step["env"].items()
        }
        env["RUNNER_TEMP"] = str(self.temp)
        for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"):
            file = self.temp / name
            file.touch()
            env[name] = str(file)
        if self.bin:
            env["UITVOERBAARHEID_BIN"] = str(self.bin)
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    def written(self, name: str) -> dict[str, str]:
        lines = (self.temp / name).read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


def _expression(value: str) -> str:
    assert value.startswith("${{") and value.endswith("}}"), value
    return value[3:-2].strip()


@pytest.fixture
def runner(tmp_path: Path, repository: Repository, recorder: Path) -> Runner:
    return Runner(tmp_path, repository.folder, recorder)


def test_the_metadata_follows_the_schema() -> None:
    follows_schema("github-actions", ACTION)


def test_no_value_is_part_of_a_script_and_every_input_is_used() -> None:
    shell = [step for step in STEPS.values() if "run" in step]
    assert len(shell) == 2
    assert all(step["shell"] == "bash" and "${{" not in step["run"] for step in shell)
    text = ACTION.read_text(encoding="utf-8")
    assert all(f"${{{{ inputs.{name} }}}}" in text for name in METADATA["inputs"])
    for step in shell:
        assert all(
            f"${name}" in step["run"] or f"{{{name}" in step["run"] or name.startswith("PIP_")
            for name in step["env"]
        )


def test_without_inputs_the_whole_workspace_is_checked(runner: Runner, recorded) -> None:
    assert runner.run(CHECK).returncode == 0
    assert recorded() == ["check", "--format=github", "--report=sarif=uitvoerbaarheid.sarif", "--", "."]
    assert runner.written("GITHUB_OUTPUT") == {"exit-code": "0"}


def test_every_input_becomes_one_argument_whatever_it_holds(runner: Runner, recorded) -> None:
    hostile = "$(touch gelukt) `touch gelukt` ; touch gelukt \" ' * --x"
    done = runner.run(
        CHECK,
        paths=f"concepten\r\n\n  \nnota's/woon visie.docx\n{hostile}\n--format=text\n",
        config=hostile,
        format="text",
        fail_level="warning",
        baseline="--new-only",
        new_only=hostile,
        allow_unreadable="true",
        sarif="uit/x.sarif",
    )
    assert done.returncode == 0, done.stderr
    assert recorded() == [
        "check",
        f"--config={hostile}",
        "--format=text",
        "--fail-level=warning",
        "--baseline=--new-only",
        f"--new-only={hostile}",
        "--report=sarif=uit/x.sarif",
        "--allow-unreadable",
        "--",
        "concepten",
        "nota's/woon visie.docx",
        hostile,
        "--format=text",
    ]
    assert not list(runner.workspace.glob("**/gelukt"))


@pytest.mark.parametrize("code", [1, 2])
def test_the_exit_code_of_the_check_is_that_of_the_step(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setenv("EXIT_CODE", str(code))
    assert runner.run(CHECK, sarif="").returncode == code
    assert runner.written("GITHUB_OUTPUT") == {"exit-code": str(code)}


def test_a_draft_that_goes_back_makes_the_step_fail_with_annotations_summary_and_sarif(
    tmp_path: Path, repository: Repository, program: Path
) -> None:
    repository.write(draft_samples.VAGUER)
    runner = Runner(tmp_path, repository.folder, program)
    done = runner.run(CHECK, paths="concepten")
    assert done.returncode == 1, done.stderr
    assert "::error file=concepten/programma.md,line=" in done.stdout
    assert "2 Veilige schoolroutes" in (runner.temp / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert runner.written("GITHUB_OUTPUT") == {"exit-code": "1", "sarif": "uitvoerbaarheid.sarif"}
    sarif = json.loads((repository.folder / "uitvoerbaarheid.sarif").read_text(encoding="utf-8"))
    assert sarif["runs"][0]["results"]


BACKEND = """
import pathlib, zipfile

def build_wheel(folder, settings=None, metadata=None):
    name = "uitvoerbaarheid-9.9-py3-none-any.whl"
    info = "uitvoerbaarheid-9.9.dist-info"
    files = {
        "proef.py": "def main(): print('geinstalleerd')",
        f"{info}/METADATA": "Metadata-Version: 2.1\\nName: uitvoerbaarheid\\nVersion: 9.9\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{info}/entry_points.txt": "[console_scripts]\\nuitvoerbaarheid = proef:main\\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name
"""


def test_the_program_is_installed_from_the_action_s_own_checkout(
    tmp_path: Path, repository: Repository, recorder: Path
) -> None:
    """With a package of the same name that needs nothing: the real one takes a registry and minutes."""
    action = tmp_path / "de action"
    action.mkdir()
    (action / "constraints.txt").write_text("uitvoerbaarheid==9.9\n")
    (action / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (action / "backend.py").write_text(BACKEND)
    runner = Runner(tmp_path, repository.folder)
    runner.context = {"github.action_path": str(action), "steps.python.outputs.python-path": sys.executable}
    done = runner.run(INSTALL)
    assert done.returncode == 0, done.stdout + done.stderr
    bin = runner.written("GITHUB_ENV")["UITVOERBAARHEID_BIN"]
    assert subprocess.check_output([f"{bin}/uitvoerbaarheid"], encoding="utf-8") == "geinstalleerd\n"
