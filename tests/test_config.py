"""Settings: found upward, checked, and wrong ones said in Dutch with the right key."""

from __future__ import annotations

from pathlib import Path

import pytest

from uitvoerbaarheid.config import FILE_NAME, ConfigError, load_config


def write(folder: Path, text: str) -> Path:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return folder / FILE_NAME


def test_settings_are_found_above_and_absent_ones_are_none(tmp_path: Path) -> None:
    below = tmp_path / "plannen" / "diep"
    below.mkdir(parents=True)
    write(tmp_path, 'profile = "begroting"\n\n[profiles.begroting]\nlevel = 3\n')
    config = load_config(below)
    assert (config.profile, config.profiles, config.output) == (
        "begroting",
        {"begroting": {"level": 3}},
        None,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('proflie = "begroting"', "'proflie' is geen instelling. Bedoelde u 'profile'?"),
        ("profile = 3", "'profile' moet een tekst tussen aanhalingstekens zijn."),
        ("profiles = 3", "'profiles' moet een tabel zijn."),
        ("[profiles]\nbegroting = 3", "'profiles.begroting' moet een tabel zijn."),
        (
            "x = 1",
            "'x' is geen instelling. Mogelijk zijn: language_model, output, model, ocr, profile, memo_template, profiles.",
        ),
    ],
)
def test_a_wrong_setting_is_said_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path)
    assert str(error.value) == f"Fout in {file}: {message}"


def test_what_is_no_toml_is_said(tmp_path: Path) -> None:
    write(tmp_path, "output = 'a'\nprofile = \nmodel = 'b'")
    with pytest.raises(ConfigError, match=r"is niet te lezen als TOML: zie regel 2\.$"):
        load_config(tmp_path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    write(tmp_path, "\ufeffprofile = 'begroting'")
    assert load_config(tmp_path).profile == "begroting"
