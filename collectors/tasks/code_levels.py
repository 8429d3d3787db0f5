"""Programs of `code-output`, by level: from a sum to nested loops and recursion."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collectors.tasks.code_programs import Node
from collectors.tasks.draw import Draw, digits

A, B, C, TURN, INNER = (("v", name) for name in "abcij")


def n(number: int) -> Node:
    return ("n", number)


def within(node: Node, modulus: int) -> Node:
    """Kept small, so that the difficulty is in the order of things, not in long numbers."""
    return ("%", node, n(modulus))


NAMES = (
    ("a", "b"), ("x", "y"), ("n", "m"), ("pens", "cups"), ("left", "right"), ("first", "second"),
    ("red", "blue"), ("price", "tip"), ("width", "height"), ("old", "new"),
)  # fmt: skip


def one(index: int) -> list[Node]:
    """Two numbers get names, one of them is printed."""
    which, a, b, last = digits(index, (len(NAMES), 89, 89, 2))
    names = NAMES[which]
    return [
        ("set", names[0], n(11 + a)),
        ("set", names[1], n(11 + b)),
        ("print", ("v", names[last])),
    ]


def two(index: int) -> list[Node]:
    which, a, b = digits(index, (len(NAMES), 10, 10))
    first, second = NAMES[which]
    return [
        ("set", first, n(2 + a)),
        ("set", second, n(2 + b)),
        ("print", ("+", ("v", first), ("v", second))),
    ]


def three(d: Draw) -> list[Node]:
    return [
        ("set", "a", n(d.between(11, 99))),
        ("set", "b", n(d.between(2, 9))),
        ("set", "c", (d.pick("+-"), A, B)),
        ("change", "a", d.pick("+-"), n(d.between(2, 60))),
        ("change", "b", "*", n(d.between(2, 9))),
        ("print", ("+", d.pick((A, C)), B)),
    ]


def branch(d: Draw, *bodies: Node) -> Node:
    return ("if", (d.pick("<>"), d.pick((A, B)), d.pick((C, n(d.between(20, 70))))),
            [bodies[0]], [bodies[1]])  # fmt: skip


def four(d: Draw) -> list[Node]:
    return [
        ("set", "a", n(d.between(11, 99))),
        ("set", "b", n(d.between(11, 99))),
        ("set", "c", ("-", ("*", A, n(d.between(2, 4))), B)),
        branch(
            d, ("change", "a", "+", n(d.between(11, 99))), ("change", "b", "-", n(d.between(2, 30)))
        ),
        branch(d, ("set", "c", ("+", C, A)), ("set", "c", ("-", C, B))),
        ("print", ("+", ("+", A, B), C)),
    ]


def five(d: Draw) -> list[Node]:
    body: list[Node] = [
        ("change", "a", d.pick("+-"), ("*", TURN, n(d.between(2, 9)))),
        ("change", "b", "+", d.pick((A, TURN))),
        ("set", "c", within(("+", A, B), d.between(50, 99))),
    ]
    return [
        ("set", "a", n(d.between(11, 60))),
        ("set", "b", n(d.between(2, 30))),
        ("set", "c", n(0)),
        ("for", "i", n(d.between(4, 6)), body),
        ("print", ("+", B, C)),
    ]


def six(d: Draw) -> list[Node]:
    modulus = d.between(60, 99)
    body: list[Node] = [
        ("if", ("==", within(("+", A, TURN), d.between(2, 4)), n(d.below(2))),
         [("set", "a", within(("+", ("*", A, n(d.between(2, 5))), B), modulus))],
         [("change", "b", "+", d.pick((A, TURN, n(d.between(2, 9)))))]),
        ("change", "c", d.pick("+-"), d.pick((A, B))),
    ]  # fmt: skip
    return [
        ("set", "a", n(d.between(11, 60))),
        ("set", "b", n(d.between(2, 30))),
        ("set", "c", n(d.between(2, 60))),
        ("for", "i", n(d.between(8, 12)), body),
        ("print", ("+", C, ("-", A, B))),
    ]


def numbers(d: Draw, count: int) -> Node:
    return ("list", "x", tuple(d.between(1, 60) for _ in range(count)))


def item(d: Draw, index: Node) -> Node:
    """An item of the list, wherever the index leads."""
    return ("at", "x", ("%", index, ("len", "x")))


def seven(d: Draw) -> list[Node]:
    modulus = d.between(60, 99)
    body: list[Node] = [
        ("set", "a", within(("+", ("*", A, n(d.between(2, 5))), item(d, ("+", A, TURN))), modulus)),
        ("put", "x", ("%", ("+", TURN, n(d.between(1, 3))), ("len", "x")),
         within((d.pick("+-"), item(d, TURN), A), modulus)),
        ("if", (d.pick("<>"), item(d, A), n(d.between(20, 50))),
         [("change", "b", "+", item(d, B))], [("append", "x", within(("+", B, TURN), modulus))]),
    ]  # fmt: skip
    return [
        numbers(d, d.between(4, 6)),
        ("set", "a", n(d.between(2, 20))),
        ("set", "b", n(d.between(2, 20))),
        ("for", "i", n(d.between(10, 14)), body),
        ("print", ("+", ("+", ("sum", "x"), A), B)),
    ]


def mixer(d: Draw, modulus: int) -> Node:
    """A function of two numbers."""
    return (
        "def", "f", ("p", "q"),
        [
            ("if", (d.pick("<>"), ("v", "p"), ("v", "q")),
             [("return",
               within(("-", ("*", ("v", "p"), n(d.between(2, 5))), ("v", "q")), modulus))],
             []),
            ("return", within(("+", ("v", "p"), ("*", ("v", "q"), n(d.between(2, 5)))), modulus)),
        ],
    )  # fmt: skip


def eight(d: Draw) -> list[Node]:
    modulus = d.between(60, 99)
    inner: list[Node] = [
        ("set", "a", ("call", "f", (A, item(d, ("+", TURN, INNER))))),
        ("if", ("==", within(A, d.between(2, 3)), n(0)),
         [("put", "x", within(INNER, 4), within(("+", item(d, INNER), TURN), modulus))],
         [("change", "b", "+", within(A, 10))]),
    ]  # fmt: skip
    return [
        mixer(d, modulus),
        numbers(d, d.between(4, 6)),
        ("set", "a", n(d.between(2, 20))),
        ("set", "b", n(0)),
        ("for", "i", n(d.between(5, 7)), [("for", "j", n(d.between(6, 8)), inner)]),
        ("print", ("+", ("+", ("sum", "x"), A), B)),
    ]


def recursion(d: Draw, modulus: int) -> Node:
    """A function that calls itself with smaller numbers."""
    p, q = ("v", "p"), ("v", "q")
    less, step = ("-", p, n(1)), ("-", p, n(2))
    return (
        "def", "g", ("p", "q"),
        [
            ("if", ("<", p, n(2)), [("return", within(("+", q, p), modulus))], []),
            ("if", ("==", within(("+", p, q), d.between(2, 3)), n(0)),
             [("return", within(("+", ("call", "g", (less, q)), p), modulus))], []),
            ("return", within(
                ("+", ("call", "g", (step, within(("+", q, p), modulus))),
                 ("*", ("call", "g", (less, q)), n(d.between(2, 4)))), modulus)),
        ],
    )  # fmt: skip


def nine(d: Draw) -> list[Node]:
    modulus = d.between(60, 99)
    body: list[Node] = [
        ("set", "a", ("call", "g", (("+", within(A, 4), n(5)), item(d, ("+", A, C))))),
        ("put", "x", within(C, 5), within(("+", item(d, A), ("call", "f", (A, C))), modulus)),
        ("if", (d.pick("<>"), A, item(d, C)),
         [("change", "b", "+", within(A, 10))], [("set", "b", within(("*", B, n(3)), modulus))]),
        ("change", "c", "+", ("+", n(1), within(A, 2))),
    ]  # fmt: skip
    return [
        mixer(d, modulus),
        recursion(d, modulus),
        numbers(d, d.between(5, 7)),
        ("set", "a", n(d.between(2, 20))),
        ("set", "b", n(d.between(1, 9))),
        ("set", "c", n(0)),
        ("while", ("<", C, n(d.between(40, 60))), body),
        ("print", ("+", ("+", ("sum", "x"), A), B)),
    ]


DEALT: Mapping[int, tuple[int, Callable[[int], list[Node]]]] = {
    1: (len(NAMES) * 89 * 89 * 2, one),
    2: (len(NAMES) * 10 * 10, two),
}
"""(how many programs there are, the one of a number): drawn, of so few some would come twice."""
DRAWN: Mapping[int, Callable[[Draw], list[Node]]] = {
    3: three, 4: four, 5: five, 6: six, 7: seven, 8: eight, 9: nine,
}  # fmt: skip
