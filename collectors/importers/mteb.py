"""MTEB: scores of encoders by task, as its results folder or as a flat CSV of the same.

The folder is `<org__model>/<revision>/<Task>.json` with `model_meta.json` beside the tasks. Splits
and languages of a task are scores of their own. The evaluation's time is of a whole task, and how
many texts that were is not told, so seconds per question are unknown; it stands in the note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import csv_rows, json_file, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, settings, some, text

META = "model_meta.json"
NEEDED = {"model", "revision", "task", "split", "hf_subset", "main_score"}
METRICS = {"main_score": "main score", "f1": "F1"}
"""Their columns that are taken: a task's own headline, and F1 where it has one."""
SOURCE = "MTEB results"


def looks(path: Path) -> str | None:
    """By the CSV's heading, a folder's model_meta.json, or a task file's keys."""
    if path.is_dir():
        found = next(path.glob(f"**/{META}"), None)
        return f"a folder with {META}" if found else None
    if path.suffix.lower() not in (".csv", ".json"):
        return None
    with path.open("rb") as file:
        head = file.readline(4096) if path.suffix.lower() == ".csv" else file.read(4096)
    if path.suffix.lower() == ".csv":
        heading = head.decode("utf-8-sig", "replace").strip().split(",")
        return "its columns are those of MTEB results" if set(heading) >= NEEDED else None
    return "JSON with an mteb_version" if b'"mteb_version"' in head else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of scores of a folder, one task's file, or the flat table."""
    job.tally.mean("evaluation_time", "seconds of the whole task: in the note, not per question")
    job.tally.mean("revision", "a setting: two revisions are two contestants")
    job.tally.mean("split, hf_subset", "metric and task: each is a score of its own")
    if path.suffix.lower() == ".csv":
        yield from batched(_flat(path, job), "aggregates")
        return
    files = walk(path, "*.json") if path.is_dir() else [path]
    yield from batched(_tree(path, [f for f in files if f.name != META], job), "aggregates")


def _flat(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    for line, row in csv_rows(path, job):
        lacking = next((name for name in sorted(NEEDED) if name not in row), None)
        if lacking:
            raise refuse(path, f"there is no column '{lacking}'", "Name its format.")
        took = some(row.get("evaluation_time_s"))
        about = _about(row["model"], row["revision"], row["task"], row["hf_subset"], took)
        yield from _values(about, row, row["split"], f"line {line:,}", job)


def _tree(root: Path, files: list[Path], job: Job) -> Iterator[Mapping[str, Any]]:
    folder, model, revision = None, "", ""
    for path in files:
        place = path.name if path == root else str(path.relative_to(root))
        found = json_file(path, job)
        splits = get(found, "scores")
        if not isinstance(splits, dict):
            job.tally.skip("a file without scores", place)
            continue
        if path.parent != folder:
            folder = path.parent
            model, revision = _model(folder, job)
        for split, rows in splits.items():
            for row in rows if isinstance(rows, list) else []:
                if not isinstance(row, dict):
                    job.tally.skip("a score that is no object", place)
                    continue
                task = text(get(found, "task_name")) or path.stem
                took = some(get(found, "evaluation_time"))
                about = _about(model, revision, task, text(row.get("hf_subset")), took)
                yield from _values(about, row, str(split), place, job)


def _model(folder: Path, job: Job) -> tuple[str, str]:
    """Model and revision of a folder: of its model_meta.json, or else its path."""
    meta = folder / META
    found = json_file(meta, job) if meta.is_file() else None
    named = text(get(found, "name")) or folder.parent.name.replace("__", "/", 1)
    return named, text(get(found, "revision")) or folder.name


def _about(
    model: str, revision: str, task: str, subset: str | None, took: float | None
) -> dict[str, Any]:
    """What the scores of one task's split have in common."""
    part = "" if subset in (None, "", "default") else f" ({subset})"
    return {
        "run": f"{model}@{revision}",
        "model": model,
        "kind": "reader",
        "settings": settings({"revision": revision}),
        "task": f"{task}{part}",
        "source": SOURCE,
        "note": f"the task took {took:,.1f} s" if took else None,
    }


def _values(
    about: Mapping[str, Any], row: Mapping[str, Any], split: str, place: str, job: Job
) -> Iterator[Mapping[str, Any]]:
    told = {name: number(row.get(name)) for name in METRICS}
    if told["main_score"] is None:
        job.tally.skip("no main_score", place)
        return
    part = "" if split == "test" else f" ({split})"
    for name, value in told.items():
        if value is not None:
            yield {**about, "place": place, "metric": METRICS[name] + part, "value": value}
