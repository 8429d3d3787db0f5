"""One small sound file of each format, in the format's own layout and with invented content."""

import csv
import io
import json
import zipfile

import polars as pl

from tests.test_import_hal import OPENAI, call, upload
from tests.test_import_helm import instance, run, state
from tests.test_import_ockbench import file as ockbench_file
from tests.test_import_ockbench import result
from tests.test_import_routers import WIDE, entry

MAPPING = {
    "columns": {
        **{name: name for name in ("model", "effort", "task", "level", "sample", "score")},
        "input_tokens": "in",
        "output_tokens": "out",
        "duration_s": "ms",
        "started_at": "when",
        "text": "answer",
    },
    "scale": {"duration_s": 0.001},
}
TABLE = [
    {"model": model, "effort": "low", "task": "sums", "level": 1 + i % 2, "sample": f"s{i}",
     "score": i % 2, "in": 100 + i, "out": 20 + i, "ms": 1500, "when": "2026-11-30T10:00:00",
     "answer": f"it is {i}"}
    for model in ("gpt-4o-mini", "acme/tiny") for i in range(4)
]  # fmt: skip


def comma(rows):
    """Rows as the text of a CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def table(folder, suffix="csv", rows=TABLE):
    """A table as CSV, JSONL or Parquet."""
    path = folder / f"t.{suffix}"
    if suffix == "parquet":
        pl.DataFrame(rows).write_parquet(path)
    elif suffix == "csv":
        path.write_text(comma(rows), "utf-8")
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def inspect_log(samples=2, model="openai/gpt-4o-mini", **told):
    """The parts of an Inspect log."""
    usage = {"input_tokens": 60, "input_tokens_cache_read": 40, "output_tokens": 30,
             "reasoning_tokens": 10, "total_tokens": 130}  # fmt: skip
    header = {
        "version": 2,
        "status": "success",
        "eval": {"eval_id": "e1", "model": model, "task": "sums",
                 "created": "2026-11-30T10:00:00+00:00",
                 "model_generate_config": {"reasoning_effort": "low", "max_tokens": 500}},
        **told,
    }  # fmt: skip
    found = [
        {"id": f"q{i}", "epoch": 1, "input": f"{i} + 1?", "target": str(i + 1),
         "scores": {"match": {"value": "C" if i % 2 == 0 else "I", "answer": "2"}},
         "model_usage": {model: usage}, "total_time": 2.0, "working_time": 1.5}
        for i in range(samples)
    ]  # fmt: skip
    return header, found


def inspect_eval(folder, name="log.eval", method=zipfile.ZIP_DEFLATED, module=zipfile, **told):
    """An .eval archive with its samples apart, as the tool packs them."""
    header, samples = inspect_log(**told)
    path = folder / name
    with module.ZipFile(path, "w", method) as log:
        log.writestr("header.json", json.dumps(header))
        for sample in samples:
            log.writestr(f"samples/{sample['id']}_epoch_1.json", json.dumps(sample))
        log.writestr("summaries.json", json.dumps(samples))
    return path


def inspect_json(folder, **told):
    """The same as one .json."""
    header, samples = inspect_log(**told)
    path = folder / "log.json"
    path.write_text(json.dumps({**header, "samples": samples}), "utf-8")
    return path


def _written(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _lm_eval(folder):
    out = folder / "out" / "acme__tiny"
    stamp = "2026-11-30T10-00-00.000000"
    results = {
        "results": {"sums": {"alias": "sums", "exact_match,none": 0.5}},
        "configs": {"sums": {"task": "sums", "metadata": {"version": 1}}},
        "config": {"model": "hf", "model_args": "pretrained=acme/tiny"},
        "n-samples": {"sums": {"original": 2, "effective": 2}},
        "model_name": "acme/tiny",
        "date": 1764496800.0,
        "total_evaluation_time_seconds": "12.5",
    }
    lines = [
        {"doc_id": i, "doc": {"question": f"{i} + 1?"}, "target": str(i + 1),
         "arguments": {"gen_args_0": {"arg_0": f"{i} + 1?"}}, "resps": [[str(i + 1)]],
         "filtered_resps": [str(i + 1)], "filter": "none", "metrics": ["exact_match"],
         "doc_hash": f"d{i}", "prompt_hash": "p", "target_hash": "t", "exact_match": i % 2}
        for i in range(2)
    ]  # fmt: skip
    _written(out, f"results_{stamp}.json", json.dumps(results))
    _written(out, f"samples_sums_{stamp}.jsonl", "".join(json.dumps(x) + "\n" for x in lines))
    return out


def _promptfoo(folder):
    usage = {"total": 50, "prompt": 30, "completion": 20, "cached": 0,
             "completionDetails": {"reasoning": 5}}  # fmt: skip
    rows = [
        {"success": bool(i), "score": i, "testIdx": i, "promptIdx": 0, "latencyMs": 900,
         "cost": 0.0001, "provider": {"id": "openai:gpt-4o-mini"}, "vars": {"q": f"{i} + 1?"},
         "prompt": {"raw": f"{i} + 1?", "label": "plain"},
         "response": {"output": "2", "tokenUsage": usage}, "testCase": {"vars": {}}}
        for i in range(2)
    ]  # fmt: skip
    value = {
        "evalId": "eval-1",
        "results": {"version": 3, "timestamp": "2026-11-30T10:00:00Z", "results": rows,
                    "prompts": [], "stats": {"successes": 1}},
        "config": {"description": "sums"},
    }  # fmt: skip
    return _written(folder, "promptfoo.json", json.dumps(value))


def _litellm(folder):
    rows = [
        {"request_id": f"r{i}", "call_type": "acompletion", "model": "gpt-4o-mini",
         "model_group": "mini", "custom_llm_provider": "openai", "spend": 0.0001 * i,
         "prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50,
         "startTime": "2026-11-30T10:00:00Z", "endTime": "2026-11-30T10:00:02Z",
         "completionStartTime": "2026-11-30T10:00:01Z", "request_duration_ms": 2000,
         "cache_hit": "False", "status": "success", "metadata": {}}
        for i in range(3)
    ]  # fmt: skip
    return _written(folder, "spend.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def _eee(folder):
    name = "0b7d1a52-1111-4222-8333-444455556666"
    info = {"name": "Tiny", "id": "acme/tiny", "developer": "acme"}
    value = {
        "schema_version": "0.3.0",
        "evaluation_id": "sums/acme_tiny/1764496800",
        "retrieved_timestamp": "1764496800",
        "source_metadata": {"source_type": "evaluation_run", "source_name": "own",
                            "source_organization_name": "Acme",
                            "evaluator_relationship": "third_party"},
        "eval_library": {"name": "own", "version": "1"},
        "model_info": info,
        "evaluation_results": [
            {"evaluation_name": "sums", "metric_config": {"lower_is_better": False,
             "score_type": "continuous", "min_score": 0, "max_score": 1},
             "score_details": {"score": 0.5},
             "source_data": {"source_type": "url", "dataset_name": "sums", "url": ["x"]}}
        ],
    }  # fmt: skip
    line = {
        "schema_version": "0.3.0", "evaluation_id": value["evaluation_id"],
        "model_id": "acme/tiny", "evaluation_name": "sums", "sample_id": "s1",
        "interaction_type": "single_turn",
        "input": {"raw": "1 + 1?", "reference": ["2"], "formatted": "1 + 1?"},
        "output": {"raw": ["2"]},
        "answer_attribution": [], "evaluation": {"score": 1.0, "is_correct": True},
        "token_usage": {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12},
        "performance": {"latency_ms": 800.0},
    }  # fmt: skip
    base = folder / "data" / "sums" / "acme" / "tiny"
    _written(base, f"{name}.json", json.dumps(value))
    _written(base, f"{name}_samples.jsonl", json.dumps(line) + "\n")
    return folder / "data"


def _lrm(folder):
    row = {
        "prompt_id": "p1", "category": "Logic", "type": "logic", "title": "One",
        "model_name": "acme-tiny", "lab": "acme", "run_number": 1, "max_tokens": 3000,
        "total_score": 1, "success_rate": 1, "tokens_output": 10, "tokens_reasoning": 40,
        "tokens_completion": 50,
    }  # fmt: skip
    return _written(folder, "evaluation_stats.csv", comma([row]))


def _aider(folder):
    text = (
        "- dirname: run-1\n  model: gpt-4o-mini\n  edit_format: diff\n  pass_rate_1: 10.2\n"
        "  pass_rate_2: 30.1\n  pass_num_2: 68\n  total_tests: 225\n  date: 2026-11-30\n"
        "  seconds_per_case: 12.5\n  total_cost: 1.5\n  command: aider --model x\n"
    )
    return _written(folder, "polyglot_leaderboard.yml", text)


def _livebench(folder):
    _written(folder, "lb/table_2026_11_30.csv", "model,sums,words\ngpt-4o-mini,50.0,61.5\n")
    _written(folder, "lb/categories_2026_11_30.json", '{"Maths": ["sums"], "Language": ["words"]}')
    return folder / "lb"


def _arc(folder):
    scores = [{"datasetId": "v1_Semi_Private", "modelId": "gpt-4o-mini", "score": 0.1,
               "costPerTask": 0.02, "display": True}]  # fmt: skip
    models = [{"id": "gpt-4o-mini", "displayName": "Mini", "modelGroup": "g",
               "modelType": "Base LLM", "modelReleaseDate": "2024-07-18",
               "providerId": "OpenAI"}]  # fmt: skip
    _written(folder, "arc/evaluations.json", json.dumps(scores))
    _written(folder, "arc/models.json", json.dumps(models))
    return folder / "arc"


def _mteb(folder):
    base = folder / "results" / "acme__tiny" / "0123abcd"
    value = {
        "dataset_revision": "r1", "task_name": "SumsClassification", "mteb_version": "1.12",
        "evaluation_time": 12.5,
        "scores": {"test": [{"main_score": 0.7, "accuracy": 0.7, "f1": 0.6,
                             "hf_subset": "default", "languages": ["eng-Latn"]}]},
    }  # fmt: skip
    _written(base, "SumsClassification.json", json.dumps(value))
    meta = {"name": "acme/tiny", "n_parameters": 1000, "release_date": "2026-01-01"}
    _written(base, "model_meta.json", json.dumps(meta))
    return folder / "results"


def _routerbench(folder):
    path = folder / "wide.csv"
    pl.DataFrame(WIDE).write_csv(path)
    return path


def _helm(folder):
    stats = {"exact_match": 1.0, "inference_runtime": 0.25}
    return run(folder, [instance("a", **stats), instance("b")], [state("a"), state("b")])


SAMPLES = {
    "inspect": inspect_json,
    "lm-eval": _lm_eval,
    "promptfoo": _promptfoo,
    "litellm": _litellm,
    "eee": _eee,
    "lrm-token-economy": _lrm,
    "aider": _aider,
    "helm": _helm,
    "livebench": _livebench,
    "arc": _arc,
    "hal": lambda folder: upload(folder, raw_logging_results=[call(OPENAI), call(OPENAI, "b")]),
    "mteb": _mteb,
    "routerbench": _routerbench,
    "routerarena": lambda folder: _written(folder, "r.json", json.dumps([entry(), entry("x_2")])),
    "ockbench": lambda folder: ockbench_file(folder, result(), result("p2")),
    "table": table,
}
