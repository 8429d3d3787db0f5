import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.grid import grid
from data.analysis.resample import draws
from data.analysis.workload import (
    Workload,
    break_even,
    cheapest,
    documents,
    plan,
    project,
    sentence,
)
from data.errors import CostError
from tests.answers import answers

FIXTURE = Workload(1_000_000, retries=0.02, concurrency=64, rpm=5000, tpm=4_000_000)
CALL = {"usd_per_call": 1200 * 0.10e-6 + 150 * 0.40e-6, "seconds_per_call": 1.5}


def test_a_million_documents_fixture():
    found = project(FIXTURE, **CALL, tokens_per_call=1350)
    assert round(found.usd, 2) == 183.67
    assert round(found.hours, 2) == 6.64
    assert found.binding == "latency"
    assert found.calls == pytest.approx(1e6 / 0.98)


def test_self_hosted_encoder_fixture():
    work = Workload(1_000_000, documents_per_second=300, usd_per_hour=1)
    found = project(work, None, None, own_machine=True)
    assert (round(found.usd, 2), round(found.hours, 2)) == (0.93, 0.93)
    assert found.binding == "machine"


@pytest.mark.parametrize(
    ("change", "hours", "binding"),
    [
        ({"rpm": 600}, 1e6 / 0.98 / 600 / 60, "requests per minute"),
        ({"tpm": 1_000_000}, 1e6 / 0.98 * 1350 / 1e6 / 60, "tokens per minute"),
        ({"batch_hours": 24.0}, 24.0, "batch window"),
        ({"concurrency": None, "rpm": None, "tpm": None}, 1.5 / 3600, "latency"),
    ],
)
def test_the_longest_limit_binds(change, hours, binding):
    given_work = {"retries": 0.02, "concurrency": 64, "rpm": 5000, "tpm": 4_000_000, **change}
    found = project(Workload(1_000_000, **given_work), **CALL, tokens_per_call=1350)
    assert found.hours == pytest.approx(hours)
    assert found.binding == binding


def test_a_batch_halves_list_prices_and_leaves_machines_alone():
    work = Workload(1000, batch_multiplier=0.5, batch_hours=24)
    assert project(work, 0.01, 1.0).usd == pytest.approx(5.0)
    assert project(work, 0.01, 1.0, own_machine=True).usd == pytest.approx(10.0)
    assert project(work, 0.01, 1.0, own_machine=True).binding == "machine"


def test_machines_share_the_hours_but_not_the_dollars():
    one = Workload(36_000, documents_per_second=1, usd_per_hour=2, utilisation=0.5)
    two = Workload(36_000, documents_per_second=1, usd_per_hour=2, utilisation=0.5, machines=2)
    first, second = (project(work, None, None, own_machine=True) for work in (one, two))
    assert (first.hours, first.usd) == (10.0, 40.0)
    assert (second.hours, second.usd) == (5.0, 40.0)


def test_an_own_machine_without_a_stated_speed_works_as_measured():
    found = project(Workload(3600, usd_per_hour=2), 7.0, 0.5, own_machine=True)
    assert (found.hours, found.usd) == (0.5, 1.0)
    assert project(Workload(3600), 0.001, 0.5, own_machine=True).usd == pytest.approx(3.6)


def test_no_documents_cost_nothing_whatever_the_price():
    for usd in (0.1, None):
        found = project(Workload(0), usd, None)
        assert (found.calls, found.usd, found.hours, found.binding) == (0, 0, 0, None)


def test_a_single_document_is_not_faster_than_one_call():
    found = project(Workload(1, concurrency=64), 0.01, 36.0)
    assert found.hours == pytest.approx(0.01)


