"""The wheel carries its models and data and works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_works_from_another_folder(tmp_path: Path, examples: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, uitvoerbaarheid, uitvoerbaarheid.resources as r;"
            "print(uitvoerbaarheid.__file__, r.data_path(), r.model_path());"
            "sys.argv[1:] = ['scan', sys.argv[1], '--output', 'uit'];"
            "from uitvoerbaarheid.cli import main;"
            "main()",
            str(examples / "raadsvoorstel-groene-schoolpleinen.docx"),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    places = done.stdout.splitlines()[0].split()
    assert all(Path(place).is_relative_to(installed) for place in places)
    assert (tmp_path / "uit" / "overzicht.html").is_file()
