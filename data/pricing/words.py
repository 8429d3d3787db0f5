"""A basis in words, for people, and as the flags of the command line."""

from __future__ import annotations

from decimal import Decimal

from data.pricing.basis import BILLED, Basis


def basis_words(basis: Basis) -> str:
    """'prices of the day asked, cached input at the input price', 'as billed', ..."""
    if basis == BILLED:
        return "as billed"
    words = [_prices(basis), _cache(basis)]
    if basis.mode != "standard":
        words.append(f"{basis.mode} prices where the list has them")
    for provider, share in basis.discounts:
        off = f"{_percent(share)} off list prices"
        words.append(off if provider == "*" else f"{off} at {provider}")
    return ", ".join(words)


def basis_slug(basis: Basis) -> str:
    """A part of a file name: '' for the default, '-2026-11-23-batch-cache0.8-discount' ..."""
    if basis.is_default:
        return ""
    words = ["billed"] if basis == BILLED else []
    words += [basis.prices] if basis.prices != "billed" else []
    words += [basis.mode] if basis.mode != "standard" else []
    words += [f"cache{basis.cache}"] if basis.cache != "neutral" and basis != BILLED else []
    words += [f"discount{share:g}" for _, share in basis.discounts]
    words += [f"shape{str(basis.shape).replace('/', '-')}"] if basis.shape else []
    return "-" + "-".join(words)


def basis_flags(basis: Basis) -> list[str]:
    """The flags that make this basis; none for the default."""
    words = []
    if basis.prices != "billed":
        words += ["--prices", basis.prices]
    if basis.mode != "standard":
        words += ["--mode", basis.mode]
    if basis.cache != "neutral":
        words += ["--cache", str(basis.cache)]
    for provider, share in basis.discounts:
        words += ["--discount", f"{share}" if provider == "*" else f"{provider}={share}"]
    if basis.shape is not None:
        words += ["--shape", str(basis.shape)]
    return words


def _percent(share: float) -> str:
    """A share as it was given, without binary noise: 0.123456 is 12.3456%."""
    return f"{(Decimal(str(share)) * 100).normalize():f}%"


def _prices(basis: Basis) -> str:
    if basis.prices == "billed":
        return "prices of the day asked"
    return "today's prices" if basis.prices == "today" else f"prices of {basis.prices}"


def _cache(basis: Basis) -> str:
    if basis.shape is not None:
        shape = basis.shape
        return (
            f"at {shape.input_tokens:,} input ({shape.cached_tokens:,} cached) and "
            f"{shape.output_tokens:,} output tokens a task, accuracy as measured"
        )
    if basis.cache == "neutral":
        return "cached input at the input price"
    if basis.cache == "reported":
        return "cached input as the provider charges it"
    return f"{_percent(float(basis.cache))} of the input cached"
