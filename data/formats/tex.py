"""LaTeX: tables with booktabs and siunitx, each with a caption and a label.

A table is a fragment for \\input; the preamble it needs stands in its first lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl

from data.formats.document import Document, Sheet, tidy, titled
from data.formats.tex_text import comment, escape, plain, sentence
from data.formats.units import Unit, unit
from data.formats.units import titled as head
from data.lens_words import ENDS, shown_columns

PER_CENT: tuple[Unit, ...] = ("share", "points")
DECIMALS: dict[Unit, int] = {"share": 1, "points": 1, "scale": 1, "count": 0}
"""Others have three significant digits."""
LONG = 40
"""Rows of a table that still fits on a page."""
BROAD = 34
"""Characters of a column that still stand on one line."""
SIZES = ((6, r"\small"), (9, r"\footnotesize"), (math.inf, r"\scriptsize"))
UNKNOWN = "{--}"
NOTED = ("Note", "Not in the table", "Cost", "Prices", "Attempts without a cost", "Interval")
"""What of About is printed below a table; all of it stands in comments above."""


class Column(NamedTuple):
    """One column: what stands before, in and at the head of it."""

    spec: str
    head: str
    cells: Sequence[str]


def write(document: Document) -> bytes:
    """The document as UTF-8."""
    about = {**document.about}
    lines = [
        comment(document.title),
        *(comment(f"{label}: {text}") for label, text in about.items()),
        comment("Preamble: \\usepackage{adjustbox,array,booktabs,siunitx}"),
    ]
    said = sentence(document.sentence)
    note = " ".join(f"{escape(k)}: {escape(about[k])}." for k in NOTED if about.get(k))
    for i, sheet in enumerate(document.sheets):
        several = len(document.sheets) > 1
        caption = f"{escape(document.title)}: {escape(titled(sheet.name))}."
        caption = caption if several else f"{escape(document.title)}."
        label = f"tab:isocost-{document.slug}" + (f"-{sheet.name}" if several else "")
        told = f"{caption} {said}" if i == 0 and said else caption
        label = re.sub(r"[^a-z0-9:-]", "-", label.lower())
        lines += ["", *_table(sheet, told, label, note if i == 0 else "")]
    return ("\n".join(lines) + "\n").encode()


def _table(sheet: Sheet, caption: str, label: str, note: str) -> list[str]:
    columns = _columns(sheet.printed)
    size = next(size for most, size in SIZES if len(columns) <= most)
    tight = [r"\setlength{\tabcolsep}{3pt}"] if size == r"\scriptsize" else []
    spec = "@{}" + "".join(c.spec for c in columns) + "@{}"
    heads = " & ".join(f"{{{c.head}}}" for c in columns) + r" \\"
    rows = [" & ".join(row) + r" \\" for row in zip(*(c.cells for c in columns), strict=True)]
    if not rows:
        rows = [rf"\multicolumn{{{len(columns)}}}{{@{{}}l@{{}}}}{{{escape(sheet.empty)}}} \\"]
    named = rf"\caption{{{caption}}}\label{{{label}}}"
    below = [rf"\par\smallskip{{\footnotesize\raggedright {note}\par}}"] if note else []
    lines: list[str] = []
    # Parts that fit on a page: a table that breaks by itself can't be shrunk to the line's width.
    for first in range(0, len(rows), LONG):
        title = rf"\emph{{Table~\ref{{{label}}}, continued}}\par\smallskip" if first else named
        last = first + LONG >= len(rows)
        lines += [
            r"\begin{table}[htbp]", r"\centering", size, *tight, title,
            r"\begin{adjustbox}{max width=\linewidth}", rf"\begin{{tabular}}{{{spec}}}",
            r"\toprule", heads, r"\midrule", *rows[first : first + LONG], r"\bottomrule",
            r"\end{tabular}", r"\end{adjustbox}", *(below if last else []), r"\end{table}",
        ]  # fmt: skip
    return lines


def _columns(frame: pl.DataFrame) -> list[Column]:
    columns = []
    for name in shown_columns(frame):
        kind = frame.schema[name]
        what = unit(name, kind)
        said = escape(head(name, kind))
        if not kind.is_numeric():
            columns.append(_words(said, frame[name]))
            continue
        said += {"share": r", \%", "points": ", points"}.get(what, "")
        scale = 100 if what in PER_CENT else 1
        decimals = DECIMALS.get(what)
        columns.append(_numbers(said, frame[name], scale, decimals))
        low, high = (name + end for end in ENDS)
        if low in frame.columns and high in frame.columns:
            ends = zip(frame[low], frame[high], strict=True)
            cells = [_interval(a, b, scale, decimals) for a, b in ends]
            columns.append(Column("l", r"95\,\%", cells))
    return columns


def _words(said: str, values: Iterable[Any]) -> Column:
    texts = [_word(v) for v in values]
    long = max((len(t) for t in texts), default=0) > BROAD
    return Column(
        r">{\raggedright\arraybackslash}p{0.2\linewidth}" if long else "l",
        said,
        [escape(t) for t in texts],
    )


def _word(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:10] if hasattr(value, "isoformat") else str(tidy(value))


def _numbers(said: str, values: Iterable[Any], scale: int, decimals: int | None) -> Column:
    cells = [_number(v, scale, decimals) for v in values]
    known = [c for c in cells if not c.startswith("{")]
    return Column(f"S[table-format={_format(known)}]", said, cells)


def _number(value: float | None, scale: int, decimals: int | None) -> str:
    """A number as siunitx reads it; what is none stands in braces, which it leaves alone."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return r"{$\infty$}" if value > 0 else r"{$-\infty$}"
    return plain(scale * value, decimals)


def _interval(low: float | None, high: float | None, scale: int, decimals: int | None) -> str:
    ends = [_number(v, scale, decimals) for v in (low, high)]
    if ends == [UNKNOWN, UNKNOWN]:
        return "--"
    a, b = (e if e.startswith("{") else rf"\num{{{e}}}" for e in ends)
    return f"{a} to {b}"


def _format(cells: Sequence[str]) -> str:
    """How many digits siunitx leaves room for: sign, whole, decimals, exponent."""
    parts = [re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:e(-?)(\d+))?", c) for c in cells]
    found = [p for p in parts if p]
    if not found:
        return "1.0"
    whole = max(len(p[2]) for p in found)
    decimals = max(len(p[3] or "") for p in found)
    sign = "-" if any(p[1] for p in found) else ""
    power = max(len(p[5] or "") for p in found)
    minus = "-" if any(p[4] for p in found) else ""
    return f"{sign}{whole}.{decimals}" + (f"e{minus}{power}" if power else "")
