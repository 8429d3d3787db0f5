"""Ability: what a Rasch fit says of contestants, and of how hard the levels turned out."""

from __future__ import annotations

from data.analysis import ability
from data.lenses import Tables
from data.study import Study


def tables(study: Study) -> Tables:
    """contestants (ablest first), levels with their difficulty, levels out of order."""
    found = ability.fit(study.grid)
    levels = ability.levels(study.grid, found)
    contestants = found.contestants.sort(
        "theta", "contestant_id", descending=[True, False], nulls_last=True
    )
    return {
        "contestants": study.named(contestants),
        "levels": levels,
        "out_of_order": ability.levels_out_of_order(levels),
    }


def sentence(study: Study, tables: Tables) -> str:
    del tables
    names = dict(study.summary.select("contestant_id", "name").iter_rows())
    return ability.sentence(ability.fit(study.grid), names)
