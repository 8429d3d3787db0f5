"""How long the numbers take on nights of a million attempts by 60 contestants.

Run by `make bench-lenses`, with how many nights the stores hold (default: 1 10). Medians of some
runs in one process; machines differ, so read them against the first line of each store.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import lens_store
from data.analysis.chances import frontier_chances
from data.analysis.frontier import place
from data.analysis.resample import draws
from data.analysis.summary import summarise
from data.lenses import LENSES, lens
from data.store import Reader
from data.study import Study
from data.view import View, levels_of

ASKED: dict[str, dict[str, object]] = {"workload": {"quality": 0.6, "hours": 1000.0}}


def median_ms(work: Callable[[], object], times: int = 5) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - started))
    return statistics.median(found)


def told(what: str, ms: float, note: str = "") -> None:
    print(f"  {what:44} {ms:8.1f} ms  {note}".rstrip(), flush=True)


def bill(folder: Path) -> dict[str, object]:
    """A spend log: every task is done by the dearest contestant today."""
    tasks = [f"task{i:02d}" for i in range(lens_store.TASKS)]
    spend, in_use = folder / "spend.csv", folder / "in_use.csv"
    spend.write_text("task,model,calls,usd\n" + "".join(f"{t},c59,1000,100\n" for t in tasks))
    in_use.write_text("task,contestant\n" + "".join(f"{t},c59\n" for t in tasks))
    return {"spend": str(spend), "in_use": str(in_use)}


def measure(db: Path, nights: int) -> None:
    """The newest night's numbers out of a store of so many."""
    reader, view = Reader(db), View(f"night-{nights - 1}")
    attempts = reader.sql("SELECT count(*) AS n FROM attempts")["n"][0]
    print(f"{attempts:,} attempts in {nights} nights, {db.stat().st_size / 1e6:.0f} MB")
    levels = levels_of(reader, view)
    told("read the rollup", median_ms(lambda: levels_of(reader, view)))
    told("frontier page's numbers from the rollup",
         median_ms(lambda: place(summarise(levels_of(reader, view)))), "goal 50 ms")  # fmt: skip
    told("of that, the arithmetic", median_ms(lambda: place(summarise(levels))))
    study = Study(reader, view)
    told("read the answers as arrays", median_ms(lambda: Study(reader, view).grid, 3))
    held = study.grid
    held.mean("cost_usd"), held.score
    told("P(frontier), 400 resamples",
         median_ms(lambda: frontier_chances(held, "cost_usd", [draws(held, 400)])),
         "goal 100 ms")  # fmt: skip
    asked = ASKED | {"bill": bill(db.parent)}
    everything = 0.0
    for name in LENSES:
        if name == "drift" and nights < 2:
            print(f"  lens {name:39} {'':>8}     needs a night before")
            continue
        study.options = dict(asked.get(name, {}))
        # The view's material is shared, as on a page: read and made once, before.
        _ = study.placed, study.draws
        if name == "drift":
            _ = study.beside(f"night-{nights - 2}").grid
        ms = median_ms(partial(lens(name).look, study), 3)
        everything += ms
        told(f"lens {name}", ms)
    told("the whole set of lenses", everything, "goal 2,000 ms")
    started = time.perf_counter()
    fresh = Study(reader, view)
    for name in LENSES:
        if name != "drift" or nights > 1:
            fresh.options = dict(asked.get(name, {}))
            lens(name).look(fresh)
    told("the same from nothing, with reading", 1000 * (time.perf_counter() - started))


def main(nights: list[int]) -> None:
    print(f"{os.cpu_count()} cores, medians of 3 to 5 runs")
    for n, db in lens_store.stores(nights):
        measure(db, n)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [1, 10])
