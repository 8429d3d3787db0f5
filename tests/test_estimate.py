"""What a plan is expected to cost, take and tell, against cases worked by hand."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from collectors.budget import worst_case_usd
from collectors.estimate import ASSUMED_ANSWER, BYTES_PER_TOKEN, estimate
from collectors.estimate.pilot import ceiling_usd, pilot_of
from collectors.estimate.predictive import DRAWS, Source, interval, predicted
from collectors.experiment import parse
from collectors.plan import plan
from collectors.providers import openrouter
from collectors.tasks import task
from data.analysis.paired import detectable, samples_needed
from data.price import Price, Rates
from data.store import merge
from tests.rows import attempt, write

NOW = datetime(2026, 11, 24)
DEAR = Price(rates=Rates(input=100.0, output=1000.0), source="test")
"""What stored attempts were billed at: a hundred times today's."""
TOKENS = "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }"


def experiment(*tables, levels="[1]", samples=5, top="", task="sums"):
    """One [[contestant]] for each text of keys."""
    text = f'name = "night"\n{top}\n'
    for i, keys in enumerate(tables or (TOKENS,)):
        model = "" if "model =" in keys else 'model = "hosted_vllm/m"\n'
        text += f'[[contestant]]\n{model}name = "c{i}"\ntemperature = {i / 10}\n{keys}\n'
    return parse(f'{text}[[task]]\nname = "{task}"\nlevels = {levels}\nsamples = {samples}\n')


def stored(tmp_path, experiment, rows, price=DEAR):
    """A database of attempts on last week's nights.

    `rows`: place of the contestant, level, seed, try and fields of the attempt.
    """
    db = tmp_path / "x.duckdb"
    bank = task(experiment.tasks[0].name)
    made = []
    for place, level, seed, try_, fields in rows:
        who, what = experiment.entrants[place].contestant, bank.sample(level, seed)
        told = {"price_id": price.price_id, "campaign": "last week", "try_": try_, **fields}
        made.append((who, what, attempt(who, what, **told)))
    write(db, made, prices=(price,))
    merge(db)
    return db


def looked(experiment, db):
    return estimate(experiment, plan(experiment, experiment.name, {}), db, NOW)


def cost(tokens):
    """Dollars of an answer to 100 tokens, at today's price."""
    return {"input_tokens": 100, "output_tokens": tokens}


def test_two_stored_attempts_are_the_expectation_of_every_one_to_come(tmp_path):
    asked = experiment()
    db = stored(tmp_path, asked, [(0, 1, 0, 1, cost(50)), (0, 1, 1, 1, cost(150))])
    line = looked(asked, db).lines[0]
    assert line.expected.source == "history"
    assert line.expected.usd == pytest.approx(5 * (0.0006 + 0.0016) / 2), "at today's prices"
    assert 0 < line.expected.low_usd < line.expected.median_usd < line.expected.high_usd
    assert (line.stored, line.answered) == (2, True)
    assert line.expected.borrowed == 0


def test_every_try_counts_and_a_failed_one_without_usage_is_no_free_answer(tmp_path):
    asked = experiment()
    failed = {"status": "infra_error", "score": None, "input_tokens": None, "output_tokens": None}
    paid = {"status": "timeout", "score": None, **cost(20)}
    db = stored(
        tmp_path,
        asked,
        [
            (0, 1, 0, 1, failed),
            (0, 1, 0, 2, cost(50)),
            (0, 1, 1, 1, paid),
            (0, 1, 1, 2, cost(150)),
            (0, 1, 2, 1, failed),
        ],
    )
    line = looked(asked, db).lines[0]
    assert line.expected.usd == pytest.approx(5 * (0.0006 + 0.0016 + 0.0003) / 2)
    assert line.stored == 3


