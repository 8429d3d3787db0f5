"""One import under way: what the user said, what was counted, and what a file may be at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from collectors.importers.found import Options
from collectors.importers.tally import Tally
from data.errors import FormatError

MOST_WHOLE = 256 << 20
"""Bytes of a document that has to be held as a whole; longer ones are read as a stream."""
MOST_LINE = 64 << 20
MOST_FILES = 200_000
"""Files of a folder, or members of an archive."""
MOST_MEMBER = 1 << 30
"""Bytes that one member of an archive may unfold to; and all together, this times MOST_RATIO."""
MOST_RATIO = 300
"""How many times its packed size a member may unfold to, beyond SMALL."""
SMALL = 16 << 20


def nothing(read: int) -> None:
    """No progress is told."""


@dataclass(frozen=True)
class Job:
    """Handed to an importer's `read`: where it counts, and where it tells how far it is."""

    options: Options = field(default_factory=Options)
    tally: Tally = field(default_factory=Tally)
    advance: Callable[[int], None] = nothing
    """Called with bytes that were read."""


def inert(text: str) -> str:
    """Text from a file as a terminal may have it: without codes, line ends or turned writing."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def shown(path: Path | str) -> str:
    """A path or a member's name as a message may have it: printable, and not endless."""
    text = inert(str(path))
    return text if len(text) <= 200 else text[:90] + "..." + text[-90:]


def refuse(path: Path | str, what: str, do: str) -> FormatError:
    """The one line for a file that can't be read; nothing of it is stored."""
    return FormatError(f"{shown(path)}: {inert(what)}. {inert(do)} Nothing was stored.")
