"""A table file of any kind as blocks of rows by column: read once, in bounded memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import polars as pl

from collectors.importers.files import json_lines
from collectors.importers.found import BATCH
from collectors.importers.job import Job, refuse
from collectors.importers.watched import Readable

SUFFIXES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
BLOCK = 8 << 20
"""Bytes of a text file that are held at a time, about; and rows, MOST_ROWS at most."""
MOST_ROWS = 50_000
CHUNK = 1 << 18
_AGAIN = "Get the file again from the tool that wrote it."

Columns = Mapping[str, "list[Any] | pl.Series"]
"""Some rows of the file, by its own column names: texts of a CSV, values of a JSON or Parquet."""


def blocks(path: Path, job: Job) -> Iterator[tuple[pl.Series, Columns]]:
    """(place of each row, columns), a few thousand rows at a time."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path, job)
    elif suffix in (".csv", ".tsv"):
        yield from _csv(path, job, "\t" if suffix == ".tsv" else ",")
    elif suffix in (".jsonl", ".ndjson"):
        yield from _json(path, job)
    else:
        raise refuse(path, f"'{suffix}' is no table", f"Give one of {', '.join(SUFFIXES)}.")


def _places(word: str, first: int, count: int) -> pl.Series:
    numbers = pl.int_range(first, first + count, eager=True).cast(pl.String)
    return (word + " " + numbers).alias("place")


def _csv(path: Path, job: Job, delimiter: str) -> Iterator[tuple[pl.Series, Columns]]:
    """Rows are counted without the heading; one with more or fewer cells than it is damage."""
    with path.open("rb") as file:
        source = Readable(file, job)
        lines = TextIOWrapper(cast(IO[bytes], source), "utf-8-sig", newline="")
        lines._CHUNK_SIZE = CHUNK  # type: ignore[attr-defined]  # else 8 KB at a time
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            heading = next(reader, [])
            if not heading:
                raise refuse(path, "it is empty: there is no heading", _AGAIN)
            if len(set(heading)) != len(heading):
                twice = next(name for name in heading if heading.count(name) > 1)
                raise refuse(path, f"two columns are called '{twice}'", "Rename one.")
            done, size = 0, 1_000
            while cells := list(islice(reader, size)):
                if set(map(len, cells)) != {len(heading)}:
                    cells = [row for row in cells if row]
                    _even(path, cells, len(heading), done)
                if not cells:
                    continue
                columns = {
                    name: pl.Series(name, values, dtype=pl.String)
                    for name, values in zip(heading, zip(*cells, strict=True), strict=True)
                }
                yield _places("row", done + 1, len(cells)), columns
                done += len(cells)
                size = max(1, min(MOST_ROWS, BLOCK * done // max(1, source.done)))
        except UnicodeDecodeError as error:
            raise refuse(
                path, f"no UTF-8 text after line {reader.line_num:,}", "Save it as UTF-8."
            ) from error
        except csv.Error as error:
            raise refuse(path, f"no CSV at line {reader.line_num:,}: {error}", _AGAIN) from error


def _even(path: Path, cells: list[list[str]], wanted: int, done: int) -> None:
    for index, row in enumerate(cells):
        if len(row) != wanted:
            what = f"row {done + index + 1:,} has {len(row)} cells, its heading {wanted}"
            raise refuse(path, what, _AGAIN)


def _json(path: Path, job: Job) -> Iterator[tuple[pl.Series, Columns]]:
    rows = _objects(path, job)
    while held := list(islice(rows, BATCH)):
        numbers, objects = zip(*held, strict=True)
        names = dict.fromkeys(chain.from_iterable(objects))
        columns = {name: [row.get(name) for row in objects] for name in names}
        lines = pl.Series(numbers).cast(pl.String)
        yield ("line " + lines).alias("place"), columns


def _objects(path: Path, job: Job) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, value in json_lines(path, job):
        if isinstance(value, dict):
            yield line, value
        else:
            job.tally.skip("a line that is no JSON object", f"line {line:,}")


def _parquet(path: Path, job: Job) -> Iterator[tuple[pl.Series, Columns]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    size, done = path.stat().st_size, 0
    try:
        file = pq.ParquetFile(path)
        total = max(1, file.metadata.num_rows)
        for part in file.iter_batches(batch_size=MOST_ROWS // 2):
            frame = cast(pl.DataFrame, pl.from_arrow(pa.Table.from_batches([part])))
            places = _places("row", done + 1, frame.height)
            done += frame.height
            job.advance(size * frame.height // total)
            yield places, {name: frame[name] for name in frame.columns}
    except (pa.ArrowException, OSError, ValueError, pl.exceptions.PolarsError) as error:
        said = " ".join(str(error).split())[:120]
        raise refuse(path, f"no Parquet after {done:,} rows: {said}", "Write it again.") from error
