"""HAL's `*_UPLOAD.json`: an agent on a benchmark, one verdict per task.

Read from the harness that writes it (hal/benchmarks/base_benchmark.py, hal/utils/weave_utils.py).
A task is a sample; its verdict is HAL's own (successful_tasks, failed_tasks), else the score in
raw_eval_results. Tokens are those of the task's calls, where the file has them. The cost is told
for the whole run only: it becomes an aggregate when no task's tokens are known, since sharing it
out would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import json_items, json_pairs, json_value, walk
from collectors.importers.found import Batch, Row, batched
from collectors.importers.hal_calls import Spent, calls
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, score, settings, some, text, when, whole

VERDICTS = ("score", "reward", "success_rate", "resolved", "correct", "passed", "accuracy")
"""Names of a task's own score in raw_eval_results, by benchmark."""
NESTED = ("eval_result", "eval_results", "details", "scores")
DIALS = ("temperature", "max_steps", "max_turns", "budget")
"""Of agent_args: others may hold keys and addresses."""


def looks(path: Path) -> str | None:
    """By its name, or the name of a file in it."""
    if path.is_dir():
        return "a folder of *_UPLOAD.json" if next(path.glob("*_UPLOAD.json"), None) else None
    with path.open("rb") as file:
        head = file.read(4096)
    begins = head.lstrip().startswith(b"{") and b'"agent_name"' in head
    return "JSON whose config has an agent_name" if begins and b'"config"' in head else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts, and the whole run's score where nothing else holds its cost."""
    job.tally.mean("successful_tasks / failed_tasks", "score 1 / 0")
    job.tally.mean("latencies", "seconds from a task's first call to its last")
    job.tally.mean("prompt_tokens", "input tokens with cached ones inside")
    job.tally.mean("total_cost", "USD of the whole run at HAL's prices")
    for file in walk(path, "*_UPLOAD.json") if path.is_dir() else [path]:
        if file.suffix == ".zip":
            raise refuse(file, "HAL's published zip is encrypted", "Run `hal-decrypt` on it first.")
        yield from _file(file, job)


def _file(path: Path, job: Job) -> Iterator[Batch]:
    config, results = json_value(path, "config"), json_value(path, "results")
    if not isinstance(config, dict) or not isinstance(results, dict):
        raise refuse(path, "no HAL results: 'config' or 'results' is missing", "Name its format.")
    spent = calls(path, job)
    usage = json_value(path, "total_usage")
    usage = usage if isinstance(usage, dict) else {}
    shared = _shared(config, usage, spent)
    rows = 0
    for batch in batched(_tasks(path, results, spent, shared, job)):
        rows += len(batch.rows)
        yield batch
    if not rows or not any(s.known for s in spent.values()):
        yield from _whole_run(path, results, usage, shared, job)


def _shared(
    config: Mapping[str, Any], usage: Mapping[str, Any], spent: Mapping[str, Spent]
) -> dict[str, Any]:
    args = config.get("agent_args")
    args = args if isinstance(args, dict) else {}
    models = {model for task in spent.values() for model in task.models} or set(usage)
    told = next((args[n] for n in args if n.replace(".", "_").endswith("model_name")), None)
    agent = text(config.get("agent_name"))
    model = text(told) or (models.pop() if len(models) == 1 else None)
    return {
        "run": text(config.get("run_id")),
        "model": model,
        "name": f"{agent} · {model}" if agent and model and model not in agent else agent,
        "effort": text(args.get("reasoning_effort") or config.get("reasoning_effort")),
        "settings": settings({"agent": agent, **{n: args.get(n) for n in DIALS}}),
        "task": text(config.get("benchmark_name")),
        "day": when(config.get("date")),
    }


def _tasks(
    path: Path,
    results: Mapping[str, Any],
    spent: Mapping[str, Spent],
    shared: Mapping[str, Any],
    job: Job,
) -> Iterator[Row]:
    base = {name: value for name, value in shared.items() if name != "day"}
    for task, epoch, verdict in _verdicts(path, results, job):
        place = f"{path.name}, task {task}"
        if verdict is None:
            job.tally.skip("a task without a verdict", place)
            continue
        used = spent.get(task) if epoch == 1 else None
        latency = get(results, "latencies", task)
        seconds = get(latency, "total_time") if isinstance(latency, dict) else latency
        first = get(latency, "first_call_timestamp")
        yield {
            **base,
            "sample": task,
            "epoch": epoch,
            "category": "hal",
            "score": verdict,
            "duration_s": some(seconds),
            "started_at": when(first) or shared["day"],
            "place": place,
            **(used.row(job) if used else {}),
        }


def _verdicts(
    path: Path, results: Mapping[str, Any], job: Job
) -> Iterator[tuple[str, int, float | None]]:
    """(task, epoch, score): HAL's lists first, then what only raw_eval_results has."""
    good, bad = (
        {str(t) for t in _list(results.get(f"{w}_tasks"))} for w in ("successful", "failed")
    )
    both = good & bad
    for task in sorted(good | bad):
        yield task, 1, None if task in both else float(task in good)
    told = good | bad
    names = ("raw_eval_results", *(f"raw_eval_results.{n}" for n in NESTED)) if not told else ()
    for name in names:
        met = False
        for task, value in json_pairs(path, name, Job()):
            if name == "raw_eval_results" and task in (*NESTED, "agent_output"):
                continue
            met = True
            # Asked again in other words: each wording is an epoch.
            for epoch, one in enumerate(value if isinstance(value, list) else [value], 1):
                yield task, epoch, _verdict(one)
        if met:
            return
    ran = results.get("latencies")
    for index, value in enumerate(
        json_items(path, "raw_eval_results.item", Job()) if names else ()
    ):
        # A list has a place for every task of the benchmark; those that ran have a latency.
        if isinstance(ran, dict) and str(index) in ran:
            yield str(index), 1, _verdict(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _verdict(value: Any) -> float | None:
    if isinstance(value, dict):
        value = next((value[n] for n in VERDICTS if value.get(n) is not None), None)
    return None if isinstance(value, str) else score(value)


def _whole_run(
    path: Path,
    results: Mapping[str, Any],
    usage: Mapping[str, Any],
    shared: Mapping[str, Any],
    job: Job,
) -> Iterator[Batch]:
    """The run's score with its cost; tokens only where one model used them all."""
    used = next(iter(usage.values())) if len(usage) == 1 else None
    if len(usage) > 1:
        job.tally.change("tokens of several models: left unknown", path.name)
    read, written = whole(get(used, "prompt_tokens")), whole(get(used, "completion_tokens"))
    ran = results.get("latencies")
    row = {
        **{n: v for n, v in shared.items() if n != "day"},
        "metric": "accuracy",
        "value": number(results.get("accuracy", results.get("average_correctness"))),
        "n": len(ran) if isinstance(ran, dict) and ran else None,
        "cost_usd": some(results.get("total_cost") or json_value(path, "total_cost")),
        "input_tokens": (read + (whole(get(used, "cache_creation_input_tokens")) or 0))
        if read
        else None,
        "output_tokens": written if read or written else None,
        "measured_at": shared["day"],
        "note": "cost of the whole run, calls of the agent's helpers included",
        "place": path.name,
    }
    yield Batch("aggregates", [row])
