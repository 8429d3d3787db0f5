"""`isocost status`: what is being collected now, and how the last runs ended."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from collectors.status import Status, statuses
from dashboard.commands.models import visible
from dashboard.commands.table import aligned
from data.errors import StoreError
from data.store import Reader, queries
from data.wording import hours, portion, usd

LAST_RUNS = 5
RUN_HEADS = ("campaign", "started (UTC)", "ended", "done", "failed", "cost")
HEADS = ("contestant", "done", "failed", "retries", "in flight", "cost", "")


def status(db: Path, *, follow: bool, as_json: bool) -> int:
    """Print what runs now and what ran last; with `follow`, again every second."""
    while True:
        running = statuses(db)
        ended = _ended(db)
        print(_json(running, ended) if as_json else _text(db, running, ended), flush=True)
        if not follow:
            return 0
        time.sleep(1.0)
        if sys.stdout.isatty() and not as_json:
            print("\x1b[2J\x1b[H", end="")


def _ended(db: Path) -> list[dict[str, Any]]:
    """The newest runs of the published database; none where there is no database yet."""
    if not db.exists():
        return []
    try:
        return queries.runs(Reader(db)).head(LAST_RUNS).to_dicts()
    except StoreError as error:
        print(f"isocost: {error}", file=sys.stderr)
        return []


def _json(running: list[Status], ended: list[dict[str, Any]]) -> str:
    now = [{**asdict(s), "alive": s.alive, "per_s": s.per_s, "left_s": s.left_s} for s in running]
    last = [{k: v for k, v in run.items() if k != "experiment"} for run in ended]
    return json.dumps({"running": now, "ended": last}, default=str)


def _text(db: Path, running: list[Status], ended: list[dict[str, Any]]) -> str:
    lines = [line for s in running for line in _running(s)]
    if not running:
        lines.append(f"Nothing is being collected into {db}.")
    if ended:
        rows = [_run(run) for run in ended]
        lines += [
            "",
            "Last runs published:",
            aligned(rows, ("campaign", "started (UTC)", "ended", "done", "failed", "cost")),
        ]
    return "\n".join(lines)


def _running(status: Status) -> list[str]:
    """A headline and a table of one running collection."""
    who = f"'{visible(status.campaign)}' (process {status.pid}"
    who += ")" if status.shard == "1/1" else f", part {status.shard})"
    if not status.alive:
        return [
            f"{who} ended without a word after {status.done:,} of {status.planned:,} attempts, "
            f"last heard {status.updated_at} UTC. Run the experiment again to continue."
        ]
    left = "" if status.left_s is None else f", about {hours(status.left_s / 3600)} left"
    budget = f" of {usd(status.budget_usd)}" if status.budget_usd else ""
    open_ = f", up to {usd(status.unsettled_usd)} unsettled" if status.unsettled_usd else ""
    share = portion(status.done / status.planned) if status.planned else "0%"
    rows = [
        [
            visible(c.name),
            f"{c.done:,}/{c.planned:,}",
            f"{c.failed:,}",
            f"{c.retries:,}",
            f"{c.in_flight:,}",
            usd(c.cost_usd) if c.cost_usd else "$0",
            _note(c.stopped, c.paused_s),
        ]
        for c in status.contestants
    ]
    return [
        f"{who}: {status.done:,} of {status.planned:,} attempts ({share}), "
        f"{status.per_s:.1f}/s{left}; {usd(status.cost_usd) if status.cost_usd else '$0'}"
        f"{budget}{open_}.",
        aligned(rows, HEADS),
    ]


def _note(stopped: str | None, paused_s: float) -> str:
    if stopped:
        return f"stopped: {visible(stopped)}"
    return f"paused for {paused_s:.0f} s" if paused_s else ""


def _run(run: dict[str, Any]) -> list[str]:
    return [
        visible(run["campaign"]),
        f"{run['started_at']:%Y-%m-%d %H:%M}",
        run["outcome"] or "not yet",
        f"{run['done'] or 0:,}/{run['planned'] or 0:,}",
        f"{run['failed'] or 0:,}",
        usd(run["cost_usd"]) if run["cost_usd"] else "$0",
    ]
