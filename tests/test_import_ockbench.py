"""OckBench: answer and reasoning tokens stand beside each other."""

import pytest

from collectors.importers.load import detect
from data.errors import FormatError
from tests.importing import one, rows, take, write


def result(problem="p1", **more):
    tokens = {
        "prompt_tokens": 80,
        "answer_tokens": 125,
        "reasoning_tokens": 420,
        "output_tokens": 545,
        "total_tokens": 625,
    }
    return {
        "problem_id": problem,
        "question": "2 + 2?",
        "ground_truth": 4,
        "model_response": "4",
        "extracted_answer": 4,
        "correct": True,
        "tokens": {**tokens, **more.pop("tokens", {})},
        "latency": 3.5,
        "finish_reason": "stop",
        **more,
    }


def file(tmp_path, *results, name="o.json", **config):
    told = {
        "dataset_path": "data/sums.jsonl",
        "provider": "chat_completion",
        "model": "gpt-5-nano",
        "evaluator_type": "math",
        "max_output_tokens": 4096,
        "temperature": 0.0,
        **config,
    }
    value = {"schema_version": "2.0", "config": told, "results": list(results), "summary": {},
             "timestamp": "2026-03-02T10:00:00", "dataset_name": "sums"}  # fmt: skip
    return write(tmp_path / name, value)


def test_output_is_answer_and_reasoning(tmp_path):
    path = file(tmp_path, result(), request_overrides={"set": {"reasoning.effort": "low"}})
    assert detect(path)[0][0] == "ockbench"
    take(tmp_path, "ockbench", path)
    row = one(tmp_path, "*")
    assert (row["input_tokens"], row["output_tokens"], row["reasoning_tokens"]) == (80, 545, 420)
    assert (row["task"], row["score"], row["duration_s"]) == ("sums", 1.0, 3.5)
    who = one(tmp_path, "*", table="contestants")
    assert (who["model"], who["effort"], who["max_tokens"]) == ("gpt-5-nano", "low", 4096)


def test_older_rows_say_completion_and_no_sum(tmp_path):
    old = {"answer_tokens": None, "completion_tokens": 10, "output_tokens": 0}
    take(tmp_path, "ockbench", file(tmp_path, result(tokens=old)))
    assert one(tmp_path, "output_tokens")["output_tokens"] == 430


def test_a_failed_problem_says_nothing(tmp_path):
    none = dict.fromkeys(("prompt_tokens", "answer_tokens", "reasoning_tokens", "output_tokens"), 0)
    failed = result(error="timed out", correct=False, latency=0, tokens=none)
    take(tmp_path, "ockbench", file(tmp_path, failed, result("p2", evaluator_error="judge gone")))
    first, second = rows(tmp_path, "SELECT * FROM attempts ORDER BY sample_id")
    assert (first["status"], first["score"], first["output_tokens"]) == ("infra_error", None, None)
    assert first["duration_s"] is None
    assert (second["status"], second["score"], second["output_tokens"]) == ("ok", None, 545)


def test_hidden_and_estimated_tokens_are_flagged(tmp_path):
    more = {"unattributed_tokens": 300, "answer_tokens_estimated": True}
    take(tmp_path, "ockbench", file(tmp_path, result(tokens=more, finish_reason="length")))
    assert one(tmp_path, "usage_flags, status, output_tokens") == {
        "usage_flags": "hidden_in_total,split_estimated",
        "status": "truncated",
        "output_tokens": 545,
    }


def test_a_problem_again_is_the_next_epoch_and_twice_adds_nothing(tmp_path):
    path = file(tmp_path, result(7), result(7), "no object")
    got = take(tmp_path, "ockbench", path)
    assert [r["epoch"] for r in rows(tmp_path, "SELECT epoch FROM attempts ORDER BY 1")] == [1, 2]
    assert got.tally.skipped == {"a result that is no object": 1}
    assert take(tmp_path, "ockbench", path).stored.attempts == 0


def test_a_cut_and_a_wrong_file(tmp_path):
    path = file(tmp_path, *(result(str(i)) for i in range(50)))
    path.write_bytes(path.read_bytes()[:9_000])
    with pytest.raises(FormatError, match=r"o\.json: no JSON after .* items"):
        take(tmp_path, "ockbench", path)
    with pytest.raises(FormatError, match=r"it has no 'config'"):
        take(tmp_path, "ockbench", write(tmp_path / "w.json", {"results": []}))
    assert not (tmp_path / "isocost.duckdb").exists()
