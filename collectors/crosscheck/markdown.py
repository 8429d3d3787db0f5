"""Pieces of a Markdown page: tables, folded parts, counts and shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{summary}</summary>\n"
    yield from lines
    yield "</details>\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def counted(counts: Counter[str]) -> str:
    """'this: 3; that: 1', by name."""
    return "; ".join(f"{name}: {count(n)}" for name, n in sorted(counts.items()))


def count(number: int) -> str:
    return f"{number:,}"


def percent(share: float) -> str:
    """Rounded down, so that 100 % means every one."""
    return f"{int(share * 10_000 + 1e-9) / 100:.2f} %"


def share(agree: Iterable[bool]) -> str:
    found = list(agree)
    return percent(sum(found) / len(found)) if found else "-"


def dollars(usd: float) -> str:
    return f"{usd:.9g}"
