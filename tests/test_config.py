"""Settings: found upward in both files, checked, and all wrong ones said in Dutch with line and right key."""

from __future__ import annotations

import json
import re
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest

from uitvoerbaarheid import cli
from uitvoerbaarheid.checking.rules import rules
from uitvoerbaarheid.checking.settings import check_rules
from uitvoerbaarheid.config import (
    FILE_NAME,
    PYPROJECT,
    Check,
    Config,
    ConfigError,
    Configs,
    load_config,
    read_config,
)
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.profiles import Profiles

ROOT = Path(__file__).resolve().parent.parent


def write(folder: Path, text: str, name: str = FILE_NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def problems_of(file: Path) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read_config(file)
    return str(error.value).splitlines()


def test_settings_are_found_above_and_absent_ones_are_none(tmp_path: Path) -> None:
    below = tmp_path / "plannen" / "diep"
    below.mkdir(parents=True)
    file = write(tmp_path, 'profile = "begroting"\n\n[profiles.begroting]\nlevel = 3\n')
    config = load_config(below)
    assert (config.profile, config.profiles, config.output) == (
        "begroting",
        {"begroting": {"level": 3}},
        None,
    )
    assert (config.file, config.folder) == (file, tmp_path)


def test_the_nearest_file_holds_alone(tmp_path: Path) -> None:
    write(tmp_path, 'output = "boven"\nprofile = "begroting"')
    write(tmp_path / "plannen", 'output = "onder"')
    config = load_config(tmp_path / "plannen" / "visie.md")
    assert (config.output, config.profile) == ("onder", None)


def test_in_one_folder_the_own_file_goes_before_pyproject(tmp_path: Path) -> None:
    write(tmp_path, '[tool.uitvoerbaarheid]\noutput = "project"', PYPROJECT)
    assert load_config(tmp_path).output == "project"
    write(tmp_path, 'output = "eigen"')
    assert load_config(tmp_path).output == "eigen"


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, 'output = "boven"')
    write(tmp_path / "plannen", '[tool.ander]\noutput = "x"', PYPROJECT)
    assert load_config(tmp_path / "plannen").output == "boven"


def test_a_pyproject_on_the_way_that_is_no_toml_is_said(tmp_path: Path) -> None:
    write(tmp_path, "[tool\n", PYPROJECT)
    with pytest.raises(ConfigError, match=r"pyproject\.toml is niet te lezen als TOML: zie regel 1\.$"):
        load_config(tmp_path)


@pytest.mark.parametrize("mark", [".git", ".hg"])
def test_the_search_ends_at_the_top_of_the_repository(tmp_path: Path, mark: str) -> None:
    write(tmp_path, 'output = "buiten"')
    repository = tmp_path / "stukken"
    (repository / mark).mkdir(parents=True)
    assert load_config(repository).file is None
    write(repository, 'output = "binnen"')
    assert load_config(repository / "plannen" / "visie.md").output == "binnen"


def test_documents_have_the_settings_nearest_to_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a", 'output = "a"')
    write(tmp_path / "b", '[tool.uitvoerbaarheid]\noutput = "b"', PYPROJECT)
    write(tmp_path / "werk", 'output = "werk"')
    (tmp_path / "c").mkdir()
    monkeypatch.chdir(tmp_path / "werk")
    configs = Configs()
    outputs = [configs.of(tmp_path / name / "visie.md").output for name in ("a", "b", "c")]
    assert outputs == ["a", "b", "werk"]
    assert configs.of(tmp_path / "a" / "nota.md") is configs.of(tmp_path / "a")


def test_one_set_for_many_paths_is_that_of_the_folder_they_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "stukken", 'output = "samen"')
    write(tmp_path / "stukken" / "a", 'output = "a"')
    (tmp_path / "stukken" / "b").mkdir()
    monkeypatch.chdir(tmp_path)
    paths = [tmp_path / "stukken" / name for name in ("a", "b")]
    assert Configs().of_all(paths).output == "samen"
    assert Configs().of_all(paths[:1]).output == "a"
    assert Configs().of_all([]).output is None


def test_a_given_file_holds_for_all(tmp_path: Path) -> None:
    write(tmp_path, 'output = "dichtbij"')
    given = write(tmp_path / "ci", 'output = "opgegeven"', "streng.toml")
    assert Configs(given).of(tmp_path / "visie.md").output == "opgegeven"
    project = write(tmp_path, "[tool.ander]\n", PYPROJECT)
    assert problems_of(project) == [f"In {project} staat geen [tool.uitvoerbaarheid]."]


