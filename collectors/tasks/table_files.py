"""Files of one's own documents as frames: CSV, TSV, Parquet, JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from collectors import checks
from collectors.tasks.table import COLUMNS
from data.errors import ExperimentError, did_you_mean

MOST_ROWS = 1_000_000
READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": partial(pl.read_csv, infer_schema=False),
    ".tsv": partial(pl.read_csv, infer_schema=False, separator="\t"),
    ".parquet": pl.read_parquet,
    ".jsonl": partial(pl.read_ndjson, infer_schema_length=None),
    ".ndjson": partial(pl.read_ndjson, infer_schema_length=None),
}


def frame(path: Path, raw: Mapping[str, Any], where: str) -> pl.DataFrame:
    """The file's columns by our names; ExperimentError says which are missing."""
    found = read_file(path, where)
    named = {key: raw[key] for key in COLUMNS if key in raw}
    for key, column in named.items():
        if column not in found.columns:
            raise ExperimentError(
                f"{where}: {key} = {checks.shown(column)}: {path.name} has no such column."
                f"{did_you_mean(str(column), found.columns)}"
            )
    kept = {key: named.get(key, key) for key in COLUMNS if named.get(key, key) in found.columns}
    if "input" not in kept and "messages" not in kept:
        raise ExperimentError(
            f"{where}: {path.name} has no column 'input' (its columns: "
            f'{", ".join(found.columns[:12])}). Name it: input = "...".'
        )
    return found.select(pl.col(column).alias(key) for key, column in kept.items())


def read_file(path: Path, where: str) -> pl.DataFrame:
    """The rows of a CSV, TSV, Parquet or JSON Lines file."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise ExperimentError(
            f"{where}: path = '{path.name}': give a file ending in {', '.join(READERS)}."
        )
    try:
        found = read(path)
    except Exception as error:  # Polars raises many kinds, and Rust panics are no ValueErrors.
        why = getattr(error, "strerror", None) or (str(error).splitlines() or ["unreadable"])[0]
        raise ExperimentError(f"{where}: can't read {path}: {why}.") from error
    if not 0 < found.height <= MOST_ROWS:
        raise ExperimentError(
            f"{where}: {path.name} has {found.height:,} rows; a task holds 1 to {MOST_ROWS:,}."
        )
    return found
