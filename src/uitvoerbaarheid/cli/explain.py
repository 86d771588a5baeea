"""``uitvoerbaarheid explain``: why a document or section has its score."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import (
    chosen_ocr,
    fail,
    is_report,
    known_profiles,
    make_analyzer,
    make_console,
    read_document,
    read_report,
    tell,
    without_effect,
)
from uitvoerbaarheid.cli.options import (
    CorrectionsFile,
    DocumentFile,
    LanguageModel,
    OcrChoice,
    OwnModelFolder,
    Password,
    ProfileName,
    SettingsFile,
)


def explain(
    file: DocumentFile,
    section: Annotated[
        str | None,
        typer.Option(
            "--section",
            metavar="ID",
            help="Kenmerk van de paragraaf; 'outline' toont het achter elke kop. Zonder: het hele document.",
            show_default=False,
        ),
    ] = None,
    *,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
    config: SettingsFile = None,
) -> None:
    """Leg een paragraaf of een document uit. BESTAND is een document, of het JSON-rapport van een scan."""
    from uitvoerbaarheid.config import Configs
    from uitvoerbaarheid.reports.terminal import document_panel, section_panel

    settings = Configs(config).of(file)
    if is_report(file):
        if corrections is not None or model is not None:
            fail("--corrections en --model horen bij een document, niet bij een rapport: scan het opnieuw.")
        report = read_report(file)
        if profile is not None:
            from uitvoerbaarheid.scoring.summary import recount

            known_profiles(profile, settings).apply(report, profile)
            recount(report)
    else:
        from uitvoerbaarheid.overrules import corrections_for

        known = known_profiles(profile, settings).rules
        decided = corrections_for({file.name: file}, corrections, profiles=known).of(file.name)
        analyzer = make_analyzer(language_model, model=model, profile=profile, config=settings)
        report = analyzer.assess(read_document(file, password, chosen_ocr(ocr, settings)), decided)
        tell(without_effect(report))
    chosen = next((s for s in report.sections if s.id == section), None)
    if section is None:
        make_console().print(document_panel(report))
        return
    if chosen is None:
        near = get_close_matches(section, [s.id for s in report.sections], n=3, cutoff=0.4)
        hint = f" Bedoelde u: {', '.join(near)}?" if near else ""
        fail(f"Er is geen paragraaf met kenmerk '{section}'.{hint}")
    make_console().print(section_panel(chosen, report))
