"""A night's summary as plain values: what moved, what failed, what it cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from data.analysis.drift_words import Q
from data.analysis.probes import KNOWN_ROW
from data.export import pareto_table
from data.nights import alerts, compare, rows
from data.nights.asked import Asked
from data.nights.names import earlier
from data.nights.words import headline, moved, safe
from data.store import Reader, queries
from data.study import Study
from data.view import View

SCHEMA = 1
"""Version of the summary's form: it changes when a key changes its meaning or goes."""
FINE, FAILED, ALARM = 0, 1, 3
"""Exit codes."""


@dataclass(frozen=True)
class Collected:
    """How the night's collecting ended."""

    reason: str = "complete"
    """'complete', or why it ended before: 'budget', 'timeout'."""
    stopped: Mapping[str, str] = field(default_factory=dict)
    """Contestants that were stopped early, by name, with the reason."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Contestants that could not be asked at all, by name, with the reason."""
    redone: int = 0
    """Failed attempts that were made once more."""
    unreadable: int = 0
    """Journal lines that could not be published."""


def summary(
    reader: Reader,
    asked: Asked,
    collected: Collected,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Everything that is told of a night, ready for JSON; see docs/nightly.md for the keys."""
    known = queries.campaigns(reader)["campaign"].to_list()
    before = earlier(asked.experiment, asked.night, known)
    found = compare.compare(reader, asked.campaign, before, say)
    names = {**rows.names(reader), **asked.names}
    nights = alerts.Nights(
        before=compare.last_heard(reader, before),
        last=before[0] if before else None,
        earlier=tuple(before),
        silenced=found.silenced,
    )
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "experiment": asked.experiment,
        "night": asked.night.isoformat(),
        "campaign": asked.campaign,
        "finished_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "compared_with": found.reference,
        "confirmed_by": found.between,
        "nights_before": len(before),
        "silenced": found.silenced,
        "moved": moved(found, names),
        "changes": [_change(r, names) for r in _told(found.changes).iter_rows(named=True)],
        "slow": [_named(r, names) for r in found.slow.iter_rows(named=True)],
        "alerts": alerts.alerts(reader, asked, nights),
        "canaries": [_named(r, names) for r in found.canaries.iter_rows(named=True)],
        "failures": [_named(r, names) for r in rows.failures(reader, asked.campaign)],
        "collected": _collected(reader, asked, collected),
        "spend": _spend(reader, asked, names),
        "coverage": _coverage(reader, asked, names),
        "pareto": _pareto(reader, asked.campaign),
    }
    told["failed"] = _failed(told)
    alarm = any(change["alarm"] == "alarm" for change in told["changes"])
    told["exit_code"] = ALARM if alarm else FAILED if told["failed"] else FINE
    told["headline"] = headline(told)
    return told


def broken(experiment: str, night: date, error: str) -> dict[str, Any]:
    """What can be told of a night that could not be collected."""
    return {
        "schema": SCHEMA,
        "experiment": experiment,
        "night": night.isoformat(),
        "exit_code": 2,
        "failed": True,
        "alerts": [],
        "headline": f"**The night could not be collected**: {safe(error)}",
    }


def _failed(told: Mapping[str, Any]) -> bool:
    """Whether anything failed, was left undone, or a canary says that nothing can be trusted."""
    collected = told["collected"]
    return bool(
        told["silenced"]
        or any(r["canary"] == KNOWN_ROW and r["passed"] is False for r in told["canaries"])
        or told["failures"]
        or collected["reason"] != "complete"
        or collected["stopped"]
        or collected["left_out"]
        or collected["unreadable"]
        or told["coverage"]["scored"] < told["coverage"]["asked"]
    )


def _told(changes: pl.DataFrame) -> pl.DataFrame:
    """Rows that are worth a line: alarms, watches, and what is beyond chance and reaches far."""
    beyond = (pl.col("q") < Q) & pl.col("effect_reached")
    order = {"alarm": 0, "watch": 1}
    kept = changes.filter((pl.col("alarm") != "none") | beyond.fill_null(False))
    rank = pl.col("alarm").replace_strict(order, default=2, return_dtype=pl.Int64)
    return kept.sort(rank, "q", "contestant_id", "metric")


def _change(row: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    kept = ("metric", "alarm", "direction", "before", "after", "change", "change_low")
    more = ("change_high", "samples", "test", "p", "q", "confirmed")
    return {**_named(row, names, ()), **{k: tidy(row[k]) for k in (*kept, *more)}}


def _named(
    row: dict[str, Any], names: Mapping[str, str], keep: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """A row with the contestant's name beside its id."""
    who = row["contestant_id"]
    rest = {k: tidy(v) for k, v in row.items() if k != "contestant_id"}
    more = rest if keep is None else {k: rest[k] for k in keep}
    return {"contestant_id": who, "contestant": names.get(who, who), **more}


def _collected(reader: Reader, asked: Asked, collected: Collected) -> dict[str, Any]:
    return {
        "reason": collected.reason,
        "stopped": dict(collected.stopped),
        "left_out": dict(collected.left_out),
        "redone": collected.redone,
        "recovered": rows.recovered(reader, asked.campaign),
        "unreadable": collected.unreadable,
        "runs": queries.runs(reader, asked.campaign)["run_id"].to_list(),
    }


def _spend(reader: Reader, asked: Asked, names: Mapping[str, str]) -> dict[str, Any]:
    money = {k: tidy(v) for k, v in rows.money(reader, asked.campaign).items()}
    by_name: dict[str, float] = {}
    for who, usd in rows.spent(reader, asked.campaign).items():
        name = names.get(who, who)
        by_name[name] = by_name.get(name, 0.0) + usd
    by_name = dict(sorted(by_name.items(), key=lambda pair: (-pair[1], pair[0])))
    return {
        **money,
        "budget_usd": asked.budget_usd,
        "by_contestant": {name: tidy(usd) for name, usd in by_name.items()},
    }


def _coverage(reader: Reader, asked: Asked, names: Mapping[str, str]) -> dict[str, Any]:
    held = queries.rollup(reader, asked.campaign).group_by("contestant_id").agg(
        pl.col("refused", "truncated").sum()
    )  # fmt: skip
    found = {row["contestant_id"]: row for row in held.iter_rows(named=True)}
    none = {"refused": 0, "truncated": 0}
    by_contestant = [
        {
            "contestant_id": who,
            "contestant": names.get(who, who),
            "asked": wanted,
            "scored": scored,
            **{k: found.get(who, none)[k] for k in none},
        }
        for who, (wanted, scored) in asked.attempts.items()
    ]
    return {
        "asked": sum(row["asked"] for row in by_contestant),
        "scored": sum(row["scored"] for row in by_contestant),
        "by_contestant": by_contestant,
    }


def _pareto(reader: Reader, campaign: str) -> list[dict[str, Any]]:
    study = Study(reader, View(campaign))
    if study.levels.is_empty():
        return []
    return [{k: tidy(v) for k, v in row.items()} for row in pareto_table(study.placed, "all")]


def tidy(value: Any) -> Any:
    """A value as JSON has it: six significant digits, null for what is not known."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if value - value == 0 else None
    return value
