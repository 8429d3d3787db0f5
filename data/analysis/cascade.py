"""Cascade: ask the cheap one, check its answer, ask the next only when the check rejects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.analysis.grid import Array


@dataclass(frozen=True)
class Verifier:
    """What checks an answer at run time, when nobody knows whether it is right: stated, not
    measured."""

    accept_right: float = 0.95
    """Share of the right answers that it lets pass."""
    accept_wrong: float = 0.2
    """Share of the wrong answers that it lets pass."""
    cost_usd: float = 0.0
    """Dollars of one check."""

    def __post_init__(self) -> None:
        if not (0 <= self.accept_right <= 1 and 0 <= self.accept_wrong <= 1):
            raise ValueError("a verifier's accept rates are shares between 0 and 1")
        if not self.cost_usd >= 0:
            raise ValueError("a check costs 0 dollars or more")


@dataclass(frozen=True)
class Cascade:
    """Expected cost of one task, in the unit of the costs given, and its accuracy (0..1)."""

    cost: Array
    accuracy: Array
    reach: Array
    """(stages, ...): share of the tasks that each stage gets; the first gets all."""


def cascade(
    costs: Sequence[float] | Array, accuracies: Sequence[float] | Array, verifier: Verifier
) -> Cascade:
    """Stages in order, each but the last checked by the verifier (METHOD 7).

    cost = sum_k R_k (c_k + check of all but the last), accuracy = sum_k R_k p_k a_k, R_1 = 1,
    R_(k+1) = R_k (1 - p_k a - (1 - p_k) f); the last stage's answer is taken as it is. (1, .7) ->
    (10, .9) with a = .95 and f = .2: cost 3.75, accuracy .9125, reach [1, .275].

    Stages are taken as independent, which the averages of two contestants never are: what the
    small one fails is hard for the big one too. So give (stages, samples) arrays of each sample's
    own cost and mean score, and average what comes out: given the sample, two contestants'
    attempts are independent, the result is linear in each stage's score, and the second stage's
    accuracy is then that on the samples escalated to it. Nothing is chosen by these scores, so
    there is no luck to take out; with one epoch it holds as well. A fractional score counts as
    that share of a right answer. One stage is that stage, unchecked. NaN stays NaN.
    """
    c, p = np.asarray(costs, dtype=float), np.asarray(accuracies, dtype=float)
    if not len(c) or c.shape != p.shape:
        raise ValueError("a cascade needs stages, each with a cost and an accuracy")
    reach = np.ones_like(p)
    cost, accuracy = np.zeros(p.shape[1:]), np.zeros(p.shape[1:])
    for k in range(len(p)):
        last = k == len(p) - 1
        right, wrong = (1.0, 1.0) if last else (verifier.accept_right, verifier.accept_wrong)
        cost = cost + reach[k] * (c[k] + (0.0 if last else verifier.cost_usd))
        accuracy = accuracy + reach[k] * p[k] * right
        if not last:
            reach[k + 1] = reach[k] * (1 - p[k] * right - (1 - p[k]) * wrong)
    return Cascade(cost, accuracy, reach)


def escalated_accuracy(found: Cascade, accuracies: Array, weight: Array) -> float | None:
    """Accuracy of the last stage on the samples that reach it; None when none does.

    `found` is of (stages, samples) arrays, `weight` each sample's (NaN samples count nowhere).
    """
    share = np.where(np.isnan(found.accuracy), 0.0, found.reach[-1] * weight)
    total = float(np.nansum(share))
    if total <= 0:
        return None
    return float(np.nansum(share * accuracies[-1]) / total)


def agreement(
    small: Array, small_cost: Array, big: Array, big_cost: Array, wrong_agree: float
) -> tuple[Array, Array]:
    """Cost and accuracy of each sample when two runs of the small one must agree, or the big runs.

    The check that can be made at run time without a stated verifier (self-consistency: Wang et
    al. 2022, arXiv 2203.11171). `small` is samples x epochs of scores 0 or 1; `small_cost`, `big`
    and `big_cost` are means per sample. Two right runs agree, a right and a wrong one never do;
    whether two wrong runs agree is in the answers' text, which scores do not hold, so it is given:
    `wrong_agree` 0 is the best case, 1 the worst. The chances are means over the pairs of
    different epochs: a run is never compared with itself. NaN where a sample has fewer than two
    scored epochs or a score between 0 and 1: for those agreement can't be told.
    """
    known = ~np.isnan(small)
    score = np.where(known, small, 0.0)
    n = known.sum(axis=1)
    graded = ((score > 0) & (score < 1)).any(axis=1)
    pairs = np.where((n > 1) & ~graded, n * (n - 1.0), np.nan)
    right = score.sum(axis=1)
    both = right * (right - 1) / pairs
    neither = (n - right) * (n - right - 1) / pairs
    escalate = 1 - both - neither * wrong_agree
    return 2 * small_cost + escalate * big_cost, both + escalate * big
