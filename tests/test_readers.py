import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.grid import grid
from data.analysis.paired import compare, samples_needed
from data.analysis.readers import by_level, readers, sentence
from data.analysis.verdicts import needed
from tests.answers import answers

KINDS = {"bert": "reader", "rules": "rules", "big": "writer", "small": "writer"}


def summary(**kinds):
    rows = [{"contestant_id": i, "name": i.title(), "kind": k} for i, k in (kinds or KINDS).items()]
    return pl.DataFrame(rows)


def only(frame):
    assert frame.height == 1
    return frame.row(0, named=True)


COST = {"bert": 1e-5, "rules": 1e-6, "big": 1e-2, "small": 1e-3}
TIME = {"bert": 0.01, "rules": 0.001, "big": 2.0, "small": 0.5}


def made(scores, **columns):
    there = {c: {k: v for k, v in d.items() if k in scores}
             for c, d in (("cost_usd", COST), ("duration_s", TIME))}  # fmt: skip
    return grid(answers(scores, **{**there, **columns}))


def share(n, right):
    return np.arange(n) < right


def test_the_best_of_each_side_are_compared_on_one_task():
    found = only(
        readers(
            made({"bert": share(200, 180), "rules": share(200, 100), "big": share(200, 184),
                  "small": share(200, 140)}),
            summary(),
        )
    )  # fmt: skip
    assert (found["reader_id"], found["reader_name"]) == ("bert", "Bert")
    assert (found["writer_id"], found["writer_name"]) == ("big", "Big")
    assert (found["reader_accuracy"], found["writer_accuracy"]) == (0.9, 0.92)
    assert found["kept"] == pytest.approx(180 / 184)
    assert found["difference"] == pytest.approx(-0.02)
    assert found["discordant"] == pytest.approx(0.02)
    assert found["samples"] == 200
    assert found["cost_ratio"] == pytest.approx(1000)
    assert found["reader_cost_per_1k_usd"] == pytest.approx(0.01)
    assert found["writer_cost_per_1k_usd"] == pytest.approx(10)
    assert (found["reader_per_s"], found["writer_per_s"]) == (pytest.approx(100), 0.5)
    assert found["speed_ratio"] == pytest.approx(200)


def test_the_difference_is_the_paired_one():
    rng = np.random.default_rng(1)
    g = made(
        {"bert": rng.random(80) < 0.7, "big": rng.random(80) < 0.8}, levels=[1] * 50 + [2] * 30
    )
    found, alone = only(readers(g, summary())), compare(g, "bert", "big")
    for name in ("difference", "p", "samples", "discordant"):
        assert found[name] == pytest.approx(getattr(alone, name)), name
    assert found["difference_low"] == pytest.approx(alone.low)
    assert found["difference_high"] == pytest.approx(alone.high)


@pytest.mark.parametrize(
    ("reader", "writer", "n", "verdict"),
    [
        (180, 100, 200, "better"),
        (100, 180, 200, "worse"),
        (200, 200, 200, "matches"),
        (20, 20, 20, "too close to call"),
        (196, 200, 200, "worse"),
        (198, 200, 200, "matches"),
        (0, 0, 200, "matches"),
        (1, 1, 1, "too close to call"),
    ],
)
def test_verdicts(reader, writer, n, verdict):
    found = only(readers(made({"bert": share(n, reader), "big": share(n, writer)}), summary()))
    assert found["verdict"] == verdict


def test_a_wider_margin_is_easier_to_match():
    g = made({"bert": share(40, 30), "big": share(40, 30)})
    assert only(readers(g, summary()))["verdict"] == "too close to call"
    assert only(readers(g, summary(), margin=0.1))["verdict"] == "matches"


def test_needed_samples_are_what_makes_equal_answers_a_match():
    few = only(readers(made({"bert": share(40, 30), "big": share(40, 30)}), summary()))
    n = few["needed"]
    assert n == 73
    for size, verdict in ((n - 1, "too close to call"), (n, "matches")):
        g = made({"bert": share(size, 30), "big": share(size, 30)})
        assert only(readers(g, summary()))["verdict"] == verdict


