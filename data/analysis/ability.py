"""Ability: contestants and samples on one logit scale, so that skipped levels don't flatter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import special

from data.analysis.ability_words import Z
from data.analysis.ability_words import sentence as sentence
from data.analysis.grid import Array, Grid
from data.analysis.means import level_means, mean, numbers
from data.analysis.rasch import Counts, most_likely, standard_errors
from data.analysis.summary import FULL_COVERAGE, ROUNDING

CREDIBLE = 0.5
"""Share of the best true score from which a contestant's failures tell of the level."""

CONTESTANT = {
    "contestant_id": pl.String, "theta": pl.Float64, "theta_se": pl.Float64,
    "true_score": pl.Float64, "true_score_low": pl.Float64, "true_score_high": pl.Float64,
    "bound": pl.String, "coverage": pl.Float64, "samples": pl.Int64, "answers": pl.Int64,
}  # fmt: skip
LEVEL = ("category", "task", "level")


@dataclass(frozen=True)
class Ability:
    """Who is how able, and what is how difficult; both in logits."""

    contestants: pl.DataFrame
    """One row per contestant of the grid, by contestant_id: see `fit`."""
    difficulty: pl.DataFrame
    """One row per sample of the fit: category, task, level, sample_id, difficulty (b),
    level_difficulty (delta) and its standard error level_difficulty_se; goes in as anchors."""
    left_out: int
    """Samples of the grid outside the fit: nobody has a score on them, or no anchor."""


def fit(grid: Grid, difficulty: pl.DataFrame | None = None) -> Ability:
    """Ability of each contestant and difficulty of each sample by penalised maximum likelihood.

    METHOD 2.2. A sample counts with the sum of its scores (cut to 0..1, fractions allowed) out of
    its scored epochs; what is missing is not in the likelihood. `contestants`: theta and theta_se
    in logits, 1 / sqrt(sum N p (1 - p) + 1/9), the difficulties taken as known; true_score with
    its 95 % interval (0..100), the level-balanced score that theta promises on all samples of the
    fit, answered or not; coverage (0..1), the level-balanced share of those samples that it
    answered (both null where they weigh nothing); bound; samples and answers of the fit.
    All right: bound is 'at least' and true_score_high 100; all wrong: 'at most' and
    true_score_low 0; theta is then finite only by its prior. Without a scored answer everything
    is null but coverage and the counts, which are 0. One contestant, sample or level is enough for
    a fit: the priors hold it.

    With `difficulty` (sample_id, difficulty) the scale is anchored: those difficulties stay, only
    theta is estimated, and samples without one leave the fit. theta is then comparable with any
    other night of the same anchors, and true_score with any night of the same samples.
    level_difficulty is then the mean of the level's anchors, its error null.
    """
    frozen = None if difficulty is None else _anchors(grid, difficulty)
    counts, kept = _counts(grid, frozen)
    theta, b, delta = most_likely(counts)
    theta_se, delta_se = standard_errors(theta, b, counts)
    if frozen is not None:
        delta = level_means(b, counts.starts)
        delta_se = np.full_like(delta, np.nan)
    samples = grid.samples.select(*LEVEL, "sample_id").filter(pl.Series(kept, dtype=pl.Boolean))
    samples = samples.with_columns(
        difficulty=pl.Series(b, dtype=pl.Float64),
        level_difficulty=pl.Series(delta[counts.level], dtype=pl.Float64),
        level_difficulty_se=pl.Series(delta_se[counts.level], dtype=pl.Float64).fill_nan(None),
    )
    contestants = _contestants(grid, counts, theta, theta_se, b, kept)
    return Ability(contestants, samples, int((~kept).sum()))


def levels(grid: Grid, ability: Ability) -> pl.DataFrame:
    """Difficulty of each (category, task, level) of the fit, and what the answers say about it.

    `grid` is the one that was fitted. level_difficulty and level_difficulty_se (logits; easy is
    negative); samples; credible, how many credible contestants answered the level: those with at
    least half of the best true score, so that one who fails everywhere hides nothing. The best is
    sought among those that answered 95 % of the fit's samples, and among all only where nobody did:
    what a specialist's few answers promise must not discredit the others. share_right, the mean
    over the credible of their share right (0..1; null without one); saturated: 'all right' when
    that is 1, 'all wrong' when 0, else null: such a level tells none of them apart and its
    difficulty is a bound.
    """
    fitted = ability.difficulty["sample_id"].cast(pl.String).to_list()
    inside = grid.samples["sample_id"].cast(pl.String).is_in(fitted).to_numpy()
    score = numbers(ability.contestants["true_score"])
    full = numbers(ability.contestants["coverage"]) >= FULL_COVERAGE - ROUNDING
    known = ~np.isnan(score)
    among = known & full if (known & full).any() else known
    credible = score >= CREDIBLE * np.max(score, initial=-np.inf, where=among)
    scores = grid.by_level(np.where(inside, grid.score, np.nan)[credible])
    scores = scores[:, np.unique(grid.level[inside])]
    share = mean(scores, axis=0)
    out = ability.difficulty.group_by(*LEVEL, maintain_order=True).agg(
        pl.col("level_difficulty", "level_difficulty_se").first(), samples=pl.len().cast(pl.Int64)
    )
    right = pl.col("share_right")
    return out.with_columns(
        credible=pl.Series((~np.isnan(scores)).sum(axis=0), dtype=pl.Int64),
        share_right=pl.Series(share, dtype=pl.Float64).fill_nan(None),
    ).with_columns(
        saturated=pl.when(right > 1 - 1e-12)
        .then(pl.lit("all right"))
        .when(right < 1e-12)
        .then(pl.lit("all wrong"))
    )


