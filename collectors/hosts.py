"""Under which contestant ids answers are stored: hosts behind a relay are several."""

from __future__ import annotations

from collectors.providers import openrouter
from data.records import Contestant
from data.store import Reader


def stored_names(reader: Reader, contestant: Contestant) -> list[str]:
    """Its own id, and those of the hosts that a relay passed its requests to."""
    names = [contestant.contestant_id]
    if not openrouter.is_relayed(contestant) or openrouter.is_pinned(contestant):
        return names
    hosts = reader.sql(
        "SELECT contestant_id, deployment FROM contestants WHERE model = ? ORDER BY ALL",
        [contestant.model],
    )
    for name, deployment in hosts.iter_rows():
        host = (deployment or "").removeprefix(openrouter.PREFIX)
        if name not in names and openrouter.split(contestant, host).contestant_id == name:
            names.append(name)
    return names
