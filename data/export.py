"""Exports: the Pareto table as CSV, Markdown or JSON, the same bytes for the same data."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from data.analysis.judges import ENOUGH, judges
from data.errors import ExportError, did_you_mean
from data.origin import origin
from data.pricing import NEUTRAL, Basis
from data.pricing.cost import REASONS
from data.pricing.words import basis_flags, basis_words
from data.store import queries
from data.study import Study
from data.view import View, reasons
from data.wording import percent, seconds, tokens, usd

INTERVAL = (
    "95 %: level-balanced accuracy, t interval with standard errors clustered by template; "
    "Wilson where no level has scores that differ"
)
PERCENT = ("capability", "capability_low", "capability_high")
COLUMNS = [
    "contestant",
    "place",
    "capability",
    "capability_low",
    "capability_high",
    "cost_per_1k_usd",
    "input_tokens",
    "output_tokens",
    "reasoning_share",
    "duration_s",
    "p_frontier",
    "p_frontier_families",
    "overspend",
    "overspend_mixing",
    "beaten_by",
    "note",
    "samples",
    "attempts",
    "failed",
    "model",
    "lab",
    "weights",
    "effort",
    "prompt_style",
    "price_basis",
    "cost_basis",
    "contestant_id",
]

Table = list[dict[str, Any]]
Meta = Mapping[str, Any]


def pareto_table(placed: pl.DataFrame, rows: str = "frontier", basis: Basis = NEUTRAL) -> Table:
    """The placed contestants as plain rows, cheapest first: 'frontier' alone, or 'all'.

    Each row says on which basis its cost stands, so that two tables can't be mixed up.
    Capability is on 0-100; floats carry six significant digits, so that two nights diff cleanly.
    """
    if rows not in ("frontier", "all"):
        raise ExportError(f"Unknown rows '{rows}'.{did_you_mean(rows, ('frontier', 'all'))}")
    kept = placed.filter(pl.col("place") == "frontier") if rows == "frontier" else placed
    return [_row(r, basis_words(basis)) for r in kept.iter_rows(named=True)]


def provenance(study: Study, command: str) -> dict[str, Any]:
    """What, when and how: campaign, tasks and levels, attempts, runs, prices, what could not be
    priced and why, interval, command."""
    view, levels, missing = study.view, study.levels, study.unpriced
    if view.labs or view.weights or view.kinds:
        mine = pl.col("contestant_id").is_in(study.summary["contestant_id"].to_list())
        levels, missing = levels.filter(mine), missing.filter(mine)
    runs = queries.runs(study.reader, view.campaign)
    held = levels.sort("task", "level").group_by("task", maintain_order=True)
    notes = levels.select("price_basis", "price_source", "price_from", "usd_per_cpu_hour").unique()
    return {
        "title": "Isocost: capability against cost",
        "campaign": view.campaign,
        "tasks": {t: sorted(set(v)) for t, v in held.agg("level").iter_rows()},
        "attempts": int(levels["attempts"].sum()),
        "newest_attempt": _iso(levels["last_at"].max()),
        "runs": sorted(runs["run_id"].to_list()),
        "x": view.x,
        "mix": dict(view.mix),
        "cost_basis": basis_words(view.basis),
        "prices": sorted({price_note(r) for r in notes.iter_rows(named=True)}),
        "unpriced_attempts": reasons(missing),
        "without_mode": list(study.charges.lacking_mode),
        "not_validated": not_validated(study),
        "interval": INTERVAL,
        "origin": origin(study.reader, view.campaign),
        "command": command,
    }


def not_validated(study: Study) -> list[str]:
    """Tasks scored by a judge that too few labels of people stand behind."""
    tasks = study.levels["task"].unique().to_list()
    found = judges(queries.judged(study.reader, study.view.campaign, tasks))
    return [
        f"{row['task']} by {row['judge']} ({row['labels']} of {ENOUGH} labels of people)"
        for row in found.filter(pl.col("verdict") == "not validated").to_dicts()
    ]


def spans(levels: Sequence[int]) -> str:
    """'1–4', '1, 3–5': runs of neighbouring levels."""
    runs: list[list[int]] = []
    for level in levels:
        if runs and level == runs[-1][-1] + 1:
            runs[-1].append(level)
        else:
            runs.append([level])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def pareto_command(view: View, rows: str, kind: str) -> str:
    """The command that makes a Pareto table of this view."""
    return command(view, ["pareto", "--rows", rows, "--format", kind])


def command(view: View, words: Sequence[str], verb: str = "export") -> str:
    """The command `isocost VERB WORDS` of this view; the page itself where no command can."""
    if view.x != "cost_per_1k_usd":
        filters = (*view.labs, *view.weights, *view.kinds)
        return " ".join(["the Frontier page of", view.campaign, "by", view.x, *filters])
    words = ["isocost", verb, *words, "--campaign", view.campaign]
    for flag, values in (
        ("category", view.categories),
        ("task", view.tasks),
        ("level", view.levels),
        ("lab", view.labs),
        ("weights", view.weights),
        ("kind", view.kinds),
    ):
        for value in values:
            words += [f"--{flag}", str(value)]
    for name, weight in view.mix:
        words += ["--mix", f"{name}={weight:g}"]
    return shlex.join([*words, *basis_flags(view.basis)])


def price_note(row: Mapping[str, Any]) -> str:
    """How one price basis makes dollars, in words."""
    if row["price_basis"] == "cpu":
        return (
            f"local: process CPU seconds x {usd(row['usd_per_cpu_hour'])} per CPU hour "
            f"({row['price_source']})"
        )
    if row["price_basis"] == "machine":
        return f"self-hosted: busy seconds x the machine's price per hour ({row['price_source']})"
    if row["price_basis"] == "shared":
        return f"self-hosted: tokens x a shared server's price per hour ({row['price_source']})"
    if row["price_basis"] == "tokens":
        since = f", known from {row['price_from']}" if row.get("price_from") else ""
        return f"list price: tokens x price per million ({row['price_source']}{since})"
    if row["price_basis"] == "billed":
        return "as charged: dollars that the imported file names"
    if row["price_basis"] == "told":
        return f"as told: dollars that the function itself names ({row['price_source']})"
    return "unpriced: no price is known"


def to_csv(table: Table, meta: Meta | None = None) -> str:
    """CSV with a header; text that a spreadsheet would run as a formula is prefixed by '."""
    del meta  # CSV has no place for it that every reader would skip.
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: inert(v) for k, v in row.items()} for row in table)
    return out.getvalue()


