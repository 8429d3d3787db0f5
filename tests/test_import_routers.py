"""RouterBench's wide table and RouterArena's predictions."""

import json
import pickle

import polars as pl
import pytest

from collectors.importers.load import detect
from data.errors import FormatError
from tests.importing import one, rows, take, write

WIDE = {
    "sample_id": ["sums.1", "sums.2"],
    "prompt": ["1 + 1", "1 + 2"],
    "eval_name": ["sums", "sums"],
    "gpt-4-1106-preview": [1.0, 0.25],
    "acme/tiny": ["0.0", ""],
    "gpt-4-1106-preview|model_response": ["2", "3"],
    "acme/tiny|model_response": ["5", "6"],
    "gpt-4-1106-preview|total_cost": [0.00074, 0.0],
    "acme/tiny|total_cost": [1.5e-05, 2e-05],
    "oracle_model_to_route_to": ["gpt-4-1106-preview", "no_model_correct"],
}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_wide_row_is_an_attempt_of_each_model(tmp_path, suffix):
    path = tmp_path / f"wide.{suffix}"
    frame = pl.DataFrame(WIDE)
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    assert detect(path)[0][0] == "routerbench"
    got = take(tmp_path, "routerbench", path)
    assert (got.tally.read, got.stored.attempts, got.contestants) == (4, 4, 2)
    found = rows(tmp_path, "SELECT model, score, billed_usd, cost_usd, answer FROM attempts "
                 "JOIN contestants USING (contestant_id) ORDER BY model, sample_id")  # fmt: skip
    assert [(r["score"], r["billed_usd"]) for r in found] == [
        (0.0, 1.5e-05), (None, 2e-05), (1.0, 0.00074), (0.25, None),
    ], "a cost of 0 is unknown, and no score is none"  # fmt: skip
    assert found[2]["cost_usd"] == pytest.approx(0.00074)
    assert take(tmp_path, "routerbench", path).stored.attempts == 0


def test_the_pickle_is_refused_with_what_to_do_and_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    for name in ("routerbench_0shot.pkl", "renamed.csv"):
        (tmp_path / name).write_bytes(pickle.dumps(Bomb(), protocol=4))
        with pytest.raises(FormatError) as refused:
            take(tmp_path, "routerbench", tmp_path / name)
        assert "\n" not in str(refused.value)
        assert "never loaded" in str(refused.value)
        assert "read_pickle" in str(refused.value)
    assert not (tmp_path / "ran").exists()
    assert detect(tmp_path / "routerbench_0shot.pkl")[0][0] == "routerbench"


def test_a_table_of_something_else(tmp_path):
    (tmp_path / "t.csv").write_text("sample_id,eval_name,gpt\n1,a,0.5\n", "utf-8")
    with pytest.raises(FormatError, match=r"no column '<model>\|total_cost'"):
        take(tmp_path, "routerbench", tmp_path / "t.csv")
    (tmp_path / "cut.csv").write_text("sample_id,eval_name,m,m|total_cost\n1,a,1\n", "utf-8")
    with pytest.raises(FormatError, match=r"row 1 has 3 cells, its heading 4"):
        take(tmp_path, "routerbench", tmp_path / "cut.csv")


def entry(index="ArcMMLU_655", **more):
    usage = {"input_tokens": 92, "output_tokens": 79, "total_tokens": 171}
    return {
        "global index": index,
        "prompt": "Which?",
        "prediction": "gpt-5-nano",
        "generated_result": {
            "generated_answer": "A",
            "success": True,
            "token_usage": {**usage, **more.pop("usage", {})},
            "provider": "azure",
            "error": None,
            **more.pop("result", {}),
        },
        "cost": 5e-05,
        "accuracy": 1.0,
        **more,
    }


def test_the_router_is_the_contestant_and_others_answers_are_theirs(tmp_path):
    other = entry(for_optimality=True, prediction="gpt-4o-mini", accuracy=0.0)
    path = write(tmp_path / "my-router.json", [entry(), other])
    assert detect(path)[0][0] == "routerarena"
    take(tmp_path, "routerarena", path)
    found = rows(tmp_path, "SELECT model, served_model, task, score, cost_usd, output_tokens "
                 "FROM attempts JOIN contestants USING (contestant_id) ORDER BY model")  # fmt: skip
    assert [(r["model"], r["served_model"], r["score"]) for r in found] == [
        ("gpt-4o-mini", "gpt-4o-mini", 0.0), ("my-router", "gpt-5-nano", 1.0),
    ]  # fmt: skip
    assert found[1]["task"] == "ArcMMLU"
    assert found[1]["cost_usd"] == pytest.approx(5e-05)


def test_thinking_billed_in_the_total_alone_is_output(tmp_path):
    path = write(tmp_path / "r.json", [entry(usage={"total_tokens": 706}, cost=0)])
    take(tmp_path, "routerarena", path)
    row = one(tmp_path, "*")
    assert (row["output_tokens"], row["reasoning_tokens"]) == (706 - 92, 706 - 92 - 79)
    assert row["usage_flags"] == "hidden_in_total"
    assert row["billed_usd"] is None


def test_entries_that_were_not_asked_or_failed(tmp_path):
    bare = {"global_index": "x_1", "prompt": "", "prediction": "m"}
    failed = entry(result={"success": False, "error": "503"}, accuracy=None)
    got = take(tmp_path, "routerarena", write(tmp_path / "r.json", [bare, failed, 3, {}]))
    assert sum(got.tally.skipped.values()) == 3
    assert got.tally.read == 4
    assert one(tmp_path, "status, score, error") == {
        "status": "infra_error", "score": None, "error": "503",
    }  # fmt: skip


def test_cached_answers_are_the_models_and_runs_are_epochs(tmp_path):
    line = {"global_index": "ArcMMLU_1", "question": "?", "llm_selected": "acme/tiny",
            "generated_answer": "B", "token_usage": {"input_tokens": 9, "output_tokens": 2},
            "success": True, "provider": "openrouter", "evaluation_result": None}  # fmt: skip
    path = tmp_path / "tiny.jsonl"
    text = "".join(json.dumps({**line, "run_number": n}) + "\n" for n in (1, 2))
    path.write_text(text, "utf-8")
    assert detect(path)[0][0] == "routerarena"
    take(tmp_path, "routerarena", path)
    found = rows(tmp_path, "SELECT epoch, output_tokens, score FROM attempts ORDER BY epoch")
    assert [(r["epoch"], r["output_tokens"], r["score"]) for r in found] == [
        (1, 2, None), (2, 2, None),
    ]  # fmt: skip
    assert take(tmp_path, "routerarena", path).stored.attempts == 0
    path.write_text(text[:-9], "utf-8")
    with pytest.raises(FormatError, match=r"tiny\.jsonl: no JSON at line 2"):
        take(tmp_path, "routerarena", path, "other")


def test_an_empty_list_is_none_of_its_files(tmp_path):
    with pytest.raises(FormatError, match="no entries of RouterArena"):
        take(tmp_path, "routerarena", write(tmp_path / "r.json", []))
