"""Published results: figures that others measured, each with its source and date.

A file `results/<id>.toml` is one collection: a [collection] table and its [[result]] tables. A
user's file of the same name stands in place of the shipped one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import polars as pl

from data.catalog import files
from data.catalog.models import models
from data.catalog.sources import source_of
from data.errors import CatalogError, did_you_mean

MEASURES = ("capability", "knowledge")
REAL = ("cost_usd", "seconds")
COUNTS = ("params_total", "params_active", "n", "input_tokens", "output_tokens", "reasoning_tokens")
COLLECTION_KEYS: dict[str, type] = {
    **dict.fromkeys(
        ("id", "title", "source", "measure", "metric", "unit", "evaluator", "note"), str
    ),
    "closed_book": bool,
}
RESULT_KEYS: dict[str, type] = {
    **dict.fromkeys(("model", "label", "effort", "evaluator", "source", "note"), str),
    **dict.fromkeys(COUNTS, int),
    **dict.fromkeys(("score", *REAL), float),
    **dict.fromkeys(("thinking", "closed_book"), bool),
    "measured": date,
}
INSIDE = {"params_active": "params_total", "reasoning_tokens": "output_tokens"}
"""The first is a part of the second, so it can't be more."""


@dataclass(frozen=True)
class Collection:
    """Results of one measurement; every score is in percent, 0 to 100."""

    id: str
    title: str
    source: str
    measure: str
    """'capability' or 'knowledge'."""
    metric: str
    closed_book: bool = False
    """Knowledge that was asked for without tools: what a size can be read from."""
    evaluator: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Result:
    """One configuration's score. Unknown stays None; counts and dollars are of the whole run."""

    collection: str
    label: str
    """The configuration as its source names it."""
    score: float
    source: str
    model: str | None = None
    """Id of a catalogue model; None when the catalogue has no entry that surely is it."""
    effort: str | None = None
    thinking: bool | None = None
    params_total: int | None = None
    """As stated beside the score; the catalogue's own figure can be finer."""
    params_active: int | None = None
    n: int | None = None
    """Questions, attempts or tasks, as the collection's note says."""
    cost_usd: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    """Reasoning included."""
    reasoning_tokens: int | None = None
    seconds: float | None = None
    """Per question."""
    closed_book: bool = False
    """The collection's, unless this entry is doubted: then false, and the note says why."""
    measured: date | None = None
    """Day of the measurement or, failing that, of its publication."""
    evaluator: str | None = None
    note: str | None = None


SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("collection", "measure", "metric"), pl.String),
    "closed_book": pl.Boolean,
    **dict.fromkeys(("label", "model_id"), pl.String),
    "score": pl.Float64,
    "effort": pl.String,
    "thinking": pl.Boolean,
    **dict.fromkeys(("params_total", "params_active", "n"), pl.Int64),
    "cost_usd": pl.Float64,
    **dict.fromkeys(("input_tokens", "output_tokens", "reasoning_tokens"), pl.Int64),
    "seconds": pl.Float64,
    "measured": pl.Date,
    **dict.fromkeys(("evaluator", "source", "measured_by"), pl.String),
}


def collections() -> dict[str, Collection]:
    """Collections by id."""
    return {name: about for name, (about, _) in _read().items()}


def results(collection: str | None = None) -> tuple[Result, ...]:
    """Results of one collection or of all; CatalogError when there is no such collection."""
    if collection is None:
        return tuple(result for _, found in _read().values() for result in found)
    if collection not in _read():
        raise CatalogError(f"No results '{collection}'.{did_you_mean(collection, _read())}")
    return _read()[collection][1]


def frame(collection: str | None = None) -> pl.DataFrame:
    """One row per result: SCHEMA's columns; `measured_by` is 'others' in every row.

    score in percent; cost_usd and tokens of the whole run, seconds per question, params as stated
    beside the score; null is "not known", never 0.
    """
    rows = []
    for result in results(collection):
        about, _ = _read()[result.collection]
        known: dict[str, str | None] = {
            "measure": about.measure,
            "metric": about.metric,
            "model_id": result.model,
            "measured_by": "others",
        }
        rows.append([known[c] if c in known else getattr(result, c) for c in SCHEMA])
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def conflicts() -> dict[str, dict[int, tuple[str, ...]]]:
    """Models that are stated with more than one params_total: model -> total -> collections."""
    stated: dict[str, dict[int, list[str]]] = {}
    for result in results():
        if result.model is not None and result.params_total is not None:
            totals = stated.setdefault(result.model, {})
            totals.setdefault(result.params_total, []).append(result.collection)
    return {
        model: {total: tuple(dict.fromkeys(where)) for total, where in sorted(totals.items())}
        for model, totals in sorted(stated.items())
        if len(totals) > 1
    }


