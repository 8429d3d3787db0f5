"""A plan in a terminal: a table, a sentence, what can be told apart, and notes."""

from __future__ import annotations

from collections.abc import Iterator

from collectors.estimate import (
    ASSUMED_ANSWER,
    BYTES_PER_TOKEN,
    Detectable,
    Estimate,
    Expected,
    Hours,
    Line,
)
from collectors.estimate.cost import NO_HISTORY
from dashboard.commands.models import visible
from dashboard.commands.table import aligned
from data.pricing.cost import REASONS
from data.wording import amount, hours, points

HEADER = ("contestant", "attempts", "input tokens", "expected", "95 % interval", "time", "from")
POWER_HEADER = ("difference", "samples", "detected from", "for 5 points")
SURE = 0.975


def text(found: Estimate) -> str:
    """The whole of it; ends with a note, without a line's end."""
    blocks = []
    if found.lines:
        blocks += [aligned([_row(line) for line in found.lines], HEADER), ""]
    blocks.append(_sentence(found))
    if found.detectable:
        rows = [_power_row(one) for one in found.detectable]
        blocks += ["", aligned(rows, POWER_HEADER), ""]
    return "\n".join([*blocks, *_notes(found)])


def _row(line: Line) -> list[str]:
    usd = line.expected
    return [
        visible(line.name),
        f"{line.part.attempts:,}",
        f"{line.part.input_tokens:,}",
        amount(usd.usd),
        _ends(usd),
        _time(line.hours),
        _source(line),
    ]


def _ends(usd: Expected) -> str:
    if usd.low_usd is not None and usd.high_usd is not None:
        return f"{amount(usd.low_usd)} to {amount(usd.high_usd)}"
    if usd.source == "list" and usd.at_most_usd is not None:
        return f"at most {amount(usd.at_most_usd)}"
    return "–"


def _time(took: Hours) -> str:
    if took.hours is not None:
        return hours(took.hours)
    return f"over {hours(took.at_least)}" if took.at_least > 0 else "–"


def _source(line: Line) -> str:
    usd = line.expected
    if usd.source == "none":
        unheard = "charged by time, none stored yet"
        return unheard if usd.missing == NO_HISTORY else REASONS.get(usd.missing, "unknown")
    if usd.source == "list":
        return "list price"
    stored = f"{line.stored:,} stored"
    if not usd.borrowed:
        return stored
    near = "other tasks" if usd.foreign else "other levels"
    return f"{stored} ({usd.borrowed:,} attempts by {near})"


def _sentence(found: Estimate) -> str:
    budget = found.experiment.budget_usd
    parts = [
        f"{len(found.plan.todo):,} attempts would be sent, {found.plan.stored:,} are stored already"
    ]
    if found.total.usd or not found.total.unknown:
        parts.append(f"; about {amount(found.total.usd)}")
    parts += _dollars(found)
    parts += [_took(found)]
    if budget is not None:
        parts.append(f", under a budget of {amount(budget)}")
    return "".join(parts) + "."


def _dollars(found: Estimate) -> Iterator[str]:
    total = found.total
    if total.low_usd is not None:
        alone = " for what has history" if total.from_list else ""
        yield f" (95 %: {amount(total.low_usd)} to {amount(total.high_usd)}{alone})"
    if total.from_list and total.list_at_most_usd is not None:
        part = f"{amount(total.list_usd)} of it " if total.from_history else ""
        yield f"; {part}by list price, at most {amount(total.list_at_most_usd)}"
    if total.unknown:
        who = "contestant" if total.unknown == 1 else "contestants"
        yield f"; plus {total.unknown} {who} whose cost is not known beforehand"


def _took(found: Estimate) -> str:
    took = found.hours
    known = sum(line.hours.hours is not None for line in found.lines)
    if took.hours is not None and took.low is not None and took.high is not None:
        more = "" if known == len(found.lines) else " or longer: not all have history"
        return f"; about {hours(took.hours)} ({hours(took.low)} to {hours(took.high)}){more}"
    if took.at_least > 0:
        return f"; at least {hours(took.at_least)} by rpm and tpm"
    return "; its time is not known beforehand" if found.lines else ""


