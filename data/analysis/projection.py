"""Projection: one contestant's dollars, hours and binding limit for N documents.

The arithmetic under the workload lens; it takes numbers, and arrays of resampled numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.analysis.means import Array, number
from data.errors import CostError

MOST = 1e15
"""No workload, and nothing stated about one, is larger: whole numbers stay exact."""


@dataclass(frozen=True)
class Workload:
    """Documents to work through, one call each, and what limits the work; None: no limit."""

    documents: int
    input_tokens: float | None = None
    """Tokens of one document with its prompt; None: as measured."""
    output_tokens: float | None = None
    """Tokens of one answer; None: as measured."""
    retries: float = 0.0
    """Share of all calls that have to be made again, [0, 1); they are paid for."""
    concurrency: int | None = None
    """Calls under way at once."""
    rpm: int | None = None
    """Requests a minute that the provider allows."""
    tpm: int | None = None
    """Tokens a minute, input and output, that the provider allows."""
    batch_multiplier: float = 1.0
    """What a provider's mode makes of its list price: often 0.5 for batches; 1 where the rows
    are priced in that mode already. Own machines have no list price."""
    batch_hours: float | None = None
    """A batch's window, usually 24: it is promised by then and often done earlier. Limits per
    minute do not hold for batches; a provider's limit on what may queue is not modelled."""
    machines: int = 1
    """Own machines at work."""
    documents_per_second: float | None = None
    """Of one own machine, everything it does at once included; None: one after the other, as
    measured."""
    usd_per_hour: float | None = None
    """Of one own machine; None: the dollars as measured."""
    utilisation: float = 1.0
    """Share of the paid hours in which an own machine works, (0, 1]."""

    def __post_init__(self) -> None:
        for name in ("documents", "concurrency", "rpm", "tpm", "machines"):
            least = 0 if name == "documents" else 1
            whole = f"a whole number, {least} or more and at most 10^15"
            self._check(name, lambda v, a=least: v >= a and v == math.floor(v), whole)
        for name in ("input_tokens", "output_tokens", "usd_per_hour"):
            self._check(name, lambda v: v >= 0, "0 or more")
        for name in ("batch_multiplier", "batch_hours", "documents_per_second"):
            self._check(name, lambda v: v >= 1 / MOST, "above 0")
        self._check("retries", lambda v: 0 <= v < 1, "a share of calls, from 0 to below 1")
        self._check(
            "utilisation", lambda v: 1 / MOST <= v <= 1, "a share of time, above 0, up to 1"
        )

    def _check(self, name: str, holds: Any, words: str) -> None:
        value = getattr(self, name)
        optional = type(self).__dataclass_fields__[name].default is None
        if value is None and optional:
            return
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not value <= MOST or not holds(value):
            more = "" if "10^15" in words or not number or not value > MOST else ", at most 10^15"
            raise CostError(f"A workload's {name} must be {words}{more}; it is {value!r}.")

    @property
    def calls(self) -> float:
        """N / (1 - rho): a call that is repeated may have to be repeated again."""
        return self.documents / (1 - self.retries)


@dataclass(frozen=True)
class Projection:
    """A workload done by one contestant; None: not known."""

    calls: float
    usd: float | None
    hours: float | None
    binding: str | None
    """'latency', 'requests per minute', 'tokens per minute', 'batch window' or 'machine'."""


