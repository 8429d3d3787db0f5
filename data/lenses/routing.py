"""Routing: what choosing a contestant for each sample would buy beyond mixing at random."""

from __future__ import annotations

import polars as pl

from data.analysis.hull import hull
from data.analysis.means import numbers
from data.analysis.routing import routes, sentence
from data.analysis.staged import neighbours
from data.errors import ExportError
from data.lenses import Seen
from data.study import Study

INTERVAL = "95 %: paired bootstrap of clusters within levels, route and mixture together"


def look(study: Study) -> Seen:
    """routes: who is on the frontier, alone and in pairs of neighbours as routers and cascades.

    mixing: the corners of what sending tasks at random to two contestants buys.
    """
    if study.view.x != "cost_per_1k_usd":
        raise ExportError("Routes are priced in dollars: look at them by cost.")
    pairs = neighbours(study.placed)
    compared = study.compared
    mixtures = hull(numbers(compared["cost_per_1k_usd"]), numbers(compared["accuracy"]))
    found = routes(study.grid, pairs, mixtures if len(mixtures) else None, resample=study.draws)
    if not pairs:
        on = (study.placed["place"] == "frontier").any()
        n = "One contestant is" if on else "Nobody is"
        said = f"{n} on the frontier of this view: it takes two to route between."
    else:
        said = sentence(found, study.names)
    mixing = pl.DataFrame(mixtures, schema=["cost_per_1k_usd", "accuracy"], orient="row")
    return Seen({"routes": _named(found, study.names), "mixing": mixing}, said, INTERVAL)


def _named(found: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Routes with their stages by name; a single one is called by it."""
    stages = [[names.get(c, c) for c in row] for row in found["stages"]]
    alone = [row[0] for row in stages]
    return found.with_columns(
        route=pl.when(pl.col("kind") == "single")
        .then(pl.lit("Always ") + pl.Series(alone, dtype=pl.String))
        .otherwise("route"),
        stages=pl.Series(stages, dtype=pl.List(pl.String)),
    )
