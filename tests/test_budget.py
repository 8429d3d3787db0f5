"""Ceilings that hold with requests in flight, for the run and for each contestant."""

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.budget import Budget, WorstCase
from collectors.experiment import parse
from collectors.plan import plan
from data.price import Price, Rates, Tier

TEXT = """
name = "x"
[[contestant]]
model = "hosted_vllm/a"
max_tokens = 50
[[task]]
name = "sums"
levels = [1]
samples = 1
"""


async def spend(budget, who, worst, cost, rng, peak):
    """One call: true when it was allowed."""
    if not await budget.reserve(who, worst):
        return False
    peak.append(budget.run.spent_usd + budget.run.unsettled_usd + budget.run.reserved_usd)
    await asyncio.sleep(rng.random() * 0.002)
    lost = rng.random() < 0.2
    budget.settle(who, worst, None if lost else cost, worst if lost else 0.0)
    return True


@settings(max_examples=40, deadline=None)
@given(
    ceiling=st.floats(0.001, 0.2),
    own=st.none() | st.floats(0.001, 0.05),
    seed=st.integers(0, 10_000),
)
def test_no_ceiling_is_ever_passed_and_what_fits_is_spent(ceiling, own, seed):
    rng = random.Random(seed)

    async def run():
        budget, peak = Budget(ceiling, {"a": own, "b": None}), []
        worst = {"a": 0.004, "b": 0.001}
        made = await asyncio.gather(
            *(
                spend(budget, who, worst[who], worst[who] * rng.random(), rng, peak)
                for who in ["a", "b"] * 100
            )
        )
        assert budget.run.reserved_usd == 0
        assert all(held <= ceiling + 1e-9 for held in peak)
        spent = budget.own["a"].spent_usd + budget.own["a"].unsettled_usd
        assert own is None or spent <= own + 1e-9
        if not all(made):
            # It stopped only when one more really had no room somewhere.
            tight = budget.run.spent_usd + budget.run.unsettled_usd + 0.001 > ceiling - 0.004
            assert tight or (own is not None and spent + 0.004 > own)

    asyncio.run(run())


def test_concurrency_falls_before_the_run_stops():
    async def run():
        budget, peak, now = Budget(0.10), [], 0

        async def call():
            nonlocal now
            assert await budget.reserve("a", 0.03)
            now += 1
            peak.append(now)
            await asyncio.sleep(0.001)
            now -= 1
            budget.settle("a", 0.03, 0.001, 0.0)

        await asyncio.gather(*(call() for _ in range(40)))
        assert max(peak[:10]) == 3, "three reservations fit at first"
        assert budget.run.spent_usd == pytest.approx(0.04)

    asyncio.run(run())


def test_one_contestant_at_its_ceiling_leaves_the_others_alone():
    async def run():
        budget = Budget(None, {"a": 0.01, "b": None})
        assert not await budget.reserve("a", 0.02)
        assert await budget.reserve("b", 99.0)

    asyncio.run(run())


def test_a_waiting_call_that_is_given_up_blocks_nobody():
    async def run():
        budget = Budget(0.01)
        assert await budget.reserve("a", 0.01)
        waiting = asyncio.create_task(budget.reserve("a", 0.01))
        await asyncio.sleep(0)
        waiting.cancel()
        other = asyncio.create_task(budget.reserve("a", 0.01))
        await asyncio.sleep(0)
        budget.settle("a", 0.01, 0.0, 0.0)
        assert await other

    asyncio.run(run())


def test_the_worst_case_counts_every_byte_the_dearest_class_and_the_tier_it_can_reach():
    planned = plan(parse(TEXT), "x", {}).todo[0]
    text = planned.prompt.most_tokens
    assert text > sum(len(m["content"]) for m in planned.prompt.messages)
    price = Price(rates=Rates(input=1.0, output=10.0, cache_write=1.25, reasoning=20.0))
    assert WorstCase(price).usd(planned) == pytest.approx((text * 1.25 + 50 * 20.0) / 1e6)
    dearer = Price(
        rates=Rates(input=1.0, output=10.0), tiers=(Tier(10, Rates(input=5.0, output=50.0)),)
    )
    assert WorstCase(dearer).usd(planned) == pytest.approx((text * 5.0 + 50 * 50.0) / 1e6)
    assert WorstCase(Price(missing="unpriced")).usd(planned) == 0
    assert WorstCase(Price(usd_per_hour=2.0)).usd(planned) == 0


def test_without_a_limit_the_models_own_is_reserved():
    unlimited = plan(parse(TEXT.replace("max_tokens = 50", "")), "x", {}).todo[0]
    price = Price(rates=Rates(input=0.0, output=1.0))
    assert WorstCase(price, 1000).usd(unlimited) == pytest.approx(1000 / 1e6)
    assert WorstCase(price).usd(unlimited) == pytest.approx(32_768 / 1e6)
