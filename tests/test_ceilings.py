"""Proof: no ceiling is passed, by the server's own count, with 200 requests in flight."""

import pytest

from collectors.faultserver import FaultServer
from tests.proof import IN, OUT, PRICE, Night

DEAR = "price = { input_usd_per_mtok = 100.0, output_usd_per_mtok = 1000.0 }"


@pytest.mark.parametrize("faults", [0.0, 0.2])
@pytest.mark.parametrize(
    ("ceiling", "price", "scale"),
    [
        (0.01, PRICE, 1),
        pytest.param(0.5, DEAR, 100, marks=pytest.mark.scale),
        pytest.param(5.0, DEAR, 100, marks=pytest.mark.scale),
    ],
)
def test_a_ceiling_holds_with_200_in_flight(tmp_path, ceiling, price, scale, faults):
    night = Night(tmp_path)
    with FaultServer(
        latency_ms=200, jitter_ms=200, faults=faults, stall_s=30, huge_mb=0.1, retry_after_s=0.2,
        price_in=IN * scale, price_out=OUT * scale,
    ) as server:  # fmt: skip
        path = night.write(
            server.base, ["adder"], samples=300 if ceiling > 1 else 60,
            top=f"budget_usd = {ceiling}",
            contestant=f"{price}\nmax_tokens = 100\nmax_concurrency = 200\ntimeout_s = 5",
        )  # fmt: skip
        done = night.run("collect", path, timeout=1200)
        ledger = server.ledger(bodies=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert ledger.billed_usd <= ceiling
    print(f"\nceiling ${ceiling}: server billed ${ledger.billed_usd:.6f}, faults {faults}")
    if "Budget reached" in done.stderr:
        assert done.returncode == 1
        assert "Not made: " in done.stderr
        assert ledger.billed_usd > ceiling * (0.5 if not faults else 0.1)
    totals = night.totals()
    assert totals["usd"] <= ledger.billed_usd + 1e-9


def test_a_contestants_own_ceiling_leaves_the_others_running(tmp_path):
    night = Night(tmp_path)
    with FaultServer(latency_ms=20, price_in=IN, price_out=OUT) as server:
        path = night.write(
            server.base, ["a", "b"], samples=20,
            contestant=f"{PRICE}\nmax_tokens = 100\nmax_concurrency = 8",
        )  # fmt: skip
        text = path.read_text()
        path.write_text(text.replace(PRICE, f"{PRICE}\nbudget_usd = 0.005", 1))
        done = night.run("collect", path)
        ledger = server.ledger(bodies=False)
    assert done.returncode == 1, done.stderr
    assert ledger.by_model["a"]["billed_usd"] <= 0.005
    assert ledger.by_model["b"]["requests"] == 100
    assert "of 'a'" in done.stderr
    assert "of 'b'" not in done.stderr


def test_a_ceiling_that_cannot_hold_is_refused_before_anything_is_sent(tmp_path):
    night = Night(tmp_path)
    with FaultServer() as server:
        path = night.write(server.base, ["adder"], samples=5, top="budget_usd = 1.0")
        done = night.run("collect", path)
        assert server.ledger().requests == 0
    assert done.returncode == 2
    assert "Write max_tokens" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_cost_that_litellm_sees_otherwise_is_a_visible_warning(tmp_path):
    night = Night(tmp_path)
    with FaultServer(latency_ms=5) as server:
        path = tmp_path / "night.toml"
        path.write_text(
            'name = "night"\n[[contestant]]\nmodel = "openai/gpt-4o-mini"\n'
            f'api_base = "{server.base}"\nprice = {{ input_usd_per_mtok = 3.0, '
            "output_usd_per_mtok = 9.0 }\nmax_tokens = 100\n"
            '[[task]]\nname = "sums"\nlevels = [1]\nsamples = 5\n'
        )
        done = night.run("collect", path)
    assert done.returncode == 0, done.stderr
    assert "WARNING: what LiteLLM or the provider itself says 5 attempts" in done.stderr
