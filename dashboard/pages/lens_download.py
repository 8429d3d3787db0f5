"""The Download tab of a lens: its tables in formats for reports, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard import query
from dashboard.pages import saving
from dashboard.pages.saving import Offer
from data.formats import FORMATS
from data.pricing.words import basis_slug
from data.reports import Asked, command, make
from data.view import View

WHOLE = ("md", "json")
"""Formats that hold all tables."""


def download(
    source: query.Source, what: View, lens: str, options: dict[str, Any], picture: bool = True
) -> None:
    """Files are made when they are asked for, not on every rerun."""
    shown = query.shown(source, what, lens, options)
    stem = f"isocost-{lens}-{what.campaign}{basis_slug(what.basis)}"

    def made(kind: str, table: str | None) -> Callable[[], bytes]:
        asked = Asked(lens, kind, table=table, options=options)
        return lambda: make(query.study(source, what, options), asked).body

    saving.files(
        "**All tables in one file**, with what they were made from",
        [Offer(FORMATS[k].title, k, f"{stem}.{k}", made(k, None)) for k in WHOLE],
    )
    saving.files(
        "**One table as CSV**",
        [
            Offer(_said(name), "csv", f"{stem}-{name}.csv", made("csv", name), f"csv-{name}")
            for name in (*shown.tables, *shown.more)
        ],
    )
    saving.terminal(command(what, Asked(lens, "md", options=options)))
    if picture:
        saving.picture()


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()
