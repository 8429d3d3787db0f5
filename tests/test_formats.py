"""Formats: whatever a name holds, it stays text; what was written can be read again."""

import io
import json
import re
import shutil
import subprocess

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ExportError
from data.formats import FORMATS, tex_text, write
from data.formats.document import line, unmarked
from data.formats.units import titled, unit
from tests.reading import Page, document, rows, well_formed, workbook

WRITTEN = [f.name for f in FORMATS.values() if not f.plain]
HOSTILE = [
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "<script>alert(1)</script>", "a & b \\\\ [2em]",
    r"\input{/etc/passwd}", r"\write18{id}", "100% $x^2$ #1 _a_ ~ {}", "a | b", "</td></table>",
    "\x00\x1b[31m\u202e", "漢字 🦊 é ∞ ½", "**bold**", "_x0041_", "x" * 40_000, "\ufffe",
    "-- '' \"q\"",    "% not a comment", "*", "[a]", "",
]  # fmt: skip
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))
FLOATS = st.one_of(st.none(), st.floats(allow_nan=False, width=32))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NAMES, FLOATS), max_size=5), NAMES)
def test_hostile_names_stay_text_in_every_format(pairs, sentence):
    names, values = [n for n, _ in pairs], [v for _, v in pairs]
    made = document(rows(names, values), sentence, {"Note": sentence, "Prices": "".join(names)})
    sheets, parts = workbook(write("xlsx", made))
    assert not [n for n in parts if "externalLink" in n or "vba" in n.lower()]
    for i, name in enumerate(names):
        kept = sheets["Contestants"].get(f"A{i + 2}", "")
        assert kept.replace("_x005F", "") == line(name)[:32767].replace("_x005F", "") or name == ""
    page = Page(write("html", made))
    assert {t for t, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "div", "table",
        "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd",
    }  # fmt: skip
    assert not [a for _, a in page.tags if {"href", "src", "style", "onload"} & set(a)]
    for name in names:
        assert line(name) in page.cells
    well_formed(write("tex", made).decode())
    read = pl.read_parquet(io.BytesIO(write("parquet", made)))
    assert read["name"].to_list() == names


@given(NAMES)
def test_text_in_latex_has_no_bare_mark(name):
    said = re.sub(r"""\\(textsu[a-z]+script|[`'^~=."urHvc])(?=\{)""", "", tex_text.escape(name))
    bare = re.sub(
        r"\\(symbol\{34\}|text[a-z]+\{\}|ldots\{\}|[{}$&%#_])|\$[^$]*\$|\{[\[\]*]\}", "", said
    )
    assert not set(bare.replace("{}", "").replace("{[}", "")) & set('\\$&%#_^<>|*"\n')
    assert "\n" not in tex_text.comment(name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Müller & Søn", r"Müller \& Søn"),
        ("Čapek ġ ę", r"\v{C}apek \.{g} e"),
        ("m² ½ ﬁ", r"m\textsuperscript{2} 1/2 fi"),
        ("漢 🦊 đ", "{[}U+6F22{]} {[}U+1F98A{]} {[}U+0111{]}"),
        ("-- '' a-b's", "-{}- '{}' a-b's"),
    ],
)
def test_letters_that_latex_does_not_know_are_spelled(text, said):
    assert tex_text.escape(text) == said


def test_a_cell_that_looks_like_a_formula_is_quoted_when_edited():
    sheets, parts = workbook(write("xlsx", document(rows(["=1+1", "plain"], [0.5, 0.25]))))
    assert sheets["Contestants"]["A2"] == "=1+1"
    assert b'quotePrefix="1"' in parts["xl/styles.xml"]
    assert sheets["Contestants"]["B2"] == 0.5
    assert b"<dataBar>" in parts["xl/worksheets/sheet1.xml"]
    assert b'state="frozen"' in parts["xl/worksheets/sheet1.xml"]
    assert sheets["About"]["A4"] == "Campaign"
    assert sheets["About"]["B5"] == "isocost export x"


def test_unknown_is_blank_and_infinity_a_word():
    made = document(rows(["a", "b"], [None, float("inf")]))
    sheets, _ = workbook(write("xlsx", made))
    assert "B2" not in sheets["Contestants"]
    assert sheets["Contestants"]["B3"] == "∞"
    body = well_formed(write("tex", made).decode())
    assert "a & {--} & --" in body
    assert r"b & {$\infty$} & {$\infty$} to {$\infty$}" in body


