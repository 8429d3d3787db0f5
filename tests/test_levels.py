"""How hard levels turned out: the frame, the figure, the page and the command."""

import json

import polars as pl
import pytest

from dashboard.cli import main
from dashboard.figures import tasks as figure
from data.analysis.levels import remarked, sentence
from tests.dashboard_data import build
from tests.page import spec, visit

PAGE = "from dashboard.pages.tasks import page\n\npage()\n"


def frame():
    rows = [
        ("math", "sums", 1, -2.0, 0.3, 0.9, None),
        ("math", "sums", 2, -1.99, 0.3, 0.5, None),
        ("math", "sums", 3, 4.0, 2.0, 0.0, "all wrong"),
        ("logic", "grid", 1, 1.0, 0.2, 0.3, None),
        ("logic", "grid", 2, -1.0, 0.2, 0.7, None),
    ]
    names = ("category", "task", "level", "level_difficulty", "level_difficulty_se",
             "share_right", "saturated")  # fmt: skip
    levels = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        samples=pl.lit(40), credible=pl.lit(5)
    )
    swapped = pl.DataFrame({"task": ["grid"], "level": [2], "level_below": [1]})
    return remarked(levels, swapped)


def test_levels_carry_their_remark():
    remarks = {(t, n): r for t, n, r in frame().select("task", "level", "remark").iter_rows()}
    assert remarks["grid", 2] == "out of order"
    assert remarks["sums", 3] == "all wrong"
    assert remarks["sums", 1] is remarks["grid", 1] is None
    assert sentence(frame()) == (
        "**4 of 5 levels tell your contestants apart**; 1 is solved by none; 1 came out easier "
        "than the level below."
    )
    assert "No level" in sentence(frame().clear())
    near = (
        frame()
        .filter(task="sums")
        .with_columns(level_difficulty=pl.Series([-1.9, -2.0, 4.0]), remark=pl.lit(None, pl.String))
    )
    assert sentence(near).endswith(
        "apart**; 1 came out easier than the level below, but within their error."
    ), "drawn left of level 1, so it is not said that all are in order"
    both = pl.concat([near, frame().filter(task="grid")], how="vertical_relaxed")
    assert sentence(both).endswith(
        "; 1 came out easier than the level below, 1 more within their error."
    )
    assert sentence(frame().filter(task="sums")).endswith(
        "; 1 is solved by none; no level came out easier than the one below."
    )
    alone = frame().with_columns(credible=pl.lit(1))
    assert sentence(alone).startswith(
        "**0 of 5 levels tell your contestants apart**; 4 were answered by one alone; 1 is solved"
    )


def test_the_figure_depends_on_the_rows_alone():
    rows = frame()
    for size in ("wide", "medium", "phone"):
        made = figure.build(rows, size)
        assert json.dumps(made) == json.dumps(figure.build(rows, size))
        seen = [entry[0] for trace in made["data"] for entry in trace.get("customdata", [])]
        assert sorted(seen) == ["grid 1", "grid 2", "sums 1", "sums 2", "sums 3"]
        heights = dict(zip(seen[:2], made["data"][1]["y"], strict=False))
        assert len({*made["data"][1]["y"], *made["data"][2]["y"]}) >= 3, heights
    assert "sums from -2.0 to +4.0" in figure.describe(rows)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return build(tmp_path_factory.mktemp("levels") / "x.duckdb", samples=6)


def test_the_page_shows_every_level_and_follows_its_address(monkeypatch, db):
    app = visit(monkeypatch, PAGE, db)
    drawn = [entry[0] for trace in spec(app)["data"] for entry in trace.get("customdata", [])]
    assert {name.split()[0] for name in drawn} == {"sums", "capitals", "tickets", "invoices"}
    app = visit(monkeypatch, PAGE, db, category="Math")
    drawn = [entry[0] for trace in spec(app)["data"] for entry in trace.get("customdata", [])]
    assert {name.split()[0] for name in drawn} == {"sums"}
    app = visit(monkeypatch, PAGE, db, view="Table")
    assert app.dataframe[0].value.shape[0] >= 12
    app = visit(monkeypatch, PAGE, db, view="Method")
    assert any("Rasch" in m.value for m in app.markdown)
    app = visit(monkeypatch, PAGE, db, view="Download")
    assert "isocost tasks calibrate" in app.code[0].value


def test_without_a_database_the_page_says_what_to_type(monkeypatch, tmp_path):
    app = visit(monkeypatch, PAGE, tmp_path / "none.duckdb")
    assert "isocost demo" in app.code[0].value


def test_the_command_says_the_same_as_the_page(monkeypatch, db, capsys):
    assert main(["tasks", "calibrate", "--json", "--db", str(db)]) == 0
    told = json.loads(capsys.readouterr().out)
    app = visit(monkeypatch, PAGE, db)
    said = " ".join(str(e.proto.body) for e in app.get("html"))
    assert told["sentence"].split(";")[0] in said.replace("<b>", "").replace("</b>", "")
    assert main(["tasks", "calibrate", "--task", "sums", "--db", str(db)]) == 0
    out = capsys.readouterr().out
    assert "sums" in out
    assert "capitals" not in out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--task", "sum"], "No task 'sum'"),
        (["--campaign", "x"], "No campaign 'x'"),
    ],
)
def test_what_is_not_there_is_one_line(db, capsys, args, told):
    assert main(["tasks", "calibrate", *args, "--db", str(db)]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["list"], 0, "families"),
        (["list", "--category", "math"], 0, "sums"),
        (["list", "--category", "maths"], 2, "Did you mean 'math'"),
        (["show", "sums", "--level", "2"], 0, "right answer: "),
        (["show", "sums", "--level", "99"], 2, "no level 99"),
        (["show", "sums", "--seed", "99999999"], 2, "holds seeds 0 to"),
        (["show", "sums", "--style", "loud"], 2, "--style loud"),
        (["show", "sms"], 2, "Did you mean 'sums'"),
    ],
)
def test_the_bank_is_listed_and_shown(capsys, args, code, told):
    assert main(["tasks", *args]) == code
    out, err = capsys.readouterr()
    assert told in (err if code else out)


def test_the_list_for_scripts(capsys):
    main(["tasks", "list", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert {"name", "levels", "baseline", "category", "version", "sources"} <= set(rows[0])
    assert all(level["samples"] > 0 for row in rows for level in row["levels"])
