"""Workload: so many documents: dollars, hours, what binds, and the cheapest that will do."""

from __future__ import annotations

import polars as pl

from data.analysis import workload
from data.lenses import Seen
from data.study import Study

DOCUMENTS, CONCURRENCY = 10_000_000, 64


def look(study: Study) -> Seen:
    """routes: those that reach the quality in time, cheapest first; or the nearest that do not."""
    asked = study.options
    work = workload.Workload(
        documents=asked.get("documents", DOCUMENTS),
        retries=asked.get("retries", 0.0),
        concurrency=asked.get("concurrency", CONCURRENCY),
        rpm=asked.get("rpm"),
        tpm=asked.get("tpm"),
    )
    rows = study.placed.filter(
        pl.col("apart_code").is_null() | pl.col("apart_code").is_in(["coverage", "unpriced"]).not_()
    )
    plan = workload.plan(work, rows, study.grid, study.draws)
    routes = workload.cheapest(plan, asked.get("quality"), asked.get("hours"))
    said = workload.sentence(plan, asked.get("quality"), asked.get("hours"))
    return Seen({"routes": routes, "everyone": plan}, said)
