"""HELM's run folders: what their statistics mean."""

import json

import pytest

from collectors.importers.load import detect
from data.errors import FormatError
from tests.importing import one, rows, take, write

SPEC = {
    "name": "capitals:region=north,method=multiple_choice_joint,model=acme_small",
    "scenario_spec": {"args": {"region": "north"}},
    "adapter_spec": {
        "method": "multiple_choice_joint",
        "model": "acme/small",
        "model_deployment": "elsewhere/small",
        "max_tokens": 1,
        "max_train_instances": 5,
        "temperature": 0.0,
    },
}


def stat(name, value, count=1):
    said = {"sum": value, "mean": value / count} if count else {}
    return {"name": {"name": name, "split": "test"}, "count": count, **said}


def instance(name, trial=0, **stats):
    told = {"num_prompt_tokens": 300, "num_output_tokens": 1, "num_references": 4, **stats}
    found = [stat(n, v) for n, v in told.items() if v is not None]
    return {"instance_id": name, "train_trial_index": trial, "stats": found}


def state(name, trial=0, **result):
    return {
        "instance": {
            "id": name,
            "input": {"text": "Which one?"},
            "references": [
                {"output": {"text": "Oslo"}, "tags": ["correct"]},
                {"output": {"text": "Rome"}, "tags": []},
            ],
        },
        "train_trial_index": trial,
        "output_mapping": {"A": "Oslo", "B": "Rome"},
        "request": {"prompt": "Which one? A. Oslo B. Rome"},
        "result": {
            "success": True,
            "completions": [{"text": " A", "finish_reason": {"reason": "length"}}],
            "request_datetime": 1762354922,
            **result,
        },
    }


def run(tmp_path, instances, states=None, spec=SPEC, name="run"):
    folder = tmp_path / name
    write(folder / "run_spec.json", spec)
    write(folder / "per_instance_stats.json", instances)
    if states is not None:
        write(folder / "scenario_state.json", {"adapter_spec": {}, "request_states": states})
    return folder


def test_an_instance_is_an_attempt_with_its_texts(tmp_path):
    stats = {"exact_match": 1.0, "quasi_exact_match": 1.0, "inference_runtime": 0.25}
    folder = run(tmp_path, [instance("id7", **stats)], [state("id7")])
    assert detect(folder)[0][0] == "helm"
    take(tmp_path, "helm", folder)
    row = one(tmp_path, "*")
    assert (row["task"], row["sample_id"]) == (
        "capitals:region=north",
        "capitals:region=north.imported/1/id7",
    )
    assert (row["score"], row["input_tokens"], row["output_tokens"]) == (1.0, 300, 1)
    assert (row["duration_s"], row["finish_reason"], row["answer"]) == (0.25, "length", "Oslo")
    assert row["usage_source"] == "estimated", "HELM counts with a tokenizer"
    assert row["started_at"].isoformat() == "2025-11-05T15:02:02"
    assert row["template_version"] == "helm multiple_choice_joint, 5 examples"
    sample = one(tmp_path, "*", table="samples")
    assert (sample["target"], sample["baseline"], sample["input"]) == ("Oslo", 0.25, "Which one?")
    who = one(tmp_path, "*", table="contestants")
    assert (who["model"], who["deployment"], who["max_tokens"]) == (
        "acme/small", "elsewhere/small", None,
    )  # fmt: skip


def test_the_leading_metric_depends_on_the_scenario(tmp_path):
    free = {**SPEC, "adapter_spec": {**SPEC["adapter_spec"], "method": "generation"}}
    both = {"exact_match": 0.0, "quasi_exact_match": 1.0}
    take(tmp_path, "helm", run(tmp_path, [instance("a", **both)], name="choice"), "choice")
    take(tmp_path, "helm", run(tmp_path, [instance("a", **both)], spec=free, name="free"), "free")
    led = run(tmp_path, [instance("a", **both, f1_score=0.4)], spec=free, name="f1")
    take(tmp_path, "helm", led, "f1")
    scores = rows(tmp_path, "SELECT campaign, score FROM attempts ORDER BY campaign")
    assert [r["score"] for r in scores] == [0.0, 0.4, 1.0]


def test_trials_are_epochs_and_a_metric_nobody_knows_is_no_score(tmp_path):
    found = [instance("a", 0, odd=1.0), instance("a", 1, odd=0.0), instance("a", 1, odd=0.0)]
    got = take(tmp_path, "helm", run(tmp_path, found))
    epochs = rows(tmp_path, "SELECT epoch, score FROM attempts ORDER BY epoch")
    assert epochs == [{"epoch": 1, "score": None}, {"epoch": 2, "score": None}]
    assert got.tally.skipped == {"the same question and trial again": 1}
    assert got.tally.changed["none of the metrics that are known: left unscored"] == 2
    assert got.tally.read == 3


def test_no_tokens_counted_and_a_perturbed_copy(tmp_path):
    odd = {**instance("b", exact_match=1.0), "perturbation": {"name": "typos"}}
    zero = instance("a", exact_match=1.0, num_prompt_tokens=0, num_output_tokens=0)
    got = take(tmp_path, "helm", run(tmp_path, [zero, odd]))
    assert one(tmp_path, "input_tokens, output_tokens") == {
        "input_tokens": None, "output_tokens": None,
    }  # fmt: skip
    assert got.tally.skipped == {"a perturbed copy of a question": 1}
    assert got.tally.changed["no scenario_state.json: texts and times unknown"] == 1


def test_a_failed_call_has_no_score(tmp_path):
    failed = state("a", success=False, error="busy", completions=[])
    take(tmp_path, "helm", run(tmp_path, [instance("a", exact_match=0.0)], [failed]))
    assert one(tmp_path, "status, score, error") == {
        "status": "infra_error", "score": None, "error": "busy",
    }  # fmt: skip


def test_a_folder_of_runs_twice_adds_nothing_and_one_of_them_neither(tmp_path):
    first = run(tmp_path, [instance("a", exact_match=1.0)], name="suite/one")
    run(tmp_path, [instance("a", exact_match=0.0)], name="suite/two")
    assert take(tmp_path, "helm", tmp_path / "suite").stored.attempts == 2
    assert take(tmp_path, "helm", tmp_path / "suite").stored.attempts == 0
    assert take(tmp_path, "helm", first).stored.attempts == 0, "a run is known by its own file"


@pytest.mark.parametrize("file", ["run_spec.json", "per_instance_stats.json"])
def test_a_run_that_is_cut_short_stores_nothing(tmp_path, file):
    folder = run(tmp_path, [instance("a", exact_match=1.0)])
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(text[: len(text) // 2], "utf-8")
    with pytest.raises(FormatError, match=rf"{file}: no JSON .* Nothing was stored"):
        take(tmp_path, "helm", folder)
    assert not (tmp_path / "isocost.duckdb").exists()


def test_another_folder_and_a_file(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match=r"no run of HELM: there is no run_spec.json"):
        take(tmp_path, "helm", tmp_path / "empty")
    with pytest.raises(FormatError, match=r"a run of HELM is a folder"):
        take(tmp_path, "helm", write(tmp_path / "x.json", {}))
    write(tmp_path / "odd" / "run_spec.json", {"name": 3})
    with pytest.raises(FormatError, match=r"no adapter_spec"):
        take(tmp_path, "helm", tmp_path / "odd")
    assert json.dumps(detect(tmp_path / "empty")) == "[]"
