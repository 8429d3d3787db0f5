"""The same cost in SQL: price lines as a table, and the sums that charge attempts by them.

DuckDB computes in DECIMAL, which is exact, so sums over attempts don't depend on the order of rows
and equal Python's to the last digit. A cost is linear in what an attempt used, so a group's cost is
its summed quantities times the line's rates: nothing is multiplied row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data.pricing.lines import AMOUNTS, Line

USD = "DECIMAL(38, 27)"


@dataclass(frozen=True)
class Charges:
    """Price lines with the SQL expression, over attempts `a`, of the key they are joined by."""

    key: str
    lines: pl.DataFrame
    lacking_mode: tuple[str, ...] = ()
    """Names of contestants whose list price says nothing of the basis's service mode."""
    per_answer: bool = False
    """A prompt shape is charged once for each scored answer, however many tries it took."""
    held: pl.DataFrame | None = None
    """On dated bases: contestant_id, price_basis, price_source, price_from, usd_per_cpu_hour."""

    @property
    def rounded_lines(self) -> pl.DataFrame:
        """The lines with rates as doubles, for statistics that need no last digit."""
        return self.lines.with_columns(pl.col(AMOUNTS).cast(pl.Float64))


SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int32(),
    "key": pl.String(),
    "reason": pl.String(),
    "needs": pl.String(),
    "over": pl.Int64(),
    "upto": pl.Int64(),
    "from_minute": pl.Int32(),
    "until_minute": pl.Int32(),
    **{name: pl.Decimal(20, 18) for name in AMOUNTS},
    # A prompt shape is charged as one amount a request: up to DEAREST_CALL dollars.
    "request": pl.Decimal(24, 18),
}
TABLE = "price_lines"
"""The name under which queries expect the lines."""


def lines_frame(priced: Mapping[str, Sequence[Line] | str]) -> pl.DataFrame:
    """Price lines by key (a price_id or a contestant_id); a key without a price has a reason."""
    rows: list[dict[str, object]] = []
    for key, lines in priced.items():
        for line in [Line("none")] if isinstance(lines, str) else lines:
            row = {name: getattr(line, name) for name in list(SCHEMA)[3:]}
            reason = lines if isinstance(lines, str) else None
            rows.append({"line": len(rows), "key": key, "reason": reason, **row})
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def joined(key: str) -> str:
    """`LEFT JOIN` of attempts `a` with the line `p` that charges them; key is an SQL expression."""
    # A conversation's tokens are the sum of its calls': the tier is that of the middle one.
    n_in = "(coalesce(a.input_tokens, 0) // coalesce(a.calls, 1))"
    minute = "((isodow(a.started_at) - 1) * 1440 + hour(a.started_at) * 60 + minute(a.started_at))"
    return (
        f"LEFT JOIN {TABLE} p ON p.key = {key} AND {n_in} > p.over AND {n_in} <= p.upto "
        f"AND {minute} >= p.from_minute AND {minute} < p.until_minute"
    )


def reason() -> str:
    """Reason code why an attempt `a` joined with `p` has no cost; null when it has one."""
    return (
        "CASE WHEN p.key IS NULL THEN 'price_not_stored' "
        "WHEN p.reason IS NOT NULL THEN p.reason "
        "WHEN p.needs = 'tokens' AND (a.input_tokens IS NULL OR a.output_tokens IS NULL) "
        "THEN 'usage_missing' "
        "WHEN (p.needs = 'busy' AND a.duration_s IS NULL) "
        "OR (p.needs = 'cpu' AND a.cpu_s IS NULL) THEN 'time_missing' "
        "WHEN p.needs = 'told' AND a.billed_usd IS NULL THEN 'cost_not_told' END"
    )


