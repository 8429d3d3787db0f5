"""What the Published page can show: the catalogue's collections, and imported scores."""

from __future__ import annotations

import polars as pl

from dashboard import query
from data.analysis import published
from data.catalog import facts
from data.catalog.sources import Source, sources
from data.scores import PREFIX, Imported
from data.scores import imported as read


@query.cached
def _imported(source: query.Source) -> dict[str, Imported]:
    return read(source.reader)


def imported() -> dict[str, Imported]:
    """Imported collections of the database, by id; empty where there is no database."""
    source = query.source()
    return {} if source is None else _imported(source)


def is_imported(collection: str) -> bool:
    """Whether a collection is of the database, and not of the catalogue."""
    return collection.startswith(PREFIX)


def prepared(collection: str) -> pl.DataFrame:
    """Rows of an imported collection as data.analysis.published wants them."""
    return published.prepared(imported()[collection].rows, facts.frame())


def known() -> dict[str, Source]:
    """Every source by id: the catalogue's, and the imported files."""
    return {**sources(), **{name: held.source for name, held in imported().items()}}