@pytest.mark.parametrize("seed", range(16))
def test_with_the_needed_samples_of_the_same_kind_the_verdict_is_reached(seed):
    """The very same answers again and again: undecided just below `needed`, decided from it on."""
    rng = np.random.default_rng(seed)
    n, kinds = 40, {"bert": 0.6 + 0.1 * (seed % 3), "big": 0.75}
    scores = {i: (rng.random((n, 2)) < p).astype(float) for i, p in kinds.items()}
    rungs = np.array([1] * 10 + [2] * 30) if seed % 2 else np.ones(n, dtype=int)

    def again(times):
        order = np.argsort(np.tile(rungs, times), kind="stable")
        g = made({i: np.tile(s, (times, 1))[order] for i, s in scores.items()},
                 levels=np.tile(rungs, times)[order])  # fmt: skip
        return only(readers(g, summary()))

    found = again(1)
    if found["verdict"] != "too close to call":
        assert found["needed"] is None
        return
    assert found["needed"] > found["samples"]
    times = found["needed"] / n
    if times > 40:
        return
    assert again(int(np.ceil(times)))["verdict"] != "too close to call"
    assert again(int(np.ceil(times)) - 1)["verdict"] == "too close to call"


def test_needed_is_of_the_difference_seen_and_not_of_the_margin():
    """Ten points behind on 60 samples: a hundred or so show it, whatever five points would take."""
    bert, big = share(60, 40), np.roll(share(60, 46), 5)
    found = only(readers(made({"bert": bert, "big": big}), summary()))
    assert found["verdict"] == "too close to call"
    assert found["samples"] < found["needed"] < 120
    assert samples_needed(found["discordant"], 0.05) > 300


@pytest.mark.parametrize(("reader", "writer", "n"), [(1, 2, 2), (3, 6, 6), (1, 1, 1), (4, 5, 9)])
def test_of_a_handful_of_samples_nobody_plans_more(reader, writer, n):
    g = made({"bert": share(n, reader), "big": share(n, writer)})
    found = readers(g, summary())
    assert only(found)["verdict"] == "too close to call"
    assert only(found)["needed"] is None
    assert only(by_level(g, summary()))["needed"] is None
    assert sentence(found).endswith(
        "; 1 is too close to call: collect 10 shared samples or more, to see how many it takes."
    )


def test_where_no_number_of_samples_would_do_there_is_none():
    """One in twenty behind: the interval closes on the margin itself, but would leave 0 first."""
    d = np.r_[[-1.0], np.zeros(19)]
    code = np.arange(20)
    at_margin = needed(d, np.zeros(20, dtype=int), code, 0.05, 0.05)
    assert 20 < at_margin < 150, "worse is told although a match never would be"
    level = np.zeros(20)
    assert needed(level, code * 0, code, float("nan"), 0.0) is None
    assert needed(level, code * 0, code, float("nan"), 1e-7) is None
    assert needed(level, code * 0, code, float("nan"), 0.05) == 73


def priced(**basis):
    return summary().with_columns(
        price_basis=pl.col("contestant_id").replace_strict(basis, default=None)
    )


@pytest.mark.parametrize(
    ("reader", "writer", "prices", "words"),
    [
        ("tokens", "tokens", "list", "for 1/1000 of its cost."),
        ("cpu", "machine", "self-hosted", "for 1/1000 of its cost."),
        ("cpu", "tokens", "mixed", "for 1/1000 of its cost (own machine against list price)."),
        ("tokens", "cpu", "mixed", "for 1/1000 of its cost (own machine against list price)."),
        (None, "tokens", None, "for 1/1000 of its cost."),
    ],
)
def test_a_ratio_of_own_machine_and_list_price_is_marked(reader, writer, prices, words):
    g = made({"bert": share(200, 180), "big": share(200, 180)})
    found = readers(g, priced(bert=reader, big=writer))
    assert (only(found)["prices"], only(found)["cheap_prices"]) == (prices, prices)
    assert sentence(found).endswith(words)


