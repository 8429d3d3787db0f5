"""Readers in words: on how many tasks, on how few samples, and what the undecided ones take."""

from __future__ import annotations

import polars as pl

from data.analysis.price_kinds import each
from data.analysis.verdicts import BETTER, FEWEST, MATCHES, TOO_CLOSE
from data.wording import percent, times_less

NAMED = 3
"""Undecided tasks that a sentence names."""


def sentence(frame: pl.DataFrame) -> str:
    """What the frame of `readers` says, in one Markdown sentence."""
    compared = frame.filter(pl.col("verdict").is_not_null())
    if compared.is_empty():
        return (
            "No task here was answered by both a reader and a writer: add an encoder or rules, "
            "and a model that writes, to the same experiment."
        )
    good = compared.filter(pl.col("verdict").is_in([BETTER, MATCHES]))
    unsure = compared.filter(pl.col("verdict") == TOO_CLOSE)
    worse = compared.height - good.height - unsure.height
    noun = "task" if compared.height == 1 else "tasks"
    reader, writer = side(compared, "reader"), side(compared, "writer")
    text = f"On **{good.height} of {compared.height}** {noun} ({shared(compared)}) {reader}"
    text += "," if ", the only" in reader else ""
    text += f" is seen to do as well as {writer}" + _price(good)
    if worse:
        text += f"; on {worse} it is detectably behind"
    return text + _more(unsure) + "."


def side(compared: pl.DataFrame, who: str) -> str:
    """'the best of 3 writers', 'X, the only writer': whom the tasks compare on a side.

    `who`: 'reader' or 'writer'. What is best is chosen task by task, and of up to so many.
    """
    names = compared[f"{who}_name"].unique()
    most = compared.select(pl.col(f"{who}s").max()).item()
    if most is not None and most > 1:
        fewest = compared.select(pl.col(f"{who}s").min()).item()
        return f"the best of {'' if fewest == most else 'up to '}{most} {who}s"
    return f"{names[0]}, the only {who}" if len(names) == 1 else f"the only {who} of each"


def shared(compared: pl.DataFrame) -> str:
    """'4 to 9 shared samples each': on how many samples the tasks compare."""
    low, high = compared.select(low=pl.col("samples").min(), high=pl.col("samples").max()).row(0)
    each = " each" if compared.height > 1 else ""
    if low == high:
        return f"{low:,} shared sample{'' if low == 1 else 's'}{each}"
    return f"{low:,} to {high:,} shared samples{each}"


def _more(unsure: pl.DataFrame) -> str:
    """What the undecided tasks would take, each by name, the nearest first."""
    if unsure.is_empty():
        return ""
    rows = unsure.sort("needed", "task", "category", nulls_last=True)
    told = rows.filter(pl.col("needed").is_not_null())
    named = [
        f"{r['needed']:,} shared samples on {r['task']} (now {r['samples']:,})"
        for r in told.head(NAMED).iter_rows(named=True)
    ]
    text = f"; {rows.height} {'is' if rows.height == 1 else 'are'} too close to call"
    if named:
        listed = " and ".join([", ".join(named[:-1]), named[-1]] if named[:-1] else named)
        text += f": should the differences seen hold, telling takes about {listed}"
        others = told.height - len(named)
        if others:
            text += f" and more on {others} other{'' if others == 1 else 's'}"
        untold = rows.height - told.height
        return text + ("; how many on the others can't be told" if untold else "")
    if rows["samples"].to_numpy().max() < FEWEST:
        return f"{text}: collect {FEWEST} shared samples or more, to see how many it takes"
    return f"{text}, and no number of samples promises to tell"


def _price(good: pl.DataFrame) -> str:
    text = ""
    kept = good["kept"].drop_nulls().median()
    if isinstance(kept, float):
        text += f", with {percent(kept)} of its accuracy"
    costs = [f"{_part_of(ratio)} its cost{mark}" for ratio, mark in each(good, "cost_ratio")]
    if costs:
        text += f", for {' and '.join(costs)}"
    return text + (" on the median such task" if text and good.height > 1 else "")


def _part_of(ratio: float) -> str:
    return times_less(ratio) if ratio >= 1 else f"{1 / ratio:,.1f} times"
