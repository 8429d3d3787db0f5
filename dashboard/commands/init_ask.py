"""What `isocost init` asks a person at a terminal, and what stands for the answers elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from collectors.firsthour.proposal import Pick
from collectors.firsthour.sources import Source
from dashboard.commands.ask import read_line
from dashboard.commands.init_text import place
from dashboard.commands.models import visible
from data.errors import ExperimentError


def say(text: str) -> None:
    """A line for people, beside the results."""
    print(text, file=sys.stderr, flush=True)


def agreed(path: Path) -> bool:
    return _answer(f"{path} exists. Replace it? [y/N] ").lower() in ("y", "yes")


def kept(picks: list[Pick]) -> list[Pick]:
    """Those whose numbers the user writes; all of them for Enter."""
    while True:
        chosen = numbers(_answer("Keep which? Numbers such as 1-3,5; Enter for all: "), len(picks))
        if chosen is not None:
            return [picks[i - 1] for i in chosen]
        say(f"Write numbers from 1 to {len(picks)}.")


def numbers(text: str, most: int) -> list[int] | None:
    """The numbers of '1-3,5' in order; None when they can't be read."""
    if not text:
        return list(range(1, most + 1))
    found: set[int] = set()
    for part in re.split(r"[,\s]+", text.strip(" ,")):
        span = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part, re.ASCII)
        if span is None:
            return None
        found |= set(range(int(span[1]), int(span[2] or span[1]) + 1))
    return sorted(found) if found and found <= set(range(1, most + 1)) else None


def _answer(question: str) -> str:
    """One line from the terminal; a closed one means stop."""
    print(question, end="", file=sys.stderr, flush=True)
    line = read_line()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def rates(given: Sequence[str]) -> dict[str, float]:
    """Dollars an hour by server; '' for every server that isn't named."""
    stated: dict[str, float] = {}
    for text in given:
        name, _, amount = text.rpartition("=")
        rate = _amount(amount)
        if rate is None:
            raise ExperimentError(
                f"--usd-per-hour {visible(text)}: write dollars above 0, such as 2.5 or vLLM=2.5."
            )
        stated[name.casefold()] = rate
    return stated


def _amount(text: str) -> float | None:
    try:
        amount = float(text)
    except ValueError:
        return None
    return amount if 0 < amount < 1e6 else None


def hourly(picks: list[Pick], given: Sequence[str], asking: bool) -> list[Pick]:
    """The user's own servers with the price of their machines."""
    stated = rates(given)
    own = list(dict.fromkeys(p.candidate.source for p in picks if p.candidate.source.own))
    known = {name.casefold() for source in own for name in _names(source)}
    for name in stated:
        if name and name not in known:
            named = ", ".join(sorted(f"{s.name} at {s.base}" for s in own)) or "none"
            raise ExperimentError(
                f"--usd-per-hour names '{visible(name)}', which is no server found. Servers: "
                f"{visible(named)}."
            )
    priced = {source: _hour(source, stated, asking) for source in own}
    return [replace(p, usd_per_hour=priced.get(p.candidate.source)) for p in picks]


def _names(source: Source) -> tuple[str, ...]:
    return (source.name, source.base, urlsplit(source.base).netloc)


def _hour(source: Source, stated: dict[str, float], asking: bool) -> float | None:
    rate = next((stated[n.casefold()] for n in _names(source) if n.casefold() in stated), None)
    rate = stated.get("") if rate is None else rate
    while rate is None and asking:
        text = _answer(f"$ an hour of the machine behind {place(source)} (Enter: not known): ")
        rate = _amount(text.removeprefix("$"))
        if not text:
            break
        if rate is None:
            say("Write dollars above 0, such as 2.5.")
    if rate is None:
        say(
            f"{place(source)} stays unpriced: its capability is measured, its cost is unknown. "
            "Add price = { usd_per_hour = ... } or --usd-per-hour."
        )
    return rate
