"""The command line as a user meets it: texts, exit codes, output."""

from __future__ import annotations

import errno
import io
import json
import re
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from uitvoerbaarheid import __version__
from uitvoerbaarheid.batch import discover
from uitvoerbaarheid.cli.errors import report_error

GOLDEN = Path(__file__).parent.parent / "golden"


def _golden(name: str, text: str) -> None:
    """Compare with the golden file; an absent one is written, and the test fails once to say so."""
    path = GOLDEN / name
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        pytest.fail(f"{path.name} was not there yet; look at it and commit it")
    assert text == path.read_text(encoding="utf-8")


def test_version(run) -> None:
    assert run("--version").out == f"uitvoerbaarheid {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan"], "Verplicht, maar niet opgegeven: 'PAD'."),
        (["scan", "x", "--outptu", "y"], "Onbekende optie: --outptu. Bedoelde u --output?"),
        (["scna"], "Onbekende opdracht 'scna'. Bedoelde u 'scan'"),
        (["scan", "--output"], "De optie --output mist een waarde"),
        (["outline", "a", "b"], "Te veel argumenten: (b)"),
        (["outline", "weg.pdf"], "Niet gevonden: weg.pdf"),
        (["scan", "weg"], "Niet gevonden of niet toegankelijk: weg"),
        (["scan", "."], "Er is niets gevonden om te lezen"),
        (["mentions", "--lines", "weg.txt"], "weg.txt is niet te lezen"),
        (["scan", "--language-model", "nl_bestaat_niet", "leeg.md"], "nl_bestaat_niet"),
        (["scan", "leeg.md", "--model", "weg"], "Het modelbestand weg/model.json is er niet"),
        (
            ["scan", "leeg.md", "--corrections", "weg.toml"],
            "weg.toml is niet te lezen: het pad bestaat niet.",
        ),
        (["corrections", "--output", "c.csv"], "eindigt op .xlsx"),
        (["corrections", "weg"], "Er is niets gevonden om te lezen."),
        (["label", "export", "leeg.md", "--count", "0"], "Geef met --count een aantal van 1 of meer."),
        (["label", "export", "weg"], "Er zijn geen paragrafen gevonden om te labelen."),
        (["label", "import", "weg.xlsx"], "weg.xlsx is niet te lezen: het pad bestaat niet."),
        (["train", "weg.jsonl"], "Verplicht, maar niet opgegeven: '--output' / '-o'."),
        (["train", "weg.jsonl", "--output", "m"], "weg.jsonl is niet te lezen: het pad bestaat niet."),
    ],
)
def test_wrong_use_is_said_in_dutch(run, arguments: list[str], message: str) -> None:
    if "leeg.md" in arguments:
        Path("leeg.md").write_text("# Plan\n\nTekst.\n", encoding="utf-8")
    outcome = run(*arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_name_in_an_error_steers_no_terminal_or_build_service(run) -> None:
    outcome = run("explain", "plan\x1b[2J\x9b##[error].md")
    assert (outcome.code, outcome.err) == (2, "Niet gevonden: plan\ufffd[2J\ufffd# #[error].md\n")


def test_help_is_dutch(run) -> None:
    text = run("--help").out
    assert "Gebruik:" in text and "Opdrachten" in text
    assert "Show this message" not in text and "Usage" not in text


COMMANDS = ("", "scan", "outline", "mentions", "explain", "corrections", "label", "train", "schema")


@pytest.mark.parametrize(
    "arguments", [*(tuple(name.split()) for name in COMMANDS), ("label", "export"), ("label", "import")]
)
def test_help_names_no_types_of_a_programmer(run, arguments: tuple[str, ...]) -> None:
    text = run(*arguments, "--help").out
    assert "Toon deze uitleg." in text
    assert not re.search(r"[<>{}]", text)


def test_absent_official_model_gives_the_install_command(run) -> None:
    pytest.importorskip("spacy")
    try:
        import nl_core_news_sm  # noqa: F401
    except ImportError:
        Path("plan.md").write_text("# Plan\n\nTekst.\n", encoding="utf-8")
        outcome = run("scan", "plan.md", "--language-model", "nl_core_news_sm")
        assert outcome.code == 2
        assert "python -m spacy download nl_core_news_sm" in outcome.err
    else:
        pytest.skip("nl_core_news_sm is hier geïnstalleerd")


def test_scan_shows_a_table_and_lists_what_is_unreadable(run, examples: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documenten"
    documents.mkdir()
    name = "raadsvoorstel-groene-schoolpleinen.docx"
    (documents / name).write_bytes((examples / name).read_bytes())
    (documents / "kapot.pdf").write_bytes(b"%PDF-1.7 niets")
    outcome = run("scan", documents)
    assert outcome.code == 0
    assert "Raadsvoorstel" in outcome.out
    assert "Niet leesbaar: 1" in outcome.out and "kapot.pdf" in outcome.out
    assert Path("uitvoerbaarheid-rapport", f"{name}.json").is_file()


def test_scan_of_only_unreadable_files_fails(run, tmp_path: Path) -> None:
    (tmp_path / "kapot.pdf").write_bytes(b"%PDF-1.7 niets")
    outcome = run("scan", "kapot.pdf")
    assert outcome.code == 2
    assert "Geen van de documenten was leesbaar." in outcome.err
    assert Path("uitvoerbaarheid-rapport", "kapot.pdf.html").is_file()


def test_reports_do_not_go_among_the_documents(run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Plan\n", encoding="utf-8")
    outcome = run("scan", ".", "--output", ".")
    # They would stand over documents of the same name, and nothing there would count as a document any more.
    assert outcome.code == 2 and "kies met --output een andere map" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_scan_refuses_a_file_as_output_folder(run, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("# Plan\n\nTekst.\n", encoding="utf-8")
    outcome = run("scan", "plan.md", "--output", "plan.md")
    assert outcome.code == 2
    assert "is een bestand" in outcome.err


def test_outline_draws_pages(run, examples: Path, tmp_path: Path) -> None:
    outcome = run(
        "outline",
        examples / "omgevingsvisie-lindermeer.pdf",
        "--draw",
        tmp_path / "beeld",
        "--pages",
        "1,3-4",
    )
    assert outcome.code == 0
    assert outcome.err == f"3 pagina's getekend in {tmp_path / 'beeld'}\n"
    assert sorted(p.name for p in (tmp_path / "beeld").iterdir()) == [
        "pagina-1.png",
        "pagina-3.png",
        "pagina-4.png",
    ]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "omgevingsvisie-lindermeer.pdf",
            ["--pages", "3"],
            "--pages hoort bij --draw: welke pagina's er getekend worden.",
        ),
        (
            "omgevingsvisie-lindermeer.pdf",
            ["--draw", "x", "--pages", "drie"],
            "'drie' zijn geen paginanummers; geef ze als 3,8-10.",
        ),
        (
            "raadsvoorstel-groene-schoolpleinen.docx",
            ["--draw", "x"],
            "Alleen de pagina's van een pdf kunnen worden getekend.",
        ),
    ],
)
def test_outline_says_what_cannot_be_drawn(
    run, examples: Path, name: str, options: list[str], message: str
) -> None:
    outcome = run("outline", examples / name, *options)
    assert (outcome.code, outcome.err) == (2, f"{message}\n")


@pytest.mark.parametrize("name", ["omgevingsvisie", "uitvoeringsprogramma"])
def test_outline_of_an_example(run, examples: Path, name: str) -> None:
    outcome = run("outline", examples / f"{name}-lindermeer.pdf")
    assert outcome.code == 0
    _golden(f"outline-{name}.txt", outcome.out)


def test_mentions_gives_one_record_per_line(run, tmp_path: Path) -> None:
    lines = (
        "De gemeente Lindermeer legt uiterlijk 1 juli 2026 een fietspad aan voor € 250.000.",
        "",
        "Het dorp ligt aan een plas.",
    )
    (tmp_path / "zinnen.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    outcome = run("mentions", "--lines", "zinnen.txt")
    records = [json.loads(line) for line in outcome.out.splitlines()]
    assert [record["line"] for record in records] == [1, 2, 3]
    assert records[0]["labels"] | {"goal": 0} == {
        "goal": 0,
        "measure": 1,
        "monitoring": 0,
        "vague": 0,
        "actor": ["gemeente Lindermeer"],
        "budget": [250000],
        "deadline": ["../2026-07-01"],
    }
    empty = {
        "goal": 0,
        "measure": 0,
        "monitoring": 0,
        "vague": 0,
        "actor": [],
        "budget": [],
        "deadline": [],
    }
    assert records[1] == {"line": 2, "mentions": [], "set_aside": [], "labels": empty}
    for record, line in zip(records, lines, strict=True):
        for mention in record["mentions"]:
            assert line[mention["start"] : mention["end"]] == mention["text"]


def test_mentions_reads_standard_input(run, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"We plaatsen in 2027 zes banken.\r\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    record = json.loads(run("mentions", "--lines", "-").out)
    assert record["labels"]["deadline"] == ["2027-01-01/2027-12-31"]


def test_explain_works_on_a_document_and_on_its_report(run, examples: Path) -> None:
    document = examples / "raadsvoorstel-groene-schoolpleinen.docx"
    run("scan", document, "--output", "uit")
    report = Path("uit", document.name + ".json")
    sections = json.loads(report.read_text(encoding="utf-8"))["sections"]
    chosen = next(s for s in sections if s["heading"] == "Vervolg")
    from_document = run("explain", document, "--section", chosen["id"])
    from_report = run("explain", report, "--section", chosen["id"])
    assert from_document.code == 0
    assert from_document.out == from_report.out
    assert chosen["reasons"][0]["text"].split()[0] in from_document.out
    unknown = run("explain", report, "--section", chosen["id"][:-1])
    assert unknown.code == 2
    assert chosen["id"] in unknown.err


def test_explain_of_a_broken_report_is_said(run, tmp_path: Path) -> None:
    (tmp_path / "kapot.json").write_text('{"schema_version": "1", "document": ', encoding="utf-8")
    outcome = run("explain", "kapot.json", "--section", "x")
    assert outcome.code == 2
    assert "geen geldig rapport" in outcome.err
    (tmp_path / "diep.json").write_text('{"schema_version": ' + "[" * 100_000, encoding="utf-8")
    assert "geen geldig rapport" in run("explain", "diep.json").err


def test_schema_is_the_contract(run) -> None:
    schema = json.loads(run("schema").out)
    assert {"schema_version", "document", "summary", "sections"} <= set(schema["properties"])


def test_a_wrong_setting_names_the_right_one(run, tmp_path: Path) -> None:
    (tmp_path / "uitvoerbaarheid.toml").write_text('outptu = "x"\n', encoding="utf-8")
    (tmp_path / "plan.md").write_text("# Plan\n\nTekst.\n", encoding="utf-8")
    outcome = run("scan", "plan.md")
    assert outcome.code == 2
    assert "Bedoelde u 'output'?" in outcome.err


def test_the_output_folder_can_be_set(run, tmp_path: Path) -> None:
    (tmp_path / "uitvoerbaarheid.toml").write_text('output = "rapporten"\n', encoding="utf-8")
    (tmp_path / "plan.md").write_text(
        "# Plan\n\nDe gemeente plant in 2027 tien bomen op het plein en in de straten van het dorp.\n",
        encoding="utf-8",
    )
    assert run("scan", "plan.md").code == 0
    assert Path("rapporten", "plan.md.json").is_file()


VISION = "# Omgevingsvisie Lindermeer\n\n## Groen\n\nWe streven naar een groene en gezonde leefomgeving.\n"


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        ("", ["--profile", "begrotnig"], "Er is geen profiel 'begrotnig'. Bedoelde u 'begroting'?"),
        (
            'profile = "begrotnig"',
            [],
            "Fout in {file}, regel 1: Er is geen profiel 'begrotnig'. Bedoelde u 'begroting'?",
        ),
        (
            "[profiles.begroting]\nlevle = 3",
            [],
            "Fout in {file}, regel 2: 'profiles.begroting.levle' is geen instelling. Bedoelde u 'level'?",
        ),
        (
            "[profiles.begroting.send_back]\nbelow_fit = 300",
            [],
            "Fout in {file}, regel 2: 'profiles.begroting.send_back.below_fit' mag hoogstens 100 zijn.",
        ),
    ],
)
def test_a_wrong_profile_is_said_before_any_work(
    run, tmp_path: Path, settings: str, arguments: list[str], message: str
) -> None:
    file = tmp_path / "uitvoerbaarheid.toml"
    file.write_text(settings, encoding="utf-8")
    (tmp_path / "visie.md").write_text(VISION, encoding="utf-8")
    outcome = run("scan", "visie.md", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == message.format(file=file) + "\n"


def test_the_profile_is_recognised_set_in_the_settings_or_on_the_command_line(run, tmp_path: Path) -> None:
    (tmp_path / "visie.md").write_text(VISION, encoding="utf-8")

    def profile(*arguments: str) -> tuple[str, str]:
        assert run("scan", "visie.md", "--output", "uit", *arguments).code == 0
        found = json.loads(Path("uit", "visie.md.json").read_text(encoding="utf-8"))["profile"]
        return found["name"], found["choice"]

    assert profile() == ("omgevingsvisie", "recognised")
    (tmp_path / "uitvoerbaarheid.toml").write_text('profile = "beleidsnota"', encoding="utf-8")
    assert profile() == ("beleidsnota", "hand")
    assert profile("--profile", "begroting") == ("begroting", "hand")


def test_explain_can_hold_a_report_against_another_profile(run, tmp_path: Path) -> None:
    (tmp_path / "visie.md").write_text(VISION, encoding="utf-8")
    run("scan", "visie.md", "--output", "uit")
    report = Path("uit", "visie.md.json")
    chosen = json.loads(report.read_text(encoding="utf-8"))["sections"][-1]["id"]
    assert run("explain", report, "--section", chosen, "--profile", "begroting").code == 0
    for option in ("--corrections", "--model"):
        refused = run("explain", report, option, "anders")
        assert (refused.code, refused.out) == (2, "")
        assert refused.err == (
            "--corrections en --model horen bij een document, niet bij een rapport: scan het opnieuw.\n"
        )
    # The figures of the document follow the profile too.
    (tmp_path / "uitvoerbaarheid.toml").write_text(
        '[profiles.soepel]\nbased_on = "standaard"\nsend_back.below_level = 0\nsend_back.below_fit = 0\n',
        encoding="utf-8",
    )
    counts = [
        re.search(r"gemeten aan het profiel (\d)", run("explain", report, "--profile", name).out)
        for name in ("soepel", "begroting")
    ]
    assert [found and found[1] for found in counts] == ["0", "1"]
    unknown = run("explain", report, "--section", chosen, "--profile", "begrotnig")
    assert (unknown.code, unknown.err) == (2, "Er is geen profiel 'begrotnig'. Bedoelde u 'begroting'?\n")


PLAN = """# Programma Water

## Wateroverlast

Waterschap Drieland legt in 2027 een wadi aan in de wijk Zuiderhof. De kosten zijn € 250.000 uit de begroting.

## Kernwaarden

Wij willen een prettige, groene en gezonde gemeente zijn waarin iedereen zich thuis voelt en mee kan doen.
"""


def test_corrections_are_asked_filled_in_and_kept(run, tmp_path: Path) -> None:
    documents = tmp_path / "plannen"
    documents.mkdir()
    (documents / "plan.md").write_text(PLAN, encoding="utf-8")
    file = documents / "correcties.xlsx"
    asked = run("corrections", documents, "--output", file)
    assert asked.code == 0
    assert asked.out == (
        f"{file} is gemaakt met 3 rijen. Vul veld, waarde en reden in, en leg het bestand als "
        "correcties.xlsx bij de documenten; de volgende scan neemt het mee.\n"
    )
    assert "bestaat al en wordt niet overschreven" in run("corrections", documents, "-o", file).err
    book = load_workbook(file)
    for column, value in zip("FGH", ("niveau", "aanzet", "Dit is met de raad zo afgesproken."), strict=True):
        book["Correcties"][f"{column}4"] = value
    for column, value in zip("ABFGH", ("weg.pdf", "1", "rol", "beleid", "Omdat."), strict=True):
        book["Correcties"][f"{column}5"] = value
    for column, value in zip("ABFGH", ("plan.md", "9 Geld", "rol", "beleid", "Omdat."), strict=True):
        book["Correcties"][f"{column}6"] = value
    book.save(file)
    for _ in range(2):
        outcome = run("scan", documents, "--output", "uit")
        assert outcome.code == 0
        assert [line for line in outcome.err.splitlines() if "Correctie" in line] == [
            "Correctie niet toegepast (correcties.xlsx, rij 5): het document 'weg.pdf' zit niet bij wat nu "
            "wordt gelezen.",
            "plan.md: Correctie niet toegepast (correcties.xlsx, rij 6): er is geen paragraaf '9 Geld'.",
        ]
        report = json.loads(Path("uit", "plan.md.json").read_text(encoding="utf-8"))
        (overrule,) = report["sections"][-1]["overruled"]
        assert (overrule["value"], overrule["reason"]) == (2, "Dit is met de raad zo afgesproken.")
        assert (report["sections"][-1]["level"], report["sections"][-1]["score"]) == (2, 50)
    from_report = run("corrections", "uit", "--output", "nog.xlsx")
    assert "3 rijen" in from_report.out
    identifier = report["sections"][-1]["id"]
    assert "2 aanzet" in run("explain", documents / "plan.md", "--section", identifier).out


def test_a_wrong_file_of_corrections_stops_before_any_work(run, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(PLAN, encoding="utf-8")
    (tmp_path / "correcties.toml").write_text(
        '[[correctie]]\ndocument = "plan.md"\nveld = "soort"\nwaarde = "vise"\nreden = "Omdat."\n', "utf-8"
    )
    outcome = run("scan", "plan.md", "--output", "uit")
    assert outcome.code == 2
    assert outcome.err == (
        "correcties.toml, correctie 1: 'vise' is geen soort. Bedoelde u 'visie'? Mogelijk zijn: visie, "
        "programma, strategie, beleidsnota, raadsvoorstel, begroting, akkoord, rapport, toelichting, "
        "overig.\n"
    )
    assert not Path("uit").exists()


def test_labels_are_asked_read_and_learnt_from(run, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(PLAN, encoding="utf-8")
    asked = run("label", "export", "plan.md", "--output", "l.xlsx")
    assert asked.out == "2 paragrafen uit 1 document staan in l.xlsx. Lees eerst het blad Richtlijn.\n"
    answers = {1: "beleid222220" + "4", 2: "beleid000000" + "0"}
    for name in ("anna", "bob"):
        book = load_workbook("l.xlsx")
        for row, given in answers.items():
            for column, value in zip("FGHIJKLM", (given[:6], *given[6:]), strict=True):
                book["Labels"][f"{column}{row + 1}"] = value
        if name == "bob":
            book["Labels"]["K3"] = "1"
        book.save(f"{name}.xlsx")
    read = run("label", "import", "anna.xlsx", "bob.xlsx")
    assert read.code == 0
    _golden("label-import.txt", read.out)
    trained = run("train", "labels.jsonl", "--output", "model")
    assert trained.code == 0, trained.err
    _golden("train.txt", re.sub(r"eigen-[0-9a-f]{12}", "eigen-MODEL", trained.out))
    name = re.search(r"Model (eigen-[0-9a-f]{12}) staat in model\.", trained.out)
    assert name is not None
    (tmp_path / "uitvoerbaarheid.toml").write_text('model = "model"\n', encoding="utf-8")
    assert run("scan", "plan.md", "--output", "uit").code == 0
    report = json.loads(Path("uit", "plan.md.json").read_text(encoding="utf-8"))
    assert report["model_id"].endswith(f"+{name[1]}")
    assert "bestaat al" in run("train", "labels.jsonl", "--output", "model").err
    # The model in the settings is not what is adapted: the new one could not be used.
    assert run("train", "labels.jsonl", "--output", "tweede").code == 0
    assert Path("tweede", "model.json").read_bytes() == Path("model", "model.json").read_bytes()
    file = Path("model", "model.json")
    file.write_bytes(file.read_bytes()[:-9])
    broken = run("scan", "plan.md")
    assert broken.code == 2
    assert (
        broken.err == "Het modelbestand model/model.json is beschadigd of gewijzigd en wordt niet gebruikt.\n"
    )


def test_what_is_wrong_in_labels_is_listed_by_row(run, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(PLAN, encoding="utf-8")
    run("label", "export", "plan.md", "--output", "l.xlsx")
    assert run("label", "import", "l.xlsx").err == "Er is nog geen paragraaf gelabeld.\n"
    book = load_workbook("l.xlsx")
    book["Labels"]["F2"], book["Labels"]["G3"] = "belijd", "1"
    book.save("l.xlsx")
    outcome = run("label", "import", "l.xlsx")
    assert outcome.code == 2
    assert outcome.err == (
        "l.xlsx, rij 2: 'belijd' is geen rol. Bedoelde u 'beleid'? Mogelijk zijn: beleid, context, overig.\n"
        "l.xlsx, rij 3: de rol is niet ingevuld.\n"
    )
    assert not Path("labels.jsonl").exists()


def test_scan_annotates_pdfs_and_says_what_it_cannot(run, examples: Path, tmp_path: Path) -> None:
    """The copy stands beside the reports, opens as the original does, and is no document in a later scan."""
    plans = tmp_path / "plannen"
    plans.mkdir()
    original = examples / "uitvoeringsprogramma-lindermeer.pdf"
    (plans / "programma.pdf").write_bytes(original.read_bytes())
    (plans / "notitie.md").write_text("# Fietsen\n\nDe gemeente legt in 2027 een fietspad aan.\n", "utf-8")
    reports = tmp_path / "rapport"
    outcome = run("scan", plans, "--output", reports, "--annotate")
    assert outcome.code == 0
    assert "notitie.md: niet geannoteerd; alleen een pdf kan worden geannoteerd." in outcome.err
    assert f"Geannoteerd: 1 pdf in {reports}" in outcome.out
    copy = reports / "programma.geannoteerd.pdf"
    assert copy.read_bytes().startswith(original.read_bytes())
    report = json.loads((reports / "programma.pdf.json").read_text("utf-8"))
    judged = [section for section in report["sections"] if section["score"] is not None]
    kinds = [
        str(one.get_object()["/Subtype"]) for page in PdfReader(copy).pages for one in page.get("/Annots", [])
    ]
    assert kinds.count("/Text") == len(judged) + 1
    assert kinds.count("/Stamp") == len(judged)
    assert kinds.count("/Highlight") >= sum(len(section["mentions"]) for section in judged)
    # A folder is scanned without it; named by itself it is read all the same.
    assert discover([copy])[0]


def test_a_full_disk_is_no_outcome_of_a_check(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 would say that something was found."""
    assert report_error(OSError(errno.ENOSPC, "No space left on device")) == 2
    assert capsys.readouterr().err == "De uitvoer is niet te schrijven: de schijf is vol.\n"
