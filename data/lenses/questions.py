"""Questions: each claim that can be tested, with its verdict, by the lenses that measure it."""

from __future__ import annotations

import polars as pl

from data import lenses
from data.analysis.claims import Own
from data.analysis.questions import QUESTIONS, sentence, table
from data.lenses import Seen
from data.study import Study

INTERVAL = "each claim's own, as the lens of its row defines it"


def look(study: Study) -> Seen:
    """questions: name, claim, verdict, said, evidence, takes, collect, lens."""
    wanted = dict.fromkeys(q.lens for q in QUESTIONS)
    seen = {name: lenses.lens(name).look(study) for name in wanted}
    rows = table(
        {name: (found.tables, found.sentence) for name, found in seen.items()}, _own(study)
    )
    return Seen({"questions": rows}, sentence(rows), INTERVAL)


def _own(study: Study) -> Own:
    """What the view holds of the user's own attempts."""
    writers = study.summary.filter(pl.col("kind") == "writer").sort("contestant_id")
    return Own(study.grid.samples.height, study.summary.height, writers["name"].to_list())
