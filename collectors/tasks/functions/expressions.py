"""Levels 1 and 2 of `python-functions`: one expression, one condition, two built-in functions."""

from __future__ import annotations

from collectors.tasks.functions.puzzle import NOUNS, Puzzle, ints, sentence, text

ONE = (
    Puzzle(
        "larger(a, b)",
        "the larger of the whole numbers a and b, plus $k",
        "return max(a, b) + $k",
        lambda d: {"k": d.between(1, 60)},
        lambda d, p: ints(d, -99, 99, 2, 2),
    ),
    Puzzle(
        "scaled(n)",
        "$a times the whole number n, plus $b",
        "return $a * n + $b",
        lambda d: {"a": d.between(2, 19), "b": d.between(1, 40)},
        lambda d, p: ints(d, -99, 99, 1, 1),
    ),
    Puzzle(
        "remainder(n)",
        "the remainder when the whole number n (0 or more) is divided by $k",
        "return n % $k",
        lambda d: {"k": d.between(3, 60)},
        lambda d, p: ints(d, 0, 999, 1, 1),
    ),
    Puzzle(
        "joined(a, b)",
        "the text a, then '$k', then the text b",
        "return a + '$k' + b",
        lambda d: {"k": d.pick("-+_/:;=|.") * d.between(1, 3)},
        lambda d, p: [d.pick(NOUNS), d.pick(NOUNS)],
    ),
    Puzzle(
        "divisible(n)",
        "True if the whole number n is divisible by $k, otherwise False",
        "return n % $k == 0",
        lambda d: {"k": d.between(2, 25)},
        lambda d, p: [d.between(-9, 9) * p["k"] + d.pick((0, 0, 1))],
    ),
    Puzzle(
        "start(s)",
        "the first $k characters of the text s (all of it if it is shorter)",
        "return s[:$k]",
        lambda d: {"k": d.between(2, 12)},
        lambda d, p: [sentence(d)],
    ),
)


TWO = (
    Puzzle(
        "clamped(n)",
        "n, but $low where n is less than $low, and $high where n is more than $high",
        "return max($low, min($high, n))",
        lambda d: {"low": d.between(-30, 10), "high": d.between(11, 60)},
        lambda d, p: ints(d, -80, 99, 1, 1),
    ),
    Puzzle(
        "graded(n)",
        "'low' if n is less than $low, 'high' if n is $high or more, otherwise 'fine'",
        """
        if n < $low:
            return 'low'
        return 'high' if n >= $high else 'fine'
        """,
        lambda d: {"low": d.between(-30, 10), "high": d.between(11, 60)},
        lambda d, p: [d.pick((p["low"], p["high"], d.between(-60, 90)))],
    ),
    Puzzle(
        "ends(values)",
        "a list of the first and the last item of the list values, each plus $k (the same twice "
        "if there is only one item); an empty list if values is empty",
        """
        if not values:
            return []
        return [values[0] + $k, values[-1] + $k]
        """,
        lambda d: {"k": d.between(1, 30)},
        lambda d, p: [ints(d, -20, 50, 0, 5)],
    ),
    Puzzle(
        "shout(s)",
        "the text s reversed and in capital letters, followed by as many '$c' as s has characters",
        "return s[::-1].upper() + '$c' * len(s)",
        lambda d: {"c": d.pick("!?.*+-=#~")},
        lambda d, p: [text(d, "abcde xyz")],
    ),
    Puzzle(
        "total(values)",
        "$k times the sum of the list of whole numbers values, or -1 if the list is empty",
        "return $k * sum(values) if values else -1",
        lambda d: {"k": d.between(2, 15)},
        lambda d, p: [ints(d, -20, 50, 0, 6)],
    ),
)
