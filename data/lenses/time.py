"""Time: how the cost of a quality moved, by release dates and by prices as they stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import polars as pl

from data.analysis import timeline
from data.catalog.prices import history
from data.lenses import Seen
from data.study import Study

QUALITIES = (0.2, 0.4, 0.6, 0.8, 0.9)
MOST_DATES = 24
"""The newest days of a price change that are looked at."""


def look(study: Study) -> Seen:
    """release_costs, release_pace, price_costs, price_pace: see data.analysis.timeline."""
    today = study.levels["last_at"].max()
    asked = today.date() if isinstance(today, datetime) else None
    dated = timeline.released(study.placed)
    by_release = timeline.cost_to_reach(dated, QUALITIES)
    nights = [(day, _at(study, day)) for day in price_dates(study)]
    by_price = timeline.cost_to_reach(timeline.priced(nights), QUALITIES)
    tables = {
        "release_pace": timeline.halving(by_release, asked),
        "price_pace": timeline.halving(by_price),
        "release_costs": by_release,
        "price_costs": by_price,
    }
    note = (
        f"By release date: {dated.height} of {study.compared.height} compared contestants have "
        "one; the others are left out. Followed up to the newest attempt."
    )
    said = timeline.sentence(tables["release_pace"], "release date")
    return Seen(tables, said, note=note)


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
