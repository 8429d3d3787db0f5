"""`isocost export eee`: a campaign as Every Eval Ever's records, a whole folder or none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from data.eee import records
from data.errors import ExportError, did_you_mean
from data.store import Reader, queries
from data.view import newest_campaign


def export(db: Path, campaign: str | None, organisation: str, target: Path) -> int:
    """Write the folder; ExportError when it is there already."""
    if target.exists():
        raise ExportError(f"{target} is there already. Choose a new folder with -o.")
    reader = Reader(db)
    name = campaign or newest_campaign(reader)
    known = queries.campaigns(reader)["campaign"].to_list()
    if name not in known:
        raise ExportError(f"No campaign '{name}' in this database.{did_you_mean(name, known)}")
    count = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".isocost-eee-", dir=target.parent) as made:
            for record in records(reader, name, organisation):
                folder = Path(made, "whole", record.folder)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{record.name}.json").write_bytes(record.record)
                (folder / f"{record.name}_samples.jsonl").write_bytes(record.instances)
                count += 1
            os.replace(Path(made, "whole"), target)
    except OSError as error:
        raise ExportError(f"Can't write {target}: {error.strerror or error}.") from error
    print(f"{target}: {count} record{'' if count == 1 else 's'} of campaign '{name}'.")
    return 0
