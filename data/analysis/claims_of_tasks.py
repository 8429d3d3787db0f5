"""Claims about tasks: readers, tiers, tokens and one's own documents, by the user's attempts."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.claims import (
    CLOSE,
    FAILS,
    FEWEST,
    HOLDS,
    OPEN,
    SETTLED,
    Finding,
    Tables,
    of_tasks,
    sure_share,
)
from data.analysis.intervals import wilson
from data.analysis.reader_words import sentence as readers_sentence
from data.analysis.reader_words import side
from data.analysis.readers import MARGIN
from data.analysis.tiers import ORDER
from data.analysis.tiers import sentence as tiers_sentence
from data.analysis.verdicts import BETTER, MATCHES
from data.wording import percent, usd

DOCUMENTS = 10_000_000
"""Documents of the claim about small models."""
TWICE = 2.0
"""Times the need that counts as spending only when the task needs it, on easy levels."""


def readers_match(tables: Tables, said: str) -> Finding:
    """Readers against writers on the tasks of classification."""
    del said
    rows = tables["tasks"].filter(
        (pl.col("category") == "classification") & pl.col("verdict").is_not_null()
    )
    verdict = of_tasks(rows)
    more = "a reader and a writer on tickets, sentiment, topic and language, 200 samples a level"
    return Finding(
        verdict, readers_sentence(rows), None if verdict in SETTLED else more, *_compared(rows)
    )


def small_and_special(tables: Tables, said: str) -> Finding:
    """Whether a reader or rules do a task as well for less, in dollars of ten million documents."""
    del said
    rows = tables["tasks"].filter(
        pl.col("verdict").is_not_null() & pl.col("cost_ratio").is_not_null()
    )
    good = rows.filter(pl.col("verdict").is_in([BETTER, MATCHES]) & (pl.col("cost_ratio") > 1))
    each = DOCUMENTS / 1000
    if rows.is_empty():
        return Finding(
            OPEN,
            "No task here was answered by both a reader and a writer with known prices.",
            "a reader and a writer on one of your own tasks, each with a price",
            "no shared sample",
        )
    noun = "task" if rows.height == 1 else "tasks"
    told = f"On **{good.height} of {rows.height}** {noun} a reader or rules do as well for less"
    if good.height:
        most = good.sort("cost_ratio", "task", descending=[True, False]).row(0, named=True)
        told += (
            f": {DOCUMENTS:,} documents of {most['task']} cost "
            f"**{usd(each * most['reader_cost_per_1k_usd'])}** with {most['reader_name']} and "
            f"{usd(each * most['writer_cost_per_1k_usd'])} with {most['writer_name']}"
        )
    verdict = of_tasks(rows)
    more = "more tasks, or more samples of those that are too close to call"
    return Finding(verdict, told + ".", None if verdict in SETTLED else more, *_compared(rows))


def _compared(rows: pl.DataFrame) -> tuple[str, str]:
    """(samples, who) of tasks that a reader and a writer were compared on."""
    if rows.is_empty():
        return "no shared sample", ""
    tasks = f"{rows.height} task{'' if rows.height == 1 else 's'}"
    n = int(rows["samples"].sum())
    samples = f"{n:,} shared sample{'' if n == 1 else 's'} of {tasks}"
    return samples, f"{side(rows, 'reader')} against {side(rows, 'writer')}"


def only_when_needed(tables: Tables, said: str) -> Finding:
    """How many contestants spend at most twice the need where tasks are easy."""
    del said
    rows = tables["contestants"].filter(pl.col("writes") & pl.col("easy_overhead").is_not_null())
    n = rows.height
    if n < FEWEST:
        who = "1 contestant has" if n == 1 else f"{n or 'No'} contestants have"
        return Finding(
            OPEN,
            f"**{who}** right answers whose need of tokens is known; it takes {FEWEST}.",
            f"{FEWEST} models that write, on levels that they solve and levels that they don't",
        )
    good = rows.filter(pl.col("easy_overhead") <= TWICE).height
    verdict = sure_share(good, n)
    low, high = wilson(good, n)
    middle = float(np.median(rows["easy_overhead"].to_numpy()))
    told = (
        f"**{good} of {n}** contestants ({percent(low)} to {percent(high)}) spend at most twice "
        f"what easy tasks need; half spend {middle:.3g} times as much or more."
    )
    more = None if verdict in SETTLED else "more models that write"
    return Finding(verdict, told, more, who=f"{n} contestants that write")


def smaller_tier(tables: Tables, said: str) -> Finding:
    """On how many tasks a tier below the largest is surely less than MARGIN behind the best."""
    rows, keys = tables["tiers"], ["category", "task"]
    known = rows.filter(pl.col("tier").is_in(ORDER))
    several = known.filter(pl.len().over(keys) > 1)
    n = several.select(keys).n_unique() if several.height else 0
    if not n:
        return Finding(
            OPEN,
            tiers_sentence(rows),
            "the same tasks with a model below 10B and one above 100B parameters",
        )
    rank = pl.col("tier").replace_strict({t: i for i, t in enumerate(ORDER)}, return_dtype=pl.Int64)
    ranked = several.with_columns(rank=rank).with_columns(top=pl.col("rank").max().over(keys))
    below = ranked.filter(pl.col("rank") < pl.col("top"))
    sure = pl.col("is_best") | (pl.col("difference_low") > -MARGIN)
    good = _tasks(below.filter(sure & (pl.col("accuracy") > 0)))
    bad = _tasks(below.filter(pl.col("detectably_worse").all().over(keys)))
    sides = (sure_share(good, n), sure_share(bad, n))
    # A task that is neither speaks for neither side.
    verdict = HOLDS if sides[0] == HOLDS else FAILS if sides[1] == HOLDS else CLOSE
    told = (
        f"On **{good} of {n}** tasks a smaller tier than the largest asked is surely less than "
        f"{100 * MARGIN:g} points behind the best, on {bad} it is detectably worse. "
        f"{tiers_sentence(rows)}"
    )
    samples = int(several.group_by(keys).agg(pl.col("samples").max())["samples"].sum())
    return Finding(
        verdict,
        told,
        None if verdict in SETTLED else "more tasks, or more samples of each",
        f"{samples:,} samples of {n} task{'' if n == 1 else 's'}",
        "the best contestant of each size",
    )


def _tasks(rows: pl.DataFrame) -> int:
    return rows.select("category", "task").n_unique() if rows.height else 0


def best_everywhere(tables: Tables, said: str) -> Finding:
    """Whether the best contestant on the bank is the best on one's own documents, too."""
    del said
    rows = tables["by_category"].drop_nulls("accuracy")
    own, bank = rows.filter(pl.col("category") == "own"), rows.filter(pl.col("category") != "own")
    general = bank.group_by("name").agg(pl.col("accuracy").mean(), n=pl.len())
    both = general.filter(pl.col("n") == pl.col("n").max()).join(own, on="name", suffix="_own")
    if both.height < 2:
        return Finding(
            OPEN,
            "Nobody here answered both the bank and documents of your own.",
            'your own documents as a task: `kind = "table"`',
        )
    first = both.sort("accuracy", "name", descending=[True, False]).row(0, named=True)
    niche, second = both.sort("accuracy_own", "name", descending=[True, False]).head(2).to_dicts()
    told = (
        f"**{first['name']}** is best on the bank and solves {percent(first['accuracy_own'])} of "
        f"your own; the best there is **{niche['name']}** with {percent(niche['accuracy_own'])} "
        f"({percent(niche['accuracy_low'])} to {percent(niche['accuracy_high'])})."
    )
    same = first["name"] == niche["name"]
    behind = second["accuracy_own"] if same else first["accuracy_own"]
    apart = niche["accuracy_low"] is not None and niche["accuracy_low"] > behind
    verdict = (HOLDS if same else FAILS) if apart else CLOSE
    return Finding(
        verdict, told, None if apart else "more documents of your own",
        who=f"{both.height} contestants that answered both",
    )  # fmt: skip
