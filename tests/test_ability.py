import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from polars.testing import assert_frame_equal
from scipy import optimize, special, stats

from data.analysis.ability import Ability, fit, levels, levels_out_of_order, sentence
from data.analysis.grid import grid
from tests.answers import answers

LEVELS = np.repeat(np.arange(1, 6), 12)
THETA = np.linspace(-3.5, 4.5, 16)


def simulated(seed, incomplete=False, extra=None):
    """METHOD's design: 16 contestants x 60 samples in 5 levels x 3 epochs; also the difficulties.

    `incomplete`: every second contestant never saw levels 4 and 5.
    """
    rng = np.random.default_rng(seed)
    b = np.array([-3, -1.5, 0, 1.5, 3])[LEVELS - 1] + rng.normal(0, 0.5, 60)
    p = special.expit(THETA[:, None] - b)
    scores = (rng.random((16, 60, 3)) < p[:, :, None]).astype(float)
    if incomplete:
        scores[::2, LEVELS > 3] = np.nan
    named = {f"c{m:02d}": of_one for m, of_one in enumerate(scores)} | (extra or {})
    return grid(answers(named, levels=LEVELS)), b


def mixed():
    """Fractions, missing epochs, three levels, one of them all right, one contestant all wrong."""
    rng = np.random.default_rng(7)
    of_level = [1, 1, 1, 2, 2, 2, 2, 3, 3]
    scores = rng.choice([0, 0.25, 1, 1], size=(5, 9, 2))
    scores[:, :3] = 1.0
    scores[4] = 0.0
    scores[rng.random(scores.shape) < 0.2] = np.nan
    scores[4, 0, 0] = 0.0
    return scores, of_level


def column(frame, name, by="contestant_id"):
    return dict(zip(frame[by], frame[name], strict=True))


def array(frame, name):
    return frame[name].to_numpy()


def by_lbfgs(scores, of_level):
    """theta, b and delta that minimise METHOD's objective, written out cell by cell."""
    contestants, samples, epochs = scores.shape
    rungs = sorted(set(of_level))
    cells = [
        (m, i, scores[m, i, k])
        for m in range(contestants)
        for i in range(samples)
        for k in range(epochs)
        if not np.isnan(scores[m, i, k])
    ]
    who, what, score = (np.array(c) for c in zip(*cells, strict=True))
    rung = np.array([rungs.index(level) for level in of_level])

    def parts(x):
        theta, u, free = np.split(x, [contestants, contestants + samples])
        delta = np.append(free, -free.sum())  # the constraint: they sum to 0
        return theta, u, delta, delta[rung] + u

    def objective(x):
        theta, u, delta, b = parts(x)
        eta = theta[who] - b[what]
        likelihood = score * special.log_expit(eta) + (1 - score) * special.log_expit(-eta)
        prior = (theta**2).sum() / 9 + (u**2).sum() / 0.49 + (delta**2).sum() / 100
        return prior / 2 - likelihood.sum()

    start = np.zeros(contestants + samples + len(rungs) - 1)
    options = {"maxiter": 5000, "maxfun": 10**6, "ftol": 1e-15, "gtol": 1e-7}
    found = optimize.minimize(objective, start, method="L-BFGS-B", options=options)
    theta, _, delta, b = parts(found.x)
    return theta, b, delta


def by_logistic_regression(scores, of_level):
    """theta, b and delta by scikit-learn: +1/-1 columns scaled by the priors' deviations, C = 1.

    delta is rotated into contrasts that sum to 0, so that its prior is one of independent columns.
    """
    linear = pytest.importorskip("sklearn.linear_model")
    contestants, samples, _ = scores.shape
    rungs = sorted(set(of_level))
    contrasts = np.linalg.svd(np.ones((1, len(rungs))))[2][1:].T
    of_sample = 10 * contrasts[[rungs.index(level) for level in of_level]]
    rows = np.array([(m, i) for m in range(contestants) for i in range(samples)]).T
    design = np.hstack(
        [3 * np.eye(contestants)[rows[0]], -0.7 * np.eye(samples)[rows[1]], -of_sample[rows[1]]]
    )
    right, wrong = np.nansum(scores, axis=2).ravel(), np.nansum(1 - scores, axis=2).ravel()
    model = linear.LogisticRegression(
        C=1.0, fit_intercept=False, solver="newton-cholesky", tol=1e-10, max_iter=1000
    )
    outcome = np.repeat([1, 0], len(right))
    model.fit(np.vstack([design, design]), outcome, sample_weight=np.append(right, wrong))
    theta, u, free = np.split(model.coef_[0], [contestants, contestants + samples])
    delta = 10 * contrasts @ free
    return 3 * theta, 0.7 * u + delta[[rungs.index(level) for level in of_level]], delta


