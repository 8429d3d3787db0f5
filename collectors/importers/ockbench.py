"""OckBench's result files: one model on one dataset, with answer and reasoning tokens apart.

Read from the schema of OckBench 2.0 (src/core/schemas.py). `answer` and `reasoning` tokens are
beside each other here: output is their sum. Tokens that a relay billed only in its total stand in
the output already; a problem that failed counts 0 of everything, which means that nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import json_items, json_value, walk
from collectors.importers.found import Batch, Row, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, settings, some, text, when, whole

EFFORTS = ("reasoning_effort", "reasoning.effort", "output_config.effort")
"""Where request overrides say how hard a model shall think."""
CUT = ("length", "max_tokens", "max_output_tokens", "MAX_TOKENS")


def looks(path: Path) -> str | None:
    """By the keys at the head of a JSON file."""
    if path.is_dir() or path.suffix != ".json":
        return None
    with path.open("rb") as file:
        head = file.read(4096)
    marks = (b'"config"', b'"dataset_path"', b'"evaluator_type"')
    found = head.lstrip().startswith(b"{") and all(mark in head for mark in marks)
    return "JSON whose config has a dataset_path, as OckBench writes it" if found else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts of one result file, or of all in a folder."""
    job.tally.mean("output_tokens", "answer_tokens + reasoning_tokens")
    job.tally.mean("0 tokens, 0 latency", "unknown: the call failed")
    job.tally.mean("a problem_id again", "the next epoch")
    for file in walk(path, "*.json") if path.is_dir() else [path]:
        yield from batched(_file(file, job))


def _file(path: Path, job: Job) -> Iterator[Row]:
    config = json_value(path, "config")
    if not isinstance(config, dict):
        raise refuse(path, "no result of OckBench: it has no 'config'", "Name its format.")
    shared = {
        **_contestant(config),
        "task": text(json_value(path, "dataset_name") or config.get("dataset_name"))
        or Path(str(config.get("dataset_path"))).stem,
        "started_at": when(json_value(path, "timestamp")),
        "category": text(config.get("evaluator_type")) or "ockbench",
    }
    met: Counter[str] = Counter()
    for index, row in enumerate(json_items(path, "results.item", job)):
        place = f"{path.name}, result {index + 1:,}"
        if not isinstance(row, dict):
            job.tally.skip("a result that is no object", place)
            continue
        sample = text(row.get("problem_id"))
        met[str(sample)] += 1
        yield {
            **shared,
            **_row(row),
            "sample": sample if sample is None or isinstance(sample, str) else str(sample),
            "epoch": met[str(sample)],
            "place": place,
        }


def _contestant(config: Mapping[str, Any]) -> dict[str, Any]:
    overrides = get(config, "request_overrides", "set")
    asked = overrides if isinstance(overrides, dict) else {}
    efforts = [asked.get(name) for name in EFFORTS] + [config.get("reasoning_effort")]
    return {
        "model": text(config.get("model")),
        "deployment": text(config.get("provider")),
        "effort": next((e for e in efforts if isinstance(e, str) and e), None),
        "max_tokens": whole(config.get("max_output_tokens")),
        "settings": settings(
            {
                "temperature": config.get("temperature"),
                "top_p": config.get("top_p"),
                "max_context_window": config.get("max_context_window"),
                "request_overrides": {k: v for k, v in asked.items() if k not in EFFORTS},
            }
        ),
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    tokens = get(row, "tokens")
    counts = {
        name: whole(get(tokens, f"{name}_tokens") if get(tokens, f"{name}_tokens") is not None
                    else get(tokens, name))
        for name in ("prompt", "answer", "completion", "reasoning", "output", "unattributed")
    }  # fmt: skip
    answer = counts["answer"] if counts["answer"] is not None else counts["completion"]
    output = counts["output"] or ((answer or 0) + (counts["reasoning"] or 0)) or None
    error, judged = text(row.get("error")), text(row.get("evaluator_error"))
    known = bool(counts["prompt"] or output)
    flags = [
        flag
        for flag, holds in (
            ("hidden_in_total", counts["unattributed"]),
            ("split_estimated", get(tokens, "answer_tokens_estimated") is True),
        )
        if holds
    ]
    correct, finish = row.get("correct"), text(row.get("finish_reason"))
    return {
        "input": text(row.get("question")),
        "target": text(row.get("ground_truth")),
        "prompt": text(row.get("formatted_prompt")),
        "text": text(row.get("model_response")),
        "answer": text(row.get("extracted_answer")),
        "score": float(correct) if isinstance(correct, bool) and not (error or judged) else None,
        "status": "infra_error" if error else "truncated" if finish in CUT else "ok",
        "error": error or judged,
        "finish_reason": finish,
        "duration_s": some(row.get("latency")),
        "input_tokens": counts["prompt"] if known else None,
        "output_tokens": output if known else None,
        "reasoning_tokens": counts["reasoning"] if known else None,
        "usage_flags": ",".join(flags) or None,
    }
