"""Levels: how difficult each level of a task turned out, and which say nothing or stand wrongly."""

from __future__ import annotations

import polars as pl

OUT_OF_ORDER = "out of order"
ROUNDING = 1e-9


def remarked(levels: pl.DataFrame, out_of_order: pl.DataFrame) -> pl.DataFrame:
    """Rows of `ability.levels`, each with `remark`, sorted by category, task and level.

    'all right' or 'all wrong' where the credible contestants (see ability) all agree: such a level
    tells none of them apart, and its difficulty is a bound. 'out of order' where a level is easier
    than the one below it beyond chance. Null where all is well.
    """
    swapped = out_of_order.select("task", "level", "level_below")
    joined = levels.join(swapped, on=["task", "level"], how="left", maintain_order="left")
    return joined.with_columns(
        remark=pl.coalesce(
            pl.col("saturated"),
            pl.when(pl.col("level_below").is_not_null()).then(pl.lit(OUT_OF_ORDER)),
        )
    ).sort("category", "task", "level")


def sentence(rows: pl.DataFrame) -> str:
    """What the rows say, in Markdown."""
    if rows.is_empty():
        return "**No level has a scored answer yet.**"
    easy = int((rows["remark"] == "all right").sum())
    hard = int((rows["remark"] == "all wrong").sum())
    swapped = int((rows["remark"] == OUT_OF_ORDER).sum())
    # A level that one contestant answered tells nobody from anybody.
    agreed = rows["remark"].fill_null("").is_in(["all right", "all wrong"])
    alone = int((~agreed & (rows["credible"] < 2)).sum())
    telling = rows.height - easy - hard - alone
    said = f"**{telling} of {rows.height} levels tell your contestants apart**"
    said += f"; {alone} {'was' if alone == 1 else 'were'} answered by one alone" if alone else ""
    said += f"; {_counted(hard)} solved by none" if hard else ""
    said += f"; {_counted(easy)} solved by all" if easy else ""
    return f"{said}; {_order(rows, swapped)}."


def _order(rows: pl.DataFrame, swapped: int) -> str:
    """Who came out easier than the level below, beyond chance (as `remarked` has it) and not."""
    step = pl.col("level_difficulty").diff().over("category", "task")
    easier = rows.sort("category", "task", "level").select((step < -ROUNDING).sum()).item()
    close = easier - rows.filter(pl.col("level_below").is_not_null()).height
    if swapped:
        more = f", {close} more within their error" if close > 0 else ""
        return f"{swapped} came out easier than the level below{more}"
    if close > 0:
        return f"{close} came out easier than the level below, but within their error"
    return "no level came out easier than the one below"


def _counted(count: int) -> str:
    return f"{count} is" if count == 1 else f"{count} are"
