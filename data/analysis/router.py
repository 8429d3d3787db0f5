"""Router: rules that send a task to a contestant, with what each sample then scores and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.analysis.cascade import Verifier, agreement, cascade
from data.analysis.grid import Array, Grid
from data.analysis.means import mean
from data.analysis.resample import Draws
from data.wording import percent, usd

TWICE = "Ask twice"
"""How routes are named that compare two runs of the small contestant."""


@dataclass(frozen=True)
class Predictor:
    """What guesses a task's level at run time: stated, not measured."""

    cost_usd: float = 0.0
    """Dollars of one guess."""
    error: float = 0.0
    """Share of the tasks that it puts on the wrong side of the cut."""

    def __post_init__(self) -> None:
        if not (0 <= self.error <= 1 and self.cost_usd >= 0):
            raise ValueError("a predictor's error is between 0 and 1 and its cost 0 or more")


@dataclass(frozen=True)
class Route:
    """A rule for sending tasks, with its expected score and dollars for each sample."""

    name: str
    kind: str
    stages: tuple[str, ...]
    """contestant_id, in the order asked."""
    score: Array
    cost: Array
    assumes: str | None = None
    cut: int | None = None
    luck: bool = False
    """Whether it was chosen on the answers it is scored on."""
    stated: bool = False
    """Whether its score rests on a check that nobody measured: see `counted`."""


def known(route: Route) -> Array:
    """(2, I): dollars and score of each sample, NaN where either is not known."""
    both = np.stack([route.cost, route.score])
    return np.where(np.isnan(both).any(axis=0), np.nan, both)


def value(grid: Grid, route: Route) -> tuple[float, float]:
    """(dollars per task, accuracy): level-balanced over the samples that the route knows."""
    cost, accuracy = grid.balance(known(route))
    return float(cost), float(accuracy)


def counted(
    grid: Grid, drawn: Draws, routes: Sequence[Route], accuracy: Array, resampled: Array
) -> tuple[Array, Array]:
    """(R,) accuracies and their (B, R) resamples as far as they are measured.

    A check that nobody measured may be credited with sparing the dear stage, not with right answers
    that no stage alone was seen to give so often: a stated route counts for no more than the better
    of its stages, on the samples that it knows, in each resample anew.
    """
    accuracy, resampled = accuracy.copy(), resampled.copy()
    for i, route in enumerate(routes):
        if not route.stated:
            continue
        unknown = np.isnan(known(route)).any(axis=0)
        alone = np.where(unknown, np.nan, means(grid, "score", route.stages))
        accuracy[i] = min(accuracy[i], grid.balance(alone).max())
        resampled[:, i] = np.minimum(resampled[:, i], drawn.means(alone).max(axis=1))
    return accuracy, resampled


def oracle(grid: Grid, ids: Sequence[str] | None = None) -> Route:
    """For each sample the cheapest of those that score highest on it: a bound, not a router.

    With scores of 0 and 1 in one epoch that is the cheapest correct one, and the cheapest of all
    when nobody is (METHOD 7, RouterBench 2403.12031): 3.25 and .75 for METHOD's case. Several
    epochs are averaged first. No rule that asks one of these contestants per sample is more
    accurate, over the samples that all of them answered with a known cost. It picks who was
    lucky: ten coin flips look all right on one epoch, so see `oracle_crossfit`. One contestant:
    itself.
    """
    ids = grid.ids if ids is None else ids
    score, cost = _shared(*(means(grid, c, ids) for c in ("score", "cost_usd")))
    picked = _pick(score, cost)
    return Route(
        "Oracle in hindsight",
        "oracle",
        tuple(ids),
        _take(score, picked),
        _take(cost, picked),
        "knows beforehand who will be right, from the answers it is scored on: a bound, flattered "
        "by luck" + (", all the more with one epoch" if grid.epochs < 2 else ""),
        luck=True,
    )


def oracle_crossfit(grid: Grid, ids: Sequence[str] | None = None) -> Route | None:
    """The oracle chosen on every second epoch, scored and paid on the others, both ways averaged.

    Which takes the luck out: coin flips stay at one half (METHOD 3 and 7). But it chooses by the
    few runs of one half, so with few epochs it falls short of the bound, as hindsight passes it:
    the truth lies between. Samples that one of the contestants lacks in either half are left out.
    None with one epoch: nothing tells it from luck then.
    """
    if grid.epochs < 2:
        return None
    ids = grid.ids if ids is None else ids
    halves = [
        [means(grid, c, ids, slice(start, None, 2)) for c in ("score", "cost_usd")]
        for start in (0, 1)
    ]
    missing = np.isnan(np.stack([v for half in halves for v in half])).any(axis=(0, 1))
    found = []
    for choose, judge in (halves, halves[::-1]):
        picked = _pick(*(np.where(missing, np.nan, v) for v in choose))
        found.append([np.where(missing, np.nan, _take(v, picked)) for v in judge])
    return Route(
        "Oracle",
        "oracle",
        tuple(ids),
        np.mean([f[0] for f in found], axis=0),
        np.mean([f[1] for f in found], axis=0),
        "knows each task's record with every contestant from the other half of the runs: free of "
        "luck, and short of the bound for knowing so few",
    )


