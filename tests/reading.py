"""Files that reports write, read again: documents to write, and what is in the result."""

import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import polars as pl

from data.formats.document import Document, Sheet
from data.lens_words import numeric, readable


def document(frame, sentence="**Two** things", about=None, slug="x", more=()):
    def sheet(name, table):
        return Sheet(name, table, table, readable(table), numeric(table), "Nobody: a | b & <c>")

    told = {"Campaign": "night", "Command": "isocost export x", **(about or {})}
    sheets = (sheet("contestants", frame), *(sheet(n, f) for n, f in more))
    return Document(slug, "What & why", sentence, sheets, told)


def rows(names, values):
    return pl.DataFrame(
        {
            "name": names, "accuracy": values, "accuracy_low": values, "accuracy_high": values,
            "cost_per_1k_usd": values, "n": list(range(len(names))),
            "tags": [[n] for n in names],
        },
        schema={"name": pl.String, "accuracy": pl.Float64, "accuracy_low": pl.Float64,
                "accuracy_high": pl.Float64, "cost_per_1k_usd": pl.Float64, "n": pl.Int64,
                "tags": pl.List(pl.String)},
    )  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, body):
        super().__init__()
        self.tags, self.cells, self.open = [], [], None
        self.feed(body.decode())
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("td", "th"):
            self.cells.append("")
            self.open = tag

    def handle_endtag(self, tag):
        self.open = None if tag == self.open else self.open

    def handle_data(self, data):
        if self.open:
            self.cells[-1] += data


def workbook(body):
    """Sheet name -> rows of (type, text or number) by cell; and every part's text."""
    book = zipfile.ZipFile(io.BytesIO(body))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    strings = [
        "".join(t.text or "" for t in si.iter(f"{space}t"))
        for si in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    ]
    listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{space}sheet")
    names = [sheet.get("name") for sheet in listed]
    sheets = {}
    for i, name in enumerate(names, 1):
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{i}.xml"))
        assert not list(root.iter(f"{space}f")), "a formula"
        sheets[name] = {
            c.get("r"): strings[int(c[0].text)] if c.get("t") == "s" else float(c[0].text)
            for c in root.iter(f"{space}c") if len(c)
        }  # fmt: skip
    return sheets, {n: book.read(n) for n in book.namelist()}


def columns_of(spec):
    """How many columns a tabular has."""
    spec = re.sub(r"@\{\}|\[[^]]*\]|\{[^}]*\}", "", spec)
    return len(re.findall("[lSp]", spec))


def well_formed(text):
    """A table of LaTeX: braces and environments close, each row has its columns."""
    body = "\n".join(row for row in text.splitlines() if not row.startswith("%"))
    assert "%" not in body.replace(r"\%", "")
    bare = re.sub(r"\\[\\{}$&#_%]", "", body)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    begun, ended = re.findall(r"\\begin\{(\w+)\}", body), re.findall(r"\\end\{(\w+)\}", body)
    assert sorted(begun) == sorted(ended)
    assert r"\caption{" in body
    assert r"\label{tab:isocost-" in body
    spec = re.search(r"\\begin\{(?:tabular|longtable)\}\{(.*)\}$", body, re.MULTILINE)[1]
    assert "|" not in spec
    inner = body[body.index(r"\toprule") : body.rindex(r"\bottomrule")]
    for row in inner.splitlines():
        if row.endswith(r"\\") and not row.startswith(r"\multicolumn"):
            assert len(re.findall(r"(?<!\\)&", row)) == columns_of(spec) - 1
    commands = set(re.findall(r"\\([a-zA-Z]+)", body))
    assert not commands & {"input", "write", "def", "csname", "catcode", "read", "openout"}
    return body
