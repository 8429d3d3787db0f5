"""Numbers as people write them in a table: thousands apart, a $ before, a decimal comma."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from data.analysis.spend import MOST
from data.errors import ExportError

APART = r"[ \u{a0}\u{2009}\u{202f}'’_]"
"""What stands between thousands and is never a decimal sign."""
PLAIN = r"^-?(\d+|(\d+\.?\d*|\.\d+)[eE][+-]?\d+)$"
CURRENCIES = "€£¥₹"
LONGEST = 60
"""Characters of a cell, or of a list of columns, that a message repeats."""
TELLING = {
    # A lone group of three after one to three digits may be either: '1,250', '1.250'.
    mark: rf"^-?(\d*{at}(\d{{0,2}}|\d{{4,}})|(0*|0\d+|\d{{4,}}){at}\d{{3}}"
    rf"|\d{{1,3}}({other}\d{{3}})+{at}\d*|\d{{1,3}}({other}\d{{3}}){{2,}})$"
    for mark, at, other in ((".", r"\.", ","), (",", ",", r"\."))
}
"""Decimal sign -> what can be meant with that sign alone."""
EITHER = {mark: rf"^-?[1-9]\d{{0,2}}{at}\d{{3}}$" for mark, at in ((".", r"\."), (",", ","))}
"""Sign -> what may be thousands or decimals."""
KNOWN = "|".join((PLAIN, *TELLING.values(), *EITHER.values()))


def numbers(
    frame: pl.DataFrame,
    named: str,
    columns: Sequence[str],
    whole: Sequence[str] = (),
    decimal: str | None = ".",
) -> pl.DataFrame:
    """The frame with these columns as numbers, empty cells as null; ExportError for other text.

    '12,000', '$84.10', '12 000' and '1,234.50' are read; '84,10' and '1.234,50' where no cell of
    the table writes a decimal point. Where no cell tells, `decimal` is the sign that the table's
    kind suggests: '.', so that '12,000' are thousands; None: neither, so that it is refused.
    '12.000' is refused in `whole` columns, where no cell tells, since it would be twelve.
    """
    cells = {c: _bare(frame[c]) for c in columns if not frame.schema[c].is_numeric()}
    points, commas = (_first(cells, TELLING[mark]) for mark in ".,")
    if points and commas:
        raise ExportError(
            f"{named} has '{points}' and '{commas}': one has a decimal point, the other a decimal "
            "comma. Write all numbers in one way."
        )
    sign = "," if commas else "." if points else None
    for column in columns:
        held, text = frame[column], cells.get(column)
        if text is None:
            value = held.cast(pl.Float64)
            _check(held, value, value.is_finite() & (value.abs() <= MOST), named)
        else:
            value = _read(held, text, named, sign, decimal, column in whole)
        frame = frame.with_columns(value.alias(column))
    return frame


def _bare(cells: pl.Series) -> pl.Series:
    """Without dollar signs, blanks and what only sets thousands apart; empty cells are null."""
    text = cells.cast(pl.String).str.strip_chars().str.replace("−", "-", literal=True)
    text = text.str.replace(r"(?i)^(-?)\s*(?:US\s?\$|USD|\$)\s*(-?[\d.,])", "${1}${2}")
    text = text.str.replace(r"(?i)([\d.,])\s*(?:US\s?\$|USD|\$)$", "${1}").replace("", None)
    grouped = text.str.contains(rf"^-?\d{{1,3}}({APART}\d{{3}})+([.,]\d*)?$")
    return (
        pl.select(pl.when(grouped).then(text.str.replace_all(APART, "")).otherwise(text))
        .to_series()
        .alias(cells.name)
    )


def _first(cells: dict[str, pl.Series], pattern: str) -> str | None:
    for text in cells.values():
        found = text.filter(text.str.contains(pattern).fill_null(False))
        if len(found):
            return str(found[0])
    return None


def _read(
    cells: pl.Series, text: pl.Series, named: str, sign: str | None, decimal: str | None,
    whole: bool,
) -> pl.Series:  # fmt: skip
    if sign is None and decimal is None:
        _refuse(cells, text, named, ",")
    if sign is None and (whole or decimal is None):
        _refuse(cells, text, named, ".")
    if (sign or decimal) == ",":
        clean = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        clean = text.str.replace_all(",", "", literal=True)
    value = clean.cast(pl.Float64, strict=False)
    good = text.str.contains(KNOWN) & value.is_finite() & (value.abs() <= MOST)
    _check(cells, text, good, named)
    return value


def _check(cells: pl.Series, text: pl.Series, good: pl.Series, named: str) -> None:
    """Refuse what is neither a good number nor an empty cell."""
    wrong = cells.filter(text.is_not_null() & ~good.fill_null(False))
    if len(wrong) and any(mark in str(wrong[0]) for mark in CURRENCIES):
        raise ExportError(
            f"{named}: {cells.name} '{short(wrong[0])}' is not in US$. Convert it first."
        )
    if len(wrong):
        raise ExportError(
            f"{named}: {cells.name} '{short(wrong[0])}' is not a plain number such as 1200.5. "
            "Write one, or nothing where it isn't known."
        )


def _refuse(cells: pl.Series, text: pl.Series, named: str, mark: str) -> None:
    """Refuse what may be thousands or decimals, written with this mark."""
    either = text.str.contains(EITHER[mark]).fill_null(False)
    if either.any():
        bare = str(text.filter(either)[0])
        raise ExportError(
            f"{named}: {cells.name} '{short(cells.filter(either)[0])}' may be "
            f"{bare.replace(mark, '')} or {float(bare.replace(mark, '.')):g}. Write it as one of "
            "the two."
        )


def short(text: object, most: int = LONGEST) -> str:
    """A cell as a message repeats it: on one line, and not without end."""
    words = " ".join(str(text).split())
    return words if len(words) <= most else f"{words[:most]}…"
