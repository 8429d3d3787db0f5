"""What a report holds: the headline, charts, tables and how it was made, before it has a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from dashboard.printed.charts import FRONTIER, Drawn, charted, charts, title
from data import lenses
from data.analysis.headline import headline
from data.errors import ExportError, IsocostError, did_you_mean
from data.export import provenance
from data.formats.about import about
from data.formats.document import Sheet
from data.lens_words import numeric, readable
from data.reports import PARETO, Asked, make
from data.store import queries
from data.study import Study

USUAL = (FRONTIER, "efficiency", "readers", "questions")
"""Lenses of a report unless others are named."""
MOST_ROWS = 40
"""Of one table in a report; the pack has all of them."""
MOST_CHARTS = 1
"""Of one lens in a report; the pack has all of them."""


@dataclass(frozen=True)
class Section:
    """One lens: what it says, its charts and the table that belongs in a report."""

    lens: str
    title: str
    sentence: str
    """Its only markup is bold."""
    charts: tuple[Drawn, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    interval: str = ""
    note: str = ""


@dataclass(frozen=True)
class Content:
    """A report before it has a form."""

    title: str
    campaign: str
    newest: str
    """ISO day of the newest attempt."""
    sections: tuple[Section, ...]
    about: dict[str, str]
    """How it was made, in label and text each."""


def content(
    study: Study,
    wanted: Sequence[str],
    command: str,
    since: date | None = None,
    whole: bool = False,
) -> Content:
    """The sections of the wanted lenses, in their order.

    since: what moved since the newest campaign of that day or before stands first. whole: every
    chart and table, and not those for a report. ExportError for a lens that there is not, and where
    `since` finds no earlier campaign; a lens that can't be looked at says why in its section.
    """
    for name in wanted:
        if name not in lenses.LENSES:
            raise ExportError(f"Unknown lens '{name}'.{did_you_mean(name, lenses.LENSES)}")
    meta = provenance(study, command)
    sections = [_moved(study, since)] if since else []
    for name in wanted:
        sections += _sections(study, name, whole)
    view = study.view
    headed = f"{'What moved' if since else 'What capability costs'}: {view.campaign}"
    newest = (meta["newest_attempt"] or "")[:10]
    return Content(headed, view.campaign, newest, tuple(sections), about(study, meta))


def _sections(study: Study, name: str, whole: bool) -> Iterator[Section]:
    try:
        yield _pareto(study, whole) if name == FRONTIER else _section(study, name, whole)
    except IsocostError as error:
        yield Section(name, title(name), str(error))


def _pareto(study: Study, whole: bool) -> Section:
    """The frontier's chart and the Pareto table, as `isocost export pareto` has it."""
    report = make(study, Asked(PARETO, "html", rows="all" if whole else "frontier"))
    drawn = tuple(charts(study, FRONTIER))
    sheets = report.document.sheets if report.document else ()
    wanted = drawn if whole else drawn[:1]
    interval = provenance(study, "")["interval"]
    return Section(
        FRONTIER, "What capability costs", headline(study.placed), wanted, sheets, interval
    )


def _section(study: Study, name: str, whole: bool) -> Section:
    seen = lenses.lens(name).look(study)
    drawn: tuple[Drawn, ...] = ()
    if name in charted():
        drawn = tuple(d for d in charts(study, name, seen) if d.figure is not None or whole)
    # Beside a chart a lens's wide table is for the pack.
    tables = seen.tables if whole else {} if drawn else dict(list(seen.tables.items())[:1])
    sheets = tuple(_sheet(table, frame, whole) for table, frame in tables.items())
    chosen = drawn if whole else drawn[:MOST_CHARTS]
    return Section(name, title(name), seen.sentence, chosen, sheets, seen.interval, seen.note or "")


def _sheet(name: str, frame: pl.DataFrame, whole: bool) -> Sheet:
    cut = frame if whole else frame.head(MOST_ROWS)
    if not whole and name == "questions":
        cut = cut.select("claim", "verdict", "said", "collect")
    return Sheet(name, cut, cut, readable(cut), numeric(cut), "No row.")


def _moved(study: Study, since: date) -> Section:
    """What changed since the newest campaign that had ended by the end of that day."""
    found = queries.campaigns(study.reader)
    ended = found.filter(
        (pl.col("last_at").dt.date() <= since) & (pl.col("campaign") != study.view.campaign)
    )
    if ended.is_empty():
        raise ExportError(
            f"--since {since}: no other campaign ended on that day or before; the first ended on "
            f"{str(found['last_at'].min())[:10]}."
        )
    mine = copy(study)
    mine.options = {"before": ended["campaign"][0]}
    section = _section(mine, "drift", whole=False)
    new = _new(study, since)
    return replace(section, title=f"What moved since {since}", sentence=f"{section.sentence} {new}")


def _new(study: Study, since: date) -> str:
    """How much was asked after that day, of every campaign, and what it cost."""
    row: dict[str, Any] = study.reader.sql(
        "SELECT count(*) AS n, sum(cost_usd) AS usd, count(*) FILTER (score IS NULL) AS failed "
        "FROM attempts WHERE started_at::DATE > ? AND purpose = 'answer'",
        [since],
    ).row(0, named=True)
    if not row["n"]:
        return "Nothing was asked after that day."
    usd = f", ${row['usd']:,.2f} as billed" if row["usd"] is not None else ""
    return f"Since then **{row['n']:,}** attempts{usd}, {row['failed']:,} without a score."