KEYS = (
    "language_model, output, model, ocr, profile, memo_template, workers, engine, scheduler, profiles, check"
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('\nproflie = "begroting"', 2, "'proflie' is geen instelling. Bedoelde u 'profile'?"),
        ("profile = 3", 1, "'profile' moet een tekst tussen aanhalingstekens zijn."),
        ("profiles = 3", 1, "'profiles' moet een tabel zijn."),
        ("[profiles]\nbegroting = 3", 2, "'profiles.begroting' moet een tabel zijn."),
        ("x = 1", 1, f"'x' is geen instelling. Mogelijk zijn: {KEYS}."),
        (
            'ocr = "altyd"',
            1,
            "'ocr' moet een van deze zijn: 'auto', 'nee' of 'altijd'. Bedoelde u 'altijd'?",
        ),
        (
            '[check]\nselect = ["UV1"]\nfail_level = "eror"',
            3,
            "'check.fail_level' moet een van deze zijn: 'error', 'warning', 'note' of 'never'. "
            "Bedoelde u 'error'?",
        ),
        ('[check]\nselect = "UV1"', 2, "'check.select' moet een lijst tussen rechte haken zijn."),
        ("[check]\nselect = []", 2, "'check.select' mag niet leeg zijn."),
        ("[check]\nignore = [1]", 2, "'check.ignore[1]' moet een tekst tussen aanhalingstekens zijn."),
        ("[check]\nselekt = []", 2, "'check.selekt' is geen instelling. Bedoelde u 'select'?"),
        (
            '[check.severity]\nUV101 = "of"',
            2,
            "'check.severity.UV101' moet een van deze zijn: 'error', 'warning', 'note' of 'off'. "
            "Bedoelde u 'off'?",
        ),
        (
            '[check]\nsuppress = [\n  { rules = ["UV1"], reason = "Besloten" },\n  { rules = ["UV2"] },\n]',
            4,
            "'check.suppress[2].reason' ontbreekt.",
        ),
        (
            '[[check.suppress]]\nrules = ["UV1"]\nreason = "Zo besloten"\n\n'
            '[[check.suppress]]\nrules = ["UV1"]\nreason = "  - "',
            7,
            "'check.suppress[2].reason' is leeg of te kort.",
        ),
        (
            'check.suppress = [{ rules = ["UV1"], reason = "Zo besloten", documnet = "x" }]',
            1,
            "'check.suppress[1].documnet' is geen instelling. Bedoelde u 'document'?",
        ),
    ],
)
def test_a_wrong_setting_is_said_with_its_place_in_both_files(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    file = write(tmp_path, text)
    assert problems_of(file) == [f"Fout in {file}, regel {line}: {message}"]
    # In pyproject.toml the same, with the table before each key.
    moved = re.sub(r"(?m)^(\[+)(?=check|profiles)", r"\1tool.uitvoerbaarheid.", text)
    if not moved.startswith(("[", "\n[")):
        moved, line = f"[tool.uitvoerbaarheid]\n{moved}", line + 1
    project = write(tmp_path, moved, PYPROJECT)
    assert problems_of(project) == [
        f"Fout in {project}, regel {line}: {message.replace(chr(39), chr(39) + 'tool.uitvoerbaarheid.', 1)}"
    ]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    file = write(tmp_path, 'x = 1\nocr = 2\n\n[check]\nfail_level = "hoog"\nbaseline = 3\n')
    assert [line.partition(": ")[0] for line in problems_of(file)] == [
        f"Fout in {file}, regel {line}" for line in (1, 2, 5, 6)
    ]


def test_a_later_problem_is_said_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, '[check]\nselect = [\n  "UV1",\n]\n[check.severity]\n"UV2" = "note"\n')
    config = read_config(file)
    assert str(config.wrong("dit niet", "check", "severity", "UV2")) == f"Fout in {file}, regel 6: dit niet"
    assert str(config.wrong("een\ntwee")) == f"Fout in {file}: een\nFout in {file}: twee"
    assert config.is_set("check", "select")
    assert not config.is_set("check", "ignore")


