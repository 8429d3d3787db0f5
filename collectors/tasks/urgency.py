"""Urgency: how soon somebody has to act on a report of something broken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collectors.tasks.classifier import classifier
from collectors.tasks.prompts import manners
from collectors.tasks.templates import Templates

NAME, VERSION = "urgency", "1"
LABELS = ("emergency", "urgent", "routine", "closed")
LEVELS: Mapping[int, str] = {
    1: "clean: one clear sentence about a building",
    2: "noisy: chatter, typos, misread letters and capitals around everyday words",
    3: "shifted: greenhouses, cranes, shops, cold stores and piers instead of flats",
    4: "adversarial: alarming words about small things, small words about alarming ones, denials",
    5: "decisive: one sentence in its own words, beside matters of the past and of others",
    6: "amended: four notes, struck and put back until one counts",
}
TEXTS = Templates(NAME, VERSION, LABELS, Path(__file__).with_suffix(".toml"), fills=9)

TASK = classifier(
    name=NAME,
    title="Urgency of maintenance reports",
    version=VERSION,
    levels=LEVELS,
    labels=LABELS,
    manners=manners(
        "How urgent is this maintenance report, as things stand now? emergency: people are in "
        "danger or the building is being damaged. urgent: nobody is in danger, but something "
        "needed can't be used. routine: a small flaw, everything can be used. closed: nothing is "
        "left to repair.",
        "label",
        (
            ("The cellar is on fire.", "emergency", "Fire: people are in danger."),
            ("The shower on our floor gives no water.", "urgent", "No danger, can't be used."),
            ("A shelf in the attic is a bit crooked.", "routine", "A small flaw, still usable."),
            ("The mason repaired the chimney, all fine.", "closed", "Repaired, nothing left."),
        ),
        "Reply with one word: emergency, urgent, routine or closed.",
    ),
    size=TEXTS.size,
    sample=TEXTS.sample,
    train=TEXTS.train,
    max_tokens={"plain": 300, "terse": 8, "short": 40, "steps": 80, "think": 160},
    sources="Own templates.",
)
