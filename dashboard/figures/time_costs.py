"""What each quality cost over time, a line each, with how fast it halves written at its end."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.calendar_axis import place, span
from dashboard.figures.forest import BLUE, GREY
from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import LINE
from dashboard.figures.scatter import Curve, Note, Point, Span
from dashboard.figures.sheet import Figure, sheet
from data.wording import months, percent, usd, usd_tick

Row = dict[str, Any]
ROOM = {"wide": 0.23, "medium": 0.33, "phone": 0.4}
"""Share of the date axis kept for what is written at the lines' ends."""
APART_PX = 17
"""Least distance of two texts at the lines' ends."""
SPARE = 2.0
"""How far the cost axis goes beyond the costs, as a factor."""


def build(costs: pl.DataFrame, paces: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Steps of the cheapest cost of each quality; the best-watched pace is the thick line."""
    known = costs.filter(pl.col("cost_per_1k_usd") > 0)
    if known.is_empty():
        return None
    first, last = _first_and_last(costs, paces)
    values = known["cost_per_1k_usd"].to_list()
    low, high = min(values) / SPARE, max(values) * SPARE
    pace = {row["quality"]: row for row in paces.to_dicts()}
    parts = {
        q: costs.filter(pl.col("quality") == q).sort("date")
        for q in costs["quality"].unique().sort(descending=True)
    }
    curves = [_line(part, last, pace.get(q)) for q, part in parts.items()]
    ends = [(q, *_end(part, last)) for q, part in parts.items()]
    x = span(first, last, ROOM[size], sheet(size).ticks)
    y = Span("", log=True, low=low, high=high, tick=usd_tick)
    notes = _apart(
        [
            Note(_said(pace.get(q), q, free, size), at, cost, beside=6)
            for q, at, cost, free in ends
            if cost
        ],
        math.log10(high / low) / sheet(size).plot_height,
    )
    return scatter.build(_points(known), x, y, size, curves, notes)


def _first_and_last(costs: pl.DataFrame, paces: pl.DataFrame) -> tuple[date, date]:
    days = costs["date"].to_list()
    ends = [r["first_date"] + timedelta(days=max(0, r["days"] - 1)) for r in paces.to_dicts()]
    return min(days), max([*days, *ends])


def _line(part: pl.DataFrame, last: date, pace: Row | None) -> Curve:
    """Level from each change to the next; a gap where nobody sells it, or for nothing."""
    x: list[float | None] = []
    y: list[float | None] = []
    rows = part.select("date", "cost_per_1k_usd").rows()
    for (day, cost), (after, _) in zip(rows, [*rows[1:], (last, None)], strict=True):
        x += [place(day), place(after)] if cost else [None]
        y += [cost, cost] if cost else [None]
    sure = pace is not None and pace["halving_days"] is not None
    width, colour = (2.2, BLUE) if sure else (1.4, LINE)
    return Curve(x, y, "quality", width=width, colour=colour, steps=True)


def _end(part: pl.DataFrame, last: date) -> tuple[float, float | None, date | None]:
    """Where a line ends: its place and cost, and since when the quality costs nothing."""
    rows = part.select("date", "cost_per_1k_usd").rows()
    paid = [(i, cost) for i, (_, cost) in enumerate(rows) if cost]
    if not paid:
        return place(last), None, None
    i, cost = paid[-1]
    if i + 1 == len(rows):
        return place(last), cost, None
    day, after = rows[i + 1]
    return place(day), cost, day if after == 0 else None


def _said(pace: Row | None, quality: float, free: date | None, size: Size) -> str:
    solved = percent(quality)
    if free is not None:
        return f"{solved} free" if size == "phone" else f"{solved} free since {free.isoformat()}"
    if pace is None or pace["halving_days"] is None:
        return solved if size == "phone" else f"{solved}, no pace yet"
    low, high = pace.get("halving_days_low"), pace.get("halving_days_high")
    if size == "phone":
        return f"{solved} ½ in {months(pace['halving_days']).replace(' months', ' mo')}"
    said = f"{solved} halves every {months(pace['halving_days'])}"
    if low is None:
        return said
    start = months(low).removesuffix(" months")
    return f"{said} [{start}, {'∞' if high is None else months(high).removesuffix(' months')}]"


def _apart(notes: list[Note], per_px: float) -> list[Note]:
    """The same texts, those too near moved up; `per_px` is powers of ten in a pixel."""
    found: list[Note] = []
    top = -math.inf
    for note in sorted(notes, key=lambda n: (n.y, n.text)):
        at = math.log10(note.y) / per_px
        top = max(at, top + APART_PX)
        found.append(replace(note, above=round(top - at, 1)))
    return found


def _points(known: pl.DataFrame) -> list[Point]:
    """A mark at each change, one for all qualities that it is the cheapest for."""
    marks: dict[tuple[Any, ...], list[float]] = {}
    names: dict[tuple[Any, ...], str] = {}
    first: dict[str, tuple[Any, ...]] = {}
    for row in known.sort("date", "quality").to_dicts():
        key = (row["date"], row["cost_per_1k_usd"], row["contestant_id"])
        marks.setdefault(key, []).append(row["quality"])
        names[key] = str(row["name"])
        first.setdefault(row["contestant_id"], key)
    return [
        Point(
            key=f"{day.isoformat()}/{who}",
            # Named once, where it first is the cheapest.
            name=names[day, cost, who] if first[who] == (day, cost, who) else "",
            x=place(day),
            y=cost,
            hover=scatter.lines(
                names[day, cost, who],
                f"the cheapest from {day.isoformat()} that solves "
                f"{' and '.join(percent(q) for q in of)}",
                f"{usd(cost)} per 1,000 tasks",
            ),
            colour=GREY,
            weight=place(day),
        )
        for (day, cost, who), of in sorted(marks.items(), key=lambda m: [str(v) for v in m[0]])
    ]


def describe(costs: pl.DataFrame, paces: pl.DataFrame) -> str:
    """The lines in words."""
    told = []
    for row in paces.sort("quality").to_dicts():
        pace = "no pace yet" if row["halving_days"] is None else (
            f"halves every {months(row['halving_days'])}"
        )  # fmt: skip
        last = usd(row["last_cost_per_1k_usd"])
        told.append(f"{percent(row['quality'])}: {last} for 1,000 tasks now, {pace}")
    return (
        f"Cost of reaching a quality by date, on a log scale, {costs.height} changes. "
        f"{'; '.join(told) or 'None was reached'}."
    )