def test_what_needs_an_unknown_is_unknown():
    assert project(FIXTURE, None, 1.5, 1350).usd is None
    found = project(FIXTURE, 0.1, 1.5, None)
    assert (found.hours, found.binding) == (None, None)
    assert project(Workload(10, tpm=100, input_tokens=40, output_tokens=10), 0, 0).hours == (
        pytest.approx(10 * 50 / 100 / 60)
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("documents", -1), ("documents", 1.5), ("documents", float("nan")), ("documents", None),
        ("documents", float("inf")), ("documents", True), ("retries", 1.0), ("retries", -0.1),
        ("retries", float("nan")), ("concurrency", 0), ("concurrency", 2.5), ("rpm", 0),
        ("rpm", -5), ("tpm", 0), ("machines", 0), ("machines", None), ("batch_multiplier", 0),
        ("batch_hours", 0), ("documents_per_second", 0), ("usd_per_hour", -1), ("utilisation", 0),
        ("utilisation", 1.01), ("input_tokens", -1), ("output_tokens", float("inf")),
        ("rpm", "100"), ("documents", 10**15 + 1), ("documents", 10**30), ("documents", 10**400),
        ("documents", 1e30), ("input_tokens", 1e300), ("documents_per_second", 1e-300),
        ("utilisation", 5e-324),
    ],
)  # fmt: skip
def test_an_impossible_workload_is_refused_in_one_line(field, value):
    with pytest.raises(CostError, match=field) as error:
        Workload(**{"documents": 10, field: value})
    assert "\n" not in str(error.value)
    assert repr(value) in str(error.value)


@pytest.mark.parametrize("numbers", [(-0.1, 1, 1), (0.1, -1, 1), (0.1, 1, float("nan"))])
def test_an_impossible_call_is_refused(numbers):
    with pytest.raises(CostError, match="must be 0 or more"):
        project(FIXTURE, *numbers)


works = st.builds(
    Workload,
    documents=st.integers(1, 10**7),
    retries=st.floats(0, 0.9),
    concurrency=st.none() | st.integers(1, 500),
    rpm=st.none() | st.integers(1, 10_000),
    tpm=st.none() | st.integers(1, 10**7),
)
calls = st.tuples(st.floats(0, 1), st.floats(0.001, 100), st.floats(1, 10_000))


@settings(max_examples=60)
@given(works, calls, st.floats(0.1, 10))
def test_dollars_scale_with_the_price_and_hours_hold_every_limit(work, call, factor):
    usd, seconds, tokens = call
    found = project(work, usd, seconds, tokens)
    assert project(work, usd * factor, seconds, tokens).usd == pytest.approx(found.usd * factor)
    assert found.calls >= work.documents
    assert found.hours >= seconds / 3600 * (1 - 1e-12)
    for limit, each in ((work.rpm, 1), (work.tpm, tokens)):
        if limit:
            assert found.hours >= found.calls * each / limit / 60 * (1 - 1e-12)
    relaxed = project(Workload(work.documents, retries=work.retries), usd, seconds, tokens)
    assert relaxed.hours <= found.hours * (1 + 1e-12)


ROW = {
    "name": "", "cost_per_1k_usd": 1.0, "duration_s": 1.0, "input_tokens": 100.0,
    "output_tokens": 10.0, "accuracy": 0.8, "accuracy_low": 0.75, "accuracy_high": 0.85,
    "price_basis": "tokens", "coverage": 1.0,
}  # fmt: skip