def test_ratios_of_different_kinds_share_no_median():
    n = 200
    g = made(
        {"bert": np.r_[share(n, 180), share(n, 180)],
         "big": np.r_[share(n, 180), np.full(n, np.nan)],
         "small": np.r_[np.full(n, np.nan), share(n, 180)]},
        tasks=["a"] * n + ["b"] * n,
    )  # fmt: skip
    found = readers(g, priced(bert="cpu", big="tokens", small="machine"))
    assert found["prices"].to_list() == ["mixed", "self-hosted"]
    assert (
        "for 1/1000 of its cost (own machine against list price) and 1/100 of its cost (own "
        "machines) on the median such task"
    ) in sentence(found)


def test_a_reader_that_is_dearer_is_said_in_times():
    g = made({"bert": share(200, 180), "big": share(200, 180)},
             cost_usd={"bert": 0.03, "big": 0.01})  # fmt: skip
    assert "for 3.0 times its cost" in sentence(readers(g, summary()))


def test_undecided_tasks_are_named_with_what_each_takes():
    tasks = ["a"] * 20 + ["b"] * 30 + ["c"] * 4
    g = made({"bert": np.r_[share(20, 10), share(30, 15), share(4, 2)],
              "big": np.r_[share(20, 10), share(30, 15), share(4, 2)]}, tasks=tasks)  # fmt: skip
    assert sentence(readers(g, summary())) == (
        "On **0 of 3** tasks the best reader is seen to do as well as the best writer; 3 are too "
        "close to call: should the differences seen hold, telling takes about 73 shared samples on "
        "a (now 20) and 73 shared samples on b (now 30); how many on the others can't be told."
    )


def test_ties_go_to_the_cheaper():
    scores = {"bert": share(50, 40), "rules": share(50, 40), "big": share(50, 45),
              "small": share(50, 45)}  # fmt: skip
    found = only(readers(made(scores), summary()))
    assert (found["reader_id"], found["writer_id"]) == ("rules", "small")


def test_the_cheap_writer_is_the_cheapest_that_is_as_good_as_the_reader():
    scores = {"bert": share(200, 180), "big": share(200, 190), "small": share(200, 178)}
    found = only(readers(made(scores), summary()))
    assert (found["writer_id"], found["cheap_writer_id"], found["cheap_writer_name"]) == (
        "big", "small", "Small",
    )  # fmt: skip
    assert found["cheap_cost_ratio"] == pytest.approx(100)
    beaten = {**scores, "small": share(200, 100)}
    found = only(readers(made(beaten), summary()))
    assert (found["cheap_writer_id"], found["cheap_cost_ratio"]) == ("big", pytest.approx(1000))


def test_when_the_reader_beats_every_writer_none_is_as_good():
    found = only(readers(made({"bert": share(99, 99), "big": share(99, 9)}), summary()))
    assert (found["verdict"], found["cheap_writer_id"]) == ("better", None)
    assert found["cheap_cost_ratio"] is None


@pytest.mark.parametrize(
    ("bert", "big"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (np.nan, 1.0), (1.0, np.nan)]
)
def test_no_ratio_with_a_free_or_unpriced_side(bert, big):
    cost = {"bert": bert, "big": big}
    g = made({"bert": share(20, 10), "big": share(20, 12)}, cost_usd=cost)
    found = only(readers(g, summary()))
    assert found["cost_ratio"] is None
    assert found["cheap_cost_ratio"] is None
    assert found["difference"] is not None


