"""`isocost prices`: what a deployment charges on a day, and what a newer price map would change."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dashboard.commands.models import visible
from data.catalog import files, litellm_map, price_edit, prices
from data.catalog import refresh as refreshing
from data.catalog.deployments import Deployment
from data.catalog.price_lines import moment, naive_utc, plain
from data.catalog.sources import sources
from data.errors import CatalogError, CostError
from data.price import CLASSES, OffPeak, Price, Rates
from data.pricing import basis

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
REASONS = {
    "no_price_on_date": "no price is known for this date",
    "zero_not_free": "unpriced: the list says 0, and the allow-list does not say it is free",
}
NAMED = 10
"""How many deployments a summary names before it counts."""


def refresh(args: argparse.Namespace) -> int:
    """Print what the map would add as a diff, and write it when asked to."""
    today = datetime.now(UTC).date()
    on = today if args.on is None else parse_moment(args.on, days_only=True).date()
    folder = refreshing.target(args.into)
    file = litellm_map.load(getattr(args, "from"))
    listing = litellm_map.prices(file, on.isoformat())
    found = refreshing.compare(listing, on.isoformat(), folder)
    texts = price_edit.planned(found, file, folder, today)
    made = not folder.parent.is_dir()
    if args.write:
        price_edit.write(texts, folder)
    sys.stdout.write(price_edit.diff(texts, folder))
    print("\n".join(_summary(file, listing, found, on)), file=sys.stderr)
    print("\n".join(_outcome(texts, folder, args.write, made)), file=sys.stderr)
    return 0


def show(args: argparse.Namespace) -> int:
    """Print the price of each model string on a date; 2 when one is unknown."""
    when = naive_utc(datetime.now(UTC)) if args.on is None else parse_moment(args.on)
    models = [*args.models, *(_listed(args.file) if args.file else [])]
    if not models:
        raise CatalogError(
            "Name a model, such as openai/gpt-5-mini, or a list of them with --file."
        )
    answers = [(model, prices.price_on(model, when)) for model in models]
    if args.json:
        print(json.dumps([_record(m, f, when) for m, f in answers], indent=2))
    else:
        known = ["\n".join(_card(m, f, when)) for m, f in answers if f.reason != _UNKNOWN]
        if known:
            print("\n\n".join(known))
    unknown = [(model, found) for model, found in answers if found.reason == _UNKNOWN]
    for model, _ in unknown:
        near = ", ".join(map(visible, prices.nearest(model)))
        hint = f" Nearest: {near}." if near else ""
        print(f"isocost: no price is known for '{visible(model)}'.{hint}", file=sys.stderr)
    return 2 if unknown else 0


def parse_moment(text: str, days_only: bool = False) -> datetime:
    """YYYY-MM-DD, or a time YYYY-MM-DDTHH:MM[:SS][Z or +hh:mm], as naive UTC.

    CatalogError for anything else.
    """
    if not (days_only and "T" in text):
        with suppress(CostError):
            return basis.moment(text)
    times = "" if days_only else " or a time in UTC such as 2026-11-23T16:00"
    raise CatalogError(f"--on '{visible(text)}': write a date such as 2026-11-23{times}.")


_UNKNOWN = "unknown_deployment"


def _outcome(
    texts: dict[Path, tuple[str, str]], folder: Path, written: bool, made: bool
) -> Iterator[str]:
    """What was done, and how to make it count."""
    if not texts:
        yield "Nothing to add."
    elif not written:
        yield f"Nothing was written: review the diff, then add --write (it goes to {folder})."
    else:
        new = f", in a new catalogue {folder.parent}" if made else ""
        yield f"Written to {folder}{new}."
    if texts and written and not refreshing.is_read(folder):
        yield (
            f"This folder is not read as things stand: set {files.VARIABLE}={folder.parent}, or "
            f"move its files into ./{files.USUAL}."
        )


def _summary(
    file: litellm_map.MapFile,
    listing: litellm_map.Listing,
    found: refreshing.Comparison,
    on: date,
) -> Iterator[str]:
    yield f"{visible(file.where)}, sha256 {file.sha256[:12]}, against the prices in force on {on}:"
    yield from _named("new", found.new)
    yield from _named("changed", found.changed)
    yield from _named("vanished (kept in the catalogue)", found.vanished)
    yield from _named("of your own prices kept", found.own)
    yield f"  {found.unchanged:,} unchanged"
    total = sum(listing.skipped.values())
    yield f"  {total:,} entries skipped" + (":" if total else "")
    ranked = sorted(listing.skipped.items(), key=lambda item: (-item[1], item[0]))
    for reason, count in (r for r in ranked if not r[0].startswith("mode ")):
        yield f"    {count:,} {visible(reason)}"
    modes = [(r.removeprefix("mode "), n) for r, n in ranked if r.startswith("mode ")]
    if modes:
        kinds = ", ".join(f"{visible(mode)} {n:,}" for mode, n in modes)
        yield f"    {sum(n for _, n in modes):,} of other kinds: {kinds}"
    for line in found.checks():
        yield f"check: {visible(line)}"


def _named(what: str, deployments: Sequence[Deployment] | dict[Deployment, Any]) -> Iterator[str]:
    names = [visible(str(d)) for d in deployments]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    yield f"  {len(names):,} {what}" + (f": {', '.join(names[:NAMED])}{more}" if names else "")


def _listed(file: str | Path) -> list[str]:
    """Names in a file ('-': standard input), one a line; what follows a # is a remark."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else Path(file).read_bytes()
        lines = raw.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"Can't read {file}: {error}.") from error
    found = [line.partition("#")[0].strip() for line in lines]
    return [model for model in found if model]


