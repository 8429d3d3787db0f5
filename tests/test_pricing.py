"""What an attempt cost: fixtures, the properties money must have, and SQL against Python."""

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import CostError
from data.price import (
    OffPeak,
    Price,
    Rates,
    Terms,
    Tier,
    Window,
    from_json,
    to_json,
)
from data.pricing import BILLED, NEUTRAL, Basis, Shape, cost, cost_usd, lines_of
from data.pricing.cost import REASONS, rounded
from data.pricing.lines import has_mode
from data.pricing.sql import as_double, charged, joined, lines_frame, quantities, reason, usd
from data.pricing.words import basis_words
from data.records import Usage, digest

ANTHROPIC_LIKE = Price(rates=Rates(3, 15, 0.30, 3.75, 6))
TIERED = Price(
    rates=Rates(1.25, 10, 0.125),
    tiers=(Tier(200_000, Rates(2.5, 15)),),
    modes={"batch": Terms(Rates(0.625, 5))},
)
OFF_PEAK = Price(
    rates=Rates(0.30, 1.20, 0.006),
    off_peak=OffPeak(
        (
            Window((1, 2, 3, 4, 5), "00:00", "01:00"),
            Window((1, 2, 3, 4, 5), "04:00", "06:00"),
            Window((1, 2, 3, 4, 5), "10:00", "24:00"),
            Window((6, 7), "00:00", "24:00"),
        ),
        Rates(0.15, 0.60, 0.003),
    ),
)
SHARED = Price(
    usd_per_hour=2.5, utilisation=0.6, prefill_tokens_per_s=2500, decode_tokens_per_s=2500
)
MONDAY = datetime(2026, 11, 23)


def dollars(price, usage, basis=BILLED, **measured):
    return cost_usd(price, usage, basis=basis, **measured)


def test_cached_tokens_are_inside_the_input_and_priced_apart():
    usage = Usage(3000, 100, cache_read_tokens=1500, cache_write_tokens=1000)
    assert dollars(ANTHROPIC_LIKE, usage) == 0.0072


def test_writes_kept_for_an_hour_have_their_own_price():
    usage = Usage(3000, 100, cache_write_tokens=1000, cache_write_1h_tokens=400)
    assert dollars(ANTHROPIC_LIKE, usage) == (2000 * 3 + 600 * 3.75 + 400 * 6 + 100 * 15) / 1e6


@pytest.mark.parametrize(("n_in", "expected"), [(200_000, 0.26), (200_001, 0.5150025)])
def test_above_a_threshold_the_whole_request_is_repriced(n_in, expected):
    assert dollars(TIERED, Usage(n_in, 1000)) == expected


def test_a_class_that_a_tier_leaves_out_stays_as_it_was():
    usage = Usage(300_000, 0, cache_read_tokens=300_000)
    assert dollars(TIERED, usage) == 300_000 * 0.125 / 1e6


def test_reasoning_tokens_cost_the_same_unless_priced_apart():
    plain = Price(rates=Rates(0.25, 2))
    assert dollars(plain, Usage(1000, 500, reasoning_tokens=400)) == 0.00125
    assert dollars(plain, Usage(1000, 500)) == 0.00125
    apart = Price(rates=Rates(0.25, 2, reasoning=4))
    assert dollars(apart, Usage(1000, 500, reasoning_tokens=400)) == 0.00205


def test_parts_larger_than_their_total_are_cut_to_it():
    apart = Price(rates=Rates(0.25, 2, reasoning=4))
    assert dollars(apart, Usage(1000, 500, reasoning_tokens=700)) == 0.00225
    assert dollars(ANTHROPIC_LIKE, Usage(10, 0, 20, 30)) == 10 * 0.3 / 1e6


def test_a_machine_is_charged_for_busy_seconds_and_a_core_for_cpu_seconds():
    assert dollars(Price(usd_per_hour=2.5), Usage(), duration_s=1.8) == 0.00125
    half = Price(usd_per_hour=2.5, utilisation=0.5)
    assert dollars(half, Usage(), duration_s=1.8) == 0.0025
    assert dollars(Price(usd_per_cpu_hour=0.036), Usage(), cpu_s=2.0) == 0.00002


def test_a_shared_server_is_charged_by_its_measured_throughput():
    assert dollars(SHARED, Usage(0, 400)) == pytest.approx(0.00018519, rel=1e-4)


