"""Options and arguments that more commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LanguageModel = Annotated[
    str | None,
    typer.Option(
        "--language-model",
        metavar="NAAM",
        help="Ander spaCy-taalmodel dan het meegeleverde, bijvoorbeeld nl_core_news_sm.",
    ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAAM",
        help="Profiel met wat er gevraagd wordt, in plaats van het herkende; bijvoorbeeld omgevingsvisie.",
        show_default=False,
    ),
]
OwnModelFolder = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="MAP",
        help="Beoordeel met een eigen model, gemaakt met 'train'.",
        show_default=False,
    ),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="BESTAND",
        help="Correcties met de hand (standaard: correcties.xlsx of .toml bij de documenten).",
        show_default=False,
    ),
]
SETTINGS_VARIABLE = "UITVOERBAARHEID_CONFIG"
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="BESTAND",
        envvar=SETTINGS_VARIABLE,
        show_envvar=False,
        help="Instellingen voor alle stukken, in plaats van die het dichtst bij elk stuk staan.",
        show_default=False,
    ),
]
DocumentFile = Annotated[Path, typer.Argument(metavar="BESTAND", help="Het document.", show_default=False)]
PASSWORD_VARIABLE = "UITVOERBAARHEID_PASSWORD"
Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        metavar="TEKST",
        envvar=PASSWORD_VARIABLE,
        show_envvar=False,
        help="Wachtwoord van beveiligde pdf's. Zet u het in de omgevingsvariabele UITVOERBAARHEID_PASSWORD, "
        "dan blijft het uit de geschiedenis van opdrachten.",
        show_default=False,
    ),
]
OcrChoice = Annotated[
    str | None,
    typer.Option(
        "--ocr",
        metavar="KEUZE",
        help="Tekst herkennen in scans: nee, altijd (op elke pagina van een pdf), of auto: waar het nodig is "
        "(standaard).",
        show_default=False,
    ),
]
