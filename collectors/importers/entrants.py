"""The contestants of an import, as the catalogue knows them, and the prices they are charged by."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

import polars as pl

from collectors.importers.job import inert
from collectors.importers.tally import Tally
from data.catalog.names import resolve
from data.catalog.prices import price_on
from data.errors import FormatError
from data.price import IMPORTED, Price
from data.records import Contestant

MOST = 20_000
"""Contestants of one import; a column of ids taken for models would make millions."""
TOLD = Price(told=True, source=IMPORTED)
Kind = Literal["writer", "reader", "rules"]


@dataclass
class Entrants:
    """Contestants by the stage's key."""

    format: str
    tally: Tally
    held: dict[str, Contestant] = field(default_factory=dict)
    unresolved: set[str] = field(default_factory=set)
    """Model names that mean no model of the catalogue."""
    prices: dict[str, Price] = field(default_factory=dict)
    """By price_id: those that were asked for."""

    def add(self, rows: pl.DataFrame) -> None:
        """Meet the contestants of distinct KEY columns with `key`."""
        for row in rows.iter_rows(named=True):
            if row["key"] in self.held:
                continue
            if len(self.held) >= MOST:
                raise FormatError(
                    f"more than {MOST:,} different models or settings, the last "
                    f"'{inert(row['model'][:60])}'. Check which column names the model. "
                    "Nothing was stored."
                )
            self.held[row["key"]] = self._contestant(row)

    def _contestant(self, row: dict[str, Any]) -> Contestant:
        model, effort = row["model"].strip(), row["effort"]
        model_id = resolve(model).model_id
        if model_id is None:
            self.unresolved.add(model)
        style = row["prompt_style"]
        dials = [d for d in (effort, None if style == "plain" else style) if d]
        dials = [d for d in dials if d.lower() not in model.lower()]
        kind = row["kind"] if row["kind"] in ("writer", "reader", "rules") else "writer"
        return Contestant(
            model=model,
            name=row["name"] or " · ".join([model, *dials]),
            deployment=row["deployment"] or "",
            effort=effort,
            prompt_style=style,
            max_tokens=row["max_tokens"],
            settings=_settings(row["settings"]),
            kind=cast(Kind, kind),
            model_id=model_id,
        )

    def frame(self) -> pl.DataFrame:
        """key and the columns of the table `contestants`."""
        rows = [
            {
                "key": key,
                "contestant_id": c.contestant_id,
                "name": c.name,
                "model": c.model,
                "model_id": c.model_id,
                "deployment": c.deployment,
                "kind": c.kind,
                "effort": c.effort,
                "prompt_style": c.prompt_style,
                "max_tokens": c.max_tokens,
                "settings": json.dumps(dict(c.settings), sort_keys=True, ensure_ascii=False),
            }
            for key, c in self.held.items()
        ]
        schema = {c: pl.Int64 if c == "max_tokens" else pl.String for c in rows[0]} if rows else {}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def price_of(self, days: pl.DataFrame) -> pl.DataFrame:
        """key, day, told, price_id of distinct key, day, told.

        What the file says that an attempt cost stands; else the list price of that day, with the
        reason in its place where there is none.
        """
        found = []
        for key, day, told in days.iter_rows():
            price = TOLD if told else self._listed(key, day)
            self.prices.setdefault(price.price_id, price)
            found.append((key, day, told, price.price_id))
        schema = {"key": pl.String, "day": pl.Date, "told": pl.Boolean, "price_id": pl.String}
        return pl.DataFrame(found, schema=schema, orient="row")

    def aggregate_costs(self, days: pl.DataFrame) -> pl.DataFrame:
        """key, day, cost_reason, input_usd, output_usd (per token) of distinct key, day."""
        found = []
        for key, day in days.iter_rows():
            price = self._listed(key, day)
            known = price.rates.input is not None and price.rates.output is not None
            rates = (
                (price.rates.input or 0) / 1e6 if known else None,
                (price.rates.output or 0) / 1e6 if known else None,
            )
            found.append((key, day, None if known else price.missing or "unpriced", *rates))
        schema = {
            "key": pl.String,
            "day": pl.Date,
            "cost_reason": pl.String,
            "input_usd": pl.Float64,
            "output_usd": pl.Float64,
        }
        return pl.DataFrame(found, schema=schema, orient="row")

    def _listed(self, key: str, day: date) -> Price:
        found = price_on(self.held[key].model, day)
        return found.price or Price(missing=found.reason or "unpriced")


def _settings(text: str | None) -> dict[str, Any]:
    """Settings as an object; a column of a table may hold anything."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        found = text
    return found if isinstance(found, dict) else {"settings": found}
