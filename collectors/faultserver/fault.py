"""Which fault a call meets: a function of the seed, the body, and how often it was seen."""

from __future__ import annotations

from functools import cache

from collectors.faultserver.kinds import KINDS, OK
from collectors.faultserver.models import Behaviour
from collectors.faultserver.question import Question, draw, share
from collectors.faultserver.seen import Record


@cache
def pools(
    kinds: tuple[str, ...], stream: bool, embeds: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(kinds that strike anew at every call, kinds that last), those that fit the request."""
    known = [KINDS[name] for name in kinds]
    fit = [k for k in known if (stream or not k.streams) and (k.embeds or not embeds)]
    passing = tuple(kind.name for kind in fit if not kind.lasting)
    return passing, tuple(kind.name for kind in fit if kind.lasting)


def kind_of(
    question: Question, ways: Behaviour, seed: int, record: Record, patience: int | None
) -> str:
    """The fault's name, or OK. `record.seen` counts this call; `patience` is give_up_after.

    All kinds are equally likely. A lasting one is drawn for the body alone, and so stays.
    """
    if ways.faults <= 0:
        return OK
    passing, lasting = pools(ways.kinds, question.stream, question.embeds)
    if not passing and not lasting:
        return OK
    part = ways.faults * len(lasting) / (len(passing) + len(lasting))
    if lasting and share(seed, question.key, "lasting") < part:
        return lasting[draw(seed, question.key, "which") % len(lasting)]
    if not passing or (patience is not None and record.faults >= patience):
        return OK
    # Of the calls that no lasting fault took, so many that the whole share comes out right.
    rest = (ways.faults - part) / (1 - part)
    if share(seed, question.key, record.seen) >= rest:
        return OK
    return passing[draw(seed, question.key, record.seen, "which") % len(passing)]
