"""Aider's leaderboards: one score per model, whose costs are of whole runs and often unknown."""

import duckdb
import pytest

from dashboard.cli import main

BOARD = """
- dirname: 2025-02-01-a--wren
  test_cases: 225
  model: wren-1
  edit_format: diff
  pass_rate_1: 20.4
  pass_rate_2: 35.6
  total_tests: 225
  command: wren --model wren-1
  date: 2025-02-01
  seconds_per_case: 34.8
  total_cost: 0.0000
- dirname: 2025-03-01-b--wren
  test_cases: 225
  model: wren-1
  edit_format: diff
  reasoning_effort: high
  pass_rate_1: 30.0
  pass_rate_2: 50.0
  total_tests: 200
  date: 2025-03-01
  seconds_per_case: 0
  total_cost: 12.5
  prompt_tokens: 1000000
  completion_tokens: 250000
- dirname: 2025-03-02-c--wren
  model: wren-1
  edit_format: diff
  pass_rate_2: 51.0
  date: 2025-03-02
- dirname: empty
  model: wren-2
- just text
"""
ASKED = (
    "SELECT c.effort, a.metric, a.value, a.n, a.cost_usd, a.cost_source, a.cost_reason, "
    "a.input_tokens, a.duration_s, a.measured_at::DATE::VARCHAR FROM aggregates a "
    "JOIN contestants c USING (contestant_id) ORDER BY a.measured_at, a.metric"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "polyglot_leaderboard.yml"
    path.write_text(BOARD)
    return path


def rows(db, what):
    with duckdb.connect(str(db), read_only=True) as con:
        return con.execute(what).fetchall()


def test_what_its_keys_mean(file, tmp_path, capsys):
    db = tmp_path / "x.duckdb"
    assert main(["import", "aider", str(file), "--db", str(db)]) == 0
    first, both = "solved at the first try", "solved in two tries"
    none = (None, None, "usage_missing")
    found = [tuple(round(v, 6) if isinstance(v, float) else v for v in r) for r in rows(db, ASKED)]
    assert found == [
        (None, first, 0.204, 225, *none, None, 34.8, "2025-02-01"),
        (None, both, 0.356, 225, *none, None, 34.8, "2025-02-01"),
        ("high", first, 0.3, 200, 12.5, "told", None, 1_000_000, None, "2025-03-01"),
        ("high", both, 0.5, 200, 12.5, "told", None, 1_000_000, None, "2025-03-01"),
        # The same model and settings on another day: a run of its own.
        (None, both, 0.51, None, *none, None, None, "2025-03-02"),
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "skipped: an entry without a pass rate" in said
    assert "first: entry 4" in said
    assert "skipped: an entry that is no mapping" in said
    assert "5 new scores" in said
    assert rows(db, "SELECT count(*) FROM attempts") == [(0,)]


def test_twice_adds_nothing(file, tmp_path, capsys):
    db = tmp_path / "x.duckdb"
    for _ in range(2):
        assert main(["import", "aider", str(file), "--db", str(db)]) == 0
    assert "0 new scores" in capsys.readouterr().out
    assert rows(db, "SELECT count(*) FROM aggregates") == [(5,)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a: &x [1]\n- b: *x\n", "a YAML alias in line 2"),
        ("- !!python/object/apply:os.system ['true']\n", "no plain YAML in line 1"),
        ("- model: wren\n  pass_rate_2: [1\n", "no plain YAML in line"),
        ("model: wren\n", "no list of runs"),
    ],
)
def test_a_damaged_or_hostile_file_stores_nothing(tmp_path, capsys, text, said):
    path = tmp_path / "board.yml"
    path.write_text(text)
    assert main(["import", "aider", str(path), "--db", str(tmp_path / "x.duckdb")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x.duckdb").exists()
