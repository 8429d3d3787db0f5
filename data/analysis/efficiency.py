"""Efficiency: right answers for few tokens, and tokens only where the task needs them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from data.analysis import resample
from data.analysis.adaptivity import responsiveness, thirds
from data.analysis.grid import Array, Grid
from data.analysis.means import over_epochs, ratio
from data.analysis.reported import share_of, truncated_share
from data.analysis.requirement import (
    ROUNDING,
    TAU,
    Attempts,
    attempts,
    generates,
    needed,
    requirement,
    version,
    writers,
)
from data.analysis.resample import Draws
from data.analysis.summary import FULL_COVERAGE, KNOWN_SHARE
from data.analysis.token_lead import behind_best
from data.analysis.token_lead import sentence as sentence
from data.wording import percent

SHOWN_ACCURACY = 0.2
"""Adaptivity is shown from this accuracy: one who solves nothing can still move like the need."""
CENSORED_SHARE = 0.2
"""Above this share of truncated answers in a level, its tokens are only a lower bound."""
NEEDLESS = ("tokens_per_correct", "output_tokens")
"""Token metrics that no need of a task enters."""
METRICS = ["accuracy_required", "ste", "ste_low", "ste_high", "behind_best", "behind_best_low",
           "behind_best_high", "thrift", "adaptivity", "elasticity", "easy_overhead",
           "waste_token_share", "waste_usd_share", "waste_per_1k_usd", "tokens_per_correct",
           "cost_per_correct_usd", "output_tokens"]  # fmt: skip


def efficiency(
    grid: Grid,
    reference: pl.DataFrame | None = None,
    draws: Draws | None = None,
    tau: float = TAU,
) -> pl.DataFrame:
    """One row per contestant, sorted by contestant_id. METHOD 4.2, 4.3 and 4.6.

    ste (0..1), success-weighted token efficiency, is the mean of c * min(1, (r + tau) / (t + tau))
    over attempts with score c and t output tokens at samples with a requirement of r tokens: that
    of `reference` (a frame of `requirement`), else of this very grid. It has the shape of SPL
    (Anderson et al. 2018, arXiv 1807.06757). ste_low, ste_high: 95 % percentile interval of
    `draws` with r held fixed; null where no level has two clusters. ste = accuracy_required *
    thrift, where accuracy_required is over the attempts that ste counts; accuracy is over all.

    adaptivity (-1..1) and elasticity: see `responsiveness`; adaptivity from accuracy .2 only.
    behind_best with its interval (0..1): see `behind_best`; of those that write and answered 95 %
    of the required samples that any of them did, null for the others. writes: see `generates`.
    easy_overhead: geometric mean of (t + tau) / (r + tau) on the easiest third of levels.
    waste_token_share (0..1): 1 - sum c * min(t, r) / sum t. waste_usd_share (0..1): the share of
    dollars, an attempt's counting as its tokens do; waste_per_1k_usd: those per 1,000 tasks.
    tokens_per_correct, cost_per_correct_usd: mean spent over mean score, infinite at zero correct.
    output_tokens: mean per task. Means and sums are level-balanced over what is known.
    required_samples, samples: answered ones. tokens_missing, truncated_share_worst_level: 0..1.

    Decided: an attempt without output tokens leaves the token metrics and stays in accuracy; they
    are null when more than 20 % of a contestant's are (cost metrics by unknown costs). Nothing
    correct: ste 0, thrift null, waste 1, with or without requirements. Something correct and no
    requirement: null. Who generates nothing has e = 1, and neither overhead nor waste. A level
    truncated above 20 % makes it a lower_bound. `note` says why something is null. Where one
    contestant alone writes and no `reference` is given, its need would be learnt from itself: what
    is measured against a need is null then, for everybody.
    """
    frozen = requirement(grid) if reference is None else reference
    alone = reference is None and writers(grid) < 2
    data = attempts(grid, needed(grid, frozen), tau)
    scored = ~np.isnan(data.score)
    accuracy = grid.balance_rows(over_epochs(data.score, scored))
    missing = share_of(scored & ~data.known, scored)
    drawn = draws or resample.draws(grid)
    columns = _token_metrics(data, accuracy, drawn)
    told = missing <= 1 - KNOWN_SHARE + ROUNDING
    columns = {
        name: np.where(told & (not alone or name in NEEDLESS), values, np.nan)
        for name, values in columns.items()
    }
    columns |= _cost_metrics(data, scored, accuracy, columns["waste_token_share"])
    required = data.used.any(axis=2).sum(axis=1)
    known = generates(grid) & ~np.isnan(columns["ste"]) & (required > 0)
    most = np.max(required, initial=0, where=known)
    leads = known & (required >= FULL_COVERAGE * most - ROUNDING)
    ends = ("behind_best", "behind_best_low", "behind_best_high")
    behind = behind_best(grid, data.earned, columns["ste"], leads, drawn)
    columns |= dict(zip(ends, behind, strict=True))
    worst = truncated_share(grid, scored)
    frame = pl.DataFrame(
        {
            "contestant_id": pl.Series(grid.ids, dtype=pl.String),
            "accuracy": accuracy,
            **{name: columns[name] for name in METRICS},
            "required_samples": required,
            "samples": scored.any(axis=2).sum(axis=1),
            "tokens_missing": missing,
            "truncated_share_worst_level": worst,
            "lower_bound": np.nan_to_num(worst) > CENSORED_SHARE + ROUNDING,
            "_unpriced": columns["_unpriced"],
            "_alone": np.full(len(grid.ids), alone),
            "writes": generates(grid),
        }
    ).with_columns(pl.selectors.float().fill_nan(None))
    notes = [_note(row) for row in frame.iter_rows(named=True)]
    shown = pl.col("accuracy") >= SHOWN_ACCURACY - ROUNDING
    return frame.drop("_unpriced", "_alone").with_columns(
        adaptivity=pl.when(shown).then("adaptivity"),
        note=pl.Series(notes, dtype=pl.String),
        requirement_version=pl.lit(version(frozen)),
    )


def _token_metrics(data: Attempts, accuracy: Array, draws: Draws) -> dict[str, Array]:
    grid, need = data.grid, np.log(data.padded(data.need))
    ste = grid.balance_rows(data.earned)
    ste = np.where(np.isnan(ste) & (accuracy == 0), 0.0, ste)
    low, high = _interval(data, draws)
    required = data.mean(data.score, data.used)
    kappa, beta = responsiveness(data)
    over = np.where(thirds(grid)[0], data.log_tokens - need, np.nan)
    writes = generates(grid)
    # Who solved nothing wasted all of it, whether or not a requirement is known.
    counts = np.where((accuracy == 0)[:, None, None], data.known, data.used)
    spent = data.mean(data.tokens, counts)
    tokens = data.mean(data.tokens, data.known)
    return {
        "accuracy_required": required,
        "ste": ste,
        "ste_low": low,
        "ste_high": high,
        "thrift": ratio(ste, required),
        "adaptivity": kappa,
        "elasticity": beta,
        "easy_overhead": np.where(writes, np.exp(grid.balance_rows(over)), np.nan),
        "waste_token_share": np.where(
            writes, 1 - ratio(data.mean(data.useful, counts), spent), np.nan
        ),
        "tokens_per_correct": ratio(tokens, data.mean(data.score, data.known), np.inf),
        "output_tokens": tokens,
    }


def _cost_metrics(data: Attempts, scored: Array, accuracy: Array, waste: Array) -> dict[str, Array]:
    cost = data.grid.column("cost_usd")
    priced = scored & ~np.isnan(cost)
    unpriced = share_of(scored & ~priced, scored)
    counts = np.where((accuracy == 0)[:, None, None], data.known, data.used) & priced
    share = np.where(data.tokens > 0, data.useful / np.maximum(data.tokens, 1e-300), data.score)
    wasted = data.mean(cost * (1 - share), counts)
    per_correct = ratio(data.mean(cost, priced), data.mean(data.score, priced), np.inf)
    hidden = ~(unpriced <= 1 - KNOWN_SHARE + ROUNDING)
    unknown = hidden | np.isnan(waste)
    return {
        "waste_usd_share": np.where(unknown, np.nan, ratio(wasted, data.mean(cost, counts))),
        "waste_per_1k_usd": np.where(unknown, np.nan, 1000 * wasted),
        "cost_per_correct_usd": np.where(hidden, np.nan, per_correct),
        "_unpriced": unpriced,
    }


def _interval(data: Attempts, draws: Draws) -> tuple[Array, Array]:
    """(M,) ends of ste's interval; NaN where no level has two clusters, so that nothing varies."""
    grid, none = data.grid, np.full(len(data.grid.ids), np.nan)
    if not len(grid.starts):
        return none, none
    known = ~np.isnan(data.earned)
    last = np.maximum.reduceat(np.where(known, grid.cluster, -1), grid.starts, axis=1)
    past = np.where(known, grid.cluster, len(grid.cluster))
    varies = (last > np.minimum.reduceat(past, grid.starts, axis=1)).any(axis=1)
    low, high = resample.interval(draws.means(data.earned))
    return np.where(varies, low, none), np.where(varies, high, none)


