"""Token lead: who has the best token efficiency, who can't be told from it, and the sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from data.analysis import multiple
from data.analysis.grid import Array, Grid
from data.analysis.resample import Draws
from data.analysis.summary import KNOWN_SHARE
from data.wording import percent, tokens

FEWEST = 6
"""With fewer clusters that differ, not even differences that all go one way are beyond chance."""


def behind_best(
    grid: Grid, earned: Array, ste: Array, leads: Array, draws: Draws
) -> tuple[Array, Array, Array]:
    """(M,) how far each of `leads` (M,) lies behind the best `ste` of them, with its interval.

    The level-balanced mean of the paired differences in what each sample earned, `earned` (M, I),
    over the samples that both answered. The ends hold for all of them at once: as many standard
    deviations of the paired bootstrap `draws` to either side as `multiple.apart` asks for, since
    the best was chosen on the same answers. The best lies 0 behind itself, without ends. NaN: who
    is not of `leads`; and the ends where fewer than 6 clusters differ, six alike being the fewest
    that a sign test believes.
    """
    none = np.full(len(ste), np.nan)
    if not leads.any():
        return none, none, none
    best = int(np.argmax(np.where(leads, ste, -np.inf)))
    gap = np.where(leads[:, None], earned[best] - earned, np.nan)
    gap = np.where(np.abs(gap) < 1e-12, 0.0, gap)
    value = grid.balance_rows(gap)
    differ = np.zeros((len(ste), int(grid.cluster.max(initial=-1)) + 1), dtype=bool)
    who, sample = np.nonzero(np.nan_to_num(gap))
    differ[who, grid.cluster[sample]] = True
    told = differ.sum(axis=1) >= FEWEST
    error = np.where(told, draws.means(gap).std(axis=0, ddof=1), np.nan)
    error *= multiple.apart(int(leads.sum()))
    return value, value - error, value + error


def sentence(frame: pl.DataFrame, levels: pl.DataFrame | None = None) -> str:
    """One Markdown sentence on a frame of `efficiency`: who leads, how surely, what waste takes.

    Of the contestants that write and answered nearly all samples that any of them did: one that
    skipped the hard ones can't lead. Another can't be told apart from the best unless the lower
    end of behind_best lies above 0. `name` is used where the frame has it. One writer alone has
    nobody beside it: `levels` (level, accuracy, output_tokens of it) tell what it does instead.
    """
    compared = frame.filter(pl.col("writes") & pl.col("behind_best").is_not_null())
    compared = compared.sort("ste", "contestant_id", descending=[True, False])
    if compared.is_empty():
        return _none_measured(frame, levels)
    best, worst = compared.row(0, named=True), compared.row(-1, named=True)
    if best["ste"] == 0:
        return _nothing_solved(compared)
    name = best.get("name") or best["contestant_id"]
    value = (
        f"**{percent(best['ste'])}**{_within(best)} = {percent(best['accuracy_required'])} "
        f"accuracy × {percent(best['thrift'])} thrift{_over(best)}"
    )
    if compared.height == 1:
        return (
            f"Only **{name}** can be measured here, with a token efficiency of {value}, so there "
            f"is nobody to compare it with{_others(frame, compared)}."
        )
    if percent(best["ste"]) == percent(worst["ste"]):
        return (
            f"**All {compared.height}** contestants that write have a token efficiency of "
            f"**{percent(best['ste'])}** here; {_wasted(compared)}."
        )
    return (
        f"**{name}** has the best token efficiency, right answers weighed by how few tokens they "
        f"take: {value}; {_near(compared)}, and the last has {percent(worst['ste'])}; "
        f"{_wasted(compared)}."
    )


def _near(compared: pl.DataFrame) -> str:
    """'2 of the other 7 that write can't be told apart from it'."""
    others = compared.slice(1)
    near = others.filter(~(pl.col("behind_best_low") > 0).fill_null(False)).height
    if others.height == 1:
        return "the other that writes " + ("can't be" if near else "is") + " told apart from it"
    if near == others.height:
        return f"**none** of the other {near} that write can be told apart from it"
    if not near:
        return f"the other {others.height} that write are told apart from it"
    return f"**{near}** of the other {others.height} that write can't be told apart from it"


def _within(row: dict[str, Any]) -> str:
    told = []
    if row["ste_low"] is not None:
        told.append(f"95% interval {percent(row['ste_low'])} to {percent(row['ste_high'])}")
    if row["lower_bound"]:
        told.append("a lower bound")
    return f" ({', '.join(told)})" if told else ""


