"""The examples in docs/ci.md: each follows the schema of its service, and names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ci_tools import ROOT, follows_schema, load_yaml
from pre_commit.clientlib import load_config

TEXT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
[ACTION] = load_yaml((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = load_yaml((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))[0]["spec"]["inputs"]
[HOOK] = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]


def _examples(chapter: str) -> list[str]:
    """The YAML examples in a chapter."""
    part = TEXT.split(f"\n## {chapter}\n")[1].split("\n## ")[0]
    return re.findall(r"^```yaml\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", _examples("GitHub"))
def test_workflows_for_github(tmp_path: Path, example: str) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(example, encoding="utf-8")
    follows_schema("github-workflows", file)
    steps = load_yaml(example)[0]["jobs"]["uitvoerbaarheid"]["steps"]
    [ours] = [step for step in steps if "/uitvoerbaarheid@" in step["uses"]]
    assert set(ours["with"]) <= set(ACTION["inputs"])
    sarif = [step["with"]["sarif_file"] for step in steps if "upload-sarif" in step["uses"]]
    assert set(sarif) <= {ACTION["inputs"]["sarif"]["default"]}
    if "new-only" in ours["with"]:
        assert next(step["with"]["fetch-depth"] for step in steps if "checkout" in step["uses"]) == 0


def test_the_table_has_all_inputs_of_the_action_with_their_defaults() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| .*? \| ([^|]*?) \|$", TEXT, re.MULTILINE))
    assert set(rows) == set(ACTION["inputs"])
    for name, entry in ACTION["inputs"].items():
        assert rows[name] == f"`{entry['default']}`" if entry["default"] else "`" not in rows[name]


@pytest.mark.parametrize("example", _examples("GitLab"))
def test_pipelines_for_gitlab(tmp_path: Path, example: str) -> None:
    file = tmp_path / "gitlab.yml"
    file.write_text(example, encoding="utf-8")
    follows_schema("gitlab-ci", file)
    [include] = load_yaml(example)[0]["include"]
    needed = {name for name, entry in GITLAB.items() if "default" not in entry}
    assert needed <= set(include["inputs"]) <= set(GITLAB)
    assert (ROOT / include["file"]).is_file()


def test_every_input_of_the_template_is_named() -> None:
    part = TEXT.split("\n## GitLab\n")[1].split("\n## ")[0]
    assert all(f"{name}:" in part or f"`{name}`" in part for name in GITLAB)


@pytest.mark.parametrize("example", _examples("pre-commit"))
def test_settings_for_pre_commit(tmp_path: Path, example: str) -> None:
    file = tmp_path / ".pre-commit-config.yaml"
    file.write_text(example, encoding="utf-8")
    [repository] = load_config(str(file))["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [HOOK["id"]]


def test_there_are_examples_for_each() -> None:
    assert [len(_examples(chapter)) for chapter in ("GitHub", "GitLab", "pre-commit")] == [2, 2, 1]
