"""The demo from end to end, with real models, in a network namespace that has only loopback."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from collectors import tasks
from collectors.demo import CAMPAIGN, PER_MINUTE, experiment
from data.errors import ExperimentError

NO_NETWORK = """
import fcntl, os, socket, struct, sys
probe = socket.socket()
request = struct.pack("16sh", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
fcntl.ioctl(probe, 0x8914, request)  # SIOCSIFFLAGS
try:
    socket.create_connection(("192.0.2.1", 80), timeout=2)
    sys.exit("there is a network here")
except OSError:
    pass
os.execv(sys.executable, [sys.executable, "-m", "dashboard.cli", *sys.argv[1:]])
"""


def without_network(*args, cwd):
    """Run isocost where nothing but loopback exists; skip by name where that can't be made."""
    unshare = ["unshare", "--map-root-user", "--net"]
    possible = (
        shutil.which("unshare")
        and not subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode
    )
    if not possible:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("unshare")
    return subprocess.run(
        [*unshare, sys.executable, "-c", NO_NETWORK, *args],
        cwd=cwd, capture_output=True, text=True, timeout=230, check=False,
        env={k: v for k, v in os.environ.items() if k != "LITELLM_LOCAL_MODEL_COST_MAP"},
    )  # fmt: skip


@pytest.mark.scale
@pytest.mark.local
def test_the_demo_makes_a_frontier_without_a_network(tmp_path):
    done = without_network("demo", "--no-serve", "--minutes", "0.1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "CPU seconds" in done.stdout
    assert "All tasks" in done.stdout
    table = without_network(
        "export", "pareto", "--rows", "all", "--format", "json", "--task", "sums", cwd=tmp_path
    )
    rows = json.loads(table.stdout)["rows"]
    writers = {r["prompt_style"]: r for r in rows if r["output_tokens"]}
    assert set(writers) == {"terse", "short", "steps", "think"}
    spent = [writers[s]["output_tokens"] for s in ("terse", "short", "steps")]
    assert spent == sorted(spent)
    assert all(r["failed"] == 0 for r in rows)
    assert all(r["cost_per_1k_usd"] > 0 for r in rows if r["cost_per_1k_usd"] is not None)
    again = without_network("demo", "--no-serve", "--minutes", "0.1", cwd=tmp_path)
    assert "Nothing to do" in again.stderr


def test_the_demo_is_an_ordinary_experiment_with_a_task_of_each_kind():
    small, large = experiment(0.1), experiment(30)
    assert small.name == CAMPAIGN
    assert {t.name for t in small.tasks} == set(PER_MINUTE) < set(tasks.names())
    assert small.tasks[0].samples < large.tasks[0].samples
    styles = [e.contestant.prompt_style for e in small.entrants]
    assert styles == ["terse", "short", "steps", "think", *["reader"] * 6]


@pytest.mark.parametrize("minutes", [0, -1, 61, float("nan")])
def test_impossible_lengths_are_refused(minutes):
    with pytest.raises(ExperimentError, match="--minutes"):
        experiment(minutes)
