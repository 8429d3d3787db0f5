"""A newer price map becomes new lines, and nothing but new lines."""

import argparse
import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from dashboard.commands.prices import refresh
from data.catalog import files, litellm_map, prices
from data.catalog import refresh as refreshing
from data.catalog.sources import sources
from data.errors import CatalogError

ACME = """# Reviewed by hand.
provider = "acme"

[deployments]
"big" = [
  { from = 2026-01-01, input = 1.0, output = 2.0, source = "litellm-1.0" },  # a remark
]
# The small one.
"small" = [
  { from = 2026-01-01, input = 0.1, output = 0.2, source = "litellm-1.0" },
  { from = 2026-02-01, input = 0.2, output = 0.4, source = "litellm-1.0" },
]
"withdrawn" = [
  { from = 2026-01-01, until = 2026-02-01, input = 1.0, output = 1.0, source = "litellm-1.0" },
]
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A catalogue of the user's own with the prices of one provider."""
    folder = tmp_path / "mine"
    (folder / "prices").mkdir(parents=True)
    (folder / "prices" / "acme.toml").write_text(ACME, "utf-8")
    monkeypatch.setenv("ISOCOST_CATALOG", str(folder))
    files.forget()
    yield folder
    files.forget()


def chat(dollars_in, dollars_out):
    return {
        "mode": "chat",
        "litellm_provider": "acme",
        "input_cost_per_token": dollars_in / 1e6,
        "output_cost_per_token": dollars_out / 1e6,
    }


@pytest.fixture
def newer(tmp_path):
    """A map in which one price rose, one stayed, one came back and two are new."""
    path = tmp_path / "map.json"
    entries = {
        "acme/big": chat(11, 2),
        "acme/small": chat(0.2, 0.4),
        "acme/withdrawn": chat(1, 1),
        "acme/middle": chat(0.5, 1),
        "other/x": {**chat(3, 4), "litellm_provider": "other"},
        "acme/picture": {"mode": "image_generation", "litellm_provider": "acme"},
    }
    path.write_text(json.dumps(entries))
    return path


def run(source=None, on="2026-11-23", write=False, into=None):
    return refresh(
        argparse.Namespace(**{"from": str(source), "on": on, "write": write, "into": into})
    )


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_without_write_nothing_changes(own, newer, capsys):
    before = contents(own)
    assert run(newer) == 0
    assert contents(own) == before
    printed = capsys.readouterr()
    added = [line for line in printed.out.splitlines() if line.startswith("+ ")]
    assert '+  { from = 2026-11-23, input = 11.0, output = 2.0, source = "litellm-map-' in added[0]
    assert not [x for x in printed.out.splitlines() if x.startswith("-") and x[:4] != "--- "]
    summary = printed.err
    for line in (
        "2 new: acme/middle, other/x",
        "2 changed: acme/big, acme/withdrawn",
        "1 unchanged",
        "1 entries skipped",
        "image_generation 1",
        "check: acme/big: input 1 -> 11",
        "Nothing was written",
    ):
        assert line in summary, summary


def test_written_lines_are_added_and_the_old_ones_stay_byte_for_byte(own, newer, capsys):
    assert run(newer, write=True) == 0
    text = (own / "prices" / "acme.toml").read_text()
    old, new = ACME.splitlines(keepends=True), text.splitlines(keepends=True)
    rest = iter(new)
    assert all(line in rest for line in old), "an old line is gone, altered or moved"
    assert len(new) == len(old) + 5
    assert prices.price_on("acme/big", date(2026, 11, 22)).price.rates.input == 1
    assert prices.price_on("acme/big", date(2026, 11, 23)).price.rates.input == 11
    assert prices.price_on("acme/withdrawn", date(2026, 5, 1)).reason == "no_price_on_date"
    assert prices.price_on("other/x", date(2026, 11, 23)).price.rates.output == 4
    comment, small = text.index("# The small one."), text.index('"small"')
    assert comment < small
    assert text.index('"middle"') < comment
    assert 'id = "litellm-map-' in (own / "sources.toml").read_text()


@pytest.mark.skipif(not shutil.which("git"), reason="applies the diff with git")
def test_the_printed_diff_is_what_is_written(own, newer, capsys, tmp_path):
    run(newer)
    patch = capsys.readouterr().out
    twin = tmp_path / "twin"
    shutil.copytree(own, twin)
    subprocess.run(["git", "apply", "-p1", "-"], cwd=twin, input=patch, text=True, check=True)
    run(newer, write=True)
    assert contents(twin) == contents(own)


