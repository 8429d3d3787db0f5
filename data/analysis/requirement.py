"""Requirement: how many output tokens a sample needs, learnt from those who solve it tersely."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.means import over_epochs

SOLVED = 0.5
"""A score from which an attempt counts as solved."""
CREDIBLE = 0.5
"""Least accuracy in the level, and least pass rate on the sample, of one who may set its need."""
TERSEST = 0.1
"""The requirement is this quantile of the credible solvers' median tokens."""
SILENT_KINDS = ("reader", "rules")
"""Contestants that write no text of their own; the others are writers."""
TAU = 16.0
"""Tokens below which a difference is formatting."""
ROUNDING = 1e-9
"""Shares and means this close to a bound count as being on it."""
_LEAST = 1e-9
"""Stands in for 0 tokens at tau = 0: 0 against 0 is then 1, and logarithms are finite."""


def requirement(grid: Grid) -> pl.DataFrame:
    """One row per sample: category, task, level, sample_id, requirement_tokens, solvers, version.

    requirement_tokens (METHOD 4.1) is the 10th percentile, linearly interpolated, over credible
    solvers of the median of their output tokens on the sample's solved attempts; `solvers` counts
    them. Credible is who has accuracy >= .5 in the level and solves at least half of the attempts
    at the sample: without that rule a lucky guess sets the need. Null where nobody is; with one
    solver it is that one's median. An attempt without output tokens counts for credibility only.

    Contestants that generate nothing never set a need: see `generates`. Keep the frame and pass it
    to `efficiency` later, so that scores do not move with the pool; `version` names its values.
    """
    score, tokens = grid.column("score"), output_tokens(grid)
    scored = ~np.isnan(score)
    solved = np.where(scored, score >= SOLVED, np.nan)
    level = grid.by_level(over_epochs(score, scored))
    able = np.nan_to_num(level) >= CREDIBLE - ROUNDING
    able &= generates(grid)[:, None]
    often = np.nan_to_num(over_epochs(solved, scored)) >= CREDIBLE - ROUNDING
    usable = (able[:, grid.level] & often)[:, :, None] & (solved == 1)
    typical = _medians(np.where(usable, tokens, np.nan))
    need, solvers = _low_quantile(typical)
    frame = grid.samples.select("category", "task", "level", "sample_id").with_columns(
        requirement_tokens=pl.Series(need, dtype=pl.Float64).fill_nan(None),
        solvers=pl.Series(solvers, dtype=pl.Int64),
    )
    return frame.with_columns(version=pl.lit(version(frame)))


def output_tokens(grid: Grid) -> Array:
    """(M, I, K) output tokens, NaN where not reported; a reader's unreported ones are 0."""
    tokens = grid.column("output_tokens")
    silent = _silent_kinds(grid)
    if silent.any():
        tokens = np.where(silent[:, None, None] & np.isnan(tokens), 0.0, tokens)
    return tokens


def generates(grid: Grid) -> Array:
    """(M,) whether a contestant writes: not a reader or rules, nor known for 0 tokens only.

    One whose tokens are never reported may be a writer, and can't set a need anyway.
    """
    tokens = grid.column("output_tokens")
    known = ~np.isnan(tokens)
    some = np.where(known, tokens, 0.0).max(axis=(1, 2), initial=0.0) > 0
    return np.asarray(~_silent_kinds(grid) & (some | ~known.any(axis=(1, 2))))


def writers(grid: Grid) -> int:
    """How many contestants write and have a scored answer."""
    scored = ~np.isnan(grid.column("score"))
    return int((generates(grid) & scored.any(axis=(1, 2))).sum())


def needed(grid: Grid, reference: pl.DataFrame) -> Array:
    """(I,) requirement of the grid's samples by a frame of `requirement`; NaN where it has none."""
    known = reference.with_columns(pl.col("sample_id").cast(pl.String))
    return grid.spread(known.unique("sample_id", keep="first"), "requirement_tokens")


