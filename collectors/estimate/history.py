"""Stored attempts of a plan's contestants, over all campaigns, at today's prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from collectors.entrants import Entrant
from collectors.hosts import stored_names
from data.price import Price
from data.pricing import BILLED, lines_of
from data.pricing.sql import TABLE, Charges, joined, lines_frame, rounded_usd
from data.store import Reader
from data.store.queries import LATEST, REDONE

NEWEST = 1000
"""Attempts that are looked at of a contestant's level: old ones say little of tonight."""
SCHEMA: dict[str, Any] = {
    "contestant_id": pl.String, "task": pl.String, "level": pl.Int64, "sample_id": pl.String,
    "cluster": pl.String, "attempts": pl.Int64, "usd": pl.Float64, "busy_s": pl.Float64,
    "calls": pl.Float64, "tokens": pl.Float64, "score": pl.Float64,
}  # fmt: skip


def history(db: Path, entrants: Sequence[Entrant], prices: Mapping[str, Price]) -> pl.DataFrame:
    """One row per contestant and stored sample, each figure a mean over the sample's attempts.

    `usd`: dollars of all its tries, null where no try has a known cost; calls that may have been
    charged without telling count as much as the level's other calls, up to their worst case.
    `busy_s`: seconds that the attempt kept a place in flight busy, waits between retries included,
    also of failed ones; `calls`: requests; `tokens`: input and output; `score`. Samples are the
    units, not attempts: one that was asked on fifty nights says nothing more about the others.

    Answers that hosts behind a relay gave count for the contestant that asked the relay.
    """
    if not db.exists():
        return pl.DataFrame(schema=SCHEMA)
    reader = Reader(db)
    lines = {e.contestant.contestant_id: _lines(e, prices) for e in entrants}
    charges = Charges("w.entrant", lines_frame(lines))
    wanted = pl.DataFrame(
        [
            (e.contestant.contestant_id, name)
            for e in entrants
            for name in stored_names(reader, e.contestant)
        ],
        schema={"entrant": pl.String, "contestant_id": pl.String},
        orient="row",
    )
    rows = reader.sql(
        f"WITH {REDONE}, "
        "mine AS (SELECT w.entrant, a.attempt_id, a.task, a.level, a.sample_id, a.started_at, "
        "a.duration_s + coalesce(a.retry_wait_s, 0) AS busy_s, 1 + a.retries AS calls, "
        f"a.input_tokens + a.output_tokens AS tokens, a.score, {rounded_usd()} AS known_usd, "
        "coalesce(a.unsettled_usd, 0) AS open_usd, "
        f"{LATEST} AS latest FROM attempts a JOIN wanted w USING (contestant_id) "
        f"{joined(charges.key)} LEFT JOIN redone USING (attempt_id) WHERE a.purpose = 'answer'), "
        "priced AS (SELECT *, CASE WHEN known_usd IS NOT NULL OR open_usd > 0 THEN "
        "coalesce(known_usd, 0) + least(open_usd, (calls - (known_usd IS NOT NULL)::INTEGER) * "
        "coalesce(avg(known_usd) OVER (PARTITION BY entrant, task, level), open_usd)) END AS usd "
        "FROM mine), "
        "newest AS (SELECT * FROM priced WHERE latest QUALIFY row_number() OVER "
        "(PARTITION BY entrant, task, level ORDER BY started_at DESC, attempt_id) <= ?), "
        "earlier AS (SELECT entrant, attempt_id, sum(usd) AS usd FROM priced WHERE NOT latest "
        "GROUP BY ALL), "
        "known AS (SELECT n.*, CASE WHEN n.usd IS NOT NULL OR e.usd IS NOT NULL "
        "THEN coalesce(n.usd, 0) + coalesce(e.usd, 0) END AS paid "
        "FROM newest n LEFT JOIN earlier e USING (entrant, attempt_id)) "
        "SELECT k.entrant AS contestant_id, k.task, k.level, k.sample_id, "
        "any_value(coalesce(s.cluster, k.sample_id)) AS cluster, count(*) AS attempts, "
        "avg(k.paid) AS usd, avg(k.busy_s) AS busy_s, avg(k.calls) AS calls, "
        "avg(k.tokens) AS tokens, avg(k.score) AS score "
        "FROM known k LEFT JOIN samples s USING (sample_id) "
        "GROUP BY k.entrant, k.task, k.level, k.sample_id ORDER BY ALL",
        [NEWEST],
        {TABLE: charges.rounded_lines, "wanted": wanted},
    )
    reader.close()
    return rows.cast(pl.Schema(SCHEMA))


def _lines(entrant: Entrant, prices: Mapping[str, Price]) -> Any:
    return lines_of(prices[entrant.contestant.contestant_id], BILLED)
