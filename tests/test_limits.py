"""Limits: no minute holds more than they say, whatever answers take and however long."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.limits import WINDOW_S, Limits, Window


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


request = st.tuples(st.floats(0, 30), st.floats(1, 400), st.floats(0, 1), st.floats(0, 20))


@given(limit=st.floats(500, 10_000), asked=st.lists(request, min_size=1, max_size=60))
def test_no_minute_holds_more_than_the_limit(limit, asked):
    """Each request takes up to what it reserved, at any moment between its start and its end."""
    clock = Clock()
    window = Window(limit, clock)
    open_, spent = [], []
    for gap, most, share, lasts in asked:
        clock.now += gap
        while True:
            for one in [x for x in open_ if x[0] <= clock.now]:
                open_.remove(one)
                window.settle(one[1], one[2])
            wait = window.wait_s(most)
            if wait <= 0:
                break
            clock.now += min(wait, 0.5)
        window.take(most, most / 2)
        open_.append((clock.now + lasts, most, most * share))
        spent.append((clock.now, clock.now + lasts, most * share))
    for start, _, _ in spent:
        # Whatever part of a request the provider counts where, it lies between its ends.
        inside = sum(used for a, b, used in spent if b >= start and a < start + 60)
        assert inside <= limit + 1e-6 or len(asked) == 1


def test_what_is_larger_than_the_limit_goes_alone():
    clock = Clock()
    window = Window(100, clock)
    assert window.wait_s(500) == 0
    window.take(500, 500)
    assert window.wait_s(1) > 0
    window.settle(500, 0)
    clock.now += 301
    assert window.wait_s(1) == 0


def test_what_a_request_did_not_use_is_given_back():
    clock = Clock()
    window = Window(6000, clock)
    window.take(6000, 0)
    assert window.wait_s(10) > 0
    window.settle(6000, 100)
    assert window.wait_s(10) == 0


def test_an_answer_that_tells_no_tokens_counts_with_the_most():
    clock = Clock()
    limits = Limits(tpm=1000, clock=clock)

    async def run():
        ticket = await limits.turn(900, 1)
        limits.settle(ticket, None)
        assert limits._wait_s(200) == pytest.approx(WINDOW_S)

    asyncio.run(run())


def test_contestants_of_a_table_wait_for_the_same_pause():
    async def run():
        limits = Limits(rpm=60_000)
        limits.pause(0.2)
        limits.pause(0.01)  # a shorter one doesn't end it
        assert 0 < limits.paused_s <= 0.2
        loop = asyncio.get_running_loop()
        started = loop.time()
        await asyncio.gather(*(limits.turn(1, 1) for _ in range(3)))
        assert loop.time() - started >= 0.19

    asyncio.run(run())


def test_without_limits_nobody_waits():
    async def run():
        limits = Limits()
        for _ in range(1000):
            limits.settle(await limits.turn(1e9, 1e9), 0)

    asyncio.run(run())


@pytest.mark.parametrize("limits", [Limits(rpm=0.01), Limits()])
def test_who_was_stopped_does_not_wait_for_its_turn(limits):
    async def run():
        await limits.turn(1, 1)
        limits.pause(3600)
        assert await limits.turn(1, 1, lambda: True) is None

    asyncio.run(run())


def test_after_a_pause_nobody_sends_in_a_crowd():
    async def run():
        limits = Limits(rpm=600)  # ten a second
        limits.pause(0.5)
        loop = asyncio.get_running_loop()
        started, sent = loop.time(), []

        async def send():
            await limits.turn(1, 1)
            sent.append(loop.time() - started)

        await asyncio.gather(*(send() for _ in range(5)))
        assert min(sent) >= 0.49
        assert all(later - earlier > 0.08 for earlier, later in pairwise(sorted(sent)))

    asyncio.run(run())
