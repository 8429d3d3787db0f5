"""Workload: so many documents: dollars, hours, what binds, and the cheapest that will do."""

from __future__ import annotations

import polars as pl

from data.analysis import staged, workload
from data.lenses import Seen
from data.study import Study

DOCUMENTS, CONCURRENCY = 10_000_000, 64
BATCH_HOURS = 24.0
"""What providers promise for a batch."""
INTERVAL = (
    "95 %: paired bootstrap of the samples' costs, tokens and seconds; accuracy as in summary"
)


def look(study: Study) -> Seen:
    """routes: those that reach the quality in time, cheapest first; or the nearest that do not.

    everyone: all contestants, with what they lack; cascades: pairs of them, the same way; asked:
    the workload itself.
    """
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
    rows, note, tokens, drawn = study.placed, None, None, study.draws
    if basis.shape is None:
        plan = workload.plan(work, rows, study.grid, drawn)
    else:
        # The dollars are of the shape: the tokens must be too, and nothing is left to resample.
        size = {
            "input_tokens": basis.shape.input_tokens,
            "output_tokens": basis.shape.output_tokens,
        }
        tokens = float(sum(size.values()))
        rows = rows.with_columns(**{c: pl.lit(float(n)) for c, n in size.items()})
        plan = workload.plan(work, rows)
        note = "Dollars and tokens are of the prompt shape; seconds stay as measured."
    pairs = staged.neighbours(rows)
    cascades = staged.plan_staged(work, rows, study.grid, drawn, pairs, size=tokens)
    asks = (asked.get("quality"), asked.get("hours"))
    routes = workload.cheapest(plan, *asks)
    cascades = _told(workload.judged(cascades, *asks), study.names)
    chosen = routes.row(0, named=True) if routes.height else None
    said = workload.sentence(plan, *asks).removesuffix(".") + staged.also(cascades, chosen) + "."
    # What can be planned at all; whether it will do is what `lacks` says.
    tables = {"routes": routes, "cascades": cascades, "everyone": workload.judged(plan, *asks)}
    named = {name: frame.rename({"feasible": "planned"}) for name, frame in tables.items()}
    return Seen({**named, "asked": _asked(work, *asks)}, said, INTERVAL, note)


def _asked(work: workload.Workload, quality: float | None, hours: float | None) -> pl.DataFrame:
    """What was asked for, in one row; null: any, or no limit."""
    numbers = {"quality": quality, "hours": hours, "retries": work.retries}
    limits = {c: getattr(work, c) for c in ("documents", "concurrency", "rpm", "tpm")}
    return pl.DataFrame(
        [{**limits, **numbers}],
        schema=dict.fromkeys(limits, pl.Int64) | dict.fromkeys(numbers, pl.Float64),
    )


def _told(cascades: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Cascades with their stages by name."""
    stages = [[names.get(c, c) for c in row] for row in cascades["stages"]]
    return cascades.with_columns(stages=pl.Series(stages, dtype=pl.List(pl.String)))
