"""Money whose end nobody told: killed nights, interrupted ones, relays, machines by the hour."""

import random
import signal
import time

import pytest

from collectors.faultserver import FaultServer
from tests.proof import IN, OUT, PRICE, Night

CEILING = 0.02


def contestant(model, base, more="", price=PRICE):
    return (
        f'[[contestant]]\nmodel = "{model}"\napi_base = "{base}"\n{price}\nmax_tokens = 100\n'
        f"max_concurrency = 4\ntimeout_s = 20\n{more}"
    )


def write(night, table, samples, top=""):
    path = night.folder / "night.toml"
    path.write_text(
        f'name = "night"\n{top}\n{table}[[task]]\nname = "sums"\nlevels = [3, 4, 5]\n'
        f"samples = {samples}\n"
    )
    return path


def wait_for_spending(server, usd, process):
    """Until the server has charged so much, or the process has ended."""
    until = time.monotonic() + 60
    while server.ledger(bodies=False).billed_usd < usd and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.scale
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_nights_ceiling_holds_however_often_it_is_killed(tmp_path, how):
    night, rng = Night(tmp_path), random.Random(3)
    with FaultServer(latency_ms=400, price_in=IN, price_out=OUT) as server:
        table = contestant("hosted_vllm/adder", server.base)
        path = write(night, table, 200, f"budget_usd = {CEILING}")
        for _ in range(2):
            before = server.ledger(bodies=False).billed_usd
            process = night.start("nightly", path)
            wait_for_spending(server, before + rng.uniform(0.002, 0.004), process)
            process.send_signal(how)
            process.wait(60)
        ended = night.run("nightly", path)
        ledger = server.ledger(bodies=False)
    assert ended.returncode == 1, ended.stderr
    assert CEILING * 0.3 < ledger.billed_usd <= CEILING


def test_a_relays_own_ceiling_is_the_nights(tmp_path):
    night = Night(tmp_path)
    hosts = {"relay": {"hosts": ["A/fp8", "B/bf16"]}}
    with FaultServer(latency_ms=5, price_in=IN, price_out=OUT, models=hosts) as server:
        table = contestant("openrouter/relay", server.base, "budget_usd = 0.004\n")
        path = write(night, table, 60)
        for _ in range(3):
            night.run("nightly", path, OPENROUTER_API_KEY="sk-or-none")
        ledger = server.ledger(bodies=False)
    assert 0.001 < ledger.billed_usd <= 0.004


def test_a_machine_by_the_hour_is_paid_for_what_timed_out_and_its_ceiling_sees_it(tmp_path):
    night = Night(tmp_path)
    with FaultServer(latency_ms=30_000, stop_after_s=120) as server:
        table = contestant(
            "hosted_vllm/adder", server.base, "retries = 0\n", "price = { usd_per_hour = 3600 }"
        ).replace("timeout_s = 20", "timeout_s = 1")
        path = write(night, table, 20, "budget_usd = 6.5")
        done = night.run("collect", path)
        sent = server.ledger(bodies=False).requests
    assert "Budget reached" in done.stderr
    totals = night.totals()
    assert 4 <= totals["calls"] == sent <= 6
    assert totals["usd"] == pytest.approx(sent, rel=0.4)
    assert totals["usd"] <= 6.5


@pytest.mark.scale
def test_rows_and_retries_are_the_servers_calls_when_time_runs_out(tmp_path):
    """What the stop cut short is made again by a rerun, without being asked to redo failures."""
    night = Night(tmp_path)
    with FaultServer(latency_ms=5, faults=1.0, kinds=("500",)) as server:
        table = contestant("hosted_vllm/adder", server.base, "retries = 20\n")
        path = write(night, table, 10, "timeout_s = 3")
        done = night.run("collect", path)
        assert done.returncode == 1, done.stderr
        totals, ledger = night.totals(), server.ledger(bodies=False)
        assert totals["calls"] == ledger.requests > totals["attempts"] > 0
        cut = night.rows("SELECT count(*) AS n FROM attempts WHERE error LIKE 'cut short: %'")
        assert cut["n"][0] == totals["attempts"]
        planned = night.run("collect", path, "--dry-run")
    assert "30" in planned.stdout
    assert ledger.billed == 0
