"""The flags that say how usage becomes dollars, read."""

from __future__ import annotations

import argparse

from data.catalog import files, prices
from data.errors import CostError, did_you_mean
from data.pricing import Basis, Shape
from data.pricing.basis import Cache


def read_basis(args: argparse.Namespace) -> Basis:
    """The basis that the flags describe; CostError for a value that can't be."""
    return Basis(
        prices=args.prices,
        mode=args.mode,
        cache=_cache(args.cache),
        discounts=tuple(_discount(text) for text in args.discount),
        shape=None if args.shape is None else Shape.read(args.shape),
    )


def _cache(text: str) -> Cache | float:
    if text in ("neutral", "reported"):
        return "neutral" if text == "neutral" else "reported"
    return _share(text, "--cache", "'neutral', 'reported' or a share such as 0.8")


def _discount(text: str) -> tuple[str, float]:
    provider, _, share = text.rpartition("=")
    if provider and provider not in files.names(prices.PART):
        raise CostError(
            f"--discount {text}: no price list of '{provider}'."
            f"{did_you_mean(provider, files.names(prices.PART))}"
        )
    return provider or "*", _share(share, "--discount", "0.15, or openai=0.2")


def _share(text: str, flag: str, example: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise CostError(f"{flag} {text}: write {example}.") from error
