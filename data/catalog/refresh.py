"""What a price map says against what the catalogue has.

Lines are only added: a price that was in force stays in its file, and a deployment that vanished
from the map keeps its history. A price that the user wrote is the user's to change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from importlib.resources import files as resources
from pathlib import Path

from data.catalog import files, prices
from data.catalog.deployments import Deployment
from data.catalog.litellm_map import Listing
from data.catalog.price_lines import moment
from data.catalog.price_periods import Periods, overlay, read_provider
from data.errors import CatalogError
from data.price import Price

JUMP = 10
"""A price that changes by more than this factor, or to or from 0, is marked for a check."""


@dataclass(frozen=True)
class Comparison:
    """How a map differs from the prices in force on a day."""

    new: dict[Deployment, Price] = field(default_factory=dict)
    changed: dict[Deployment, tuple[Price | None, Price]] = field(default_factory=dict)
    """Before (None: withdrawn) and now."""
    unchanged: int = 0
    own: tuple[Deployment, ...] = ()
    """The user's own prices that differ from the map's. Reported, never changed."""
    vanished: tuple[Deployment, ...] = ()
    """In the catalogue from such a map and no longer in it. Reported, never removed."""

    def checks(self) -> Iterator[str]:
        """What a person should look at twice, one line each."""
        for at, (before, now) in self.changed.items():
            for name in ("input", "output"):
                was, is_ = (getattr(p.rates, name) if p else None for p in (before, now))
                if was is None or is_ is None or was == is_:
                    continue
                if not was or not is_ or max(was, is_) / min(was, is_) > JUMP:
                    yield f"{at}: {name} {was:,.6g} -> {is_:,.6g}"


class Stored:
    """Periods of every layer that counts for a folder of price files, read when asked for.

    These are the shipped prices and the folder's: a catalogue must make sense without another one,
    which is not read beside it.
    """

    def __init__(self, folder: Path) -> None:
        self._folders = [f for f in [shipped()] if not same(f, folder)] + [folder]
        self._read: dict[str, list[Periods]] = {}

    def periods(self, provider: str) -> Periods:
        """What is in force by all layers together, oldest first."""
        return reduce(overlay, self._layers(provider), {})

    def users(self, at: Deployment, on: str) -> bool:
        """Whether the user decides on a deployment's price: written, or withdrawn, by hand.

        A line of the user's that has ended no longer decides when another price holds after it.
        """
        newest = [
            periods[at.name][-1]
            for folder, periods in zip(self._folders, self._layers(at.provider), strict=True)
            if at.name in periods and not same(folder, shipped())
        ]
        held = prices.in_force(self.periods(at.provider).get(at.name, ()), moment(on))
        return any(
            held is None if price.valid_until and moment(price.valid_until) <= moment(on) else True
            for price in newest
            if not is_listed(price) or price.valid_until
        )

    def providers(self) -> list[str]:
        """Every provider with a file in one of the layers."""
        found = (path for folder in self._folders for path in folder.glob("*.toml"))
        return sorted({path.stem for path in found})

    def _layers(self, provider: str) -> list[Periods]:
        if provider not in self._read:
            self._read[provider] = [_read(f / f"{provider}.toml") for f in self._folders]
        return self._read[provider]


def compare(listing: Listing, on: str, folder: Path) -> Comparison:
    """The map against the prices in force on an ISO date, with what stands in the folder.

    CatalogError when a change would take effect at or before a period that is stored already.
    """
    stored = Stored(folder)
    found = Comparison(vanished=_vanished(listing, stored))
    merged = {
        provider: stored.periods(provider) for provider in {at.provider for at in listing.prices}
    }
    own: list[Deployment] = []
    late: list[tuple[Deployment, str]] = []
    for at, price in listing.prices.items():
        known = merged[at.provider].get(at.name, ())
        before = prices.in_force(known, moment(on))
        if not known:
            found.new[at] = price
        elif before is not None and terms(before) == terms(price):
            continue
        elif stored.users(at, on):
            own.append(at)
        else:
            found.changed[at] = before, price
            last = known[-1]
            if moment(last.valid_from) >= moment(on):
                late.append((at, last.valid_from))
            elif last.valid_until and moment(last.valid_until) > moment(on):
                late.append((at, last.valid_until))
    if late:
        (at, begun), more = late[0], len(late) - 1
        raise CatalogError(
            f"{at} has a stored price that begins or ends on {begun}, so that no other can take "
            f"effect on {on}{f' (and {more} more like it)' if more else ''}. Name a later day with "
            "--on."
        )
    same_as_now = len(listing.prices) - len(found.new) - len(found.changed) - len(own)
    return replace(found, unchanged=same_as_now, own=tuple(own))


def terms(price: Price) -> Price:
    """The price without where and when it was read, to compare what is charged."""
    return replace(price, source="", valid_from="", valid_until="", free=False)


def is_listed(price: Price) -> bool:
    """Whether the price was read in a map of LiteLLM's."""
    return price.source.startswith("litellm")


def target(into: str | Path | None) -> Path:
    """The folder of price files to write to: that of `into`, the user's own, or a new one.

    `into` is a catalogue, or its folder `prices`. The shipped files are changed only when `into`
    names them.
    """
    if into is None:
        return (files.user_folder() or Path(files.USUAL).absolute()) / prices.PART
    if not str(into):
        raise CatalogError("--into is empty: name a catalogue's folder, such as isocost-catalog.")
    folder = Path(os.path.abspath(into))
    return folder if folder.name == prices.PART else folder / prices.PART


def is_read(folder: Path) -> bool:
    """Whether the catalogue reads this folder of price files, as things stand."""
    own = files.user_folder()
    return same(folder, shipped()) or (own is not None and same(folder, own / prices.PART))


def shipped() -> Path:
    """The folder of the shipped price files."""
    return Path(str(resources("data.catalog") / prices.PART))


def same(one: Path, other: Path) -> bool:
    """Whether two paths are one folder, links followed."""
    return one.resolve() == other.resolve()


def _read(path: Path) -> Periods:
    if not path.is_file():
        return {}
    where = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    return read_provider(files.parse(path, where), where, path.stem)


def _vanished(listing: Listing, stored: Stored) -> tuple[Deployment, ...]:
    return tuple(
        Deployment(provider, name)
        for provider in stored.providers()
        for name, known in stored.periods(provider).items()
        if is_listed(known[-1])
        and not known[-1].valid_until
        and Deployment(provider, name) not in listing.prices
    )
