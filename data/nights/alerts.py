"""Alerts of a night: newly beaten, prices that changed, models that go; each in dollars a month.

`usd_per_month` and `usd_per_1k_calls` are what the bill changes by: a price change by itself, the
others if one moves; less than 0 saves. Dollars a month need the calls a month of the experiment.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from data.analysis import alerts as lens
from data.catalog.refresh import terms
from data.catalog.retirement import retirements
from data.nights import grids, rows
from data.nights.asked import Asked
from data.price import Price
from data.pricing.sql import Charges
from data.store import Reader, queries

NOTICE_DAYS = (90, 30, 7, 0)
"""Days before a retirement on which it is news again."""
Alert = dict[str, Any]


@dataclass(frozen=True)
class Nights:
    """The nights that alerts look at."""

    before: str | None
    """The night that 'newly' is against: the last one whose alerts were told."""
    last: str | None
    """The night before, whatever its canaries say: prices and retirements are facts."""
    earlier: tuple[str, ...]
    """All nights before, newest first."""
    silenced: bool


def alerts(reader: Reader, asked: Asked, nights: Nights) -> list[Alert]:
    """Every alert of a night, by kind; those with `new` were not so the night before."""
    found = [] if nights.silenced else _beaten(reader, asked, nights)
    return [*found, *_prices(reader, asked, nights), *_retirements(reader, asked, nights)]


def _beaten(reader: Reader, asked: Asked, nights: Nights) -> list[Alert]:
    if asked.used.is_empty():
        return []
    tonight = lens.beaten(_billed(reader, asked.campaign), asked.used)
    new = pl.DataFrame(schema=lens.BEATEN)
    if nights.before:
        new = lens.newly_beaten(tonight, lens.beaten(_billed(reader, nights.before), asked.used))
    fresh = set(new.select("task", "contestant_id").iter_rows())
    found = []
    for row in tonight.filter(pl.col("beaten")).iter_rows(named=True):
        change = [-row[k] for k in ("saving_usd", "saving_high", "saving_low")]
        money = _money(asked, {row["task"]: change[0]}, {row["task"]: (change[1], change[2])})
        found.append(
            {
                "kind": "beaten",
                "new": (row["task"], row["contestant_id"]) in fresh,
                "contestant_id": row["contestant_id"],
                "contestant": _name(asked, row["contestant_id"]),
                "tasks": [row["task"]],
                "by_id": row["by_id"],
                "by": _name(asked, row["by_id"]),
                **money,
                **{k: _tidy(row[k]) for k in list(lens.BEATEN)[-4:]},
            }
        )
    return found


def _prices(reader: Reader, asked: Asked, nights: Nights) -> list[Alert]:
    now = rows.prices(reader, [asked.campaign])
    then = rows.prices(reader, nights.earlier)
    changed = [who for who in sorted(now) if who in then and terms(now[who]) != terms(then[who])]
    if not changed or nights.last is None:
        return []
    effects = _effects(reader, asked.campaign, nights.last, then, now, changed)
    return [_price_alert(asked, who, then[who], now[who], effects) for who in changed]


def _effects(
    reader: Reader,
    campaign: str,
    last: str,
    then: Mapping[str, Price],
    now: Mapping[str, Price],
    changed: Sequence[str],
) -> pl.DataFrame:
    old, new = (grids.at_prices({w: p[w] for w in changed}) for p in (then, now))
    pairs: list[tuple[str, Charges]] = [(last, old), (last, new), (campaign, old), (campaign, new)]
    answers = []
    for night, charges in pairs:
        tasks = queries.rollup(reader, night)["task"].unique().to_list()
        held = queries.answers(reader, night, charges, tasks)
        answers.append(held.filter(pl.col("contestant_id").is_in(changed)))
    return lens.price_effects(answers)


def _price_alert(asked: Asked, who: str, then: Price, now: Price, effects: pl.DataFrame) -> Alert:
    mine = effects.filter(pl.col("contestant_id") == who)
    used = [task for task, name in asked.in_use if name == who]
    by_task = {row["task"]: row for row in mine.iter_rows(named=True)}
    tasks = [t for t in by_task if t in used] or list(by_task)
    price = {t: by_task[t]["price_usd"] for t in tasks}
    behaviour = {t: by_task[t]["behaviour_usd"] for t in tasks}
    money = _money(asked, price, in_use=bool(used))
    other = _money(asked, behaviour, in_use=bool(used))
    return {
        "kind": "price",
        "new": True,
        "contestant_id": who,
        "contestant": _name(asked, who),
        "tasks": tasks,
        "in_use": bool(used),
        **money,
        "behaviour_usd_per_month": other["usd_per_month"],
        "behaviour_usd_per_1k_calls": other["usd_per_1k_calls"],
        "before": _rates(then),
        "after": _rates(now),
    }


def _retirements(reader: Reader, asked: Asked, nights: Nights) -> list[Alert]:
    soon = {
        who: day
        for who, day in _days(asked).items()
        if day <= asked.night + timedelta(days=NOTICE_DAYS[0])
    }
    gone = [who for who in rows.gone(reader, asked.campaign) if who in asked.names]
    before = set(rows.gone(reader, nights.last)) if nights.last else set()
    leaving = sorted({*soon, *gone})
    used = asked.used.filter(pl.col("contestant_id").is_in(leaving))
    moves = _moves(reader, asked, nights, used, leaving)
    found = []
    for who in leaving:
        new = who not in before if who in gone else _is_news(asked, nights, soon[who])
        mine = moves.filter(pl.col("contestant_id") == who)
        found.append(_retirement(asked, who, soon.get(who), who in gone, new, mine))
    return found


def _retirement(
    asked: Asked, who: str, day: date | None, gone: bool, new: bool, moves: pl.DataFrame
) -> Alert:
    known = moves.filter(pl.col("by_id").is_not_null())
    change = {r["task"]: r["by_usd"] - r["usd"] for r in known.iter_rows(named=True)}
    return {
        "kind": "retirement",
        "new": new,
        "contestant_id": who,
        "contestant": _name(asked, who),
        "tasks": moves["task"].to_list(),
        "in_use": moves.height > 0,
        "on": day.isoformat() if day else None,
        "days": (day - asked.night).days if day else None,
        "gone": gone,
        "by": {r["task"]: _name(asked, r["by_id"]) for r in known.iter_rows(named=True)},
        "without": [t for t in moves["task"] if t not in change],
        **_money(asked, change, in_use=moves.height > 0),
    }


def _moves(
    reader: Reader, asked: Asked, nights: Nights, used: pl.DataFrame, leaving: Sequence[str]
) -> pl.DataFrame:
    """Where to move to, by the newest night that has graded answers of the one that goes."""
    found = pl.DataFrame(schema=lens.MOVES)
    for night in (asked.campaign, *nights.earlier[:3]):
        done = found.select("task", "contestant_id")
        left = used.join(done, on=["task", "contestant_id"], how="anti")
        if left.is_empty():
            break
        moves = lens.moves(_billed(reader, night), left, leaving)
        found = pl.concat([found, moves.filter(pl.col("usd").is_not_null())])
    missing = used.join(found, on=["task", "contestant_id"], how="anti")
    blank = missing.with_columns(
        **{k: pl.lit(None, dtype=t) for k, t in lens.MOVES.items() if k not in missing.columns}
    )
    return pl.concat([found, blank.select(lens.MOVES.keys())])


def _days(asked: Asked) -> dict[str, date]:
    dated = retirements(set(asked.models.values()))
    return {who: dated[model] for who, model in asked.models.items() if model in dated}


def _is_news(asked: Asked, nights: Nights, day: date) -> bool:
    """Whether a notice falls due tonight that was not due on the night before."""
    if nights.last is None:
        return True
    then = date.fromisoformat(nights.last[-10:])
    return any(asked.night >= day - timedelta(days=n) > then for n in NOTICE_DAYS)


def _billed(reader: Reader, campaign: str) -> Any:
    return grids.night(reader, campaign, grids.as_billed(reader, campaign))


def _money(
    asked: Asked,
    change: Mapping[str, float],
    interval: Mapping[str, tuple[float, float]] | None = None,
    in_use: bool = True,
) -> dict[str, Any]:
    """Dollars a month over the tasks whose calls are known; and of 1,000 calls, tasks alike."""
    told = [t for t in change if t in asked.monthly and in_use]
    whole = bool(change) and len(told) == len(change)
    found: dict[str, Any] = {
        "calls_per_month": sum(asked.monthly[t] for t in told) if told else None,
        "usd_per_month": _tidy(sum(change[t] * asked.monthly[t] for t in told)) if whole else None,
        "usd_per_1k_calls": _tidy(1000 * sum(change.values()) / len(change)) if change else None,
    }
    if interval is not None:
        for i, end in enumerate(("low", "high")):
            by_task = {t: pair[i] for t, pair in interval.items()}
            month = sum(by_task[t] * asked.monthly[t] for t in told) if whole else None
            found[f"usd_per_month_{end}"] = _tidy(month)
            found[f"usd_per_1k_calls_{end}"] = _tidy(1000 * sum(by_task.values()) / len(by_task))
    return found


def _rates(price: Price) -> dict[str, Any]:
    """The figures of a price that people compare."""
    named = {f"{k}_usd_per_mtok": v for k, v in vars(price.rates).items()}
    others = ("usd_per_request", "usd_per_hour", "usd_per_cpu_hour", "utilisation")
    named |= {k: getattr(price, k) for k in others}
    return {k: v for k, v in named.items() if v is not None} or {"missing": price.missing}


def _name(asked: Asked, who: str) -> str:
    return asked.names.get(who, who)


def _tidy(value: float | int | None) -> float | int | None:
    """Six significant digits; None for what is not known."""
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None
