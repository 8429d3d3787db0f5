"""lm-evaluation-harness: `results_<time>.json` with `samples_<task>_<time>.jsonl` beside it.

Samples are attempts; a task without its samples is a score. The format holds no tokens, no cost and
no time of one answer. Where answers were filtered in several ways the first filter counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.importers.files import json_file, json_lines, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, number, score, settings, text, when, whole

RESULTS, SAMPLES = "results_*.json", "samples_*.jsonl"
STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(?:\.\d+)?")
LEVEL = re.compile(r"(?:level\s*)?(\d{1,3})", re.I)
NAMED = re.compile(r"(?:^|,)(?:pretrained|model|model_name|engine)=([^,]+)")


def looks(path: Path) -> str | None:
    """By the names that the harness gives its files."""
    if path.is_dir():
        found = next((p for p in (*walk(path, RESULTS), *walk(path, SAMPLES)) if _stamp(p)), None)
        return "a folder of results_ and samples_ files" if found else None
    named = path.match(RESULTS) or path.match(SAMPLES)
    return "named as the harness names its files" if named and _stamp(path) else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts and scores of a folder, of one samples file, or of one results file."""
    job.tally.mean("tokens, cost, time", "unknown: the format holds none")
    job.tally.mean("the first metric (higher is better) and the first filter of a task", "score")
    if path.is_dir():
        results, samples = walk(path, RESULTS), walk(path, SAMPLES)
        if not results and not samples:
            raise refuse(path, f"there is no {RESULTS} or {SAMPLES} in it", "Name its format.")
    else:
        results = [path] if path.suffix == ".json" else _beside(path)
        samples = [path] if path.suffix == ".jsonl" else []
    told = {(p.parent, _stamp(p)): (p, _results(p, job)) for p in results}
    sampled = set()
    for file in samples:
        _, run = told.get((file.parent, _stamp(file)), (None, {}))
        sampled.add((file.parent, _stamp(file), _task(file)))
        yield from batched(_attempts(file, run, job))
    for (folder, stamp), (file, run) in told.items():
        if path.is_dir() or file == path:
            done = {task for where, at, task in sampled if (where, at) == (folder, stamp)}
            yield from batched(_scores(file, run, done, job), "aggregates")


def _stamp(path: Path) -> str | None:
    found = STAMP.search(path.stem)
    return found.group(0) if found else None


def _task(path: Path) -> str:
    return STAMP.sub("", path.stem).removeprefix("samples_").strip("_")


def _beside(samples: Path) -> list[Path]:
    return [p for p in samples.parent.glob(RESULTS) if _stamp(p) == _stamp(samples)]


def _results(path: Path, job: Job) -> Mapping[str, Any]:
    found = json_file(path, job)
    if not isinstance(get(found, "results"), dict):
        raise refuse(path, "no results: there is no 'results'", "Name its format.")
    return dict(found)


def _shared(run: Mapping[str, Any], file: Path, task: str) -> dict[str, Any]:
    """What all rows of a task of one run have in common."""
    config = run.get("config")
    given = text(get(config, "model_args")) or ""
    named = NAMED.search(given)
    model = named.group(1) if named else text(run.get("model_name")) or file.parent.name
    generation = get(run, "configs", task, "generation_kwargs")
    made = {"gen_kwargs": get(config, "gen_kwargs"), "dtype": get(config, "model_dtype"),
            "temperature": get(generation, "temperature")}  # fmt: skip
    stamp = _stamp(file) or file.name
    return {
        "run": f"{model} {stamp}",
        "model": model,
        "max_tokens": whole(get(generation, "max_gen_toks")),
        "settings": settings(made),
        "task": task,
    }


def _when(run: Mapping[str, Any], file: Path) -> Any:
    stamp = _stamp(file)
    written = f"{stamp[:10]}T{stamp[11:].replace('-', ':')}" if stamp else None
    return when(run.get("date")) or when(written)


def _attempts(file: Path, run: Mapping[str, Any], job: Job) -> Iterator[Mapping[str, Any]]:
    task = _task(file)
    shots, version = get(run, "n-shot", task), get(run, "versions", task)
    shared = {**_shared(run, file, task), "category": "lm-eval", "started_at": _when(run, file),
              "version": f"v{version or 0}-{shots or 0}shot"}  # fmt: skip
    better, usual = get(run, "higher_is_better", task), _configured(run, task)
    first: Any = None
    for line, row in json_lines(file, job):
        place = f"{file.name}, line {line:,}"
        if not isinstance(row, dict) or row.get("doc_id") is None:
            job.tally.skip("a line that is no sample", place)
            continue
        kept = row.get("filter")
        first = kept if first is None else first
        if kept != first:
            job.tally.skip(f"the same answers, filtered another way: {str(kept)[:40]}", place)
            continue
        listed = row.get("metrics")
        named = listed if isinstance(listed, list) else usual
        rising = (n for n in named if isinstance(n, str) and get(better, n) is not False)
        metric = next((n for n in rising if n in row), "")
        value = score(row.get(metric))
        if value is None:
            job.tally.change(f"no value of its metric {metric[:40]}: left unscored", place)
        yield {**shared, **_sample(row), "score": value, "place": place}


def _configured(run: Mapping[str, Any], task: str) -> list[Any]:
    """Metrics of a task, for samples of older versions, which do not name theirs."""
    listed = get(run, "configs", task, "metric_list")
    named = [get(one, "metric") for one in listed] if isinstance(listed, list) else []
    return named or ["acc", "exact_match"]


def _sample(row: Mapping[str, Any]) -> dict[str, Any]:
    doc, asked = row.get("doc"), row.get("arguments")
    first = next(iter(asked.values()), None) if isinstance(asked, dict) else asked
    prompt = get(first, "arg_0") if isinstance(first, dict) else first
    answers, filtered = row.get("resps"), row.get("filtered_resps")
    level = LEVEL.fullmatch(str(get(doc, "level") or ""))
    return {
        "sample": str(row["doc_id"]),
        "level": int(level.group(1)) if level else None,
        "input": text(prompt) or text(doc),
        "target": text(row.get("target")),
        "prompt": text(prompt),
        "text": text(answers[0] if isinstance(answers, list) and answers else answers),
        "answer": text(filtered[0] if isinstance(filtered, list) and filtered else filtered),
    }


def _scores(
    file: Path, run: Mapping[str, Any], done: set[str], job: Job
) -> Iterator[Mapping[str, Any]]:
    for task, values in run["results"].items():
        if task in done or not isinstance(values, dict):
            continue
        better = get(run, "higher_is_better", task)
        for name, value in values.items():
            metric, _, kept = str(name).partition(",")
            if metric in ("alias", "sample_len") or metric.endswith("_stderr"):
                continue
            place = f"{file.name}, {task}, {name}"
            found = number(value)
            if found is None or get(better, metric) is False:
                why = "lower is better" if get(better, metric) is False else "no number"
                job.tally.skip(f"a metric that is no score from 0 to 1: {why}", place)
                continue
            yield {
                **_shared(run, file, task),
                "place": place,
                "metric": metric if kept in ("", "none") else f"{metric} ({kept})",
                "value": found,
                "n": whole(get(run, "n-samples", task, "effective")),
                "measured_at": _when(run, file),
                "source": "lm-evaluation-harness",
            }
