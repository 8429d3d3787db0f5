"""How often each request body was seen: faults depend on that, never on the order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

SLOTS = 1 << 22
"""Counters of one byte without --bodies: 4 MB, however many bodies come."""


@dataclass(slots=True)
class Record:
    """One body's counts so far."""

    seen: int = 0
    faults: int = 0
    billed: int = 0
    answered: int = 0
    not_before: float = 0.0
    """Monotonic seconds: when the client was asked to come back."""


class Seen:
    """A record for each body, or with `exact` off a fixed table in which few bodies meet."""

    def __init__(self, exact: bool) -> None:
        self.exact = exact
        self.records: dict[str, Record] = {}
        self._seen = bytearray(0 if exact else SLOTS)
        self._faults = bytearray(0 if exact else SLOTS)

    def record(self, key: str) -> Record:
        """The body's counts, of which `seen` includes this call."""
        if not self.exact:
            slot = int(key[:8], 16) % SLOTS
            found = Record(min(255, self._seen[slot] + 1), self._faults[slot])
            self._seen[slot] = found.seen
            return found
        known = self.records.get(key)
        if known is None:
            known = self.records[key] = Record()
        known.seen += 1
        return known

    def struck(self, key: str, record: Record) -> None:
        """The body met a fault."""
        record.faults += 1
        if not self.exact:
            self._faults[int(key[:8], 16) % SLOTS] = min(255, record.faults)

    def table(self) -> dict[str, tuple[int, int, int]]:
        """Key to times seen, billed, answered."""
        return {k: (r.seen, r.billed, r.answered) for k, r in self.records.items()}
