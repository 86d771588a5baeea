"""Our budgets and deadlines beside dateparser and Recognizers-Text, on the benchmark sentences.

Reads ``data/benchmarks/deadlines.jsonl`` and ``budgets.jsonl``: sentences of our own, one a line, with
``id``, ``text`` and ``deadline`` or ``budget`` (the values of the labelling guideline, section 4; an empty
list for a sentence that only looks like one). A sentence is right where the values are exactly those, in any
order. A table row has ``cells`` and ``header`` (and ``caption``) too: only ours can read those.

The peers are optional: ``pip install dateparser ms-recognizers-text-suite`` (not ``recognizers-text-suite``,
whose Python version knows no Dutch). They are set to Dutch and their answers are written in our forms before
they are compared: an exclusive end becomes the last day, a term relative to today "vague" as the guideline
has it, a date without a day its whole month or year.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from evaluate_normalisers import FINDERS
from uitvoerbaarheid.nlp.budgets import find_budgets, values_of

BENCHMARKS = Path(__file__).resolve().parents[1] / "data" / "benchmarks"
#: What the peers take for today; only relative terms depend on it, and those compare as "vague".
TODAY = datetime(2025, 1, 1)

Finder = Callable[[str], list[Any]]

#: What a case holds of a table row, for our reader of budgets.
ROW_KEYS = ("cells", "header", "caption")

MONTH = re.compile(
    r"\b(?:jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|"
    r"okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.I,
)
FULL_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d\d-\d\d")
SEASONS = {"SP": ("03-21", "06-20"), "SU": ("06-21", "09-20"), "FA": ("09-21", "12-20")}
INCLUSIVE = re.compile(r"\b(?:uiterlijk|tot en met|t/m|niet later dan)\b", re.I)


def of_recognizers(text: str, kind: str, value: dict[str, str]) -> str | None:
    """An answer of Recognizers-Text in our form; None for times of day and what has no days."""
    timex = value.get("timex", "")
    if kind == "set":
        return f"R/{timex}"
    if kind == "duration":
        return timex
    if kind not in ("date", "daterange"):
        return None
    if not re.search(r"\d{4}", text):
        return "vague"
    return f"{value['value']}/{value['value']}" if kind == "date" else of_range(text, timex, value)


def of_range(text: str, timex: str, value: dict[str, str]) -> str | None:
    """A range of Recognizers-Text as start/end; its ends are exclusive but for ranges of days."""
    start, end = value.get("start"), value.get("end")
    season = re.fullmatch(r"(\d{4})-(SP|SU|FA)", timex)
    if season and not (start or end):
        first, last = (f"{season[1]}-{day}" for day in SEASONS[season[2]])
        # They read "voor de zomer" as before it; the guideline counts the season itself.
        return f"../{last}" if value.get("Mod") == "before" else f"{first}/{last}"
    if not (start or end):
        return None
    days = re.fullmatch(r"\(\d{4}-\d\d-\d\d,\d{4}-\d\d-\d\d,P\d+D\)", timex)
    point = value.get("sourceEntity") == "datetimepoint"
    if end and not days and not (point and INCLUSIVE.search(text)):
        end = (date.fromisoformat(end[:10]) - timedelta(days=1)).isoformat()
    return f"{start or '..'}/{end or '..'}"


def recognizers_deadlines() -> Finder:
    from ms_recognizers_date_time import Culture, recognize_datetime

    def find(text: str) -> list[Any]:
        found: dict[str, None] = {}
        for one in recognize_datetime(text, Culture.Dutch, reference=TODAY):
            values = (one.resolution or {}).get("values") or []
            # Of several readings they put the one ahead last.
            written = of_recognizers(one.text, one.type_name.split(".")[-1], values[-1]) if values else None
            if written:
                found[written] = None
        return list(found)

    return find


def recognizers_budgets() -> Finder:
    from ms_recognizers_number_with_unit import Culture, recognize_currency

    def find(text: str) -> list[Any]:
        amounts = [one.resolution for one in recognize_currency(text, Culture.Dutch)]
        return [
            float(amount["value"].replace(",", "."))
            for amount in amounts
            if amount.get("value") and amount.get("isoCurrency") == "EUR"
        ]

    return find


def our_budgets(case: dict[str, Any]) -> list[Any]:
    """The values that we read in a case, a sentence or a table row."""
    row = {key: case[key] for key in ROW_KEYS if key in case}
    return [value for found in find_budgets(case["text"], **row) for value in values_of(found)]


def of_dateparser(text: str, when: datetime) -> str:
    """An answer of dateparser as the day, month, quarter or year that its text names."""
    if not re.search(r"\d{4}", text):
        return "vague"
    month = MONTH.search(text)
    if FULL_DATE.search(text) or (month and re.search(r"\b\d{1,2}\b", text)):
        return f"{when:%Y-%m-%d}/{when:%Y-%m-%d}"
    months = 1 if month else 3 if re.search(r"\bq[1-4]\b", text, re.I) else 12
    first = date(when.year, when.month if months < 12 else 1, 1)
    count = first.year * 12 + first.month - 1 + months
    last = date(count // 12, count % 12 + 1, 1) - timedelta(days=1)
    return f"{first}/{last}"


def dateparser_deadlines() -> Finder:
    from dateparser.search import search_dates

    settings = {"RELATIVE_BASE": TODAY, "PREFER_DATES_FROM": "future"}

    def find(text: str) -> list[Any]:
        found = search_dates(text, languages=["nl"], settings=settings) or []
        return list(dict.fromkeys(of_dateparser(part, when) for part, when in found))

    return find


#: For each kind of value the systems by name; each gives a finder, or ImportError where it is not installed.
SYSTEMS: dict[str, dict[str, Callable[[], Finder]]] = {
    "deadline": {
        "uitvoerbaarheid": lambda: FINDERS["deadline"],
        "dateparser": dateparser_deadlines,
        "Recognizers-Text": recognizers_deadlines,
    },
    "budget": {
        "uitvoerbaarheid": lambda: FINDERS["budget"],
        "Recognizers-Text": recognizers_budgets,
    },
}


def comparable(values: list[Any]) -> Counter[str]:
    """Values as a multiset: 5 and 5.0 are the same amount; an fte may come as a dict or as its JSON."""

    def key(value: Any) -> str:
        if isinstance(value, str):
            return value
        return str(float(value)) if isinstance(value, int | float) else json.dumps(value, sort_keys=True)

    return Counter(key(value) for value in values)


def measure(kind: str, name: str, cases: list[dict[str, Any]], errors: bool) -> str:
    """One row of the table: sentences exactly right, near misses left alone, all sentences, time."""
    try:
        find = SYSTEMS[kind][name]()
    except ImportError as error:
        return f"{name:<20}niet geïnstalleerd ({error.name})"
    right, total = {True: 0, False: 0}, {True: 0, False: 0}
    start = time.perf_counter()
    for case in cases:
        ours = kind == "budget" and name == "uitvoerbaarheid"
        found, holds = our_budgets(case) if ours else find(case["text"]), bool(case[kind])
        total[holds] += 1
        right[holds] += comparable(found) == comparable(case[kind])
        if errors and comparable(found) != comparable(case[kind]):
            print(f"{case['id']} {case['text']}\n    bedoeld  {case[kind]}\n    gevonden {found}")
    seconds = time.perf_counter() - start
    exact = sum(right.values()) / len(cases)
    false_alarms = total[False] - right[False]
    return (
        f"{name:<20}{right[True]:5d} van {total[True]:<5d}{false_alarms:5d} van {total[False]:<5d}"
        f"{exact:11.3f}{seconds:9.1f} s"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--types", nargs="+", choices=sorted(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--errors", metavar="SYSTEM", help="list the sentences that this system gets wrong")
    parser.add_argument("--only", metavar="SYSTEM", help="measure this system alone")
    args = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    measured = 0
    for kind in args.types:
        path = BENCHMARKS / f"{kind}s.jsonl"
        if not path.exists():
            print(f"{kind}: {path.name} ontbreekt", file=sys.stderr)
            continue
        cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        rows = [
            measure(kind, name, cases, args.errors == name)
            for name in SYSTEMS[kind]
            if args.only in (None, name)
        ]
        print(f"\n{kind:<20}{'exact':<14}{'vals alarm':<14}{'alle zinnen':>11}{'tijd':>9}")
        print("\n".join(rows))
        measured += len(rows)
    return 0 if measured else 2


if __name__ == "__main__":
    sys.exit(main())
