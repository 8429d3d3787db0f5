"""Exact comparisons of answers by kind: right or wrong, with the text that was compared.

What the answer is, `collectors.tasks.answers` finds; here it is read as a number, a fraction, a
list, a grid and so on. No comparison raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from collectors.tasks import answers
from data.records import Sample, Score

Scorer = Callable[[Sample, str], Score]
KEPT = 200
"""Characters of an answer that are kept as such."""
LONGEST = 40
"""Digits of a numeral that is computed with; longer ones are compared as text alone."""

NUMERAL = r"(?<![\w.])[-+]?\d+(?:\.\d+)?"
BETWEEN = r"(?:\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s+)"
LIST = re.compile(rf"{NUMERAL}(?:{BETWEEN}[-+]?\d+(?:\.\d+)?)*")
GROUPED = re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{3})+)(?!\d|,\d)")
LATEX_FRACTION = re.compile(r"\\[dt]?frac\s{0,3}\{([^{}]{1,60})\}\s{0,3}\{([^{}]{1,60})\}")
FRACTION = re.compile(r"([-+]?)\s?(?<![\d.])(?:(\d+)\s+)?(\d+)\s?/\s?(\d+)(?![\d/])")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
BRACKETED = re.compile(r"\[([^\[\]]*)\]")
ROW = re.compile(r"[-+\d\s,;.|\[\]()]+")
WRAPPING = " \t.,;:!?'\"\u201c\u201d\u2018\u2019`$()[]{}<>"


def result(right: bool, said: str | None) -> Score:
    """1 or 0; `said` is None where the text held no answer of the kind."""
    return Score(float(right), said[:KEPT] if said is not None else None)


def plain(text: str) -> str:
    """Compatibility forms undone: wide digits and letters, fraction and minus signs."""
    text = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in unicodedata.normalize("NFKC", text)
    )
    return text.replace("\u2212", "-").replace("\u2044", "/").replace("\\,", " ")


def edge(text: str) -> str:
    """The line that answers: after 'Answer:' the first, else the last; '' where nothing is said."""
    said, marked = answers.region(text)
    rows = answers.lines(plain(said))
    return (rows[0] if marked else rows[-1]) if rows else ""


def readings(text: str) -> Iterator[str]:
    """The answering line as it may be meant: whole, without asides, its first sentence."""
    line = edge(text)
    first = answers.SENTENCE_END.split(line, maxsplit=1)[0]
    yield from dict.fromkeys((line, answers.ASIDE.sub(" ", line), first))


def number(asked: Sample, text: str) -> Score:
    """One number, whole or decimal: '1,234.50' is 1234.5."""
    found = answers.number(text)
    return result(found == answers.canonical(asked.target), found)


def fraction(asked: Sample, text: str) -> Score:
    """A fraction in lowest terms, as 3/4, \\frac{3}{4} or 1 3/4; n stands for n/1."""
    found = as_fraction(edge(text))
    wanted = as_fraction(asked.target)
    return result(found is not None and found == wanted, found and "/".join(map(str, found)))


def as_fraction(text: str) -> tuple[int, int] | None:
    """(numerator, denominator) as they were written, of the last fraction of a line."""
    text = LATEX_FRACTION.sub(r" \1/\2 ", THOUSANDS.sub("", text))
    last = None
    for last in FRACTION.finditer(text):  # noqa: B007
        pass
    if last is None:
        found = answers.last_number(text)
        whole = found is not None and len(found) <= LONGEST and "." not in found
        return (int(found), 1) if whole and found is not None else None
    sign, extra, above, below = last.groups()
    if max(len(extra or ""), len(above), len(below)) > LONGEST:
        return None
    top, bottom = int(above) + int(extra or 0) * int(below), int(below)
    return (-top if sign == "-" else top), bottom


def numbers(asked: Sample, text: str) -> Score:
    """A list of numbers in order, however it is bracketed and separated; '[]' is the empty one."""
    wanted = as_numbers(asked.target)
    said = None
    for line in (*readings(text), several(text)):
        for found in lists(line):
            said = ", ".join(found) or "[]"
            if found == wanted:
                return result(True, said)
    return result(False, said)


def several(text: str) -> str:
    """The lines that hold nothing but numbers, as one: long lists are broken into lines."""
    said, _ = answers.region(text)
    return " ".join(line for line in answers.lines(plain(said)) if ROW.fullmatch(line))


def as_numbers(target: str) -> list[str]:
    """A target such as '3, 4, 5'."""
    return [answers.canonical(piece.strip()) for piece in target.split(",") if piece.strip(" []")]


def lists(line: str) -> Iterator[list[str]]:
    """A line's last list, with commas between numbers and with commas inside of them."""
    inner = [m.group(1) for m in BRACKETED.finditer(line)]
    if inner and not inner[-1].strip():
        yield []
    for part in dict.fromkeys((line, GROUPED.sub(lambda m: m.group().replace(",", ""), line))):
        bare = re.sub(r"[\[\]'\"]", " ", part)
        last = None
        for last in LIST.finditer(bare):  # noqa: B007
            pass
        if last is not None:
            yield [answers.canonical(n) for n in re.findall(r"[-+]?\d+(?:\.\d+)?", last.group())]


def joined(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def label(labels: Sequence[str]) -> Scorer:
    """The only one of the labels that the answer names."""

    def score(asked: Sample, text: str) -> Score:
        found = answers.label(text, labels)
        return result(found == asked.target, found)

    return score


def rows(text: str) -> list[list[str]]:
    """The first unbroken run of rows of a text; every row of nested brackets."""
    bracketed = [m.group(1) for m in BRACKETED.finditer(text)]
    if bracketed:
        return [cells(row) for row in bracketed if cells(row)]
    found: list[list[str]] = []
    for line in text.splitlines():
        if ROW.fullmatch(line) and cells(line):
            found.append(cells(line))
        elif found and line.strip():
            break
    return found


def cells(row: str) -> list[str]:
    return [answers.canonical(n) for n in re.findall(r"[-+]?\d+", row)]
