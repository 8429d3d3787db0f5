"""One model in words: four figures to remember it by, and its place among all in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from data.analysis.one_model import full
from data.analysis.paired import Paired
from data.wording import percent, points, seconds, times_less, tokens, usd

SURE = 0.5
"""Share of the resamples from which the Frontier page counts a contestant as being on it."""
FIGURES = {"figure": pl.String, "value": pl.String, "note": pl.String}


def figures(mine: pl.DataFrame, model: dict[str, Any], ranked: int) -> pl.DataFrame:
    """The four figures that a model is remembered by, in words: figure, value, note."""
    best = _best_first(mine).to_dicts()
    if best:
        at = f"at {best[0]['dial']}, " if best[0]["dial"] and mine.height > 1 else ""
        rank = at + _rank(model, ranked)
        able = (points(best[0]["accuracy"]) + _interval(best[0]).replace(" to ", "–"), rank)
    else:
        able = ("–", "no scored answer")
    share = mine["reasoning_share"].max()
    rows = [
        ("Capability", *able),
        ("Cost per 1,000 tasks", *_range(mine["cost_per_1k_usd"], usd, "no price")),
        ("Tokens per task", *_range(mine["output_tokens"], tokens, "not reported")),
        ("Seconds per task", *_range(mine["duration_s"], seconds, "not measured")),
    ]
    if isinstance(share, float) and share > 0:
        rows[2] = (*rows[2][:2], f"up to {percent(share)} reasoning")
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def _rank(model: dict[str, Any], ranked: int) -> str:
    """'rank 2 of 13', 'rank 1 of 300, tied with 14', 'nobody to rank it with'."""
    if not model["rank"]:
        return "no rank"
    if ranked < 2:
        return "nobody to rank it with"
    tied = f", tied with {model['tied']}" if model["tied"] else ""
    return f"rank {model['rank']} of {ranked}{tied}"


def _range(values: pl.Series, said: Callable[[float], str], missing: str) -> tuple[str, str]:
    """('$0.21 – $5.90', 'times 28 from least to most'), of what is known."""
    known = values.drop_nulls().sort().to_list()
    if not known:
        return "–", missing
    low, high = said(known[0]), said(known[-1])
    if low == high:
        return low, "" if len(known) == 1 else "all alike"
    ratio = f"×{known[-1] / known[0]:,.3g} from least to most" if known[0] else ""
    return f"{low} – {high}", ratio


def sentence(
    model: dict[str, Any],
    ranked: int,
    mine: pl.DataFrame,
    spread: tuple[dict[str, Any], dict[str, Any], Paired] | None,
    compared: int = 2,
) -> str:
    """Two Markdown sentences at most: how able it is and where it stands, what its effort buys.

    `model`: its row of `models`; `ranked`: how many models have a rank; `compared`: how many
    contestants the frontier is of. It counts who is on it in at least half of the resamples, as the
    Frontier page does; the others on it are too close to call.
    """
    name, scored = f"**{model['name']}**", mine.drop_nulls("accuracy")
    if scored.is_empty():
        return f"{name} has no scored answer here: its attempts failed, or are still to come."
    best = _best_first(scored).row(0, named=True)
    at = f" at {best['dial']}" if best["dial"] and mine.height > 1 else ""
    said = f"{name} solves **{percent(best['accuracy'])}**{_interval(best)}{at}"
    if ranked > 1 and model["rank"]:
        tied = model["tied"]
        others = f", tied with {tied} other{'' if tied == 1 else 's'}" if tied else ""
        said += f", rank {model['rank']} of {ranked} models{others}"
    if compared < 2 and (scored["place"] == "frontier").any():
        said += "; nobody else can be compared here, so there is no frontier"
    else:
        said += _standing(best) if mine.height == 1 else _several(scored, mine.height)
    return f"{said}.{_gain(spread)}"


def _best_first(mine: pl.DataFrame) -> pl.DataFrame:
    """Whoever answered only part stands after those that answered nearly all."""
    return mine.drop_nulls("accuracy").sort(
        full(), "accuracy", "contestant_id", descending=[True, True, False]
    )


def _interval(row: dict[str, Any]) -> str:
    if row["accuracy_low"] is None or row["accuracy_high"] is None:
        return ""
    return f" ({points(row['accuracy_low'])} to {points(row['accuracy_high'])})"


def _several(scored: pl.DataFrame, n: int) -> str:
    """'; 2 of its 3 contestants are on the frontier in half of the resamples or more, ...'."""
    on = scored.filter(pl.col("place") == "frontier")
    sure = on.filter(pl.col("p_frontier").fill_null(1.0) >= SURE).height
    close = on.height - sure
    said = f"; {sure} of its {n} contestants {'is' if sure == 1 else 'are'} on the frontier"
    said += " in half of the resamples or more" if on["p_frontier"].count() else ""
    return said + (f", {close} {'is' if close == 1 else 'are'} too close to call" if close else "")


def _standing(row: dict[str, Any]) -> str:
    if row["place"] == "frontier":
        share = row["p_frontier"]
        if share is None:
            return ", and is on the frontier"
        told = f"on the frontier in {percent(share)} of resamples"
        return f", {told}" if share >= SURE else f"; too close to call: {told}"
    if row["place"] == "apart":
        return f"; it is listed apart: {row['apart_reason']}"
    return f", beaten by {row['beaten_by_name']}" if row["beaten_by_name"] else ", beaten"


def _gain(spread: tuple[dict[str, Any], dict[str, Any], Paired] | None) -> str:
    """' From low to high it gains 11.1 points (+5.0 to +17.2) for 10.3 times the cost.'"""
    if spread is None or spread[2].difference is None:
        return ""
    least, most, found = spread
    moved, low, high = 100 * spread[2].difference, found.low, found.high
    sure = low is not None and high is not None and not low <= 0 <= high
    ends = ""
    if low is not None and high is not None:
        ends = f" ({_signed(100 * low)} to {_signed(100 * high)})"
    what = f"{'gains' if moved > 0 else 'loses'} {abs(moved):.1f} points{ends}"
    if not sure:
        what = f"gains nothing beyond chance, {_signed(moved)} points{ends},"
    said = f" From {least['dial'] or least['name']} to {most['dial'] or most['name']} it {what}"
    a, b = least["cost_per_1k_usd"], most["cost_per_1k_usd"]
    if a and b:
        ratio = f"{b / a:,.3g} times" if b >= a else times_less(a / b)
        said += f" for {ratio} the cost"
    return said.removesuffix(",") + "."


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
