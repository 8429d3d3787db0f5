"""`isocost models`: what is known about a model, and which model a provider's name means."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from data.catalog.models import Fact, Value, models, size_tier
from data.catalog.names import Resolved, unresolved
from data.catalog.names import resolve as resolve_name
from data.catalog.sources import labs, sources
from data.errors import IsocostError

DETAILS = ("provider", "region", "snapshot", "quantisation", "variant")
WIDEST = 100
"""A longer name is cut where it is shown as text; JSON has all of it."""


def show(args: argparse.Namespace) -> int:
    """Print what each of `args.names` means and every fact of its model; 2 if one is unknown."""
    found = [resolve_name(name) for name in args.names]
    if args.json:
        print(json.dumps([_record(one) for one in found], indent=2))
    elif known := [_text(one) for one in found if one.model_id is not None]:
        print("\n\n".join(known))
    for one in found:
        if one.model_id is None:
            print(f"isocost: {_unknown(one)}", file=sys.stderr)
    return 2 if any(one.model_id is None for one in found) else 0


def resolve(args: argparse.Namespace) -> int:
    """Print what each line of `args.file` (None or '-': standard input) means."""
    names = _lines(args.file)
    found = [resolve_name(name) for name in names]
    if args.unresolved:
        missing = unresolved(names)
        if args.json:
            keys = ("text", "count", "suggestions")
            print(json.dumps([dict(zip(keys, row, strict=True)) for row in missing], indent=2))
        else:
            counted = [(f"{n:,}", visible(name), ", ".join(near)) for name, n, near in missing]
            _print_columns([("count", "name", "nearest"), *counted])
    elif args.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        _print_columns([("name", "model", *DETAILS, "how"), *map(_row, found)])
    known = sum(one.model_id is not None for one in found)
    print(f"{known:,} of {len(found):,} names resolved.", file=sys.stderr)
    return 0


def visible(text: str) -> str:
    """Text that is safe in a terminal: control characters as escapes, cut when very long."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= WIDEST else f"{shown[: WIDEST - 1]}…"


def _lines(file: Path | None) -> list[str]:
    """Names, one a line, without empty lines."""
    try:
        piped = file is None or str(file) == "-"
        raw = sys.stdin.buffer.read() if piped else Path(str(file)).read_bytes()
    except OSError as error:
        raise IsocostError(
            f"Can't read {file}: {error.strerror or error}. Name a text file with one name a line."
        ) from error
    lines = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace").split("\n")
    return [line.strip() for line in lines if line.strip()]


def _unknown(one: Resolved) -> str:
    near = f" Nearest: {', '.join(one.suggestions)}." if one.suggestions else ""
    return f"no model of the catalogue is known as '{visible(one.text)}'.{near}"


def _row(one: Resolved) -> tuple[str, ...]:
    details = (getattr(one, name) for name in DETAILS)
    return (
        visible(one.text),
        one.model_id or "?",
        *("-" if value is None else visible(value) for value in details),
        one.how if one.model_id else f"unknown; nearest: {', '.join(one.suggestions) or 'none'}",
    )


def _text(one: Resolved) -> str:
    model = models()[str(one.model_id)]
    said = ", ".join(
        f"{name} {visible(getattr(one, name))}" for name in DETAILS if getattr(one, name)
    )
    lines = [f"{visible(one.text)} is {model.id}: {model.name} (by {one.how})"]
    if said:
        lines.append(f"  deployment: {said}")
    if model.aliases:
        lines.append(f"  also known as: {', '.join(map(visible, model.aliases))}")
    lines += [f"  {line}" for line in _columns([_fact(f) for f in model.facts])]
    return "\n".join(lines if model.facts else [*lines, "  No facts are known."])


def _fact(fact: Fact) -> Sequence[str]:
    source = sources().get(fact.source or "")
    note = " (estimated)" if fact.estimated else ""
    where = f"{source.title}, checked {source.checked}" if source else "no source"
    more = f"; {fact.note}" if fact.note else ""
    return (fact.key, f"{_written(fact.value)}{note}", f"{where}{more}")


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else visible(str(value))


def _record(one: Resolved) -> dict[str, Any]:
    """A resolved name with its model's facts, for JSON."""
    record: dict[str, Any] = asdict(one)
    if one.model_id is None:
        return record
    model = models()[one.model_id]
    lab = labs().get(str(model.get("lab")))
    record |= {
        "name": model.name,
        "aliases": list(model.aliases),
        "country": lab.country if lab else None,
        "size_tier": size_tier(model.count("params_total")),
        "facts": [],
    }
    for fact in model.facts:
        source = sources().get(fact.source or "")
        value = fact.value.isoformat() if isinstance(fact.value, date) else fact.value
        record["facts"].append(
            {
                "key": fact.key,
                "value": value,
                "estimated": fact.estimated,
                "note": fact.note,
                "source": fact.source,
                "title": source.title if source else None,
                "url": source.url if source else None,
                "checked": source.checked.isoformat() if source else None,
            }
        )
    return record


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, every column but the last as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _print_columns(rows: Sequence[Sequence[str]]) -> None:
    for line in _columns(rows):
        print(line)
