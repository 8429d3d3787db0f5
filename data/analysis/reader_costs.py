"""What a reader's labels and fitting cost, and from how many documents on it has paid for them."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from data.analysis.verdicts import BETTER, MATCHES
from data.wording import amount

LABEL_USD = 0.08
"""Dollars of one labelled example: an assumption, about ten seconds of a person at $30 an hour."""
MOST = 10**15
"""More documents than anybody has: a saving so small is none."""
NAMED = 3
"""Tasks that a sentence names."""
BEST = "against the best writer: none is as good"
NO_COST = "cost not known"
NO_SAVING = "the reader is no cheaper"
NO_LABELS = "its labels are not known"
NO_FIT = "fitting cost not known"
COLUMNS: dict[str, Any] = {
    "labels": pl.Int64, "label_cost_usd": pl.Float64, "fit_cpu_s": pl.Float64,
    "fit_cost_usd": pl.Float64, "break_even": pl.Int64, "break_even_note": pl.String,
}  # fmt: skip


def with_costs(
    frame: pl.DataFrame,
    fits: pl.DataFrame,
    summary: pl.DataFrame,
    label_usd: float = LABEL_USD,
) -> pl.DataFrame:
    """The frame of `readers` with what its reader needed before its first answer.

    labels: labelled examples that its head was fitted on (0 for rules); label_cost_usd at
    `label_usd` each; fit_cost_usd as billed, or CPU seconds at the view's price of a CPU hour.
    break_even = (label_cost_usd + fit_cost_usd) / (cheap writer's cost of a document - reader's),
    rounded up: documents from which the reader has cost less than the cheapest writer that is as
    good as it; where none is, than the best one, and break_even_note says so. Null where it never
    does, or can't be known, and break_even_note says why.

    `fits`: contestant_id, task, labels, cpu_s, usd; `summary`: contestant_id, kind, price_basis,
    usd_per_cpu_hour.
    """
    known = {(r["contestant_id"], r["task"]): r for r in fits.iter_rows(named=True)}
    about = {r["contestant_id"]: r for r in summary.iter_rows(named=True)}
    rows = [
        _costs(row, _fit(row, known, about.get(row["reader_id"], {})), label_usd)
        for row in frame.iter_rows(named=True)
    ]
    return frame.hstack(pl.DataFrame(rows, schema=COLUMNS, orient="row"))


def _fit(
    row: dict[str, Any], known: dict[tuple[str, str], dict[str, Any]], about: dict[str, Any]
) -> dict[str, Any]:
    """labels, cpu_s and usd of a row's reader; nothing where they are not known."""
    found = known.get((row["reader_id"], row["task"]))
    if found is None:
        # Rules that were not fitted needed no examples.
        return {"labels": 0, "cpu_s": 0.0, "usd": 0.0} if about.get("kind") == "rules" else {}
    hour = about.get("usd_per_cpu_hour")
    if about.get("price_basis") == "cpu" and hour is not None and found["cpu_s"] is not None:
        return {**found, "usd": found["cpu_s"] * hour / 3600}
    return found


def _costs(row: dict[str, Any], fit: dict[str, Any], label_usd: float) -> dict[str, Any]:
    labels, usd = fit.get("labels"), fit.get("usd")
    paid = None if labels is None else labels * label_usd
    found: dict[str, Any] = {
        "labels": labels, "label_cost_usd": paid, "fit_cpu_s": fit.get("cpu_s"),
        "fit_cost_usd": usd, "break_even": None, "break_even_note": None,
    }  # fmt: skip
    if row["verdict"] is None:
        return found
    saving = _saving(row)
    if saving is None:
        return found | {"break_even_note": NO_COST}
    if saving <= 0:
        return found | {"break_even_note": NO_SAVING}
    if paid is None:
        return found | {"break_even_note": NO_LABELS}
    if usd is None:
        return found | {"break_even_note": NO_FIT}
    needed = (paid + usd) / saving
    if needed > MOST:
        return found | {"break_even_note": NO_SAVING}
    note = BEST if row["cheap_writer_id"] is None else None
    # A document more for a rounding error would be one too many.
    documents = math.ceil(needed - 1e-9 * max(1.0, needed))
    return found | {"break_even": documents, "break_even_note": note}


def _saving(row: dict[str, Any]) -> float | None:
    """Dollars that the reader saves on one document."""
    saving = row["cheap_saving_per_1k_usd"]
    if row["cheap_writer_id"] is None:
        costs = (row["reader_cost_per_1k_usd"], row["writer_cost_per_1k_usd"])
        saving = None if None in costs else costs[1] - costs[0]
    return None if saving is None else float(saving) / 1000


def cost_sentence(frame: pl.DataFrame, label_usd: float = LABEL_USD) -> str:
    """What `with_costs` adds of readers that do as well, in one Markdown sentence; '' of none."""
    rows = frame.filter((pl.col("labels") > 0) & pl.col("verdict").is_in([BETTER, MATCHES]))
    paid = rows.filter(pl.col("break_even").is_not_null()).sort("break_even", "task")
    never = rows.filter(pl.col("break_even_note") == NO_SAVING).height
    if paid.is_empty():
        return ""
    named = [
        f"{r['break_even']:,} documents on {r['task']}"
        for r in paid.head(NAMED).iter_rows(named=True)
    ]
    listed = " and ".join([", ".join(named[:-1]), named[-1]] if named[:-1] else named)
    text = (
        f" Labels, assumed at {amount(label_usd)} each, and fitting are paid back against the "
        f"cheapest writer as good (the best, where none is) from {listed}"
    )
    if paid.height > NAMED:
        text += f", later on {paid.height - NAMED} more"
    return text + (f", never on {never}" if never else "") + "."
