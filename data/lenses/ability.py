"""Ability: what a Rasch fit says of contestants, and of how hard the levels turned out."""

from __future__ import annotations

from dataclasses import replace

from data.analysis import ability
from data.lenses import Seen
from data.lenses.given import given
from data.study import Study

INTERVAL = "95 %: true score at theta - 1.96 SE to theta + 1.96 SE"


def look(study: Study) -> Seen:
    """contestants (ablest first), levels with their difficulty, levels out of order; and by name
    the difficulty of each sample."""
    known = given(study, "difficulty", ("sample_id", "difficulty"), ("difficulty",))
    found = ability.fit(study.grid, known)
    # Of what was asked, not only of what anybody was scored on: as the frontier compares.
    asked = study.summary.select("contestant_id", "coverage")
    contestants = found.contestants.drop("coverage").join(
        asked, on="contestant_id", how="left", maintain_order="left"
    )
    found = replace(found, contestants=contestants)
    levels = ability.levels(study.grid, found)
    contestants = found.contestants.sort(
        "theta", "contestant_id", descending=[True, False], nulls_last=True
    )
    tables = {
        "contestants": study.named(contestants),
        "levels": levels,
        "out_of_order": ability.levels_out_of_order(levels),
    }
    said = ability.sentence(found, study.names)
    return Seen(tables, said, INTERVAL, more={"samples": lambda: found.difficulty})
