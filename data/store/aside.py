"""A merge in a process of its own, so that a collector's memory stays what its calls need.

A merge reads the journals' new lines and rewrites the rollup: some hundreds of megabytes for a
moment, which a long-lived process would never give back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from data.errors import IsocostError, StoreBusyError, StoreError
from data.store.merge import MergeReport, merge

MODULE = "data.store.aside"


def merge_aside(db: Path) -> MergeReport:
    """What `merge` does and raises, in a child process that Ctrl-C in a terminal does not reach.

    A child that is killed has changed nothing: StoreError says so.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-m", MODULE, str(db)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        check=False,
    )
    try:
        word, told = json.loads(done.stdout)
    except ValueError:
        raise StoreError(
            f"Can't publish to {db}: the merging process ended with code {done.returncode} "
            f"({(done.stderr.strip().splitlines() or ['no message'])[-1]}). The journals beside it "
            f"keep every attempt; run `isocost merge --db {db}`."
        ) from None
    if word == "done":
        return MergeReport(**told)
    raise StoreBusyError(told) if word == "busy" else StoreError(told)


def main(db: str) -> None:
    """Merge and print what happened as one line of JSON."""
    try:
        told: tuple[str, object] = ("done", asdict(merge(Path(db))))
    except StoreBusyError as error:
        told = ("busy", str(error))
    except IsocostError as error:
        told = ("error", str(error))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
