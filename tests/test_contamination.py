"""Fresh samples: asked apart, never in other figures, and held against the frozen ones."""

import numpy as np
import polars as pl
import pytest

from collectors.experiment import parse
from collectors.plan import plan
from data.analysis.contamination import contamination, sentence
from data.analysis.multiple import holm
from data.errors import ExperimentError
from data.lenses import lens
from data.nights.names import nights_until
from data.store import Reader, merge
from data.study import Study
from data.view import View
from tests import rows

WHO = '[[contestant]]\nmodel = "hosted_vllm/m"\nmax_tokens = 50\n'


def experiment(more):
    return parse(f'name = "x"\n{WHO}[[task]]\nname = "sums"\nlevels = [3, 4]\n{more}')


def test_every_campaign_asks_other_fresh_samples_and_the_same_frozen_ones():
    asked = experiment("samples = 5\nfresh = 4\n")
    nights = [plan(asked, f"x 2026-11-{day:02d}", {}).todo for day in range(1, 11)]
    fresh = [{p.prompt.sample.sample_id for p in n if p.purpose == "fresh"} for n in nights]
    frozen = [{p.prompt.sample.sample_id for p in n if p.purpose == "answer"} for n in nights]
    assert all(len(one) == 8 for one in fresh)
    assert len(set.union(*fresh)) == 80
    assert len(set.union(*frozen)) == 10
    assert not set.union(*fresh) & set.union(*frozen)
    assert plan(asked, "x 2026-11-01", {}).todo == nights[0]


@pytest.mark.parametrize(
    ("more", "told"),
    [("samples = 5\nfresh = 6000\n", "at most 3,280"), ("fresh = -1\n", "whole number from 0")],
)
def test_too_many_are_refused(more, told):
    with pytest.raises(ExperimentError, match=told):
        experiment(more)


def answers(frozen, fresh, who="A", levels=(1, 2)):
    return [
        {"contestant_id": who, "category": "math", "task": "sums", "level": level, "fresh": new,
         "cluster": f"{level}-{new}-{i}", "score": float(score)}
        for new, scores in ((False, frozen), (True, fresh))
        for level in levels
        for i, score in enumerate(scores)
    ]  # fmt: skip


def test_a_fall_on_fresh_samples_is_seen_and_nothing_else_is():
    rng = np.random.default_rng(5)
    found = contamination(
        pl.DataFrame(
            answers(rng.random(200) < 0.9, rng.random(200) < 0.5, "learnt")
            + answers(rng.random(200) < 0.6, rng.random(200) < 0.6, "honest")
        )
    )
    verdicts = dict(found.select("contestant_id", "verdict").iter_rows())
    assert verdicts == {"learnt": "worse on fresh samples", "honest": "no difference seen"}
    row = found.row(by_predicate=pl.col("contestant_id") == "learnt", named=True)
    assert row["difference"] == pytest.approx(row["fresh"] - row["frozen"])
    assert row["difference_low"] < -0.4 < row["difference_high"] < 0
    assert "learnt by" in sentence(found, {})


def test_the_interval_is_right_by_hand():
    found = contamination(pl.DataFrame(answers([1, 1, 0, 0], [1, 0, 0, 0], levels=(1,))))
    row = found.row(0, named=True)
    se = ((1 / 3) / 4 + 0.25 / 4) ** 0.5
    assert row["difference"] == pytest.approx(-0.25)
    assert row["difference_high"] == pytest.approx(-0.25 + 1.959964 * se, abs=1e-5)
    assert row["detectable"] == pytest.approx(2.8016 * se, abs=1e-4)


def test_chance_alone_raises_few_alarms():
    rng, alarms = np.random.default_rng(1), 0
    for _ in range(200):
        found = contamination(
            pl.DataFrame(
                [a for n in range(5) for a in answers(rng.random(30) < 0.7, rng.random(30) < 0.7,
                                                      f"c{n}", (1,))]
            )
        )  # fmt: skip
        alarms += found["verdict"].ne("no difference seen").any()
    assert alarms <= 20


def test_holm():
    assert holm(np.array([0.01, 0.04, 0.03])).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_fresh_rows_are_in_no_other_figure(tmp_path):
    who = rows.contestant("A")
    made = []
    for seed in range(6):
        sample = rows.sample(seed, task="sums", level=1)
        purpose = "fresh" if seed >= 3 else "answer"
        made.append((who, sample, rows.attempt(who, sample, campaign="n 2026-11-02", score=1.0,
                                               purpose=purpose)))  # fmt: skip
    db = tmp_path / "x.duckdb"
    rows.write(db, made, run_id="r")
    merge(db)
    reader = Reader(db)
    assert reader.sql("SELECT samples FROM rollup")["samples"].to_list() == [3]
    seen = lens("contamination").look(Study(reader, View("n 2026-11-02")))
    table = seen.tables["contestants"]
    assert table.select("frozen_samples", "fresh_samples").row(0) == (3, 3)
    assert "None of 1" in seen.sentence


def test_nights_of_an_experiment():
    names = ["n 2026-11-03", "n 2026-11-02", "n 2026-11-01", "m 2026-11-01"]
    assert nights_until("n 2026-11-02", names) == ["n 2026-11-02", "n 2026-11-01"]
    assert nights_until("n", names) == ["n"]
