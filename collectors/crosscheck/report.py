"""Both comparisons as docs/cross-check.md: the same inputs give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from collectors.crosscheck.causes import CAUSES
from collectors.crosscheck.genai_file import File
from collectors.crosscheck.genai_prices import Matching, deployments
from collectors.crosscheck.litellm_costs import NO_ANSWER, Comparison, Difference, Tally
from collectors.crosscheck.markdown import count, counted, dollars, folded, percent, share, table
from collectors.crosscheck.report_genai import genai_part
from data.catalog.litellm_map import MapFile

EXAMPLES = 5
GROUPS = {
    "standard": "a usual request, at one hour",
    "other hours": "the same at two other hours, where prices depend on them",
    "flex, listed": "flex, where the map has a flex price",
    "priority, listed": "priority, where the map has a priority price",
    "batch, listed": "batch, where the map has a batch price",
    "flex, not listed": "flex, where it has none",
    "priority, not listed": "priority, where it has none",
    "batch, not listed": "batch, where it has none",
    "impossible usage": "more reasoning than output",
}


@dataclass(frozen=True)
class Report:
    file: MapFile
    costs: Comparison
    on: date
    command: str
    genai: File | None = None
    matching: Matching | None = None


def render(report: Report) -> str:
    """The page as Markdown."""
    parts = [*_head(report), *_litellm(report.costs)]
    if report.genai is not None and report.matching is not None:
        parts += genai_part(report.genai, report.matching)
    return "\n".join(parts).rstrip() + "\n"


def _head(report: Report) -> Iterator[str]:
    yield "# Cross-check of costs\n"
    yield (
        "Isocost computes dollars by its own function. Here its results stand against two others: "
        f"LiteLLM {report.file.version}'s own cost of the same usage, computed from the same "
        "price map, and the prices that genai-prices publishes. The first checks the function, the "
        "second the figures. Every difference is counted: those from LiteLLM's costs by cause, "
        "those from genai-prices one by one. Two costs agree when they differ by no more than a "
        "billionth of their size, or by 1e-12 dollars.\n"
    )
    yield from table(
        ("Check", "Compared", "Agree", "Models or deployments", "of them without a difference"),
        _rates(report, report.costs),
    )
    yield f"Made on {report.on.isoformat()} by `{report.command}`"
    yield f"from LiteLLM {report.file.version}, map sha256 `{report.file.sha256}`.\n"


def _rates(report: Report, costs: Comparison) -> Iterator[tuple[str, ...]]:
    modes = Tally()
    for group in ("other hours", "flex, listed", "priority, listed", "batch, listed"):
        modes.add(costs.groups.get(group, Tally()))
    rows = (
        ("usual requests", costs.groups["standard"]),
        ("service modes and hours the map has prices of", modes),
        ("all that was asked", costs.total),
    )
    for name, tally in rows:
        yield (
            f"LiteLLM's cost, {name}", count(tally.pairs), percent(tally.share),
            count(len(tally.models)), percent(tally.share_of_models),
        )  # fmt: skip
    if report.matching is not None:
        figures = report.matching.chosen(exact=True)
        agreeing = deployments(figures)
        yield (
            "genai-prices, deployments of the same name", count(len(figures)),
            share(f.agrees for f in figures),
            count(len(agreeing)), share(agreeing.values()),
        )  # fmt: skip


def _litellm(costs: Comparison) -> Iterator[str]:
    yield "## LiteLLM's own cost\n"
    yield (
        "Every entry of the map for text (chat, responses, completion, embedding, rerank) with a "
        "price per token is asked for every usage: short, usual and without output; exactly at "
        "and one token above 100k, 128k, 200k, 256k, 272k and 512k tokens of input; cached reads; "
        "cache writes of minutes and of an hour; reasoning; all of them together, also beyond "
        "every threshold. Five of them are asked again as batch, flex and priority. Embedding "
        "models and rerankers are asked for input alone. LiteLLM is asked by `cost_per_token` with "
        "a usage object, and by `batch_cost_calculator`; its clock is set to Monday, "
        "2026-11-23 02:00 UTC, and to Monday 12:00 and Saturday 02:00 for the models with off-peak "
        "prices.\n"
    )
    rows = [
        (
            text, count(tally.pairs), percent(tally.share), count(len(tally.models)),
            percent(tally.share_of_models),
        )
        for group, text in GROUPS.items()
        if (tally := costs.groups.get(group)) is not None
    ]  # fmt: skip
    yield from table(("Requests", "Pairs", "Agree", "Models", "without a difference"), rows)
    yield (
        f"{count(costs.free)} of the models cost 0 in the map: they agree and say little. "
        f"{count(costs.not_asked)} batch requests of GitHub Copilot are not asked, since LiteLLM "
        "would log in there first. Isocost makes no price of "
        f"{count(sum(costs.not_priced.values()))} entries with a price per token, which are not "
        f"compared: {counted(costs.not_priced)}.\n"
    )
    yield "### Why they differ\n"
    yield (
        "For each cause the program computes what LiteLLM charges if the cause holds; a difference "
        "belongs to the first cause whose number is LiteLLM's, so that none is explained by "
        "words alone.\n"
    )
    yield from table(
        ("Cause", "Models", "Pairs"),
        [
            (title, count(len({d.key for d in found})), count(len(found)))
            for title, _, found in _by_cause(costs)
        ],
    )
    for title, text, found in _by_cause(costs):
        yield f"#### {title}\n"
        yield f"{text}\n"
        yield from folded(f"{min(EXAMPLES, len({d.key for d in found}))} examples", _cases(found))


def _by_cause(costs: Comparison) -> Iterator[tuple[str, str, list[Difference]]]:
    words = {cause.id: (cause.title, cause.text) for cause in CAUSES}
    words[NO_ANSWER] = (
        "LiteLLM raises an error",
        "It has no price for the name and the provider of its own entry. Isocost has one.",
    )
    words[""] = ("Without a known cause", "To be looked into.")
    for cause, (title, text) in words.items():
        if costs.causes.get(cause):
            yield title, text, costs.causes[cause]


def _cases(found: list[Difference]) -> Iterator[str]:
    """The first difference of each of five models, spread over all of them."""
    first: dict[str, Difference] = {}
    for difference in found:
        first.setdefault(difference.key, difference)
    keys = sorted(first)
    chosen = [keys[i * len(keys) // EXAMPLES] for i in range(EXAMPLES)]
    rows = [
        (
            f"`{d.key}`", f"{d.asked.name}, {d.asked.mode}", dollars(d.ours),
            "an error" if d.theirs is None else dollars(d.theirs),
        )
        for d in (first[key] for key in dict.fromkeys(chosen))
    ]  # fmt: skip
    yield from table(("Model", "Request", "Isocost $", "LiteLLM $"), rows)
