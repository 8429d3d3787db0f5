"""Every Eval Ever: `<uuid>.json` with scores, and `<uuid>_samples.jsonl` with instances beside it.

Instances are attempts; a metric without instances is a score, put on 0 to 1 by the bounds that its
file states. The format has no cost field; what Isocost itself exported carries it in its metadata.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import json_file, json_lines, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, settings, some, text, when, whole

SAMPLES = "_samples.jsonl"
ORIGIN = {"first_party": "reported"}
"""evaluator_relationship of a maker that judges its own model; all others measured."""


def looks(path: Path) -> str | None:
    """By the keys at the head of a file."""
    if path.is_dir():
        file = next(iter(p for p in path.rglob("*.json*") if p.is_file()), None)
        return looks(file) if file else None
    with path.open("rb") as opened:
        head = opened.read(4096)
    known = b'"schema_version"' in head and b'"evaluation_id"' in head
    return "it has a schema_version and an evaluation_id" if known else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts and scores of a folder, a record, or a file of instances."""
    job.tally.mean("score with min_score and max_score", "a score from 0 to 1")
    job.tally.mean("evaluator_relationship first_party", "origin reported; others measured")
    job.tally.mean("latency_ms, time_to_first_token_ms", "duration_s, ttft_s x 1000")
    if path.is_dir():
        records = [p for p in walk(path, "*.json") if p.name != "package.json"]
        lines = walk(path, f"*{SAMPLES}")
    else:
        records = [path] if path.suffix == ".json" else []
        lines = [path] if path.suffix == ".jsonl" else _beside(path)
    known = {}
    for file in records:
        record = json_file(file, job)
        if not isinstance(get(record, "evaluation_results"), list):
            raise refuse(file, "no record: there is no list evaluation_results", "Name its format.")
        known[str(get(record, "evaluation_id"))] = record
    sampled: set[tuple[str, str]] = set()
    for file in lines:
        yield from batched(_instances(file, known, sampled, job))
    for name, record in known.items():
        yield from batched(_scores(name, record, sampled, job), "aggregates")


def _beside(record: Path) -> list[Path]:
    found = record.with_name(record.stem + SAMPLES)
    return [found] if found.is_file() else []


def _contestant(record: Mapping[str, Any] | None, model: Any) -> dict[str, Any]:
    """What the record says of the model and how it was asked."""
    info = get(record, "model_info")
    more = get(info, "additional_details")
    where = text(get(info, "inference_platform"))
    first = next(iter(get(record, "evaluation_results") or []), None)
    asked = get(first, "generation_config", "generation_args")
    rest = get(first, "generation_config", "additional_details")
    made = {name: get(asked, name) for name in ("temperature", "top_p", "reasoning")}
    return {
        "model": text(get(more, "isocost_model")) or text(get(info, "id")) or text(model),
        "name": text(get(more, "isocost_name")),
        "deployment": "" if where in (None, "unknown") else where,
        "effort": text(get(rest, "reasoning_effort")),
        "prompt_style": text(get(rest, "prompt_style")),
        "max_tokens": whole(get(asked, "max_tokens")),
        "settings": settings(made),
        "origin": ORIGIN.get(
            str(get(record, "source_metadata", "evaluator_relationship")), "measured"
        ),
    }


def _instances(
    file: Path, known: Mapping[str, Any], sampled: set[tuple[str, str]], job: Job
) -> Iterator[Mapping[str, Any]]:
    held: dict[str, dict[str, Any]] = {}
    epochs: Counter[tuple[str, str, str]] = Counter()
    for line, row in json_lines(file, job):
        place = f"{file.name}, line {line:,}"
        if not isinstance(row, dict) or not isinstance(row.get("evaluation"), dict):
            job.tally.skip("a line that is no instance", place)
            continue
        run, name = str(row.get("evaluation_id")), str(row.get("evaluation_name"))
        sampled |= {(run, str(n)) for n in (name, row.get("evaluation_result_id")) if n}
        if run not in held:
            held[run] = _contestant(known.get(run), row.get("model_id"))
        epochs[(run, name, str(row.get("sample_id")))] += 1
        epoch = epochs[(run, name, str(row.get("sample_id")))]
        asked = when(number(get(known.get(run), "evaluation_timestamp"))) or when(
            get(known.get(run), "evaluation_timestamp")
        )
        yield {**held[run], **_instance(row), "place": place, "run": run, "task": name,
               "epoch": epoch, "started_at": _began(row) or asked}  # fmt: skip


