"""Efficiency: right answers for few tokens, and what a correct answer costs."""

from __future__ import annotations

import polars as pl

from data.analysis.comparators import comparators, ranked
from data.analysis.cost_of_pass import cost_of_pass
from data.analysis.efficiency import efficiency, sentence
from data.analysis.one_model import by_level
from data.analysis.requirement import requirement
from data.analysis.summary import FULL_COVERAGE, summarise
from data.lenses import Seen
from data.lenses.given import given
from data.study import Study

INTERVAL = (
    "95 %: paired bootstrap of clusters within levels, the requirement held fixed; behind best for "
    "all contestants at once"
)


def look(study: Study) -> Seen:
    """contestants, by tokens (near counts tied, dollars decide), comparators, cost_of_pass; and by
    name the requirement of each sample."""
    columns = ("sample_id", "requirement_tokens")
    kept = given(study, "requirement", columns, columns[1:])
    found = study.named(efficiency(study.grid, kept, draws=study.draws))
    most = pl.col("required_samples").max()
    comparable = found.filter(pl.col("required_samples") >= FULL_COVERAGE * most)
    by_tokens = ranked(comparable).select(
        "name", "contestant_id", "token_group", "token_rank", "tokens_per_correct",
        "cost_per_correct_usd", "accuracy",
    )  # fmt: skip
    tables = {
        "contestants": found,
        "by_tokens": by_tokens,
        "comparators": study.named(comparators(study.grid)),
        "cost_of_pass": cost_of_pass(study.grid),
    }
    said = sentence(found, _levels(study, found))
    more = {"requirement": lambda: requirement(study.grid) if kept is None else kept}
    return Seen(tables, said, INTERVAL, more=more)


def _levels(study: Study, found: pl.DataFrame) -> pl.DataFrame | None:
    """level, accuracy and output_tokens of whoever writes alone; None where there are several."""
    writers = found.filter("writes")["contestant_id"].to_list()
    if len(writers) != 1:
        return None
    rows = summarise(study.levels, ["task", "level"], study.mix)
    levels = by_level(rows.filter(pl.col("contestant_id") == writers[0]), writers)
    return levels.select("level", "accuracy", "output_tokens")