def _note(row: dict[str, Any]) -> str | None:
    """Why metrics of a row are null; null when none is."""
    if row["accuracy"] is None:
        return "no attempt was scored"
    notes = []
    if row["tokens_missing"] > 1 - KNOWN_SHARE + ROUNDING:
        notes.append(f"tokens not reported for {percent(row['tokens_missing'])} of attempts")
    elif row["_alone"]:
        notes.append("nobody else writes here, of whom to learn what a task needs")
    elif not row["required_samples"]:
        notes.append("no sample has a requirement: nobody credible solved one")
    else:
        notes += _token_notes(row)
    if row["_unpriced"] > 1 - KNOWN_SHARE + ROUNDING:
        notes.append(f"cost not known for {percent(row['_unpriced'])} of attempts")
    return "; ".join(notes) or None


def _token_notes(row: dict[str, Any]) -> list[str]:
    notes = []
    if row["thrift"] is None:
        notes.append("nothing solved" + " that has a requirement" * (row["accuracy"] > 0))
    if row["adaptivity"] is None:
        notes.append("no adaptivity with one difficulty")
    elif row["accuracy"] < SHOWN_ACCURACY - ROUNDING:
        notes.append(f"no adaptivity below {percent(SHOWN_ACCURACY)} accuracy")
    if not row["writes"]:
        notes.append("generates nothing: neither overhead nor waste")
    elif row["easy_overhead"] is None:
        notes.append("no easy sample has a requirement")
    if row["ste_low"] is None:
        notes.append("no interval with one cluster a level")
    return notes
