"""LiteLLM proxy's spend logs, as JSON, JSON lines or CSV: what calls cost, without any score.

A request is known by its id alone, so that exports of overlapping days add nothing twice. Its task
is its first tag, or else its key's or team's alias, or the model group. Column names are those of
the proxy's table LiteLLM_SpendLogs, as the installed LiteLLM writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import csv_rows, json_lines, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.json_stream import json_items
from collectors.importers.words import get, number, some, text, when, whole

NEEDED = (b"request_id", b"spend", b"startTime")
RUN = "spend logs"
CALLS = ("completion", "responses", "text_completion", "messages", "embedding", "rerank")
SUFFIXES = ("*.json", "*.jsonl", "*.csv")


def looks(path: Path) -> str | None:
    """By the names of its columns at the head of the file."""
    if not path.is_file() or not any(path.match(pattern) for pattern in SUFFIXES):
        return None
    with path.open("rb") as file:
        head = file.read(16_384)
    return "rows with request_id, spend and startTime" if all(n in head for n in NEEDED) else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of unscored attempts of one log, or of those in a folder."""
    job.tally.mean(
        "spend", "billed_usd; 0 is unknown: no price was configured, or the proxy's cache"
    )
    job.tally.mean("prompt_tokens 0", "unknown: a failed or refused request counts nothing")
    job.tally.mean("request_tags, key, team or model_group", "task: the first that is there")
    job.tally.mean("no score", "spend alone: see `isocost export bill --spend-campaign`")
    files = [f for p in SUFFIXES for f in walk(path, p)] if path.is_dir() else [path]
    for file in files:
        yield from batched(_attempts(_rows(file, job), job))


def _rows(path: Path, job: Job) -> Iterable[tuple[str, Any]]:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return ((f"line {line:,}", row) for line, row in csv_rows(path, job))
    if suffix in (".jsonl", ".ndjson"):
        return ((f"line {line:,}", row) for line, row in json_lines(path, job))
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith((b"[", b"{")):
        raise refuse(path, "neither JSON, JSON lines nor CSV", "Export the logs again.")
    prefix = "item" if head.startswith(b"[") else "data.item"
    return ((f"row {n:,}", row) for n, row in enumerate(json_items(path, prefix, job), 1))


def _attempts(rows: Iterable[tuple[str, Any]], job: Job) -> Iterator[Mapping[str, Any]]:
    for place, row in rows:
        if not isinstance(row, Mapping) or not row.get("request_id"):
            job.tally.skip("a row without a request_id", place)
            continue
        kind = str(row.get("call_type") or "completion")
        if not any(call in kind for call in CALLS):
            job.tally.skip(f"a call that is no question: {kind[:40]}", place)
            continue
        yield {**_attempt(row), "place": place}


def _attempt(row: Mapping[str, Any]) -> dict[str, Any]:
    about = _object(row.get("metadata"))
    start, end = when(row.get("startTime")), when(row.get("endTime"))
    first = when(row.get("completionStartTime"))
    told = number(row.get("request_duration_ms"))
    took = told / 1000 if told else (end - start).total_seconds() if start and end else None
    hit = str(row.get("cache_hit")).lower() == "true"
    failed = str(row.get("status") or "success").lower() != "success"
    into = whole(row.get("prompt_tokens")) or None
    streamed = (first - start).total_seconds() if start and first and first != end else None
    made = {
        "run": RUN,
        "model": _model(row),
        "task": _task(row, about),
        "category": "spend",
        "sample": str(row["request_id"]),
        "started_at": start,
        "duration_s": None if hit else took,
        "ttft_s": None if hit else streamed,
        "input_tokens": into,
        # No question is of 0 tokens: nothing was counted then.
        "output_tokens": None if into is None else whole(row.get("completion_tokens")),
        "billed_usd": some(row.get("spend")),
        "status": "infra_error" if failed else "ok",
        "usage_flags": "answered_from_cache" if hit else None,
    }
    if about:
        usage = get(about, "usage_object")
        parts = get(usage, "prompt_tokens_details")
        # Anthropic's usage has these at its top, OpenAI's among the details of the prompt.
        read = whole(get(usage, "cache_read_input_tokens"))
        made["cache_read_tokens"] = read or whole(get(parts, "cached_tokens"))
        written = whole(get(usage, "cache_creation_input_tokens"))
        made["cache_write_tokens"] = written or whole(
            get(parts, "cache_write_tokens") or get(parts, "cache_creation_tokens")
        )
        thought = get(usage, "completion_tokens_details", "reasoning_tokens")
        made["reasoning_tokens"] = whole(thought)
        if failed:
            made["error"] = text(get(about, "error_information", "error_message"))
    return made


def _model(row: Mapping[str, Any]) -> str | None:
    model, provider = text(row.get("model")), text(row.get("custom_llm_provider"))
    if model and provider and not model.startswith(f"{provider}/"):
        return f"{provider}/{model}"
    return model


def _task(row: Mapping[str, Any], about: Any) -> str:
    tags = _object(row.get("request_tags")) or get(about, "tags")
    # The proxy itself adds who called as a tag, unless that is turned off.
    own = (
        [t for t in tags if not str(t).startswith("User-Agent: ")] if isinstance(tags, list) else []
    )
    first = own[0] if own else None
    aliases = ("user_api_key_alias", "user_api_key_team_alias")
    named = [first, *(get(about, name) for name in aliases), row.get("model_group")]
    return next((str(name) for name in named if name), "untagged")


def _object(value: Any) -> Any:
    """A value that some exports hold as JSON text."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value
