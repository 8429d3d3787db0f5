"""Another tool's result file that a reader hands to the page: imported by a process of its own.

Only where the dashboard is served to this machine alone: nobody on a network may write.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dashboard.listening import Listening

VARIABLE = "ISOCOST_SERVED_HERE_ALONE"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECONDS = 600


@dataclass(frozen=True)
class Told:
    """How an import ended."""

    ok: bool
    text: str
    """Its conformance report, or the one line that says what is wrong."""


def announce(where: Listening) -> None:
    """Say to the pages of this process whether only this machine can reach them."""
    here = where.host.strip("[]") in LOOPBACK and not where.names
    os.environ[VARIABLE] = "yes" if here else ""


def allowed() -> bool:
    """Whether a reader may bring results in."""
    return os.environ.get(VARIABLE) == "yes"


def bring_in(db: Path, name: str, body: bytes) -> Told:
    """Import a file into `db` under the format that it looks like."""
    with tempfile.TemporaryDirectory(prefix="isocost-upload-") as folder:
        # A name from a browser is a label: its folders and odd characters go.
        path = Path(folder, re.sub(r"[^\w.-]+", "_", Path(name).name)[-100:].lstrip(".") or "file")
        path.write_bytes(body)
        found = _run("import", "--detect", str(path), "--json")
        if not found.ok:
            return Told(False, found.text.replace(str(path), name))
        kind = str(json.loads(found.text)[0]["format"])
        told = _run("import", kind, str(path), "--db", str(db))
        return Told(told.ok, told.text.replace(str(path), name))


def _run(*words: str) -> Told:
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "dashboard.cli", *words],
            capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Told(False, f"The import did not end well: {type(error).__name__}.")
    said = ended.stdout if ended.returncode == 0 else ended.stderr or ended.stdout
    return Told(ended.returncode == 0, said.decode("utf-8", "replace").strip())
