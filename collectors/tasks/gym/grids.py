"""Grids of numbers: read along a spiral, turned and mirrored, searched for groups of cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from collectors.tasks import answers
from collectors.tasks.gym import ordered, score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

Matrix = Sequence[Sequence[int]]
LATEX_ROW = re.compile(r"\\\\(?:\[[^\]]{0,20}\])?|\\cr\b|;")
MARKS = re.compile(r"[\[\]'\"\u201c\u201d]")
LATEX_FRAME = re.compile(r"\\(?:begin|end|left|right)\s?\{?[a-zA-Z]{0,20}\}?[\[\]()|.]?|\$")


def shown(matrix: Matrix) -> str:
    return "\n".join(" ".join(map(str, row)) for row in matrix)


def matrix(asked: Sample, text: str) -> Score:
    """The same rows of numbers: as lines, as nested brackets or in LaTeX."""
    said, marked = answers.region(text)
    found = tables(said)
    if not found:
        return score.result(False, None)
    table = found[0 if marked else -1]
    return score.result(table == score.rows(asked.target), str(table))


def tables(text: str) -> list[list[list[str]]]:
    """The matrices of a text: its unbroken runs of rows."""
    # score.plain takes '\\,' for LaTeX's thin space; a row's end comes before that.
    laid = LATEX_FRAME.sub(" ", LATEX_ROW.sub("\n", text).replace("&", " "))
    laid = score.plain(laid)
    if len(score.BRACKETED.findall(laid)) > 1:
        return [rows] if (rows := score.rows(laid)) else []
    found: list[list[list[str]]] = [[]]
    for line in MARKS.sub(" ", laid).splitlines():
        row = score.cells(line) if score.ROW.fullmatch(line) else []
        if row:
            found[-1].append(row)
        elif line.strip() and found[-1]:
            found.append([])
    return [rows for rows in found if rows]


def spiral(entry: Entry, rung: Rung) -> Asked | None:
    grid, order = entry["metadata"]["matrix"], entry["metadata"]["solution"]
    if order == [n for row in grid for n in row]:
        return None
    return Asked(f"Matrix:\n{shown(grid)}", ", ".join(map(str, order)), float(len(order)))


def square(count: int) -> dict[str, int]:
    return {"min_n": count, "max_n": count}


SPIRAL = gym(
    Family(
        name="spiral",
        title="Reading a matrix along a spiral",
        generator="algorithmic.spiral_matrix:SpiralMatrixDataset:SpiralMatrixConfig",
        ladder={
            1: Rung("2 x 2", square(2), size=500, crowded=True),
            2: Rung("3 x 3", square(3)),
            3: Rung("4 x 4", square(4)),
            4: Rung("5 x 5", square(5)),
            5: Rung("6 x 6", square(6)),
            6: Rung("8 x 8", square(8)),
            7: Rung("12 x 12", square(12)),
            8: Rung("18 x 18", square(18)),
            9: Rung("30 x 30", square(30)),
        },
        ask=spiral,
        request=(
            "Read the matrix along a spiral: the top row from left to right, the last column down, "
            "the bottom row from right to left, the first column up, and so on inwards, each "
            "number once."
        ),
        form="the numbers in that order, separated by commas",
        score=ordered.numbered,
        examples=(
            ("Matrix:\n3 8\n1 5", "3, 8, 5, 1", "Top row 3, 8; then down 5; then left 1."),
            ("Matrix:\n6 2\n9 4", "6, 2, 4, 9", "Top row 6, 2; then down 4; then left 9."),
            ("Matrix:\n7 0\n5 3", "7, 0, 3, 5", "Top row 7, 0; then down 3; then left 5."),
            ("Matrix:\n1 6\n8 2", "1, 6, 2, 8", "Top row 1, 6; then down 2; then left 8."),
            ("Matrix:\n9 5\n4 7", "9, 5, 7, 4", "Top row 9, 5; then down 7; then left 4."),
        ),
        category="logic",
        max_tokens={"terse": 100, "short": 300, "steps": 600, "think": 800},
    )
)

MOVES: Mapping[str, str] = {
    "90": "Turn the matrix a quarter turn clockwise.",
    "180": "Turn the matrix half a turn.",
    "270": "Turn the matrix a quarter turn anticlockwise.",
    "hmirror": "Reverse the order of the rows.",
    "vmirror": "Reverse the order of the columns.",
    "dmirror": "Make the first row the first column, the second row the second column, and so on.",
    "cmirror": (
        "Make the first row the last column, read from bottom to top, the second row the last "
        "column but one, read from bottom to top, and so on."
    ),
    "map": "Replace every {from} by {to}.",
    "zero_divisible": "Replace every number that {k} divides by 0.",
    "crop": "Keep only rows {row_start} to {row_end} and columns {col_start} to {col_end}.",
    "remove_every_nth_row": "Remove the rows whose number is a multiple of {n}.",
    "remove_every_nth_col": "Remove the columns whose number is a multiple of {n}.",
}
"""What the generator's operations do, in words that can be taken in one way only."""


