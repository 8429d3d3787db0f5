"""A document: tables with what they say and how they were made, before it has a format."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from polars import selectors

About = Mapping[str, str]
"""Label -> text: what, when and how, in the order of reading."""


@dataclass(frozen=True)
class Sheet:
    """One table, as a machine, a page of print and a reader want it."""

    name: str
    frame: pl.DataFrame
    """Every column, typed."""
    printed: pl.DataFrame
    """The columns that fit on paper, ends of intervals among them."""
    texts: Sequence[Sequence[str]]
    """Heads, then rows, as people read them."""
    numeric: Sequence[bool]
    """Which of the texts' columns hold numbers."""
    empty: str
    """What stands where there is no row."""


@dataclass(frozen=True)
class Document:
    """What a file holds."""

    slug: str
    """'pareto', 'efficiency': for labels and file names."""
    title: str
    sentence: str
    """What the tables say; its only markup is bold."""
    sheets: tuple[Sheet, ...]
    about: About


def titled(name: str) -> str:
    """A table's name as a heading."""
    return name.replace("_", " ").capitalize()


def bold(sentence: str) -> list[tuple[str, bool]]:
    """A sentence in parts, each with whether it is bold."""
    parts = re.split(r"\*\*(.+?)\*\*", sentence)
    return [(part, i % 2 == 1) for i, part in enumerate(parts) if part]


def unmarked(sentence: str) -> str:
    """A sentence without its markup."""
    return "".join(part for part, _ in bold(sentence))


def line(text: str, lost: str = "\N{REPLACEMENT CHARACTER}") -> str:
    """Text on one line, `lost` in place of what no document may hold."""
    flat = " ".join(text.split())
    return "".join(lost if _forbidden(c) else c for c in flat)


def _forbidden(c: str) -> bool:
    """Control characters, halves of characters, and code points that are no character."""
    n = ord(c)
    return n < 32 or 127 <= n < 160 or 0xD800 <= n < 0xE000 or n & 0xFFFE == 0xFFFE


def tidy(value: Any) -> Any:
    """Six significant digits, so that two nights diff cleanly; lists as one text; no NaN."""
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    if isinstance(value, list | pl.Series):
        return "; ".join(str(tidy(v)) for v in value)
    return value


def tidied(frame: pl.DataFrame) -> pl.DataFrame:
    """The same of a whole frame, whose lists stay lists; unknown columns are of text."""
    kept = selectors.float()
    return frame.with_columns(
        pl.when(kept.is_finite()).then(kept.round_sig_figs(6)).otherwise(kept).name.keep(),
        selectors.by_dtype(pl.Null).cast(pl.String),
    )
