"""A result file that is handed to an empty dashboard: imported once, its report shown as text."""

import duckdb
import pytest

from dashboard import uploading
from dashboard.listening import Listening
from tests.page import visit

OPEN = "from dashboard.pages.frontier import page; page()"
HEAD = (
    "prompt_id,type,model_name,run_number,success_rate,"
    "tokens_output,tokens_reasoning,tokens_completion"
)
TABLE = f"{HEAD}\np1,knowledge,<b>wren</b>,1,1,3,4,7\np2,Math,<b>wren</b>,1,0,3,9,12\n".encode()


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setenv(uploading.VARIABLE, "yes")


@pytest.mark.parametrize(
    ("where", "may"),
    [
        (Listening(), True),
        (Listening(host="0.0.0.0", names=("dash.example.com",)), False),
        (Listening(names=("dash.example.com",)), False),
    ],
)
def test_only_this_machine_may_bring_results_in(monkeypatch, where, may):
    monkeypatch.setenv(uploading.VARIABLE, "")
    uploading.announce(where)
    assert uploading.allowed() is may


def test_a_file_is_recognised_and_imported(tmp_path):
    db = tmp_path / "x.duckdb"
    told = uploading.bring_in(db, "../../evaluation <stats>.csv", TABLE)
    assert told.ok, told.text
    assert "2 new attempts of 1 contestant" in told.text
    with duckdb.connect(str(db), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM attempts").fetchone() == (2,)
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == []


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2\n", b"PK\x03\x04broken", b"\x80\x04pickle"])
def test_what_is_no_result_file_is_one_line(tmp_path, body):
    told = uploading.bring_in(tmp_path / "x.duckdb", "file.csv", body)
    assert not told.ok
    assert len(told.text.splitlines()) == 1
    assert "file.csv" in told.text
    assert not (tmp_path / "x.duckdb").exists()


def test_the_page_takes_a_file_and_shows_its_report_as_text(here, tmp_path, monkeypatch):
    app = visit(monkeypatch, OPEN, tmp_path / "x.duckdb")
    app.file_uploader[0].upload("evaluation_stats.csv", TABLE).run(timeout=60)
    assert not app.exception
    shown = [code.value for code in app.code]
    assert any("<b>wren</b>" in text and "2 new attempts" in text for text in shown)


def test_on_a_network_there_is_nothing_to_hand_over(tmp_path, monkeypatch):
    monkeypatch.setenv(uploading.VARIABLE, "")
    app = visit(monkeypatch, OPEN, tmp_path / "x.duckdb")
    assert not app.get("file_uploader")
