"""Notes and edits that strike them and put them back, until one note alone stands."""

from __future__ import annotations

from collections.abc import Sequence

from collectors.tasks.draw import Draw

TURNS = 6
"""Edits that lead nowhere yet; as many follow as it takes to leave one note."""
UNDO = "undo the last edit."
RULE = "Only the note that stands after all edits counts."

Standing = frozenset[int]
"""The numbers, from 1, of the notes that count."""
Edit = tuple[str, Standing]
"""(its words, what stands after it)."""


def amended(notes: Sequence[str], kept: int, draw: Draw) -> str:
    """The rule, the notes, numbered, and edits after which note number `kept` alone counts."""
    all_notes = frozenset(range(1, len(notes) + 1))
    now, before = all_notes, all_notes
    edits: list[str] = []
    for _ in range(TURNS):
        words, after = draw.pick(draw.pick(turns(all_notes, now, before)))
        edits.append(words)
        # What an edit undid is not undone: so 'the last edit' has one reading only.
        now, before = after, after if words == UNDO else now
    edits += last_turns(now, kept, draw)
    lines = [f"Note {number}: {note}" for number, note in enumerate(notes, 1)]
    return "\n".join([RULE, *lines, *(f"Edit: {words}" for words in edits)])


def turns(all_notes: Standing, now: Standing, before: Standing) -> list[list[Edit]]:
    """Every edit that leaves a note, one list for each kind of edit; `before` is one edit ago."""
    there, gone = sorted(now), sorted(all_notes - now)
    back: list[Edit] = [(f"put note {n} back.", now | {n}) for n in gone]
    swapped: list[Edit] = [
        (f"strike note {n} and put note {m} back.", now - {n} | {m}) for n in there for m in gone
    ]
    undone: list[Edit] = [(UNDO, before)] if before != now else []
    struck = [strikes(now, there), strikes(now, [])] if len(now) > 1 else []
    return [kind for kind in (*struck, back, swapped, undone) if kind]


def strikes(now: Standing, numbers: Sequence[int]) -> list[Edit]:
    """Edits that strike one of the numbers; without numbers, the first or the last that stands."""
    if numbers:
        return [(f"strike note {n}.", now - {n}) for n in numbers]
    ends = (("first", min(now)), ("last", max(now)))
    return [(f"strike the {word} note that stands.", now - {n}) for word, n in ends]


def last_turns(now: Standing, kept: int, draw: Draw) -> list[str]:
    """The words of the edits that leave `kept` alone."""
    done = []
    if kept not in now:
        now = now | {kept}
        done.append(f"put note {kept} back.")
    while len(now) > 1:
        others = [n for n in sorted(now) if n != kept]
        ways = [*strikes(now, others), *strikes(now, [])]
        words, now = draw.pick([(words, left) for words, left in ways if kept in left])
        done.append(words)
    return done
