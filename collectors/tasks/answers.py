"""What a model's text answers, and whether it is right: never raises, whatever the text.

The answer is what follows the last 'Answer:', else the whole text without its thinking. Only the
end of a very long text is read, so that every function here takes time linear in a bounded size.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

END = 100_000
"""Characters read, counted from the end."""
MAX_OBJECT = 20_000
"""Longest JSON object that is parsed, in characters."""
MAX_TRIES = 20
"""Candidate objects tried, from the last."""

CLOSED = re.compile(r"</(?:think|thinking|reasoning)>", re.I)
OPENED = re.compile(r"<(?:think|thinking|reasoning)>", re.I)
MARKER = re.compile(r"\banswer[*_]{0,3} {0,2}(?:is {0,2})?:", re.I)
WEAK_MARKER = re.compile(r"\banswer {1,2}is\b", re.I)
BOXED = re.compile(r"\\boxed\{(?:\\text\{)?([^{}]{0,200})\}")
ASIDE = re.compile(r"\([^()]{0,200}\)")
NUMBER = re.compile(
    r"(?:(?<![\w.)\]])[-\u2212+])?(?:\d+(?:[.,'\u2019_\u00a0\u2009\u202f\u066b\u066c]\d+)*|\.\d+)"
)
SENTENCE_END = re.compile(r"[.!?]\s")
WORD = re.compile(r"\w+")


def without_thinking(text: str) -> str:
    """The text after its last thinking block; a block that never ends hides what follows it."""
    closed = _last(CLOSED, text)
    if closed is not None:
        text = text[closed:]
    opened = OPENED.search(text)
    return text[: opened.start()] if opened else text


def region(text: str) -> tuple[str, bool]:
    """(where the answer stands, whether the text marked it)."""
    said, marked = written(text)
    return _plain(said), marked


def written(text: str) -> tuple[str, bool]:
    """`region` as it was written, for answers in which '*' is a sign."""
    said = without_thinking(text)[-END:]
    for marker in (MARKER, WEAK_MARKER):
        after = _last(marker, said)
        if after is not None:
            return said[after:], True
    boxed = [m.group(1) for m in BOXED.finditer(said)]
    return (boxed[-1], True) if boxed else (said, False)


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    """Where the last match that has anything after it ends."""
    full = len(text.rstrip(" \t\r\n*_`"))
    ends = [m.end() for m in pattern.finditer(text)]
    return next((e for e in reversed(ends) if e < full), ends[-1] if ends else None)


def _plain(text: str) -> str:
    """Without bold marks, LaTeX boxes and LaTeX's spacing inside numbers."""
    text = BOXED.sub(r"\1", text).replace("{,}", ",").replace("\\,", "").replace("\\$", "$")
    return text.replace("*", "").replace("`", "")


def lines(text: str) -> list[str]:
    """The lines that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def number(text: str) -> str | None:
    """The answer as a canonical decimal numeral: '1,234.50' is '1234.5'."""
    said, marked = region(text)
    if not marked:
        return last_number(said)
    for line in lines(said):
        first = SENTENCE_END.split(line, maxsplit=1)[0]
        for part in (ASIDE.sub(" ", first), first, line):
            if (found := last_number(part)) is not None:
                return found
    return None


def last_number(text: str) -> str | None:
    """The last number of a text, canonical."""
    last = None
    for last in NUMBER.finditer(text):  # noqa: B007
        pass
    return canonical(last.group()) if last else None


def canonical(numeral: str) -> str:
    """A numeral in ASCII digits: no thousands marks, no idle zeros, '.' before decimals.

    Text, not int: Python refuses to convert thousands of digits, and models do write them.
    """
    sign = "-" if numeral[:1] in ("-", "\u2212") else ""
    ascii_text = "".join(_ascii(c) for c in numeral.lstrip("+-\u2212"))
    whole, decimals = _split(ascii_text)
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    value = f"{whole}.{decimals}" if decimals else whole
    return sign + value if value != "0" else value


def _ascii(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character in ".\u066b":
        return "."
    return "," if character == "," else "_"


def _split(numeral: str) -> tuple[str, str]:
    """(whole, decimals): the last mark is decimal unless it can only group thousands."""
    numeral = numeral.replace("_", "")
    marks = [c for c in numeral if c in ".,"]
    if not marks:
        return numeral, ""
    pieces = re.split("[.,]", numeral)
    grouped = all(len(piece) == 3 for piece in pieces[1:])
    if len(set(marks)) == 2:
        return "".join(pieces[:-1]), pieces[-1]
    if grouped and (len(marks) > 1 or marks[0] == ","):
        return "".join(pieces), ""
    # '1,2,3' is a list written without spaces: its last number counts.
    return (pieces[0], pieces[1]) if len(marks) == 1 else (pieces[-1], "")


def words(text: str) -> str:
    """Lower-case words joined by single spaces, without diacritics and punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(WORD.findall("".join(c for c in bare if not unicodedata.combining(c))))


def label(text: str, labels: Sequence[str]) -> str | None:
    """The label that the answer is, else the only one that it mentions."""
    said, marked = region(text)
    known = {words(name): name for name in labels}
    rows = lines(said)
    edge = (rows[0] if marked else rows[-1]) if rows else ""
    for part in (said, edge, ASIDE.sub(" ", edge)):
        if (found := known.get(words(part))) is not None:
            return found
    for part in (ASIDE.sub(" ", edge) if marked else said, said):
        mentioned = _mentioned(words(part), known)
        if len(mentioned) == 1:
            return known[mentioned.pop()]
    return None


def _mentioned(text: str, names: Iterable[str]) -> set[str]:
    pattern = "|".join(sorted(map(re.escape, names), key=lambda n: (-len(n), n)))
    return {m.group() for m in re.finditer(rf"\b(?:{pattern})\b", text)}


def json_object(text: str) -> dict[str, Any] | None:
    """The last JSON object of the text; numbers stay the text they were written as."""
    found = last_object(without_thinking(text)[-END:])
    return found[0] if found else None


def last_object(said: str) -> tuple[dict[str, Any], int] | None:
    """The last JSON object, and where it ends."""
    for aware in (True, False):
        for start, end in reversed(_spans(said, aware)[-MAX_TRIES:]):
            found = _parsed(said[start:end])
            if found is not None:
                return found, end
    return None


def _spans(text: str, aware: bool) -> list[tuple[int, int]]:
    """Outermost balanced braces; `aware` skips braces inside quoted strings."""
    open_at: list[int] = []
    done: list[tuple[int, int]] = []
    quoted = False
    for token in re.finditer(r'\\.|[{}"]', text):
        mark = token.group()
        if mark == '"' and aware and open_at:
            quoted = not quoted
        elif mark == "{" and not quoted:
            open_at.append(token.start())
        elif mark == "}" and not quoted and open_at:
            start = open_at.pop()
            while done and done[-1][0] > start:
                done.pop()
            done.append((start, token.end()))
    return done


def _parsed(text: str) -> dict[str, Any] | None:
    if len(text) > MAX_OBJECT:
        return None
    try:
        # RecursionError: a model that repeats an opening brace nests deeper than Python goes.
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