def threshold(
    grid: Grid, small: str, big: str, cut: int, predictor: Predictor | None = None
) -> Route:
    """Tasks above level `cut` to the big one, the others to the small one (METHOD 7).

    The level is known here but must be guessed at run time: a predictor with error e sends each
    task to the other side with chance e, and its cost is paid on every task. Without one the
    level is taken as known for nothing. METHOD's case: 5.5 and .75. A cut below all levels is the
    big one alone, above all the small one.
    """
    guess = predictor or Predictor()
    score, cost = _shared(*(means(grid, c, (small, big)) for c in ("score", "cost_usd")))
    above = grid.samples["level"].to_numpy() > cut
    to_big = np.where(above, 1 - guess.error, guess.error)
    if predictor is None:
        assumes = "the level is known beforehand, for nothing"
    else:
        assumes = (
            f"the side of the cut is guessed {_charge(guess.cost_usd)} and wrong for "
            f"{percent(guess.error)} of the tasks: stated, not measured"
        )
    return Route(
        f"Above level {cut}", "threshold", (small, big),
        (1 - to_big) * score[0] + to_big * score[1],
        (1 - to_big) * cost[0] + to_big * cost[1] + guess.cost_usd, assumes, cut,
    )  # fmt: skip


def checked(grid: Grid, stages: Sequence[str], verifier: Verifier) -> Route:
    """A measured cascade: a later stage's accuracy is that on the samples escalated to it.

    See `data.analysis.cascade.cascade`. The verifier's rates are stated: no score says how well a
    check would have worked, and to escalate on a low score is impossible at run time.
    """
    if len(set(stages)) != len(stages):
        raise ValueError("a cascade asks each contestant once")
    score, cost = _shared(*(means(grid, c, stages) for c in ("score", "cost_usd")))
    found = cascade(cost, score, verifier)
    return Route(
        "Check, then escalate", "cascade", tuple(stages), found.accuracy, found.cost,
        f"a check, made {_charge(verifier.cost_usd)}, lets {percent(verifier.accept_right)} of "
        f"right and {percent(verifier.accept_wrong)} of wrong answers pass: stated, not measured",
        stated=True,
    )  # fmt: skip


def agreed(grid: Grid, small: str, big: str, wrong_agree: float) -> Route | None:
    """Two runs of the small one, and the big one when they differ; None with one epoch."""
    if grid.epochs < 2:
        return None
    score, cost = _shared(*(means(grid, c, (small, big)) for c in ("score", "cost_usd")))
    runs = np.where(np.isnan(score[0])[:, None], np.nan, _runs(grid, small))
    spent, right = agreement(runs, cost[0], score[1], cost[1], wrong_agree)
    case = {0.0: "never", 1.0: "always"}.get(wrong_agree, f"in {percent(wrong_agree)} of cases")
    return Route(
        f"{TWICE}, wrong answers {case} agree", "cascade", (small, big), right, spent,
        f"right answers agree with each other and wrong ones {case} do, which scores do not tell",
    )  # fmt: skip


def _charge(cost_usd: float) -> str:
    return f"for {usd(1000 * cost_usd)} per 1,000 tasks" if cost_usd else "for nothing"


def single(grid: Grid, who: str) -> Route:
    score, cost = (means(grid, c, [who])[0] for c in ("score", "cost_usd"))
    return Route("Always the same", "single", (who,), score, cost)


def means(grid: Grid, column: str, ids: Sequence[str], epochs: slice = slice(None)) -> Array:
    """(len(ids), I): each contestant's mean over these epochs."""
    places = [grid.ids.index(i) for i in ids]
    return mean(grid.column(column)[places][:, :, epochs], axis=2)


def _runs(grid: Grid, who: str) -> Array:
    return np.asarray(grid.column("score")[grid.ids.index(who)])


def _shared(score: Array, cost: Array) -> tuple[Array, Array]:
    """Both with NaN for the samples where any contestant's score or cost is not known."""
    missing = np.isnan(score).any(axis=0) | np.isnan(cost).any(axis=0)
    return np.where(missing, np.nan, score), np.where(missing, np.nan, cost)


def _pick(score: Array, cost: Array) -> Array:
    """(I,): place of the cheapest of those with the sample's highest score; 0 where unknown."""
    best = score >= score.max(axis=0) - 1e-9
    return np.asarray(np.argmin(np.where(best, cost, np.inf), axis=0))


def _take(values: Array, picked: Array) -> Array:
    return np.asarray(np.take_along_axis(values, picked[None], axis=0)[0])
