"""A study: a view's material, each part read or computed once, for every lens that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import polars as pl

from data.analysis.frontier import AXES, place
from data.analysis.grid import Grid, grid
from data.analysis.marked import marked
from data.analysis.resample import Draws, draws
from data.analysis.summary import summarise
from data.errors import ExportError, did_you_mean
from data.pricing.sql import Charges
from data.store import Reader, queries
from data.view import View, charges_of, levels_of, unpriced

MEASURES = ("score", "output_tokens", "duration_s", "cost_usd")
"""Columns of answers that lenses read as means by sample."""
RESAMPLES = 1000
"""Resamples behind the intervals of lenses; P(frontier) has its own number."""
_LARGE = ("grid", "draws")


class Study:
    """What the lenses of one view share. Not safe to share between threads while it fills."""

    def __init__(
        self, reader: Reader, view: View, options: Mapping[str, Any] | None = None
    ) -> None:
        if view.x not in AXES:
            raise ExportError(f"Unknown axis '{view.x}'.{did_you_mean(view.x, AXES)}")
        self.reader, self.view = reader, view
        self._others: dict[str, Study] = {}
        self.options = dict(options or {})
        """What a lens was asked beyond the view: see data.lenses.OPTIONS."""
        self.mix = dict(view.mix)

    @cached_property
    def charges(self) -> Charges:
        return charges_of(self.reader, self.view)

    @cached_property
    def levels(self) -> pl.DataFrame:
        """Rollup rows of the view's tasks and levels, of all its contestants."""
        return levels_of(self.reader, self.view, self.charges)

    @cached_property
    def summary(self) -> pl.DataFrame:
        """One row per contestant of the view's labs, weights and kinds: see `summarise`."""
        rows = summarise(self.levels, mix=self.mix)
        if self.view.basis.shape is not None:
            # A shape says what would be paid; nobody spent it.
            rows = rows.with_columns(spent_usd=pl.lit(None, pl.Float64))
        view = self.view
        for column, wanted in (("lab", view.labs), ("weights", view.weights), ("kind", view.kinds)):
            if wanted:
                rows = rows.filter(pl.col(column).is_in(wanted))
        return rows

    @cached_property
    def placed(self) -> pl.DataFrame:
        """The summary's contestants with their place on the frontier: see `place`."""
        return self._placed(self.means if self.summary.height > 1 else None)

    @cached_property
    def placed_without_chances(self) -> pl.DataFrame:
        """The same without P(frontier), which is all that reads answers."""
        return self._placed(None)

    def _placed(self, held: Grid | None) -> pl.DataFrame:
        rows = self.summary
        if rows["unpriced"].sum():
            why = self.unpriced.unique("contestant_id", keep="first", maintain_order=True)
            rows = rows.join(
                why.select("contestant_id", cost_reason="reason"), on="contestant_id", how="left"
            )
        return place(rows, self.view.x, held)

    @cached_property
    def grid(self) -> Grid:
        """The view's answers of the summary's contestants."""
        held = self._asked(queries.answers)
        kinds = self.summary.select("contestant_id", "kind")
        held = held.join(kinds, on="contestant_id", how="left", maintain_order="left")
        return grid(held, self.mix, self.levels)

    @cached_property
    def means(self) -> Grid:
        """The grid's samples with the means over their epochs of the columns of MEASURES.

        A grid of one epoch, a tenth of the other's size: for who asks for nothing but `mean`.
        """
        held = self._asked(queries.sample_means).with_columns(epoch=pl.lit(1))
        return grid(held, self.mix, self.levels).slim(MEASURES)

    def _asked(self, query: Callable[..., pl.DataFrame]) -> pl.DataFrame:
        """What a query of answers finds for the summary's contestants."""
        held = query(
            self.reader,
            self.view.campaign,
            self.charges,
            self.levels["task"].unique().to_list(),
            self.view.levels or None,
        )
        ids = self.summary["contestant_id"]
        if len(ids) < self.levels["contestant_id"].n_unique():
            held = held.filter(pl.col("contestant_id").is_in(ids.to_list()))
        return held

    @property
    def is_whole(self) -> bool:
        """Whether it keeps every single answer, which takes by far the most memory."""
        return any(name in vars(self) for name in _LARGE) or bool(self._others)

    def let_go(self) -> None:
        """Let go of the single answers; they are read again when somebody asks for them."""
        for name in _LARGE:
            vars(self).pop(name, None)
        self._others.clear()

    @cached_property
    def compared(self) -> pl.DataFrame:
        """The placed contestants that are compared with each other."""
        return self.placed.filter(pl.col("place") != "apart")

    @cached_property
    def unpriced(self) -> pl.DataFrame:
        """contestant_id, name, reason, attempts of answers whose cost is not known."""
        return unpriced(self.reader, self.view, self.levels, self.charges)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by contestant_id."""
        return dict(self.summary.select("contestant_id", "name").iter_rows())

    @cached_property
    def marked(self) -> pl.DataFrame:
        """task, contestant_id, calls_per_month of what the experiment marks as in use."""
        texts = queries.runs(self.reader, self.view.campaign)["experiment"].drop_nulls()
        return marked(texts[0] if len(texts) else None, self.levels.unique("contestant_id"))

    def beside(self, campaign: str) -> Study:
        """The same view of another campaign; kept."""
        if campaign not in self._others:
            self._others[campaign] = Study(self.reader, replace(self.view, campaign=campaign))
        return self._others[campaign]

    def named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame with `contestant_id`, its `name` before it."""
        names = self.summary.select("contestant_id", "name")
        named = frame.drop("name", strict=False).join(
            names, on="contestant_id", how="left", maintain_order="left"
        )
        return named.select("name", pl.exclude("name"))

    @cached_property
    def draws(self) -> Draws:
        """One set of resamples for every interval of the view."""
        return draws(self.grid, RESAMPLES)