def _record(model: str, found: prices.Found, when: datetime) -> dict[str, Any]:
    before, after = _around(model, when)
    price = found.price
    return {
        "model": model,
        "deployment": found.deployment,
        "on": when.isoformat(),
        "reason": found.reason,
        "price": None if price is None else {"price_id": price.price_id, **asdict(price)},
        "before": [asdict(p) for p in before],
        "after": [asdict(p) for p in after],
        "nearest": prices.nearest(model) if found.reason == _UNKNOWN else [],
    }


def _around(model: str, when: datetime) -> tuple[list[Price], list[Price]]:
    """Periods before the one in force, and those that begin later."""
    known = prices.history(model)
    now = prices.in_force(known, when)
    after = [p for p in known if moment(p.valid_from) > when]
    return [p for p in known if p is not now and p not in after], after


def _card(model: str, found: prices.Found, when: datetime) -> Iterator[str]:
    named = visible(found.deployment)
    if found.deployment != model:
        named = f"{visible(model)} = {named}"
    stamp = when.date().isoformat()
    if when != naive_utc(when.date()):
        exact = when.second and not when.microsecond
        stamp = when.isoformat(timespec="seconds" if exact else "minutes")
    price = found.price
    if price is None:
        yield f"{named}, {stamp}: {REASONS[str(found.reason)]}"
    else:
        until = f" until {price.valid_until}" if price.valid_until else ""
        yield f"{named}, {stamp}"
        yield f"  {_since(price)} {price.valid_from}{until}, {_source(price)}"
        yield from _lines(price)
    before, after = _around(model, when)
    for what, period in [("before", p) for p in before] + [("after", p) for p in after]:
        yield f"  {what}: from {period.valid_from}: {_short(period)}, {_source(period)}"


def _lines(price: Price) -> Iterator[str]:
    if price.free:
        yield "  free"
        return
    yield from _grid([row for row in _rows(price) if row[1] != Rates()])
    if price.off_peak is not None:
        yield f"  off-peak: {_windows(price.off_peak)} (UTC)"
    for name, number, unit in (
        ("request", price.usd_per_request, "$ a request"),
        ("machine", price.usd_per_hour, "$ an hour"),
        ("utilisation", price.utilisation, "of its hours"),
        ("prefill", price.prefill_tokens_per_s, "input tokens a second"),
        ("decode", price.decode_tokens_per_s, "output tokens a second"),
        ("CPU core", price.usd_per_cpu_hour, "$ an hour"),
    ):
        if number is not None:
            yield f"  {name}: {_amount(number)} {unit}"


def _rows(price: Price) -> Iterator[tuple[str, Rates]]:
    yield "standard", price.rates
    for tier in price.tiers:
        yield f"over {tier.over_input_tokens:,} input tokens", tier.rates
    for mode, terms in price.modes.items():
        yield mode, terms.rates
        for tier in terms.tiers:
            yield f"{mode}, over {tier.over_input_tokens:,}", tier.rates
    if price.off_peak is not None:
        yield "off-peak", price.off_peak.rates


def _grid(rows: list[tuple[str, Rates]]) -> Iterator[str]:
    """Aligned, one column for each class that any row states; '-' is not stated."""
    columns = [c for c in CLASSES if any(getattr(r, c) is not None for _, r in rows)]
    if not columns:
        return
    table = [["$ per million tokens", *(c.replace("_", " ") for c in columns)]]
    for name, rates in rows:
        amounts = (getattr(rates, c) for c in columns)
        table.append([name, *("-" if a is None else _amount(a) for a in amounts)])
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        cells = (cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))
        yield f"  {row[0].ljust(widths[0])}  {'  '.join(cells)}"


def _windows(off_peak: OffPeak) -> str:
    by_days: dict[tuple[int, ...], list[str]] = {}
    for window in off_peak.windows:
        by_days.setdefault(window.days, []).append(f"{window.start}-{window.end}")
    return "; ".join(f"{_days(days)} {', '.join(times)}" for days, times in by_days.items())


def _days(days: tuple[int, ...]) -> str:
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0] - 1]}-{DAYS[days[-1] - 1]}"
    return " ".join(DAYS[day - 1] for day in days)


def _short(price: Price) -> str:
    if price.basis != "tokens":
        number = price.usd_per_hour if price.basis == "machine" else price.usd_per_cpu_hour
        return f"{_amount(number or 0)} an hour"
    amounts = (price.rates.input, price.rates.output)
    return " / ".join("-" if a is None else _amount(a) for a in amounts) + " input / output"


def _since(price: Price) -> str:
    """A list that was read on that day may have held for long: it is known from then on."""
    known = sources().get(price.source)
    read_then = known is not None and known.checked.isoformat() == price.valid_from
    return "known from" if read_then else "in force since"


def _source(price: Price) -> str:
    known = sources().get(price.source)
    checked = f", read {known.checked}" if known else ""
    return f"source {visible(price.source) or 'not stated'}{checked}"


def _amount(number: float) -> str:
    return plain(number).removesuffix(".0")
