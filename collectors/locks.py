"""One collector per part of a campaign: two that sent the same prompts would both be charged."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import filelock

from collectors.plan import Shard
from data.errors import StoreBusyError, StoreError
from data.journal import journal_dir
from data.records import digest

GATE = "gate.lock"
"""Held for a moment by whoever takes or drops a lock."""


@contextmanager
def collecting(db: Path, campaign: str, shard: Shard) -> Iterator[None]:
    """Hold a campaign's part for the length of a collection; the lock goes with its process.

    Raises StoreBusyError when another process holds this part, or divides the campaign otherwise.
    """
    folder = journal_dir(db) / "locks"
    key = digest(campaign)[:16]
    mine = folder / f"{key}.{shard[0]}-of-{shard[1]}.lock"
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # filelock takes a folder that can't be written for a lock that is held.
            open(folder / GATE, "ab").close()
            with filelock.FileLock(folder / GATE, timeout=30):
                _refuse_overlap(folder, key, mine, campaign)
                held.enter_context(filelock.FileLock(mine, timeout=0))
                held.callback(_tidy, folder, mine)
                _sign(mine, campaign)
        except filelock.Timeout as error:
            raise _busy(mine, campaign) from error
        except OSError as error:
            raise StoreError(
                f"Can't write in {folder}: {error.strerror or error}. "
                "Choose a writable place with --db PATH or ISOCOST_DB."
            ) from error
        yield


def _tidy(folder: Path, mine: Path) -> None:
    """Leave no file behind for each night; only who passes the gate may take or drop a lock."""
    with suppress(OSError, filelock.Timeout), filelock.FileLock(folder / GATE, timeout=5):
        _signature(mine).unlink(missing_ok=True)
        mine.unlink(missing_ok=True)


def _refuse_overlap(folder: Path, key: str, mine: Path, campaign: str) -> None:
    """Every part in use must be of the same division; the others don't concern us."""
    parts = mine.stem.rsplit("-of-", 1)[1]
    for other in folder.glob(f"{key}.*-of-*.lock"):
        if other != mine and not other.stem.endswith(f"-of-{parts}") and _is_held(other):
            raise _busy(other, campaign)


def _is_held(lock: Path) -> bool:
    try:
        with filelock.FileLock(lock, timeout=0):
            return False
    except filelock.Timeout:
        return True


def _signature(lock: Path) -> Path:
    return lock.with_suffix(".json")


def _sign(lock: Path, campaign: str) -> None:
    """Who holds it, for whoever finds it held."""
    now = datetime.now(UTC).replace(tzinfo=None)
    _signature(lock).write_text(
        json.dumps(
            {
                "campaign": campaign,
                "pid": os.getpid(),
                "host": platform.node(),
                "since": now.isoformat(sep=" ", timespec="seconds"),
            }
        ),
        "utf-8",
    )


def _busy(lock: Path, campaign: str) -> StoreBusyError:
    try:
        told = json.loads(_signature(lock).read_text("utf-8"))
        who = f" (process {told['pid']}, since {told['since']} UTC)"
    except (OSError, ValueError, KeyError, TypeError):
        who = ""
    part = lock.stem.split(".", 1)[1].replace("-of-", "/")
    what = "the whole of it" if part == "1/1" else f"part {part}"
    return StoreBusyError(
        f"Another collector is at work on the campaign '{campaign}': {what}{who}. Wait for it "
        "(`isocost status`), or give each collector its own part with --shard 1/2, --shard 2/2."
    )
