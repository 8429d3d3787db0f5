"""Proof: collectors and merges killed at random moments, full disks, damaged journals, a clock set
back. What was acknowledged is kept, nothing is stored twice, and little is paid for twice."""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time

import pytest

from collectors.faultserver import FaultServer
from data.journal import journal_dir
from data.store import Reader, merge
from tests.proof import PRICE, Night

CONCURRENCY = 8
CONTESTANT = f"{PRICE}\nmax_tokens = 100\nmax_concurrency = {CONCURRENCY}"


def acknowledged(db):
    """By run id: how many attempts each collection had acknowledged when it last said so."""
    found = {}
    for path in journal_dir(db).glob("*.status.json"):
        said = json.loads(path.read_text())
        found[said["run_id"]] = said["done"]
    return found


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.scale)])
def test_killed_at_random_moments_nothing_acknowledged_is_lost_or_stored_twice(tmp_path, kills):
    """Two collectors side by side, each with its part, and merges between them."""
    rng, night = random.Random(7), Night(tmp_path)
    killed, merges, seen = 0, 0, {}
    with FaultServer(latency_ms=300, jitter_ms=300, stop_after_s=3600) as server:
        path = night.write(
            server.base, ["a", "b", "c", "d"], samples=100 if kills < 10 else 1000,
            levels=(3, 4, 5, 6, 7),
            contestant=CONTESTANT.replace("concurrency = 8", "concurrency = 4"),
        )  # fmt: skip

        def start(part):
            return night.start("collect", path, "--shard", f"{part}/2"), time.monotonic()

        running = {1: start(1), 2: start(2)}
        patience, before = 1.0, 0
        due = {part: rng.uniform(4, 8) for part in running}
        # On a busy machine some die before their first attempt: the next live longer, until there
        # was work to lose.
        while killed < kills or sum(seen.values()) <= 10 * kills:
            time.sleep(0.05)
            seen.update(acknowledged(night.db))
            for part, (process, started) in list(running.items()):
                code = process.poll()
                assert code is None, (part, code, (tmp_path / "out.txt").read_text()[-2000:])
                if time.monotonic() - started > due[part]:
                    process.kill()
                    process.wait()
                    killed += 1
                    seen.update(acknowledged(night.db))
                    known = sum(seen.values())
                    patience = (
                        min(4, 1.15 * patience) if known == before else max(1, patience / 1.1)
                    )
                    before = known
                    running[part] = start(part)
                    due[part] = patience * rng.uniform(4, 8)
            if rng.random() < 0.02:
                publisher = night.start("merge")
                time.sleep(rng.uniform(0.3, 1.2))
                publisher.kill()
                publisher.wait()
                merges += 1
        for process, _ in running.values():
            process.kill()
            process.wait()
        killed += 2
        seen.update(acknowledged(night.db))
        merge(night.db)
        kept = dict(
            Reader(night.db).sql("SELECT run_id, count(*) AS n FROM attempts GROUP BY 1").rows()
        )
        lost = {run: n - kept.get(run, 0) for run, n in seen.items() if n > kept.get(run, 0)}
        ledger = server.ledger()
    totals = night.totals()
    assert lost == {}
    assert totals["attempts"] == totals["keys"] == totals["tries"]
    assert ledger.billed_again <= killed * 4 * 4
    print(
        f"\nkills: {killed} collectors, {merges} merges; {sum(seen.values())} acknowledged seen, "
        f"{totals['attempts']} stored, lost 0, twice 0, paid again {ledger.billed_again} "
        f"(in flight at most {killed * 4 * 4})"
    )


def limit_files(size):
    def apply():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return apply


