"""About: what, when and how, in a label and its text each, for formats that have a place for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.export import spans
from data.pricing.cost import REASONS
from data.store import queries
from data.study import Study


def about(study: Study, meta: Mapping[str, Any]) -> dict[str, str]:
    """The provenance in words; what does not apply is left out."""
    tasks = meta["tasks"]
    versions = queries.bank_versions(study.reader, meta["campaign"], sorted(tasks))
    unpriced = [f"{n:,} {REASONS.get(r, r)}" for r, n in meta["unpriced_attempts"].items()]
    left_out = [f"{n} {word}" for word, n in meta.get("left_out", {}).items() if n]
    told = {
        "Why it is empty": meta.get("empty"),
        "Not in the table": f"{', '.join(left_out)} (--rows all shows them)" if left_out else "",
        "Note": meta.get("note"),
        "Campaign": meta["campaign"],
        "Origin": meta.get("origin"),
        "Runs": ", ".join(meta["runs"]),
        "Attempts": f"{meta['attempts']:,}, the newest {meta['newest_attempt'] or 'never'} UTC",
        "Tasks and levels": ", ".join(f"{task} {spans(held)}" for task, held in tasks.items()),
        "Bank versions": ", ".join(f"{task} {version}" for task, version in versions.items()),
        "Weights other than 1": ", ".join(f"{name} {w:g}" for name, w in meta["mix"].items()),
        "Cost": meta["cost_basis"],
        "Price date": _price_date(study),
        "Prices": "; ".join(meta["prices"]),
        "Attempts without a cost": "; ".join(unpriced),
        "Charged at standard prices": ", ".join(meta["without_mode"]),
        "Judged, not validated": ", ".join(meta["not_validated"]),
        "Interval": meta["interval"],
        "Numbers": "every column is defined in docs/method.md and on the page Method",
        "Command": meta["command"],
    }
    return {label: str(text) for label, text in told.items() if text}


def _price_date(study: Study) -> str:
    """The days whose prices were charged."""
    if study.view.basis.on is not None:
        return f"{study.view.basis.on:%Y-%m-%d}"
    first, last = study.levels["first_at"].min(), study.levels["last_at"].max()
    days = sorted({str(day)[:10] for day in (first, last) if day is not None})
    return f"of the day asked: {' to '.join(days)}" if days else ""
