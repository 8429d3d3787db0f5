"""Answers of a night as a grid, charged at whatever prices are asked for."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from data.analysis.grid import Grid, grid
from data.price import Price
from data.pricing import NEUTRAL, lines_of
from data.pricing.sql import Charges, lines_frame
from data.store import Reader, queries
from data.view import View, charges_of


def at_prices(prices: Mapping[str, Price]) -> Charges:
    """Charges of each contestant at one price, whenever its attempts were made."""
    lines = {who: lines_of(price, NEUTRAL) for who, price in prices.items()}
    return Charges("a.contestant_id", lines_frame(lines))


def as_billed(reader: Reader, campaign: str) -> Charges:
    """Charges at the prices of when each attempt was made."""
    return charges_of(reader, View(campaign))


def night(reader: Reader, campaign: str, charges: Charges) -> Grid:
    """A night's graded answers; contestants that `charges` don't price have no cost."""
    levels = queries.rollup(reader, campaign)
    tasks = levels["task"].unique().to_list()
    answers = queries.answers(reader, campaign, charges, tasks)
    return grid(answers, levels=levels)


def began_at(reader: Reader, campaign: str) -> int | None:
    """The hour of the day (UTC) in which a night began."""
    first = queries.rollup(reader, campaign)["first_at"].min()
    return None if first is None else pl.select(pl.lit(first).dt.hour()).item()
