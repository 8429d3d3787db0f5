"""Hardware: measured speed beside what memory allows, alone and in a batch."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.forest import BLUE, ORANGE
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data.analysis.hardware import NAMES
from data.wording import count_tick, percent

Row = dict[str, Any]
ALONE = "roof_tokens_per_s_alone"
BATCH = "roof_tokens_per_s_batch"
HEIGHT = {"wide": 450, "medium": 450, "phone": 390}


def hover(row: Row, name: str, *more: str) -> str:
    """What is said of a model: its fit, what of the work is of use, what memory allows."""
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
        hover=hover(
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
            hover=hover(
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
