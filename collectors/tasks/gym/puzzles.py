"""Puzzles: a cube that is tipped over and over, a sudoku."""

from __future__ import annotations

import re
from collections.abc import Sequence

from collectors.tasks.gym import ordered
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

COLOURS = (
    "red", "green", "blue", "yellow", "white", "orange", "purple", "pink", "brown", "gray", "cyan",
    "magenta", "gold", "silver", "indigo", "violet",
)  # fmt: skip


def tipped(entry: Entry, rung: Rung) -> Asked | None:
    found = entry["metadata"]
    first = rung.options.get("top")
    if first and found["target_side"] != "top":
        return None
    colours = [found["initial_state"][side] for side in SIDES]
    text = cube(colours, found["rotations"], found["target_side"])
    # A turn moves four sides; for the top after one turn it is enough to find one.
    return Asked(text, entry["answer"], 1.0 if first else 4.0 * len(found["rotations"]))


SIDES = ("top", "right", "front", "left", "back", "bottom")
WHERE = {
    "top": "on top", "bottom": "at the bottom", "front": "in front", "back": "at the back",
    "left": "on the left", "right": "on the right",
}  # fmt: skip


def cube(colours: Sequence[str], turns: Sequence[str], asked: str) -> str:
    """The question of a cube, its colours in the order of SIDES."""
    sides = "\n".join(f"{side}: {c}" for side, c in zip(SIDES, colours, strict=True))
    told = "\n".join(f"{i}. {side} to top" for i, side in enumerate(turns, 1))
    return f"Cube:\n{sides}\nTurns:\n{told}\n\nWhich colour is {WHERE[asked]} at the end?"


def shown(colours: str, side: str) -> tuple[str, str, str]:
    """An example: one turn, the top asked for."""
    named = colours.split()
    answer = named[SIDES.index(side)]
    working = f"The {side} is now on top. The {side} was {answer}."
    return cube(named, [side], "top"), answer, working


def colour(asked: Sample, text: str) -> Score:
    """The one colour named; 'grey' is 'gray'."""
    return ordered.chosen(COLOURS)(asked, re.sub(r"\bgrey\b", "gray", text, flags=re.I))


def turns(count: int) -> dict[str, int]:
    return {"min_rotations": count, "max_rotations": count}


CUBE = gym(
    Family(
        name="cube",
        title="Tipping a cube",
        generator="cognition.color_cube_rotation:ColorCubeRotationDataset:ColorCubeRotationConfig",
        ladder={
            1: Rung("one turn, the top asked for", turns(1), options={"top": True}),
            2: Rung("one turn", turns(1)),
            3: Rung("two turns", turns(2)),
            4: Rung("four turns", turns(4)),
            5: Rung("eight turns", turns(8)),
            6: Rung("16 turns", turns(16)),
            7: Rung("32 turns", turns(32)),
            8: Rung("70 turns", turns(70)),
            9: Rung("150 turns", turns(150)),
        },
        ask=tipped,
        request=(
            "A cube is tipped several times. Its sides are named as they lie at that moment.\n"
            "'front to top': front becomes top, top back, back bottom, bottom front.\n"
            "'back to top': back becomes top, top front, front bottom, bottom back.\n"
            "'left to top': left becomes top, top right, right bottom, bottom left.\n"
            "'right to top': right becomes top, top left, left bottom, bottom right.\n"
            "'bottom to top': top and bottom change places, and front and back do.\n"
            "The other sides stay. Answer the question."
        ),
        form="colour",
        score=colour,
        examples=(
            shown("red blue white pink gold green", "front"),
            shown("cyan gray violet brown silver orange", "right"),
            shown("gold cyan brown green blue violet", "left"),
            shown("pink white red cyan magenta blue", "back"),
        ),
        baseline=1 / 6,
        category="logic",
        max_tokens={"terse": 24},
    )
)  # fmt: skip


def sudoku(entry: Entry, rung: Rung) -> Asked | None:
    """Only the missing digits are asked for: copying 81 would be another task."""
    puzzle, solved = entry["metadata"]["puzzle"], entry["metadata"]["solution"]
    missing = [
        n
        for row, full in zip(puzzle, solved, strict=True)
        for given, n in zip(row, full, strict=True)
        if given == 0
    ]
    if len(missing) != rung.options["empty"]:
        return None
    rows = [" ".join(str(n or ".") for n in row) for row in puzzle]
    return Asked("Sudoku:\n" + "\n".join(rows), ", ".join(map(str, missing)), float(len(missing)))


def empty(text: str, count: int) -> Rung:
    return Rung(text, {"min_empty": count, "max_empty": count}, options={"empty": count})


ROWS = (
    "1 2 3 4 5 6 7 8 9\n4 5 6 7 8 9 1 2 3\n7 8 9 1 2 3 4 5 6\n2 3 4 5 6 7 8 9 1\n"
    "5 6 7 8 9 1 2 3 4\n8 9 1 2 3 4 5 6 7\n3 4 5 6 7 8 9 1 2\n6 7 8 9 1 2 3 4 5\n"
    "9 1 2 3 4 5 6 7 8"
)
"""A solved sudoku for examples."""

SUDOKU = gym(
    Family(
        name="sudoku",
        title="Sudoku",
        generator="games.sudoku:SudokuDataset:SudokuConfig",
        ladder={
            1: empty("one empty cell", 1),
            2: empty("two empty cells", 2),
            3: empty("four empty cells", 4),
            4: empty("eight empty cells", 8),
            5: empty("14 empty cells", 14),
            6: empty("22 empty cells", 22),
            7: empty("30 empty cells", 30),
            8: empty("39 empty cells", 39),
            9: empty("48 empty cells", 48),
        },
        ask=sudoku,
        request=(
            "Every row, every column and every 3 x 3 block of this sudoku holds each digit from 1 "
            "to 9 once. Find the digits of the empty cells, marked by dots, and name them row by "
            "row, from left to right."
        ),
        form="the digits in that order, separated by commas",
        score=ordered.digits,
        examples=(
            (
                f"Sudoku:\n{ROWS[:2]}.{ROWS[3:]}",
                "2",
                "Row 1 holds 1, 3, 4, 5, 6, 7, 8, 9. 2 is missing.",
            ),
            (f"Sudoku:\n{ROWS[:-1]}.", "8", "Row 9 holds 9, 1, 2, 3, 4, 5, 6, 7. 8 is missing."),
        ),
        baseline=1 / 9,
        category="logic",
        max_tokens={"terse": 160},
    )
)
