"""Load and check the catalogue's TOML files: facts about models, and what a CPU hour costs."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from data.errors import CatalogError, did_you_mean
from data.records import Price

FILES = ("models.toml", "local_prices.toml")


@dataclass(frozen=True)
class ModelFacts:
    """What is known about one set of weights. Unknown stays None."""

    id: str
    name: str
    source: str
    checked: date
    lab: str | None = None
    country: str | None = None
    weights: str | None = None
    """'open' or 'closed'."""
    licence: str | None = None
    architecture: str | None = None
    params_total: int | None = None
    params_active: int | None = None


@cache
def models() -> dict[str, ModelFacts]:
    """Facts by model id."""
    entries = _tables("models.toml", "model")
    facts = [_record(ModelFacts, e, "models.toml") for e in entries]
    found: dict[str, ModelFacts] = {}
    for fact in facts:
        if fact.id in found:
            raise CatalogError(f"models.toml: id '{fact.id}' stands twice. Remove one.")
        if fact.weights not in (None, "open", "closed"):
            raise CatalogError(
                f"models.toml: '{fact.id}': weights = '{fact.weights}'. Use 'open' or 'closed'."
            )
        found[fact.id] = fact
    return found


@cache
def local_price() -> Price:
    """What a CPU hour of a local contestant is charged at, with its source."""
    entry = _tables("local_prices.toml", "cpu")[-1]
    try:
        return Price(
            usd_per_cpu_hour=float(entry["usd_per_cpu_hour"]),
            source=str(entry["source"]),
            valid_from=entry["valid_from"].isoformat(),
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise CatalogError(f"local_prices.toml: [[cpu]] lacks or misspells {error}.") from error


def annotate(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with `model_id` gains the facts: model_name, lab, country, weights, licence, ..."""
    rows = [asdict(f) for f in models().values()]
    schema = {
        "model_id": pl.String,
        "model_name": pl.String,
        "lab": pl.String,
        "country": pl.String,
        "weights": pl.String,
        "licence": pl.String,
        "architecture": pl.String,
        "params_total": pl.Int64,
        "params_active": pl.Int64,
    }
    renamed = [{**r, "model_id": r["id"], "model_name": r["name"]} for r in rows]
    facts = pl.DataFrame([{k: r[k] for k in schema} for r in renamed], schema=schema)
    return frame.join(facts, on="model_id", how="left", maintain_order="left")


@cache
def catalog_hash() -> str:
    """sha256 over the catalogue's files, stored with every run."""
    folder = files("data.catalog")
    texts = b"".join((folder / name).read_bytes().replace(b"\r\n", b"\n") for name in FILES)
    return hashlib.sha256(texts).hexdigest()


def _tables(name: str, key: str) -> list[dict[str, Any]]:
    try:
        parsed = tomllib.loads((files("data.catalog") / name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{name} is not valid TOML: {error}.") from error
    tables = parsed.get(key)
    if not isinstance(tables, list) or not tables or set(parsed) != {key}:
        raise CatalogError(f"{name} must hold [[{key}]] tables and nothing else.")
    return tables


def _record(kind: type[ModelFacts], entry: dict[str, Any], name: str) -> ModelFacts:
    known = {f.name for f in fields(kind)}
    for key in entry:
        if key not in known:
            raise CatalogError(
                f"{name}: unknown key '{key}' in '{entry.get('id')}'.{did_you_mean(key, known)}"
            )
    try:
        return kind(**entry)
    except TypeError as error:
        raise CatalogError(f"{name}: '{entry.get('id')}': {error}.") from error
