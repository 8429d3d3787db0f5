"""Claims that people make about models, each judged by the tables of the lens that measures it.

A claim holds or does not only where its numbers tell so beyond a stated threshold; anything else is
too close to call, or lacks data, with what would have to be collected. Each says which evidence it
stands on. No number is computed here that its lens does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from data.analysis import claims_of_models as models
from data.analysis import claims_of_tasks as tasks
from data.analysis.claims import (
    CLOSE,
    FAILS,
    HOLDS,
    OPEN,
    OWN,
    PUBLISHED,
    VERDICTS,
    Finding,
    Own,
    Tables,
    evidence,
)


@dataclass(frozen=True)
class Question:
    """A claim and who judges it."""

    name: str
    claim: str
    lens: str
    """The lens whose tables it is judged by, and whose page shows more."""
    judge: Callable[[Tables, str], Finding]
    """(tables, the lens's sentence) -> finding."""
    takes: str
    """What it takes to hold."""
    stands: str = OWN
    """OWN or PUBLISHED: the evidence that it stands on."""


QUESTIONS = (
    Question(
        "readers", "Readers match writers on classification", "readers", tasks.readers_match,
        "better or surely less than 5 points behind on most of 3 tasks or more",
    ),
    Question(
        "label", 'A label "reasoning" says nothing that cost does not', "spectrum",
        models.label_obsolete,
        "it surely adds less than 5% of the differences in capability to what cost explains",
    ),
    Question(
        "tokens", "Models spend tokens only when the task needs them", "efficiency",
        tasks.only_when_needed,
        "surely most spend at most twice the need on easy levels",
    ),
    Question(
        "knowledge", "Knowledge follows total parameters, not active ones", "size",
        models.knowledge_follows_total,
        "total parameters explain more beyond chance in most closed-book collections", PUBLISHED,
    ),
    Question(
        "documents", "Small specialised models do for millions of documents", "readers",
        tasks.small_and_special,
        "better or surely less than 5 points behind on most of 3 tasks or more",
    ),
    Question(
        "tiers", "A smaller size tier does most tasks as well", "size", tasks.smaller_tier,
        "surely less than 5 points behind the best on surely most tasks",
    ),
    Question(
        "distillation", "A distilled model keeps its teacher's capability for less", "lineage",
        models.distillation_keeps,
        "most students surely keep 90% or more and cost less",
    ),
    Question(
        "sparsity", "Mixtures of experts are abler than dense models of their active size",
        "sparsity", models.sparsity_pays,
        "the interval of the matched difference lies above 0",
    ),
    Question(
        "hardware", "Hardware-aligned dimensions are faster", "hardware", models.aligned_pays,
        "the interval of the rank correlation lies above 0",
    ),
    Question(
        "closed", "What closed models know tells how large they are", "size", models.closed_sizes,
        "surely most open models of known size are read within a factor of 3", PUBLISHED,
    ),
    Question(
        "niche", "The best model in general is the best on your own documents", "summary",
        tasks.best_everywhere,
        "it is the best there, too, by more than its interval",
    ),
)  # fmt: skip


def table(seen: Mapping[str, tuple[Tables, str]], own: Own) -> pl.DataFrame:
    """name, claim, verdict, said, evidence (what it stands on), takes (what it takes to hold),
    collect (null: settled), lens; one row a question, in order.

    `seen`: lens -> (its tables, its sentence); `own`: the attempts of the view.
    """
    rows = []
    for q in QUESTIONS:
        found = q.judge(*seen[q.lens])
        said, on = found.said.replace("**", ""), evidence(q.stands, found, own)
        rows.append((q.name, q.claim, found.verdict, said, on, q.takes, found.collect, q.lens))
    names = ("name", "claim", "verdict", "said", "evidence", "takes", "collect", "lens")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def sentence(rows: pl.DataFrame) -> str:
    """What the table says as a whole, of each kind of evidence."""
    published = pl.col("evidence").str.starts_with(PUBLISHED)
    parts = [
        f"{part.height} claim{'' if part.height == 1 else 's'} judged on {where} {_counted(part)}"
        for where, part in (
            ("your own samples", rows.filter(~published)),
            ("published scores", rows.filter(published)),
        )
        if part.height
    ]
    return f"Of {'; of '.join(parts)}. What would settle the rest stands beside."


def _counted(rows: pl.DataFrame) -> str:
    """'**2 hold**, **1 does not**, 1 is too close to call and 4 lack data'."""
    count = {v: rows.filter(pl.col("verdict") == v).height for v in VERDICTS}
    n, fails, close, lack = (count[v] for v in (HOLDS, FAILS, CLOSE, OPEN))
    told = [f"**{n} {'holds' if n == 1 else 'hold'}**"]
    told += [f"**{fails} {'does' if fails == 1 else 'do'} not**"] if fails else []
    told += [f"{close} {'is' if close == 1 else 'are'} too close to call"] if close else []
    told += [f"{lack} {'lacks' if lack == 1 else 'lack'} data"] if lack else []
    return " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
