"""Readers: encoders and rules against writers, task by task and level by level."""

from __future__ import annotations

from data.analysis.readers import by_level, readers, sentence
from data.lenses import Seen
from data.study import Study

INTERVAL = "95 %: t of paired differences, clustered; a score interval where few differ"


def look(study: Study) -> Seen:
    """tasks (best reader beside best writer) and levels, with where a reader falls behind."""
    found = readers(study.grid, study.summary)
    return Seen(
        {"tasks": found, "levels": by_level(study.grid, study.summary)}, sentence(found), INTERVAL
    )
