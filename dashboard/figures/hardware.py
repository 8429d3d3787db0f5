"""Hardware: dimensions that don't fit the tiles, and measured speed beside what memory allows."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data.analysis.hardware import NAMES
from data.wording import count_tick, percent

Row = dict[str, Any]
TENS = (0, 20, 40, 60, 80, 100)
ALONE = "roof_tokens_per_s_alone"
BATCH = "roof_tokens_per_s_batch"
HEIGHT = {"wide": 450, "medium": 450, "phone": 390}


def dimensions(models: pl.DataFrame, measured: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """The share of work of use of the view's models, then of those that the check flags."""
    mine = set(measured["model_id"])
    known = models.drop_nulls("tile_wave")
    rows = known.filter(pl.col("model_id").is_in(mine) | (pl.col("alignment") < 1))
    ordered = sorted(
        rows.to_dicts(), key=lambda r: (r["model_id"] not in mine, r["tile_wave"], r["model_id"])
    )
    bars = [_bar(row, row["model_id"] in mine, size) for row in ordered]
    lowest = min((bar.value for bar in bars), default=100.0)
    low = min(80, 10 * math.floor(lowest / 10))
    ticks = (*TENS, 50, 70, 90)
    title = "Work of use, %" if size == "phone" else "Work of the accelerator that is of use, %"
    return forest.build(bars, Span(title, low=low, high=100, ticks=ticks), size)


def _bar(row: Row, mine: bool, size: Size) -> Bar:
    worst, share = row["worst_dimension"], percent(row["tile_wave"])
    said = share
    if worst is not None and size != "phone":
        step = row["worst_power"]
        odd = "odd" if step == 1 else f"a multiple of {step} only"
        said = f"{share}; {NAMES[worst]} {odd}"
    return Bar(
        str(row["model_name"]),
        100 * row["tile_wave"],
        _hover(row, str(row["model_name"])),
        colour=ORANGE if worst is not None else BLUE,
        hollow=not mine,
        said=said,
    )


def _hover(row: Row, name: str, *more: str) -> str:
    flagged = [NAMES[one] for one in row.get("flagged") or ()]
    fit, tile = row["alignment"], row["tile_wave"]
    return scatter.lines(
        name,
        "" if fit is None else f"Fit {fit:.2f}, flagged: {', '.join(flagged) or 'nothing'}"
        if "flagged" in row else f"Fit {fit:.2f}",
        "" if tile is None else f"{percent(tile)} of the accelerator's work is of use",
        "" if row[ALONE] is None else f"Memory allows {row[ALONE]:,.0f} tokens per second",
        *more,
    )  # fmt: skip


def batch(models: pl.DataFrame, measured: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Speed that memory allows a batch, by that of one answer: the view's models, or all known."""
    mine = set(measured["model_id"])
    known = models.drop_nulls([ALONE, BATCH]).sort("model_id")
    here = known.filter(pl.col("model_id").is_in(mine))
    marks = [_mark(row) for row in (known if here.is_empty() else here).to_dicts()]
    x = Span(_axis(size), log=True, tick=count_tick)
    return scatter.build(marks, x, Span("", log=True, tick=count_tick), size, height=HEIGHT[size])


def _mark(row: Row) -> Point:
    return Point(
        key=str(row["model_id"]),
        name=str(row["model_name"]),
        x=float(row[ALONE]),
        y=float(row[BATCH]),
        hover=_hover(
            row, str(row["model_name"]), f"and {row[BATCH]:,.0f} in a batch of 32",
            "" if row["kv_bytes_per_token"] is None
            else f"{row['kv_bytes_per_token']:,.0f} bytes of cache per token of context",
        ),
        colour=ORANGE if row["alignment"] < 1 else BLUE,
        weight=float(row["kv_bytes_per_token"] or 0),
    )  # fmt: skip


def _axis(size: Size) -> str:
    return "Tokens/s by memory (log)" if size == "phone" else (
        "Tokens per second that memory allows one answer (log scale)"
    )  # fmt: skip


def speed(measured: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Measured speed against the speed that memory allows, with the line of the two alike."""
    rows = measured.drop_nulls(["tokens_per_s", ALONE]).sort("contestant_id")
    marks = [
        Point(
            key=str(row["contestant_id"]),
            name=str(row["name"]),
            x=float(row[ALONE]),
            y=float(row["tokens_per_s"]),
            hover=_hover(
                row, str(row["name"]),
                f"Measured: {row['tokens_per_s']:,.3g} tokens per second",
                f"{percent(row['tokens_per_s'] / row[ALONE])} of what its memory allows",
            ),
            colour=ORANGE if (row["alignment"] or 1) < 1 else BLUE,
            weight=float(row["tokens_per_s"]),
        )
        for row in rows.to_dicts()
    ]  # fmt: skip
    if not marks:
        return None
    low = min(min(m.x, m.y) for m in marks) / 1.5
    high = max(max(m.x, m.y) for m in marks) * 1.5
    x = Span(_axis(size), log=True, tick=count_tick, low=low, high=high)
    y = Span("", log=True, tick=count_tick, low=low, high=high)
    # In short pieces, so that names find their way around it.
    at = [low * (high / 1.3 / low) ** (i / 80) for i in range(81)]
    roof = Curve(at, at, "roof", "all that memory allows", dash="dot", steps=True)
    return scatter.build(marks, x, y, size, [roof], height=HEIGHT[size])


def describe_dimensions(models: pl.DataFrame, measured: pl.DataFrame) -> str:
    """The fits in words."""
    flagged = models.filter(pl.col("alignment") < 1).sort("alignment", "model_id")
    told = [
        f"{r['model_name']} {r['alignment']:.2f} ({NAMES[r['worst_dimension']]})"
        for r in flagged.head(8).to_dicts()
    ]
    mine = measured["model_id"].n_unique()
    return (
        f"Share of the accelerator's work that is of use, of {mine} models asked here. Fit of the "
        f"dimensions of {models.height} models of the catalogue, flagged: "
        f"{'; '.join(told) or 'none'}."
    )


def describe_batch(models: pl.DataFrame) -> str:
    """The batches in words."""
    known = models.drop_nulls([ALONE, BATCH]).height
    return (
        f"Tokens per second that memory allows 32 answers together, against those of one answer, "
        f"of {known} models."
    )


def describe_speed(measured: pl.DataFrame, agreement: pl.DataFrame) -> str:
    """Measured speeds in words."""
    known = measured.drop_nulls(["tokens_per_s", ALONE]).sort("contestant_id")
    told = [
        f"{r['name']} {r['tokens_per_s']:,.3g} of {r[ALONE]:,.0f}" for r in known.head(8).to_dicts()
    ]
    rank = dict(agreement.select("predictor", "spearman").iter_rows()).get(ALONE)
    ranks = "" if rank is None else f" Rank correlation {rank:+.2f}."
    return (
        f"Measured tokens per second of what memory allows: {'; '.join(told) or 'nobody'}.{ranks}"
    )
