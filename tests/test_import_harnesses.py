"""lm-evaluation-harness, promptfoo, LiteLLM's spend logs: what their words mean in ours."""

import json

import pytest

from dashboard.cli import main
from data.errors import FormatError
from tests.dashboard_data import CAMPAIGN, FAKES, build
from tests.import_samples import _litellm, _lm_eval, _promptfoo
from tests.importing import rows as mappings
from tests.importing import take


def rows(folder, query):
    """Rows as tuples."""
    return [tuple(row.values()) for row in mappings(folder, query)]


def test_lm_eval_attempts_have_a_score_and_no_tokens(tmp_path):
    found = take(tmp_path, "lm-eval", _lm_eval(tmp_path))
    assert rows(
        tmp_path, "SELECT sample_id, score, output_tokens, started_at::DATE::VARCHAR FROM attempts "
        "ORDER BY 1"
    ) == [("sums.v0-0shot/1/0", 0.0, None, "2025-11-30"),
          ("sums.v0-0shot/1/1", 1.0, None, "2025-11-30")]  # fmt: skip
    assert rows(tmp_path, "SELECT model FROM contestants") == [("acme/tiny",)]
    assert found.tally.kept == 2
    assert take(tmp_path, "lm-eval", tmp_path / "out").stored.attempts == 0


def test_lm_eval_other_filters_and_metrics_are_counted(tmp_path):
    out = _lm_eval(tmp_path)
    samples = next(out.glob("samples_*.jsonl"))
    one = json.loads(samples.read_text().splitlines()[0])
    more = [{**one, "filter": "flexible"}, {**one, "doc_id": 9, "exact_match": "?"}, {"x": 1}]
    samples.write_text(samples.read_text() + "".join(json.dumps(m) + "\n" for m in more))
    tally = take(tmp_path, "lm-eval", out).tally
    assert tally.skipped == {"the same answers, filtered another way: flexible": 1,
                             "a line that is no sample": 1}  # fmt: skip
    assert tally.changed["no value of its metric exact_match: left unscored"] == 1


def test_lm_eval_samples_of_older_versions_and_metrics_where_lower_is_better(tmp_path):
    out = _lm_eval(tmp_path)
    samples, results = (next(out.glob(f"{kind}_*")) for kind in ("samples", "results"))
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    lines[0] |= {"metrics": ["mae", "exact_match"], "mae": 0.9, "exact_match": 1}
    del lines[1]["metrics"]
    samples.write_text("".join(json.dumps(one) + "\n" for one in lines))
    value = json.loads(results.read_text())
    value["higher_is_better"] = {"sums": {"mae": False, "exact_match": True}}
    value["configs"]["sums"]["metric_list"] = [{"metric": "exact_match"}]
    results.write_text(json.dumps(value))
    assert take(tmp_path, "lm-eval", out).tally.changed == {}
    assert rows(tmp_path, "SELECT score FROM attempts") == [(1.0,), (1.0,)]


def test_lm_eval_tasks_without_samples_are_scores(tmp_path):
    out = _lm_eval(tmp_path)
    for samples in out.glob("samples_*.jsonl"):
        samples.unlink()
    results = next(out.glob("results_*.json"))
    value = json.loads(results.read_text())
    value["results"]["sums"] |= {"exact_match_stderr,none": 0.1, "perplexity,none": 12.5}
    value["higher_is_better"] = {"sums": {"perplexity": False}}
    results.write_text(json.dumps(value))
    tally = take(tmp_path, "lm-eval", out).tally
    assert rows(tmp_path, "SELECT task, metric, value, n FROM aggregates") == [
        ("sums", "exact_match", 0.5, 2)
    ]
    assert tally.skipped == {"a metric that is no score from 0 to 1: lower is better": 1}
    assert rows(tmp_path, "SELECT count(*) FROM attempts") == [(0,)]


def test_attempts_and_scores_of_one_import_are_told_apart(tmp_path, capsys):
    out = _lm_eval(tmp_path)
    results = next(out.glob("results_*"))
    value = json.loads(results.read_text())
    value["results"]["words"] = {"acc,none": 0.25}
    results.write_text(json.dumps(value))
    assert main(["import", "lm-eval", str(out), "--db", str(tmp_path / "x.duckdb")]) == 0
    assert "2 new attempts and 1 new score of 1 contestant" in capsys.readouterr().out


def test_promptfoo_latency_cost_and_reasoning(tmp_path):
    take(tmp_path, "promptfoo", _promptfoo(tmp_path))
    assert rows(
        tmp_path, "SELECT task, score, duration_s, billed_usd, cost_usd, input_tokens, "
        "output_tokens, reasoning_tokens FROM attempts ORDER BY score"
    ) == [("sums", 0.0, 0.9, 0.0001, 0.0001, 30, 20, 5),
          ("sums", 1.0, 0.9, 0.0001, 0.0001, 30, 20, 5)]  # fmt: skip
    assert rows(tmp_path, "SELECT model, prompt_style FROM contestants") == [
        ("openai/gpt-4o-mini", "plain")
    ]


