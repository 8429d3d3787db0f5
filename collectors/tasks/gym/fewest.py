"""The fewest moves to a state: measuring with jugs, opening a lock with buttons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from collectors.tasks.gym import ordered, score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

S = TypeVar("S")

JUG_MOVE = re.compile(
    r"\b(?:(fill|empty)(?:\s+jug)?\s+([a-z])|"
    r"pour(?:\s+from)?(?:\s+jug)?\s+([a-z])\s*(?:-+>|=+>|\u2192|,|\binto\b|\bto\b|\bin\b)?\s*"
    r"(?:jug\s+)?([a-z]))\b",
    re.I,
)
Litres = tuple[int, ...]


def jugs(entry: Entry, rung: Rung) -> Asked | None:
    puzzle = entry["metadata"]["puzzle"]
    held, target = tuple(puzzle["jug_capacities"]), puzzle["target"]
    low, high = rung.options["moves"]
    if not low <= puzzle["min_moves"] <= high or held.count(target) > 1:
        return None
    told = ", ".join(f"{letter} {litres}" for letter, litres in zip(NAMES, held, strict=False))
    found = shortest((0,) * len(held), lambda now: poured(now, held), lambda now: target in now)
    return Asked(f"Jugs: {told}\nWanted: {target}", ", ".join(found), float(len(found)))


NAMES = "ABCDEFGH"


def shortest(
    start: S, ways: Callable[[S], Iterable[tuple[str, S]]], done: Callable[[S], bool]
) -> list[str]:
    """The names of the fewest moves from `start` to what is `done`; there must be some."""
    come: dict[S, list[str]] = {start: []}
    for now in (queue := [start]):
        if done(now):
            return come[now]
        for name, after in ways(now):
            if after not in come:
                come[after] = [*come[now], name]
                queue.append(after)
    raise ValueError("no moves lead there")


def poured(now: Litres, held: Litres) -> Iterable[tuple[str, Litres]]:
    """Every move from a state, and the state after it."""
    every = range(len(held))
    for i in every:
        yield f"fill {NAMES[i]}", changed(now, {i: held[i]})
    for i in every:
        yield f"empty {NAMES[i]}", changed(now, {i: 0})
    for i in every:
        for j in every:
            if i != j:
                flows = min(now[i], held[j] - now[j])
                yield (
                    f"pour {NAMES[i]} {NAMES[j]}",
                    changed(now, {i: now[i] - flows, j: now[j] + flows}),
                )


def changed(now: Litres, to: Mapping[int, int]) -> Litres:
    return tuple(to.get(i, litres) for i, litres in enumerate(now))


def pouring(asked: Sample, text: str) -> Score:
    """Any moves that lead to the amount, as few as the target's."""
    told, wanted = asked.input.splitlines()
    held = tuple(int(n) for n in re.findall(r"\d+", told))
    amount, least = int(wanted.partition(":")[2]), len(asked.target.split(","))
    said = None
    for part in ordered.candidates(text):
        moves = [jug_move(m) for m in JUG_MOVE.finditer(part)]
        said = said or ", ".join(moves) or None
        if len(moves) == least and amount in after(moves, held):
            return score.result(True, ", ".join(moves))
    return score.result(False, said)


def jug_move(found: re.Match[str]) -> str:
    verb, jug, source, into = found.groups()
    return f"{verb.lower()} {jug.upper()}" if verb else f"pour {source.upper()} {into.upper()}"


def after(moves: Sequence[str], held: Litres) -> Litres:
    """What the jugs hold after the moves; nothing where one is no move of theirs."""
    now = (0,) * len(held)
    for move in moves:
        ways = dict(poured(now, held))
        if move not in ways:
            return ()
        now = ways[move]
    return now


def measured(
    text: str, least: int, moves: tuple[int, int], size: int, jugs: tuple[int, ...] = (3,)
) -> Rung:
    """A level of so many moves; `least` of the generator also bounds how much the jugs hold."""
    config, vary, options = {"difficulty": least}, {"num_jugs": jugs}, {"moves": moves}
    return Rung(text, config, vary=vary, size=size, crowded=True, options=options)


JUGS = gym(
    Family(
        name="jugs",
        title="Measuring with jugs",
        generator="algorithmic.jugs:JugsDataset:JugsConfig",
        ladder={
            1: measured("one move", 1, (1, 1), 34, jugs=(3, 4, 5, 6)),
            2: measured("two moves", 2, (2, 2), 100, jugs=(3, 4)),
            3: measured("four moves", 4, (4, 4), 100),
            4: measured("five moves", 5, (5, 5), 50),
            5: measured("six or seven moves", 6, (6, 7), 100),
            6: measured("eight or nine moves", 8, (8, 9), 150),
            7: measured("ten or eleven moves", 10, (10, 11), 150),
            8: measured("12 to 14 moves", 12, (12, 14), 150),
            9: measured("15 to 30 moves", 15, (15, 30), 150),
        },
        ask=jugs,
        request=(
            "All jugs are empty at first; each holds so many litres. 'fill A' fills jug A, 'empty "
            "A' empties it, 'pour A B' pours from A into B until A is empty or B is full. Find the "
            "fewest moves after which one of the jugs holds exactly the wanted litres."
        ),
        form="the moves, separated by commas",
        score=pouring,
        examples=(
            ("Jugs: A 9, B 2, C 9\nWanted: 7", "fill A, pour A B",
             "9 - 2 = 7: fill A, then pour 2 of it into B."),
            ("Jugs: A 9, B 7, C 8\nWanted: 8", "fill C", "C holds 8: fill C."),
            ("Jugs: A 9, B 2, C 2, D 2\nWanted: 9", "fill A", "A holds 9: fill A."),
            ("Jugs: A 8, B 8, C 8, D 6\nWanted: 6", "fill D", "D holds 6: fill D."),
            ("Jugs: A 9, B 7, C 9\nWanted: 7", "fill B", "B holds 7: fill B."),
        ),
        baseline=0.3,
        category="logic",
        max_tokens={"terse": 100},
    )
)  # fmt: skip

