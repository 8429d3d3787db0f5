"""Sparsity: total against active parameters in capability, price and speed; MoE beside dense."""

from __future__ import annotations

from data.analysis.matched import compared, matched
from data.analysis.sparsity import explained, sentence, sparsity
from data.lenses import Seen
from data.study import Study


def look(study: Study) -> Seen:
    """explained, moe_against_dense (on average), matches, contestants."""
    rows = sparsity(study.placed)
    matches = matched(rows)
    told, average = explained(rows), compared(matches)
    tables = {
        "explained": told,
        "moe_against_dense": average,
        "matches": study.named(matches),
        "contestants": rows,
    }
    return Seen(tables, sentence(told, average))
