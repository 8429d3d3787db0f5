"""What `isocost init` found, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collectors.firsthour.draft import Draft, problem
from collectors.firsthour.listing import Listing
from collectors.firsthour.probe import Probe
from collectors.firsthour.proposal import Pick
from collectors.firsthour.services import variables
from collectors.firsthour.sources import Source
from dashboard.commands.models import visible
from dashboard.commands.table import aligned
from data.wording import usd

ENDS = {"truncated": "cut at its limit", "refused": "refused to answer"}


def place(source: Source) -> str:
    if source.own:
        return f"{source.name} at {source.base}"
    return f"{source.name} ({source.key_env})"


def told(listing: Listing) -> str:
    if listing.error:
        return listing.error
    strange = f", {listing.strange:,} with unusable names left out" if listing.strange else ""
    return f"{len(listing.models):,} models{strange}"


def proposal(picks: Sequence[Pick]) -> str:
    rows = [
        [
            f"{number}  {visible(pick.candidate.model)}",
            *_amounts(pick),
            _efforts(pick),
            visible(pick.why),
        ]
        for number, pick in enumerate(picks, 1)
    ]
    return aligned(rows, ("contestant", "$/1M in", "$/1M out", "efforts", "why"))


def _amounts(pick: Pick) -> tuple[str, str]:
    known = pick.candidate.usd
    return ("?", "?") if known is None else (usd(known[0]), usd(known[1]))


def _efforts(pick: Pick) -> str:
    if pick.accepted is None:
        return "?"
    if not pick.accepted:
        return "–"
    marked = (f"[{e}]" if e in pick.effort else e for e in pick.accepted)
    return " ".join(marked)


def results(probes: Sequence[Probe]) -> str:
    header = ("contestant", "answered", "seconds", "in/out", "usage", "reasoning", "price", "note")
    return aligned([_row(p) for p in probes], header)


def _row(one: Probe) -> list[str]:
    said, usage = one.completion, one.completion.usage
    seconds = "–" if said.duration_s is None else f"{said.duration_s:.1f}"
    return [
        visible(one.entrant.contestant.name),
        "yes" if one.reached else "no",
        seconds,
        f"{usage.input_tokens}/{usage.output_tokens}" if one.usage else "–",
        ("yes" if one.usage else "no") if one.reached else "–",
        _reasoning(one),
        "no" if one.price.basis == "none" else "yes",
        _note(one),
    ]


def _note(one: Probe) -> str:
    """What the columns don't say; of a failure, why."""
    if not one.reached:
        return visible(problem(one))
    effort, tokens = one.entrant.contestant.effort, one.completion.usage.reasoning_tokens
    notes = [f"effort {effort} accepted" if effort else ""]
    notes += ["yet it reasoned" if effort == "none" and tokens else ""]
    notes += [
        {"truncated": "cut at its limit", "refused": "refused"}.get(one.completion.status, "")
    ]
    return ", ".join(filter(None, notes))


def _reasoning(one: Probe) -> str:
    if not one.reached:
        return "–"
    tokens = one.completion.usage.reasoning_tokens
    return "not reported" if tokens is None else f"{tokens:,}"


def record(
    listings: Sequence[Listing],
    wrong: Sequence[str],
    picks: Sequence[Pick],
    probes: Sequence[Sequence[Probe]],
    written: Draft,
    path: Path,
) -> dict[str, Any]:
    return {
        "looked_for": list(variables()),
        "wrong_addresses": list(wrong),
        "sources": [
            {
                "name": x.source.name,
                "base": x.source.base,
                "api_key_env": x.source.key_env,
                "own": x.source.own,
                "models": [m.name for m in x.models],
                "unusable": x.strange,
                "error": x.error,
            }
            for x in listings
        ],
        "proposed": [
            {
                "model": p.candidate.model,
                "model_id": p.candidate.model_id,
                "usd_per_mtok": p.candidate.usd,
                "usd_per_hour": p.usd_per_hour,
                "accepted_efforts": p.accepted,
                "effort": p.effort,
                "why": p.why,
            }
            for p in picks
        ],
        "probes": [_probe_record(p) for group in probes for p in group],
        "file": str(path),
        "contestants": [e.contestant.name for e in written.experiment.entrants],
        "attempts": written.attempts,
        "estimated_usd": written.usd,
        "without_estimate": written.unknown,
        "budget_usd": written.budget_usd,
    }


def _probe_record(one: Probe) -> dict[str, Any]:
    usage = one.completion.usage
    return {
        "contestant": one.entrant.contestant.name,
        "model": one.entrant.contestant.model,
        "effort": one.entrant.contestant.effort,
        "answered": one.reached,
        "seconds": one.completion.duration_s,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "priced": one.price.basis != "none",
        "usd": one.usd,
        "error": None if one.reached else problem(one),
    }
