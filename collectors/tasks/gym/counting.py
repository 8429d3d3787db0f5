"""Counting: the legs of animals, and the ways in which dice may fall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.tasks.gym import score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym

DOUBTFUL = ("starfish", "shrimp", "insect", "bird")
"""Whose arms may be no legs, who has other limbs too, or which are no single kind."""
PLURALS: Mapping[str, str] = {
    "sheep": "sheep", "deer": "deer", "jellyfish": "jellyfish", "butterfly": "butterflies",
    "firefly": "fireflies", "woodlouse": "woodlice", "leech": "leeches",
    "praying mantis": "praying mantises", "cockroach": "cockroaches",
}  # fmt: skip


def of_legs(entry: Entry, rung: Rung) -> Asked | None:
    animals, legs = entry["metadata"]["animals"], entry["metadata"]["total_legs"]
    if legs == 0 or any(name in animals for name in DOUBTFUL):
        return None
    named = [f"{count} {plural(name, count)}" for name, count in animals.items()]
    together = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    work = sum(1.0 + 2 * len(str(count)) for count in animals.values())
    verb = "does" if list(animals.values()) == [1] else "do"
    return Asked(f"How many legs {verb} {together} have in all?", str(legs), work)


def plural(name: str, count: int) -> str:
    return name if count == 1 else PLURALS.get(name, f"{name}s")


def animals(kinds: int, low: int, most: int) -> Mapping[str, Any]:
    return {"min_animals": kinds, "max_animals": kinds, "min_instances": low, "max_instances": most}


LEGS = gym(
    Family(
        name="legs",
        title="Legs of animals",
        generator="arithmetic.leg_counting:LegCountingDataset:LegCountingConfig",
        ladder={
            1: Rung("one or two animals of one kind", animals(1, 1, 2), size=50, crowded=True),
            2: Rung("two kinds, up to five of each", animals(2, 1, 5), crowded=True),
            3: Rung("three kinds, up to nine of each", animals(3, 1, 9)),
            4: Rung("four kinds, up to thirty of each", animals(4, 2, 30)),
            5: Rung("six kinds, up to 99 of each", animals(6, 10, 99)),
            6: Rung("ten kinds, up to 999 of each", animals(10, 100, 999)),
            7: Rung("14 kinds, up to 99,999 of each", animals(14, 10**4, 10**5 - 1)),
            8: Rung("18 kinds, numbers of eight digits", animals(18, 10**7, 10**8 - 1)),
            9: Rung("22 kinds, numbers of 14 digits", animals(22, 10**13, 10**14 - 1)),
        },
        ask=of_legs,
        request="Count the legs.",
        form="number",
        score=score.number,
        baseline=0.04,
        examples=(
            ("How many legs do 6 bees and 2 chickens have in all?", "40",
             "6 × 6 = 36; 2 × 2 = 4; 36 + 4 = 40"),
            ("How many legs do 3 horses have in all?", "12", "3 × 4 = 12"),
            ("How many legs does 1 pigeon have in all?", "2", "1 × 2 = 2"),
        ),
    )
)  # fmt: skip


def of_dice(entry: Entry, rung: Rung) -> Asked | None:
    puzzle = entry["metadata"]["puzzle"]
    sides = [int(name.removeprefix("1d")) for name in puzzle["dice_str"].split(", ")]
    if puzzle["num"] in (0, puzzle["den"]):
        return None
    if len(sides) == 1:
        text = (
            f"A die has {sides[0]} sides, numbered from 1. What is the probability that it shows "
            f"{puzzle['target']} or more?"
        )
    else:
        text = (
            f"{len(sides)} dice have {', '.join(map(str, sides[:-1]))} and {sides[-1]} sides, each "
            "numbered from 1. All are rolled. What is the probability that they show "
            f"{puzzle['target']} or more in all?"
        )
    return Asked(text, f"{puzzle['num']}/{puzzle['den']}", added(sides))


def added(sides: list[int]) -> float:
    """Ways to reach a total that are added up, die by die."""
    total, work = 1, 0.0
    for n in sides:
        work += total * n
        total += n - 1
    return work


def dice(text: str, count: int, sides: range, size: int = 1000, crowded: bool = False) -> Rung:
    return Rung(text, {"num_dice": count}, {"max_dice_size": sides}, size=size, crowded=crowded)


DICE = gym(
    Family(
        name="dice",
        title="Probabilities of dice",
        generator="arithmetic.dice:DiceDataset:DiceConfig",
        ladder={
            1: dice("one die of up to thirty sides", 1, range(4, 31), 100, crowded=True),
            2: dice("two dice of up to eight sides", 2, range(4, 9), 50, crowded=True),
            3: dice("two dice of up to 20 sides", 2, range(9, 21), 500, crowded=True),
            4: dice("three dice of up to twelve sides", 3, range(9, 13), crowded=True),
            5: dice("four dice of up to 16 sides", 4, range(10, 17), crowded=True),
            6: dice("six dice of up to 20 sides", 6, range(14, 21), crowded=True),
            7: dice("nine dice of up to 20 sides", 9, range(16, 21)),
            8: dice("14 dice of up to 20 sides", 14, range(17, 21)),
            9: dice("22 dice of up to 20 sides", 22, range(18, 21)),
        },
        ask=of_dice,
        request="Find the probability as a fraction in lowest terms.",
        form="numerator/denominator",
        score=score.fraction,
        terse="Reply with the fraction only, as in 5/12.",
        baseline=0.05,
        examples=(
            ("A die has 6 sides, numbered from 1. What is the probability that it shows 5 or more?",
             "1/3", "5 and 6: 2 of 6 sides; 2/6 = 1/3"),
            ("2 dice have 3 and 2 sides, each numbered from 1. All are rolled. What is the "
             "probability that they show 4 or more in all?", "1/2",
             "3 + 1, 2 + 2, 3 + 2: 3 of 6 ways; 3/6 = 1/2"),
            ("A die has 10 sides, numbered from 1. What is the probability that it shows 7 or "
             "more?", "2/5", "7, 8, 9 and 10: 4 of 10 sides; 4/10 = 2/5"),
        ),
    )
)  # fmt: skip
