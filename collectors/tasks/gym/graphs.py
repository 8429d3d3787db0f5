"""Ways through grids and graphs: the shortest one, the only one, an order that exists or not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from collectors.tasks.draw import Draw
from collectors.tasks.gym import ordered, score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

STEPS: Mapping[str, tuple[int, int]] = {
    "up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1),
}  # fmt: skip
ARROWS: Mapping[str, str] = {
    "\u2191": "up", "\u2193": "down", "\u2190": "left", "\u2192": "right",
    "\u2b06": "up", "\u2b07": "down", "\u2b05": "left", "\u27a1": "right",
}  # fmt: skip
BY_LETTER = {name[0]: name for name in STEPS}
BETWEEN = frozenset(("then", "and", "go", "move", "moves", "step"))
SIGNS = {"*": "S", "#": "E", "O": ".", "X": "#"}
"""The generator's start, end, open and blocked cells, and ours: '*' is a bold mark in answers."""


def paths(entry: Entry, rung: Rung) -> Asked | None:
    way = entry["metadata"]["solution"]
    shortest, longest = rung.options["way"]
    if not shortest <= len(way) <= longest:
        return None
    grid = [[SIGNS[cell] for cell in row] for row in entry["metadata"]["matrix"]]
    text = "Grid:\n" + "\n".join(" ".join(row) for row in grid)
    # Each step is looked for among the cells around it, and the grid has to be read.
    work = 4.0 * len(way) + len(grid) * len(grid[0]) / 2
    return Asked(text, ", ".join(way), work)


def way(asked: Sample, text: str) -> Score:
    """Any way that keeps to open cells and is no longer than the target."""
    grid = [line.split() for line in asked.input.splitlines()[1:]]
    length = len(asked.target.split(","))
    said = None
    for part in ordered.candidates(text):
        taken = moves(part)
        said = said or ", ".join(taken) or None
        if len(taken) == length and arrives(grid, taken):
            return score.result(True, ", ".join(taken))
    return score.result(False, said)


def moves(part: str) -> list[str]:
    """The moves of a text that holds nothing else: as words, as letters or as arrows."""
    tokens = [t for t in ordered.LETTERS.findall(part.casefold()) if t not in BETWEEN]
    if tokens and set(tokens) <= STEPS.keys():
        return tokens
    if tokens and set("".join(tokens)) <= BY_LETTER.keys():
        return [BY_LETTER[letter] for letter in "".join(tokens)]
    return [] if tokens else [ARROWS[sign] for sign in part if sign in ARROWS]


def arrives(grid: Sequence[Sequence[str]], taken: Sequence[str]) -> bool:
    """Whether the moves lead from S to E over open cells."""
    cells = {(r, c): cell for r, row in enumerate(grid) for c, cell in enumerate(row)}
    at = next(place for place, cell in cells.items() if cell == "S")
    for name in taken:
        at = (at[0] + STEPS[name][0], at[1] + STEPS[name][1])
        if cells.get(at, "#") == "#":
            return False
    return cells[at] == "E"


def plain(size: int, blocked: float) -> dict[str, float]:
    """Settings of a square grid."""
    shape = {f"{end}_{side}": size for end in ("min", "max") for side in ("rows", "cols")}
    return {**shape, "p_blocked": blocked}


def long(shortest: int, longest: int) -> dict[str, tuple[int, int]]:
    return {"way": (shortest, longest)}


GRID_PATHS = gym(
    Family(
        name="grid-paths",
        title="The shortest way through a grid",
        generator="graphs.shortest_path:ShortestPathDataset:ShortestPathConfig",
        ladder={
            1: Rung("3 x 3, one move", plain(3, 0.3), size=500, crowded=True, options=long(1, 1)),
            2: Rung("3 x 3, two moves", plain(3, 0.3), size=500, crowded=True, options=long(2, 2)),
            3: Rung("4 x 4, three or four moves", plain(4, 0.3), size=500, crowded=True,
                    options=long(3, 4)),
            4: Rung("6 x 6, five to seven moves", plain(6, 0.3), options=long(5, 7)),
            5: Rung("8 x 8, eight to eleven moves", plain(8, 0.33), options=long(8, 11)),
            6: Rung("12 x 12, 13 to 18 moves", plain(12, 0.33), options=long(13, 18)),
            7: Rung("18 x 18, 22 to 30 moves", plain(18, 0.34), options=long(22, 30)),
            8: Rung("28 x 28, 36 to 50 moves", plain(28, 0.35), options=long(36, 50)),
            9: Rung("40 x 40, 60 to 90 moves", plain(40, 0.36), options=long(60, 90)),
        },
        ask=paths,
        request=(
            "Find a shortest way from S to E. Each move goes one cell up, down, left or right, "
            "never onto # and never out of the grid."
        ),
        form="the moves, separated by commas",
        score=way,
        examples=(
            ("Grid:\nS E .\n. # .\n. . .", "right", "E stands right of S."),
            ("Grid:\n. # .\nE . #\nS . .", "up", "E stands above S."),
            ("Grid:\n# . .\n. S .\n. E .", "down", "E stands below S."),
            ("Grid:\n. . .\n# E S\n. . .", "left", "E stands left of S."),
        ),
        baseline=0.3,
        category="logic",
        max_tokens={"terse": 100, "short": 300, "steps": 600, "think": 800},
    )
)  # fmt: skip

EDGE = re.compile(r"\|(\d+) (\d+)")