@pytest.mark.parametrize("oracle", [by_lbfgs, by_logistic_regression])
def test_the_fit_is_the_minimum_that_other_solvers_find(oracle):
    scores, of_level = mixed()
    named = {f"c{m}": of_one for m, of_one in enumerate(scores)}
    fitted = fit(grid(answers(named, levels=of_level)))
    theta, b, delta = oracle(scores, of_level)
    assert array(fitted.contestants, "theta") == pytest.approx(theta, abs=2e-4)
    assert array(fitted.difficulty, "difficulty") == pytest.approx(b, abs=2e-4)
    found = fitted.difficulty["level_difficulty"].unique(maintain_order=True).to_numpy()
    assert found == pytest.approx(delta, abs=2e-3)
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_the_fit_agrees_with_logistic_regression_on_the_simulated_design():
    made, _ = simulated(1)
    theta, b, _ = by_logistic_regression(np.array(made.column("score")), list(LEVELS))
    fitted = fit(made)
    assert array(fitted.contestants, "theta") == pytest.approx(theta, abs=1e-5)
    assert array(fitted.difficulty, "difficulty") == pytest.approx(b, abs=1e-5)


def test_one_right_answer_by_hand():
    """One contestant, sample and level: theta / 9 = 1 - p = u / -.49 and theta - u = logit p."""
    row = fit(grid(answers({"a": [1.0]}))).contestants.row(0, named=True)
    eta = optimize.brentq(lambda x: x - (9 + 0.49) * special.expit(-x), 0, 9, xtol=1e-14)
    p = special.expit(eta)
    assert row["theta"] == pytest.approx(9 * (1 - p), abs=1e-7)
    assert row["theta_se"] == pytest.approx(1 / np.sqrt(p * (1 - p) + 1 / 9), abs=1e-7)
    assert row["true_score"] == pytest.approx(100 * p, abs=1e-6)
    assert (row["true_score_high"], row["bound"]) == (100.0, "at least")


def test_ability_and_difficulty_are_found_again():
    """METHOD: r(theta) .9986, r(b) .9857, median SE .229, +-1.96 SE covers .954 [SIM].

    Those correlations are of one seed. Over many the median is .996, and coverage is .95 once the
    mean is taken off: the origin of the scale is the samples' luck, the same for everybody.
    """
    of_theta, of_b, errors, held = [], [], [], []
    for seed in range(25):
        made, b = simulated(seed)
        fitted = fit(made)
        theta, se = (array(fitted.contestants, c) for c in ("theta", "theta_se"))
        of_theta.append(np.corrcoef(theta, THETA)[0, 1])
        of_b.append(np.corrcoef(array(fitted.difficulty, "difficulty"), b)[0, 1])
        errors.append(np.median(se))
        held.append(np.abs(theta - theta.mean() - THETA + THETA.mean()) < 1.96 * se)
    assert np.median(of_theta) > 0.995
    assert min(of_theta) > 0.985
    assert np.median(of_b) > 0.98
    assert np.median(errors) == pytest.approx(0.23, abs=0.015)
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)


def test_anchored_to_the_true_difficulties_intervals_hold_the_true_ability():
    held = []
    for seed in range(25):
        made, b = simulated(seed)
        anchors = made.samples.select("sample_id").with_columns(difficulty=pl.Series(b))
        rows = fit(made, anchors).contestants
        held.append(np.abs(array(rows, "theta") - THETA) < 1.96 * array(rows, "theta_se"))
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)