def _began(row: Mapping[str, Any]) -> Any:
    return when(get(row, "metadata", "started_at"))


def _instance(row: Mapping[str, Any]) -> dict[str, Any]:
    usage, took, more = row.get("token_usage"), row.get("performance"), row.get("metadata")
    error = text(row.get("error"))
    answers = get(row, "output", "raw")
    parts = get(row, "answer_attribution")
    last = parts[-1] if isinstance(parts, list) and parts else None
    status = text(get(more, "status")) or ("infra_error" if error else "ok")
    unscored = status in ("infra_error", "timeout") or get(more, "scored") == "no"
    return {
        "sample": text(row.get("sample_id")),
        "level": whole(get(more, "level")) or whole(get(more, "difficulty")),
        "category": text(get(more, "category")) or "eee",
        "version": text(get(more, "bank_version")),
        "input": text(get(row, "input", "raw")),
        "prompt": text(get(row, "input", "formatted")),
        "target": _reference(get(row, "input", "reference")),
        "text": text(answers[0] if isinstance(answers, list) and answers else None),
        "answer": text(get(last, "extracted_value")),
        "score": None if unscored else number(get(row, "evaluation", "score")),
        "status": status,
        "error": error,
        "duration_s": _seconds(get(took, "latency_ms")),
        "ttft_s": _seconds(get(took, "time_to_first_token_ms")),
        "input_tokens": whole(get(usage, "input_tokens")),
        "output_tokens": whole(get(usage, "output_tokens")),
        "cache_read_tokens": whole(get(usage, "input_tokens_cache_read")),
        "cache_write_tokens": whole(get(usage, "input_tokens_cache_write")),
        "reasoning_tokens": whole(get(usage, "reasoning_tokens")),
        "billed_usd": some(get(more, "cost_usd")),
    }


def _reference(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        return text(value[0])
    return text(value)


def _seconds(milliseconds: Any) -> float | None:
    found = number(milliseconds)
    return None if found is None else found / 1000


def _scores(
    run: str, record: Mapping[str, Any], sampled: set[tuple[str, str]], job: Job
) -> Iterator[Mapping[str, Any]]:
    shared = _contestant(record, None)
    source = text(get(record, "source_metadata", "source_name"))
    day = get(record, "evaluation_timestamp") or get(record, "retrieved_timestamp")
    for index, result in enumerate(record["evaluation_results"], 1):
        place = f"{run}, result {index:,}"
        name = str(get(result, "evaluation_name"))
        if {(run, str(n)) for n in (name, get(result, "evaluation_result_id")) if n} & sampled:
            continue
        about = get(result, "metric_config")
        if get(about, "lower_is_better") is True:
            job.tally.skip("a metric where lower is better", place)
            continue
        value = _scaled(get(result, "score_details", "score"), about)
        if value is None:
            job.tally.skip("a score without bounds that would put it on 0 to 1", place)
            continue
        yield {
            **shared,
            "place": place,
            "run": run,
            "task": name,
            "metric": text(get(about, "metric_name"))
            or text(get(about, "evaluation_description"))
            or "score",
            "value": value,
            "n": whole(get(result, "score_details", "uncertainty", "num_samples")),
            "measured_at": when(number(day)) or when(day),
            "source": source,
        }


def _scaled(score: Any, about: Any) -> float | None:
    found, low, high = (
        number(score), number(get(about, "min_score")), number(get(about, "max_score"))
    )  # fmt: skip
    if found is None:
        return None
    if low is not None and high is not None and high > low:
        return (found - low) / (high - low)
    return found if 0 <= found <= 1 else None