def test_promptfoos_own_cache_is_no_usage_and_a_failed_call_no_answer(tmp_path):
    path = _promptfoo(tmp_path)
    value = json.loads(path.read_text())
    first, second = value["results"]["results"]
    first["response"] |= {"cached": True, "tokenUsage": {"cached": 50, "total": 50}}
    second |= {"failureReason": 2, "error": "429 too many requests", "response": None}
    # The same test once more: promptfoo gives a repeat a number of its own.
    value["results"]["results"].append(dict(first, score=1, testIdx=7))
    path.write_text(json.dumps(value))
    take(tmp_path, "promptfoo", path)
    assert rows(
        tmp_path, "SELECT input, epoch, status, score, input_tokens, duration_s, billed_usd, "
        "usage_flags FROM attempts a JOIN samples USING (sample_id) ORDER BY input, epoch"
    ) == [
        ('{"q": "0 + 1?"}', 1, "ok", 0.0, None, None, None, "answered_from_cache"),
        ('{"q": "0 + 1?"}', 2, "ok", 1.0, None, None, None, "answered_from_cache"),
        ('{"q": "1 + 1?"}', 1, "infra_error", None, None, 0.9, 0.0001, None),
    ]  # fmt: skip


def test_promptfoo_results_that_were_not_kept_have_no_id(tmp_path):
    path = _promptfoo(tmp_path)
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "evalId": None}))
    assert take(tmp_path, "promptfoo", path).stored.attempts == 2
    path.write_text(json.dumps({"evalId": None, "results": []}))
    with pytest.raises(FormatError, match="no promptfoo result"):
        take(tmp_path, "promptfoo", path)


def test_litellm_failures_count_nothing_and_cached_tokens_have_two_places(tmp_path):
    path = _litellm(tmp_path)
    first = json.loads(path.read_text().splitlines()[0])
    usages = [
        {"prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 4}},
        {"cache_read_input_tokens": 9, "cache_creation_input_tokens": 5},
    ]
    lines = [{**first, "request_id": f"u{i}", "metadata": {"usage_object": usage}}
             for i, usage in enumerate(usages)]  # fmt: skip
    none = {"prompt_tokens": 0, "completion_tokens": 0, "spend": 0, "status": "failure"}
    lines.append({**first, **none, "request_id": "u2"})
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    take(tmp_path, "litellm", path)
    assert rows(
        tmp_path, "SELECT input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, "
        "cost_usd IS NULL FROM attempts ORDER BY sample_id"
    ) == [(30, 20, 8, 4, False), (30, 20, 9, 5, False), (None, None, None, None, True)]  # fmt: skip


def test_litellm_spend_is_told_and_zero_is_unknown(tmp_path):
    take(tmp_path, "litellm", _litellm(tmp_path))
    assert rows(
        tmp_path, "SELECT sample_id, score, billed_usd, duration_s, ttft_s FROM attempts ORDER BY 1"
    ) == [
        ("mini.imported/1/r0", None, None, 2.0, 1.0),
        ("mini.imported/1/r1", None, 0.0001, 2.0, 1.0),
        ("mini.imported/1/r2", None, 0.0002, 2.0, 1.0),
    ]
    assert rows(tmp_path, "SELECT model FROM contestants") == [("openai/gpt-4o-mini",)]


def test_litellm_overlapping_exports_add_nothing_twice(tmp_path):
    path = _litellm(tmp_path)
    take(tmp_path, "litellm", path)
    later = tmp_path / "later.json"
    more = [json.loads(line) for line in path.read_text().splitlines()]
    tags = '["User-Agent: curl", "tickets"]'
    more.append({**more[0], "request_id": "r9", "status": "failure", "request_tags": tags})
    more.append({**more[0], "request_id": "r10", "call_type": "aimage_generation"})
    later.write_text(json.dumps(more))
    found = take(tmp_path, "litellm", later)
    assert found.stored.attempts == 1
    assert found.tally.skipped == {"a call that is no question: aimage_generation": 1}
    last = "SELECT task, status FROM attempts WHERE sample_id LIKE '%r9'"
    assert rows(tmp_path, last) == [("tickets", "infra_error")]


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_litellm_reads_every_export(tmp_path, suffix):
    made = [json.loads(line) for line in _litellm(tmp_path).read_text().splitlines()]
    path = tmp_path / f"log.{suffix}"
    if suffix == "json":
        path.write_text(json.dumps(made))
    else:
        names = list(made[0])
        lines = [",".join(names), *(",".join(str(r[n]).replace("{}", "") for n in names)
                                    for r in made)]  # fmt: skip
        path.write_text("\n".join(lines) + "\n")
    assert take(tmp_path, "litellm", path).stored.attempts == 3


def test_a_bill_of_an_imported_spend_log(tmp_path, capsys):
    """The log's tasks are called as those that were graded."""
    db = build(tmp_path / "isocost.duckdb", FAKES, samples=4)
    log = _litellm(tmp_path)
    log.write_text(log.read_text().replace('"metadata": {}', '"request_tags": ["sums"]'))
    take(tmp_path, "litellm", log, campaign="spend")
    used = tmp_path / "use.csv"
    used.write_text(f"task,contestant\nsums,{FAKES[0].contestant.name}\n")
    words = ["export", "bill", "--campaign", CAMPAIGN, "--in-use", str(used), "--format", "json"]
    assert main([*words, "--spend-campaign", "spend", "--db", str(db)]) == 0
    said = json.loads(capsys.readouterr().out)
    found = said["tables"]["bill"]
    spent = [(r["task"], r["calls"], r["usd"]) for r in found if r["calls"]]
    assert spent[0] == ("sums", 3, pytest.approx(0.0003))
    assert "1 call of the log has no cost there" in said["meta"]["note"]
    assert main([*words, "--spend-campaign", "speed", "--db", str(db)]) == 2
    assert "--spend-campaign speed: no such campaign." in capsys.readouterr().err
