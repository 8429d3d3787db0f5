"""A pack: one zip with the tables, the charts, the report, and a manifest of what they are from."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from dashboard.printed.content import Content
from dashboard.printed.image import Press
from dashboard.printed.page import page
from data.formats.document import unmarked
from data.lens_export import to_csv
from data.reports import PARETO, Asked, make
from data.study import Study

WHEN = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip knows: a rerun gives the same bytes."""
TOOLS = ("isocost", "duckdb", "polars", "plotly", "numpy", "scipy")
TABLES = ("csv", "xlsx", "md", "tex", "json", "parquet")


def pack(study: Study, report: Content, whole: Content, press: Press) -> bytes:
    """The zip: README.md, manifest.json, report.html, and of the whole tables/ and charts/."""
    members = {"report.html": page(report, press), **dict(_members(study, whole, press))}
    manifest = {
        "title": report.title,
        "campaign": report.campaign,
        "newest_attempt": report.newest,
        "versions": _versions(),
        "about": report.about,
        "sha256": {name: hashlib.sha256(body).hexdigest() for name, body in members.items()},
    }
    members["manifest.json"] = json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n"
    members["README.md"] = _readme(report, sorted(members)).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(info, members[name])
    return made.getvalue()


def _members(study: Study, report: Content, press: Press) -> Iterator[tuple[str, bytes]]:
    for kind in TABLES:
        yield f"tables/pareto.{kind}", make(study, Asked(PARETO, kind, rows="all")).body
    for section in report.sections:
        for sheet in section.sheets:
            if section.lens != "frontier":
                name = f"tables/{section.lens}-{_slug(sheet.name)}.csv"
                yield name, to_csv({sheet.name: sheet.frame}, "", {}).encode()
        for chart in section.charts:
            if chart.figure is None:
                continue
            about = {"Title": f"{report.title}: {chart.name}", **report.about}
            for kind in ("svg", "pdf", "png"):
                name = f"charts/{section.lens}-{_slug(chart.name)}.{kind}"
                yield name, press.draw(chart.figure, kind, about)


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.lower()).strip("-")


def _versions() -> dict[str, str]:
    found = {}
    for name in TOOLS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _readme(report: Content, names: list[str]) -> str:
    lines = [f"# {report.title}", ""]
    for section in report.sections:
        lines += [f"- {section.title}: {unmarked(section.sentence)}"]
    lines += ["", "## What, when, how", ""]
    lines += [f"- {label}: {text}" for label, text in report.about.items()]
    lines += ["", "## Files", "", *[f"- {name}" for name in names]]
    lines += ["", "manifest.json has the SHA-256 of every file. Numbers: every column is defined "
              "in docs/method.md of Isocost."]  # fmt: skip
    return "\n".join(lines) + "\n"
