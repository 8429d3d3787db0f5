"""Where a night's summary is written: whole, or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import ExportError
from data.nights.markdown import markdown

FOLDER = "nightly"


def folder_of(db: Path, experiment: str, asked: Path | None = None) -> Path:
    """The experiment's folder of summaries, under the one asked for or beside the database."""
    return (asked or db.parent / FOLDER) / experiment.rstrip(". ")


def write(told: Mapping[str, Any], folder: Path) -> Path:
    """<date>.md and <date>.json; the Markdown's path. ExportError when they can't be written."""
    paths = [folder / f"{told['night']}.{kind}" for kind in ("json", "md")]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, (to_json(told), markdown(told)), strict=True):
            _replace(path, text)
    except OSError as error:
        raise ExportError(
            f"Can't write the summary to {folder}: {error.strerror or error}. The results are "
            "stored; choose another folder with --summary FOLDER and run it again."
        ) from error
    return paths[1]


def to_json(told: Mapping[str, Any]) -> str:
    """The summary as JSON; null is not known."""
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(text.encode("utf-8", "replace"))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
