"""How usage becomes dollars on the page: a few settings, kept in the address like the filters.

The words in the address are the labels: renaming one breaks the links people have kept.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from dashboard.pages import address
from data.errors import CostError
from data.pricing import Basis, Shape
from data.pricing.basis import Cache

PRICES = ("Of the day asked", "Today's", "On a date")
CACHES = ("At the input price", "As the provider charges", "Assume a share")
MODES = ("Standard", "Batch", "Flex", "Priority")
CHOICES = {"prices": PRICES, "cached": CACHES, "mode": MODES}
ASSUMED_SHARE = 80
FIRST_DAY = date(2020, 1, 1)


def today() -> date:
    """The day in UTC, as prices are dated."""
    return datetime.now(UTC).date()


def active() -> int:
    """How many settings differ from the default and are understood, drawn or in the address."""
    chosen = sum(_held(key) in options[1:] for key, options in CHOICES.items())
    discount = _held("discount")
    off = discount.isascii() and discount.isdigit() and 1 <= int(discount) <= 99
    shape = shape_of(_held("shape")) is not None
    # A shape says itself how much of it is cached.
    return chosen + off + shape - (shape and _held("cached") in CACHES[1:])


def reset() -> None:
    """Set every setting back; the address follows."""
    defaults: dict[str, object] = {key: options[0] for key, options in CHOICES.items()}
    defaults |= {"cached_share": ASSUMED_SHARE, "discount": 0, "shape": "", "price_date": None}
    for key, value in defaults.items():
        if key in st.session_state:
            st.session_state[key] = value


def settings() -> Basis:
    """Draw the settings and return the basis they describe."""
    prices = _one("Price list", "prices", "The prices of which day.")
    on = _day() if prices == PRICES[2] else None
    shaped = shape_of(_held("shape")) is not None
    cached = _one(
        "Cached input",
        "cached",
        "At the input price nobody looks cheaper for being asked twice.",
        disabled=shaped,
    )
    share = _share() if cached == CACHES[2] and not shaped else 0
    mode = _one("Service", "mode", "A list price without the mode stays standard.")
    discount = st.number_input(
        "My discount, % off list prices (0–99)",
        min_value=0,
        max_value=99,
        key="discount",
        bind="query-params",
    )
    shape = _shape()
    st.button("Reset prices", on_click=reset, key="reset-prices", disabled=not active())
    return Basis(
        prices={PRICES[0]: "billed", PRICES[1]: today().isoformat()}.get(
            prices, on.isoformat() if on else "billed"
        ),
        mode=mode.lower(),
        cache="neutral" if shape else _cache(cached, share),
        discounts=(("*", discount / 100),) if discount else (),
        shape=shape,
    )


def misread() -> str:
    """What is set and can't be meant, for the line above the chart; empty when all is well."""
    text = _held("shape").strip()
    if text and shape_of(text) is None:
        return "prompt shape not understood, so not used"
    if _held("prices") == PRICES[2] and not st.session_state.get("price_date"):
        return "no date chosen, so prices of the day asked"
    return ""


def shape_of(text: str) -> Shape | None:
    """The shape a text means; None for none, and for one that can't be."""
    try:
        return Shape.read(text) if text.strip() else None
    except CostError:
        return None


def _held(key: str) -> str:
    held = st.session_state.get(key, st.query_params.get(key))
    return "" if held is None else str(held)


def _one(label: str, key: str, told: str, disabled: bool = False) -> str:
    options = CHOICES[key]
    address.settle(key, options, f"under {label}")
    chosen = st.selectbox(
        label, options, key=key, help=told, disabled=disabled, bind="query-params"
    )
    return str(chosen or options[0])


def _day() -> date | None:
    # Without a default: a link must name the day that it shows.
    chosen = st.date_input(
        "Prices of", None, FIRST_DAY, today(), key="price_date", bind="query-params"
    )
    st.caption("Prices are known from the day they were first read; few from earlier days.")
    return chosen if isinstance(chosen, date) else None


def _share() -> int:
    return int(
        st.slider(
            "Share of the input that is cached, %",
            0,
            100,
            ASSUMED_SHARE,
            key="cached_share",
            bind="query-params",
        )
    )


def _cache(cached: str, share: int) -> Cache | float:
    if cached == CACHES[2]:
        return share / 100
    return "neutral" if cached == CACHES[0] else "reported"


def _shape() -> Shape | None:
    text = st.text_input(
        "My prompt: input/cached/output tokens",
        key="shape",
        placeholder="3000/1000/500",
        help="Prices one call of yours; accuracy stays as measured here.",
        bind="query-params",
    )
    shape = shape_of(text)
    if text.strip() and shape is None:
        st.caption(
            ":red[Write three counts, such as 3000/1000/500: the cached are part of the input.]"
        )
    return shape
