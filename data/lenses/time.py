"""Time: how the cost of a quality moved, by release dates and by prices as they stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import polars as pl

from data.analysis import moving, timeline
from data.catalog.prices import history
from data.lenses import Seen
from data.study import Study

QUALITIES = (0.2, 0.4, 0.6, 0.8, 0.9)
MOST_DATES = 24
"""The newest days of a price change that are looked at."""
INTERVAL = "95 %: resamples of clusters within levels, of who reaches a quality and for how much"


def look(study: Study) -> Seen:
    """Of each clock, release and price: its pace, its costs (data.analysis.timeline), its
    frontiers (data.analysis.moving) and the points that both are read from."""
    today = study.levels["last_at"].max()
    asked = today.date() if isinstance(today, datetime) else None
    dated = timeline.released(study.placed)
    by_release = timeline.cost_to_reach(dated, QUALITIES)
    nights = [(day, _at(study, day)) for day in price_dates(study)]
    priced = timeline.priced(nights)
    by_price = timeline.cost_to_reach(priced, QUALITIES)
    release_pace, price_pace = timeline.halving(by_release, asked), timeline.halving(by_price)
    tables = {
        "release_pace": _paced(study, release_pace, dated, by_release, asked),
        "price_pace": _paced(study, price_pace, priced, by_price, None),
        "release_costs": by_release,
        "price_costs": by_price,
        "release_frontiers": moving.stood(dated),
        "price_frontiers": moving.stood(priced),
        "release_points": dated.sort("since", "contestant_id"),
        "price_points": priced.sort("since", "contestant_id"),
    }
    note = (
        f"By release date: {dated.height} of {study.compared.height} compared contestants have "
        "one; the others are left out. Followed up to the newest attempt."
    )
    # The release clock says it, unless only prices tell a pace.
    told = timeline.watched(release_pace) or not timeline.watched(price_pace)
    clock = "release" if told else "price"
    said = timeline.sentence(tables[f"{clock}_pace"], f"{clock} date")
    return Seen(tables, said, INTERVAL, note)


def _paced(
    study: Study, pace: pl.DataFrame, points: pl.DataFrame, costs: pl.DataFrame, until: date | None
) -> pl.DataFrame:
    """A clock's pace with its interval; the answers are only read where there is a pace."""
    last = until or costs["date"].max()
    if timeline.watched(pace) is None or not isinstance(last, date):
        return moving.paced(pace, points, (), np.zeros((0, 0)), None)
    grid = study.grid
    values = np.stack([grid.score, grid.mean("cost_usd")])
    drawn, measured = study.draws.means(values), grid.balance(values)[1]
    # A contestant's cost at another day's prices moves with the samples as it does at today's.
    spent = drawn[:, 1] / np.where(measured > 0, measured, np.nan)
    return moving.paced(pace, points, grid.ids, drawn[:, 0], last, spent)


def price_dates(study: Study) -> list[date]:
    """Days on which a price of one of the view's list-priced contestants began, oldest first."""
    days = set()
    priced = study.summary.filter(pl.col("price_basis") == "tokens")
    for model in priced["model"].drop_nulls().unique():
        days |= {date.fromisoformat(p.valid_from[:10]) for p in history(model) if p.valid_from}
    return sorted(days)[-MOST_DATES:]


def _at(study: Study, day: date) -> pl.DataFrame:
    """The contestants placed at the prices of a day; who is on the frontier needs no resamples."""
    basis = replace(study.view.basis, prices=day.isoformat())
    then = Study(study.reader, replace(study.view, basis=basis))
    return then.placed_without_chances
