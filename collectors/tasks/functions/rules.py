"""Level 7 of `python-functions`: textbook algorithms with several rules of their own."""

from __future__ import annotations

from collectors.tasks.draw import Draw
from collectors.tasks.functions.puzzle import Puzzle, spans, text


def bookings(draw: Draw) -> list[list[int]]:
    return [[*span, draw.between(1, 20)] for span in spans(draw, 9, 9)]


def roads(draw: Draw) -> list[list[int]]:
    count = draw.between(2, 14)
    return [[draw.below(6), draw.below(6), draw.between(1, 20)] for _ in range(count)]


def machine(draw: Draw) -> list[str]:
    """A program of the little machine, mostly meaningful."""
    lines = [f"push {draw.between(0, 9)}" for _ in range(draw.between(1, 4))]
    for _ in range(draw.between(1, 9)):
        op = draw.pick(("push", "add", "sub", "mul", "dup", "swap", "drop", "jump", "zero"))
        if op in ("push", "jump", "zero"):
            op += f" {draw.between(0, 9)}"
        lines.append(op)
    return lines


def requests(draw: Draw) -> list[str]:
    return [text(draw, "abcdef", 1, 1) + draw.pick(("", "", "!")) for _ in range(draw.below(22))]


def pattern(draw: Draw, signs: str) -> tuple[str, str]:
    wild = "".join(draw.pick("abc" + signs) for _ in range(draw.between(0, 7)))
    made = ""
    for c in wild:
        if c in "abc":
            made += c if draw.chance(0.95) else "b"
        elif draw.chance(0.8):
            made += text(draw, "abc", 0, 3)
    return wild, made


SEVEN = (
    Puzzle(
        "earned(bookings)",
        "the largest total pay of a choice from the list bookings of [start, end, pay], when "
        "between two chosen ones there must be at least $k units of time from the end of one to "
        "the start of the next, at most $n may be chosen (or none, for 0), and each one longer "
        "than $m (end minus start) brings $f less",
        """
        jobs = sorted(bookings, key=lambda job: job[1])
        best = [[0] * ($n + 1)]
        for i, (start, end, pay) in enumerate(jobs):
            if end - start > $m:
                pay -= $f
            before = i
            while before > 0 and jobs[before - 1][1] + $k > start:
                before -= 1
            row = best[-1][:]
            for used in range(1, $n + 1):
                row[used] = max(row[used], best[before][used - 1] + pay)
            best.append(row)
        return max(best[-1])
        """,
        lambda d: {
            "k": d.between(0, 3),
            "n": d.between(2, 4),
            "m": d.between(2, 6),
            "f": d.between(1, 9),
        },
        lambda d, p: [bookings(d)],
    ),
    Puzzle(
        "cheapest(roads, a, b)",
        "the lowest cost of getting from place a to place b over the list roads of [from, to, "
        "cost] (one way only) with at most $k roads, when the costliest road of the way counts "
        "only half (rounded down); 0 if a is b; -1 if there is no way",
        """
        if a == b:
            return 0
        best = -1
        layer = {(a, 0): 0}
        for _ in range($k):
            following = {}
            for (place, most), cost in layer.items():
                for start, end, price in roads:
                    if start == place:
                        key = (end, max(most, price))
                        if key not in following or cost + price < following[key]:
                            following[key] = cost + price
            layer = following
            for (place, most), cost in layer.items():
                if place == b:
                    paid = cost - most + most // 2
                    if best < 0 or paid < best:
                        best = paid
        return best
        """,
        lambda d: {"k": d.between(2, 5)},
        lambda d, p: [roads(d), d.below(6), d.below(6)],
    ),
    Puzzle(
        "matches(pattern, s)",
        "True if the whole text s fits the pattern, in which '?' stands for any single "
        "character, '*' for any number of characters (also none), '+' for $least or more "
        "characters that are all the same, and other characters for themselves; otherwise False",
        """
        from functools import lru_cache

        @lru_cache(None)
        def fits(i, j):
            if i == len(pattern):
                return j == len(s)
            c = pattern[i]
            if c == '*':
                return fits(i + 1, j) or (j < len(s) and fits(i, j + 1))
            if c == '+':
                run = 0
                while j + run < len(s) and s[j + run] == s[j]:
                    run += 1
                    if run >= $least and fits(i + 1, j + run):
                        return True
                return False
            return j < len(s) and c in ('?', s[j]) and fits(i + 1, j + 1)

        return fits(0, 0)
        """,
        lambda d: {"least": d.between(1, 3)},
        lambda d, p: list(pattern(d, "?*+")),
    ),
    Puzzle(
        "executed(program)",
        "the stack, as a list from bottom to top, after running the list of instructions "
        "program: 'push 3' pushes a number, 'add', 'sub' and 'mul' take two numbers and push "
        "the result (the lower one minus the upper one for sub) modulo $m, 'dup' pushes the top "
        "again, 'swap' exchanges the upper two, 'drop' takes the top away, 'jump 4' goes on at "
        "instruction 4 (counted from 0), 'zero 4' takes the top and goes on at 4 if it is 0. "
        "The machine stops at the end of the program, when the stack has too few numbers (the "
        "instruction then does nothing), when a jump leads outside the program, or after $k "
        "instructions",
        """
        stack, at = [], 0
        needs = {'add': 2, 'sub': 2, 'mul': 2, 'dup': 1, 'swap': 2, 'drop': 1, 'zero': 1}
        for _ in range($k):
            if not 0 <= at < len(program):
                break
            name, _, number = program[at].partition(' ')
            at += 1
            if len(stack) < needs.get(name, 0):
                break
            if name == 'push':
                stack.append(int(number))
            elif name in ('add', 'sub', 'mul'):
                b, a = stack.pop(), stack.pop()
                result = a + b if name == 'add' else a - b if name == 'sub' else a * b
                stack.append(result % $m)
            elif name == 'dup':
                stack.append(stack[-1])
            elif name == 'swap':
                stack[-2:] = [stack[-1], stack[-2]]
            elif name == 'drop':
                stack.pop()
            elif name == 'jump' or stack.pop() == 0:
                at = int(number)
        return stack
        """,
        lambda d: {"m": d.between(11, 97), "k": d.between(20, 60)},
        lambda d, p: [machine(d)],
    ),
    Puzzle(
        "cached(requests)",
        "the number of hits of a cache that holds $k letters, for the list requests. Each "
        "request is a letter, or a letter and '!'. A hit is a request for a letter that is "
        "held; otherwise the letter is put in, and if the cache was full, the letter used least "
        "often since it was put in is thrown out first (of several, the one whose last use is "
        "longest ago). A request with '!' counts as $w uses of its letter, any other as one, "
        "also the request that puts it in; a letter that was not asked for in $t requests in a "
        "row is thrown out before the next request is looked at",
        """
        held, hits = {}, 0
        for now, request in enumerate(requests):
            for name in list(held):
                if now - held[name][1] > $t:
                    del held[name]
            name = request[0]
            weight = $w if request.endswith('!') else 1
            if name in held:
                hits += 1
                held[name] = [held[name][0] + weight, now]
                continue
            if len(held) == $k:
                worst = min(held, key=lambda n: held[n])
                del held[worst]
            held[name] = [weight, now]
        return hits
        """,
        lambda d: {"k": d.between(2, 4), "w": d.between(2, 4), "t": d.between(4, 9)},
        lambda d, p: [requests(d)],
    ),
)
