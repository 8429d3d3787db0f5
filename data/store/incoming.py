"""Journal rows on their way into the tables: typed, checked, and added only when new."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from data.journal import Tail
from data.records import STATUSES
from data.store.rollup import KEY

if TYPE_CHECKING:
    import duckdb

TYPES: dict[str, Any] = {
    "VARCHAR": pl.String,
    "INTEGER": pl.Int32,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "TIMESTAMP": pl.Datetime("us"),
    "BOOLEAN": pl.Boolean,
}
IDS = {
    "runs": "run_id",
    "contestants": "contestant_id",
    "samples": "sample_id",
    "prices": "price_id",
    "holds": "hold_id",
    "fits": "fit_id",
}
KINDS = {
    "runs": "run",
    "contestants": "contestant",
    "samples": "sample",
    "prices": "price",
    "holds": "hold",
    "fits": "fit",
}


def insert(con: duckdb.DuckDBPyConnection, tail: Tail) -> int:
    """Add a tail's rows to the open transaction; returns the number of new attempts.

    Rows that don't fit their table are counted in `tail.skipped`.
    """
    for table, key in IDS.items():
        frame = _frame(con, table, tail.rows[KINDS[table]], tail)
        con.register("incoming", frame)
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT DISTINCT ON ({key}) * FROM incoming "
            f"ANTI JOIN {table} t USING ({key})"
        )
    _end_runs(con, tail.rows["run_end"])
    return _insert_attempts(con, tail)


def _insert_attempts(con: duckdb.DuckDBPyConnection, tail: Tail) -> int:
    rows = [r for r in tail.rows["attempt"] if _sound(r)]
    tail.skipped += len(tail.rows["attempt"]) - len(rows)
    con.register("incoming", _frame(con, "attempts", rows, tail))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE fresh AS SELECT DISTINCT ON (attempt_id, try) * "
        "FROM incoming ANTI JOIN attempts USING (attempt_id, try)"
    )
    con.execute("INSERT INTO attempts BY NAME SELECT * FROM fresh")
    con.execute(
        f"INSERT INTO touched SELECT DISTINCT {KEY} FROM fresh ANTI JOIN touched USING ({KEY})"
    )
    texts = [r for r in rows if r.get("text") is not None or r.get("prompt") is not None]
    con.register("incoming", _frame(con, "responses", texts, tail))
    con.execute(
        "INSERT INTO responses BY NAME SELECT DISTINCT ON (attempt_id, try) * "
        "FROM incoming SEMI JOIN fresh USING (attempt_id, try)"
    )
    added = con.execute("SELECT count(*) FROM fresh").fetchone()
    con.execute("DROP TABLE fresh")
    con.unregister("incoming")
    return int(added[0]) if added else 0


ENDS = (
    "ended_at",
    "outcome",
    "done",
    "failed",
    "cost_usd",
    "unsettled_usd",
    "retries",
    "stopped",
)
"""What a run's last line adds to its row."""


def _end_runs(con: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    sets = ", ".join(f"{name} = ?" for name in ENDS)
    for row in rows:
        con.execute(
            f"UPDATE runs SET {sets} WHERE run_id = ?", [row.get(k) for k in (*ENDS, "run_id")]
        )


def _frame(
    con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]], tail: Tail
) -> pl.DataFrame:
    """Rows as a frame with exactly the table's columns; a row that does not fit is skipped."""
    columns = con.execute(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_name = ? ORDER BY ordinal_position",
        [table],
    ).fetchall()
    schema = {name: TYPES[kind] for name, kind, _ in columns}
    required = [name for name, _, nullable in columns if nullable == "NO"]
    plain = [_typed(r, schema) for r in rows]
    kept = [r for r in plain if r is not None and all(r[c] is not None for c in required)]
    tail.skipped += len(rows) - len(kept)
    return pl.DataFrame(kept, schema=schema, orient="row")


def _typed(row: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    """The row's values in the table's types, or None when one can't be."""
    try:
        return {name: _value(row.get(name), kind) for name, kind in schema.items()}
    except (TypeError, ValueError, OverflowError):
        return None


def _value(value: object, kind: object) -> object:
    if value is None:
        return None
    if kind == pl.String:
        if not isinstance(value, str):
            raise TypeError
        return value
    if kind == pl.Boolean:
        if not isinstance(value, bool):
            raise TypeError
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    if kind in (pl.Int32, pl.Int64):
        if not isinstance(value, int) or abs(value) >= (1 << (31 if kind == pl.Int32 else 63)):
            raise TypeError
        return value
    if kind == pl.Float64:
        if isinstance(value, str) or not math.isfinite(value):
            raise TypeError
        return float(value)
    return datetime.fromisoformat(str(value)).replace(tzinfo=None)


MOST = {
    **dict.fromkeys(
        (
            "input_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "cache_write_1h_tokens",
            "output_tokens",
            "reasoning_tokens",
        ),
        10**10,
    ),
    **dict.fromkeys(("duration_s", "cpu_s"), 10**6),
    "score": 1,
}
"""What an attempt can have at most: more is damage, and would not fit exact sums."""


def _sound(row: dict[str, Any]) -> bool:
    """Measures and scores that can be, and a status we know; anything else is not ours."""
    return row.get("status") in STATUSES and all(
        (value := row.get(name)) is None or (isinstance(value, int | float) and 0 <= value <= most)
        for name, most in MOST.items()
    )
