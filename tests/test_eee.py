"""Every Eval Ever, both ways: what is exported comes back as it was, and keeps to the schema."""

import hashlib
import json
import os
import uuid
from pathlib import Path

import duckdb
import jsonschema
import pytest

from dashboard.cli import main
from tests.dashboard_data import FAKES, build
from tests.import_samples import _eee
from tests.importing import rows as mappings
from tests.importing import take

ROWS = (
    "SELECT a.contestant_id, a.sample_id, a.epoch, a.task, a.level, c.name, a.score, a.status, "
    "a.input_tokens, a.output_tokens, a.reasoning_tokens, a.cache_read_tokens, a.started_at, "
    "s.cluster, s.category, a.answer, a.duration_s, a.ttft_s, a.cost_usd FROM attempts a "
    "JOIN contestants c USING (contestant_id) JOIN samples s USING (sample_id) ORDER BY 1, 2, 3"
)
EXACT = 16
"""Columns of ROWS that come back as they were; those after them but for rounding."""
RECORD = ("schema_version", "evaluation_id", "retrieved_timestamp", "source_metadata",
          "eval_library", "model_info", "evaluation_results")  # fmt: skip
INSTANCE = ("schema_version", "evaluation_id", "model_id", "evaluation_name", "sample_id",
            "interaction_type", "input", "answer_attribution", "evaluation")  # fmt: skip
OPTIONAL = ("evaluation_result_id", "sample_hash", "output", "token_usage", "performance",
            "error", "metadata")  # fmt: skip


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
    assert any(row[-1] for row in before)
    for old, new in zip(before, after, strict=True):
        assert old[:EXACT] == new[:EXACT]
        for was, is_ in zip(old[EXACT:], new[EXACT:], strict=True):
            assert was == is_ or was == pytest.approx(is_, rel=1e-9)
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
        assert uuid.UUID(path.stem).version == 4
        told = record["detailed_evaluation_results"]
        assert told["file_path"] == f"{path.parent.relative_to(exported)}/{path.stem}_samples.jsonl"
        body = (exported / told["file_path"]).read_bytes()
        assert told["checksum"] == hashlib.sha256(body).hexdigest()
        instances = [json.loads(line) for line in body.splitlines()]
        assert told["total_rows"] == len(instances) > 0
        results = {one["evaluation_result_id"] for one in record["evaluation_results"]}
        for one in instances:
            _keeps(one, record, results)
        if schemas:
            jsonschema.validate(record, schemas[0])
            for one in instances:
                jsonschema.validate(one, schemas[1])


def _keeps(one, record, results):
    """What the schema and its project ask of an instance."""
    assert set(INSTANCE) <= set(one) <= {*INSTANCE, *OPTIONAL}
    assert one["evaluation_id"] == record["evaluation_id"]
    assert one["model_id"] == record["model_info"]["id"]
    assert one["evaluation_result_id"] in results
    assert one["interaction_type"] == "single_turn"
    assert all(isinstance(raw, str) for raw in one["output"]["raw"])
    assert all(isinstance(value, str) for value in one["metadata"].values())
    assert set(one["evaluation"]) == {"score", "is_correct"}
    asked = {"raw": one["input"]["raw"], "reference": one["input"]["reference"]}
    told = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    assert one["sample_hash"] == hashlib.sha256(told.encode()).hexdigest()
    usage = one["token_usage"]
    if usage is not None:
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


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


def test_reported_rows_and_tokens_of_one_side_come_back(tmp_path):
    parts = [tmp_path / part for part in "ab"]
    for part in parts:
        part.mkdir()
    path = next(_eee(parts[0]).rglob("*_samples.jsonl"))
    record = path.with_name(path.name.replace("_samples.jsonl", ".json"))
    one, value = json.loads(path.read_text()), json.loads(record.read_text())
    value["source_metadata"]["evaluator_relationship"] = "first_party"
    record.write_text(json.dumps(value))
    path.write_text(json.dumps({**one, "token_usage": None, "metadata": {"level": "3"}}) + "\n")
    take(parts[0], "eee", parts[0] / "data")
    with duckdb.connect(str(parts[0] / "isocost.duckdb")) as con:
        con.execute("UPDATE attempts SET output_tokens = 7")
    words = ["export", "eee", "--campaign", "c", "-o", str(tmp_path / "out")]
    assert main([*words, "--db", str(parts[0] / "isocost.duckdb")]) == 0
    record = json.loads(next((tmp_path / "out").rglob("*.json")).read_text())
    assert record["source_metadata"]["evaluator_relationship"] == "first_party"
    take(parts[1], "eee", tmp_path / "out")
    told = (
        "SELECT sample_id, level, input_tokens, output_tokens, origin FROM attempts "
        "JOIN imports USING (run_id)"
    )
    assert rows(parts[1], told) == [("sums.imported/3/s1", 3, None, 7, "reported")]
