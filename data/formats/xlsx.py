"""XLSX: each table on a sheet with its units, and a sheet About that says how it was made."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data.errors import ExportError
from data.formats.document import Document, Sheet, line, tidy, unmarked
from data.formats.document import titled as sheet_title
from data.formats.units import Unit, base, titled, unit

CREATED = datetime(2000, 1, 1)
"""Written into every workbook: a date of its own would change the bytes of a rerun."""
NUMBERS: dict[Unit, str] = {
    "count": "#,##0",
    "tokens": "#,##0.0",
    "usd": '[=0]"free";[<0.1]$0.000000;$#,##0.0000',
    "share": "0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "seconds": "#,##0.000",
    "scale": "0.0",
    "number": "#,##0.####",
    "date": "yyyy-mm-dd",
}
SUM = "$#,##0.00####"
"""Dollars of a sum: none of them is not 'free'."""
BARS: dict[Unit, int] = {"share": 1, "scale": 100}
"""Units that are drawn as a bar in their cell, and what fills it."""
BAR = "#8DB4DC"
MOST_ROWS = 1_048_575
WIDEST = 60
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write(document: Document) -> bytes:
    """The document as a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": line(document.title), "created": CREATED})
    styles = _Styles(book)
    for name, sheet in zip(_names(document.sheets), document.sheets, strict=True):
        _fill(book.add_worksheet(name), sheet, styles)
    _about(book.add_worksheet("About"), document, styles)
    book.close()
    return out.getvalue()


class _Styles:
    """The workbook's cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book, self.made = book, dict[tuple[tuple[str, Any], ...], Any]()

    def of(self, **how: Any) -> Any:
        key = tuple(sorted(how.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(how)
        return self.made[key]


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """What the sheets are called: at most 31 characters, each once, none of them About."""
    names: list[str] = []
    for sheet in sheets:
        name = re.sub(r"[\[\]:*?/\\']", " ", sheet_title(sheet.name))[:31].strip() or "Table"
        taken = {"about", "history", *(n.lower() for n in names)}
        tries = (f"{name[:27]} {i}" for i in range(2, 1000))
        names.append(name if name.lower() not in taken else next(
            t for t in tries if t.lower() not in taken
        ))  # fmt: skip
    return names


def _fill(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    frame = sheet.frame
    if frame.height > MOST_ROWS:
        raise ExportError(
            f"A sheet holds {MOST_ROWS:,} rows, and '{sheet.name}' has {frame.height:,}. "
            "Use --format parquet or csv."
        )
    page.freeze_panes(1, 1)
    page.hide_gridlines(2)
    for i, name in enumerate(frame.columns):
        kind = frame.schema[name]
        what, said = unit(name, kind), titled(name, kind)
        number = kind.is_numeric()
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        page.write_string(0, i, said, styles.of(**head, align="right" if number else "left"))
        values = [tidy(v) for v in frame[name]]
        form = SUM if what == "usd" and not name.startswith("cost") else NUMBERS.get(what)
        for row, value in enumerate(values, 1):
            _cell(page, row, i, value, form, styles)
        page.set_column(i, i, _width(said, values, number))
        if what in BARS and base(name) == name and values:
            page.conditional_format(1, i, len(values), i, {
                "type": "data_bar", "bar_color": BAR, "bar_solid": True, "min_type": "num",
                "max_type": "num", "min_value": 0, "max_value": BARS[what],
            })  # fmt: skip
    page.set_row(0, 32)
    if frame.is_empty():
        page.write_string(1, 0, line(sheet.empty), styles.of(italic=True))
    else:
        page.autofilter(0, 0, frame.height, frame.width - 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _cell(
    page: Worksheet, row: int, column: int, value: Any, form: str | None, styles: _Styles
) -> None:
    """One value; text is never a formula, neither now nor when somebody edits the cell."""
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(row, column, "yes" if value else "no")
    elif isinstance(value, int | float) and math.isfinite(value):
        page.write_number(row, column, value, styles.of(num_format=form or "General"))
    elif isinstance(value, int | float):
        page.write_string(row, column, "∞" if value > 0 else "-∞", styles.of(align="right"))
    elif isinstance(value, datetime | date):
        page.write_string(row, column, str(value)[:19])
    else:
        text = line(str(value))
        page.write_string(row, column, text, styles.of(**_quoted(text)))


def _quoted(text: str) -> dict[str, Any]:
    return {"quote_prefix": True} if text.startswith(FORMULA) else {}


def _width(said: str, values: Sequence[Any], number: bool) -> float:
    if number:
        return max(11, min(16, len(said) * 0.75 + 2))
    longest = max([len(said), *(len(str(v)) for v in values if v is not None)])
    return min(WIDEST, longest * 0.95 + 2)


def _about(page: Worksheet, document: Document, styles: _Styles) -> None:
    """What, when and how: a label and its text a row."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 110)
    page.write_string(0, 0, line(document.title), styles.of(bold=True, font_size=14))
    rows = {"In short": unmarked(document.sentence), **document.about}
    rows = {label: text for label, text in rows.items() if text}
    for i, (label, text) in enumerate(rows.items(), 2):
        said = line(text)
        page.write_string(i, 0, line(label), styles.of(valign="top", font_color="#5A6672"))
        style = styles.of(text_wrap=True, valign="top", **_quoted(said))
        page.write_string(i, 1, said, style)
    page.set_landscape()
    page.fit_to_pages(1, 0)
