"""The functions of `python-functions` written another way, from their descriptions alone.

Slow and plain where the reference solutions are quick: what both return is what was meant.
"""

import ast
import itertools
import re
from collections import Counter
from functools import lru_cache


def coins(amount, p):
    paid = [
        x + y + z
        for z in range(p["k"] + 1)
        for x in range(amount // p["a"] + 1)
        for y in range(amount // p["b"] + 1)
        if x * p["a"] + y * p["b"] + z * p["c"] == amount
    ]
    return min(paid, default=-1)


def rising(values, p):
    @lru_cache(None)
    def longest(i, last):
        if i == len(values):
            return 0
        skipped = longest(i + 1, last)
        fits = last is None or p["k"] <= values[i] - last <= p["m"]
        return max(skipped, 1 + longest(i + 1, values[i])) if fits else skipped

    return longest(0, None)


def distance(a, b, p):
    @lru_cache(None)
    def cost(i, j):
        if i == len(a):
            return (len(b) - j) * p["i"]
        if j == len(b):
            return (len(a) - i) * p["d"]
        vowels = {a[i], b[j]} <= set("aeiou")
        change = 0 if a[i] == b[j] else p["v"] if vowels else p["r"]
        return min(cost(i + 1, j + 1) + change, cost(i + 1, j) + p["d"], cost(i, j + 1) + p["i"])

    return cost(0, 0)


def matches(pattern, s, p):
    same = "|".join(f"{c}{{{p['least']},}}" for c in "abc")
    wild = {"?": ".", "*": ".*", "+": f"(?:{same})"}
    return bool(re.fullmatch("".join(wild.get(c, c) for c in pattern), s))


def merged(spans, p):
    spans = [list(s) for s in spans]
    while True:
        for one, two in itertools.combinations(spans, 2):
            if max(one[0], two[0]) - min(one[1], two[1]) <= p["k"]:
                spans = [s for s in spans if s is not one and s is not two]
                spans.append([min(one[0], two[0]), max(one[1], two[1])])
                break
        else:
            return sorted(s for s in spans if s[1] - s[0] >= p["m"])


def earned(bookings, p):
    best = 0
    for n in range(1, p["n"] + 1):
        for chosen in itertools.combinations(sorted(bookings), n):
            if all(b[0] - a[1] >= p["k"] for a, b in itertools.pairwise(chosen)):
                pay = sum(w - p["f"] * (e - s > p["m"]) for s, e, w in chosen)
                best = max(best, pay)
    return best


def cheapest(roads, a, b, p):
    if a == b:
        return 0
    found, ways = [], [(a, [])]
    for _ in range(p["k"]):
        ways = [(e, [*way, c]) for at, way in ways for s, e, c in roads if s == at]
        ways = list({(at, tuple(sorted(way))) for at, way in ways})
        found += [sum(way) - max(way) + max(way) // 2 for at, way in ways if at == b]
    return min(found, default=-1)


def filled(square, p):
    rule = p["rule"]

    def right(rows):
        for line in (*rows, *zip(*rows, strict=True)):
            if len(set(line)) < 4:
                return False
        blocks = [[rows[r + y][c + x] for y in (0, 1) for x in (0, 1)] for r in (0, 2)
                  for c in (0, 2)]  # fmt: skip
        if any(len(set(block)) < 4 for block in blocks):
            return False
        if any(a + b == p["m"] for row in rows for a, b in itertools.pairwise(row)):
            return False
        if "diagonal" in rule:
            return len({rows[i][i] for i in range(4)}) < 4
        if "first number" in rule:
            return rows[0][0] < rows[3][3]
        return rows[0][0] + rows[0][3] + rows[3][0] + rows[3][3] >= 10

    orders = list(itertools.permutations((1, 2, 3, 4)))
    fitting = [
        [o for o in orders if all(g in (0, n) for g, n in zip(row, o, strict=True))]
        for row in square
    ]
    return sum(right(rows) for rows in itertools.product(*fitting))


def justified(words, width, p):
    best = None
    for cuts in itertools.product((0, 1), repeat=max(0, len(words) - 1)):
        rows = [[words[0]]] if words else []
        for cut, word in zip(cuts, words[1:], strict=True):
            rows.append([word]) if cut else rows[-1].append(word)
        made = [" ".join(row) for row in rows]
        if any(len(line) > width for line in made):
            continue
        bad = [(width - len(line)) ** p["p"] for line in made]
        if bad:
            bad[-1] = 0 if "none" in p["last"] else bad[-1] // 2
        total = sum(bad) + p["f"] * sum(len(row[-1]) < p["k"] for row in rows)
        key = (total, [len(line) for line in made])
        if best is None or key < best[0]:
            best = key, made
    return best and best[1]


def limited(values, p):
    kept = [v for i, v in enumerate(values) if values[:i].count(v) < p["k"]]
    return [*kept, len(values) - len(kept)]


def windows(values, p):
    parts = [values[i : i + p["k"]] for i in range(len(values))]
    tops = [max(w) for w in parts if len(w) == p["k"] and sum(w) % 2 == 0]
    return list(dict.fromkeys(tops))


def factors(n, p):
    counts = Counter()
    while n > 1:
        least = next(d for d in range(2, n + 1) if n % d == 0)
        counts[least] += 1
        n //= least
    small = [f"{d}^{e}" if e > 1 else str(d) for d, e in sorted(counts.items()) if d <= p["k"]]
    return p["m"].join(small + ["big"] * any(d > p["k"] for d in counts))


def value(s, p):
    """By brackets put around what binds tighter, then read from one side."""
    s = s.replace(" ", "")
    while "(" in s:
        s = re.sub(r"\(([^()]*)\)", lambda m: f"{flat(m[1], p)}".replace("-", "n"), s)
    return flat(s, p)


def flat(s, p):
    tokens = re.findall(r"n?\d+|[-+*]", s)
    numbers = [int(t.replace("n", "-")) for t in tokens[::2]]
    operators = tokens[1::2]
    for tier in (p["high"], p["low"]):
        while any(o in tier for o in operators):
            where = [i for i, o in enumerate(operators) if o in tier]
            i = where[0] if p["left"] else where[-1]
            a, b = numbers[i : i + 2]
            o = operators.pop(i)
            numbers[i : i + 2] = [a + b if o == "+" else a - b if o == "-" else a * b]
    return numbers[0]


def steps(rows, p):
    """By waves: everything that can be reached in one move more."""
    height, width = len(rows), len(rows[0])
    cells = {(r, c): rows[r][c] for r in range(height) for c in range(width)}
    wave = {at for at, sign in cells.items() if sign == "S"}
    for moves in range(len(cells) + 1):
        if any(cells[at] == "E" for at in wave):
            return moves
        further = set()
        for r, c in wave:
            for y, x in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                over = not 0 <= y < height, not 0 <= x < width
                closed = over[0] and "right" in p["sides"], over[1] and "bottom" in p["sides"]
                if any(closed):
                    continue
                further.add((y % height, x % width))
        wave |= {at for at in further if cells[at] != "#"}
    return -1


def balanced(s, p):
    """By taking innermost pairs away; the depth of what is left grows by one each time."""
    s = re.sub(r"[^][(){}]", "", s)
    depth, inside = 0, s
    while inside:
        shorter = re.sub(r"\(\)|\[\]|\{\}", "", inside)
        if shorter == inside:
            return False
        inside = shorter
    for n in range(len(s)):
        before = s[: n + 1]
        opened = sum(c in "([{" for c in before) - sum(c in ")]}" for c in before)
        depth = max(depth, opened)
        if s[n] == "{" and before.count("(") > before.count(")"):
            return False
    return depth <= p["k"]


def based(n, p):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    places = next(i for i in range(1, 99) if abs(n) < p["k"] ** i)
    found = "".join(digits[abs(n) // p["k"] ** i % p["k"]] for i in reversed(range(places)))
    first = len(found) % p["g"]
    groups = [found[:first]] * bool(first)
    groups += [found[i : i + p["g"]] for i in range(first, len(found), p["g"])]
    return "-" * (n < 0) + p["m"].join(groups)


def anagrams(words, p):
    kinds = {frozenset(Counter(w).items()) for w in words}
    groups = [sorted({w for w in words if frozenset(Counter(w).items()) == k}) for k in kinds]
    groups = [g for g in groups if len(g) >= p["k"]]
    return sorted(sorted(groups, key=lambda g: g[0]), key=len, reverse=True)


def turned(rows, p):
    for _ in range(p["k"] % 4):
        rows = [list(row) for row in zip(*rows[::-1], strict=True)]
    return [[value + i for value in row] for i, row in enumerate(rows)]


def packed(s, p):
    def short(found):
        run = found[0]
        return f"{run[0]}{p['m']}{len(run)}" if len(run) >= p["k"] else run

    return re.sub(r"(.)\1*", short, s)


def reduced(n, p):
    if n < p["k"] or p["m"] == 0:
        return 0
    return 1 + reduced(sum(int(c) ** 2 for c in str(n)), {**p, "m": p["m"] - 1})


def running(values, p):
    if not values:
        return []
    total = p["k"] + values[0]
    total = 0 if total > p["m"] else total
    return [total, *running(values[1:], {**p, "k": total})]


def executed(program, p):
    stack, at, done = [], 0, 0
    while done < p["k"] and 0 <= at < len(program):
        match program[at].split():
            case ["push", n]:
                stack += [int(n)]
            case [("add" | "sub" | "mul") as name]:
                if len(stack) < 2:
                    return stack
                *stack, low, high = stack
                made = {"add": low + high, "sub": low - high, "mul": low * high}[name]
                stack += [made % p["m"]]
            case ["dup"]:
                if not stack:
                    return stack
                stack += stack[-1:]
            case ["swap"]:
                if len(stack) < 2:
                    return stack
                *stack, low, high = stack
                stack += [high, low]
            case ["drop"]:
                if not stack:
                    return stack
                stack = stack[:-1]
            case ["jump", n]:
                at = int(n) - 1
            case ["zero", n]:
                if not stack:
                    return stack
                *stack, top = stack
                at = int(n) - 1 if top == 0 else at
        at += 1
        done += 1
    return stack


def cached(requests, p):
    """By looking back over all requests for each of them."""
    held, hits = {}, 0  # letter -> when it was put in
    for now, request in enumerate(requests):
        asked = {n: [i for i in range(held[n], now) if requests[i][0] == n] for n in held}
        for name, times in asked.items():
            if now - 1 - times[-1] >= p["t"]:
                del held[name]
        if request[0] in held:
            hits += 1
            continue
        if len(held) == p["k"]:
            weight = {n: sum(p["w"] if "!" in requests[i] else 1 for i in asked[n]) for n in held}
            fewest = [n for n in held if weight[n] == min(weight.values())]
            del held[min(fewest, key=lambda n: asked[n][-1])]
        held[request[0]] = now
    return hits


def computed(cells, p):
    """By Python's own reading of the formulas: its signs and operators bind alike here."""
    trees = {name: ast.parse(formula, mode="eval").body for name, formula in cells.items()}
    named = {
        name: {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in cells}
        for name, tree in trees.items()
    }

    def below(name, way):
        return any(n in way or below(n, (*way, n)) for n in named[name])

    def result(node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return value(node.id) if node.id in cells else p["empty"]
        if isinstance(node, ast.UnaryOp):
            inner = result(node.operand)
            return inner if inner == "div" else -inner
        left, right = result(node.left), result(node.right)
        if "div" in (left, right):
            return "div"
        if isinstance(node.op, ast.Div):
            if right == 0:
                return "div"
            whole = abs(left) // abs(right) * (1 if left * right >= 0 else -1)
            short = "down" in p["how"] and whole * right != left and left * right < 0
            return whole - short
        if isinstance(node.op, ast.Mult):
            return left * right
        return left + right if isinstance(node.op, ast.Add) else left - right

    def value(name):
        return "loop" if below(name, (name,)) else result(trees[name])

    return {name: value(name) for name in cells}


def voyage(rows, p):
    """Move by move: all states after so many moves, each at its cheapest."""
    cells = {(r, c): sign for r, row in enumerate(rows) for c, sign in enumerate(row)}
    (start,) = [at for at, sign in cells.items() if sign == "S"]
    moves = ((1, 0), (-1, 0), (0, 1), (0, -1))
    known, best = {}, -1
    costs = {(start, 0, None, 0, frozenset()): 0}
    while costs:
        further = {}
        for (at, keys, last, straight, changed), cost in costs.items():
            if cells[at] == "E":
                best = cost if best < 0 else min(best, cost)
                continue
            for move in moves:
                to = at[0] + move[0], at[1] + move[1]
                sign = cells.get(to)
                again = straight + 1 if move == last else 0
                if sign is None or (sign == "#" and to not in changed and keys == 0):
                    continue
                paid = cost + (p["w"] if sign == "~" else 1) + p["f"] * (again > p["free"])
                held, marks = keys, changed
                if sign in "#kK" and to not in changed:
                    held = min(p["k"], keys + {"#": -1, "k": 1, "K": 2}[sign])
                    marks = changed | {to}
                state = to, held, move, min(again, 3), marks
                if paid < min(known.get(state, paid + 1), further.get(state, paid + 1)):
                    known[state] = further[state] = paid
        costs = further
    return best


OTHER_WAYS = {
    f.__name__: f
    for f in (
        coins, rising, distance, matches, merged, earned, cheapest, filled, justified, limited,
        windows, factors, value, steps, balanced, based, anagrams, turned, packed, reduced,
        running, executed, cached, computed, voyage,
    )
}  # fmt: skip