def test_an_encoder_costs_its_share_of_the_hour():
    """METHOD 1.2: h / 3600 / (documents per second) / u per document."""
    assert dollars(Price(usd_per_hour=1.0), Usage(), duration_s=1 / 300) == pytest.approx(
        1 / 3600 / 300, rel=1e-6
    )


@pytest.mark.parametrize(
    ("hour", "expected"), [(2, 0.30 + 1.20), (12, 0.15 + 0.60), (0, 0.15 + 0.60)]
)
def test_the_hour_of_the_call_decides_between_peak_and_off_peak(hour, expected):
    call = MONDAY + timedelta(hours=hour)
    assert dollars(OFF_PEAK, Usage(10**6, 10**6), started_at=call) == expected
    assert (
        dollars(OFF_PEAK, Usage(10**6, 10**6), started_at=MONDAY + timedelta(days=5, hours=hour))
        == 0.75
    )


def test_a_window_begins_with_its_first_minute_and_ends_before_its_last():
    def at(clock):
        return dollars(
            OFF_PEAK, Usage(10**6, 0), started_at=datetime.fromisoformat(f"2026-11-23 {clock}")
        )

    assert [at(c) for c in ("00:59:59", "01:00:00", "03:59:59", "04:00:00", "05:59", "06:00")] == [
        0.15, 0.30, 0.30, 0.15, 0.15, 0.30,
    ]  # fmt: skip


def test_batch_prices_are_their_own_and_scale_what_they_leave_out():
    batch = Basis(mode="batch", cache="reported")
    assert dollars(TIERED, Usage(1000, 1000), batch) == (0.625 + 5) / 1000
    assert dollars(TIERED, Usage(1000, 0, cache_read_tokens=1000), batch) == 0.0625 / 1000
    assert dollars(TIERED, Usage(200_001, 1000), batch) == 0.5150025 / 2
    assert dollars(ANTHROPIC_LIKE, Usage(1000, 0), batch) == 0.003
    halved = Price(rates=Rates(2, 8), modes={"batch": Terms(Rates(input=1))})
    assert dollars(halved, Usage(1000, 1000), batch) == 0.005
    dearer = Price(rates=Rates(2, 8), modes={"priority": Terms(Rates(input=4))})
    assert dollars(dearer, Usage(1000, 1000), Basis(mode="priority")) == 0.012
    assert not has_mode(ANTHROPIC_LIKE, "batch")
    assert has_mode(TIERED, "batch")
    assert has_mode(SHARED, "batch")


def test_off_peak_hours_hold_where_the_list_lacks_the_mode():
    call = MONDAY + timedelta(hours=12)
    for mode in ("standard", "batch", "flex"):
        basis = Basis(mode=mode, cache="reported")
        assert dollars(OFF_PEAK, Usage(10**6, 10**6), basis, started_at=call) == 0.75


def test_a_price_of_ones_own_has_no_discount_and_lacks_no_mode():
    own = Price(rates=Rates(1, 2), source="experiment")
    basis = Basis(mode="batch", discounts=(("*", 0.5),))
    assert dollars(own, Usage(10**6, 10**6), basis) == 3.0
    assert has_mode(own, "batch")


@pytest.mark.parametrize(
    "price",
    [
        Price(rates=Rates(1e300, 1)),
        Price(rates=Rates(1e12, 1)),
        Price(rates=Rates(1, 1), usd_per_request=150),
        Price(usd_per_hour=2.5, utilisation=1e-9),
        Price(usd_per_hour=1e9),
        Price(usd_per_cpu_hour=-1),
        Price(rates=Rates(1, 1), tiers=(Tier("x", Rates(2)), Tier(3, Rates(2)))),
        Price(rates=Rates(1, 1), tiers=(Tier(10**30, Rates(2)),)),
        Price(rates=Rates(1, 1), off_peak=OffPeak((Window(("a",), "00:00", "01:00"),), Rates(1))),
        Price(rates=Rates(1, 1), off_peak=OffPeak((Window((1,), 1, "01:00"),), Rates(1))),
    ],
)
def test_an_impossible_price_is_a_reason_and_no_failure(price):
    assert lines_of(price, NEUTRAL) == "price_impossible"


