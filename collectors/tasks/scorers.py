"""Scorers by name for one's own documents: (target, a model's whole text) -> score, never raising.

What is compared is the answer that collectors.tasks.answers finds: after the last 'Answer:', else
the text without its thinking.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import regex

from collectors.own_code import OwnCodeError, loaded
from collectors.tasks import answers
from data.errors import ExperimentError
from data.records import Score

Scorer = Callable[[str, str], Score]
"""(target, text) -> score."""
NAMES = ("exact", "number", "set", "json", "regex", "choice")
ROUNDING = 1e-9
"""By how much a score of one's own may miss 0 or 1."""
PATTERN_S = 1.0
"""Seconds that a pattern may search: some take forever on some texts."""
ALIKE = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b`\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb"), '"'),
}
"""Dashes and quotes as a keyboard writes them."""
BULLET = regex.compile(r"^[-*\u2022] +(?=\S)")
NUMERAL = regex.compile(
    r"(?P<value>[-+\u2212]?(?:"
    r"\d+(?:[.\u066b]\d+|,(?:\d{1,2}|\d{4,}))?|\.\d+"
    r"|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"
    r"|[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+,\d+)"
    r"|[1-9]\d{0,2}(?P<mark>['\u2019_\u00a0\u2009\u202f\u066c])\d{3}(?:(?P=mark)\d{3})*"
    r"(?:[.\u066b]\d+|,(?:\d{1,2}|\d{4,}))?))"
    r"|(?P<science>[-+]?\d{1,99}(?:\.\d{1,99})?[eE][-+]?\d{1,3})"
)
"""One number as a whole: thousands marks only between groups of three."""
UNITS = regex.compile(r"^(?P<sign>[-+\u2212]?)\s*\p{Sc}?\s*|\s*[%\p{Sc}]?$")
EMPTY = ("", "null", "none", "n/a", "-")
"""What stands for 'the document does not say' in a target or a field."""


def exact(target: str, text: str) -> Score:
    """Equal but for what `bare` drops."""
    wanted = bare(target)
    # Bold marks and code marks are dropped, unless the target has such signs itself.
    signs = any(sign in target for sign in "*`")
    said, marked = (answers.written if signs else answers.region)(text)
    rows = answers.lines(said)
    if not rows:
        return Score(0.0, None)
    edge = rows[0] if marked else rows[-1]
    for part in (said, edge, answers.SENTENCE_END.split(edge, maxsplit=1)[0]):
        if bare(part) == wanted or (signs and bare(part.strip(" \t\r\n*`")) == wanted):
            return Score(1.0, target)
    return Score(0.0, edge[:200])


def bare(text: str) -> str:
    """A text as it is compared: without case, quotes, a list's bullet, and the sentence's marks at
    its ends; every other sign counts ('-3', 'C++', '1/2', '5 %')."""
    found = unicodedata.normalize("NFKC", text.translate(ALIKE)).casefold()
    found = " ".join(found.replace('"', "").split())
    kept = BULLET.sub("", found).lstrip("'\u00bf\u00a1 ").rstrip("'.,;:!?\u3002 ")
    return kept or found


def comparable(text: str) -> str:
    """A label as it is compared: its words, or the text itself where it has none ('+', '<=')."""
    return answers.words(text) or " ".join(text.split())


def number(tolerance: Decimal, relative: bool) -> Scorer:
    """Within `tolerance` of the target; `relative`: as a share of the target."""

    def score(target: str, text: str) -> Score:
        wanted, found = decimal(target), answers.number(text)
        given = decimal(found)
        if wanted is None or given is None:
            return Score(0.0, None)
        room = tolerance * abs(wanted) if relative else tolerance
        return Score(float(abs(given - wanted) <= room), found)

    return score


