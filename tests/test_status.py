"""What `isocost status` says of running, dead and ended collections."""

import json
import re
import signal
import time

import pytest

from collectors.faultserver import FaultServer
from collectors.status import statuses
from data.journal import journal_dir
from tests.proof import PRICE, Night

CONTESTANT = f"{PRICE}\nmax_tokens = 100\nmax_concurrency = 4\nbudget_usd = 1.0"


@pytest.fixture
def running(tmp_path):
    """A collection in the middle of its work."""
    night = Night(tmp_path)
    with FaultServer(latency_ms=200) as server:
        path = night.write(
            server.base, ["a", "b"], samples=100, contestant=CONTESTANT, top="budget_usd = 2.0"
        )
        process = night.start("collect", path)
        while not any(s.done > 10 for s in statuses(night.db)):
            assert process.poll() is None, (tmp_path / "out.txt").read_text()
            time.sleep(0.1)
        yield night, process
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_running_collection_shows_progress_money_and_each_contestant(running):
    night, process = running
    said = night.run("status")
    assert said.returncode == 0, said.stderr
    assert f"'night' (process {process.pid}): " in said.stdout
    assert " of 1,000 attempts" in said.stdout
    assert "left; $" in said.stdout
    assert " of $2.00" in said.stdout
    assert re.search(r"^a +\d+/500", said.stdout, re.M)
    found = json.loads(night.run("status", "--json").stdout)["running"][0]
    assert found["alive"] is True
    assert found["done"] > 10
    assert found["left_s"] > 0


def test_a_second_collector_of_the_same_campaign_leaves_with_one_line(running):
    night, process = running
    second = night.run("collect", night.folder / "night.toml")
    assert second.returncode == 2
    assert f"process {process.pid}" in second.stderr
    assert "--shard 1/2" in second.stderr
    assert second.stderr.count("\n") == 1


def test_a_killed_collection_is_said_to_be_dead(running):
    night, process = running
    process.kill()
    process.wait()
    said = night.run("status").stdout
    assert "ended without a word after" in said
    assert "Run the experiment again to continue" in said


def test_an_interrupted_collection_is_listed_as_such(running):
    night, process = running
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    said = night.run("status").stdout
    assert said.startswith("Nothing is being collected")
    assert "interrupted" in said


def test_follow_goes_on_until_interrupted(running):
    night, _ = running
    watching = night.start("status", "--follow", "--json")
    time.sleep(6)
    watching.send_signal(signal.SIGINT)
    assert watching.wait(30) == 130


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run_id": 1}', "\x00" * 100])
def test_damaged_status_files_are_left_out(tmp_path, text):
    night = Night(tmp_path)
    journal_dir(night.db).mkdir(parents=True)
    (journal_dir(night.db) / "x.status.json").write_text(text)
    assert statuses(night.db) == []
    said = night.run("status")
    assert (said.returncode, said.stderr) == (0, "")