def test_the_dearest_shape_fits_the_table():
    dear = Price(rates=Rates(150, 600))
    assert lines_of(dear, Basis(shape=Shape(0, 0, 20_000_000))) == "price_impossible"
    lines = lines_of(dear, Basis(shape=Shape(10_000_000, 0, 5_000_000)))
    with duckdb.connect() as con:
        con.register("price_lines", lines_frame({"x": lines}))
        counts = ", ".join(f"1::BIGINT AS {name}" for name in COUNTS)
        found = con.execute(
            f"WITH a AS (SELECT 'x' AS k, {counts}, NULL::DOUBLE AS duration_s, "
            "NULL::DOUBLE AS cpu_s, NULL::DOUBLE AS billed_usd, 1 AS calls, "
            "TIMESTAMP '2026-11-23' AS started_at FROM range(1000000)), "
            f"q AS (SELECT p.line, {quantities()} FROM a {joined('a.k')} GROUP BY ALL) "
            f"SELECT {as_double(charged())} FROM q JOIN price_lines p USING (line)"
        ).fetchall()
    assert found == [(4500 * 1e6,)]


def test_what_a_function_tells_is_its_cost_and_its_silence_a_reason():
    lines = lines_of(Price(told=True), NEUTRAL)
    assert cost(lines, Usage(3000, 100), told_usd=1.5e-7).as_float == 1.5e-7
    assert cost(lines, Usage(3000, 100), told_usd=0.0).as_float == 0.0
    assert cost(lines, Usage(3000, 100)).reason == "cost_not_told"
    assert lines_of(Price(told=True), Basis(shape=Shape(1, 0, 1))) == "shape_needs_tokens"


def test_prices_without_a_word_of_their_own_keep_the_ids_that_they_had():
    """As stored databases have them: a new field must not make a new price of an old one."""
    before = asdict(ANTHROPIC_LIKE)
    del before["told"], before["told_usd_at_most"]
    assert ANTHROPIC_LIKE.price_id == digest(before)
    assert Price(told=True).price_id != Price(told=True, told_usd_at_most=0.1).price_id


def test_the_default_does_not_depend_on_the_providers_cache():
    cold, warm = Usage(3000, 100), Usage(3000, 100, 2000, 500)
    assert dollars(ANTHROPIC_LIKE, cold, NEUTRAL) == dollars(ANTHROPIC_LIKE, warm, NEUTRAL)
    assert dollars(ANTHROPIC_LIKE, warm, BILLED) < dollars(ANTHROPIC_LIKE, warm, NEUTRAL)


def test_an_assumed_hit_rate_mixes_the_two_input_prices():
    assert dollars(ANTHROPIC_LIKE, Usage(1000, 0), Basis(cache=0.75)) == pytest.approx(
        1000 * (0.75 * 0.3 + 0.25 * 3) / 1e6, rel=1e-12
    )
    assert dollars(ANTHROPIC_LIKE, Usage(1000, 0, 900), Basis(cache=0.0)) == 0.003


def test_a_discount_is_the_providers_own_or_everyones():
    basis = Basis(discounts=(("openai", 0.2), ("*", 0.1)))
    for provider, share in (("openai", 0.8), ("mistral", 0.9)):
        lines = lines_of(ANTHROPIC_LIKE, basis, provider)
        assert float(cost(lines, Usage(1000, 0)).usd) == pytest.approx(0.003 * share)
    machine = Price(usd_per_hour=3.6)
    assert dollars(machine, Usage(), basis, duration_s=1) == 0.001


def test_a_prompt_shape_replaces_what_was_used():
    basis = Basis(shape=Shape(3000, 1000, 500))
    expected = (2000 * 3 + 1000 * 0.3 + 500 * 15) / 1e6
    assert dollars(ANTHROPIC_LIKE, Usage(7, 7), basis) == expected
    assert dollars(ANTHROPIC_LIKE, Usage(), basis) == expected
    assert dollars(TIERED, Usage(1, 1), Basis(shape=Shape(200_001, 0, 1000))) == 0.5150025
    assert lines_of(Price(usd_per_cpu_hour=1), basis) == "shape_needs_tokens"


def test_a_fee_is_paid_once_a_request():
    price = Price(rates=Rates(1, 1), usd_per_request=0.005)
    assert dollars(price, Usage(0, 0)) == 0.005


