"""A report as PDF: its HTML, printed by the browser that draws the charts."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from dashboard.printed.image import chrome
from dashboard.printed.marks import About, marked
from data.errors import ExportError

SECONDS = 120
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
)


def printed(page: bytes, about: About) -> bytes:
    """The page as PDF, with where it is from among its properties."""
    with tempfile.TemporaryDirectory(prefix="isocost-print-") as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_bytes(page)
        # Chrome refuses its sandbox to root; the page is ours, and may load nothing.
        flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        flags += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        try:
            ended = subprocess.run(
                [chrome(), *flags, source.as_uri()],
                capture_output=True, timeout=SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExportError(f"{chrome()} can't print the report: {error}.") from error
        if not target.is_file():
            last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise ExportError(f"{chrome()} printed nothing: {' '.join(last)[:200]}.")
        return marked(target.read_bytes(), "pdf", about)
