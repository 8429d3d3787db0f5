"""Knowledge: what is known against what is made up, by obscurity, and by size."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import panels, scatter
from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import share_colour
from dashboard.figures.panels import Panel, Strand
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data.wording import percent
from data.wording import size as parameters

ISO = (0, 25, 50, 75)
"""Knowledge indices whose curves are drawn."""
FEW = 12
"""Contestants up to which everybody's intervals are drawn; else the hover has them."""
TENS = (0, 20, 40, 60, 80, 100)


def plane(contestants: pl.DataFrame, placed: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Hallucination rate by accuracy; on each curve lie contestants of one knowledge index."""
    rows = _with_facts(contestants.drop_nulls(["accuracy", "hallucination"]), placed)
    few = rows.height <= FEW
    marks = [
        _mark(
            row,
            100 * row["accuracy"],
            100 * row["hallucination"],
            _ends(row, "accuracy", 100) if few else None,
            _ends(row, "hallucination", 100) if few else None,
        )
        for row in rows.to_dicts()
    ]
    x = Span("Accuracy, % of questions", low=0, high=104, ticks=TENS)
    y = Span("", low=-3, high=104, ticks=TENS, tick="{:.0f}%".format)
    return scatter.build(marks, x, y, size, [_iso(index, size) for index in ISO])


def _iso(index: int, size: Size) -> Curve:
    """index = 100 (a - h (1 - a)): from where nothing is made up to h = 100 %."""
    share = index / 100
    first, last = share, (1 + share) / 2
    steps = [first + (last - first) * i / 40 for i in range(41)]
    return Curve(
        [round(100 * a, 2) for a in steps],
        [round(100 * (a - share) / (1 - a), 2) for a in steps],
        label=f"index {index}" if index == ISO[0] or size != "phone" else f"{index}",
        dash="dot",
    )


def by_size(contestants: pl.DataFrame, placed: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Knowledge index by total parameters, for those whose size is stated."""
    rows = _with_facts(contestants.drop_nulls("index"), placed).drop_nulls("params_total")
    few = rows.height <= FEW
    marks = [
        _mark(row, row["params_total"], row["index"], None, _ends(row, "index", 1) if few else None)
        for row in rows.to_dicts()
    ]
    x = Span("Total parameters (log scale)", log=True, tick=lambda v: parameters(round(v)))
    return scatter.build(marks, x, Span("", high=104), size)


def _with_facts(rows: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    facts = placed.select("contestant_id", "weights", "reasoning_share", "params_total")
    joined = rows.join(facts, on="contestant_id", how="left")
    return joined.sort("contestant_id")


def _ends(row: dict[str, Any], name: str, scale: float) -> tuple[float, float] | None:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return None if low is None or high is None else (scale * low, scale * high)


def _mark(
    row: dict[str, Any],
    x: float,
    y: float,
    x_range: tuple[float, float] | None,
    y_range: tuple[float, float] | None,
) -> Point:
    made = row["hallucination"]
    body = row["params_total"]
    return Point(
        key=str(row["contestant_id"]),
        name=str(row["name"]),
        x=x,
        y=y,
        hover=scatter.lines(
            str(row["name"]),
            f"Knowledge index {row['index']:.0f}{_between(_ends(row, 'index', 1))}",
            f"{percent(row['accuracy'])} right{_between(_ends(row, 'accuracy', 100), '%')}",
            "everything is right" if made is None else
            f"{percent(made)} of the rest made up{_between(_ends(row, 'hallucination', 100), '%')}",
            f"{row['abstained']:,} of {row['answers']:,} answers: not known",
            f"{row['malformed']:,} without an answer in the form asked for"
            if row["malformed"] else "",
            "" if body is None else f"{parameters(body)} parameters",
        ),
        colour=share_colour(row["reasoning_share"]),
        symbol="diamond" if row["weights"] == "closed" else "circle",
        weight=row["index"],
        x_range=x_range,
        y_range=y_range,
    )  # fmt: skip


def _between(ends: tuple[float, float] | None, unit: str = "") -> str:
    return "" if ends is None else f" ({ends[0]:.0f} to {ends[1]:.0f}{unit})"


def by_band(
    bands: pl.DataFrame, contestants: pl.DataFrame, placed: pl.DataFrame, size: Size = "wide"
) -> Figure | None:
    """A panel for each model: the knowledge index of its efforts by band, the best first."""
    facts = placed.select("contestant_id", "model", "effort", "prompt_style", "reasoning_share")
    whole = contestants.select("contestant_id", whole="index")
    rows = (
        bands.drop_nulls("index")
        .join(facts, on="contestant_id")
        .join(whole, on="contestant_id")
        .sort("model", "contestant_id", "level")
    )
    found = [_panel(of) for _, of in rows.group_by("model", maintain_order=True)]
    found.sort(key=lambda pair: (-pair[0], pair[1].title))
    shown = [panel for _, panel in found]
    return panels.build(shown, size, log=False, x_title="Band: more obscure →", ends=(0, 100))


def _panel(rows: pl.DataFrame) -> tuple[float, Panel]:
    """(the best knowledge index of its efforts, its panel)."""
    best = float(rows["whole"].max())  # type: ignore[arg-type]
    several = rows["contestant_id"].n_unique() > 1
    strands = []
    for _, of in rows.group_by("contestant_id", maintain_order=True):
        index = tuple(float(v) for v in of["index"])
        strands.append(
            Strand(
                str(of["effort"][0] or of["prompt_style"][0] or "") if several else "",
                tuple(float(v) for v in of["level"]),
                index,
                tuple(v >= 0 for v in index),
                share_colour(of["reasoning_share"][0]),
            )
        )
    strands.sort(key=lambda s: (s.y[-1], s.name))
    title = str(rows["name"][0]).split(" · ")[0]
    return best, Panel(title, f"{best:.0f}", tuple(strands))


def describe_plane(contestants: pl.DataFrame) -> str:
    """The plane in words."""
    best = contestants.drop_nulls("index").sort("index", "name", descending=[True, False])
    told = [
        f"{r['name']} index {r['index']:.0f} ({percent(r['accuracy'])} right, "
        f"{percent(r['hallucination'])} of the rest made up)"
        for r in best.head(8).to_dicts()
    ]
    return f"Hallucination rate against accuracy. Best: {'; '.join(told) or 'nobody'}."


def describe_bands(bands: pl.DataFrame) -> str:
    """The small multiples in words."""
    of = bands["level"].drop_nulls().sort().to_list() or [0]
    return (
        f"Knowledge index (-100 to 100) by band of obscurity {of[0]} to {of[-1]}, a panel for "
        "each model, its efforts as lines; dotted where more is made up than known."
    )


def describe_size(contestants: pl.DataFrame, placed: pl.DataFrame) -> str:
    """The points of known size in words."""
    rows = _with_facts(contestants.drop_nulls("index"), placed).drop_nulls("params_total")
    rows = rows.sort("params_total", "name", descending=[True, False])
    told = [
        f"{r['name']} {parameters(r['params_total'])} index {r['index']:.0f}"
        for r in rows.head(8).to_dicts()
    ]
    return f"Knowledge index against total parameters. Largest: {'; '.join(told) or 'nobody'}."
