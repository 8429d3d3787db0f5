"""Lineage: what students keep of their teachers, and how far groups stand from the frontier."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Point, Span
from dashboard.figures.sheet import Figure
from dashboard.figures.stairs import stairs
from data.analysis.price_kinds import OWN, WORDS
from data.wording import count_tick, percent, points, times_less, usd, usd_tick

Row = dict[str, Any]
UNKNOWN = "not known"
FAR = 100.0
"""How many times the furthest mean an interval is drawn to; hovering tells its end."""
HEIGHT = {"wide": 410, "medium": 410, "phone": 370}


def students(frame: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """The share of its teacher's capability that each student keeps, most first."""
    rows = frame.drop_nulls("kept").sort("kept", "student_model_id", descending=[True, False])
    bars = [_student(row, size) for row in rows.to_dicts()]
    title = "% of the teacher's capability" if size == "phone" else (
        "Capability kept, % of the teacher's on the same samples"
    )  # fmt: skip
    return forest.build(bars, Span(title, low=0, tick="{:.0f}%".format), size, reference=100)


def _student(row: Row, size: Size) -> Bar:
    low, high = (
        None if row[end] is None else 100 * row[end] for end in ("kept_low", "kept_high")
    )  # fmt: skip
    between = "no interval" if low is None or high is None else f"{low:.0f}% to {high:.0f}%"
    ends = (row["difference_low"], row["difference_high"])
    told = None not in ends and not ends[0] <= 0 <= ends[1]
    cost = _cost(row["cost_ratio"])
    kept = percent(row["kept"])
    said = kept if size == "phone" else f"{kept} of {row['teacher_name']}" + (
        f" for {cost}" if cost else ""
    )  # fmt: skip
    return Bar(
        str(row["student_name"]),
        100 * row["kept"],
        scatter.lines(
            str(row["student_name"]),
            f"keeps {kept} of {row['teacher_name']} ({between})",
            f"{points(row['student_accuracy'])} against {points(row['teacher_accuracy'])}"
            + (f" on {row['shared_samples']} shared samples" if row["shared_samples"] else ""),
            f"for {cost}, {WORDS[row['prices']]}" if cost else "",
        ),
        low=low,
        high=high,
        colour=(BLUE if row["kept"] >= 1 else ORANGE) if told else GREY,
        hollow=not told,
        said=said,
    )


def _cost(ratio: float | None) -> str:
    if not ratio:
        return ""
    return f"{ratio:,.1f} times its cost" if ratio > 1 else f"{times_less(1 / ratio)} its cost"


def nearest(frame: pl.DataFrame) -> list[str]:
    """The groups by name, at first those of three models or more, nearest to the frontier."""
    rows = frame.drop_nulls("group").sort("few", "overspend", "group", nulls_last=True)
    return rows["group"].unique(maintain_order=True).to_list()


def groups(frame: pl.DataFrame, chosen: str | None, size: Size = "wide") -> Figure | None:
    """Times that the cheapest as capable costs; nearest to the frontier first, one highlighted."""
    rows = frame.drop_nulls("overspend").sort("overspend", "group", "prices", nulls_last=True)
    both = rows["prices"].n_unique() > 1
    far = FAR * max(rows["overspend"].to_list(), default=1.0)
    bars = [_group(row, chosen, both, far, size) for row in rows.to_dicts()]
    title = "Times the cheapest (log)" if size == "phone" else (
        "Times the cost of the cheapest that does as well (log scale)"
    )  # fmt: skip
    axis = Span(title, log=True, low=0.95, tick=lambda v: f"×{count_tick(v)}")
    return forest.build(bars, axis, size, reference=1)


