"""promptfoo's result files: `{evalId, results: {version: 3, results: [...]}}`.

Every prompt of an evaluation is a contestant of its own beside the provider. What came out of
promptfoo's own cache cost nothing and took no time: its tokens, dollars and seconds are unknown.
A repeated test has a new number each time, so a sample is known by its variables and description.
Counts of a provider's cache are not taken: whether they lie within the prompt differs by provider.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.json_stream import json_items, json_value
from collectors.importers.words import get, number, score, some, text, when, whole
from data.records import digest

KINDS = ("chat", "completion", "responses", "messages", "embedding", "assistant")
ERROR = 2
"""failureReason: 0 none, 1 an assertion failed, 2 the call did."""


def looks(path: Path) -> str | None:
    """By the keys at the head of a JSON file."""
    if not path.is_file() or path.suffix.lower() != ".json":
        return None
    with path.open("rb") as file:
        head = file.read(4096)
    begins = b'"evalId"' in head and b'"results"' in head
    return "JSON with evalId and results" if begins else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts of one result file, or of those in a folder."""
    job.tally.mean("latencyMs", "duration_s x 1000")
    job.tally.mean("tokenUsage.cached", "promptfoo's own cache, not the provider's: unknown usage")
    job.tally.mean("cost 0", "unknown: promptfoo writes 0 where it knows no price")
    for file in walk(path, "*.json") if path.is_dir() else [path]:
        yield from batched(_rows(file, job))


def _rows(path: Path, job: Job) -> Iterator[Mapping[str, Any]]:
    # What was not kept in promptfoo's own database has no id: the file's hash is taken.
    run = text(json_value(path, "evalId"))
    if run is None and json_value(path, "results.version") is None:
        raise refuse(path, "no promptfoo result: there is no 'evalId'", "Name its format.")
    task = text(get(json_value(path, "config"), "description")) or "promptfoo"
    asked = when(json_value(path, "results.timestamp"))
    seen: Counter[tuple[str, str, str]] = Counter()
    for number_, row in enumerate(json_items(path, "results.results.item", job), 1):
        place = f"result {number_:,}"
        if not isinstance(row, dict):
            job.tally.skip("a result that is no object", place)
            continue
        made = _row(row, task)
        key = (str(made["model"]), str(made["prompt_style"]), str(made["sample"]))
        seen[key] += 1
        yield {**made, "place": place, "run": run, "epoch": seen[key],
               "started_at": asked}  # fmt: skip


def _row(row: Mapping[str, Any], task: str) -> dict[str, Any]:
    provider, answer = row.get("provider"), row.get("response")
    about = get(row, "testCase", "metadata")
    usage = get(answer, "tokenUsage") or row.get("tokenUsage")
    cached = get(answer, "cached") is True or bool(some(get(usage, "cached")))
    failed = row.get("failureReason") == ERROR or (
        row.get("error") and get(answer, "output") is None
    )
    latency = None if cached else some(row.get("latencyMs"))
    return {
        "model": _model(text(get(provider, "id") if isinstance(provider, dict) else provider)),
        "name": text(get(provider, "label")) or None,
        "prompt_style": _style(row),
        "task": text(get(about, "task")) or task,
        "category": text(get(about, "category")) or "promptfoo",
        "level": whole(get(about, "level")) or whole(get(about, "difficulty")),
        "sample": _sample(row),
        "input": text(row.get("vars")),
        "prompt": text(get(row, "prompt", "raw")),
        "text": text(get(answer, "output")),
        "score": None if failed else _score(row),
        "status": "infra_error" if failed else "ok",
        "error": text(row.get("error")) if failed else None,
        "finish_reason": text(get(answer, "finishReason")),
        "duration_s": None if latency is None else latency / 1000,
        "billed_usd": None if cached else some(row.get("cost")) or some(get(answer, "cost")),
        "input_tokens": None if cached else _count(get(usage, "prompt")),
        "output_tokens": None if cached else _count(get(usage, "completion")),
        "reasoning_tokens": None if cached else whole(get(usage, "completionDetails", "reasoning")),
        "usage_flags": "answered_from_cache" if cached else None,
    }


def _model(named: str | None) -> str | None:
    """'openai:chat:gpt-4o' and 'openai:gpt-4o' as LiteLLM writes them: 'openai/gpt-4o'."""
    provider, colon, rest = (named or "").partition(":")
    if not colon or provider in ("file", "exec", "python", "http", "https", "webhook"):
        return named
    kind, colon, model = rest.partition(":")
    return f"{provider}/{model if colon and kind in KINDS else rest}"


def _score(row: Mapping[str, Any]) -> float | None:
    found = number(row.get("score"))
    return score(row.get("success")) if found is None else found


def _sample(row: Mapping[str, Any]) -> str:
    told = text(get(row, "testCase", "description"))
    known = digest(text(row.get("vars")), told, None if row.get("vars") else row.get("testIdx"))
    return f"{told[:80]} {known[:8]}" if told else f"test {known[:12]}"


def _style(row: Mapping[str, Any]) -> str:
    """What tells the evaluation's prompts apart: their label, or their number."""
    label = text(get(row, "prompt", "label"))
    if label and len(label) <= 60 and "{{" not in label:
        return label
    return f"prompt {row.get('promptIdx', 0)}"


def _count(value: Any) -> int | None:
    found = some(value)
    return None if found is None else round(found)
