"""Nights one under another: dollars against the budget, and failures by kind."""

from __future__ import annotations

import html
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.forest import BLUE, ORANGE
from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import text_width
from dashboard.figures.palette import LINE, faded
from dashboard.figures.sheet import GRID, Figure, layout, rounded, sheet
from data.analysis.runs import MOVED
from data.wording import amount, hours, percent

MOST = {"wide": 14, "medium": 14, "phone": 11}
"""Nights that are drawn; the table has all."""
ROW_PX, TALLER_PX = 26, 36
"""Height of a night, and where there are few."""
ROOM = {"wide": 760, "medium": 480, "phone": 350}
"""Least width of the chart, beside which the integrity stands."""
GAP = 0.035
"""Half of what lies between the two panels, as a share of the width."""


def build(nights: pl.DataFrame, failures: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Two panels that share their rows, a night each, newest on top; None without a night."""
    rows = nights.sort("campaign", descending=True).head(MOST[size]).to_dicts()
    if not rows:
        return None
    kinds: dict[str, list[str]] = {}
    for campaign, kind, n in failures.select("campaign", "kind", "attempts").iter_rows():
        kinds.setdefault(campaign, []).append(f"{n:,} {kind}")
    room = sheet(size)
    names = _names([row["campaign"] for row in rows], size)
    left = round(max(text_width(n, room.font) for n in names)) + 14
    figure = layout(room, {}, {})
    places = list(range(len(rows)))[::-1]
    money = [row["usd"] or 0.0 for row in rows]
    spent = [_spent(row, size) for row in rows]
    failed = [float(row["failed"]) for row in rows]
    lost = [_lost(row, kinds.get(row["campaign"], []), size) for row in rows]
    ceilings = [row["budget_usd"] or 0.0 for row in rows]
    wide = (ROOM[size] - left - room.right) * (0.5 - GAP)
    figure["height"] = (ROW_PX if len(rows) > 9 else TALLER_PX) * len(rows) + 62
    figure["margin"] |= {"l": left, "t": 6, "b": 50}
    figure["xaxis"] |= _axis(
        "US$, dotted: the budget" if any(ceilings) and size != "phone" else "US$",
        [0.0, 0.5 - GAP],
        _end([*zip(map(max, money, ceilings), spent, strict=True)], wide, room.font), "$",
    )  # fmt: skip
    figure["xaxis2"] = figure["xaxis"] | _axis(
        "Failed attempts", [0.5 + GAP, 1.0],
        # Half a failed attempt is no tick.
        max(4.2, _end([*zip(failed, lost, strict=True)], wide, room.font)), "",
    )  # fmt: skip
    figure["yaxis"] |= {
        "tickmode": "array", "tickvals": places, "ticktext": [html.escape(n) for n in names],
        "range": [-0.7, len(rows) - 0.3], "gridcolor": faded(LINE, 0.08), "domain": [0, 1],
    }  # fmt: skip
    hover = [_hover(row, kinds.get(row["campaign"], [])) for row in rows]
    figure["annotations"] = [
        *_texts(map(max, money, ceilings), places, spent, "x", room.font),
        *_texts(failed, places, lost, "x2", room.font),
    ]
    figure["shapes"] = [_ceiling(c, at) for c, at in zip(ceilings, places, strict=True) if c > 0]
    bars = [_bars(money, places, hover, BLUE, "x"), _bars(failed, places, hover, ORANGE, "x2")]
    return {"data": bars, "layout": {**figure, "bargap": 0.38}}


def _names(campaigns: list[str], size: Size) -> list[str]:
    """Dates (on a phone without the year) where all are nights of one experiment."""
    dated = {c.rpartition(" ")[0] for c in campaigns}
    if len(dated) == 1 and "" not in dated:
        return [c.rpartition(" ")[2][5 if size == "phone" else 0 :] for c in campaigns]
    return [c if len(c) <= 24 else f"{c[:23]}…" for c in campaigns]


def _spent(row: dict[str, Any], size: Size) -> str:
    if row["usd"] is None:
        return "not known"
    share = "" if row["budget_share"] is None else f" · {percent(row['budget_share'])}"
    return amount(row["usd"]) + (share if size != "phone" else "")


def _lost(row: dict[str, Any], kinds: list[str], size: Size) -> str:
    """'12: 9 RateLimitError, 1 more kind', on a phone the number alone; and a failed canary."""
    said = f"{row['failed']:,}" if row["failed"] else "none"
    if kinds and size != "phone":
        more = f", {len(kinds) - 1} more kind{'s' if len(kinds) > 2 else ''}" if kinds[1:] else ""
        said += f": {_short(kinds[0])}{more if size == 'wide' else ''}"
    return said + (" · canary failed" if row["canary"] == MOVED else "")


def _short(kind: str) -> str:
    return kind if len(kind) <= 24 else f"{kind[:23]}…"


def _end(bars: list[tuple[float, str]], width: float, font: int) -> float:
    """Where an axis has to end for what is written after each bar to stay inside."""
    ends = [v / max(0.2, 1 - (text_width(said, font) + 14) / width) for v, said in bars]
    return 1.04 * max(ends, default=0) or 1.0


def _axis(title: str, domain: list[float], end: float, prefix: str) -> Figure:
    return {
        "domain": domain, "range": [0, rounded(end)], "gridcolor": GRID, "tickprefix": prefix,
        "title": {"text": title, "font": {"size": 13}, "standoff": 6}, "nticks": 5,
        "rangemode": "tozero", "anchor": "y",
    }  # fmt: skip


def _bars(values: list[float], at: list[int], hover: list[str], colour: str, axis: str) -> Figure:
    return {
        "type": "bar", "orientation": "h", "name": axis, "x": [rounded(v) for v in values],
        "y": at, "xaxis": axis, "yaxis": "y", "marker": {"color": colour}, "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False,
    }  # fmt: skip


def _texts(ends: Any, at: list[int], said: list[str], axis: str, font: int) -> list[Figure]:
    return [
        {
            "text": html.escape(text), "x": rounded(end), "y": y, "xref": axis, "yref": "y",
            "xanchor": "left", "yanchor": "middle", "xshift": 5, "showarrow": False,
            "font": {"size": font}, "captureevents": False,
        }
        for end, y, text in zip(ends, at, said, strict=True)
    ]  # fmt: skip


def _ceiling(usd_at: float, y: int) -> Figure:
    return {
        "type": "line", "xref": "x", "yref": "y", "x0": rounded(usd_at), "x1": rounded(usd_at),
        "y0": y - 0.42, "y1": y + 0.42, "line": {"width": 2, "color": LINE, "dash": "dot"},
    }  # fmt: skip


def _hover(row: dict[str, Any], kinds: list[str]) -> str:
    budget = f" of {amount(row['budget_usd'])}" if row["budget_usd"] else ""
    return scatter.lines(
        row["campaign"],
        f"{row['scored']:,} of {row['attempts']:,} attempts answered",
        f"{amount(row['usd'])}{budget} spent" if row["usd"] is not None else "cost not known",
        f"in {hours(row['duration_s'] / 3600)}" if row["duration_s"] else "",
        *kinds[:6],
        f"{row['retries']:,} calls made again" if row["retries"] else "",
        f"canaries {row['canary']}" if row["canary"] in ("held", MOVED) else "",
    )


def describe(nights: pl.DataFrame) -> str:
    """The nights in words."""
    told = [
        f"{r['campaign']}: {amount(r['usd']) if r['usd'] is not None else 'cost not known'}, "
        f"{r['failed']:,} of {r['attempts']:,} attempts failed"
        for r in nights.sort("campaign", descending=True).head(8).to_dicts()
    ]
    return f"Dollars and failures by night, newest first. {'; '.join(told) or 'No night yet'}."