def version(reference: pl.DataFrame) -> str:
    """Short digest of the samples and their needs, whatever the order of rows."""
    known = pl.col("requirement_tokens").cast(pl.Float64).fill_nan(None).round(6)
    rows = reference.select(
        pl.concat_str(pl.col("sample_id").cast(pl.String), known.cast(pl.String).fill_null("-"),
                      separator="\t")
    ).to_series()  # fmt: skip
    text = "\n".join(rows.sort().to_list())
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Attempts:
    """Scores and tokens as (M, I, K) arrays, and which of them the token metrics count."""

    grid: Grid
    score: Array
    tokens: Array
    need: Array
    """(I,) requirement in tokens, NaN: none."""
    tau: float
    known: Array
    """Scored, and tokens reported."""
    used: Array
    """Known, at a sample that has a requirement."""

    @cached_property
    def earned(self) -> Array:
        """(M, I) mean over epochs of c * min(1, (r + tau) / (t + tau))."""
        fit = self.padded(self.need)[:, None] / self.padded(self.tokens)
        return over_epochs(self.score * np.minimum(fit, 1.0), self.used)

    @cached_property
    def log_tokens(self) -> Array:
        """(M, I) mean over epochs of ln(t + tau)."""
        return over_epochs(np.log(self.padded(self.tokens)), self.used)

    @cached_property
    def useful(self) -> Array:
        """(M, I, K) tokens of each attempt that bought something, c * min(t, r)."""
        bought = self.score * np.minimum(self.tokens, self.need[:, None])
        return np.asarray(np.where(self.score == 0, 0.0, bought))

    def padded(self, tokens: Array) -> Array:
        """Tokens plus tau."""
        return np.asarray(np.maximum(tokens + self.tau, _LEAST))

    def mean(self, values: Array, where: Array) -> Array:
        """(M,) level-balanced mean of the attempts in `where`."""
        return self.grid.balance_rows(over_epochs(values, where))


def attempts(grid: Grid, need: Array, tau: float = TAU) -> Attempts:
    """The grid's attempts, judged by each sample's requirement (I,)."""
    score, tokens = grid.column("score"), output_tokens(grid)
    known = ~np.isnan(score) & ~np.isnan(tokens)
    return Attempts(grid, score, tokens, need, tau, known, known & ~np.isnan(need)[:, None])


def _silent_kinds(grid: Grid) -> Array:
    """(M,) contestants that the answers call readers or rules; none without a column `kind`."""
    silent = np.zeros(len(grid.ids), dtype=bool)
    if "kind" in grid.answers.columns and len(grid.ids):
        rows = grid.answers["kind"].cast(pl.String).is_in(SILENT_KINDS).fill_null(False).to_numpy()
        silent[grid.where[rows] // (grid.shape[1] * grid.epochs)] = True
    return silent


def _medians(values: Array) -> Array:
    """(M, I, K) to (M, I): median of the known values of each row; NaN without one."""
    out = np.full(values.shape[:2], np.nan)
    known = (~np.isnan(values)).sum(axis=2)
    rows = known > 0
    ordered = np.sort(values[rows], axis=1)  # NaN comes last
    n, place = known[rows], np.arange(len(ordered))
    out[rows] = (ordered[place, (n - 1) // 2] + ordered[place, n // 2]) / 2
    return out


def _low_quantile(values: Array) -> tuple[Array, Array]:
    """(M, I) to the tersest decile of each column's known values, NaN without one, and how many."""
    need = np.full(values.shape[1], np.nan)
    count = (~np.isnan(values)).sum(axis=0)
    columns = count > 0
    if columns.any():
        ordered = np.sort(values.T[columns], axis=1)  # NaN comes last
        at = TERSEST * (count[columns] - 1)
        low, place = np.floor(at).astype(np.int64), np.arange(len(ordered))
        below = ordered[place, low]
        above = ordered[place, np.minimum(low + 1, count[columns] - 1)]
        need[columns] = below + (at - low) * (above - below)
    return need, count
