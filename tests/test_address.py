"""What the address says is read in any case; what is not there is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.pages.address import missing
from tests.dashboard_data import FAKES, build
from tests.page import spec, visit

OPENS = "from dashboard.pages.{} import page; page()"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("address") / "x.duckdb", FAKES, samples=3)


def lines(app: AppTest) -> list[str]:
    """The lines on what was not found."""
    bodies = [str(h.proto.body) for h in app.get("html")]
    return [body for body in bodies if "not-found" in body and "<style>" not in body]


def test_other_letters_mean_the_same(monkeypatch: pytest.MonkeyPatch, db: Path) -> None:
    app = visit(monkeypatch, OPENS.format("frontier"), db, category="math", axis="TOKENS",
                lab="none of these")  # fmt: skip
    assert app.session_state["category"] == "Math"
    assert spec(app)["layout"]["xaxis"]["title"]["text"].startswith("Output tokens")
    told = lines(app)
    assert len(told) == 1
    assert "the lab “none of these”, which is not here" in told[0]


def test_a_line_goes_when_its_filter_is_set(monkeypatch: pytest.MonkeyPatch, db: Path) -> None:
    app = visit(
        monkeypatch, OPENS.format("efficiency"), db, category="mth", show="waste in DOLLARS"
    )
    assert "Did you mean “Math”? There are: All, " in lines(app)[0]
    assert spec(app)["layout"]["xaxis"]["title"]["text"].startswith("US$")
    app.run()
    assert lines(app)
    app.session_state["category"] = "Math"
    app.run()
    assert not lines(app)


def test_a_contestant_is_found_by_its_name_or_told(
    monkeypatch: pytest.MonkeyPatch, db: Path
) -> None:
    one = FAKES[5].contestant
    app = visit(monkeypatch, OPENS.format("frontier"), db, contestant=one.name.upper())
    assert app.query_params["contestant"] == one.contestant_id
    assert not lines(app)
    wrong = visit(monkeypatch, OPENS.format("frontier"), db, contestant="<b>nobody")
    assert "the contestant “&lt;b&gt;nobody”, which is not here" in lines(wrong)[0]
    assert "more." in lines(wrong)[0]


def test_a_line_is_one_line_of_readable_length() -> None:
    said = missing("the task", "x\ny" * 90, [f"task {n:03}" for n in range(300)])
    assert "\n" not in said
    assert said.endswith("There are: task 000, task 001, task 002, task 003, task 004, task 005 "
                         "and 294 more.")  # fmt: skip
    assert len(said) < 300
    assert missing("the task", "x", []) == "The address names the task “x”, which is not here."
