"""Cost of pass: what one pass of a problem costs, and the least that anyone asks for it.

It is not `cost_per_correct_usd` (dollars spent over answers that are correct, of one contestant on
all samples): here each problem is priced by itself, and by whoever passes it cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.means import mean, over_epochs, ratio

ONE_EPOCH = "not published with one epoch"
NOBODY = "nobody passes {} of {} problems"
NOT_PRICED = "no answer has a score and a cost"


@dataclass(frozen=True)
class Passes:
    """Mean cost and mean score of each contestant at each problem, over some of the epochs."""

    cost_usd: Array
    """(M, I), NaN: no attempt with both known."""
    rate: Array
    """(M, I) share passed, NaN: the same."""

    @property
    def price(self) -> Array:
        """(M, I) dollars per pass: cost over pass rate; infinite when it never passes."""
        return ratio(self.cost_usd, self.rate, np.inf)


def passes(grid: Grid, epochs: slice = slice(None)) -> Passes:
    """Cost and pass rate of all, over attempts whose score and cost are known.

    Erol et al., arXiv 2504.13359: v = C / R for a contestant and a problem. A fractional score
    counts as that part of a pass. With R = 0 the price is infinite, whatever was spent.
    """
    score, cost = (grid.column(c)[:, :, epochs] for c in ("score", "cost_usd"))
    both = ~np.isnan(score) & ~np.isnan(cost)
    return Passes(over_epochs(cost, both), over_epochs(score, both))


def problems(grid: Grid, human_usd: float | None = None) -> pl.DataFrame:
    """One row per sample anybody was priced at, in the grid's order: what passing it costs.

    category, task, level, sample_id, contestants (priced at it), passed (whether any passes),
    cheapest (contestant_id, null where nobody passes for less than a human), price_usd: the least
    dollars per pass, a human's price if that is less; infinite where nobody passes. It is the
    plug-in minimum: luck makes it too low. Equal prices: the first contestant_id.
    """
    price = passes(grid).price
    best, least = _cheapest(price)
    human = np.inf if human_usd is None else human_usd
    ids = [grid.ids[m] if v < np.inf and v <= human else None
           for m, v in zip(best.tolist(), least.tolist(), strict=True)]  # fmt: skip
    asked = (~np.isnan(price)).sum(axis=0)
    frame = grid.samples.select("category", "task", "level", "sample_id").with_columns(
        contestants=pl.Series(asked, dtype=pl.Int64),
        passed=pl.Series(np.isfinite(least), dtype=pl.Boolean),
        cheapest=pl.Series(ids, dtype=pl.String),
        price_usd=pl.Series(np.minimum(least, human), dtype=pl.Float64),
    )
    return frame.filter(pl.col("contestants") > 0)


def cost_of_pass(grid: Grid, human_usd: float | None = None) -> pl.DataFrame:
    """One row: the frontier cost of pass of the view's problems, in dollars. METHOD section 3.

    problems: those with a priced answer; nobody_passes: how many of them nobody passes.
    frontier_usd: mean over problems of the least price, at most `human_usd` (Erol et al., arXiv
    2504.13359); infinite when nobody passes one and no human price is given. passed_usd: the mean
    over the problems that are passed. Both take the luckiest of many and are too low (the winner's
    curse). cross_fitted_usd is the one to publish: it picks a problem's contestant on one half of
    the epochs (the odd ones), takes what that one costs and passes on the other half, does it the
    other way round too, and divides mean cost by mean pass rate: a single problem's rate on half of
    the epochs may be 0. It is over the cross_fitted_problems that a picking half passes. A human is
    picked where cheaper, or where that half shows no pass. Means are level-balanced.

    With one epoch no dollars are published, since luck can't be told from skill; `note` says so.
    """
    rows = problems(grid, human_usd)
    hard = int((~rows["passed"]).sum())
    least, passed = (grid.spread(rows, c) for c in ("price_usd", "passed"))
    cost, rate = _cross_fitted(grid, human_usd)
    means = {
        "frontier_usd": float(grid.balance_rows(least)),
        "passed_usd": float(grid.balance_rows(np.where(passed == 1, least, np.nan))),
        "cross_fitted_usd": float(ratio(grid.balance_rows(cost), grid.balance_rows(rate), np.inf)),
    }
    note = NOBODY.format(hard, rows.height) if hard else None
    if grid.epochs < 2:
        means, note = dict.fromkeys(means, np.nan), ONE_EPOCH
    if rows.is_empty():
        note = NOT_PRICED
    counts = {
        "problems": rows.height,
        "nobody_passes": hard,
        "cross_fitted_problems": int((~np.isnan(cost)).sum()) if grid.epochs > 1 else 0,
    }
    columns = {name: [value] for name, value in {**counts, **means}.items()}
    frame = pl.DataFrame(columns, schema_overrides=dict.fromkeys(means, pl.Float64))
    told = pl.Series("note", [note], dtype=pl.String)
    return frame.with_columns(pl.selectors.float().fill_nan(None), told)


def _cross_fitted(grid: Grid, human_usd: float | None) -> tuple[Array, Array]:
    """(I,) cost and pass rate, each on the epochs its contestant was not picked on; mean of both.

    A problem that can't be priced one way round counts the other way alone; NaN if neither.
    """
    halves = passes(grid, slice(0, None, 2)), passes(grid, slice(1, None, 2))
    spent, won = [], []
    for pick, pay in (halves, halves[::-1]):
        best, least = _cheapest(pick.price)
        cost, rate = (
            np.where(np.isfinite(least), _of(values, best), np.nan)
            for values in (pay.cost_usd, pay.rate)
        )
        if human_usd is not None:
            human = (least > human_usd) & (~np.isnan(pick.price)).any(axis=0)
            cost, rate = np.where(human, human_usd, cost), np.where(human, 1.0, rate)
        spent.append(cost)
        won.append(rate)
    return mean(np.stack(spent), axis=0), mean(np.stack(won), axis=0)


def _cheapest(price: Array) -> tuple[Array, Array]:
    """(I,) who asks least for each problem, the first of equals, and how much; inf if nobody."""
    asked = np.where(np.isnan(price), np.inf, price)
    best = np.argmin(asked, axis=0) if len(asked) else np.zeros(price.shape[1], dtype=np.int64)
    return best, _of(asked, best)


def _of(values: Array, who: Array) -> Array:
    """(M, I) to (I,): each problem's value of the contestant in `who`."""
    if not len(values):
        return np.full(values.shape[1], np.nan)
    return np.asarray(values[who, np.arange(values.shape[1])])
