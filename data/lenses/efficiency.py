"""Efficiency: right answers for few tokens, and what a correct answer costs."""

from __future__ import annotations

import polars as pl

from data.analysis.comparators import comparators, ranked
from data.analysis.cost_of_pass import cost_of_pass
from data.analysis.efficiency import efficiency, sentence
from data.analysis.requirement import requirement
from data.analysis.summary import FULL_COVERAGE
from data.lenses import Seen
from data.lenses.given import given, numbers
from data.study import Study

INTERVAL = (
    "95 %: paired bootstrap of clusters within levels, the requirement held fixed; behind best for "
    "all contestants at once"
)


def look(study: Study) -> Seen:
    """contestants, by tokens (near counts tied, dollars decide), comparators, cost_of_pass; and by
    name the requirement of each sample."""
    kept = given(study, "requirement", ("sample_id", "requirement_tokens"))
    if kept is None:
        needs = requirement(study.grid)
    else:
        needs = numbers(kept, "requirement", "requirement_tokens")
    found = study.named(efficiency(study.grid, needs, draws=study.draws))
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
    return Seen(tables, sentence(found), INTERVAL, more={"requirement": lambda: needs})
