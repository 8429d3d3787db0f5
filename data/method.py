"""What every number means: docs/method.md in sections, which pages show and link to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.errors import IsocostError

PLACES = (
    Path(__file__).with_name("method.md"),  # in a wheel
    Path(__file__).parents[1] / "docs" / "method.md",  # in a checkout
)
ELSEWHERE = {"summary": "capability"}
"""Words whose section is not headed by the word itself."""
_CODE = re.compile(r"((?:^ {4}[^\n]*\n?)+|`[^`\n]*`)", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\[]+)\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Section:
    """One heading of the second order with what stands beneath it."""

    title: str
    anchor: str
    """As links in the text name it: '#size'."""
    body: str
    """Markdown as it is written in docs/method.md."""


def text() -> str:
    """The whole document, from where it is."""
    found = next((place for place in PLACES if place.is_file()), None)
    if found is None:
        raise IsocostError(
            f"method.md is neither at {PLACES[0].parent} nor in docs/. Install Isocost again."
        )
    return found.read_text("utf-8")


@cache
def sections() -> tuple[Section, ...]:
    """The sections in their order; the first, without a title, is what stands before them."""
    before, *rest = re.split(r"^## ", text(), flags=re.MULTILINE)
    found = [Section("", "", _preface(before))]
    for part in rest:
        title, _, body = part.partition("\n")
        found.append(Section(title.strip(), slug(title), body.strip() + "\n"))
    return tuple(found)


def slug(title: str) -> str:
    """A heading's anchor, as code hosts make it."""
    return re.sub(r"[^a-z0-9 -]", "", title.strip().lower()).replace(" ", "-")


def anchor(word: str) -> str | None:
    """The anchor of the section that explains a lens or page; None where none does."""
    wanted = ELSEWHERE.get(word, word)
    return next((s.anchor for s in sections() if s.anchor.split("-")[0] == wanted), None)


def shown(body: str) -> str:
    """Markdown that a page can show: no formula marks in it, and no link that leads nowhere there.

    Links within the document stay; one to another file becomes the file's name.
    """
    # Every second piece is code, which is shown as it stands.
    return "".join(part if i % 2 else _plain(part) for i, part in enumerate(_CODE.split(body)))


def _plain(part: str) -> str:
    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        return found[0] if target.startswith("#") else f"{words} (`docs/{target}`)"

    return _LINK.sub(link, part).replace("$", "\\$")


def _preface(before: str) -> str:
    """What stands before the first section, without its title and its list of links."""
    paragraphs = re.split(r"\n\s*\n", before.partition("\n")[2].strip())
    kept = [p for p in paragraphs if _LINK.sub("", p).strip(" ·\n")]
    return "\n\n".join(kept) + "\n"
