"""A night: canaries, the experiment, what failed once more; and what it says of itself."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from collectors import preflight
from collectors.collect import Outcome, collect
from collectors.entrants import Entrant
from collectors.experiment import Experiment
from collectors.hosts import stored_names
from collectors.nightly.canaries import probes, with_canaries
from collectors.plan import CUT, plan
from collectors.providers.model_names import is_hosted
from collectors.providers.router import Providers
from data.errors import CredentialError, ExperimentError, ProviderError
from data.nights import rows, summary
from data.nights.asked import Asked
from data.nights.names import campaign_of
from data.nights.summary import Collected
from data.records import UNSCORED
from data.store import Reader, merge, queries

INTERRUPTED = "interrupted"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ended:
    """How a night ended."""

    told: dict[str, Any] | None
    """Its summary; None when it was interrupted."""


def night(
    experiment: Experiment,
    db: Path,
    on: date,
    *,
    workers: int = 0,
    log: str | None = None,
    say: Say = lambda text: None,
) -> Ended:
    """Collect a night to its end and summarise it; started again, it goes on where it was.

    `on` is the UTC date of its start. Whoever can't be reached is left out and told, so that one
    dead server doesn't cost the others their night; what failed is made once more at the end.
    """
    campaign = campaign_of(experiment.name, on)
    started = time.monotonic()
    send = partial(collect, db=db, campaign=campaign, workers=workers, log=log, say=say)
    first, left_out = _round(experiment, db, campaign, send, False, None, say)
    rounds = [first]
    failed = _failed(db, campaign)
    left_s = _left_s(experiment, started)
    due = first.reason == "complete" and (failed or left_out)
    if due and (left_s is None or left_s > 0):
        say(f"{failed:,} attempts failed: making them once more.")
        again, left_out = _round(experiment, db, campaign, send, True, left_s, say)
        rounds.append(again)
    if any(outcome.reason == INTERRUPTED for outcome in rounds):
        return Ended(None)
    reader = Reader(db)
    collected = Collected(
        reason=next((o.reason for o in reversed(rounds) if o.reason != "complete"), "complete"),
        stopped=dict(rounds[-1].progress.stopped),
        left_out=left_out,
        redone=failed if len(rounds) > 1 else 0,
        unreadable=sum(outcome.unreadable for outcome in rounds),
    )
    try:
        return Ended(summary.summary(reader, asked(experiment, on, reader), collected, say))
    finally:
        reader.close()


def asked(experiment: Experiment, on: date, reader: Reader) -> Asked:
    """What the experiment asks of this night, and how much of it is answered."""
    campaign = campaign_of(experiment.name, on)
    tries = _tries(reader, campaign)
    wanted: Counter[str] = Counter()
    scored: Counter[str] = Counter()
    for planned in plan(experiment, campaign, {}).todo:
        who = planned.entrant.contestant.contestant_id
        wanted[who] += 1
        scored[who] += tries.get(planned.attempt_id, (0, UNSCORED[0]))[1] not in (*UNSCORED, CUT)
    entrants = {e.contestant.contestant_id: e for e in experiment.entrants}
    return Asked(
        experiment=experiment.name,
        night=on,
        in_use=tuple((t, who) for who, e in entrants.items() for t in e.in_use_for),
        monthly=dict(experiment.monthly),
        budget_usd=experiment.budget_usd,
        attempts={who: (wanted[who], scored[who]) for who in entrants},
        models={who: e.contestant.model for who, e in entrants.items() if _is_listed(e)},
        names={who: e.contestant.name for who, e in entrants.items()},
    )


def _round(
    experiment: Experiment,
    db: Path,
    campaign: str,
    send: Callable[..., Outcome],
    redo_failed: bool,
    timeout_s: float | None,
    say: Say,
) -> tuple[Outcome, dict[str, str]]:
    """One collection of whoever can be reached, with what is left of the night's money."""
    reached, left_out = reachable(experiment)
    for name, why in left_out.items():
        say(f"Left out tonight: '{name}': {why}")
    tonight = with_canaries(_within(reached, db, campaign))
    if timeout_s is not None:
        tonight = replace(tonight, timeout_s=timeout_s)
    outcome = send(
        tonight,
        redo_failed=redo_failed,
        extra=lambda _: probes(reached, campaign, _tries(Reader(db), campaign)),
    )
    return outcome, left_out


def reachable(experiment: Experiment) -> tuple[Experiment, dict[str, str]]:
    """The experiment without contestants whose server takes no connection, or whose key is not
    there, and why by name."""
    left_out: dict[str, str] = {}
    kept = []
    bases: dict[str | None, str | None] = {None: None}
    for entrant in experiment.entrants:
        if entrant.api_base not in bases:
            bases[entrant.api_base] = _unreachable(entrant)
        why = bases[entrant.api_base] or _without_key(entrant)
        if why is None:
            kept.append(entrant)
        else:
            left_out[entrant.contestant.name] = why
    if not kept:
        raise ProviderError(next(iter(left_out.values())))
    return replace(experiment, entrants=tuple(kept)), left_out


def _without_key(entrant: Entrant) -> str | None:
    try:
        reached = preflight.endpoints([entrant])
        Providers([entrant.contestant], endpoints=reached).check_keys()
    except (CredentialError, ProviderError) as error:
        return str(error)
    return None


def _unreachable(entrant: Entrant) -> str | None:
    try:
        preflight.check_servers([entrant])
    except ProviderError as error:
        return str(error)
    return None


def _within(experiment: Experiment, db: Path, campaign: str) -> Experiment:
    """The experiment with the ceilings that earlier runs of this night have left of its own.

    Published first is what they journalled: one that was killed has published nothing since.
    """
    merge(db)
    reader = Reader(db)
    spent = rows.spent(reader, campaign, unsettled=True)

    def mine(entrant: Entrant) -> float:
        return sum(spent.get(name, 0.0) for name in stored_names(reader, entrant.contestant))

    return replace(
        experiment,
        budget_usd=_left(experiment.budget_usd, sum(spent.values())),
        entrants=tuple(
            replace(e, budget_usd=_left(e.budget_usd, mine(e))) for e in experiment.entrants
        ),
    )


def _left(ceiling_usd: float | None, spent_usd: float) -> float | None:
    # Nothing left is still a ceiling; free contestants go on under it.
    return None if ceiling_usd is None else max(ceiling_usd - spent_usd, 1e-12)


def _left_s(experiment: Experiment, started: float) -> float | None:
    if experiment.timeout_s is None:
        return None
    return experiment.timeout_s - (time.monotonic() - started)


def _failed(db: Path, campaign: str) -> int:
    """The night's attempts and probes that were made and have no score."""
    return sum(row["attempts"] for row in rows.failures(Reader(db), campaign)) if db.exists() else 0


def _tries(reader: Reader, campaign: str) -> Mapping[str, tuple[int, str]]:
    return {a: (t, s) for a, t, s in queries.tries(reader, campaign).iter_rows()}


def _is_listed(entrant: Entrant) -> bool:
    """Whether a provider's list speaks of it: bundled models, functions and own servers are on
    none."""
    return entrant.api_base is None and is_hosted(entrant.contestant.model)


def check_date(on: date, today: date) -> None:
    """ExperimentError for a night that hasn't begun: it would stand before nights to come."""
    if on > today:
        raise ExperimentError(
            f"--date {on}: that night has not begun; today is {today} (UTC). Leave --date out, or "
            "name the day on which the night to continue began."
        )
