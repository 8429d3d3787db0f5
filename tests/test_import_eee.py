"""Every Eval Ever's records and instances: what their words mean in ours."""

import json

import pytest

from data.errors import FormatError
from tests.import_samples import _eee
from tests.importing import rows as mappings
from tests.importing import take


def rows(folder, query):
    """Rows as tuples."""
    return [tuple(row.values()) for row in mappings(folder, query)]


def instance(folder):
    """The sample's record and its only instance, to write changed ones."""
    path = next(_eee(folder).rglob("*_samples.jsonl"))
    record = path.with_name(path.name.replace("_samples.jsonl", ".json"))
    return path, json.loads(path.read_text()), record, json.loads(record.read_text())


def write(path, lines):
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_instances_are_attempts_and_other_metrics_scores(tmp_path):
    folder = _eee(tmp_path)
    path = next(folder.rglob("*.json"))
    record = json.loads(path.read_text())
    result = record["evaluation_results"][0]
    record["source_metadata"]["evaluator_relationship"] = "first_party"
    record["evaluation_results"] += [
        {**result, "evaluation_name": "elo", "metric_config": {"lower_is_better": False,
         "min_score": 0, "max_score": 200}, "score_details": {"score": 150}},
        {**result, "evaluation_name": "wer", "metric_config": {"lower_is_better": True}},
        {**result, "evaluation_name": "free", "metric_config": {"lower_is_better": False},
         "score_details": {"score": 1200}},
    ]  # fmt: skip
    path.write_text(json.dumps(record))
    tally = take(tmp_path, "eee", folder).tally
    assert rows(tmp_path, "SELECT task, score, input_tokens, duration_s FROM attempts") == [
        ("sums", 1.0, 9, 0.8)
    ]
    assert rows(tmp_path, "SELECT task, value, origin FROM aggregates") == [
        ("elo", 0.75, "reported")
    ]
    assert tally.skipped == {"a metric where lower is better": 1,
                             "a score without bounds that would put it on 0 to 1": 1}  # fmt: skip


def test_an_answer_that_several_metrics_judge_is_one_attempt(tmp_path):
    path, one, *_ = instance(tmp_path)
    told = {"evaluation_result_id": "sums/f1", "metadata": {"epoch": "1"}}
    first, again = {**one, **told}, {**one, **told}
    other = {**one, "evaluation_result_id": "sums/bleu", "evaluation": {"score": 0.1,
             "is_correct": False}}  # fmt: skip
    write(path, [first, other, again])
    tally = take(tmp_path, "eee", tmp_path / "data").tally
    assert rows(tmp_path, "SELECT epoch, score FROM attempts ORDER BY 1") == [(1, 1.0), (2, 1.0)]
    assert tally.skipped == {"the same answer, judged by another metric": 1}


def test_instances_are_read_whatever_their_file_is_called(tmp_path):
    path, *_ = instance(tmp_path)
    path.rename(path.with_name("own_name.jsonl"))
    take(tmp_path, "eee", tmp_path / "data")
    assert rows(tmp_path, "SELECT task, score FROM attempts") == [("sums", 1.0)]
    assert rows(tmp_path, "SELECT count(*) FROM aggregates") == [(0,)]


def test_instances_of_a_metric_where_lower_is_better_are_no_scores(tmp_path):
    path, one, record, value = instance(tmp_path)
    value["evaluation_results"][0] |= {
        "evaluation_name": "wer", "metric_config": {"lower_is_better": True}
    }  # fmt: skip
    record.write_text(json.dumps(value))
    write(path, [{**one, "evaluation_name": "wer"}, one])
    tally = take(tmp_path, "eee", tmp_path / "data").tally
    assert rows(tmp_path, "SELECT task FROM attempts") == [("sums",)]
    assert tally.skipped == {"a metric where lower is better": 2}


@pytest.mark.parametrize(
    ("into", "read", "total", "found"),
    [(100, 40, 110, 100), (60, 40, 110, 100), (10, 40, 20, 50), (100, None, 110, 100)],
)
def test_cached_tokens_end_up_inside_the_input(tmp_path, into, read, total, found):
    path, one, *_ = instance(tmp_path)
    write(path, [{**one, "token_usage": {"input_tokens": into, "output_tokens": 10,
                  "total_tokens": total, "input_tokens_cache_read": read}}])  # fmt: skip
    take(tmp_path, "eee", tmp_path / "data")
    told = "SELECT input_tokens, cache_read_tokens, output_tokens FROM attempts"
    assert rows(tmp_path, told) == [(found, read, 10)]


def test_a_wait_is_no_duration_and_a_conversation_has_a_last_answer(tmp_path):
    path, one, *_ = instance(tmp_path)
    turns = [{"turn_idx": i, "role": role, "content": said} for i, (role, said) in enumerate(
        [("user", "1 + 1?"), ("assistant", "3"), ("user", "sure?"), ("assistant", "2")]
    )]  # fmt: skip
    took = {"latency_ms": 5, "generation_time_ms": 900}
    talk = {"interaction_type": "multi_turn", "output": None, "messages": turns}
    write(path, [{**one, **talk, "performance": took}])
    take(tmp_path, "eee", tmp_path / "data")
    told = "SELECT duration_s, text FROM attempts JOIN responses USING (attempt_id)"
    assert rows(tmp_path, told) == [(0.9, "2")]


def test_a_costs_zero_is_told_by_isocost_alone(tmp_path):
    path, one, record, value = instance(tmp_path)
    write(path, [{**one, "metadata": {"cost_usd": "0"}}])
    take(tmp_path, "eee", tmp_path / "data", campaign="theirs")
    record.write_text(json.dumps({**value, "eval_library": {"name": "isocost", "version": "1"}}))
    take(tmp_path, "eee", tmp_path / "data", campaign="ours")
    told = "SELECT campaign, billed_usd FROM attempts ORDER BY 1"
    assert rows(tmp_path, told) == [("ours", 0.0), ("theirs", None)]


def test_a_folders_other_json_is_passed_over_and_none_is_refused(tmp_path, capsys):
    folder = _eee(tmp_path)
    (folder / "notes.json").write_text('{"a": 1}')
    assert take(tmp_path, "eee", folder).tally.skipped == {
        "a JSON file of the folder that is no record": 1
    }
    for path in folder.rglob("*_samples.jsonl"):
        path.write_text(path.read_text()[:-30])
    with pytest.raises(FormatError, match=r"_samples\.jsonl.*line 1"):
        take(tmp_path, "eee", folder, campaign="cut")
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.json").write_text("[]")
    with pytest.raises(FormatError, match="there is no record"):
        take(tmp_path, "eee", other)
