"""A view: what the Frontier page shows and what `export pareto` writes, computed in one place."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from data.analysis.frontier import AXES, place
from data.analysis.summary import summarise
from data.catalog import annotate
from data.errors import ExportError, did_you_mean
from data.store import Reader, queries


@dataclass(frozen=True)
class View:
    """What to look at. Empty tuples mean everything."""

    campaign: str
    categories: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    labs: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    x: str = "cost_per_1k_usd"


def newest_campaign(reader: Reader) -> str:
    """Name of the campaign with the newest attempt; ExportError when there is none."""
    found = queries.campaigns(reader)
    if found.is_empty():
        raise ExportError(
            f"{reader.db} holds no attempts yet. Run `isocost demo` or "
            "`isocost collect EXPERIMENT.toml` first."
        )
    return str(found["campaign"][0])


def levels_of(reader: Reader, view: View) -> pl.DataFrame:
    """The rollup rows of the view's tasks and levels, with the contestants' facts."""
    rows = queries.rollup(reader, view.campaign, view.tasks or None, view.levels or None)
    if view.categories:
        rows = rows.filter(pl.col("category").is_in(view.categories))
    return annotate(rows)


def _summary(levels: pl.DataFrame, view: View) -> pl.DataFrame:
    """One row per contestant of the view's labs, weights and kinds: see `summarise`."""
    rows = summarise(levels)
    for column, wanted in (("lab", view.labs), ("weights", view.weights), ("kind", view.kinds)):
        if wanted:
            rows = rows.filter(pl.col(column).is_in(wanted))
    return rows


def frontier(reader: Reader, view: View) -> pl.DataFrame:
    """The view's contestants with their place on the frontier: see `place`."""
    if view.x not in AXES:
        raise ExportError(f"Unknown axis '{view.x}'.{did_you_mean(view.x, AXES)}")
    levels = levels_of(reader, view)
    rows = _summary(levels, view)
    return place(rows, view.x, _samples(reader, view, levels) if rows.height > 1 else None)


def _samples(reader: Reader, view: View, levels: pl.DataFrame) -> pl.DataFrame:
    levels = levels.select("category", "task", "level").unique()
    scores = queries.sample_scores(reader, view.campaign, view.tasks or None, view.levels or None)
    return scores.join(levels, on=["task", "level"], maintain_order="left")
