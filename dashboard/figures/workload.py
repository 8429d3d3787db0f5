"""A workload: dollars of every route, who will do first, and hours against dollars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data.analysis.workload import documents
from data.wording import amount, hours, percent, usd_tick

TIMES = {
    1 / 3600: "1 s", 10 / 3600: "10 s", 1 / 60: "1 min", 1 / 6: "10 min", 1.0: "1 h", 6.0: "6 h",
    24.0: "1 day", 240.0: "10 d", 2400.0: "100 d", 24e3: "1k d", 24e4: "10k d",
}  # fmt: skip
"""Ticks of hours."""
SAID = 44
"""Characters written beside a mark."""
NAMED = 40
"""Points that a plane tries to name, best first."""
HEIGHT: dict[Size, int] = {"wide": 392, "medium": 400, "phone": 400}
"""Pixels of a plane: under the fields of a workload there is less room than elsewhere."""

Row = Mapping[str, Any]


def ranked(everyone: pl.DataFrame, cascades: pl.DataFrame) -> list[dict[str, Any]]:
    """Contestants and cascades of which the dollars are known, who will do for sure first."""
    both = [everyone.drop("reason"), cascades.drop("reason", "stages")]
    frame = pl.concat(both, how="diagonal").filter(pl.col("usd").is_not_null())
    will = pl.col("lacks").is_null()
    order = (~will, ~pl.col("sure") & will, pl.col("usd"), pl.col("contestant_id"))
    return frame.sort(*order, nulls_last=True).to_dicts()


def dollars(
    everyone: pl.DataFrame, cascades: pl.DataFrame, size: Size = "wide", page: int | None = None
) -> Figure | None:
    """Dollars of every route with their interval; those that will not do are grey."""
    bars = []
    for row in ranked(everyone, cascades):
        will = row["lacks"] is None
        bars.append(
            Bar(
                row["name"],
                row["usd"],
                _hover(row),
                low=row["usd_low"] if will else None,
                high=row["usd_high"] if will else None,
                colour=BLUE if will else GREY,
                hollow=will and not row["sure"],
                said=_said(row, size),
                symbol=_symbol(row),
            )
        )
    return forest.build(bars, _dollars(everyone, free=True), size, page=page) if bars else None


def _dollars(everyone: pl.DataFrame, free: bool) -> Span:
    """The axis of dollars; with a place for what is free."""
    said = f"US$ for {documents(everyone['documents'][0])} (log scale)"
    return Span(said, log=True, tick=usd_tick, zero="free" if free else "")


def _said(row: Row, size: Size) -> str:
    """What stands beside a mark: dollars and hours, or what is lacking."""
    if row["lacks"] is None:
        if size == "phone":
            return amount(row["usd"])
        parts = [amount(row["usd"]), *([hours(row["hours"])] if row["hours"] is not None else [])]
        about = "about " if row.get("estimated") else ""
        return " · ".join([*parts, about + percent(row["accuracy"])])
    lacks = str(row["lacks"])
    if size == "phone":
        return lacks.split(" of ")[0].replace(" points", " pts") if row["planned"] else ""
    text = f"lacks {lacks}" if row["planned"] else lacks
    return text if len(text) <= SAID else f"{text[: SAID - 1].rstrip()}…"


def _symbol(row: Row) -> str:
    return "square" if row.get("assumes") else "circle"


def _hover(row: Row) -> str:
    return scatter.lines(
        str(row["name"]),
        amount(row["usd"]) + _ends(row, "usd", amount),
        _time_of(row),
        f"held up by {row['binding']}" if row["binding"] else "",
        "" if row["accuracy"] is None else f"{percent(row['accuracy'])} right"
        + _ends(row, "accuracy", percent) + (", an estimate" if row.get("estimated") else ""),
        f"lacks {row['lacks']}" if row["lacks"] and row["planned"] else str(row["lacks"] or ""),
        "will do by its means, not for sure" if row["lacks"] is None and not row["sure"] else "",
        f"if {row['assumes']}" if row.get("assumes") else "",
    )  # fmt: skip


def _time_of(row: Row) -> str:
    if row["hours"] is None:
        return "time not known"
    return hours(row["hours"]) + _ends(row, "hours", hours)


def _ends(row: Row, name: str, said: Any) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "" if low is None or high is None else f" ({said(low)} to {said(high)})"


def time_and_money(
    everyone: pl.DataFrame,
    cascades: pl.DataFrame,
    deadline: float | None = None,
    size: Size = "wide",
) -> Figure | None:
    """Hours against dollars; who stands above the deadline's line is too late."""
    rows = [r for r in ranked(everyone, cascades) if r["hours"]]
    if not rows:
        return None
    points = [_point(row, named=i < NAMED) for i, row in enumerate(rows)]
    times = [v for p in points for v in (p.y, *(p.y_range or ())) if v > 0]
    times += [deadline] if deadline else []
    ticks = [h for h, said in TIMES.items() if size != "phone" or len(said) < 6]
    low, high = min(times) / 1.6, max(times) * 1.6
    if sum(low <= h <= high for h in ticks) < 2:
        low = max([h for h in ticks if h <= low], default=low)
        high = min([h for h in ticks if h >= high], default=high)
    marks = tuple(h for h in ticks if low <= h <= high)
    y = Span("", log=True, low=low, high=high, tick=_time, ticks=marks)
    spent = [p.x for p in points if p.x > 0]
    curves = []
    if deadline and spent:
        across = [min(spent) / 100, max(spent)]
        word = f"deadline: {hours(deadline)}"
        curves = [Curve(across, [deadline] * 2, "deadline", word, 1.6, "dash")]
    across_axis = _dollars(everyone, free=len(spent) < len(points))
    return scatter.build(points, across_axis, y, size, curves, height=HEIGHT[size])


def _time(value: float) -> str:
    return TIMES.get(value) or hours(value)


def _point(row: Row, named: bool) -> Point:
    will = row["lacks"] is None
    ends = {
        f"{axis}_range": (row[f"{name}_low"], row[f"{name}_high"])
        for axis, name in (("x", "usd"), ("y", "hours"))
        if will and row[f"{name}_low"] is not None and row[name] > 0
    }
    return Point(
        key=row["contestant_id"],
        name=row["name"] if named and (will or not row.get("assumes")) else "",
        x=row["usd"],
        y=row["hours"],
        hover=_hover(row),
        colour=BLUE if will else GREY,
        symbol=_symbol(row) + ("" if row["sure"] or not will else "-open"),
        faint=not will,
        weight=-row["usd"] if will else -1e18,
        **ends,
    )


def describe_dollars(everyone: pl.DataFrame, cascades: pl.DataFrame) -> str:
    """The bars in words."""
    rows = ranked(everyone, cascades)
    will = [r for r in rows if r["lacks"] is None]
    told = [f"{r['name']} {amount(r['usd'])}" for r in will[:8]]
    return (
        f"US$ for all documents by route, cheapest first. Will do: {'; '.join(told) or 'nobody'}. "
        f"{len(rows) - len(will)} others will not."
    )


def describe_time(
    everyone: pl.DataFrame, cascades: pl.DataFrame, deadline: float | None = None
) -> str:
    """The plane in words."""
    rows = [r for r in ranked(everyone, cascades) if r["hours"]]
    told = [f"{r['name']} {amount(r['usd'])} in {hours(r['hours'])}" for r in rows[:8]]
    until = f" The deadline is {hours(deadline)}." if deadline else ""
    return f"Hours against dollars for all documents: {'; '.join(told) or 'nobody'}.{until}"