def test_sheets_have_names_of_their_own():
    frame = rows(["a"], [0.1])
    more = [("about", frame), ("contestants", frame), ("a" * 40, frame), ("a" * 41, frame)]
    sheets, _ = workbook(write("xlsx", document(frame, more=more)))
    assert len(sheets) == len({s.lower() for s in sheets}) == 6
    assert max(map(len, sheets)) <= 31


@pytest.mark.parametrize("name", WRITTEN)
def test_an_empty_table_says_why_and_the_bytes_stay(name):
    made = document(rows([], []))
    body = write(name, made)
    assert write(name, document(rows([], []))) == body
    if name == "xlsx":
        assert workbook(body)[0]["Contestants"]["A2"] == "Nobody: a | b & <c>"
    elif name == "parquet":
        told = json.loads(pl.read_parquet_metadata(io.BytesIO(body))["isocost"])
        assert told["empty"] == "Nobody: a | b & <c>"
        assert pl.read_parquet(io.BytesIO(body)).schema == rows([], []).schema
    else:
        text = body.decode()
        tex = r"Nobody: a \textbar{} b \& \textless{}c\textgreater{}"
        assert {"html": "Nobody: a | b &amp; &lt;c&gt;", "tex": tex}[name] in text


def test_parquet_keeps_types_and_tells_how_it_was_made():
    frame = rows(["a", "b"], [0.123456789, None]).with_columns(nothing=pl.lit(None))
    body = write("parquet", document(frame))
    read = pl.read_parquet(io.BytesIO(body))
    assert read["accuracy"].to_list() == [0.123457, None]
    assert read["tags"].to_list() == [["a"], ["b"]]
    assert read["nothing"].dtype == pl.String
    told = json.loads(pl.read_parquet_metadata(io.BytesIO(body))["isocost"])
    assert told["about"]["Command"] == "isocost export x"
    assert (told["table"], told["sentence"]) == ("contestants", "Two things")
    with pytest.raises(ExportError, match=r"holds one table.*--table \(contestants, more\)"):
        write("parquet", document(frame, more=[("more", frame)]))


def test_many_rows_go_over_pages_and_numbers_line_up():
    values = [1.5e-7, 0.00012, 12.0, -3.0, 1e12, 0.0] * 10
    body = well_formed(write("tex", document(rows([f"m{i}" for i in range(60)], values))).decode())
    assert body.count(r"\begin{tabular}") == 2
    assert body.count(r"\caption") == 1
    assert r"continued}" in body
    assert re.search(r"table-format=-\d+\.\d+e-?\d+\]", body)
    assert r"1.50e-7" in body


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (0.0, None, "0"),
        (0.99999, None, "1.00"),
        (0.0123456, None, "0.0123"),
        (1234.5, None, "1234"),
        (-0.5, None, "-0.500"),
        (61.25, 1, "61.2"),
        (3e-9, None, "3.00e-9"),
        (2.5e12, None, "2.50e12"),
    ],
)
def test_numbers_for_siunitx(value, decimals, said):
    assert tex_text.plain(value, decimals) == said


@pytest.mark.parametrize(
    ("column", "kind", "what", "head"),
    [
        ("cost_per_1k_usd", pl.Float64(), "usd", "US$ / 1k tasks"),
        ("accuracy_low", pl.Float64(), "share", "Accuracy low"),
        ("waste_usd_share", pl.Float64(), "share", "Waste usd share"),
        ("duration_s", pl.Float64(), "seconds", "Duration, s"),
        ("params_total", pl.Float64(), "count", "Params total"),
        ("capability", pl.Float64(), "scale", "Capability"),
        ("writes", pl.Boolean(), "flag", "Writes"),
        ("checked", pl.Date(), "date", "Checked"),
    ],
)
def test_a_columns_name_says_its_unit(column, kind, what, head):
    assert (unit(column, kind), titled(column, kind)) == (what, head)


def test_bold_is_the_only_markup():
    made = document(rows(["a"], [0.1]), "**A** & *b* holds")
    assert "<p><b>A</b> &amp; *b* holds</p>" in write("html", made).decode()
    assert r"\textbf{A} \& {*}b{*} holds" in write("tex", made).decode()
    assert unmarked(made.sentence) == "A & *b* holds"


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdfLaTeX is not installed")
@pytest.mark.parametrize("long", [1, 5])
def test_latex_compiles(tmp_path, long):
    names = [n[:200] for n in HOSTILE] * long
    made = document(rows(names, [0.1] * len(names)), more=[("empty", rows([], []))])
    preamble = r"\documentclass{article}\usepackage{adjustbox,array,booktabs,siunitx}"
    (tmp_path / "x.tex").write_text(
        f"{preamble}\n\\begin{{document}}\n{write('tex', made).decode()}\\end{{document}}\n",
        "utf-8",
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
