"""Bill: dollars spent on calls where something cheaper does as well on one's own graded samples."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from data.analysis import bill
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.study import Study

SPEND = ("task", "model", "calls", "usd")
IN_USE = ("task", "contestant")


def look(study: Study) -> Seen:
    """bill: one row per task and contestant in use, then what was not measured."""
    spend = _read(study, "spend", SPEND)
    used = _read(study, "in_use", IN_USE)
    ids = _contestants(study)
    names = used["contestant"].to_list()
    for name in names:
        if name not in ids:
            raise ExportError(
                f"--in-use: no contestant '{name}' in this campaign.{did_you_mean(name, ids)}"
            )
    in_use = used.select("task", contestant_id=pl.Series([ids[n] for n in names], dtype=pl.String))
    spend = spend.with_columns(
        pl.col("calls").cast(pl.Int64, strict=False), pl.col("usd").cast(pl.Float64, strict=False)
    )
    found = bill.bill(spend, in_use, study.grid, study.summary)
    return Seen({"bill": found}, bill.sentence(found))


def _contestants(study: Study) -> dict[str, str]:
    """contestant_id by name and by itself."""
    pairs = list(study.summary.select("name", "contestant_id").iter_rows())
    return {**dict(pairs), **{c: c for _, c in pairs}}


def _read(study: Study, option: str, columns: tuple[str, ...]) -> pl.DataFrame:
    flag = "--" + option.replace("_", "-")
    wanted = ", ".join(columns)
    if option not in study.options:
        raise ExportError(f"The bill needs {flag} FILE.csv, a table with the columns {wanted}.")
    path = Path(study.options[option])
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        why = str(error).splitlines()[0]
        raise ExportError(
            f"Can't read {flag} {path}: {why}. It is a CSV table with the columns {wanted}."
        ) from error
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise ExportError(
            f"{flag} {path} has no column '{missing[0]}'; its columns are "
            f"{', '.join(frame.columns)}. It needs {wanted}."
        )
    return frame
