"""Which contestants to propose: over the price range, of each key and lab, newest of a family."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from collectors.firsthour.candidates import SPECIAL, Candidate, table
from collectors.firsthour.sources import Source

MOST = 8
MOST_USD_PER_MTOK = 40.0
"""Of output: dearer models are proposed to nobody who does not ask for them."""
OWN_MOST = 3
"""Models of one server of the user's own."""
RECENT = timedelta(days=550)
FEW = 4
"""Fewer are not made fewer still for being old, moving or unknown."""
TWO_EFFORTS = 2
"""Models that are proposed at two efforts."""
MAX_TOKENS = 8192
"""Output limit of a model whose own nobody knows: a budget can't hold without one."""
CHEAPEST_USD = 0.01
"""Per million tokens: where the log scale begins."""


@dataclass(frozen=True)
class Pick:
    """A contestant to be, and why."""

    candidate: Candidate
    why: str
    accepted: tuple[str, ...] | None = None
    """Efforts it takes; None: not known."""
    effort: tuple[str, ...] = ()
    """Efforts it is to be measured at; none: the provider's own."""
    usd_per_hour: float | None = None
    """Of the machine behind a server of the user's own."""
    max_tokens: int | None = None

    @property
    def table(self) -> dict[str, Any]:
        """Its [[contestant]] table."""
        stated = table(self.candidate.source, self.candidate.model)
        if self.effort:
            stated["effort"] = list(self.effort)
        if self.max_tokens:
            stated["max_tokens"] = self.max_tokens
        if self.usd_per_hour is not None:
            stated["price"] = {"usd_per_hour": self.usd_per_hour}
        elif self.candidate.own_price:
            stated["price"] = self.candidate.own_price
        return stated


def propose(
    found: Sequence[Candidate],
    today: date,
    most: int = MOST,
    most_usd_per_mtok: float = MOST_USD_PER_MTOK,
) -> list[Pick]:
    """At most `most` contestants: of the user's own servers first, then along the price range."""
    own = _own([c for c in found if c.source.own], most)
    sold = _sold([c for c in found if not c.source.own], today, most_usd_per_mtok)
    if sold:
        own = own[: max(1, most // 2)] if most > 1 else []
    left = most - len(own)
    picks = _spread([c for c in sold if c.usd is not None], left)
    if not picks:
        picks = [Pick(c, "no list price is known") for c in sold[: min(left, 2)]]
    return [*sorted(picks, key=lambda p: _blend(p.candidate)), *own]


def two_efforts(picks: Iterable[Pick], room: int = TWO_EFFORTS) -> list[Pick]:
    """The first `room` models that take efforts, of different labs, at their lowest and highest."""
    done: list[Pick] = []
    labs: set[str] = set()
    for pick in picks:
        able = pick.accepted or ()
        if len(able) > 1 and pick.candidate.lab not in labs and len(labs) < room:
            labs.add(pick.candidate.lab)
            done.append(replace(pick, effort=(able[0], able[-1])))
        else:
            done.append(pick)
    return done


def _sold(found: Iterable[Candidate], today: date, most_usd: float) -> list[Candidate]:
    """Of each model one offer, of each family its newest; the well known and recent if enough."""
    models: dict[str, Candidate] = {}
    for candidate in found:
        if candidate.usd and candidate.usd[1] > most_usd:
            continue
        at = candidate.model_id or candidate.model
        if at not in models or _plainer(candidate, models[at]):
            models[at] = candidate
    families: dict[tuple[str, str], Candidate] = {}
    for candidate in models.values():
        at_family = (candidate.lab, candidate.family)
        if at_family not in families or _rank(candidate) > _rank(families[at_family]):
            families[at_family] = candidate
    priced = [c for c in families.values() if c.usd is not None]
    kept = priced or list(families.values())
    for good in (
        lambda c: not SPECIAL.search(c.listed.name.lower()) and ":" not in c.listed.name,
        lambda c: c.model_id is not None,
        lambda c: c.released is not None and today - c.released < RECENT,
    ):
        better = [c for c in kept if good(c)]
        kept = better if len(better) >= min(FEW, len(kept)) else kept
    return kept


def _plainer(one: Candidate, other: Candidate) -> bool:
    """Of two names of a model, by the same source: the priced, then the shorter."""
    if one.source != other.source:
        return False
    return (one.usd is None, len(one.model)) < (other.usd is None, len(other.model))


def _rank(candidate: Candidate) -> tuple[bool, bool, date]:
    plain = not SPECIAL.search(candidate.listed.name.lower())
    return candidate.usd is not None, plain, candidate.released or date.min


def _blend(candidate: Candidate) -> float:
    """Dollars of a million tokens, three of input to one of output."""
    low, high = candidate.usd or (math.inf, math.inf)
    return max(CHEAPEST_USD, (3 * low + high) / 4)


def _spread(priced: Sequence[Candidate], most: int) -> list[Pick]:
    """Even steps of the logarithm between the cheapest and the dearest."""
    if not priced or most < 1:
        return []
    left = sorted(priced, key=_blend)
    low, high = math.log(_blend(left[0])), math.log(_blend(left[-1]))
    picks: list[Pick] = []
    keys: Counter[str] = Counter()
    labs: Counter[str] = Counter()
    for share in _halving(min(most, len(left))):
        target = low + share * (high - low)
        chosen = min(
            left,
            key=lambda c: (
                # The ends are what they are; between them each key and each lab has its turn.
                (keys[c.source.name], labs[c.lab]) if 0 < share < 1 else (0, 0),
                abs(math.log(_blend(c)) - target),
                -(c.released or date.min).toordinal(),
            ),
        )
        left.remove(chosen)
        first = f"first of {chosen.lab}" if not labs[chosen.lab] else f"another of {chosen.lab}"
        why = "cheapest" if share == 0 else "dearest" if share == 1 else f"between, {first}"
        labs[chosen.lab] += 1
        keys[chosen.source.name] += 1
        picks.append(Pick(chosen, why))
    return picks


def _halving(count: int) -> list[float]:
    """0, 1, then the even steps between, middle first, so that few picks span the range too."""
    inner = [i / (count - 1) for i in range(1, count - 1)] if count > 2 else []
    return [0.0, 1.0, *sorted(inner, key=lambda s: abs(s - 0.5))][:count]


def _own(found: Sequence[Candidate], most: int) -> list[Pick]:
    """Of each server a few models, the smallest and the largest first."""
    by_source: dict[Source, dict[str, Candidate]] = {}
    for candidate in found:
        served = by_source.setdefault(candidate.source, {})
        at = candidate.model_id or candidate.model
        if at not in served or _plainer(candidate, served[at]):
            served[at] = candidate
    rows = []
    for source, served in by_source.items():
        ranked = sorted(served.values(), key=lambda c: (c.params or 0, c.listed.name))
        steps = _halving(min(OWN_MOST, len(ranked)))
        places = dict.fromkeys(round(s * (len(ranked) - 1)) for s in steps)
        rows.append([Pick(ranked[i], f"on your server ({source.name})") for i in places])
    turns = [row[n] for n in range(OWN_MOST) for row in rows if n < len(row)]
    return turns[:most]