def test_lines_are_not_led_astray_by_text_that_looks_like_settings(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'title = """\n[check]\nfail_level = "note" # """\n'
        "output = '[check]' # fail_level = 1\n"
        '"profile" = "x]"\n'
        'profiles.eigen = { based_on = "begroting", asks = { goal = 2 } }\r\n'
        "[ check ]\n"
        'fail_level = "note"\n',
    )
    text = file.read_text(encoding="utf-8").replace("title", "language_model")
    file.write_text(text, encoding="utf-8", newline="")
    config = read_config(file)
    found = [
        config.line(*place)
        for place in (
            ("language_model",),
            ("output",),
            ("profile",),
            ("profiles", "eigen", "asks", "goal"),
            ("check", "fail_level"),
        )
    ]
    assert found == [1, 4, 5, 6, 8]


def test_paths_are_seen_from_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, 'model = "eigen"\n[check]\nbaseline = "bekend.json"\n')
    config = read_config(file)
    assert (config.model, config.check.baseline) == (
        str(tmp_path / "eigen"),
        str(tmp_path / "bekend.json"),
    )


def test_what_is_no_toml_is_said(tmp_path: Path) -> None:
    write(tmp_path, "output = 'a'\nprofile = \nmodel = 'b'")
    with pytest.raises(ConfigError, match=r"is niet te lezen als TOML: zie regel 2\.$"):
        load_config(tmp_path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    write(tmp_path, "\ufeffprofile = 'begroting'")
    assert load_config(tmp_path).profile == "begroting"


@pytest.mark.parametrize(
    "text",
    [
        "[[check.suppress]]\n" * 20_000,
        "profiles." + "a." * 100_000 + "a = 1",
        "check = { ignore = [" + "[" * 100_000,
        '"' * 200_001,
        "".join("profiles." + "a." * 90 + f"a{n} = 1\n" for n in range(400)),
        "x = '''" + "''\n" * 100_000,
        "#" * 250_000,
    ],
)
def test_hostile_files_take_no_time(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    start = time.perf_counter()
    with suppress(ConfigError):
        read_config(file)
    assert time.perf_counter() - start < 5


def test_the_examples_in_the_documentation_hold(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "instellingen.md").read_text(encoding="utf-8")
    examples = re.findall(r"(?s)```toml\n(.*?)```", text)
    assert len(examples) == 3
    keys = set()
    for number, example in enumerate(examples):
        config = read_config(write(tmp_path / str(number), example))
        check_rules(config, rules())
        Profiles(config.profiles)
        keys |= {name for name in Config.model_fields if config.is_set(name)}
        keys |= {f"check.{name}" for name in Check.model_fields if config.is_set("check", name)}
    # Every setting has an example.
    assert keys == {*Config.model_fields, *(f"check.{name}" for name in Check.model_fields)}
    told = {name for name in read_toml("reports", "settings.toml") if not name.startswith("check.suppress.")}
    assert told == keys - {"check"}


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Call ``uitvoerbaarheid`` with arguments, in an empty folder: exit code, output and messages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("UITVOERBAARHEID_CONFIG", "UITVOERBAARHEID_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["uitvoerbaarheid", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return call


SETTINGS = """[tool.uitvoerbaarheid]
profile = "omgevingsprogramma"
profiles.omgevingsprogramma.asks.monitoring = 2

[tool.uitvoerbaarheid.check]
fail_level = "warning"
suppress = [
  { rules = ["UV103"], document = "visie.md", section = "4.2", reason = "Het geld volgt." },
  { rules = ["UV2"], reason = "Startnotities" },
]
severity = { UV105 = "off" }
"""


def test_config_shows_every_setting_with_its_origin(run, tmp_path: Path) -> None:
    write(tmp_path, SETTINGS, PYPROJECT)
    write(tmp_path / "plannen", "# Visie", "visie.md")
    code, out, err = run("config", "plannen/visie.md")
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert rows == [
        [f"Instellingenbestand: {tmp_path / PYPROJECT}"],
        [""],
        ["Instelling", "Waarde", "Herkomst"],
        ["language_model", "meegeleverd", "standaard"],
        ["output", "uitvoerbaarheid-rapport", "standaard"],
        ["model", "meegeleverd", "standaard"],
        ["ocr", '"auto"', "standaard"],
        ["profile", '"omgevingsprogramma"', "pyproject.toml, regel 2"],
        ["memo_template", "meegeleverd", "standaard"],
        ["workers", "een per processorkern, als", "standaard"],
        ["het geheugen dat toelaat"],
        ["engine", '"pool"', "standaard"],
        ["scheduler", "deze computer", "standaard"],
        ["profiles.omgevingsprogramma.asks.monitoring", "2", "pyproject.toml, regel 3"],
        ["check.select", '["UV"]', "standaard"],
        ["check.ignore", "geen", "standaard"],
        ["check.severity.UV105", '"off"', "pyproject.toml, regel 11"],
        ["check.fail_level", '"warning"', "pyproject.toml, regel 6"],
        ["check.baseline", "geen", "standaard"],
        ["check.allow_unreadable", "false", "standaard"],
        ["check.suppress[1]", "UV103 in visie.md, paragraaf", "pyproject.toml, regel 8"],
        ["4.2: Het geld volgt."],
        ["check.suppress[2]", "UV2: Startnotities", "pyproject.toml, regel 9"],
    ]


def test_config_is_told_to_machines(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, '[check]\nfail_level = "never"\n')
    monkeypatch.setenv("UITVOERBAARHEID_PASSWORD", "zeer geheim")
    code, out, _ = run("config", "--json")
    told = json.loads(out)
    settings = {setting["key"]: setting for setting in told["settings"]}
    assert (code, told["file"]) == (0, file.as_posix())
    assert settings["check.fail_level"] == {
        "key": "check.fail_level",
        "value": "never",
        "source": "file",
        "line": 2,
    }
    assert settings["ocr"] == {"key": "ocr", "value": "auto", "source": "default", "line": None}
    assert settings["UITVOERBAARHEID_PASSWORD"]["source"] == "environment"
    assert "geheim" not in out


def test_another_file_can_be_given_by_option_and_environment(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'output = "gewoon"')
    write(tmp_path, 'output = "streng"', "streng.toml")
    assert '"streng"' in run("config", "--config", "streng.toml")[1]
    monkeypatch.setenv("UITVOERBAARHEID_CONFIG", "streng.toml")
    out = run("config")[1]
    assert '"streng"' in out
    assert re.search(r"UITVOERBAARHEID_CONFIG +streng\.toml +omgevingsvariabele", out)


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        (
            'profile = "begrotnig"\n[check]\nignore = ["UX101"]\n',
            [],
            "Fout in {file}, regel 1: Er is geen profiel 'begrotnig'. Bedoelde u 'begroting'?\n"
            "Fout in {file}, regel 3: check.ignore: 'UX101' is geen regel. Bedoelde u 'UV101'?\n",
        ),
        (
            "[profiles.begroting]\nlevel = 2\nasks = { gaol = 2 }\n",
            [],
            "Fout in {file}, regel 3: 'profiles.begroting.asks.gaol' is geen instelling. "
            "Bedoelde u 'goal'?\n",
        ),
        ("", ["weg.md"], "Niet gevonden: weg.md\n"),
        (
            "",
            ["--config", "weg.toml"],
            "Het instellingenbestand weg.toml is niet te lezen: het bestaat niet.\n",
        ),
        ("", ["--config", "."], "Het instellingenbestand . is geen bestand.\n"),
    ],
)
def test_what_is_wrong_ends_with_code_2(
    run, tmp_path: Path, text: str, arguments: list[str], message: str
) -> None:
    file = write(tmp_path, text)
    assert run("config", *arguments) == (2, "", message.format(file=file))


def test_the_schema_of_the_settings_fits_them(run) -> None:
    schema = json.loads(run("schema", "--of", "config")[1])
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert validator.is_valid(tomllib.loads(SETTINGS)["tool"]["uitvoerbaarheid"])
    for wrong in (
        {"proflie": "x"},
        {"check": {"fail_level": "hoog"}},
        {"check": {"suppress": [{"rules": []}]}},
    ):
        assert not validator.is_valid(wrong)
    assert all("description" in value for value in schema["$defs"]["Check"]["properties"].values())


def test_commands_take_the_settings_near_their_documents(run, tmp_path: Path) -> None:
    write(tmp_path / "plannen", 'output = "verkeerd"\nocr = "soms"')
    write(tmp_path / "plannen", "# Plan\n\nTekst.\n", "plan.md")
    for command in ("scan", "explain", "outline", "corrections"):
        code, _, err = run(command, str(Path("plannen", "plan.md")))
        assert (code, "'ocr' moet een van deze zijn" in err) == (2, True), command
