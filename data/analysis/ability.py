"""Ability: contestants and samples on one logit scale, so that skipped levels don't flatter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import special

from data.analysis.grid import Array, Grid
from data.analysis.means import level_means, mean, numbers
from data.analysis.rasch import Counts, most_likely, standard_errors
from data.wording import points

Z = 1.96
"""Standard errors to either end of a 95 % interval."""
CREDIBLE = 0.5
"""Share of the best true score from which a contestant's failures tell of the level."""

CONTESTANT = {
    "contestant_id": pl.String, "theta": pl.Float64, "theta_se": pl.Float64,
    "true_score": pl.Float64, "true_score_low": pl.Float64, "true_score_high": pl.Float64,
    "bound": pl.String, "samples": pl.Int64, "answers": pl.Int64,
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
    fit, answered or not (null where these weigh nothing); bound; samples and answers of the fit.
    All right: bound is 'at least' and true_score_high 100; all wrong: 'at most' and
    true_score_low 0; theta is then finite only by its prior. Without a scored answer everything
    is null but the counts, which are 0. One contestant, sample or level is enough for a fit: the
    priors hold it.

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
    negative); samples; contestants, the credible ones that answered the level: those with at
    least half of the best true score, so that one who fails everywhere hides nothing;
    share_right, the mean over them of their share right (0..1; null without one); saturated:
    'all right' when that is 1, 'all wrong' when 0, else null: such a level tells none of them
    apart and its difficulty is a bound.
    """
    fitted = ability.difficulty["sample_id"].cast(pl.String).to_list()
    inside = grid.samples["sample_id"].cast(pl.String).is_in(fitted).to_numpy()
    score = numbers(ability.contestants["true_score"])
    best = np.max(score, initial=-np.inf, where=~np.isnan(score))
    credible = score >= CREDIBLE * best
    scores = grid.by_level(np.where(inside, grid.score, np.nan)[credible])
    scores = scores[:, np.unique(grid.level[inside])]
    share = mean(scores, axis=0)
    out = ability.difficulty.group_by(*LEVEL, maintain_order=True).agg(
        pl.col("level_difficulty", "level_difficulty_se").first(), samples=pl.len().cast(pl.Int64)
    )
    right = pl.col("share_right")
    return out.with_columns(
        contestants=pl.Series((~np.isnan(scores)).sum(axis=0), dtype=pl.Int64),
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


def sentence(ability: Ability, names: Mapping[str, str] | None = None) -> str:
    """One Markdown sentence: who is ablest, how sure that is, or what to collect.

    Another contestant can't be told apart when its theta is within 1.96 standard errors of the
    difference, sqrt(se^2 + se^2). `names` by contestant_id, which also decides between equals.
    """
    rows = ability.contestants.filter(pl.col("true_score").is_not_null())
    if rows.is_empty():
        return "No contestant has a score on these samples: **collect answers** to place anybody."
    # Who has nothing right is placed by the prior alone: the ablest is sought among the others.
    wrong = pl.col("bound").eq_missing("at most")
    rows = rows.sort(wrong, "theta", "contestant_id", descending=[False, True, False])
    best = rows.row(0, named=True)
    name = (names or {}).get(best["contestant_id"], best["contestant_id"])
    if best["bound"] == "at most":
        return (
            f"Every answer of {_contestants_of(rows.height)} is wrong, so all that is known of "
            f"**{name}** is a true score of at most **{points(best['true_score_high'] / 100)}**: "
            "collect easier levels."
        )
    low, high = points(best["true_score_low"] / 100), points(best["true_score_high"] / 100)
    scored = (
        f"a true score of **{points(best['true_score'] / 100)}** (95 % interval {low} to {high})"
    )
    if best["bound"] == "at least":
        scored = f"a true score of at least **{low}**, all its answers being right"
    if rows.height == 1:
        return f"Only **{name}** has scores, with {scored}: collect another to compare it with."
    error = Z * (pl.col("theta_se") ** 2 + best["theta_se"] ** 2).sqrt()
    near = rows.filter(best["theta"] - pl.col("theta") <= error).height - 1
    apart = {0: "all others are told apart from it", 1: "one other can't be told apart from it"}
    said = apart.get(near, f"**{near}** others can't be told apart from it")
    advice = "; collect harder levels to see its limit" if best["bound"] == "at least" else ""
    return (
        f"Of {_contestants_of(rows.height)}, **{name}** is the ablest with {scored}; "
        f"{said}{advice}."
    )


def _contestants_of(count: int) -> str:
    return "one contestant" if count == 1 else f"{count} contestants"


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
    answers, right = counts.scored.sum(axis=1), counts.right.sum(axis=1)
    all_right, all_wrong = right > answers - 1e-9, right < 1e-9
    low, high = np.where(all_wrong, 0.0, low), np.where(all_right, 100.0, high)
    frame = pl.DataFrame(
        {
            "contestant_id": list(grid.ids), "theta": theta, "theta_se": se,
            "true_score": true_score, "true_score_low": low, "true_score_high": high,
            "bound": np.where(all_right, "at least", np.where(all_wrong, "at most", "")).tolist(),
            "samples": (counts.scored > 0).sum(axis=1), "answers": answers.astype(np.int64),
        },
        schema=CONTESTANT,
    )  # fmt: skip
    answered, weighed = pl.col("answers") > 0, pl.col("true_score").is_not_nan()
    return frame.with_columns(
        pl.when(answered).then(pl.col("theta", "theta_se")),
        pl.when(answered & weighed).then(
            pl.col("true_score", "true_score_low", "true_score_high"),
        ),
        bound=pl.when(answered & (pl.col("bound") != "")).then("bound"),
    )
