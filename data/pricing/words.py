"""A basis in words, for people, and as the flags of the command line."""

from __future__ import annotations

from data.pricing.basis import Basis


def basis_words(basis: Basis) -> str:
    """'prices as billed, cached input at the input price', ..."""
    words = [_prices(basis), _cache(basis)]
    if basis.mode != "standard":
        words.append(f"{basis.mode} prices where the list has them")
    for provider, share in basis.discounts:
        off = f"{100 * share:g}% off list price"
        words.append(off if provider == "*" else f"{off} at {provider}")
    return ", ".join(word for word in words if word)


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
        words += ["--discount", f"{share:g}" if provider == "*" else f"{provider}={share:g}"]
    if basis.shape is not None:
        words += ["--shape", str(basis.shape)]
    return words


def _prices(basis: Basis) -> str:
    if basis.prices == "billed":
        return "prices as billed"
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
    return f"{100 * float(basis.cache):g}% of the input cached"
