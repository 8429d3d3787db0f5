"""Judges: whether those who score by judgement say what people say."""

from __future__ import annotations

from data.analysis.judges import judges, sentence
from data.lenses import Seen
from data.store import queries
from data.study import Study

INTERVAL = "95 %: Wilson, labels as units"


def look(study: Study) -> Seen:
    """judges: one row per judged task and its judge."""
    tasks = study.levels["task"].unique().to_list()
    rows = judges(queries.judged(study.reader, study.view.campaign, tasks))
    return Seen({"judges": rows}, sentence(rows), INTERVAL)