@cache
def _read() -> dict[str, tuple[Collection, tuple[Result, ...]]]:
    found = {}
    for where, content in files.read("results"):
        files.known(content, ("collection", "result"), where)
        about = _collection(content, where)
        found[about.id] = (about, tuple(_results(content, about, where)))
    return found


def _collection(content: files.Table, where: str) -> Collection:
    table = content.get("collection")
    if not isinstance(table, dict):
        raise CatalogError(f"{where}: the [collection] table is missing. Add id, title, source.")
    at = f"{where}, [collection]"
    files.known(table, tuple(COLLECTION_KEYS), at)
    got = {key: files.value(table, key, kind, at) for key, kind in COLLECTION_KEYS.items()}
    # The file's name is the id, so an id can't stand twice in one folder.
    name = where.rpartition("/")[2].removesuffix(".toml")
    if files.required(table, "id", at) != name:
        raise CatalogError(f"{at}: id = '{got['id']}'. Write the file's name, '{name}'.")
    measure = files.required(table, "measure", at)
    if measure not in MEASURES:
        raise CatalogError(f"{at}: measure = '{measure}'.{did_you_mean(measure, MEASURES)}")
    if got["unit"] != "percent":
        raise CatalogError(f"{at}: unit = {got['unit']!r}. Write scores in percent, 0 to 100.")
    if got["closed_book"] and measure != "knowledge":
        raise CatalogError(f"{at}: closed_book = true is for measure = 'knowledge'. Remove it.")
    return Collection(
        id=name,
        title=files.required(table, "title", at),
        source=source_of(table, at, needed=True) or "",
        measure=measure,
        metric=files.required(table, "metric", at),
        closed_book=bool(got["closed_book"]),
        evaluator=got["evaluator"],
        note=got["note"],
    )


def _results(content: files.Table, about: Collection, where: str) -> Iterator[Result]:
    tables = content.get("result", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise CatalogError(f"{where}: write [[result]] tables.")
    seen: set[tuple[str, str | None, bool | None]] = set()
    for table in tables:
        at = f"{where}, '{files.required(table, 'label', where)}'"
        result = _result(table, about, at)
        key = (result.label, result.effort, result.thinking)
        if key in seen:
            raise CatalogError(
                f"{at} stands twice with the same effort and thinking. Remove one, or name in the "
                "label what differs."
            )
        seen.add(key)
        yield result


def _result(table: files.Table, about: Collection, at: str) -> Result:
    files.known(table, tuple(RESULT_KEYS), at)
    got = {key: files.value(table, key, kind, at) for key, kind in RESULT_KEYS.items()}
    if got["score"] is None:
        raise CatalogError(f"{at}: 'score' is missing. Add score = 0 to 100, in percent.")
    if not 0 <= got["score"] <= 100:
        raise CatalogError(f"{at}: score = {got['score']}. Write percent, 0 to 100.")
    for key in (*COUNTS, *REAL):
        # 0 is how many files write "unknown": here unknown is left out.
        if got[key] is not None and not 0 < got[key] < float("inf"):
            raise CatalogError(f"{at}: {key} = {got[key]}. Leave out what is unknown.")
    for part, whole in INSIDE.items():
        if None not in (got[part], got[whole]) and got[part] > got[whole]:
            raise CatalogError(
                f"{at}: {part} = {got[part]} is more than {whole} = {got[whole]}. Mend the figure "
                "that is wrong, or leave it out."
            )
    if got["measured"] is not None and got["measured"] > datetime.now().date():
        raise CatalogError(f"{at}: measured = {got['measured']} lies in the future.")
    if got["model"] is not None and got["model"] not in models():
        raise CatalogError(
            f"{at}: no model '{got['model']}' in the catalogue. Add it under models/, or leave "
            "`model` out."
        )
    if got["closed_book"] and not about.closed_book:
        raise CatalogError(f"{at}: closed_book = true, but not of the collection. Remove it.")
    got["source"] = source_of(table, at) or about.source
    got["evaluator"] = got["evaluator"] or about.evaluator
    for key in ("score", *REAL):
        got[key] = None if got[key] is None else float(got[key])
    if got["closed_book"] is None:
        got["closed_book"] = about.closed_book
    return Result(collection=about.id, **got)
