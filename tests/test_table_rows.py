"""One's own documents: what a file's values become, and what is refused."""

import json
import logging

import polars as pl
import pytest

from collectors.collect import collect
from collectors.experiment import parse
from collectors.tasks import scorers
from data.errors import ExperimentError
from data.store import Reader
from tests.openai_server import OpenAIServer
from tests.test_table import WHO, own, table


def written(folder, name, content, more='scorer = "exact"\n'):
    """An experiment on a file of these bytes."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    text = f'name = "o"\n{WHO}[[task]]\nname = "docs"\nkind = "table"\npath = "{name}"\n{more}'
    return parse(text, "own.toml", folder).tasks[0].task


def samples(task):
    return {s.input: s.target for s in (task.sample(1, i) for i in range(task.size(1)))}


def lines(*targets):
    return "\n".join(f'{{"input": "q{n}", "target": {target}}}' for n, target in enumerate(targets))


@pytest.mark.parametrize(
    ("value", "text"),
    [(5e-5, "0.00005"), (1e22, "1" + "0" * 22), (2.0, "2.0"), (0.1, "0.1"), (-3, "-3")],
)
def test_numbers_are_targets_as_plain_decimals(tmp_path, value, text):
    wants = 'scorer = "number"\n'
    for suffix in (".jsonl", ".parquet"):
        task = own(tmp_path, [{"input": "q", "target": value}], wants, suffix).tasks[0].task
        assert samples(task) == {"q": text}
        assert task.score(task.sample(1, 0), f"Answer: {text}").value == 1
        assert task.score(task.sample(1, 0), "Answer: 5").value == 0
    single = pl.DataFrame(
        {"input": ["q"], "target": [value]}, schema_overrides={"target": pl.Float32}
    )
    if abs(value) < 1:
        assert samples(own(tmp_path, single, wants, ".parquet").tasks[0].task) == {"q": text}


@pytest.mark.parametrize(
    "target",
    ["2024-05-01", "12:30", "1/2", "100 or 200", "1,2,3", "2024.05.01", "0,123", "1234,567",
     "5 apples", "x5", "--5", "1.2.3", "", "%"],
)  # fmt: skip
def test_a_target_that_is_no_number_is_refused_by_row_and_value(tmp_path, target):
    data = [{"input": "a", "target": "1"}, {"input": "b", "target": target}]
    with pytest.raises(ExperimentError, match="row 2: target") as error:
        own(tmp_path, data, 'scorer = "number"\n')
    assert repr(target) in str(error.value) or not target


@pytest.mark.parametrize(
    ("target", "value"),
    [("-5", "-5"), ("\u22125", "-5"), ("+5", "5"), ("1,234.50", "1234.5"), ("1.234,5", "1234.5"),
     ("1.234.567", "1234567"), ("1'234'567.8", "1234567.8"), ("1,234,567", "1234567"),
     ("3,5", "3.5"), (".5", "0.5"), ("12 %", "12"), ("-$1,200", "-1200"), ("\u20ac 7", "7"),
     ("7 \u20ac", "7"), ("5e-05", "0.00005"), ("1e+22", "1e22"), ("007", "7"), ("1.234", "1.234")],
)  # fmt: skip
def test_a_target_is_one_number_with_its_marks(target, value):
    assert scorers.decimal(target) == scorers.Decimal(value)


def test_a_line_keeps_its_own_value_whatever_the_others_hold(tmp_path):
    task = written(
        tmp_path, "d.jsonl",
        lines('{"x": 1}', '{"y": 5e-05}', "5", "5.5", "true", '["a", null]', '"5.50"') + "\n\n",
    )  # fmt: skip
    assert samples(task) == {
        "q0": '{"x": 1}', "q1": '{"y": 0.00005}', "q2": "5", "q3": "5.5", "q4": "true",
        "q5": '["a", null]', "q6": "5.50",
    }  # fmt: skip
    choice = written(tmp_path, "d.jsonl", lines("1", "2.0"), 'scorer = "choice"\n')
    assert choice.labels == ("1", "2.0")
    asked = written(tmp_path, "d.jsonl", '{"input": {"a": [1, "\u00e9"]}, "target": "t"}')
    assert samples(asked) == {'{"a": [1, "\u00e9"]}': "t"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("d.jsonl", lines('"a"') + '\n{"input": ', "line 2 is no JSON object"),
        ("d.jsonl", lines('"a"') + "\n[1]", "line 2 is no JSON object: it holds [1]"),
        ("d.jsonl", lines('"a"', "NaN"), "line 2 is no JSON object: NaN"),
        ("d.jsonl", lines("1e999"), "'1e999' is too large"),
        ("d.jsonl", lines("[" * 100_000), "line 1 is nested too deeply"),
        ("d.jsonl", lines('"\\ud800"'), "line 1 is no JSON object"),
        ("d.jsonl", lines('"a"').encode() + b'\n{"input": "\xe9"}', "line 2 holds bytes"),
        ("d.csv", b"input,target\n\xe9,b\n", "line 2 holds bytes that are no UTF-8. Save it as"),
        ("d.csv", "input,target\na,b\n".encode("utf-16"), "its encoding is UTF-16"),
        ("d.csv", "input, target\na,b\n", "no column 'target'; its columns: 'input', ' target'"),
        ("d.csv", "input;target\na;b\n", "no column 'input'; its columns: 'input;target'"),
        ("d.csv", "input,target\na,b\n   ,b\n", "row 2: input is empty"),
        ("d.csv", "input,target\na,b\nc,  \n", "row 2: target is empty"),
        ("d.csv", "input,target,split\na,b,train\nc,d,\na,b,test\n", "row 3: its input is"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_in_one_line(tmp_path, name, content, told):
    with pytest.raises(ExperimentError) as error:
        written(tmp_path, name, content)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(ExperimentError, match="row 2: b'.xff' holds bytes that are no UTF-8"):
        own(tmp_path, {"input": [b"a", b"\xff"], "target": ["x", "y"]}, suffix=".parquet")
    task = own(tmp_path, {"input": [b"a"], "target": ["x"]}, suffix=".parquet").tasks[0].task
    assert samples(task) == {"a": "x"}


def test_training_rows_do_not_shift_the_row_that_is_named(tmp_path):
    data = "input,target,split\na,1,train\nb,x,test\n"
    with pytest.raises(ExperimentError, match="row 2: target 'x'"):
        written(tmp_path, "d.csv", data, 'scorer = "number"\n')


def test_labels_without_a_letter_or_digit_are_refused(tmp_path):
    for labels in ('["+", "-"]', '["yes", "+"]'):
        more = f'scorer = "choice"\nlabels = {labels}\n'
        with pytest.raises(ExperimentError, match=r"label '\+' has no letter or digit"):
            written(tmp_path, "d.csv", "input,target\na,+\n", more)


def test_repeated_rows_are_counted_aloud(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        task = written(tmp_path, "d.csv", "input,target\na,b\na,b\na,b\nc,d\n")
    assert task.size(1) == 2
    assert [r.getMessage() for r in caplog.records if "repeat" in r.getMessage()] == [
        "own.toml, [[task]] 1: 2 rows of d.csv repeat another one: each is asked once."
    ]


@pytest.mark.parametrize(
    ("target", "said", "value"),
    [
        ("-3", "3", 0), ("-3", "\u22123.", 1), ("3", "-3", 0), ("C++", "C", 0), ("C++", "c++.", 1),
        ("C", "C++", 0), ("1/2", "1 2", 0), ("1/2", "1/2", 1), ("50%", "50", 0), ("#1", "1", 0),
        (".NET", "NET", 0), ("2*3", "2*3", 1), ("2*3", "**2*3**", 1), ("Paris", '"paris"!', 1),
        ("Don't", "don\u2019t", 1), ("new  york", "New York", 1), ("?", "?", 1),
        ("Paris", "- Paris", 1), ("Stra\u00dfe", "STRASSE", 1),
        ("Z\u00fcrich", "Zurich", 0), ("a-b", "a b", 0),
    ],
)  # fmt: skip
def test_exact_keeps_every_sign_that_means_something(target, said, value):
    assert scorers.exact(target, f"Answer: {said}").value == value


def test_sets_and_fields_keep_signs_too():
    assert scorers.members("C++, -3", "Answer: C, 3").value == 0
    assert scorers.members("a, b", "Answer:\n- a\n- b").value == 1
    assert scorers.fields('{"a": "C++"}', '{"a": "C"}').value == 0


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("1 / 0", "scorer odd_scores:f: ZeroDivisionError: division by zero"),
        ("float('nan')", "scorer odd_scores:f: returned nan, which is not from 0 to 1"),
        ("7", "scorer odd_scores:f: returned 7.0, which is not from 0 to 1"),
        ("exit('bye')", "scorer odd_scores:f: SystemExit: bye"),
    ],
)
def test_a_scorer_that_breaks_leaves_the_attempt_failed_and_unscored(
    tmp_path, monkeypatch, body, told
):
    monkeypatch.delitem(__import__("sys").modules, "odd_scores", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "odd_scores.py").write_text(f"def f(target, text):\n    return {body}\n")
    with OpenAIServer() as server:
        found = own(
            tmp_path, [{"input": "1 + 1", "target": "2"}], 'scorer = "odd_scores:f"\n',
            contestants=table(server, "m"),
        )  # fmt: skip
        outcome = collect(found, tmp_path / "x.duckdb")
    row = Reader(tmp_path / "x.duckdb").sql("SELECT * FROM attempts").row(0, named=True)
    assert (row["status"], row["score"], row["error"]) == ("infra_error", None, told)
    assert outcome.progress.failed == 1
    assert row["cost_usd"] > 0


def test_agreement_says_in_its_title_whose_answers_are_right(tmp_path):
    found = own(
        tmp_path, [{"input": "a"}], 'scorer = "agree:big"\n', contestants=WHO + 'name = "big"\n'
    )
    assert found.tasks[0].task.title == "docs: agreement with big"


def test_messages_in_a_nested_column_are_read(tmp_path):
    turns = [{"role": "user", "content": "hi"}]
    task = written(tmp_path, "d.jsonl", json.dumps({"messages": turns, "target": "x"}))
    assert task.prompt(task.sample(1, 0), "plain") == turns
    nested = own(tmp_path, {"messages": [turns], "target": ["x"]}, suffix=".parquet")
    assert nested.tasks[0].task.prompt(task.sample(1, 0), "plain") == turns


def test_a_reference_can_be_kept_out_of_the_task_that_it_decides(tmp_path):
    with OpenAIServer() as server:
        more = 'scorer = "agree:big"\n[[task]]\nname = "sums"\nsamples = 1\nlevels = [1]\n'
        big = table(server, "b", 'name = "big"\ntasks = ["sums"]\n')
        (tmp_path / "d.csv").write_text("input,target\n1 + 1,\n2 + 5,\n")
        text = (
            f'name = "o"\n{table(server, "a")}tasks = ["docs"]\n{big}'
            f'[[task]]\nname = "docs"\nkind = "table"\npath = "d.csv"\n{more}'
        )
        collect(parse(text, "own.toml", tmp_path), tmp_path / "x.duckdb")
    rows = Reader(tmp_path / "x.duckdb").sql("SELECT * FROM attempts WHERE task = 'docs'")
    answers = rows.filter(pl.col("purpose") == "answer")
    assert answers["score"].to_list() == [1.0, 1.0]
    assert answers["contestant_id"].n_unique() == 1
    assert rows.filter(pl.col("purpose") == "judge").height == 2
