"""Which failures are sent again, after how long, and which stop a contestant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.retries import LONGEST_WAIT_S, Tries, stop_reason
from data.records import Completion, Failure, Usage


def failed(status="infra_error", **how):
    return Completion("", Usage(), status, "RateLimitError: busy", failure=Failure(**how))


def test_an_answer_is_never_sent_again():
    assert Tries(6).wait_s(Completion("4", Usage(1, 1))) is None


@pytest.mark.parametrize("how", [{}, {"retryable": True, "stops": True}, {"maybe_billed": True}])
def test_an_error_not_worth_retrying_is_final(how):
    assert Tries(6).wait_s(failed(**how)) is None


@given(retry_after=st.none() | st.floats(0, 900), most=st.integers(0, 12))
def test_waits_honour_what_was_asked_grow_and_end(retry_after, most):
    tries, waits = Tries(most), []
    while (wait := tries.wait_s(failed(retryable=True, retry_after_s=retry_after))) is not None:
        waits.append(wait)
    assert len(waits) == most
    least = retry_after or 0
    assert all(least <= wait <= least + LONGEST_WAIT_S for wait in waits)
    if not least:
        assert all(wait <= 0.5 * 2**n for n, wait in enumerate(waits))


def test_a_timeout_is_repeated_once_since_each_takes_its_whole_length():
    tries = Tries(6)
    assert tries.wait_s(failed("timeout", retryable=True)) is not None
    assert tries.wait_s(failed("timeout", retryable=True)) is None


def test_a_provider_that_asks_for_an_hour_is_done_for_the_night():
    asked = failed(retryable=True, retry_after_s=3600.0)
    assert Tries(6).wait_s(asked) is None
    assert "asked to wait 3600 s" in stop_reason(asked)
    assert stop_reason(failed(retryable=True, retry_after_s=60.0)) is None


def test_a_refused_key_stops_with_the_provider_s_own_words():
    assert stop_reason(failed(stops=True)) == "RateLimitError: busy"
    assert stop_reason(Completion("4", Usage(1, 1))) is None
