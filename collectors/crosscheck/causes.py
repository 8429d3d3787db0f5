"""Why LiteLLM's number differs from Isocost's.

Each cause computes what LiteLLM charges if it holds, so a difference has a cause when the cause's
number is LiteLLM's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from collectors.crosscheck import charges
from collectors.crosscheck.priced import Listed, agree, ours
from collectors.crosscheck.usages import Question


@dataclass(frozen=True)
class Cause:
    id: str
    title: str
    text: str
    charge: Callable[[Listed, Question], float | None]


def cause_of(listed: Listed, other: Listed | None, asked: Question, theirs: float) -> str:
    """Id of the first cause whose number is LiteLLM's; empty when none is.

    `other` is the entry that LiteLLM looks for first, where it isn't `listed` itself.
    """
    for cause in CAUSES:
        if cause is OTHER_ENTRY and _is_other(other, asked, theirs):
            return cause.id
        found = cause.charge(listed, asked)
        if found is not None and agree(found, theirs):
            return cause.id
    return ""


def _is_other(other: Listed | None, asked: Question, theirs: float) -> bool:
    if other is None:
        return False
    return agree(ours(other.price, asked), theirs) or cause_of(other, None, asked, theirs) != ""


OTHER_ENTRY = Cause(
    "other-entry",
    "LiteLLM charges by another entry of its map",
    "Asked for a name of a provider, `cost_per_token` takes the entry `provider/name` when there "
    "is one, and a prefix that stands twice as one. A few models stand in the map under both "
    "names with different prices. Where the names mean one deployment, Isocost's catalogue keeps "
    "the prefixed entry too; here every entry is compared on its own.",
    charges.nothing,
)
CAUSES = (
    Cause(
        "reasoning-in-full",
        "More reasoning than output is charged in full by LiteLLM",
        "`generic_cost_per_token` charges the reasoning tokens and the rest of the output, which "
        "it takes as no less than zero: 700 reasoning tokens in an output of 500 cost 700. "
        "Reasoning is part of the output, so such a count is a mistake of whoever reported it. "
        "Isocost cuts it to the output and flags the attempt.",
        charges.reasoning_in_full,
    ),
    Cause(
        "perplexity",
        "Perplexity: LiteLLM charges cached input in full and knows no long-context price or fee",
        "LiteLLM's own calculator for Perplexity multiplies input and output by their base prices. "
        "It reads neither the cached price, nor the long-context price, nor "
        "`input_cost_per_request`, although the map states them. (It takes the cost that "
        "Perplexity reports, when there is one.) Isocost charges what the map states.",
        charges.perplexity,
    ),
    Cause(
        "rerank-by-search",
        "Rerankers priced by the token cost nothing in LiteLLM",
        "Except for Jina and Voyage, `calculate_rerank_cost` knows a price per search alone. A "
        "reranker with a price per token is charged at $0. Isocost charges its tokens.",
        charges.per_search_only,
    ),
    Cause(
        "one-tier",
        "LiteLLM doesn't pass on the service mode",
        "`cost_per_token` calls the calculators of Fireworks, DeepSeek, Tencent, xAI and DashScope "
        "without the service tier, so that a priority or flex price in the map is never used. "
        "Isocost uses it.",
        charges.one_tier,
    ),
    Cause(
        "mode-long",
        "A mode without a long-context price of its own: a matter of definition",
        "The map states a flex or priority price, and a long-context price for standard requests "
        "only. LiteLLM then charges the standard long-context price, so that flex stops being "
        "cheaper and priority dearer above the threshold. Isocost scales it as the mode scales "
        "the input or output price.",
        charges.mode_long,
    ),
    Cause(
        "mode-class",
        "A mode without a price of cached input or output: a matter of definition",
        "The map states a flex or priority price of input, but not of cached input, or not of "
        "output. LiteLLM charges the standard one. Isocost scales cached input as the mode scales "
        "input; where the output isn't stated, a discount of input holds for it too.",
        charges.falls_back,
    ),
    Cause(
        "batch-listed",
        "Batch: what has no batch price of its own; a matter of definition",
        "Where the map states batch prices, `batch_cost_calculator` uses nothing else of the "
        "entry: cached input without a batch price costs what new input does, the long-context "
        "price and the price of an hour's cache don't exist, reasoning costs what output does. "
        "Isocost scales each of them as batch scales the input or output price.",
        charges.batch_listed,
    ),
    Cause(
        "batch-no-output",
        "Batch: a batch price of input but none of output",
        "`batch_cost_calculator` takes half of the standard output price. Isocost takes the "
        "discount of input for output too, and the map states that one rounded; what else is left "
        "out differs as above.",
        charges.batch_no_output,
    ),
    Cause(
        "batch-half",
        "Batch: no batch price in the map; LiteLLM assumes half",
        "`batch_cost_calculator` charges half of the base prices of any model, without long-"
        "context prices, and nothing for cached input that has no price of its own. Not every "
        "deployment has a batch service, and not every discount is half: xAI's is 20 % by the "
        "price comments of genai-prices 0.2.3. Isocost keeps the list price and says that the "
        "contestant lacks the mode.",
        charges.batch_half,
    ),
    OTHER_ENTRY,
    Cause(
        "batch-nothing",
        "Batch: LiteLLM finds no price and charges nothing",
        "For AI21's models and a Mistral model on Azure, `get_llm_provider` answers another "
        "provider (`ai21_chat`, `openai`), under which `get_model_info` has no entry; "
        "`batch_cost_calculator` then answers $0. Isocost keeps the list price.",
        charges.batch_nothing,
    ),
)
