"""Bill: dollars spent on calls where something cheaper does as well on one's own graded samples."""

from __future__ import annotations

import polars as pl

from data.analysis import bill, used
from data.analysis.summary import summarise
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.lenses.bill_logged import logged, without_cost
from data.lenses.bill_read import repeated
from data.lenses.given import called, given
from data.study import Study

SPEND = ("task", "model", "calls", "usd")
AMOUNTS, WHOLE = ("calls", "usd"), ("calls",)
"""Its columns of numbers, and of whole ones."""
IN_USE = ("task", "contestant")
INTERVAL = (
    "accuracy: 95 %, widened by the number of cheaper contestants (Bonferroni), t of paired "
    "differences; dollars: cross-fitted paired bootstrap-t of log costs, nominally 98 %"
)
OWN_SPEND = "spend: this campaign's own"
OWN_MARKS = "in use: as the experiment marks it"


def look(study: Study) -> Seen:
    """bill: one row per task and contestant in use, then what was not measured; in_use: who is.

    Without `spend` it is about the campaign's own answers, without `in_use` about what its
    experiment marks; where neither is there, ExportError.
    """
    spend = given(study, "spend", SPEND, AMOUNTS, WHOLE)
    unknown = without_cost(study) if spend is None else ""
    if spend is None:
        spend = logged(study)
    given_use = given(study, "in_use", IN_USE)
    notes = [note for note, frame in ((OWN_SPEND, spend), (OWN_MARKS, given_use)) if frame is None]
    notes.append(unknown)
    notes += [repeated(frame) for frame in (spend, given_use) if frame is not None]
    if given_use is None:
        in_use = study.marked
        if in_use.is_empty():
            raise _missing("--spend" if spend is None else "--in-use")
    else:
        ids = [_contestant(study, name) for name in given_use["contestant"]]
        in_use = given_use.select("task", contestant_id=pl.Series(ids, dtype=pl.String))
        told = study.marked.group_by("task").agg(pl.col("calls_per_month").first())
        in_use = in_use.join(told, on="task", how="left", maintain_order="left")
    if spend is None:
        if study.view.basis.shape is not None:
            raise ExportError(
                "A prompt shape prices calls to come, a bill is of calls made: give a spend log, "
                "or clear the prompt shape."
            )
        spend = used.spent(summarise(study.levels, ("task",)), in_use)
    found = bill.bill(spend, in_use, study.grid, study.summary)
    said = bill.sentence(found)
    if OWN_SPEND in notes:
        said = said.replace("You spent", "In this campaign you spent", 1)
    # An interval is read beside the value that it is named after.
    shown = found.rename({f"saving_{end}": f"saving_usd_{end}" for end in ("low", "high")})
    tables = {"bill": shown, "in_use": used.used(found, in_use, _names(study))}
    return Seen(tables, said, INTERVAL, " · ".join(filter(None, notes)) or None)


def _missing(option: str) -> ExportError:
    columns = SPEND if option == "--spend" else IN_USE
    return ExportError(
        f"The bill needs {option} FILE.csv, a table with the columns {', '.join(columns)}; or an "
        "experiment that marks contestants with in_use_for."
    )


def _names(study: Study) -> dict[str, str]:
    """Names by contestant_id of everybody in the campaign's tasks, in the view or not."""
    rows = study.levels.select("contestant_id", "name").unique("contestant_id")
    return dict(rows.sort("contestant_id").iter_rows())


def _contestant(study: Study, name: str | None) -> str:
    """contestant_id of a contestant called so; ExportError when there is none, or several."""
    known, table = _names(study), called(study, "in_use")
    found = [who for who, title in known.items() if name in (who, title)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ExportError(
            f"{table}: several contestants are called '{name}': {', '.join(found)}. Use an id."
        )
    if name is None:
        raise ExportError(f"{table}: a row names no contestant. Name one, or drop the row.")
    near = did_you_mean(name, known.values())
    raise ExportError(f"{table}: no contestant '{name[:60]}' in this campaign.{near}")
