"""Level 8 of `python-functions`: small systems of many rules, exceptions and ties."""

from __future__ import annotations

from collectors.tasks.draw import Draw
from collectors.tasks.functions.puzzle import Puzzle, text
from collectors.tasks.functions.sheet import COMPUTED


def puzzle_square(draw: Draw) -> list[list[int]]:
    """A 4 x 4 square with some numbers left out (0)."""
    base = [[1, 2, 3, 4], [3, 4, 1, 2], [2, 1, 4, 3], [4, 3, 2, 1]]
    names = draw.shuffled((1, 2, 3, 4))
    whole = [[names[n - 1] for n in row] for row in base]
    if draw.chance(0.5):
        whole = [list(row) for row in zip(*whole, strict=True)]
    kept = draw.pick((0.1, 0.2, 0.35))
    given = [[n if draw.chance(kept) else 0 for n in row] for row in whole]
    if draw.chance(0.15):
        given[draw.below(4)][draw.below(4)] = draw.between(1, 4)
    return given


def small_map(draw: Draw) -> list[str]:
    """A map small enough for every order of keys to be tried."""
    height, width = draw.between(2, 4), draw.between(2, 5)
    cells = [draw.pick("....##~~kK") for _ in range(height * width)]
    start, end = draw.shuffled(range(height * width))[:2]
    cells[start], cells[end] = "S", "E"
    return ["".join(cells[r * width : (r + 1) * width]) for r in range(height)]


EIGHT = (
    COMPUTED,
    Puzzle(
        "filled(square)",
        "the number of ways in which the zeros of square, a list of four lists of four numbers, "
        "can be replaced by the numbers 1 to 4 so that no row, no column and none of the four 2 "
        "x 2 corner blocks holds a number twice, $rule, and no two numbers that are next to "
        "each other in a row add up to $m",
        """
        def allowed(r, c, n):
            if any(square[r][x] == n for x in range(4) if x != c):
                return False
            if any(square[y][c] == n for y in range(4) if y != r):
                return False
            for y in range(r // 2 * 2, r // 2 * 2 + 2):
                for x in range(c // 2 * 2, c // 2 * 2 + 2):
                    if (y, x) != (r, c) and square[y][x] == n:
                        return False
            for x in (c - 1, c + 1):
                if 0 <= x < 4 and square[r][x] and n + square[r][x] == $m:
                    return False
            return True

        def count(at):
            if at == 16:
                return 1 if $test else 0
            r, c = divmod(at, 4)
            given = square[r][c]
            ways = 0
            for n in [given] if given else [1, 2, 3, 4]:
                if allowed(r, c, n):
                    square[r][c] = n
                    ways += count(at + 1)
            square[r][c] = given
            return ways

        return count(0)
        """,
        lambda d: {
            "m": d.pick((3, 4, 6, 7)),
            **d.pick(
                (
                    {
                        "rule": "the four numbers of the diagonal from top left are not all "
                        "different",
                        "test": "len({square[i][i] for i in range(4)}) < 4",
                    },
                    {
                        "rule": "the first number of the first row is less than the last number "
                        "of the last row",
                        "test": "square[0][0] < square[3][3]",
                    },
                    {
                        "rule": "the four corners add up to at least 10",
                        "test": "square[0][0] + square[0][3] + square[3][0] + square[3][3] >= 10",
                    },
                )
            ),
        },
        lambda d, p: [puzzle_square(d)],
    ),
    Puzzle(
        "voyage(rows)",
        "the smallest total cost of a way from S to E on the map rows (a list of equally long "
        "texts), moving up, down, left or right by one cell. Entering a cell costs 1, '~' costs "
        "$w. '#' can't be entered unless a key is used up for it (it stays open then); a key is "
        "picked up, once on the way, on each cell 'k', and two on each 'K'; at most $k keys are "
        "carried, others are left for good. Of moves in a row that each go on in the direction "
        "of the move before, the first $free cost nothing extra, and every further one costs $f "
        "extra. -1 if E can't be reached",
        """
        import heapq
        height, width = len(rows), len(rows[0])
        cells = {(r, c): rows[r][c] for r in range(height) for c in range(width)}
        start = next(p for p in cells if cells[p] == 'S')
        queue = [(0, 0, start, 0, (0, 0), 0, frozenset(), frozenset())]
        seen, tie = set(), 0
        while queue:
            cost, _, at, keys, heading, run, taken, opened = heapq.heappop(queue)
            if cells[at] == 'E':
                return cost
            state = (at, keys, heading, run, taken, opened)
            if state in seen:
                continue
            seen.add(state)
            for move in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                to = (at[0] + move[0], at[1] + move[1])
                if to not in cells:
                    continue
                sign, left, now, broken = cells[to], keys, taken, opened
                if sign == '#' and to not in opened:
                    if not keys:
                        continue
                    left, broken = keys - 1, opened | {to}
                if sign in 'kK' and to not in taken:
                    left = min($k, keys + (1 if sign == 'k' else 2))
                    now = taken | {to}
                length = min($free + 1, run + 1) if move == heading else 0
                price = ($w if sign == '~' else 1) + ($f if length > $free else 0)
                tie += 1
                heapq.heappush(queue, (cost + price, tie, to, left, move, length, now, broken))
        return -1
        """,
        lambda d: {
            "w": d.between(2, 5),
            "k": d.between(1, 3),
            "free": d.between(0, 2),
            "f": d.between(1, 4),
        },
        lambda d, p: [small_map(d)],
    ),
    Puzzle(
        "justified(words, width)",
        "a list of lines that hold the list words in their order, joined by single spaces, none "
        "longer than width, such that the total badness is as small as possible. A line's "
        "badness is the number of characters it falls short of width to the power of $p, $last; "
        "a line that ends with a word of fewer than $k letters has $f more (also the last). Of "
        "several such lists, the one whose first line is shortest, then whose second line is "
        "shortest, and so on. None if it can't be done; [] for no words",
        """
        def best(i):
            if i == len(words):
                return 0, [], []
            if i in kept:
                return kept[i]
            choice, length = None, -1
            for j in range(i, len(words)):
                length += 1 + len(words[j])
                if length > width:
                    break
                rest = best(j + 1)
                if rest is None:
                    continue
                bad = (width - length) ** $p
                if j + 1 == len(words):
                    bad = $lastbad
                if len(words[j]) < $k:
                    bad += $f
                found = (bad + rest[0], [length] + rest[1], [' '.join(words[i:j + 1])] + rest[2])
                if choice is None or found[:2] < choice[:2]:
                    choice = found
            kept[i] = choice
            return choice

        kept = {}
        result = best(0)
        return None if result is None else result[2]
        """,
        lambda d: {
            "p": d.between(2, 3),
            "k": d.between(2, 4),
            "f": d.between(1, 30),
            **d.pick(
                (
                    {"last": "except that the last line has none", "lastbad": "0"},
                    {
                        "last": "except that the last line has half of it (rounded down)",
                        "lastbad": "bad // 2",
                    },
                )
            ),
        },
        lambda d, p: [[text(d, "abc", 1, 7) for _ in range(d.between(0, 9))], d.between(6, 16)],
    ),
)
