"""A workload's answer in a few figures, and which of its routes stand on a page."""

from __future__ import annotations

from dashboard.figures import forest
from dashboard.figures import workload as figure
from dashboard.pages import paging
from dashboard.pages.lens_page import Material
from data import wording
from data.analysis.workload import documents
from data.lenses import Tables
from data.wording import amount, percent


def page_of(m: Material) -> dict[str, int]:
    """Asks for a page of the routes."""
    routes = figure.ranked(m.tables["everyone"], m.tables["cascades"])
    what = "routes, the cheapest that will do first"
    return {"page": paging.page(len(routes), forest.ROWS, what, "rows")}


def brief(tables: Tables) -> list[tuple[str, str, str]]:
    """Route, dollars and hours of the first that will do; nothing where none does."""
    routes = tables["routes"]
    if routes.is_empty() or routes["lacks"][0]:
        return []
    row = routes.row(0, named=True)
    limit = f"the limit: {row['binding']}" if row["binding"] else ""
    low, high, hours = row["usd_low"], row["usd_high"], row["hours"]
    return [
        ("Cheapest that will do", row["name"], "" if row["sure"] else "not for sure"),
        ("Dollars", amount(row["usd"]), "" if low is None else f"{amount(low)} to {amount(high)}"),
        ("Time", "not known" if hours is None else wording.hours(hours), limit),
        ("Right", percent(row["accuracy"]), f"of {documents(row['documents'])}"),
    ]
