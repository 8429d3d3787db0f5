"""Who may collect what at the same time, between real processes."""

import subprocess
import sys

import pytest

from collectors.locks import collecting
from data.errors import StoreBusyError

HOLD = (
    "import sys; from pathlib import Path; from collectors.locks import collecting\n"
    "with collecting(Path(sys.argv[1]), sys.argv[2], (int(sys.argv[3]), int(sys.argv[4]))):\n"
    "    print('held', flush=True); sys.stdin.read()\n"
)


@pytest.fixture
def holder(tmp_path):
    """A process that collects part 1 of 2 of the campaign 'night'."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "x.duckdb"), "night", "1", "2"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("campaign", "shard", "allowed"),
    [
        ("night", (1, 2), False),
        ("night", (2, 2), True),
        ("night", (1, 1), False),
        ("night", (1, 3), False),
        ("another", (1, 1), True),
    ],
)
def test_parts_of_one_division_go_together_and_nothing_else_does(
    tmp_path, holder, campaign, shard, allowed
):
    db = tmp_path / "x.duckdb"
    if allowed:
        with collecting(db, campaign, shard):
            pass
    else:
        with (
            pytest.raises(StoreBusyError, match=f"part 1/2 .process {holder.pid}"),
            collecting(db, campaign, shard),
        ):
            pass


def test_a_killed_collector_leaves_no_lock_behind(tmp_path, holder):
    holder.kill()
    holder.wait()
    with collecting(tmp_path / "x.duckdb", "night", (1, 1)):
        pass
