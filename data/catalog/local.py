"""What a CPU hour of a local contestant is charged at, by date."""

from __future__ import annotations

from datetime import date, datetime

from data.catalog import files
from data.errors import CatalogError
from data.price import Price


def local_price(on: datetime | None = None) -> Price:
    """The CPU price in force on a moment (naive UTC), or the newest one; with its source."""
    held = [p for start, p in _history() if on is None or start <= on.date()]
    return held[-1] if held else Price(missing="no_price_on_date")


@files.kept
def _history() -> tuple[tuple[date, Price], ...]:
    """Every price with its first day, in order; the user's own entries come on top."""
    found: dict[date, Price] = {}
    for where, content in files.read("local_prices"):
        files.known(content, ("cpu",), where)
        for table in content.get("cpu", []):
            files.known(table, ("usd_per_cpu_hour", "valid_from", "source"), where)
            start = files.value(table, "valid_from", date, where)
            amount = files.value(table, "usd_per_cpu_hour", float, where)
            if start is None or amount is None or not 0 <= amount < 1e6:
                raise CatalogError(
                    f"{where}: [[cpu]] = {table}: write usd_per_cpu_hour, valid_from and source."
                )
            found[start] = Price(
                usd_per_cpu_hour=float(amount),
                source=files.required(table, "source", where),
                valid_from=start.isoformat(),
            )
    return tuple(sorted(found.items(), key=lambda entry: entry[0]))
