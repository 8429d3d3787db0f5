"""Files of one's own documents as frames of text: CSV, TSV, Parquet, JSON Lines."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from collectors import checks
from collectors.tasks.table_rows import COLUMNS
from data.errors import ExperimentError, did_you_mean

MOST_ROWS = 1_000_000
SNIFFED = 1000
"""Bytes in which a text file of another encoding shows itself."""
AS_UTF8 = "Save it as UTF-8 (a spreadsheet: 'CSV UTF-8'; an editor: encoding UTF-8)."


def frame(path: Path, raw: Mapping[str, Any], where: str) -> pl.DataFrame:
    """The file's columns by our names, as text; ExperimentError says which are missing."""
    found = read_file(path, where)
    named = {key: raw[key] for key in COLUMNS if key in raw}
    for key, column in named.items():
        if column not in found.columns:
            raise ExperimentError(
                f"{where}: {key} = {checks.shown(column)}: {path.name} has no such column."
                f"{did_you_mean(str(column), found.columns)}"
            )
    kept = {key: named.get(key, key) for key in COLUMNS if named.get(key, key) in found.columns}
    judged = str(raw.get("scorer")).startswith(("judge:", "agree:"))
    for key, needless in (("input", "messages" in kept), ("target", judged)):
        if key not in kept and not needless:
            columns = ", ".join(repr(c) for c in found.columns[:12])
            raise ExperimentError(
                f"{where}: {path.name} has no column '{key}'; its columns: "
                f'{columns[:300]}. Name it: {key} = "...".'
            )
    chosen = found.select(pl.col(column).alias(key) for key, column in kept.items())
    return as_text(chosen, f"{where}, {path.name}")


def read_file(path: Path, where: str) -> pl.DataFrame:
    """The rows of a CSV, TSV, Parquet or JSON Lines file."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise ExperimentError(
            f"{where}: path = '{path.name}': give a file ending in {', '.join(READERS)}."
        )
    try:
        if path.suffix.lower() != ".parquet":
            _refuse_other_encodings(path)
        found = read(path)
    except Exception as error:  # Polars raises many kinds, and Rust panics are no ValueErrors.
        why = getattr(error, "strerror", None) or (str(error).splitlines() or ["unreadable"])[0]
        raise ExperimentError(f"{where}: can't read {path}: {why.rstrip('.')}.") from error
    if not 0 < found.height <= MOST_ROWS:
        raise ExperimentError(
            f"{where}: {path.name} has {found.height:,} rows; a task holds 1 to {MOST_ROWS:,}."
        )
    return found


def _refuse_other_encodings(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(SNIFFED)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
            raise ValueError(f"its encoding is UTF-16, or it is no text. {AS_UTF8}")
        file.seek(0)
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                raise ValueError(
                    f"line {number} holds bytes that are no UTF-8. {AS_UTF8}"
                ) from error


def json_lines(path: Path) -> pl.DataFrame:
    """One object a line, each value as it was written there, whatever other lines hold."""
    rows: list[dict[str, str | None]] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if not text:
                continue
            try:
                rows.append(_object(text))
            except RecursionError as error:
                raise ValueError(f"line {number} is nested too deeply") from error
            except ValueError as error:
                raise ValueError(f"line {number} is no JSON object: {error}") from error
            if len(rows) > MOST_ROWS:
                break
    columns = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    )


def _object(text: str) -> dict[str, str | None]:
    value = json.loads(text, parse_float=_float, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError(f"it holds {checks.shown(value)}")
    row = {name: written(cell) for name, cell in value.items()}
    if "\\u" in text:
        # Half a surrogate pair is JSON, but no text that can be stored or sent.
        "".join((*row, *(cell or "" for cell in row.values()))).encode()
    return row


def _float(numeral: str) -> float:
    value = float(numeral)
    if not math.isfinite(value):
        raise ValueError(f"{checks.shown(numeral)} is too large")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def as_text(found: pl.DataFrame, where: str) -> pl.DataFrame:
    """Every value as text: numbers as plain decimals, nested ones as JSON."""
    # The shortest decimal of a single-precision number is its own, not that of its double.
    found = found.with_columns(pl.col(pl.Float32).cast(pl.String).cast(pl.Float64))
    return pl.DataFrame(
        {
            column.name: column
            if column.dtype == pl.String
            else pl.Series(list(_texts(column, where)), dtype=pl.String)
            for column in found
        }
    )


def _texts(column: Iterable[Any], where: str) -> Iterator[str | None]:
    for number, value in enumerate(column, start=1):
        try:
            yield written(value.to_list() if isinstance(value, pl.Series) else value)
        except UnicodeDecodeError as error:
            raise ExperimentError(
                f"{where}, row {number}: {checks.shown(value)} holds bytes that are no UTF-8. "
                "Store the column as text."
            ) from error


def written(value: Any) -> str | None:
    """A value as a target or an input holds it; None for none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, bool | float | Decimal | Mapping | list):
        return _json(value)
    return str(value)


def _json(value: Any) -> str:
    """JSON whose numbers are plain decimals: 0.00005, not 5e-05."""
    if isinstance(value, float | Decimal) and math.isfinite(value):
        return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    if isinstance(value, Mapping):
        pairs = (f"{_json(str(k))}: {_json(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, bytes):
        return _json(value.decode())
    return json.dumps(value, ensure_ascii=False, default=str)


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": partial(pl.read_csv, infer_schema=False),
    ".tsv": partial(pl.read_csv, infer_schema=False, separator="\t"),
    ".parquet": pl.read_parquet,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
}