def _power_row(one: Detectable) -> list[str]:
    grouped = f" in {one.clusters:,} groups" if one.clusters < one.samples else ""
    return [
        "over all tasks" if one.task is None else f"in {one.task}",
        f"{one.samples:,}{grouped}",
        f"{points(one.difference)} points",
        _needed(one),
    ]


def _needed(one: Detectable) -> str:
    if one.samples_per_level is None:
        return "no number of samples"
    wanted = f"{one.samples_per_level:,} samples a level"
    return wanted if one.samples_per_level <= one.bank else f"{wanted} (the bank has {one.bank:,})"


def _notes(found: Estimate) -> Iterator[str]:
    yield from _about_dollars(found)
    yield from _about_fits(found)
    yield from _about_budget(found)
    yield from _about_time(found)
    yield from _about_power(found)


def _about_dollars(found: Estimate) -> Iterator[str]:
    sources = {line.expected.source for line in found.lines}
    if "history" in sources:
        yield (
            "Expected from stored attempts at today's prices; the interval is of what the rest of "
            "the run will cost."
        )
    if any(line.expected.borrowed for line in found.lines):
        yield (
            "Where a level has no stored attempts, the contestant's nearest level stands for it, "
            "or all it has: such intervals do not hold the difference between levels."
        )
    if "list" in sources:
        yield (
            f"By list price: {BYTES_PER_TOKEN} bytes a token and {ASSUMED_ANSWER} output tokens "
            "an answer are assumed; at most: every answer as long as its limit allows."
        )
        if any(x.expected.source == "list" and x.expected.at_most_usd is None for x in found.lines):
            yield "Without max_tokens, and a known limit of the model, nothing bounds an answer."


def _about_fits(found: Estimate) -> Iterator[str]:
    for fit in found.fits:
        dollars = "its cost is not known" if fit.usd is None else f"about {amount(fit.usd)}"
        yield (
            f"'{visible(fit.name)}': before its first answer on {fit.task}, {fit.labels:,} "
            f"examples are embedded in {fit.calls:,} calls, about {fit.input_tokens:,} tokens: "
            f"{dollars}, at most {amount(fit.at_most_usd)}, in no figure above."
        )


def _about_budget(found: Estimate) -> Iterator[str]:
    for line in found.lines:
        if line.unaffordable:
            yield (
                f"'{visible(line.name)}': one request can cost up to "
                f"{amount(line.part.least_worst_usd)}, more than its budget of "
                f"{amount(line.budget_usd)}: nothing of it would be sent. A lower max_tokens helps."
            )
    chance = found.total.over_budget
    if chance is not None and chance > 1 - SURE:
        likely = "will" if chance >= SURE else f"may (chance {chance:.0%})"
        yield f"The run {likely} reach its budget before it is done."


def _about_time(found: Estimate) -> Iterator[str]:
    limit = found.experiment.timeout_s
    longest = found.hours.high if found.hours.high is not None else found.hours.at_least
    if limit is not None and longest * 3600 > limit:
        yield f"timeout_s = {limit:g} may end the run before it is done."


def _about_power(found: Estimate) -> Iterator[str]:
    if not found.detectable:
        return
    measured = [one for one in found.detectable if one.pairs]
    how = "by how often stored answers of two contestants differ (median over pairs)"
    if len(measured) < len(found.detectable):
        assumed = (
            "as if each of two contestants solved half of the samples whatever the other does, "
            "and all or none of a group that shares a template"
        )
        how = f"{how}; where none are stored, {assumed}" if measured else assumed
    yield (
        "Detected: a true difference in accuracy between two contestants, seen in four runs of "
        f"five (paired, 5 % two-sided), {how}."
    )
