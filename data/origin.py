"""Where a campaign's attempts come from, when they were not collected here."""

from __future__ import annotations

from data.store import Reader

WORDS = {"measured": "measured by whoever ran it", "reported": "reported by the models' makers"}


def origin(reader: Reader, campaign: str) -> str:
    """'imported from inspect, measured by whoever ran it'; empty for what was collected here."""
    rows = reader.sql(
        "SELECT DISTINCT format, origin FROM imports WHERE campaign = ? ORDER BY ALL", [campaign]
    ).rows()
    if not rows:
        return ""
    formats = ", ".join(dict.fromkeys(name for name, _ in rows))
    who = " and ".join(dict.fromkeys(WORDS.get(said, said) for _, said in rows))
    return f"imported from {formats}, {who}"