def to_json(table: Table, meta: Meta | None = None) -> str:
    """{"meta": ..., "rows": [...]}; null is not known."""
    body = {"meta": dict(meta or {}), "rows": table}
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_markdown(table: Table, meta: Meta | None = None) -> str:
    """A table for people, with what it is and how it was made beneath."""
    lines = [
        "| contestant | capability (95 %) | $ / 1k tasks | tokens | time | P(frontier) | verdict |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    lines += ["| " + " | ".join(map(cell, cells(row))) + " |" for row in table]
    if not table:
        lines.append("| no contestant is on the frontier of this selection | | | | | | |")
    if meta:
        lines += ["", *_left_out(meta), *meta_lines(meta)]
    return "\n".join(lines) + "\n"


def _left_out(meta: Meta) -> list[str]:
    """How many contestants the table leaves out, where it holds the frontier alone."""
    told = [f"{n} {word}" for word, n in meta.get("left_out", {}).items() if n]
    return [f"Not in the table: {', '.join(told)} (--rows all shows them)."] if told else []


def meta_lines(meta: Meta) -> list[str]:
    """What, when and how, in a line each."""
    scope = ", ".join(f"{task} {spans(held)}" for task, held in meta["tasks"].items())
    mix = ", ".join(f"{name} {weight:g}" for name, weight in meta["mix"].items())
    return [
        *([meta["note"]] if meta.get("note") else []),
        f"Campaign {meta['campaign']}: {meta['attempts']:,} attempts to "
        f"{meta['newest_attempt'] or 'never'}; tasks and levels: {cell(scope)}."
        if scope
        else f"Campaign {meta['campaign']}: no attempts.",
        *([f"Weights other than 1: {cell(mix)}."] if mix else []),
        *([f"Cost: {meta['cost_basis']}; " + cell("; ".join(meta["prices"])) + "."] * bool(scope)),
        *_gaps(meta),
        *([f"Origin: {cell(meta['origin'])}."] if meta.get("origin") else []),
        f"Interval: {meta['interval']}.",
        f"Made by `{meta['command']}`.",
    ]


FORMATS: dict[str, Callable[[Table, Meta | None], str]] = {
    "csv": to_csv,
    "md": to_markdown,
    "json": to_json,
}


def cells(row: Mapping[str, Any]) -> list[str]:
    """One row as people read it: name, capability, cost, tokens, time, P(frontier), verdict."""
    known = row["capability"] is not None
    low, high = row["capability_low"], row["capability_high"]
    verdict = {"frontier": "frontier", "apart": row["note"]}.get(row["place"])
    return [
        row["contestant"],
        f"{row['capability']:.1f} ({low:.0f}–{high:.0f})" if known else "–",
        usd(row["cost_per_1k_usd"]),
        tokens(row["output_tokens"]),
        seconds(row["duration_s"]),
        percent(row["p_frontier"]),
        verdict or f"beaten by {row['beaten_by']}",
    ]


def _row(row: Mapping[str, Any], cost_basis: str) -> dict[str, Any]:
    out = {
        **row,
        "contestant": row["name"],
        "capability": row["accuracy"],
        "capability_low": row["accuracy_low"],
        "capability_high": row["accuracy_high"],
        "beaten_by": row["beaten_by_name"],
        "note": row["apart_reason"],
        "cost_basis": cost_basis,
    }
    return {
        c: _tidy(100 * out[c] if c in PERCENT and out[c] is not None else out[c]) for c in COLUMNS
    }


def _tidy(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value


FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""How a cell begins that some spreadsheet takes for a formula, full-width signs among them."""


def inert(value: object) -> object:
    """A value that no spreadsheet runs: text that would start a formula is prefixed by '."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def cell(text: str) -> str:
    """Text that can't leave its Markdown cell or become a link, an image or HTML."""
    flat = " ".join(text.split())
    for mark in "\\|`*_[]<>":
        flat = flat.replace(mark, "\\" + mark)
    return flat


def _gaps(meta: Meta) -> list[str]:
    """What has no cost, and who has no price for the mode, in a line each."""
    lines = []
    if meta["unpriced_attempts"]:
        told = [f"{n:,} {REASONS.get(r, r)}" for r, n in meta["unpriced_attempts"].items()]
        lines.append(f"Attempts without a cost: {cell('; '.join(told))}.")
    if meta["not_validated"]:
        lines.append(f"Judged, not validated: {cell(', '.join(meta['not_validated']))}.")
    if meta["without_mode"]:
        lines.append(f"Charged at standard prices: {cell(', '.join(meta['without_mode']))}.")
    return lines


def _iso(moment: object) -> str | None:
    return None if moment is None else str(moment)[:19]
