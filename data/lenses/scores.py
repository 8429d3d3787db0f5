"""Scores: what others' whole runs bought, where a file tells scores and no attempts."""

from __future__ import annotations

import polars as pl

from data.analysis.scores import collections, scores, sentence
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.scores import ROWS
from data.study import Study

INTERVAL = "95 %: Wilson, questions as units; none where their number is not told"
NOTE = (
    "Imported scores of whole runs, without attempts: nothing can be resampled, so a place on the "
    "frontier is that of the scores as they stand; costs are those of the run's day."
)


def look(study: Study) -> Seen:
    """scores, and how many are where by task and metric; of `metric` alone when it is asked."""
    rows = study.reader.sql(ROWS).filter(pl.col("campaign") == study.view.campaign)
    if study.view.tasks:
        rows = rows.filter(pl.col("task").is_in(study.view.tasks))
    metric = study.options.get("metric")
    if metric is not None:
        known = rows["metric"].unique().sort().to_list()
        if metric not in known:
            raise ExportError(f"No metric '{metric}' here.{did_you_mean(str(metric), known)}")
        rows = rows.filter(pl.col("metric") == metric)
    found = scores(rows)
    counted = collections(found)
    said = sentence(counted, study.view.campaign)
    return Seen({"scores": found, "collections": counted}, said, INTERVAL, NOTE)
