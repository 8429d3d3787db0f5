import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.efficiency import efficiency
from data.analysis.grid import grid
from data.analysis.requirement import generates, needed, requirement, version
from tests.answers import answers


def needs(frame):
    return requirement(grid(frame))["requirement_tokens"].to_list()


def one_sample(tokens, scores=None):
    """Contestants by name with their tokens in each epoch at one sample."""
    scores = scores or {name: np.ones(np.shape(v)) for name, v in tokens.items()}
    shaped = {name: np.atleast_2d(np.asarray(v, dtype=float)) for name, v in tokens.items()}
    return answers({n: np.atleast_2d(scores[n]) for n in tokens}, output_tokens=shaped)


def test_the_need_is_the_terse_end_of_the_credible_solvers():
    """METHOD 4.1: 17.6 of writers at 16, 24 and 40 tokens, a tenth of the way up."""
    assert needs(one_sample({"a": [16], "b": [24], "c": [40]})) == [pytest.approx(17.6)]


def test_readers_beside_three_writers_change_nothing():
    """Counted in, two readers would move the need to 0 and the wordy writer's thrift to .29."""
    tokens = {"a": [16], "b": [24], "c": [40], "r": [0], "s": [0]}
    frame = efficiency(grid(one_sample(tokens)))
    assert needs(one_sample(tokens)) == [pytest.approx(17.6)]
    assert frame.filter(contestant_id="c")["thrift"].to_list() == [pytest.approx(0.60)]
    counted_in = pl.DataFrame({"sample_id": ["sums.1/1/00000"], "requirement_tokens": [0.0]})
    wrong = efficiency(grid(one_sample(tokens)), counted_in)
    assert wrong.filter(contestant_id="c")["thrift"].to_list() == [pytest.approx(0.29, abs=5e-3)]


@pytest.mark.parametrize("kind", ["reader", "rules"])
def test_a_reader_by_kind_never_sets_the_need(kind):
    """Whatever it reports; and what it does not report is 0."""
    frame = one_sample({"a": [50], "r": [3]})
    kinds = pl.when(contestant_id="r").then(pl.lit(kind)).otherwise(pl.lit("writer"))
    found = grid(frame.with_columns(kind=kinds))
    assert generates(found).tolist() == [True, False]
    assert requirement(found)["requirement_tokens"].to_list() == [50]
    writers = one_sample({"a": [50], "b": [50], "r": [3]})
    silent = writers.with_columns(
        kind=kinds,
        output_tokens=pl.when(pl.col("contestant_id") != "r").then("output_tokens"),
    )
    row = efficiency(grid(silent)).filter(contestant_id="r").row(0, named=True)
    assert (row["ste"], row["thrift"], row["tokens_missing"]) == (1.0, 1.0, 0.0)


def test_the_median_of_solved_attempts_speaks_for_a_contestant():
    frame = one_sample({"a": [10, 90, 30, 1]}, {"a": [1, 1, 1, 0]})
    assert needs(frame) == [30]
    assert needs(one_sample({"a": [10, 30]})) == [20]


@pytest.mark.parametrize(
    ("scores", "need"),
    [([1, 0], 10), ([1, 0, 0], None), ([0, 0], None), ([0.5, 0.5], 10), ([0.5, 0.4], None)],
)
def test_credible_is_who_solves_half_of_the_attempts(scores, need):
    assert needs(one_sample({"a": [10] * len(scores)}, {"a": scores})) == [need]


def test_credible_is_who_has_half_of_the_level():
    lucky = [[1, 1, 1], [0, 0, 0], [0, 0, 0]]
    able = [[1, 1, 1], [1, 1, 1], [0, 0, 0]]
    frame = answers({"lucky": lucky, "able": able}, output_tokens={"lucky": 3.0, "able": 100.0})
    assert needs(frame) == [100, 100, None]
    assert requirement(grid(frame))["solvers"].to_list() == [1, 1, 0]


def test_half_of_a_level_is_half_whatever_the_rounding():
    """Sample means of 1/3, 1/3, 1/3 and 1 are .5 on the level."""
    third = [1, 0, 0]
    frame = answers({"a": [third, third, third, [1, 1, 1]]}, output_tokens={"a": 7.0})
    assert needs(frame) == [None, None, None, 7]


def test_attempts_without_tokens_count_for_credibility_alone():
    frame = one_sample({"a": [np.nan, 30, 50], "b": [np.nan] * 3})
    assert needs(frame) == [40]
    assert requirement(grid(frame))["solvers"].to_list() == [1]
    assert needs(one_sample({"b": [np.nan]})) == [None]


def test_a_guesser_sets_no_need_but_would_set_a_quarter_of_the_plain_minima():
    """One epoch, a three-token guesser right on a quarter: METHOD's 15 of 60 against none."""
    rng = np.random.default_rng(11)
    size = np.repeat(16 * 4 ** np.arange(5), 12) * rng.lognormal(0, 0.2, 60)
    scores = {"guesser": rng.random(60) < 0.25, **{f"w{i}": rng.random(60) < 0.9 for i in range(6)}}
    tokens = {n: size * rng.uniform(1, 4) for n in scores} | {"guesser": 3.0}
    frame = answers(scores, levels=np.repeat(np.arange(1, 6), 12).tolist(), output_tokens=tokens)
    plain = frame.filter(pl.col("score") == 1).group_by("sample_id").agg(
        least=pl.col("output_tokens").min()
    )  # fmt: skip
    assert 8 <= (plain["least"] <= 3).sum() <= 24
    assert min(n for n in needs(frame) if n is not None) > 3