def decimal(text: str | None) -> Decimal | None:
    """A text that is one number as a whole; None for what is none, or absurdly long.

    A percent sign or a currency's sign may stand beside it.
    """
    if text is None or len(text) > 100:
        return None
    found = NUMERAL.fullmatch(UNITS.sub(lambda m: m["sign"] or "", text.strip()))
    if found is None:
        return None
    try:
        value = Decimal(found["science"] or answers.canonical(found["value"]))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def members(target: str, text: str) -> Score:
    """Items in any order: the F1 of what was named (separated by commas, semicolons or lines)."""
    wanted = items(target)
    said, _ = answers.region(text)
    found = items(said)
    if not found:
        return Score(0.0, None)
    right = len(wanted & found)
    value = 2 * right / (len(wanted) + len(found)) if right else 0.0
    return Score(value, ", ".join(sorted(found))[:1000], invented=len(found - wanted))


def items(text: str) -> set[str]:
    pieces = regex.split(r"[,;\n\u3001\uff0c]|\s+(?:and|und|et|y)\s+", text)
    return {item for piece in pieces if (item := bare(piece))}


def fields(target: str, text: str) -> Score:
    """The target's JSON fields one by one; a value where the target has null is made up."""
    wanted, found = parsed(target) or {}, answers.json_object(text)
    if found is None:
        return Score(0.0, None)
    right = sum(name in found and same(value, found[name]) for name, value in wanted.items())
    invented = sum(
        empty(value) and name in found and not empty(found[name]) for name, value in wanted.items()
    )
    return Score(right / len(wanted), json.dumps(found, ensure_ascii=False), invented=invented)


def parsed(target: str) -> dict[str, Any] | None:
    """A target as a JSON object whose numbers are text, as answers are read; None: it is none."""
    try:
        value = json.loads(target, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value else None


def same(wanted: Any, given: Any) -> bool:
    """Equal as numbers when both are, else as words; lists in order, objects by field."""
    if empty(wanted) or empty(given):
        return empty(wanted) and empty(given)
    if isinstance(wanted, list):
        pairs = zip(wanted, given, strict=False) if isinstance(given, list) else ()
        return (
            isinstance(given, list) and len(wanted) == len(given) and all(same(*p) for p in pairs)
        )
    if isinstance(wanted, dict):
        return isinstance(given, dict) and all(same(v, given.get(k)) for k, v in wanted.items())
    if isinstance(given, list | dict):
        return False
    numerals = [answers.canonical(str(v)) if answers.NUMBER.fullmatch(str(v)) else None
                for v in (wanted, given)]  # fmt: skip
    if all(n is not None for n in numerals):
        return numerals[0] == numerals[1]
    return bare(str(wanted)) == bare(str(given))


def empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().casefold() in EMPTY)


def pattern(target: str, text: str) -> Score:
    """The target is a regular expression that the whole answer, or its line, matches."""
    said, marked = answers.region(text)
    rows = answers.lines(said)
    if not rows:
        return Score(0.0, None)
    edge = rows[0] if marked else rows[-1]
    try:
        met = any(regex.fullmatch(target, part, timeout=PATTERN_S) for part in (said.strip(), edge))
    except TimeoutError:
        met = False
    return Score(float(met), edge[:200])


def choice(labels: Sequence[str]) -> Scorer:
    """The only label that the answer names."""

    def score(target: str, text: str) -> Score:
        found = answers.label(text, labels)
        return Score(float(found == target), found)

    return score


def own(name: str, where: str) -> Scorer:
    """'module:function', called with (target, text), returning a value from 0 to 1.

    What it raises says nothing about the answer: ExperimentError, and the attempt has failed.
    """
    try:
        function = loaded(name)
    except OwnCodeError as error:
        raise ExperimentError(
            f"{where}: scorer = '{name}' can't be loaded: {error}. It is looked for beside the "
            "experiment and in the environment."
        ) from error

    def score(target: str, text: str) -> Score:
        try:
            value = float(function(target, text))
        except (Exception, SystemExit) as error:
            why = (str(error).splitlines() or [""])[0][:200]
            raise ExperimentError(f"scorer {name}: {type(error).__name__}: {why}") from error
        if not -ROUNDING <= value <= 1 + ROUNDING:
            raise ExperimentError(f"scorer {name}: returned {value!r}, which is not from 0 to 1")
        return Score(min(1.0, max(0.0, value)), text[-200:])

    return score
