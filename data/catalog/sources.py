"""Where facts were read, and who makes models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.catalog import files
from data.errors import CatalogError, did_you_mean


@dataclass(frozen=True)
class Source:
    """A public place that was read, and when."""

    id: str
    title: str
    checked: date
    url: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class Lab:
    """Who makes models; the country is ISO 3166-1 alpha-2, None when no source says it."""

    id: str
    name: str
    country: str | None = None
    source: str | None = None


@files.kept
def sources() -> dict[str, Source]:
    """Sources by id; a user's own entry stands in place of a shipped one."""
    found: dict[str, Source] = {}
    for at, table in files.entries("sources", "source"):
        files.known(table, ("id", "title", "url", "licence", "checked"), at)
        checked = files.value(table, "checked", date, at)
        if checked is None:
            raise CatalogError(f"{at}: 'checked' is missing. Add the day it was read.")
        source = Source(
            id=table["id"],
            title=files.required(table, "title", at),
            checked=checked,
            url=files.value(table, "url", str, at) or None,
            licence=files.value(table, "licence", str, at) or None,
        )
        if source.url is not None and not source.url.startswith("https://"):
            raise CatalogError(f"{at}: url = '{source.url}': write a public https:// address.")
        found[source.id] = source
    return found


@files.kept
def labs() -> dict[str, Lab]:
    """Labs by id; a user's own entry stands in place of a shipped one."""
    found: dict[str, Lab] = {}
    for at, table in files.entries("labs", "lab"):
        files.known(table, ("id", "name", "country", "source"), at)
        country = files.value(table, "country", str, at)
        if country is not None and not (len(country) == 2 and country.isupper()):
            raise CatalogError(f"{at}: country = '{country}': write two letters, such as 'FR'.")
        lab = Lab(
            id=table["id"],
            name=files.required(table, "name", at),
            country=country,
            source=source_of(table, at, needed=country is not None),
        )
        found[lab.id] = lab
    return found


def source_of(table: files.Table, where: str, needed: bool = False) -> str | None:
    """The table's source id, which must be one of the sources."""
    named = files.value(table, "source", str, where)
    if named and named not in sources():
        raise CatalogError(f"{where}: unknown source '{named}'.{did_you_mean(named, sources())}")
    if needed and not named:
        raise CatalogError(f"{where}: 'source' is missing. Name where it was read.")
    return named or None
