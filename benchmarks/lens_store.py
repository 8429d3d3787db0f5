"""A synthetic store of many attempts, made in SQL: nights of 60 contestants on 28 tasks."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from data.price import Price, Rates
from data.store import merge
from data.store.rollup import rebuild
from tests import rows

CONTESTANTS, TASKS, LEVELS, SAMPLES, EPOCHS = 60, 28, 5, 40, 3
NIGHT = CONTESTANTS * TASKS * LEVELS * SAMPLES * EPOCHS
"""Attempts of one night: a little over a million."""
ONE: dict[str, Any] = {
    "contestant_id": "c00", "task": "task00", "level": 1, "sample_id": "0.1/1/0",
}  # fmt: skip
"""What was asked of whom in one of the attempts."""
PRICE = Price(rates=Rates(2.0, 8.0), source="bench")
MODELS = ("openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "deepseek/deepseek-chat")

# Ability and verbosity rise with the contestant's number, difficulty and tokens with the level;
# hash() stands for chance, so that the same store comes out every time.
ATTEMPTS = f"""
INSERT INTO attempts BY NAME
WITH cells AS (
    SELECT i,
        i % {EPOCHS} + 1 AS epoch,
        (i // {EPOCHS}) % {SAMPLES} AS seed,
        (i // {EPOCHS * SAMPLES}) % {LEVELS} + 1 AS level,
        (i // {EPOCHS * SAMPLES * LEVELS}) % {TASKS} AS task,
        i // {EPOCHS * SAMPLES * LEVELS * TASKS} AS who
    FROM range({NIGHT}) r(i)
),
drawn AS (
    SELECT *, hash(i, $night) / 18446744073709551615.0 AS luck,
        hash(i, $night, 1) / 18446744073709551615.0 AS noise,
        hash(task, level, seed) / 18446744073709551615.0 AS hard
    FROM cells
)
SELECT md5($night || ':' || i) AS attempt_id, 1 AS try, 'night-' || $night AS campaign,
    'run-' || $night AS run_id, 'c' || lpad(who::VARCHAR, 2, '0') AS contestant_id,
    'task' || lpad(task::VARCHAR, 2, '0') AS task, level::INTEGER AS level,
    task || '.1/' || level || '/' || seed AS sample_id, 'h' AS prompt_hash,
    't1' AS template_version, epoch::INTEGER AS epoch, 'answer' AS purpose,
    TIMESTAMP '2026-01-01' + INTERVAL ($night) DAY AS started_at,
    0.5 + 3 * noise AS duration_s, 0 AS retries, 100 + 20 * level AS input_tokens,
    (CASE WHEN who < 6 THEN 0 ELSE 10 + exp(0.8 * level + noise + who / 20.0) END)::BIGINT
        AS output_tokens,
    (CASE WHEN who % 2 = 1 AND who >= 6 THEN exp(0.8 * level + noise + who / 20.0) END)::BIGINT
        AS reasoning_tokens,
    'provider' AS usage_source, $price AS price_id, 'ok' AS status,
    (luck < 1 / (1 + exp(-(who / 12.0 - level - 2 * hard + 1))))::DOUBLE AS score
FROM drawn
"""


def stores(nights: Sequence[int]) -> Iterator[tuple[int, Path]]:
    """(nights, store) for each number of nights, in a folder that is gone afterwards.

    Built in a process of its own: what building takes is not what is measured.
    """
    for n in nights:
        with tempfile.TemporaryDirectory() as folder:
            db = Path(folder) / "bench.duckdb"
            builder = get_context("spawn").Process(target=build, args=(db, n))
            builder.start()
            builder.join()
            if builder.exitcode:
                sys.exit("The store could not be built; see above.")
            yield n, db


def build(db: Path, nights: int) -> None:
    """A store of so many nights; one real attempt goes the usual way first, for the schema."""
    who, what = rows.contestant("A"), rows.sample(0)
    rows.write(db, [(who, what, rows.attempt(who, what, price_id=PRICE.price_id))], prices=[PRICE])
    merge(db)
    with duckdb.connect(str(db)) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("DELETE FROM attempts")
        con.execute("DELETE FROM samples")
        for night in range(nights):
            con.execute(ATTEMPTS, {"night": night, "price": PRICE.price_id})
        con.execute(
            "INSERT INTO samples BY NAME "
            "SELECT DISTINCT sample_id, 'h' AS input_hash, task, level, task AS family, "
            "'category' || (substr(task, 5)::INTEGER % 7) AS category, "
            "'1' AS bank_version, sample_id AS cluster, 0.0 AS baseline "
            "FROM attempts WHERE campaign = 'night-0'"
        )
        con.execute("DELETE FROM contestants")
        for i in range(CONTESTANTS):
            con.execute(
                "INSERT INTO contestants VALUES (?, ?, ?, NULL, 'bench', ?, ?, 'plain', NULL, "
                "'{}')",
                [f"c{i:02d}", f"Contestant {i}", MODELS[i % 3] if i % 4 else f"bench/m{i}",
                 "reader" if i < 6 else "writer", ("low", "high", None)[i % 3]],
            )  # fmt: skip
        rebuild(con)
        con.execute("CHECKPOINT")
