"""Tables that a lens is given beside the view: CSV files named by its options, or their content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from data.analysis.spend import MOST
from data.errors import ExportError
from data.lenses import flag
from data.study import Study

LONGEST = 60
"""Characters of a cell, or of a list of columns, that a message repeats."""


def given(study: Study, option: str, columns: Sequence[str]) -> pl.DataFrame | None:
    """The table of an option as text columns; None where the option is not set.

    A frame is taken as it is, anything else as the path of a CSV file. ExportError when it can't
    be read or lacks one of `columns`.
    """
    if option not in study.options:
        return None
    named, value = flag(option), study.options[option]
    if isinstance(value, pl.DataFrame):
        return _complete(value.cast(pl.String), named, columns)
    path = Path(value)
    if not path.is_file():
        raise ExportError(
            f"{named} {path} is no file. Name a CSV table with the columns {', '.join(columns)}."
        )
    return table(path, f"{named} {path}", columns)


def table(source: Path | bytes, named: str, columns: Sequence[str]) -> pl.DataFrame:
    """A CSV table as text columns; ExportError, in one line that calls it `named`."""
    try:
        frame = pl.read_csv(source, infer_schema=False, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        why = _short((str(error).splitlines() or ["it is empty"])[0], 2 * LONGEST)
        raise ExportError(
            f"Can't read {named}: {why}. It is a CSV table with the columns {', '.join(columns)}."
        ) from error
    return _complete(frame, named, columns)


def _complete(frame: pl.DataFrame, named: str, columns: Sequence[str]) -> pl.DataFrame:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise ExportError(
            f"{named} has no column '{missing[0]}'; its columns are "
            f"{_short(', '.join(frame.columns))}. It needs {', '.join(columns)}."
        )
    return frame


def numbers(frame: pl.DataFrame, option: str, *columns: str) -> pl.DataFrame:
    """The frame with these columns as numbers, empty cells as null; ExportError for other text."""
    for column in columns:
        text = frame[column].str.strip_chars().replace("", None)
        value = text.cast(pl.Float64, strict=False)
        good = value.is_finite() & (value.abs() <= MOST)
        wrong = text.filter(text.is_not_null() & ~good.fill_null(False))
        if len(wrong):
            raise ExportError(
                f"{flag(option)}: {column} '{_short(wrong[0])}' is not a plain number such as "
                "1200.5. Write one, or nothing where it isn't known."
            )
        frame = frame.with_columns(value.alias(column))
    return frame


def _short(text: Any, most: int = LONGEST) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= most else f"{words[:most]}…"
