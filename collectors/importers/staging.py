"""The folder beside the database where an import is prepared; it goes away however that ends."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from data.errors import StoreError

LOCK = "in-use"
YOUNG = 5.0
"""Seconds in which a folder may not have its lock yet."""


@contextmanager
def staging(db: Path) -> Iterator[Path]:
    """A new folder beside `db`, deleted at the end; StoreError where nothing can be written.

    An import that was killed could not delete its own: the next one does. Whether an import still
    runs is told by the lock that it holds, which goes with its process.
    """
    prefix = f"{db.name}.import-"
    try:
        db.parent.mkdir(parents=True, exist_ok=True)
        for left in db.parent.glob(f"{prefix}*"):
            _remove_left(left)
        folder = tempfile.mkdtemp(prefix=prefix, dir=db.parent)
    except OSError as error:
        raise StoreError(
            f"Can't write beside {db}: {error.strerror or error}. Choose a writable place with "
            "--db PATH or ISOCOST_DB."
        ) from error
    lock = filelock.FileLock(Path(folder) / LOCK)
    try:
        lock.acquire()
        yield Path(folder)
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left(folder: Path) -> None:
    """Delete what an import left behind that no longer runs; leave the others."""
    with suppress(OSError, filelock.Timeout):
        lock = filelock.FileLock(folder / LOCK)
        if not (folder / LOCK).exists() and time.time() - folder.stat().st_mtime < YOUNG:
            return
        with lock.acquire(timeout=0):
            pass
        shutil.rmtree(folder, ignore_errors=True)
