"""Every Eval Ever, both ways: what is exported comes back as it was, and keeps to the schema."""

import json
import os
from pathlib import Path

import jsonschema
import pytest

from dashboard.cli import main
from tests.dashboard_data import FAKES, build
from tests.import_samples import _eee
from tests.importing import rows as mappings
from tests.importing import take

ROWS = (
    "SELECT c.name, a.task, a.level, a.epoch, a.score, a.status, a.input_tokens, a.output_tokens, "
    "a.reasoning_tokens, a.duration_s, a.started_at, a.cost_usd IS NULL FROM attempts a "
    "JOIN contestants c USING (contestant_id) ORDER BY ALL"
)
RECORD = ("schema_version", "evaluation_id", "retrieved_timestamp", "source_metadata",
          "eval_library", "model_info", "evaluation_results")  # fmt: skip
INSTANCE = ("schema_version", "evaluation_id", "model_id", "evaluation_name", "sample_id",
            "interaction_type", "input", "answer_attribution", "evaluation")  # fmt: skip


def rows(folder, query):
    """Rows as tuples."""
    return [tuple(row.values()) for row in mappings(folder, query)]


@pytest.fixture
def exported(tmp_path):
    (tmp_path / "a").mkdir()
    db = build(tmp_path / "a" / "isocost.duckdb", FAKES, samples=2)
    assert main(["export", "eee", "-o", str(tmp_path / "eee"), "--db", str(db)]) == 0
    return tmp_path / "eee"


def test_what_is_exported_comes_back_as_it_was(exported, tmp_path):
    (tmp_path / "b").mkdir()
    take(tmp_path / "b", "eee", exported)
    before, after = (rows(tmp_path / part, ROWS) for part in "ab")
    assert len(before) == len(after) > 0
    for old, new in zip(before, after, strict=True):
        assert old[:9] == new[:9]
        assert old[9] == pytest.approx(new[9], rel=1e-9)
        assert old[10] == new[10]
    assert take(tmp_path / "b", "eee", exported).stored.attempts == 0


def test_it_keeps_to_the_schema(exported):
    """The whole schema where ISOCOST_EEE_SCHEMAS names its folder; what it requires otherwise."""
    folder = os.environ.get("ISOCOST_EEE_SCHEMAS")
    schemas = None
    if folder:
        names = ("eval.schema.json", "instance_level_eval.schema.json")
        schemas = [json.loads(Path(folder, name).read_text()) for name in names]
    records = list(exported.rglob("*.json"))
    assert len(records) == len(FAKES)
    for path in records:
        record = json.loads(path.read_text())
        assert set(RECORD) <= set(record)
        told = record["detailed_evaluation_results"]
        lines = (exported / told["file_path"]).read_text().splitlines()
        assert told["total_rows"] == len(lines)
        instances = [json.loads(line) for line in lines]
        assert all(set(INSTANCE) <= set(one) for one in instances)
        if schemas:
            jsonschema.validate(record, schemas[0])
            for one in instances:
                jsonschema.validate(one, schemas[1])


def test_the_same_data_give_the_same_bytes_and_nothing_is_overwritten(exported, tmp_path, capsys):
    db = tmp_path / "a" / "isocost.duckdb"
    assert main(["export", "eee", "-o", str(tmp_path / "again"), "--db", str(db)]) == 0
    for path in exported.rglob("*.json*"):
        same = tmp_path / "again" / path.relative_to(exported)
        assert same.read_bytes() == path.read_bytes()
    assert main(["export", "eee", "-o", str(exported), "--db", str(db)]) == 2
    assert "is there already" in capsys.readouterr().err
    words = ["export", "eee", "--campaign", "none", "-o", str(tmp_path / "n"), "--db", str(db)]
    assert main(words) == 2
    assert "No campaign 'none'" in capsys.readouterr().err


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
