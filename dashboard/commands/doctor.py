"""`isocost doctor`: is the catalogue valid, what does it hold, and what does the database lack."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dashboard.commands.models import visible
from data.catalog import files
from data.catalog.counts import Counts, counts
from data.catalog.names import unresolved
from data.pricing.cost import REASONS
from data.store import Reader

PACKAGES = ("litellm", "duckdb", "polars", "streamlit", "plotly")


def doctor(db: Path, as_json: bool) -> int:
    """Check and count; CatalogError or StoreError names the first thing that is wrong."""
    found = counts()
    state = _database(db) if db.exists() else None
    if as_json:
        body: dict[str, Any] = {
            "catalogue": {**asdict(found), "sourced_share": found.sourced_share},
            "catalog_hash": files.catalog_hash(),
            "database": state,
            "versions": _versions(),
        }
        print(json.dumps(body, indent=2))
        return 0
    print("\n".join(_catalogue(found)))
    print("\n".join(_stored(db, state)))
    print("Versions: " + ", ".join(f"{k} {v}" for k, v in _versions().items()))
    return 0


def _catalogue(found: Counts) -> list[str]:
    n = found
    return [
        "Catalogue: valid.",
        f"  models      {n.models:,} ({n.open_models:,} open, {n.closed_models:,} closed); "
        f"{n.with_params:,} with parameters, {n.with_dimensions:,} with every layer dimension, "
        f"{n.with_release:,} with a release date",
        f"  facts       {n.facts:,}; {100 * n.sourced_share:.1f}% with a source and the day it was "
        f"read, {n.estimated:,} estimates; {n.sources:,} sources",
        f"  labs        {n.labs:,}; {n.labs_with_country:,} with a country",
        f"  names       {n.names:,} ids, names and aliases",
        f"  prices      {n.deployments:,} deployments of {n.providers:,} providers in "
        f"{n.price_periods:,} periods; {n.free:,} confirmed as free",
        f"  published   {n.results:,} results in {n.collections:,} collections, measured by "
        f"others: {n.knowledge_models:,} open models with a closed-book score and both parameter "
        f"counts, "
        f"{n.costed_configurations:,} configurations with the cost of the whole run",
        f"  your own    {n.own_folder or f'none (a folder {files.USUAL}, or {files.VARIABLE})'}",
    ]


def _stored(db: Path, state: dict[str, Any] | None) -> list[str]:
    if state is None:
        return [f"Database: none at {db} yet."]
    lines = [
        f"Database: {db} is readable.",
        f"  attempts    {state['attempts']:,} of {state['contestants']:,} contestants in "
        f"{state['campaigns']:,} campaigns",
    ]
    told = [f"{n:,} {REASONS.get(r, r)}" for r, n in state["unpriced"].items()]
    lines.append(f"  unpriced    {'; '.join(told) or 'none'}")
    names = [
        f"{visible(n['text'])} (nearest: {', '.join(n['nearest']) or 'none'})"
        for n in state["unresolved"][:5]
    ]
    if len(state["unresolved"]) > 5:
        names.append(f"and {len(state['unresolved']) - 5} more")
    lines.append(f"  unknown     {'; '.join(names) or 'no'} model names")
    return lines


def _database(db: Path) -> dict[str, Any]:
    """What is stored, what has no price and why, and model names that the catalogue lacks."""
    reader = Reader(db)
    whole = reader.sql(
        "SELECT coalesce(sum(attempts), 0)::BIGINT AS attempts, "
        "count(DISTINCT contestant_id) AS contestants, count(DISTINCT campaign) AS campaigns "
        "FROM rollup"
    ).row(0, named=True)
    reasons = reader.sql(
        "SELECT coalesce(p.missing, CASE WHEN p.price_id IS NULL THEN 'price_not_stored' "
        "WHEN price_basis = 'none' THEN 'unpriced' "
        "WHEN price_basis IN ('told', 'billed') THEN 'cost_not_told' ELSE 'usage_missing' END) "
        "AS reason, "
        "sum(scored - priced)::BIGINT AS attempts "
        "FROM rollup r LEFT JOIN prices p USING (price_id) "
        "WHERE scored > priced GROUP BY reason ORDER BY reason"
    )
    models_used = reader.sql(
        "SELECT model FROM contestants WHERE model_id IS NULL AND model NOT LIKE 'local/%' "
        "AND model NOT LIKE 'python:%'"
    )
    return {
        **whole,
        "unpriced": dict(reasons.iter_rows()),
        "unresolved": [
            {"text": text, "contestants": n, "nearest": list(near)}
            for text, n, near in unresolved(models_used["model"].to_list())
        ],
    }


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
