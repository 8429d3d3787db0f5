"""A campaign as Every Eval Ever's records: scores with their uncertainty, and every instance.

Written for schema 0.3.0: `data/<collection>/<developer>/<model>/<uuid>.json` with
`<uuid>_samples.jsonl` beside it, a pair for each contestant. The same data give the same bytes.
The format has no field for cost, status or level: they stand as text in `metadata` of an instance
(data/eee_instance.py) and in `details` of a score.
"""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import polars as pl

from data.catalog import facts
from data.eee_instance import SCHEMA, UNKNOWN, instance, line, texts
from data.errors import ExportError
from data.records import slug
from data.store import Reader

WEIGHTS = {"open": "open_weights", "closed": "closed_weights"}
RELATIONSHIP = {("reported",): "first_party", ("measured",): "third_party"}
"""By the origins of a contestant's rows; a mixture is "other"."""
ROWS = (
    "SELECT a.*, c.name, c.model, c.model_id, c.deployment, c.effort, c.prompt_style, "
    "c.max_tokens, c.settings, c.kind, s.input, s.target, s.category, s.bank_version, s.cluster, "
    "s.baseline, r.prompt, r.text, coalesce(i.origin, 'measured') AS origin "
    "FROM attempts a LEFT JOIN contestants c USING (contestant_id) "
    "LEFT JOIN samples s USING (sample_id) LEFT JOIN imports i ON i.run_id = a.run_id "
    "LEFT JOIN responses r "
    "ON r.attempt_id = a.attempt_id AND r.try = a.try "
    "WHERE a.campaign = ? AND a.contestant_id = ? AND a.purpose = 'answer' "
    "QUALIFY row_number() OVER (PARTITION BY a.attempt_id ORDER BY a.try DESC) = 1 "
    "ORDER BY a.task, a.level, a.sample_id, a.epoch"
)


@dataclass(frozen=True)
class Record:
    """One contestant: two files."""

    folder: str
    """data/<collection>/<developer>/<model>"""
    name: str
    """The uuid: of campaign and contestant."""
    record: bytes
    instances: bytes


def records(reader: Reader, campaign: str, organisation: str = UNKNOWN) -> Iterator[Record]:
    """A record per contestant of a campaign, in the order of their ids.

    organisation: who evaluated. ExportError when the campaign has no attempt.
    """
    found = reader.sql(
        "SELECT DISTINCT contestant_id FROM attempts WHERE campaign = ? AND purpose = 'answer' "
        "ORDER BY 1", [campaign],
    )["contestant_id"].to_list()  # fmt: skip
    if not found:
        raise ExportError(f"Campaign '{campaign}' has no attempts to export.")
    columns = ("model_id", "lab", "weights")
    known = {name: (lab, open_) for name, lab, open_ in facts.frame().select(columns).iter_rows()}
    for who in found:
        rows = reader.sql(ROWS, [campaign, who]).to_dicts()
        yield _record(rows, campaign, who, known, organisation)


