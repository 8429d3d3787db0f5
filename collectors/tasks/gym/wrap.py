"""A task made of one of reasoning-gym's generators, a ladder of its settings and our own prompt.

A sample is a pure function of (family, level, seed, version): the generator's seed is a hash of
them, so that neighbouring seeds share nothing, and an entry that does not fit is drawn again with
the number of the try in the hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, localcontext
from functools import lru_cache
from threading import RLock
from typing import Any

from collectors.tasks.draw import check, deal
from collectors.tasks.gym import load
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

Entry = dict[str, Any]
"""What a generator returns: question, answer, metadata."""
PUBLIC = "reasoning-gym"
SOURCES = f"Drawn by reasoning-gym {load.VERSION} (Apache-2.0)."
MOST = 1000
"""Samples of a level, unless its rung says fewer."""
TRIES = 4000
"""Entries drawn for one sample before its level is called impossible."""
EXACT = Context(prec=60)
"""Decimals are drawn in this context: one generator sets the precision of all that follow."""
TOKENS: Mapping[str, int] = {"plain": 4000, "terse": 32, "short": 96, "steps": 256, "think": 400}
LOCK = RLock()


@dataclass(frozen=True)
class Asked:
    """An entry as our own question."""

    text: str
    """The sample's input: material and question, without a word on the answer's form."""
    target: str
    work: float
    """Elementary steps that a solver must get right."""
    facts: Any = None
    """What a scorer must know besides."""
    cluster: str | None = None


@dataclass(frozen=True, eq=False)
class Rung:
    """One level."""

    text: str
    """What makes it that hard, in lower case or from a digit."""
    config: Mapping[str, Any]
    """The generator's settings, without seed and size."""
    vary: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Settings of which every entry takes one."""
    size: int = MOST
    crowded: bool = False
    """So few entries exist that seeds would meet: a seed is the next entry not drawn before it."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What else the family's `ask` goes by."""


@dataclass(frozen=True, eq=False)
class Family:
    """What a task of a generator needs to be said."""

    name: str
    title: str
    generator: str
    """'arithmetic.gcd:GCDDataset:GCDConfig', as `load.generator` reads it."""
    ladder: Mapping[int, Rung]
    ask: Callable[[Entry, Rung], Asked | None]
    """Our own question of an entry; None: it does not fit, another is drawn."""
    request: str
    """The instruction: what is asked for."""
    form: str
    """The answer's form: 'number' becomes 'Answer: <number>'."""
    score: Callable[[Sample, str], Score]
    """1 or 0. Never raises, whatever the text."""
    examples: tuple[tuple[str, str, str], ...] = ()
    """(question, answer, working) that small models are shown; never a sample's question."""
    terse: str = ""
    """How the bare answer is asked for, where 'Reply with the <form> only.' won't do."""
    labels: tuple[str, ...] = ()
    """The closed set of answers: each is the target of equally many samples of a level."""
    baseline: float = 0.0
    """Score of the best blind guess; of a closed set, 1 / its size."""
    category: str = "math"
    version: str = "1"
    needs: tuple[str, ...] = ()
    """What its generator imports besides reasoning-gym."""
    max_tokens: Mapping[str, int] = field(default_factory=dict)
    """Where other limits than TOKENS are needed."""


def gym(family: Family) -> Task:
    """The task of a family."""

    def size(level: int) -> int:
        return family.ladder[level].size

    def sample(level: int, seed: int) -> Sample:
        check(family.name, family.ladder, level, seed, size)
        asked = drawn(family, level, seed)
        return Sample(
            family.name, level, seed, asked.text, asked.target, family.category, family.version,
            asked.cluster,
        )  # fmt: skip

    styles = manners(family.request, family.form, family.examples, family.terse)

    def prompt(asked: Sample, style: str) -> list[Message]:
        return compose(choice(styles, style), asked.input)

    def work(asked: Sample) -> float:
        return drawn(family, asked.level, asked.seed).work

    return Task(
        name=family.name,
        title=family.title,
        category=family.category,
        version=family.version,
        levels={n: rung.text for n, rung in family.ladder.items()},
        baseline=1 / len(family.labels) if family.labels else family.baseline,
        size=size,
        sample=sample,
        prompt=prompt,
        score=family.score,
        max_tokens={**TOKENS, **family.max_tokens},
        labels=family.labels,
        work=work,
        public=PUBLIC,
        missing=lambda: load.missing(*family.needs),
        sources=SOURCES,
    )


@lru_cache(4096)
def drawn(family: Family, level: int, seed: int) -> Asked:
    """The question of a seed, with what its sample does not say."""
    if not family.ladder[level].crowded:
        return fitting(family, level, seed, frozenset())
    with LOCK:
        found = walked(family, level)
        taken = {asked.text for asked in found}
        while len(found) <= seed:
            found.append(fitting(family, level, len(found), taken))
            taken.add(found[-1].text)
        return found[seed]


@lru_cache(512)
def walked(family: Family, level: int) -> list[Asked]:
    """The questions drawn so far of a crowded level, by seed."""
    return []


def fitting(family: Family, level: int, seed: int, taken: set[str] | frozenset[str]) -> Asked:
    """The first entry for the seed that fits, is not taken and has the label whose turn it is."""
    rung, shown = family.ladder[level], {question for question, _, _ in family.examples}
    key = f"{family.name}/{level}/{family.version}"
    wanted = None
    if family.labels:
        wanted = family.labels[deal(seed, len(family.labels), MOST, key)[0]]
    for turn in range(TRIES):
        asked = family.ask(entry(family, rung, f"{key}/{seed}/{turn}"), rung)
        if asked is None or asked.text in taken or asked.text in shown:
            continue
        if wanted is None or asked.target == wanted:
            return asked
    raise ValueError(
        f"'{family.name}' level {level}: none of {TRIES} entries fits seed {seed}; "
        "its settings or its size leave too few"
    )


def entry(family: Family, rung: Rung, key: str) -> Entry:
    """What the generator draws for a key."""
    varied = {
        name: options[hashed(f"{key}/{name}") % len(options)] for name, options in rung.vary.items()
    }
    with localcontext(EXACT):
        return load.draw(family.generator, {**rung.config, **varied}, hashed(key))


def hashed(key: str) -> int:
    """A generator's seed."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest(), "big")