Lock = tuple[int, bool]
"""The number shown, and whether the light is green."""
BUTTON = re.compile(r"([A-C]): (add|subtract|multiply by) (\d+)(?:, only while (red|green))?")
VERBS = {"add": "add", "subtract": "subtract", "multiply": "multiply by"}
PRESSING = frozenset(("press", "then", "and", "button", "buttons"))


def lock(entry: Entry, rung: Rung) -> Asked | None:
    """The wanted number is what the first presses of the generator's solution give.

    From three presses on, one button again and again won't do.
    """
    found, presses = entry["metadata"], rung.options["presses"]
    if len(found["solution_path"]) < presses:
        return None
    told = [
        f"{b['name']}: {VERBS[b['type']]} {b['value']}"
        + ("" if b["active_state"] == "any" else f", only while {b['active_state']}")
        for b in found["buttons"]
    ]
    text = "Buttons:\n" + "\n".join(told)
    ways = pressed(text)
    now: Lock = (0, False)
    for name in found["solution_path"][:presses]:
        now = dict(ways(now))[name]
    least = shortest((0, False), ways, lambda lock: lock[0] == now[0])
    repeated = any(shows(name * presses, ways) == now[0] for name in "ABC")
    if len(least) != presses or (repeated and presses > 2):
        return None
    return Asked(f"{text}\nWanted: {now[0]}", ", ".join(least), 3.0 * presses)


def pressed(text: str) -> Callable[[Lock], Iterable[tuple[str, Lock]]]:
    """What can be pressed in a state, by the buttons' description."""
    buttons = BUTTON.findall(text)

    def ways(now: Lock) -> Iterable[tuple[str, Lock]]:
        number, green = now
        for name, verb, amount, colour in buttons:
            if colour in ("", "green" if green else "red"):
                n = int(amount)
                shown = {"add": number + n, "subtract": number - n, "multiply by": number * n}
                yield name, (shown[verb], not green)

    return ways


def unlocking(asked: Sample, text: str) -> Score:
    """Any presses that lead to the number, as few as the target's."""
    ways, wanted = pressed(asked.input), int(asked.input.rpartition(":")[2])
    least = len(asked.target.split(","))
    said = None
    for part in ordered.candidates(text):
        tokens = [t for t in ordered.LETTERS.findall(part.upper()) if t.lower() not in PRESSING]
        presses = "".join(tokens)
        said = said or presses or None
        if len(presses) == least and shows(presses, ways) == wanted:
            return score.result(True, ", ".join(presses))
    return score.result(False, said)


def shows(presses: str, ways: Callable[[Lock], Iterable[tuple[str, Lock]]]) -> int | None:
    """The number after the presses; None where one of them can't be pressed."""
    now: Lock = (0, False)
    for name in presses:
        after = dict(ways(now)).get(name)
        if after is None:
            return None
        now = after
    return now[0]


def locked(text: str, count: int) -> Rung:
    """A level of so many presses; the generator's lower difficulties have the slower buttons."""
    config, options = {"difficulty": 4}, {"presses": count}
    return Rung(text, config, size=300 if count < 9 else 150, crowded=True, options=options)


BUTTONS = gym(
    Family(
        name="buttons",
        title="A lock with buttons",
        generator="graphs.quantum_lock:QuantumLockDataset:QuantumLockConfig",
        ladder={
            1: locked("one press", 1),
            2: locked("two presses", 2),
            3: locked("three presses", 3),
            4: locked("four presses", 4),
            5: locked("five presses", 5),
            6: locked("six presses", 6),
            7: locked("seven presses", 7),
            8: locked("eight presses", 8),
            9: locked("nine presses", 9),
        },
        ask=lock,
        request=(
            "A lock shows the number 0 and a red light. Each press of a button changes the number "
            "as the button says and the light from red to green or from green to red. A button "
            "that is for one colour only can't be pressed under the other. Find the fewest presses "
            "after which the lock shows the wanted number."
        ),
        form="the buttons in order, separated by commas",
        score=unlocking,
        examples=(
            ("Buttons:\nA: add 5\nB: subtract 4\nC: add 7\nWanted: 7", "C",
             "0 + 7 = 7: button C."),
            ("Buttons:\nA: add 5\nB: subtract 4\nC: add 7\nWanted: 5", "A",
             "0 + 5 = 5: button A."),
            ("Buttons:\nA: multiply by 4\nB: add 6\nC: subtract 8\nWanted: 6", "B",
             "0 + 6 = 6: button B."),
        ),
        baseline=0.4,
        category="logic",
        max_tokens={"terse": 48},
    )
)  # fmt: skip
