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
from itertools import islice
from pathlib import Path
from typing import Any, cast

import polars as pl

from collectors.importers.files import csv_rows, json_lines
from collectors.importers.found import BATCH, COLUMNS, REQUIRED, Batch, Kind
from collectors.importers.job import Job, refuse
from collectors.importers.words import number, score, when
from data.errors import FormatError, did_you_mean

TABLES = ("columns", "values", "scale")
SUFFIXES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")


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
    for places, held in _frames(path, job):
        yield Batch(kind, _mapped(path, places, held, said, kind, job))


Columns = Mapping[str, "list[Any] | pl.Series"]
"""A few thousand rows of the file, by its own column names."""


def _frames(path: Path, job: Job) -> Iterator[tuple[list[str], Columns]]:
    """(place of each row, columns), a few thousand rows at a time."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path, job)
    elif suffix in (".csv", ".tsv"):
        yield from _rows(csv_rows(path, job, "\t" if suffix == ".tsv" else ","))
    elif suffix in (".jsonl", ".ndjson"):
        yield from _rows(_objects(path, job))
    else:
        raise refuse(path, f"'{suffix}' is no table", f"Give one of {', '.join(SUFFIXES)}.")


def _objects(path: Path, job: Job) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, value in json_lines(path, job):
        if isinstance(value, dict):
            yield line, value
        else:
            job.tally.skip("a line that is no JSON object", f"line {line:,}")


def _rows(rows: Iterator[tuple[int, Mapping[str, Any]]]) -> Iterator[tuple[list[str], Columns]]:
    while held := list(islice(rows, BATCH)):
        names = dict.fromkeys(name for _, row in held for name in row)
        columns = {name: [row.get(name) for _, row in held] for name in names}
        yield [f"line {line:,}" for line, _ in held], columns


def _parquet(path: Path, job: Job) -> Iterator[tuple[list[str], Columns]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    size, done = path.stat().st_size, 0
    try:
        file = pq.ParquetFile(path)
        total = max(1, file.metadata.num_rows)
        for part in file.iter_batches(batch_size=BATCH):
            frame = cast(pl.DataFrame, pl.from_arrow(pa.Table.from_batches([part])))
            places = [f"row {done + i + 1:,}" for i in range(frame.height)]
            done += frame.height
            job.advance(size * frame.height // total)
            yield places, {name: frame[name] for name in frame.columns}
    except (pa.ArrowException, OSError, ValueError, pl.exceptions.PolarsError) as error:
        said = " ".join(str(error).split())[:120]
        raise refuse(path, f"no Parquet after {done:,} rows: {said}", "Write it again.") from error


def _mapped(
    path: Path, places: list[str], held: Columns, said: Mapping[str, Any], kind: Kind, job: Job
) -> pl.DataFrame:
    """The rows in our columns."""
    schema = COLUMNS[kind]
    columns = [pl.Series("place", places)]
    for ours, theirs in said.get("columns", {}).items():
        if theirs not in held:
            has = ", ".join(held)[:300]
            raise refuse(path, f"there is no column '{theirs}'", f"It has: {has}.")
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
    if dtype == pl.String():
        return _texts(held).alias(ours)
    if dtype == pl.Datetime("us"):
        times = [when(v) if isinstance(v, str | int | float) else v for v in held]
        lost = sum(t is None and v not in (None, "") for t, v in zip(times, held, strict=True))
        if lost:
            job.tally.change(f"{ours} that is no time: left unknown", "", lost)
        return pl.Series(ours, times, dtype=dtype, strict=False)
    numbers, lost = _numbers(held, score if ours in ("score", "value") else number)
    if lost:
        job.tally.change(f"{ours} that is no number: left unknown", "", lost)
    numbers = numbers if factor == 1 else numbers * factor
    if dtype == pl.Int64():
        numbers = numbers.round().cast(pl.Int64, strict=False)
    return numbers.alias(ours)


def _texts(held: list[Any] | pl.Series) -> pl.Series:
    if isinstance(held, pl.Series) and held.dtype == pl.String:
        return held
    made = [None if v is None or v == "" else v if isinstance(v, str) else str(v) for v in held]
    clean = [v if v is None or v.isascii() else v.encode("utf-8", "replace").decode() for v in made]
    return pl.Series(clean, dtype=pl.String)


def _numbers(
    held: list[Any] | pl.Series, read: Callable[[Any], float | None]
) -> tuple[pl.Series, int]:
    """The column as numbers, and how many of its values were neither numbers nor empty."""
    if isinstance(held, pl.Series) and held.dtype.is_numeric():
        return held.cast(pl.Float64), 0
    texts = all(v is None or isinstance(v, str) for v in held)
    if texts and not isinstance(held, pl.Series):
        held = pl.Series(held, dtype=pl.String)
    if isinstance(held, pl.Series) and held.dtype == pl.String:
        bare = held.str.strip_chars()
        numbers = bare.cast(pl.Float64, strict=False)
        odd = numbers.is_null() & bare.is_not_null() & (bare != "")
        if not odd.any():
            return numbers, 0
    made = [read(v) for v in held]
    lost = sum(m is None and v not in (None, "") for m, v in zip(made, held, strict=True))
    return pl.Series(made, dtype=pl.Float64), lost
