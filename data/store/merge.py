"""Merge: publish what collectors have journalled, atomically, without ever blocking a reader.

Copy the public file to a neighbour, insert what is new and update the rollup in one transaction,
checkpoint, close, fsync, and put the copy in the file's place. A process killed anywhere in this
leaves the old public file whole and every journal untouched.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import filelock

from data.errors import StoreBusyError, StoreError
from data.journal import journal_files, tails
from data.store import incoming
from data.store.migrate import migrate
from data.store.rollup import KEY, refresh

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@dataclass
class MergeReport:
    """What one merge did."""

    attempts: int = 0
    """New attempt rows."""
    skipped: int = 0
    """Journal lines that were not readable."""
    seconds: float = 0.0
    published: bool = False
    """False when there was nothing new: the public file was left as it is."""


Change = Callable[[duckdb.DuckDBPyConnection, Path, MergeReport], bool]
"""Changes the open copy; returns whether there is anything to publish."""


def merge(db: Path, wait_s: float = 60.0) -> MergeReport:
    """Publish every journalled row that the public file `db` does not have yet.

    Raises StoreBusyError when another merge does not end within `wait_s`, StoreError when the
    file can't be read or written; in both cases nothing stored has changed.
    """
    started = time.perf_counter()
    with _locked(db, wait_s):
        report = _publish(db, _insert_journals)
    report.seconds = time.perf_counter() - started
    return report


def publish(db: Path, change: Change, wait_s: float = 60.0) -> MergeReport:
    """Publish a change that comes from elsewhere than the journals, in one transaction.

    Raises as `merge` does; in both cases nothing stored has changed.
    """
    started = time.perf_counter()
    with _locked(db, wait_s):
        report = _publish(db, change)
    report.seconds = time.perf_counter() - started
    return report


def forget(db: Path, campaign: str, wait_s: float = 60.0) -> int:
    """Delete one campaign's attempts and runs, and the journals of those runs; returns attempts.

    Every other campaign stays. Asked for by name only: nothing else in Isocost deletes results.
    """
    merge(db, wait_s)
    with _locked(db, wait_s):
        runs: list[str] = []

        def change(con: duckdb.DuckDBPyConnection, db: Path, report: MergeReport) -> bool:
            rows = con.execute("SELECT run_id FROM runs WHERE campaign = ?", [campaign]).fetchall()
            runs.extend(r[0] for r in rows)
            con.execute(
                "DELETE FROM responses WHERE attempt_id IN "
                "(SELECT attempt_id FROM attempts WHERE campaign = ?)",
                [campaign],
            )
            # Its questions hold texts: those that no other campaign asked go with it.
            con.execute(
                "DELETE FROM samples WHERE sample_id IN (SELECT sample_id FROM attempts "
                "WHERE campaign = $campaign EXCEPT SELECT sample_id FROM attempts "
                "WHERE campaign <> $campaign)",
                {"campaign": campaign},
            )
            gone = con.execute("DELETE FROM attempts WHERE campaign = ?", [campaign]).fetchone()
            con.execute("DELETE FROM rollup WHERE campaign = ?", [campaign])
            con.execute("DELETE FROM asked WHERE campaign = ?", [campaign])
            con.execute(
                "DELETE FROM fits WHERE run_id IN (SELECT run_id FROM runs WHERE campaign = ?)",
                [campaign],
            )
            for table in ("runs", "imports", "aggregates"):
                con.execute(f"DELETE FROM {table} WHERE campaign = ?", [campaign])
            report.attempts = int(gone[0]) if gone else 0
            return True

        report = _publish(db, change)
        for path in journal_files(db):
            if path.stem in runs:
                path.unlink()
    return report.attempts


def _publish(db: Path, change: Change) -> MergeReport:
    for stale in db.parent.glob(f"{db.name}.merge-*"):
        stale.unlink(missing_ok=True)
    copy = db.with_name(f"{db.name}.merge-{os.getpid()}")
    try:
        if db.exists():
            _check_space(db)
            shutil.copyfile(db, copy)
        report = _fill(copy, db, change)
        if report.published:
            _replace(copy, db)
    except (OSError, duckdb.Error) as error:
        why = getattr(error, "strerror", None) or str(error).replace(str(copy), str(db))
        raise StoreError(
            f"Can't publish to {db}: {why.splitlines()[0]}. The journals beside it keep every "
            f"attempt; mend this and run `isocost merge --db {db}`."
        ) from error
    finally:
        for left in (copy, copy.with_name(copy.name + ".wal")):
            left.unlink(missing_ok=True)
    return report


def _fill(copy: Path, db: Path, change: Change) -> MergeReport:
    """Apply a change to the copy in one transaction; leaves it checkpointed and closed."""
    new = not db.exists()
    try:
        con = duckdb.connect(str(copy), config=CONFIG)
    except duckdb.Error as error:
        first = str(error).splitlines()[0].replace(str(copy), str(db))
        raise StoreError(
            f"{db} is not a database that this DuckDB ({duckdb.__version__}) can open: {first}. "
            "Choose another file with --db PATH."
        ) from error
    report = MergeReport()
    try:
        migrated = migrate(con, str(db))
        con.begin()
        # After a migration every rollup row is computed again: its columns may mean something new.
        none = "" if migrated else "LIMIT 0"
        con.execute(f"CREATE TEMP TABLE touched AS SELECT DISTINCT {KEY} FROM attempts {none}")
        changed = change(con, db, report) or migrated
        if changed or new:
            refresh(con)
            report.published = True
        con.execute("DROP TABLE touched")
        con.commit()
        con.execute("CHECKPOINT")
    finally:
        # A failed checkpoint can make closing fail too: the copy is thrown away then.
        with suppress(duckdb.Error):
            con.close()
    return report


def _insert_journals(con: duckdb.DuckDBPyConnection, db: Path, report: MergeReport) -> bool:
    """Read every journal from where the last merge stopped; true when any had something new."""
    done: dict[str, int] = dict(con.execute("SELECT name, bytes FROM journals").fetchall())
    moved = False
    for path in journal_files(db):
        end = done.get(path.name, 0)
        # A journal shorter than its mark was replaced: read it again, ids keep it idempotent.
        for tail in tails(path, end if end <= path.stat().st_size else 0):
            report.attempts += incoming.insert(con, tail)
            report.skipped += tail.skipped
            end = tail.end
        if end != done.get(path.name, 0):
            moved = True
            con.execute("DELETE FROM journals WHERE name = ?", [path.name])
            con.execute("INSERT INTO journals VALUES (?, ?)", [path.name, end])
    return moved


def _replace(copy: Path, db: Path) -> None:
    wal = copy.with_name(copy.name + ".wal")
    if wal.exists():
        raise StoreError(f"{wal} was left behind by DuckDB: not publishing. Run `isocost merge`.")
    handle = os.open(copy, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(copy, db)


def _check_space(db: Path) -> None:
    """Refuse early when the copy can't fit, rather than after writing half of it."""
    need, free = db.stat().st_size * 2, shutil.disk_usage(db.parent).free
    if free < need:
        raise StoreError(
            f"Publishing to {db} needs about {need >> 20} MB and {free >> 20} MB are free. "
            "Free some space and run `isocost merge`; the journals keep every attempt."
        )


@contextmanager
def _locked(db: Path, wait_s: float) -> Iterator[None]:
    """One merge at a time; the lock goes with its process, so a kill leaves none behind."""
    lock = filelock.FileLock(db.with_name(db.name + ".lock"))
    try:
        db.parent.mkdir(parents=True, exist_ok=True)
        # filelock takes a folder that can't be written for a lock that is held, and waits.
        open(lock.lock_file, "ab").close()
        lock.acquire(timeout=wait_s)
    except filelock.Timeout as error:
        raise StoreBusyError(
            f"Another process has been publishing to {db} for more than {wait_s:g} s. "
            "Wait for it, then run `isocost merge`."
        ) from error
    except OSError as error:
        raise StoreError(
            f"Can't write beside {db}: {error.strerror or error}. "
            "Choose a writable place with --db PATH or ISOCOST_DB."
        ) from error
    try:
        yield
    finally:
        lock.release()