def test_skipping_hard_levels_flatters_accuracy_but_not_ability():
    """METHOD: Spearman with the truth .941 for raw accuracy, 1.000 for theta [SIM]."""
    raw, able = [], []
    for seed in range(10):
        made, _ = simulated(seed, incomplete=True)
        accuracy = np.nanmean(made.score, axis=1)
        raw.append(stats.spearmanr(accuracy, THETA).statistic)
        able.append(stats.spearmanr(array(fit(made).contestants, "theta"), THETA).statistic)
    assert np.mean(raw) == pytest.approx(0.93, abs=0.02)
    assert np.median(able) > 0.99
    assert max(able) == pytest.approx(1.0)
    assert all(a > r + 0.02 for a, r in zip(able, raw, strict=True))


@pytest.mark.parametrize(
    ("score", "theta", "bound", "low", "high"),
    [(0.0, -7.1, "at most", 0.0, 3.2), (1.0, 7.3, "at least", 96.8, 100.0)],
)
def test_all_wrong_or_all_right_is_finite_and_open_to_one_side(score, theta, bound, low, high):
    """METHOD: -7.08 and 7.32, standard error 1.06 and 1.05 [SIM]."""
    for seed in range(3):
        made, _ = simulated(seed, extra={"z": np.full((60, 3), score)})
        row = fit(made).contestants.row(-1, named=True)
        assert row["theta"] == pytest.approx(theta, abs=0.4)
        assert row["theta_se"] == pytest.approx(1.06, abs=0.02)
        assert row["bound"] == bound
        assert row["true_score_low"] == pytest.approx(low, abs=0.15)
        assert row["true_score_high"] == pytest.approx(high, abs=0.15)
        assert 0 < row["true_score"] < 100


def test_fractions_are_not_a_bound():
    bounds = fit(grid(answers({"a": [0.99, 1], "b": [0.01, 0], "c": [1, 1]}))).contestants["bound"]
    assert bounds.to_list() == [None, None, "at least"]


def test_true_score_is_the_level_balanced_mean_over_every_sample_of_the_fit():
    scores = {"a": [1, 0, 1, np.nan, 0.5, 1], "b": [1, 1, 0, 0, 0, 1]}
    fitted = fit(grid(answers(scores, levels=[1, 1, 1, 1, 2, 2])))
    row, b = fitted.contestants.row(0, named=True), array(fitted.difficulty, "difficulty")
    for name, theta in (
        ("true_score", row["theta"]),
        ("true_score_low", row["theta"] - 1.96 * row["theta_se"]),
        ("true_score_high", row["theta"] + 1.96 * row["theta_se"]),
    ):
        p = special.expit(theta - b)
        assert row[name] == pytest.approx(50 * (p[:4].mean() + p[4:].mean()))
    assert (row["samples"], row["answers"]) == (5, 5)


def test_the_view_s_mix_weighs_the_true_score_and_leaves_ability_alone():
    scores = {"a": [1, 1, 0, 1], "b": [1, 0, 0, 0], "c": [1, 1, 1, 0]}
    frame = answers(scores, tasks=["easy", "easy", "hard", "hard"])
    even, tilted, nothing = (
        fit(grid(frame, mix)).contestants
        for mix in (None, {"hard": 3.0}, {"easy": 0.0, "hard": 0.0})
    )
    assert even["theta"].to_list() == tilted["theta"].to_list() == nothing["theta"].to_list()
    assert (even["true_score"] > tilted["true_score"]).all()
    assert nothing["true_score"].null_count() == nothing["true_score_high"].null_count() == 3


def test_anchors_give_the_same_ability_back_and_do_not_move():
    made, _ = simulated(2, incomplete=True)
    free = fit(made)
    anchored = fit(made, free.difficulty)
    assert_frame_equal(anchored.contestants, free.contestants, abs_tol=1e-6)
    assert anchored.difficulty["difficulty"].equals(free.difficulty["difficulty"])
    assert anchored.difficulty["level_difficulty_se"].null_count() == 60
    mean = free.difficulty.group_by("level", maintain_order=True).agg(pl.col("difficulty").mean())
    assert array(levels(made, anchored), "level_difficulty") == pytest.approx(
        array(mean, "difficulty")
    )
    assert levels_out_of_order(anchored.difficulty).is_empty()


def test_anchored_a_contestant_stands_alone():
    """Whoever else answered, and however: with frozen difficulties nobody moves another."""
    made, _ = simulated(3)
    anchors = fit(made).difficulty.select("sample_id", "difficulty")
    everyone = column(fit(made, anchors).contestants, "theta")
    alone = column(fit(made.only(["c05"]), anchors).contestants, "theta")
    assert alone["c05"] == pytest.approx(everyone["c05"], abs=1e-9)