def _over(row: dict[str, Any]) -> str:
    """' on the 26 of 56 samples whose need is known'; nothing where it is of all."""
    if row["required_samples"] == row["samples"]:
        return ""
    return f" on the {row['required_samples']:,} of {row['samples']:,} samples whose need is known"


def _wasted(compared: pl.DataFrame) -> str:
    """'half of them spend 61% or more of their dollars on what bought nothing'."""
    spent, what, who = compared["waste_usd_share"].drop_nulls(), "dollars", "half of them"
    if len(spent) < KNOWN_SHARE * compared.height:
        spent, what = compared["waste_token_share"].drop_nulls(), "tokens"
    elif len(spent) < compared.height:
        who = f"half of the {len(spent)} with a price"
    if spent.is_empty():
        return "what the rest is wasting is not known"
    half = float(np.median(spent.to_numpy()))
    if half < 1e-9:
        return f"at least {who} waste none of their {what}"
    return f"{who} spend **{percent(half)}** or more of their {what} on what bought nothing"


def _others(frame: pl.DataFrame, compared: pl.DataFrame) -> str:
    """Why the rest of the frame is not compared: '; of the others 2 write nothing, ...'."""
    rest = frame.join(compared.select("contestant_id"), on="contestant_id", how="anti")
    silent = rest.filter(~pl.col("writes")).height
    unknown = rest.filter(pl.col("writes") & pl.col("ste").is_null()).height
    part = rest.height - silent - unknown
    told = {
        "answered only part": part,
        "without known tokens or answers": unknown,
        "writing nothing": silent,
    }
    said = ", ".join(f"{n} {what}" for what, n in told.items() if n)
    return f" (not compared: {said})" if said else ": collect at least one more contestant"


def _nothing_solved(writers: pl.DataFrame) -> str:
    what = "anything" if writers["accuracy"].max() == 0 else "a sample whose need is known"
    return f"**None of {_contestants(writers.height)}** solved {what} here: collect easier levels."


def _alone(row: dict[str, Any], frame: pl.DataFrame, levels: pl.DataFrame | None) -> str:
    """What the only writer does by level, and what it takes to compare it."""
    silent = frame.height - 1
    others = f" ({silent} here {'writes' if silent == 1 else 'write'} nothing)" if silent else ""
    return (
        f"Only **{row.get('name') or row['contestant_id']}** writes here, so there is nobody to "
        f"compare its tokens with{others}: {_by_level(row, levels)}. What a task needs is learnt "
        "from several that solve it: collect another model that writes, or another effort of this "
        "one, on the same tasks."
    )


def _by_level(row: dict[str, Any], levels: pl.DataFrame | None) -> str:
    """'from level 1 to 8 it goes from 41% right with 12 tokens an answer to 10% with 15'."""
    known = pl.DataFrame() if levels is None else levels.drop_nulls().sort("level")
    if known.height < 2:
        return f"it solves {percent(row['accuracy'])} with {_tokens(row)} tokens an answer"
    first, last = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"from level {first['level']} to {last['level']} it goes from "
        f"**{percent(first['accuracy'])}** right with {_tokens(first)} tokens an answer to "
        f"**{percent(last['accuracy'])}** with {_tokens(last)}"
    )


def _tokens(row: dict[str, Any]) -> str:
    return tokens(row["output_tokens"])


def _contestants(n: int) -> str:
    return "1 contestant that writes" if n == 1 else f"{n} contestants that write"


def _none_measured(frame: pl.DataFrame, levels: pl.DataFrame | None) -> str:
    if frame.is_empty():
        return "Token efficiency can't be told here: no attempt was scored."
    writers = frame.filter("writes")
    if writers.is_empty():
        return (
            "Token efficiency can't be told here: nobody writes; collect contestants that generate "
            "their answers."
        )
    known = writers.filter(pl.col("output_tokens").is_not_null())
    if known.is_empty():
        scored = writers.filter(pl.col("accuracy").is_not_null()).height
        why = "tokens are not reported" if scored else "no attempt was scored"
        return (
            f"Token efficiency can't be told here: {why} for {_contestants(writers.height)}; "
            "collect answers with their token usage."
        )
    if known["accuracy"].max() == 0:
        return _nothing_solved(known)
    if writers.height == 1:
        return _alone(known.row(0, named=True), frame, levels)
    return (
        f"Token efficiency can't be told here: {_contestants(known.height)} answered, but **no "
        "sample** has a requirement, which takes a solver who gets half of its level right; "
        "collect contestants that solve these tasks, or easier levels."
    )
