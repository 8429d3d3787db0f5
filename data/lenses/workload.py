"""Workload: so many documents: dollars, hours, what binds, and the cheapest that will do."""

from __future__ import annotations

import polars as pl

from data.analysis import workload
from data.lenses import Seen
from data.study import Study

DOCUMENTS, CONCURRENCY = 10_000_000, 64
BATCH_HOURS = 24.0
"""What providers promise for a batch."""
INTERVAL = (
    "95 %: paired bootstrap of the samples' costs, tokens and seconds; accuracy as in summary"
)


def look(study: Study) -> Seen:
    """routes: those that reach the quality in time, cheapest first; or the nearest that do not."""
    asked, basis = study.options, study.view.basis
    work = workload.Workload(
        documents=asked.get("documents", DOCUMENTS),
        retries=asked.get("retries", 0.0),
        concurrency=asked.get("concurrency", CONCURRENCY),
        rpm=asked.get("rpm"),
        tpm=asked.get("tpm"),
        # The prices are a batch's already; what is left is its window.
        batch_hours=BATCH_HOURS if basis.mode == "batch" else None,
    )
    rows, note = study.placed, None
    if basis.shape is None:
        plan = workload.plan(work, rows, study.grid, study.draws)
    else:
        # The dollars are of the shape: the tokens must be too, and nothing is left to resample.
        size = {
            "input_tokens": basis.shape.input_tokens,
            "output_tokens": basis.shape.output_tokens,
        }
        plan = workload.plan(
            work, rows.with_columns(**{c: pl.lit(float(n)) for c, n in size.items()})
        )
        note = "Dollars and tokens are of the prompt shape; seconds stay as measured."
    asks = (asked.get("quality"), asked.get("hours"))
    # What can be planned at all; whether it will do is what `lacks` says.
    routes = workload.cheapest(plan, *asks).rename({"feasible": "planned"})
    tables = {"routes": routes, "everyone": plan.rename({"feasible": "planned"})}
    return Seen(tables, workload.sentence(plan, *asks), INTERVAL, note)
