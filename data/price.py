"""What a deployment charges: the price record, every class of it, with a stable id.

Amounts are US dollars as a person writes them (0.15, not its binary neighbour); per-token amounts
are per million tokens. None means "not stated" and falls back to a neighbouring class; an explicit
0 is a price.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from data.records import digest


@dataclass(frozen=True)
class Rates:
    """US dollars per million tokens, by class."""

    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    """None: at the input rate."""
    cache_write: float | None = None
    """None: at the input rate."""
    cache_write_1h: float | None = None
    """Kept for an hour instead of minutes. None: at the cache_write rate."""
    reasoning: float | None = None
    """None: at the output rate."""


CLASSES = tuple(Rates.__dataclass_fields__)


@dataclass(frozen=True)
class Tier:
    """Rates of requests with more input than this; the whole request is charged at them.

    A rate that is None stays as it was below the threshold.
    """

    over_input_tokens: int
    rates: Rates


@dataclass(frozen=True)
class Terms:
    """Rates of one service mode, with its own tiers."""

    rates: Rates
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class Window:
    """A part of the week in UTC: on these days (1 Monday to 7 Sunday), from start until end.

    Times are "HH:MM"; end is exclusive and "24:00" is the day's end. A window never passes
    midnight: what does is two windows.
    """

    days: tuple[int, ...]
    start: str
    end: str


@dataclass(frozen=True)
class OffPeak:
    """Rates in force within the windows; a rate that is None stays the standard one."""

    windows: tuple[Window, ...]
    rates: Rates


IMPORTED = "the imported file"
"""Source of what another tool's file says an attempt cost: what a provider charged, by its list."""
MODES = ("batch", "flex", "priority")
"""Service modes a deployment may have its own terms for."""


@dataclass(frozen=True)
class Price:
    """What a contestant's usage costs. All null means unpriced; 0 is a price, not a gap."""

    rates: Rates = Rates()
    tiers: tuple[Tier, ...] = ()
    modes: Mapping[str, Terms] = field(default_factory=dict)
    """Terms of 'batch', 'flex' and 'priority', where the deployment has them."""
    off_peak: OffPeak | None = None
    usd_per_request: float | None = None
    usd_per_hour: float | None = None
    """Self-hosted: price of the machine."""
    utilisation: float | None = None
    """Self-hosted: share of its hours the machine is busy, in (0, 1]; None: 1."""
    prefill_tokens_per_s: float | None = None
    """Self-hosted, shared: measured aggregate input tokens a second; with decode_tokens_per_s
    the machine is charged by throughput instead of by the seconds of each request."""
    decode_tokens_per_s: float | None = None
    usd_per_cpu_hour: float | None = None
    """Local: price of one CPU core, charged for the CPU seconds of the process."""
    told: bool = False
    """Charged as the contestant itself tells with each answer: a Python function that knows."""
    told_usd_at_most: float | None = None
    """The most that one such call tells, so that a budget can hold."""
    free: bool = False
    """Stands on the allow-list of deployments that really cost nothing."""
    missing: str = ""
    """Reason code why there is no price at all: see data.pricing.cost.REASONS."""
    source: str = ""
    """Where the figures come from: 'experiment', or a source of the catalogue."""
    valid_from: str = ""
    """ISO date (or date and time, UTC) of the first moment the price holds, when known."""
    valid_until: str = ""
    """The first moment it holds no more; empty: still in force."""

    @property
    def price_id(self) -> str:
        # What came later is left out where it says nothing: prices keep their ids.
        return digest({k: v for k, v in asdict(self).items() if v or not k.startswith("told")})

    @property
    def basis(self) -> str:
        """'cpu', 'machine', 'tokens', 'told' or 'none': what the price is charged on."""
        if self.told:
            return "told"
        if self.usd_per_cpu_hour is not None:
            return "cpu"
        if self.usd_per_hour is not None:
            return "machine"
        return "tokens" if self.rates.input is not None else "none"

    @property
    def price_basis(self) -> str:
        """As the rollup has it: `basis`, or 'shared' for a machine charged by its throughput."""
        return "shared" if self.prefill_tokens_per_s is not None else self.basis


def to_json(price: Price) -> str:
    """The whole price as canonical JSON, as the store keeps it; classes left out are None."""
    return json.dumps(_bare(asdict(price)), sort_keys=True)


def from_json(text: str) -> Price:
    """The price that `to_json` wrote; keys of a newer version are refused by ValueError."""
    stored = json.loads(text)
    modes = {name: _terms(terms) for name, terms in stored.pop("modes", {}).items()}
    off_peak = stored.pop("off_peak", None)
    try:
        return Price(
            rates=Rates(**stored.pop("rates", {})),
            tiers=_tiers(stored.pop("tiers", [])),
            modes=modes,
            off_peak=None
            if off_peak is None
            else OffPeak(
                tuple(Window(tuple(w["days"]), w["start"], w["end"]) for w in off_peak["windows"]),
                Rates(**off_peak.get("rates", {})),
            ),
            **stored,
        )
    except (TypeError, KeyError) as error:
        raise ValueError(f"a stored price has an unknown form: {error}") from error


def _terms(stored: Mapping[str, Any]) -> Terms:
    return Terms(Rates(**stored.get("rates", {})), _tiers(stored.get("tiers", [])))


def _tiers(stored: list[dict[str, Any]]) -> tuple[Tier, ...]:
    return tuple(Tier(t["over_input_tokens"], Rates(**t.get("rates", {}))) for t in stored)


def _bare(value: Any) -> Any:
    """Without what says nothing: None, empty text, empty lists and tables."""
    if isinstance(value, dict):
        kept = {k: _bare(v) for k, v in value.items()}
        return {
            k: v
            for k, v in kept.items()
            if not (v is None or v is False or v == "" or v == [] or v == {})
        }
    return [_bare(v) for v in value] if isinstance(value, list | tuple) else value
