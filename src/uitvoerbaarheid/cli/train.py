"""``uitvoerbaarheid train``: a model that follows the labels of users."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import fail, make_analyzer, make_console, new_file, plural, writing
from uitvoerbaarheid.cli.options import LanguageModel


def train(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="LABELS", help="Labels (.jsonl of ingevulde .xlsx).", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="MAP", help="Map voor het model.", show_default=False)
    ],
    language_model: LanguageModel = None,
) -> None:
    """Pas het model aan uw labels aan, meet of het beter wordt, en schrijf het in een map."""
    from uitvoerbaarheid.labelling import LabelFiles
    from uitvoerbaarheid.reports.terminal import figures_table
    from uitvoerbaarheid.training import (
        LEAST_DOCUMENTS,
        LEAST_SECTIONS,
        change_rows,
        falls,
        learn,
        write_model,
    )

    new_file(output)
    labels = LabelFiles(files).labels
    if not labels:
        fail("Er is nog geen paragraaf gelabeld.")
    # What is adapted is always the bundled model: one made from another one would fit no version.
    analyzer = make_analyzer(language_model, own=False)
    typer.echo("De labels worden gelezen en het model wordt aangepast; dat duurt even.", err=True)
    trained = learn(labels, analyzer.annotator, analyzer.scorer.model)
    with writing(output):
        own = write_model(trained, output, analyzer.model_id)
    learnt = plural(trained.sections, "gelabelde paragraaf", "gelabelde paragrafen")
    typer.echo(f"{learnt} uit {plural(trained.documents, 'document', 'documenten')}.")
    console = make_console()
    header = ("", "meegeleverd", "aangepast")
    if trained.own:
        title = "Op uw documenten, elk gemeten met een model dat het niet zag"
        console.print(figures_table(title, header, change_rows(trained.own)))
        worse = falls(trained.own)
        if worse:
            typer.echo(f"Let op: op uw eigen documenten gaat achteruit: {', '.join(worse)}.")
    else:
        typer.echo(
            f"Dat is te weinig om te meten of het model beter wordt (nodig: {LEAST_SECTIONS} paragrafen uit "
            f"{LEAST_DOCUMENTS} documenten). Het model is voorzichtig aangepast: het blijft dicht bij het "
            "meegeleverde."
        )
    title = "Op de meegeleverde paragrafen, die het meegeleverde model al kent"
    console.print(figures_table(title, header, change_rows(trained.bundled)))
    if trained.model is analyzer.scorer.model:
        typer.echo("Uw labels geven geen reden om het meegeleverde model te veranderen.")
    typer.echo(f"Model {own.id} staat in {output}. Gebruik: uitvoerbaarheid scan PAD --model {output}")