def summary(**changes):
    rows = [
        {**ROW, "contestant_id": name.lower(), "name": name, **row} for name, row in changes.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def by_name(frame, name):
    return frame.filter(pl.col("name") == name).row(0, named=True)


WORK = Workload(10_000, concurrency=10)
THREE = summary(
    Small={"cost_per_1k_usd": 1.0, "accuracy": 0.80, "accuracy_low": 0.76},
    Mid={"cost_per_1k_usd": 3.0, "accuracy": 0.91, "accuracy_low": 0.87, "duration_s": 4.0},
    Big={"cost_per_1k_usd": 20.0, "accuracy": 0.95, "accuracy_low": 0.93, "duration_s": 9.0},
)


def test_a_plan_has_dollars_hours_and_what_will_be_wrong():
    frame = plan(WORK, THREE)
    assert frame["name"].to_list() == ["Small", "Mid", "Big"]
    assert frame["usd"].to_list() == pytest.approx([10, 30, 200])
    assert frame["hours"].to_list() == pytest.approx([10_000 * s / 10 / 3600 for s in (1, 4, 9)])
    assert frame["expected_wrong"].to_list() == pytest.approx([2000, 900, 500])
    assert frame["feasible"].to_list() == [True] * 3
    assert frame["usd_low"].null_count() == frame["hours_high"].null_count() == 3
    assert frame["binding"].unique().to_list() == ["latency"]


@pytest.mark.parametrize(
    ("row", "work", "why"),
    [
        ({"accuracy": None}, WORK, "no attempt was scored"),
        ({"coverage": 0.5}, WORK, "answered 50% by weight of these samples"),
        (
            {"coverage": 0.025, "samples": 8, "asked": 584},
            WORK,
            "answered 8 of 584 samples, 2.5% by weight",
        ),
        ({"cost_per_1k_usd": None}, WORK, "not priced"),
        ({"cost_per_1k_usd": float("nan")}, WORK, "not priced"),
        ({"duration_s": None}, WORK, "time not measured"),
        ({"output_tokens": None}, Workload(9, tpm=5000), "tokens not known"),
        ({"tpm": 109}, WORK, "one document takes more tokens than a minute allows"),
        ({}, Workload(9, output_tokens=5), "no price for documents of this size"),
    ],
)
def test_a_plan_says_reason(row, work, why):
    found = by_name(plan(work, summary(Odd=row)), "Odd")
    assert (found["feasible"], found["reason"]) == (False, why)
    assert not any(isinstance(v, float) and np.isnan(v) for v in found.values())


def test_unpriced_stands_last_and_zero_is_a_price():
    frame = plan(WORK, summary(None_={"cost_per_1k_usd": None}, Free={"cost_per_1k_usd": 0.0}))
    assert frame["name"].to_list() == ["Free", "None_"]
    assert by_name(frame, "Free")["usd"] == 0
    assert by_name(frame, "Free")["feasible"]


def test_limits_of_a_contestant_go_before_those_of_the_workload():
    rows = summary(
        Slow={"rpm": 10}, Plain={"rpm": None},
        Own={"price_basis": "machine", "documents_per_second": 100.0, "usd_per_hour": 3.6},
    )  # fmt: skip
    frame = plan(Workload(10_000, rpm=1000), rows)
    assert by_name(frame, "Slow")["hours"] == pytest.approx(10_000 / 10 / 60)
    assert by_name(frame, "Plain")["hours"] == pytest.approx(10_000 / 1000 / 60)
    own = by_name(frame, "Own")
    assert (own["hours"], own["usd"]) == (pytest.approx(100 / 3600), pytest.approx(0.1))
    assert own["binding"] == "machine"


def test_an_impossible_limit_names_its_contestant():
    with pytest.raises(CostError, match="slow: A workload's rpm must be a whole number"):
        plan(WORK, summary(Slow={"rpm": 0}))


def test_documents_of_another_size_are_priced_by_rates():
    rates = {"input_usd_per_mtok": 0.10, "output_usd_per_mtok": 0.40, "duration_s": 1.5}
    work = Workload(1_000_000, 1200, 150, 0.02, 64, 5000, 4_000_000)
    found = by_name(plan(work, summary(Fixture=rates)), "Fixture")
    assert (round(found["usd"], 2), round(found["hours"], 2)) == (183.67, 6.64)
    half = by_name(plan(Workload(1000, input_tokens=1200), summary(Half=rates)), "Half")
    assert half["usd"] == pytest.approx(1000 * (1200 * 0.1 + 10 * 0.4) / 1e6)


def measured(seed=1, n=60, constant=False):
    rng = np.random.default_rng(seed)
    cost = np.full(n, 0.001) if constant else rng.lognormal(-7, 0.5, n)
    columns = {
        "cost_usd": cost,
        "duration_s": rng.lognormal(0, 0.4, n),
        "input_tokens": np.full(n, 100.0),
        "output_tokens": rng.lognormal(3, 1, n),
    }
    frame = answers(
        {"small": rng.random(n) < 0.8}, levels=[1 + i % 3 for i in range(n)],
        **{name: {"small": values} for name, values in columns.items()},
    )  # fmt: skip
    row = {"cost_per_1k_usd": 1000 * cost.mean(), "duration_s": columns["duration_s"].mean()}
    return grid(frame), summary(Small=row, Route={})


def test_intervals_hold_the_point_and_routes_have_none():
    made, rows = measured()
    frame = plan(WORK, rows, made)
    small, route = by_name(frame, "Small"), by_name(frame, "Route")
    assert small["usd_low"] < small["usd"] < small["usd_high"]
    assert small["hours_low"] < small["hours"] < small["hours_high"]
    assert route["usd"] == pytest.approx(10)
    assert [route[c] for c in ("usd_low", "usd_high", "hours_low", "hours_high")] == [None] * 4


def test_the_interval_covers_the_true_cost():
    """95 % intervals of a lognormal cost, 60 samples: skewness costs a little coverage."""
    true = 10_000 * np.exp(-7 + 0.5**2 / 2)
    hits = []
    for seed in range(150):
        made, rows = measured(seed)
        small = by_name(plan(WORK, rows, draws=draws(made, 200, seed)), "Small")
        hits.append(small["usd_low"] <= true <= small["usd_high"])
    assert 0.88 <= np.mean(hits) <= 0.99


def test_intervals_do_not_depend_on_the_order_of_rows():
    made, rows = measured()
    shuffled = grid(made.answers.sample(fraction=1.0, shuffle=True, seed=3))
    assert plan(WORK, rows, made).equals(plan(WORK, rows.reverse(), shuffled))


def test_one_sample_or_no_answers_give_no_interval():
    made, rows = measured(n=1)
    small = by_name(plan(WORK, rows, made), "Small")
    assert (small["usd_low"], small["hours_high"]) == (None, None)
    bare = grid(made.answers.drop("cost_usd"))
    assert by_name(plan(WORK, rows, bare), "Small")["usd_low"] is None


def test_a_constant_cost_has_an_interval_without_width():
    made, rows = measured(constant=True)
    small = by_name(plan(WORK, rows, made), "Small")
    assert small["usd_low"] == pytest.approx(small["usd_high"])
    assert small["hours_low"] < small["hours_high"]


def test_no_rows_give_an_empty_plan_with_its_columns():
    frame = plan(WORK, THREE.clear())
    assert frame.is_empty()
    assert {"usd", "hours", "binding", "feasible"} <= set(frame.columns)
    assert cheapest(frame, 0.9, 1).is_empty()
    assert "Nothing was collected" in sentence(frame)


@pytest.mark.parametrize(
    ("quality", "hours", "confident", "names", "sure"),
    [
        (None, None, True, ["Small", "Mid", "Big"], [True] * 3),
        (0.85, None, True, ["Mid", "Big"], [True, True]),
        (0.90, None, True, ["Big", "Mid"], [True, False]),
        (0.90, None, False, ["Mid", "Big"], [False, True]),
        (0.90, 2.0, True, ["Mid"], [False]),
        (0.95, None, True, ["Big"], [False]),
        (None, 1.2, True, ["Small", "Mid"], [True, True]),
    ],
)
def test_the_cheapest_that_reaches_a_quality_in_time(quality, hours, confident, names, sure):
    found = cheapest(plan(WORK, THREE), quality, hours, confident)
    assert found["name"].to_list() == names
    assert found["sure"].to_list() == sure
    assert found["lacks"].null_count() == found.height


@pytest.mark.parametrize(
    ("quality", "hours", "name", "lacks"),
    [
        (0.99, None, "Big", "4.0 points of accuracy"),
        (0.94, 2.0, "Mid", "3.0 points of accuracy"),
        (0.94, 2.45, "Big", "3.0 min of time"),
        (0.92, 1.0, "Mid", "1.0 points of accuracy and 6.7 min of time"),
    ],
)
def test_when_nobody_reaches_it_the_nearest_says_what_it_lacks(quality, hours, name, lacks):
    found = cheapest(plan(WORK, THREE), quality, hours)
    assert found.select("name", "lacks").rows() == [(name, lacks)]


def test_time_matters_only_when_it_is_asked_for():
    frame = plan(WORK, summary(Timeless={"duration_s": None}))
    assert cheapest(frame, 0.5)["name"].to_list() == ["Timeless"]
    assert cheapest(frame, 0.5, 1.0).is_empty()
    assert "in a time not measured" in sentence(frame, 0.5)


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "asked",
    [{"quality": 1.5}, {"quality": -0.1}, {"quality": NAN}, {"hours": -1}, {"hours": 0.0},
     {"hours": NAN}, {"hours": INF}, {"hours": 1e16}],
)  # fmt: skip
def test_an_impossible_question_is_refused_in_one_line(asked):
    with pytest.raises(CostError, match="Accuracy|Hours") as error:
        cheapest(plan(WORK, THREE), **asked)
    assert "\n" not in str(error.value)
    with pytest.raises(CostError):
        sentence(plan(WORK, THREE), **asked)


