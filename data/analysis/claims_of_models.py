"""Claims about models: labels, sizes, students and hardware, by attempts or published scores."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.claims import (
    CLOSE,
    FAILS,
    FEWEST,
    HOLDS,
    OPEN,
    SETTLED,
    Finding,
    P,
    Tables,
    beside_zero,
    most,
    sure_share,
)
from data.analysis.spectrum import sentence as spectrum_sentence
from data.wording import percent, points

KEPT = 0.9
"""Share of a teacher's capability that counts as keeping it."""
NOTHING = 0.05
"""Share of the differences in capability below which a label says nothing beside cost."""


def label_obsolete(tables: Tables, said: str) -> Finding:
    """What the reasoning label explains of capability beside cost."""
    rows = {row["measure"]: row for row in tables["measures"].iter_rows(named=True)}
    known = {m: rows[m]["value"] for m in ("p_added_to_cost", "r2_label", "r2_cost") if m in rows}
    p, label, cost = (known.get(m) for m in ("p_added_to_cost", "r2_label", "r2_cost"))
    said = said or spectrum_sentence(tables["measures"])
    more = "models at several efforts, some without reasoning tokens, all with a price"
    if p is None or label is None or cost is None:
        return Finding(OPEN, said, more)
    n, high = rows["p_added_to_cost"]["n"], rows.get("added_to_cost", {}).get("high")
    nothing = high is not None and high < NOTHING and cost > label
    # That nothing tells an addition from chance is no proof that there is none.
    verdict = FAILS if p < P else HOLDS if nothing else CLOSE
    if high is not None:
        said += f" It could add up to {percent(high)} (95%); below {percent(NOTHING)} is nothing."
    return Finding(verdict, said, None if verdict in SETTLED else more, who=f"{n} contestants")


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
    verdict = most(good, bad, n) if n else OPEN
    where = "collection" if n == 1 else "collections"
    told = (
        f"{said} Total parameters say more than active ones, beyond chance, in "
        f"**{good} of {n}** closed-book {where}."
    )
    more = None if verdict in SETTLED else "more closed-book scores"
    who = f"{int(rows['n'].sum()):,} results of models of known size in {n} closed-book {where}"
    return Finding(verdict, told, more, who=who)


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
    inside, n = closed.drop_nulls("params_estimate"), best["estimated"]
    verdict = sure_share(round(best["within_3x"] * n), n)
    told = (
        f"From what they know, **{inside.height} of {closed.height}** closed models read a size; "
        f"open models whose size is known are missed by a factor of {best['median_factor']:.2g} in "
        f"the median, and {percent(best['within_3x'])} of them by less than three."
    )
    more = None if verdict in SETTLED else "closed-book scores of more open models of known size"
    who = f"{closed.height} closed and {n} open models of the collection {best['collection']}"
    return Finding(verdict, told, more, who=who)


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
    verdict = most(good, bad, n)
    told = f"{said.split(';')[0]}: **{good} of {n}** surely keep {KEPT:.0%} or more for less money."
    return Finding(
        verdict,
        told,
        None if verdict in SETTLED else "more samples that both answered",
        _shared(rows["shared_samples"].drop_nulls().to_list()),
        f"{n} student{'' if n == 1 else 's'} beside the teachers that the catalogue names",
    )


def _shared(samples: list[int]) -> str:
    """'24 to 48 shared samples each'; '' where they were not counted."""
    if not samples:
        return ""
    low, high = min(samples), max(samples)
    return f"{low:,} shared samples each" if low == high else f"{low:,} to {high:,} shared samples"


def sparsity_pays(tables: Tables, said: str) -> Finding:
    """Mixtures of experts beside dense models of as many active parameters."""
    rows = tables["moe_against_dense"].filter(
        (pl.col("nearest") == "active") & pl.col("outcome").str.starts_with("accuracy")
    )
    found = rows.row(0, named=True) if rows.height else {}
    if found.get("low") is None:
        return Finding(OPEN, said, "open mixtures of experts and dense models of nearly their size")
    low, high = found["low"], found["high"]
    verdict = beside_zero(low, high)
    told = (
        f"Beside dense models of as many active parameters, mixtures of experts are "
        f"**{points(found['value'])}** points abler ({points(low)} to {points(high)}), over "
        f"{found['models']} models."
    )
    more = None if verdict in SETTLED else "more matched pairs"
    who = f"{found['models']} mixtures of experts whose sizes the catalogue knows"
    return Finding(verdict, told, more, who=who)


def aligned_pays(tables: Tables, said: str) -> Finding:
    """Rank correlation of measured speed with how well dimensions fit the accelerator."""
    rows = tables["agreement"].filter(pl.col("predictor") == "alignment")
    rho, n = rows.select("spearman", "models").row(0) if rows.height else (None, 0)
    of = f"{n or 'no'} model{'' if n == 1 else 's'} of known dimensions timed"
    if rho is None or n is None or n < FEWEST:
        return Finding(
            OPEN,
            f"{said} Of your own contestants, speed was measured of **{n or 'no'}** "
            f"model{'' if n == 1 else 's'} whose dimensions are known; it takes {FEWEST}, not all "
            "alike in this.",
            f"{FEWEST} open models on one machine of your own, aligned and not",
            who=of,
        )
    # Fisher's z with the variance that Bonett and Wright (2000) give for Spearman's rho.
    z, se = np.arctanh(min(max(rho, -0.999), 0.999)), np.sqrt((1 + rho**2 / 2) / max(n - 3, 1))
    low, high = float(np.tanh(z - 1.96 * se)), float(np.tanh(z + 1.96 * se))
    verdict = beside_zero(low, high)
    told = (
        f"Measured speed and alignment: rank correlation **{rho:.2f}** ({low:.2f} to {high:.2f}) "
        f"over {n} models."
    )
    more = None if verdict in SETTLED else "more models on one machine"
    return Finding(verdict, told, more, who=f"{of}; the dimensions are the catalogue's")
