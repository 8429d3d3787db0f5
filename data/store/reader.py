"""Readers: attach the public file read-only, afresh for every generation of it.

DuckDB in one process keeps serving an old file after `os.replace`, and detaching under live
threads fails; so each generation gets an in-memory connection of its own, the old one is closed
when its last query has ended, and every call runs on a cursor of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data.errors import StoreError
from data.store.migrate import check, known

Generation = tuple[int, int, int]
"""(inode, mtime in ns, size) of the public file: changes with every publish."""


@dataclass
class _Attached:
    generation: Generation
    con: duckdb.DuckDBPyConnection
    users: int = 0
    retired: bool = False


class Reader:
    """Bound-parameter queries on the newest published file; safe to share between threads."""

    def __init__(self, db: Path) -> None:
        self.db = Path(db)
        self._lock = threading.Lock()
        self._current: _Attached | None = None
        self._stays = False

    def pinned(self) -> Reader:
        """A reader that stays with the generation that is published now, until it is closed.

        Its file can be read as long as it is open, whatever takes its place; after `close` it reads
        what is newest, as any reader does. StoreError where the file can't be opened.
        """
        reader = Reader(self.db)
        with reader._attached():
            reader._stays = True
        return reader

    @property
    def generation(self) -> Generation | None:
        """Changes whenever something new was published; None while there is no file."""
        held = self._current if self._stays else None
        if held is not None:
            return held.generation
        try:
            stat = self.db.stat()
        except OSError:
            return None
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def sql(
        self,
        query: str,
        params: Sequence[Any] = (),
        frames: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """Result of a query whose tables are those of the public file, and `frames` by name.

        Sums of integers arrive as Decimal: cast them in the query.
        """
        with self._attached() as con:
            cursor = con.cursor()
            try:
                for name, rows in (frames or {}).items():
                    cursor.register(name, rows)
                cursor.execute("USE public_db")
                frame: pl.DataFrame = cursor.sql(query, params=list(params)).pl()
                return frame
            except duckdb.Error as error:
                raise StoreError(f"Can't read {self.db}: {str(error).splitlines()[0]}.") from error
            finally:
                cursor.close()

    def close(self) -> None:
        with self._lock:
            self._retire(self._current)
            self._current = None
            self._stays = False

    @contextmanager
    def _attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            generation = self.generation
            if generation is None:
                raise StoreError(
                    f"There is no database at {self.db}. Run `isocost demo` or "
                    "`isocost collect EXPERIMENT.toml`, or choose a file with --db PATH."
                )
            if self._current is None or self._current.generation != generation:
                opened = self._open(generation)
                self._retire(self._current)
                self._current = opened
            held = self._current
            held.users += 1
        try:
            yield held.con
        finally:
            with self._lock:
                held.users -= 1
                if held.retired and held.users == 0:
                    held.con.close()

    def _open(self, generation: Generation) -> _Attached:
        con = duckdb.connect(
            ":memory:",
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
        )
        try:
            path = str(self.db).replace("'", "''")
            con.execute(f"ATTACH '{path}' AS public_db (READ_ONLY)")
            found = check(con, str(self.db), "public_db.main")
        except duckdb.Error as error:
            con.close()
            raise StoreError(
                f"{self.db} can't be opened as a DuckDB database by DuckDB {duckdb.__version__}: "
                f"{str(error).splitlines()[0]}. Choose another file with --db PATH or ISOCOST_DB."
            ) from error
        except StoreError:
            con.close()
            raise
        if found < known()[-1].version:
            con.close()
            raise StoreError(
                f"{self.db} has schema version {found}, older than {known()[-1].version}. "
                f"Run `isocost merge --db {self.db}` once to bring it up to date; nothing is lost."
            )
        return _Attached(generation, con)

    @staticmethod
    def _retire(attached: _Attached | None) -> None:
        if attached is None:
            return
        attached.retired = True
        if attached.users == 0:
            attached.con.close()
