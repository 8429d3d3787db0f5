"""Studies that sessions share: what the lenses of a view have read, kept for the next lens."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock, RLock

import streamlit as st

from dashboard.live import Source, followed
from data.study import Study
from data.view import View

MOST = 12
"""Studies kept; a view of a million answers takes some ten megabytes."""
WHOLE = 2
"""Of these, how many keep every single answer, which takes twenty times as much."""


@dataclass(frozen=True)
class Held:
    """A study that several sessions look at, one at a time."""

    study: Study
    lock: RLock = field(default_factory=RLock)


class Studies:
    """The studies of one database's newest generations, the last used last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[tuple[Source, str], Held] = {}

    def held(self, source: Source, what: View) -> Held:
        """The study of a view, begun where there is none."""
        with self._lock:
            key = (source, repr(what))
            found = self._held.pop(key, None) or Held(Study(source.reader, what))
            self._held[key] = found
            while len(self._held) > MOST:
                self._held.pop(next(iter(self._held)))
            return found

    def tidy(self) -> None:
        """Let go of the answers of all but the last used studies."""
        with self._lock:
            whole = [one for one in self._held.values() if one.study.is_whole]
        for held in whole[:-WHOLE]:
            # One that is being read is left for the next time.
            if held.lock.acquire(blocking=False):
                try:
                    held.study.let_go()
                finally:
                    held.lock.release()

    def keep_only(self, source: Source) -> None:
        """Forget the studies of other generations."""
        with self._lock:
            self._held = {key: one for key, one in self._held.items() if key[0] == source}


@st.cache_resource(show_spinner=False)
def studies(db: str) -> Studies:
    """One for all sessions."""
    made = Studies()
    followed(db).tell(made.keep_only)
    return made