def moves(entry: Entry, rung: Rung) -> Asked | None:
    """Every move does something to be followed; a matrix worth writing down is left."""
    found = entry["metadata"]
    before, after, done = found["matrix"], found["solution"], found["operations"]
    idle = any(op.get("degrees") == "360" or op.get("k") == 1 for op in done)
    left = {n for row in after for n in row}
    rows, columns = rung.options["least"]
    if idle or after == before or len(after) < rows or len(after[0]) < columns or len(left) < 3:
        return None
    told = [f"{i}. {in_words(op)}" for i, op in enumerate(done, 1)]
    text = f"Matrix:\n{shown(before)}\n\nMoves:\n" + "\n".join(told)
    cells = len(before) * len(before[0]) + len(after) * len(after[0])
    return Asked(text, shown(after), len(done) * cells / 2)


def in_words(operation: Mapping[str, Any]) -> str:
    return MOVES[operation.get("degrees", operation["transform"])].format_map(operation)


NEVER, SELDOM = -50.0, -1.5
"""The generator weighs its operations by e to the power of these; unnamed ones by e."""


def moved(
    rows: int, columns: int, count: int, never: Sequence[str] = (), seldom: Sequence[str] = ()
) -> dict[str, float]:
    """Settings of a matrix and of how many moves of which kinds are made."""
    shape = {"min_rows": rows, "max_rows": rows, "min_cols": columns, "max_cols": columns}
    kinds = {**{f"w_{k}": SELDOM for k in seldom}, **{f"w_{k}": NEVER for k in never}}
    return {**shape, "min_transforms": count, "max_transforms": count, **kinds}


SHRINKING = ("crop", "remove_every_nth_row", "remove_every_nth_col")
HARDER = ("rotate", "dmirror", "cmirror", "map", "zero_divisible", *SHRINKING)
BLURRING = ("map", "zero_divisible")
MATRIX_MOVES = gym(
    Family(
        name="matrix-moves",
        title="Turning and mirroring a matrix",
        generator="algorithmic.manipulate_matrix:ManipulateMatrixDataset:ManipulateMatrixConfig",
        ladder={
            1: Rung("2 x 2, rows reversed", moved(2, 2, 1, ("vmirror", *HARDER)), size=500,
                    crowded=True, options={"least": (2, 2)}),
            2: Rung("2 x 3, one move", moved(2, 3, 1, SHRINKING), options={"least": (2, 2)}),
            3: Rung("3 x 3, two moves", moved(3, 3, 2, SHRINKING), options={"least": (3, 3)}),
            4: Rung("4 x 4, three moves, some of which make it smaller",
                    moved(4, 4, 3, (), SHRINKING), options={"least": (2, 2)}),
            5: Rung("5 x 5, five moves", moved(5, 5, 5, (), SHRINKING),
                    options={"least": (3, 3)}),
            6: Rung("7 x 7, seven moves", moved(7, 7, 7, ("crop",), (*SHRINKING, *BLURRING)),
                    options={"least": (4, 4)}),
            7: Rung("10 x 10, ten moves", moved(10, 10, 10, SHRINKING, BLURRING),
                    options={"least": (10, 10)}),
            8: Rung("15 x 15, 15 moves", moved(15, 15, 15, SHRINKING, BLURRING),
                    options={"least": (15, 15)}),
            9: Rung("25 x 25, 25 moves", moved(25, 25, 25, SHRINKING, BLURRING),
                    options={"least": (25, 25)}),
        },
        ask=moves,
        request=(
            "Carry out the moves one after the other, each on what the one before it left. Rows "
            "are numbered from the top, columns from the left, from 1. Write the matrix at the end."
        ),
        form="the matrix, one row a line",
        score=matrix,
        examples=(
            ("Matrix:\n3 8\n1 5\n\nMoves:\n1. Reverse the order of the rows.", "1 5\n3 8",
             "The last row comes first: 1 5, then 3 8."),
            ("Matrix:\n7 0\n2 6\n\nMoves:\n1. Reverse the order of the rows.", "2 6\n7 0",
             "The last row comes first: 2 6, then 7 0."),
            ("Matrix:\n4 9\n8 3\n\nMoves:\n1. Reverse the order of the rows.", "8 3\n4 9",
             "The last row comes first: 8 3, then 4 9."),
        ),
        category="logic",
        max_tokens={"terse": 100, "short": 300, "steps": 600, "think": 800},
    )
)  # fmt: skip


