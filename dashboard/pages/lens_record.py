"""What a lens's page is made of: the record that it fills in, and what its charts are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dashboard import query, theme
from data.lenses import Tables
from data.view import View

Figure = dict[str, Any]


@dataclass(frozen=True)
class Material:
    """What the charts of a page are drawn of."""

    shown: query.Shown
    placed: pl.DataFrame
    """The view's contestants with their facts and places on the frontier."""
    beside: Mapping[str, Tables]
    """Tables of other lenses, by lens."""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What the chart's own widgets say."""

    @property
    def tables(self) -> Tables:
        return self.shown.tables


class Beside(dict[str, Tables]):
    """Other lenses' tables by lens, looked at when a chart first asks for them."""

    def __init__(self, look: Callable[[str], Tables]) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, name: str) -> Tables:
        self[name] = self.look(name)
        return self[name]


@dataclass(frozen=True)
class Chart:
    """One chart of a lens."""

    name: str
    """What the reader chooses it by; it stands in the address."""
    note: str | Callable[[Material], str]
    """What it shows, in HTML of our own; a function where that depends on the tables."""
    build: Callable[[Material, theme.Size], Figure | None]
    """The figure; None: there is nothing to draw."""
    describe: Callable[[Material], str]
    """The figure in words, for its alt text."""
    empty: str = "The rows of this view give it nothing to draw."
    """What is said when there is nothing to draw: what is missing, and how to get it."""
    ask: Callable[[Material], Mapping[str, Any]] | None = None
    """Draws widgets over the chart, bound to the address, and says what they are set to."""

    def noted(self, material: Material) -> str:
        """The note as it stands over the figure of these tables."""
        return self.note if isinstance(self.note, str) else self.note(material)


@dataclass(frozen=True)
class LensPage:
    """One page. The numbers and the sentence are the lens's own."""

    lens: str
    """A name of data.lenses."""
    title: str
    charts: tuple[Chart, ...]
    method: str
    """Markdown of our own: what each number means, in short sections."""
    bar: Callable[[query.Source, theme.Size], View] | None = None
    """Draws the page's own row of filters, which leave nobody out; its charts get no places."""
    options: Callable[[query.Source, str], Mapping[str, Any]] = field(default=lambda *_: {})
    """(source, campaign) -> what the lens is asked beyond the view, from widgets it draws."""
    options_in_row: bool = False
    """Whether its widgets stand in the row of filters: at most one popover."""
    brief: Callable[[Tables], Sequence[Sequence[str]]] | None = None
    """The answer as a few figures (what, value, remark), which a phone has before the sentence."""
    side: Callable[[Material, theme.Size], None] | None = None
    """What stands beside the first chart."""
    beside: tuple[str, ...] = ()
    """Other lenses whose tables the charts need."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """What tables are called, where their name does not say it."""
