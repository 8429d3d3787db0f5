"""Imported scores without attempts: costs, intervals, places, and the command that writes them."""

import json

import pytest

from dashboard.cli import main

HEAD = "- dirname: {0}\n  model: {0}\n  edit_format: diff\n  date: 2025-02-01\n"


def board(path, *entries):
    path.write_text(
        "".join(
            HEAD.format(name) + "".join(f"  {k}: {v}\n" for k, v in rest.items())
            for name, rest in entries
        )
    )
    return path


@pytest.fixture
def db(tmp_path):
    """Nine hundred questions each, but one; dollars of the whole run."""
    n = {"total_tests": 900}
    path = board(
        tmp_path / "sums_leaderboard.yml",
        ("cheap", {"pass_rate_2": 50, "total_cost": 9, **n}),
        ("near", {"pass_rate_2": 49, "total_cost": 18, **n}),
        ("far", {"pass_rate_2": 30, "total_cost": 18, **n}),
        ("best", {"pass_rate_2": 90, "total_cost": 90, "completion_tokens": 9000, **n}),
        ("dear", {"pass_rate_2": 90, "total_cost": 180, **n}),
        ("secret", {"pass_rate_2": 95, "total_cost": 0, **n}),
        ("uncounted", {"pass_rate_2": 95, "total_cost": 1}),
    )
    made = tmp_path / "x.duckdb"
    assert main(["import", "aider", str(path), "--db", str(made)]) == 0
    return made


def exported(capsys, db, *words):
    capsys.readouterr()
    assert main(["export", "scores", *words, "--db", str(db)]) == 0
    return capsys.readouterr().out


def test_places_costs_and_intervals_without_a_single_attempt(db, capsys):
    body = json.loads(exported(capsys, db, "--format", "json"))
    rows = {r["name"]: r for r in body["tables"]["scores"]}
    told = "told by the file"
    found = {
        n: (r["cost_per_question_usd"], r["cost_source"], r["place"], r["beaten_by"], r["overlaps"])
        for n, r in rows.items()
    }
    assert found == {
        "cheap": (0.01, told, "frontier", None, None),
        "near": (0.02, told, "beaten", "cheap", True),
        "far": (0.02, told, "beaten", "cheap", False),
        "best": (0.1, told, "frontier", None, None),
        "dear": (0.2, told, "beaten", "best", True),
        "secret": (None, "unknown: usage not reported, so no cost", "apart", None, None),
        "uncounted": (None, "unknown: the number of questions is not told", "apart", None, None),
    }
    # Wilson, 450 of 900.
    assert rows["cheap"]["run_score_low"] == pytest.approx(0.4674, abs=1e-4)
    assert rows["cheap"]["run_score_high"] == pytest.approx(0.5326, abs=1e-4)
    assert rows["uncounted"]["run_score_low"] is None
    assert rows["best"]["output_tokens"] == 10
    assert {r["origin"] for r in rows.values()} == {"measured by its user"}
    assert "**2** stand on the frontier" in body["sentence"]
    assert "**2** of the 3 beaten overlap" in body["sentence"]
    assert "**2** have no known cost" in body["sentence"]
    (counted,) = body["tables"]["collections"]
    assert (counted["scores"], counted["n_unknown"]) == (7, 1)


def test_the_same_file_twice_and_what_made_it(db, capsys):
    one, two = (exported(capsys, db) for _ in range(2))
    assert one == two
    assert "no attempts" in one
    assert "Made by `isocost export scores --format md --campaign aider`" in one
    assert "unknown: usage not reported, so no cost" in one


def test_runs_of_one_name_carry_their_day(tmp_path, capsys):
    path = tmp_path / "sums_leaderboard.yml"
    both = [("a", {"pass_rate_2": 50, "total_tests": 10}), ("b", {"pass_rate_2": 60})]
    text = board(path, *both).read_text().replace("model: b", "model: a")
    path.write_text(text.replace("2025-02-01\n  pass_rate_2: 60", "2025-03-01\n  pass_rate_2: 60"))
    db = tmp_path / "x.duckdb"
    assert main(["import", "aider", str(path), "--db", str(db)]) == 0
    body = json.loads(exported(capsys, db, "--format", "json"))
    names = sorted(r["name"] for r in body["tables"]["scores"])
    assert names == [
        "a (2025-02-01)",
        "a (2025-03-01)",
    ]
    assert "**No cost is known** of the 2 scores" in body["sentence"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--metric", "solved in two try"], "Did you mean 'solved in two tries'"),
        (["--task", "aider sum"], "Did you mean 'aider sums'"),
        (["--campaign", "aide"], "No campaign 'aide'"),
    ],
)
def test_a_mistake_is_one_line(db, capsys, words, says):
    assert main(["export", "scores", *words, "--db", str(db)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert says in err


def test_without_any_it_says_what_brings_some(tmp_path, capsys):
    db = tmp_path / "none.duckdb"
    assert main(["export", "scores", "--db", str(db)]) == 2
    assert "isocost" in capsys.readouterr().err
