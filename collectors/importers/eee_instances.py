"""Every Eval Ever's instances: an attempt for each line, however many metrics judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.importers.eee_record import OURS, Record, contestant, harness, losing, measured
from collectors.importers.files import json_lines
from collectors.importers.job import Job
from collectors.importers.words import get, number, some, text, when, whole

INSPECT = "inspect_ai"
"""Its converter writes how long a sample waited as latency_ms, and how long it took as
generation_time_ms."""
FAILED = ("infra_error", "timeout")


@dataclass(frozen=True)
class _Run:
    """What all instances of a record have in common."""

    shared: Mapping[str, Any]
    harness: str
    losing: set[str]
    asked: Any
    met: set[tuple[str, str]] = field(default_factory=set)
    """Names and results of its instances."""


def instances(
    file: Path, known: Mapping[str, Record], sampled: set[tuple[str, str]], job: Job
) -> Iterator[Mapping[str, Any]]:
    """Attempts of one file. known: records by evaluation_id; sampled: gets what has instances."""
    held: dict[str, _Run] = {}
    met: dict[tuple[str, str, str], tuple[Any, int]] = {}
    for line, row in json_lines(file, job):
        place = f"{file.name}, line {line:,}"
        if not isinstance(row, dict) or not isinstance(row.get("evaluation"), dict):
            job.tally.skip("a line that is no instance", place)
            continue
        run, name = str(row.get("evaluation_id")), str(row.get("evaluation_name"))
        result = row.get("evaluation_result_id")
        about = held.get(run)
        if about is None:
            about = held[run] = _run(known.get(run), row.get("model_id"))
        if about.losing and str(result or name) in about.losing:
            job.tally.skip("a metric where lower is better", place)
            continue
        if (name, str(result)) not in about.met:
            about.met.add((name, str(result)))
            sampled |= {(run, str(n)) for n in (name, result) if n}
        key = (run, name, str(row.get("sample_id")))
        first, epoch = met.get(key, (result, 0))
        if first != result:
            job.tally.skip("the same answer, judged by another metric", place)
            continue
        # Two runs may both have a first epoch, and none may hide the other.
        epoch = max(whole(get(row, "metadata", "epoch")) or 0, epoch + 1)
        met[key] = (first, epoch)
        yield {**about.shared, **_instance(row, name, about, job), "place": place, "run": run,
               "epoch": epoch}  # fmt: skip


def _run(record: Record | None, model: Any) -> _Run:
    asked = measured(record, "evaluation_timestamp")
    return _Run(contestant(record, model), harness(record), losing(record), asked)


def _instance(row: Mapping[str, Any], name: str, run: _Run, job: Job) -> dict[str, Any]:
    more = row.get("metadata")
    error = text(row.get("error"))
    parts = row.get("answer_attribution")
    last = parts[-1] if isinstance(parts, list) and parts else None
    status = text(get(more, "status")) or ("infra_error" if error else "ok")
    unscored = status in FAILED or get(more, "scored") == "no"
    level = whole(get(more, "level")) or whole(get(more, "difficulty"))
    made = {
        "task": name,
        "sample": text(row.get("sample_id")),
        "level": level,
        "category": text(get(more, "category")) or "eee",
        "started_at": when(get(more, "started_at")) or run.asked,
        "input": text(get(row, "input", "raw")) or None,
        "prompt": text(get(row, "input", "formatted")),
        "target": _reference(get(row, "input", "reference")),
        "text": _said(row) or None,
        "answer": text(get(last, "extracted_value")),
        "score": None if unscored else number(get(row, "evaluation", "score")),
        "status": status,
        "error": error,
        "finish_reason": text(get(more, "finish_reason") or get(more, "stop_reason")) or None,
        "billed_usd": some(get(more, "cost_usd")),
        **_took(row.get("performance"), run.harness, job),
        **_tokens(row.get("token_usage")),
    }
    return made | _ours(more, name, level, made) if run.harness == OURS else made


def _ours(more: Any, name: str, level: int | None, made: Mapping[str, Any]) -> dict[str, Any]:
    """What Isocost's own export says beyond the format; a cost of 0 is one there."""
    version = text(get(more, "bank_version"))
    told = {
        "version": version,
        "sample": str(made["sample"]).removeprefix(f"{name}.{version}/{level}/"),
        "billed_usd": number(get(more, "cost_usd")),
        "baseline": number(get(more, "baseline")),
        "retries": whole(get(more, "retries")),
    }
    texts = ("cluster", "usage_flags", "usage_source", "template", "origin")
    told |= {key: text(get(more, key)) for key in texts if get(more, key)}
    usage = ("input_tokens", "output_tokens", "reasoning_tokens", "cache_read_tokens",
             "cache_write_tokens")  # fmt: skip
    return told | {key: whole(get(more, key)) for key in usage if get(more, key)}


def _said(row: Mapping[str, Any]) -> str | None:
    """The answer: the first output, or what the assistant said last in a conversation."""
    answers, turns = get(row, "output", "raw"), row.get("messages")
    if isinstance(answers, list) and answers:
        return text(answers[0])
    said = [get(t, "content") for t in turns if get(t, "role") == "assistant"] if isinstance(
        turns, list
    ) else []  # fmt: skip
    return text(next((one for one in reversed(said) if one), None))


def _tokens(usage: Any) -> dict[str, int | None]:
    """Tokens, cached inside input: the schema's words are open, so the total decides."""
    if not isinstance(usage, dict):
        return {}
    read, write = (whole(usage.get(f"input_tokens_cache_{n}")) for n in ("read", "write"))
    into, out = whole(usage.get("input_tokens")), whole(usage.get("output_tokens"))
    total, cached = whole(usage.get("total_tokens")), (read or 0) + (write or 0)
    if into is not None and cached and (cached > into or total == into + cached + (out or 0)):
        into += cached
    if not into and not out:
        into = out = None
    return {"input_tokens": into, "output_tokens": out, "cache_read_tokens": read,
            "cache_write_tokens": write,
            "reasoning_tokens": whole(usage.get("reasoning_tokens"))}  # fmt: skip


def _took(told: Any, harness_: str, job: Job) -> dict[str, float | None]:
    """Seconds; a whole that is shorter than its part is a wait."""
    if not isinstance(told, dict):
        return {}
    latency, made = number(told.get("latency_ms")), number(told.get("generation_time_ms"))
    if latency is not None and made is not None and (harness_ == INSPECT or made > latency):
        job.tally.mean("latency_ms of Inspect's, or below generation_time_ms",
                       "a wait: generation_time_ms is taken")  # fmt: skip
        latency = made
    first = number(told.get("time_to_first_token_ms"))
    return {"duration_s": None if latency is None else latency / 1000,
            "ttft_s": None if first is None else first / 1000}  # fmt: skip


def _reference(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        return text(value[0])
    return text(value) or None