def test_samples_without_an_anchor_leave_the_fit_and_are_counted():
    made, _ = simulated(4)
    anchors = fit(made).difficulty.select("sample_id", "difficulty")
    known, nulls = anchors.head(40), anchors.tail(5).with_columns(difficulty=pl.lit(None))
    foreign = pl.DataFrame({"sample_id": ["elsewhere"], "difficulty": [9.0]})
    fitted = fit(made, pl.concat([known, nulls, foreign], how="vertical_relaxed"))
    assert fitted.left_out == 20
    assert_frame_equal(fitted.difficulty.select("sample_id", "difficulty"), known)
    assert fitted.contestants["samples"].to_list() == [40] * 16
    assert fitted.contestants["answers"].to_list() == [120] * 16
    inside = made.answers.filter(pl.col("sample_id").is_in(known["sample_id"].to_list()))
    assert_frame_equal(fit(grid(inside), known).contestants, fitted.contestants, abs_tol=1e-9)


def test_no_anchor_in_common_leaves_nobody_placed():
    made, _ = simulated(5)
    fitted = fit(made, pl.DataFrame({"sample_id": ["elsewhere"], "difficulty": [0.0]}))
    assert fitted.left_out == 60
    assert fitted.contestants["theta"].null_count() == 16
    assert fitted.difficulty.is_empty()
    assert levels(made, fitted).is_empty()
    assert "collect answers" in sentence(fitted)


def test_an_anchored_sample_without_answers_stays_in_the_true_score():
    frame = answers({"a": [1, 0, np.nan], "b": [1, 1, np.nan]}, drop_missing=False)
    made = grid(frame)
    assert fit(made).left_out == 1
    anchors = made.samples.select("sample_id").with_columns(difficulty=pl.Series([0.0, 0.0, 4.0]))
    fitted = fit(made, anchors)
    theta = column(fitted.contestants, "theta")["a"]
    expected = 100 * special.expit(theta - np.array([0.0, 0.0, 4.0])).mean()
    assert fitted.left_out == 0
    assert column(fitted.contestants, "true_score")["a"] == pytest.approx(expected)


def test_who_answered_nothing_is_unknown_and_moves_nobody():
    scores, of_level = mixed()
    named = {f"c{m}": of_one for m, of_one in enumerate(scores)}
    alone = fit(grid(answers(named, levels=of_level, drop_missing=False)))
    named["absent"] = np.full((9, 2), np.nan)
    fitted = fit(grid(answers(named, levels=of_level, drop_missing=False)))
    assert_frame_equal(fitted.contestants.tail(5), alone.contestants, abs_tol=1e-9)
    assert_frame_equal(fitted.difficulty, alone.difficulty, abs_tol=1e-9)
    assert fitted.contestants.row(0) == ("absent", *[None] * 6, 0.0, 0, 0)


def test_no_answers_give_empty_frames():
    made = grid(answers({}))
    fitted = fit(made)
    assert fitted.contestants.is_empty()
    assert fitted.difficulty.is_empty()
    assert levels(made, fitted).is_empty()
    assert levels_out_of_order(fitted.difficulty).is_empty()


def test_a_saturated_level_does_not_run_away():
    """A hundred levels of poor answers beside one that all get right: without a prior on the
    level it would go beyond -150, to bring the mean ability to 0."""
    rng = np.random.default_rng(5)
    of_level = np.repeat(np.arange(1, 101), 4)
    scores = (rng.random((8, 400)) < 0.15).astype(float)
    scores[:, :4] = 1.0
    made = grid(answers({f"c{m}": of_one for m, of_one in enumerate(scores)}, levels=of_level))
    first = levels(made, fit(made)).row(0, named=True)
    assert -15 < first["level_difficulty"] < -5
    assert first["saturated"] == "all right"
    assert 1 < first["level_difficulty_se"] <= 10


