"""The Bill page: what is marked, what is uploaded, and that hostile files become one clear line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.figures import bill as figure
from dashboard.pages.bill_typed import MOST, decoded, encoded
from data.analysis.bill import SCHEMA, bill
from data.analysis.marked import marked
from data.errors import ExportError
from data.journal import Journal
from data.lenses.bill import SPEND
from data.lenses.given import table
from data.reports import Asked, command
from data.store import merge
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, START, Fake, _run, build
from tests.page import spec, visit
from tests.test_bill import EQUAL, PAID, in_use

OPEN = "from dashboard.pages.bill import page; page()"
PRO, SMALL = Fake("Borealis Pro", "high", 12, 240, 0.8, 9.0), Fake("Finch", "low", 12, 160, 0, 0.9)
TEXT = """
[[contestant]]
model = "fictional/borealis-pro"
name = "Borealis Pro"
effort = ["high", "max"]
in_use_for = ["sums", "nothing"]
[monthly]
sums = 1200
"""
WHO = pl.DataFrame(
    {
        "contestant_id": ["a", "b", "c"], "model": ["m/x", "m/x", "m/y"],
        "name": ["X · low", "X · high", "Y"], "effort": ["low", "high", None],
        "prompt_style": ["plain"] * 3, "max_tokens": [None, None, 500],
        "settings": ["{}", '{"temperature": 0.5}', "no json"],
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("bill") / "plain.duckdb"
    return build(db, [PRO, SMALL, *FAKES[3:6]], levels=(1, 2), samples=100)


@pytest.fixture(scope="module")
def with_marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("bill") / "marks.duckdb"
    build(db, [PRO, SMALL, *FAKES[3:6]], levels=(1, 2), samples=100)
    later = (START + timedelta(hours=1)).isoformat()
    with Journal(db, "later") as journal:
        journal.add("run", _run("later", CAMPAIGN) | {"experiment": TEXT, "started_at": later})
    merge(db)
    return db


def said(app: AppTest) -> str:
    return "".join(str(h.proto.body) for h in app.get("html"))


def uploaded(app: AppTest, place: int, text: bytes, name: str = "mine.csv") -> AppTest:
    app.file_uploader[place].set_value((name, text, "text/csv"))
    app.run()
    assert not app.exception
    return app


def test_with_nothing_known_the_first_step_is_told(
    monkeypatch: pytest.MonkeyPatch, plain: Path
) -> None:
    app = visit(monkeypatch, OPEN, plain)
    assert "No spend was given" in said(app)
    assert any("task,model,calls,usd\n" in c.value for c in app.code)
    assert any("in_use_for" in c.value.replace("\\", "") for c in app.caption)
    assert not app.get("plotly_chart")


def test_what_is_marked_is_billed_by_the_campaign_itself(
    monkeypatch: pytest.MonkeyPatch, with_marks: Path
) -> None:
    app = visit(monkeypatch, OPEN, with_marks)
    assert "In this campaign you spent <b>" not in said(app)
    assert "In this campaign you spent $" in said(app)
    assert "with Finch · low, which does as well" in said(app)
    assert "1,200 calls a month, $" in said(app)
    assert spec(app)["layout"]["yaxis"]["ticktext"] == ["sums"]


def test_uploaded_tables_make_the_bill(monkeypatch: pytest.MonkeyPatch, plain: Path) -> None:
    app = visit(monkeypatch, OPEN, plain)
    log = b"task,model,calls,usd\nsums,fictional/borealis-pro,1000,500\n=cmd(),<img src=x>,1,7\n"
    uploaded(app, 0, log)
    assert "You spent $507" in said(app)
    assert "none of it can be judged yet" in said(app)
    uploaded(app, 1, "task,contestant\nsums,Borealis Pro · high\n".encode())
    assert "would have been saved with Finch · low" in said(app)
    assert "$7.00 was not measured" in said(app)
    assert "=cmd() · &lt;img src=x&gt;" in said(app)
    assert "<img" not in said(app)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "empty CSV"),
        (b"task,model,usd\nsums,x,1\n", "has no column 'calls'"),
        (b"task,model,calls,usd\nsums,x,1,2,3,4\n", "Can't read mine.csv"),
        ("task,model,calls,usd\nsüms,x,1,2\n".encode("latin-1"), "Can't read mine.csv"),
        ("task,model,calls,usd\nsums,x,1,2\n".encode("utf-16"), "mine.csv"),
        (b"\x00\xff\x00", "mine.csv"),
        (b"task,model,calls,usd\nsums,x,1,1e300\n", "usd '1e300' is not a plain number"),
        (b"task,model,calls,usd\nsums,x,1,=1+1\n", "usd '=1+1' is not a plain number"),
        (b"task,model,calls,usd\nsums,x,-1,2\n", "0 or more"),
        (b"task,model,calls,usd\nsums,x,0.5,2\n", "calls whole"),
        (b"task,model,calls,usd\nsums,x,1," + b"9x" * 9999 + b"\n", "9x9x…' is not"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_one_line(
    monkeypatch: pytest.MonkeyPatch, plain: Path, text: bytes, told: str
) -> None:
    app = uploaded(visit(monkeypatch, OPEN, plain), 0, text)
    assert len(app.error) == 1
    line = app.error[0].value
    assert "\n" not in line
    assert len(line) < 500
    assert told in line.replace("\\", "")


def test_typed_rows_stand_in_the_address(monkeypatch: pytest.MonkeyPatch, plain: Path) -> None:
    typed = 'sums,fictional/borealis-pro,"1,000",$500.00\nsums,fictional/borealis-pro,20,7'
    app = visit(monkeypatch, OPEN, plain, spend=typed, in_use="sums,Borealis Pro · high\nbroken")
    assert "would have been saved with Finch · low" in said(app)
    assert "$507" in said(app)
    told = [c.value.replace("\\", "") for c in app.caption]
    assert any(t.startswith("Read: 2 rows: 1,020 calls, $507. 1 spend row of a task") for t in told)
    assert decoded(app.query_params["spend"], SPEND).rows() == decoded(typed, SPEND).rows()
    wrong = visit(monkeypatch, OPEN, plain, spend='sums,m,12.000,"5,000"')
    assert "may be 12000 or 12" in wrong.error[0].value.replace("\\", "")
    assert "--" not in wrong.error[0].value


def test_rows_of_the_address_are_read_back_and_bounded() -> None:
    rows = pl.DataFrame([["a", 'm,"x"', "1", None]], schema=SPEND, orient="row")
    assert decoded(encoded(rows), SPEND).equals(rows)
    assert decoded("a,b\n1,2,3,4", SPEND).height == 1
    assert decoded("a,b,c,d\n" * 9999, SPEND).height <= MOST


def test_a_wrong_name_is_one_line_and_a_taken_away_file_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, plain: Path
) -> None:
    app = visit(monkeypatch, OPEN, plain)
    uploaded(app, 1, b"task,contestant\nsums,Nobody\n")
    assert "no contestant" in app.error[0].value
    app.file_uploader[1].set_value(None)
    app.run()
    assert not app.error
    assert "No spend was given" in said(app)


def test_marks_are_read_of_the_experiment() -> None:
    text = """
    [[contestant]]
    model = "m/x"
    temperature = 0.5
    in_use_for = ["t", 7]
    [[contestant]]
    model = "m/y"
    max_tokens = [500, 900]
    in_use_for = ["t", "u"]
    [monthly]
    t = 10
    u = -1
    """
    assert marked(text, WHO).rows() == [("t", "b", 10.0), ("t", "c", 10.0), ("u", "c", None)]
    named = '[[contestant]]\nmodel = "m/x"\nname = "X"\nin_use_for = ["t"]'
    assert marked(named, WHO)["contestant_id"].to_list() == ["a", "b"]


@pytest.mark.parametrize(
    "text", [None, "", "x = [", "contestant = 3", "[[contestant]]\nin_use_for = 5", "monthly = []"]
)
def test_what_is_no_experiment_marks_nobody(text: str | None) -> None:
    assert marked(text, WHO).is_empty()


def test_the_figure_is_the_same_in_any_order_and_its_names_inert() -> None:
    frame = bill(PAID, in_use(), EQUAL)
    row = frame.to_dicts()[0]
    rows = [
        row | {"alternative_name": "<img src=x>"},
        row | {"task": "b", "usd": 9.0, "verdict": "too few samples: 3 more needed", "needed": 3,
               "saving_usd": None, "instead_usd": None, "instead_usd_low": None,
               "instead_usd_high": None},
        row | {"task": "c", "verdict": "not measured", "saving_usd": None},
    ]  # fmt: skip
    straight = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    drawn = json.dumps(figure.by_task(straight), allow_nan=False)
    assert json.dumps(figure.by_task(straight.reverse()), allow_nan=False) == drawn
    assert "<img" not in drawn
    made = json.loads(drawn)
    assert made["layout"]["yaxis"]["ticktext"] == ["sums", "b"]
    assert made["data"][1]["x"] == [100]
    assert made["data"][2]["x"] == [40, 9]
    assert made["data"][2]["marker"]["symbol"] == ["circle", "circle-open"]
    assert figure.by_task(straight.clear()) is None


def test_a_table_of_ones_own_is_no_path() -> None:
    given = {"spend": pl.DataFrame({"task": ["x"]})}
    said = command(View("night"), Asked("bill", "md", options=given))
    assert said == "isocost export bill --format md --spend spend.csv --campaign night"
    with pytest.raises(ExportError, match="has no column 'b'"):
        table(b"a\n1\n", "it", ("a", "b"))
