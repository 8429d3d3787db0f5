"""What a workload is: documents, quality, deadline and limits, from fields that live in the
address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from dashboard import query, theme
from data.analysis.projection import MOST
from data.lenses import whole
from data.lenses.workload import CONCURRENCY, DOCUMENTS

FACTORS = {"k": 10**3, "m": 10**6, "b": 10**9}
LIMITS = {"concurrency": CONCURRENCY, "rpm": None, "tpm": None, "retries": 0}
"""Key in the address -> what it is unless somebody says otherwise."""


def options(source: query.Source, campaign: str) -> Mapping[str, Any]:
    """What the lens is asked, from the fields; what is not set is left to the lens."""
    del source, campaign
    if theme.screen() == "phone":
        with st.popover("Workload and limits", icon=":material/inventory_2:"):
            found = {**_work(), **_limits()}
    else:
        with st.container(horizontal=True, vertical_alignment="bottom", key="asks"):
            found = _work(160)
            with st.popover(_label(), icon=":material/speed:"):
                found |= _limits()
    text = found["documents"]
    found["documents"] = count(text)
    if found["documents"] is None:
        st.caption(
            ":red[Documents are a whole number up to 10^15, such as 10,000,000 or 10M; "
            f"‘{theme.plain(text[:30])}’ is none, so {DOCUMENTS:,} are planned.]"
        )
    return {name: value for name, value in found.items() if value is not None}


def _work(width: int | None = None) -> dict[str, Any]:
    size: int | Literal["stretch"] = width or "stretch"
    text = st.text_input(
        "Documents", f"{DOCUMENTS:,}", key="documents", width=size, bind="query-params",
        help="Such as 10,000,000, 10M or 1e7. Tokens each are as in the samples; set those of "
        "your own prompts under Prices.",
    )  # fmt: skip
    quality = st.number_input(
        "Quality floor, % right", 0.0, 100.0, None, 1.0, "%g", key="quality",
        placeholder="any", width=size, bind="query-params",
    )  # fmt: skip
    hours = st.number_input(
        "Deadline, hours", 0.01, 1e6, None, 1.0, "%g", key="hours",
        placeholder="any", width=size, bind="query-params",
    )  # fmt: skip
    share = None if quality is None else round(quality / 100, 6)
    return {"documents": text, "quality": share, "hours": hours}


def count(text: str) -> int | None:
    """A number of documents as people write it: '10,000,000', '10M', '1e7'; None: not one."""
    found = re.fullmatch(r"\s*([0-9][0-9,_. eE+]*?)\s*([kKmMbB]?)\s*", text)
    # '1,5' is a decimal somewhere and must not become 15.
    if not found or not re.fullmatch(r"[^,]*|\d{1,3}(,\d{3})+(\.\d*)?", found[1]):
        return None
    try:
        value = float(found[1].replace(",", "").replace("_", "").replace(" ", ""))
        documents = whole(str(round(value * FACTORS.get(found[2].lower(), 1), 6)))
    except (ValueError, OverflowError):
        return None
    return documents if documents <= MOST else None


def _label() -> str:
    # On the first visit of a link the fields are not drawn yet: then the address says.
    held = {k: str(st.session_state.get(k, st.query_params.get(k))) for k in LIMITS}
    changed = sum(held[k].isdigit() and held[k] != str(v) for k, v in LIMITS.items())
    return f"Limits · {changed}" if changed else "Limits"


def _limits() -> dict[str, Any]:
    concurrency = st.number_input(
        "Calls in flight at once", 1, 10**6, CONCURRENCY, key="concurrency", bind="query-params"
    )
    rpm = st.number_input(
        "Requests a minute", 1, 10**9, None, key="rpm", placeholder="no limit", bind="query-params"
    )
    tpm = st.number_input(
        "Tokens a minute", 1, 10**12, None, key="tpm", placeholder="no limit", bind="query-params"
    )
    retries = st.number_input(
        "Calls made again, %", 0, 99, 0, key="retries", bind="query-params",
        help="They are paid for, too.",
    )  # fmt: skip
    return {
        "concurrency": concurrency if concurrency != CONCURRENCY else None,
        "rpm": rpm,
        "tpm": tpm,
        "retries": retries / 100 if retries else None,
    }