def test_costs_are_compared_on_the_same_samples_and_null_when_few_are_known():
    known = np.where(np.arange(20) < 18, 1.0, np.nan)
    dear = np.where(np.arange(20) < 18, 5.0, 900.0)
    g = made({"bert": share(20, 10), "big": share(20, 12)}, cost_usd={"bert": known, "big": dear})
    assert only(readers(g, summary()))["cost_ratio"] == pytest.approx(5)
    some = np.where(np.arange(20) < 10, 1.0, np.nan)
    g = made({"bert": share(20, 10), "big": share(20, 12)}, cost_usd={"bert": some, "big": dear})
    assert only(readers(g, summary()))["cost_ratio"] is None


def test_no_speed_without_measured_time():
    g = made({"bert": [1.0, 0], "big": [1.0, 1]}, duration_s={"bert": np.nan, "big": 1.0})
    found = only(readers(g, summary()))
    assert (found["reader_per_s"], found["speed_ratio"]) == (None, None)


def test_kept_is_not_known_when_the_writer_is_always_wrong():
    found = only(readers(made({"bert": share(30, 30), "big": share(30, 0)}), summary()))
    assert (found["kept"], found["verdict"], found["writer_accuracy"]) == (None, "better", 0.0)


def test_one_side_alone_keeps_its_row_with_nulls():
    found = only(readers(made({"bert": share(30, 20)}), summary()))
    assert (found["reader_id"], found["writer_id"], found["verdict"], found["samples"]) == (
        "bert", None, None, 0,
    )  # fmt: skip
    assert found["reader_accuracy"] is None
    assert "No task here" in sentence(readers(made({"bert": share(30, 20)}), summary()))


def test_contestants_of_unknown_kind_stand_on_no_side():
    g = made({"bert": [1.0], "big": [1.0]})
    assert only(readers(g, summary(bert="reader")))["writer_id"] is None


def test_who_answered_only_the_easy_part_is_not_the_best():
    lazy = np.where(np.arange(40) < 20, 1.0, np.nan)
    found = only(
        readers(
            made({"bert": share(40, 30), "big": share(40, 30), "small": lazy},
                 levels=[1] * 20 + [2] * 20),
            summary(),
        )
    )  # fmt: skip
    assert found["writer_id"] == "big"


def test_tasks_are_rows_in_order_and_each_has_its_own_best():
    tasks = ["b"] * 60 + ["a"] * 60
    g = made(
        {"bert": np.r_[share(60, 50), share(60, 5)], "rules": np.r_[share(60, 5), share(60, 50)],
         "big": np.r_[share(60, 50), share(60, 60)]},
        tasks=tasks, categories=["extraction"] * 60 + ["classification"] * 60,
    )  # fmt: skip
    found = readers(g, summary())
    assert found["category"].to_list() == ["classification", "extraction"]
    assert found["task"].to_list() == ["a", "b"]
    assert found["reader_id"].to_list() == ["rules", "bert"]
    assert found["verdict"].to_list() == ["worse", "too close to call"]


def test_the_turn_is_the_first_level_detectably_behind():
    n = 40
    bert = np.r_[share(n, 38), share(n, 37), share(n, 15), share(n, 2)]
    big = np.r_[share(n, 38), share(n, 38), share(n, 36), share(n, 36)]
    g = made({"bert": bert, "big": big}, levels=np.repeat([1, 2, 3, 4], n))
    found = by_level(g, summary())
    assert found["level"].to_list() == [1, 2, 3, 4]
    assert found["turns"].to_list() == [False, False, True, False]
    assert found["verdict"].to_list()[2:] == ["worse", "worse"]
    assert found["samples"].to_list() == [n] * 4
    assert found["cost_ratio"].to_list() == pytest.approx([1000] * 4)
    assert set(found["reader_id"]) == {"bert"}


def test_the_pair_of_a_level_is_the_pair_of_the_task():
    bert = np.r_[share(30, 30), share(30, 0)]
    rules = np.r_[share(30, 10), share(30, 10)]
    g = made({"bert": bert, "rules": rules, "big": share(60, 60)}, levels=np.repeat([1, 2], 30))
    assert set(by_level(g, summary())["reader_id"]) == {"bert"}