def test_a_full_disk_is_one_clear_line_and_what_was_acknowledged_is_kept(tmp_path):
    """A limit on the size of files stands for the disk: no file of the run may grow past it."""
    night = Night(tmp_path)
    long = {"a": {"padding": 3000}}
    with FaultServer(latency_ms=5, models=long) as server:
        contestant = CONTESTANT.replace("max_tokens = 100", "max_tokens = 4000")
        path = night.write(server.base, ["a"], samples=100, contestant=contestant)
        full = subprocess.run(
            [sys.executable, "-m", "dashboard.cli", "collect", str(path)],
            cwd=tmp_path, capture_output=True, text=True, timeout=300,
            preexec_fn=limit_files(4_000_000), check=False,
        )  # fmt: skip
        assert full.returncode == 2, full.stderr
        assert "Traceback" not in full.stderr
        assert "Can't write the journal" in full.stderr
        assert "is safe" in full.stderr
        merge(night.db)
        kept = night.totals()["attempts"]
        assert kept > 50
        for journal in journal_dir(night.db).glob("*.jsonl"):
            assert journal.read_bytes().endswith(b"\n"), "no half line is left"
        done = night.run("collect", path)
        assert done.returncode == 0, done.stderr
        assert server.ledger().billed_again <= 2 * CONCURRENCY
    assert night.totals()["attempts"] == 500


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_really_full_disk_says_so_too(tmp_path):
    night, disk = Night(tmp_path), tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not mount")
    try:
        with FaultServer(latency_ms=5) as server:
            path = night.write(server.base, ["a"], samples=100, contestant=CONTESTANT)
            (disk / "filler").write_bytes(bytes(2_400_000))
            full = night.run("collect", path, "--db", disk / "x.duckdb")
            assert full.returncode == 2, full.stderr
            assert "Traceback" not in full.stderr
            assert "No space left" in full.stderr or "are free" in full.stderr
            (disk / "filler").unlink()
            shutil.copytree(disk, tmp_path / "roomy")
            done = night.run("collect", path, "--db", tmp_path / "roomy" / "x.duckdb")
            assert done.returncode == 0, done.stderr
            assert server.ledger().billed_again <= 2 * CONCURRENCY
    finally:
        subprocess.run(["umount", str(disk)], check=False)
    rows = Reader(tmp_path / "roomy" / "x.duckdb").sql("SELECT count(*) AS n FROM attempts")
    assert rows["n"][0] == 500


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes anywhere"
)
def test_a_read_only_folder_is_one_line(tmp_path):
    night = Night(tmp_path)
    (tmp_path / "data").mkdir(mode=0o555)
    # Root may write anywhere: become somebody else.
    prefix = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.name.startswith(("pytest", "popen")):
            parent.chmod(0o755)
    with FaultServer() as server:
        path = night.write(server.base, ["a"], samples=2, contestant=CONTESTANT)
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "dashboard.cli", "collect", str(path)],
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert server.ledger().requests == 0
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Choose a writable place" in done.stderr


def test_damaged_journals_cost_only_their_damaged_lines(tmp_path):
    night = Night(tmp_path)
    with FaultServer() as server:
        path = night.write(server.base, ["a"], samples=10, contestant=CONTESTANT)
        assert night.run("collect", path).returncode == 0
        journal = next(journal_dir(night.db).glob("*.jsonl"))
        lines = journal.read_bytes().splitlines(keepends=True)
        attempts = [i for i, line in enumerate(lines) if b'"row": "attempt"' in line]
        # Garbage over one line, bytes of nothing in another, and the last one cut short.
        lines[attempts[3]] = b"\xff\xfe{{{ not a line\x00\x00\n"
        lines[attempts[7]] = lines[attempts[7]][:40] + b"\x00" * 30 + b"\n"
        cut = [i for i in attempts if i > attempts[7]][-1]
        journal.write_bytes(b"".join(lines[:cut]) + lines[cut][:50])
        night.db.unlink()
        merged = night.run("merge")
        assert merged.returncode == 0, merged.stderr
        assert "2 unreadable journal lines" in merged.stderr
        done = night.run("collect", path)
        assert done.returncode == 0, done.stderr
        assert server.ledger().billed_again == 3
    totals = night.totals()
    assert (totals["attempts"], totals["keys"], totals["tries"]) == (50, 50, 50)


CLOCK = """
import sys, threading, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
import time_machine
import dashboard.cli
traveller = time_machine.travel(datetime.now(UTC), tick=True)
moves = traveller.start()
def back():
    while not list(Path().glob("data/*.journal/*.status.json")):
        time.sleep(0.05)
    time.sleep(2.0)
    moves.move_to(datetime.now(UTC) - timedelta(days=2))
threading.Thread(target=back, daemon=True).start()
sys.exit(dashboard.cli.main(sys.argv[1:]))
"""


@pytest.mark.scale
def test_a_clock_set_back_in_the_middle_of_a_run_loses_nothing(tmp_path):
    night = Night(tmp_path)
    with FaultServer(latency_ms=150) as server:
        path = night.write(server.base, ["a"], samples=40, contestant=CONTESTANT)
        done = subprocess.run(
            [sys.executable, "-c", CLOCK, "collect", str(path)],
            cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        again = night.run("collect", path)
        assert "Nothing to do" in again.stderr
        assert server.ledger().requests == 200
    rows = night.rows(
        "SELECT count(*) AS n, max(started_at) - min(started_at) > INTERVAL 1 DAY AS moved, "
        "min(duration_s) > 0 AND max(duration_s) < 60 AS sane FROM attempts"
    )
    assert rows.row(0) == (200, True, True)
    status = night.run("status")
    assert status.returncode == 0
    assert "200/200" in status.stdout
