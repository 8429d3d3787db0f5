"""Tokens along tasks where nothing has a second level, as in most imported results."""

import polars as pl

from dashboard.figures import efficiency as figure
from data.analysis.steps import axis, steps

LEVELS = pl.DataFrame(
    {
        "name": ["a", "a", "b", "b"],
        "task": ["sums", "names", "sums", "names"],
        "level": [1, 1, 1, 1],
        "output_tokens": [300.0, 30.0, 500.0, 20.0],
        "accuracy": [0.9, 0.9, 0.2, 0.9],
    }
)
PLACED = pl.DataFrame(
    {
        "name": ["a", "b"],
        "model": ["a", "b"],
        "effort": pl.Series([None, None], dtype=pl.String),
        "prompt_style": pl.Series([None, None], dtype=pl.String),
        "reasoning_share": [0.5, None],
        "output_tokens": [165.0, 260.0],
    }
)


def test_tasks_take_the_place_of_levels_fewest_tokens_first():
    found, tasks = steps(LEVELS)
    assert tasks == ("names", "sums")
    assert found.select("task", "level").unique().sort("level").rows() == [
        ("names", 1),
        ("sums", 2),
    ]
    assert axis(tasks) == "Task: 1 names, 2 sums"
    assert axis(tuple("abcdefg")).startswith("7 tasks")


def test_levels_stay_levels_where_a_task_has_two_and_one_task_has_no_steps():
    graded = LEVELS.with_columns(level=pl.Series([1, 1, 1, 2]))
    assert steps(graded)[1] == ()
    assert steps(graded)[0].equals(graded)
    assert steps(LEVELS.filter(task="sums"))[1] == ()
    assert steps(LEVELS.clear())[1] == ()


def test_the_figure_draws_a_line_from_task_to_task():
    drawn = figure.by_level(LEVELS, PLACED)
    assert drawn is not None
    lines = [trace for trace in drawn["data"] if trace["name"] != "others"]
    assert {tuple(trace["x"]) for trace in lines} == {(1.0, 2.0)}
    titles = [note["text"] for note in drawn["layout"]["annotations"]]
    assert "Task: 1 names, 2 sums" in titles
    assert "<b>b</b>  ×25" in titles
    assert "1 names, 2 sums" in figure.describe_levels(LEVELS)
