"""Claims that people make about models, each judged by the tables of the lens that measures it.

A claim holds or does not only where its numbers tell so beyond chance; anything else is open, with
what would have to be collected. No number is computed here that its lens does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from data.analysis.intervals import wilson
from data.analysis.readers import sentence as readers_sentence
from data.analysis.spectrum import sentence as spectrum_sentence
from data.analysis.tiers import ORDER
from data.analysis.tiers import sentence as tiers_sentence
from data.analysis.verdicts import BETTER, MATCHES, WORSE
from data.wording import percent, points, usd

Tables = Mapping[str, pl.DataFrame]

HOLDS, FAILS, OPEN = "holds", "does not hold", "not enough data"
DOCUMENTS = 10_000_000
"""Documents of the claim about small models."""
TWICE = 2.0
"""Times the need that counts as spending only when the task needs it, on easy levels."""
KEPT = 0.9
"""Share of a teacher's capability that counts as keeping it."""
FEWEST = 5
"""Contestants, tasks or models below which a share says nothing."""
P = 0.05


@dataclass(frozen=True)
class Finding:
    """What became of a claim."""

    verdict: str
    """HOLDS, FAILS or OPEN."""
    said: str
    """One sentence with its numbers and their interval; its bold is left out of the table."""
    collect: str | None = None
    """What would settle an open claim."""


@dataclass(frozen=True)
class Question:
    """A claim and who judges it."""

    name: str
    claim: str
    lens: str
    """The lens whose tables it is judged by, and whose page shows more."""
    judge: Callable[[Tables, str], Finding]
    """(tables, the lens's sentence) -> finding."""


def _majority(good: int, n: int) -> str:
    """HOLDS or FAILS when a 95 % Wilson interval of good in n lies on one side of a half."""
    low, high = wilson(good, n)
    return HOLDS if low > 0.5 else FAILS if high < 0.5 else OPEN


def _of_tasks(rows: pl.DataFrame) -> str:
    """By counting verdicts: a majority of the tasks compared, whatever is too close to call."""
    good = rows.filter(pl.col("verdict").is_in([BETTER, MATCHES])).height
    worse = rows.filter(pl.col("verdict") == WORSE).height
    return HOLDS if 2 * good > rows.height else FAILS if 2 * worse > rows.height else OPEN


def readers_match(tables: Tables, said: str) -> Finding:
    """Readers against writers on the tasks of classification."""
    del said
    rows = tables["tasks"].filter(
        (pl.col("category") == "classification") & pl.col("verdict").is_not_null()
    )
    verdict = _of_tasks(rows) if rows.height else OPEN
    return Finding(
        verdict,
        readers_sentence(rows),
        None
        if verdict != OPEN
        else "a reader and a writer on tickets, sentiment, topic and language, 200 samples a level",
    )


def small_and_special(tables: Tables, said: str) -> Finding:
    """Whether a reader or rules do a task as well for less, in dollars of ten million documents."""
    del said
    rows = tables["tasks"].filter(
        pl.col("verdict").is_not_null() & pl.col("cost_ratio").is_not_null()
    )
    good = rows.filter(pl.col("verdict").is_in([BETTER, MATCHES]) & (pl.col("cost_ratio") > 1))
    each = DOCUMENTS / 1000
    if rows.is_empty():
        return Finding(
            OPEN,
            "No task here was answered by both a reader and a writer with known prices.",
            "a reader and a writer on one of your own tasks, each with a price",
        )
    told = f"On **{good.height} of {rows.height}** tasks a reader or rules do as well for less"
    if good.height:
        most = good.sort("cost_ratio", "task", descending=[True, False]).row(0, named=True)
        told += (
            f": {DOCUMENTS:,} documents of {most['task']} cost "
            f"**{usd(each * most['reader_cost_per_1k_usd'])}** with {most['reader_name']} and "
            f"{usd(each * most['writer_cost_per_1k_usd'])} with {most['writer_name']}"
        )
    verdict = _of_tasks(rows)
    more = None if verdict != OPEN else "more samples of the tasks that are too close to call"
    return Finding(verdict, told + ".", more)


