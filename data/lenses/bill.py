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
INTERVAL = (
    "accuracy: 95 %, widened by the number of cheaper contestants (Bonferroni), t of paired "
    "differences; dollars: cross-fitted paired bootstrap-t of log costs, nominally 98 %"
)


def look(study: Study) -> Seen:
    """bill: one row per task and contestant in use, then what was not measured."""
    spend, used = given(study, "spend", SPEND), given(study, "in_use", IN_USE)
    if spend is None or used is None:
        missing, columns = ("--spend", SPEND) if spend is None else ("--in-use", IN_USE)
        raise ExportError(
            f"The bill needs {missing} FILE.csv, a table with the columns {', '.join(columns)}."
        )
    ids = [_contestant(study, name) for name in used["contestant"]]
    in_use = used.select("task", contestant_id=pl.Series(ids, dtype=pl.String))
    spend = numbers(spend, "spend", "calls", "usd")
    found = bill.bill(spend, in_use, study.grid, study.summary)
    return Seen({"bill": found}, bill.sentence(found), INTERVAL)


def _contestant(study: Study, name: str | None) -> str:
    """contestant_id of a contestant called so; ExportError when there is none, or several."""
    known = study.summary.select("name", "contestant_id")
    found = known.filter((pl.col("name") == name) | (pl.col("contestant_id") == name))
    if found.height == 1:
        return str(found["contestant_id"][0])
    if found.height:
        several = ", ".join(found["contestant_id"])
        raise ExportError(
            f"--in-use: several contestants are called '{name}': {several}. Use an id."
        )
    if name is None:
        raise ExportError("--in-use: a row names no contestant. Name one, or drop the row.")
    near = did_you_mean(name, known["name"])
    raise ExportError(f"--in-use: no contestant '{name}' in this campaign.{near}")
