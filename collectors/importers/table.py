"""Any CSV, Parquet or JSONL file, by a mapping of its columns that the user writes once.

The mapping is a TOML file: `[columns]` says which column of the file is which of ours
(collectors/importers/found.py: `model = "llm"`), `[values]` what is the same in every row
(`task = "tickets"`), and `[scale]` by what a number is multiplied to be in our unit
(`score = 0.01` for percent, `duration_s = 0.001` for milliseconds, `cost = "per million"` is not
known: write the factor). `kind = "aggregates"` for one score per model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import polars as pl

from collectors.importers.columns import Columns, blocks
from collectors.importers.found import COLUMNS, REQUIRED, Batch, Kind
from collectors.importers.job import Job, refuse
from collectors.importers.words import number, score, when
from data.errors import FormatError, did_you_mean

TABLES = ("columns", "values", "scale")


def looks(path: Path) -> str | None:
    """Never guessed: nobody but the user knows what the columns mean."""
    return None


def mapping(path: Path) -> Mapping[str, Any]:
    """A mapping file, checked; FormatError names what is wrong in it."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}. Check --map.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormatError(f"{path}: no TOML: {error}.") from error
    kind = found.get("kind", "attempts")
    if kind not in COLUMNS:
        raise FormatError(f"{path}: kind = {kind!r}.{did_you_mean(str(kind), COLUMNS)}")
    for name in found:
        if name not in (*TABLES, "kind"):
            raise FormatError(f"{path}: unknown '{name}'.{did_you_mean(name, (*TABLES, 'kind'))}")
    ours = [n for n in COLUMNS[cast(Kind, kind)] if n != "place"]
    for table in TABLES:
        for name in found.get(table, {}):
            if name not in ours:
                raise FormatError(f"{path}, [{table}]: '{name}'.{did_you_mean(name, ours)}")
    given = {*found.get("columns", {}), *found.get("values", {})}
    lacking = [name for name in REQUIRED[cast(Kind, kind)] if name not in given]
    if lacking:
        raise FormatError(
            f"{path}: nothing says which column is {' and '.join(lacking)}. Write for example "
            f'[columns] {lacking[0]} = "its name in the file".'
        )
    return found


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of a table's rows."""
    said = job.options.mapping
    if not said:
        raise FormatError(
            "a table needs to know its columns. Add --map FILE.toml: see docs/importing.md."
        )
    kind = cast(Kind, said.get("kind", "attempts"))
    for theirs in said.get("columns", {}).items():
        job.tally.mean(str(theirs[1]), str(theirs[0]))
    for name, factor in said.get("scale", {}).items():
        job.tally.mean(f"{name} x {factor:g}", "our unit")
    for index, (places, held) in enumerate(blocks(path, job)):
        lacking = [theirs for theirs in said.get("columns", {}).values() if theirs not in held]
        if lacking and not index:
            has = ", ".join(held)[:300]
            raise refuse(path, f"there is no column '{lacking[0]}'", f"It has: {has}.")
        # Later lines of a JSONL file may well leave a column out.
        empty = dict.fromkeys(lacking, [None] * len(places))
        yield Batch(kind, _mapped(places, {**held, **empty}, said, kind, job))


def _mapped(
    places: pl.Series, held: Columns, said: Mapping[str, Any], kind: Kind, job: Job
) -> pl.DataFrame:
    """The rows in our columns."""
    schema = COLUMNS[kind]
    columns = [places]
    for ours, theirs in said.get("columns", {}).items():
        factor = float(said.get("scale", {}).get(ours, 1))
        columns.append(_column(held[theirs], ours, schema[ours], factor, job))
    for ours, value in said.get("values", {}).items():
        made = when(str(value)) if schema[ours] == pl.Datetime("us") else value
        columns.append(pl.Series(ours, [made] * len(places), dtype=schema[ours], strict=False))
    return pl.DataFrame(columns)


def _column(
    held: list[Any] | pl.Series, ours: str, dtype: pl.DataType, factor: float, job: Job
) -> pl.Series:
    """One column in our type and unit; what is neither a value nor empty is counted."""
    held = _plain(held, dtype)
    if dtype == pl.String():
        return _texts(held).alias(ours)
    if dtype == pl.Datetime("us"):
        return _times(held, ours, job)
    numbers, lost = _numbers(held, score if ours in ("score", "value") else number)
    if lost:
        job.tally.change(f"{ours} that is no number: left unknown", "", lost)
    numbers = numbers if factor == 1 else numbers * factor
    if dtype == pl.Int64():
        empty = numbers.null_count()
        numbers = numbers.round().cast(pl.Int64, strict=False)
        if over := numbers.null_count() - empty:
            job.tally.change(f"{ours} that is no whole number: left unknown", "", over)
    return numbers.alias(ours)


def _times(held: list[Any] | pl.Series, ours: str, job: Job) -> pl.Series:
    """Times; the usual spelling of ISO 8601 is read at once, every other one by one."""
    if isinstance(held, pl.Series) and held.dtype == pl.String:
        bare = held.str.strip_chars().str.strip_suffix("Z").str.replace(" ", "T", literal=True)
        made = bare.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
        if not (made.is_null() & (bare != "")).any():
            return made.alias(ours)
    elif isinstance(held, pl.Series) and held.dtype.is_temporal():
        aware = isinstance(held.dtype, pl.Datetime) and held.dtype.time_zone
        plain = held.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if aware else held
        return plain.cast(pl.Datetime("us"), strict=False).alias(ours)
    times = [v if isinstance(v, datetime) else when(v) for v in held]
    lost = sum(t is None and v not in (None, "") for t, v in zip(times, held, strict=True))
    if lost:
        job.tally.change(f"{ours} that is no time: left unknown", "", lost)
    return pl.Series(ours, times, dtype=pl.Datetime("us"), strict=False)


def _plain(held: list[Any] | pl.Series, dtype: pl.DataType) -> list[Any] | pl.Series:
    """Values that are all texts, or all numbers, as a column: it is read at once."""
    if isinstance(held, pl.Series):
        return held
    kinds = set(map(type, held)) - {type(None)}
    with suppress(UnicodeEncodeError, OverflowError, TypeError, pl.exceptions.PolarsError):
        if kinds <= {str}:
            return pl.Series(held, dtype=pl.String)
        if kinds <= {int, float} and dtype.is_numeric():
            return pl.Series(held, dtype=pl.Float64)
    return held


def _texts(held: list[Any] | pl.Series) -> pl.Series:
    if isinstance(held, pl.Series) and held.dtype == pl.String:
        return held.set(held == "", None)
    made = [None if v is None or v == "" else v if isinstance(v, str) else str(v) for v in held]
    clean = [v if v is None or v.isascii() else v.encode("utf-8", "replace").decode() for v in made]
    return pl.Series(clean, dtype=pl.String)


def _numbers(
    held: list[Any] | pl.Series, read: Callable[[Any], float | None]
) -> tuple[pl.Series, int]:
    """The column as numbers, and how many of its values were neither numbers nor empty."""
    if isinstance(held, pl.Series) and held.dtype.is_numeric():
        return held.cast(pl.Float64), 0
    if isinstance(held, pl.Series) and held.dtype == pl.String:
        bare = held.str.strip_chars()
        numbers = bare.cast(pl.Float64, strict=False)
        odd = numbers.is_null() & bare.is_not_null() & (bare != "")
        if not odd.any():
            return numbers, 0
    made = [read(v) for v in held]
    lost = sum(m is None and v not in (None, "") for m, v in zip(made, held, strict=True))
    return pl.Series(made, dtype=pl.Float64), lost
