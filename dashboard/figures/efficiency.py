"""Token efficiency: accuracy against thrift, tokens by level, and what the waste costs."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.figures import forest, panels, scatter
from dashboard.figures.forest import Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import share_colour
from dashboard.figures.panels import Panel, Strand
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data.analysis.steps import axis, steps
from data.wording import count_tick, percent, tokens, usd, usd_tick

ISO = (0.2, 0.4, 0.6, 0.8)
"""Token efficiencies whose curves are drawn."""
SOLVED = 0.5
"""A level of which less is solved is dotted: tokens without answers."""
DOTS = {"wide": 22, "medium": 14, "phone": 6}


def plane(contestants: pl.DataFrame, placed: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Accuracy by thrift; on each curve lie contestants of one token efficiency."""
    facts = placed.select("contestant_id", "reasoning_share", "weights")
    rows = contestants.drop_nulls(["accuracy", "thrift"]).join(
        facts, on="contestant_id", how="left", maintain_order="left"
    )
    points = [_point(row) for row in rows.to_dicts()]
    curves = [_iso(ste) for ste in ISO]
    x = Span("Accuracy, % of graded tasks", low=0, high=104, ticks=(0, 20, 40, 60, 80, 100))
    y = Span("", low=0, high=108, ticks=(0, 20, 40, 60, 80, 100), tick="{:.0f}%".format)
    return scatter.build(points, x, y, size, curves)


def _point(row: dict[str, object]) -> Point:
    def value(name: str) -> float:
        return float(row[name])  # type: ignore[arg-type]

    share = row["reasoning_share"]
    known = None if share is None else value("reasoning_share")
    interval = (
        f" ({percent(value('ste_low'))} to {percent(value('ste_high'))})"
        if row["ste_low"] is not None
        else ""
    )
    return Point(
        key=str(row["contestant_id"]),
        name=str(row["name"]),
        x=100 * value("accuracy"),
        y=100 * value("thrift"),
        hover=scatter.lines(
            str(row["name"]),
            f"Token efficiency {percent(value('ste'))}{interval}",
            f"= accuracy {percent(value('accuracy'))} × thrift {percent(value('thrift'))}",
            f"{tokens(value('output_tokens'))} tokens a task" if row["output_tokens"] else "",
            "reasoning not reported" if known is None else f"{percent(known)} of them reasoning",
            str(row["note"] or ""),
        ),
        colour=share_colour(known),
        symbol="diamond" if row["weights"] == "closed" else "circle",
        faint=not row["writes"],
        weight=value("ste"),
    )


def _iso(ste: float) -> Curve:
    steps = [ste + (1 - ste) * i / 40 for i in range(41)]
    return Curve(
        [round(100 * a, 2) for a in steps],
        [round(100 * ste / a, 2) for a in steps],
        label=f"STE {ste:.0%}",
        dash="dot",
    )


def by_level(
    levels: pl.DataFrame,
    placed: pl.DataFrame,
    size: Size = "wide",
    names: Sequence[str] = (),
    page: int = 1,
) -> Figure | None:
    """A panel for each model: its efforts' tokens by level (see steps), steepest first.

    `names` of panels that are drawn, all by default; of more than there is room for, a `page`.
    """
    levels, tasks = steps(levels)
    found = _panels(levels, placed)
    chosen = [panel for panel in found if not names or panel.title in names]
    start = (page - 1) * panels.MOST[size]
    return panels.build(chosen[start:], size, tick=count_tick, x_title=axis(tasks), every=found)


def models(levels: pl.DataFrame, placed: pl.DataFrame) -> list[str]:
    """The panels' names, in their order."""
    return [panel.title for panel in _panels(steps(levels)[0], placed)]


