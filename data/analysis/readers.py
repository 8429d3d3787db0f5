"""Readers: encoders and rules against decoders, task by task and level by level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.paired import Contrasts, contrasts
from data.analysis.parts import Part, answered_mean, balanced, best, levels, shared_means, tasks
from data.analysis.price_kinds import kind, together
from data.analysis.summary import FULL_COVERAGE
from data.analysis.verdicts import TOO_CLOSE, needed, verdict

READERS = ("reader", "rules")
MARGIN = 0.05
"""A reader matches a writer when it is surely less than this share of capability behind."""
ALPHA = 0.05
WHO: dict[str, Any] = {
    "category": pl.String, "task": pl.String, "level": pl.Int64, "reader_id": pl.String,
    "reader_name": pl.String, "writer_id": pl.String, "writer_name": pl.String,
}  # fmt: skip
NUMBERS: dict[str, Any] = {
    "reader_accuracy": pl.Float64, "writer_accuracy": pl.Float64, "kept": pl.Float64,
    "difference": pl.Float64, "difference_low": pl.Float64, "difference_high": pl.Float64,
    "p": pl.Float64,
    "verdict": pl.String, "samples": pl.Int64, "discordant": pl.Float64, "needed": pl.Int64,
    "reader_cost_per_1k_usd": pl.Float64, "writer_cost_per_1k_usd": pl.Float64,
    "cost_ratio": pl.Float64, "prices": pl.String, "reader_per_s": pl.Float64,
    "writer_per_s": pl.Float64, "speed_ratio": pl.Float64, "cheap_writer_id": pl.String,
    "cheap_writer_name": pl.String,
    "cheap_cost_ratio": pl.Float64, "cheap_saving_per_1k_usd": pl.Float64,
    "cheap_prices": pl.String, "readers": pl.Int64, "writers": pl.Int64,
}  # fmt: skip
"""The columns that compare, in the order of the frame."""
TAUGHT: dict[str, Any] = {"labels": pl.Int64, "writer_labels": pl.Int64}
"""Labelled examples: of the reader's head, and in the writer's prompt."""


@dataclass(frozen=True)
class _Sides:
    """Who stands on which side: places in the grid, in the order of contestant_id."""

    ids: tuple[str, ...]
    names: list[str]
    prices: list[str | None]
    readers: Array
    writers: Array


def readers(grid: Grid, summary: pl.DataFrame, margin: float = MARGIN) -> pl.DataFrame:
    """The best reader (kind 'reader' or 'rules') of each task against the best writer.

    Best is the highest level-balanced accuracy (ties: the cheaper, then contestant_id) among those
    that answered 95 % of the task's samples; levels of a task weigh the same. Everything that
    compares is over the samples that both answered: accuracies (0..1), `kept` (reader over writer;
    null when the writer is always wrong), `difference` (reader - writer) with the paired clustered
    95 % interval (difference_low, difference_high) and p (data/analysis/paired.py; METHOD 2.1,
    Miller 2024), `discordant`.

    verdict: 'better' (its low end > 0), 'worse' (its high end < 0), else 'matches' when the low end
    > -margin, else 'too close to call'. Only then, `needed`: with how many shared samples, more
    than there are, the verdict would be reached if the difference and variance seen so far held,
    and clusters grew in number alike (data/analysis/verdicts.py): a plan, not a promise.

    cost_ratio is writer over reader in dollars, speed_ratio reader over writer in documents per
    second, one call at a time (1 / seconds of a call); null when either is not known for 80 % of
    the samples, or is 0. cheap_writer_id is the cheapest writer than which the reader is not
    detectably better, so cheap_cost_ratio is what a reader saves against whoever is as good as it,
    and cheap_saving_per_1k_usd the dollars that it saves (below 0: that it costs more).
    readers and writers: how many of each the best is chosen from.
    prices and cheap_prices say whose prices a ratio is of: 'list', 'self-hosted', 'mixed' (METHOD
    1.2: never without a marker), or null where a kind is not known.

    A task without readers or without writers keeps its row with nulls. Sorted by category, task.
    """
    sides = _sides(grid, summary)
    rows = [_row(part, sides, _best(part, sides), margin) for part in tasks(grid)]
    return pl.DataFrame(rows, schema=WHO | NUMBERS, orient="row").drop("level")


def by_level(grid: Grid, summary: pl.DataFrame, margin: float = MARGIN) -> pl.DataFrame:
    """The same two contestants as in `readers`, compared at each level of the task.

    `turns` marks the first level where the reader is detectably behind: difference below 0 and p
    times the task's levels below 0.05 (Bonferroni), so that looking at many levels finds no more
    turns by chance. One level with one sample: never. Sorted by category, task, level.
    """
    sides, rows = _sides(grid, summary), []
    for part in tasks(grid):
        pair = _best(part, sides)
        rungs = [_row(one, sides, pair, margin) for one in levels(part)]
        behind = [
            r["p"] is not None and r["difference"] < 0 and r["p"] * len(rungs) < ALPHA
            for r in rungs
        ]
        first = behind.index(True) if any(behind) else None
        rows += [{**r, "turns": i == first} for i, r in enumerate(rungs)]
    return pl.DataFrame(rows, schema=WHO | NUMBERS | {"turns": pl.Boolean()}, orient="row")


def at_equal_labels(
    grid: Grid, summary: pl.DataFrame, fits: pl.DataFrame, margin: float = MARGIN
) -> pl.DataFrame:
    """`readers` for each number of labelled examples that readers of a task were fitted on.

    The best of the readers with exactly so many against the best of the writers whose prompts show
    no more of them (none, or the few of a style such as terse). `fits`: contestant_id, task,
    labels. Sorted by category, task, labels.
    """
    sides, rows = _sides(grid, summary), []
    taught = {(r["contestant_id"], r["task"]): r["labels"] for r in fits.iter_rows(named=True)}
    for part in tasks(grid):
        task = part.samples["task"][0]
        labels = np.array([taught.get((i, task), -1) for i in sides.ids], dtype=np.int64)
        fitted = sides.readers[labels[sides.readers] > 0]
        shown = sides.writers[labels[sides.writers] >= 0]
        for number in np.unique(labels[fitted]).tolist():
            pair = _best(part, sides, fitted[labels[fitted] == number],
                         shown[labels[shown] <= number])  # fmt: skip
            row = _row(part, sides, pair, margin)
            writer = None if pair[1] is None else int(labels[pair[1]])
            rows.append({**row, "labels": number, "writer_labels": writer})
    frame = pl.DataFrame(rows, schema=WHO | TAUGHT | NUMBERS, orient="row").drop("level")
    return frame.select("category", "task", *TAUGHT, pl.exclude("category", "task", *TAUGHT))


def _sides(grid: Grid, summary: pl.DataFrame) -> _Sides:
    rows = {r["contestant_id"]: r for r in summary.iter_rows(named=True)}
    facts = [rows.get(i, {}) for i in grid.ids]
    kinds = [f.get("kind") for f in facts]
    names = [f.get("name") or i for f, i in zip(facts, grid.ids, strict=True)]
    read = [i for i, kind in enumerate(kinds) if kind in READERS]
    write = [i for i, kind in enumerate(kinds) if kind == "writer"]
    prices = [kind(f) for f in facts]
    return _Sides(grid.ids, names, prices, np.array(read, dtype=int), np.array(write, dtype=int))


def _best(
    part: Part, sides: _Sides, readers: Array | None = None, writers: Array | None = None
) -> tuple[int | None, int | None]:
    """Places of the best reader and the best writer of a task, of all or of these."""
    among = (
        sides.readers if readers is None else readers,
        sides.writers if writers is None else writers,
    )
    accuracy = balanced(part, part.score)
    covered = _covered(part)
    cost = answered_mean(part, part.cost)
    able = (side[covered[side]] for side in among)
    reader, writer = (best(accuracy, cost, side) if len(side) else None for side in able)
    return reader, writer


def _covered(part: Part) -> Array:
    """(M,) whether each contestant answered nearly all samples of the part."""
    answered = (~np.isnan(part.score)).astype(float)
    return np.asarray(balanced(part, answered) >= FULL_COVERAGE)


def _row(
    part: Part, sides: _Sides, pair: tuple[int | None, int | None], margin: float
) -> dict[str, Any]:
    reader, writer = pair
    able = _covered(part)
    row: dict[str, Any] = {
        **part.samples.select("category", "task", "level").row(0, named=True),
        **_who("reader", sides, reader), **_who("writer", sides, writer),
        **dict.fromkeys(NUMBERS), "samples": 0,
        "readers": int(able[sides.readers].sum()), "writers": int(able[sides.writers].sum()),
    }  # fmt: skip
    if reader is None or writer is None:
        return row
    found = _against(part, reader, sides.writers)
    at = int(np.flatnonzero(sides.writers == writer)[0])
    if found.samples[at] == 0:
        return row
    accuracy, cost, duration = (
        shared_means(part, v, reader, writer) for v in (part.score, part.cost, part.duration)
    )
    per_s = [1 / t if t else None for t in duration]
    low, high, discordant = (float(v[at]) for v in (found.low, found.high, found.discordant))
    cheap = _cheap(part, found, sides)
    cheap_cost = (None, None) if cheap is None else shared_means(part, part.cost, reader, cheap)
    own = sides.prices[reader]
    said = verdict(low, high, margin)
    apart = part.score[reader] - part.score[writer]
    se = float(found.se[at])
    more = needed(apart, part.rung, part.cluster, se, margin) if said == TOO_CLOSE else None
    return row | {
        "reader_accuracy": accuracy[0], "writer_accuracy": accuracy[1],
        "kept": _ratio(accuracy[0], accuracy[1]), "difference": float(found.difference[at]),
        "difference_low": low, "difference_high": high, "p": float(found.p[at]),
        "verdict": said,
        "samples": int(found.samples[at]), "discordant": discordant,
        "needed": more,
        "reader_cost_per_1k_usd": _thousand(cost[0]), "writer_cost_per_1k_usd": _thousand(cost[1]),
        "cost_ratio": _ratio(cost[1], cost[0], positive=True),
        "prices": together(own, sides.prices[writer]),
        "reader_per_s": per_s[0], "writer_per_s": per_s[1],
        "speed_ratio": _ratio(per_s[0], per_s[1]),
        **_who("cheap_writer", sides, cheap),
        "cheap_cost_ratio": _ratio(cheap_cost[1], cheap_cost[0], positive=True),
        "cheap_saving_per_1k_usd": _saving(*cheap_cost),
        "cheap_prices": None if cheap is None else together(own, sides.prices[cheap]),
    }  # fmt: skip


def _against(part: Part, reader: int, writers: Array) -> Contrasts:
    weight = np.ones(int(part.rung[-1]) + 1)
    differences = part.score[reader] - part.score[writers]
    return contrasts(differences, part.rung, part.cluster, weight)


def _cheap(part: Part, found: Contrasts, sides: _Sides) -> int | None:
    """The cheapest priced writer than which the reader is not detectably better."""
    covered = _covered(part)
    cost = answered_mean(part, part.cost)
    able = [
        int(w)
        for w, low in zip(sides.writers, found.low, strict=True)
        if covered[w] and not np.isnan(cost[w]) and not low > 0
    ]
    return min(able, key=lambda w: (cost[w], w), default=None)


def _who(side: str, sides: _Sides, place: int | None) -> dict[str, str | None]:
    if place is None:
        return {f"{side}_id": None, f"{side}_name": None}
    return {f"{side}_id": sides.ids[place], f"{side}_name": sides.names[place]}


def _ratio(top: float | None, bottom: float | None, positive: bool = False) -> float | None:
    """top / bottom; None when either is unknown, the bottom is 0, or the top where it must not."""
    if top is None or not bottom or (positive and top == 0):
        return None
    return top / bottom


def _saving(reader: float | None, writer: float | None) -> float | None:
    """Dollars that the reader saves on a thousand documents."""
    return None if reader is None or writer is None else 1000 * (writer - reader)


def _thousand(value: float | None) -> float | None:
    return None if value is None else 1000 * value
