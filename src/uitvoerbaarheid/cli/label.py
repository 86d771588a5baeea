"""``uitvoerbaarheid label``: sections to label, and the labels read in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from uitvoerbaarheid.cli.application import Command, Group
from uitvoerbaarheid.cli.common import assessed, fail, make_console, new_file, plural, writing
from uitvoerbaarheid.cli.options import LanguageModel, OwnModelFolder

label_app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help="Laat paragrafen labelen en lees de labels in, om het model ervan te laten leren.",
)


@label_app.command("export", cls=Command)
def label_export(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PAD", help="Documenten, mappen of JSON-rapporten.", show_default=False),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="BESTAND", help="Bestand om in te vullen (.xlsx of .jsonl)."),
    ] = Path("labels.xlsx"),
    *,
    count: Annotated[int, typer.Option("--count", metavar="AANTAL", help="Hoeveel paragrafen.")] = 40,
    seed: Annotated[
        int, typer.Option("--seed", metavar="GETAL", help="Een ander getal geeft een andere keuze.")
    ] = 0,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
) -> None:
    """Kies paragrafen om te labelen en zet ze met de richtlijn in een bestand."""
    from uitvoerbaarheid.labelling import choose, write_guideline, write_tasks, write_workbook

    if output.suffix.lower() not in (".xlsx", ".jsonl"):
        fail("Geef met --output een naam op die eindigt op .xlsx of .jsonl.")
    if count < 1:
        fail("Geef met --count een aantal van 1 of meer.")
    new_file(output)
    tasks = choose(assessed(paths, language_model, model), count, seed)
    if not tasks:
        fail("Er zijn geen paragrafen gevonden om te labelen.")
    with writing(output):
        if output.suffix.lower() == ".xlsx":
            write_workbook(tasks, output)
            where = "het blad Richtlijn"
        else:
            guide = output.with_name(f"{output.stem}-richtlijn.md")
            write_tasks(tasks, output)
            write_guideline(guide)
            where = str(guide)
    documents = len({task.document.sha256 for task in tasks})
    asked = plural(len(tasks), "paragraaf", "paragrafen")
    source = plural(documents, "document", "documenten")
    typer.echo(f"{asked} uit {source} staan in {output}. Lees eerst {where}.")


@label_app.command("import", cls=Command)
def label_import(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="BESTAND", help="Ingevulde bestanden (.xlsx of .jsonl).", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="BESTAND", help="Bestand voor de labels (.jsonl).")
    ] = Path("labels.jsonl"),
) -> None:
    """Lees ingevulde labels in, controleer ze, en toon hoe goed lezers het eens zijn."""
    from uitvoerbaarheid.labelling import (
        AGREEMENT_HEADER,
        LabelFiles,
        agreement_rows,
        agreements,
        counts,
        write_labels,
    )
    from uitvoerbaarheid.reports.terminal import figures_table

    if output.suffix.lower() != ".jsonl":
        fail("Geef met --output een naam op die eindigt op .jsonl.")
    new_file(output)
    read = LabelFiles(files)
    if not read.labels:
        fail("Er is nog geen paragraaf gelabeld.")
    with writing(output):
        write_labels(read.labels, output)
    found_labels = plural(len(read.labels), "label staat", "labels staan")
    empty = plural(read.empty, "rij was", "rijen waren")
    typer.echo(f"{found_labels} in {output}; {empty} nog leeg.")
    typer.echo(", ".join(f"{name}: {number}" for name, number in sorted(counts(read.labels).items())))
    found = agreements(read.labels)
    if found:
        title = "Overeenstemming tussen lezers (Krippendorffs alfa)"
        make_console().print(figures_table(title, AGREEMENT_HEADER, agreement_rows(found)))
        typer.echo(
            "1 is volledige overeenstemming, 0 is toeval; onder 0,67 is een oordeel te onzeker om op te "
            "bouwen. Een paragraaf die meer lezers labelden, telt bij 'train' één keer mee."
        )
