"""Rules applied until none can be: strings that are rewritten, machines that are taken apart."""

from __future__ import annotations

from collectors.tasks.gym import ordered
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym

MIDDLE = "remove the middle character"
EXACT_MIDDLE = f"{MIDDLE} (the right one of two middle characters)"


def rewriting(entry: Entry, rung: Rung) -> Asked | None:
    """A string that changes as often as the level wants.

    'cb' is left out: its rule takes away one character less than it says.
    """
    found = entry["metadata"]
    states, rules = found["states"], found["selected_rules"]
    fewest, most = rung.options["steps"]
    end = states[-1]
    if not fewest <= len(states) - 1 <= most or len(end) < 2 or "cb" in states:
        return None
    told = [f"{i}. {rule.replace(MIDDLE, EXACT_MIDDLE)}" for i, rule in enumerate(rules, 1)]
    text = "Rules:\n" + "\n".join(told) + f"\n\nString: {states[0]}"
    return Asked(text, end, float((len(states) - 1) * len(rules)))


def strings(shortest: int, longest: int, rules: int) -> dict[str, int]:
    """Settings of the strings and how many rules there are."""
    lengths = {"min_string_length": shortest, "max_string_length": longest}
    return {**lengths, "min_num_rules": rules, "max_num_rules": rules}


def changes(fewest: int, most: int) -> dict[str, tuple[int, int]]:
    return {"steps": (fewest, most)}


REWRITING = gym(
    Family(
        name="rewriting",
        title="Rewriting a string by rules",
        generator=(
            "algorithmic.string_manipulation:StringManipulationDataset:StringManipulationConfig"
        ),
        ladder={
            1: Rung("three rules, one change", strings(5, 6, 3), size=500, crowded=True,
                    options=changes(1, 1)),
            2: Rung("three rules, two changes", strings(6, 8, 3), size=500, crowded=True,
                    options=changes(2, 2)),
            3: Rung("four rules, three or four changes", strings(8, 10, 4), options=changes(3, 4)),
            4: Rung("six rules, five to seven changes", strings(10, 12, 6), options=changes(5, 7)),
            5: Rung("eight rules, eight to eleven changes", strings(14, 16, 8),
                    options=changes(8, 11)),
            6: Rung("12 rules, 12 to 18 changes", strings(20, 24, 12), options=changes(12, 18)),
            7: Rung("15 rules, 25 to 40 changes", strings(40, 44, 15), options=changes(25, 40)),
            8: Rung("16 rules, 70 to 110 changes", strings(100, 110, 16),
                    options=changes(70, 110)),
            9: Rung("18 rules, 200 to 330 changes", strings(290, 310, 18),
                    options=changes(200, 330)),
        },
        ask=rewriting,
        request=(
            "Change the string step by step. In each step go through the rules in order and apply "
            "the first one that can be applied, once. Stop when no rule can be applied, or when "
            "the step would give a string that was there before: then that step is not taken. "
            "What is the string at the end?"
        ),
        form="string",
        score=ordered.spelled,
        examples=(
            ("Rules:\n1. If the string prefix is 'ab', replace it with 'ca'.\n"
             "2. If the string suffix is 'bb', delete the last two characters.\n\n"
             "String: cabb", "ca", "Rule 2: cabb becomes ca. No rule can be applied to ca."),
            ("Rules:\n1. If the string prefix is 'aa', remove the first character.\n"
             "2. If the string suffix is 'ac', replace it with 'cb'.\n\n"
             "String: aabc", "abc", "Rule 1: aabc becomes abc. No rule can be applied to abc."),
        ),
        category="logic",
        max_tokens={"terse": 100, "short": 300, "steps": 600, "think": 800},
    )
)  # fmt: skip


def machines(entry: Entry, rung: Rung) -> Asked | None:
    found = entry["metadata"]
    steps = len(found["states"]) - 1
    if steps < 1:
        return None
    a, b, c = found["initial_machines"]
    target = ", ".join(map(str, found["solution"]))
    return Asked(f"Machines at the start: A {a}, B {b}, C {c}", target, float(steps))


def initial(fewest: int, most: int) -> dict[str, int]:
    return {"min_initial_machines": fewest, "max_initial_machines": most}


MACHINES = gym(
    Family(
        name="machines",
        title="Taking machines apart",
        generator="algorithmic.string_splitting:StringSplittingDataset:StringSplittingConfig",
        ladder={
            1: Rung("up to three machines of a kind", initial(0, 3), size=50, crowded=True),
            2: Rung("two to five machines of a kind", initial(2, 5), size=60, crowded=True),
            3: Rung("five to nine machines of a kind", initial(5, 9), size=100, crowded=True),
            4: Rung("eight to 13 machines of a kind", initial(8, 13), size=150, crowded=True),
            5: Rung("12 to 20 machines of a kind", initial(12, 20), size=300, crowded=True),
            6: Rung("18 to 30 machines of a kind", initial(18, 30), size=500, crowded=True),
            7: Rung("30 to 50 machines of a kind", initial(30, 50), size=500, crowded=True),
            8: Rung("50 to 90 machines of a kind", initial(50, 90), size=500, crowded=True),
            9: Rung("90 to 170 machines of a kind", initial(90, 170), size=500, crowded=True),
        },
        ask=machines,
        request=(
            "Machines are turned into parts by these rules:\n"
            "1. One A becomes two X and one Y.\n"
            "2. Two B become one X.\n"
            "3. Two C become one Y.\n"
            "4. One B and one C become one A.\n"
            "5. One X and one Y become one Z.\n"
            "Again and again the first rule of the list that can be applied is applied once, until "
            "none can be. There are no parts at the start. How many of A, B, C, X, Y and Z are "
            "there at the end?"
        ),
        form="the six numbers, separated by commas",
        score=ordered.numbered,
        examples=(
            ("Machines at the start: A 0, B 3, C 0", "0, 1, 0, 1, 0, 0",
             "Rule 2: two B become one X. One B and one X are left; no rule can be applied."),
            ("Machines at the start: A 0, B 0, C 3", "0, 0, 1, 0, 1, 0",
             "Rule 3: two C become one Y. One C and one Y are left; no rule can be applied."),
        ),
        category="logic",
        max_tokens={"terse": 48},
    )
)  # fmt: skip
