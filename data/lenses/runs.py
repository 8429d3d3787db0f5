"""Runs: the nights of an experiment, what moved in the newest, and whether it can be trusted."""

from __future__ import annotations

import polars as pl

from data.analysis import probes
from data.analysis import runs as history
from data.catalog.facts import annotate
from data.lenses import Seen
from data.nights import compare, rows
from data.nights import history as stored
from data.nights.names import nights_until
from data.store import queries
from data.study import Study

INTERVAL = "95 % of changes: paired bootstrap of clusters within levels"
NIGHTS = 60
"""Nights that are listed, newest first."""
CANARIES = 30
"""Of these, those whose canaries are looked at."""


def look(study: Study) -> Seen:
    """nights, changes (of the newest), failures (by night and kind), checks and integrity (of the
    newest), canaries and runs."""
    reader, tonight = study.reader, study.view.campaign
    known = queries.campaigns(reader)["campaign"].to_list()
    listed = nights_until(tonight, known)[:NIGHTS]
    found = compare.compare(reader, tonight, listed[1:], creeping=False)
    names = rows.names(reader)
    runs = stored.runs(reader, listed)
    nights = history.nights(stored.sums(reader, listed), runs, _canaries(study, listed))
    integrity = _integrity(study)
    tables = {
        "nights": nights,
        "changes": _named(found.changes, names),
        "failures": stored.failures(reader, listed),
        "checks": history.checks(integrity),
        "integrity": integrity,
        "canaries": _named(found.canaries, names),
        "runs": runs,
    }
    mine = nights.filter(pl.col("campaign") == tonight).to_dicts()
    said = [history.sentence(mine[0])] if mine else []
    return Seen(tables, " ".join([*said, _moved(found, names)]), INTERVAL, _note(found))


def _moved(found: compare.Compared, names: dict[str, str]) -> str:
    if found.reference is None:
        return "No earlier night of its experiment is there to compare it with."
    if found.silenced:
        return "A canary failed: the measuring itself moved, so **no change** of it counts."
    if found.changes.is_empty():
        return "Nothing was answered, so nothing can be compared."
    return history.moved(found.changes, names)


def _note(found: compare.Compared) -> str:
    whole = "whole nights, spend as billed"
    if found.reference is None:
        return whole
    confirms = f", confirmed by {found.between}" if found.between else ""
    return f"{whole} · changes against {found.reference}{confirms}, at tonight's prices"


def _canaries(study: Study, listed: list[str]) -> dict[str, str]:
    """What canaries said of each night, against the one before it."""
    told = {}
    asked = [rows.probes(study.reader, name) for name in listed[: CANARIES + 1]]
    for i, name in enumerate(listed[:CANARIES]):
        if asked[i].is_empty():
            continue
        before = asked[i + 1] if i + 1 < len(asked) else None
        failed = probes.failed(probes.compared(before, asked[i]))
        told[name] = history.MOVED if failed else history.HELD
    return told


def _integrity(study: Study) -> pl.DataFrame:
    found = stored.integrity(study.reader, study.view.campaign)
    known = annotate(found)["model_id"]
    # Rules are no model that a catalogue could know.
    unresolved = known.is_null() & (found["kind"] != "rules").fill_null(True)
    held = found.with_columns(unresolved=unresolved).drop("model", "model_id", "kind")
    return held.select("name", pl.exclude("name"))


def _named(frame: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """A frame with `contestant_id`, its `name` before it."""
    found = pl.col("contestant_id").replace_strict(names, default=None, return_dtype=pl.String)
    named = frame.with_columns(name=pl.coalesce(found, "contestant_id"))
    return named.select("name", pl.exclude("name"))
