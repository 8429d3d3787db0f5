"""One nightly run per experiment and database at a time; the lock goes with its process."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import filelock

from data.errors import StoreBusyError, StoreError
from data.records import digest, slug

MOST_BYTES = 10_000


@contextmanager
def nightly(
    db: Path, experiment: str, wait_s: float = 0.0, say: Callable[[str], None] = lambda text: None
) -> Iterator[None]:
    """Hold the experiment's lock beside the database for the length of a night.

    Raises StoreBusyError, saying who holds it since when, if it isn't free within `wait_s`.
    """
    path = lock_path(db, experiment)
    lock = filelock.FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # filelock takes a folder that can't be written for a lock that is held, and waits.
        open(path, "ab").close()
        _acquire(lock, path, experiment, wait_s, say)
    except OSError as error:
        raise StoreError(
            f"Can't write beside {db}: {error.strerror or error}. "
            "Choose a writable place with --db PATH or ISOCOST_DB."
        ) from error
    try:
        _sign(path)
        yield
    finally:
        _signature(path).unlink(missing_ok=True)
        lock.release()


def lock_path(db: Path, experiment: str) -> Path:
    """Names that differ only in their signs have locks of their own."""
    return db.with_name(f"{db.name}.nightly-{slug(experiment)[:40]}-{digest(experiment)[:8]}.lock")


def _acquire(
    lock: filelock.BaseFileLock,
    path: Path,
    experiment: str,
    wait_s: float,
    say: Callable[[str], None],
) -> None:
    try:
        lock.acquire(timeout=0)
        return
    except filelock.Timeout as error:
        if wait_s <= 0:
            raise _busy(path, experiment, "") from error
    say(f"Another nightly run of '{experiment}'{_holder(path)}: waiting {wait_s / 60:g} min.")
    try:
        lock.acquire(timeout=wait_s, poll_interval=0.2)
    except filelock.Timeout as error:
        raise _busy(path, experiment, f" after waiting {wait_s / 60:g} min") from error


def _busy(path: Path, experiment: str, after: str) -> StoreBusyError:
    return StoreBusyError(
        f"Another nightly run of '{experiment}' is at work{_holder(path)}{after}. Let it end, or "
        "wait for it with --wait MINUTES."
    )


def _signature(path: Path) -> Path:
    return path.with_suffix(".json")


def _sign(path: Path) -> None:
    """Who holds the lock, for whoever finds it held."""
    told = {
        "pid": os.getpid(),
        "host": platform.node(),
        "since": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
    }
    part = _signature(path).with_suffix(f".{os.getpid()}.part")
    try:
        part.write_text(json.dumps(told), "utf-8")
        os.replace(part, _signature(path))
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"Can't write {_signature(path)}: {error.strerror or error}.") from error


def _holder(path: Path) -> str:
    """' since ... UTC (process 12 on host)', as far as it is known."""
    try:
        with open(_signature(path), "rb") as file:
            told = json.loads(file.read(MOST_BYTES))
        since, pid, host = (str(told[k])[:80] for k in ("since", "pid", "host"))
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    shown = f" since {since} UTC (process {pid} on {host})"
    return shown if shown.isprintable() else ""
