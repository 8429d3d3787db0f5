"""What all imports have in common: ids, costs, texts, the report, and what becomes of it all."""

import json
from datetime import datetime

import pytest

from collectors.importers.load import detect
from dashboard.cli import main
from data.catalog import files
from data.errors import FormatError
from data.store.merge import forget
from tests.import_samples import MAPPING, TABLE, inspect_eval, inspect_json, table
from tests.importing import one, rows, take

MODEL = "acme/tiny"


@pytest.fixture
def prices(tmp_path, monkeypatch):
    """A price that rose on 2026-03-01; nothing was known before 2026-01-01."""
    folder = tmp_path / "mine"
    (folder / "prices").mkdir(parents=True)
    monkeypatch.setenv("ISOCOST_CATALOG", str(folder))
    (folder / "prices" / "acme.toml").write_text(
        'provider = "acme"\n\n[deployments]\ntiny = [\n'
        '  { from = 2026-01-01, input = 1.0, output = 10.0, cache_read = 0.1, source = "x" },\n'
        '  { from = 2026-03-01, input = 2.0, output = 20.0, source = "x" },\n]\n',
        "utf-8",
    )
    files.forget()
    yield
    files.forget()


def told(**more):
    """Rows of a table: one, as changed."""
    return [{**TABLE[0], "model": MODEL, **more}]


def taken(tmp_path, found, campaign="c", extra=None, **more):
    """Import rows as a table; extra: further columns, ours to theirs."""
    mapping = {**MAPPING, "columns": {**MAPPING["columns"], **(extra or {})}}
    return take(tmp_path, "table", table(tmp_path, "csv", found), campaign, mapping=mapping, **more)


def test_twice_adds_nothing_and_other_campaigns_stay_apart(tmp_path):
    path = inspect_json(tmp_path)
    assert take(tmp_path, "inspect", path, "one").stored.attempts == 2
    before = (tmp_path / "isocost.duckdb").read_bytes()
    again = take(tmp_path, "inspect", path, "one")
    assert (again.stored.attempts, again.stored.runs) == (0, 0)
    assert (tmp_path / "isocost.duckdb").read_bytes() == before, "not a byte"
    assert take(tmp_path, "inspect", path, "two").stored.attempts == 2
    assert one(tmp_path, "count(*) AS n, count(DISTINCT attempt_id) AS ids, "
               "count(DISTINCT run_id) AS runs") == {"n": 4, "ids": 4, "runs": 2}  # fmt: skip


def test_the_same_run_in_another_file_is_the_same_run(tmp_path):
    take(tmp_path, "inspect", inspect_json(tmp_path))
    got = take(tmp_path, "inspect", inspect_eval(tmp_path))
    assert (got.tally.kept, got.stored.attempts) == (2, 0)


def test_a_file_that_changed_is_another_run(tmp_path):
    taken(tmp_path, told())
    taken(tmp_path, told(answer="something else"))
    assert one(tmp_path, "count(*) AS n, count(DISTINCT run_id) AS runs") == {"n": 2, "runs": 2}


def test_epochs_are_kept_and_what_stands_twice_is_kept_once(tmp_path):
    found = [{**told()[0], "epoch": epoch} for epoch in (1, 2, 2)]
    got = taken(tmp_path, found, extra={"epoch": "epoch"})
    assert (got.stored.attempts, got.stored.repeated, got.tally.kept) == (2, 1, 3)
    assert one(tmp_path, "count(*) AS n, count(DISTINCT sample_id) AS s") == {"n": 2, "s": 1}


