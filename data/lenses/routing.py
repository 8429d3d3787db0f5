"""Routing: what choosing a contestant for each sample would buy beyond mixing at random."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from data.analysis.routing import routes, sentence
from data.errors import ExportError
from data.lenses import Seen
from data.study import Study

MOST_PAIRS = 8


def look(study: Study) -> Seen:
    """routes: who is on the frontier, alone and in pairs of neighbours as routers and cascades."""
    placed = study.placed
    if study.view.x != "cost_per_1k_usd":
        raise ExportError("Routes are priced in dollars: look at them by cost.")
    on = placed.filter((pl.col("place") == "frontier") & (pl.col("kind") != "rules"))
    ids = on.sort("cost_per_1k_usd", "contestant_id")["contestant_id"].to_list()
    pairs = list(pairwise(ids))[:MOST_PAIRS]
    if len(ids) > 2:
        pairs.append((ids[0], ids[-1]))
    found = routes(study.grid, pairs, resample=study.draws)
    names = dict(study.summary.select("contestant_id", "name").iter_rows())
    return Seen({"routes": found}, sentence(found, names))
