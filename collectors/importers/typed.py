"""Rows of an importer as a frame in our columns and types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from collectors.importers.found import COLUMNS, Kind, Row
from collectors.importers.tally import Tally
from data.errors import FormatError

MOST = 1e18
"""A number beyond it is none of ours, and would not fit 64 bits."""


def typed(rows: Sequence[Row] | pl.DataFrame, kind: Kind, tally: Tally) -> pl.DataFrame:
    """Rows as a frame with exactly the kind's columns; what does not fit a type is null."""
    schema = COLUMNS[kind]
    if isinstance(rows, pl.DataFrame):
        unknown = set(rows.columns) - set(schema)
        if unknown:
            raise FormatError(f"an importer gave unknown columns: {', '.join(sorted(unknown))}.")
        held = [
            pl.col(name).cast(kind_, strict=False) if name in rows.columns
            else pl.lit(None, kind_).alias(name)
            for name, kind_ in schema.items()
        ]  # fmt: skip
        frame = rows.select(held)
    else:
        given = {name for row in rows for name in row}
        if given - set(schema):
            raise FormatError(f"an importer gave unknown columns: {sorted(given - set(schema))}.")
        columns = {
            name: _series(name, [row.get(name) for row in rows], dtype, tally)
            if name in given
            else pl.Series(name, [None] * len(rows), dtype)
            for name, dtype in schema.items()
        }
        frame = pl.DataFrame(columns)
    floats = [name for name, dtype in schema.items() if dtype == pl.Float64()]
    finite = [pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in floats]
    return frame.with_columns(finite)


def _series(name: str, values: list[Any], dtype: pl.DataType, tally: Tally) -> pl.Series:
    """Each value in the column's type, or null; what was no such value is counted."""
    found = [None if value is None else _READ[dtype](value) for value in values]
    given = sum(value is not None for value in values)
    if lost := given - sum(value is not None for value in found):
        tally.change(f"{name} that is none: left unknown", "", lost)
    return pl.Series(name, found, dtype)


def _text(value: Any) -> str | None:
    if isinstance(value, bool | int | float):
        return str(value)
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair: JSON can spell it, UTF-8 can't hold it.
        return value.encode("utf-8", "replace").decode()
    return value


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < MOST else None


def _whole(value: Any) -> int | None:
    found = _number(value)
    return int(value) if found is not None and found.is_integer() else None


def _when(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    except (OverflowError, ValueError):
        return None


_READ: dict[pl.DataType, Callable[[Any], Any]] = {
    pl.String(): _text,
    pl.Float64(): _number,
    pl.Int64(): _whole,
    pl.Datetime("us"): _when,
}
