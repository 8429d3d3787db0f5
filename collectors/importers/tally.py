"""The conformance report: what was read, kept and skipped, what was missing, and what it meant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MOST_REASONS = 50
"""Different reasons that are told one by one; a hostile file could make a new one for each row."""
OTHER = "other reasons"
MOST_CHARS = 160


@dataclass
class Tally:
    """Counts of one import; importers add to it while they read."""

    read: int = 0
    """Rows met: attempts or scores, whether kept or not."""
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Rows left out, by reason."""
    first: dict[str, str] = field(default_factory=dict)
    """Where each reason was met first."""
    changed: Counter[str] = field(default_factory=Counter)
    """Values that could not be and were left unknown or cut, by what was done."""
    meanings: dict[str, str] = field(default_factory=dict)
    """How the format's words were translated into ours: theirs to ours."""
    missing: Counter[str] = field(default_factory=Counter)
    """Kept rows without a value, by column."""

    def skip(self, reason: str, place: str = "", rows: int = 1) -> None:
        """Leave rows out; every row that is read is either kept or skipped."""
        self.read += rows
        self._count(self.skipped, reason, place, rows)

    def drop(self, reason: str, place: str, rows: int) -> None:
        """Leave out rows that were counted as read already."""
        self._count(self.skipped, reason, place, rows)

    def change(self, what: str, place: str = "", rows: int = 1) -> None:
        """A value was not taken as it stands."""
        self._count(self.changed, what, place, rows)

    def mean(self, theirs: str, ours: str) -> None:
        """Say once how a word or unit of the format was translated."""
        self.meanings.setdefault(theirs, ours)

    def _count(self, counts: Counter[str], reason: str, place: str, rows: int) -> None:
        reason = reason[:MOST_CHARS]
        if reason not in counts and len(counts) >= MOST_REASONS:
            reason = OTHER
        counts[reason] += rows
        if place:
            self.first.setdefault(reason, place[:MOST_CHARS])

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and words, for --json and for the store."""
        return {
            "read": self.read,
            "kept": self.kept,
            "skipped": dict(self.skipped.most_common()),
            "changed": dict(self.changed.most_common()),
            "first": dict(self.first),
            "missing": dict(self.missing.most_common()),
            "meanings": dict(self.meanings),
        }
