"""The Frontier page through AppTest: every state a store can be in, without a browser."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.cli import parser
from dashboard.commands.basis import read_basis
from dashboard.pages import frontier_attempts, frontier_head
from dashboard.theme import plain
from data.export import pareto_command
from data.pricing import Basis
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import FAKES, HOSTILE, Fake, build
from tests.page import spec, visit

APP = "from dashboard.pages.frontier import page\n\npage()\n"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("store") / "full.duckdb", samples=4)


def run(monkeypatch: pytest.MonkeyPatch, db: Path, **query: str) -> AppTest:
    return visit(monkeypatch, APP, db, **query)


def text(app: AppTest) -> str:
    """Everything the page says, in one string."""
    bodies = [str(element.proto.body) for element in app.get("html")]
    bodies += [str(m.value) for kind in ("title", "markdown", "caption", "code", "error", "text")
               for m in app.get(kind)]  # fmt: skip
    bodies += [button.label for button in app.button]
    return "\n".join(bodies)


def ids(app: AppTest) -> set[str]:
    return {entry[0] for trace in spec(app)["data"] for entry in trace.get("customdata", [])}


def test_the_page_says_what_the_data_says(monkeypatch: pytest.MonkeyPatch, full: Path) -> None:
    app = run(monkeypatch, full)
    said = text(app)
    assert "What capability costs" in said
    assert "worth it" in said
    assert "token prices (synthetic)" in said
    assert "Listed apart" in said
    assert "no price known" in said
    assert len(ids(app)) == len(FAKES) - 1


def test_the_chart_has_alt_text_and_the_same_bytes_after_a_rerun(
    monkeypatch: pytest.MonkeyPatch, full: Path
) -> None:
    app = run(monkeypatch, full)
    chart = app.get("plotly_chart")[0].proto
    assert chart.alt.startswith("Capability (0 to 100) against Cost per 1,000 tasks")
    app.run()
    again = app.get("plotly_chart")[0].proto
    assert (again.id, again.spec) == (chart.id, chart.spec)


def test_a_missing_file_says_what_to_type(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = run(monkeypatch, tmp_path / "none.duckdb")
    assert "isocost demo" in text(app)
    assert not app.get("plotly_chart")


def test_an_empty_store_says_what_to_type(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = run(monkeypatch, build(tmp_path / "empty.duckdb", fakes=()))
    assert "isocost collect experiment.toml" in text(app)


@pytest.mark.parametrize(
    ("fakes", "options", "said"),
    [
        (FAKES[3:4], {}, "Only **one**"),
        (FAKES[3:7], {"status": "infra_error"}, "no attempt was scored"),
        ([Fake(f"Rail {n}", None, n, 50, None, None) for n in range(3)], {}, "no price known"),
        (FAKES[3:9], {"levels": (2,)}, "worth it"),
        (FAKES[3:7], {"status": "refused"}, "guessing"),
    ],
    ids=["one", "failed", "unpriced", "one level", "refused"],
)
def test_every_state_of_a_store_is_a_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fakes: Any, options: Any, said: str
) -> None:
    app = run(monkeypatch, build(tmp_path / "some.duckdb", fakes, samples=4, **options))
    assert not app.error
    if said != "Only **one**":
        assert said in text(app)
    else:
        assert "Only <b>" in text(app)


def test_a_file_that_is_no_database_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = tmp_path / "wrong.duckdb"
    db.write_text("not a database")
    app = run(monkeypatch, db)
    assert len(app.error) == 1
    assert "\n" not in app.error[0].value


def test_a_newer_schema_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    db = build(tmp_path / "newer.duckdb", FAKES[:2], samples=1)
    with duckdb.connect(str(db)) as con:
        con.execute("INSERT INTO schema_version VALUES (9999, 'later', 'x')")
    app = run(monkeypatch, db)
    assert len(app.error) == 1
    assert "Upgrade" in app.error[0].value


def test_a_category_and_an_axis_come_from_the_address(
    monkeypatch: pytest.MonkeyPatch, full: Path
) -> None:
    app = run(monkeypatch, full, category="Math", axis="Tokens")
    assert spec(app)["layout"]["xaxis"]["title"]["text"].startswith("Output tokens")
    assert app.session_state["category"] == "Math"
    attempts = 4 * 4 * len(FAKES)
    assert f"{attempts:,} graded attempts" in text(app)


def test_filters_that_match_nothing_can_be_cleared(
    monkeypatch: pytest.MonkeyPatch, full: Path
) -> None:
    app = run(monkeypatch, full, category="Math", task="capitals")
    assert "No contestant matches these filters." in text(app)
    app.button(key="clear").click().run()
    assert not app.exception
    assert ids(app)


def test_a_contestant_in_the_address_shows_its_evidence_and_attempts(
    monkeypatch: pytest.MonkeyPatch, full: Path
) -> None:
    chosen = FAKES[15].contestant
    app = run(monkeypatch, full, contestant=chosen.contestant_id)
    said = text(app)
    assert "Beaten by Finch 235B · low" in said
    assert f"Attempts of {plain(chosen.name)}" in {h.value for h in app.subheader}
    assert "Answer only." in said
    app.button(key="see-beater").click().run()
    assert app.query_params["contestant"] == FAKES[5].contestant.contestant_id
    app.button(key="back").click().run()
    assert "contestant" not in app.query_params


def test_the_list_chooses_a_contestant(monkeypatch: pytest.MonkeyPatch, full: Path) -> None:
    app = run(monkeypatch, full)
    before = app.get("plotly_chart")[0].proto.id
    app.button(key=f"pick-{FAKES[5].contestant.contestant_id}").click().run()
    assert app.query_params["contestant"] == FAKES[5].contestant.contestant_id
    assert app.get("plotly_chart")[0].proto.id == before


def test_an_unknown_contestant_is_said_to_be_elsewhere(
    monkeypatch: pytest.MonkeyPatch, full: Path
) -> None:
    app = run(monkeypatch, full, contestant="nobody")
    assert "not in this view" in text(app)


def test_answers_reach_only_elements_that_show_them_as_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = build(tmp_path / "hostile.duckdb", FAKES[3:5], samples=5, hostile=True)
    app = run(monkeypatch, db, contestant=FAKES[3].contestant.contestant_id)
    markup = "\n".join(
        [str(e.proto.body) for e in app.get("html")]
        + [str(m.value) for kind in ("markdown", "caption") for m in app.get(kind)]
    )
    assert not any(answer in markup for answer in HOSTILE)
    assert any(HOSTILE[0] in code.value for code in app.code)


def test_control_characters_are_made_visible() -> None:
    assert frontier_attempts.visible("\x1b[31mred\x00\n") == "\u241b[31mred\u2400\n"


@pytest.mark.parametrize("view", ["Table", "Method", "Download"])
def test_every_tab_opens_from_the_address(
    monkeypatch: pytest.MonkeyPatch, full: Path, view: str
) -> None:
    app = run(monkeypatch, full, view=view)
    assert not app.get("plotly_chart")


def test_a_new_generation_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    db = build(tmp_path / "grows.duckdb", FAKES[3:6], samples=3)
    app = run(monkeypatch, db)
    assert len(ids(app)) == 3
    build(db, FAKES[3:9], samples=3, seed=2)
    deadline = time.monotonic() + 30
    # A loaded machine may take a moment to get the newer one ready.
    while len(ids(app.run())) == 3:
        assert time.monotonic() < deadline
    assert len(ids(app)) == 6


def test_a_basis_in_the_address_changes_every_cost_and_is_said(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run(monkeypatch, full, discount="50", mode="Batch")
    said = text(app)
    assert "prices of the day asked, cached input at the input price" in said
    assert "batch prices where the list has them, 50% off list prices" in said
    assert "no batch price, so charged standard: " in said
    assert " and 14 more" in said or ", 14 more" in said
    before = View("synthetic")
    half = View("synthetic", basis=Basis(discounts=(("*", 0.5),)))
    reader = Reader(full)
    whole, less = (
        dict(Study(reader, v).placed.select("name", "cost_per_1k_usd").drop_nulls().iter_rows())
        for v in (before, half)
    )
    assert whole
    assert all(less[name] == pytest.approx(usd / 2) for name, usd in whole.items())


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"prices": "Today's"}, "answers without a cost: not in the price list"),
        ({"prices": "On a date", "price_date": "2026-11-01"}, "prices of 2026-11-01"),
        ({"cached": "Assume a share", "cached_share": "30"}, "30% of the input cached"),
        ({"cached": "As the provider charges"}, " · as billed · "),
        ({"shape": "3000/1000/500"}, "at 3,000 input (1,000 cached) and 500 output tokens a task"),
        ({"shape": "a/b"}, "prompt shape not understood, so not used"),
        ({"shape": "999999999/0/999999999"}, "prompt shape not understood, so not used"),
        (
            {"prices": "On a date", "price_date": "2099-01-01"},
            "no date chosen, so prices of the day",
        ),
        ({"prices": "<script>", "discount": "9999"}, "answers without a cost: no price known"),
    ],
)
def test_every_price_setting_can_come_from_the_address(
    full: Path, monkeypatch: pytest.MonkeyPatch, query: dict[str, str], told: str
) -> None:
    app = run(monkeypatch, full, **query)
    assert told in text(app)
    if query.get("shape") == "a/b":
        assert any("3000/1000/500" in str(c.value) for c in app.caption)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, ""),
        ({"discount": "15", "mode": "Batch"}, " · 2"),
        ({"discount": "9999", "prices": "nonsense", "shape": "x"}, ""),
        ({"shape": "300/0/30", "cached": "Assume a share"}, " · 1"),
    ],
)
def test_the_button_counts_what_is_in_force(
    full: Path, monkeypatch: pytest.MonkeyPatch, query: dict[str, str], count: str
) -> None:
    app = run(monkeypatch, full, **query)
    labels = [block.proto.popover.label for block in app.get("popover")]
    assert f"Prices{count}" in labels


def test_prices_can_be_reset_where_they_empty_the_chart(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run(monkeypatch, full, prices="Today's")
    app.button(key="reset-prices-here").click().run()
    assert not app.exception
    assert "compared contestants are worth it" in text(app)


def test_the_command_under_a_download_makes_the_same_table() -> None:
    basis = Basis("2026-11-01", "batch", 0.8, (("*", 0.1), ("openai", 0.2)))
    view = View("nightly", categories=("math",), levels=(1, 2), basis=basis)
    made = pareto_command(view, "all", "csv")
    assert made == (
        "isocost export pareto --rows all --format csv --campaign nightly "
        "--category math --level 1 --level 2 --prices 2026-11-01 --mode batch --cache 0.8 "
        "--discount 0.1 --discount openai=0.2"
    )
    assert read_basis(parser().parse_args(made.split()[1:])) == basis


def test_markdown_in_names_is_escaped() -> None:
    assert plain("![x](http://e) **b** $y$") == r"\!\[x\]\(http\:\/\/e\) \*\*b\*\* \$y\$"


def test_a_frame_without_prices_says_so(full: Path) -> None:

    rows = pl.DataFrame(
        {"price_basis": ["none"], "price_source": [None], "usd_per_cpu_hour": [None]}
    )
    assert frontier_head.prices(rows) == "no prices known"
