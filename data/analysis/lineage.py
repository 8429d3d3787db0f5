"""Lineage: how much of its teacher a distilled model keeps, and at what share of its cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from data.analysis.by_model import comparable
from data.analysis.grid import Array, Grid
from data.analysis.groups import standing
from data.analysis.price_kinds import each, together
from data.analysis.resample import Draws, draws, interval
from data.wording import percent, times_less

NEEDED: dict[str, type[pl.DataType]] = {
    "name": pl.String, "model_id": pl.String, "accuracy": pl.Float64, "cost_per_1k_usd": pl.Float64,
}  # fmt: skip
UNSOLVED = "its teacher solves nothing"
STUDENTS = {
    "student_model_id": pl.String, "teacher_model_id": pl.String, "confidence": pl.String,
    "student_id": pl.String, "student_name": pl.String,
    "teacher_id": pl.String, "teacher_name": pl.String,
    "student_accuracy": pl.Float64, "teacher_accuracy": pl.Float64,
    "kept": pl.Float64, "kept_low": pl.Float64, "kept_high": pl.Float64,
    "difference": pl.Float64, "difference_low": pl.Float64, "difference_high": pl.Float64,
    "shared_samples": pl.Int64, "cost_ratio": pl.Float64, "kept_per_dollar": pl.Float64,
    "prices": pl.String, "reason": pl.String,
}  # fmt: skip


def pairs(facts: pl.DataFrame) -> pl.DataFrame:
    """student_model_id, teacher_model_id, confidence: distilled models whose teacher is named.

    `facts`: model_id, distilled, distilled_from, confidence, one row per model. A model that is
    said not to be distilled, or to be its own teacher, is no pair. Sorted by student_model_id.
    """
    named = pl.col("distilled_from").is_not_null() & pl.col("distilled").fill_null(True)
    return (
        facts.filter(named & (pl.col("distilled_from") != pl.col("model_id")))
        .select(
            pl.col("model_id").alias("student_model_id"),
            pl.col("distilled_from").alias("teacher_model_id"),
            "confidence",
        )
        .sort("student_model_id")
    )


def best(summary: pl.DataFrame) -> pl.DataFrame:
    """The one contestant of each model_id that stands for it.

    The one of the highest accuracy; of equals the cheapest (unknown cost last), then the first
    contestant_id. Picking the best of several efforts on the answers that are then compared
    flatters both sides a little. Only contestants that answered all of the view's samples.
    """
    rows = comparable(summary, NEEDED)
    known = rows.filter(pl.col("model_id").is_not_null() & pl.col("accuracy").is_not_null())
    # Equal means must not be told apart by a rounding error.
    ranked = known.with_columns(rounded=pl.col("accuracy").round(9)).sort(
        "rounded", "cost_per_1k_usd", "contestant_id", descending=[True, False, False],
        nulls_last=True,
    )  # fmt: skip
    return ranked.drop("rounded").unique("model_id", keep="first").sort("model_id")


def students(
    summary: pl.DataFrame,
    facts: pl.DataFrame,
    grid: Grid | None = None,
    resamples: int = 400,
    seed: int = 1,
) -> pl.DataFrame:
    """One row per distilled model that was asked, beside its teacher; sorted by student_model_id.

    student_model_id, teacher_model_id, confidence (of the fact); student_id, student_name,
    teacher_id, teacher_name (the contestants compared: see `best`); student_accuracy,
    teacher_accuracy (0..1); kept (student over teacher: 1 keeps all, 0 nothing, null where the
    teacher solves nothing); difference (student less teacher, -1..1); cost_ratio (student's cost
    over the teacher's; null where one is free or unpriced); kept_per_dollar (kept over cost_ratio:
    how many times the capability per dollar); prices ('list', 'self-hosted', 'mixed', null); reason
    (why there is no comparison; null with one).

    With a Grid the accuracies are of the samples that both answered, level-balanced, counted in
    shared_samples, and intervals, 95 %, come from its paired bootstrap (clusters within levels;
    METHOD section 2.1). None without a Grid, nor where resampling can't vary the difference (one
    cluster per level, or every sample differs by the same).
    """
    chosen = {row["model_id"]: row for row in best(summary).to_dicts()}
    there = set(summary["model_id"].drop_nulls()) if "model_id" in summary.columns else set()
    teachers = {s: (t, c) for s, t, c in pairs(facts).iter_rows()}
    distilled = set(facts.filter(pl.col("distilled"))["model_id"]) | set(teachers)
    drawn = draws(grid, resamples, seed) if grid is not None else None
    found = []
    for student in sorted(there & distilled):
        teacher, confidence = teachers.get(student, (None, None))
        row: dict[str, Any] = {"student_model_id": student, "teacher_model_id": teacher}
        row["confidence"] = confidence
        row |= _sided("student", chosen.get(student)) | _sided("teacher", chosen.get(teacher))
        row["reason"] = _reason(student, teacher, chosen, there)
        if row["reason"] is None:
            row |= _paired(chosen[student], chosen[teacher], drawn)
        found.append(row)
    return pl.DataFrame(found, schema=STUDENTS, orient="row")


def _sided(side: str, chosen: dict[str, Any] | None) -> dict[str, Any]:
    if chosen is None:
        return {}
    return {
        f"{side}_id": chosen["contestant_id"],
        f"{side}_name": chosen["name"],
        f"{side}_accuracy": chosen["accuracy"],
    }


def _reason(
    student: str, teacher: str | None, chosen: dict[str, Any], there: set[str]
) -> str | None:
    if student not in chosen:
        return "the student did not answer all of these samples"
    if teacher is None:
        return "its teacher is not named"
    if teacher not in there:
        return "its teacher was not asked"
    return None if teacher in chosen else "its teacher did not answer all of these samples"


def _paired(
    student: dict[str, Any], teacher: dict[str, Any], drawn: Draws | None
) -> dict[str, Any]:
    """The comparison of two contestants; see `students`."""
    row = {"student_accuracy": student["accuracy"], "teacher_accuracy": teacher["accuracy"]}
    if drawn is not None:
        row |= _shared(student["contestant_id"], teacher["contestant_id"], drawn)
    if row.get("reason"):
        return row
    ours, theirs = row["student_accuracy"], row["teacher_accuracy"]
    row["difference"] = ours - theirs
    row["kept"] = ours / theirs if theirs > 0 else None
    costs = (student["cost_per_1k_usd"], teacher["cost_per_1k_usd"])
    row["cost_ratio"] = costs[0] / costs[1] if all(costs) else None
    if row["cost_ratio"] and row["kept"] is not None:
        row["kept_per_dollar"] = row["kept"] / row["cost_ratio"]
    row["prices"] = together(student["prices"], teacher["prices"])
    return row


def _shared(student: str, teacher: str, drawn: Draws) -> dict[str, Any]:
    """Accuracies of two contestants over the samples that both answered, with intervals."""
    grid = drawn.grid
    if student not in grid.ids or teacher not in grid.ids:
        return {"shared_samples": 0, "reason": "no answers of both to compare"}
    scores = grid.score[[grid.ids.index(student), grid.ids.index(teacher)]]
    scores = np.where(np.isnan(scores).any(axis=0), np.nan, scores)
    shared = int((~np.isnan(scores[0])).sum())
    ours, theirs = (float(v) for v in grid.balance(scores))
    if not shared or np.isnan(ours):
        return {"shared_samples": shared, "reason": "no sample that both answered"}
    row: dict[str, Any] = {
        "shared_samples": shared, "student_accuracy": ours, "teacher_accuracy": theirs,
    }  # fmt: skip
    means = drawn.means(scores)
    row["difference_low"], row["difference_high"] = _ends(means[:, 0] - means[:, 1])
    if (means[:, 1] > 0).all():
        row["kept_low"], row["kept_high"] = _ends(means[:, 0] / means[:, 1])
    return row


def _ends(values: Array) -> tuple[float | None, float | None]:
    """The interval of resampled values; none where resampling could not vary them."""
    if not len(values) or np.ptp(values) < 1e-12:
        return (None, None)
    low, high = interval(values)
    return (float(low), float(high))


def sentence(students: pl.DataFrame, groups: pl.DataFrame, by: str = "lab") -> str:
    """One Markdown sentence from `students` and `groups.by_group` of lab, country, ..."""
    return f"{_kept(students)}; {standing(groups, by)}."


def _kept(students: pl.DataFrame) -> str:
    """What the students keep: one by name, several by their median."""
    known = students.filter(pl.col("kept").is_not_null())
    n = known.height
    if not n:
        return f"**No student stands beside its teacher** here: {_lacking(students)}"
    if n == 1:
        row = known.row(0, named=True)
        ends = ""
        if row["kept_low"] is not None:
            ends = f" [{percent(row['kept_low'])}, {percent(row['kept_high'])}]"
        name, teacher = row["student_name"], row["teacher_name"]
        cost = _cost(known)
        return f"{name} keeps **{percent(row['kept'])}**{ends} of the capability of {teacher}{cost}"
    kept = percent(float(np.median(known["kept"].to_numpy())))
    return f"{n} students keep a median **{kept}** of their teachers' capability{_cost(known)}"


def _lacking(students: pl.DataFrame) -> str:
    """Who was asked in vain, and the commonest reason."""
    asked = students.height
    if not asked:
        return "no distilled model was asked"
    why = students["reason"].drop_nulls().value_counts().sort("count", "reason")
    reason, n = (why["reason"][-1], why["count"][-1]) if why.height else (UNSOLVED, asked)
    if asked == 1:
        return f"1 distilled model was asked ({reason})"
    return f"{asked} distilled models were asked ({'each' if n == asked else n}: {reason})"


def _cost(known: pl.DataFrame) -> str:
    """What they cost beside their teachers: a median for each kind of prices, and marked."""
    ratios = each(known, "cost_ratio")
    if not ratios:
        return ", at a cost that can't be compared"
    its = "its" if known.height == 1 else "their"
    said = [f"{_part_of(ratio)} {its} cost{mark}" for ratio, mark in ratios]
    return f" for {' and '.join(said)}"


def _part_of(ratio: float) -> str:
    return f"{ratio:,.1f} times" if ratio > 1 else times_less(1 / ratio)