def label_obsolete(tables: Tables, said: str) -> Finding:
    """What the reasoning label explains of capability beside cost."""
    value = dict(tables["measures"].select("measure", "value").iter_rows())
    p, label, cost = (value.get(n) for n in ("p_added_to_cost", "r2_label", "r2_cost"))
    verdict = OPEN
    if p is not None and label is not None and cost is not None:
        verdict = FAILS if p < P else HOLDS if cost > label else OPEN
    said = said or spectrum_sentence(tables["measures"])
    more = "models at several efforts, some without reasoning tokens, all with a price"
    return Finding(verdict, said, None if verdict != OPEN else more)


def only_when_needed(tables: Tables, said: str) -> Finding:
    """How many contestants spend at most twice the need where tasks are easy."""
    del said
    rows = tables["contestants"].filter(pl.col("writes") & pl.col("easy_overhead").is_not_null())
    n = rows.height
    if n < FEWEST:
        who = "1 contestant has" if n == 1 else f"{n or 'No'} contestants have"
        return Finding(
            OPEN,
            f"**{who}** right answers whose need of tokens is known; it takes {FEWEST}.",
            f"{FEWEST} models that write, on levels that they solve and levels that they don't",
        )
    good = rows.filter(pl.col("easy_overhead") <= TWICE).height
    low, high = wilson(good, n)
    middle = float(np.median(rows["easy_overhead"].to_numpy()))
    told = (
        f"**{good} of {n}** contestants ({percent(low)} to {percent(high)}) spend at most twice "
        f"what easy tasks need; half spend {middle:.3g} times as much or more."
    )
    verdict = _majority(good, n)
    return Finding(verdict, told, None if verdict != OPEN else "more models that write")


def knowledge_follows_total(tables: Tables, said: str) -> Finding:
    """Total against active parameters over the closed-book collections."""
    explained = tables["explained"]
    if explained.is_empty() or "errors" not in tables:
        return Finding(OPEN, said, "closed-book scores of open models of known size")
    closed_book = tables["errors"]["collection"].unique().to_list()
    rows = explained.filter(
        pl.col("collection").is_in(closed_book)
        & (pl.col("subset") == "all")
        & pl.col("p_total").is_not_null()
    )
    good = rows.filter((pl.col("r2_total") > pl.col("r2_active")) & (pl.col("p_total") < P)).height
    bad = rows.filter((pl.col("r2_active") > pl.col("r2_total")) & (pl.col("p_active") < P)).height
    n = rows.height
    verdict = HOLDS if 2 * good > n else FAILS if 2 * bad > n else OPEN
    where = "collection" if n == 1 else "collections"
    told = f"{said} It is so beyond chance in **{good} of {n}** closed-book {where}."
    return Finding(verdict, told, None if verdict != OPEN else "more closed-book scores")


def smaller_tier(tables: Tables, said: str) -> Finding:
    """On how many tasks a tier below the largest is not detectably worse than the best."""
    rows, keys = tables["tiers"], ["category", "task"]
    known = rows.filter(pl.col("tier").is_in(ORDER))
    several = known.filter(pl.len().over(keys) > 1)
    n = several.select(keys).n_unique() if several.height else 0
    if not n:
        return Finding(
            OPEN,
            tiers_sentence(rows),
            "the same tasks with a model below 10B and one above 100B parameters",
        )
    rank = pl.col("tier").replace_strict({t: i for i, t in enumerate(ORDER)}, return_dtype=pl.Int64)
    ranked = several.with_columns(rank=rank).with_columns(top=pl.col("rank").max().over(keys))
    enough = ranked.filter(pl.col("is_smallest_adequate") & (pl.col("rank") < pl.col("top")))
    good = enough.height
    said = tiers_sentence(rows)
    verdict = _majority(good, n)
    told = f"On **{good} of {n}** tasks a smaller tier than the largest asked will do. {said}"
    return Finding(
        verdict, told, None if verdict != OPEN else "more tasks, or more samples of each"
    )


