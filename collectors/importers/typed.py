"""Rows of an importer as a frame in our columns and types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
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
    return _finite(frame, schema, tally)


def _finite(frame: pl.DataFrame, schema: Mapping[str, pl.DataType], tally: Tally) -> pl.DataFrame:
    """NaN and infinity are no numbers here."""
    floats = [name for name, dtype in schema.items() if dtype == pl.Float64()]
    odd = frame.select((~pl.col(n).is_finite()).fill_null(False).sum() for n in floats).row(0)
    made = []
    for name, n in zip(floats, odd, strict=True):
        if n:
            tally.change(f"{name} that is none: left unknown", "", n)
            made.append(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name))
    return frame.with_columns(made) if made else frame


def _series(name: str, values: list[Any], dtype: pl.DataType, tally: Tally) -> pl.Series:
    """Each value in the column's type, or null; what was no such value is counted."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= _PLAIN[dtype]:
        # Nothing to look at one by one; what does not fit even so is found below.
        with suppress(TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
            return _fitting(pl.Series(name, values, dtype))
    found = [None if value is None else _READ[dtype](value) for value in values]
    given = sum(value is not None for value in values)
    if lost := given - sum(value is not None for value in found):
        tally.change(f"{name} that is none: left unknown", "", lost)
    return pl.Series(name, found, dtype)


def _fitting(found: pl.Series) -> pl.Series:
    if found.dtype == pl.Float64 and found.len() and not (found.abs().fill_null(0) < MOST).all():
        raise OverflowError
    return found


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
    known = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST
    return float(value) if known else None


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


_PLAIN: dict[pl.DataType, set[type]] = {
    pl.String(): {str},
    pl.Float64(): {int, float},
    pl.Int64(): {int},
    pl.Datetime("us"): set(),
}
"""Python's types whose values are taken as they stand."""
_READ: dict[pl.DataType, Callable[[Any], Any]] = {
    pl.String(): _text,
    pl.Float64(): _number,
    pl.Int64(): _whole,
    pl.Datetime("us"): _when,
}