def test_late_is_measured_by_the_hours_asked_for():
    """100 h where 1 h is asked are far off, however little quality the other lacks."""
    rows = summary(
        Slow={"duration_s": 360.0, "accuracy": 0.95},
        Weak={"duration_s": 1.0, "accuracy": 0.0, "cost_per_1k_usd": 50.0},
    )
    found = cheapest(plan(Workload(1000, concurrency=1), rows), 0.9, 1.0)
    assert found["name"].to_list() == ["Weak"]
    assert found["lacks"].to_list() == ["90.0 points of accuracy"]


SHARED = {"price_basis": "shared", "cost_per_1k_usd": 0.5, "duration_s": 3.0}


def test_a_shared_servers_hours_are_not_those_of_single_calls():
    """Its dollars are of all its calls together: 3 s each, one after another, would contradict."""
    frame = plan(Workload(10_000, batch_multiplier=0.5, batch_hours=24), summary(Shared=SHARED))
    row = by_name(frame, "Shared")
    assert (row["usd"], row["hours"], row["binding"]) == (pytest.approx(5.0), None, None)
    assert row["reason"] == (
        "a shared server's hours are not known from single calls: state documents per second"
    )
    assert cheapest(frame)["name"].to_list() == ["Shared"], "listed when no hours are asked"
    assert cheapest(frame, hours=1e6).is_empty()
    assert "in a time not known (a shared server's, without" in sentence(frame)
    assert "for this workload within 2.0 h: a shared server's hours" in sentence(frame, hours=2)


