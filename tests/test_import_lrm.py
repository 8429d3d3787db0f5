"""LRMTokenEconomy's attempts: what its columns mean, and what is left out."""

import duckdb
import pytest

from dashboard.cli import main

HEAD = ("prompt_id,category,type,title,model_name,lab,run_number,open_weights,full_cot,max_tokens,"
        "total_score,success_rate,tokens_output,tokens_reasoning,tokens_completion")  # fmt: skip
ROWS = [
    "p1,Basics,knowledge,P1,wren-1,fictional,1,False,False,30000,1,1,7.0,64.0,71",
    "p1,Basics,knowledge,P1,wren-1,fictional,2,False,False,30000,1,0,7.0,0.0,7",
    "p2,Puzzles,logic puzzle,P2,wren-1,fictional,1,False,False,30000,1,1,-43.0,413.0,370",
    "p3,Sums,Math,P3,wren-1,fictional,1,False,False,30000,1,1,9.0,0.0,0",
    "p4,Odd,poetry,P4,wren-1,fictional,1,False,False,30000,1,0,1.0,29999.0,30000",
    ",Odd,poetry,P5,wren-1,fictional,1,False,False,30000,1,1,9.0,1.0,10",
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "evaluation_stats.csv"
    path.write_text("\n".join([HEAD, *ROWS]) + "\n")
    return path


def rows(db, what):
    with duckdb.connect(str(db), read_only=True) as con:
        return con.execute(what).fetchall()


def test_what_its_columns_mean(file, tmp_path, capsys):
    db = tmp_path / "x.duckdb"
    words = ["import", "lrm-token-economy", str(file), "--measured", "2025-08-01"]
    assert main([*words, "--db", str(db)]) == 0
    found = rows(db, "SELECT sample_id, epoch, status, score, output_tokens, reasoning_tokens, "
                     "usage_flags, cost_usd, started_at::DATE::VARCHAR FROM attempts "
                     "ORDER BY output_tokens NULLS LAST")  # fmt: skip
    shared = (None, "2025-08-01")
    assert found == [
        ("knowledge.v1/1/p1", 2, "ok", 0.0, 7, None, None, *shared),
        ("knowledge.v1/1/p1", 1, "ok", 1.0, 71, 64, None, *shared),
        # Counted by another tokenizer than the completion: cut to it, and flagged.
        ("logic puzzle.v1/1/p2", 1, "ok", 1.0, 370, 370, "reasoning_clamped", *shared),
        # Wrong at the most tokens that it was allowed.
        ("poetry.v1/1/p4", 1, "truncated", 0.0, 30_000, 29_999, None, *shared),
        ("math.v1/1/p3", 1, "ok", 1.0, None, None, None, *shared),
    ]
    said = capsys.readouterr().out
    assert "skipped: no sample" in said
    assert "first: line 7" in said
    assert "reasoning_tokens above output_tokens: cut to them" in said
    assert main([*words, "--db", str(db)]) == 0
    assert "everything was there already" in capsys.readouterr().out
    assert rows(db, "SELECT count(*) FROM attempts") == [(5,)]


def test_a_row_cut_short_stores_nothing(file, tmp_path, capsys):
    file.write_text(file.read_text()[:-30])
    assert main(["import", "lrm-token-economy", str(file), "--db", str(tmp_path / "x.duckdb")]) == 2
    assert "line 7 has" in capsys.readouterr().err
    assert not (tmp_path / "x.duckdb").exists()


def test_another_table_is_refused_and_not_detected(tmp_path, capsys):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    assert main(["import", "lrm-token-economy", str(path), "--db", str(tmp_path / "x")]) == 2
    assert "there is no column 'prompt_id'" in capsys.readouterr().err
    assert main(["import", "--detect", str(path)]) == 2
    assert "looks like no known format" in capsys.readouterr().err
