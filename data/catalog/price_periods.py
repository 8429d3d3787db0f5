"""Periods of deployments: read from one price file, and one layer laid over another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.catalog import files
from data.catalog.price_lines import moment, price_of
from data.errors import CatalogError
from data.price import Price

Periods = dict[str, tuple[Price, ...]]
"""Periods by the deployment's name at its provider, oldest first."""


def read_provider(content: dict[str, Any], at: str, provider: str) -> Periods:
    """Periods of a parsed file that must be this provider's."""
    if files.required(content, "provider", at) != provider:
        raise CatalogError(
            f"{at}: provider = '{content['provider']}', but the file is named '{provider}.toml'. "
            "Make them agree."
        )
    return read_periods(content, at)


def read_periods(content: dict[str, Any], at: str) -> Periods:
    """Periods by name in one parsed price file; CatalogError for anything that isn't as said."""
    files.known(content, ("provider", "deployments"), at)
    tables = files.value(content, "deployments", dict, at) or {}
    return {name: _periods(lines, f"{at}, '{name}'") for name, lines in tables.items()}


def overlay(below: Periods, above: Periods) -> Periods:
    """Two layers as one: periods above hold over exactly their own spans."""
    return {name: _laid(below.get(name, ()), above.get(name, ())) for name in {**below, **above}}


def _laid(below: tuple[Price, ...], above: tuple[Price, ...]) -> tuple[Price, ...]:
    """What is left of the periods below, and those above, in order of time.

    A period that resumes after one above takes the moment it resumes as its `valid_from`.
    """
    if not below or not above:
        return above or below
    spans = list(zip(above, _ends(above), strict=True))
    left: list[Price] = []
    for price, end in zip(below, _ends(below), strict=True):
        begin = price.valid_from
        for over, over_end in spans:
            if not begin or (end and moment(end) <= moment(over.valid_from)):
                break
            if moment(begin) < moment(over.valid_from):
                left.append(replace(price, valid_from=begin))
            if not over_end or moment(begin) < moment(over_end):
                begin = over_end
        if begin and (not end or moment(begin) < moment(end)):
            left.append(replace(price, valid_from=begin))
    return tuple(sorted([*left, *above], key=lambda p: moment(p.valid_from)))


def _ends(known: tuple[Price, ...]) -> list[str]:
    """The first moment at which each period holds no more; empty for the last when it has none."""
    following = [*(p.valid_from for p in known[1:]), ""]
    return [p.valid_until or then for p, then in zip(known, following, strict=True)]


def _periods(lines: Any, at: str) -> tuple[Price, ...]:
    if not isinstance(lines, list) or not lines or not all(isinstance(x, dict) for x in lines):
        raise CatalogError(f"{at}: write a list of lines, such as [{{ from = 2026-11-23, ... }}].")
    found: list[Price] = []
    for number, line in enumerate(lines, 1):
        price = price_of(line, f"{at}, line {number}")
        if not price.valid_from:
            raise CatalogError(f"{at}, line {number}: 'from' is missing. Say when it took effect.")
        if found:
            _follows(found[-1], price, f"{at}, line {number}")
        found.append(price)
    return tuple(found)


def _follows(before: Price, price: Price, at: str) -> None:
    """CatalogError unless the price takes effect after the one before, and not within it."""
    if moment(price.valid_from) <= moment(before.valid_from):
        raise CatalogError(
            f"{at}: from = {price.valid_from} is not after the line before, {before.valid_from}. "
            "Put the lines in order of time, one for each price."
        )
    if before.valid_until and moment(price.valid_from) < moment(before.valid_until):
        raise CatalogError(
            f"{at}: from = {price.valid_from} overlaps the line before, which says until = "
            f"{before.valid_until}. Move one of the dates."
        )
