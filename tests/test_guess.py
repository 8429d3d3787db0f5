"""What a blind guess scores at each level, and that nobody stands on the frontier for one."""

import json

import pytest

from collectors import tasks
from collectors.tasks.guess import FILE, constant, guess, said
from dashboard.commands.tasks import show_list


def test_every_level_of_the_bank_has_a_guess_and_no_other():
    held = json.loads(FILE.read_text("utf-8"))
    levels = {n: [str(level) for level in tasks.task(n).levels] for n in tasks.names()}
    assert {n: list(of) for n, of in held.items()} == levels
    assert all(0 <= share <= 1 for of in held.values() for share in of.values())


@pytest.mark.parametrize("name", ["sums", "legs", "gcd", "letter-counts", "invoices", "tickets"])
def test_the_file_holds_what_one_answer_scores(name):
    task = tasks.task(name)
    held = json.loads(FILE.read_text("utf-8"))[name]
    for level in list(task.levels)[:3]:
        assert held[str(level)] == constant(task, level)


def test_the_best_single_answer_of_a_level():
    task = tasks.task("gcd")
    samples = [task.sample(1, seed) for seed in range(60)]
    best = max(sum(task.score(s, f"Answer: {n}").value for s in samples) / 60 for n in range(1, 13))
    assert guess(task, 1) == pytest.approx(best, abs=0.001)
    assert guess(task, 1) > 0.3


def test_labels_are_guessed_one_in_so_many():
    task = tasks.task("tickets")
    assert {guess(task, level) for level in task.levels} == {task.baseline}
    assert said(task) == f"{100 * task.baseline:.0f} %"


def test_a_task_of_ones_own_keeps_its_own_guess():
    from dataclasses import replace

    own = replace(tasks.task("sums"), name="my-own-task", baseline=0.3)
    assert guess(own, 1) == 0.3


def test_the_list_tells_it_by_level(capsys):
    assert show_list(None, as_json=True) == 0
    listed = {t["name"]: t for t in json.loads(capsys.readouterr().out)}
    assert listed["gcd"]["levels"][0]["baseline"] > 0.3
