"""One entry of LiteLLM's price map as a price, read as LiteLLM 1.106.2 charges it.

The whole request is charged at the rates of the highest threshold it exceeds (for xAI: that it
reaches), and rates that a threshold omits stay as below it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any

from data.catalog.litellm_hours import HoursError, windows
from data.catalog.price_limits import LEAST, MOST_RATE, MOST_REQUEST, MOST_TOKENS
from data.price import MODES, OffPeak, Price, Rates, Terms, Tier

Entry = Mapping[str, Any]

_STEMS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
    "reasoning": "output_cost_per_reasoning_token",
}
_SUFFIXES = {"batch": "_batches", "flex": "_flex", "priority": "_priority"}
_THRESHOLD = re.compile(rf"(?:{'|'.join(_STEMS.values())})_above_(\d{{1,12}})(k?)_tokens(_[a-z]+)?")
_CENTRAL = Context(prec=12)
"""Twelve digits: enough for every price list, and 15.000020000000002 becomes 15.00002."""

_OTHER_UNITS = (
    ("per query", "input_cost_per_query"),
    ("per second", "input_cost_per_second"),
    ("per character", "input_cost_per_character"),
    ("per image", "input_cost_per_image"),
    ("per image", "output_cost_per_image"),
    ("per second", "input_cost_per_video_per_second"),
    ("per session", "code_interpreter_cost_per_session"),
    ("per databricks unit", "input_dbu_cost_per_token"),
)


class SkippedError(Exception):
    """This entry can't be charged by tokens; the message is the reason that is counted."""


def price_of_entry(entry: Entry, provider: str, source: str, valid_from: str) -> Price:
    inclusive = provider == "xai"
    listed = entry.get("tiered_pricing")
    if listed is not None:
        rates, tiers = _ranges(entry, listed)
    else:
        rates, tiers = _flat(entry, provider), _tiers(entry, "", inclusive)
    per_request = _amount(entry, "input_cost_per_request", most=MOST_REQUEST)
    if not (rates.input or rates.output or per_request):
        _refuse_other_units(entry)
    if rates.input is None:
        raise SkippedError("no price")
    return Price(
        rates=rates,
        tiers=tiers,
        modes={} if listed is not None else _modes(entry, inclusive),
        off_peak=_off_peak(entry, provider, valid_from),
        usd_per_request=per_request or None,
        source=source,
        valid_from=valid_from,
    )


def _flat(entry: Entry, provider: str) -> Rates:
    stated = _stated(entry)
    if entry["mode"] in ("embedding", "rerank"):
        # They write nothing, so that there is nothing to charge.
        stated["output"] = stated["output"] or 0.0
        if entry["mode"] == "rerank" and _amount(entry, "input_cost_per_query"):
            raise SkippedError("priced per query")
    elif provider == "fireworks_ai" and stated["cache_read"] is None and stated["input"]:
        # LiteLLM charges half where Fireworks states no price of its own for cached input.
        stated["cache_read"] = _rounded(Decimal(repr(stated["input"])) / 2)
    if stated["output"] is None and stated["input"] is not None:
        raise SkippedError("no price of output")
    if stated["input"] is None and stated["output"] is not None:
        _refuse_other_units(entry)
    return _tidy(stated)


def _refuse_other_units(entry: Entry) -> None:
    for unit, key in _OTHER_UNITS:
        if _amount(entry, key):
            raise SkippedError(f"priced {unit}")


def _stated(entry: Entry, middle: str = "", suffix: str = "") -> dict[str, float | None]:
    return {
        name: _amount(entry, f"{stem}{middle}{suffix}", Decimal(1_000_000), MOST_RATE)
        for name, stem in _STEMS.items()
    }


def _tidy(stated: Mapping[str, float | None]) -> Rates:
    """A reasoning price that is the output's is none of its own: thresholds raise both."""
    kept = dict(stated)
    if kept["reasoning"] == kept["output"]:
        kept["reasoning"] = None
    return Rates(**kept)


