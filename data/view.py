"""A view: which attempts to look at, and how their usage becomes dollars."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from data.catalog.facts import annotate
from data.charges import charges
from data.errors import ExportError
from data.pricing import NEUTRAL, Basis
from data.pricing.sql import Charges
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
    basis: Basis = NEUTRAL
    """How usage becomes dollars."""
    mix: tuple[tuple[str, float], ...] = ()
    """Weights of categories and tasks that are not 1: the user's own mix of work."""


def newest_campaign(reader: Reader) -> str:
    """Name of the campaign with the newest attempt; ExportError when there is none."""
    found = queries.campaigns(reader)
    if found.is_empty():
        raise ExportError(
            f"{reader.db} holds no attempts yet. Run `isocost demo` or "
            "`isocost collect EXPERIMENT.toml` first."
        )
    return str(found["campaign"][0])


def levels_of(reader: Reader, view: View, held: Charges | None = None) -> pl.DataFrame:
    """The rollup rows of the view's tasks and levels, with the contestants' facts.

    `cost_usd` and `priced` are on the view's basis. `held` is `charges_of` the view, for those who
    have it already.
    """
    wanted = (view.tasks or None, view.levels or None)
    rows = queries.rollup(reader, view.campaign, *wanted)
    if not view.basis.is_default:
        held = held or charges_of(reader, view)
        repriced = queries.costs(reader, view.campaign, held, *wanted)
        rows = rows.drop("cost_usd", "cost_mean", "priced").join(
            repriced, on=["contestant_id", "task", "level"], how="left", maintain_order="left"
        )
        # Averages of doubles waver in their last bits with the threads that make them.
        rows = rows.with_columns(
            pl.col("priced").fill_null(0), pl.col("cost_mean").round_sig_figs(12)
        )
        if held.held is not None:
            told = [column for column in held.held.columns if column != "contestant_id"]
            rows = rows.drop(told).join(
                held.held, on="contestant_id", how="left", maintain_order="left"
            )
    if view.categories:
        rows = rows.filter(pl.col("category").is_in(view.categories))
    return annotate(rows)


def charges_of(reader: Reader, view: View) -> Charges:
    """What the view's contestants are charged."""
    return charges(reader, view.campaign, view.basis)


def unpriced(reader: Reader, view: View, levels: pl.DataFrame, held: Charges) -> pl.DataFrame:
    """contestant_id, name, reason, attempts of the levels' answers whose cost is not known.

    Most attempts first; empty when everything is priced.
    """
    tasks: list[str] = []
    if int((levels["scored"] - levels["priced"]).sum()):
        tasks = sorted(levels["task"].unique().to_list())
    return queries.unpriced(reader, view.campaign, held, tasks, view.levels or None)


def reasons(missing: pl.DataFrame) -> dict[str, int]:
    """Answers without a cost by reason code, of the rows that `unpriced` gives."""
    counted = missing.group_by("reason").agg(pl.col("attempts").sum()).sort("reason")
    return {reason: int(n) for reason, n in counted.iter_rows()}
