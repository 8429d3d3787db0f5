"""Ability in words: who is ablest, how sure that is, or what to collect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import polars as pl

from data.analysis.multiple import apart
from data.analysis.summary import FULL_COVERAGE, ROUNDING
from data.wording import percent, points

Z = 1.96
"""Standard errors to either end of a 95 % interval."""
EQUAL = 1e-6
"""Abilities this close are the same but for the last steps of the fit."""


class Placed(Protocol):
    """What the sentence needs of an `Ability`."""

    @property
    def contestants(self) -> pl.DataFrame: ...


def sentence(ability: Placed, names: Mapping[str, str] | None = None) -> str:
    """One Markdown sentence on a fit: who is ablest, how sure that is, or what to collect.

    Of those that answered at least 95 % of the fit's samples, level-balanced: what a few answers
    promise of the rest is no result. Another of them can't be told apart when its theta is within
    as many standard errors of the difference, sqrt(se^2 + se^2), as `multiple.apart` asks for:
    1.96 with two, more with many, since the ablest was chosen among them. Equals lead together.
    `names` by contestant_id, which orders equals.
    """
    scored = ability.contestants.filter(pl.col("true_score").is_not_null())
    if scored.is_empty():
        return "No contestant has a score on these samples: **collect answers** to place anybody."
    rows = scored.filter(pl.col("coverage") >= FULL_COVERAGE - ROUNDING)
    part = scored.height - rows.height
    left = f"; {part} more answered only part" if part else ""
    if rows.is_empty():
        return (
            f"**None** of {_contestants(part)} answered {percent(FULL_COVERAGE)} of these samples, "
            "so nobody can be called the ablest: collect the answers that are missing."
        )
    # Who has nothing right is placed by the prior alone: the ablest is sought among the others.
    wrong = pl.col("bound").eq_missing("at most")
    rows = rows.sort(wrong, "theta", "contestant_id", descending=[False, True, False])
    best = rows.row(0, named=True)
    called = [(names or {}).get(name, name) for name in rows["contestant_id"]]
    if best["bound"] == "at most":
        return _all_wrong(rows, called[0]) + left + "."
    if rows.height == 1:
        who = "answered nearly all of these samples" if part else "has scores"
        return (
            f"Only **{called[0]}** {who}, with {_scored(best)}: collect another to compare it "
            f"with{left}."
        )
    behind = best["theta"] - pl.col("theta")
    error = apart(rows.height) * (pl.col("theta_se") ** 2 + best["theta_se"] ** 2).sqrt()
    first = rows.filter(~wrong & (behind < EQUAL)).height
    if first == rows.height:
        return (
            f"**All {first}** contestants are equally able, with {_scored(best, first)}: collect "
            f"more samples, or harder levels{left}."
        )
    near = rows.filter(behind <= error).height - first
    return (
        f"Of {_contestants(rows.height)}, {_leaders(called, first)} the ablest with "
        f"{_scored(best, first)}; {_apart(near, rows.height, first)}{left}{_advice(best, first)}."
    )


def _contestants(count: int) -> str:
    return "one contestant" if count == 1 else f"{count} contestants"


def _leaders(called: list[str], first: int) -> str:
    if first > 2:
        return f"**{called[0]}** and {first - 1} equals are"
    return " and ".join(f"**{c}**" for c in called[:first]) + (" is" if first == 1 else " are")


def _apart(near: int, every: int, first: int) -> str:
    it = "it" if first == 1 else "them"
    if near > 1 and near == every - first:
        return f"**none** of the others can be told apart from {it}"
    if not near:
        return f"all others are told apart from {it}"
    who = "one other" if near == 1 else f"**{near}** others"
    return f"{who} can't be told apart from {it}"


def _advice(best: Mapping[str, Any], first: int) -> str:
    if best["bound"] != "at least":
        return ""
    return f"; collect harder levels to see {'its' if first == 1 else 'their'} limit"


def _all_wrong(rows: pl.DataFrame, name: str) -> str:
    alike = rows.height > 1 and rows["true_score_high"].n_unique() == 1
    high = points(rows["true_score_high"][0] / 100)
    return (
        f"Every answer of {_contestants(rows.height)} is wrong, so all that is known of "
        f"**{'each' if alike else name}** is a true score of at most **{high}**: collect easier "
        "levels"
    )


def _scored(row: Mapping[str, Any], many: int = 1) -> str:
    low, high = points(row["true_score_low"] / 100), points(row["true_score_high"] / 100)
    if row["bound"] == "at least":
        whose = "its" if many == 1 else "their"
        return f"a true score of at least **{low}**, all {whose} answers being right"
    value = points(row["true_score"] / 100)
    return f"a true score of **{value}** (95 % interval {low} to {high})"
