"""True and false: knights and knaves, circuits of logical gates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from collectors.tasks.gym import ordered, score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

ROLES = ("knave", "knight")
DENIAL = re.compile(r"\bnot\b|n['\u2019]t\b|\bneither\b", re.I)


def islanders(entry: Entry, rung: Rung) -> Asked | None:
    found = entry["metadata"]
    names = [str(name) for name in found["names"]]
    statements, solution = found["statements"], found["solution"]
    if statements in ((), None) or solution is None:
        return None
    told = "\n".join(
        f'{name}: "{claim(said, names)}"' for name, said in zip(names, statements, strict=True)
    )
    target = ", ".join(ROLES[bool(honest)] for honest in solution)
    # Every division of the people into two kinds is held against every part of what they say.
    work = float(2 ** len(names) * sum(map(parts, statements)))
    return Asked(f"People: {', '.join(names)}\n{told}", target, work)


def claim(said: Any, names: Sequence[str]) -> str:
    """A statement in words; what is put together stands in brackets inside of another."""
    kind, *rest = said
    if kind == "telling-truth":
        return f"{names[rest[0]]} is a knight"
    if kind == "lying":
        return f"{names[rest[0]]} is a knave"
    inner = [claim(part, names) for part in rest]
    inner = [
        t if len(p) == 2 and p[0] != "not" else f"({t})" for t, p in zip(inner, rest, strict=True)
    ]
    if kind == "not":
        return f"it is not true that {inner[0]}"
    if kind == "->":
        return f"if {inner[0]} then {inner[1]}"
    joint = {"and": "and", "or": "or", "<=>": "if and only if"}[kind]
    return f" {joint} ".join(inner)


def parts(said: Any) -> int:
    """How many statements a statement is made of, itself included."""
    return 1 + sum(parts(part) for part in said[1:] if isinstance(part, tuple))


def kinds(asked: Sample, text: str) -> Score:
    """Each one's kind, in order or with the names."""
    names = asked.input.splitlines()[0].partition(":")[2].strip().split(", ")
    wanted = asked.target.split(", ")
    said = None
    for line in ordered.candidates(text):
        found = assigned(line, names)
        said = said or ", ".join(found) or None
        if found == wanted:
            return score.result(True, ", ".join(found))
    return score.result(False, said)


def assigned(line: str, names: Sequence[str]) -> list[str]:
    """The kinds in the order of the names: 'knight, knave', 'A is a knight, B a knave',
    'A and B are knights, C is a knave' or 'Knights: A, B. Knaves: C'."""
    if DENIAL.search(line):
        return []
    pattern = rf"\b(?:(knave|knight)s?|({'|'.join(map(re.escape, names))}))\b"
    tokens = [(m.group(1), m.group(2)) for m in re.finditer(pattern, line, re.I)]
    said = [kind.lower() for kind, _ in tokens if kind]
    if len(said) == len(tokens):
        return said
    told: list[tuple[str, str]] = []
    kind_first = tokens[0][0] is not None
    kind: str | None = None
    for role, name in tokens if kind_first else reversed(tokens):
        if role:
            kind = role.lower()
        elif kind is None:
            return []
        else:
            told.append((name.lower(), kind))
    of = dict(told)
    if len(of) < len(told) or set(of) != {name.lower() for name in names}:
        return []
    return [of[name.lower()] for name in names]


def people(count: int, depth: int, width: int) -> dict[str, int]:
    return {"n_people": count, "depth_constraint": depth, "width_constraint": width}


KNIGHTS = gym(
    Family(
        name="knights",
        title="Knights and knaves",
        generator="logic.knights_knaves:KnightsKnavesDataset:KnightsKnavesConfig",
        ladder={
            1: Rung("two people", people(2, 2, 2), size=500, crowded=True),
            2: Rung("three people", people(3, 2, 2)),
            3: Rung("four people", people(4, 2, 2)),
            4: Rung("five people, up to three parts a statement", people(5, 2, 3)),
            5: Rung("five people, parts of parts", people(5, 3, 3)),
            6: Rung("six people, parts of parts", people(6, 3, 3)),
            7: Rung("seven people, parts of parts", people(7, 3, 4)),
            8: Rung("eight people, parts of parts", people(8, 3, 4)),
        },
        ask=islanders,
        request=(
            "Each of these people is a knight or a knave. What a knight says is true, what a knave "
            "says is false. Find out what each of them is."
        ),
        form="knight or knave for each, in the order of the people",
        score=kinds,
        examples=(
            ('People: Ada, Bo\nAda: "Bo is a knave"\nBo: "Ada is a knave and Bo is a knave"',
             "knight, knave",
             "Were Bo a knight, Bo would be a knave: so Bo is a knave, and Ada tells the truth."),
            ('People: Cy, Di\nCy: "Cy is a knave or Di is a knight"\nDi: "Di is a knight"',
             "knight, knight",
             "Were Cy a knave, what Cy says would be true: so Cy is a knight, and Di is one."),
        ),
        baseline=0.3,
        category="logic",
        needs=("numpy",),
        max_tokens={"terse": 64},
    )
)  # fmt: skip

