"""Importers: other tools' result files, translated at the door into our own words and meanings.

A format is a module of this folder and a line in FORMATS. The module has

- `looks(path)`: why the path looks like the format, in a few words, or None; it reads little and
  never raises for a damaged file;
- `read(path, job)`: batches of rows (collectors/importers/found.py) of one file or folder. It
  counts every row it can't use with `job.tally.skip`, says how it translated words with
  `job.tally.mean`, and raises FormatError (job.refuse) for a file that is damaged.

What is common to all of them (checks, ids, prices, storing, the report) stands in stage.py and
load.py; reading hostile files in files.py and archive.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from collectors.importers.found import Batch
from collectors.importers.job import Job
from data.errors import FormatError, did_you_mean

FORMATS = {
    "inspect": "Inspect logs: .eval (old and zstd) and .json",
    "lm-eval": "lm-evaluation-harness: results_*.json and samples_*.jsonl",
    "promptfoo": "promptfoo: the JSON that `-o` writes",
    "litellm": "LiteLLM proxy's spend logs: JSON, JSON lines or CSV",
    "eee": "Every Eval Ever: records and their instances",
    "lrm-token-economy": "LRMTokenEconomy's evaluation_stats.csv",
    "aider": "Aider's leaderboards in YAML",
    "helm": "HELM: run folders with run_spec.json and per_instance_stats.json",
    "livebench": "LiveBench: table_<date>.csv, or folders of model_answer and model_judgment",
    "arc": "ARC Prize: evaluations.json with models.json beside it",
    "hal": "HAL: *_UPLOAD.json of an agent's run",
    "mteb": "MTEB: the results folder, or its flat CSV",
    "routerbench": "RouterBench: the wide table, as CSV or Parquet",
    "routerarena": "RouterArena: predictions of a router (.json), cached answers (.jsonl)",
    "ockbench": "OckBench: a result file of one model",
    "table": "any CSV, Parquet or JSONL, with --map FILE.toml",
}
"""In the order in which `--detect` asks them; 'table' is never guessed."""


class Importer(Protocol):
    """What a module of this folder offers."""

    def looks(self, path: Path) -> str | None:
        """Why the path looks like this format; None when it does not."""

    def read(self, path: Path, job: Job) -> Iterator[Batch]:
        """Batches of rows of one file or folder."""


def importer(name: str) -> Importer:
    """The importer of a format; FormatError for an unknown one."""
    if name not in FORMATS:
        raise FormatError(f"Unknown format '{name}'.{did_you_mean(name, FORMATS)}")
    return cast("Importer", import_module(f"collectors.importers.{name.replace('-', '_')}"))