def test_a_shared_server_with_a_stated_speed_is_a_machine():
    stated = {**SHARED, "documents_per_second": 10.0}
    row = by_name(plan(Workload(36_000, rpm=1), summary(Shared=stated)), "Shared")
    assert (row["usd"], row["hours"], row["binding"]) == (pytest.approx(18.0), 1.0, "machine")
    priced = by_name(plan(Workload(36_000), summary(S={**stated, "usd_per_hour": 2.0})), "S")
    assert (priced["usd"], priced["feasible"]) == (pytest.approx(2.0), True)
    unsaid = by_name(plan(Workload(36_000), summary(S={**SHARED, "usd_per_hour": 2.0})), "S")
    assert (unsaid["usd"], unsaid["hours"]) == (None, None)
    assert unsaid["reason"].startswith("a shared server's hours")


def test_a_shared_server_has_no_interval_of_hours_but_one_of_dollars():
    made, rows = measured()
    rows = rows.with_columns(price_basis=pl.lit("shared"))
    small = by_name(plan(WORK, rows, made), "Small")
    assert small["usd_low"] < small["usd"] < small["usd_high"]
    assert [small[c] for c in ("hours", "hours_low", "hours_high")] == [None] * 3
    alone = by_name(plan(WORK, rows.with_columns(price_basis=pl.lit("machine")), made), "Small")
    assert alone["hours"] is not None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"apart_code": "guessing"}, "not measurably better than guessing"),
        ({"apart_code": "unknown", "baseline": 0.8}, "not measurably better than guessing"),
        ({"coverage": 0.949}, "answered 94.9% by weight of these samples"),
        ({"coverage": 0.95 - 1e-12}, None),
        ({"cost_per_1k_usd": None, "apart_code": "unpriced", "apart_reason": "no price known"},
         "no price known"),
        ({"baseline": 0.2}, None),
    ],
)  # fmt: skip
def test_those_that_stand_apart_are_planned_with_their_reason(row, why):
    found = by_name(plan(WORK, summary(Odd={"place": "apart", **row})), "Odd")
    assert (found["feasible"], found["reason"]) == (why is None, why)


def test_when_none_can_be_planned_the_commonest_reason_is_said():
    blind = {"apart_code": "guessing"}
    frame = plan(WORK, summary(A=blind, B={"coverage": 0.5}, C={"coverage": 0.7}))
    assert sentence(frame) == (
        "Nothing can be planned for this workload: answered too few of these samples (2 of 3)."
    )
    assert "not measurably better than guessing (1 of 1)" in sentence(plan(WORK, summary(A=blind)))


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "1 document"), (12_000, "12,000 documents"), (999_499, "999,499 documents"),
        (10**7, "10M documents"), (999_999_999, "1B documents"), (2_500_000_000, "2.5B documents"),
        (10**12, "1 trillion documents"), (10**15, "1,000 trillion documents"),
        (999_900_000_000_000, "1,000 trillion documents"),
    ],
)  # fmt: skip
def test_many_documents_are_said_as_people_say_them(n, words):
    assert documents(n) == words
    said = sentence(plan(Workload(n), summary(One={})))
    assert f"does {words} for" in said
    assert "e+" not in said.split(" for ")[0]