def distillation_keeps(tables: Tables, said: str) -> Finding:
    """What students keep of their teachers' capability, and for what share of the cost."""
    rows = tables["students"].filter(pl.col("kept").is_not_null())
    if rows.is_empty():
        return Finding(
            OPEN, f"{said.split(';')[0]}.", "a distilled model and its teacher, both asked"
        )
    cheaper = pl.col("cost_ratio").is_null() | (pl.col("cost_ratio") < 1)
    good = rows.filter((pl.col("kept_low") >= KEPT) & cheaper).height
    bad = rows.filter(pl.col("kept_high") < KEPT).height
    n = rows.height
    verdict = HOLDS if 2 * good > n else FAILS if 2 * bad > n else OPEN
    told = f"{said.split(';')[0]}: **{good} of {n}** surely keep {KEPT:.0%} or more for less money."
    return Finding(verdict, told, None if verdict != OPEN else "more samples that both answered")


def sparsity_pays(tables: Tables, said: str) -> Finding:
    """Mixtures of experts beside dense models of as many active parameters."""
    rows = tables["moe_against_dense"].filter(
        (pl.col("nearest") == "active") & pl.col("outcome").str.starts_with("accuracy")
    )
    found = rows.row(0, named=True) if rows.height else {}
    if found.get("low") is None:
        return Finding(OPEN, said, "open mixtures of experts and dense models of nearly their size")
    low, high = found["low"], found["high"]
    verdict = HOLDS if low > 0 else FAILS if high < 0 else OPEN
    told = (
        f"Beside dense models of as many active parameters, mixtures of experts are "
        f"**{points(found['value'])}** points abler ({points(low)} to {points(high)}), over "
        f"{found['models']} models."
    )
    return Finding(verdict, told, None if verdict != OPEN else "more matched pairs")


def aligned_pays(tables: Tables, said: str) -> Finding:
    """Rank correlation of measured speed with how well dimensions fit the accelerator."""
    rows = tables["agreement"].filter(pl.col("predictor") == "alignment")
    rho, n = rows.select("spearman", "models").row(0) if rows.height else (None, 0)
    if rho is None or n is None or n < FEWEST:
        return Finding(
            OPEN,
            f"{said} Speed was measured of **{n}** models whose dimensions differ in this.",
            f"{FEWEST} open models on one machine of your own, aligned and not",
        )
    # Fisher's z with the variance that Bonett and Wright (2000) give for Spearman's rho.
    z, se = np.arctanh(min(max(rho, -0.999), 0.999)), np.sqrt((1 + rho**2 / 2) / max(n - 3, 1))
    low, high = float(np.tanh(z - 1.96 * se)), float(np.tanh(z + 1.96 * se))
    verdict = HOLDS if low > 0 else FAILS if high < 0 else OPEN
    told = (
        f"Measured speed and alignment: rank correlation **{rho:.2f}** ({low:.2f} to {high:.2f}) "
        f"over {n} models."
    )
    return Finding(verdict, told, None if verdict != OPEN else "more models on one machine")


def closed_sizes(tables: Tables, said: str) -> Finding:
    """Whether a closed-book score tells a size within a factor of three."""
    closed, errors = tables.get("closed"), tables.get("errors")
    if closed is None or errors is None or closed.is_empty() or errors.is_empty():
        return Finding(OPEN, said, "closed-book scores of closed models")
    good = errors.drop_nulls("median_factor").sort(
        "estimated", "collection", "link", descending=[True, False, False]
    )
    if good.is_empty():
        return Finding(OPEN, said, "closed-book scores of more open models of known size")
    best = good.row(0, named=True)
    inside = closed.drop_nulls("params_estimate")
    told = (
        f"From what they know, **{inside.height} of {closed.height}** closed models read a size; "
        f"open models whose size is known are missed by a factor of {best['median_factor']:.2g} in "
        f"the median, and {percent(best['within_3x'])} of them by less than three."
    )
    return Finding(HOLDS if best["within_3x"] > 0.5 else FAILS, told)


