"""Reports by their command: every format of the Pareto table and of lenses, read again."""

import io
import json
import shlex
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from dashboard.cli import main, parser
from data import export
from data.formats import FORMATS
from data.reports import Asked, command
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, Fake, build
from tests.reading import Page, well_formed, workbook

DARK = [Fake(f"Dark {i}", None, i, 50, 0.2, None) for i in range(3)]
EVERY = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return build(tmp_path_factory.mktemp("reports") / "x.duckdb", FAKES, samples=3)


@pytest.fixture(scope="module")
def dark(tmp_path_factory):
    """Nobody has a price, so nobody is on the frontier."""
    return build(tmp_path_factory.mktemp("dark") / "x.duckdb", DARK, samples=3)


def written(db, *words):
    out = db.parent / "out"
    assert main(["export", *words, "-o", str(out), "--db", str(db)]) == 0
    return out.read_bytes()


@EVERY
@pytest.mark.parametrize("what", ["pareto", "efficiency --table contestants"])
def test_a_rerun_writes_the_same_bytes(db, name, what):
    made = [written(db, *what.split(), "--format", name) for _ in range(2)]
    assert made[0] == made[1] != b""


def test_the_workbook_of_the_pareto_table_holds_its_rows_and_about(db):
    rows = json.loads(written(db, "pareto", "--rows", "all", "--format", "json"))["rows"]
    sheets, parts = workbook(written(db, "pareto", "--rows", "all", "--format", "xlsx"))
    assert list(sheets) == ["Contestants", "About"]
    read = sheets["Contestants"]
    for i, row in enumerate(rows, 2):
        assert read[f"A{i}"] == row["contestant"]
        assert read.get(f"C{i}") == row["capability"]
        assert read.get(f"F{i}") == row["cost_per_1k_usd"]
    assert read["F1"] == "US$ / 1k tasks"
    told = {v: sheets["About"].get(f"B{k[1:]}") for k, v in sheets["About"].items() if k[0] == "A"}
    assert told["Campaign"] == CAMPAIGN
    assert told["Runs"] == f"run-{CAMPAIGN}-1"
    assert "sums synthetic-1" in told["Bank versions"]
    assert told["Price date"] == "of the day asked: 2026-11-20"
    assert told["Interval"] == export.INTERVAL
    assert told["Command"].startswith("isocost export pareto --rows all --format xlsx")
    assert b"2000-01-01T00:00:00Z" in parts["docProps/core.xml"]


def test_parquet_holds_what_csv_holds(db):
    body = io.BytesIO(written(db, "pareto", "--format", "parquet"))
    read = pl.read_parquet(body)
    text = pl.read_csv(io.BytesIO(written(db, "pareto", "--format", "csv")))
    assert read.columns == export.COLUMNS
    assert read["contestant"].to_list() == text["contestant"].to_list()
    assert read["cost_per_1k_usd"].to_list() == text["cost_per_1k_usd"].to_list()
    about = json.loads(pl.read_parquet_metadata(body)["isocost"])["about"]
    assert about["Not in the table"].endswith("(--rows all shows them)")


def test_latex_and_html_show_the_same_contestants(db):
    body = well_formed(written(db, "pareto", "--format", "tex").decode())
    page = Page(written(db, "pareto", "--format", "html"))
    names = pl.read_parquet(io.BytesIO(written(db, "pareto", "--format", "parquet")))["contestant"]
    for name in names:
        assert name in page.cells
        assert name.replace("·", r"\textperiodcentered{}") in body
    assert r"\label{tab:isocost-pareto}" in body
    assert "P(frontier)" in page.cells


@pytest.mark.parametrize("lens", ["summary", "questions", "workload", "frontier"])
def test_a_lens_is_a_workbook_a_page_and_latex_of_all_its_tables(db, lens):
    tables = json.loads(written(db, lens, "--format", "json"))["tables"]
    sheets, _ = workbook(written(db, lens, "--format", "xlsx"))
    assert len(sheets) == len(tables) + 1
    page = written(db, lens, "--format", "html").decode()
    assert page.count("<table>") == len(tables)
    text = written(db, lens, "--format", "tex").decode()
    assert text.count(r"\caption{") == len(tables)


@EVERY
def test_an_absent_frontier_is_an_explained_empty_table(dark, name, capsys):
    body = written(dark, "pareto", "--format", name)
    why = "No contestant is on the frontier of this selection; listed apart: 3 no price known."
    if name == "csv":
        assert body.decode() == ",".join(export.COLUMNS) + "\n"
        assert why in capsys.readouterr().err
    elif name == "xlsx":
        assert workbook(body)[0]["Contestants"]["A2"] == why
    elif name == "parquet":
        assert pl.read_parquet(io.BytesIO(body)).shape == (0, len(export.COLUMNS))
        assert json.loads(pl.read_parquet_metadata(io.BytesIO(body))["isocost"])["empty"] == why
    elif name == "md":
        assert "no contestant is on the frontier of this selection" in body.decode()
        assert "3 apart" in body.decode()
    else:
        assert why in body.decode()
        assert name != "json" or json.loads(body)["rows"] == []