def test_writing_twice_adds_nothing(own, newer, capsys):
    run(newer, write=True)
    once = contents(own)
    capsys.readouterr()
    run(newer, write=True)
    run(newer, on="2027-01-01", write=True)
    assert contents(own) == once
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Nothing to add." in printed.err


@pytest.mark.parametrize("on", ["2026-01-31", "2026-01-01", "2025-06-01"])
def test_a_change_at_or_before_a_stored_period_is_refused(own, newer, on):
    with pytest.raises(CatalogError, match="Name a later day") as error:
        run(newer, on=on, write=True)
    assert "\n" not in str(error.value)
    assert (own / "prices" / "acme.toml").read_text() == ACME


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [(1, 10, False), (1, 10.5, True), (10.5, 1, True), (1, 0, True), (0, 1, True), (1, 1.1, False)],
)
def test_jumps_are_marked(before, after, marked):
    was, now = (
        litellm_map.prices(
            litellm_map.MapFile(
                {"acme/m": json.loads(json.dumps(e), parse_float=_exact)}, "", "", ""
            )
        )
        for e in (chat(before, 1), chat(after, 1))
    )
    ((at, old),), ((_, new),) = was.prices.items(), now.prices.items()
    found = refreshing.Comparison(changed={at: (old, new)})
    assert bool(list(found.checks())) == marked


def _exact(text):
    return litellm_map._decimal(text)


def test_what_vanished_is_reported_and_kept(own, tmp_path, capsys):
    empty = tmp_path / "empty.json"
    empty.write_text("{}")
    before = contents(own)
    assert run(empty, write=True) == 0
    assert contents(own) == before
    assert (
        "vanished (kept in the catalogue): acme/big, acme/small, ai21/" in capsys.readouterr().err
    )


def test_the_installed_map_is_what_was_seeded(own, capsys):
    if litellm_map.load().source not in sources():
        pytest.skip("another release of LiteLLM is installed; `isocost prices refresh` reads it")
    assert (
        refresh(
            argparse.Namespace(**{"from": None, "on": "2026-11-23", "write": False, "into": None})
        )
        == 0
    )
    assert "0 changed" in capsys.readouterr().err


def test_a_file_written_otherwise_is_refused_and_kept(own, newer):
    path = own / "prices" / "acme.toml"
    text = (
        'provider = "acme"\n[deployments]\n"big" = [{ from = 2026-01-01, input = 1, output = 2 }]\n'
    )
    path.write_text(text)
    files.forget()
    with pytest.raises(CatalogError, match="one period a line") as error:
        run(newer, write=True)
    assert "\n" not in str(error.value)
    assert path.read_text() == text
    assert not (own / "prices" / "other.toml").exists()


def test_line_ends_of_windows_stay(own, newer):
    path = own / "prices" / "acme.toml"
    path.write_bytes(ACME.replace("\n", "\r\n").encode())
    files.forget()
    run(newer, write=True)
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")
    assert prices.price_on("acme/big", date(2026, 11, 23)).price.rates.input == 11


def test_a_failed_write_leaves_the_file_whole(own, newer, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CatalogError, match="No space left"):
        run(newer, write=True)
    assert [p.name for p in (own / "prices").iterdir()] == ["acme.toml"]
    assert (own / "prices" / "acme.toml").read_text() == ACME


def test_into_names_the_folder(own, newer, tmp_path):
    before = contents(own)
    chosen = tmp_path / "chosen" / "prices"
    run(newer, write=True, into=str(chosen))
    assert contents(own) == before
    assert sorted(p.name for p in chosen.iterdir()) == ["acme.toml", "other.toml"]


def test_without_a_place_to_write_one_line_says_so(tmp_path, monkeypatch, newer, capsys):
    monkeypatch.delenv("ISOCOST_CATALOG", raising=False)
    monkeypatch.chdir(tmp_path)
    installed = tmp_path / "site" / "data" / "catalog"
    (installed / "prices").mkdir(parents=True)
    monkeypatch.setattr(refreshing, "resources", lambda _: installed)
    with pytest.raises(CatalogError, match=r"Make the folder \./isocost-catalog"):
        refreshing.target(None)
    (tmp_path / "site" / "pyproject.toml").touch()
    assert refreshing.target(None) == installed / "prices"
    (tmp_path / "isocost-catalog").mkdir()
    assert refreshing.target(None) == Path.cwd() / "isocost-catalog" / "prices"


@pytest.mark.parametrize("on", ["2026-11-23T10:00", "yesterday", "2026-02-30"])
def test_a_bad_day_is_one_line(on, newer):
    with pytest.raises(CatalogError, match="write a date such as"):
        run(newer, on=on)
