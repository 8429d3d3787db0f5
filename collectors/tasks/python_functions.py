"""Python functions: written from a description and three examples, graded by running them.

The code runs in the closed room of collectors/sandbox.py, on arguments it has not been shown; what
it returns is compared here, outside. Without the room nothing is run and the task is missing.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable, Mapping
from functools import lru_cache
from string import Template
from textwrap import dedent, indent
from typing import Any

from collectors import sandbox
from collectors.tasks import answers
from collectors.tasks.draw import Draw, check, deal
from collectors.tasks.functions import PUZZLES
from collectors.tasks.functions.puzzle import Puzzle
from collectors.tasks.prompts import Manner, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "python-functions", "1"
EACH = 60
"""Samples offered of each puzzle."""
SHOWN, TESTS = 3, 15
"""Examples in the prompt; further arguments that are not shown."""
LONGEST = 20_000
"""Characters of an answer that are run."""
LEVELS: Mapping[int, str] = {
    1: "one expression",
    2: "one condition, or two built-in functions",
    3: "one loop with a condition",
    4: "a loop that keeps count",
    5: "two ideas together: stacks, groups, windows, number bases",
    6: "a textbook algorithm with a rule changed",
    7: "a textbook algorithm with several rules of its own",
    8: "a small system: many rules, exceptions and ties",
}
CODE_LINE = re.compile(r"(?:async |def |class |import |from |@|#|[A-Za-z_]\w* *=|[)\]}])")


def size(level: int) -> int:
    return len(PUZZLES[level]) * EACH


def drawn(level: int, seed: int) -> tuple[Puzzle, dict[str, Any], Draw]:
    """(the puzzle, its parameters, what its arguments are drawn from)."""
    check(NAME, PUZZLES, level, seed, size)
    key = f"{NAME}/{level}/{VERSION}"
    group, _ = deal(seed, len(PUZZLES[level]), EACH, key)
    puzzle = PUZZLES[level][group]
    draw = Draw(f"{key}/{puzzle.name}/{seed}")
    return puzzle, puzzle.params(draw), draw


def reference(puzzle: Puzzle, params: Mapping[str, Any]) -> str:
    body = Template(dedent(puzzle.source).strip()).substitute(params)
    return f"def {puzzle.signature}:\n{indent(body, '    ')}"


def function(source: str, name: str) -> Callable[..., Any]:
    """A reference solution of our own, loaded here; never anything that a model wrote."""
    space: dict[str, Any] = {}
    exec(source, space)  # noqa: S102
    found: Callable[..., Any] = space[name]
    return found


@lru_cache(maxsize=512)
def cases(level: int, seed: int, count: int) -> tuple[tuple[str, str], ...]:
    """(arguments, right value) pairs as JSON, all different as far as there are so many."""
    puzzle, params, draw = drawn(level, seed)
    solve = function(reference(puzzle, params), puzzle.name)
    found: dict[str, str] = {}
    for _ in range(20 * count):
        args = sandbox.encoded(puzzle.args(draw, params))
        if args not in found:
            found[args] = sandbox.encoded(solve(*decoded(args)))
        if len(found) == count:
            break
    return tuple(found.items())


def decoded(args: str) -> list[Any]:
    found: list[Any] = json.loads(args)
    return found


def sample(level: int, seed: int) -> Sample:
    puzzle, params, _ = drawn(level, seed)
    asked = f"{puzzle.signature} returns {Template(puzzle.spec).substitute(params)}."
    shown = "\n".join(example(puzzle, *case) for case in cases(level, seed, SHOWN))
    cluster = f"{NAME}/{level}/{puzzle.name}"
    target = reference(puzzle, params)
    return Sample(
        NAME, level, seed, f"{asked}\n\nFor example:\n{shown}", target, "code", VERSION, cluster
    )


def example(puzzle: Puzzle, args: str, value: str) -> str:
    """'start('apple') -> 'app''."""
    given = ", ".join(repr(arg) for arg in decoded(args))
    return f"{puzzle.name}({given}) -> {json.loads(value)!r}"


ASK = "Write this function in Python 3.11 with nothing but the standard library."
END = "the whole function in one block that begins with ```python and ends with ```."
MANNERS: Mapping[str, Manner] = {
    "plain": Manner(f"{ASK} End with {END}"),
    "terse": Manner(f"{ASK} Reply with {END}"),
    "short": Manner(f"{ASK} Say in a few words how it is done, then end with {END}"),
    "steps": Manner(
        f"{ASK} Work out step by step, a short line each, how it is done, then end with {END}"
    ),
    "think": Manner(
        f"{ASK} Think it through: plan, mind the special cases, try the examples by hand, check "
        f"the result, then end with {END}"
    ),
}


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def code(text: str, name: str) -> str | None:
    """The code of an answer: the last block that defines the function, else what is not prose."""
    said = answers.without_thinking(text)[-answers.END :]
    defines = re.compile(rf"^(?:async +)?(?:def +{name}\b|{name} *=)", re.M)
    marks = list(answers.MARKER.finditer(said))
    candidates = [dedent(block) for block in reversed(blocks(said))]
    if marks:
        candidates.append(unframed(said[marks[-1].end() :].lstrip("*_` \n")))
    candidates.append(unframed(said))
    return next((c[:LONGEST].rstrip() for c in candidates if defines.search(c)), None)


def blocks(text: str) -> list[str]:
    """What stands between fences; a last one that was not closed counts, too."""
    found: list[str] = []
    inside: list[str] | None = None
    for line in text.split("\n"):
        before, fence, _ = line.partition("```")
        if inside is None:
            inside = [] if fence else None
        elif fence:
            found.append("\n".join([*inside, before]))
            inside = None
        else:
            inside.append(line)
    return found if inside is None else [*found, "\n".join(inside)]


def unframed(text: str) -> str:
    """From the first line that looks like code up to the next one, unindented, that does not."""
    kept: list[str] = []
    for line in text.split("\n"):
        if CODE_LINE.match(line) or (kept and (not line.strip() or line[:1] in " \t")):
            kept.append(line)
        elif kept:
            break
    return "\n".join(kept)


def score(asked: Sample, text: str) -> Score:
    """1 when every hidden test returns what the reference does; the note tells how many do."""
    puzzle, _, _ = drawn(asked.level, asked.seed)
    source = code(text, puzzle.name)
    if source is None:
        return Score(0.0, None)
    right, total, error = graded(asked.level, asked.seed, puzzle.name, source)
    note = f"{right} of {total} tests passed" + (f"; {error}" if error else "")
    return Score(float(right == total), source, note)


def lexical(source: str) -> bool:
    """Whether it can be cut into Python's words; what can't need not be run to be wrong."""
    try:
        return all(
            token.type != tokenize.ERRORTOKEN
            for token in tokenize.generate_tokens(io.StringIO(source).readline)
        )
    except (tokenize.TokenError, SyntaxError):
        return False


@lru_cache(maxsize=256)
def graded(level: int, seed: int, name: str, source: str) -> tuple[int, int, str | None]:
    """(tests passed, tests, the first error). SandboxError where no sandbox can be made."""
    tests = cases(level, seed, SHOWN + TESTS)
    if not lexical(source):
        return 0, len(tests), "broken: SyntaxError"
    result = sandbox.run(source, name, [decoded(args) for args, _ in tests])
    right = sum(value == wanted for value, (_, wanted) in zip(result.values, tests, strict=True))
    error = result.error if result.ending == "done" else f"{result.ending}: {result.error or ''}"
    return right, len(tests), error


@lru_cache(maxsize=512)
def pieces(source: str) -> int:
    """Names, numbers, operators, statements: what the reference solution is put together from."""
    return sum(1 for _ in ast.walk(ast.parse(source)))


def work(asked: Sample) -> float:
    """Pieces of the reference solution."""
    return float(pieces(asked.target))


TASK = Task(
    name=NAME,
    title="Python functions",
    category="code",
    version=VERSION,
    levels=LEVELS,
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 3000, "terse": 1000, "short": 1200, "steps": 1600, "think": 2400},
    form="```python",
    work=work,
    slow_score=True,
    missing=sandbox.missing,
    sources="Own puzzles; right values computed by own reference solutions.",
)
