"""How long it takes to price a million stored attempts on another basis, against reading sums.

Run by `make bench-costs`. Figures are ratios within one run: machines differ.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from data.charges import charges
from data.price import Price, Rates, Tier
from data.pricing import NEUTRAL, Basis, Shape
from data.store import Reader, merge, queries
from data.store.rollup import rebuild
from tests import rows

CONTESTANTS, LEVELS = 20, 10
PRICE = Price(
    rates=Rates(2.0, 8.0, 0.2, 2.5), tiers=(Tier(200_000, Rates(4.0, 12.0)),), source="bench"
)


def build(db: Path, attempts: int) -> None:
    """A store of many attempts: one real one through the journal, the others copied in SQL."""
    who, what = rows.contestant("A"), rows.sample(0)
    rows.write(db, [(who, what, rows.attempt(who, what, price_id=PRICE.price_id))], prices=[PRICE])
    merge(db)
    with duckdb.connect(str(db)) as con:
        con.execute(
            "INSERT INTO attempts SELECT * EXCLUDE (i) REPLACE ("
            "md5(i::VARCHAR) AS attempt_id, "
            f"'c' || (i % {CONTESTANTS}) AS contestant_id, "
            f"(i // {CONTESTANTS}) % {LEVELS} AS level, "
            f"'s' || (i // {CONTESTANTS * LEVELS}) AS sample_id, "
            "(i % 400000)::BIGINT AS input_tokens, "
            "(i % 5000)::BIGINT AS output_tokens, (i % 900)::BIGINT AS cache_read_tokens) "
            f"FROM (SELECT * FROM attempts LIMIT 1), range({attempts}) r(i)"
        )
        con.execute(
            "INSERT INTO contestants SELECT * EXCLUDE (c) "
            "REPLACE (c AS contestant_id, 'openai/gpt-5-mini' AS model) "
            "FROM (SELECT * FROM contestants LIMIT 1), "
            f"(SELECT 'c' || i AS c FROM range({CONTESTANTS}) r(i))"
        )
        rebuild(con)


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Median of some runs."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def main(attempts: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "bench.duckdb"
        build(db, attempts)
        reader = Reader(db)
        base = seconds(lambda: queries.rollup(reader, "night-1"))

        def told(what: str, took: float) -> None:
            print(f"{what:44} {1000 * took:8.1f} ms {took / base:6.1f} x")

        print(f"{attempts:,} attempts of {CONTESTANTS} contestants; medians of 5 runs")
        told("read the rollup (default basis)", base)
        sums = "SELECT contestant_id, task, level, sum(cost_usd) FROM attempts GROUP BY ALL"
        told("sum the stored doubles of every attempt", seconds(lambda: reader.sql(sums)))
        for name, basis in (
            ("price every attempt: batch, half cached", Basis(mode="batch", cache=0.5)),
            ("price every attempt: a day's prices", Basis(prices="2026-11-23")),
            ("price every attempt: a prompt shape", Basis(shape=Shape(3000, 1000, 500))),
        ):
            held = charges(reader, "night-1", basis)
            told(name, seconds(partial(queries.costs, reader, "night-1", held)))
        held = charges(reader, "night-1", NEUTRAL)
        told(
            "every answer with its cost",
            seconds(partial(queries.answers, reader, "night-1", held), 3),
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
