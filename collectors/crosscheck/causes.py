"""Why LiteLLM's number differs: each cause computes what LiteLLM charges, so it can be checked.

A difference has a cause when the cause's number is LiteLLM's. What LiteLLM does was read in the
code of 1.106.2; the functions are named in each cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from collectors.crosscheck.usages import Question
from data.price import CLASSES, Price, Rates, Tier
from data.pricing import Basis, cost, lines_of
from data.records import Usage

ABSOLUTE, RELATIVE = 1e-12, 1e-9
"""Two costs agree when they differ by no more than either, in dollars and as a share."""

ONE_TIER = ("deepseek", "fireworks_ai", "tencent", "xai", "dashscope", "qwencloud")
"""Providers whose calculator in LiteLLM isn't told the service tier."""


@dataclass(frozen=True)
class Listed:
    """A model of LiteLLM's map: its raw entry and what Isocost makes of it."""

    key: str
    provider: str
    """As LiteLLM is called with it."""
    kind: str
    entry: Mapping[str, Any]
    price: Price


Charge = Callable[[Listed, Question], float | None]
"""What LiteLLM charges if the cause holds, in dollars; None when it can't hold."""


@dataclass(frozen=True)
class Cause:
    id: str
    title: str
    text: str
    charge: Charge


def agree(ours: float, theirs: float) -> bool:
    gap = abs(ours - theirs)
    return gap <= ABSOLUTE or gap <= RELATIVE * max(abs(ours), abs(theirs))


def ours(price: Price, asked: Question) -> float:
    """Isocost's cost in dollars, cached tokens as the provider charges them."""
    lines = lines_of(price, Basis(cache="reported", mode=asked.mode))
    usd = cost(lines, asked.usage, asked.at).usd
    if usd is None:
        raise ValueError(f"no cost for {asked}")
    return float(usd)


def cause_of(listed: Listed, other: Listed | None, asked: Question, theirs: float) -> str:
    """Id of the first cause whose number is LiteLLM's; empty when none is."""
    for cause in CAUSES:
        found = cause.charge(listed, asked)
        if found is not None and agree(found, theirs):
            return cause.id
    if other is not None:
        if agree(ours(other.price, asked), theirs) or cause_of(other, None, asked, theirs):
            return OTHER_ENTRY.id
    return ""


def _reasoning_in_full(listed: Listed, asked: Question) -> float | None:
    """Output of 500 with 700 reasoning tokens is charged as 700."""
    usage = asked.usage
    if (usage.reasoning_tokens or 0) <= (usage.output_tokens or 0):
        return None
    longer = replace(asked, usage=replace(usage, output_tokens=usage.reasoning_tokens))
    return _perplexity(listed, longer) or ours(listed.price, longer)


def _perplexity(listed: Listed, asked: Question) -> float | None:
    """Input and output at their base prices, whatever is cached and however long."""
    if listed.provider != "perplexity" or asked.mode == "batch":
        return None
    bare = replace(asked.usage, cache_read_tokens=0, cache_write_tokens=0, cache_write_1h_tokens=0)
    return ours(Price(listed.price.rates), replace(asked, usage=bare, mode="standard"))


def _per_search_only(listed: Listed, asked: Question) -> float | None:
    return 0.0 if listed.kind == "rerank" and asked.mode != "batch" else None


def _one_tier(listed: Listed, asked: Question) -> float | None:
    if asked.mode not in ("flex", "priority") or listed.provider not in ONE_TIER:
        return None
    return ours(listed.price, replace(asked, mode="standard"))


def _mode_long(listed: Listed, asked: Question) -> float | None:
    if not any((asked.usage.input_tokens or 0) > t.over_input_tokens for t in listed.price.tiers):
        return None
    return _falls_back(listed, asked)


def _falls_back(listed: Listed, asked: Question) -> float | None:
    """Each price that the mode leaves out is the standard one."""
    terms = listed.price.modes.get(asked.mode)
    if terms is None or asked.mode == "batch":
        return None
    # Reasoning follows an output price of the mode's own.
    usual = replace(listed.price.rates, reasoning=None) if terms.rates.output is not None else (
        listed.price.rates
    )  # fmt: skip
    own = {tier.over_input_tokens: tier.rates for tier in terms.tiers}
    standard = {tier.over_input_tokens: tier.rates for tier in listed.price.tiers}
    tiers = tuple(
        Tier(over, _over(standard.get(over, Rates()), own.get(over, Rates())))
        for over in sorted({*own, *standard})
    )
    merged = Price(_over(usual, terms.rates), tiers, off_peak=listed.price.off_peak)
    return ours(merged, replace(asked, mode="standard"))


def _over(rates: Rates, stated: Rates) -> Rates:
    given = {name: v for name in CLASSES if (v := getattr(stated, name)) is not None}
    return replace(rates, **given)


def _batch_listed(listed: Listed, asked: Question) -> float | None:
    """Batch prices of the entry alone: cached tokens without one are charged as input."""
    terms = listed.price.modes.get("batch")
    if asked.mode != "batch" or terms is None or terms.rates.input is None:
        return None
    rates = terms.rates
    for tier in terms.tiers:
        if (asked.usage.input_tokens or 0) > tier.over_input_tokens:
            rates = _over(rates, tier.rates)
    if rates.output is None:
        rates = replace(rates, output=(listed.price.rates.output or 0.0) / 2)
    rates = replace(rates, cache_write_1h=None, reasoning=None)
    return ours(Price(rates), replace(asked, mode="standard"))


