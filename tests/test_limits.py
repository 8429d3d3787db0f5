"""Pacing: no window of a minute holds more than the limit, whatever the clock says."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.limits import Limits, Pace


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@given(
    per_minute=st.floats(1, 10_000),
    gaps=st.lists(st.floats(0, 30), min_size=2, max_size=60),
)
def test_no_window_of_a_minute_holds_more_than_the_limit(per_minute, gaps):
    clock = Clock()
    pace, sent = Pace(per_minute, clock), []
    for gap in gaps:
        clock.now += gap
        sent.append(clock.now + pace.book(1))
    for start in sent:
        inside = sum(start <= at < start + 60 - 1e-6 for at in sent)
        assert inside <= per_minute + 1


def test_a_large_request_delays_the_next_and_is_corrected_by_what_it_took():
    clock = Clock()
    pace = Pace(600, clock)  # ten a second
    assert pace.book(50) == 0
    assert pace.book(10) == pytest.approx(5.0)
    pace.correct(-20)
    assert pace.book(1) == pytest.approx(4.0)


def test_contestants_of_a_table_wait_for_the_same_pause():
    async def run():
        limits = Limits(rpm=60_000)
        limits.pause(0.2)
        limits.pause(0.01)  # a shorter one doesn't end it
        assert 0 < limits.paused_s <= 0.2
        loop = asyncio.get_running_loop()
        started = loop.time()
        await asyncio.gather(*(limits.turn(1) for _ in range(3)))
        assert loop.time() - started >= 0.19

    asyncio.run(run())


def test_without_limits_nobody_waits():
    async def run():
        limits = Limits()
        for _ in range(1000):
            await limits.turn(1e9)
        limits.settle(1e9, 0)

    asyncio.run(run())


def test_after_a_pause_nobody_sends_in_a_crowd():
    async def run():
        limits = Limits(rpm=600)  # ten a second
        limits.pause(0.5)
        loop = asyncio.get_running_loop()
        started, sent = loop.time(), []

        async def send():
            await limits.turn(1)
            sent.append(loop.time() - started)

        await asyncio.gather(*(send() for _ in range(5)))
        assert min(sent) >= 0.49
        assert all(later - earlier > 0.08 for earlier, later in pairwise(sorted(sent)))

    asyncio.run(run())
