"""Sparsity: what total and active parameters say of capability, price and speed.

A mixture of experts keeps all its parameters and uses few of them for a token; which of the two
counts shows is what this lens asks.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from data.analysis.by_model import (
    Estimate,
    chance,
    comparable,
    drawn,
    estimate,
    log10,
)
from data.analysis.by_model import explained as r2
from data.analysis.price_kinds import LIST, OWN
from data.analysis.regress import design, f_test, ols
from data.wording import portion

FEWEST = 10
"""Models with both counts that a regression takes."""
FEWEST_MOE = 5
"""Mixtures of experts among them: in a dense model the two counts are one."""
OUTCOMES = (("accuracy", None), ("price", LIST), ("price", OWN), ("speed", LIST), ("speed", OWN))
"""What is explained, and over whose prices; list-priced and self-hosted are never mixed where
the outcome hangs on who serves."""
COLUMN = {"accuracy": "accuracy", "price": "log_cost", "speed": "log_speed"}
NEEDED: dict[str, type[pl.DataType]] = {
    "name": pl.String, "lab": pl.String, "mixture": pl.String, "params_total": pl.Int64,
    "params_active": pl.Int64, "accuracy": pl.Float64, "cost_per_1k_usd": pl.Float64,
    "output_tokens": pl.Float64, "duration_s": pl.Float64,
}  # fmt: skip
EXPLAINED = {
    "outcome": pl.String, "prices": pl.String, "measure": pl.String, "value": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "n": pl.Int64, "moe": pl.Int64, "reason": pl.String,
}  # fmt: skip


def sparsity(summary: pl.DataFrame) -> pl.DataFrame:
    """The contestants with their sparsity and speed, sorted by contestant_id.

    Columns: contestant_id, name, model, lab, mixture ('moe' or 'dense', from the counts where it
    isn't stated), params_total, params_active (a dense model's total where only that is stated),
    sparsity (active over total, 1 for dense), accuracy (0..1), cost_per_1k_usd, tokens_per_s
    (mean output tokens over mean seconds of a task, waiting for the first included; null for who
    writes nothing), prices ('list', 'self-hosted', null: unpriced), log_total, log_active,
    log_cost, log_speed (log10; null at 0). Contestants that answered only part of the samples are
    left out; what is unknown is null.
    """
    total, active = pl.col("params_total"), pl.col("params_active")
    counted = (
        pl.when(active < total).then(pl.lit("moe")).when(active == total).then(pl.lit("dense"))
    )
    tokens, seconds = pl.col("output_tokens"), pl.col("duration_s")
    return (
        comparable(summary, NEEDED)
        .with_columns(mixture=pl.coalesce("mixture", counted))
        .with_columns(
            params_active=pl.when(pl.col("mixture") == "dense")
            .then(pl.coalesce(active, total))
            .otherwise(active)
        )
        .with_columns(
            sparsity=active / total,
            tokens_per_s=pl.when((tokens > 0) & (seconds > 0)).then(tokens / seconds),
        )
        .select(
            "contestant_id", "name", "model", "lab", "mixture", "params_total", "params_active",
            "sparsity", "accuracy", "cost_per_1k_usd", "tokens_per_s", "prices",
            log_total=log10("params_total"), log_active=log10("params_active"),
            log_cost=log10("cost_per_1k_usd"), log_speed=log10("tokens_per_s"),
        )
    )  # fmt: skip


def explained(rows: pl.DataFrame, resamples: int = 400, seed: int = 1) -> pl.DataFrame:
    """What log10 total and log10 active parameters explain, of the rows of `sparsity`.

    Long: outcome ('accuracy'; 'price', log10 dollars per 1,000 tasks; 'speed', log10 tokens per
    second), prices (whose; null: everyone's), measure, value, low, high, n (models), moe (models
    among them), reason. Measures: `r2_total`, `r2_active`, `r2_both`, `added_total` and
    `added_active` (R2 of both less R2 of the other alone), `lead_total` (r2_total - r2_active),
    `p_total`, `p_active` (F test of what is added). METHOD section 6 compares the counts so.

    One point per model, the mean over its contestants: its size is one fact however many efforts
    were run. Intervals, 95 %: bootstrap over models. Null with a reason below 10 models with both
    counts or 5 mixtures of experts among them, and where nothing varies.
    """
    found = [
        row
        for outcome, prices in OUTCOMES
        for row in _outcome(rows.sort("contestant_id"), outcome, prices, resamples, seed)
    ]
    return pl.DataFrame(found, schema=EXPLAINED, orient="row")


def _outcome(
    rows: pl.DataFrame, outcome: str, prices: str | None, resamples: int, seed: int
) -> Iterator[tuple[object, ...]]:
    column = COLUMN[outcome]
    known = rows.filter(
        pl.all_horizontal(pl.col("log_total", "log_active", column).is_not_null()),
        pl.lit(prices is None) | (pl.col("prices") == pl.lit(prices, pl.String)),
    )
    of_model = known.group_by("model").agg(
        pl.col("log_total", "log_active", column).sort().mean(),
        pl.col("mixture").drop_nulls().first(),
    )
    models = of_model.sort("model")
    n, moe = models.height, models.filter(pl.col("mixture") == "moe").height
    reason, values = _lacks(n, moe), dict[str, Estimate]()
    if reason is None:
        values = _values(models, column, resamples, seed)
        reason = None if values["r2_total"].value is not None else "nothing varies"
    for measure in ("r2_total", "r2_active", "r2_both", "added_total", "added_active",
                    "lead_total", "p_total", "p_active"):  # fmt: skip
        yield (outcome, prices, measure, *values.get(measure, (None, None, None)), n, moe, reason)


def _lacks(n: int, moe: int) -> str | None:
    if n < FEWEST:
        some = "1 model with both counts is" if n == 1 else f"{n} models with both counts are"
        return f"{some} too few, it takes {FEWEST}"
    if moe < FEWEST_MOE:
        some = "1 mixture of experts is" if moe == 1 else f"{moe} mixtures of experts are"
        return f"{some} too few, it takes {FEWEST_MOE}"
    return None


def _values(models: pl.DataFrame, column: str, resamples: int, seed: int) -> dict[str, Estimate]:
    total, active, y = (models[c].to_numpy() for c in ("log_total", "log_active", column))
    weights = drawn(models["model"].to_list(), resamples, seed)
    by_total, by_active = r2(weights, [total], y), r2(weights, [active], y)
    both = r2(weights, [total, active], y)
    of_total, of_active, of_both = (
        ols(design(*x), y) for x in ((total,), (active,), (total, active))
    )
    found = {
        "r2_total": estimate(by_total),
        "r2_active": estimate(by_active),
        "r2_both": estimate(both),
        "added_total": estimate(np.maximum(both - by_active, 0)),
        "added_active": estimate(np.maximum(both - by_total, 0)),
        "lead_total": estimate(by_total - by_active),
    }
    for measure, small in (("p_total", of_active), ("p_active", of_total)):
        if small and of_both:
            found[measure] = Estimate(f_test(small, of_both).p, None, None)
    return found


def sentence(explained: pl.DataFrame, compared: pl.DataFrame) -> str:
    """One Markdown sentence on what the counts say of accuracy, of `explained` and `compared`."""
    of = explained.filter(pl.col("outcome") == "accuracy")
    value = dict(of.select("measure", "value").iter_rows())
    told = _matched_part(compared)
    if value["r2_total"] is None:
        n, moe, reason = of.select("n", "moe", "reason").row(0)
        if reason != "nothing varies":
            need = f"it takes {FEWEST} with {FEWEST_MOE} such mixtures: collect more open ones"
            if not n:
                return f"**No model** here has both counts; {need}{told}."
            known = "1 model" if n == 1 else f"{n} models"
            return f"**{known} of known size**, {_mixtures(n, moe)}; {need}{told}."
        return f"Capability or size is the same for all {n} models of known size{told}."
    more = "total" if value["r2_total"] >= value["r2_active"] else "active"
    return (
        f"Over {of['n'][0]} models, {_mixtures(of['n'][0], of['moe'][0])}, total parameters "
        f"explain **{portion(value['r2_total'])}** of the differences in accuracy and active ones "
        f"{portion(value['r2_active'])}{_lead(of, more)}{_beside(value, more)}{told}."
    )


def _mixtures(n: int, moe: int) -> str:
    """How many of n models are mixtures of experts."""
    if n == 1:
        return "a mixture of experts" if moe else "no mixture of experts"
    if moe == 1:
        return "1 of them a mixture of experts"
    return f"{moe or 'none'} of them mixtures of experts"


def _lead(of: pl.DataFrame, more: str) -> str:
    """Whether one explains more for sure, by the interval of the lead."""
    lead = of.filter(pl.col("measure") == "lead_total").row(0, named=True)
    if lead["low"] is None:
        return ""
    sure = lead["low"] > 0 or lead["high"] < 0
    return "" if sure else ", too close to call"


def _beside(value: dict[str, float | None], more: str) -> str:
    """What the other count adds to the one that explains more."""
    other = "active" if more == "total" else "total"
    added, p = value[f"added_{other}"], value[f"p_{other}"]
    if added is None or p is None:
        return ""
    return f"; beside {more}, {other} adds {portion(added)} ({chance(p)})"


def _matched_part(compared: pl.DataFrame) -> str:
    """How mixtures of experts stand against the dense contestants of their size."""
    known = compared.filter((pl.col("outcome") == "accuracy") & pl.col("value").is_not_null())
    if known.is_empty():
        return ""
    parts: list[str] = []
    columns = ("nearest", "value", "low", "high", "models")
    for nearest, value, low, high, models in known.sort("nearest").select(columns).iter_rows():
        ends = "" if low is None else f" [{100 * low:+.1f}, {100 * high:+.1f}]"
        of = "1 model" if models == 1 else f"{models} models"
        whom = "the dense contestants nearest in " if not parts else "those nearest in "
        parts.append(f"{100 * value:+.1f} points{ends} against {whom}{nearest} size ({of})")
    return f"; mixtures of experts stand {' and '.join(parts)}"
