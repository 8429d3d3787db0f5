import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.grid import grid
from data.analysis.latency import latency
from tests.answers import answers


def row(seconds, **of_samples):
    seconds = np.asarray(seconds, dtype=float)
    frame = answers({"a": np.ones(seconds.shape)}, duration_s={"a": seconds}, **of_samples)
    return latency(grid(frame)).row(0, named=True)


def test_quantiles_of_a_hundred_answers():
    found = row(np.arange(1, 101))
    assert (found["duration_p50_s"], found["duration_p95_s"], found["timed"]) == (50, 95, 100)
    assert found["ttft_p50_s"] is None


def test_one_answer_is_every_quantile():
    assert row([3])["duration_p50_s"] == row([3])["duration_p95_s"] == 3


def test_levels_weigh_the_same_whatever_their_number_of_samples():
    found = row([1] * 90 + [9] * 10, levels=[1] * 90 + [2] * 10)
    assert (found["duration_p50_s"], found["duration_p95_s"]) == (1, 9)
    assert row([1] * 90 + [9] * 9 + [8], levels=[1] * 90 + [2] * 10)["duration_p95_s"] == 9


def test_a_missing_time_is_missing():
    found = row([1, 2, 3, 4, np.nan])
    assert (found["duration_p50_s"], found["duration_p95_s"], found["timed"]) == (2, 4, 4)
    assert row([1, 2, 3, np.nan])["duration_p50_s"] is None, "three of four are too few to tell"


def test_a_level_with_fewer_timed_samples_weighs_no_less():
    seconds = [1.0] * 10 + [100.0] * 10
    levels = [1] * 10 + [2] * 10
    frame = answers(
        {"a": [np.nan] + [1.0] * 19, "b": [1.0] * 20},
        duration_s={"a": seconds, "b": seconds}, levels=levels,
    )  # fmt: skip
    assert latency(grid(frame))["duration_p50_s"].to_list() == [1.0, 1.0]


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=30), st.floats(0.1, 10))
def test_bounds_scale_and_duplication(seconds, factor):
    found, twice = row(seconds), row(np.repeat(seconds, 2))
    assert min(seconds) <= found["duration_p50_s"] <= found["duration_p95_s"] <= max(seconds)
    for name in ("duration_p50_s", "duration_p95_s"):
        assert twice[name] == found[name]
        assert row(np.array(seconds) * factor)[name] == pytest.approx(found[name] * factor)
