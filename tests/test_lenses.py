"""Every lens by its command: on real rows, on odd ones, and with mistakes."""

import csv
import io
import json
import re
from datetime import timedelta

import polars as pl
import pytest

from dashboard.cli import main
from data import lens_export
from data.errors import ExportError
from data.lens_words import word
from data.lenses import LENSES, OPTIONS, lens
from data.price import Price, Rates
from data.store import Reader, merge
from data.study import Study
from data.view import View
from tests import rows

PRICES = [Price(rates=Rates(1.0, 4.0), source="test"), rows.CPU]
EVERYWHERE = sorted(set(LENSES) - {"bill", "drift"})


def made(names="ABC", campaign="night-1", seeds=4, **fields):
    """Contestants on two tasks of two levels: A solves half and spends least, C all and most."""
    out = []
    for place, name in enumerate(names):
        kind = "reader" if name == "R" else "writer"
        who = rows.contestant(name, kind=kind)
        for task in ("sums", "tickets"):
            for level in (1, 2):
                for seed in range(seeds):
                    what = rows.sample(seed, task=task, level=level)
                    usage = {
                        "score": float(seed % 2 == 0 or place > 0),
                        "output_tokens": 0 if kind == "reader" else 10 * (place + 1) * level,
                        "price_id": PRICES[0].price_id,
                        **fields,
                    }
                    out.append((who, what, rows.attempt(who, what, campaign=campaign, **usage)))
    return out


def stored(tmp_path, *runs):
    db = tmp_path / "x.duckdb"
    for i, attempts in enumerate(runs):
        rows.write(db, attempts, run_id=f"run-{i}", prices=PRICES)
    merge(db)
    return db


def exported(db, capsys, *words):
    code = main(["export", *words, "--db", str(db)])
    out, err = capsys.readouterr()
    assert code == 0, err
    return out


ODD = {
    "usual": {},
    "one contestant": {"names": "A"},
    "a reader among them": {"names": "ABR"},
    "one sample a level": {"seeds": 1},
    "all failed": {"score": None, "status": "timeout", "output_tokens": None, "cpu_s": None},
    "all wrong": {"score": 0.0},
    "all right": {"score": 1.0},
    "all unpriced": {"price_id": None},
    "nothing reported": {"output_tokens": None, "input_tokens": None, "duration_s": None,
                         "cpu_s": None, "price_id": None},
    "no tokens at all": {"output_tokens": 0, "input_tokens": 0},
    "fractions": {"score": 0.5},
}  # fmt: skip


@pytest.fixture(scope="module", params=ODD)
def odd(request, tmp_path_factory):
    """A reader of one odd store, shared by the lenses."""
    return Reader(stored(tmp_path_factory.mktemp("odd"), made(**ODD[request.param])))


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_lens_looks_at_odd_data_without_nan_or_traceback(name, odd):
    seen = lens(name).look(Study(odd, View("night-1")))
    assert seen.sentence.strip()
    assert "nan" not in seen.sentence.lower().split()
    for table, frame in {**seen.tables, **{n: made() for n, made in seen.more.items()}}.items():
        for column in frame.select(pl.selectors.float()).iter_columns():
            assert not column.is_nan().any(), f"{table}.{column.name}"
    for write in lens_export.FORMATS.values():
        for table in (*seen.tables, *seen.more):
            write(lens_export.chosen(seen, table), seen.sentence, META)


META = {"tasks": {}, "mix": {}, "campaign": "x", "attempts": 0, "newest_attempt": None,
        "cost_basis": "x", "prices": [], "unpriced_attempts": {}, "without_mode": [],
        "not_validated": [], "interval": "x", "command": "x"}  # fmt: skip


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_lens_is_exported_twice_the_same(tmp_path, capsys, name):
    db = stored(tmp_path, made("ABCR"))
    out = [exported(db, capsys, name) for _ in range(2)]
    assert out[0] == out[1]
    assert f"Made by `isocost export {name}" in out[0]


def test_json_holds_every_table_with_its_sentence(tmp_path, capsys):
    db = stored(tmp_path, made())
    body = json.loads(exported(db, capsys, "efficiency", "--format", "json"))
    assert set(body) == {"meta", "sentence", "tables"}
    assert [r["name"] for r in body["tables"]["contestants"]] == ["A", "B", "C"]
    assert body["meta"]["command"].startswith("isocost export efficiency --format json")