@pytest.mark.parametrize("name", [f.name for f in FORMATS.values() if f.binary])
def test_a_binary_format_is_not_for_a_terminal(db, name, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["export", "pareto", "--format", name, "--db", str(db)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert f"Write it to a file with -o pareto.{name}" in told.err


def test_a_binary_format_goes_through_a_pipe(db, capsysbinary):
    assert main(["export", "pareto", "--format", "xlsx", "--db", str(db)]) == 0
    assert capsysbinary.readouterr().out == written(db, "pareto", "--format", "xlsx")


def test_one_table_a_parquet_file(db, capsys):
    assert main(["export", "ability", "--format", "parquet", "-o", "x", "--db", str(db)]) == 2
    assert "choose one with --table (contestants, levels, out_of_order)" in capsys.readouterr().err


def test_every_filter_of_a_page_is_a_flag(db):
    view = View("night", ("math",), ("sums",), (1,), ("lab a",), ("open",), ("writer",))
    words = shlex.split(command(view, Asked("pareto", "tex", rows="all")))
    args = parser().parse_args(words[1:])
    assert (args.category, args.task, args.level) == (["math"], ["sums"], [1])
    assert (args.lab, args.weights, args.kind) == (["lab a"], ["open"], ["writer"])
    rows = json.loads(written(db, "pareto", "--kind", "reader", "--format", "json"))["rows"]
    assert {r["contestant"] for r in rows} <= {"Ibis Reader S", "Ibis Reader L"}
    assert rows


def test_what_a_filter_leaves_out_is_not_counted(db):
    meta = json.loads(written(db, "pareto", "--kind", "writer", "--format", "json"))["meta"]
    whole = json.loads(written(db, "pareto", "--format", "json"))["meta"]
    writers = sum(fake.kind == "writer" for fake in FAKES)
    assert meta["attempts"] == whole["attempts"] * writers // len(FAKES)
    assert "list price" in meta["prices"][0]
    assert main(["export", "efficiency", "--kind", "writr", "--db", str(db)]) == 2


def test_the_page_of_documentation_names_every_format():
    text = (Path(__file__).parents[1] / "docs" / "reports.md").read_text("utf-8")
    for name in FORMATS:
        assert f"| `{name}`" in text


@pytest.mark.parametrize("kind", ["csv", "json", "md", "tex", "html", "parquet", "xlsx"])
def test_columns_are_chosen_in_every_format(db, tmp_path, kind, capsys):
    target = tmp_path / f"x.{kind}"
    words = ["--columns", "contestant,cost_per_1k_usd,p_frontier", "--format", kind]
    assert main(["export", "pareto", *words, "-o", str(target), "--db", str(db)]) == 0
    body = target.read_bytes()
    if kind == "csv":
        assert body.splitlines()[0] == b"contestant,cost_per_1k_usd,p_frontier"
    if kind == "parquet":
        assert pl.read_parquet(target).columns == ["contestant", "cost_per_1k_usd", "p_frontier"]
    if kind == "json":
        rows = json.loads(body)["tables"]["contestants"]
        assert list(rows[0]) == ["contestant", "cost_per_1k_usd", "p_frontier"]
    if kind in ("json", "md", "html"):
        assert b"--columns contestant,cost_per_1k_usd,p_frontier" in body
    assert main(["export", "pareto", "--columns", "cost", "--db", str(db)]) == 2
    assert "No column 'cost'." in capsys.readouterr().err


def test_columns_are_of_one_table(db, capsys):
    assert main(["export", "efficiency", "--columns", "name", "--db", str(db)]) == 2
    assert "--columns is of one table" in capsys.readouterr().err
    words = ["--table", "contestants", "--columns", "name,accuracy", "--format", "csv"]
    assert main(["export", "efficiency", *words, "--db", str(db)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "name,accuracy"


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_a_workbook_opens_in_another_program(db, tmp_path):
    target = tmp_path / "x.xlsx"
    words = ["pareto", "--rows", "all", "--format", "xlsx"]
    assert main(["export", *words, "-o", str(target), "--db", str(db)]) == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames[-1] == "About"
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    capability = [row[heads.index("Capability")] for row in rows]
    assert len(rows) == len(FAKES)
    assert all(isinstance(value, int | float) for value in capability if value is not None)
    assert not [c for row in book.worksheets[0].iter_rows() for c in row if c.data_type == "f"]