def test_levels_say_who_answered_them_and_which_are_saturated():
    """b fails everywhere and d answered level 1 only: neither hides that level 1 is too easy."""
    scores = {
        "a": [1, 1, 1, 0, 0, 0],
        "b": [0, 0, 0, 0, 0, 0],
        "c": [1, 1, 0, 1, 0, 0],
        "d": [1, 1] + [np.nan] * 4,
    }
    made = grid(answers(scores, levels=[1, 1, 2, 2, 3, 3]))
    rows = levels(made, fit(made))
    assert rows["level"].to_list() == [1, 2, 3]
    assert rows["samples"].to_list() == [2, 2, 2]
    assert rows["credible"].to_list() == [3, 2, 2]
    assert rows["share_right"].to_list() == [1.0, 0.5, 0.0]
    assert rows["saturated"].to_list() == ["all right", None, "all wrong"]
    assert rows["level_difficulty"].is_sorted()
    assert rows["level_difficulty"].sum() == pytest.approx(0, abs=1e-9)


def test_the_error_of_a_level_is_its_scatter_and_its_answers():
    """1 / se^2 = sum of 1 / (1 / A + .49) over its samples, and the prior's 1/100."""
    made, _ = simulated(6)
    fitted = fit(made)
    p = special.expit(
        array(fitted.contestants, "theta")[:, None] - array(fitted.difficulty, "difficulty")
    )
    information = (3 * p * (1 - p)).sum(axis=0)
    expected = [
        (sum(1 / (1 / a + 0.49) for a in information[level == LEVELS]) + 0.01) ** -0.5
        for level in range(1, 6)
    ]
    assert array(levels(made, fitted), "level_difficulty_se") == pytest.approx(expected)


@pytest.mark.parametrize("frame", ["levels", "samples"])
def test_a_level_easier_than_the_one_below_is_named(frame):
    made, _ = simulated(7)
    assert levels_out_of_order(fit(made).difficulty).is_empty()
    swapped = grid(
        made.answers.with_columns(pl.col("level").replace_strict({1: 1, 2: 4, 3: 3, 4: 2, 5: 5}))
    )
    fitted = fit(swapped)
    found = levels_out_of_order(levels(swapped, fitted) if frame == "levels" else fitted.difficulty)
    assert found.select("task", "level", "level_below").rows() == [("sums", 3, 2), ("sums", 4, 3)]
    assert (found["easier_by"] > found["error"]).all()
    difficulty = column(levels(swapped, fitted), "level_difficulty", "level")
    assert found["easier_by"].to_list() == [
        pytest.approx(difficulty[2] - difficulty[3]),
        pytest.approx(difficulty[3] - difficulty[4]),
    ]


def test_levels_are_ordered_within_their_task_and_beyond_their_error():
    def row(task, level, difficulty, se):
        return {"category": None, "task": task, "level": level,
                "level_difficulty": difficulty, "level_difficulty_se": se}  # fmt: skip

    frame = pl.DataFrame(
        [
            row("sums", 1, 0.0, 0.3), row("sums", 2, -0.9, 0.4), row("sums", 4, 2.0, 0.3),
            row("word", 1, -9.0, 0.1), row("word", 2, -10.0, 0.3), row("word", 3, -11.0, None),
        ],
        schema_overrides={"category": pl.String},
    )  # fmt: skip
    found = levels_out_of_order(frame.reverse())
    assert found.select("task", "level", "level_below", "easier_by").rows() == [
        ("word", 2, 1, pytest.approx(1.0))
    ]
    assert found["error"][0] == pytest.approx(1.96 * np.hypot(0.1, 0.3))


GRIDS = arrays.arrays(
    float,
    st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 3)),
    elements=st.sampled_from([0.0, 1.0, 0.5, np.nan]),
)


def grid_of(scores, drop_missing=False):
    of_level = [1 + i % 3 for i in range(scores.shape[1])]
    named = {f"c{m}": of_one for m, of_one in enumerate(scores)}
    return grid(answers(named, levels=of_level, drop_missing=drop_missing))


