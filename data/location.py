"""Where the database is: what was asked for, else ISOCOST_DB, else data/isocost.duckdb."""

from __future__ import annotations

import os
from pathlib import Path

from data.errors import StoreError

VARIABLE = "ISOCOST_DB"
DEFAULT = Path("data") / "isocost.duckdb"
"""Under the working directory."""


def named(asked: str | None = None) -> Path:
    """The path that is asked for, whatever stands there."""
    return Path(asked or os.environ.get(VARIABLE) or DEFAULT)


def database(asked: str | None = None) -> Path:
    """The database in use; StoreError when it is a folder."""
    chosen = named(asked)
    if chosen.is_dir():
        raise StoreError(
            f"The database '{chosen}' is a folder. Name a file in it, such as x.duckdb."
        )
    return chosen