@pytest.mark.usefixtures("prices")
def test_a_cost_is_told_computed_or_unknown(tmp_path):
    found = [
        {**told(sample="told", **{"in": 1000, "out": 100})[0], "usd": "0.5"},
        {**told(sample="listed", when="2026-02-10T00:00:00", **{"in": 1000, "out": 100})[0]},
        {**told(sample="risen", when="2026-03-01T00:00:00", **{"in": 1000, "out": 100})[0]},
        {**told(sample="early", when="2025-12-31T23:59:59")[0]},
        {**told(sample="bare", out="")[0]},
        {**told(sample="nobody", model="unheard/of")[0]},
    ]
    got = taken(tmp_path, [{"usd": "", **row} for row in found], extra={"billed_usd": "usd"})
    costs = {
        r["sample_id"].rpartition("/")[2]: r["cost_usd"]
        for r in rows(tmp_path, "SELECT sample_id, cost_usd FROM attempts")
    }
    assert costs == {
        "told": 0.5,
        "listed": pytest.approx(0.002),
        "risen": pytest.approx(0.004),
        "early": None,
        "bare": None,
        "nobody": None,
    }
    assert got.costs == {
        "computed": 2,
        "told": 1,
        "no_price_on_date": 1,
        "unknown_deployment": 1,
        "usage_missing": 1,
    }
    assert got.unresolved == (MODEL, "unheard/of")


@pytest.mark.usefixtures("prices")
def test_cached_tokens_are_inside_the_input_and_have_their_own_price(tmp_path):
    found = told(when="2026-02-10T00:00:00", **{"in": 1000, "out": 0})
    taken(tmp_path, [{**found[0], "hit": 400}], extra={"cache_read_tokens": "hit"})
    lines = "input_tokens, cache_read_tokens"
    assert one(tmp_path, lines) == {"input_tokens": 1000, "cache_read_tokens": 400}
    # The stored cost is on the neutral basis; the price that is kept knows cached ones apart.
    kept = one(tmp_path, "input_usd_per_mtok, cache_read_usd_per_mtok", table="prices")
    assert kept == {"input_usd_per_mtok": 1.0, "cache_read_usd_per_mtok": 0.1}


def test_reasoning_above_the_output_is_cut_and_flagged(tmp_path):
    found = [{**told()[0], "out": 20, "think": 90}]
    got = taken(tmp_path, found, extra={"reasoning_tokens": "think"})
    assert one(tmp_path, "reasoning_tokens, usage_flags") == {
        "reasoning_tokens": 20, "usage_flags": "reasoning_clamped",
    }  # fmt: skip
    assert got.tally.changed["reasoning_tokens above output_tokens: cut to them"] == 1


@pytest.mark.parametrize("texts", ["keep", "hash", "drop"])
def test_texts_are_kept_hashed_or_dropped(tmp_path, texts):
    secret = "the secret answer"
    found = [{**told(answer=secret)[0], "asked": "a secret prompt", "said": "a secret word"}]
    extra = {"prompt": "asked", "input": "asked", "target": "said", "answer": "said"}
    taken(tmp_path, found, extra=extra, texts=texts)
    kept = rows(tmp_path, "SELECT text, prompt FROM responses")
    sample = one(tmp_path, "input, target", table="samples")
    answer = one(tmp_path, "answer")["answer"]
    if texts == "keep":
        assert kept == [{"text": secret, "prompt": "a secret prompt"}]
        assert (sample["target"], answer) == ("a secret word", "a secret word")
    elif texts == "hash":
        assert len(kept[0]["text"]) == len(sample["input"]) == 32
        assert answer is None
    else:
        assert kept == []
        assert (sample["input"], sample["target"], answer) == (None, None, None)
    if texts != "keep":
        assert b"secret" not in (tmp_path / "isocost.duckdb").read_bytes()


def test_a_dry_run_reports_and_stores_nothing(tmp_path):
    got = taken(tmp_path, TABLE, dry_run=True)
    assert (got.tally.kept, got.stored.attempts, got.preview.height) == (8, 0, 5)
    assert not (tmp_path / "isocost.duckdb").exists()


def test_when_it_was_measured_where_the_file_does_not_say(tmp_path):
    got = taken(tmp_path, told(when=""), measured=datetime(2026, 5, 4))
    assert one(tmp_path, "started_at")["started_at"] == datetime(2026, 5, 4)
    assert got.tally.changed == {"no date: 2026-05-04 was taken": 1}


def test_runs_and_imports_say_where_rows_came_from(tmp_path):
    got = take(tmp_path, "inspect", inspect_json(tmp_path))
    run = one(tmp_path, "*", table="runs")
    assert (run["outcome"], run["planned"], run["done"], run["failed"]) == ("imported", 2, 2, 0)
    assert run["experiment"] == "# imported: inspect log.json"
    row = one(tmp_path, "*", table="imports")
    assert (row["run_id"], row["format"], row["origin"]) == (run["run_id"], "inspect", "measured")
    assert json.loads(row["report"])["kept"] == got.tally.kept == 2
    assert json.loads(row["files"]) == ["log.json"]


