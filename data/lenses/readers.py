"""Readers: encoders and rules against writers, by task, level and number of labelled examples."""

from __future__ import annotations

import polars as pl

from data.analysis.reader_costs import LABEL_USD, cost_sentence, with_costs
from data.analysis.reader_words import sentence
from data.analysis.readers import at_equal_labels, by_level, readers
from data.analysis.shifted import shifted
from data.errors import ExportError
from data.lenses import Seen
from data.store import queries
from data.study import Study

MOST_USD = 10_000.0
"""Of one label; more is a slip of the pen."""
INTERVAL = "95 %: t of paired differences, clustered; a score interval where few differ"


def look(study: Study) -> Seen:
    """tasks (best reader beside best writer, and what its labels and fitting cost), levels (where a
    reader falls behind), labelled (at equal numbers of examples) and shifted (other texts)."""
    label_usd = _label_usd(study)
    fits = queries.fits(study.reader, study.view.campaign)
    found = with_costs(readers(study.grid, study.summary), fits, study.summary, label_usd)
    levels = study.levels.filter(
        pl.col("contestant_id").is_in(study.summary["contestant_id"].to_list())
    )
    marked = queries.shifted(study.reader, study.view.campaign)
    tables = {
        "tasks": found,
        "levels": by_level(study.grid, study.summary),
        "labelled": at_equal_labels(study.grid, study.summary, fits),
        "shifted": shifted(levels, marked),
    }
    said = sentence(found) + cost_sentence(found, label_usd)
    return Seen(tables, said, INTERVAL, f"labels at ${label_usd:g} each, which is an assumption")


def _label_usd(study: Study) -> float:
    """What one labelled example is assumed to cost."""
    given = float(study.options.get("label_usd", LABEL_USD))
    if not 0 <= given <= MOST_USD:
        raise ExportError(f"--label-usd {given:g}: write dollars from 0 to {MOST_USD:,.0f}.")
    return given
