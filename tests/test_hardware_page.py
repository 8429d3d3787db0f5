"""The Hardware page: the accelerator in the address, and dimensions beside measured speed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.figures import hardware as figure
from dashboard.figures import hardware_fit
from data import lenses
from data.lenses import Tables
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, Fake, build
from tests.page import spec, visit

APP = "from dashboard.pages.hardware import page; page()"
NAME = "<img src=x>"
SIZES = ("wide", "medium", "phone")
KNOWN = (
    Fake("Llama", None, 0.2, 90, 0.0, 0.1, model_id="llama-3.1-8b"),
    Fake("Flagged", None, 0.4, 90, 0.0, 0.1, model_id="pythia-2.8b"),
    Fake(NAME, None, 1.5, 120, 0.0, 0.4, model_id="qwen3-8b"),
    FAKES[5],
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("hardware") / "x.duckdb", KNOWN, samples=2)


@pytest.fixture(scope="module")
def tables(store: Path) -> Tables:
    return lenses.lens("hardware").look(Study(Reader(store), View(CAMPAIGN))).tables


def drawn(models: pl.DataFrame, measured: pl.DataFrame) -> list[dict[str, Any] | None]:
    return [
        made
        for size in SIZES
        for made in (
            hardware_fit.dimensions(models, measured, size),  # type: ignore[arg-type]
            figure.speed(measured, size),  # type: ignore[arg-type]
            figure.batch(models, measured, size),  # type: ignore[arg-type]
        )
    ]


def test_the_order_of_rows_changes_no_byte_and_names_are_text(tables: Tables) -> None:
    models, measured = tables["models"], tables["measured"]
    straight = [json.dumps(one, allow_nan=False) for one in drawn(models, measured)]
    mixed = drawn(models.reverse(), measured.reverse())
    assert [json.dumps(one, allow_nan=False) for one in mixed] == straight
    assert not any("<img" in text for text in straight)


def test_the_views_models_come_first_and_flags_are_orange(tables: Tables) -> None:
    made = hardware_fit.dimensions(tables["models"], tables["measured"])
    assert made is not None
    axis = made["layout"]["yaxis"]
    names = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    assert sorted(list(names.values())[:3]) == ["Llama 3.1 8B", "Pythia 2.8B", "Qwen3 8B"]
    fits, flags, use = made["data"]
    heads = made["layout"]["xaxis"]["ticktext"]
    odd = {(names[y], heads[x]) for x, y in zip(flags["x"], flags["y"], strict=True)}
    assert ("Pythia 2.8B", "Head size") in odd
    assert not any(name == "Qwen3 8B" for name, _ in odd)
    assert len(fits["x"]) + len(flags["x"]) == 5 * len(names)
    orange = [names[y] for y, c in zip(use["y"], use["marker"]["color"], strict=True)
              if c == figure.ORANGE]  # fmt: skip
    assert set(orange) == {name for name, _ in odd}
    words = [note["text"] for note in made["layout"]["annotations"]]
    assert [w for w in words if w.startswith("<b>")] == [
        "<b>In this view</b>", "<b>Not in this view, flagged in the catalogue</b>"
    ]  # fmt: skip
    assert any("head size a multiple of 16 only" in word for word in words)


def test_measured_speed_stands_beside_what_memory_allows(tables: Tables) -> None:
    made = figure.speed(tables["measured"])
    assert made is not None
    assert made["layout"]["xaxis"]["range"] == made["layout"]["yaxis"]["range"]
    marks = made["data"][-1]
    assert sorted(marks["x"]) == pytest.approx(
        sorted(tables["measured"]["roof_tokens_per_s_alone"]), rel=1e-5
    )
    assert figure.speed(tables["measured"].clear()) is None
    assert hardware_fit.dimensions(tables["models"].clear(), tables["measured"].clear()) is None
    assert figure.batch(tables["models"].clear(), tables["measured"]) is None


def test_without_a_model_of_the_view_the_catalogue_is_drawn(tables: Tables) -> None:
    nobody = tables["measured"].clear()
    whole = figure.batch(tables["models"], nobody)
    some = figure.batch(tables["models"], tables["measured"])
    assert whole is not None
    assert some is not None
    assert len(whole["data"][0]["x"]) > len(some["data"][0]["x"]) == 3


def test_the_accelerator_comes_from_the_address(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    usual = visit(monkeypatch, APP, store)
    other = visit(monkeypatch, APP, store, accelerator="A100")
    assert spec(usual)["data"] != spec(other)["data"]
    labels = [block.proto.popover.label for block in other.get("popover")]
    assert "A100" in labels
    wrong = visit(monkeypatch, APP, store, accelerator="<b>Z80")
    assert spec(wrong)["data"] == spec(usual)["data"]


def test_every_chart_is_a_link(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    for show, alt in (("Measured speed", "Measured tokens"), ("In a batch", "Tokens per second")):
        app = visit(monkeypatch, APP, store, show=show)
        assert app.get("plotly_chart")[0].proto.alt.startswith(alt)
