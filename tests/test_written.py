"""Numbers as people write them in a table: what is read, what is refused, and how that is said."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ExportError
from data.lenses.bill_read import read_as, repeated
from data.lenses.given import table
from data.lenses.written import numbers

COLUMNS = ("task", "model", "calls", "usd")


def read(*cells, decimal=".", whole=()):
    frame = pl.DataFrame({"usd": list(cells)}, schema={"usd": pl.String})
    return numbers(frame, "Log", ["usd"], whole, decimal)["usd"].to_list()


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,000", 12000), ("$84.10", 84.1), ("US$ 1,234.50", 1234.5), ("84.10 USD", 84.1),
     ("12 000", 12000), ("12\u202f000.5", 12000.5), ("1'234'567", 1234567), ("12_000", 12000),
     ("84,10", 84.1), ("1.234,56", 1234.56), ("1.234.567", 1234567), ("0,125", 0.125),
     ("-$5", -5), ("\u22125", -5), (".5", 0.5), ("1e3", 1000), ("1250.125", 1250.125),
     ("1.250", 1.25), ("", None), (" ", None), (None, None)],
)  # fmt: skip
def test_usual_writings_are_read(text, value):
    assert read(text) == [value]


@pytest.mark.parametrize(
    "text",
    ["12,00,000", "1,2,3", "12.34.56", "=1+1", "five", "1,23,4", "5 %", "1.234,567.8", "--5", "$",
     "NaN", "inf", "1e99", "12 00"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ExportError, match="Log: usd '.*' is not a plain number") as error:
        read(text)
    assert "\n" not in str(error.value)


def test_another_cell_tells_which_sign_is_meant():
    assert read("12,000", "84,10") == [12.0, 84.1]
    assert read("12.000", "84,10") == [12000.0, 84.1]
    assert read("12,000", "84.10") == [12000.0, 84.1]
    assert read("12.000", "84.10") == [12.0, 84.1]


@pytest.mark.parametrize("cells", [("84.10", "84,10"), ("1,234.5", "1.234,5")])
def test_two_ways_in_one_table_are_refused(cells):
    with pytest.raises(ExportError, match="one has a decimal point, the other a decimal comma"):
        read(*cells)


def test_what_may_be_either_is_refused():
    with pytest.raises(ExportError, match="'12,000' may be 12000 or 12. Write it as one of"):
        read("12,000", decimal=None)
    with pytest.raises(ExportError, match="may be 12000 or 12"):
        read("12.000", whole=("usd",))
    with pytest.raises(ExportError, match="'€84.10' is not in US"):
        read("€84.10")


@given(st.lists(st.floats(-1e9, 1e9).map(lambda v: round(v, 2)), min_size=1, max_size=6))
def test_a_table_in_either_way_is_read_as_it_was_written(values):
    point = [f"{v:,.2f}" for v in values]
    comma = [p.translate(str.maketrans(",.", ".,")) for p in point]
    assert read(*point) == read(*comma) == values


def test_numbers_that_are_numbers_stay(tmp_path):
    frame = pl.DataFrame({"usd": [1.125, None]})
    assert numbers(frame, "Log", ["usd"], ["usd"])["usd"].to_list() == [1.125, None]
    with pytest.raises(ExportError, match="not a plain number"):
        numbers(pl.DataFrame({"usd": [float("inf")]}), "Log", ["usd"])


@pytest.mark.parametrize(
    "text",
    ["task;model;calls;usd\na;m;12.000;84,10\n", "\ufeffTask; Model ;CALLS;usd\na;m;12000;84.10\n",
     'task,model,calls,usd\na,m,"12,000",$84.10\n',
     "task\tmodel\tcalls\tusd\na\tm\t12 000\t84.1\n"],
)  # fmt: skip
def test_a_file_may_be_parted_by_semicolons_or_tabs(text):
    found = table(text.encode(), "it", COLUMNS, COLUMNS[2:], COLUMNS[2:3])
    assert found.rows() == [("a", "m", 12000.0, 84.1)]


def test_a_line_with_too_many_cells_says_what_is_probably_meant():
    with pytest.raises(ExportError, match='line 3 has 5 cells, the head 4: .* quotes, "12,000"'):
        table(b"task,model,calls,usd\na,m,1,2\na,m,12,000,3\n", "it", COLUMNS)


def test_what_was_read_and_what_repeats_is_told():
    spend = pl.DataFrame(
        [("a", "m", 12000.0, 84.1), ("a", "m", 12000.0, 84.1), ("a", "m", 1.0, 5.0),
         ("b", "m", None, 2.0)],
        schema=COLUMNS, orient="row",
    )  # fmt: skip
    assert read_as(spend) == "4 rows: 24,001 calls, $175."
    assert repeated(spend) == (
        "2 spend rows of a task and model named before: added up (1 the same in every cell: "
        "logged twice?)"
    )
    used = pl.DataFrame({"task": ["a", "a"], "contestant": ["X", "X"]})
    assert read_as(used) == "2 rows of 1 task."
    assert repeated(used) == "1 repeated row of what is in use left out"
    assert repeated(used[:1]) == repeated(spend[2:]) == ""
