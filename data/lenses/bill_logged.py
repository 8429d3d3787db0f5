"""A spend log that was imported as a campaign of its own, as the bill's table of spend."""

from __future__ import annotations

import polars as pl

from data.errors import ExportError, did_you_mean
from data.store import queries
from data.study import Study

OPTION = "spend_campaign"


def logged(study: Study) -> pl.DataFrame | None:
    """task, model, calls, usd of the campaign that the option names; None where it is not set.

    What has no cost in the log counts as a call and costs nothing here: a bill holds what was
    paid. ExportError for an unknown campaign, and beside a table that was given.
    """
    campaign = study.options.get(OPTION)
    if campaign is None:
        return None
    known = queries.campaigns(study.reader)["campaign"].to_list()
    if campaign not in known:
        raise ExportError(
            f"--spend-campaign {campaign}: no such campaign.{did_you_mean(str(campaign), known)}"
        )
    return study.reader.sql(
        "SELECT a.task, coalesce(c.model, a.contestant_id) AS model, count(*) AS calls, "
        "coalesce(sum(a.billed_usd), 0) AS usd FROM attempts a "
        "LEFT JOIN contestants c USING (contestant_id) "
        "WHERE a.campaign = ? AND a.purpose = 'answer' GROUP BY ALL ORDER BY ALL",
        [campaign],
    )


def without_cost(study: Study) -> str:
    """How many calls of the log have no cost there; empty where all have one."""
    campaign = study.options.get(OPTION)
    if campaign is None:
        return ""
    n = study.reader.sql(
        "SELECT count(*) AS n FROM attempts WHERE campaign = ? AND purpose = 'answer' "
        "AND billed_usd IS NULL",
        [campaign],
    )["n"][0]
    calls = "call of the log has" if n == 1 else "calls of the log have"
    return f"{n:,} {calls} no cost there, counted as $0" if n else ""
