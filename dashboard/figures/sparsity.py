"""Sparsity: each model from its active to its total parameters, and which of the two tells more."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Point, Span
from dashboard.figures.sheet import Figure
from data import wording
from data.analysis.price_kinds import LIST, OWN, WORDS
from data.wording import percent, points, portion, usd, usd_tick

Row = dict[str, Any]
TENS = (0, 20, 40, 60, 80, 100)
OUTCOMES = {
    "accuracy": Span("", low=0, high=104, ticks=TENS),
    "cost_per_1k_usd": Span("", log=True, tick=usd_tick),
    "tokens_per_s": Span("", log=True, tick=wording.count_tick),
}
"""What is held against size: a column of the lens, and its axis."""
TOLD = {("accuracy", None): "Capability", ("price", LIST): "Price, by the list",
        ("price", OWN): "Price, own machines", ("speed", LIST): "Speed, at list prices",
        ("speed", OWN): "Speed, own machines"}  # fmt: skip
HEIGHT = {"wide": 455, "medium": 455, "phone": 400}
KINDS = {"accuracy": "capability", "cost_per_1k_usd": "cost", "tokens_per_s": "speed"}


def sizes(rows: pl.DataFrame, column: str, size: Size = "wide") -> Figure | None:
    """A mark at the total parameters, a line to a ring at the active ones of a mixture."""
    known = rows.drop_nulls(["params_total", column]).sort("contestant_id")
    marks = [mark for row in known.to_dicts() for mark in _sized(row, column)]
    x = Span(
        "Parameters (log scale)" if size == "phone" else (
            "Parameters, total; ring: active (log scale)"
        ),
        log=True, tick=lambda v: wording.size(round(v)),
    )  # fmt: skip
    return scatter.build(marks, x, OUTCOMES[column], size, height=HEIGHT[size])


def _sized(row: Row, column: str) -> list[Point]:
    total, active = float(row["params_total"]), row["params_active"]
    sparse = row["mixture"] == "moe"
    y = float(row[column]) * (100 if column == "accuracy" else 1)
    colour = ORANGE if sparse else BLUE
    hover = scatter.lines(
        str(row["name"]),
        f"{wording.size(row['params_total'])} parameters"
        + (f", {wording.size(active)} of them active" if sparse else ""),
        f"Capability {points(row['accuracy'])}",
        f"{usd(row['cost_per_1k_usd'])} per 1,000 tasks"
        + (f", {WORDS[row['prices']]}" if row["prices"] else ""),
        "" if row["tokens_per_s"] is None else f"{row['tokens_per_s']:.3g} tokens per second",
    )
    square = "square" if row["prices"] == OWN else "circle"
    key, apart = str(row["contestant_id"]), sparse and active is not None and active < total
    mark = Point(
        key, str(row["name"]), total, y, hover, colour, square, weight=float(row["accuracy"] or 0),
        x_range=(float(active), total) if apart else None,
    )  # fmt: skip
    if not apart:
        return [mark]
    return [mark, Point(f"{key}/active", "", float(active), y, hover, colour, f"{square}-open")]


def explained(frame: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """How much of each outcome total and active parameters explain, with intervals."""
    if "value" not in frame.columns:
        return None
    bars = []
    for (outcome, prices), said in TOLD.items():
        of = frame.filter(
            (pl.col("outcome") == outcome) & pl.col("prices").eq_missing(pl.lit(prices, pl.String))
        )
        known = {row["measure"]: row for row in of.drop_nulls("value").to_dicts()}
        for count, colour in (("total", BLUE), ("active", ORANGE)):
            if (row := known.get(f"r2_{count}")) is not None:
                bars.append(_explained(row, f"{said}, by {count}", colour))
    axis = Span("Differences explained, %", low=0, high=100, ticks=TENS, tick="{:.0f}%".format)
    return forest.build(bars, axis, size)


def _explained(row: Row, name: str, colour: str) -> Bar:
    low, high = (None if row[end] is None else 100 * row[end] for end in ("low", "high"))
    between = "no interval" if low is None or high is None else f"{low:.0f}% to {high:.0f}%"
    said = portion(row["value"])
    of = f"{row['n']} models, {row['moe']} of them mixtures of experts"
    return Bar(
        name, 100 * max(0.0, row["value"]), scatter.lines(name, f"{said} ({between})", of),
        low=low, high=high, colour=colour, said=said,
    )  # fmt: skip


def beside(
    average: pl.DataFrame, matches: pl.DataFrame, names: dict[str, str], size: Size = "wide"
) -> Figure | None:
    """Mixtures of experts less the dense contestants nearest in size, points; the mean first."""
    bars = []
    for nearest, colour in (("active", ORANGE), ("total", BLUE)):
        mean = average.filter((pl.col("nearest") == nearest) & (pl.col("outcome") == "accuracy"))
        bars += [_mean(row, colour) for row in mean.drop_nulls("value").to_dicts()]
    ordered = matches.sort("accuracy_difference", "nearest", "contestant_id", descending=True)
    bars += [_match(row, names) for row in ordered.to_dicts()]
    title = "Points, mixture less dense" if size == "phone" else (
        "Capability of the mixture less the dense, points"
    )  # fmt: skip
    axis = Span(title, tick=lambda v: f"{v:+.0f}" if v else "0", ticks=_ticks(bars))
    return forest.build(bars, axis, size, reference=0)


def _ticks(bars: list[Bar]) -> tuple[float, ...]:
    ends = [abs(v) for b in bars for v in (b.value, b.low, b.high) if v is not None]
    most = max(ends, default=0)
    step = next(s for s in (1, 2, 5, 10, 20, 50) if most / s <= 4 or s == 50)
    return tuple(float(step * n) for n in range(-4, 5))


def _mean(row: Row, colour: str) -> Bar:
    low, high = (None if row[end] is None else 100 * row[end] for end in ("low", "high"))
    value = _tenths(row["value"])
    between = "no interval" if low is None or high is None else f"{low:+.1f} to {high:+.1f}"
    name = f"Mean, of equal {row['nearest']} size"
    of = f"{row['models']} model{'s' * (row['models'] != 1)}"
    hover = scatter.lines(name, f"{value:+.1f} points ({between})", of)
    straddles = low is None or high is None or low <= 0 <= high
    return Bar(name, value, hover, low, high, colour, straddles, f"{value:+.1f}, {of}")


def _tenths(share: float) -> float:
    """Points with one decimal; what is but rounding below 0 is 0."""
    return round(100 * share, 1) + 0.0


def _match(row: Row, names: dict[str, str]) -> Bar:
    value = _tenths(row["accuracy_difference"])
    dense = ", ".join(sorted(names.get(one, one) for one in row["dense"])[:4])
    cost = row["log_cost_ratio"]
    hover = scatter.lines(
        str(row["name"]),
        f"{value:+.1f} points against {dense}",
        f"the dense nearest to its {row['nearest']} parameters, {row['size_ratio']:.2g} times them",
        "" if cost is None else f"{10**cost:.2g} times its cost, {WORDS[row['prices']]}",
    )
    return Bar(str(row["name"]), value, hover, colour=GREY, said=f"{value:+.1f}, {row['nearest']}")


def describe_sizes(rows: pl.DataFrame, column: str) -> str:
    """The marks in words."""
    known = rows.drop_nulls(["params_total", column])
    moe = known.filter(pl.col("mixture") == "moe").height
    best = known.sort("accuracy", "contestant_id", descending=[True, False], nulls_last=True)
    told = [
        f"{r['name']} {wording.size(r['params_total'])}, {wording.size(r['params_active'])} active"
        for r in best.head(8).to_dicts()
    ]
    return (
        f"Total and active parameters against {KINDS[column]} of {known.height} contestants, {moe} "
        f"of them mixtures of experts: {'; '.join(told) or 'none is of known size'}."
    )


def describe_explained(frame: pl.DataFrame) -> str:
    """The shares in words."""
    if "value" not in frame.columns:
        return "What total and active parameters explain: not known."
    of = frame.filter(pl.col("measure").is_in(["r2_total", "r2_active"])).drop_nulls("value")
    told = [
        f"{TOLD[r['outcome'], r['prices']]} by {r['measure'][3:]} parameters {percent(r['value'])}"
        for r in of.to_dicts()
    ]
    return f"How much of the differences parameters explain: {'; '.join(told) or 'not known'}."


def describe_beside(average: pl.DataFrame) -> str:
    """The differences in words."""
    of = average.filter(pl.col("outcome") == "accuracy").drop_nulls("value").sort("nearest")
    told = [f"{100 * r['value']:+.1f} points at equal {r['nearest']} size" for r in of.to_dicts()]
    return f"Mixtures of experts less the dense nearest in size: {'; '.join(told) or 'none'}."
