"""Readers beside writers: differences by task, by level and by labels, and when labels pay."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import forest, panels, scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.panels import Panel, Strand
from dashboard.figures.scatter import Span
from dashboard.figures.sheet import Figure
from data.analysis.price_kinds import MIXED, WORDS
from data.analysis.readers import MARGIN
from data.analysis.verdicts import BETTER, MATCHES, TOO_CLOSE, WORSE
from data.wording import amount, count_tick, percent, points, times_less, usd

COLOURS = {BETTER: BLUE, MATCHES: BLUE, WORSE: ORANGE, TOO_CLOSE: GREY}
SAID = {BETTER: "better", MATCHES: "matches", WORSE: "behind", TOO_CLOSE: "too close"}


def by_task(tasks: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Reader less writer in points, a row for each task; where the reader does best comes first."""
    order = ["difference", "category", "task"]
    rows = tasks.drop_nulls("difference").sort(order, descending=[True, False, False])
    return _differences([_bar(r, str(r["task"]), size) for r in rows.to_dicts()], size)


def by_labels(labelled: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """The same for each number of labelled examples that readers of a task were fitted on."""
    rows = labelled.drop_nulls("difference").sort("category", "task", "labels")
    named = [(r, f"{r['task']} · {r['labels']:,}") for r in rows.to_dicts()]
    return _differences([_bar(r, name, size) for r, name in named], size)


def _differences(bars: list[Bar], size: Size) -> Figure | None:
    title = "Reader less writer, points" if size == "phone" else (
        "Accuracy of the best reader less that of the best writer, points"
    )  # fmt: skip
    axis = Span(title, tick="{:+g}".format)
    return forest.build(bars, axis, size, reference=0, margin=-100 * MARGIN)


def _bar(row: dict[str, Any], name: str, size: Size) -> Bar:
    said, ratio = SAID[row["verdict"]], row["cost_ratio"]
    if ratio is not None and size != "phone":
        said += f", {_part(ratio)} its cost" + (" (mixed prices)" * (row["prices"] == MIXED))
    return Bar(
        name,
        100 * row["difference"],
        scatter.lines(
            name,
            f"Reader: {row['reader_name']} {percent(row['reader_accuracy'])}, "
            f"{usd(row['reader_cost_per_1k_usd'])} for 1,000",
            f"Writer: {row['writer_name']} {percent(row['writer_accuracy'])}, "
            f"{usd(row['writer_cost_per_1k_usd'])} for 1,000",
            "" if ratio is None else f"{_part(ratio)} the writer's cost ({WORDS[row['prices']]})",
            f"{_signed(row['difference'])} points ({_signed(row['difference_low'])} to "
            f"{_signed(row['difference_high'])}): {row['verdict']}",
            f"{row['samples']:,} shared samples"
            + (f"; telling takes about {row['needed']:,}" if row["needed"] else ""),
        ),
        low=100 * row["difference_low"],
        high=100 * row["difference_high"],
        colour=COLOURS[row["verdict"]],
        hollow=row["verdict"] == TOO_CLOSE,
        said=said,
    )


def _part(ratio: float) -> str:
    """What a reader costs of what a writer does."""
    return times_less(ratio) if ratio >= 1 else f"{1 / ratio:,.1f} times"


def _signed(share: float) -> str:
    return f"{'+' if share >= 0 else '-'}{points(abs(share))}"


def by_level(levels: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """A panel for each task: accuracy of its reader and its writer, level by level.

    The reader's line is dotted from the level at which it is detectably behind. Tasks of which
    that is told come first.
    """
    rows = levels.drop_nulls(["reader_accuracy", "writer_accuracy"]).sort(
        "category", "task", "level"
    )
    found = [_panel(of) for _, of in rows.group_by("category", "task", maintain_order=True)]
    found.sort(key=lambda pair: (pair[0], pair[1].title))
    shown = [panel for _, panel in found]
    return panels.build(shown, size, log=False, x_title="Level: harder →", ends=(0, 100))


def _panel(rows: pl.DataFrame) -> tuple[float, Panel]:
    """(the level at which its reader falls behind, its panel)."""
    steps = tuple(float(v) for v in rows["level"])
    turns = rows.filter(pl.col("turns"))["level"].to_list()
    turn = float(turns[0]) if turns else float("inf")
    strands = [
        Strand(
            side,
            steps,
            tuple(100 * v for v in rows[f"{side}_accuracy"]),
            tuple(side == "writer" or step < turn for step in steps),
            colour,
        )
        for side, colour in (("reader", BLUE), ("writer", ORANGE))
    ]
    said = f"behind from {turn:g}" if turns else "no turn"
    return turn, Panel(str(rows["task"][0]), said, tuple(strands))


def break_even(tasks: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Documents from which a reader's labels and fitting are paid back, soonest first."""
    rows = tasks.drop_nulls("break_even").sort("break_even", "category", "task")
    bars = [_paid(row, size) for row in rows.to_dicts()]
    axis = Span("Documents (log scale)", log=True, tick=count_tick)
    return forest.build(bars, axis, size)


def _paid(row: dict[str, Any], size: Size) -> Bar:
    # What cost nothing before its first answer is paid back by the first document.
    documents = max(1, row["break_even"])
    against = row["cheap_writer_name"] or row["writer_name"]
    said = count_tick(documents) if size == "phone" else f"{documents:,} against {against}"
    return Bar(
        row["task"],
        documents,
        scatter.lines(
            row["task"],
            f"{row['reader_name']} has paid for itself from {documents:,} documents",
            f"against {against}",
            f"{row['labels'] or 0:,} labels: {amount(row['label_cost_usd'])}, "
            f"fitting: {amount(row['fit_cost_usd'])}",
            f"Its accuracy: {row['verdict']} (the best writer: {row['writer_name']})",
            row["break_even_note"] or "",
        ),
        colour=COLOURS[row["verdict"]],
        hollow=row["verdict"] == TOO_CLOSE,
        said=said,
    )


def describe_tasks(frame: pl.DataFrame, what: str) -> str:
    """The differences in words."""
    rows = frame.drop_nulls("difference").sort("difference", "task", descending=[True, False])
    told = [
        f"{r['task']} {_signed(r['difference'])} ({r['verdict']})" for r in rows.head(10).to_dicts()
    ]
    return f"Accuracy of the best reader less the best writer, points, {what}: {'; '.join(told)}."


def describe_levels(levels: pl.DataFrame) -> str:
    """The panels in words."""
    turns = levels.filter(pl.col("turns")).sort("task")
    told = [f"{r['task']} from level {r['level']}" for r in turns.head(10).to_dicts()]
    return (
        "Accuracy of the best reader and the best writer of each task by level. The reader is "
        f"detectably behind on: {'; '.join(told) or 'no task'}."
    )


def describe_break_even(tasks: pl.DataFrame) -> str:
    """The break-evens in words."""
    rows = tasks.drop_nulls("break_even").sort("break_even", "task").head(10)
    told = [f"{r['task']} {r['break_even']:,}" for r in rows.to_dicts()]
    return f"Documents from which a reader's labels are paid back: {'; '.join(told)}."