def test_equal_contestants_turn_as_seldom_as_promised():
    rng = np.random.default_rng(4)
    turned = 0
    for _ in range(60):
        score = (rng.random((2, 100)) < 0.7).astype(float)
        g = made({"bert": score[0], "big": score[1]}, levels=np.repeat(range(1, 6), 20))
        turned += by_level(g, summary())["turns"].any()
    assert turned <= 6


def test_a_level_that_one_side_skipped_has_no_verdict():
    bert = np.where(np.arange(100) < 97, 1.0, np.nan)
    g = made({"bert": bert, "big": np.ones(100)}, levels=[1] * 97 + [1] * 3)
    assert by_level(g, summary())["samples"].to_list() == [97]
    skipped = made({"bert": bert, "big": np.ones(100)}, levels=[1] * 97 + [2] * 3)
    assert by_level(skipped, summary())["verdict"].to_list() == [None, None]


def test_an_empty_grid_gives_an_empty_frame():
    g = grid(answers({}))
    assert readers(g, summary()).is_empty()
    assert by_level(g, summary()).is_empty()
    assert readers(g, summary()).columns == readers(made({"bert": [1.0]}), summary()).columns


def test_the_sentence_says_what_the_frame_says():
    tasks = ["a"] * 200 + ["b"] * 200 + ["c"] * 20
    g = made(
        {"bert": np.r_[share(200, 180), share(200, 50), share(20, 10)],
         "big": np.r_[share(200, 180), share(200, 180), share(20, 10)]},
        tasks=tasks,
    )  # fmt: skip
    assert sentence(readers(g, summary())) == (
        "On **1 of 3** tasks the best reader is seen to do as well as the best writer, with 100% "
        "of its accuracy, for 1/1000 of its cost; on 1 it is detectably behind; 1 is too close to "
        "call: should the differences seen hold, telling takes about 73 shared samples on c (now "
        "20)."
    )


def test_the_sentence_without_prices_names_no_saving():
    g = made({"bert": share(200, 180), "big": share(200, 180)},
             cost_usd={"bert": np.nan, "big": np.nan})  # fmt: skip
    assert sentence(readers(g, summary())) == (
        "On **1 of 1** task the best reader is seen to do as well as the best writer, with 100% "
        "of its accuracy."
    )


def random_grid(seed, n=24):
    rng = np.random.default_rng(seed)
    rates = {"bert": 0.7, "rules": 0.5, "big": 0.8, "small": 0.6}
    scores = {i: (rng.random((n, 2)) < p).astype(float) for i, p in rates.items()}
    cost = {i: rng.lognormal(-6, 1, (n, 2)) for i in scores}
    return answers(scores, levels=np.repeat([1, 2, 3], n // 3), cost_usd=cost, duration_s=TIME)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_is_nothing_and_numbers_keep_their_bounds(seed):
    frame = random_grid(seed)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    for lens in (readers, by_level):
        found, again = lens(grid(frame), summary()), lens(grid(shuffled), summary().reverse())
        assert found.equals(again)
        for row in found.iter_rows(named=True):
            assert -1 <= row["difference_low"] <= row["difference"] <= row["difference_high"] <= 1
            assert row["difference"] == pytest.approx(
                row["reader_accuracy"] - row["writer_accuracy"]
            )
            assert row["writer_cost_per_1k_usd"] > 0
            assert not any(isinstance(v, float) and np.isnan(v) for v in row.values())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_ratios_do_not_depend_on_the_currency(seed, factor):
    frame = random_grid(seed)
    scaled = frame.with_columns(pl.col("cost_usd") * factor)
    one, other = (only(readers(grid(f), summary())) for f in (frame, scaled))
    assert other["cost_ratio"] == pytest.approx(one["cost_ratio"])
    assert other["writer_cost_per_1k_usd"] == pytest.approx(factor * one["writer_cost_per_1k_usd"])