def _record(
    rows: list[dict[str, Any]], campaign: str, who: str, known: dict[str, Any], organisation: str
) -> Record:
    first = rows[0]
    # The schema asks for the form of a random uuid; this one is the same in every export.
    digest = hashlib.sha256(f"{campaign}\x1f{who}".encode()).digest()
    name = str(uuid.UUID(bytes=digest[:16], version=4))
    lab, weights = known.get(first["model_id"], (None, None))
    developer = slug(str(lab or "")) or UNKNOWN
    # A provider's name before the model's is none of its own.
    model = f"{developer}/{slug(str(first['model']).rpartition('/')[2]) or UNKNOWN}"
    newest = max(row["started_at"] for row in rows)
    run = f"{slug(campaign)}/{model.replace('/', '_')}/{who}"
    tasks: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        tasks.setdefault(row["task"], []).append(row)
    instances = b"".join(line(instance(row, run, model)) for row in rows)
    folder = f"data/{slug(campaign) or 'isocost'}/{model}"
    record = {
        "schema_version": SCHEMA,
        "evaluation_id": run,
        "evaluation_timestamp": newest.isoformat(),
        "retrieved_timestamp": _unix(newest),
        "source_metadata": {
            "source_name": f"Isocost campaign {campaign}",
            "source_type": "evaluation_run",
            "source_organization_name": organisation,
            "evaluator_relationship": RELATIONSHIP.get(
                tuple({row["origin"] for row in rows}), "other"
            ),
        },
        "eval_library": {"name": "isocost", "version": version("isocost")},
        "model_info": {
            "name": first["name"] or first["model"],
            "id": model,
            "developer": developer,
            "inference_platform": first["deployment"] or UNKNOWN,
            "additional_details": texts(
                deployment_type="self_deployed" if first["deployment"] == "local" else UNKNOWN,
                model_availability=WEIGHTS.get(weights, UNKNOWN),
                isocost_model=first["model"], isocost_name=first["name"], contestant_id=who,
                isocost_kind=first["kind"], settings=first["settings"],
            ),
        },
        "evaluation_results": [
            _result(task, held, run, first) for task, held in tasks.items()
        ],
        "detailed_evaluation_results": {
            "format": "jsonl",
            "file_path": f"{folder}/{name}_samples.jsonl",
            "hash_algorithm": "sha256",
            "checksum": hashlib.sha256(instances).hexdigest(),
            "total_rows": len(rows),
        },
    }  # fmt: skip
    body = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    return Record(folder, name, body, instances)


def _result(
    task: str, rows: list[dict[str, Any]], run: str, first: dict[str, Any]
) -> dict[str, Any]:
    """A task's mean over samples of the mean over their epochs; its error clustered by template."""
    scored = [row for row in rows if row["score"] is not None]
    per_sample = (
        pl.DataFrame(
            [(r["sample_id"], r["cluster"] or r["sample_id"], r["score"]) for r in scored],
            schema={"sample": pl.String, "cluster": pl.String, "score": pl.Float64}, orient="row",
        )
        .group_by("sample", "cluster")
        .agg(pl.col("score").mean())
    )  # fmt: skip
    n = per_sample.height
    mean = float(per_sample["score"].mean() or 0.0) if n else 0.0  # type: ignore[arg-type]
    uncertainty: dict[str, Any] = {"num_samples": n}
    if n > 1:
        sums = per_sample.group_by("cluster").agg((pl.col("score") - mean).sum())["score"]
        error = math.sqrt(float((sums**2).sum())) / n
        uncertainty["standard_error"] = {
            "value": float(f"{error:.6g}"),
            "method": "clustered by template (arXiv 2411.00640)",
        }
    spent = [row["cost_usd"] for row in scored if row["cost_usd"] is not None]
    generation = {"max_tokens": first["max_tokens"]} if first["max_tokens"] else {}
    return {
        "evaluation_result_id": f"{run}/{task}",
        "evaluation_name": task,
        "source_data": {"dataset_name": task, "source_type": "other"},
        "metric_config": {
            "evaluation_description": f"Share of {task} solved, mean over samples",
            "metric_id": "isocost.score",
            "metric_name": "score",
            "metric_unit": "proportion",
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0.0,
            "max_score": 1.0,
        },
        "score_details": {
            "score": float(f"{mean:.12g}"),
            "details": texts(
                attempts=len(rows), unscored=len(rows) - len(scored),
                cost_usd=f"{sum(spent):.12g}" if spent else None, priced=len(spent),
            ),
            "uncertainty": uncertainty,
        },
        "generation_config": {
            "generation_args": generation,
            "additional_details": texts(
                reasoning_effort=first["effort"], prompt_style=first["prompt_style"]
            ),
        },
    }  # fmt: skip


def _unix(moment: datetime) -> str:
    return str(int(moment.replace(tzinfo=UTC).timestamp()))
