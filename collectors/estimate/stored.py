"""A contestant's stored levels, and which of them stand for levels it was never asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from collectors.estimate.predictive import Array, Source
from collectors.estimate.tally import Cell, CellKey


@dataclass(frozen=True)
class Matched:
    """A contestant's planned cells with the stored values that stand for them."""

    sources: tuple[Source, ...]
    """Empty when nothing of the contestant is stored."""
    borrowed: int = 0
    """Attempts whose own level has nothing stored: another level stands for it."""
    foreign: int = 0
    """Of those, attempts whose whole task has nothing stored."""

    @property
    def expected(self) -> float:
        return sum(s.expected for s in self.sources)


def values(rows: pl.DataFrame, column: str) -> dict[str, dict[CellKey, Array]]:
    """A column of the history by contestant_id and cell; what is null is left out."""
    found: dict[str, dict[CellKey, Array]] = defaultdict(dict)
    known = rows.filter(pl.col(column) >= 0).group_by("contestant_id", "task", "level").agg(column)
    for name, task, level, held in known.sort("contestant_id", "task", "level").iter_rows():
        found[name][(task, level)] = np.asarray(held, dtype=float)
    return found


def match(cells: Iterable[Cell], stored: Mapping[CellKey, Array]) -> Matched:
    """Each planned cell with the stored one nearest to it.

    Nearest: its own level, else the nearest level of its task (the harder of two), else everything
    stored. Cells that share a source are one sum: they share its error too.
    """
    if not stored:
        return Matched(())
    attempts: dict[CellKey | None, int] = defaultdict(int)
    samples: dict[CellKey | None, int] = defaultdict(int)
    borrowed = foreign = 0
    for cell in cells:
        source = _nearest(cell.key, stored)
        attempts[source] += cell.attempts
        samples[source] += cell.samples
        borrowed += cell.attempts if source != cell.key else 0
        foreign += cell.attempts if source is None else 0
    sources = tuple(Source(_held(key, stored), attempts[key], samples[key]) for key in attempts)
    return Matched(sources, borrowed, foreign)


def _nearest(wanted: CellKey, stored: Mapping[CellKey, Array]) -> CellKey | None:
    """None: no level of that task is stored."""
    levels = [level for task, level in stored if task == wanted[0]]
    if not levels:
        return None
    return wanted[0], min(levels, key=lambda level: (abs(level - wanted[1]), -level))


def _held(key: CellKey | None, stored: Mapping[CellKey, Array]) -> Array:
    return np.concatenate(list(stored.values())) if key is None else stored[key]
