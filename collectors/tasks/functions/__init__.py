"""The puzzles of `python-functions`, by level: a sentence, a reference solution, its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.tasks.functions.algorithms import SIX
from collectors.tasks.functions.expressions import ONE, TWO
from collectors.tasks.functions.ideas import FIVE
from collectors.tasks.functions.loops import FOUR, THREE
from collectors.tasks.functions.puzzle import Puzzle
from collectors.tasks.functions.rules import SEVEN
from collectors.tasks.functions.systems import EIGHT

PUZZLES: Mapping[int, tuple[Puzzle, ...]] = {
    1: ONE, 2: TWO, 3: THREE, 4: FOUR, 5: FIVE, 6: SIX, 7: SEVEN, 8: EIGHT,
}  # fmt: skip
