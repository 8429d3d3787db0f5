"""Sparsity: total against active parameters in capability, price and speed; MoE beside dense."""

from __future__ import annotations

from data.analysis.matched import compared, matched
from data.analysis.sparsity import explained, sentence, sparsity
from data.lenses import Seen
from data.study import Study

INTERVAL = "95 %: resamples of models; matched: t over models"


def look(study: Study) -> Seen:
    """explained, moe_against_dense (on average), matches, contestants."""
    rows = sparsity(study.placed)
    matches = matched(rows)
    told, average = explained(rows), compared(matches)
    if told["value"].is_null().all():
        # Nothing is known: why, once for each outcome, says as much as a row for each measure.
        told_short = told.unique(["outcome", "prices"], keep="first", maintain_order=True)
        told_short = told_short.drop("measure", "value", "low", "high")
    tables = {
        "explained": told_short if told["value"].is_null().all() else told,
        "moe_against_dense": average,
        "matches": study.named(matches),
        "contestants": rows,
    }
    return Seen(tables, sentence(told, average), INTERVAL)