def islands(entry: Entry, rung: Rung) -> Asked | None:
    """More than one group from the second level on, or counting the ones would do."""
    grid = entry["metadata"]["grid"]
    sizes = groups(grid)
    if len(sizes) < rung.options["groups"]:
        return None
    work = float(len(grid) * len(grid[0]))
    return Asked(f"Grid:\n{shown(grid)}", str(max(sizes)), work)


def groups(grid: Matrix) -> list[int]:
    """The sizes of the groups of ones that touch side by side."""
    left = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == 1}
    sizes = []
    while left:
        reached = [left.pop()]
        for r, c in reached:
            near = {(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)} & left
            left -= near
            reached += near
        sizes.append(len(reached))
    return sizes


def sea(size: int, count: int, smallest: int, largest: int) -> dict[str, int]:
    """Settings of a square grid with so many walks that draw a group of cells each."""
    shape = {f"{end}_{side}": size for end in ("min", "max") for side in ("rows", "cols")}
    return {
        **shape,
        "min_num_islands": count,
        "max_num_islands": count,
        "min_island_size": smallest,
        "max_island_size": largest,
    }


def at_least(count: int) -> dict[str, int]:
    return {"groups": count}


ISLANDS = gym(
    Family(
        name="islands",
        title="The largest group of cells",
        generator="graphs.largest_island:LargestIslandDataset:LargestIslandConfig",
        ladder={
            1: Rung("3 x 3, one group", sea(3, 1, 1, 6), options=at_least(1),
                    size=60, crowded=True),
            2: Rung("4 x 4, two groups or more", sea(4, 2, 1, 7), options=at_least(2),
                    size=500, crowded=True),
            3: Rung("5 x 5, two groups or more", sea(5, 3, 1, 9), options=at_least(2),
                    size=500, crowded=True),
            4: Rung("7 x 7, two groups or more", sea(7, 4, 2, 14), options=at_least(2)),
            5: Rung("10 x 10, three groups or more", sea(10, 5, 3, 16), options=at_least(3)),
            6: Rung("14 x 14, three groups or more", sea(14, 6, 5, 26), options=at_least(3)),
            7: Rung("20 x 20, four groups or more", sea(20, 9, 8, 40), options=at_least(4)),
            8: Rung("30 x 30, five groups or more", sea(30, 13, 12, 60), options=at_least(5)),
            9: Rung("45 x 45, six groups or more", sea(45, 21, 16, 90), options=at_least(6)),
        },
        ask=islands,
        request=(
            "Cells with 1 form a group when one can go from each to each over cells with 1, side "
            "by side or one above the other, never diagonally. How many cells has the largest "
            "group?"
        ),
        form="number",
        score=score.number,
        examples=(
            ("Grid:\n0 1\n0 1", "2", "One group, with one cell in each row: 1 + 1 = 2"),
            ("Grid:\n1 1\n0 1", "3", "One group, two cells in row 1, one in row 2: 2 + 1 = 3"),
            ("Grid:\n1 0\n0 0", "1", "One group, one cell in row 1: 1 + 0 = 1"),
        ),
        baseline=0.25,
        category="logic",
        max_tokens={"terse": 24},
    )
)  # fmt: skip
