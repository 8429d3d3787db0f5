"""Level 6 of `python-functions`: textbook algorithms with a rule changed."""

from __future__ import annotations

from collectors.tasks.draw import Draw
from collectors.tasks.functions.puzzle import Puzzle, ints, spans, text


def grid(draw: Draw, free: str = ".....#") -> list[str]:
    """Rows of a map with one S and one E."""
    height, width = draw.between(2, 6), draw.between(2, 6)
    cells = [draw.pick(free) for _ in range(height * width)]
    start, end = draw.shuffled(range(height * width))[:2]
    cells[start], cells[end] = "S", "E"
    return ["".join(cells[r * width : (r + 1) * width]) for r in range(height)]


def expression(draw: Draw, operators: str, depth: int, names: str = "") -> str:
    """Numbers, names and operators with brackets here and there."""
    parts = []
    for i in range(draw.between(1, 4)):
        if i:
            parts.append(draw.pick(operators))
        if depth and draw.chance(0.3):
            parts.append(f"({expression(draw, operators, depth - 1, names)})")
        elif names and draw.chance(0.4):
            parts.append(draw.pick(names))
        else:
            parts.append(str(draw.between(0, 9)))
    return draw.pick(("", "", " ")).join(parts)


SIX = (
    Puzzle(
        "coins(amount)",
        "the smallest number of coins with which the whole number amount (0 or more) can be "
        "paid exactly, when there are coins of $a, $b and $c and at most $k coins of $c may be "
        "used; -1 if it can't be paid",
        """
        best = -1
        for big in range($k + 1):
            rest = amount - big * $c
            if rest < 0:
                break
            fewest = [0] + [None] * rest
            for value in range(1, rest + 1):
                for coin in ($a, $b):
                    if coin <= value and fewest[value - coin] is not None:
                        count = fewest[value - coin] + 1
                        if fewest[value] is None or count < fewest[value]:
                            fewest[value] = count
            if fewest[rest] is not None and (best < 0 or big + fewest[rest] < best):
                best = big + fewest[rest]
        return best
        """,
        lambda d: {
            "a": d.between(2, 5),
            "b": d.between(6, 11),
            "c": d.between(12, 25),
            "k": d.between(1, 4),
        },
        lambda d, p: ints(d, 0, 160, 1, 1),
    ),
    Puzzle(
        "steps(rows)",
        "the smallest number of moves from S to E on the map rows (a list of equally long "
        "texts), moving one cell up, down, left or right; '#' can't be entered; leaving the map "
        "$sides is allowed and leads to the opposite edge; -1 if E can't be reached",
        """
        from collections import deque
        height, width = len(rows), len(rows[0])
        start = next((r, c) for r in range(height) for c in range(width) if rows[r][c] == 'S')
        queue, seen = deque([(start, 0)]), {start}
        while queue:
            (r, c), moves = queue.popleft()
            if rows[r][c] == 'E':
                return moves
            for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                y, x = r + dr, c + dc
                if $updown:
                    y %= height
                if $across:
                    x %= width
                if 0 <= y < height and 0 <= x < width and rows[y][x] != '#' and (y, x) not in seen:
                    seen.add((y, x))
                    queue.append(((y, x), moves + 1))
        return -1
        """,
        lambda d: d.pick(
            (
                {"sides": "on the left and right", "updown": False, "across": True},
                {"sides": "at the top and bottom", "updown": True, "across": False},
                {"sides": "on any side", "updown": True, "across": True},
            )
        ),
        lambda d, p: [grid(d, "....##")],
    ),
    Puzzle(
        "rising(values)",
        "the length of the longest subsequence of the list values (items in their order, others "
        "left out) in which each number exceeds the one before it by at least $k and at most $m",
        """
        best = []
        for i, value in enumerate(values):
            longest = 1
            for j in range(i):
                if $k <= value - values[j] <= $m and best[j] + 1 > longest:
                    longest = best[j] + 1
            best.append(longest)
        return max(best, default=0)
        """,
        lambda d: {"k": d.between(1, 4), "m": d.between(5, 20)},
        lambda d, p: [ints(d, 0, 60, 0, 22)],
    ),
    Puzzle(
        "value(s)",
        "the value of the text s, which holds whole numbers, brackets and the operators +, - "
        "and *, with or without spaces; unlike in mathematics $strong before $weak, and "
        "operators that bind equally are evaluated from $side",
        """
        tokens = list(s.replace(' ', ''))

        def number():
            if tokens[0] == '(':
                tokens.pop(0)
                result = level(0)
                tokens.pop(0)
                return result
            digits = ''
            while tokens and tokens[0].isdigit():
                digits += tokens.pop(0)
            return int(digits)

        def apply(a, op, b):
            return a + b if op == '+' else a - b if op == '-' else a * b

        def level(n):
            if n == 2:
                return number()
            values, ops = [level(n + 1)], []
            while tokens and tokens[0] in ('$low', '$high')[n]:
                ops.append(tokens.pop(0))
                values.append(level(n + 1))
            while ops:
                if $left:
                    values[:2] = [apply(values[0], ops.pop(0), values[1])]
                else:
                    values[-2:] = [apply(values[-2], ops.pop(), values[-1])]
            return values[0]

        return level(0)
        """,
        lambda d: {
            **d.pick(
                (
                    {"strong": "+ and - are evaluated", "weak": "*", "low": "*", "high": "+-"},
                    {"strong": "- is evaluated", "weak": "+ and *", "low": "+*", "high": "-"},
                    {"strong": "+ is evaluated", "weak": "- and *", "low": "-*", "high": "+"},
                )
            ),
            **d.pick(
                ({"side": "left to right", "left": True}, {"side": "right to left", "left": False})
            ),
        },
        lambda d, p: [expression(d, "+-*", 2)],
    ),
    Puzzle(
        "merged(spans)",
        "the list spans of [start, end] pairs merged: two pairs are merged into one, from the "
        "smaller start to the larger end, when the gap between them is at most $k (or they "
        "overlap or touch); merging goes on until nothing more can be merged; then pairs "
        "shorter than $m (end minus start) are dropped; sorted by start",
        """
        found = []
        for start, end in sorted(spans):
            if found and start - found[-1][1] <= $k:
                found[-1][1] = max(found[-1][1], end)
            else:
                found.append([start, end])
        return [span for span in found if span[1] - span[0] >= $m]
        """,
        lambda d: {"k": d.between(0, 4), "m": d.between(2, 9)},
        lambda d, p: [spans(d, 9, 6)],
    ),
    Puzzle(
        "distance(a, b)",
        "the smallest cost of turning the text a into the text b, when inserting a character "
        "costs $i, deleting one costs $d, and replacing one by another costs $r ($v if both are "
        "vowels, aeiou)",
        """
        row = [j * $i for j in range(len(b) + 1)]
        for x, c in enumerate(a, 1):
            new = [x * $d]
            for y, e in enumerate(b, 1):
                if c == e:
                    change = 0
                elif c in 'aeiou' and e in 'aeiou':
                    change = $v
                else:
                    change = $r
                new.append(min(row[y - 1] + change, row[y] + $d, new[y - 1] + $i))
            row = new
        return row[-1]
        """,
        lambda d: {
            "i": d.between(1, 4),
            "d": d.between(1, 4),
            "r": d.between(2, 7),
            "v": d.between(1, 2),
        },
        lambda d, p: [text(d, "aeioubcd", 0, 8), text(d, "aeioubcd", 0, 8)],
    ),
)
