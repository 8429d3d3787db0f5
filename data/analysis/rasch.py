"""Rasch: how able and how difficult, in logits, from counts of right answers.

With priors (METHOD 2.2; Rasch 1960), by penalised maximum likelihood:

    logit P(right) = theta_m - b_i,  b_i = delta_level(i) + u_i,  sum of delta = 0
    theta ~ N(0, 3^2),  u ~ N(0, 0.7^2),  delta ~ N(0, 10^2)

METHOD gives delta no prior. Then a level that all get right (or all wrong) would be a free knob:
nothing but the sum ties it, so it may run off by hundreds of logits to bring the mean theta to 0.
The wide prior stops that; a level with mixed answers it moves by a mere delta * SE^2 / 100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from data.analysis.means import Array, firsts

THETA_SD = 3.0
SAMPLE_SD = 0.7
LEVEL_SD = 10.0
TOLERANCE = 1e-8
"""Largest entry of the gradient, in answers, at which the fit has converged."""
STEPS = 200


@dataclass(frozen=True)
class Counts:
    """What the likelihood sees."""

    right: Array
    """(M, I): sum of the scores over the scored epochs."""
    scored: Array
    """(M, I): scored epochs."""
    level: Array
    """(I,): number of the level of each sample, from 0."""
    frozen: Array | None
    """(I,): difficulties to keep; None: they are estimated."""

    @property
    def starts(self) -> Array:
        return firsts(self.level)


def most_likely(counts: Counts) -> tuple[Array, Array, Array]:
    """theta, b and delta of the highest posterior, by damped Newton steps; it is convex."""
    theta, b, delta = _start(counts)
    loss, p = _loss(theta, b, delta, counts)
    for _ in range(STEPS):
        gradient = _gradient(theta, b, delta, p, counts)
        if max(np.abs(g).max(initial=0.0) for g in gradient) <= TOLERANCE:
            return theta, b, delta
        step = _step(gradient, counts.scored * p * (1 - p), counts)
        slope = sum(float(g @ s) for g, s in zip(gradient, step, strict=True))
        # Close to the optimum the gain drowns in the rounding of a sum over all answers.
        rounding = 1e-12 * (1 + abs(loss))
        size, tried = 1.0, loss + np.inf
        while size > 1e-12:
            at = (theta + size * step[0], b + size * step[1], delta + size * step[2])
            tried, p = _loss(*at, counts)
            if tried <= loss + 1e-4 * size * slope + rounding:
                break
            size /= 2
        (theta, b, delta), loss = at, tried
    raise ArithmeticError(f"the Rasch fit did not converge in {STEPS} steps")


def standard_errors(theta: Array, b: Array, counts: Counts) -> tuple[Array, Array]:
    """Of theta, 1 / sqrt(sum N p (1 - p) + 1/9), b taken as known; and of delta, u integrated."""
    p = special.expit(theta[:, None] - b)
    information = counts.scored * p * (1 - p)
    theta_se = 1 / np.sqrt(information.sum(axis=1) + THETA_SD**-2)
    return theta_se, 1 / np.sqrt(_level_information(information.sum(axis=0), counts))


def _by_level(values: Array, counts: Counts) -> Array:
    """(..., I) to (..., L): sums."""
    return np.asarray(np.add.reduceat(values, counts.starts, axis=-1))


def _level_information(information: Array, counts: Counts) -> Array:
    """(L,): information on delta once its samples' own scatter u is integrated, prior included.

    A sample with information A on b is one draw of variance 1/A + 0.7^2 around delta.
    """
    return _by_level(information / (1 + SAMPLE_SD**2 * information), counts) + LEVEL_SD**-2


def _start(counts: Counts) -> tuple[Array, Array, Array]:
    """Logits of the shares right by contestant and by level, half an answer each way added."""
    theta = _logit(counts.right.sum(axis=1), counts.scored.sum(axis=1))
    if counts.frozen is not None:
        return theta, counts.frozen, np.zeros(0)
    right, scored = counts.right.sum(axis=0), counts.scored.sum(axis=0)
    delta = -_logit(_by_level(right, counts), _by_level(scored, counts))
    delta = delta - (delta.mean() if len(delta) else 0.0)
    return theta, delta[counts.level], delta


def _logit(right: Array, scored: Array) -> Array:
    return np.asarray(np.log((right + 0.5) / (scored - right + 0.5)))


def _loss(theta: Array, b: Array, delta: Array, counts: Counts) -> tuple[float, Array]:
    """What the fit minimises, minus the log posterior up to a constant; and P(right), (M, I)."""
    eta = theta[:, None] - b
    small = np.exp(-np.abs(eta))
    # log(1 + e^eta) without overflow, and the same exponential serves for P.
    softplus = np.maximum(eta, 0) + np.log1p(small)
    p = np.where(eta >= 0, 1.0, small) / (1 + small)
    loss = float(np.vdot(counts.scored, softplus) - np.vdot(counts.right, eta))
    loss += float(theta @ theta) / (2 * THETA_SD**2)
    if counts.frozen is None:
        u = b - delta[counts.level]
        loss += float(u @ u) / (2 * SAMPLE_SD**2) + float(delta @ delta) / (2 * LEVEL_SD**2)
    return loss, p


def _gradient(
    theta: Array, b: Array, delta: Array, p: Array, counts: Counts
) -> tuple[Array, Array, Array]:
    """Of the loss by theta, b and delta, the last along sum(delta) = 0."""
    residual = counts.scored * p - counts.right
    of_theta = residual.sum(axis=1) + theta / THETA_SD**2
    if counts.frozen is not None:
        return of_theta, np.zeros_like(b), delta
    pull = (b - delta[counts.level]) / SAMPLE_SD**2
    of_delta = delta / LEVEL_SD**2 - _by_level(pull, counts)
    of_delta = of_delta - (of_delta.mean() if len(of_delta) else 0.0)
    return of_theta, pull - residual.sum(axis=0), of_delta


def _step(
    gradient: tuple[Array, Array, Array], weight: Array, counts: Counts
) -> tuple[Array, Array, Array]:
    """Newton's step. b has a diagonal Hessian: it is eliminated, leaving theta and delta."""
    of_theta, of_b, of_delta = gradient
    curve = weight.sum(axis=1) + THETA_SD**-2
    if counts.frozen is not None:
        return -of_theta / curve, of_b, of_delta
    people, tie = len(of_theta), SAMPLE_SD**-2
    information = weight.sum(axis=0)
    scaled = weight / (information + tie)
    small = np.zeros((people + len(of_delta),) * 2)
    small[:people, :people] = np.diag(curve) - scaled @ weight.T
    small[:people, people:] = -tie * _by_level(scaled, counts)
    small[people:, :people] = small[:people, people:].T
    small[people:, people:] = np.diag(_level_information(information, counts))
    shift = of_b / (information + tie)
    wanted = -np.concatenate([of_theta + weight @ shift, of_delta + tie * _by_level(shift, counts)])
    fixed = np.concatenate([np.zeros(people), np.ones(len(of_delta))])
    factor = linalg.cho_factor(small, check_finite=False)
    free, along = linalg.cho_solve(factor, np.stack([wanted, fixed], axis=1)).T
    free = free - along * (fixed @ free) / (fixed @ along) if fixed.any() else free
    theta, delta = free[:people], free[people:]
    b = -shift + scaled.T @ theta + tie * delta[counts.level] / (information + tie)
    return theta, b, delta
