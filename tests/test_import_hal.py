"""HAL's uploads: verdicts by task, tokens of calls, a cost of the whole run."""

import pytest

from collectors.importers.load import detect
from data.errors import FormatError
from tests.importing import one, rows, take, write


def upload(tmp_path, name="r_UPLOAD.json", **more):
    args = {"model_name": "gpt-4o-mini", "reasoning_effort": "high", "api_key": "sk-secret"}
    config = {
        "agent_name": "Careful Agent",
        "benchmark_name": "errands",
        "date": "2025-06-01",
        "run_id": "errands_careful_1",
        "agent_args": args,
        **more.pop("config", {}),
    }
    results = {
        "accuracy": 0.5,
        "total_cost": 2.5,
        "successful_tasks": ["a"],
        "failed_tasks": ["b"],
        "latencies": {
            "a": {"first_call_timestamp": "2025-06-01T10:00:00", "total_time": 12.5},
            "b": 7.25,
        },
        **more.pop("results", {}),
    }
    value = {
        "config": config,
        "results": results,
        "raw_eval_results": {},
        "raw_logging_results": {},
        "total_usage": {"gpt-4o-mini": {"prompt_tokens": 900, "completion_tokens": 90}},
        "total_cost": 2.5,
        "git_info": {},
        **more,
    }
    return write(tmp_path / name, value)


def call(usage, task="a", model="gpt-4o-mini"):
    return {"weave_task_id": task, "inputs": {"model": model, "messages": []},
            "output": {"usage": usage}}  # fmt: skip


OPENAI = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "prompt_tokens_details": {"cached_tokens": 40},
    "completion_tokens_details": {"reasoning_tokens": 8},
}
CLAUDE = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cache_read_input_tokens": 60,
    "cache_creation_input_tokens": 30,
}


def test_tasks_are_samples_with_hals_own_verdict(tmp_path):
    path = upload(tmp_path)
    assert detect(path)[0][0] == "hal"
    assert detect(tmp_path)[0][0] == "hal"
    take(tmp_path, "hal", path)
    good, bad = rows(tmp_path, "SELECT * FROM attempts ORDER BY sample_id")
    assert (good["score"], good["duration_s"]) == (1.0, 12.5)
    assert (bad["score"], bad["duration_s"]) == (0.0, 7.25), "a latency may be a plain number"
    assert good["started_at"].isoformat() == "2025-06-01T10:00:00"
    who = one(tmp_path, "*", table="contestants")
    assert (who["model"], who["effort"]) == ("gpt-4o-mini", "high")
    assert who["name"] == "Careful Agent · gpt-4o-mini"
    assert "sk-secret" not in who["settings"], "arguments may hold keys"


def test_a_cost_of_the_whole_run_is_an_aggregate_and_never_shared_out(tmp_path):
    got = take(tmp_path, "hal", upload(tmp_path))
    assert one(tmp_path, "value, n, cost_usd, cost_source, input_tokens", table="aggregates") == {
        "value": 0.5, "n": 2, "cost_usd": 2.5, "cost_source": "told", "input_tokens": 900,
    }  # fmt: skip
    assert all(r["cost_usd"] is None for r in rows(tmp_path))
    assert got.stored.attempts == 2
    assert got.stored.aggregates == 1


def test_calls_in_the_old_list_and_the_new_object(tmp_path):
    old = [call(OPENAI), call(OPENAI), call(CLAUDE, "b"), {"weave_task_id": "a", "output": None}]
    take(tmp_path, "hal", upload(tmp_path, raw_logging_results=old), "old")
    new = {
        "a": {"model": "gpt-4o-mini", "call_metadata": [{"usage": OPENAI}] * 2, "messages": []},
        "b": {"model": "gpt-4o-mini", "call_metadata": [{"usage": CLAUDE}], "messages": []},
    }
    take(tmp_path, "hal", upload(tmp_path, raw_logging_results=new), "new")
    for campaign in ("old", "new"):
        a, b = rows(
            tmp_path, f"SELECT * FROM attempts WHERE campaign = '{campaign}' ORDER BY sample_id"
        )
        assert (a["calls"], a["input_tokens"], a["cache_read_tokens"]) == (2, 200, 80)
        assert (a["output_tokens"], a["reasoning_tokens"]) == (40, 16)
        assert (b["input_tokens"], b["cache_read_tokens"], b["cache_write_tokens"]) == (100, 60, 30)
    assert rows(tmp_path, "SELECT * FROM aggregates") == [], "attempts hold the cost"


