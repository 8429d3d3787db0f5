"""Inspect AI's logs: .eval archives, packed the old way or with zstd, and .json.

Inspect counts cached input outside its input tokens: they are added. The model's own usage counts
(`eval.model`), and a grader's does not. A sample that Inspect tried again has lost the tokens of
the failed tries: it is flagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.archive import Archive, archive
from collectors.importers.files import json_items, json_value, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, score, settings, some, text, when, whole

GENERATION = ("temperature", "top_p", "seed", "reasoning_tokens", "reasoning_history", "cache")
"""Settings that tell two contestants of one model apart, beside effort and the output limit."""
STATUS = {"refusal": "refused", "content_filter": "refused", "max_tokens": "truncated"}


def looks(path: Path) -> str | None:
    """By the members of a zip, or the keys at the head of a JSON file."""
    if path.is_dir():
        return "a folder of .eval logs" if next(path.rglob("*.eval"), None) else None
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        with archive(path, Job()) as held:
            is_log = "header.json" in held.members or "_journal/start.json" in held.members
        return "a zip with an Inspect header" if is_log else None
    begins = head.lstrip().startswith(b"{") and b'"status"' in head and b'"eval"' in head
    return "JSON with an Inspect status and eval" if begins else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts of one log, or of all logs in a folder."""
    job.tally.mean("input_tokens", "input without cached: cached reads and writes are added")
    job.tally.mean("C / P / I / N", "score 1 / 0.5 / 0 / 0")
    job.tally.mean("scores", "the first scorer's value")
    logs = [*walk(path, "*.eval"), *walk(path, "*.json")] if path.is_dir() else [path]
    for log in logs:
        yield from batched(_json(log, job) if log.suffix == ".json" else _eval(log, job))


def _json(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    log = {name: json_value(path, name) for name in ("eval", "stats")}
    if not isinstance(log["eval"], dict):
        raise refuse(path, "no Inspect log: there is no 'eval'", "Name its format.")
    yield from _samples(path, log, enumerate(json_items(path, "samples.item", job)), job)


def _eval(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    with archive(path, job) as held:
        name = "header.json" if "header.json" in held.members else "_journal/start.json"
        if name not in held.members:
            raise refuse(path, "no Inspect log: there is no header.json", "Name its format.")
        header = held.json(name)
        if not isinstance(get(header, "eval"), dict):
            raise refuse(path, f"no Inspect log: {name} has no 'eval'", "Name its format.")
        yield from _samples(path, header, _members(held), job)


def _members(held: Archive) -> Iterator[tuple[int, Any]]:
    """Summaries where the log has them: a tenth of the samples' bytes. Else each sample."""
    if "summaries.json" in held.members:
        yield from enumerate(held.items("summaries.json", "item"))
        return
    for number_, name in enumerate(held.names("samples/", ".json")):
        yield number_, held.json(name)


def _samples(
    path: Path, log: Mapping[str, Any], samples: Iterator[tuple[int, Any]], job: Job
) -> Iterator[Mapping[str, Any]]:
    told, started = log["eval"], get(log, "stats", "started_at") or log["eval"].get("created")
    shared = _shared(told, path)
    for index, sample in samples:
        place = f"{path.name}, sample {index + 1:,}"
        if not isinstance(sample, dict):
            job.tally.skip("a sample that is no object", place)
            continue
        row = _sample(sample, told, started)
        if row["score"] is None and not sample.get("error"):
            job.tally.change("a score that is no number or grade: left unscored", place)
        yield {**shared, **row, "place": place}


def _shared(told: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """What all samples of a log have in common."""
    generate = told.get("model_generate_config") or {}
    args = get(told, "task_args") or {}
    made = {name: get(generate, name) for name in GENERATION}
    return {
        "run": text(told.get("eval_id") or told.get("run_id")),
        "model": told.get("model"),
        "effort": text(get(generate, "reasoning_effort")),
        "max_tokens": whole(get(generate, "max_tokens")),
        "settings": settings({**made, "model_base_url": None, "task_args": args}),
        "task": text(told.get("task_display_name") or told.get("task")),
        "version": f"v{told.get('task_version') or 0}",
        "category": "inspect",
    }


def _sample(sample: Mapping[str, Any], told: Mapping[str, Any], started: Any) -> dict[str, Any]:
    used = get(sample, "model_usage", str(told.get("model")))
    usage = used if isinstance(used, dict) else {}
    read, written = (
        whole(usage.get("input_tokens_cache_read")),
        whole(usage.get("input_tokens_cache_write")),
    )
    plain = whole(usage.get("input_tokens"))
    graded = sample.get("scores") or {}
    first = next(iter(graded.values()), None) if isinstance(graded, dict) else sample.get("score")
    error, limit = sample.get("error"), sample.get("limit")
    stop = get(sample, "output", "choices")
    finish = get(stop[0], "stop_reason") if isinstance(stop, list) and stop else None
    again = whole(sample.get("retries"))
    return {
        "sample": text(sample.get("id")),
        "epoch": whole(sample.get("epoch")),
        "level": whole(get(sample, "metadata", "difficulty"))
        or whole(get(sample, "metadata", "level")),
        "input": text(sample.get("input")),
        "target": text(sample.get("target")),
        "text": text(get(sample, "output", "completion")),
        "answer": text(get(first, "answer")),
        "score": None if error else score(get(first, "value")),
        "status": "infra_error" if error else STATUS.get(str(finish), "ok"),
        "error": text(get(error, "message") or error) or (f"limit: {limit}" if limit else None),
        "finish_reason": text(finish),
        "retries": again,
        "started_at": when(sample.get("started_at") or started),
        "duration_s": number(sample.get("working_time") or sample.get("total_time")),
        "input_tokens": None if plain is None else plain + (read or 0) + (written or 0),
        "cache_read_tokens": read,
        "cache_write_tokens": written,
        "output_tokens": whole(usage.get("output_tokens")),
        "reasoning_tokens": whole(usage.get("reasoning_tokens")),
        "billed_usd": some(usage.get("total_cost")),
        "usage_flags": "tokens_of_failed_tries_lost" if again else None,
    }