@settings(max_examples=40, deadline=None)
@given(GRIDS)
def test_numbers_are_in_bounds_and_never_nan(scores):
    made = grid_of(scores)
    fitted = fit(made)
    rows = fitted.contestants
    for frame in (rows, fitted.difficulty, levels(made, fitted)):
        for values in frame.select(pl.col(pl.Float64)):
            assert values.is_finite().all()
    known = rows.filter(pl.col("answers") > 0)
    assert known.null_count().drop("bound").row(0) == (0,) * 9
    assert ((known["theta_se"] > 0) & (known["theta_se"] <= 3)).all()
    assert (known["true_score_low"] <= known["true_score"]).all()
    assert (known["true_score"] <= known["true_score_high"]).all()
    assert ((known["true_score_low"] >= 0) & (known["true_score_high"] <= 100)).all()
    assert rows.filter(pl.col("answers") == 0)["theta"].null_count() == rows.height - known.height
    assert sentence(fitted).endswith(".")


@settings(max_examples=25, deadline=None)
@given(GRIDS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(scores, random):
    made = grid_of(scores)
    order = list(range(made.answers.height))
    random.shuffle(order)
    again = fit(grid(made.answers[order]))
    assert_frame_equal(again.contestants, fit(made).contestants, check_exact=True)
    assert_frame_equal(again.difficulty, fit(made).difficulty, check_exact=True)


@settings(max_examples=25, deadline=None)
@given(GRIDS, st.randoms(use_true_random=False))
def test_the_names_of_contestants_change_nothing(scores, random):
    order = list(range(len(scores)))
    random.shuffle(order)
    first, second = (fit(grid_of(s)).contestants for s in (scores, scores[order]))
    moved = first[order].with_columns(contestant_id=second["contestant_id"])
    assert_frame_equal(moved, second, abs_tol=1e-6)


@settings(max_examples=25, deadline=None)
@given(GRIDS)
def test_more_epochs_with_the_same_answers_narrow_the_error(scores):
    """Anchored, so that ability alone moves: the prior weighs less, the error shrinks."""
    made = grid_of(scores)
    anchors = made.samples.select("sample_id", difficulty=pl.col("level") - 2.0)
    once = fit(made, anchors).contestants.filter(pl.col("answers") > 0)
    twice = fit(grid_of(np.concatenate([scores, scores], axis=2)), anchors).contestants
    twice = twice.filter(pl.col("answers") > 0)
    assert twice["answers"].to_list() == (2 * once["answers"]).to_list()
    assert (twice["theta"].abs() >= once["theta"].abs() - 1e-7).all()
    inside = once["bound"].is_null()
    assert (twice["theta_se"].filter(inside) < once["theta_se"].filter(inside)).all()


def test_duplicating_all_epochs_narrows_everybodys_error():
    made, _ = simulated(8)
    twice = np.concatenate([made.column("score")] * 2, axis=2)
    named = dict(zip(made.ids, twice, strict=True))
    once, again = fit(made).contestants, fit(grid(answers(named, levels=LEVELS))).contestants
    ratio = array(again, "theta_se") / array(once, "theta_se")
    assert ((ratio > 0.68) & (ratio < 0.78)).all(), "about 1 / sqrt(2)"
    assert array(again, "theta") == pytest.approx(array(once, "theta"), abs=0.3)


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(
        float,
        st.tuples(st.integers(2, 5), st.integers(1, 6), st.integers(1, 2)),
        elements=st.sampled_from([0.0, 1.0, 0.5]),
    )
)
def test_more_right_on_the_same_samples_is_more_able(scores):
    rows = fit(grid_of(scores)).contestants
    total, theta = scores.sum(axis=(1, 2)), array(rows, "theta")
    more = total[:, None] > total
    assert ((theta[:, None] - theta)[more] > 1e-3).all()
    same = np.isclose(total[:, None], total)
    assert np.abs((theta[:, None] - theta)[same]).max() < 1e-6
    score = array(rows, "true_score")
    assert ((score[:, None] - score)[more] > 0).all()


@settings(max_examples=25, deadline=None)
@given(GRIDS, st.data())
def test_one_answer_turned_right_raises_ability_on_the_anchored_scale(scores, data):
    wrong = np.argwhere(scores < 1)
    if not len(wrong):
        return
    m, i, k = wrong[data.draw(st.integers(0, len(wrong) - 1))]
    better = scores.copy()
    better[m, i, k] = 1.0
    made = grid_of(scores)
    anchors = made.samples.select("sample_id", difficulty=pl.col("level") - 2.0)
    before, after = (array(fit(g, anchors).contestants, "theta") for g in (made, grid_of(better)))
    assert after[m] > before[m]
    assert np.delete(after, m) == pytest.approx(np.delete(before, m), abs=1e-7, nan_ok=True)


