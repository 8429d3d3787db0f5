"""The Models page: one model by its address, beside all others; and its figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.figures import model_levels, model_parts
from dashboard.figures import models as figure
from dashboard.figures.axes import COST, TOKENS
from data.analysis import one_model, one_model_words
from data.errors import ExportError
from data.lenses import Seen, lens
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, TASKS, Fake, build
from tests.page import visit

APP = "from dashboard.pages.models import page\n\npage()\n"
HOSTILE = "<script>alert(1)</script>"
QWEN = "qwen3-235b-a22b"
CAST = [
    *(replace(f, model_id=QWEN) if f.model == "Finch 235B" else f for f in FAKES[:14]),
    Fake(HOSTILE, None, 1.0, 80, None, 1.0),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "x.duckdb", CAST, samples=4)


@pytest.fixture(scope="module")
def study(db: Path) -> Study:
    return Study(Reader(db), View(CAMPAIGN))


def look(study: Study, model: str | None) -> Seen:
    study.options = {"model": model} if model else {}
    return lens("models").look(study)


def html(app: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in app.get("html"))


def test_a_model_is_found_by_its_id_its_string_and_its_contestants(study: Study) -> None:
    seen = look(study, QWEN)
    assert seen.tables["contestants"]["dial"].to_list() == ["low", "medium", "high"]
    who = CAST[7].contestant
    for name in (who.contestant_id, who.model):
        assert look(study, name).sentence == seen.sentence
    with pytest.raises(ExportError, match=r"No model 'qwen3-235b-a22'.*Did you mean 'qwen3-235b-a"):
        look(study, "qwen3-235b-a22")


def test_without_a_name_it_is_the_ablest(study: Study) -> None:
    seen = look(study, None)
    listed = seen.tables["models"]
    best = listed.sort("rank")["name"][0]
    assert seen.sentence.startswith(f"**{best}** solves")
    assert listed.height == len({f.model for f in CAST})


def test_the_sentence_says_rank_frontier_and_what_effort_buys(study: Study) -> None:
    said = look(study, QWEN).sentence
    assert "**Qwen3 235B A22B** solves **" in said
    assert "of 10 models; " in said
    assert "of its 3 contestants" in said
    assert " From low to high it gains " in said
    assert " times the cost." in said


def test_who_answered_only_part_has_no_rank_and_is_nobodys_neighbour(tmp_path: Path) -> None:
    db = build(tmp_path / "part.duckdb", FAKES[3:6], levels=(1, 2, 3), samples=3)
    easy = build(db, [Fake("Partly", None, 9.0, 50, None, 0.1)], levels=(1,), samples=3, seed=9)
    study = Study(Reader(easy), View(CAMPAIGN))
    seen = look(study, None)
    ranks = dict(seen.tables["models"].select("name", "rank").iter_rows())
    assert ranks == {"Finch 235B": 1, "Finch 4B": 2, "Partly": None}
    assert seen.sentence.startswith("**Finch 235B**")
    alone = look(study, "fictional/partly")
    assert "it is listed apart: answered" in alone.sentence
    assert "rank" not in alone.sentence
    others = figure.build(study.placed, seen.tables["contestants"], COST)
    assert others is not None
    who = {entry[0] for trace in others["data"] for entry in trace.get("customdata", [])}
    assert len(who) == 3
    own = figure.build(study.placed, alone.tables["contestants"], COST)
    assert own is not None
    assert "circle-open" in own["data"][-1]["marker"]["symbol"]
    assert [a["text"].strip("\u2009") for a in own["layout"]["annotations"]] == ["Partly"]


def test_its_best_answered_nearly_all_and_so_did_what_effort_is_read_from(tmp_path: Path) -> None:
    db = build(tmp_path / "own.duckdb", FAKES[3:4], levels=(1, 2, 3), samples=3)
    build(db, [replace(FAKES[4], ability=9.0)], levels=(1,), samples=3, seed=9)
    seen = look(Study(Reader(db), View(CAMPAIGN)), None)
    assert " at low; " in seen.sentence
    assert "From low" not in seen.sentence
    assert seen.tables["figures"]["note"][0] == "at low, nobody to rank it with"


def test_a_rank_is_shared_and_the_commonest_label_has_none(tmp_path: Path) -> None:
    able = [Fake(f"Ace {n}", None, 30.0, 50 + n, None, 1.0 + n) for n in range(3)]
    label = Fake("Majority", None, 30.0, 0, None, 0.0, kind="rules", model_id="majority")
    db = build(tmp_path / "tied.duckdb", [*able, label, FAKES[3]], levels=(1,), samples=3)
    seen = look(Study(Reader(db), View(CAMPAIGN)), "fictional/ace-0")
    ranks = seen.tables["models"].select("name", "rank", "tied").rows()
    assert {name: (rank, tied) for name, rank, tied in ranks} == {
        "Ace 0": (1, 2), "Ace 1": (1, 2), "Ace 2": (1, 2), "Majority label": (None, None),
        "Finch 4B": (4, 0),
    }  # fmt: skip
    assert "rank 1 of 4 models, tied with 2 others" in seen.sentence
    assert seen.tables["figures"]["note"][0] == "rank 1 of 4, tied with 2"
    assert "Majority" not in seen.tables["parts"]["name"].to_list()


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.56, ", on the frontier in 56% of resamples."), (None, ", and is on the frontier."),
     (0.31, "; too close to call: on the frontier in 31% of resamples.")],
)  # fmt: skip
def test_how_sure_the_frontier_is_stands_in_the_sentence(
    study: Study, chance: float | None, said: str
) -> None:
    rows = one_model.keyed(study.placed)
    mine = rows.filter(pl.col("place") == "frontier").head(1)
    mine = one_model.told_apart(mine).with_columns(p_frontier=pl.lit(chance, pl.Float64))
    row = {"name": "X", "rank": 2, "tied": 0}
    assert one_model_words.sentence(row, 9, mine, None).endswith(said)
    several = pl.concat([mine, mine.with_columns(p_frontier=pl.lit(0.2))])
    sure = 0 if chance == 0.31 else 1
    told = one_model_words.sentence(row, 9, several, None)
    verb, close = ("is", "1 is") if sure else ("are", "2 are")
    assert f"; {sure} of its 2 contestants {verb} on the frontier in half of the" in told
    assert f"resamples or more, {close} too close to call." in told
    alone = one_model_words.sentence(row, 1, mine, None, compared=1)
    assert alone.endswith("; nobody else can be compared here, so there is no frontier.")


def test_facts_have_their_sources(study: Study) -> None:
    facts = {row["fact"]: row for row in look(study, QWEN).tables["facts"].to_dicts()}
    assert facts["params total"]["value"] == "235B"
    assert facts["licence"]["value"] == "Apache-2.0"
    assert all(row["source"] and row["checked"] for row in facts.values())
    assert look(study, "fictional/egret-v4").tables["facts"].is_empty()


def test_prices_are_the_lists_with_their_days(tmp_path: Path) -> None:
    class Listed(Fake):
        @property
        def contestant(self) -> Any:
            return replace(super().contestant, model="deepseek/deepseek-chat")

    db = build(tmp_path / "p.duckdb", [Listed("D", None, 1.0, 50, None, 0.4)], (1,), 2)
    prices = look(Study(Reader(db), View(CAMPAIGN)), None).tables["prices"].to_dicts()
    assert prices[0]["deployment"] == "deepseek/deepseek-chat"
    assert prices[0]["valid_from"]
    assert prices[0]["output_usd_per_mtok"] > 0


def test_many_tasks_are_shown_by_category(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_model, "FEW_TASKS", 3)
    seen = look(study, QWEN)
    assert set(seen.tables["parts"]["part"]) == set(TASKS.values())
    assert seen.note == "many tasks, so parts are categories"


def test_a_level_that_one_answered_in_part_has_no_mean() -> None:
    rows = pl.DataFrame(
        {
            "name": ["a", "a", "b"], "contestant_id": ["a", "a", "b"], "task": ["s", "t", "s"],
            "level": [1, 1, 1], "accuracy": [0.5, 1.0, 1.0], "output_tokens": [10.0, None, 5.0],
        }
    )  # fmt: skip
    found = one_model.by_level(rows, ["a"]).to_dicts()
    assert [row["accuracy"] for row in found] == [0.75, None]
    assert [row["output_tokens"] for row in found] == [None, None]


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("model", [QWEN, f"fictional/{HOSTILE}"])
def test_figures_depend_on_their_rows_alone_and_escape_names(
    study: Study, size: Any, model: str
) -> None:
    tables, placed = look(study, model).tables, study.placed
    own, parts, levels = tables["contestants"], tables["parts"], tables["levels"]
    dials = dict(own.select("contestant_id", "dial").iter_rows())
    shares = dict(own.select("contestant_id", "reasoning_share").iter_rows())

    def drawn(turn: bool) -> str:
        p, t, v = (f.reverse() if turn else f for f in (placed, parts, levels))
        found = [
            figure.build(p, own, COST, size), figure.build(p, own, TOKENS, size),
            model_parts.build(t, shares, size),
            *(model_levels.build(v, c, dials, shares, size) for c in ("output_tokens", "accuracy")),
        ]  # fmt: skip
        assert all(found)
        return json.dumps(found, allow_nan=False)

    assert drawn(turn=False) == drawn(turn=True)
    assert HOSTILE not in drawn(turn=False)


def test_the_address_chooses_the_model(monkeypatch: pytest.MonkeyPatch, db: Path) -> None:
    app = visit(monkeypatch, APP, db, model=QWEN)
    assert app.title[0].value == "Qwen3 235B A22B"
    assert len(app.get("plotly_chart")) == 4
    assert "params total" in html(app)
    app.selectbox(key="model-choice").select("fictional/egret-v4").run()
    assert app.query_params["model"] == "fictional/egret-v4"
    assert app.title[0].value == "Egret V4"
    gone = visit(monkeypatch, APP, db, model="nobody")
    assert "The address names the model “nobody”, which is not here." in html(gone)
    assert "Shown is the ablest: " in html(gone)
    other = visit(monkeypatch, APP, db, model=QWEN.upper())
    assert other.title[0].value == "Qwen3 235B A22B"


def test_a_hostile_name_stays_text(monkeypatch: pytest.MonkeyPatch, db: Path) -> None:
    app = visit(monkeypatch, APP, db, model=f"fictional/{HOSTILE}".lower())
    assert HOSTILE not in html(app)
    assert "&lt;script&gt;" in html(app)


def test_failed_attempts_leave_it_without_charts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = build(tmp_path / "f.duckdb", FAKES[3:5], samples=2, status="infra_error")
    app = visit(monkeypatch, APP, db)
    assert "has no scored answer here" in html(app)
    assert not app.get("plotly_chart")