def test_infinity_is_a_word_in_markdown_and_null_in_json(tmp_path, capsys):
    db = stored(tmp_path, made(score=0.0))
    words = ("efficiency", "--table", "contestants")
    assert "∞" in exported(db, capsys, *words)
    body = json.loads(exported(db, capsys, *words, "--format", "json"))
    assert body["tables"]["contestants"][0]["tokens_per_correct"] is None


def test_csv_is_one_table_and_says_which_there_are(tmp_path, capsys):
    db = stored(tmp_path, made())
    table = exported(db, capsys, "ability", "--table", "levels", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(table)))) == 4
    assert main(["export", "ability", "--format", "csv", "--db", str(db)]) == 2
    assert "choose one with --table (contestants, levels, out_of_order)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ability", "--table", "level"], "Did you mean 'levels'"),
        (["summary", "--mix", "sum=2"], "Did you mean 'sums'"),
        (["summary", "--mix", "sums=many"], "write a weight from 0"),
        (["summary", "--mix", "sums=-1"], "write a weight from 0"),
        (["summary", "--mix", "sums"], "write NAME=WEIGHT"),
        (["summary", "--mix", "math=0"], "every task has a weight of 0"),
        (["drift"], "is the first of this database"),
        (["drift", "--before", "night-1"], "is the campaign itself"),
        (["drift", "--before", "night-0"], "No campaign 'night-0'"),
        (["bill"], "needs --spend FILE.csv"),
        (["bill", "--spend", "nowhere.csv"], "--spend nowhere.csv is no file"),
        (["hardware", "--accelerator", "H10"], "Did you mean 'H100'"),
        (["workload", "--documents", "-5"], "-5"),
        (["workload", "--retries", "1.5"], "1.5"),
        (["workload", "--documents", "1e30"], "documents"),
        (["frontier", "--reference", "-1"], "-1"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, capsys, words, says):
    db = stored(tmp_path, made())
    assert main(["export", *words, "--db", str(db)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert says in err


def test_the_users_mix_reaches_every_number_and_the_command(tmp_path, capsys):
    db = stored(tmp_path, [*made("A"), *made("B", score=0.0)])
    out = exported(
        db, capsys, "summary", "--mix", "sums=3", "--mix", "tickets=0", "--format", "json"
    )
    body = json.loads(out)
    assert body["meta"]["mix"] == {"sums": 3.0, "tickets": 0.0}
    assert "--mix sums=3 --mix tickets=0" in body["meta"]["command"]


def test_drift_compares_with_the_campaign_before(tmp_path, capsys):
    later = [
        (who, what, rows.attempt(who, what, campaign="night-2", score=0.0, price_id=None))
        for who, what, _ in made("A", seeds=8)
    ]
    for _, _, attempt in later:
        object.__setattr__(attempt, "started_at", rows.MOMENT + timedelta(days=1))
    db = stored(tmp_path, made("A", seeds=8, score=1.0), later)
    body = json.loads(exported(db, capsys, "drift", "--campaign", "night-2", "--format", "json"))
    row = next(r for r in body["tables"]["changes"] if r["metric"] == "accuracy")
    assert (row["before"], row["after"]) == (1.0, 0.0)
    assert row["alarm"] == "watch"


def test_the_bill_is_read_from_two_tables(tmp_path, capsys):
    db = stored(tmp_path, made("ABC"))
    spend, used = tmp_path / "spend.csv", tmp_path / "used.csv"
    spend.write_text("task,model,calls,usd\nsums,test/c,100,40\nother,x,1,2\n")
    used.write_text("task,contestant\nsums,C\n")
    words = ("bill", "--spend", str(spend), "--in-use", str(used))
    out = json.loads(exported(db, capsys, *words, "--format", "json"))
    assert "You spent $42.00" in out["sentence"]
    assert "$2.00 was not measured" in out["sentence"]
    used.write_text("task,contestant\nsums,Z\n")
    assert main(["export", *words, "--db", str(db)]) == 2
    assert "no contestant 'Z'" in capsys.readouterr().err
    spend.write_text("task,model,usd\nsums,C,40\n")
    assert main(["export", *words, "--db", str(db)]) == 2
    assert "has no column 'calls'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "option", "table"),
    [("efficiency", "--requirement", "requirement"), ("ability", "--difficulty", "samples")],
)
def test_what_an_earlier_night_fixed_can_be_kept(tmp_path, capsys, name, option, table):
    db = stored(tmp_path, made("ABC"))
    kept = tmp_path / "kept.csv"
    kept.write_text(exported(db, capsys, name, "--table", table, "--format", "csv"))
    again = json.loads(exported(db, capsys, name, option, str(kept), "--format", "json"))
    first = json.loads(exported(db, capsys, name, "--format", "json"))
    column = {"efficiency": "ste", "ability": "theta"}[name]
    for row, old in zip(
        again["tables"]["contestants"], first["tables"]["contestants"], strict=True
    ):
        assert row[column] == pytest.approx(old[column], abs=2e-4)
    (tmp_path / "more").mkdir()
    wider = stored(tmp_path / "more", made("ABCDEFG"))
    fixed = json.loads(exported(wider, capsys, name, option, str(kept), "--format", "json"))
    same = {r["name"]: r[column] for r in fixed["tables"]["contestants"]}
    for row in again["tables"]["contestants"]:
        assert same[row["name"]] == pytest.approx(row[column], abs=1e-9), "the pool moves nobody"
    kept.write_text("sample_id,what\nx,1\n")
    assert main(["export", name, option, str(kept), "--db", str(db)]) == 2
    assert "has no column" in capsys.readouterr().err


def test_text_in_a_table_and_its_sentence_is_inert(tmp_path, capsys):
    nasty = "=cmd() | <img src=x> [a](http://evil.invalid)"
    db = stored(tmp_path, made([nasty]))
    md = exported(db, capsys, "summary", "--table", "contestants")
    said = md.splitlines()[0]
    assert "cmd()" in said
    assert not re.search(r"(?<!\\)<img", md)
    assert not re.search(r"(?<!\\)\]\(http", md)
    table = exported(db, capsys, "summary", "--table", "contestants", "--format", "csv")
    assert next(csv.DictReader(io.StringIO(table)))["name"].startswith("'=cmd()")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"])
def test_no_cell_of_a_csv_begins_as_a_formula(tmp_path, capsys, sign):
    db = stored(tmp_path, made([f"{sign}cmd()"]))
    for asked in (("summary", "--table", "contestants"), ("pareto",)):
        table = csv.reader(io.StringIO(exported(db, capsys, *asked, "--format", "csv"), newline=""))
        cells = [c for row in table for c in row if "cmd()" in c]
        assert cells
        assert not any(c.startswith(tuple("=+-@＝＋－＠\t\r\n")) for c in cells)


def test_an_unknown_lens_names_the_nearest():
    with pytest.raises(ExportError, match="Did you mean 'frontier'"):
        lens("frontie")


def test_options_belong_to_lenses():
    assert set(OPTIONS) <= set(LENSES)
    assert all(len({o.name for o in found}) == len(found) for found in OPTIONS.values())


def test_people_read_percentages_dollars_and_intervals(tmp_path, capsys):
    md = exported(stored(tmp_path, made("AB")), capsys, "summary", "--table", "contestants")
    head, _, row = md.splitlines()[4:7]
    assert "accuracy low" not in head
    assert "| $ / 1k tasks |" in head
    assert re.match(r"\| A \| 50\.0% \(\d+\.\d% to \d+\.\d%\) \|", row)
    assert "ttft" not in head, "nothing is known of it"


def test_the_frontier_table_says_whom_it_leaves_out(tmp_path, capsys):
    db = stored(tmp_path, made("ABC"))
    assert "Not in the table: 1 beaten" in exported(db, capsys, "pareto")
    assert "Not in the table" not in exported(db, capsys, "pareto", "--rows", "all")


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0.0, "0"), (float("inf"), "∞"), (1e-7, "1.00e-07"), (3116.4, "3,116"),
     (True, "yes"), (12345, "12,345"), (["a", "b"], "a; b"), (0.5, "0.5")],
)  # fmt: skip
def test_values_as_people_read_them(value, said):
    assert word(value) == said
