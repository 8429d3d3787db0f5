"""What a running collection says of itself, once a second, for `isocost status`."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.budget import Purse
from collectors.lane import Lane
from data.journal import journal_dir

EVERY_S = 1.0
SUFFIX = ".status.json"
STALE_S = 30.0
"""A run that has said nothing for so long is not running, or can't write."""
MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class LaneStatus:
    """One contestant of a running collection."""

    name: str
    planned: int
    done: int
    failed: int
    in_flight: int
    retries: int
    cost_usd: float
    paused_s: float
    stopped: str | None


@dataclass(frozen=True)
class Status:
    """A running collection. Times are naive UTC in ISO form, money is US dollars."""

    run_id: str
    campaign: str
    shard: str
    pid: int
    host: str
    started_at: str
    updated_at: str
    elapsed_s: float
    planned: int
    done: int
    failed: int
    retries: int
    cost_usd: float
    unsettled_usd: float
    budget_usd: float | None
    contestants: list[LaneStatus] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        return self.done / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds to the end at the pace so far."""
        open_ = sum(c.planned - c.done for c in self.contestants if c.stopped is None)
        return open_ / self.per_s if self.per_s else None

    @property
    def alive(self) -> bool:
        """Whether its process is still there, as far as this machine can tell."""
        if self.host == platform.node():
            return _exists(self.pid)
        try:
            said = datetime.fromisoformat(self.updated_at)
        except ValueError:
            return False
        return (datetime.now(UTC).replace(tzinfo=None) - said).total_seconds() < STALE_S


class StatusFile:
    """Writes a run's status beside its journal; a failure to do so never disturbs the run."""

    def __init__(
        self, db: Path, run_id: str, campaign: str, shard: str, lanes: Sequence[Lane], purse: Purse
    ) -> None:
        self.path = journal_dir(db) / f"{run_id}{SUFFIX}"
        self._run = (run_id, campaign, shard)
        self._lanes, self._purse = lanes, purse
        self._started_at = _now()
        self._started = self._said = time.monotonic()

    def update(self, force: bool = False) -> None:
        """Write, at most once a second."""
        now = time.monotonic()
        if not force and now - self._said < EVERY_S:
            return
        self._said = now
        draft = self.path.with_suffix(".tmp")
        try:
            draft.write_text(json.dumps(asdict(self.status())), "utf-8")
            os.replace(draft, self.path)
        except OSError:
            return

    def remove(self) -> None:
        """At the end: the run's own row tells the rest."""
        self.path.unlink(missing_ok=True)

    def status(self) -> Status:
        lanes = [
            LaneStatus(
                lane.contestant.name,
                lane.planned,
                lane.done,
                lane.failed,
                lane.in_flight,
                lane.retries,
                lane.cost_usd,
                lane.limits.paused_s,
                lane.stopped,
            )
            for lane in self._lanes
        ]
        run_id, campaign, shard = self._run
        return Status(
            run_id=run_id,
            campaign=campaign,
            shard=shard,
            pid=os.getpid(),
            host=platform.node(),
            started_at=self._started_at,
            updated_at=_now(),
            elapsed_s=time.monotonic() - self._started,
            planned=sum(x.planned for x in lanes),
            done=sum(x.done for x in lanes),
            failed=sum(x.failed for x in lanes),
            retries=sum(x.retries for x in lanes),
            cost_usd=sum(x.cost_usd for x in lanes),
            unsettled_usd=self._purse.unsettled_usd,
            budget_usd=self._purse.ceiling_usd,
            contestants=lanes,
        )


def statuses(db: Path) -> list[Status]:
    """Every collection that has not ended by itself, newest first; unreadable ones left out."""
    folder = journal_dir(db)
    found = [_read(path) for path in sorted(folder.glob(f"*{SUFFIX}"), reverse=True)]
    return [status for status in found if status is not None]


def _read(path: Path) -> Status | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
        lanes = [LaneStatus(**lane) for lane in raw.pop("contestants")]
        return Status(**raw, contestants=lanes)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def _exists(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
