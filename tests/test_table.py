"""One's own documents as a task: files, scorers, judges."""

import json
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.collect import collect
from collectors.experiment import parse
from collectors.plan import plan
from collectors.tasks import scorers
from dashboard.cli import main
from data.errors import ExperimentError
from data.records import attempt_id
from data.store import Reader
from tests.openai_server import OpenAIServer, adds

WHO = '[[contestant]]\nmodel = "hosted_vllm/m"\napi_base = "http://127.0.0.1:1/v1"\n'
SUMS = [("3 + 4", "7", 1), ("10 + 5", "15", 1), ("1 + 1", "2", 2), ("2 + 2", "4", 2)]


def own(folder, rows, more="", suffix=".csv", contestants=WHO):
    """An experiment on one file of rows."""
    frame = pl.DataFrame(rows)
    path = folder / f"docs{suffix}"
    {".csv": frame.write_csv, ".parquet": frame.write_parquet, ".jsonl": frame.write_ndjson}[
        suffix
    ](path)
    if "scorer" not in more:
        more += 'scorer = "exact"\n'
    text = (
        f'name = "own"\n{contestants}[[task]]\nname = "docs"\nkind = "table"\n'
        f'path = "docs{suffix}"\n{more}'
    )
    return parse(text, "own.toml", folder)


def rows(**columns):
    return [
        {"input": i, "target": t, **{k: v[n] for k, v in columns.items()}}
        for n, (i, t, _) in enumerate(SUMS)
    ]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_every_format_gives_the_same_samples(tmp_path, suffix):
    task = own(tmp_path, rows(level=[1, 1, 2, 2]), suffix=suffix).tasks[0].task
    assert list(task.levels) == [1, 2]
    asked = {task.sample(n, i).input: task.sample(n, i) for n in (1, 2) for i in (0, 1)}
    assert set(asked) == {i for i, _, _ in SUMS}
    assert asked["3 + 4"].target == "7"
    assert "3 + 4" in task.prompt(asked["3 + 4"], "plain")[0]["content"]
    assert {s.sample_id for s in asked.values()} == {
        f"docs.{task.version}/{s.level}/{s.seed}" for s in asked.values()
    }


def test_a_row_is_the_same_sample_wherever_it_stands(tmp_path):
    first = own(tmp_path, rows()).tasks[0].task
    turned = own(tmp_path, [*reversed(rows()), {"input": "9 + 9", "target": "18"}]).tasks[0].task

    def ids(task):
        return {task.sample(1, i).sample_id for i in range(task.size(1))}

    assert ids(first) < ids(turned)
    assert len(ids(turned)) == 5


def test_columns_and_the_training_split_are_named(tmp_path):
    found = own(
        tmp_path,
        [
            {"text": f"{word} {n}", "desk": desk, "fold": fold}
            for n in range(6)
            for word, desk, fold in (("pay", "money", "train"), ("box", "parcel", "train"),
                                     ("bill", "money", "test"), ("mail", "parcel", "test"))
        ],
        'input = "text"\ntarget = "desk"\nsplit = "fold"\nscorer = "choice"\n',
    )  # fmt: skip
    task = found.tasks[0].task
    assert (task.labels, task.baseline, task.size(1)) == (("money", "parcel"), 0.5, 12)
    assert len(task.train()) == 12
    terse = task.prompt(task.sample(1, 0), "terse")
    assert [m["content"] for m in terse[1:-1]] == ["pay 0", "money", "box 0", "parcel"]
    assert not {x for x, _ in task.train()} & {task.sample(1, i).input for i in range(12)}
    assert "money, parcel" in task.prompt(task.sample(1, 0), "plain")[0]["content"]


def test_messages_run_as_they_are(tmp_path):
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "2 + 2"},
    ]
    task = own(tmp_path, [{"messages": json.dumps(turns), "target": "4"}]).tasks[0].task
    sample = task.sample(1, 0)
    assert task.prompt(sample, "plain") == turns
    assert task.styles == ("plain",)
    assert task.score(sample, "It is\n4").value == 1


