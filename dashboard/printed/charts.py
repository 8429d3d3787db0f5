"""The pages' charts, built without a page: a figure, its note, and what it shows in words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import polars as pl

from dashboard.figures import frontier
from dashboard.figures.axes import COST, TIME, TOKENS
from dashboard.pages.frontier_chart import NOTES
from dashboard.pages.lens_record import Beside, Chart, LensPage, Material
from dashboard.query import Shown
from data import lenses
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.study import Study

Figure = dict[str, Any]
FRONTIER = "frontier"
SCALE = re.compile(r"[Rr]easoning(?: share)?:? 0 ?% ?100 ?%\.?")
KEY = (
    "Colour: reasoning share of the output, from blue (0%) to red (100%), grey: not reported. "
    "Large: frontier, hollow where it may be beaten; small: beaten. Diamond: closed weights."
)
AXES = {"Cost": COST, "Tokens": TOKENS, "Time": TIME}


@dataclass(frozen=True)
class Drawn:
    """One chart of a lens."""

    lens: str
    name: str
    note: str
    """What it shows, in plain words."""
    alt: str
    figure: Figure | None
    """None: there is nothing to draw, and `alt` says why."""


def charted() -> list[str]:
    """Names of the lenses that have charts, in the order of the lenses."""
    return [name for name in lenses.LENSES if name == FRONTIER or _page(name) is not None]


def charts(study: Study, lens: str, seen: Seen | None = None) -> Iterator[Drawn]:
    """The charts of a lens's page; `seen` is what the lens shows, for those who have it.

    ExportError for a lens without charts.
    """
    if lens == FRONTIER:
        yield from _frontier(study)
        return
    page = _page(lens)
    if page is None:
        raise ExportError(f"No chart of '{lens}'.{did_you_mean(lens, charted())}")
    found = seen or lenses.lens(lens).look(study)
    material = _material(study, page, found)
    for chart in page.charts:
        yield _drawn(lens, chart, material)


def title(lens: str) -> str:
    """What a lens's page is called; what the lens asks, where it has none."""
    page = _page(lens)
    return page.title if page else lenses.LENSES[lens].capitalize()


def _frontier(study: Study) -> Iterator[Drawn]:
    for name, axis in AXES.items():
        figure = frontier.build(study.placed, axis, "wide")
        drawn = figure if frontier.points(figure) else None
        alt = frontier.describe(study.placed, axis)
        yield Drawn(FRONTIER, name, f"{plain(NOTES['other'])} {KEY}", alt, drawn)


def _drawn(lens: str, chart: Chart, material: Material) -> Drawn:
    figure = chart.build(material, "wide")
    alt = chart.describe(material) if figure else plain(chart.empty)
    return Drawn(lens, chart.name, plain(chart.noted(material)), alt, figure)


def _page(lens: str) -> LensPage | None:
    """The record of a lens's page; None where it has no page, or one of another make."""
    try:
        module = import_module(f"dashboard.pages.{lens}")
    except ModuleNotFoundError as error:
        if error.name != f"dashboard.pages.{lens}":
            raise
        return None
    found = getattr(module, "PAGE", None)
    return found if isinstance(found, LensPage) and found.lens == lens else None


def _material(study: Study, page: LensPage, seen: Seen) -> Material:
    placed = pl.DataFrame() if page.bar else study.placed
    counts = int(study.levels["attempts"].sum()), study.summary.height
    shown = Shown(dict(seen.tables), seen.sentence, seen.interval, seen.note,
                  tuple(seen.more), *counts)  # fmt: skip

    def beside(name: str) -> lenses.Tables:
        mine = copy(study)
        mine.options = {}
        return lenses.lens(name).look(mine).tables

    return Material(shown, placed, Beside(beside))


def plain(marked: str) -> str:
    """HTML of our own as text; a scale of colours in words."""
    text = re.sub(r"</?(?:b|em|strong|code)>", "", marked)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    return SCALE.sub("Colour: reasoning share of the output, from blue (0%) to red (100%).", text)
