"""What stands above the chart: one computed sentence, and where its numbers come from."""

from __future__ import annotations

import html
import re

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.pages import costing
from data.pricing.cost import REASONS
from data.pricing.words import basis_words
from data.view import View, reasons
from data.wording import usd


def sentence(markdown: str) -> None:
    """The headline."""
    st.html(f'<p class="headline">{marked(markdown)}</p>')


def marked(markdown: str) -> str:
    """A computed sentence as HTML: its only markup is bold and code; names in it stay text."""
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(markdown))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def provenance(source: query.Source, placed: pl.DataFrame, what: View, size: theme.Size) -> None:
    """The grey line: how much, how new, which prices, what kind of data."""
    found = query.campaigns(source).filter(pl.col("campaign") == what.campaign)
    newest = found["last_at"][0]
    models = placed["model"].n_unique()
    parts = [
        f"{int(placed['attempts'].sum()):,} graded attempts to {newest:%Y-%m-%d}",
        f"{placed.height} contestant{'s' if placed.height != 1 else ''} of {models} "
        f"model{'s' if models != 1 else ''}",
        prices(placed),
        "" if what.basis.is_default else basis_words(what.basis),
        origin(placed),
        query.origin(source, what.campaign) if size != "phone" else "",
        f"campaign {what.campaign}",
    ]
    if size == "phone":
        # Which settings hold stands, counted, on the button.
        parts = [parts[0].replace("graded ", ""), parts[-1]]
    parts += [costing.misread()]
    parts += gaps(source, what) if what.x == "cost_per_1k_usd" else []
    st.html(f'<p class="provenance">{html.escape(" · ".join(filter(None, parts)))}</p>')


def gaps(source: query.Source, what: View) -> list[str]:
    """What has no cost and why, counted; and who has no price for the chosen service mode."""
    missing = query.unpriced(source, what)
    told = []
    if missing.height:
        each = [(REASONS.get(r, r), f"{n:,} ") for r, n in reasons(missing).items()]
        words = [(n if len(each) > 1 else "") + reason for reason, n in each]
        total = int(missing["attempts"].sum())
        told.append(f"{total:,} answers without a cost: {'; '.join(words)}")
    lacking = query.charges(source, what).lacking_mode
    if lacking:
        who = ", ".join([*lacking[:3], *([f"{len(lacking) - 3} more"] if len(lacking) > 3 else [])])
        told.append(f"no {what.basis.mode} price, so charged standard: {who}")
    return told


def prices(placed: pl.DataFrame) -> str:
    """How the costs of these rows came about: 'CPU seconds × $0.04 per CPU-hour', ..."""
    words = {
        "tokens": "token prices",
        "machine": "busy seconds × the machine's price",
        "shared": "tokens × a shared server's price",
        "cpu": "CPU seconds × a price per CPU-hour",
        "told": "as the contestant tells",
        "billed": "as charged",
    }
    rates = placed["usd_per_cpu_hour"].drop_nulls().unique().sort().to_list()
    if len(rates) == 1:
        words["cpu"] = f"CPU seconds × {usd(rates[0])} per CPU-hour"
    sources: dict[str, list[str]] = {}
    pairs = placed.select("price_basis", "price_source").unique().sort(pl.all())
    for basis, source in pairs.iter_rows():
        sources.setdefault(basis, []).extend([source] if source else [])
    said = [
        words[basis] + (f" ({', '.join(names)})" if names and basis != "cpu" else "")
        for basis, names in sources.items()
        if basis in words
    ]
    return " and ".join(said) or "no prices known"


def origin(placed: pl.DataFrame) -> str:
    """Where the contestants ran: 'models run on this machine', 'served by openai, mistral'."""
    names = sorted(name for name in placed["deployment"].unique().to_list() if name)
    if names == ["local"]:
        return "real models run on this machine"
    served = "this machine" if "local" in names else None
    others = [name for name in names if name != "local"]
    listed = [*others[:3], *([f"{len(others) - 3} more"] if len(others) > 3 else [])]
    return "served by " + ", ".join([*listed, *([served] if served else [])]) if names else ""