def test_every_row_is_kept_or_skipped(tmp_path):
    bad = [{"score": "2"}, {"model": ""}, {"sample": "x" * 301}, {"task": " "}]
    got = taken(tmp_path, [*TABLE, *({**TABLE[0], **wrong} for wrong in bad)])
    assert got.tally.skipped == {
        "score outside 0 to 1": 1, "no model": 1, "sample of over 300 characters": 1, "no task": 1,
    }  # fmt: skip
    assert got.tally.first["no model"] == "row 10"
    assert got.tally.read == got.tally.kept + sum(got.tally.skipped.values()) == 12


def command(tmp_path, capsys, *args):
    code = main([*args, "--db", str(tmp_path / "isocost.duckdb")])
    said = capsys.readouterr()
    return code, said.out, said.err


def mapped(tmp_path, text):
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_the_command_reports_and_json_says_the_same(tmp_path, capsys):
    path = str(inspect_json(tmp_path))
    code, out, _ = command(tmp_path, capsys, "import", "inspect", path, "--json", "--dry-run")
    said = json.loads(out)
    assert (code, said["read"], said["kept"], said["dry_run"]) == (0, 2, 2, True)
    code, out, _ = command(tmp_path, capsys, "import", "inspect", path, "--campaign", "logs")
    assert code == 0
    assert "rows read                                              2" in out
    assert "2 new attempts of 1 contestant in campaign 'logs'" in out
    code, out, _ = command(tmp_path, capsys, "import", "inspect", path, "--campaign", "logs")
    assert "everything was there already" in out


def test_detect_and_formats(tmp_path, capsys):
    path = inspect_eval(tmp_path)
    assert detect(path) == [("inspect", "a zip with an Inspect header")]
    assert main(["import", "--detect", str(path)]) == 0
    assert capsys.readouterr().out == "inspect: a zip with an Inspect header\n"
    (tmp_path / "x.bin").write_bytes(b"\x00\x01")
    assert main(["import", "--detect", str(tmp_path / "x.bin")]) == 2
    assert "looks like no known format" in capsys.readouterr().err
    assert main(["import", "--formats"]) == 0
    assert "routerbench" in capsys.readouterr().out


def test_nothing_usable_is_an_exit_code_of_1(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("m,t,s,v\n,,,\n", "utf-8")
    columns = '[columns]\nmodel = "m"\ntask = "t"\nsample = "s"\nscore = "v"\n'
    code, out, _ = command(
        tmp_path, capsys, "import", "table", str(path), "--map", mapped(tmp_path, columns)
    )
    assert code == 1
    assert "nothing in it could be used" in out
    assert not (tmp_path / "isocost.duckdb").exists()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('[columns]\nmodle = "m"', "Did you mean 'model'"),
        ('[columns]\nmodel = "m"', "which column is task and sample"),
        ('kind = "rows"', "kind = 'rows'"),
        ('[column]\nmodel = "m"', "Did you mean 'columns'"),
        ("[columns", "no TOML"),
        ('[columns]\nmodel = "q"\ntask = "t"\nsample = "s"', "there is no column 'q'. It has: "),
    ],
)
def test_a_mapping_that_can_not_be_used(tmp_path, capsys, text, match):
    path = tmp_path / "t.csv"
    path.write_text("m,t,s\na,b,c\n", "utf-8")
    code, _, err = command(
        tmp_path, capsys, "import", "table", str(path), "--map", mapped(tmp_path, text)
    )
    assert code == 2
    assert match in err
    assert len(err.splitlines()) == 1


