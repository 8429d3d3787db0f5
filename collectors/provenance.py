"""Where a run came from: versions, git commit and machine, stored with its rows."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("isocost", "litellm", "duckdb", "polars", "xllamacpp", "scikit-learn", "numpy")


def versions() -> str:
    """JSON of the versions that shape a result."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return json.dumps(found)


def machine() -> str:
    """JSON of the machine, without its name or its user's."""
    return json.dumps(
        {"system": platform.system(), "arch": platform.machine(), "cpus": os.cpu_count()}
    )


def git_commit() -> str | None:
    """The commit of the working directory, with '+' when it has changes; None outside git."""
    try:
        head = _git("rev-parse", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*args: str) -> str:
    return subprocess.run(
        ["git", *args], capture_output=True, text=True, timeout=5, check=True
    ).stdout.strip()
