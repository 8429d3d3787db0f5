"""How usage becomes dollars on the page: a few settings, kept in the address like the filters."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from data.errors import CostError
from data.pricing import Basis, Shape
from data.pricing.basis import Cache

PRICES = ("As billed", "Today's", "On a date")
CACHES = ("At the input price", "As the provider charges", "Assume a share")
MODES = ("Standard", "Batch", "Flex", "Priority")
ASSUMED_SHARE = 80
DEFAULTS: dict[str, str | int] = {
    "prices": PRICES[0],
    "cached": CACHES[0],
    "mode": MODES[0],
    "cached_share": ASSUMED_SHARE,
    "discount": 0,
    "shape": "",
}
FIRST_DAY = date(2020, 1, 1)


def today() -> date:
    """The day in UTC, as prices are dated."""
    return datetime.now(UTC).date()


def active() -> int:
    """How many of the settings differ from the default; before they are drawn, by the address."""
    named = ("prices", "cached", "mode", "discount", "shape")
    return sum(_set(key) != str(DEFAULTS[key]) for key in named)


def _set(key: str) -> str:
    held = st.session_state.get(key, st.query_params.get(key))
    return str(DEFAULTS[key] if held is None else held)


def reset() -> None:
    """Set every setting back; the address follows."""
    for key, value in DEFAULTS.items():
        if key in st.session_state:
            st.session_state[key] = value


def settings() -> Basis:
    """Draw the settings and return the basis they describe."""
    prices = _one("Prices", PRICES, "prices", "The price list of which day.")
    on = _day() if prices == PRICES[2] else None
    cached = _one(
        "Cached input",
        CACHES,
        "cached",
        "At the input price a contestant does not look cheaper for being asked twice.",
    )
    share = _share() if cached == CACHES[2] else 0
    mode = _one("Service", MODES, "mode", "A list price without the mode stays standard.")
    discount = st.number_input(
        "My discount, % off list prices",
        min_value=0,
        max_value=99,
        key="discount",
        bind="query-params",
    )
    return Basis(
        prices={PRICES[0]: "billed", PRICES[1]: today().isoformat()}.get(prices, str(on)),
        mode=mode.lower(),
        cache=_cache(cached, share),
        discounts=(("*", discount / 100),) if discount else (),
        shape=_shape(),
    )


def _one(label: str, options: tuple[str, ...], key: str, told: str) -> str:
    chosen = st.selectbox(label, options, key=key, help=told, bind="query-params")
    return str(chosen or options[0])


def _day() -> date:
    chosen = st.date_input(
        "Prices of", today(), FIRST_DAY, today(), key="price_date", bind="query-params"
    )
    return chosen if isinstance(chosen, date) else today()


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
        "My prompt shape: in/cached/out tokens",
        key="shape",
        placeholder="3000/1000/500",
        help="Prices one call of yours; accuracy stays as measured here.",
        bind="query-params",
    )
    if not text.strip():
        return None
    try:
        return Shape.read(text)
    except CostError as error:
        st.caption(f":red[{error}]")
        return None