def project(
    workload: Workload,
    usd_per_call: float | None,
    seconds_per_call: float | None,
    tokens_per_call: float | None = None,
    own_machine: bool = False,
) -> Projection:
    """Dollars, hours and the limit that binds (METHOD 7).

    calls = N / (1 - rho); dollars = calls * usd_per_call * mu; hours = max(calls * s / concurrency
    / 3600, calls / RPM / 60, calls * tokens / TPM / 60); of equal limits the first named binds.
    More parallel calls than there are calls help nobody: without a limit, or with fewer calls than
    it allows, the work takes as long as one call. tokens_per_call: input and output; None: the
    workload's, where it states both. `own_machine`: machine hours = calls / documents_per_second /
    3600 (None: calls * s / 3600); hours = machine hours / machines; dollars = machine hours *
    usd_per_hour / utilisation, or calls * usd_per_call where the hour has no price. A number that
    needs something unknown is None. No documents: no calls, $0 and 0 hours, whatever the price.
    """
    named = (("dollars", usd_per_call), ("seconds", seconds_per_call), ("tokens", tokens_per_call))
    for name, value in named:
        if value is not None and not (math.isfinite(value) and value >= 0):
            raise CostError(f"The {name} of a call must be 0 or more; they are {value!r}.")
    if tokens_per_call is None and None not in (workload.input_tokens, workload.output_tokens):
        tokens_per_call = (workload.input_tokens or 0.0) + (workload.output_tokens or 0.0)
    if not workload.documents:
        return Projection(0.0, 0.0, 0.0, None)
    usd, seconds, tokens = map(array, (usd_per_call, seconds_per_call, tokens_per_call))
    held = limits(workload, seconds, tokens, own_machine)
    hours = number(longest(held))
    binding = None if hours is None else max(held, key=lambda name: float(held[name]))
    spent = number(dollars(workload, usd, seconds, own_machine))
    return Projection(workload.calls, spent, hours, binding)


def limits(
    w: Workload, seconds: Array, tokens: Array, own: bool, requests: Array | None = None
) -> dict[str, Array]:
    """Hours that each limit alone would ask for; NaN where not known.

    `requests` of one document, where it is not one; seconds and tokens are those of all of them.
    """
    if own:
        return {"machine": _machine_hours(w, seconds) / min(w.machines, w.calls)}
    if w.batch_hours is not None:
        return {"batch window": array(w.batch_hours)}
    parallel = w.calls if w.concurrency is None else min(w.concurrency, w.calls)
    hours = {"latency": w.calls * seconds / parallel / 3600}
    if w.rpm is not None:
        each = array(1.0) if requests is None else requests
        hours["requests per minute"] = w.calls / w.rpm / 60 * each
    if w.tpm is not None:
        hours["tokens per minute"] = w.calls * tokens / w.tpm / 60
    return hours


def longest(hours: Mapping[str, Array]) -> Array:
    """Hours under all limits together: the longest, NaN where one is not known."""
    return np.asarray(np.max(np.stack(np.broadcast_arrays(*hours.values())), axis=0))


def _machine_hours(w: Workload, seconds: Array) -> Array:
    speed = w.documents_per_second
    return w.calls * (seconds if speed is None else array(1 / speed)) / 3600


def dollars(w: Workload, usd: Array, seconds: Array, own: bool) -> Array:
    """Dollars of all calls: see project; NaN where not known."""
    if not own:
        return w.calls * usd * w.batch_multiplier
    if w.usd_per_hour is None:
        return w.calls * usd
    return _machine_hours(w, seconds) * w.usd_per_hour / w.utilisation


def break_even(fixed_usd: float, usd_per_doc_a: float, usd_per_doc_b: float) -> float | None:
    """Documents from which a, with fixed dollars in advance, is cheaper in all than b.

    fixed / (b - a): labels and fitting of a reader against a writer that is paid by the document
    (METHOD 7). None: never, since a document costs a as much as b or more; 0 fixed dollars pay
    from the first document.
    """
    named = {"fixed_usd": fixed_usd, "usd_per_doc_a": usd_per_doc_a, "usd_per_doc_b": usd_per_doc_b}
    for name, value in named.items():
        if not (math.isfinite(value) and value >= 0):
            raise CostError(f"A break-even's {name} must be 0 dollars or more; it is {value!r}.")
    if usd_per_doc_a >= usd_per_doc_b:
        return None
    return fixed_usd / (usd_per_doc_b - usd_per_doc_a)


def array(value: float | None) -> Array:
    """A number as an array; None is NaN."""
    return np.asarray(np.nan if value is None else value, dtype=float)