def chains(entry: Entry, rung: Rung) -> Asked | None:
    """Chains that all begin at one node; the goal ends one of them."""
    found = entry["metadata"]
    links = EDGE.findall(entry["question"].rpartition("Solve the following task:")[2])
    if rung.options.get("sorted"):
        links = [link for chain in unravelled(links, str(found["center"])) for link in chain]
    told = "\n".join(f"{a} leads to {b}" for a, b in links)
    text = f"{told}\n\nStart: {found['center']}\nGoal: {found['goal']}"
    # In order, only the end of each chain has to be looked at.
    work = float(rung.config["degree"] if rung.options.get("sorted") else len(links))
    return Asked(text, ", ".join(map(str, found["goal_path"])), work)


def unravelled(links: Sequence[tuple[str, str]], start: str) -> list[list[tuple[str, str]]]:
    """The chains, each from the start on."""
    after = dict(link for link in links if link[0] != start)
    found = []
    for first in (link for link in links if link[0] == start):
        chain = [first]
        while chain[-1][1] in after:
            chain.append((chain[-1][1], after[chain[-1][1]]))
        found.append(chain)
    return found


def star(chains: int, length: int, labels: int) -> dict[str, int]:
    """Settings of so many chains of so many nodes, numbered below `labels`."""
    lengths = {"min_path_length": length, "max_path_length": length}
    return {"degree": chains, **lengths, "node_range": labels}


PATH_STAR = gym(
    Family(
        name="path-star",
        title="Following links to a goal",
        generator="graphs.path_star:PathStarDataset:PathStarConfig",
        ladder={
            1: Rung("two chains of two links, one after the other", star(2, 2, 100),
                    options={"sorted": True}),
            2: Rung("two chains of two links", star(2, 2, 100)),
            3: Rung("three chains of three links", star(3, 3, 100)),
            4: Rung("three chains of five links", star(3, 5, 100)),
            5: Rung("four chains of eight links", star(4, 8, 1000)),
            6: Rung("five chains of 14 links", star(5, 14, 1000)),
            7: Rung("six chains of 24 links", star(6, 24, 1000)),
            8: Rung("eight chains of 40 links", star(8, 40, 1000)),
            9: Rung("ten chains of 90 links", star(10, 90, 10_000)),
        },
        ask=chains,
        request=(
            "Follow the links from the start to the goal. Name every number on the way in order, "
            "start and goal included."
        ),
        form="the numbers in order, separated by commas",
        score=ordered.numbered,
        examples=(
            ("31 leads to 76\n12 leads to 54\n12 leads to 31\n54 leads to 8\n\n"
             "Start: 12\nGoal: 76", "12, 31, 76", "12 leads to 31, 31 leads to 76: 12, 31, 76"),
            ("63 leads to 40\n40 leads to 15\n63 leads to 97\n97 leads to 22\n\n"
             "Start: 63\nGoal: 15", "63, 40, 15", "63 leads to 40, 40 leads to 15: 63, 40, 15"),
            ("85 leads to 29\n29 leads to 71\n85 leads to 46\n46 leads to 33\n\n"
             "Start: 85\nGoal: 33", "85, 46, 33", "85 leads to 46, 46 leads to 33: 85, 46, 33"),
        ),
        category="logic",
        max_tokens={"terse": 100, "short": 300, "steps": 600, "think": 800},
    )
)  # fmt: skip


def courses(entry: Entry, rung: Rung) -> Asked | None:
    """Courses by numbers that say nothing of their order."""
    pairs = entry["metadata"]["prerequisites"]
    draw = Draw(f"courses/{pairs}")
    names = draw.shuffled(range(101, 1000))[: len(entry["metadata"]["courses"])]
    told = "\n".join(f"Course {names[a]} needs course {names[b]}." for a, b in pairs)
    return Asked(told, "yes" if entry["metadata"]["solution"] else "no", float(len(pairs)))


def taught(count: int, needs: int, shortest: int, longest: int) -> dict[str, int]:
    """Settings of how many courses there are, how many each needs, and how long a circle is."""
    return {
        "min_num_courses": count,
        "max_num_courses": count,
        "max_num_prerequisites": needs,
        "min_cycle_length": shortest,
        "max_cycle_length": longest,
    }


COURSES = gym(
    Family(
        name="courses",
        title="Courses that need each other",
        generator="graphs.course_schedule:CourseScheduleDataset:CourseScheduleConfig",
        ladder={
            1: Rung("four courses", taught(4, 1, 3, 3), size=300, crowded=True),
            2: Rung("five courses", taught(5, 2, 3, 4)),
            3: Rung("seven courses", taught(7, 2, 3, 5)),
            4: Rung("ten courses", taught(10, 2, 4, 6)),
            5: Rung("15 courses", taught(15, 2, 5, 8)),
            6: Rung("25 courses", taught(25, 2, 6, 12)),
            7: Rung("50 courses", taught(50, 2, 10, 20)),
            8: Rung("100 courses", taught(100, 2, 15, 30)),
            9: Rung("250 courses", taught(250, 2, 25, 50)),
        },
        ask=courses,
        request=(
            "Whoever takes a course must have taken every course that it needs. Is there an order "
            "in which all of them can be taken?"
        ),
        form="yes or no",
        score=ordered.chosen(("yes", "no")),
        examples=(
            ("Course 210 needs course 340.\nCourse 340 needs course 150.\n"
             "Course 150 needs course 620.", "yes", "620, 150, 340, 210 is such an order."),
            ("Course 510 needs course 480.\nCourse 480 needs course 730.\n"
             "Course 730 needs course 510.\nCourse 260 needs course 480.", "no",
             "510 needs 480, 480 needs 730, 730 needs 510: a circle."),
        ),
        labels=("yes", "no"),
        category="logic",
        max_tokens={"terse": 24},
    )
)  # fmt: skip
