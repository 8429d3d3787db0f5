"""Lineage: students beside their teachers; how far labs and countries are from the frontier."""

from __future__ import annotations

from data.analysis.groups import GROUPS, by_group
from data.analysis.lineage import sentence, students
from data.catalog import facts
from data.lenses import Seen
from data.study import Study

INTERVAL = "95 %: paired bootstrap of clusters within levels; groups: t over models"


def look(study: Study) -> Seen:
    """students, then by_<group> for lab, country, weights and licence."""
    found = students(study.placed, facts.frame(), study.grid)
    groups = {f"by_{by}": by_group(study.placed, by) for by in GROUPS}
    return Seen({"students": found, **groups}, sentence(found, groups["by_lab"]), INTERVAL)
