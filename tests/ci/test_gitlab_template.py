"""The template for GitLab CI: filled in as GitLab does it, by its schema, and its script run."""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import draft_samples
import pytest
from ci_tools import ROOT, Repository, follows_schema, load_yaml

TEMPLATE = ROOT / "ci" / "gitlab.yml"
TEXT = TEMPLATE.read_text(encoding="utf-8")
SPEC = load_yaml(TEXT)[0]["spec"]["inputs"]


def _filled(**inputs: str) -> dict:
    """The template with inputs put in: GitLab puts them in the text, before that is read as YAML."""
    given = {"repository": "https://example.org/uitvoerbaarheid.git", "ref": "v0.1.0"} | inputs
    text = TEXT.partition("\n---\n")[2]
    for name, entry in SPEC.items():
        value = given.get(name.replace("-", "_"), entry.get("default"))
        assert value is not None, f"{name} has no default"
        assert f"$[[ inputs.{name} ]]" in text
        text = text.replace(f"$[[ inputs.{name} ]]", value)
    assert "$[[" not in text
    return load_yaml(text)[0]


def _run(job: dict, *steps: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run script steps of a job in one shell, with its variables."""
    script = "\n".join(line for step in steps for line in job[step])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | job["variables"] | {"uitvoerbaarheid_home": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What the steps before the script leave behind, but for the program itself."""
    folder = tmp_path / "home" / "venv"
    folder.mkdir(parents=True)
    return folder.parent


def test_the_template_follows_the_schema(tmp_path: Path) -> None:
    for number, document in enumerate([load_yaml(TEXT)[0], _filled()]):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        follows_schema("gitlab-ci", file)


def test_scripts_hold_no_input(tmp_path: Path) -> None:
    job = load_yaml(TEXT.partition("\n---\n")[2])[0]["uitvoerbaarheid"]
    assert "inputs." not in json.dumps([job["before_script"], job["script"]])


def test_without_inputs_the_whole_project_is_checked(
    home: Path, recorder: Path, recorded, repository: Repository
) -> None:
    (home / "venv" / "bin").symlink_to(recorder)
    job = _filled()["uitvoerbaarheid"]
    done = _run(job, "script", folder=repository.folder, home=home)
    assert done.returncode == 0, done.stderr
    assert recorded() == [
        "check",
        "--report=gitlab=uitvoerbaarheid-codequality.json",
        "--report=junit=uitvoerbaarheid-junit.xml",
        "--",
        ".",
    ]


def test_every_input_becomes_one_argument_whatever_it_holds(
    home: Path, recorder: Path, recorded, repository: Repository
) -> None:
    (home / "venv" / "bin").symlink_to(recorder)
    hostile = "$(touch gelukt) `touch gelukt` ' * --x"
    job = _filled(
        paths=f"concepten;nota's/woon visie.docx;{hostile};--format=text",
        config=hostile,
        fail_level="warning",
        baseline="--new-only",
        new_only=hostile,
    )["uitvoerbaarheid"]
    done = _run(job, "script", folder=repository.folder, home=home)
    assert done.returncode == 0, done.stderr
    assert recorded()[:7] == [
        "check",
        "--report=gitlab=uitvoerbaarheid-codequality.json",
        "--report=junit=uitvoerbaarheid-junit.xml",
        f"--config={hostile}",
        "--fail-level=warning",
        "--baseline=--new-only",
        f"--new-only={hostile}",
    ]
    assert recorded()[7:] == ["--", "concepten", "nota's/woon visie.docx", hostile, "--format=text"]
    assert not list(repository.folder.glob("**/gelukt"))


def test_a_draft_that_goes_back_makes_the_job_fail_with_both_reports(
    home: Path, program: Path, repository: Repository
) -> None:
    (home / "venv" / "bin").symlink_to(program)
    repository.write(draft_samples.VAGUER)
    job = _filled(paths="concepten")["uitvoerbaarheid"]
    done = _run(job, "script", folder=repository.folder, home=home)
    assert done.returncode == 1, done.stderr
    assert "2 Veilige schoolroutes" in done.stdout
    reports = job["artifacts"]["reports"]
    quality = json.loads((repository.folder / reports["codequality"]).read_text(encoding="utf-8"))
    assert "concepten/programma.md" in {issue["location"]["path"] for issue in quality}
    assert ET.parse(repository.folder / reports["junit"]).getroot().findall(".//failure")


def test_the_program_comes_from_its_repository_at_the_version_asked(tmp_path: Path, own_git: None) -> None:
    """The steps before the script, with a repository of its own and no installation from a registry."""
    source = Repository(tmp_path / "programma")
    (source.folder / "constraints.txt").write_text("")
    source.commit()
    source.git("tag", "v9.9")
    (source.folder / "te nieuw.txt").write_text("")
    source.commit()
    tools = tmp_path / "tools"
    tools.mkdir()
    # Stands for Python: makes the environment, and writes down what pip is asked.
    (tools / "python").write_text(
        "#!/bin/sh\n"
        'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi\n'
        f'if [ "$2" = pip ]; then printf "%s\\n" "$@" > "{tmp_path}/pip"; fi\n'
    )
    (tools / "python").chmod(0o755)
    job = _filled(repository=str(source.folder), ref="v9.9")["uitvoerbaarheid"]
    job["variables"]["PATH"] = f"{tools}:{os.environ['PATH']}"
    job["variables"]["TMPDIR"] = str(tmp_path)
    done = _run(job, "before_script", folder=tools, home=tmp_path)
    assert done.returncode == 0, done.stderr
    *_, option, constraints, checkout = (tmp_path / "pip").read_text().splitlines()
    assert option == "--constraint" and constraints == f"{checkout}/constraints.txt"
    assert Path(constraints).exists() and not (Path(checkout) / "te nieuw.txt").exists()
    job["variables"]["UITVOERBAARHEID_REF"] = "--upload-pack=touch gelukt"
    assert _run(job, "before_script", folder=tools, home=tmp_path).returncode != 0
    assert not (tools / "gelukt").exists()