def brute_force(frame):
    """The definition, sample by sample."""
    out = {}
    solved = pl.col("score") >= 0.5
    for (sample,), rows in frame.group_by("sample_id"):
        level = frame.filter(level=rows["level"][0])
        medians = []
        for (who,), mine in rows.group_by("contestant_id"):
            all_mine = level.filter(contestant_id=who).group_by("sample_id").agg(
                pl.col("score").mean()
            )  # fmt: skip
            able = all_mine["score"].mean() >= 0.5 - 1e-9
            often = mine.select(solved.mean()).item() >= 0.5 - 1e-9
            tokens = mine.filter(solved)["output_tokens"].drop_nulls()
            writes = frame.filter(contestant_id=who)["output_tokens"].max() != 0
            if able and often and writes and len(tokens):
                medians.append(np.median(tokens))
        out[sample] = float(np.percentile(medians, 10)) if medians else None
    return out


def random_frame(seed, contestants=6, samples=12, epochs=3):
    rng = np.random.default_rng(seed)
    shape = (samples, epochs)
    names = [f"c{i}" for i in range(contestants)]
    scores = {n: np.where(rng.random(shape) < 0.15, np.nan, rng.choice([0, 0.5, 1, 1], shape))
              for n in names}  # fmt: skip
    tokens = {n: np.where(rng.random(shape) < 0.1, np.nan, rng.integers(0, 90, shape))
              for n in names}  # fmt: skip
    tokens[names[0]] = np.zeros(shape)
    return answers(scores, levels=np.repeat([1, 2, 3], samples // 3), output_tokens=tokens)


@pytest.mark.parametrize("seed", range(6))
def test_requirements_equal_a_straightforward_computation(seed):
    frame = random_frame(seed)
    found = requirement(grid(frame))
    expected = brute_force(frame)
    assert found.height == len(expected)
    for sample, need in found.select("sample_id", "requirement_tokens").iter_rows():
        assert need == (None if expected[sample] is None else pytest.approx(expected[sample]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_requirements_ignore_the_order_of_rows_and_doubled_epochs(seed):
    frame = random_frame(seed)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    again = pl.concat([frame, frame.with_columns(pl.col("epoch") + 3)])
    first = requirement(grid(frame))
    assert requirement(grid(shuffled)).equals(first)
    assert requirement(grid(again)).equals(first)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.sampled_from([0.0, 0.6, 1.0]))
def test_no_reader_moves_a_writer_by_a_bit(seed, readers, share):
    """Added or removed, right or wrong, they leave each writer's row as it is."""
    frame = random_frame(seed).filter(pl.col("contestant_id") != "c0")
    rng = np.random.default_rng(seed)
    samples = frame.unique(["sample_id", "epoch"], keep="first", maintain_order=True)
    added = [
        samples.with_columns(
            contestant_id=pl.lit(f"a{i}"),  # sorts before the writers
            output_tokens=pl.lit(0.0),
            score=pl.Series((rng.random(samples.height) < share).astype(float)),
        )
        for i in range(readers)
    ]
    alone, beside = grid(frame), grid(pl.concat([frame, *added]))
    assert requirement(beside).equals(requirement(alone))
    columns = ["contestant_id", "accuracy", "ste", "thrift", "adaptivity", "waste_token_share"]
    writers = pl.col("contestant_id").str.starts_with("c")
    found = efficiency(beside).filter(writers).select(columns)
    assert found.equals(efficiency(alone).select(columns))


def test_no_number_of_a_contestant_depends_on_how_many_stand_beside_it():
    """A matrix product over 40 levels would round differently with other rows around."""
    rng = np.random.default_rng(2)
    names = [f"c{i:02}" for i in range(11)]
    frame = answers(
        {n: rng.random(80) < 0.7 for n in names},
        levels=np.repeat(np.arange(40), 2).tolist(),
        output_tokens={n: rng.integers(1, 400, 80) for n in names},
    )
    found = grid(frame)
    reference = requirement(found)
    together = efficiency(found, reference)
    for n in range(1, len(names)):
        assert efficiency(found.only(names[n:]), reference)["ste"].equals(together["ste"][n:])


def test_the_version_names_the_values_and_not_their_order():
    frame = requirement(grid(random_frame(3)))
    digest = frame["version"][0]
    assert frame["version"].n_unique() == 1
    assert version(frame.reverse()) == digest
    assert version(frame.with_columns(pl.col("requirement_tokens") + 1)) != digest
    assert version(frame.head(5)) != digest
    assert version(requirement(grid(random_frame(3)))) == digest


def test_a_frozen_frame_is_looked_up_by_sample():
    found = grid(random_frame(4))
    frozen = requirement(found)
    lost = (
        frozen.reverse()
        .slice(2)
        .with_columns(requirement_tokens=pl.col("requirement_tokens").fill_null(float("nan")))
    )
    need = needed(found, pl.concat([lost, lost]))
    expected = frozen["requirement_tokens"].fill_null(np.nan).to_numpy().copy()
    expected[-2:] = np.nan
    np.testing.assert_array_equal(need, expected)


def test_nothing_gives_an_empty_frame():
    frame = requirement(grid(random_frame(1).clear()))
    assert frame.height == 0
    assert frame.columns == ["category", "task", "level", "sample_id", "requirement_tokens",
                             "solvers", "version"]  # fmt: skip
