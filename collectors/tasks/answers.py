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
    r"(?:(?<![\w.)\]])[-\u2010-\u2013\u2212+]|(?<![A-Za-z_\d]))"
    r"(?:\d+(?:[.,'\u2019_\u00a0\u2009\u202f\u066b\u066c]\d+)*|\.\d+)"
)
SPACED_SIGN = re.compile(
    r"((?:^|[:=]|\bis\b)\s*\$?)(?:[-\u2010-\u2013\u2212]\$?|minus|negative)\s*(?=\.?\d)", re.I
)
"""A minus apart from its number, where nothing stands before that it could be taken from."""
SPACED = re.compile(r"\W*?[-\u2212+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?\W*(?:[^\W\d]+\W*)?")
"""One number whose thousands stand apart, and its unit."""
REASON = re.compile(r"[,;:.]?\s+(?:since|because|as|where|given|which)\b", re.I)
CHOICE = re.compile(r"\b(?:or|either|between|maybe|perhaps|possibly)\b", re.I)
LISTED = re.compile(r"\s*(?:,|;|/|&|\band\b)\s*", re.I)
BOUND = re.compile(
    r"(?:\bnot|n['\u2019]t|\bnever|\b(?:more|less|fewer|greater|larger|smaller|other)\s+than|"
    r"\bat (?:least|most)|\b(?:above|below|over|under)|[<>\u2264\u2265\u2260]=?)\s*$",
    re.I,
)
DENIED = re.compile(
    r"\b(?:not|never|(?:is|are|was|were|do|does) ?n t|isnt|anything but|rather than|instead of|"
    r"other than|neither|nor)(?: (?:a|an|the))? $"
)
MINUS = "-\u2010\u2011\u2012\u2013\u2212"
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
    if boxed:
        return boxed[-1], True
    found = last_object(said)
    held = found[0].get("answer") if found else None
    return (held, True) if isinstance(held, str) else (said, False)


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    """Where the last match that has anything after it ends."""
    full = len(text.rstrip(" \t\r\n*_`"))
    ends = [m.end() for m in pattern.finditer(text)]
    return next((e for e in reversed(ends) if e < full), ends[-1] if ends else None)


def _plain(text: str) -> str:
    """Without bold marks, LaTeX boxes and LaTeX's spacing inside numbers."""
    text = BOXED.sub(r"\1", text).replace("{,}", ",").replace("\\,", "").replace("\\$", "$")
    text = re.sub(r"(?<=\d)(?:\\[ ;:]|~)(?=\d{3}(?!\d))", "", text)
    return text.replace("*", "").replace("`", "")


def lines(text: str) -> list[str]:
    """The lines that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def number(text: str) -> str | None:
    """The answer as a canonical decimal numeral: '1,234.50' is '1234.5'."""
    said, marked = region(text)
    rows = lines(said) if marked else lines(said)[::-1]
    for line in rows:
        first = SENTENCE_END.split(line, maxsplit=1)[0] if marked else line
        for part in (ASIDE.sub(" ", first), first, line):
            if NUMBER.search(part):
                return _sole(part, marked)
    return None


def _sole(part: str, marked: bool) -> str | None:
    """The number that a line says, None where it leaves open which, or only bounds it."""
    part = SPACED_SIGN.sub(r"\1-", part)
    if marked and SPACED.fullmatch(part):
        part = re.sub(r"(?<=\d) (?=\d{3})", "", part)
    told = REASON.split(part, maxsplit=1)[0]
    part = told if marked and NUMBER.search(told) else part
    left, _, right = part.rpartition("=")
    if not _differ(NUMBER.finditer(left)) and _differ(NUMBER.finditer(right)):
        # '12 = 4 + 8': what the sum is stands first.
        part = left if NUMBER.search(left) else right
    found = list(NUMBER.finditer(part))
    last = found[-1]
    if BOUND.search(part, max(0, last.start() - 30), last.start()):
        return None
    if _differ(found):
        between = part[found[-2].end() : last.start()]
        if CHOICE.search(between) or (marked and LISTED.fullmatch(between)):
            return None
    return canonical(last.group())


def _differ(found: Iterable[re.Match[str]]) -> bool:
    return len({canonical(m.group()) for m in found}) > 1


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
    sign = "-" if numeral[:1] in MINUS else ""
    ascii_text = "".join(_ascii(c) for c in numeral.lstrip(f"+{MINUS}"))
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
    return {
        m.group()
        for m in re.finditer(rf"\b(?:{pattern})\b", text)
        if not DENIED.search(text, max(0, m.start() - 30), m.start())
    }


def json_object(text: str) -> dict[str, Any] | None:
    """The last JSON object of the text; numbers stay the text they were written as."""
    found = last_object(without_thinking(text)[-END:])
    return found[0] if found else None


def last_object(said: str) -> tuple[dict[str, Any], int] | None:
    """The last JSON object, and where it ends."""
    empty = None
    for aware in (True, False):
        for start, end in reversed(_spans(said, aware)[-MAX_TRIES:]):
            found = _parsed(said[start:end])
            # An empty object after the answer is no answer.
            if found:
                return found, end
            empty = empty or (None if found is None else (found, end))
    return empty


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
