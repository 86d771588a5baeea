"""A model that a user trained: the section classifiers adapted to their labels, in a folder of their own.

One JSON file with its own checksum: plain numbers, no code, no text. It belongs to the bundled models that
it was made with; beside others its figures would mean something else, so it is refused there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uitvoerbaarheid.resources import ModelFileError, read_sealed, sealed
from uitvoerbaarheid.scoring.classifier import SectionModel

FILE_NAME = "model.json"
FORMAT = 1


@dataclass(frozen=True)
class OwnModel:
    """``scores`` are the classifiers; ``id`` names them in reports; ``made_with`` are the bundled models;
    ``training`` says what it was trained on and how well it does."""

    scores: SectionModel
    id: str
    made_with: str
    training: dict[str, Any]

    @classmethod
    def load(cls, folder: Path, bundled: str) -> OwnModel:
        """The model in a folder (or in that file), to use beside the models with id ``bundled``.

        Raises ModelFileError where it is absent, damaged or made with other models.
        """
        data = read_sealed(folder if folder.is_file() else folder / FILE_NAME)
        if data.get("format") != FORMAT:
            raise ModelFileError(f"Het model in {folder} heeft een indeling die deze versie niet kent.")
        if data.get("made_with") != bundled:
            raise ModelFileError(
                f"Het model in {folder} is gemaakt met een andere versie van het programma of een ander "
                "taalmodel. Maak het opnieuw met 'uitvoerbaarheid train' en dezelfde labels."
            )
        try:
            return cls(
                scores=SectionModel.from_json(data["scores"]),
                id=f"eigen-{data['sha256'][:12]}",
                made_with=data["made_with"],
                training=data["training"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(f"Het model in {folder} is onvolledig en wordt niet gebruikt.") from error


def write_own(folder: Path, scores: SectionModel, made_with: str, training: dict[str, Any]) -> OwnModel:
    """Write a model to a folder and give it as it will be read; OSError when it cannot be written."""
    content = {"format": FORMAT, "made_with": made_with, "training": training, "scores": scores.to_json()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_bytes(sealed(content))
    return OwnModel.load(folder, made_with)