def test_scores_beyond_their_bounds_are_cut():
    wild = fit(grid(answers({"a": [-0.33, 1.5, 1], "b": [0, 1, 0]})))
    tame = fit(grid(answers({"a": [0, 1, 1], "b": [0, 1, 0]})))
    assert_frame_equal(wild.contestants, tame.contestants)


def placed(*rows):
    """An Ability of (contestant, theta, theta_se, low, true score, high, bound[, coverage])."""
    names = ("contestant_id", "theta", "theta_se", "true_score_low", "true_score",
             "true_score_high", "bound", "coverage")  # fmt: skip
    schema = {n: pl.String if n in ("contestant_id", "bound") else pl.Float64 for n in names}
    rows = [(*row, 1.0)[: len(names)] for row in rows]
    return Ability(pl.DataFrame(rows, schema=schema, orient="row"), pl.DataFrame(), 0)


BEST = ("big", 2.0, 0.3, 80.0, 85.04, 89.0, None)
WRONG = ("wrong", 2.5, 3.0, 0.0, 90.0, 95.0, "at most")
PART = ("part", 3.0, 1.6, 46.1, 90.0, 100.0, "at least", 0.949)
FAR = ("far", -2.0, 0.3, 10.0, 15.0, 20.0, None)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [FAR, BEST, ("near", 1.2, 0.3, 66.0, 70.0, 74.0, None)],
            "Of 3 contestants, **Big** is the ablest with a true score of **85.0** (95 % interval "
            "80.0 to 89.0); one other can't be told apart from it.",
        ),
        (
            [FAR, BEST],
            "Of 2 contestants, **Big** is the ablest with a true score of **85.0** (95 % interval "
            "80.0 to 89.0); all others are told apart from it.",
        ),
        (
            [BEST, ("x", 1.9, 0.3, 66.0, 70.0, 74.0, None), WRONG, FAR],
            "Of 4 contestants, **Big** is the ablest with a true score of **85.0** (95 % interval "
            "80.0 to 89.0); **2** others can't be told apart from it.",
        ),
        (
            [BEST, ("x", 1.9, 0.3, 66.0, 70.0, 74.0, None), ("y", 1.8, *BEST[2:])],
            "Of 3 contestants, **Big** is the ablest with a true score of **85.0** (95 % interval "
            "80.0 to 89.0); **none** of the others can be told apart from it.",
        ),
        (
            [FAR, ("big", 7.0, 1.0, 96.84, 99.5, 100.0, "at least")],
            "Of 2 contestants, **Big** is the ablest with a true score of at least **96.8**, all "
            "its answers being right; all others are told apart from it; collect harder levels to "
            "see its limit.",
        ),
        (
            [BEST],
            "Only **Big** has scores, with a true score of **85.0** (95 % interval 80.0 to 89.0): "
            "collect another to compare it with.",
        ),
        (
            [("big", 2.5, 3.0, 0.0, 90.0, 95.22, "at most"), WRONG],
            "Every answer of 2 contestants is wrong, so all that is known of **Big** is a true "
            "score of at most **95.2**: collect easier levels.",
        ),
        (
            [FAR, BEST, ("twin", *BEST[1:])],
            "Of 3 contestants, **Big** and **twin** are the ablest with a true score of **85.0** "
            "(95 % interval 80.0 to 89.0); all others are told apart from them.",
        ),
        (
            [FAR, BEST, ("twin", *BEST[1:]), ("third", *BEST[1:])],
            "Of 4 contestants, **Big** and 2 equals are the ablest with a true score of **85.0** "
            "(95 % interval 80.0 to 89.0); all others are told apart from them.",
        ),
        (
            [BEST, ("twin", *BEST[1:])],
            "**All 2** contestants are equally able, with a true score of **85.0** (95 % interval "
            "80.0 to 89.0): collect more samples, or harder levels.",
        ),
        (
            [("a", *WRONG[1:]), WRONG],
            "Every answer of 2 contestants is wrong, so all that is known of **each** is a true "
            "score of at most **95.0**: collect easier levels.",
        ),
        (
            [FAR, BEST, PART],
            "Of 2 contestants, **Big** is the ablest with a true score of **85.0** (95 % interval "
            "80.0 to 89.0); all others are told apart from it; 1 more answered only part.",
        ),
        (
            [BEST, PART, PART],
            "Only **Big** answered nearly all of these samples, with a true score of **85.0** "
            "(95 % interval 80.0 to 89.0): collect another to compare it with; 2 more answered "
            "only part.",
        ),
        (
            [PART, PART],
            "**None** of 2 contestants answered 95% of these samples, so nobody can be called the "
            "ablest: collect the answers that are missing.",
        ),
        (
            [("big", None, None, None, None, None, None)],
            "No contestant has a score on these samples: **collect answers** to place anybody.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_the_frame_says(rows, said):
    assert sentence(placed(*rows), {"big": "Big"}) == said


def test_told_apart_means_by_more_than_the_error_of_the_difference():
    error = 1.96 * np.hypot(0.3, 0.4)
    for gap, said in ((error - 0.01, "one other"), (error + 0.01, "all others")):
        other = ("x", 2.0 - gap, 0.4, 50.0, 60.0, 70.0, None)
        assert said in sentence(placed(BEST, other))


def test_a_specialist_with_a_few_easy_answers_is_not_called_the_ablest():
    """Nine right answers of one task in five promise more than they show."""
    rng = np.random.default_rng(3)
    tasks = [f"t{i // 10}" for i in range(50)]
    solved = (rng.random((2, 50)) < [[0.7], [0.5]]).astype(float)
    special = np.full(50, np.nan)
    special[:9] = 1.0
    scores = {"able": solved[0], "less": solved[1], "special": special}
    fitted = fit(grid(answers(scores, tasks=tasks)))
    rows = {row["contestant_id"]: row for row in fitted.contestants.iter_rows(named=True)}
    assert rows["special"]["theta"] > rows["able"]["theta"], "the scale itself would name it"
    assert rows["special"]["coverage"] == pytest.approx(0.9 / 5)
    assert rows["able"]["coverage"] == 1
    assert sentence(fitted).startswith("Of 2 contestants, **able** is the ablest")
    assert sentence(fitted).endswith("; 1 more answered only part.")


@pytest.mark.parametrize(("answered", "full"), [(19, True), (18, False)])
def test_95_percent_of_the_samples_is_nearly_all(answered, full):
    some = np.where(np.arange(20) < answered, np.arange(20) % 2, np.nan)
    fitted = fit(grid(answers({"a": some, "b": np.zeros(20) + np.arange(20) % 3 // 2})))
    assert fitted.contestants["coverage"][0] == pytest.approx(answered / 20)
    assert ("1 more answered only part" in sentence(fitted)) is not full


def test_the_ablest_of_many_must_lead_by_more():
    """2.5 standard errors tell two apart; of 30 the best was chosen among many."""
    gap = 2.5 * np.hypot(0.3, 0.3)
    other = ("x", 2.0 - gap, 0.3, 50.0, 60.0, 70.0, None)
    assert "all others are told apart" in sentence(placed(BEST, other))
    many = [(f"f{i:02}", -3.0, 0.3, 1.0, 2.0, 3.0, None) for i in range(28)]
    assert "one other can't be told apart" in sentence(placed(BEST, other, *many))


def test_a_specialist_does_not_discredit_those_that_answered_all():
    """Of its true score of nearly 100 the others have not half; of the best of them they have."""
    tasks = ["easy"] * 12 + ["hard"] * 12
    scores = {
        "a": [1.0] * 6 + [0.0] * 6 + [0.0] * 11 + [1.0],
        "b": [1.0] * 5 + [0.0] * 7 + [0.0] * 12,
        "special": [1.0] * 12 + [np.nan] * 12,
    }
    made = grid(answers(scores, tasks=tasks))
    fitted = fit(made)
    score = dict(fitted.contestants.select("contestant_id", "true_score").iter_rows())
    assert score["a"] < 0.5 * score["special"]
    found = levels(made, fitted)
    assert found["credible"].to_list() == [3, 2]
    assert found["saturated"].to_list() == [None, None]
    alone = grid(answers({n: s for n, s in scores.items() if n == "special"}, tasks=tasks))
    assert levels(alone, fit(alone))["credible"].to_list() == [1], "nobody answered all"
