"""Every Eval Ever: `<uuid>.json` with scores, and `<uuid>_samples.jsonl` with instances beside it.

Instances are attempts; a metric without instances is a score, put on 0 to 1 by the bounds that its
file states. The format has no cost field; what Isocost itself exported carries it in its metadata.
Read from the schemas 0.3.0 and from what the project's own converters write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from collectors.importers.eee_instances import instances
from collectors.importers.eee_record import called, contestant, measured, scaled
from collectors.importers.files import json_file, walk
from collectors.importers.found import Batch, batched
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, text, whole

SAMPLES = "_samples.jsonl"
FEW = 20
"""Files of a folder that are looked at to know the format."""


def looks(path: Path) -> str | None:
    """By the keys at the head of a file, or of one of the first files of a folder."""
    if path.is_dir():
        files = islice((p for p in path.rglob("*.json*") if p.is_file()), FEW)
        return next((found for found in map(looks, files) if found), None)
    with path.open("rb") as opened:
        head = opened.read(4096)
    known = b'"schema_version"' in head and b'"evaluation_id"' in head and b'"$defs"' not in head
    return "it has a schema_version and an evaluation_id" if known else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts and scores of a folder, a record, or a file of instances."""
    job.tally.mean("score with min_score and max_score", "a score from 0 to 1")
    job.tally.mean("evaluator_relationship first_party", "origin reported; others measured")
    job.tally.mean("latency_ms, time_to_first_token_ms", "duration_s, ttft_s x 1000")
    job.tally.mean("cached tokens that the total counts beside the input", "added to the input")
    if path.is_dir():
        records, lines = walk(path, "*.json"), walk(path, "*.jsonl")
    else:
        records = [path] if path.suffix == ".json" else []
        lines = [path] if path.suffix == ".jsonl" else _beside(path)
    known = {}
    for file in records:
        record = json_file(file, job)
        if isinstance(get(record, "evaluation_results"), list):
            known[str(get(record, "evaluation_id"))] = record
        elif path.is_dir():
            job.tally.skip("a JSON file of the folder that is no record", file.name)
        else:
            raise refuse(file, "no record: there is no list evaluation_results", "Name its format.")
    if not known and not lines:
        raise refuse(path, "there is no record and no file of instances in it", "Name its format.")
    sampled: set[tuple[str, str]] = set()
    for file in lines:
        yield from batched(instances(file, known, sampled, job))
    for name, record in known.items():
        yield from batched(_scores(name, record, sampled, job), "aggregates")


def _beside(record: Path) -> list[Path]:
    found = record.with_name(record.stem + SAMPLES)
    return [found] if found.is_file() else []


def _scores(
    run: str, record: Mapping[str, Any], sampled: set[tuple[str, str]], job: Job
) -> Iterator[Mapping[str, Any]]:
    shared = contestant(record, None)
    source = text(get(record, "source_metadata", "source_name"))
    day = measured(record, "evaluation_timestamp", "retrieved_timestamp")
    for index, result in enumerate(record["evaluation_results"], 1):
        place = f"{run}, result {index:,}"
        if {(run, name) for name in called(result)} & sampled:
            continue
        about = get(result, "metric_config")
        if get(about, "lower_is_better") is True:
            job.tally.skip("a metric where lower is better", place)
            continue
        value = scaled(get(result, "score_details", "score"), about)
        if value is None:
            job.tally.skip("a score without bounds that would put it on 0 to 1", place)
            continue
        yield {
            **shared,
            "place": place,
            "run": run,
            "task": str(get(result, "evaluation_name")),
            "metric": text(get(about, "metric_name"))
            or text(get(about, "evaluation_description"))
            or "score",
            "value": value,
            "n": whole(get(result, "score_details", "uncertainty", "num_samples")),
            "measured_at": day,
            "source": source,
        }