def test_the_cheapest_that_is_mostly_wrong_is_said_to_be():
    frame = plan(Workload(10**7), summary(Poor={"accuracy": 0.23, "accuracy_low": 0.2}))
    assert sentence(frame).endswith(
        "can do it; it gets 77% wrong, 7.7M documents if yours are like the samples: ask for a "
        "quality."
    )
    assert "expect 7.7M documents wrong" in sentence(frame, 0.2)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10)), min_size=1, max_size=8),
    st.integers(0, 20).map(lambda n: n / 20),
    st.randoms(use_true_random=False),
)
def test_the_first_answer_is_the_cheapest_in_any_order(points, quality, random):
    rows = [{**ROW, "contestant_id": f"c{i}", "cost_per_1k_usd": float(c), "accuracy": q / 10}
            for i, (c, q) in enumerate(points)]  # fmt: skip
    found = cheapest(plan(WORK, pl.DataFrame(rows)), quality, confident=False)
    random.shuffle(rows)
    assert found.equals(cheapest(plan(WORK, pl.DataFrame(rows)), quality, confident=False))
    able = [c for c, q in points if q / 10 >= quality]
    if able:
        assert found["usd"][0] == pytest.approx(10 * min(able))
    else:
        assert found.height == 1
        assert found["accuracy"][0] == max(q for _, q in points) / 10
        assert found["lacks"][0]


@pytest.mark.parametrize(
    ("fixed", "a", "b", "documents"),
    [(100, 0.001, 0.011, 10_000), (0, 1, 2, 0), (5, 2, 2, None), (5, 3, 2, None), (0, 2, 2, None),
     (50, 0, 0.5, 100)],
)  # fmt: skip
def test_break_even(fixed, a, b, documents):
    found = break_even(fixed, a, b)
    assert found == (None if documents is None else pytest.approx(documents))


@pytest.mark.parametrize("given_usd", [(-1, 0, 1), (1, -1, 1), (1, 0, float("nan"))])
def test_a_break_even_of_impossible_dollars_is_refused(given_usd):
    with pytest.raises(CostError, match="must be 0 dollars or more"):
        break_even(*given_usd)


@settings(max_examples=50)
@given(st.floats(0, 1e5), st.floats(0, 1), st.floats(1e-6, 1))
def test_at_break_even_both_cost_the_same(fixed, a, more):
    b = a + more
    n = break_even(fixed, a, b)
    assert fixed + n * a == pytest.approx(n * b)


def test_sentences_say_what_the_plan_says():
    frame = plan(Workload(10_000_000, concurrency=1000), THREE)
    assert sentence(frame, 0.85, period="month") == (
        "**Mid** does 10M documents a month for **$30k** in 11.1 h (the limit: latency), the "
        "cheapest of 2 that reach 85%; expect 900,000 documents wrong, if yours are like the "
        "samples."
    )
    assert "the cheapest that reaches 90% for sure (1 cheaper may);" in sentence(frame, 0.9)
    assert "though its accuracy may be 93.0%: grade more samples" in sentence(frame, 0.95)
    assert sentence(frame, 0.99, 20) == (
        "Nothing here reaches 99% within 20.0 h: **Mid** comes nearest, does 10M documents for "
        "**$30k** in 11.1 h (the limit: latency), and lacks 8.0 points of accuracy."
    )
    odd = plan(WORK, summary(A={"cost_per_1k_usd": None}, B={"cost_per_1k_usd": None}))
    assert sentence(odd) == "Nothing can be planned for this workload: not priced (2 of 2)."
    none = sentence(plan(Workload(0), THREE))
    assert "does 0 documents for **$0** in 0 s, the cheapest of 3 that can do it" in none


def test_a_sentence_warns_of_a_time_that_may_be_longer():
    made, rows = measured()
    frame = plan(WORK, rows, made)
    hours = by_name(frame, "Small")["hours"] * 1.001
    first = sentence(frame.filter(pl.col("name") == "Small"), hours=hours)
    assert "but may take longer than that" in first
    assert "[$" in first
