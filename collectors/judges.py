"""The entrants behind a task's `judge`: [[judge]] tables, contestants, or a model by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collectors import checks
from collectors.entrants import Entrant, entrants
from collectors.tasks.task import Task
from data.errors import ExperimentError, did_you_mean

JUDGED = ("what others answer",)
"""What a judge enters instead of tasks."""


def judges(
    asked: Sequence[Task],
    entered: Sequence[Entrant],
    raw: Mapping[str, Any],
    where: str,
    folder: Path | None = None,
) -> dict[str, Entrant]:
    """The entrant behind each task's `judge`: of a [[judge]] table, of the contestants, or the
    model of that name with nothing but defaults."""
    tables = checks.tables(raw, "judge", where) if "judge" in raw else []
    named = [
        entrant
        for i, table in tables
        for entrant in entrants(table, f"{where}, [[judge]] {i}", JUDGED, -i, folder=folder)
    ]
    found: dict[str, Entrant] = {}
    for wanted in dict.fromkeys(t.judge for t in asked if t.judge):
        kind, _, who = wanted.partition(":")
        able = [*entered] if kind == "agree" else [*named, *entered]
        match = next((e for e in able if who in (e.contestant.name, e.contestant.model)), None)
        if match is None and kind == "agree":
            names = [e.contestant.name for e in entered]
            raise ExperimentError(
                f"{where}: scorer = '{wanted}': no contestant is called '{who}'."
                f"{did_you_mean(who, names)}"
            )
        found[wanted] = (
            match
            or entrants({"model": who}, f"{where}, scorer '{wanted}'", JUDGED, 0, folder=folder)[0]
        )
    unused = [e.contestant.name for e in named if e not in found.values()]
    if unused:
        raise ExperimentError(
            f"{where}: [[judge]] '{unused[0]}' judges no task. Write scorer = 'judge:{unused[0]}'."
        )
    return found
