"""Routing: what choosing a contestant for each sample would buy beyond mixing at random."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from data.analysis.hull import hull
from data.analysis.means import numbers
from data.analysis.routing import routes, sentence
from data.errors import ExportError
from data.lenses import Seen
from data.study import Study

MOST_PAIRS = 8
INTERVAL = "95 %: paired bootstrap of clusters within levels, route and mixture together"


def look(study: Study) -> Seen:
    """routes: who is on the frontier, alone and in pairs of neighbours as routers and cascades."""
    placed = study.placed
    if study.view.x != "cost_per_1k_usd":
        raise ExportError("Routes are priced in dollars: look at them by cost.")
    on = placed.filter(pl.col("place") == "frontier").sort("cost_per_1k_usd", "contestant_id")
    ids = on["contestant_id"].to_list()
    pairs = list(pairwise(ids))[:MOST_PAIRS]
    if len(ids) > 2:
        pairs.append((ids[0], ids[-1]))
    compared = study.compared
    mixtures = hull(numbers(compared["cost_per_1k_usd"]), numbers(compared["accuracy"]))
    found = routes(study.grid, pairs, mixtures if len(mixtures) else None, resample=study.draws)
    if not pairs:
        n = "One contestant is" if ids else "Nobody is"
        said = f"{n} on the frontier of this view: it takes two to route between."
    else:
        said = sentence(found, study.names)
    return Seen({"routes": _named(found, study.names)}, said, INTERVAL)


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