GATES = {"&": "AND", "\u2191": "NAND", "\u2295": "XOR"}


def circuit(entry: Entry, rung: Rung) -> Asked | None:
    """Gates joined by XOR: after the generator's own AND or OR most of them would not matter."""
    found = entry["metadata"]
    values, terms = found["assignments"], found["term_strings"]
    inputs = ", ".join(f"{name} = {value}" for name, value in values.items())
    gates = [gate(term) for term in terms]
    told = [f"Gate {i}: {text}" for i, text in enumerate(gates, 1)]
    last = "gate 1" if len(gates) == 1 else f"XOR of gates 1 to {len(gates)}"
    text = "\n".join([f"Inputs: {inputs}", *told, f"Output: {last}"])
    output = sum(value(term, values) for term in terms) % 2
    work = float(len(gates) + sum(text.count(",") + 1 for text in gates))
    return Asked(text, str(output), work)


def value(term: str, values: Mapping[str, int]) -> int:
    """What a gate gives: "A&B'" is A and not B."""
    sign = next(sign for sign in GATES if sign in term)
    given = [values[p.rstrip("'")] ^ (p[-1] == "'") for p in term.split(sign)]
    whole = int(all(given))
    return {"AND": whole, "NAND": 1 - whole, "XOR": sum(given) % 2}[GATES[sign]]


def gate(term: str) -> str:
    """ "A&B'" is 'AND of A, NOT B'."""
    sign = next(sign for sign in GATES if sign in term)
    parts = [f"NOT {part[:-1]}" if part[-1] == "'" else part for part in term.split(sign)]
    return f"{GATES[sign]} of {', '.join(parts)}"


def wired(gates: int, fewest: int, most: int) -> dict[str, int]:
    """Settings of so many gates with so many inputs each."""
    return {"min_terms": gates, "max_terms": gates, "min_inputs": fewest, "max_inputs": most}


CIRCUITS = gym(
    Family(
        name="circuits",
        title="Circuits of logical gates",
        generator="logic.circuit_logic:CircuitLogicDataset:CircuitLogicConfig",
        ladder={
            1: Rung("one gate, nothing negated", {**wired(1, 2, 6), "neg_prob": 0.0}, size=200,
                    crowded=True),
            2: Rung("two gates", wired(2, 2, 3), size=500, crowded=True),
            3: Rung("three gates", wired(3, 2, 3)),
            4: Rung("five gates", wired(5, 2, 4)),
            5: Rung("eight gates", wired(8, 2, 4)),
            6: Rung("12 gates", wired(12, 2, 5)),
            7: Rung("16 gates", wired(16, 2, 5)),
            8: Rung("22 gates", wired(22, 2, 5)),
            9: Rung("30 gates", wired(30, 2, 5)),
        },
        ask=circuit,
        request=(
            "Work out the output of the circuit. AND gives 1 when all it is given is 1, else 0. "
            "NAND gives 0 when all it is given is 1, else 1. XOR gives 1 when it is given an odd "
            "number of ones, else 0."
        ),
        form="0 or 1",
        score=ordered.chosen(("0", "1")),
        examples=(
            ("Inputs: A = 1, B = 0, C = 1, D = 1\nGate 1: AND of A, B, C, D\nOutput: gate 1", "0",
             "Gate 1: AND of 1, 0, 1, 1 is 0."),
            ("Inputs: A = 0, B = 0, C = 1, D = 0\nGate 1: XOR of A, B, C, NOT D\n"
             "Output: gate 1", "0", "Gate 1: XOR of 0, 0, 1, 1 is 0."),
            ("Inputs: A = 1, B = 0, C = 1, D = 1\nGate 1: NAND of A, B, C, D\nOutput: gate 1", "1",
             "Gate 1: NAND of 1, 0, 1, 1 is 1."),
        ),
        labels=("0", "1"),
        category="logic",
        max_tokens={"terse": 24},
    )
)  # fmt: skip
