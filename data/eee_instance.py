"""An attempt as an instance of Every Eval Ever, with what the format has no field for as text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

SCHEMA = "0.3.0"
UNKNOWN = "unknown"
USAGE = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "input_tokens_cache_write": "cache_write_tokens",
    "input_tokens_cache_read": "cache_read_tokens",
    "reasoning_tokens": "reasoning_tokens",
}
"""The format's words for tokens: cached inside input, reasoning inside output."""
MORE = ("level", "epoch", "status", "category", "bank_version", "cluster", "baseline", "retries",
        "finish_reason", "usage_flags", "usage_source", "origin")  # fmt: skip
"""Columns that stand in an instance's metadata."""


def instance(row: dict[str, Any], run: str, model: str) -> dict[str, Any]:
    """One attempt; the schema needs texts where the store keeps none, and gets empty ones."""
    reference = [] if row["target"] is None else [row["target"]]
    raw = row["input"] or ""
    both = row["input_tokens"] is not None and row["output_tokens"] is not None
    usage = {name: row[ours] for name, ours in USAGE.items()}
    if both:
        usage["total_tokens"] = row["input_tokens"] + row["output_tokens"]
    # The format takes both or none; one alone stands in the metadata.
    bare = {} if both else {name: row[name] for name in USAGE.values()}
    answer = row["answer"]
    return {
        "schema_version": SCHEMA,
        "evaluation_id": run,
        "model_id": model,
        "evaluation_name": row["task"],
        "evaluation_result_id": f"{run}/{row['task']}",
        "sample_id": row["sample_id"],
        "sample_hash": _hash(raw, reference),
        "interaction_type": "single_turn",
        "input": {"raw": raw, "formatted": row["prompt"], "reference": reference},
        "output": {"raw": [row["text"] or ""]},
        "answer_attribution": [
            {
                "turn_idx": 0,
                "source": "output.raw",
                "extracted_value": answer,
                "extraction_method": "custom",
                "is_terminal": True,
            }
        ]
        if answer is not None
        else [],
        "evaluation": {
            "score": row["score"] if row["score"] is not None else 0.0,
            "is_correct": (row["score"] or 0) >= 1,
        },
        "token_usage": usage if both else None,
        "performance": {
            "latency_ms": _milliseconds(row["duration_s"]),
            "time_to_first_token_ms": _milliseconds(row["ttft_s"]),
        },
        "error": row["error"],
        "metadata": texts(
            **{name: row[name] for name in MORE}, **bare,
            scored="yes" if row["score"] is not None else "no",
            template=row["template_version"], started_at=row["started_at"].isoformat(),
            cost_usd=None if row["cost_usd"] is None else f"{row['cost_usd']:.12g}",
        ),
    }  # fmt: skip


def _hash(raw: str, reference: list[str]) -> str:
    """The hash by which the format knows a question again: of its canonical JSON."""
    value = {"raw": raw, "reference": reference}
    told = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else float(f"{seconds * 1000:.12g}")


def texts(**values: Any) -> dict[str, str]:
    """Additional details are text by the schema; what is unknown is left out."""
    return {name: str(value) for name, value in values.items() if value not in (None, "", "{}")}


def line(value: dict[str, Any]) -> bytes:
    """A line of JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"
