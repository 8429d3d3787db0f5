"""What LiteLLM charges, if a cause of difference holds: in dollars, or None when it can't hold.

Read in the code of LiteLLM 1.106.2: cost_calculator.py, its llm_cost_calc/utils.py and the
providers' own calculators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collectors.crosscheck.priced import Listed, ours
from collectors.crosscheck.usages import Question
from data.price import CLASSES, Price, Rates, Tier

ONE_TIER = ("deepseek", "fireworks_ai", "tencent", "xai", "dashscope", "qwencloud")
"""Providers whose calculator in LiteLLM isn't told the service tier."""


def reasoning_in_full(listed: Listed, asked: Question) -> float | None:
    """Output of 500 with 700 reasoning tokens is charged as 700."""
    usage = asked.usage
    if (usage.reasoning_tokens or 0) <= (usage.output_tokens or 0):
        return None
    longer = replace(asked, usage=replace(usage, output_tokens=usage.reasoning_tokens))
    return perplexity(listed, longer) or ours(listed.price, longer)


def perplexity(listed: Listed, asked: Question) -> float | None:
    """Input and output at their base prices, whatever is cached and however long."""
    if listed.provider != "perplexity" or asked.mode == "batch":
        return None
    bare = replace(asked.usage, cache_read_tokens=0, cache_write_tokens=0, cache_write_1h_tokens=0)
    return ours(Price(listed.price.rates), replace(asked, usage=bare, mode="standard"))


def per_search_only(listed: Listed, asked: Question) -> float | None:
    return 0.0 if listed.kind == "rerank" and asked.mode != "batch" else None


def one_tier(listed: Listed, asked: Question) -> float | None:
    if asked.mode not in ("flex", "priority") or listed.provider not in ONE_TIER:
        return None
    return ours(listed.price, replace(asked, mode="standard"))


def mode_long(listed: Listed, asked: Question) -> float | None:
    if not any((asked.usage.input_tokens or 0) > t.over_input_tokens for t in listed.price.tiers):
        return None
    return falls_back(listed, asked)


def falls_back(listed: Listed, asked: Question) -> float | None:
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


def batch_listed(listed: Listed, asked: Question) -> float | None:
    """Batch prices of the entry alone: cached tokens without one are charged as input."""
    terms = listed.price.modes.get("batch")
    if asked.mode != "batch" or terms is None or terms.rates.input is None:
        return None
    rates = terms.rates
    for tier in terms.tiers:
        if (asked.usage.input_tokens or 0) > tier.over_input_tokens:
            rates = _over(rates, tier.rates)
    if rates.output is None:
        return None
    rates = replace(rates, cache_write_1h=None, reasoning=None)
    return ours(Price(rates), replace(asked, mode="standard"))


def batch_no_output(listed: Listed, asked: Question) -> float | None:
    """The same, with half of the standard output price."""
    terms = listed.price.modes.get("batch")
    if terms is None or terms.rates.output is not None:
        return None
    stated = replace(terms.rates, output=(listed.price.rates.output or 0.0) / 2)
    own = {**listed.price.modes, "batch": replace(terms, rates=stated)}
    return batch_listed(replace(listed, price=replace(listed.price, modes=own)), asked)


def batch_half(listed: Listed, asked: Question) -> float | None:
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


def batch_nothing(listed: Listed, asked: Question) -> float | None:
    return 0.0 if asked.mode == "batch" else None


def _dollars(entry: Mapping[str, Any], key: str) -> float:
    return float(entry.get(key) or 0)


def nothing(_listed: Listed, _asked: Question) -> float | None:
    return None
