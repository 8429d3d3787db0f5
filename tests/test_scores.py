"""Imported scores stand on the Published page as collections of their own."""

import csv
import io

import pytest

from dashboard.cli import main
from dashboard.pages import published_download
from data.scores import PREFIX, imported
from data.store import Reader
from tests.page import visit

OPEN = "from dashboard.pages.published import page; page()"
BOARD = """
- {dirname: a, model: wren-1, edit_format: diff, pass_rate_1: 20, pass_rate_2: 40, total_tests: 100,
   date: 2025-02-01, total_cost: 2.0, seconds_per_case: 10}
- {dirname: b, model: wren-2, edit_format: diff, pass_rate_1: 40, pass_rate_2: 60, total_tests: 100,
   date: 2025-02-01, total_cost: 9.0, seconds_per_case: 20}
- {dirname: c, model: "<b>hawk</b>", edit_format: diff, pass_rate_2: 50, total_tests: 100,
   date: 2025-02-01, total_cost: 0, seconds_per_case: 30}
- {dirname: d, model: wren-2, edit_format: diff, pass_rate_2: 55, total_tests: 100,
   date: 2025-03-01, total_cost: 12, seconds_per_case: 20}
"""


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "polyglot_leaderboard.yml"
    path.write_text(BOARD)
    assert main(["import", "aider", str(path), "--db", str(tmp_path / "x.duckdb")]) == 0
    return tmp_path / "x.duckdb"


def test_scores_become_collections_with_intervals(db):
    found = imported(Reader(db))
    assert list(found) == [
        f"{PREFIX}aider · aider polyglot · solved in two tries",
        f"{PREFIX}aider · aider polyglot · solved at the first try",
    ]
    both = next(iter(found.values()))
    rows = {row["label"]: row for row in both.rows.to_dicts()}
    assert sorted(rows) == ["<b>hawk</b>", "wren-1", "wren-2 (2025-02-01)", "wren-2 (2025-03-01)"]
    one = rows["wren-1"]
    assert (one["score"], one["n"], one["cost_usd"], one["seconds"]) == (40.0, 100, 2.0, 10.0)
    # Wilson 95 % of 40 in 100.
    assert (round(one["score_low"], 1), round(one["score_high"], 1)) == (30.9, 49.8)
    assert one["note"].startswith("cost as the file tells it")
    assert rows["<b>hawk</b>"]["cost_usd"] is None
    assert both.source.title == "imported from polyglot_leaderboard.yml"


def test_the_page_draws_their_frontier_and_lists_unknown_costs(db, monkeypatch):
    """There are no attempts at all in this database."""
    app = visit(monkeypatch, OPEN, db)
    said = "\n".join(str(e.proto.body) for e in app.get("html"))
    assert app.selectbox[0].value.startswith("aider polyglot: solved in two tries (imported)")
    assert "<b>wren-2 (2025-02-01)</b> has the best score, 60.0" in said
    assert "The source gives no cost" in said
    assert "&lt;b&gt;hawk&lt;/b&gt;" in said
    assert "<b>hawk</b>" not in said
    assert "imported from polyglot_leaderboard.yml" in said
    table = visit(monkeypatch, OPEN, db, view="Table").dataframe[0].value
    assert set(table["result"]) >= {"wren-1", "<b>hawk</b>"}


def test_a_download_says_where_they_are_from(db, monkeypatch):
    monkeypatch.setenv("ISOCOST_DB", str(db))
    name = next(iter(imported(Reader(db))))
    text = published_download.to_csv(published_download.table(name))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4
    assert {row["source_title"] for row in rows} == {"imported from polyglot_leaderboard.yml"}
    assert {row["evaluator"] for row in rows} == {"whoever ran the tool"}
