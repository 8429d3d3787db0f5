"""Names of nights: an experiment's campaign of a date, and the nights before one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def campaign_of(experiment: str, night: date) -> str:
    """The campaign of a night: names of one experiment sort by date."""
    return f"{experiment} {night.isoformat()}"


def date_of(experiment: str, campaign: str) -> date | None:
    """The date of a campaign that is a night of this experiment."""
    if not campaign.startswith(f"{experiment} "):
        return None
    try:
        found = date.fromisoformat(campaign[len(experiment) + 1 :])
    except ValueError:
        return None
    return found if campaign == campaign_of(experiment, found) else None


def earlier(experiment: str, night: date, campaigns: Iterable[str]) -> list[str]:
    """The experiment's nights before this one, newest first."""
    dated = ((date_of(experiment, name), name) for name in campaigns)
    return [
        name for when, name in sorted(((d, n) for d, n in dated if d), reverse=True) if when < night
    ]


def nights_until(campaign: str, campaigns: Iterable[str]) -> list[str]:
    """A campaign, and the nights of its experiment before it, newest first."""
    experiment, _, ending = campaign.rpartition(" ")
    try:
        night = date.fromisoformat(ending)
    except ValueError:
        return [campaign]
    return [campaign, *earlier(experiment, night, campaigns)]