_READ = "least(coalesce(a.cache_read_tokens, 0), coalesce(a.input_tokens, 0))"
_WRITTEN = f"least(coalesce(a.cache_write_tokens, 0), coalesce(a.input_tokens, 0) - {_READ})"
_HOUR = f"least(coalesce(a.cache_write_1h_tokens, 0), {_WRITTEN})"
_THOUGHT = "least(coalesce(a.reasoning_tokens, 0), coalesce(a.output_tokens, 0))"
COUNTED = {
    "input": f"coalesce(a.input_tokens, 0) - {_READ} - {_WRITTEN}",
    "cache_read": _READ,
    "cache_write": f"{_WRITTEN} - {_HOUR}",
    "cache_write_1h": _HOUR,
    "output": f"coalesce(a.output_tokens, 0) - {_THOUGHT}",
    "reasoning": _THOUGHT,
    "request": "coalesce(a.calls, 1)",
}
TIMED = {"busy_s": "a.duration_s", "cpu_s": "a.cpu_s"}
"""What an attempt `a` used of each amount of its line; parts larger than their total are cut."""
TOLD = "CAST(CAST(coalesce(a.billed_usd, 0) AS VARCHAR) AS DECIMAL(24, 15))"
"""Dollars that the contestant of an attempt `a` named."""


def quantities() -> str:
    """Sums over a group of attempts `a` joined with `p` of what they used, named q_<amount>."""
    sums = [f"sum({used}) AS q_{name}" for name, used in COUNTED.items()]
    # Exactly the decimal that the number reads as; only where it is charged, since it is slow.
    sums += [
        f"sum(CASE WHEN p.{name} > 0 THEN {_exact_seconds(column)} ELSE 0 END) AS q_{name}"
        for name, column in TIMED.items()
    ]
    sums.append(f"sum(CASE WHEN p.told > 0 THEN {TOLD} ELSE 0 END) AS q_told")
    return ", ".join(sums)


def charged() -> str:
    """Dollars of summed quantities `q` by their line `p`, as DECIMAL(38, 27)."""
    parts = [f"(q.q_{name}::{_count(name)} * p.{name})::{USD}" for name in COUNTED]
    parts += [f"(q.q_{name}::DECIMAL(18, 9) * p.{name})::{USD}" for name in TIMED]
    parts.append(f"q.q_told::{USD}")
    return " + ".join(parts)


def usd() -> str:
    """Dollars of one attempt `a` by its line `p`, as DECIMAL(38, 27); null when unknown."""
    parts = [f"(({used})::{_count(name)} * p.{name})::{USD}" for name, used in COUNTED.items()]
    parts += [f"({_exact_seconds(used)} * p.{name})::{USD}" for name, used in TIMED.items()]
    parts.append(f"(CASE WHEN p.told > 0 THEN {TOLD} ELSE 0 END)::{USD}")
    return f"CASE WHEN {reason()} IS NULL THEN {' + '.join(parts)} END"


def rounded_usd() -> str:
    """Dollars of one attempt `a` as a DOUBLE; quickest by lines whose rates are doubles."""
    parts = [f"({used}) * p.{name}::DOUBLE" for name, used in COUNTED.items()]
    parts += [f"coalesce({used}, 0) * p.{name}::DOUBLE" for name, used in TIMED.items()]
    parts.append("coalesce(a.billed_usd, 0) * p.told::DOUBLE")
    return f"CASE WHEN {reason()} IS NULL THEN {' + '.join(parts)} END"


def as_double(dollars: str) -> str:
    """The last step: dollars with fifteen decimals, as the nearest DOUBLE.

    By its text, since DuckDB's own cast from DECIMAL rounds twice.
    """
    return f"CAST(CAST(round({dollars}, 15) AS VARCHAR) AS DOUBLE)"


def _count(name: str) -> str:
    """Width of a count: with its rate's it must fit DuckDB's 38 digits."""
    return "DECIMAL(10, 0)" if name == "request" else "DECIMAL(18, 0)"


def _exact_seconds(column: str) -> str:
    return f"CAST(CAST(coalesce({column}, 0) AS VARCHAR) AS DECIMAL(16, 9))"