def best_everywhere(tables: Tables, said: str) -> Finding:
    """Whether the best contestant on the bank is the best on one's own documents, too."""
    del said
    rows = tables["by_category"].drop_nulls("accuracy")
    own, bank = rows.filter(pl.col("category") == "own"), rows.filter(pl.col("category") != "own")
    general = bank.group_by("name").agg(pl.col("accuracy").mean(), n=pl.len())
    both = general.filter(pl.col("n") == pl.col("n").max()).join(own, on="name", suffix="_own")
    if both.height < 2:
        return Finding(
            OPEN,
            "Nobody here answered both the bank and documents of your own.",
            'your own documents as a task: `kind = "table"`',
        )
    first = both.sort("accuracy", "name", descending=[True, False]).row(0, named=True)
    niche = both.sort("accuracy_own", "name", descending=[True, False]).row(0, named=True)
    told = (
        f"**{first['name']}** is best on the bank and solves {percent(first['accuracy_own'])} of "
        f"your own; the best there is **{niche['name']}** with {percent(niche['accuracy_own'])} "
        f"({percent(niche['accuracy_low'])} to {percent(niche['accuracy_high'])})."
    )
    if first["name"] == niche["name"]:
        return Finding(HOLDS, told)
    apart = niche["accuracy_low"] is not None and niche["accuracy_low"] > first["accuracy_own"]
    return Finding(FAILS if apart else OPEN, told, None if apart else "more documents of your own")


QUESTIONS = (
    Question("readers", "Readers match writers on classification", "readers", readers_match),
    Question(
        "label", 'A label "reasoning" says nothing that cost does not', "spectrum", label_obsolete
    ),
    Question(
        "tokens", "Models spend tokens only when the task needs them", "efficiency",
        only_when_needed,
    ),
    Question(
        "knowledge", "Knowledge follows total parameters, not active ones", "size",
        knowledge_follows_total,
    ),
    Question(
        "documents", "Small specialised models do for millions of documents", "readers",
        small_and_special,
    ),
    Question("tiers", "A smaller size tier does most tasks as well", "size", smaller_tier),
    Question(
        "distillation", "A distilled model keeps its teacher's capability for less", "lineage",
        distillation_keeps,
    ),
    Question(
        "sparsity", "Mixtures of experts are abler than dense models of their active size",
        "sparsity", sparsity_pays,
    ),
    Question("hardware", "Hardware-aligned dimensions are faster", "hardware", aligned_pays),
    Question(
        "closed", "What closed models know tells how large they are", "size", closed_sizes
    ),
    Question(
        "niche", "The best model in general is the best on your own documents", "summary",
        best_everywhere,
    ),
)  # fmt: skip


def table(seen: Mapping[str, tuple[Tables, str]]) -> pl.DataFrame:
    """name, claim, verdict, said, collect (null: settled), lens; one row a question, in order.

    `seen`: lens -> (its tables, its sentence).
    """
    rows = []
    for q in QUESTIONS:
        found = q.judge(*seen[q.lens])
        said = found.said.replace("**", "")
        rows.append((q.name, q.claim, found.verdict, said, found.collect, q.lens))
    names = ("name", "claim", "verdict", "said", "collect", "lens")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def sentence(rows: pl.DataFrame) -> str:
    """What the table says as a whole."""
    count = {v: rows.filter(pl.col("verdict") == v).height for v in (HOLDS, FAILS, OPEN)}
    return (
        f"Of {rows.height} claims, **{count[HOLDS]} hold**, "
        f"**{count[FAILS]} do not**, and {count[OPEN]} are open: what to collect stands beside."
    )
