"""ARC Prize's board: evaluations.json, one score per model and dataset, and models.json beside it.

`costPerTask` times the dataset's tasks is the run's cost; how many tasks a dataset has is what ARC
Prize publishes of it. `cost` is the whole run's already. A score above 1 is in percent, and "-" as
a cost is unknown. People's scores are left out: they are no contestants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import json_file
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import number, some, text

FILE, MODELS = "evaluations.json", "models.json"
TASKS = {
    "v1_Public_Eval": 400,
    "v1_Semi_Private": 100,
    "v1_Private_Eval": 100,
    "v2_Public_Eval": 120,
    "v2_Semi_Private": 120,
    "v2_Private_Eval": 120,
}
"""Tasks of a dataset. Those of the third version are games, which the file does not count."""
METRIC = "score"
PEOPLE = "Human"
SOURCE = "ARC Prize board file"


def looks(path: Path) -> str | None:
    """By the keys of the first evaluations."""
    board = path / FILE if path.is_dir() else path
    if board.suffix.lower() != ".json" or not board.is_file():
        return None
    with board.open("rb") as file:
        head = file.read(4096)
    begins = head.lstrip().startswith(b"[") and b'"datasetId"' in head and b'"modelId"' in head
    return "a JSON list with datasetId and modelId" if begins else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of scores of one board: its evaluations.json, or the folder that has it."""
    board = path / FILE if path.is_dir() else path
    if not board.is_file():
        raise refuse(path, f"there is no {FILE} in it", "Name the file.")
    job.tally.mean("costPerTask", "dollars of the whole run: times the dataset's tasks")
    job.tally.mean("score above 1", "percent")
    job.tally.mean('cost "-"', "unknown")
    found = json_file(board, job)
    if not isinstance(found, list):
        raise refuse(board, "no list of evaluations", "Name its format.")
    yield from batched(_scores(found, _models(board.with_name(MODELS), job), job), "aggregates")


def _models(path: Path, job: Job) -> dict[str, Mapping[str, Any]]:
    """Models by id; without the file beside it the board's ids are all that is known."""
    if not path.is_file():
        job.tally.change(f"no {MODELS} beside it: models have their ids alone")
        return {}
    found = json_file(path, job)
    if not isinstance(found, list):
        raise refuse(path, "no list of models", f"Get {MODELS} again.")
    return {str(row["id"]): row for row in found if isinstance(row, dict) and row.get("id")}


def _scores(
    rows: list[Any], models: Mapping[str, Mapping[str, Any]], job: Job
) -> Iterator[Mapping[str, Any]]:
    for at, row in enumerate(rows, 1):
        place = f"entry {at:,}"
        if not isinstance(row, dict):
            job.tally.skip("an entry that is no object", place)
            continue
        about = models.get(str(row.get("modelId")), {})
        if about.get("providerId") == PEOPLE:
            job.tally.skip("people, who are no contestant", place)
            continue
        value = number(row.get("score"))
        if value is not None and 1 < value <= 100:
            job.tally.change("a score above 1: taken for percent", place)
            value /= 100
        dataset = text(row.get("datasetId"))
        yield {
            "place": place,
            "model": text(row.get("modelId")),
            "name": text(about.get("displayName")),
            "task": dataset,
            "metric": METRIC,
            "value": value,
            "n": TASKS.get(str(dataset)),
            "cost_usd": _cost(row, TASKS.get(str(dataset)), place, job),
            "source": SOURCE,
            "note": "the board does not show it" if row.get("display") is False else None,
        }


def _cost(row: Mapping[str, Any], tasks: int | None, place: str, job: Job) -> float | None:
    """Dollars of the whole run; None where they are not told, or not of how many tasks."""
    each = some(row.get("costPerTask"))
    if each is None:
        return some(row.get("cost"))
    if tasks is None:
        job.tally.change("costPerTask of a dataset of unknown size: left unknown", place)
        return None
    return each * tasks
