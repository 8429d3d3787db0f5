"""The Method page: the document in sections, inert, with links that lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from data import made_with, method
from data.lenses import LENSES
from data.store import Reader, merge
from tests import rows
from tests.page import visit

APP = "from dashboard.pages.method import page\n\npage()\n"


def test_sections_hold_the_whole_document() -> None:
    found = method.sections()
    assert [s.title for s in found[1:]] == re.findall(r"^## (.+)$", method.text(), re.MULTILINE)
    assert all(s.body.strip() in method.text() for s in found[1:])
    assert "Null is" in found[0].body
    assert "[Capability]" not in found[0].body


@pytest.mark.parametrize("lens", LENSES)
def test_every_lens_has_a_section_to_link_to(lens: str) -> None:
    assert method.anchor(lens) in {s.anchor for s in method.sections()}


def test_links_within_the_document_lead_to_headings() -> None:
    headings = re.findall(r"^#+ (.+)$", method.text(), re.MULTILINE)
    anchors = {method.slug(heading) for heading in headings}
    assert method.anchor("nothing") is None
    for section in method.sections():
        assert set(re.findall(r"\]\(#([^)]+)\)", method.shown(section.body))) <= anchors


def test_nothing_of_it_becomes_a_formula_or_leaves_the_page() -> None:
    said = method.shown("costs $1 or $2, see [x](x.md) and [size](#size)\n\n    a = $1\n\n`$3`\n")
    assert said == (
        "costs \\$1 or \\$2, see x (`docs/x.md`) and [size](#size)\n\n    a = $1\n\n`$3`\n"
    )
    whole = "".join(method.shown(s.body) for s in method.sections())
    assert not re.search(r"\]\((?!#)|!\[|<(?:img|a|script|iframe)", whole)


def run(db: Path, **fields: str) -> Reader:
    rows.write(db, rows.grid(seeds=1))
    merge(db)
    with duckdb.connect(str(db)) as con:
        for name, value in fields.items():
            con.execute(f"UPDATE runs SET {name} = ?", [value])
    return Reader(db)


def test_the_newest_run_says_its_versions_and_machine(tmp_path: Path) -> None:
    versions = json.dumps({"python": "3.11.2", "isocost": "0.1.0"})
    machine = json.dumps({"system": "Linux", "arch": "x86_64", "cpus": 1})
    made = made_with.newest(run(tmp_path / "a.duckdb", versions=versions, machine=machine))
    assert made["Machine"] == "Linux x86_64 with 1 CPU"
    assert "made with Isocost 0.1.0, Python 3.11.2 on Linux x86_64 with 1 CPU." in (
        made_with.sentence(3, made)
    )
    assert "nothing has been collected" in made_with.sentence(3, {})


@pytest.mark.parametrize("odd", ["no json", "[1]", "null", '{"cpus": 2}'])
def test_what_is_stored_otherwise_is_no_error(tmp_path: Path, odd: str) -> None:
    made = made_with.newest(run(tmp_path / "o.duckdb", versions=odd, machine=odd))
    assert "Run" in made
    assert made_with.sentence(1, made).endswith(".")


def test_the_page_is_there_with_and_without_a_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(tmp_path / "b.duckdb", machine="<img src=x>")
    for name in ("b.duckdb", "none.duckdb"):
        app = visit(monkeypatch, APP, tmp_path / name)
        anchors = {h.proto.anchor for h in app.header}
        assert {"efficiency", "drift", "published-measured-by-others"} <= anchors
        said = " ".join(str(element.proto.body) for element in app.get("html"))
        assert '<a href="#efficiency"' in said
        assert "<img" not in said
        assert not app.exception
