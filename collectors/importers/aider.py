"""Aider's leaderboards: a YAML list of whole runs, one score per model and none per exercise.

`pass_rate_2` is the share of exercises that were solved in two tries, in percent; dollars and
tokens are of the whole run, at that day's prices. A cost or a token count of 0 was not recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from collectors.importers.files import walk, yaml_file
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import number, settings, some, text, when, whole

METRICS = {"pass_rate_1": "solved at the first try", "pass_rate_2": "solved in two tries"}
SOURCE = "Aider leaderboard file"


def looks(path: Path) -> str | None:
    """By the keys of the first entries."""
    if path.suffix.lower() not in (".yml", ".yaml") or not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(8192)
    return "YAML with pass_rate_1 and edit_format" if (
        b"pass_rate_1:" in head and b"edit_format:" in head
    ) else None  # fmt: skip


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of scores of one leaderboard, or of those in a folder."""
    job.tally.mean("pass_rate_1, pass_rate_2", "percent of the exercises -> a score from 0 to 1")
    job.tally.mean("total_cost, tokens 0", "unknown: 0 is how the file writes 'not recorded'")
    job.tally.mean("total_cost", "dollars of the whole run, at that day's prices")
    boards = [*walk(path, "*.yml"), *walk(path, "*.yaml")] if path.is_dir() else [path]
    for board in boards:
        found = yaml_file(board, job)
        if not isinstance(found, list):
            raise refuse(board, "no list of runs", "Name its format.")
        yield from batched(_scores(board, found, job), "aggregates")


def _scores(path: Path, runs: list[Any], job: Job) -> Iterator[Mapping[str, Any]]:
    task = f"aider {path.stem.replace('_', ' ').removesuffix(' leaderboard')}"
    for number_, run in enumerate(runs, 1):
        place = f"entry {number_:,}"
        if not isinstance(run, dict):
            job.tally.skip("an entry that is no mapping", place)
            continue
        told = [name for name in METRICS if number(run.get(name)) is not None]
        if not told:
            job.tally.skip("an entry without a pass rate", place)
        shared = _shared(run, task, place)
        for name in told:
            yield {**shared, "metric": METRICS[name], "value": _share(run[name])}


def _share(percent: Any) -> float | None:
    found = number(percent)
    return None if found is None else found / 100


def _shared(run: Mapping[str, Any], task: str, place: str) -> dict[str, Any]:
    """What all scores of a run have in common. Its folder's name tells it from others."""
    n = whole(run.get("total_tests")) or whole(run.get("test_cases"))
    thinking = whole(run.get("thinking_tokens"))
    return {
        "place": place,
        "run": text(run.get("dirname")),
        "model": text(run.get("model")),
        "effort": text(run.get("reasoning_effort")),
        "settings": settings(
            {"edit_format": run.get("edit_format"), "thinking_tokens": thinking,
             "editor_model": run.get("editor_model")}
        ),
        "task": task,
        "n": n,
        "cost_usd": some(run.get("total_cost")),
        "input_tokens": _count(run.get("prompt_tokens")),
        "output_tokens": _count(run.get("completion_tokens")),
        "duration_s": some(run.get("seconds_per_case")),
        "measured_at": _day(run.get("date")),
        "source": SOURCE,
        "note": text(run.get("command")),
    }  # fmt: skip


def _count(value: Any) -> int | None:
    found = some(value)
    return None if found is None else round(found)


def _day(value: Any) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return when(text(value)) if value else None
