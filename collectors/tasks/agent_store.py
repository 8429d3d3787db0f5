"""Agent with a key-value store: follow keys that name keys, then move coins and commit.

Values can only be known by asking for them; a commit returns a receipt that depends on all of the
store, so that the right receipt shows that the right changes were made, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from collectors.tasks import answers
from collectors.tasks.agent_task import agent_task
from collectors.tasks.agents import (
    Plan,
    Request,
    Shown,
    briefing,
    paired,
    receipt,
    word,
)
from collectors.tasks.draw import Draw, check
from collectors.tasks.needles_texts import ADJECTIVES, THINGS

NAME, VERSION = "agent-store", "1"
MOST = 1_000
PAGE = 20
"""Keys that a list returns at most."""


@dataclass(frozen=True)
class Rung:
    """One level: a chain of keys to follow, or transfers between accounts."""

    text: str
    chain: int = 0
    transfers: int = 0
    indirect: bool = False
    """Whether accounts are named by keys that hold their names."""
    conditions: bool = False
    busy: int = 0


LADDER: Mapping[int, Rung] = {
    1: Rung("one value to get", 1),
    2: Rung("a key that names the key", 2),
    3: Rung("a chain of four keys", 4),
    4: Rung("a chain of seven keys, every fourth request fails", 7, busy=4),
    5: Rung("two transfers and a commit", transfers=2),
    6: Rung("three transfers between accounts that keys name", transfers=3, indirect=True),
    7: Rung("five such transfers on conditions", transfers=5, indirect=True, conditions=True),
    8: Rung("nine such transfers, every fourth request fails", transfers=9, indirect=True,
            conditions=True, busy=4),
}  # fmt: skip


def size(level: int) -> int:
    return MOST


def store(values: Mapping[str, str], key: str) -> Callable[[Request], str]:
    """A store of its own that answers get, set, list and commit."""
    held = dict(values)

    def answer(request: Request) -> str:
        tool, name = word(request, "tool"), word(request, "key")
        if tool == "commit":
            return f"Committed. Receipt: {receipt(key, held)}"
        if tool == "list":
            found = sorted(k for k in held if k.startswith(word(request, "prefix")))
            more = f" and {len(found) - PAGE} more" if len(found) > PAGE else ""
            return f"{', '.join(found[:PAGE]) or 'nothing'}{more}"
        if tool not in ("get", "set"):
            return "Error: unknown tool. The tools are get, set, list and commit."
        if name not in held:
            return "Error: there is no such key."
        if tool == "get":
            return held[name]
        value = word(request, "value")
        if not value:
            return "Error: value must be a text or a number."
        held[name] = answers.canonical(value) if value.isdecimal() else value
        return "Done."

    return answer


@lru_cache(maxsize=512)
def plan(level: int, seed: int) -> Plan:
    check(NAME, LADDER, level, seed, size)
    rung, draw = LADDER[level], Draw(f"{NAME}/{level}/{VERSION}/{seed}")
    key = f"{NAME}/{level}/{VERSION}"
    names = paired(seed, 40, ADJECTIVES, THINGS, key)
    make = _chain if rung.chain else _transfers
    return make(rung, names, draw, f"{key}/{seed}")


def _chain(rung: Rung, names: Sequence[str], draw: Draw, key: str) -> Plan:
    chain = names[: rung.chain]
    target = str(draw.between(1_000, 99_999))
    values = {
        name: str(draw.between(1_000, 99_999)) for name in names[rung.chain : rung.chain + 10]
    }
    for name, following in pairwise(chain):
        values[name] = f"see {following}, not {draw.pick(names[rung.chain : rung.chain + 10])}"
    values[chain[-1]] = target
    way = tuple({"tool": "get", "key": name} for name in chain)
    question = (
        f"Get the value of '{chain[0]}'. If it is a number, it is the answer; if it names a key to "
        "see, go on with that one. What is the number?"
    )
    return Plan(question, target, way, lambda: store(values, key), rung.busy)


def _transfers(rung: Rung, names: Sequence[str], draw: Draw, key: str) -> Plan:
    accounts, others = names[:6], names[6 : 12 + 2 * rung.transfers]
    # Enough that no account can be overdrawn.
    values = {name: str(draw.between(300, 999)) for name in (*accounts, *others[-6:])}
    right, told, way = dict(values), [], []
    for turn in range(rung.transfers):
        source, target = draw.shuffled(accounts)[:2]
        said = [f"'{source}'", f"'{target}'"]
        if rung.indirect:
            pointers = others[2 * turn : 2 * turn + 2]
            for place, (pointer, account) in enumerate(
                zip(pointers, (source, target), strict=True)
            ):
                values[pointer] = right[pointer] = account
                way.append({"tool": "get", "key": pointer})
                said[place] = f"the account that '{pointer}' names"
        coins = draw.between(5, 95)
        limit = draw.between(200, 800)
        condition = f" if {said[0]} then holds more than {limit}" if rung.conditions else ""
        told.append(f"{turn + 1}. Move {coins} coins from {said[0]} to {said[1]}{condition}.")
        way += [{"tool": "get", "key": source}]
        if rung.conditions and int(right[source]) <= limit:
            continue
        right[source] = str(int(right[source]) - coins)
        right[target] = str(int(right[target]) + coins)
        way += [
            {"tool": "get", "key": target},
            {"tool": "set", "key": source, "value": right[source]},
            {"tool": "set", "key": target, "value": right[target]},
        ]
    way.append({"tool": "commit"})
    question = "\n".join([
        "Each account is a key whose value is its number of coins. Do this in order, then commit; "
        "change nothing else:",
        *told,
        "What is the number of the receipt?",
    ])  # fmt: skip
    return Plan(question, receipt(key, right), tuple(way), lambda: store(values, key), rung.busy)


def shown(key: str, told: str) -> Shown:
    """A demonstration, with a key that no sample holds."""
    request = {"tool": "get", "key": key}
    question = f"Get the value of '{key}'. What is the number?"
    return Shown(question, request, told, f"I need the value of '{key}'.")


MANNERS = briefing(
    "Work with a store of keys and values.",
    {
        '{"tool": "get", "key": "red-lamp"}': "returns the key's value.",
        '{"tool": "set", "key": "red-lamp", "value": "12"}': "changes a key's value.",
        '{"tool": "list", "prefix": "red"}': "returns the keys that begin so.",
        '{"tool": "commit"}': "returns a receipt. Now and then the tools are busy and have to be "
        "asked again.",
    },
    [shown("silk-glove", "7315"), shown("wool-sock", "20816")],
)

TASK = agent_task(
    NAME,
    VERSION,
    "Agent with a key-value store",
    {n: r.text for n, r in LADDER.items()},
    size,
    plan,
    MANNERS,
)
