"""RouterArena's files: a router's predictions (.json) and the cached answers of a model (.jsonl).

Read from the files of the project's repository. In predictions the contestant is the router, which
is called as its file is, and the model that it chose is what served; entries marked
`for_optimality` are other models' answers to the same question, and theirs. A total above input
plus output is thinking that was billed only in the total: it belongs to the output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import json_items, json_lines, walk
from collectors.importers.found import Batch, Row, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, score, some, text, whole

MARKS = (b'"global index"', b'"global_index"')


def looks(path: Path) -> str | None:
    """By the keys of the first entry."""
    if path.is_dir():
        return None
    with path.open("rb") as file:
        head = file.read(16384)
    entry = head.lstrip()[:1] in (b"[", b"{") and any(mark in head for mark in MARKS)
    chosen = b'"prediction"' in head or b'"llm_selected"' in head
    return "entries with a global index and the model chosen" if entry and chosen else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts of one file, or of all files in a folder."""
    job.tally.mean("accuracy", "score")
    job.tally.mean("cost", "USD of the call, as RouterArena computed it; 0 is unknown")
    job.tally.mean("total_tokens above input + output", "thinking, added to the output")
    job.tally.mean("global index ArcMMLU_655", "task ArcMMLU, sample ArcMMLU_655")
    files = [*walk(path, "*.json"), *walk(path, "*.jsonl")] if path.is_dir() else [path]
    for file in files:
        yield from batched(_file(file, job))


def _file(path: Path, job: Job) -> Iterator[Row]:
    cached = path.suffix == ".jsonl"
    entries = json_lines(path, job) if cached else enumerate(json_items(path, "item", job), 1)
    met = 0
    for met, entry in entries:
        place = f"{path.name}, {'line' if cached else 'entry'} {met:,}"
        row = _row(entry, path, cached)
        if isinstance(row, str):
            job.tally.skip(row, place)
        else:
            yield {**row, "place": place}
    if not met:
        raise refuse(path, "no entries of RouterArena in it", "Name its format.")


def _row(entry: Any, path: Path, cached: bool) -> dict[str, Any] | str:
    """An attempt, or why there is none."""
    if not isinstance(entry, dict):
        return "an entry that is no object"
    index = text(entry.get("global index") or entry.get("global_index"))
    result = entry if cached else entry.get("generated_result")
    if index is None:
        return "no global index"
    if not isinstance(result, dict):
        return "no generated_result: the model was not asked"
    model = text(entry.get("llm_selected" if cached else "prediction"))
    if not model:
        return "no model chosen"
    own = cached or entry.get("for_optimality") is True
    failed = result.get("success") is False
    graded = get(entry, "evaluation_result") if cached else entry
    said = get(graded, "accuracy") if get(graded, "accuracy") is not None else get(graded, "score")
    return {
        "model": model if own else path.stem,
        "served_model": model,
        "deployment": text(result.get("provider")) if own else None,
        "settings": None if own else '{"router": true}',
        "task": _dataset(index),
        "sample": index,
        "epoch": whole(entry.get("run_number")) or 1,
        "category": "routerarena",
        "prompt": text(entry.get("question" if cached else "prompt")),
        "text": text(result.get("generated_answer")),
        "score": None if failed else score(said),
        "status": "infra_error" if failed else "ok",
        "error": text(result.get("error")) if failed else None,
        "billed_usd": some(entry.get("cost")),
        **_tokens(get(result, "token_usage")),
    }


def _dataset(index: str) -> str:
    """The dataset of an index: all but the number at its end."""
    name, _, number = index.rpartition("_")
    return name if name and number.isdigit() else index


def _tokens(usage: Any) -> Mapping[str, Any]:
    given = usage if isinstance(usage, dict) else {}
    read = whole(given.get("input_tokens", given.get("prompt_tokens")))
    written = whole(given.get("output_tokens", given.get("completion_tokens")))
    total = whole(given.get("total_tokens"))
    if not read and not written:
        return {}
    hidden = max(0, (total or 0) - (read or 0) - (written or 0)) if written is not None else 0
    return {
        "input_tokens": read,
        "output_tokens": written + hidden if written is not None else None,
        "reasoning_tokens": hidden or None,
        "usage_flags": "hidden_in_total" if hidden else None,
    }
