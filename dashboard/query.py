"""Cached reads: every answer is computed once per published generation of the database."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import polars as pl
import streamlit as st

from dashboard import live
from dashboard.live import Source as Source
from dashboard.studies import Held, studies
from data import lenses, made_with, view
from data import origin as origins
from data.analysis import levels
from data.analysis import versus as pairs
from data.location import named
from data.pricing.sql import Charges
from data.store import queries
from data.study import Study


@dataclass(frozen=True)
class Choices:
    """What the filters of one campaign can be set to."""

    categories: tuple[str, ...]
    tasks: tuple[str, ...]
    levels: tuple[int, ...]
    labs: tuple[str, ...]
    weights: tuple[str, ...]
    kinds: tuple[str, ...]


def path() -> str:
    """The database that ISOCOST_DB names, or the usual one under the working directory."""
    return str(named().absolute())


def source() -> Source | None:
    """The database as pages show it now; None while there is no file."""
    return live.followed(path()).current()


_HASH: Any = {Source: lambda s: (s.path, s.generation), view.View: repr}


@dataclass(frozen=True)
class _Part:
    """A source, and the mark of the part of it that an answer belongs to."""

    source: Source
    mark: Hashable

    def where(self) -> tuple[str, Hashable]:
        return self.source.path, self.mark


P = ParamSpec("P")
T = TypeVar("T")
Asked = Callable[Concatenate[Source, P], T]


def _keeping(
    function: Asked[P, T],
    mark: Callable[[Source, Any], Hashable],
    store: Callable[..., Any] = st.cache_data,
    most: int = 256,
) -> Asked[P, T]:
    """Keeps answers by mark and arguments, and has them ready when a newer source is shown."""

    # Streamlit tells functions apart by their names and texts, which `wraps` makes those wrapped.
    @wraps(function)
    def of_part(part: _Part, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(part.source, *args, **kwargs)

    hashes = {view.View: repr, _Part: _Part.where}
    kept = store(show_spinner=False, max_entries=most, hash_funcs=hashes)(of_part)

    @wraps(function)
    def ask(source: Source, *args: P.args, **kwargs: P.kwargs) -> T:
        def answer(source: Source) -> T:
            found: T = kept(_Part(source, mark(source, args)), *args, **kwargs)
            return found

        key = f"{function.__qualname__}{args!r}{kwargs!r}"
        live.followed(source.path).note(source, key, answer)
        return answer(source)

    return cast(Asked[P, T], ask)


def cached(function: Asked[P, T]) -> Asked[P, T]:
    """Answers that belong to the whole database."""
    return _keeping(function, lambda source, _: source.generation)


def of_campaign(function: Asked[P, T]) -> Asked[P, T]:
    """Answers that belong to the campaign that is asked about, or the view of one.

    What is published of other campaigns leaves them as they are.
    """

    return _keeping(function, _campaigns_mark)


def drawn(function: Asked[P, T]) -> Asked[P, T]:
    """Like `of_campaign`, for what all sessions share as it is, and nobody changes: figures."""
    return _keeping(function, _campaigns_mark, st.cache_resource, 48)


def _campaigns_mark(source: Source, args: tuple[Any, ...]) -> str:
    return _mark(source, args[0] if isinstance(args[0], str) else args[0].campaign)


@cached
def _mark(source: Source, campaign: str) -> str:
    return queries.mark(source.reader, campaign)


@cached
def campaigns(source: Source) -> pl.DataFrame:
    """Campaigns, newest first."""
    return queries.campaigns(source.reader)


@of_campaign
def origin(source: Source, campaign: str) -> str:
    """Where the campaign was imported from; empty for what was collected here."""
    return origins.origin(source.reader, campaign)


@of_campaign
def choices(source: Source, campaign: str) -> Choices:
    """Everything the filters offer for a campaign, sorted."""
    rows = view.levels_of(source.reader, view.View(campaign))
    return Choices(**{name: _sorted(rows, column) for name, column in _COLUMNS.items()})


_COLUMNS = {
    "categories": "category",
    "tasks": "task",
    "levels": "level",
    "labs": "lab",
    "weights": "weights",
    "kinds": "kind",
}


def _sorted(rows: pl.DataFrame, column: str) -> tuple[Any, ...]:
    return tuple(rows[column].drop_nulls().unique().sort().to_list())


@dataclass(frozen=True)
class Shown:
    """What a lens shows of a view: see data.lenses.Seen."""

    tables: lenses.Tables
    sentence: str
    interval: str
    note: str | None
    more: tuple[str, ...]
    """Names of its long tables, which are made when they are downloaded."""
    attempts: int
    contestants: int


def _held(source: Source, what: view.View) -> Held:
    """What all lenses of a view share, read once."""
    return studies(source.path).held(source, what)


def study(source: Source, what: view.View, options: Mapping[str, Any]) -> Study:
    """A study of the view with a lens's options; what others have read of it is not read again."""
    held = _held(source, what)
    with held.lock:
        mine = copy(held.study)
    mine.options = dict(options)
    return mine


