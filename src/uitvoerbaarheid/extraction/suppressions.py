"""Comments in drafts that set rules of ``check`` aside (``data/patterns/suppressions.toml``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from uitvoerbaarheid.extraction.strings import clean
from uitvoerbaarheid.records import Suppression
from uitvoerbaarheid.resources import read_toml

#: In one document; what is more is left unread, as is what makes one comment longer.
MAX_COMMENTS = 500
_MAX_TEXT = 2000
_MAX_REASON = 500
_MAX_RULES = 50
_MAX_RULE = 20
_MAX_AUTHOR = 100
_START, _END = "<!--", "-->"


@cache
def _opening() -> re.Pattern[str]:
    words = read_toml("patterns", "suppressions.toml")
    verbs = "|".join(map(re.escape, words["verbs"]))
    return re.compile(rf"{re.escape(words['marker'])} ?: ?(?:{verbs})\b:? ?", re.IGNORECASE)


@cache
def _because() -> re.Pattern[str]:
    words = "|".join(map(re.escape, read_toml("patterns", "suppressions.toml")["because"]))
    return re.compile(rf"[ .,;:(–-]*\b(?:{words})\b[ :]*", re.IGNORECASE)


def suppression(text: str | None, *, by: str | None = None, line: int | None = None) -> Suppression | None:
    """What a comment sets aside, None where it is another comment.

    The rules are as written, also where there is no such rule; ``reason`` is None where the comment gives
    none. ``by`` is the author, ``line`` the line of the comment.
    """
    shown = clean((text or "")[:_MAX_TEXT])
    opening = _opening().match(shown)
    if opening is None:
        return None
    rest = shown[opening.end() :]
    because = _because().search(rest)
    rules = rest[: because.start()] if because else rest
    reason = rest[because.end() :].strip(" .") if because else ""
    if reason.endswith(")") and "(" not in reason:
        reason = reason[:-1].rstrip(" .")
    return Suppression(
        rules=_rules(rules, whole=because is not None),
        reason=reason[:_MAX_REASON] or None,
        by=clean(by or "")[:_MAX_AUTHOR] or None,
        line=line,
    )


def _rules(text: str, *, whole: bool) -> list[str]:
    """The rules in what stands before the reason; without a reason (not ``whole``) only what can be one."""
    between = read_toml("patterns", "suppressions.toml")["between"]
    found: dict[str, None] = {}
    for word in re.split(r"[\s,;+&/]+", text):
        name = word.strip(".:()[]'\"")
        if not name or name.casefold() in between:
            continue
        if not whole and not re.fullmatch(r"[A-Za-z]{1,4}\d{1,6}", name):
            break
        found.setdefault(name[:_MAX_RULE])
        if len(found) == _MAX_RULES:
            break
    return list(found)


def marked(text: str, found: list[Suppression], mark: Callable[[int], str], line: int | None = 1) -> str:
    """A text in HTML with, after each comment that sets aside, what ``mark`` makes of its place in ``found``.

    The comments are added to ``found``. ``line`` is that of the first character of the text, None where the
    lines are not known.
    """
    parts: list[str] = []
    done = counted = 0
    start = text.find(_START)
    while start >= 0 and len(found) < MAX_COMMENTS:
        end = text.find(_END, start + len(_START))
        if end < 0:
            break
        if line is not None:
            line += text.count("\n", counted, start)
            counted = start
        # Only so much of it is looked at as a comment that sets aside can have.
        aside = suppression(text[start + len(_START) : min(end, start + len(_START) + _MAX_TEXT)], line=line)
        end += len(_END)
        if aside is not None:
            parts += [text[done:end], mark(len(found))]
            found.append(aside)
            done = end
        start = text.find(_START, end)
    return "".join([*parts, text[done:]])
