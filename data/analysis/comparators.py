"""Comparators: what others would say of the same answers, and ranks by tokens with their ties."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.adaptivity import thirds
from data.analysis.grid import Array, Grid
from data.analysis.means import numbers, over_epochs, ratio
from data.analysis.pareto import TIE_BAND, token_groups
from data.analysis.reported import share_of
from data.analysis.requirement import ROUNDING, output_tokens
from data.analysis.summary import KNOWN_SHARE

MOST_THINKING = 1000.0
"""t_max of OptimalThinkingBench: thinking tokens at which an easy answer earns nothing."""


def comparators(grid: Grid, most_thinking: float = MOST_THINKING) -> pl.DataFrame:
    """One row per contestant, sorted by contestant_id: published scores, to read beside ste.

    ock_score: 100 * accuracy - 10 ln(mean total tokens / 10,000 + 1), input and output tokens
    together (OckBench, arXiv 2511.05722; in points, at most 100, below 0 for dear failures); over
    the attempts that report both. auc_oaa (0..1): on the easiest third of each task's levels the
    mean of c * max(0, 1 - thinking / most_thinking), the area under overthinking-adjusted accuracy
    (OptimalThinkingBench, arXiv 2508.13141). hard_accuracy (0..1): on the hardest third. otb_f1:
    their harmonic mean; 0 when both are 0. Means are level-balanced.

    Thinking is an attempt's reasoning tokens, and all of its output tokens where these are not
    reported, which is harsher; `thinking_from` says which: reasoning, output or both. A task of
    one level has no easy and hard part and is left out. Null where nothing of the kind is known,
    or where more than 20 % of the attempts do not report their tokens.
    """
    score, output = grid.column("score"), output_tokens(grid)
    scored = ~np.isnan(score)
    total = grid.column("input_tokens") + output
    counted = scored & ~np.isnan(total)
    accuracy = grid.balance_rows(over_epochs(score, counted))
    ock = 100 * accuracy - 10 * np.log(grid.balance_rows(over_epochs(total, counted)) / 1e4 + 1)
    reasoning = grid.column("reasoning_tokens")
    thinking = np.where(np.isnan(reasoning), output, reasoning)
    thought = scored & ~np.isnan(thinking)
    left = score * np.clip(1 - thinking / most_thinking, 0.0, 1.0)
    easy, hard = thirds(grid)
    easy_mean = _part(grid, over_epochs(left, thought), easy & ~hard)
    hard_mean = _part(grid, over_epochs(score, scored), hard & ~easy)
    auc = _if_told(easy_mean, thought & easy[:, None], scored & easy[:, None])
    both = auc + hard_mean
    frame = pl.DataFrame(
        {
            "contestant_id": pl.Series(grid.ids, dtype=pl.String),
            "ock_score": _if_told(ock, counted, scored),
            "auc_oaa": auc,
            "hard_accuracy": hard_mean,
            "otb_f1": ratio(2 * auc * hard_mean, both, 0.0),
            "thinking_from": _sources(thought & ~np.isnan(reasoning), thought),
        }
    )
    return frame.with_columns(pl.selectors.float().fill_nan(None))


def ranked(frame: pl.DataFrame, band: float = TIE_BAND) -> pl.DataFrame:
    """Rows of `efficiency` by tokens per correct answer, where dollars decide between near ties.

    METHOD 4.1: providers count with different tokenizers, so differences under about 25 % are
    ties. The fewest tokens open a group, all up to 25 % above are in it, the next opens another.
    Adds token_group (from 1) and token_rank (from 1): within a group by cost_per_correct_usd,
    unknown costs last; equal costs share a rank. Null tokens have neither and come last; infinite
    ones (nothing correct) are a group. Equal rows are in the order of contestant_id. Pass rows of
    contestants that answered the same samples.
    """
    tokens = numbers(frame["tokens_per_correct"])
    groups = pl.Series(token_groups(tokens, band), dtype=pl.Float64).fill_nan(None)
    cost = pl.col("cost_per_correct_usd").cast(pl.Float64).fill_nan(None)
    key = pl.struct(pl.col("token_group"), cost.is_null().alias("unknown"), cost.fill_null(0.0))
    placed = frame.with_columns(token_group=groups.cast(pl.Int64))
    rank = pl.when(pl.col("token_group").is_not_null()).then(key)
    order = ["token_group", "token_rank", "contestant_id"]
    return placed.with_columns(token_rank=rank.rank("min").cast(pl.Int64)).sort(
        order, nulls_last=True, maintain_order=True
    )


def _part(grid: Grid, values: Array, where: Array) -> Array:
    return grid.balance_rows(np.where(where, values, np.nan))


def _if_told(values: Array, known: Array, scored: Array) -> Array:
    """Values, NaN for contestants with too small a share of known attempts."""
    return np.where(share_of(known, scored) >= KNOWN_SHARE - ROUNDING, values, np.nan)


def _sources(reported: Array, thought: Array) -> pl.Series:
    """Where each contestant's thinking tokens come from; null without any."""
    frame = pl.DataFrame(
        {
            "known": thought.any(axis=(1, 2)),
            "some": reported.any(axis=(1, 2)),
            "fallen": (thought & ~reported).any(axis=(1, 2)),
        }
    )
    both = pl.when("fallen").then(pl.lit("both")).otherwise(pl.lit("reasoning"))
    source = pl.when("some").then(both).otherwise(pl.lit("output"))
    return frame.select(thinking_from=pl.when("known").then(source)).to_series()
