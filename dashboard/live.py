"""Which generation of the database pages show: a newer one once its answers are ready.

A publication makes every kept answer old at once. While people look, what they have asked of the
generation on show is computed for the newer one in a thread, once for all of them; until then
everybody goes on reading the old one, whose file stays open although another took its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import streamlit as st

from data.errors import IsocostError, StoreError
from data.store import Reader
from data.store.reader import Generation

PATIENCE_S = 20.0
"""After so long a newer generation is shown though not all that was asked is ready."""
WAIT_S = 0.3
"""Who notices a newer generation waits so long for it: a small store is never a step behind."""
WATCHED_S = 60.0
"""Where nobody has asked for so long nobody looks: open pages ask every ten seconds."""
MOST = 64
"""Questions computed ahead; older ones wait until they are asked again."""

Question = Callable[["Source"], Any]


@dataclass(frozen=True)
class Source:
    """A database at one moment: what every cached answer belongs to."""

    path: str
    generation: Generation

    @property
    def reader(self) -> Reader:
        """A reader of this generation while it is shown or made ready; of the newest afterwards."""
        return followed(self.path).reader(self.generation)


class Followed:
    """One database file and the generation of it that is shown; safe to share between threads."""

    def __init__(self, db: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.db = db
        self._clock = clock
        self._newest = Reader(Path(db))
        self._lock = Lock()
        self._readers: dict[Generation, Reader] = {}
        self._shown: Source | None = None
        self._coming: Thread | None = None
        self._noticed = 0.0
        self._asked: dict[str, Question] = {}
        self._before: dict[str, Question] = {}
        self._told: list[Callable[[Source], None]] = []

    def reader(self, generation: Generation) -> Reader:
        return self._readers.get(generation, self._newest)

    def current(self) -> Source | None:
        """What pages show now; None while there is no file. Begins to get a newer one ready."""
        newest = self._newest.generation
        with self._lock:
            now = self._clock()
            looking, self._noticed = now - self._noticed < WATCHED_S, now
            if newest is None or self._coming is not None:
                return None if newest is None else self._shown
            if self._shown is not None and self._shown.generation == newest:
                return self._shown
            if self._shown is None or not looking:
                self._show(*self._opened(newest))
                return self._shown
            coming = self._coming = Thread(target=self._prepare, args=(newest,), daemon=True)
            coming.start()
        coming.join(WAIT_S)
        return self._shown

    def tell(self, told: Callable[[Source], None]) -> None:
        """Have a function called whenever another generation is shown."""
        self._told.append(told)

    def note(self, source: Source, key: str, question: Question) -> None:
        """Remember a question asked of the generation on show, to ask it of the next one."""
        with self._lock:
            if source == self._shown:
                self._asked.pop(key, None)
                self._asked[key] = question
                while len(self._asked) > MOST:
                    self._asked.pop(next(iter(self._asked)))

    def _prepare(self, newest: Generation) -> None:
        source, reader = self._opened(newest)
        until = self._clock() + PATIENCE_S
        with self._lock:
            asked = {**self._before, **self._asked}
            if reader is not None:
                self._readers[source.generation] = reader
        try:
            for question in list(asked.values())[: -MOST - 1 : -1]:
                if self._clock() > until:
                    break
                try:
                    question(source)
                except IsocostError:
                    continue  # The page that asks will say so.
        finally:
            with self._lock:
                self._show(source, reader)
                self._coming = None

    def _opened(self, newest: Generation) -> tuple[Source, Reader | None]:
        """The newest generation and a reader that stays with it; none where it can't be opened."""
        try:
            pinned = self._newest.pinned()
        except StoreError:
            # Shown all the same: the page then says what is wrong with the file.
            return Source(self.db, newest), None
        return Source(self.db, pinned.generation or newest), pinned

    def _show(self, source: Source, reader: Reader | None) -> None:
        self._shown = source
        # Pages that stay open ask again within seconds; till then their questions are kept.
        self._before, self._asked = self._asked or self._before, {}
        for old in set(self._readers) - {source.generation}:
            self._readers.pop(old).close()
        if reader is not None:
            self._readers[source.generation] = reader
        for told in self._told:
            told(source)


@st.cache_resource(show_spinner=False)
def followed(db: str) -> Followed:
    """One for all sessions."""
    return Followed(db)
