"""The Pareto table in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from data.analysis.headline import headline
from data.export import cells, pareto_table, provenance
from data.store import Reader
from data.study import Study
from data.view import View, levels_of

HEADER = (
    "contestant",
    "capability (95 %)",
    "$/1k tasks",
    "tokens",
    "time",
    "P(frontier)",
    "verdict",
)


def aligned(rows: Sequence[Sequence[str]], header: Sequence[str]) -> str:
    """Rows in columns: the first and last to the left, the others to the right."""
    table = [list(header), *map(list, rows)]
    widths = [max(len(r[i]) for r in table) for i in range(len(header))]
    last = len(header) - 1
    lines = [
        "  ".join(
            cell.ljust(w) if i in (0, last) else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def pareto(reader: Reader, campaign: str, titles: bool = True) -> str:
    """The table of all tasks, then one for each category in which others compete."""
    whole = View(campaign)
    categories = sorted(levels_of(reader, whole)["category"].drop_nulls().unique().to_list())
    views = [("All tasks", whole)]
    if len(categories) > 1:
        views += [(c.capitalize(), View(campaign, categories=(c,))) for c in categories]
    blocks = [_block(reader, title if titles else "", view) for title, view in views]
    notes = provenance(Study(reader, whole), "")["prices"]
    cost = "\n".join(f"Cost: {note}." for note in notes)
    return "\n\n".join([*blocks, cost])


def _block(reader: Reader, title: str, view: View) -> str:
    placed = Study(reader, view).placed
    if view.categories:
        # Who never entered a category is not news in its table.
        placed = placed.filter(placed["coverage"] > 0)
    sentence = headline(placed).replace("**", "")
    rows = [cells(r) for r in pareto_table(placed, "all")]
    return f"{title}. {sentence}\n{aligned(rows, HEADER)}"