def _panels(levels: pl.DataFrame, placed: pl.DataFrame) -> list[Panel]:
    """Panels that have a line, steepest first."""
    names = placed.filter(pl.col("output_tokens") > 0).select(
        "name", "model", "effort", "prompt_style", "reasoning_share"
    )
    means = (
        levels.group_by("name", "level")
        .agg(pl.col("output_tokens").mean(), pl.col("accuracy").mean())
        .join(names, on="name")
        .filter(pl.col("output_tokens") > 0)
        .sort("model", "name", "level")
    )
    found = [_panel(rows) for _, rows in means.group_by("model", maintain_order=True)]
    found.sort(key=lambda pair: (-pair[0], pair[1].title))
    return [panel for _, panel in found if any(len(s.x) > 1 for s in panel.strands)]


def _panel(rows: pl.DataFrame) -> tuple[float, Panel]:
    """(how many times more the hardest level takes than the easiest, its panel)."""
    strands, rises = [], []
    several = rows["name"].n_unique() > 1
    title = str(rows["name"][0]).split(" · ")[0]
    for _, of in rows.group_by("name", maintain_order=True):
        label = str(of["effort"][0] or of["prompt_style"][0] or "")
        strands.append(
            Strand(
                label if several or of["effort"][0] else "",
                tuple(float(v) for v in of["level"]),
                tuple(float(v) for v in of["output_tokens"]),
                tuple(v >= SOLVED for v in of["accuracy"]),
                share_colour(of["reasoning_share"][0]),
            )
        )
        rises.append(float(of["output_tokens"][-1]) / float(of["output_tokens"][0]))
    strands.sort(key=lambda s: s.y[-1])
    rise = max(rises)
    return rise, Panel(title, f"×{rise:.3g}", tuple(strands))


def waste(contestants: pl.DataFrame, size: Size = "wide", page: int | None = None) -> Figure | None:
    """Dollars per 1,000 tasks that bought nothing, most first."""
    rows = contestants.drop_nulls("waste_per_1k_usd").sort(
        "waste_per_1k_usd", "contestant_id", descending=[True, False]
    )
    bars = [
        Bar(
            row["name"],
            row["waste_per_1k_usd"],
            scatter.lines(
                row["name"],
                f"{usd(row['waste_per_1k_usd'])} of every 1,000 tasks bought nothing",
                f"{percent(row['waste_usd_share'])} of its dollars",
                f"{percent(row['waste_token_share'])} of its tokens",
            ),
            said=percent(row["waste_usd_share"]),
        )
        for row in rows.to_dicts()
    ]
    axis = Span("US$ per 1,000 tasks that bought nothing (log scale)", log=True, tick=usd_tick)
    return forest.build(bars, axis, size, page=page)


def describe_plane(contestants: pl.DataFrame) -> str:
    """The plane in words."""
    best = contestants.drop_nulls("ste").sort("ste", "contestant_id", descending=[True, False])
    told = [
        f"{r['name']} {percent(r['ste'])} ({percent(r['accuracy'])} accuracy, "
        f"{percent(r['thrift'])} thrift)"
        for r in best.drop_nulls("thrift").head(8).to_dicts()
    ]
    return f"Accuracy against thrift. Best token efficiency: {'; '.join(told) or 'nobody'}."


def describe_levels(levels: pl.DataFrame) -> str:
    """The small multiples in words."""
    rows, tasks = steps(levels)
    of = rows["level"].sort().to_list()
    along = axis(tasks).lower() if tasks else f"level {of[0]} to {of[-1]}"
    return (
        f"Output tokens per task by {along}, on a log scale, a panel for "
        "each model, its efforts as lines; dotted where under half is solved."
    )


def describe_waste(contestants: pl.DataFrame) -> str:
    """The bars in words."""
    rows = contestants.drop_nulls("waste_per_1k_usd").sort("waste_per_1k_usd", descending=True)
    told = [f"{r['name']} {usd(r['waste_per_1k_usd'])}" for r in rows.head(8).to_dicts()]
    return f"US$ per 1,000 tasks that bought nothing: {'; '.join(told) or 'not known'}."
