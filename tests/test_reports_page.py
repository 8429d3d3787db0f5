"""The Reports page: what it previews and hands out is what the command writes."""

import html
import shlex

import pytest
import streamlit

from dashboard.cli import main
from dashboard.pages.reports import NAMES, TITLES
from dashboard.pages.reports_preview import CHARACTERS
from data.formats import FORMATS
from data.lenses import LENSES
from tests.dashboard_data import FAKES, Fake, build
from tests.page import visit

OPEN = "from dashboard.pages.reports import page; page()"
HOSTILE = [
    Fake("=cmd()|<script>alert(1)</script>", None, 1.0, 50, 0.0, 0.1),
    Fake("![x](http://evil.invalid/x.png) $x$ \\input{y}", None, 2.0, 90, 0.0, 0.9),
    Fake("</code><img src=x onerror=alert(1)>", None, 0.0, 20, None, 0.05),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return build(tmp_path_factory.mktemp("page") / "x.duckdb", FAKES, samples=3)


@pytest.fixture
def handed(monkeypatch):
    """The files that the page hands out: (name, bytes)."""
    files = []
    monkeypatch.setattr(
        streamlit, "download_button",
        lambda label, data, file_name, **how: files.append((file_name, data)),
    )  # fmt: skip
    return files


def same_as_the_command(app, handed, db, capsysbinary):
    """Run the command that the page shows: it writes the file that the page hands out."""
    (name, body) = handed[-1]
    words = shlex.split(app.code[0].value)
    assert words[:2] == ["isocost", "export"]
    assert words[-2:] == ["-o", name]
    assert main([*words[1:-2], "-o", str(db.parent / name), "--db", str(db)]) == 0
    assert (db.parent / name).read_bytes() == body
    return body


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize(
    "asked",
    [
        {"report": "Pareto table", "rows": "All contestants"},
        {"report": "Pareto table", "category": "Math", "kind": "writer", "discount": "15"},
        {"report": "Efficiency", "table": "contestants", "level": "2"},
    ],
)
def test_the_page_hands_out_what_the_command_writes(
    monkeypatch, db, handed, capsysbinary, title, asked
):
    app = visit(monkeypatch, OPEN, db, format=title, **asked)
    body = same_as_the_command(app, handed, db, capsysbinary)
    kind = FORMATS[TITLES[title]]
    if kind.binary:
        assert app.dataframe
        assert any("Bank versions" in block.proto.body for block in app.get("html"))
    else:
        shown = app.code[1].value
        assert body.decode().startswith(shown)
        assert len(body) > CHARACTERS or shown.strip() == body.decode().strip()


def test_a_format_of_one_table_offers_no_whole_lens(monkeypatch, db, handed):
    app = visit(monkeypatch, OPEN, db, report="Ability", format="Parquet")
    assert app.selectbox(key="table").value == "contestants"
    assert "All tables" not in app.selectbox(key="table").options
    app = visit(monkeypatch, OPEN, db, report="Ability", format="Excel")
    assert app.selectbox(key="table").value == "All tables"
    assert len(app.dataframe) >= 2


def test_a_change_of_report_lets_go_of_the_table(monkeypatch, db, handed):
    app = visit(monkeypatch, OPEN, db, report="Ability", table="levels", format="CSV")
    assert "--table levels" in app.code[0].value
    app.selectbox(key="report").select("Workload").run()
    assert not app.exception
    assert "--table levels" not in app.code[0].value
    assert app.code[1].value


def test_text_formats_are_shown_as_inert_text(monkeypatch, tmp_path, handed):
    db = build(tmp_path / "x.duckdb", HOSTILE, samples=3)
    for title in TITLES:
        app = visit(monkeypatch, OPEN, db, rows="All contestants", format=title)
        shown = [*(b.value for b in app.markdown), *(b.proto.body for b in app.get("html"))]
        assert not [text for text in shown if "<script" in text or "<img" in text]
        assert not [text for text in shown if "![x]" in text]


def test_an_absent_frontier_says_why(monkeypatch, tmp_path, handed):
    dark = [Fake(f"Dark {i}", None, i, 50, 0.2, None) for i in range(3)]
    db = build(tmp_path / "x.duckdb", dark, samples=3)
    for title, name in TITLES.items():
        app = visit(monkeypatch, OPEN, db, format=title)
        told = " ".join([
            *(html.unescape(b.proto.body) for b in app.get("html")),
            *(b.value.replace("\\", "") for b in app.caption),
            *(b.value.replace("\\", "") for b in app.code),
        ])  # fmt: skip
        assert "contestant is on the frontier of this selection" in told, name


def test_what_can_not_be_made_is_said_in_its_place(monkeypatch, db, handed):
    app = visit(monkeypatch, OPEN, db, report="Drift")
    assert not app.error
    assert any("can't be made yet" in block.value for block in app.markdown)
    assert any("drift needs an earlier one" in block.value for block in app.caption)
    assert not handed


@pytest.mark.parametrize("name", [*LENSES])
def test_every_lens_is_a_report(monkeypatch, db, handed, name):
    assert name in NAMES.values()
    app = visit(monkeypatch, OPEN, db, report=name.capitalize(), format="HTML")
    assert app.title[0].value == "Reports"
    assert handed or name in ("drift", "bill")


def test_nothing_collected_says_what_to_type(monkeypatch, tmp_path, handed):
    app = visit(monkeypatch, OPEN, tmp_path / "none.duckdb")
    assert app.title[0].value == "Reports"
    assert not handed


def test_an_unknown_word_in_the_address_is_the_default(monkeypatch, db, handed):
    app = visit(monkeypatch, OPEN, db, report="Nonsense", format="Docx", rows="Some")
    assert app.code[0].value.startswith("isocost export pareto --rows frontier --format md")


@pytest.mark.browser
def test_the_whole_report_is_what_the_command_writes(db, handed, monkeypatch):
    shown = []
    monkeypatch.setattr(streamlit, "iframe", lambda body, **how: shown.append(body))
    app = visit(monkeypatch, OPEN, db, report="Whole report", sections="frontier")
    (name, body) = handed[-1]
    words = shlex.split(app.code[0].value)
    assert words[:2] == ["isocost", "report"]
    assert words[-2:] == ["-o", name]
    assert main([*words[1:-2], "-o", str(db.parent / name), "--db", str(db)]) == 0
    assert (db.parent / name).read_bytes() == body
    assert shown == [body.decode()]