def test_one_score_per_model_is_an_aggregate_and_never_an_attempt(tmp_path):
    path = tmp_path / "board.csv"
    path.write_text("m,v,usd\nacme/tiny,55.5,\nacme/big,71,2.5\n", "utf-8")
    mapping = {
        "kind": "aggregates",
        "columns": {"model": "m", "value": "v", "cost_usd": "usd"},
        "values": {"task": "board", "metric": "accuracy", "measured_at": "2026-02-02"},
        "scale": {"value": 0.01},
    }
    got = take(tmp_path, "table", path, mapping=mapping)
    assert (got.stored.attempts, got.stored.aggregates) == (0, 2)
    found = rows(tmp_path, "SELECT value, cost_source, cost_reason FROM aggregates ORDER BY value")
    assert [(r["value"], r["cost_source"], r["cost_reason"]) for r in found] == [
        (pytest.approx(0.555), None, "usage_missing"), (0.71, "told", None),
    ]  # fmt: skip
    assert rows(tmp_path) == []
    assert take(tmp_path, "table", path, mapping=mapping).stored.aggregates == 0


def test_numbers_as_ids_stay_as_written(tmp_path):
    found = [{**TABLE[0], "sample": 7}, {**TABLE[0], "sample": 8, "effort": None}]
    path = table(tmp_path, "jsonl", found)
    take(tmp_path, "table", path, mapping=MAPPING)
    ids = [r["sample_id"] for r in rows(tmp_path, "SELECT sample_id FROM attempts ORDER BY 1")]
    assert ids == ["sums.imported/1/7", "sums.imported/1/8"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_table_of_any_kind_is_read_the_same(tmp_path, suffix):
    take(tmp_path, "table", table(tmp_path, suffix), mapping=MAPPING)
    row = one(tmp_path, "input_tokens, output_tokens, duration_s, score, started_at",
              "input_tokens = 101 LIMIT 1")  # fmt: skip
    assert row == {
        "input_tokens": 101, "output_tokens": 21, "duration_s": 1.5, "score": 1.0,
        "started_at": datetime(2026, 11, 30, 10),
    }  # fmt: skip


@pytest.mark.usefixtures("prices")
def test_an_imported_campaign_is_like_a_collected_one(tmp_path, capsys):
    both = [
        {**row, "model": model, "score": score, "when": "2026-03-02T00:00:00"}
        for model, score in ((MODEL, 1), ("acme/big", 0))
        for row in TABLE[:4]
    ]
    taken(tmp_path, both, "mine")
    code, out, _ = command(
        tmp_path, capsys, "export", "pareto", "--campaign", "mine", "--rows", "all",
        "--format", "json",
    )  # fmt: skip
    assert code == 0
    table_ = json.loads(out)
    found = table_["rows"] if isinstance(table_, dict) else table_
    assert {r["model"] for r in found} == {MODEL, "acme/big"}
    tiny = next(r for r in found if r["model"] == MODEL)
    mean = sum((100 + i) * 2e-6 + (20 + i) * 2e-5 for i in range(4)) / 4
    assert float(tiny["cost_per_1k_usd"]) == pytest.approx(mean * 1000)


def test_forgetting_a_campaign_removes_it_wholly(tmp_path):
    secret = [{**row, "asked": "what only this campaign asked"} for row in TABLE]
    taken(tmp_path, TABLE, "stays")
    other = [{**row, "task": "other"} for row in secret]
    taken(tmp_path, other, "goes", extra={"input": "asked"})
    assert forget(tmp_path / "isocost.duckdb", "goes") == 8
    for name in ("attempts", "runs", "imports", "rollup", "asked"):
        left = rows(tmp_path, f"SELECT DISTINCT campaign FROM {name}")
        assert left == [{"campaign": "stays"}], name
    assert one(tmp_path, "count(*) AS n", table="responses") == {"n": 8}
    tasks = rows(tmp_path, "SELECT DISTINCT task FROM samples")
    assert tasks == [{"task": "sums"}], "its questions go with it"
    assert taken(tmp_path, other, "goes", extra={"input": "asked"}).stored.attempts == 8


def test_an_unknown_format_is_refused_with_the_nearest(tmp_path, capsys):
    code, _, err = command(tmp_path, capsys, "import", "inspct", str(tmp_path))
    assert code == 2
    assert "Did you mean 'inspect'" in err
    (tmp_path / "none").mkdir()
    with pytest.raises(FormatError, match="nothing of 'inspect' in it"):
        take(tmp_path, "inspect", tmp_path / "none")
