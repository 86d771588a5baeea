"""The ready questions on an invented store, and what is said of a wrong question."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from uitvoerbaarheid.store import QueryError, Store
from uitvoerbaarheid.store.asking import TABLES, Answer
from uitvoerbaarheid.store.formats import shown_value, to_csv, to_json, to_markdown
from uitvoerbaarheid.store.questions import PARAMETERS, questions

DOCS = Path(__file__).parents[2] / "docs" / "opslag.md"


def _ask(store: Store, name: str, **given: Any) -> list[dict[str, Any]]:
    question = questions()[name]
    answer = store.ask(question.sql, question.values(given))
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


@pytest.mark.parametrize("name", sorted(questions()))
def test_a_ready_question_has_an_answer_and_takes_its_values(filled: Store, name: str) -> None:
    question = questions()[name]
    assert question.takes <= set(PARAMETERS)
    assert ("limit" in question.takes) == (question.limit is not None)
    assert all(text.endswith((".", "?")) for text in (question.explanation, question.empty))
    given = {"year": 2100} if name == "verlopen" else {}
    assert _ask(filled, name, **given)
    nothing = {"authority": "nergens", "document": "nergens"}
    assert question.takes & set(nothing)
    assert _ask(filled, name, **nothing) == []


def test_the_sql_that_is_shown_gives_the_same_answer(filled: Store) -> None:
    for question in questions().values():
        given = {"authority": "linder'meer"} if "authority" in question.takes else {}
        assert filled.ask(question.filled(given)).rows == [] or not given
        assert filled.ask(question.filled({})).rows == filled.ask(question.sql, question.values({})).rows


def test_values_narrow_the_answer(filled: Store) -> None:
    assert {row["Document"] for row in _ask(filled, "terugsturen")} > {"Omgevingsvisie"}
    assert {row["Document"] for row in _ask(filled, "terugsturen", kind="Visie", limit=9)} == {
        "Omgevingsvisie",
        "Groenvisie Zandhoven 2040",
    }
    assert _ask(filled, "terugsturen", kind="begroting") == []
    assert len(_ask(filled, "terugsturen", authority="LINDERMEER", year=2018)) == 1
    assert len(_ask(filled, "terugsturen", limit=1)) == 1


def test_top_vaag_counts_the_vague_sentences_of_a_section(filled: Store) -> None:
    first = _ask(filled, "top-vaag", document="visie.md")[0]
    assert (first["Paragraaf"], first["Vage zinnen"], first["Oordeel"]) == ("1 Groen", 2, "terugsturen")
    assert first["Vaag per 100 woorden"] == pytest.approx(100 * 2 / 56, abs=0.05)


def test_per_actor_and_per_jaar_sum_what_is_promised(filled: Store) -> None:
    (actor,) = _ask(filled, "per-actor", authority="lindermeer")
    assert (actor["Partij"], actor["Afspraken"], actor["Documenten"]) == ("gemeente Lindermeer", 2, 2)
    assert (actor["Met termijn"], actor["Met geld"], actor["Bedrag (€)"]) == (2, 2, 100000)
    (year,) = _ask(filled, "per-jaar", authority="lindermeer")
    assert (year["Jaar"], year["Afspraken"], year["Bedrag (€)"]) == ("2027", 2, 100000)


def test_trend_shows_versions_and_editions(filled: Store) -> None:
    rows = _ask(filled, "trend", kind="visie")
    versions = [row for row in rows if row["Reeks"] == "visie.md"]
    assert [(row["Score"], row["Verschil"]) for row in versions] == [(40, None), (60, 20)]
    assert [row["Anders is"] for row in versions] == ["", "inhoud"]
    editions = [row for row in rows if row["Reeks"] == "gemeente Lindermeer, visie"]
    assert [(row["Datum"], row["Score"]) for row in editions] == [("2018", 30), ("2022", 60)]


def test_what_is_not_read_is_listed_with_its_reason(filled: Store) -> None:
    (row,) = _ask(filled, "onleesbaar", document="kapot")
    assert row["Status"] == "niet leesbaar"
    assert row["Reden"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT titel FROM documents", "Er is geen kolom 'titel'. Bedoelde u: title"),
        ("SELECT * FROM document", "Bedoelde u 'documents'?"),
        ("SELEC title FROM documents", "geen goede SQL bij 'SELEC'"),
        ("SELECT title FROM documents WHERE (", "geen goede SQL"),
        ("SELECT title, count(*) FROM documents", "hoort in GROUP BY"),
        ("SELECT nergens(title) FROM documents", "Er is geen functie 'nergens'"),
        ("SELECT * FROM documents WHERE year = 'nu'", "past niet bij het soort gegeven"),
        ("SELECT * FROM documents WHERE year = $jaar", "$jaar"),
        ("SELECT 1; SELECT 2", "Stel één vraag tegelijk"),
        ("-- niets", "De vraag is leeg"),
    ],
)
def test_a_wrong_question_is_said_in_dutch(filled: Store, sql: str, said: str) -> None:
    with pytest.raises(QueryError) as error:
        filled.ask(sql)
    assert said in str(error.value)


def test_the_place_of_what_is_wrong_is_shown(filled: Store) -> None:
    with pytest.raises(QueryError) as error:
        filled.ask("SELECT title\nFROM documents\nWHERE titel = 'x'")
    line, mark = str(error.value).split("\n")[1:]
    assert line.endswith("Regel 3: WHERE titel = 'x'")
    assert mark.index("^") == line.index("titel")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "DELETE FROM store.runs",
        "DROP VIEW documents",
        "CREATE TEMP TABLE x AS SELECT 1",
        "EXPLAIN ANALYZE DELETE FROM store.runs",
        "EXPORT DATABASE '{file}'",
        "SELECT * FROM glob('{file}')",
        "PRAGMA database_list",
    ],
)
def test_a_question_can_only_read_the_store(filled: Store, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "geheim.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    before = filled.path.read_bytes()
    with pytest.raises(QueryError):
        filled.ask(sql.replace("{file}", file.as_posix()))
    assert filled.path.read_bytes() == before
    assert file.read_text(encoding="utf-8") == "a\n1\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_question_that_takes_too_long_is_stopped(filled: Store) -> None:
    with pytest.raises(QueryError, match=r"langer dan 0\.2 seconden"):
        filled.ask("SELECT count(*) FROM range(1000000) a, range(1000000) b", time_limit=0.2)
    assert filled.ask("SELECT 1").rows == [(1,)]


def test_pandas_and_parquet_have_the_same_answer(filled: Store, tmp_path: Path) -> None:
    sql = "SELECT path, mean_score, year FROM documents WHERE format = $vorm AND year < 2023 ORDER BY path"
    frame = filled.query(sql, {"vorm": "pdf"})
    assert frame["mean_score"].tolist() == [30.0, 60.0]
    target = tmp_path / "nieuw" / "visies.parquet"
    filled.write_parquet(sql, target, {"vorm": "pdf"})
    assert [path.name for path in target.parent.iterdir()] == ["visies.parquet"]
    with duckdb.connect() as found:
        assert found.execute("FROM read_parquet(?)", [str(target)]).fetchall() == [
            ("visie-2018.md", 30.0, 2018),
            ("visie.md", 60.0, 2022),
        ]


def test_texts_of_documents_steer_nothing() -> None:
    hostile = "=1+1\x1b[31m|[x](http://boos.example) @raad"
    answer = Answer(("tekst", "getal"), (False, True), [(hostile, 1.5), (None, None)])
    assert "\x1b" not in to_csv(answer) + to_markdown(answer) + shown_value(hostile)
    assert to_csv(answer).split("\r\n")[1].startswith("'=1+1")
    assert to_csv(answer).split("\r\n")[1].endswith(";1,5")
    assert "\\|\\[x\\]" in to_markdown(answer)
    assert '"getal": 1.5' in to_json(answer)
    assert "\\u001b" in to_json(answer)


def test_the_document_about_the_store_names_every_column(filled: Store) -> None:
    told: dict[str, set[str]] = {}
    table = ""
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"### (\w+)", line):
            table = match[1]
            told[table] = set()
        elif table and (match := re.fullmatch(r"\| ([\w, ]+) \| .+ \|", line)) and match[1] != "Kolom":
            told[table] |= set(match[1].split(", "))
        elif line.startswith("## "):
            table = ""
    there = {name: {row[0] for row in filled.ask(f"DESCRIBE {name}").rows} for name in TABLES}
    assert told == there


def test_the_examples_in_the_document_work(filled: Store) -> None:
    examples = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert len(examples) > 2
    assert all(filled.ask(example).columns for example in examples)
