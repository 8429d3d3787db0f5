"""A report as a whole, for the command and the page alike: what is asked, and its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from dashboard.printed.content import USUAL, content
from dashboard.printed.image import press
from dashboard.printed.pack import pack
from dashboard.printed.page import page
from dashboard.printed.paper import printed
from data.errors import ExportError
from data.export import command
from data.study import Study
from data.view import View

FORMATS = {"html": "HTML", "pdf": "PDF", "zip": "Pack"}
_ONE = Lock()
"""There is one browser that draws in a process."""


@dataclass(frozen=True)
class Whole:
    """What is to be in a report, and how."""

    kind: str = "html"
    """Of FORMATS."""
    lenses: tuple[str, ...] = ()
    """Empty: the usual ones."""
    since: date | None = None
    interactive: bool = False
    template: Path | None = None


def whole_command(view: View, asked: Whole) -> str:
    """The command that makes this report."""
    said = [word for name in asked.lenses for word in ("--lens", name)]
    said += ["--format", asked.kind]
    said += ["--since", str(asked.since)] if asked.since else []
    said += ["--interactive"] if asked.interactive else []
    said += ["--template", asked.template.name] if asked.template else []
    return command(view, said, "report")


def whole_name(view: View, asked: Whole) -> str:
    """What the file is called unless somebody says otherwise."""
    slug = re.sub(r"[^\w.-]+", "-", view.campaign).strip("-")[:100]
    return f"isocost-report-{slug}.{asked.kind}"


def whole(study: Study, asked: Whole) -> bytes:
    """The report's bytes; the same for the same data. ExportError for what can't be made."""
    if asked.interactive and asked.kind != "html":
        raise ExportError(f"--interactive is for html, and this is {asked.kind}. Leave one out.")
    lenses, told = asked.lenses or USUAL, whole_command(study.view, asked)
    made = content(study, lenses, told, asked.since)
    if asked.interactive:
        return page(made, None, asked.template, interactive=True)
    with _ONE, press() as drawing:
        if asked.kind == "zip":
            return pack(study, made, content(study, lenses, told, asked.since, True), drawing)
        body = page(made, drawing, asked.template)
    return printed(body, {"Title": made.title, **made.about}) if asked.kind == "pdf" else body