def test_a_sample_asked_on_many_nights_is_one_sample(tmp_path):
    asked = experiment()
    nights = [(0, 1, 0, 1, {**cost(50), "campaign": f"night {n}"}) for n in range(9)]
    db = tmp_path / "x.duckdb"
    who, what = asked.entrants[0].contestant, task("sums")
    made = [
        (who, what.sample(1, seed), attempt(who, what.sample(1, seed), price_id=DEAR.price_id, **f))
        for _, _, seed, _, f in [*nights, (0, 1, 1, 1, cost(150))]
    ]
    write(db, made, prices=(DEAR,))
    merge(db)
    line = looked(asked, db).lines[0]
    assert line.stored == 10
    assert line.expected.usd == pytest.approx(5 * (0.0006 + 0.0016) / 2)


def test_a_level_without_history_takes_the_nearest_one_and_says_so(tmp_path):
    asked = experiment(levels="[1, 2, 4]")
    db = stored(tmp_path, asked, [(0, 1, 0, 1, cost(50)), (0, 4, 0, 1, cost(150))])
    line = looked(asked, db).lines[0]
    assert line.expected.usd == pytest.approx(5 * 0.0006 + 5 * 0.0006 + 5 * 0.0016)
    assert (line.expected.borrowed, line.expected.foreign) == (5, 0)


def test_another_task_stands_in_where_a_task_was_never_asked(tmp_path):
    asked = experiment()
    db = stored(tmp_path, asked, [(0, 1, 0, 1, cost(50)), (0, 1, 1, 1, cost(150))])
    other = replace(asked, tasks=experiment(task="capitals").tasks)
    line = looked(other, db).lines[0]
    assert line.expected.usd == pytest.approx(5 * 0.0011)
    assert (line.expected.borrowed, line.expected.foreign) == (5, 5)