def shown(source: Source, what: view.View, lens: str, options: Mapping[str, Any]) -> Shown:
    """A lens's tables and sentence; what a reader gave in frames is kept for that session alone."""
    own = any(isinstance(value, pl.DataFrame) for value in options.values())
    return (_seen_by_one if own else _seen)(source, what, lens, options)


def _look(source: Source, what: view.View, lens: str, options: Mapping[str, Any]) -> Shown:
    held = _held(source, what)
    with held.lock:
        mine = copy(held.study)
        mine.options = dict(options)
        seen = lenses.lens(lens).look(mine)
        # What it has read serves the next lens; its options are its own.
        vars(held.study).update({k: v for k, v in vars(mine).items() if k != "options"})
    studies(source.path).tidy()
    attempts = int(mine.levels["attempts"].sum())
    return Shown(
        dict(seen.tables), seen.sentence, seen.interval, seen.note, tuple(seen.more),
        attempts, mine.summary.height,
    )  # fmt: skip


_seen = cached(_look)
_seen_by_one = st.cache_data(show_spinner=False, max_entries=8, hash_funcs=_HASH, scope="session")(
    _look
)


@of_campaign
def marked(source: Source, campaign: str) -> pl.DataFrame:
    """task, contestant (a name), calls_per_month of what the experiment marks as in use."""
    held = _held(source, view.View(campaign))
    with held.lock:
        rows = held.study.named(held.study.marked)
    return rows.select("task", "calls_per_month", contestant="name").drop_nulls("contestant")


def contestants(source: Source, what: view.View) -> int:
    """How many contestants the view has."""
    return placed(source, what).height


@of_campaign
def placed(source: Source, what: view.View) -> pl.DataFrame:
    """The view's contestants with their place on the frontier."""
    held = _held(source, what)
    with held.lock:
        return held.study.placed


@of_campaign
def versus(source: Source, what: view.View, a: str, b: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two contestants side by side, whole and by task: see data.analysis.versus."""
    held = _held(source, what)
    with held.lock:
        grid = held.study.means
    return pairs.versus(grid, a, b), pairs.by_task(grid, a, b)


@of_campaign
def attempts(
    source: Source, what: view.View, contestant_id: str, limit: int, offset: int
) -> pl.DataFrame:
    """One page of a contestant's attempts within the view."""
    tasks = tasks_of(source, what)
    return queries.attempts(
        source.reader,
        what.campaign,
        contestant_id,
        charges(source, what),
        tasks,
        what.levels or None,
        limit,
        offset,
    )


@of_campaign
def unpriced(source: Source, what: view.View) -> pl.DataFrame:
    """contestant_id, name, reason, attempts of answers whose cost is not known."""
    held = charges(source, what)
    return view.unpriced(source.reader, what, view.levels_of(source.reader, what, held), held)


@of_campaign
def charges(source: Source, what: view.View) -> Charges:
    """What the view's contestants are charged."""
    return view.charges_of(source.reader, what)


@cached
def made(source: Source) -> dict[str, str]:
    """What the newest run was made with, label to text."""
    return made_with.newest(source.reader)


@cached
def difficulty(source: Source, campaign: str) -> pl.DataFrame:
    """Each level's difficulty with a remark: see data.analysis.levels."""
    seen = shown(source, view.View(campaign), "ability", {})
    return levels.remarked(seen.tables["levels"], seen.tables["out_of_order"])


def tasks_of(source: Source, what: view.View) -> list[str] | None:
    """The view's tasks by name; None for all of them."""
    if not what.categories:
        return list(what.tasks) or None
    rows = view.levels_of(source.reader, what)
    return sorted(rows["task"].unique().to_list())


@cached
def response(source: Source, attempt_id: str, try_: int) -> dict[str, Any]:
    """Prompt and answer of one try, as they were kept."""
    return queries.response(source.reader, attempt_id, try_)
