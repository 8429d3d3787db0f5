"""Tables that a lens is given beside the view: CSV files named by its options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.analysis.spend import MOST
from data.errors import ExportError
from data.lenses import flag
from data.study import Study


def given(study: Study, option: str, columns: Sequence[str]) -> pl.DataFrame | None:
    """The CSV file of an option as text columns; None where the option is not set.

    ExportError when it can't be read or lacks one of `columns`.
    """
    if option not in study.options:
        return None
    named, path = flag(option), Path(study.options[option])
    wanted = ", ".join(columns)
    if not path.is_file():
        raise ExportError(f"{named} {path} is no file. Name a CSV table with the columns {wanted}.")
    try:
        frame = pl.read_csv(path, infer_schema=False, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        why = str(error).splitlines()[0]
        raise ExportError(
            f"Can't read {named} {path}: {why}. It is a CSV table with the columns {wanted}."
        ) from error
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise ExportError(
            f"{named} {path} has no column '{missing[0]}'; its columns are "
            f"{', '.join(frame.columns)}. It needs {wanted}."
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
                f"{flag(option)}: {column} '{wrong[0]}' is not a plain number such as 1200.5. "
                "Write one, or nothing where it isn't known."
            )
        frame = frame.with_columns(value.alias(column))
    return frame
