"""Bill: dollars spent on calls where something cheaper does as well on one's own graded samples."""

from __future__ import annotations

import polars as pl

from data.analysis import bill
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.lenses.given import given, numbers
from data.study import Study

SPEND = ("task", "model", "calls", "usd")
IN_USE = ("task", "contestant")


def look(study: Study) -> Seen:
    """bill: one row per task and contestant in use, then what was not measured."""
    spend, used = given(study, "spend", SPEND), given(study, "in_use", IN_USE)
    if spend is None or used is None:
        missing, columns = ("--spend", SPEND) if spend is None else ("--in-use", IN_USE)
        raise ExportError(
            f"The bill needs {missing} FILE.csv, a table with the columns {', '.join(columns)}."
        )
    ids = _contestants(study)
    names = used["contestant"].to_list()
    for name in names:
        if name not in ids:
            raise ExportError(
                f"--in-use: no contestant '{name}' in this campaign.{did_you_mean(name, ids)}"
            )
    in_use = used.select("task", contestant_id=pl.Series([ids[n] for n in names], dtype=pl.String))
    spend = numbers(spend, "spend", "calls", "usd").with_columns(pl.col("calls").cast(pl.Int64))
    found = bill.bill(spend, in_use, study.grid, study.summary)
    return Seen({"bill": found}, bill.sentence(found))


def _contestants(study: Study) -> dict[str, str]:
    """contestant_id by name and by itself."""
    pairs = list(study.summary.select("name", "contestant_id").iter_rows())
    return {**dict(pairs), **{c: c for _, c in pairs}}