def test_two_models_in_a_task_leave_its_tokens_unknown(tmp_path):
    both = [call(OPENAI), call(OPENAI, model="gpt-4o"), call({}, "b"), call(OPENAI, "b")]
    got = take(tmp_path, "hal", upload(tmp_path, raw_logging_results=both))
    found = rows(tmp_path, "SELECT sample_id, input_tokens FROM attempts ORDER BY sample_id")
    assert [r["input_tokens"] for r in found] == [None, 100]
    assert got.tally.changed["tokens of several models in one task: left unknown"] == 1


def test_verdicts_where_there_are_no_lists(tmp_path):
    none = {"successful_tasks": [], "failed_tasks": []}
    shapes = {
        "plain": {"1": {"score": 0.5}, "2": {"reward": 1}, "3": True, "4": "text"},
        "nested": {"eval_result": {"1": {"success_rate": 1}, "2": 0}, "agent_output": {"1": "x"}},
        "listed": [1.0, 0.25, 0.0],
        "again": {"1": [{"score": 1.0}, {"score": 0.0}]},
    }
    for name, raw in shapes.items():
        latencies = {"0": 1.0, "1": 2.0} if name == "listed" else {}
        results = {**none, "latencies": latencies}
        take(tmp_path, "hal", upload(tmp_path, results=results, raw_eval_results=raw), name)
    found = rows(
        tmp_path,
        "SELECT campaign, epoch, score FROM attempts ORDER BY campaign, sample_id, epoch",
    )
    scores = {n: [r["score"] for r in found if r["campaign"] == n] for n in shapes}
    assert scores == {
        "plain": [0.5, 1.0, 1.0], "nested": [1.0, 0.0], "listed": [1.0, 0.25], "again": [1.0, 0.0],
    }  # fmt: skip


def test_a_task_in_both_lists_is_skipped_and_no_task_at_all_is_an_aggregate(tmp_path):
    got = take(tmp_path, "hal", upload(tmp_path, results={"failed_tasks": ["a", "b"]}))
    assert got.tally.skipped == {"a task without a verdict": 1}
    bare = {"successful_tasks": None, "failed_tasks": None, "total_cost": 0}
    path = upload(tmp_path, results=bare, total_cost=0, config={"run_id": "other"})
    take(tmp_path, "hal", path, "bare")
    row = one(tmp_path, "cost_usd, cost_source", "campaign = 'bare'", "aggregates")
    assert row["cost_source"] != "told", "a cost of 0 was not recorded"


def test_twice_a_cut_a_wrong_and_an_encrypted_file(tmp_path):
    path = upload(tmp_path)
    take(tmp_path, "hal", path)
    again = take(tmp_path, "hal", path)
    assert (again.stored.attempts, again.stored.aggregates) == (0, 0)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(FormatError, match=r"r_UPLOAD\.json: no JSON"):
        take(tmp_path, "hal", path, "cut")
    with pytest.raises(FormatError, match="'config' or 'results' is missing"):
        take(tmp_path, "hal", write(tmp_path / "x.json", {"config": 1}))
    (tmp_path / "p.zip").write_bytes(b"PK")
    with pytest.raises(FormatError, match="encrypted.*hal-decrypt"):
        take(tmp_path, "hal", tmp_path / "p.zip")
