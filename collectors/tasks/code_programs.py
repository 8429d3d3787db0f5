"""Small Python programs that are put together and carried out by our own few rules.

A statement is written and executed from the same tree, so the result is known without running any
text as Python. What is done is counted: an assignment, a comparison, an operation, a look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Value = Any
Node = tuple[Any, ...]
"""(kind, parts...): 'n' number, 'v' variable, 'at' item, 'len', 'sum', 'call', or an operator."""
MOST = 20_000
"""Steps after which a program counts as endless."""

OPERATORS: Mapping[str, Callable[[int, int], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
}
SUMS = ("+", "-")
LOOSE = ("+", "-", "<", ">", "==")
"""Operators whose parts need no brackets when they are products."""


@dataclass
class State:
    """Where a program is."""

    values: dict[str, Value]
    functions: dict[str, tuple[Sequence[str], Sequence[Node]]] = field(default_factory=dict)
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST:
            raise OverflowError("endless")


class Returned(Exception):
    """A function's value on its way out."""


def text(node: Node) -> str:
    """An expression as Python writes it."""
    kind = node[0]
    if kind in ("n", "v"):
        return str(node[1])
    if kind == "at":
        return f"{node[1]}[{text(node[2])}]"
    if kind in ("len", "sum"):
        return f"{kind}({node[1]})"
    if kind == "call":
        return f"{node[1]}({', '.join(text(part) for part in node[2])})"
    chained = kind in SUMS and node[1][0] in SUMS
    left = text(node[1]) if chained else _part(node[1], kind)
    return f"{left} {kind} {_part(node[2], kind)}"


def _part(node: Node, outer: str) -> str:
    """Bracketed unless it can't be misread."""
    inner = node[0]
    plain = inner not in OPERATORS or (outer in LOOSE and inner in ("*", "//", "%"))
    return text(node) if plain else f"({text(node)})"


def value(node: Node, state: State) -> Value:
    kind = node[0]
    if kind == "n":
        return node[1]
    if kind == "v":
        return state.values[node[1]]
    state.step()
    if kind == "at":
        return state.values[node[1]][value(node[2], state)]
    if kind == "len":
        return len(state.values[node[1]])
    if kind == "sum":
        return sum(state.values[node[1]])
    if kind == "call":
        return _called(node[1], [value(part, state) for part in node[2]], state)
    return OPERATORS[kind](value(node[1], state), value(node[2], state))


def _called(name: str, args: Sequence[Value], state: State) -> Value:
    names, body = state.functions[name]
    outer, state.values = state.values, dict(zip(names, args, strict=True))
    try:
        execute(body, state)
    except Returned as found:
        return found.args[0]
    finally:
        state.values = outer
    return None


def lines(body: Sequence[Node], depth: int = 0) -> list[str]:
    """Statements as Python writes them."""
    found: list[str] = []
    pad = "    " * depth
    for node in body:
        kind = node[0]
        if kind == "set":
            found.append(f"{pad}{node[1]} = {text(node[2])}")
        elif kind == "change":
            found.append(f"{pad}{node[1]} {node[2]}= {text(node[3])}")
        elif kind == "list":
            found.append(f"{pad}{node[1]} = {list(node[2])}")
        elif kind == "put":
            found.append(f"{pad}{node[1]}[{text(node[2])}] = {text(node[3])}")
        elif kind == "append":
            found.append(f"{pad}{node[1]}.append({text(node[2])})")
        elif kind in ("return", "print"):
            inner = text(node[1])
            found.append(f"{pad}return {inner}" if kind == "return" else f"{pad}print({inner})")
        elif kind == "if":
            found += [f"{pad}if {text(node[1])}:", *lines(node[2], depth + 1)]
            found += [f"{pad}else:", *lines(node[3], depth + 1)] if node[3] else []
        elif kind == "for":
            found += [f"{pad}for {node[1]} in range({text(node[2])}):", *lines(node[3], depth + 1)]
        elif kind == "while":
            found += [f"{pad}while {text(node[1])}:", *lines(node[2], depth + 1)]
        else:
            found += [f"{pad}def {node[1]}({', '.join(node[2])}):", *lines(node[3], depth + 1)]
    return found


def execute(body: Sequence[Node], state: State) -> None:
    """Carry statements out; what is printed becomes the value of ''."""
    for node in body:
        state.step()
        kind, values = node[0], state.values
        if kind == "set":
            values[node[1]] = value(node[2], state)
        elif kind == "change":
            values[node[1]] = OPERATORS[node[2]](values[node[1]], value(node[3], state))
        elif kind == "list":
            values[node[1]] = list(node[2])
        elif kind == "put":
            values[node[1]][value(node[2], state)] = value(node[3], state)
        elif kind == "append":
            values[node[1]].append(value(node[2], state))
        elif kind == "return":
            raise Returned(value(node[1], state))
        elif kind == "print":
            values[""] = value(node[1], state)
        elif kind == "if":
            execute(node[2] if value(node[1], state) else node[3], state)
        elif kind == "for":
            for turn in range(value(node[2], state)):
                state.step()
                values[node[1]] = turn
                execute(node[3], state)
        elif kind == "while":
            while value(node[1], state):
                execute(node[2], state)
        else:
            state.functions[node[1]] = (node[2], node[3])


def printed(body: Sequence[Node]) -> tuple[int, int]:
    """(what the program prints, steps it takes)."""
    state = State({})
    execute(body, state)
    return state.values[""], state.steps