def test_without_history_the_list_price_of_an_assumed_answer_and_the_worst_case(tmp_path):
    asked = experiment(f"{TOKENS}\nmax_tokens = 4000", f"{TOKENS}\nmax_tokens = 100", TOKENS)
    todo = plan(asked, "night", {}).todo
    long, short, endless = looked(asked, tmp_path / "none.duckdb").lines
    mine = [p for p in todo if p.entrant is asked.entrants[0]]
    text = [sum(len(m["content"]) for m in p.prompt.messages) for p in mine]
    listed = sum(size // BYTES_PER_TOKEN for size in text) * 1e-6 + 5 * ASSUMED_ANSWER * 1e-5
    assert long.expected.source == "list"
    assert long.expected.usd == pytest.approx(listed)
    assert long.expected.low_usd is None
    worst = [worst_case_usd(p, asked.entrants[0].price) for p in mine]
    assert long.expected.at_most_usd == pytest.approx(sum(worst))
    assert short.expected.usd == pytest.approx(listed - 5 * 200 * 1e-5), "no more than its limit"
    assert endless.expected.at_most_usd is None, "nothing bounds its answers"
    assert not long.answered


def test_machines_are_charged_for_stored_seconds_and_are_unknown_without(tmp_path):
    own = 'api_base = "http://127.0.0.1:9/v1"'
    asked = experiment("price = { usd_per_hour = 3.6 }", "price = { usd_per_hour = 7.2 }", own)
    db = stored(tmp_path, asked, [(0, 1, 0, 1, {"duration_s": 2}), (0, 1, 1, 1, {"duration_s": 4})])
    mine, other, unpriced = looked(asked, db).lines
    assert mine.expected.usd == pytest.approx(5 * 3 * 0.001)
    assert mine.expected.at_most_usd is None
    assert (other.expected.usd, other.expected.missing) == (None, "time_missing")
    assert (unpriced.expected.usd, unpriced.expected.missing) == (None, "unpriced")


def test_hosts_behind_a_relay_count_for_who_asked_the_relay(tmp_path):
    asked = experiment(f'model = "openrouter/a/b"\n{TOKENS}')
    who = openrouter.split(asked.entrants[0].contestant, "Some Host")
    what = task("sums").sample(1, 0)
    write(
        tmp_path / "x.duckdb",
        [(who, what, attempt(who, what, price_id=DEAR.price_id, **cost(50)))],
        prices=(DEAR,),
    )
    merge(tmp_path / "x.duckdb")
    line = looked(asked, tmp_path / "x.duckdb").lines[0]
    assert line.expected.usd == pytest.approx(5 * 0.0006)


def test_a_contestant_that_only_failed_has_no_history(tmp_path):
    asked = experiment(f"{TOKENS}\nmax_tokens = 100")
    failed = {"status": "infra_error", "score": None, "input_tokens": None, "output_tokens": None}
    found = looked(asked, stored(tmp_path, asked, [(0, 1, 0, 1, failed)]))
    assert found.lines[0].expected.source == "list"
    assert [x.name for x in found.unheard] == ["c0"]


def test_all_contestants_add_up_and_the_budget_has_a_chance(tmp_path):
    asked = experiment(TOKENS, f"{TOKENS}\nmax_tokens = 10", "", top="budget_usd = 0.005")
    db = stored(tmp_path, asked, [(0, 1, s, 1, cost(50 + 100 * (s % 2))) for s in range(40)])
    found = looked(asked, db)
    total = found.total
    assert (total.from_history, total.from_list, total.unknown) == (1, 1, 1)
    known = [x.expected.usd for x in found.lines[:2]]
    assert total.usd == pytest.approx(sum(known))
    assert total.low_usd == found.lines[0].expected.low_usd
    assert 0.5 < total.over_budget < 1, "0.0055 is expected, 0.005 allowed"


def test_one_request_that_may_cost_more_than_the_budget_is_told(tmp_path):
    keys = f"{TOKENS}\nmax_tokens = 4000\nbudget_usd = "
    lines = looked(experiment(f"{keys}0.03", f"{keys}0.05"), tmp_path / "none").lines
    assert [x.unaffordable for x in lines] == [True, False]


def test_nothing_left_to_do_is_an_empty_estimate(tmp_path):
    asked = experiment()
    done = {p.attempt_id: (1, "ok") for p in plan(asked, "night", {}).todo}
    found = estimate(asked, plan(asked, "night", done), tmp_path / "none", NOW)
    assert found.lines == ()
    assert (found.total.usd, found.total.low_usd, found.hours.hours) == (0, None, None)


# How often a 95 % interval holds what a run will cost: levels, stored and coming samples of each,
# and the spread of log costs.
CASES = [
    (1, 5, 50, 0.8), (1, 30, 20, 0.5), (3, 2, 20, 0.7), (4, 5, 100, 1.0), (6, 2, 30, 0.7),
    (3, 20, 40, 1.2), (2, 60, 200, 0.9), (8, 2, 5, 0.5),
]  # fmt: skip
REPEATS = 250


def held(levels, stored, coming, spread, rng):
    medians = np.exp(rng.normal(0, 1, levels))

    def costs(n):
        return [median * np.exp(rng.normal(0, spread, n)) for median in medians]

    draws = predicted([Source(x, coming, coming) for x in costs(stored)], rng)
    _, low, high = interval(draws)
    return low <= sum(x.sum() for x in costs(coming)) <= high


def test_intervals_hold_skewed_costs_as_often_as_they_say():
    rng = np.random.default_rng(7)
    shares = [np.mean([held(*case, rng) for _ in range(REPEATS)]) for case in CASES]
    assert 0.93 <= np.mean(shares) <= 0.97, shares
    assert all(0.89 <= share <= 0.995 for share in shares), shares


def test_the_plain_standard_error_would_hold_far_less_often():
    """What the method is for: two samples a level and a normal interval."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(REPEATS):
        x, coming = np.exp(rng.normal(0, 0.7, (3, 2))), np.exp(rng.normal(0, 0.7, (3, 20)))
        variance = sum(20 * v + 400 * v / 2 for v in x.var(axis=1, ddof=1))
        hits += abs(coming.sum() - 20 * x.mean(axis=1).sum()) < 1.96 * variance**0.5
    assert hits / REPEATS < 0.9


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([0.0], 0, 0), ([0.0, 0.0, 0.0], 0, 0), ([1.0] * 500, 9, 11), ([1e-9] * 500, 9e-9, 11e-9)],
)
def test_what_never_varied_has_a_narrow_interval_and_free_costs_nothing(values, low, high):
    draws = predicted([Source(np.array(values), 10, 10)], np.random.default_rng(1))
    assert draws.shape == (DRAWS,)
    _, found_low, found_high = interval(draws)
    assert low <= found_low <= found_high <= high


def test_one_stored_value_has_a_wide_interval_and_no_draw_passes_the_worst_case():
    rng = np.random.default_rng(1)
    draws = predicted([Source(np.array([1.0]), 10, 10)], rng, at_most=15.0)
    _, low, high = interval(draws)
    assert low < 6
    assert high == draws.max() == 15.0


def test_hours_are_attempts_times_seconds_over_concurrency_and_the_slowest_counts(tmp_path):
    asked = experiment(
        f"{TOKENS}\nmax_concurrency = 5", f"{TOKENS}\nmax_concurrency = 20", samples=100
    )
    rows = [(who, 1, s, 1, {"duration_s": 36.0}) for who in (0, 1) for s in range(200)]
    found = looked(asked, stored(tmp_path, asked, rows))
    assert [x.hours.hours for x in found.lines] == pytest.approx([0.2, 0.05], rel=0.02)
    assert found.hours.hours == pytest.approx(0.2, rel=0.02)
    assert found.hours.low <= found.hours.hours <= found.hours.high


def test_more_places_than_attempts_are_no_faster_than_one_attempt(tmp_path):
    asked = experiment(f"{TOKENS}\nmax_concurrency = 64", samples=2)
    rows = [(0, 1, s, 1, {"duration_s": 360.0}) for s in range(200)]
    assert looked(asked, stored(tmp_path, asked, rows)).hours.hours == pytest.approx(0.1, rel=0.05)


def test_waits_between_retries_and_failed_attempts_take_time_too(tmp_path):
    asked = experiment(f"{TOKENS}\nmax_concurrency = 1\nrpm = 1", samples=100)
    slow = {"duration_s": 20.0, "retry_wait_s": 16.0, "retries": 1}
    lost = {"duration_s": 36.0, "status": "timeout", "score": None, "retries": 1}
    rows = [(0, 1, s, 1, slow if s % 2 else lost) for s in range(200)]
    found = looked(asked, stored(tmp_path, asked, rows)).hours
    assert found.at_least == pytest.approx(200 / 60), "a retry is a request"
    assert found.hours == pytest.approx(200 / 60)


@pytest.mark.parametrize(
    ("keys", "hours"),
    [("rpm = 10", 200 / 10 / 60), ("tpm = 300", 200 * 30 / 300 / 60), ("rpm = 1e9", None)],
)
def test_contestants_of_one_table_share_its_limits(tmp_path, keys, hours):
    asked = experiment(f'{TOKENS}\neffort = ["low", "high"]\n{keys}', TOKENS, samples=100)
    rows = [(who, 1, s, 1, {"duration_s": 0.1}) for who in (0, 1, 2) for s in range(100)]
    low, high, free = looked(asked, stored(tmp_path, asked, rows)).lines
    expected = 100 * 0.1 / 8 / 3600 if hours is None else hours
    assert [low.hours.hours, high.hours.hours] == pytest.approx([expected] * 2, rel=0.05)
    assert free.hours.hours == pytest.approx(100 * 0.1 / 8 / 3600, rel=0.05)


def test_without_history_hours_are_unknown_but_for_what_the_limits_take(tmp_path):
    found = looked(experiment(f"{TOKENS}\nrpm = 1", TOKENS), tmp_path / "none")
    assert [x.hours.hours for x in found.lines] == [None, None]
    assert [x.hours.at_least for x in found.lines] == pytest.approx([5 / 60, 0])
    assert (found.hours.hours, found.hours.at_least) == (None, pytest.approx(5 / 60))


def test_without_history_the_smallest_difference_is_that_of_coins(tmp_path):
    asked = experiment(TOKENS, TOKENS, levels="[3]", samples=150)
    (found,) = looked(asked, tmp_path / "none").detectable
    assert (found.samples, found.clusters, found.pairs) == (150, 150, 0)
    assert found.difference == pytest.approx(detectable(0.5, 150))
    assert found.samples_per_level == samples_needed(0.5, 0.05)


def test_levels_share_the_samples_of_a_balanced_difference(tmp_path):
    asked = experiment(TOKENS, TOKENS, levels="[3, 4]", samples=75)
    (found,) = looked(asked, tmp_path / "none").detectable
    assert found.difference == pytest.approx(detectable(0.5, 150))
    assert found.samples_per_level == samples_needed(0.5, 0.05) / 2


def test_stored_answers_tell_how_often_two_contestants_differ(tmp_path):
    asked = experiment(TOKENS, TOKENS, TOKENS, levels="[3]", samples=100)
    # Of 100 shared samples the first two differ on 10, the last from them on 20 and 30.
    wrong = {0: set(), 1: set(range(10)), 2: set(range(80, 100))}
    rows = [
        (who, 3, s, 1, {"score": float(s not in wrong[who])}) for who in wrong for s in range(100)
    ]
    (found,) = looked(asked, stored(tmp_path, asked, rows)).detectable
    assert found.pairs == 3
    assert found.discordant == pytest.approx((20 + 1) / 102), "the middle pair, drawn to one half"
    assert found.difference == pytest.approx(detectable(21 / 102, 100))


def test_samples_of_one_template_are_no_more_than_it_unless_answers_tell(tmp_path):
    asked = experiment(TOKENS, TOKENS, levels="[1]", samples=40, task="tickets")
    (found,) = looked(asked, tmp_path / "none").detectable
    groups = {task("tickets").sample(1, s).cluster for s in range(40)}
    assert found.clusters == len(groups) < 40
    assert found.difference > detectable(0.5, 40)


def test_tasks_are_told_apart_and_together_and_one_contestant_compares_with_nobody(tmp_path):
    two = experiment(TOKENS, TOKENS, samples=20)
    both = replace(two, tasks=(*two.tasks, *experiment(task="capitals").tasks))
    found = looked(both, tmp_path / "none").detectable
    assert [x.task for x in found] == [None, "sums", "capitals"]
    assert found[0].samples == 25
    assert looked(experiment(), tmp_path / "none").detectable == ()


def test_a_pilot_is_the_experiment_in_small_with_the_same_attempts(tmp_path):
    asked = experiment(TOKENS, TOKENS, levels="[1, 2]", top="epochs = 3")
    db = stored(tmp_path, asked, [(0, 1, 0, 1, cost(50))])
    small = pilot_of(asked, looked(asked, db).unheard, 0.25)
    assert [e.contestant.name for e in small.entrants] == ["c1"]
    assert small.budget_usd == 0.25
    whole = {p.attempt_id for p in plan(asked, "night", {}).todo}
    todo = plan(small, "night", {}).todo
    assert len(todo) == 4
    assert {p.attempt_id for p in todo} < whole


@pytest.mark.parametrize(
    ("budget", "asked", "usd"), [(None, None, 1.0), (20.0, None, 0.4), (20.0, 3.0, 3.0)]
)
def test_a_pilot_has_a_ceiling_of_its_own(budget, asked, usd):
    assert ceiling_usd(budget, asked)[0] == pytest.approx(usd)
