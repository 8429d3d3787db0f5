"""Runs: nights one under another, what is to be known of their answers, and both in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from data.analysis.drift_words import NAMED, RATIOS, Q
from data.wording import amount, hours, percent

CHECKS = {
    "retries": "calls made again",
    "refused": "answers refused",
    "truncated": "answers cut off",
    "malformed": "not in the form asked for",
    "unpriced": "answers without a price",
    "counts_missing": "without token counts",
    "counts_mended": "with token counts mended",
    "reasoning_doubted": "with doubted reasoning counts",
    "unresolved": "contestants not in the catalogue",
}
"""What is checked, by column of the integrity table, in words that follow a number."""
HELD, MOVED, NOT_ASKED = "held", "failed", "none"
"""What canaries said of a night."""


def busy_s(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """Seconds in which at least one run went on: shards at the same time count once.

    None without a span that has both ends.
    """
    known = sorted((a, b) for a, b in spans if a is not None and b is not None and b >= a)
    if not known:
        return None
    total, (begin, end) = 0.0, known[0]
    for a, b in known[1:]:
        if a > end:
            total, begin, end = total + (end - begin).total_seconds(), a, b
        end = max(end, b)
    return total + (end - begin).total_seconds()


def nights(sums: pl.DataFrame, runs: pl.DataFrame, canaries: dict[str, str]) -> pl.DataFrame:
    """One row per campaign of `sums`: when, how many attempts, failures, dollars, how long.

    Adds started_at, duration_s (see busy_s), runs, budget_usd (the largest that a run was given:
    it is the night's, whatever starts it again), budget_share, failed_share, canary.
    """
    rows = []
    for (campaign,), of in runs.group_by("campaign", maintain_order=True):
        rows.append(
            {
                "campaign": campaign,
                "started_at": of["started_at"].min(),
                "duration_s": busy_s(of.select("started_at", "ended_at").iter_rows()),
                "runs": of.height,
                "budget_usd": of["budget_usd"].max(),
                "outcome": of["outcome"][0],
            }
        )
    schema: dict[str, Any] = {
        "campaign": pl.String, "started_at": pl.Datetime("us"), "duration_s": pl.Float64,
        "runs": pl.Int64, "budget_usd": pl.Float64, "outcome": pl.String,
    }  # fmt: skip
    told = pl.DataFrame(rows, schema=schema, orient="row")
    found = sums.join(told, on="campaign", how="left", maintain_order="left")
    asked, ceiling = pl.col("attempts"), pl.col("budget_usd")
    return found.select(
        "campaign", "started_at", "duration_s", "contestants", "attempts", "scored", "failed",
        pl.when(asked > 0).then(pl.col("failed") / asked).alias("failed_share"),
        "refused", "truncated", "retries", "unpriced", "usd", "budget_usd",
        pl.when(ceiling > 0).then(pl.col("usd") / ceiling).alias("budget_share"),
        pl.col("campaign").replace_strict(canaries, default=NOT_ASKED, return_dtype=pl.String)
        .alias("canary"),
        "outcome", "runs",
    )  # fmt: skip


def checks(integrity: pl.DataFrame) -> pl.DataFrame:
    """check, what, count, of (answers, or contestants): the night's integrity in a few lines."""
    answers = int(integrity["answers"].sum())
    rows = [
        (name, what, int(integrity[name].sum()),
         integrity.height if name == "unresolved" else answers)
        for name, what in CHECKS.items()
    ]  # fmt: skip
    schema = {"check": pl.String, "what": pl.String, "count": pl.Int64, "of": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def sentence(night: dict[str, object]) -> str:
    """One Markdown sentence on a row of `nights`; its drift has a sentence of its own."""
    scored, asked = int(str(night["scored"])), int(str(night["attempts"]))
    said = f"**{scored:,} of {asked:,}** attempts of {night['campaign']} got an answer"
    if night["usd"] is not None:
        said += f" for **{amount(float(str(night['usd'])))}**"
        if night["budget_usd"]:
            share = percent(float(str(night["budget_share"])))
            said += f" of a budget of {amount(float(str(night['budget_usd'])))} ({share})"
    elif asked:
        said += " at a cost that is not known"
    if night["duration_s"]:
        said += f", in {hours(float(str(night['duration_s'])) / 3600)}"
    if night["usd"] is not None and night["unpriced"]:
        said += f"; {int(str(night['unpriced'])):,} calls have no price"
    return said + "."


def moved(changes: pl.DataFrame, names: Mapping[str, str]) -> str:
    """One Markdown sentence on a frame of `drift`: who changed in what, by contestant."""
    compared = changes.filter(pl.col("q").is_not_null())
    if compared.is_empty():
        return "No contestant answered the same samples on an earlier night."
    found = compared.sort("q", "contestant_id", "metric")
    alarms, watches = (found.filter(pl.col("alarm") == kind) for kind in ("alarm", "watch"))
    beyond = (pl.col("q") < Q) & pl.col("effect_reached") & (pl.col("alarm") == "none")
    torn = found.filter(beyond).height
    everybody = compared["contestant_id"].n_unique()
    if alarms.height:
        changed = alarms["contestant_id"].n_unique()
        said = f"**{changed} of {everybody}** contestants changed for a second night: "
        said += _who(alarms, names)
        said += f"; {watches.height} more to be confirmed" if watches.height else ""
    elif watches.height:
        changed = watches["contestant_id"].n_unique()
        said = f"**{changed} of {everybody}** contestants changed, to be confirmed by another "
        said += f"night: {_who(watches, names)}"
    else:
        said = f"**Nothing moved** beyond chance among {everybody} contestants"
    return said + (f"; {torn} beyond chance without a clear direction" if torn else "") + "."


def _who(rows: pl.DataFrame, names: Mapping[str, str]) -> str:
    """'A (accuracy fell), B (cost and output tokens rose) and 2 more'."""
    told = []
    for (who,), of in rows.group_by("contestant_id", maintain_order=True):
        parts = []
        for up, word in ((True, "rose"), (False, "fell")):
            which = of.filter((pl.col("direction") == "up") == up)["metric"].sort().to_list()
            what = [RATIOS.get(metric, metric) for metric in which]
            parts += [f"{', '.join(what)} {word}"] if what else []
        told.append(f"{names.get(str(who), str(who))} ({'; '.join(parts)})")
    more = len(told) - NAMED
    return ", ".join(told[:NAMED]) + (f" and {more} more" if more > 0 else "")