def _group(row: Row, chosen: str | None, both: bool, far: float, size: Size) -> Bar:
    mark = " · own machines" if both and row["prices"] == OWN else ""
    group = UNKNOWN if row["group"] is None else str(row["group"])
    low, high = row["overspend_low"], row["overspend_high"]
    # The t interval of two models says next to nothing, over decades of the axis.
    drawn = (None, None) if row["few"] or high is None else (low, min(high, far))
    between = "no interval" if low is None or high is None else f"×{low:.3g} to ×{high:.3g}"
    times = f"×{row['overspend']:.3g}"
    of = f"{row['models']} model{'s' * (row['models'] != 1)}"
    return Bar(
        group + mark,
        row["overspend"],
        scatter.lines(
            group,
            f"{times} the cheapest as capable ({between})",
            f"{of}, {row['contestants']} contestants, {WORDS[row['prices']]}",
            "" if row["on_frontier"] is None else f"{percent(row['on_frontier'])} on the frontier",
        ),
        low=drawn[0],
        high=drawn[1],
        colour=BLUE if chosen == row["group"] and chosen is not None else GREY,
        hollow=bool(row["few"]),
        said=times if size == "phone" else f"{times}, {of}",
    )


def field(placed: pl.DataFrame, by: str, chosen: str | None, size: Size = "wide") -> Figure | None:
    """Capability by cost, the contestants of one group in front of everybody's, grey."""
    rows = placed.filter(pl.col("place") != "apart").drop_nulls(["cost_per_1k_usd", "accuracy"])
    rows = rows.sort("cost_per_1k_usd", "accuracy", "contestant_id")
    marks = [_member(row, by, chosen) for row in rows.to_dicts()]
    paid = [p.x for p in marks if p.x > 0]
    low, high = (min(paid) / 1.7, max(paid) * 1.7) if paid else (0.1, 10.0)
    x = Span(
        "US$ per 1,000 tasks (log)" if size == "phone" else "Cost per 1,000 tasks, US$ (log scale)",
        log=True, low=low, high=high, tick=usd_tick, zero="free" if len(paid) < len(marks) else "",
    )  # fmt: skip
    y = Span("", low=0, high=104, ticks=(0, 20, 40, 60, 80, 100))
    best = rows.filter(pl.col("place") == "frontier").select("cost_per_1k_usd", "accuracy")
    lines = [stairs(best.iter_rows(), high)]
    return scatter.build(marks, x, y, size, lines, height=HEIGHT[size])


def _member(row: Row, by: str, chosen: str | None) -> Point:
    mine = chosen is not None and row[by] == chosen
    beaten = row["place"] != "frontier" and (row["overspend"] or 0) > 1
    return Point(
        str(row["contestant_id"]),
        str(row["name"]) if mine else "",
        float(row["cost_per_1k_usd"]),
        100 * float(row["accuracy"]),
        scatter.lines(
            str(row["name"]),
            str(row[by] or UNKNOWN),
            f"Capability {points(row['accuracy'])}",
            f"{usd(row['cost_per_1k_usd'])} per 1,000 tasks",
            f"×{row['overspend']:.3g} the cheapest as capable" if beaten else "",
        ),
        BLUE if mine else GREY,
        "diamond" if row["weights"] == "closed" else "circle",
        faint=not mine,
        weight=float(row["accuracy"]),
    )


def describe_students(frame: pl.DataFrame) -> str:
    """The students in words."""
    rows = frame.drop_nulls("kept").sort("kept", "student_model_id", descending=[True, False])
    told = [
        f"{r['student_name']} {percent(r['kept'])} of {r['teacher_name']}"
        for r in rows.head(8).to_dicts()
    ]
    return f"What students keep of their teachers' capability: {'; '.join(told) or 'nobody'}."


def describe_groups(frame: pl.DataFrame) -> str:
    """The distances in words."""
    rows = frame.drop_nulls("overspend").sort("overspend", "group", "prices", nulls_last=True)
    told = [f"{r['group'] or UNKNOWN} ×{r['overspend']:.3g}" for r in rows.head(8).to_dicts()]
    return f"Times the cost of the cheapest as capable: {'; '.join(told) or 'not known'}."


def describe_field(placed: pl.DataFrame, by: str, chosen: str | None) -> str:
    """The points in words."""
    among = placed.filter(pl.col("place") != "apart")
    mine = among.filter(pl.col(by) == pl.lit(chosen, pl.String))
    on = mine.filter(pl.col("place") == "frontier").sort("cost_per_1k_usd", "contestant_id")
    told = ", ".join(on["name"].head(8).to_list()) or "none of them"
    return (
        f"Capability (0 to 100) against cost per 1,000 tasks of {among.height} contestants; "
        f"{mine.height} of {chosen or 'no group'} stand out, on the frontier: {told}."
    )
