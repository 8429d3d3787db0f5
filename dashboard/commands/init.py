"""`isocost init`: from the keys of the environment to an experiment file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collectors import preflight
from collectors.firsthour import file
from collectors.firsthour.abilities import accepted, output_cap
from collectors.firsthour.bundled import baselines, bundled
from collectors.firsthour.candidates import Candidate, candidates, entrants_of
from collectors.firsthour.draft import Draft, draft, entries
from collectors.firsthour.listing import Listing, ask
from collectors.firsthour.probe import Probe, ceiling, probe
from collectors.firsthour.proposal import MAX_TOKENS, Pick, propose, two_efforts
from collectors.firsthour.services import LOCAL_SERVERS, variables
from collectors.firsthour.sources import sources
from collectors.keys import load_env
from dashboard.commands.init_ask import agreed, hourly, kept, rates, say
from dashboard.commands.init_text import place, proposal, record, results, told
from dashboard.commands.models import visible
from data.errors import ExperimentError
from data.wording import usd


def init(args: argparse.Namespace) -> int:
    """Find, propose, probe, write; 1 when contestants were probed and none answered."""
    _checked(args)
    load_env(Path.cwd(), say)
    asking = sys.stdin.isatty() and sys.stderr.isatty() and not (args.yes or args.json)
    replacing = args.force or (asking and args.output.is_file() and agreed(args.output))
    file.check(args.output, replacing)
    now = datetime.now(UTC).replace(tzinfo=None)
    listings, wrong = _found(args)
    offered = candidates(listings, now)
    picks = _chosen(offered, args, now)
    if not args.json and picks:
        print(proposal(picks), flush=True)
    if asking and picks:
        picks = kept(picks)
    picks = hourly(picks, args.usd_per_hour, asking)
    probes = [] if args.no_probe else _probed(picks, args, now)
    made = entries(picks, probes)
    local = not any(e.failed is None for e in made)
    made += bundled() if local else baselines()
    written = draft(args.output, made, now, args.budget)
    file.write(args.output, written.text, replacing)
    if args.json:
        print(json.dumps(record(listings, wrong, picks, probes, written, args.output), indent=2))
    else:
        _ended(picks, probes, written, args.output, local)
    return 1 if local and picks else 0


def _chosen(offered: Sequence[Candidate], args: argparse.Namespace, now: datetime) -> list[Pick]:
    """At most --most contestants, of which a second effort is one."""
    picks: list[Pick] = []
    for spare in (s for s in (2, 1, 0) if s == 0 or args.most - s > 1):
        most = args.most - spare
        found = propose(offered, now.date(), most, args.most_usd_per_mtok)
        picks = two_efforts(map(_able, found), spare)
        if len(picks) < most or sum(len(p.effort) > 1 for p in picks) == spare:
            break
    return picks


def _able(pick: Pick) -> Pick:
    """With its efforts, and with an output limit where no list says how long it may answer."""
    at = (pick.candidate.model, pick.candidate.source.api_base)
    endless = pick.candidate.usd is not None and output_cap(*at) is None
    return replace(pick, accepted=accepted(*at), max_tokens=MAX_TOKENS if endless else None)


def _checked(args: argparse.Namespace) -> None:
    if not 1 <= args.most <= 100:
        raise ExperimentError(f"--most {args.most}: write a number from 1 to 100.")
    for flag, amount in (
        ("--budget", args.budget),
        ("--most-usd-per-mtok", args.most_usd_per_mtok),
    ):
        if amount is not None and not 0 < amount < 1e6:
            raise ExperimentError(f"{flag} {amount:g}: write dollars above 0.")
    rates(args.usd_per_hour)


def _found(args: argparse.Namespace) -> tuple[list[Listing], list[str]]:
    """Every source's models, told a line each on the way."""
    asked, wrong = sources(os.environ, args.servers, not args.no_local)
    for line in wrong:
        say(f"Left out: {line}")
    listings = ask(asked)
    heard = [x for x in listings if x.source.expected or (x.models and x.error is None)]
    for listing in heard:
        say(f"{visible(place(listing.source))}: {told(listing)}")
    if not any(listing.models for listing in heard):
        ports = "" if args.no_local else f"; {', '.join(s.name for s in LOCAL_SERVERS)} servers"
        say(f"No model was found. Looked for {', '.join(variables())}{ports}.")
    return heard, wrong


def _probed(picks: Sequence[Pick], args: argparse.Namespace, now: datetime) -> list[list[Probe]]:
    """One call for each effort of each pick, in their order."""
    if not picks:
        return []
    entered = [entrants_of(pick.table) for pick in picks]
    flat = [e for group in entered for e in group]
    charged = preflight.prices(flat, now)
    worst = [ceiling(e, charged[e.contestant.contestant_id]) for e in flat]
    most = sum(w for w in worst if w is not None)
    unknown = worst.count(None)
    if args.budget is not None and most > args.budget:
        raise ExperimentError(
            f"Probing {len(flat)} contestants can cost up to {usd(most)}, more than --budget "
            f"{args.budget:g}. Ask for fewer with --most, for cheaper ones with "
            "--most-usd-per-mtok, or leave probing out with --no-probe."
        )
    say(
        f"Probing {len(flat)} contestants with one call each: at most {usd(most) if most else '$0'}"
        + (f", plus {unknown} without a list price" if unknown else "")
        + "."
    )
    tried = iter(probe(flat, [charged[e.contestant.contestant_id] for e in flat]))
    probes = [[next(tried) for _ in group] for group in entered]
    if not args.json:
        print(f"\n{results([p for group in probes for p in group])}", flush=True)
    return probes


def _ended(
    picks: Sequence[Pick],
    probes: Sequence[Sequence[Probe]],
    written: Draft,
    path: Path,
    local: bool,
) -> None:
    tried = [p for group in probes for p in group]
    if spent := sum(p.usd or 0.0 for p in tried):
        say(f"The probes cost {usd(spent)}.")
    if lost := sum(not p.reached for p in tried):
        say(f"{lost} did not answer; they stand in the file as remarks.")
    if local:
        why = "None of them answered" if picks else "Without a key or a server"
        say(f"{why}: the file has the bundled models, which run on this machine.")
    price = f", about {usd(written.usd)}" if written.usd else ""
    who = f"{written.unknown} contestants" if written.unknown > 1 else "1 contestant"
    more = f", the cost of {who} is not known beforehand" if written.unknown else ""
    print(
        f"\nWrote {path}: {len(written.experiment.entrants)} contestants, "
        f"{len(written.experiment.tasks)} tasks, {written.attempts:,} attempts{price}{more}"
        f", budget {usd(written.budget_usd)}.\nNext:\n  isocost plan {path}\n"
        f"  isocost collect {path}"
    )
