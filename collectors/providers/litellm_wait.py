"""How long a provider asked us to wait: Retry-After in its forms, or when its limits reset."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 3600.0
"""A longer wait than a run would take is cut: by then the run has moved on, or ended."""
EPOCH_S = 1_000_000_000.0
"""Numbers above are moments (seconds since 1970), numbers below are waits."""
PARTS_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ms|h|m|s))+")
PART = re.compile(r"([0-9.]+)(ms|h|m|s)")
IN_BODY = re.compile(r"""retrydelay\\?["']: *\\?["']([0-9.]{1,12})s""", re.I)
"""Where Gemini says it, instead of in a header."""
RESETS = (
    ("x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"),
    ("x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"),
    ("x-ratelimit-reset", "x-ratelimit-remaining"),
    ("anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining"),
    ("anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-remaining"),
)


def wait_s(headers: Mapping[str, str], body: str = "", now: datetime | None = None) -> float | None:
    """Seconds to wait, within [0, LONGEST_WAIT_S]; null when the answer doesn't say."""
    now = _moment(headers.get("date")) or now or datetime.now(UTC)
    waits = [
        _number(headers.get("retry-after-ms"), 0.001),
        _number(headers.get("retry-after")),
        _until(_moment(headers.get("retry-after")), now),
        _number(found[1]) if (found := IN_BODY.search(body)) else None,
        _reset(headers, now),
    ]
    told = next((wait for wait in waits if wait is not None), None)
    return None if told is None else min(max(told, 0.0), LONGEST_WAIT_S)


def _reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """The latest reset of the limits that are used up; of a limit with room it says nothing."""
    waits = [
        wait
        for reset, remaining in RESETS
        if _number(headers.get(remaining)) == 0
        and (wait := _duration(headers.get(reset), now)) is not None
    ]
    return max(waits, default=None)


def _duration(text: str | None, now: datetime) -> float | None:
    """'6m0s', '20ms', '1.5', a moment in seconds or milliseconds since 1970, or a date."""
    if text and DURATION.fullmatch(text.strip()):
        return sum(float(size) * PARTS_S[unit] for size, unit in PART.findall(text))
    number = _number(text)
    if number is None:
        return _until(_moment(text), now)
    if number > EPOCH_S * 1000:
        number /= 1000
    return number - now.timestamp() if number > EPOCH_S else number


def _number(text: str | None, unit: float = 1.0) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number * unit if math.isfinite(number) else None


def _moment(text: str | None) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text or "")
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _until(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (moment - now).total_seconds()
