"""Level 5 of `python-functions`: two ideas together."""

from __future__ import annotations

from collectors.tasks.draw import Draw
from collectors.tasks.functions.puzzle import Puzzle, ints


def brackets(draw: Draw, depth: int) -> str:
    """Balanced more often than not."""
    out, stack = "", ""
    for _ in range(draw.between(0, 14)):
        if stack and draw.chance(0.5):
            out += stack[-1] if draw.chance(0.97) else draw.pick(")]}")
            stack = stack[:-1]
        elif len(stack) <= depth - draw.chance(0.8):
            opening = draw.pick("([{[")
            out += opening + draw.pick(("", "", "x"))
            stack += {"(": ")", "[": "]", "{": "}"}[opening]
    return out + (stack[::-1] if draw.chance(0.85) else "")


def table(draw: Draw) -> list[list[int]]:
    rows, columns = draw.between(0, 4), draw.between(1, 4)
    return [ints(draw, 0, 9, columns, columns) for _ in range(rows)]


FIVE = (
    Puzzle(
        "balanced(s)",
        "True if the brackets (), [] and {} in the text s are balanced and properly nested, "
        "never more than $k deep, and no pair of () directly or indirectly contains a {}; "
        "otherwise False. Other characters are ignored",
        """
        pairs = {')': '(', ']': '[', '}': '{'}
        stack = []
        for c in s:
            if c in '([{':
                if c == '{' and '(' in stack:
                    return False
                stack.append(c)
                if len(stack) > $k:
                    return False
            elif c in pairs:
                if not stack or stack.pop() != pairs[c]:
                    return False
        return not stack
        """,
        lambda d: {"k": d.between(2, 5)},
        lambda d, p: [brackets(d, p["k"])],
    ),
    Puzzle(
        "based(n)",
        "the whole number n written in base $k with the digits 0-9 and then a, b, c...; "
        "negative numbers begin with '-'; digits are put in groups of $g from the right, "
        "separated by '$m'",
        """
        digits = '0123456789abcdefghijklmnopqrstuvwxyz'
        sign = '-' if n < 0 else ''
        n = abs(n)
        out = ''
        while n or not out:
            n, digit = divmod(n, $k)
            out = digits[digit] + out
        groups = []
        while out:
            groups.append(out[-$g:])
            out = out[:-$g]
        return sign + '$m'.join(reversed(groups))
        """,
        lambda d: {"k": d.between(2, 30), "g": d.between(2, 4), "m": d.pick("_.:")},
        lambda d, p: [d.pick((0, d.between(-99, 99), d.between(-(10**6), 10**9)))],
    ),
    Puzzle(
        "anagrams(words)",
        "a list of groups of the words in the list words that have the same letters; only "
        "groups of at least $k words count; each group is sorted and has no word twice before "
        "it is counted, and the groups are sorted by size, largest first, then by their first "
        "word",
        """
        groups = {}
        for word in set(words):
            groups.setdefault(''.join(sorted(word)), []).append(word)
        found = [sorted(group) for group in groups.values() if len(group) >= $k]
        found.sort(key=lambda group: (-len(group), group[0]))
        return found
        """,
        lambda d: {"k": d.between(1, 3)},
        lambda d, p: [
            [
                "".join(d.shuffled(d.pick(("abx", "aby", "ax", "abc", "abcd"))))
                for _ in range(d.between(0, 14))
            ]
        ],
    ),
    Puzzle(
        "windows(values)",
        "the list of the largest numbers of all stretches of $k neighbouring numbers in the "
        "list values whose sum is even, from left to right, each written only once (where it "
        "comes first)",
        """
        found = []
        for i in range(len(values) - $k + 1):
            stretch = values[i:i + $k]
            if sum(stretch) % 2 == 0:
                largest = max(stretch)
                if largest not in found:
                    found.append(largest)
        return found
        """,
        lambda d: {"k": d.between(2, 6)},
        lambda d, p: [ints(d, -20, 60, 0, 16)],
    ),
    Puzzle(
        "turned(rows)",
        "the table rows (a list of equally long lists) turned $k times by a quarter turn "
        "clockwise, each number increased by its row's position, counted from 0, in the result; "
        "an empty list stays empty",
        """
        for _ in range($k):
            turned_rows = []
            for column in range(len(rows[0]) if rows else 0):
                turned_rows.append([row[column] for row in reversed(rows)])
            rows = turned_rows
        result = []
        for i, row in enumerate(rows):
            result.append([value + i for value in row])
        return result
        """,
        lambda d: {"k": d.between(1, 7)},
        lambda d, p: [table(d)],
    ),
    Puzzle(
        "factors(n)",
        "the prime factors of the whole number n (2 or more) in rising order, with their powers "
        "and '$m' between them, as text such as '2^3${m}5'; instead of all factors above $k "
        "there is one 'big', without a power, at the end",
        """
        parts = []
        big = False
        divisor = 2
        while n > 1:
            power = 0
            while n % divisor == 0:
                n //= divisor
                power += 1
            if power and divisor > $k:
                big = True
            elif power:
                parts.append(f'{divisor}^{power}' if power > 1 else str(divisor))
            divisor += 1
        if big:
            parts.append('big')
        return '$m'.join(parts)
        """,
        lambda d: {"k": d.between(5, 30), "m": d.pick("*x.;")},
        lambda d, p: [d.between(2, 5000)],
    ),
)
