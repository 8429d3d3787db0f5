"""Facts as a frame, and frames of results with the facts beside them."""

from __future__ import annotations

from datetime import date

import polars as pl

from data.catalog import files
from data.catalog.models import KINDS, models, size_tier
from data.catalog.names import resolve
from data.catalog.sources import labs

POLARS: dict[type, type[pl.DataType]] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    bool: pl.Boolean,
    date: pl.Date,
}


@files.kept
def frame() -> pl.DataFrame:
    """One row per model: model_id, model_name, every fact, lab_name, country, size_tier."""
    rows = []
    for model in models().values():
        lab = labs().get(str(model.get("lab")))
        rows.append(
            {
                "model_id": model.id,
                "model_name": model.name,
                **{key: model.get(key) for key in KINDS},
                "lab_name": lab.name if lab else None,
                "country": lab.country if lab else None,
                "size_tier": size_tier(model.count("params_total")),
            }
        )
    schema: dict[str, type[pl.DataType]] = {"model_id": pl.String, "model_name": pl.String}
    schema |= {key: POLARS[kind] for key, kind in KINDS.items()}
    schema |= {"lab_name": pl.String, "country": pl.String, "size_tier": pl.String}
    return pl.DataFrame(rows, schema=schema)


def annotate(results: pl.DataFrame) -> pl.DataFrame:
    """A frame with `model` and `model_id` gains model_name, lab (its name), country, weights, ...

    A null `model_id` is resolved from the model string, so that results collected before their
    model was in the catalogue gain its facts as soon as it is.
    """
    facts = frame().select(
        "model_id",
        "model_name",
        pl.col("lab_name").alias("lab"),
        "country",
        "weights",
        "licence",
        "architecture",
        "mixture",
        "params_total",
        "params_active",
        "size_tier",
        "released",
    )
    named = results.with_columns(model_id=_identified(results))
    return named.join(facts, on="model_id", how="left", maintain_order="left")


def _identified(results: pl.DataFrame) -> pl.Expr:
    strings = results.filter(pl.col("model_id").is_null())["model"].drop_nulls().unique().to_list()
    found = {text: resolve(text).model_id for text in strings}
    looked_up = pl.col("model").replace_strict(found, default=None, return_dtype=pl.String)
    return pl.coalesce("model_id", looked_up)