def _batch_half(listed: Listed, asked: Question) -> float | None:
    """Half of the base prices; cached reads without a price cost nothing."""
    if asked.mode != "batch":
        return None
    usage, entry = asked.usage, listed.entry
    per_in, per_out = (_dollars(entry, f"{name}_cost_per_token") for name in ("input", "output"))
    read, written = usage.cache_read_tokens or 0, usage.cache_write_tokens or 0
    total = 0.0
    if per_in:
        per_write = _dollars(entry, "cache_creation_input_token_cost") or per_in
        total = ((usage.input_tokens or 0) - read - written) * per_in + written * per_write
        total += read * _dollars(entry, "cache_read_input_token_cost")
    return (total + (usage.output_tokens or 0) * per_out) / 2


def _batch_nothing(listed: Listed, asked: Question) -> float | None:
    return 0.0 if asked.mode == "batch" else None


def _dollars(entry: Mapping[str, Any], key: str) -> float:
    return float(entry.get(key) or 0)


def _nothing(_listed: Listed, _asked: Question) -> float | None:
    return None


OTHER_ENTRY = Cause(
    "other-entry",
    "LiteLLM charges by another entry of its map",
    "Asked for a name of a provider, `cost_per_token` takes the entry `provider/name` when there "
    "is one. A few models stand in the map twice, with and without the prefix, and the two "
    "disagree. Isocost's catalogue keeps the prefixed one too, so that its price is LiteLLM's; "
    "here every entry is compared on its own.",
    _nothing,
)
CAUSES = (
    Cause(
        "reasoning-in-full",
        "More reasoning than output is charged in full by LiteLLM",
        "`generic_cost_per_token` charges the reasoning tokens and the rest of the output, which "
        "it takes as no less than zero: 700 reasoning tokens in an output of 500 cost 700. "
        "Reasoning is part of the output, so such a count is a mistake of whoever reported it. "
        "Isocost cuts it to the output and flags the attempt.",
        _reasoning_in_full,
    ),
    Cause(
        "perplexity",
        "Perplexity: LiteLLM charges cached input in full and knows no long-context price or fee",
        "LiteLLM's own calculator for Perplexity multiplies input and output by their base prices. "
        "It reads neither the cached price, nor the long-context price, nor "
        "`input_cost_per_request`, although the map states them. (It takes the cost that "
        "Perplexity reports, when there is one.) Isocost charges what the map states.",
        _perplexity,
    ),
    Cause(
        "rerank-by-search",
        "Rerankers priced by the token cost nothing in LiteLLM",
        "Except for Jina and Voyage, `calculate_rerank_cost` knows a price per search alone. A "
        "reranker with a price per token is charged at $0. Isocost charges its tokens.",
        _per_search_only,
    ),
    Cause(
        "one-tier",
        "LiteLLM doesn't pass on the service mode",
        "`cost_per_token` calls the calculators of Fireworks, DeepSeek, Tencent, xAI and DashScope "
        "without the service tier, so that a priority or flex price in the map is never used. "
        "Isocost uses it.",
        _one_tier,
    ),
    Cause(
        "mode-long",
        "A mode without a long-context price of its own: a matter of definition",
        "The map states a flex or priority price, and a long-context price for standard requests "
        "only. LiteLLM then charges the standard long-context price, so that flex stops being "
        "cheaper and priority dearer above the threshold. Isocost scales it as the mode scales "
        "the input or output price.",
        _mode_long,
    ),
    Cause(
        "mode-class",
        "A mode without a price of cached input or output: a matter of definition",
        "The map states a flex or priority price of input, but not of cached input (or of "
        "output). LiteLLM charges the standard one. Isocost scales a cached price as the mode "
        "scales the input price; an output price that is not stated stays the standard one.",
        _falls_back,
    ),
    Cause(
        "batch-listed",
        "Batch: what has no batch price of its own; a matter of definition",
        "Where the map states batch prices, `batch_cost_calculator` uses nothing else of the "
        "entry: cached input without a batch price costs what new input does, the long-context "
        "price and the price of an hour's cache don't exist, reasoning costs what output does. "
        "Isocost scales each of them as batch scales the input or output price.",
        _batch_listed,
    ),
    Cause(
        "batch-half",
        "Batch: no batch price in the map; LiteLLM assumes half",
        "`batch_cost_calculator` charges half of the base prices of any model, without long-"
        "context prices, and nothing for cached input that has no price of its own. Many of these "
        "deployments have no batch service at all. Isocost keeps the list price and says that the "
        "contestant lacks the mode.",
        _batch_half,
    ),
    Cause(
        "batch-nothing",
        "Batch: LiteLLM finds no price and charges nothing",
        "`batch_cost_calculator` answers $0 when `get_model_info` finds no entry for the name and "
        "the provider that `get_llm_provider` makes of them. Isocost keeps the list price.",
        _batch_nothing,
    ),
    OTHER_ENTRY,
)
