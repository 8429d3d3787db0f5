"""Proof: thousands of attempts against a server that misbehaves in every way it knows."""

import pytest

from collectors.faultserver import DEFAULT, FaultServer
from tests.proof import IN, OUT, PRICE, Night

LIMITS = "max_concurrency = 24\nmax_tokens = 200\ntimeout_s = 5\n"


def faulty(**options):
    return FaultServer(
        latency_ms=30, faults=0.3, stall_s=60, huge_mb=1, retry_after_s=0.5, drip_ms=1,
        price_in=IN, price_out=OUT, stop_after_s=1800, **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("contestants", "samples", "workers"),
    [(2, 50, 0), pytest.param(10, 100, 2, marks=pytest.mark.scale)],
)
def test_every_attempt_ends_as_a_row_and_every_call_is_accounted_for(
    tmp_path, contestants, samples, workers
):
    night, planned = Night(tmp_path), contestants * 5 * samples
    models = [f"m{n}-90%" for n in range(contestants)]
    with faulty() as server:
        path = night.write(
            server.base, models, samples=samples,
            contestant=f"{PRICE}\n{LIMITS}ttft_share = 0.2",
        )  # fmt: skip
        done = night.run("collect", path, "--workers", workers, "--log", "log.jsonl", timeout=1500)
        ledger = server.ledger()
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stderr
    totals = night.totals()
    assert totals["attempts"] == planned
    assert totals["tries"] == totals["keys"], "no row twice"
    assert totals["calls"] == ledger.requests, "every call is a row or a retry counted on one"
    assert ledger.billed <= planned + totals["retries"] + totals["tries"] - planned
    assert ledger.early_returns == 0, "nobody came back sooner than asked"
    ends = night.rows(
        "SELECT status, score IS NOT NULL AS scored, error IS NOT NULL AS named, count(*) AS n "
        "FROM attempts GROUP BY ALL"
    ).rows()
    assert all(scored != (status in ("infra_error", "timeout")) for status, scored, _, _ in ends)
    assert all(named for status, scored, named, _ in ends if not scored)
    failed = night.rows(
        "SELECT count(*) AS n FROM (SELECT * FROM attempts QUALIFY row_number() OVER "
        "(PARTITION BY attempt_id ORDER BY try DESC) = 1) WHERE score IS NULL"
    )["n"][0]
    assert failed < planned * 0.02, "six retries outlast faults of 30 %"
    assert totals["usd"] <= ledger.billed_usd + 1e-9
    assert totals["usd"] + totals["unsettled"] >= ledger.billed_usd - 1e-9
    if planned > 1000:
        assert set(ledger.kinds) - {"ok"} == set(DEFAULT), "every kind of fault was met"
    print(
        f"\nfault run: {planned} attempts, {totals['tries']} rows, {totals['retries']} retries, "
        f"{failed} failed, server: {ledger.requests} calls, {ledger.faults} faults, "
        f"{ledger.billed} billed, ${ledger.billed_usd:.4f}; ours ${totals['usd']:.4f} "
        f"+ up to ${totals['unsettled']:.4f}"
    )


@pytest.mark.scale
def test_one_dead_and_one_slow_provider_never_hold_up_the_others(tmp_path):
    night = Night(tmp_path)
    behaviour = {"slow": {"latency_ms": 4000}}
    with FaultServer(latency_ms=5, models=behaviour, down=("dead",)) as server:
        path = night.write(
            server.base, ["dead", "slow", "adder"], samples=40, top="timeout_s = 25",
            contestant=f"{PRICE}\nmax_tokens = 200\nmax_concurrency = 4\nretries = 1",
        )  # fmt: skip
        done = night.run("collect", path)
    assert done.returncode == 1, done.stderr
    made = dict(
        night.rows(
            "SELECT c.model, count(a.score) AS n FROM attempts a "
            "JOIN contestants c USING (contestant_id) GROUP BY ALL"
        ).rows()
    )
    assert made["hosted_vllm/adder"] == 200
    assert 0 < made["hosted_vllm/slow"] < 200
    assert made["hosted_vllm/dead"] == 0
    assert "'dead' was stopped: " in done.stderr
    assert "Time limit reached" in done.stderr
    assert "of 'slow'" in done.stderr


@pytest.mark.scale
def test_limits_a_minute_are_kept_by_the_servers_own_count(tmp_path):
    night = Night(tmp_path)
    # The server's window is six seconds: 20 requests in it are 200 a minute.
    with FaultServer(rpm=20, window_s=6, slack_ms=100) as server:
        path = night.write(
            server.base, ["adder"], samples=8,
            contestant=f"{PRICE}\nmax_tokens = 200\nmax_concurrency = 16\nrpm = 190",
        )  # fmt: skip
        done = night.run("collect", path)
        ledger = server.ledger()
    assert done.returncode == 0, done.stderr
    assert (ledger.requests, ledger.limit_violations) == (40, 0)


def test_a_refused_key_and_an_unknown_model_stop_at_once(tmp_path):
    night = Night(tmp_path)
    behaviour = {"locked": {"faults": 1, "kinds": ["401"]}, "gone": {"faults": 1, "kinds": ["404-model"]}}  # fmt: skip  # noqa: E501
    with FaultServer(latency_ms=20, models=behaviour) as server:
        path = night.write(
            server.base, ["locked", "gone", "adder"], samples=20,
            contestant=f"{PRICE}\nmax_tokens = 200\nmax_concurrency = 2",
        )  # fmt: skip
        done = night.run("collect", path)
        ledger = server.ledger()
    assert done.returncode == 1
    assert "'locked' was stopped: AuthenticationError" in done.stderr
    assert "'gone' was stopped: NotFoundError" in done.stderr
    assert "98 of 'locked'" in done.stderr or "99 of 'locked'" in done.stderr
    assert ledger.after_401["locked"] <= 1, "only what was in flight with it"
    assert ledger.by_model["adder"]["requests"] == 100