@pytest.mark.parametrize(
    ("price", "usage", "why"),
    [
        (Price(), Usage(1, 1), "unpriced"),
        (Price(missing="unknown_deployment"), Usage(1, 1), "unknown_deployment"),
        (ANTHROPIC_LIKE, Usage(None, 1), "usage_missing"),
        (ANTHROPIC_LIKE, Usage(1, None), "usage_missing"),
        (Price(usd_per_cpu_hour=1), Usage(1, 1), "time_missing"),
        (Price(usd_per_hour=1), Usage(1, 1), "time_missing"),
    ],
)
def test_what_is_not_known_has_a_reason_rather_than_a_cost_of_zero(price, usage, why):
    found = cost(lines_of(price, NEUTRAL), usage)
    assert (found.usd, found.reason) == (None, why)
    assert why in REASONS
    assert cost_usd(None, usage) is None


def test_an_explicit_zero_is_a_price():
    free_reads = Price(rates=Rates(3, 15, cache_read=0))
    assert dollars(free_reads, Usage(1000, 0, cache_read_tokens=1000)) == 0
    assert from_json(to_json(free_reads)) == free_reads


PRICES = [
    ANTHROPIC_LIKE,
    TIERED,
    OFF_PEAK,
    SHARED,
    Price(usd_per_hour=2.5),
    Price(usd_per_cpu_hour=0.04),
    Price(missing="no_price_on_date"),
    Price(rates=Rates(0.05, 0), usd_per_request=0.001),
    Price(told=True, told_usd_at_most=0.5, source="experiment"),
]
BASES = [
    NEUTRAL,
    BILLED,
    Basis(mode="batch", cache=0.7, discounts=(("*", 0.15),)),
    Basis(shape=Shape(3000, 1000, 200)),
]
counts = st.integers(0, 10**7)
some = st.none() | counts
COUNTS = [
    "input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_tokens",
]
usages = st.builds(Usage, some, some, some, some, some, some)
seconds = st.none() | st.floats(0, 1e5, allow_nan=False)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1))


@pytest.mark.parametrize("price", PRICES)
def test_a_stored_price_comes_back_whole(price):
    assert from_json(to_json(price)) == price
    assert from_json(to_json(price)).price_id == price.price_id


by_tokens = st.sampled_from([ANTHROPIC_LIKE, TIERED, OFF_PEAK, SHARED])


@given(counts, counts, counts, by_tokens, st.sampled_from(BASES))
def test_cost_grows_with_every_class_of_tokens(n_in, n_out, more, price, basis):
    base = dollars(price, Usage(n_in, n_out), basis)
    assert dollars(price, Usage(n_in + more, n_out), basis) >= base
    assert dollars(price, Usage(n_in, n_out + more), basis) >= base
    assert dollars(price, Usage(n_in + more, n_out, cache_read_tokens=more), basis) >= base


@given(counts, counts)
def test_more_reasoning_never_costs_less_where_it_is_dearer(total, part):
    price = Price(rates=Rates(1, 2, reasoning=4))
    less, more = sorted((min(part, total), total))
    assert dollars(price, Usage(1, total, reasoning_tokens=less)) <= dollars(
        price, Usage(1, total, reasoning_tokens=more)
    )


@given(usages, st.sampled_from(PRICES), st.sampled_from(BASES), seconds, seconds, moments)
def test_only_nothing_or_a_zero_price_costs_nothing(usage, price, basis, busy, cpu, moment):
    found = cost(lines_of(price, basis), usage, moment, busy, cpu)
    if found.usd is None:
        assert found.reason in REASONS
    elif found.usd == 0 and price in (ANTHROPIC_LIKE, OFF_PEAK):
        assert (usage.input_tokens, usage.output_tokens) == (0, 0)


told = st.none() | st.floats(0, 1e6)
row = st.tuples(
    st.integers(0, len(PRICES)), usages, seconds, seconds, st.integers(1, 9), moments, told
)


