"""Workload: so many documents: dollars, hours, what binds, and the cheapest that will do."""

from __future__ import annotations

import polars as pl

from data.analysis import workload
from data.lenses import Tables
from data.study import Study

DOCUMENTS, CONCURRENCY = 10_000_000, 64


def tables(study: Study) -> Tables:
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
    return {
        "routes": workload.cheapest(plan, asked.get("quality"), asked.get("hours")),
        "everyone": plan,
    }


def sentence(study: Study, tables: Tables) -> str:
    asked = study.options
    return workload.sentence(tables["everyone"], asked.get("quality"), asked.get("hours"))
