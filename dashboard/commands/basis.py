"""The flags that say how usage becomes dollars, read."""

from __future__ import annotations

import argparse

from data.errors import CostError
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
    return provider or "*", _share(share, "--discount", "0.15, or openai=0.2")


def _share(text: str, flag: str, example: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise CostError(f"{flag} {text}: write {example}.") from error
