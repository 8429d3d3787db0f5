"""The Time page: how the frontier moves, and how fast the cost of a quality halves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.figures import time as figure
from dashboard.figures import time_costs
from dashboard.pages import lens_page, time_play
from dashboard.pages.lens_page import Chart, LensPage, Material

METHOD = """
#### Two clocks
*By release date*: everything at the prices of the view, each contestant from the day its model came
out: what today's money would have bought from what was out by then. *By price date*: each day's
prices as the catalogue has them. Samples and answers are the same throughout.
#### The frontier as it stood
Those on sale by the day whom nobody on sale by then beats. How sure that is: see Frontier.
#### Cost of a quality
The cheapest that solved at least 20, 40, 60, 80 or 90 % of the graded tasks, levels weighing the
same. Free contestants have no place on a log scale: their line ends.
#### Halving
ln 2 over the slope of the log of that cost, least squares over every day. It takes 180 days and two
falls. The interval, 95 %: who reaches the quality in resamples of answers, at costs as measured;
other models might have shown another pace. ∞: in some it did not fall.
"""
UNDATED = (
    "No compared contestant has a release date: collect models of the catalogue, "
    "whose dates are known (`isocost models show NAME`)."
)
UNPRICED = (
    "No compared contestant has dated list prices: collect models that the catalogue prices, or "
    "add their prices to your own catalogue."
)


def _day(clock: str) -> Callable[[Material], Mapping[str, Any]]:
    """Asks for the day, the newest at first; the address keeps it."""

    def ask(m: Material) -> Mapping[str, Any]:
        days = figure.days(m.tables[f"{clock}_points"])
        if len(days) < 2:
            return {}
        return {"day": time_play.day(f"{clock}_day", days, f"As of {clock} date")}

    return ask


def _moving(clock: str, note: str, empty: str) -> Chart:
    return Chart(
        f"Frontier by {clock} date",
        note,
        lambda m, size: figure.frontier(
            m.tables[f"{clock}_points"], m.tables[f"{clock}_frontiers"], m.asked.get("day"), size
        ),
        lambda m: figure.describe(
            m.tables[f"{clock}_points"], m.tables[f"{clock}_frontiers"], m.asked.get("day")
        ),
        empty,
        _day(clock),
    )


def _costs(clock: str, empty: str) -> Chart:
    return Chart(
        f"Cost by {clock} date",
        "<b>The cheapest cost of solving so much</b>, US$ per 1,000 tasks (log scale). Blue: a "
        "pace can be read; in brackets its 95 % interval.",
        lambda m, size: time_costs.build(
            m.tables[f"{clock}_costs"], m.tables[f"{clock}_pace"], size
        ),
        lambda m: time_costs.describe(m.tables[f"{clock}_costs"], m.tables[f"{clock}_pace"]),
        empty,
    )


PAGE = LensPage(
    lens="time",
    title="How fast capability gets cheaper",
    charts=(
        _moving(
            "release",
            "<b>Capability</b>, 0 to 100, of what was out by then, at the prices of this view. "
            "Orange: new on the frontier that day; thin: how it stood before.",
            UNDATED,
        ),
        _costs("release", UNDATED),
        _moving(
            "price",
            "<b>Capability</b>, 0 to 100, at the prices of that day. Orange: new on the frontier "
            "that day; thin: how it stood before.",
            UNPRICED,
        ),
        _costs("price", UNPRICED),
    ),
    method=METHOD,
    headings={
        "release_pace": "Pace by release date",
        "price_pace": "Pace by price date",
        "release_costs": "Cost of a quality by release date, each change",
        "price_costs": "Cost of a quality by price date, each change",
        "release_frontiers": "Frontier by release date, each change",
        "price_frontiers": "Frontier by price date, each change",
        "release_points": "Contestants with a release date",
        "price_points": "Contestants with dated prices",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
