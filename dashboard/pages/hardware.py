"""The Hardware page: whether a model's dimensions fit the accelerator, beside measured speed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import query
from dashboard.figures import hardware as figure
from dashboard.figures import hardware_fit
from dashboard.pages import lens_page
from dashboard.pages.lens_page import Chart, LensPage
from data.analysis.roofline import H100
from data.lenses.hardware import ACCELERATORS

METHOD = """
#### Fit of the dimensions
Mean over hidden size, feed-forward size, head size, vocabulary and key-value width of min(1, the
largest power of two that divides it / 64). 1: all are multiples of 64, which is what the tiles of
matrix units want; they need not be powers of two. Nearly every model scores 1: it is a red-flag
check and no ranking. The dimensions are the catalogue's.
#### Work of use
The share of a forward pass of 4,096 rows that is neither padding of tiles nor idle multiprocessors
in the last wave, weighed by multiplications. It holds at that number of rows only.
#### What memory allows
Decoding reads the active weights once a step, and each answer's key-value cache: bandwidth over
those bytes, at 16 bit. Alone: one answer, empty context. In a batch: 32 answers of 4,096 tokens of
context, all together. A roof of theory: no accelerator was timed.
#### Measured speed
Mean output tokens over mean seconds of a task: with the reading of the prompt, the network and the
queue, from whatever machine the provider uses, which need not be this accelerator. The table has
the rank correlation with each figure, from five models on.
"""
UNKNOWN = (
    "No model in the catalogue has these dimensions: add hidden, ffn, layers, heads, kv_heads, "
    "head_dim and vocab to its entry."
)


def options(source: query.Source, campaign: str) -> Mapping[str, Any]:
    """The accelerator, from a choice that lives in the address."""
    del source, campaign
    names = list(ACCELERATORS)
    held = st.session_state.get("accelerator", st.query_params.get("accelerator"))
    with st.popover(held if held in names else H100.name, icon=":material/memory:"):
        chosen = st.radio(
            "Accelerator", names, index=names.index(H100.name), key="accelerator",
            bind="query-params",
        )  # fmt: skip
    return {} if chosen == H100.name else {"accelerator": chosen}


PAGE = LensPage(
    lens="hardware",
    title="Whether dimensions fit the accelerator",
    charts=(
        Chart(
            "Dimensions",
            "<b>Five dimensions</b>: a small blue dot is a multiple of 64, which tiles want; an "
            "orange diamond is none. At the right, <b>how much of the work is of use</b> at 4,096 "
            "rows.",
            lambda m, size: hardware_fit.dimensions(m.tables["models"], m.tables["measured"], size),
            lambda m: hardware_fit.describe(m.tables["models"], m.tables["measured"]),
            UNKNOWN,
        ),
        Chart(
            "Measured speed",
            "<b>Measured tokens per second</b> (log scale) under what memory would allow. Orange: "
            "a dimension is flagged.",
            lambda m, size: figure.speed(m.tables["measured"], size),
            lambda m: figure.describe_speed(m.tables["measured"], m.tables["agreement"]),
            "No contestant of this view that writes has both a measured time and known dimensions: "
            "collect open models of the catalogue.",
        ),
        Chart(
            "In a batch",
            "<b>Tokens per second that memory allows 32 answers</b> of 4,096 tokens (log scale): "
            "low for its place is a wide key-value cache. Orange: a dimension is flagged.",
            lambda m, size: figure.batch(m.tables["models"], m.tables["measured"], size),
            lambda m: figure.describe_batch(m.tables["models"]),
            UNKNOWN,
        ),
    ),
    method=METHOD,
    options=options,
    options_in_row=True,
    headings={
        "models": "Models of the catalogue with known dimensions",
        "measured": "Measured: contestants of this view",
        "agreement": "Agreement: rank correlation of measured speed",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
