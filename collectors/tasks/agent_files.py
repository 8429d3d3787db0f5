"""Agent with a file tree: find a file, follow notes from file to file, put files in order.

What a file says can only be known by reading it; sealing returns a receipt that depends on where
every file is, so that the right receipt shows that the right files were moved, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

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
from collectors.tasks.needles_texts import ADJECTIVES, PEOPLE, PLACES, THINGS

NAME, VERSION = "agent-files", "1"
MOST = 1_000
KINDS = ("urgent", "paid", "draft", "open")


@dataclass(frozen=True)
class Rung:
    """One level: a file to find, notes to follow, or files to put in order."""

    text: str
    folders: int = 0
    """Folders, each with a folder inside when `deep`, one of which holds the file."""
    deep: bool = False
    notes: int = 0
    """Notes that lead from file to file."""
    sorted: int = 0
    """Files to read, some of which are to be moved."""
    busy: int = 0


LADDER: Mapping[int, Rung] = {
    1: Rung("one file to read", folders=0),
    2: Rung("a folder to look into, a file to read", folders=1),
    3: Rung("a file in one of three folders", folders=3),
    4: Rung("a file in one of three folders, each with a folder inside", folders=3, deep=True),
    5: Rung("such a file, and five notes that lead on from it", folders=3, deep=True, notes=5),
    6: Rung("ten files to read, some to be moved", sorted=10),
    7: Rung("sixteen files to read, some to be moved, every fifth request fails", sorted=16,
            busy=5),
    8: Rung("twenty-six files to read, some to be moved, every fifth request fails", sorted=26,
            busy=5),
}  # fmt: skip


def size(level: int) -> int:
    return MOST


def tree(files: Mapping[str, str], key: str) -> Callable[[Request], str]:
    """A tree of its own that answers list, read, move and seal."""
    held = dict(files)
    # Folders stay when their last file is moved away.
    folders = {name[:i] or "/" for name in files for i, c in enumerate(name) if c == "/"}

    def answer(request: Request) -> str:
        tool, path = word(request, "tool"), word(request, "path").rstrip("/") or "/"
        if tool == "seal":
            return f"Sealed. Receipt: {receipt(key, held)}"
        if tool == "list":
            return listing(held, folders, path)
        if tool not in ("read", "move"):
            return "Error: unknown tool. The tools are list, read, move and seal."
        if path not in held:
            return "Error: there is no such file."
        if tool == "read":
            return held[path]
        folder = word(request, "to").rstrip("/") or "/"
        target = f"{folder.rstrip('/')}/{path.rpartition('/')[2]}"
        if folder not in folders or target in held:
            return "Error: there is no such folder, or the file is already there."
        held[target] = held.pop(path)
        return "Moved."

    return answer


def listing(files: Mapping[str, str], folders: set[str], path: str) -> str:
    """Names in a folder; folders end with '/'."""
    if path not in folders:
        return "Error: there is no such folder."
    start = "/" if path == "/" else f"{path}/"
    inside = [f"{name}/" for name in folders if name != "/"] + list(files)
    names = (name[len(start) :] for name in inside if name.startswith(start) and name != start)
    return "\n".join(sorted({name.partition("/")[0] + "/" * ("/" in name) for name in names})) or (
        "The folder is empty."
    )


@lru_cache(maxsize=512)
def plan(level: int, seed: int) -> Plan:
    check(NAME, LADDER, level, seed, size)
    rung, draw = LADDER[level], Draw(f"{NAME}/{level}/{VERSION}/{seed}")
    key = f"{NAME}/{level}/{VERSION}"
    places = paired(seed, 40, ADJECTIVES, PLACES, f"{key}/places")
    things = paired(seed, 60, ADJECTIVES, THINGS, f"{key}/things")
    make = _order if rung.sorted else _search
    return make(rung, places, things, draw, f"{key}/{seed}")


def _search(rung: Rung, places: Sequence[str], things: Sequence[str], draw: Draw, key: str) -> Plan:
    """The way looks through the folders in the alphabet's order until it finds the file."""
    folders = sorted(places[: max(1, rung.folders)])
    inner = {folder: places[10 + i] for i, folder in enumerate(folders)}
    paths = [f"/{f}/{inner[f]}" if rung.deep else f"/{f}" for f in folders]
    files = {f"/{f}/{things[20 + i]}.txt": _number(draw) for i, f in enumerate(folders)}
    files |= {f"{path}/{things[10 + i]}.txt": _number(draw) for i, path in enumerate(paths)}
    files = {} if rung.folders == 1 else files
    found = draw.below(len(paths))
    start = f"{paths[found]}/{things[0]}.txt"
    way: list[Request] = []
    if rung.folders == 1:
        way = [{"tool": "list", "path": paths[0]}]
    elif rung.folders:
        way = [{"tool": "list", "path": "/"}]
        for folder, path in list(zip(folders, paths, strict=True))[: found + 1]:
            way += [{"tool": "list", "path": f"/{folder}"}] if rung.deep else []
            way.append({"tool": "list", "path": path})
    notes = [start, *(f"/{places[20 + i]}/{things[30 + i]}.txt" for i in range(rung.notes))]
    for note, following in pairwise(notes):
        files[note] = f"The number is now in {following}."
    files[notes[-1]] = target = _number(draw)
    way += [{"tool": "read", "path": note} for note in notes]
    name = start.rpartition("/")[2]
    where = {0: f"the file {start}", 1: f"the only file of the folder {paths[0]}"}
    asked = where.get(rung.folders, f"the file {name}, which is in one of the folders,")
    question = f"What number does {asked} hold? If it names another file, go on with that one."
    return Plan(question, target, tuple(way), lambda: tree(files, key), rung.busy)


