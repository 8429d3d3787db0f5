"""LRMTokenEconomy's `evaluation_stats.csv`: attempts of reasoning models on short prompts.

Reasoning tokens stand beside the answer's, and their sum is the completion. The types of prompt
(knowledge, logic puzzle, math) are tasks of one level each: nobody graded their difficulty, and as
levels the puzzles would stand below the sums that are solved more often. Prompt tokens are not in
the file, so no cost can be computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import csv_rows, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import number, some, whole

CATEGORY = "token economy"
FILE = "evaluation_stats.csv"
NEEDED = ("prompt_id", "type", "model_name", "run_number", "success_rate", "tokens_completion")


def looks(path: Path) -> str | None:
    """By the columns of the CSV."""
    table = path / FILE if path.is_dir() else path
    if table.suffix.lower() != ".csv" or not table.is_file():
        return None
    with table.open("rb") as file:
        heading = file.readline(4096).decode("utf-8-sig", "replace").strip().split(",")
    return "its columns are LRMTokenEconomy's" if set(NEEDED) <= set(heading) else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts of the table, or of the tables in a folder."""
    job.tally.mean("tokens_completion", "output_tokens: the answer's and the reasoning's")
    job.tally.mean("tokens_reasoning 0", "unknown: providers that tell none")
    job.tally.mean("type", "task, of one level: the prompts' difficulty is not graded")
    job.tally.mean("prompt_id, run_number", "sample, epoch")
    job.tally.mean("wrong at max_tokens", "truncated")
    tables = walk(path, FILE) if path.is_dir() else [path]
    if not tables:
        raise refuse(path, f"there is no {FILE} in it", "Name the file.")
    for table in tables:
        yield from batched(_rows(table, job))


def _rows(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    for line, row in csv_rows(path, job):
        lacking = next((name for name in NEEDED if name not in row), None)
        if lacking:
            raise refuse(path, f"there is no column '{lacking}'", "Name its format.")
        place = f"line {line:,}"
        answer, thought = number(row.get("tokens_output")), number(row.get("tokens_reasoning"))
        total = some(row["tokens_completion"])
        if None not in (answer, thought, total) and abs(answer + thought - total) > 1:  # type: ignore[operator]
            job.tally.change("tokens that don't add up: the completion's were taken", place)
        most, right = whole(row.get("max_tokens")), number(row["success_rate"])
        cut = bool(most and total and total >= most and right == 0)
        yield {
            "place": place,
            "model": row["model_name"],
            "deployment": "",
            "task": row["type"].strip().lower(),
            "version": "v1",
            "category": CATEGORY,
            "sample": row["prompt_id"],
            "epoch": whole(row["run_number"]),
            "max_tokens": most,
            "score": right,
            "status": "truncated" if cut else "ok",
            "output_tokens": total and round(total),
            "reasoning_tokens": (found := some(row.get("tokens_reasoning"))) and round(found),
        }
