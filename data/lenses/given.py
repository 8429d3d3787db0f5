"""Tables that a lens is given beside the view: CSV files named by its options, or their content."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.errors import ExportError
from data.lenses import flag, written
from data.lenses.written import LONGEST, short
from data.study import Study

IN_WORDS = {"spend": "Spend log", "in_use": "What is in use"}
"""Option -> what its table is called on a page."""
SEPARATORS = ",;\t"


def given(
    study: Study,
    option: str,
    columns: Sequence[str],
    numeric: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> pl.DataFrame | None:
    """The table of an option as text columns, `numeric` ones as numbers; None where it isn't set.

    A frame is taken as it is, anything else as the path of a CSV file. ExportError when it can't
    be read, lacks one of `columns` or has text in a `numeric` one (`whole`: see written.numbers).
    """
    if option not in study.options:
        return None
    named, value = called(study, option), study.options[option]
    if isinstance(value, pl.DataFrame):
        text = [c for c in value.columns if c not in numeric or not value.schema[c].is_numeric()]
        frame = _complete(value.with_columns(pl.col(text).cast(pl.String)), named, columns)
        return written.numbers(frame, named, numeric, whole)
    path = Path(value)
    if not path.is_file():
        raise ExportError(
            f"{named} {path} is no file. Name a CSV table with the columns {', '.join(columns)}."
        )
    return table(path, f"{named} {path}", columns, numeric, whole)


def called(study: Study, option: str) -> str:
    """What a message calls a table: its option, or in words where it was given on a page."""
    if isinstance(study.options.get(option), pl.DataFrame):
        return IN_WORDS.get(option, option)
    return flag(option)


def table(
    source: Path | bytes,
    named: str,
    columns: Sequence[str],
    numeric: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> pl.DataFrame:
    """A CSV table, parted by commas, semicolons or tabs, as text columns and `numeric` ones.

    ExportError, in one line that calls it `named`, when it can't be read. Where semicolons part
    the cells a comma may be a decimal one: then '12,000' alone is refused.
    """
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
        separator = _separator(content, columns)
        frame = pl.read_csv(content, infer_schema=False, separator=separator)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ExportError(
            f"Can't read {named}: {_why(source, columns, error)}. It is a CSV table with the "
            f"columns {', '.join(columns)}."
        ) from error
    heads = {head: head.strip().lower() for head in frame.columns}
    # A head may be written with capitals or blanks, where nothing else is called so.
    mended = {h: m for h, m in heads.items() if m in columns and m not in frame.columns}
    if len(set(mended.values())) == len(mended):
        frame = frame.rename(mended)
    decimal = None if separator == ";" else "."
    return written.numbers(_complete(frame, named, columns), named, numeric, whole, decimal)


def _separator(content: bytes, columns: Sequence[str]) -> str:
    """What parts the cells of the head; a comma where that doesn't tell."""
    head = (
        content.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].decode("utf-8", "replace")
    )
    cells = {mark: {c.strip(' "\r').lower() for c in head.split(mark)} for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: len(cells[mark] & set(columns)))


def _why(source: Path | bytes, columns: Sequence[str], error: Exception) -> str:
    """What the reader of tables says, or in plainer words: which line has too many cells."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    content = source if isinstance(source, bytes) else source.read_bytes()
    text = content.decode("utf-8", "replace")
    if "\ufffd" in text:
        return "it is not UTF-8 text; save it as CSV UTF-8"
    mark = _separator(content, columns)
    lines = csv.reader(io.StringIO(text), delimiter=mark)
    head = len(next(lines, []))
    for cells in lines:
        if len(cells) > head:
            return (
                f"line {lines.line_num} has {len(cells)} cells, the head {head}: a number such as "
                '12,000 needs quotes, "12,000"'
            )
    return short((str(error).splitlines() or ["it is empty"])[0], 2 * LONGEST)


def _complete(frame: pl.DataFrame, named: str, columns: Sequence[str]) -> pl.DataFrame:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise ExportError(
            f"{named} has no column '{missing[0]}'; its columns are "
            f"{short(', '.join(frame.columns))}. It needs {', '.join(columns)}."
        )
    return frame