def _number(draw: Draw) -> str:
    return str(draw.between(1_000, 99_999))


def _order(rung: Rung, places: Sequence[str], things: Sequence[str], draw: Draw, key: str) -> Plan:
    """Letters of one folder, each of a kind and an amount; two kinds are to be moved."""
    names = things[: rung.sorted]
    inbox, first, second = (f"/{place}" for place in places[:3])
    kinds = draw.shuffled(KINDS)
    limit = draw.between(300, 700)
    files = {f"{folder}/index.txt": "Nothing to see." for folder in (first, second)}
    right = dict(files)
    way: list[Request] = [{"tool": "list", "path": inbox}]
    for name in sorted(names):
        kind, amount = draw.pick(kinds), draw.between(100, 999)
        said = f"From the {draw.pick(PEOPLE)}. State: {kind}. Amount: {amount}."
        path = f"{inbox}/{name}.txt"
        files[path] = said
        way.append({"tool": "read", "path": path})
        to = first if kind == kinds[0] else second if kind == kinds[1] and amount > limit else inbox
        right[f"{to}/{name}.txt"] = said
        if to != inbox:
            way.append({"tool": "move", "path": path, "to": to})
    way.append({"tool": "seal"})
    question = (
        f"Every file of the folder {inbox} tells a state and an amount. Move those whose state is "
        f"'{kinds[0]}' to {first}, and those whose state is '{kinds[1]}' and whose amount is more "
        f"than {limit} to {second}; leave all others where they are. Then seal the tree. What is "
        "the number of the receipt?"
    )
    return Plan(question, receipt(key, right), tuple(way), lambda: tree(files, key), rung.busy)


def shown(path: str, told: str) -> Shown:
    """A demonstration, with a file that no sample holds."""
    request = {"tool": "read", "path": path}
    question = f"What number does the file {path} hold?"
    return Shown(question, request, told, f"I need to read {path}.")


MANNERS = briefing(
    "Work with a tree of folders and files.",
    {
        '{"tool": "list", "path": "/hall"}': "returns the names in a folder ('/' is the top).",
        '{"tool": "read", "path": "/hall/lamp.txt"}': "returns what a file holds.",
        '{"tool": "move", "path": "/hall/lamp.txt", "to": "/attic"}': "moves a file to a folder.",
        '{"tool": "seal"}': "returns a receipt. Now and then the tools are busy and have to be "
        "asked again.",
    },
    [shown("/tin-shed/silk-glove.txt", "7315"), shown("/wet-cave/wool-sock.txt", "20816")],
)

TASK = agent_task(
    NAME,
    VERSION,
    "Agent with a file tree",
    {n: r.text for n, r in LADDER.items()},
    size,
    plan,
    MANNERS,
)
