"""Boards of others: LiveBench's tables and answers, ARC Prize's evaluations, MTEB's results."""

import json

import duckdb
import pytest

from dashboard.cli import main

SCORES = (
    "SELECT c.model, a.task, a.metric, round(a.value, 6), a.n, round(a.cost_usd, 6), "
    "a.measured_at::DATE::VARCHAR FROM aggregates a JOIN contestants c USING (contestant_id) "
    "ORDER BY c.model, a.task, a.metric"
)


def rows(db, what):
    with duckdb.connect(str(db), read_only=True) as con:
        return con.execute(what).fetchall()


@pytest.fixture
def take(tmp_path, capsys):
    """Imports twice, since the second time must add nothing; returns the store and what it said."""
    db = tmp_path / "x.duckdb"

    def run(name, path):
        assert main(["import", "--detect", str(path)]) == 0
        assert capsys.readouterr().out.startswith(name)
        assert main(["import", name, str(path), "--db", str(db)]) == 0
        said = capsys.readouterr().out
        assert main(["import", name, str(path), "--db", str(db)]) == 0
        assert "everything was there already" in capsys.readouterr().out
        return db, said

    return run


def test_the_livebench_table(tmp_path, take):
    table = tmp_path / "table_2026_01_08.csv"
    table.write_text("model,riddles,sums\nwren-1,89.0,\nwren-2,0.0,100.0\n")
    (tmp_path / "categories_2026_01_08.json").write_text('{"Reasoning": ["riddles"]}')
    db, said = take("livebench", table)
    day = (None, None, "2026-01-08")
    assert rows(db, SCORES) == [
        ("wren-1", "Reasoning: riddles", "score", 0.89, *day),
        ("wren-2", "Reasoning: riddles", "score", 0.0, *day),
        ("wren-2", "sums", "score", 1.0, *day),
    ]
    assert "skipped: a task without a score" in said
    assert "first: line 2, sums" in said


def test_livebench_answers_meet_their_judgments(tmp_path, take):
    home = tmp_path / "bench" / "reasoning" / "riddles"
    (home / "model_answer").mkdir(parents=True)
    (home / "model_judgment").mkdir()
    asked = {"api_name": "wren-1-0101", "api_kwargs": {"reasoning_effort": "high", "top_p": 0.5}}

    def answer(question, turns, **more):
        return {"question_id": question, "model_id": "wren-1-high", "tstamp": 1767225600.0,
                "choices": [{"index": i, "turns": [t]} for i, t in enumerate(turns)],
                "api_info": asked, **more}  # fmt: skip

    answers = [
        answer("q1", ["A"], total_input_tokens=50, total_cached_tokens=20, total_output_tokens=30,
               cost_usd=0.25),
        answer("q2", ["B"], total_output_tokens=-1),
        answer("q3", ["$ERROR$"], total_output_tokens=0),
        answer("q4", ["C", "D"], total_output_tokens=80),
        answer("q5", ["E"], total_output_tokens=7),
    ]  # fmt: skip
    judged = [
        {"question_id": f"q{i}", "model": model, "score": s, "task": "riddles"}
        for model, s in (("wren-1-high", 1), ("wren-2", 0))
        for i in range(1, 5)
    ]
    (home / "model_answer" / "wren-1-high.jsonl").write_text("\n".join(map(json.dumps, answers)))
    (home / "model_judgment" / "ground_truth_judgment.jsonl").write_text(
        "\n".join(map(json.dumps, judged))
    )
    db, said = take("livebench", tmp_path / "bench")
    found = rows(db, "SELECT right(sample_id, 2), status, score, input_tokens, cache_read_tokens, "
                     "output_tokens, billed_usd FROM attempts ORDER BY sample_id")  # fmt: skip
    assert found == [
        ("q1", "ok", 1.0, 50, 20, 30, 0.25),
        ("q2", "ok", 1.0, None, None, None, None),
        ("q3", "infra_error", None, None, None, None, None),
        ("q4", "ok", 1.0, None, None, None, None),
        ("q5", "ok", None, None, None, 7, None),
    ]
    known = rows(db, "SELECT name, model, effort, settings FROM contestants")
    assert known == [("wren-1-high", "wren-1-0101", "high", '{"top_p": 0.5}')]
    assert "tokens of several choices together: left unknown" in said
    assert "an answer without a judgment: left unscored" in said


