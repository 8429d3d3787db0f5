"""How long a plan takes: contestants run side by side, each within its own limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from collectors.estimate.cost import answer_tokens
from collectors.estimate.predictive import Array, interval, predicted
from collectors.estimate.stored import match
from collectors.estimate.tally import CellKey, Part

MINUTE_S, HOUR_S = 60.0, 3600.0


@dataclass(frozen=True)
class Hours:
    """Hours of one contestant, or of the run."""

    hours: float | None
    """Median; None where nothing is stored that would tell."""
    low: float | None = None
    """With high the 95 % interval."""
    high: float | None = None
    at_least: float = 0.0
    """What requests and tokens a minute alone take; 0 without such limits."""


@dataclass(frozen=True)
class _Rates:
    """Means of a contestant's stored attempts."""

    calls: float
    tokens: float | None


def hours(
    parts: Sequence[Part],
    rows: pl.DataFrame,
    busy: Mapping[str, Mapping[CellKey, Array]],
    rng: np.random.Generator,
) -> tuple[list[Hours], Hours]:
    """Hours of each part, and of the run: the slowest contestant's, known ones alone.

    A contestant takes its attempts times their seconds (of stored ones, failed ones as often as
    there) over its max_concurrency, never less than the longest attempt among so many, and never
    less than its table's requests over rpm and tokens over tpm. The run's `hours` is None when no
    contestant's is known.
    """
    rates = _rates(rows)
    bounds = _bounds(parts, rates)
    found: list[Hours] = []
    slowest: Array | None = None
    for part in parts:
        least = bounds.get(part.entrant.table, 0.0)
        matched = match(part.cells, busy.get(part.contestant_id, {}))
        if not matched.sources:
            found.append(Hours(None, at_least=least / HOUR_S))
            continue
        flights = min(part.entrant.max_concurrency, part.attempts)
        shared = predicted(matched.sources, rng) / flights
        longest = _longest(list(busy[part.contestant_id].values()), part.attempts, len(shared), rng)
        draws = np.maximum(np.maximum(shared, longest), least) / HOUR_S
        slowest = draws if slowest is None else np.maximum(slowest, draws)
        found.append(Hours(*interval(draws), at_least=least / HOUR_S))
    least = max(bounds.values(), default=0.0) / HOUR_S
    if slowest is None:
        return found, Hours(None, at_least=least)
    return found, Hours(*interval(np.maximum(slowest, least)), at_least=least)


def _longest(stored: Sequence[Array], attempts: int, draws: int, rng: np.random.Generator) -> Array:
    """Seconds of the longest of `attempts` attempts like the stored ones: a run ends with it."""
    values = np.sort(np.concatenate(list(stored)))
    place = np.ceil(rng.random(draws) ** (1.0 / attempts) * len(values)).astype(int) - 1
    found: Array = values[np.clip(place, 0, len(values) - 1)]
    return found


def _rates(rows: pl.DataFrame) -> dict[str, _Rates]:
    means = rows.group_by("contestant_id").agg(pl.col("calls").mean(), pl.col("tokens").mean())
    return {name: _Rates(calls or 1.0, tokens) for name, calls, tokens in means.iter_rows()}


def _bounds(parts: Sequence[Part], rates: Mapping[str, _Rates]) -> dict[int, float]:
    """Seconds that each [[contestant]] table's rpm and tpm take at least."""
    calls: dict[int, float] = {}
    tokens: dict[int, float] = {}
    for part in parts:
        table = part.entrant.table
        rate = rates.get(part.contestant_id, _Rates(1.0, None))
        each = part.attempts * rate.calls
        used = part.attempts * rate.tokens if rate.tokens is not None else _assumed(part)
        calls[table] = calls.get(table, 0.0) + each
        tokens[table] = tokens.get(table, 0.0) + used
    found: dict[int, float] = {}
    for part in parts:
        entrant = part.entrant
        found[entrant.table] = max(
            calls[entrant.table] / entrant.rpm * MINUTE_S if entrant.rpm else 0.0,
            tokens[entrant.table] / entrant.tpm * MINUTE_S if entrant.tpm else 0.0,
        )
    return found


def _assumed(part: Part) -> float:
    """Input and output tokens of a part without history."""
    return float(
        sum((tokens + answer_tokens(limit)) * attempts for tokens, limit, attempts in part.prompts)
    )
