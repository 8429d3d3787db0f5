"""The spreadsheet of level 8 of `python-functions`: formulas, errors and loops."""

from __future__ import annotations

from collectors.tasks.draw import Draw
from collectors.tasks.functions.puzzle import Puzzle


def sheet(draw: Draw) -> dict[str, str]:
    """Cells that mostly name later ones."""
    names = [f"{c}{r}" for c in "ab" for r in "123"]
    cells = {}
    for i, name in enumerate(names[: draw.between(2, 6)]):
        others = names[i + 1 :] if draw.chance(0.93) else names
        cells[name] = formula(draw, others)
    return cells


def formula(draw: Draw, names: list[str]) -> str:
    parts = []
    for i in range(draw.between(1, 3)):
        if i:
            parts.append(draw.pick("+-*/"))
        parts.append(draw.pick(names) if names and draw.chance(0.5) else str(draw.between(0, 12)))
    inner = "".join(parts)
    if len(parts) > 2 and draw.chance(0.3):
        inner = f"({''.join(parts[:3])}){''.join(parts[3:])}"
    return draw.pick(("", "-")) + inner if draw.chance(0.4) else inner


COMPUTED = Puzzle(
    "computed(cells)",
    "the dictionary cells (names such as 'a1' to formulas) with each formula replaced by "
    "its value. A formula holds whole numbers, names of cells, brackets, + - * /, and - as "
    "a sign before a number, a name or a bracket; * and / bind tighter than + and -, and a "
    "sign binds tightest; from left to right; / rounds $how. A name that is no key of cells "
    "has the value $empty. A cell whose formula divides by zero has the value 'div', one "
    "that depends on itself, directly or through others, 'loop', and one that depends on a "
    "cell with such a value takes that value ('loop' if both occur)",
    """
    import re
    done = {}

    class Bad(Exception):
        pass

    def names(name):
        return [n for n in re.findall('[a-z][0-9]', cells[name]) if n in cells]

    def reach(name):
        found, todo = set(), names(name)
        while todo:
            n = todo.pop()
            if n not in found:
                found.add(n)
                todo += names(n)
        return found

    def cell(name):
        if name not in cells:
            return $empty
        if name not in done:
            loops = [n for n in {name} | reach(name) if n in reach(n)]
            if loops:
                done[name] = 'loop'
            else:
                try:
                    tokens = re.findall('[a-z][0-9]|[0-9]+|[-+*/()]', cells[name])
                    done[name] = total(tokens)
                except Bad:
                    done[name] = 'div'
        if done[name] == 'div':
            raise Bad
        return done[name]

    def total(tokens):
        value = product(tokens)
        while tokens and tokens[0] in '+-':
            sign = 1 if tokens.pop(0) == '+' else -1
            value += sign * product(tokens)
        return value

    def product(tokens):
        value = single(tokens)
        while tokens and tokens[0] in '*/':
            times = tokens.pop(0) == '*'
            other = single(tokens)
            if times:
                value *= other
            elif other == 0:
                raise Bad
            else:
                value = $divide
        return value

    def single(tokens):
        token = tokens.pop(0)
        if token == '-':
            return -single(tokens)
        if token == '(':
            value = total(tokens)
            tokens.pop(0)
            return value
        return cell(token) if token[0].isalpha() else int(token)

    for name in cells:
        try:
            cell(name)
        except Bad:
            pass
    return done
    """,
    lambda d: {
        "empty": d.between(0, 9),
        **d.pick(
            (
                {"how": "down (towards minus infinity)", "divide": "value // other"},
                {
                    "how": "towards zero",
                    "divide": "abs(value) // abs(other) * (1 if value * other >= 0 else -1)",
                },
            )
        ),
    },
    lambda d, p: [sheet(d)],
)
