"""Every chart of the lenses' pages on every kind of store: the same bytes, numbers, inert names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard import query
from dashboard.pages.lens_page import LensPage, Material
from data import lenses
from data.journal import Journal
from data.records import Fit
from data.store import Reader, merge
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, Fake, build
from tests.page import spec, visit

WORDS = ("readers", "spectrum", "size", "knowledge", "time", "sparsity", "lineage", "hardware")
SIZES = ("wide", "medium", "phone")
NAME = "<img src=x> & co"
SIZED = (
    Fake("Finch S", "low", 0.2, 90, 0.0, 0.1, model_id="olmo-1b"),
    Fake("Finch S", "high", 0.6, 900, 0.8, 0.1, model_id="olmo-1b"),
    Fake("Heron M", None, 1.5, 120, 0.0, 0.4, model_id="olmo-3-32b-think"),
    Fake("Egret L", "high", 2.8, 2000, 0.9, 1.1, model_id="deepseek-v3.2"),
    Fake(NAME, None, 2.0, 150, 0.0, 0.9, model_id="deepseek-v4-pro"),
    Fake("Ibis Reader S", None, 3.0, 0, None, 0.02, 0.01, "reader", "all-minilm-l6-v2"),
)
STORES: Mapping[str, dict[str, Any]] = {
    "full": {"fakes": [*SIZED, *FAKES[3:]], "samples": 6},
    "one": {"fakes": FAKES[5:6]},
    "failed": {"fakes": FAKES[3:6], "status": "infra_error"},
    "free": {"fakes": [Fake(f"Free {i}", None, i, 50, 0.0, 0.0) for i in range(3)]},
    "unpriced": {"fakes": [Fake(f"Dark {i}", None, i, 50, 0.2, None) for i in range(3)]},
    "one level": {"fakes": FAKES[:6], "levels": (2,)},
    "many": {
        "fakes": [Fake(f"Rail {i}", None, i % 9 - 3, 40 + i, i % 10 / 10, 1.0) for i in range(300)],
        "levels": (1, 2),
        "samples": 1,
    },
}
FULL_DRAWS = {"readers": 4, "spectrum": 3, "size": 3, "knowledge": 3, "time": 2, "sparsity": 4,
              "lineage": 5, "hardware": 3}  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("charts")
    made = {
        name: build(folder / f"{i}.duckdb", **{"samples": 2, **how})
        for i, (name, how) in enumerate(STORES.items())
    }
    reader = SIZED[-1].contestant.contestant_id
    with Journal(made["full"], "fits") as journal:
        journal.fit(Fit(f"run-{CAMPAIGN}-1", reader, "tickets", 50, 2.0, usd=0.01))
        for fake in (*SIZED[:-1], *FAKES[3:]):
            writer = fake.contestant.contestant_id
            journal.fit(Fit(f"run-{CAMPAIGN}-1", writer, "tickets", 0))
    merge(made["full"])
    return made


def page_of(word: str) -> LensPage:
    found: LensPage = import_module(f"dashboard.pages.{word}").PAGE
    return found


def material(db: Path, lens: str, shuffled: bool = False) -> Material:
    study = Study(Reader(db), View(CAMPAIGN))
    seen = lenses.lens(lens).look(study)

    def order(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sample(fraction=1.0, shuffle=True, seed=5) if shuffled else frame

    shown = query.Shown(
        {name: order(frame) for name, frame in seen.tables.items()},
        seen.sentence, seen.interval, seen.note, tuple(seen.more), 1, 1,
    )  # fmt: skip
    return Material(shown, order(study.placed), {})


def drawn(page: LensPage, of: Material) -> dict[str, str]:
    """The JSON of every figure that there is something to draw for; NaN is refused."""
    found = {}
    for chart in page.charts:
        for size in SIZES:
            figure = chart.build(of, size)  # type: ignore[arg-type]
            if figure is not None:
                found[f"{chart.name}, {size}"] = json.dumps(figure, allow_nan=False)
                assert len(chart.describe(of)) > 20
    return found


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("store", STORES)
def test_every_chart_is_drawn_or_says_why_not(
    stores: dict[str, Path], word: str, store: str
) -> None:
    page = page_of(word)
    found = drawn(page, material(stores[store], page.lens))
    assert all(chart.empty.endswith(".") for chart in page.charts)
    if store == "full":
        assert len(found) == len(SIZES) * FULL_DRAWS[word]


@pytest.mark.parametrize("word", WORDS)
def test_the_order_of_rows_changes_no_byte(stores: dict[str, Path], word: str) -> None:
    page = page_of(word)
    straight = drawn(page, material(stores["full"], page.lens))
    assert drawn(page, material(stores["full"], page.lens, shuffled=True)) == straight


@pytest.mark.parametrize("word", WORDS)
def test_names_are_shown_as_the_text_they_are(stores: dict[str, Path], word: str) -> None:
    page = page_of(word)
    figures = drawn(page, material(stores["full"], page.lens))
    assert not [name for name, text in figures.items() if "<img" in text]
    if word in ("spectrum", "knowledge"):
        assert any("&lt;img src=x&gt; &amp; co" in text for text in figures.values())


@pytest.mark.parametrize(
    ("word", "show", "alt"),
    [
        ("readers", "Break-even", "Documents from which"),
        ("spectrum", "The continuum", "Capability (0 to 100) against reasoning share"),
        ("size", "Tiers", "Tasks by size of model"),
        ("knowledge", "By band", "Knowledge index (-100 to 100) by band"),
    ],
)
def test_the_address_chooses_the_chart(
    monkeypatch: pytest.MonkeyPatch, stores: dict[str, Path], word: str, show: str, alt: str
) -> None:
    code = f"from dashboard.pages.{word} import page; page()"
    app = visit(monkeypatch, code, stores["full"], show=show)
    assert app.get("plotly_chart")[0].proto.alt.startswith(alt)
    assert spec(app)["data"]


def test_a_label_may_cost_something_else(
    monkeypatch: pytest.MonkeyPatch, stores: dict[str, Path]
) -> None:
    code = "from dashboard.pages.readers import page; page()"
    app = visit(monkeypatch, code, stores["full"], label_usd="0.5")
    assert "labels at $0.5 each" in "".join(str(h.proto.body) for h in app.get("html"))
