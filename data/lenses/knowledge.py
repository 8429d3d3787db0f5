"""Knowledge: who knows what by obscurity, and who makes things up instead of saying so."""

from __future__ import annotations

import polars as pl

from data.analysis.knowledge import knowledge, outcomes, sentence
from data.lenses import Seen
from data.store import queries
from data.study import Study

CATEGORY = "knowledge"
INTERVAL = "95 %: t, clustered; where all answers are alike, what Wilson's for none in n leaves"


def look(study: Study) -> Seen:
    """contestants, bands (each at each level of obscurity) and tasks (each on each task)."""
    of = study.levels.filter(pl.col("category") == CATEGORY)
    tasks = of["task"].unique().sort().to_list()
    found = queries.verdicts(
        study.reader, study.view.campaign, tasks, study.view.levels or None
    ).filter(pl.col("contestant_id").is_in(study.summary["contestant_id"].to_list()))
    rows = outcomes(found.filter(pl.col("category") == CATEGORY))
    whole = knowledge(rows, study.mix)
    bands = knowledge(rows, study.mix, ("level",))
    tables = {
        "contestants": study.named(whole),
        "bands": study.named(bands),
        "tasks": study.named(knowledge(rows, study.mix, ("task",))),
    }
    missing = int(rows["outcome"].null_count())
    answers = "1 answer" if missing == 1 else f"{missing:,} answers"
    note = f"Left out, of before verdicts were kept: {answers}." if missing else None
    return Seen(tables, sentence(whole, bands, study.names), INTERVAL, note)