@given(st.lists(row, min_size=1, max_size=30), st.sampled_from(BASES), st.randoms())
def test_sql_and_python_agree_to_the_last_digit_in_any_order(drawn, basis, random):
    lines = {str(n): lines_of(price, basis) for n, price in enumerate(PRICES)}
    expected = [
        cost(lines.get(str(n), "price_not_stored"), usage, moment, busy, cpu, calls, said)
        for n, usage, busy, cpu, calls, moment, said in drawn
    ]
    attempts = pl.DataFrame(
        [
            (i, str(n), u.input_tokens, u.cache_read_tokens, u.cache_write_tokens,
             u.cache_write_1h_tokens, u.output_tokens, u.reasoning_tokens, busy, cpu, calls,
             moment, said)
            for i, (n, u, busy, cpu, calls, moment, said) in enumerate(drawn)
        ],
        schema={
            "i": pl.Int64, "price_id": pl.String,
            **dict.fromkeys(COUNTS, pl.Int64),
            "duration_s": pl.Float64, "cpu_s": pl.Float64, "calls": pl.Int32,
            "started_at": pl.Datetime("us"), "billed_usd": pl.Float64,
        },
        orient="row",
    )  # fmt: skip
    shuffled = attempts.sample(fraction=1, shuffle=True, seed=random.randrange(2**30))
    with duckdb.connect() as con:
        con.register("tries", shuffled)
        con.register("price_lines", lines_frame(lines))
        query = f"FROM tries a {joined('a.price_id')}"
        found = con.sql(
            f"SELECT {as_double(usd())} AS usd, {reason()} AS reason {query} ORDER BY i"
        ).pl()
        total = con.sql(
            f"WITH q AS (SELECT p.line, {quantities()} {query} "
            f"WHERE {reason()} IS NULL GROUP BY ALL) "
            f"SELECT sum({charged()}), {as_double(f'sum({charged()})')} "
            "FROM q JOIN price_lines p USING (line)"
        ).fetchall()[0]
    assert found["usd"].to_list() == [c.as_float for c in expected]
    assert found["reason"].to_list() == [c.reason for c in expected]
    with localcontext(prec=60):
        known = sum((c.usd for c in expected if c.usd is not None), Decimal(0))
    if any(c.usd is not None for c in expected):
        assert total == (known, rounded(known))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Basis(prices="yesterday"), "no date"),
        (lambda: Basis(prices="2026-13-01"), "no date"),
        (lambda: Basis(mode="bulk"), "Unknown service mode"),
        (lambda: Basis(cache=1.5), "from 0 to 1"),
        (lambda: Basis(cache=float("nan")), "from 0 to 1"),
        (lambda: Basis(discounts=(("*", 1.0),)), "from 0 to below 1"),
        (lambda: Basis(discounts=(("*", 0.1234567),)), "at most six decimals"),
        (lambda: Basis(discounts=(("*", 0.1), ("*", 0.2))), "Two discounts"),
        (lambda: Basis(prices="2026-W48-1"), "no date"),
        (lambda: Basis(prices="20261123"), "no date"),
        (lambda: Basis(prices="0001-01-01T00:00+14:00"), "no date"),
        (lambda: Basis(cache=1e-300), "at most six decimals"),
        (lambda: Shape.read("0/0/0"), "write 1 to 20,000,000"),
        (lambda: Shape.read("99999999999999999999/0/0"), "write 1 to 20,000,000"),
        (lambda: Shape(10, 20, 1), "part of the input"),
        (lambda: Shape.read("3000/1000"), "input/cached/output"),
        (lambda: Shape.read("a/b/c"), "input/cached/output"),
    ],
)
def test_an_impossible_basis_is_said_in_one_line(make, told):
    with pytest.raises(CostError, match=told):
        make()


def test_a_basis_reads_as_words():
    assert basis_words(NEUTRAL) == "prices of the day asked, cached input at the input price"
    assert basis_words(BILLED) == "as billed"
    basis = Basis("2026-11-01", "batch", 0.8, (("openai", 0.15),))
    assert basis_words(basis) == (
        "prices of 2026-11-01, 80% of the input cached, batch prices where the list has them, "
        "15% off list prices at openai"
    )


def test_a_price_is_named_by_its_content():
    assert Price(usd_per_hour=1).price_id == Price(usd_per_hour=1).price_id
    assert Price(usd_per_hour=1).price_id != Price(usd_per_hour=2).price_id
    assert (
        Price(rates=Rates(1, 1)).price_id
        != Price(rates=Rates(1, 1), tiers=(Tier(9, Rates(2)),)).price_id
    )