def levels_out_of_order(difficulty: pl.DataFrame) -> pl.DataFrame:
    """Levels that came out easier than the level below by more than chance explains.

    From the frame of `levels` or of `Ability.difficulty`. One row per such level: category, task,
    level, level_below, level_difficulty, easier_by (logits) and error, 1.96 times the standard
    error of the difference, sqrt(se^2 + se_below^2). Anchored levels have no error of their own
    and are not judged; neither is the lowest level of a task.
    """
    rows = difficulty.select(*LEVEL, "level_difficulty", "level_difficulty_se").unique(LEVEL)
    rows = rows.sort(LEVEL)
    below = pl.col("level", "level_difficulty", "level_difficulty_se").shift(1)
    rows = rows.with_columns(below.over("category", "task").name.suffix("_below"))
    se, se_below = pl.col("level_difficulty_se"), pl.col("level_difficulty_se_below")
    rows = rows.with_columns(
        easier_by=pl.col("level_difficulty_below") - pl.col("level_difficulty"),
        error=Z * (se**2 + se_below**2).sqrt(),
    ).filter(pl.col("easier_by") > pl.col("error"))
    return rows.select(*LEVEL, "level_below", "level_difficulty", "easier_by", "error")


def _anchors(grid: Grid, difficulty: pl.DataFrame) -> Array:
    """(I,): the given difficulty of each sample of the grid, NaN without one."""
    given = difficulty.select(pl.col("sample_id").cast(pl.String), pl.col("difficulty"))
    given = given.filter(pl.col("difficulty").is_finite()).group_by("sample_id").mean()
    return grid.spread(given, "difficulty")


def _counts(grid: Grid, frozen: Array | None) -> tuple[Counts, Array]:
    """What the likelihood sees, and (I,) which samples of the grid are in it."""
    score = grid.column("score")
    known = ~np.isnan(score)
    scored = known.sum(axis=2).astype(float)
    right = np.where(known, np.clip(score, 0.0, 1.0), 0.0).sum(axis=2)
    # An anchored sample that nobody answered tonight still belongs to the bank of true scores.
    kept = scored.any(axis=0) if frozen is None else ~np.isnan(frozen)
    level = np.cumsum(np.diff(grid.level[kept], prepend=-1) > 0) - 1
    anchors = None if frozen is None else frozen[kept]
    return Counts(right[:, kept], scored[:, kept], level, anchors), kept


def _contestants(
    grid: Grid, counts: Counts, theta: Array, se: Array, b: Array, kept: Array
) -> pl.DataFrame:
    promised = np.full((3, len(theta), len(kept)), np.nan)
    ends = np.stack([theta, theta - Z * se, theta + Z * se])
    promised[:, :, kept] = special.expit(ends[:, :, None] - b)
    true_score, low, high = 100 * grid.balance(promised)
    answered = np.full((len(theta), len(kept)), np.nan)
    answered[:, kept] = counts.scored > 0
    answers, right = counts.scored.sum(axis=1), counts.right.sum(axis=1)
    all_right, all_wrong = right > answers - 1e-9, right < 1e-9
    low, high = np.where(all_wrong, 0.0, low), np.where(all_right, 100.0, high)
    frame = pl.DataFrame(
        {
            "contestant_id": list(grid.ids), "theta": theta, "theta_se": se,
            "true_score": true_score, "true_score_low": low, "true_score_high": high,
            "bound": np.where(all_right, "at least", np.where(all_wrong, "at most", "")).tolist(),
            "coverage": np.clip(grid.balance(answered), 0.0, 1.0),
            "samples": (counts.scored > 0).sum(axis=1), "answers": answers.astype(np.int64),
        },
        schema=CONTESTANT,
    )  # fmt: skip
    some, weighed = pl.col("answers") > 0, pl.col("true_score").is_not_nan()
    return frame.with_columns(
        pl.when(some).then(pl.col("theta", "theta_se")),
        pl.when(some & weighed).then(
            pl.col("true_score", "true_score_low", "true_score_high"),
        ),
        bound=pl.when(some & (pl.col("bound") != "")).then("bound"),
        coverage=pl.col("coverage").fill_nan(None),
    )
