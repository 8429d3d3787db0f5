"""Every Eval Ever's records: what one says of its model and metrics, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.importers.words import get, number, settings, text, when, whole

ORIGIN = {"first_party": "reported"}
"""evaluator_relationship of a maker that judges its own model; all others measured."""
OURS = "isocost"
Record = Mapping[str, Any]


def harness(record: Record | None) -> str:
    """What ran the evaluation; empty where the record does not say."""
    return text(get(record, "eval_library", "name")) or ""


def contestant(record: Record | None, model: Any) -> dict[str, Any]:
    """What the record says of the model and how it was asked; `model` is what an instance says."""
    info = get(record, "model_info")
    more = get(info, "additional_details")
    where = text(get(info, "inference_platform"))
    first = next(iter(get(record, "evaluation_results") or []), None)
    asked = get(first, "generation_config", "generation_args")
    rest = get(first, "generation_config", "additional_details")
    made = {name: get(asked, name) for name in ("temperature", "top_p", "reasoning")}
    ours = harness(record) == OURS
    return {
        "model": text(get(more, "isocost_model")) or text(get(info, "id")) or text(model),
        "name": text(get(more, "isocost_name")),
        "kind": text(get(more, "isocost_kind")),
        "deployment": "" if where in (None, "unknown") else where,
        "effort": text(get(rest, "reasoning_effort")),
        "prompt_style": text(get(rest, "prompt_style")),
        "max_tokens": whole(get(asked, "max_tokens")),
        "settings": text(get(more, "settings")) if ours else settings(made),
        "origin": ORIGIN.get(
            str(get(record, "source_metadata", "evaluator_relationship")), "measured"
        ),
    }


def measured(record: Record | None, *names: str) -> Any:
    """The first of the record's times that is said: ISO text, or seconds since 1970."""
    found = (get(record, name) for name in names)
    return next((when(number(one)) or when(one) for one in found if one), None)


def called(result: Any) -> set[str]:
    """What an instance may call the result that it belongs to."""
    names = (get(result, "evaluation_name"), get(result, "evaluation_result_id"))
    return {str(name) for name in names if name}


def losing(record: Record | None) -> set[str]:
    """The results whose metric is better when it is lower, as instances call them."""
    losing: set[str] = set()
    winning: set[str] = set()
    for result in get(record, "evaluation_results") or []:
        lower = get(result, "metric_config", "lower_is_better") is True
        (losing if lower else winning).update(called(result))
    return losing - winning


def scaled(score: Any, about: Any) -> float | None:
    """A metric's score on 0 to 1 by the bounds that its configuration states; None without."""
    found = number(score)
    low, high = number(get(about, "min_score")), number(get(about, "max_score"))
    if found is None:
        return None
    if low is not None and high is not None and high > low:
        return (found - low) / (high - low)
    return found if 0 <= found <= 1 else None
