import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.pricing import cost_usd
from data.records import Price, Usage

ANTHROPIC_LIKE = Price(
    input_usd_per_mtok=3, output_usd_per_mtok=15,
    cache_read_usd_per_mtok=0.30, cache_write_usd_per_mtok=3.75,
)  # fmt: skip


def test_cached_tokens_are_inside_the_input_and_priced_apart():
    usage = Usage(3000, 100, cache_read_tokens=1500, cache_write_tokens=1000)
    assert cost_usd(ANTHROPIC_LIKE, usage) == 0.0072


def test_reasoning_tokens_cost_the_same_unless_priced_apart():
    plain = Price(input_usd_per_mtok=0.25, output_usd_per_mtok=2)
    assert cost_usd(plain, Usage(1000, 500, reasoning_tokens=400)) == 0.00125
    assert cost_usd(plain, Usage(1000, 500)) == 0.00125
    apart = Price(input_usd_per_mtok=0.25, output_usd_per_mtok=2, reasoning_usd_per_mtok=4)
    assert cost_usd(apart, Usage(1000, 500, reasoning_tokens=400)) == 0.00205


def test_a_machine_is_charged_for_busy_seconds_and_a_core_for_cpu_seconds():
    assert cost_usd(Price(usd_per_hour=2.5), Usage(), duration_s=1.8) == 0.00125
    assert cost_usd(Price(usd_per_cpu_hour=0.036), Usage(), cpu_s=2.0) == 0.00002


@pytest.mark.parametrize(
    ("price", "usage", "seconds"),
    [
        (None, Usage(1, 1), None),
        (Price(), Usage(1, 1), None),
        (ANTHROPIC_LIKE, Usage(None, 1), None),
        (ANTHROPIC_LIKE, Usage(1, None), None),
        (Price(usd_per_cpu_hour=1), Usage(1, 1), None),
    ],
)
def test_what_is_not_known_has_no_cost_rather_than_a_cost_of_zero(price, usage, seconds):
    assert cost_usd(price, usage, seconds, seconds) is None


def test_an_explicit_zero_is_a_price():
    free_reads = Price(input_usd_per_mtok=3, output_usd_per_mtok=15, cache_read_usd_per_mtok=0)
    assert cost_usd(free_reads, Usage(1000, 0, cache_read_tokens=1000)) == 0


tokens = st.integers(0, 10**7)


@given(tokens, tokens, tokens)
def test_cost_grows_with_every_class_of_tokens(n_in, n_out, more):
    base = cost_usd(ANTHROPIC_LIKE, Usage(n_in, n_out))
    assert cost_usd(ANTHROPIC_LIKE, Usage(n_in + more, n_out)) >= base
    assert cost_usd(ANTHROPIC_LIKE, Usage(n_in, n_out + more)) >= base
    assert cost_usd(ANTHROPIC_LIKE, Usage(n_in + more, n_out, cache_read_tokens=more)) >= base


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_seconds_add_up(first, second):
    price = Price(usd_per_cpu_hour=0.04)
    both = cost_usd(price, Usage(), cpu_s=first + second)
    assert both == pytest.approx(
        cost_usd(price, Usage(), cpu_s=first) + cost_usd(price, Usage(), cpu_s=second), abs=1e-12
    )


def test_a_price_is_named_by_its_content():
    assert Price(usd_per_hour=1).price_id == Price(usd_per_hour=1).price_id
    assert Price(usd_per_hour=1).price_id != Price(usd_per_hour=2).price_id
