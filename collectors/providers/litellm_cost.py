"""What LiteLLM would charge for a usage: a second opinion on our own prices.

A call through the door asks LiteLLM for no price, because that is a fifth of its CPU time; these
functions do, where somebody wants to compare. Import them from the door, which prepares LiteLLM.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from data.records import Completion, Usage


def litellm_cost(model: str, completion: Completion, at: datetime) -> float | None:
    """Dollars by LiteLLM's map for a completion's usage at a moment (naive UTC).

    Null where LiteLLM has no price (it says 0 for some of those), or nothing was reported. Takes
    about a millisecond: ask for a sample of the completions.
    """
    usage = completion.usage
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    calculator = import_module("litellm.cost_calculator")
    clock = import_module("litellm._internal_context").pinned_billing_time
    try:
        with clock(at.replace(tzinfo=UTC)):
            parts = calculator.cost_per_token(model, usage_object=_usage_block(usage))
    except Exception:
        # Its errors for a model that it doesn't know have no common class.
        return None
    return float(sum(parts)) or None


ASKED_FIRST, ASKED_EVERY = 20, 100
"""LiteLLM's cost is asked for a model's first answers, and then for one in a hundred."""
_answers: Counter[str] = Counter()
_unknown: set[str] = set()


def second_opinion(model: str, completion: Completion) -> Completion:
    """With LiteLLM's cost as billed_usd, of a sample of answers whose provider names none."""
    if completion.billed_usd is not None or completion.usage.output_tokens is None:
        return completion
    if model in _unknown:
        return completion
    _answers[model] += 1
    if _answers[model] > ASKED_FIRST and _answers[model] % ASKED_EVERY:
        return completion
    usd = litellm_cost(model, completion, datetime.now(UTC).replace(tzinfo=None))
    if usd is None:
        _unknown.add(model)
        return completion
    return replace(completion, billed_usd=usd, billed_by_list=True)


def reference_cost(
    model: str, provider: str, usage: Usage, at: datetime, mode: str, kind: str
) -> float:
    """Dollars LiteLLM's own code and map charge for a usage at a moment (naive UTC).

    `kind` is the map's mode of the model. Nothing is kept, and nothing is sent, but for a batch of
    GitHub Copilot's, for which LiteLLM logs in first: don't ask for one. Raises what LiteLLM raises
    for a model that it has no price of.
    """
    calculator = import_module("litellm.cost_calculator")
    clock = import_module("litellm._internal_context").pinned_billing_time
    block = _usage_block(usage)
    with clock(at.replace(tzinfo=UTC)):
        if mode == "batch":
            parts = calculator.batch_cost_calculator(block, model, custom_llm_provider=provider)
        else:
            parts = calculator.cost_per_token(
                model,
                custom_llm_provider=provider,
                usage_object=block,
                service_tier=None if mode == "standard" else mode,
                call_type=kind if kind in ("embedding", "rerank") else "completion",
                rerank_billed_units={"search_units": 1, "total_tokens": usage.input_tokens or 0},
            )
    return float(sum(parts))


def _usage_block(usage: Usage) -> Any:
    """The usage block that LiteLLM makes of a provider's answer with these tokens."""
    types = import_module("litellm.types.utils")
    n_in, n_out = usage.input_tokens or 0, usage.output_tokens or 0
    written, hour = usage.cache_write_tokens or 0, usage.cache_write_1h_tokens or 0
    kept = types.CacheCreationTokenDetails(
        ephemeral_5m_input_tokens=written - hour, ephemeral_1h_input_tokens=hour
    )
    return types.Usage(
        prompt_tokens=n_in,
        completion_tokens=n_out,
        total_tokens=n_in + n_out,
        prompt_tokens_details=types.PromptTokensDetailsWrapper(
            cached_tokens=usage.cache_read_tokens or 0,
            cache_creation_tokens=written,
            cache_creation_token_details=kept if hour else None,
        ),
        completion_tokens_details=types.CompletionTokensDetailsWrapper(
            reasoning_tokens=usage.reasoning_tokens or 0
        ),
    )
