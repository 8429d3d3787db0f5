"""Figures as SVG, PDF and PNG at print size, drawn by the Chrome or Chromium that is installed.

The same figure gives the same bytes: what Plotly and Chrome make up anew each time (ids, dates) is
replaced. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dashboard.printed.marks import About, marked
from data.errors import ExportError

FORMATS = ("svg", "pdf", "png")
INK, PAPER = "#1a1a1a", "#ffffff"
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
SCALE = 3
"""PNG: pixels per point; a chart of 1,090 is 3,270 wide, 277 dots an inch over 30 cm."""
WIDTH = 1090
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "BROWSER_PATH"


def chrome() -> str:
    """The browser that draws; ExportError where there is none."""
    named = os.environ.get(VARIABLE)
    found = named or next((p for p in map(shutil.which, CHROMES) if p), None)
    if found is None or not os.access(found, os.X_OK):
        seen = f"{VARIABLE} names '{named}', which can't be run" if named else "none was found"
        raise ExportError(
            f"Charts are drawn by Chrome or Chromium, and {seen}. Install chromium, or name one "
            f"with {VARIABLE}, or write the tables alone with `isocost export`."
        )
    return found


class Press:
    """A browser that draws one figure after another."""

    def __init__(self, kaleido: Any) -> None:
        self.kaleido = kaleido

    def draw(self, figure: dict[str, Any], kind: str, about: About) -> bytes:
        """A figure as 'svg', 'pdf' or 'png', with where it is from inside the file."""
        sheet = on_paper(figure)
        size = {"width": sheet["layout"]["width"], "height": sheet["layout"]["height"]}
        scale = SCALE if kind == "png" else 1
        try:
            body: bytes = self.kaleido.calc_fig_sync(
                sheet, opts={"format": kind, **size, "scale": scale}
            )
        except Exception as error:  # whatever the browser or its driver stumbles over
            said = " ".join(str(error).split())[:200] or type(error).__name__
            raise ExportError(f"{chrome()} can't draw this chart: {said}.") from error
        return marked(settled(body) if kind == "svg" else body, kind, about)


@contextmanager
def press() -> Iterator[Press]:
    """A browser for some figures; it ends with the block."""
    os.environ[VARIABLE] = chrome()
    import kaleido

    kaleido.start_sync_server(n=1, mathjax=False, silence_warnings=True)
    try:
        yield Press(kaleido)
    finally:
        kaleido.stop_sync_server(silence_warnings=True)


def on_paper(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure as it is printed: dark on white, without what only a pointer sees."""
    sheet = copy.deepcopy(figure)
    layout = sheet["layout"]
    layout.setdefault("width", WIDTH)
    layout.setdefault("height", 500)
    layout["font"] = {"family": FONT, "color": INK, "size": 13, **layout.get("font", {})}
    layout |= {"paper_bgcolor": PAPER, "plot_bgcolor": PAPER, "hovermode": False}
    layout.pop("updatemenus", None)
    layout.pop("sliders", None)
    sheet.pop("frames", None)
    for trace in sheet["data"]:
        for hovered in ("customdata", "hovertext", "hovertemplate", "hoverinfo"):
            trace.pop(hovered, None)
    return sheet


def settled(svg: bytes) -> bytes:
    """SVG whose random ids are replaced, and whose repeated styles are written once."""
    text = svg.decode()
    found = re.findall(r'id="(?:defs|topdefs)-(\w+)"|class="[^"]*\btrace([0-9a-f]{6})\b', text)
    for number, uid in enumerate(dict.fromkeys(one or other for one, other in found)):
        text = text.replace(uid, f"u{number}")
    return text.encode()


def slim(svg: str, prefix: str) -> str:
    """SVG for a page: styles become classes of their own, and empty groups go.

    prefix: of its ids and classes, so that several charts can stand in one page.
    """
    styles: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        style = match.group(1).rstrip("; ")
        return f' class="{styles.setdefault(style, f"{prefix}{len(styles)}")}"' if style else ""

    text = re.sub(r' class="[^"]*"', "", svg)
    text = re.sub(r' data-[\w-]+="[^"]*"', "", text)
    text = re.sub(r' style="([^"]*)"', named, text)
    empty = re.compile(r"<(g|defs)(?: (?!id=)[\w:-]+=\"[^\"]*\")*(?:/>|></\1>)")
    while (less := empty.sub("", text)) != text:
        text = less
    text = re.sub(r'(id="|url\(\s*(?:\'|&quot;)?#|href="#)', rf"\g<1>{prefix}-", text)
    rules = "".join(f".{name}{{{style}}}" for style, name in styles.items())
    head, rest = text.split(">", 1)
    return f"{head}><style>{rules}</style>{rest}"
