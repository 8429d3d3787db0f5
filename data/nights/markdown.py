"""A night's summary for people: the headline first, then everything behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.export import cells
from data.nights.words import alert_line, change_line, safe, share, slow_line
from data.wording import amount

Told = Mapping[str, Any]
MOST = 30
"""Lines of a section; the JSON has them all."""


LEAST_USD = 1e-6
"""What is spent on less is no line of a report."""


def markdown(told: Told) -> str:
    """The summary that `data.nights.summary` made, as Markdown; all names and errors are inert."""
    sections = (
        ("What moved", _moved(told)),
        ("Alerts", [_alert(a) for a in told["alerts"]]),
        ("Canaries", _canaries(told)),
        ("Failures", _failures(told)),
        ("Spend", _spend(told)),
        ("Coverage", _coverage(told)),
        ("Pareto table", _pareto(told)),
    )
    lines = [f"# {safe(told['experiment'])}: night of {told['night']}", "", told["headline"], ""]
    for title, body in sections:
        lines += [f"## {title}", *_cut(list(body) or ["None."], title), ""]
    lines.append(
        f"Campaign `{told['campaign']}`, finished {told['finished_at']}, exit code "
        f"{told['exit_code']}. Every number: docs/nightly.md."
    )
    return "\n".join(lines) + "\n"


def _cut(lines: Sequence[str], title: str) -> list[str]:
    if len(lines) <= MOST or title == "Pareto table":
        return list(lines)
    return [*lines[:MOST], f"- and {len(lines) - MOST} more in the JSON beside this file"]


def _moved(told: Told) -> Iterator[str]:
    yield told["moved"]
    if told["compared_with"]:
        by = told["confirmed_by"]
        yield ""
        yield (
            f"Compared with '{safe(told['compared_with'])}'"
            + (f"; '{safe(by)}' in between confirms" if by else "; nothing in between can confirm")
            + ". Costs of all nights at tonight's prices; intervals: 95 %, paired bootstrap."
        )
    yield from (f"- {c['alarm']}: {change_line(c)}" for c in told["changes"])
    yield from (f"- slow drift: {slow_line(row)}" for row in told["slow"])


def _alert(alert: Told) -> str:
    return f"- {'' if alert['new'] else '(not new) '}{alert_line(alert)}"


def _canaries(told: Told) -> Iterator[str]:
    rows = [r for r in told["canaries"] if r["suppresses"]]
    good = [r for r in rows if r["passed"]]
    if good:
        answers = sum(r["checked"] for r in good)
        yield f"- {len(good)} of {len(rows)} held still, over {answers:,} answers"
    for row in rows:
        if row["passed"] and not row["detail"]:
            continue
        word = {True: "held still", False: "**FAILED**", None: "not checked"}[row["passed"]]
        detail = f": {safe(row['detail'])}" if row["detail"] else ""
        yield f"- {row['canary']} {safe(row['contestant'])}: {word}{detail}"
    for row in told["canaries"]:
        if not row["suppresses"]:
            yield f"- new {row['canary']} of {safe(row['contestant'])}: {safe(row['detail'])}"


def _failures(told: Told) -> Iterator[str]:
    collected = told["collected"]
    if collected["reason"] != "complete":
        yield f"- the run ended early: {safe(collected['reason'])}"
    for name, why in collected["left_out"].items():
        yield f"- {safe(name)} was not asked: {safe(why)}"
    for name, why in collected["stopped"].items():
        yield f"- {safe(name)} was stopped: {safe(why)}"
    for row in told["failures"]:
        yield (
            f"- {safe(row['contestant'])}: {row['attempts']:,} × {safe(row['kind'])}"
            + (f" ({safe(row['example'])})" if row["example"] else "")
        )
    if collected["redone"]:
        yield f"- {collected['redone']:,} failed attempts were made again"
    if collected["recovered"]:
        n = collected["recovered"]
        who = "1 attempt that failed at first was" if n == 1 else f"{n:,} that failed at first were"
        yield f"- {who} answered in the end"
    if collected["unreadable"]:
        yield f"- {collected['unreadable']:,} journal lines could not be published"


def _spend(told: Told) -> Iterator[str]:
    spend = told["spend"]
    ceiling = spend["budget_usd"]
    of = f" of {amount(ceiling)} ({share(spend['usd'], ceiling)})" if ceiling else ", no ceiling"
    yield f"- {amount(spend['usd'])}{of}; {amount(spend['probes_usd'])} of it for canaries"
    if spend["unsettled_usd"]:
        yield (
            f"- at most {amount(spend['unsettled_usd'])} more for calls whose answer was lost, or "
            "that were in flight when a run was killed; it counts against the budget"
        )
    yield f"- {spend['tries']:,} tries, {spend['retries']:,} retries within them"
    if spend["unpriced"]:
        yield f"- {spend['unpriced']:,} answers have no known cost"
    dear = [(name, usd) for name, usd in spend["by_contestant"].items() if usd >= LEAST_USD]
    yield from (f"- {safe(name)}: {amount(usd)}" for name, usd in dear[:10])


def _coverage(told: Told) -> Iterator[str]:
    whole = told["coverage"]
    yield f"- {whole['scored']:,} of {whole['asked']:,} attempts have a score"
    for row in whole["by_contestant"]:
        notes = [f"{row[k]:,} {k}" for k in ("refused", "truncated") if row[k]]
        if row["scored"] < row["asked"] or notes:
            more = f"; {', '.join(notes)}" if notes else ""
            yield f"- {safe(row['contestant'])}: {row['scored']:,} of {row['asked']:,}{more}"


def _pareto(told: Told) -> Iterator[str]:
    if told["pareto"]:
        yield ""
        yield (
            "| contestant | capability (95 %) | $ / 1k tasks | tokens | time | P(frontier) | "
            "verdict |"
        )
        yield "|---|--:|--:|--:|--:|--:|---|"
        for row in told["pareto"]:
            yield "| " + " | ".join(safe(text) for text in cells(row)) + " |"
