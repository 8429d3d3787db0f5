"""The Frontier page's one computed sentence."""

from __future__ import annotations

import polars as pl

from data.wording import times_less

SPENT = {"cost_per_1k_usd": "cost", "output_tokens": "tokens", "duration_s": "time"}
LESS = {"cost_per_1k_usd": "cheaper", "output_tokens": "terser", "duration_s": "faster"}
"""How sentences name an axis, and having less of it."""


def headline(placed: pl.DataFrame, x: str = "cost_per_1k_usd") -> str:
    """One Markdown sentence that says what the placed frame says."""
    compared = placed.filter(pl.col("place") != "apart")
    if compared.is_empty():
        return "No contestant can be compared here: " + _why_none(placed)
    if compared.height == 1:
        only = compared.row(0, named=True)
        return (
            f"Only **{only['name']}** can be compared here: it solves "
            f"{only['accuracy']:.0%}. A frontier needs at least two."
        )
    sure = compared.filter(
        (pl.col("place") == "frontier") & (pl.col("p_frontier").fill_null(1.0) >= 0.5)
    )
    steps = sure["accuracy"].n_unique() > 1
    parts = [
        _count(sure.height, compared.height, steps, x),
        _pick_sentence(compared, x),
        _part(placed),
    ]
    return " ".join(p for p in parts if p)


def _part(placed: pl.DataFrame) -> str:
    """Who is missing from the comparison for having answered only some of the view's tasks."""
    n = placed.filter(pl.col("apart_code") == "coverage").height
    return f"{'One' if n == 1 else n} more answered only part of this." if n else ""


def _count(sure: int, compared: int, steps: bool, x: str) -> str:
    if sure == 0:
        return f"All {compared} compared contestants are too close to call."
    verb = "is" if sure == 1 else "are"
    rest = compared - sure
    if rest == 0 and not steps:
        return f"**All {compared}** compared contestants are equal in capability and {SPENT[x]}."
    if rest == 0:
        return (
            f"**All {compared}** compared contestants are worth it: "
            f"each step up in {SPENT[x]} buys more."
        )
    others = "the other" if rest == 1 else "each of the others"
    return (
        f"**{sure} of {compared}** compared contestants {verb} worth it; for {others}, something "
        f"{LESS[x]} is at least as capable or too close to call."
    )


def _pick_sentence(compared: pl.DataFrame, x: str) -> str:
    """'X reaches 94 % of the best capability for 1/9 of its cost', when that is worth saying."""
    picks = compared.filter(pl.col("is_pick"))
    if picks.is_empty():
        return ""
    pick = picks.row(0, named=True)
    frontier = compared.filter(pl.col("place") == "frontier")
    best = frontier.sort("accuracy", x, descending=[True, False]).row(0, named=True)
    if not best["accuracy"]:
        return "None of them solves anything here."
    if frontier.height == compared.height and frontier["accuracy"].n_unique() == 1:
        return ""
    if best["contestant_id"] == pick["contestant_id"]:
        return f"**{pick['name']}** is the most capable, solving {pick['accuracy']:.0%}."
    share = pick["accuracy"] / best["accuracy"]
    spend = SPENT[x]
    if not pick[x]:
        return f"**{pick['name']}** reaches {share:.0%} of the best capability for no {spend}."
    return (
        f"**{pick['name']}** reaches {share:.0%} of the best capability for "
        f"{times_less(best[x] / pick[x])} its {spend}."
    )


def _why_none(placed: pl.DataFrame) -> str:
    if placed.is_empty():
        return "nothing was collected for this selection."
    reasons = placed["apart_reason"].drop_nulls().value_counts(sort=True)
    return f"{reasons['apart_reason'][0]} ({reasons['count'][0]} of {placed.height})."
