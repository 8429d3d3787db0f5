"""Models: one of them at a time, beside everybody else, with what is known of it and its prices."""

from __future__ import annotations

from datetime import date

import polars as pl

from data.analysis import one_model
from data.analysis import one_model_words as words
from data.analysis.summary import summarise
from data.catalog.models import KINDS, Value, models
from data.catalog.prices import history, where
from data.catalog.sources import labs, sources
from data.errors import ExportError, did_you_mean
from data.export import INTERVAL
from data.lenses import Seen
from data.study import Study
from data.wording import size

FACTS = {
    "fact": pl.String, "value": pl.String, "source": pl.String, "url": pl.String,
    "checked": pl.Date, "note": pl.String,
}  # fmt: skip
PRICES = {
    "deployment": pl.String, "valid_from": pl.String, "valid_until": pl.String,
    "input_usd_per_mtok": pl.Float64, "output_usd_per_mtok": pl.Float64,
    "cache_read_usd_per_mtok": pl.Float64, "source": pl.String,
}  # fmt: skip


def look(study: Study) -> Seen:
    """contestants of the model that --model names (or the ablest), parts (tasks, or categories
    where there are many), levels, facts, prices, and the list of models."""
    rows = one_model.keyed(study.placed)
    listed = one_model.models(rows)
    asked = study.options.get("model")
    key = one_model.chosen(rows, asked)
    if key is None and asked is not None:
        near = did_you_mean(asked, listed["model"].to_list())
        raise ExportError(f"No model '{asked}' in campaign '{study.view.campaign}'.{near}")
    mine = one_model.told_apart(rows.filter(pl.col("key") == key))
    row = listed.filter(pl.col("model") == key).to_dicts()
    ranked = int(listed["rank"].count())
    ids = mine["contestant_id"].to_list()
    by = "task" if study.levels["task"].n_unique() <= one_model.FEW_TASKS else "category"
    everybody = pl.col("contestant_id").is_in(rows["contestant_id"].to_list())
    whole, split = (
        summarise(study.levels, columns, study.mix).filter(everybody)
        for columns in ([by], ["task", "level"])
    )
    tables = {
        "figures": words.figures(mine, row[0], ranked) if row else _nothing(),
        "contestants": mine.select(one_model.SHOWN),
        "parts": one_model.parts(whole, by, ids),
        "levels": one_model.by_level(split, ids),
        "facts": _facts(mine["model_id"].drop_nulls().first() if mine.height else None),
        "prices": _prices(mine["model"].drop_nulls().unique().sort().to_list()),
        "models": listed,
    }
    note = None if by == "task" else "many tasks, so parts are categories"
    if not row:
        return Seen(tables, "No contestant answered anything here.", INTERVAL, note)
    spread = one_model.effort(mine, study.grid) if mine.height > 1 else None
    said = words.sentence(row[0], ranked, mine, spread, study.compared.height)
    return Seen(tables, said, INTERVAL, note)


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=words.FIGURES)


def _facts(model_id: object) -> pl.DataFrame:
    """What the catalogue says of a model, each fact with where it was read."""
    model = models().get(str(model_id))
    found = []
    for fact in sorted(model.facts if model else (), key=lambda f: list(KINDS).index(f.key)):
        source = sources().get(fact.source or "")
        notes = ["estimated" if fact.estimated else "", fact.note or ""]
        found.append(
            {
                "fact": fact.key.replace("_", " "),
                "value": _said(fact.key, fact.value),
                "source": source.title if source else fact.source,
                "url": source.url if source else None,
                "checked": source.checked if source else None,
                "note": "; ".join(filter(None, notes)) or None,
            }
        )
    return pl.DataFrame(found, schema=FACTS, orient="row")


def _said(key: str, value: Value) -> str:
    """A fact as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        much = key.startswith("params") or value >= 10_000_000
        return size(value) if much else f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, date):
        return value.isoformat()
    lab = labs().get(value) if key == "lab" else None
    if lab is not None:
        return f"{lab.name} ({lab.country})" if lab.country else lab.name
    return value


def _prices(names: list[str]) -> pl.DataFrame:
    """Every known price of the model strings' deployments, oldest first."""
    found = [
        {
            "deployment": str(where(name)),
            "valid_from": price.valid_from or None,
            "valid_until": price.valid_until or None,
            "input_usd_per_mtok": price.rates.input,
            "output_usd_per_mtok": price.rates.output,
            "cache_read_usd_per_mtok": price.rates.cache_read,
            "source": _title(price.source),
        }
        for name in names
        for price in history(name)
    ]
    return pl.DataFrame(found, schema=PRICES, orient="row").unique(maintain_order=True)


def _title(source: str) -> str | None:
    known = sources().get(source)
    return known.title if known else source or None
