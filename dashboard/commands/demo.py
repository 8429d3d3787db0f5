"""`isocost demo`: real local models, a real collection, a real frontier, no key and no network."""

from __future__ import annotations

import sys
from pathlib import Path

from collectors.collect import collect
from collectors.demo import CAMPAIGN, experiment, replicas
from dashboard.commands.collect import exit_code, report, say
from dashboard.commands.table import pareto
from dashboard.serve import Dashboard
from data.store import Reader, forget, merge


def run(db: Path, minutes: float, port: int, serve: bool, reset: bool) -> int:
    """Collect for about `minutes`, print the table, then serve until Ctrl-C."""
    merge(db)
    if reset and (gone := forget(db, CAMPAIGN)):
        say(f"Deleted {gone:,} attempts of earlier demos.")
    if not serve:
        return _collect_and_print(db, minutes)
    with Dashboard(db, port) as dashboard:
        dashboard.wait_ready()
        say(f"Dashboard: {dashboard.url} (watch the frontier fill in)")
        code = _collect_and_print(db, minutes)
        if code == 130:
            return code
        print(f"\nDashboard: {dashboard.url} (Ctrl-C stops it)", flush=True)
        try:
            dashboard.wait()
        except KeyboardInterrupt:
            print(file=sys.stderr)
    return code


def _collect_and_print(db: Path, minutes: float) -> int:
    outcome = collect(experiment(minutes), db, replicas=replicas(), say=say)
    if outcome.reason != "interrupted":
        print(pareto(Reader(db), CAMPAIGN), flush=True)
    report(outcome, db)
    return exit_code(outcome)
