"""Frontier: what money buys as a whole, and what it would buy without a lab, country or task."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from data.analysis.hull import aiq, hull, hypervolume
from data.analysis.latency import latency
from data.analysis.means import numbers
from data.analysis.pareto import pareto_many
from data.analysis.without import sentence as without_sentence
from data.analysis.without import without, without_tasks
from data.errors import ExportError
from data.lenses import Seen
from data.study import Study

INTERVAL = "P(frontier): share of 400 paired resamples; the other figures have no interval"
GROUPS = ("lab", "country", "licence")


def look(study: Study) -> Seen:
    """figures of the whole frontier, contestants, without_<group> and without_task."""
    placed, compared, x = study.placed, study.compared, study.view.x
    reference = study.options.get("reference", _reference(compared, x))
    if not 0 < reference < math.inf:
        raise ExportError(f"--reference {reference:g}: write a cost above 0, such as 100.")
    kept = [
        "name", "contestant_id", "place", "accuracy", x, "overspend", "overspend_mixing", "gap",
        "p_frontier", "p_frontier_families", "beaten_by_name", "apart_reason",
    ]  # fmt: skip
    parts = {f"without_{by}": without(placed, by, x, reference) for by in GROUPS}
    parts["without_task"] = without_tasks(study.levels, placed, study.mix)
    contestants = placed.select(kept).join(_with_latency(study), on="contestant_id", how="left")
    whole = {"figures": figures(compared, x, reference), "contestants": contestants}
    return Seen({**whole, **parts}, without_sentence(parts["without_lab"], "lab"), INTERVAL)


def _with_latency(study: Study) -> pl.DataFrame:
    """duration_p95_s, and whether a contestant is unbeaten once that counts as well (METHOD 3)."""
    times = latency(study.grid).select("contestant_id", "duration_p95_s")
    rows = study.compared.join(times, on="contestant_id")
    axes = (
        rows.select(study.view.x, "duration_p95_s", "accuracy").cast(pl.Float64).fill_null(np.nan)
    )
    values = axes.to_numpy()
    unbeaten = pareto_many(values[:, :2], values[:, 2])
    known = rows.select(
        "contestant_id", frontier_with_latency=pl.Series(unbeaten, dtype=pl.Boolean)
    )
    return times.join(known, on="contestant_id", how="left")


def figures(compared: pl.DataFrame, x: str, reference: float) -> pl.DataFrame:
    """One row per figure of the frontier as a whole: figure, value (null: has none), unit."""
    cost, quality = numbers(compared[x]), 100 * numbers(compared["accuracy"])
    spent = compared["overspend"].drop_nulls().to_numpy()
    some = compared.height > 0
    rows: list[tuple[str, float | None, str]] = [
        ("compared", float(compared.height), "contestants"),
        ("on the frontier", float((compared["place"] == "frontier").sum()), "contestants"),
        ("on the hull", float(len(hull(cost, quality))), "vertices"),
        ("median overspend", float(np.median(spent)) if len(spent) else None, "times"),
        ("within twice the frontier", float((spent <= 2).mean()) if len(spent) else None, "share"),
        ("reference", reference, x),
        ("AIQ", aiq(hull(cost, quality), 0.0, reference) if some else None, "points"),
        ("hypervolume", hypervolume(cost, quality, reference), f"points x {x}"),
        ("log hypervolume", hypervolume(cost, quality, reference, log=True), "points x decades"),
    ]  # fmt: skip
    schema = {"figure": pl.String, "value": pl.Float64, "unit": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reference(compared: pl.DataFrame, x: str) -> float:
    """The power of ten above every compared contestant; keep it with --reference."""
    most = compared[x].max()
    return 10.0 ** math.ceil(math.log10(float(most))) if most else 1.0  # type: ignore[arg-type]
