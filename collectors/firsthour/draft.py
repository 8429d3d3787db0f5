"""The experiment as it will be written, with what it would cost."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from collectors import preflight
from collectors.budget import worst_case_usd
from collectors.experiment import Experiment, parse
from collectors.firsthour.abilities import output_cap
from collectors.firsthour.file import Entry, render
from collectors.firsthour.probe import Probe
from collectors.firsthour.proposal import Pick
from collectors.plan import Planned, plan
from collectors.providers.local.registry import is_local
from data.price import Price
from data.pricing import cost_usd
from data.records import Usage
from data.wording import usd

LEAST_BUDGET_USD = 1.0
BYTES_PER_TOKEN = 4
ASSUMED_ANSWER = 300
"""Tokens of an answer of which nothing is known yet; `isocost plan` assumes the same."""
MARGIN = 1.5
"""Budget over estimate: answers are as long as they are."""


@dataclass(frozen=True)
class Draft:
    """A file's text and what stands in it."""

    text: str
    experiment: Experiment
    attempts: int
    usd: float
    """Estimated for those with a list price."""
    unknown: int
    """Contestants whose cost nobody can tell beforehand."""
    budget_usd: float


def entries(picks: Sequence[Pick], probes: Sequence[Sequence[Probe]]) -> list[Entry]:
    """A table for each pick; what its probes (none: not probed) showed decides if it enters."""
    told = zip(picks, probes or [()] * len(picks), strict=True)
    return _apart([_entry(pick, tried) for pick, tried in told], picks)


def draft(
    path: Path, made: Sequence[Entry], now: datetime, budget_usd: float | None = None
) -> Draft:
    """The text, read back by `experiment.parse`, with a budget above its estimate."""
    name = campaign(path)
    experiment = parse(render(name, made), str(path))
    charged = preflight.prices(experiment.entrants, now)
    caps = {
        e.contestant.contestant_id: output_cap(e.contestant.model, e.api_base)
        for e in experiment.entrants
        if not is_local(e.contestant.model)
    }
    planned = plan(experiment, name, {})
    known, worst, nameless = 0.0, 0.0, set()
    for one in planned.todo:
        who = one.entrant.contestant.contestant_id
        expected = _expected_usd(one, charged[who])
        known += expected or 0.0
        worst = max(worst, worst_case_usd(one, charged[who], caps.get(who)))
        if expected is None:
            nameless.add(who)
    unknown = len(nameless)
    budget = budget_usd or _round_up(max(LEAST_BUDGET_USD, MARGIN * known + worst))
    remark = (
        f"A ceiling in dollars that the run never passes. Estimated at list prices: "
        f"{usd(known) if known else '$0'} for {len(planned.todo):,} attempts"
        + (f", plus {unknown} contestants whose cost is not known beforehand" if unknown else "")
        + f"; answers of more than {ASSUMED_ANSWER} tokens cost more. One call can reserve up to "
        f"{usd(worst) if worst else '$0'} while it is in flight."
    )
    text = render(name, made, budget, remark)
    whole = parse(text, str(path))
    return Draft(text, whole, len(planned.todo), known, unknown, budget)


def _expected_usd(planned: Planned, price: Price) -> float | None:
    """Dollars at list prices; None for what is charged by time, or not priced."""
    size = sum(len(m["content"].encode("utf-8", "replace")) for m in planned.prompt.messages)
    answer = min(planned.max_tokens or ASSUMED_ANSWER, ASSUMED_ANSWER)
    return cost_usd(price, Usage(max(1, size // BYTES_PER_TOKEN), answer))


def campaign(path: Path) -> str:
    """The experiment's name: the file's."""
    bare = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem)[:80].lstrip("._-")
    return bare or "experiment"


def _entry(pick: Pick, tried: Sequence[Probe]) -> Entry:
    lost = [p for p in tried if not p.reached]
    if tried and len(lost) == len(tried):
        return Entry(pick.table, pick.why, problem(lost[0]))
    remark = f"{pick.why[:1].upper()}{pick.why[1:]}."
    if pick.candidate.own_price and pick.usd_per_hour is None:
        remark += " Its price is the one its provider listed today; the catalogue has none."
    if pick.max_tokens:
        remark += " Its longest answer is not known: max_tokens is what a budget counts with."
    if pick.accepted and not pick.effort:
        remark += f" It takes effort = {', '.join(pick.accepted)}."
    for one in lost:
        remark += f" Left out: effort '{one.entrant.contestant.effort}', {problem(one)}."
    kept = tuple(p.entrant.contestant.effort or "" for p in tried if p.reached)
    return Entry((replace(pick, effort=kept) if lost else pick).table, remark)


def problem(probe: Probe) -> str:
    """Why a probe brought no answer. A refused key is named, never what the server says of it."""
    said = probe.completion.error or "no answer"
    if said.startswith("AuthenticationError"):
        return f"the key in {probe.entrant.api_key_env or 'the environment'} is refused"
    return said


def _apart(made: list[Entry], picks: Sequence[Pick]) -> list[Entry]:
    """Contestants of the same model at two places are named by their place."""
    titles = [pick.candidate.model.rpartition("/")[2] for pick in picks]
    named = []
    for entry, pick, title in zip(made, picks, titles, strict=True):
        if titles.count(title) > 1:
            at = urlsplit(pick.candidate.source.base).netloc if pick.candidate.source.own else ""
            name = f"{title} ({at or pick.candidate.source.name})"
            model, rest = entry.table["model"], {**entry.table}
            entry = replace(entry, table={"model": model, "name": name, **rest})
        named.append(entry)
    return named


def _round_up(amount: float) -> float:
    """To two digits, so that the file reads well."""
    step = 10.0 ** (math.floor(math.log10(amount)) - 1)
    return float(f"{math.ceil(amount / step - 1e-9) * step:.6g}")
