"""The Runs page: nights under one another, what moved, what can be trusted; and its figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.figures import runs as figure
from dashboard.figures import runs_moved
from data.analysis import runs as history
from data.journal import Journal
from data.lenses import lens
from data.store import Reader, merge
from data.study import Study
from data.view import View
from tests import rows
from tests.dashboard_data import FAKES, build
from tests.page import spec, visit

APP = "from dashboard.pages.runs import page\n\npage()\n"
NIGHTS = ("own 2026-11-01", "own 2026-11-02", "own 2026-11-03")
HOSTILE = "<img src=x>"


def night(db: Path, number: int, right: float) -> None:
    """One night: the contestant is right on so many of 24 samples; two fail, two are refused."""
    who, start = rows.contestant(HOSTILE), rows.MOMENT + timedelta(days=number)
    fails = {
        0: {"status": "infra_error", "error": f"{HOSTILE}Error: lost", "retries": 2},
        1: {"status": "timeout"},
    }
    run = {"run_id": f"r{number}", "campaign": NIGHTS[number], "started_at": start}
    with Journal(db, f"r{number}") as journal:
        journal.add("run", run | {"budget_usd": 0.05})
        journal.price(rows.CPU)
        journal.contestant(who)
        for seed in range(26):
            what = rows.sample(seed)
            score = None if seed in fails else float(seed < 2 + 24 * right)
            row = rows.attempt(who, what, campaign=NIGHTS[number], run_id=f"r{number}", score=score)
            row = replace(row, started_at=start, **fails.get(seed, {}))
            if seed in (24, 25):
                row = replace(row, usage_flags="reasoning_clamped", reasoning_tokens=10)
            journal.sample(what, 0.0, what.input)
            journal.attempt(row, "[]", "x")
        journal.add("run_end", {"run_id": f"r{number}", "ended_at": start + timedelta(hours=1)})
        journal.commit()
    merge(db)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "nights.duckdb"
    for number, right in enumerate((1.0, 0.25, 0.25)):
        night(path, number, right)
    return path


@pytest.fixture(scope="module")
def tables(db: Path) -> Any:
    return lens("runs").look(Study(Reader(db), View(NIGHTS[2])))


def test_a_night_says_what_it_cost_lost_and_moved(tables: Any) -> None:
    first = tables.tables["nights"].to_dicts()[0]
    assert (first["attempts"], first["scored"], first["failed"]) == (26, 24, 2)
    assert first["usd"] == pytest.approx(0.026)
    assert first["budget_share"] == pytest.approx(0.52)
    assert first["duration_s"] == 3600
    assert "**24 of 26** attempts of own 2026-11-03" in tables.sentence
    assert "of a budget of $0.050 (52%), in 60.0 min" in tables.sentence
    assert f"**1 of 1** contestants changed for a second night: {HOSTILE} (accuracy fell)" in (
        tables.sentence
    )


def test_failures_are_counted_by_kind_and_integrity_by_what_is_wrong(tables: Any) -> None:
    kinds = tables.tables["failures"].filter(campaign=NIGHTS[2])
    assert dict(kinds.select("kind", "attempts").iter_rows()) == {
        f"{HOSTILE}Error": 1, "timeout": 1,
    }  # fmt: skip
    checks = dict(tables.tables["checks"].select("check", "count").iter_rows())
    assert checks["retries"] == 2
    assert checks["reasoning_doubted"] == checks["counts_mended"] == 2
    assert checks["unresolved"] == 1
    assert checks["refused"] == checks["unpriced"] == 0


def test_shards_side_by_side_count_once_and_pauses_not_at_all() -> None:
    def at(minutes: float) -> datetime:
        return datetime(2026, 11, 1) + timedelta(minutes=minutes)

    spans = [(at(0), at(10)), (at(5), at(15)), (at(60), at(61)), (at(70), None)]
    assert history.busy_s(spans) == 16 * 60
    assert history.busy_s([(at(1), None)]) is None


def test_without_a_change_beyond_chance_nothing_moved(db: Path) -> None:
    look = lens("runs").look
    assert "No earlier night of its experiment" in look(Study(Reader(db), View(NIGHTS[0]))).sentence
    second = look(Study(Reader(db), View(NIGHTS[1])))
    assert "to be confirmed by another night" in second.sentence
    still = second.tables["changes"].with_columns(
        q=pl.lit(0.9), alarm=pl.lit("none"), effect_reached=pl.lit(False)
    )
    assert "**Nothing moved** beyond chance among 1 contestants" in history.moved(still, {})


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_figures_depend_on_their_rows_alone(tables: Any, size: Any) -> None:
    nights, failed, changes = (tables.tables[k] for k in ("nights", "failures", "changes"))
    one = figure.build(nights, failed, size)
    assert json.dumps(one, allow_nan=False) == json.dumps(
        figure.build(nights.reverse(), failed, size), allow_nan=False
    )
    moved = runs_moved.build(changes, "accuracy", size)
    assert moved == runs_moved.build(changes.reverse(), "accuracy", size)
    assert HOSTILE not in json.dumps([one, moved])
    assert moved is not None
    assert moved["data"][0]["x"] == [-75]


def test_a_change_is_strong_only_beyond_chance(tables: Any) -> None:
    tokens = runs_moved.build(tables.tables["changes"], "output_tokens")
    assert tokens is not None
    assert tokens["data"][0]["marker"]["symbol"] == ["circle-open"]
    accuracy = runs_moved.build(tables.tables["changes"], "accuracy")
    assert accuracy is not None
    assert accuracy["data"][0]["marker"]["symbol"] == ["circle"]
    assert runs_moved.build(tables.tables["changes"].clear(), "accuracy") is None
    assert figure.build(tables.tables["nights"].clear(), tables.tables["failures"]) is None


def test_the_newest_nights_are_drawn_and_failures_have_whole_ticks(tables: Any) -> None:
    one, none = tables.tables["nights"].head(1), tables.tables["failures"].clear()
    many = pl.concat(
        one.with_columns(campaign=pl.lit(f"own 2026-10-{day:02}"), failed=pl.lit(0, pl.Int64))
        for day in range(1, 31)
    )
    drawn = figure.build(many, none)
    assert drawn is not None
    names = drawn["layout"]["yaxis"]["ticktext"]
    assert (len(names), names[0]) == (figure.MOST["wide"], "2026-10-30")
    assert drawn["layout"]["xaxis2"]["range"][1] > 4
    assert {a["text"] for a in drawn["layout"]["annotations"]} == {"$0.026 · 52%", "none"}


def test_the_page_shows_nights_and_what_moved(monkeypatch: pytest.MonkeyPatch, db: Path) -> None:
    app = visit(monkeypatch, APP, db)
    assert spec(app)["layout"]["yaxis"]["ticktext"] == [n[4:] for n in NIGHTS[::-1]]
    said = " ".join(str(element.proto.body) for element in app.get("html"))
    assert "with doubted reasoning counts" in said
    assert HOSTILE not in said
    moved = visit(monkeypatch, APP, db, show="Accuracy moved")
    assert spec(moved)["data"][0]["x"] == [-75]
    earlier = visit(monkeypatch, APP, db, campaign=NIGHTS[0], show="Accuracy moved")
    assert not earlier.get("plotly_chart")
    assert any("isocost nightly" in c.value for c in earlier.caption)


def test_three_hundred_contestants_on_a_first_night(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    many = [replace(FAKES[3], model=f"Finch {i}") for i in range(300)]
    db = build(tmp_path / "many.duckdb", many, levels=(1,), samples=1)
    assert len(spec(visit(monkeypatch, APP, db))["data"][0]["x"]) == 1
