"""Numbered SQL migrations, each applied once and remembered with the hash of its text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from data.errors import StoreError

if TYPE_CHECKING:
    import duckdb

VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_version "
    "(version INTEGER NOT NULL, name VARCHAR NOT NULL, sha VARCHAR NOT NULL)"
)


@dataclass(frozen=True)
class Migration:
    version: int
    name: str
    sql: str

    @property
    def sha(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def known() -> list[Migration]:
    """The migrations shipped with this version, in order."""
    folder = files("data.store") / "migrations"
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    # Line endings must not depend on how the checkout was made, or the hash would.
    texts = [(folder / n).read_text("utf-8").replace("\r\n", "\n") for n in names]
    return [Migration(int(n[:4]), n, t) for n, t in zip(names, texts, strict=True)]


def check(con: duckdb.DuckDBPyConnection, where: str, schema: str = "main") -> int:
    """Version of an attached database; refuses one that is newer, edited or not ours."""
    try:
        rows = con.execute(
            f"SELECT version, name, sha FROM {schema}.schema_version ORDER BY version"
        ).fetchall()
    except Exception as error:
        raise StoreError(
            f"{where} is not an Isocost database (no readable schema_version). "
            "Choose another file with --db PATH or ISOCOST_DB."
        ) from error
    shipped = {m.version: m for m in known()}
    for version, name, sha in rows:
        if version not in shipped:
            raise StoreError(
                f"{where} has schema version {version} ('{name}'), newer than the "
                f"{max(shipped)} this Isocost knows. Upgrade Isocost, or choose another file "
                "with --db PATH."
            )
        if sha != shipped[version].sha:
            raise StoreError(
                f"{where} was made with another text of migration {version} ('{name}'). "
                "Open it with the Isocost that made it, or choose another file with --db PATH."
            )
    return max((r[0] for r in rows), default=0)


def migrate(con: duckdb.DuckDBPyConnection, where: str) -> bool:
    """Bring a read-write database to the newest schema, one transaction per migration.

    Returns whether an older database was changed.
    """
    names = {r[0] for r in con.execute("SHOW TABLES").fetchall()}
    if names and "schema_version" not in names:
        check(con, where)
    con.execute(VERSION_TABLE)
    current = check(con, where)
    for migration in known():
        if migration.version > current:
            con.begin()
            con.execute(migration.sql)
            con.execute(
                "INSERT INTO schema_version VALUES (?, ?, ?)",
                [migration.version, migration.name, migration.sha],
            )
            con.commit()
    return 0 < current < known()[-1].version