def _tiers(entry: Entry, suffix: str, inclusive: bool) -> tuple[Tier, ...]:
    found = (_THRESHOLD.fullmatch(key) for key, value in entry.items() if value is not None)
    texts = {m[1] + m[2] for m in found if m and (m[3] or "") == suffix}
    tiers: list[Tier] = []
    for text in sorted(texts, key=_tokens):
        over = _tokens(text) - (1 if inclusive else 0)
        least = tiers[-1].over_input_tokens + 1 if tiers else 0
        if not least <= over < MOST_TOKENS:
            # _above_0k_tokens where the threshold itself counts, or 1k beside 1000.
            raise SkippedError("thresholds of input tokens that do not rise")
        tiers.append(Tier(over, Rates(**_stated(entry, f"_above_{text}_tokens", suffix))))
    return tuple(tiers)


def _tokens(text: str) -> int:
    return int(text.removesuffix("k")) * (1000 if text.endswith("k") else 1)


def _modes(entry: Entry, inclusive: bool) -> dict[str, Terms]:
    found = {}
    for mode in MODES:
        rates = _tidy(_stated(entry, "", _SUFFIXES[mode]))
        tiers = _tiers(entry, _SUFFIXES[mode], inclusive)
        if rates != Rates() or tiers:
            found[mode] = Terms(rates, tiers)
    return found


def _ranges(entry: Entry, listed: Any) -> tuple[Rates, tuple[Tier, ...]]:
    """A list of ranges of input tokens, each start exclusive, as base rates and tiers.

    Every range stands for itself: what it omits is charged at its own input rate, and reasoning at
    its own output rate, so it is written out where the range before it states it.
    """
    ranges = sorted(listed, key=lambda r: r["range"][0])
    end: Any = 0
    tiers: list[Tier] = []
    for part in ranges:
        start, upto = part["range"]
        if start != end or not start < upto < MOST_TOKENS or start != int(start):
            raise SkippedError("ranges of input tokens with gaps")
        end = upto
        stated = _stated(part)
        if stated["output"] is None:
            stated["output"] = _stated(entry)["output"]
        if stated["input"] is None or stated["output"] is None:
            raise SkippedError("no price")
        before = tiers[-1].rates if tiers else Rates()
        for name in ("cache_read", "cache_write", "cache_write_1h"):
            if stated[name] is None and getattr(before, name) is not None:
                stated[name] = stated["input"]
        if stated["reasoning"] is None and before.reasoning is not None:
            stated["reasoning"] = stated["output"]
        tiers.append(Tier(int(start), Rates(**stated)))
    if not tiers:
        raise SkippedError("no price")
    return tiers[0].rates, tuple(tiers[1:])


def _off_peak(entry: Entry, provider: str, valid_from: str) -> OffPeak | None:
    block = entry.get("off_peak_pricing")
    if block is None:
        return None
    stated = _stated(block)
    # LiteLLM knows no off-peak price of these.
    stated["cache_write_1h"] = None
    own = _amount(entry, _STEMS["cache_read"]) is not None or stated["cache_read"] is not None
    if provider == "fireworks_ai" and not own and stated["input"]:
        stated["cache_read"] = _rounded(Decimal(repr(stated["input"])) / 2)
    try:
        held = windows(block, int(valid_from[:4] or datetime.now(UTC).year))
    except HoursError as error:
        raise SkippedError(str(error)) from error
    rates = Rates(**stated)
    return OffPeak(held, rates) if held and rates != Rates() else None


def _amount(
    entry: Entry, key: str, times: Decimal = Decimal(1), most: float = math.inf
) -> float | None:
    """entry[key] times `times`, to twelve digits; None when it isn't there."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise SkippedError("unreadable")
    exact = Decimal(value)
    number = _rounded(exact * times)
    if not math.isfinite(number):
        raise SkippedError("unreadable")
    if exact < 0:
        raise SkippedError("negative price")
    if number > most:
        raise SkippedError("more than anyone charges")
    if exact and number < LEAST:
        raise SkippedError("too small an amount")
    return number + 0.0


def _rounded(amount: Decimal) -> float:
    return float(_CENTRAL.create_decimal(amount))