@pytest.mark.parametrize(
    ("bad", "more", "told"),
    [
        ([{"input": "a", "target": None}, {"input": "b", "target": "c"}], "", "target is empty"),
        ([{"input": None, "target": "c"}], "", "row 1: input is empty"),
        ([{"question": "a", "target": "c"}], "", "no column 'input'"),
        ([{"input": "a", "target": "b"}], 'input = "text"\n', "no such column"),
        ([{"input": "a", "target": "b", "level": "hard"}], "", "level 'hard'"),
        ([{"input": "a", "target": "b", "split": "train"}], "", "none is left to ask"),
        ([{"input": "a", "target": "b"}], 'scorer = "number"\n', "Write numbers such as"),
        ([{"input": "a", "target": "b"}], 'scorer = "json"\n', "Write JSON objects"),
        ([{"input": "a", "target": "("}], 'scorer = "regex"\n', "Write regular expressions"),
        ([{"input": "a", "target": "b"}], 'scorer = "exat"\n', "Did you mean 'exact'"),
        ([{"input": "a", "target": "b"}], 'scorer = "choice"\n', "2 to 200 different"),
        ([{"input": "a", "target": "b"}], 'scorer = "choice"\nlabels = ["x", "X"]\n', "differs"),
        ([{"input": "a", "target": "b"}], 'scorer = "no_such:f"\n', "can't be loaded"),
        ([{"input": "a", "target": "b"}], 'scorer = "agree:n"\n', "no contestant is called 'n'"),
        ([{"input": "a", "target": "b"}], 'tolerance = 1\n', "belongs to scorer = 'number'"),
        ([{"input": "1", "target": "1"}], 'scorer = "number"\ntolerance = "x"\n', "nce = 'x'"),
        ([{"messages": "[1]", "target": "1"}], "", "messages must be a list"),
        ([{"messages": '[{"role":"user"}]', "target": "1"}], "", "messages must be a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(tmp_path, bad, more, told):
    with pytest.raises(ExperimentError, match=re.escape(told)) as error:
        own(tmp_path, bad, more)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("own.toml")


@pytest.mark.parametrize("name", ["docs.csv", "docs.parquet", "docs.jsonl", "docs.xls", "none.csv"])
def test_a_file_of_garbage_is_one_line(tmp_path, name):
    if name.startswith("docs"):
        (tmp_path / name).write_bytes(b'\xff\x00{"a":\n"\n' * 50)
    text = f'name = "o"\n{WHO}[[task]]\nname="docs"\nkind="table"\npath="{name}"\nscorer="exact"\n'
    with pytest.raises(ExperimentError) as error:
        parse(text, "own.toml", tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("score", "target", "text", "value"),
    [
        (scorers.exact, "Paris", "It could be Rome.\nAnswer: **paris**.", 1),
        (scorers.exact, "Paris", "Paris or Rome", 0),
        (scorers.exact, "<=", "Answer: <=", 1),
        (scorers.number(scorers.Decimal("0.01"), True), "1000", "Answer: 1,009.5", 1),
        (scorers.number(scorers.Decimal("0.01"), True), "1000", "Answer: 1011", 0),
        (scorers.number(scorers.Decimal(0), False), "5", "the answer is 4, no, 5", 1),
        (scorers.members, "a, b", "Answer: B and A", 1),
        (scorers.members, "a, b", "Answer: a, c", 0.5),
        (scorers.fields, '{"a": 1, "b": null}', '{"a": "1.0", "b": null}', 1),
        (scorers.fields, '{"a": 1, "b": null}', '{"a": 1, "b": "x"}', 0.5),
        (scorers.fields, '{"a": [1, {"c": 2}]}', '{"a": [1, {"c": "2"}]}', 1),
        (scorers.pattern, "[A-Z]{2}-\\d+", "Answer: AB-12", 1),
        (scorers.pattern, "[A-Z]{2}-\\d+", "Answer: AB-12 or CD-3", 0),
        (scorers.choice(("yes", "no")), "yes", "No... Answer: yes", 1),
        (scorers.choice(("yes", "no")), "yes", "yes or no", 0),
    ],
)
def test_scorers(score, target, text, value):
    assert score(target, text).value == pytest.approx(value)


def test_made_up_fields_and_items_are_counted():
    found = scorers.fields('{"a": 1, "b": null, "c": null}', '{"a": 1, "b": "x", "c": "n/a"}')
    assert (found.value, found.invented) == (pytest.approx(2 / 3), 1)
    assert scorers.members("a", "Answer: a, b, c").invented == 2


def test_a_pattern_that_never_ends_is_stopped():
    assert scorers.pattern("(a+)+b", "Answer: " + "a" * 60).value == 0


@given(st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_no_text_breaks_a_scorer(text, target):
    everything = [
        scorers.exact, scorers.members, scorers.fields, scorers.choice(("a", "b")),
        scorers.number(scorers.Decimal(1), True),
    ]  # fmt: skip
    for score in everything:
        found = score(target, text)
        assert 0 <= found.value <= 1
    assert scorers.exact(target, "").value == 0


def test_a_scorer_of_ones_own(tmp_path):
    (tmp_path / "mine_scores.py").write_text(
        "def half(target, text):\n    return 0.5 if target in text else 1 / 0\n"
    )
    task = own(tmp_path, rows(), 'scorer = "mine_scores:half"\n').tasks[0].task
    sample = task.sample(1, 0)
    assert task.score(sample, f"so {sample.target}").value == 0.5
    with pytest.raises(ExperimentError, match="mine_scores:half: ZeroDivisionError: division"):
        task.score(sample, "-")
    assert task.slow_score


def table(server, name, more=""):
    return (
        f'[[contestant]]\nmodel = "hosted_vllm/{name}"\napi_base = "{server.base}"\n'
        f"price = {{ input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }}\n{more}"
    )


def shown_answer(messages):
    """What a judge is to judge: what stands between the two marks."""
    shown = messages[-1]["content"]
    mark = shown.splitlines()[-1]
    return shown.split(f"\n{mark}\n", 1)[1].removesuffix(mark)


def collected(experiment, db):
    outcome = collect(experiment, db)
    return outcome, Reader(db).sql("SELECT * FROM attempts ORDER BY started_at")


def test_documents_are_collected_and_not_asked_twice(tmp_path):
    with OpenAIServer() as server:
        db = tmp_path / "x.duckdb"
        first = own(tmp_path, rows(level=[1, 1, 2, 2]), contestants=table(server, "m"))
        outcome, found = collected(first, db)
        assert (outcome.progress.done, outcome.progress.failed) == (4, 0)
        assert found["score"].to_list() == [1.0] * 4
        assert set(found["verdict"]) == {"correct"}
        more = [*rows(level=[1, 1, 2, 2]), {"input": "5 + 5", "target": "11", "level": 1}]
        _, found = collected(own(tmp_path, more, contestants=table(server, "m")), db)
        assert len(server.requests) == len(found) == 5
        assert found["verdict"].value_counts(sort=True)["count"].to_list() == [4, 1]


def test_a_judge_is_asked_apart_from_the_answer_and_told_to_distrust_it(tmp_path):
    def says(messages):
        if "You judge one answer" not in messages[0]["content"]:
            return adds(messages)
        target = re.search(r"Reference answer:\n(\S+)", messages[-1]["content"]).group(1)
        right = target in shown_answer(messages)
        return f"Checked.\nAnswer: {'correct' if right else 'wrong'}"

    data = [{"input": "3 + 4", "target": "7"}, {"input": "8 + 1", "target": "10"}]
    with OpenAIServer(says) as server:
        judge = table(server, "judge", 'name = "judge"\n').replace("contestant", "judge")
        found = own(
            tmp_path, data, 'scorer = "judge:judge"\n',
            contestants=table(server, "m") + judge,
        )  # fmt: skip
        outcome, rows = collected(found, tmp_path / "x.duckdb")
        assert outcome.progress.done == 4
        assert len(server.requests) == 4
    answers = rows.filter(pl.col("purpose") == "answer")
    judged = rows.filter(pl.col("purpose") == "judge")
    assert sorted(answers["score"]) == [0.0, 1.0]
    assert len(judged) == 2
    assert set(judged["answer"]) == {"correct", "wrong"}
    assert judged["cost_usd"].sum() > 0
    rollup = Reader(tmp_path / "x.duckdb").sql("SELECT * FROM rollup")
    assert len(rollup) == 1
    assert rollup["cost_usd"][0] == pytest.approx(answers["cost_usd"].sum())


def test_a_judge_without_a_verdict_leaves_the_answer_unscored_and_paid_for(tmp_path):
    def says(messages):
        return "I'd rather not say" if "You judge" in messages[0]["content"] else adds(messages)

    with OpenAIServer(says) as server:
        found = own(
            tmp_path, [{"input": "1 + 1", "target": "2"}], 'scorer = "judge:judge"\n',
            contestants=table(server, "m") + table(server, "judge", 'name = "judge"\n'),
        )  # fmt: skip
        _, rows = collected(found, tmp_path / "x.duckdb")
    answers = rows.filter(pl.col("purpose") == "answer")
    assert set(answers["status"]) == {"infra_error"}
    assert answers["error"][0] == "no verdict of judge:judge"
    assert answers["cost_usd"].min() > 0


def test_agreement_with_another_contestant_asks_it_once_per_sample(tmp_path):
    def says(messages):
        return adds(messages)

    with OpenAIServer(says) as server:
        found = own(
            tmp_path, [{"input": "1 + 1", "target": None}, {"input": "2 + 5", "target": None}],
            'scorer = "agree:big"\n',
            contestants=table(server, "a") + table(server, "b")
            + table(server, "c", 'name = "big"\n'),
        )  # fmt: skip
        _, rows = collected(found, tmp_path / "x.duckdb")
        models = [r["model"] for r in server.requests]
    assert {m: models.count(m) for m in set(models)} == {"a": 2, "b": 2, "c": 2}
    answers = rows.filter(pl.col("purpose") == "answer")
    assert answers["score"].to_list() == [1.0] * 4, "the reference has no perfect score of its own"
    assert rows.filter(pl.col("purpose") == "judge").height == 2


def test_a_reference_is_a_contestant_of_every_other_task(tmp_path):
    with OpenAIServer() as server:
        who = table(server, "a") + table(server, "c", 'name = "big"\n')
        more = 'scorer = "agree:big"\n[[task]]\nname = "sums"\nsamples = 2\nlevels = [1]\n'
        found = own(tmp_path, [{"input": "1 + 1", "target": None}], more, contestants=who)
        wanted = plan(found, "night", {}).todo
    asked = {(p.entrant.contestant.name, p.prompt.task.name) for p in wanted}
    assert asked == {("a", "docs"), ("a", "sums"), ("big", "sums")}


def test_identities_do_not_collide():
    assert attempt_id("c", "x", "s", "h", "t", 1) != attempt_id("c", "x", "s", "h", "t/judge", 1)


def test_a_judge_is_held_against_people(tmp_path, capsys):
    """It calls everything correct that holds a 7."""

    def says(messages):
        if "You judge one answer" not in messages[0]["content"]:
            return adds(messages)
        return f"Answer: {'correct' if '7' in shown_answer(messages) else 'wrong'}"

    people = [
        {"input": "3 + 4", "answer": f"{n} or {n}7" if n % 2 else f"{n}0{n}", "target": "9",
         "label": "correct" if n % 4 == 1 else "wrong"}
        for n in range(100, 160)
    ]  # fmt: skip
    pl.DataFrame(people).write_csv(tmp_path / "people.csv")
    with OpenAIServer(says) as server:
        judge = table(server, "judge", 'name = "judge"\n').replace("contestant", "judge")
        found = own(
            tmp_path, [{"input": "3 + 4", "target": "7"}],
            'scorer = "judge:judge"\nvalidation = "people.csv"\n',
            contestants=table(server, "m") + judge,
        )  # fmt: skip
        db = tmp_path / "x.duckdb"
        collected(found, db)
        assert len(server.requests) == 62
        collected(found, db)
        assert len(server.requests) == 62
    assert main(["export", "judges", "--format", "json", "--db", str(db)]) == 0
    row = json.loads(capsys.readouterr().out)["tables"]["judges"][0]
    said = ["7" in p["answer"] for p in people]
    meant = [p["label"] == "correct" for p in people]
    agreement = sum(a == b for a, b in zip(said, meant, strict=True)) / 60
    assert (row["answers"], row["labels"], row["verdict"]) == (1, 60, "validated")
    assert row["agreement"] == pytest.approx(agreement)
    p, q = sum(said) / 60, sum(meant) / 60
    chance = p * q + (1 - p) * (1 - q)
    assert row["kappa"] == pytest.approx((agreement - chance) / (1 - chance))
    assert row["too_kind"] == pytest.approx(
        sum(a and not b for a, b in zip(said, meant, strict=True)) / 60
    )