def test_the_arc_board(tmp_path, take):
    board = [
        {"datasetId": "v2_Public_Eval", "modelId": "wren-1", "score": 0.25, "costPerTask": 0.5},
        {"datasetId": "v2_Public_Eval", "modelId": "wren-2", "score": 4.5, "costPerTask": "-"},
        {"datasetId": "v3_Games", "modelId": "wren-1", "score": 0.01, "cost": 900},
        {"datasetId": "v3_Games", "modelId": "wren-2", "score": 0.02, "costPerTask": 3},
        {"datasetId": "v2_Public_Eval", "modelId": "panel", "score": 1, "costPerTask": 17},
    ]
    models = [{"id": "panel", "providerId": "Human"}, {"id": "wren-1", "displayName": "Wren One"}]
    (tmp_path / "evaluations.json").write_text(json.dumps(board))
    (tmp_path / "models.json").write_text(json.dumps(models))
    db, said = take("arc", tmp_path / "evaluations.json")
    assert rows(db, SCORES) == [
        ("wren-1", "v2_Public_Eval", "score", 0.25, 120, 60.0, None),
        ("wren-1", "v3_Games", "score", 0.01, None, 900.0, None),
        ("wren-2", "v2_Public_Eval", "score", 0.045, 120, None, None),
        ("wren-2", "v3_Games", "score", 0.02, None, None, None),
    ]
    assert "Wren One" in [name for (name,) in rows(db, "SELECT name FROM contestants")]
    assert "skipped: people, who are no contestant" in said
    assert "a score above 1: taken for percent" in said
    assert "costPerTask of a dataset of unknown size: left unknown" in said


FLAT = (
    "model,revision,task,split,hf_subset,main_score,f1,evaluation_time_s\n"
    "aviary/wren,r1,Calls,test,default,0.8,0.75,12.5\n"
    "aviary/wren,r1,Calls,validation,en,0.7,,\n"
    "aviary/wren,r1,Pairs,test,default,,0.5,\n"
    "aviary/wren,r1,Likeness,test,default,-0.1,,\n"
)


def test_the_flat_mteb_table(tmp_path, take):
    path = tmp_path / "results.csv"
    path.write_text(FLAT)
    db, said = take("mteb", path)
    rest = (None, None, None)
    assert rows(db, SCORES) == [
        ("aviary/wren", "Calls", "F1", 0.75, *rest),
        ("aviary/wren", "Calls", "main score", 0.8, *rest),
        ("aviary/wren", "Calls (en)", "main score (validation)", 0.7, *rest),
    ]
    assert rows(db, "SELECT DISTINCT kind, settings FROM contestants") == [
        ("reader", '{"revision": "r1"}')
    ]
    assert "skipped: no main_score" in said
    assert "skipped: value outside 0 to 1" in said


def test_the_mteb_tree_says_the_same_as_the_table(tmp_path, take):
    home = tmp_path / "results" / "aviary__wren" / "r1"
    home.mkdir(parents=True)
    (home / "model_meta.json").write_text('{"name": "aviary/wren", "revision": "r1"}')
    scores = {
        "test": [{"hf_subset": "default", "main_score": 0.8, "f1": 0.75}],
        "validation": [{"hf_subset": "en", "main_score": 0.7}],
    }
    told = {"mteb_version": "1.0", "task_name": "Calls", "evaluation_time": 12.5, "scores": scores}
    (home / "Calls.json").write_text(json.dumps(told))
    db, _ = take("mteb", tmp_path / "results")
    assert [row[:4] for row in rows(db, SCORES)] == [
        ("aviary/wren", "Calls", "F1", 0.75),
        ("aviary/wren", "Calls", "main score", 0.8),
        ("aviary/wren", "Calls (en)", "main score (validation)", 0.7),
    ]
    assert main(["import", "mteb", str(home / "Calls.json"), "--db", str(db)]) == 0
    assert rows(db, "SELECT count(*) FROM aggregates") == [(3,)]


@pytest.mark.parametrize(
    ("name", "file", "text", "said"),
    [
        ("livebench", "table_2026_13_40.csv", "model,a\nx,1\n", "its name has no date"),
        ("livebench", "table_2026_01_08.csv", "model,a\nx\n", "line 2 has 1 cells"),
        ("livebench", "scores.csv", "model,a\nx,1\n", "no table_<year>_<month>_<day>.csv"),
        ("arc", "evaluations.json", '[{"datasetId": "v1"', "no JSON at line 1"),
        ("arc", "evaluations.json", '{"datasetId": "v1"}', "no list of evaluations"),
        ("mteb", "results.csv", FLAT[:-9], "line 5 has"),
        ("mteb", "results.csv", "model,a\nx,1\n", "there is no column 'hf_subset'"),
    ],
)
def test_a_damaged_or_other_file_stores_nothing(tmp_path, capsys, name, file, text, said):
    path = tmp_path / file
    path.write_text(text)
    assert main(["import", name, str(path), "--db", str(tmp_path / "x.duckdb")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x.duckdb").exists()
