"""HELM's run folders: run_spec.json, per_instance_stats.json, and, if there, scenario_state.json.

Read from a real run (see docs/importing.md). Each row of per_instance_stats is an attempt: one
question in one trial. Its score is the metric that HELM leads with for that kind of scenario; its
tokens are counted by a tokenizer, not by who served the model. What the scenario decides (method,
examples, output limit) belongs to the task, so that a model is one contestant in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import digest, json_file, json_items, walk
from collectors.importers.found import Batch, Row, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, some, text, when, whole

SPEC, STATS, STATE = "run_spec.json", "per_instance_stats.json", "scenario_state.json"
EXACT = ("exact_match", "quasi_exact_match")
METRICS = (
    "chain_of_thought_correctness",
    "ifeval_strict_accuracy",
    "wildbench_score_rescaled",
    "omni_math_accuracy",
    "math_equiv_chain_of_thought",
    "math_equiv",
    "final_number_exact_match",
    "exact_match_indicator",
    "RR@10",
    "NDCG@10",
    "rouge_2",
    "f1_score",
    "bleu_4",
)
"""Leading metrics of kinds of scenarios, the most special first; then exact matches."""
MOST_INSTANCES = 2_000_000

Key = tuple[str, int]


def looks(path: Path) -> str | None:
    """By the files of a run's folder."""
    if not path.is_dir():
        return None
    for spec in [path / SPEC, *list(path.glob(f"*/{SPEC}"))[:1]]:
        if spec.is_file() and (spec.parent / STATS).is_file():
            return f"a folder with {SPEC} and {STATS}"
    return None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts of one run, or of all runs below a folder."""
    if not path.is_dir():
        raise refuse(path, "a run of HELM is a folder", "Give the folder that holds run_spec.json.")
    specs = walk(path, SPEC)
    if not specs:
        raise refuse(path, f"no run of HELM: there is no {SPEC} in it", "Give a run's folder.")
    job.tally.mean("num_prompt_tokens, num_output_tokens", "tokens, estimated by a tokenizer")
    job.tally.mean("train_trial_index", "epoch, counted from 1")
    job.tally.mean("1 / num_references", "baseline of a multiple choice")
    for spec in specs:
        yield from batched(_run(spec.parent, json_file(spec, job), job))


def _run(folder: Path, spec: Any, job: Job) -> Iterator[Row]:
    adapter = get(spec, "adapter_spec")
    if not isinstance(adapter, dict):
        raise refuse(folder / SPEC, "no run of HELM: it has no adapter_spec", "Check the file.")
    stats = folder / STATS
    if not stats.is_file():
        raise refuse(folder, f"no {STATS} beside {SPEC}", "Copy the whole folder of the run.")
    choice = str(adapter.get("method")).startswith("multiple_choice")
    held: dict[Key, dict[str, Any]] = {}
    for index, instance in enumerate(json_items(stats, "item", job)):
        place = f"{folder.name}/{STATS}, item {index + 1:,}"
        key, values = _instance(instance, job, place)
        if key is None:
            continue
        if key in held:
            job.tally.skip("the same question and trial again", place)
            continue
        if len(held) >= MOST_INSTANCES:
            raise refuse(stats, f"more than {MOST_INSTANCES:,} instances", "Import a part.")
        held[key] = {**_measured(values, choice, job), "place": place}
    shared = _shared(spec, adapter, digest(stats), choice)
    state = folder / STATE
    if state.is_file():
        yield from _joined(state, held, shared, job)
    else:
        job.tally.change(f"no {STATE}: texts and times unknown", folder.name, len(held))
    for key, row in held.items():
        yield {**shared, **row, "sample": key[0], "epoch": key[1] + 1}


def _instance(instance: Any, job: Job, place: str) -> tuple[Key | None, dict[str, Any]]:
    """Which question and trial, and its statistics by name; None for one that is left out."""
    name, trial = text(get(instance, "instance_id")), whole(get(instance, "train_trial_index"))
    stats = get(instance, "stats")
    if name is None or trial is None or not isinstance(stats, list):
        job.tally.skip("no instance_id, train_trial_index or stats", place)
        return None, {}
    if get(instance, "perturbation"):
        job.tally.skip("a perturbed copy of a question", place)
        return None, {}
    plain = [s for s in stats if not get(s, "name", "perturbation")]
    return (name, trial), {str(get(s, "name", "name")): s for s in plain}


def _measured(stats: Mapping[str, Any], choice: bool, job: Job) -> dict[str, Any]:
    exact = EXACT if choice else EXACT[::-1]
    metric = next((m for m in (*METRICS, *exact) if whole(get(stats.get(m), "count"))), None)
    if metric is None:
        job.tally.change("none of the metrics that are known: left unscored")
    else:
        job.tally.mean(metric, "score, where it leads")
    said = some(get(stats.get("num_prompt_tokens"), "sum"))
    references = some(get(stats.get("num_references"), "mean"))
    return {
        "score": number(get(stats.get(metric or ""), "mean")),
        "input_tokens": said,
        # Both are 0 where HELM did not count.
        "output_tokens": number(get(stats.get("num_output_tokens"), "sum")) if said else None,
        "duration_s": some(get(stats.get("inference_runtime"), "sum")),
        "baseline": 1 / references if choice and references else None,
    }


def _shared(spec: Any, adapter: Mapping[str, Any], run: str, choice: bool) -> dict[str, Any]:
    """What all attempts of a run have in common."""
    name = str(get(spec, "name") or "").split(":")[0].split(",")[0]
    args = get(spec, "scenario_spec", "args")
    told = ",".join(f"{k}={v}" for k, v in args.items()) if isinstance(args, dict) else ""
    deployment = text(adapter.get("model_deployment"))
    shots = whole(adapter.get("max_train_instances"))
    return {
        "run": run,
        "model": text(adapter.get("model")) or deployment,
        "deployment": None if deployment == adapter.get("model") else deployment,
        "task": f"{name}:{told}" if told else name,
        "category": "multiple choice" if choice else "helm",
        "template": f"helm {text(adapter.get('method'))}, {shots} examples",
        "usage_source": "estimated",
    }


def _joined(
    state: Path, held: dict[Key, dict[str, Any]], shared: dict[str, Any], job: Job
) -> Iterator[Row]:
    """Attempts with their texts; each is taken out of `held`, in the order of the state."""
    for asked in json_items(state, "request_states.item", job):
        key = (str(get(asked, "instance", "id")), whole(get(asked, "train_trial_index")) or 0)
        row = held.pop(key, None)
        if row is not None:
            texts = _texts(asked)
            failed = {"score": None} if texts["status"] == "infra_error" else {}
            yield {**shared, **row, **texts, **failed, "sample": key[0], "epoch": key[1] + 1}


def _texts(asked: Any) -> dict[str, Any]:
    result, references = get(asked, "result"), get(asked, "instance", "references")
    first = get(result, "completions")
    said = first[0] if isinstance(first, list) and first else None
    written = text(get(said, "text"))
    right = [
        get(r, "output", "text")
        for r in (references if isinstance(references, list) else [])
        if "correct" in (text(get(r, "tags")) or "").split("\n")
    ]
    chosen = get(asked, "output_mapping", (written or "").strip())
    failed = get(result, "success") is False
    return {
        "input": text(get(asked, "instance", "input", "text")),
        "target": " | ".join(t for t in right if isinstance(t, str)) or None,
        "prompt": text(get(asked, "request", "prompt")),
        "text": written,
        "answer": text(chosen) or (written or "").strip() or None,
        "status": "infra_error" if failed else "ok",
        "error": text(get(result, "error")) if failed else None,
        "finish_reason": text(get(said, "finish_reason", "reason")),
        "started_at": when(get(result, "request_datetime")),
    }
