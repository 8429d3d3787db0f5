"""LiveBench: `table_<date>.csv` of scores by task, or the answers and judgments of runs.

The table's scores are percent, and categories_<date>.json beside it says whose category a task is.
Answers stand in `<category>/<task>/model_answer/<model>.jsonl`, a line per question; their scores
in `<category>/<task>/model_judgment/ground_truth_judgment.jsonl`. Tokens at or below 0 were not
recorded; with several choices they are of all of them together. `tstamp` is when it ended. Read
from the tool's own writing of these files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.importers.files import csv_rows, json_file, json_lines, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, score, settings, some, text, when, whole

TABLE = re.compile(r"table_(\d{4})_(\d\d)_(\d\d)\.csv")
ANSWERS, JUDGMENTS = "model_answer", "model_judgment"
JUDGED = "ground_truth_judgment.jsonl"
FAILED = "$ERROR$"
"""What the tool writes in place of an answer that could not be had."""
METRIC = "score"
SOURCE = "LiveBench table"
SHAPE = ("temperature", "top_p", "thinking", "thinking_budget", "extra_body")
"""Of what was asked: what tells two contestants apart, beside effort and the output limit."""


def looks(path: Path) -> str | None:
    """By the name and heading of the table, or the folders of answers."""
    if path.is_dir():
        if any(TABLE.fullmatch(found.name) for found in path.glob("table_*.csv")):
            return "a folder with table_<date>.csv"
        found = next(path.glob(f"**/{ANSWERS}/*.jsonl"), None)
        return f"a folder with {ANSWERS}" if found else None
    if path.suffix == ".jsonl" and path.parent.name == ANSWERS:
        return f"a file of {ANSWERS}"
    if not TABLE.fullmatch(path.name):
        return None
    with path.open("rb") as file:
        return "table_<date>.csv of models" if file.read(6) == b"model," else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of scores of tables, then of attempts of answers."""
    if path.is_dir():
        tables = [p for p in walk(path, "table_*.csv") if TABLE.fullmatch(p.name)]
        answers = [p for p in walk(path, "*.jsonl") if p.parent.name == ANSWERS]
    else:
        tables, answers = ([path], []) if path.suffix == ".csv" else ([], [path])
    if not tables and not answers:
        raise refuse(path, f"neither table_<date>.csv nor {ANSWERS} in it", "Name the file.")
    if tables:
        job.tally.mean("the table's scores", "percent -> a score from 0 to 1")
    for table in tables:
        yield from batched(_table(table, job), "aggregates")
    if answers:
        job.tally.mean("total_output_tokens 0 or -1", "unknown: not recorded")
        job.tally.mean("tstamp", "started_at, though it is when the answer had come")
    for of in answers:
        yield from batched(_answers(of, job))


def _table(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    named = TABLE.fullmatch(path.name)
    if named is None:
        raise refuse(path, "no table_<year>_<month>_<day>.csv", "Keep the name that it came with.")
    try:
        day = datetime(*map(int, named.groups()))  # type: ignore[arg-type]
    except ValueError as error:
        raise refuse(path, "its name has no date", "Keep the name that it came with.") from error
    category = _categories(path.with_name(f"categories_{path.name[6:-4]}.json"), job)
    for line, row in csv_rows(path, job):
        if "model" not in row:
            raise refuse(path, "there is no column 'model'", "Name its format.")
        for task, cell in row.items():
            if task == "model":
                continue
            place = f"line {line:,}, {task}"
            if not cell.strip():
                job.tally.skip("a task without a score", place)
                continue
            value = number(cell)
            yield {
                "place": place,
                "run": path.stem,
                "model": row["model"],
                "task": f"{category[task]}: {task}" if task in category else task,
                "metric": METRIC,
                "value": None if value is None else value / 100,
                "measured_at": day,
                "source": SOURCE,
            }


def _categories(path: Path, job: Job) -> dict[str, str]:
    """Categories by task; empty without the file."""
    found = json_file(path, job) if path.is_file() else {}
    if not isinstance(found, dict):
        raise refuse(path, "no categories", "Get it again, or take it away.")
    return {
        str(task): str(name)
        for name, tasks in found.items()
        for task in (tasks if isinstance(tasks, list) else [])
    }


def _answers(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    home = path.parent.parent
    judged = _judged(home / JUDGMENTS / JUDGED, path.stem, job)
    for line, row in json_lines(path, job):
        place = f"{path.name}, line {line:,}"
        if not isinstance(row, dict):
            job.tally.skip("an answer that is no object", place)
            continue
        choices = row.get("choices")
        first = get(choices[0], "turns") if isinstance(choices, list) and choices else None
        answer = text(first[-1]) if isinstance(first, list) and first else None
        failed = answer is None or answer.strip() == FAILED
        found = None if failed else judged.get(str(row.get("question_id")))
        if found is None and not failed:
            job.tally.change("an answer without a judgment: left unscored", place)
        yield {
            **_asked(row),
            **_used(row, isinstance(choices, list) and len(choices) > 1, place, job),
            "place": place,
            "task": home.name,
            "category": home.parent.name,
            "sample": text(row.get("question_id")),
            "text": answer,
            "score": found,
            "status": "infra_error" if failed else "ok",
            "started_at": when(row.get("tstamp")),
        }


def _judged(path: Path, model: str, job: Job) -> dict[str, float]:
    """Scores of one model's answers by question; empty without judgments."""
    if not path.is_file():
        return {}
    found = {}
    for _, row in json_lines(path, job):
        value = score(get(row, "score"))
        if value is not None and str(get(row, "model")).lower() == model.lower():
            found[str(get(row, "question_id"))] = value
    return found


def _asked(row: Mapping[str, Any]) -> dict[str, Any]:
    """The contestant: the model's own name for the service, and how it was asked."""
    asked = get(row, "api_info", "api_kwargs")
    most = get(asked, "max_tokens") or get(asked, "max_completion_tokens")
    shown = text(row.get("model_id"))
    return {
        "model": text(get(row, "api_info", "api_name")) or shown,
        "name": shown,
        "effort": text(get(asked, "reasoning_effort") or get(asked, "reasoning", "effort")),
        "max_tokens": whole(most),
        "settings": settings({name: get(asked, name) for name in SHAPE}),
    }


def _used(row: Mapping[str, Any], several: bool, place: str, job: Job) -> dict[str, Any]:
    """Tokens and dollars of one answer; None where they were not recorded."""
    names = ("total_input_tokens", "total_cached_tokens", "total_output_tokens", "cost_usd")
    put, cached, out, usd = (some(row.get(name)) for name in names)
    if several:
        job.tally.change("tokens of several choices together: left unknown", place)
        put = cached = out = usd = None
    if cached is not None and (put is None or cached > put):
        job.tally.change("cached tokens beyond the input's: left unknown", place)
        cached = None
    return {
        "input_tokens": None if put is None else round(put),
        "cache_read_tokens": None if cached is None else round(cached),
        "output_tokens": None if out is None else round(out),
        "billed_usd": usd,
    }
