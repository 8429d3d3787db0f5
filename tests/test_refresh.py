"""A newer price map becomes new lines, and nothing but new lines."""

import argparse
import json
import os
import shutil
import subprocess
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.commands.prices import refresh
from data.catalog import files, litellm_map, price_edit, prices
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
"contract" = [
  { from = 2026-01-01, input = 0.7, output = 0.7, source = "litellm-1.0" },
  { from = 2026-02-01, input = 0.5, output = 0.5, note = "as agreed" },
]
"agreed" = [
  { from = 2026-01-01, input = 0.5, output = 0.5, note = "as the list" },
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
    """A map in which one price rose, two stayed, two are the user's and two are new."""
    path = tmp_path / "map.json"
    entries = {
        "acme/big": chat(11, 2),
        "acme/small": chat(0.2, 0.4),
        "acme/withdrawn": chat(1, 1),
        "acme/contract": chat(0.6, 0.6),
        "acme/agreed": chat(0.5, 0.5),
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
        "1 changed: acme/big\n",
        "2 of your own prices kept: acme/contract, acme/withdrawn\n",
        "2 unchanged",
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
    assert len(new) == len(old) + 4
    assert prices.price_on("acme/big", date(2026, 11, 22)).price.rates.input == 1
    assert prices.price_on("acme/big", date(2026, 11, 23)).price.rates.input == 11
    assert prices.price_on("acme/withdrawn", date(2027, 1, 1)).reason == "no_price_on_date"
    assert prices.price_on("acme/contract", date(2027, 1, 1)).price.rates.input == 0.5
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
        'provider = "acme"\n[deployments]\n"big" = [{ from = 2026-01-01, input = 1, output = 2, '
        'source = "litellm-1.0" }]\n'
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


@pytest.mark.parametrize("into", ["chosen", "chosen/prices", "chosen/prices/../"])
def test_into_is_a_catalogue_or_its_folder_of_prices(
    own, newer, tmp_path, monkeypatch, into, capsys
):
    monkeypatch.chdir(tmp_path)
    run(newer, write=True, into=into)
    written = {str(p) for p in contents(tmp_path / "chosen")}
    assert written == {"sources.toml", "prices/acme.toml", "prices/other.toml"}
    told = capsys.readouterr().err
    assert f"Written to {tmp_path / 'chosen' / 'prices'}, in a new catalogue" in told
    assert f"not read as things stand: set ISOCOST_CATALOG={tmp_path / 'chosen'}" in told


def test_an_empty_into_is_refused(own, newer):
    with pytest.raises(CatalogError, match="--into is empty"):
        run(newer, write=True, into="")


def test_writing_twice_into_a_folder_that_is_not_read_adds_nothing(own, newer, tmp_path, capsys):
    chosen = tmp_path / "chosen"
    run(newer, write=True, into=str(chosen))
    once = contents(chosen)
    capsys.readouterr()
    run(newer, write=True, into=str(chosen))
    run(newer, on="2027-01-01", write=True, into=str(chosen / "prices"))
    assert contents(chosen) == once
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "not read" not in printed.err
    entries = json.loads(newer.read_text())
    entries["acme/middle"] = chat(0.6, 1)
    newer.write_text(json.dumps(entries))
    run(newer, on="2027-01-01", write=True, into=str(chosen))
    run(newer, on="2028-01-01", write=True, into=str(chosen))
    lines = (chosen / "prices" / "acme.toml").read_text()
    assert lines.count("from = 2027-01-01") == 1
    assert "2028" not in lines
    assert (chosen / "sources.toml").read_text().count("[[source]]") == 2


def test_a_price_written_by_hand_in_the_folder_is_kept_as_well(own, newer, tmp_path, capsys):
    chosen = tmp_path / "chosen" / "prices"
    chosen.mkdir(parents=True)
    (chosen / "other.toml").write_text(
        'provider = "other"\n[deployments]\n"x" = [\n'
        "  { from = 2026-01-01, input = 9, output = 9 },\n]\n"
    )
    run(newer, write=True, into=str(chosen))
    assert "1 of your own prices kept: other/x" in capsys.readouterr().err
    assert "litellm" not in (chosen / "other.toml").read_text()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Shipped files of one provider in a checkout, and no catalogue of the user's own."""
    monkeypatch.delenv("ISOCOST_CATALOG", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    shipped = tmp_path / "site" / "data" / "catalog"
    (shipped / "prices").mkdir(parents=True)
    (shipped / "prices" / "acme.toml").write_text(ACME)
    (tmp_path / "site" / "pyproject.toml").touch()
    monkeypatch.setattr(files, "files", lambda _: shipped)
    monkeypatch.setattr(refreshing, "resources", lambda _: shipped)
    monkeypatch.setattr(price_edit, "resources", lambda _: shipped)
    files.forget()
    yield shipped
    files.forget()


def test_without_a_folder_a_new_catalogue_is_made_and_nothing_shipped_is_edited(
    checkout, newer, capsys
):
    before = contents(checkout)
    run(newer)
    assert not list(Path.cwd().iterdir())
    run(newer, write=True)
    assert contents(checkout) == before
    made = Path.cwd() / "isocost-catalog"
    assert {str(p) for p in contents(made)} == {
        *("sources.toml", "prices/acme.toml", "prices/other.toml")
    }
    told = capsys.readouterr().err
    assert f"Written to {made / 'prices'}, in a new catalogue {made}." in told
    assert "not read" not in told
    assert prices.price_on("acme/big", date(2026, 11, 23)).price.rates.input == 11
    assert prices.price_on("acme/big", date(2026, 11, 22)).price.rates.input == 1


def test_shipped_files_are_edited_when_they_are_named(checkout, newer, capsys):
    mine = Path.cwd() / "isocost-catalog" / "prices"
    mine.mkdir(parents=True)
    (mine / "acme.toml").write_text(
        'provider = "acme"\n[deployments]\n"big" = [{ from = 2026-01-01, input = 3, output = 3 }]\n'
    )
    run(newer, write=True, into=str(checkout))
    told = capsys.readouterr().err
    assert "3 changed: acme/big, acme/contract, acme/withdrawn" in told
    assert "0 of your own prices kept" in told
    assert "not read" not in told
    assert "from = 2026-11-23" in (checkout / "prices" / "acme.toml").read_text()
    assert "litellm-map-" in (checkout / "sources.toml").read_text()


def test_a_run_that_dies_leaves_no_line_without_its_source(own, newer, monkeypatch):
    replaced = []
    whole = os.replace

    def once(part, path):
        if replaced:
            raise OSError(5, "killed")
        replaced.append(path)
        whole(part, path)

    monkeypatch.setattr(os, "replace", once)
    with pytest.raises(CatalogError, match="killed"):
        run(newer, write=True)
    assert replaced == [own / "sources.toml"]
    monkeypatch.setattr(os, "replace", whole)
    run(newer, write=True)
    assert (own / "sources.toml").read_text().count("[[source]]") == 1
    assert (own / "prices" / "other.toml").exists()


def test_a_source_was_checked_on_the_day_it_was_read_whatever_day_its_prices_begin(own, newer):
    run(newer, on="2031-01-01", write=True)
    (table,) = tomllib.loads((own / "sources.toml").read_text())["source"]
    assert abs(table["checked"] - datetime.now(UTC).date()) <= timedelta(days=1)


def test_a_later_run_adds_a_source_that_is_missing(own, newer, capsys):
    run(newer, write=True)
    whole = (own / "sources.toml").read_bytes()
    (own / "sources.toml").unlink()
    files.forget()
    run(newer, write=True)
    assert (own / "sources.toml").read_bytes() == whole


def test_what_dead_runs_left_half_written_is_removed(own, newer):
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = [own / "prices" / f".acme.toml.{pid}.part" for pid in (dead.pid, os.getpid())]
    left.append(own / f".sources.toml.{dead.pid}.part")
    alive = own / "prices" / f".acme.toml.{os.getppid()}.part"
    old = own / "prices" / f".other.toml.{os.getppid()}.part"
    for path in (*left, alive, old):
        path.touch()
    os.utime(old, (0, 0))
    run(newer, write=True)
    assert [p for p in (*left, alive, old) if p.exists()] == [alive]


@pytest.mark.parametrize(
    ("where", "url"),
    [
        ("https://lists.example/map.json?key=secret", "https://lists.example/map.json"),
        ("HTTPS://lists.example/map.json", "https://lists.example/map.json"),
        ("https://me:secret@lists.example/map.json", None),
        ("http://lists.example/map.json", None),
        ("map.json", None),
    ],
)
def test_a_source_names_a_public_address_and_no_secret(where, url):
    text = price_edit.source_table(litellm_map.MapFile({}, "0" * 64, "", where), date(2026, 1, 1))
    assert "secret" not in text
    (table,) = tomllib.loads(text)["source"]
    assert table.get("url") == url
    assert "map.json" in table["title"]


def test_one_malformed_entry_does_not_block_the_rest(own, newer, capsys):
    entries = json.loads(newer.read_text())
    entries["xai/bad"] = {
        **chat(1, 1), "litellm_provider": "xai", "input_cost_per_token_above_0k_tokens": 1e-6
    }  # fmt: skip
    entries["acme/bad"] = {
        **chat(1, 1),
        "input_cost_per_token_above_1k_tokens": 1e-6,
        "input_cost_per_token_above_1000_tokens": 2e-6,
    }
    newer.write_text(json.dumps(entries))
    run(newer, write=True)
    assert "2 thresholds of input tokens that do not rise" in capsys.readouterr().err
    assert prices.price_on("acme/big", date(2026, 11, 23)).price.rates.input == 11


@pytest.mark.parametrize(
    "on", ["2026-11-23T10:00", "yesterday", "2026-02-30", "", "20261123", "2026-W48-1"]
)
def test_a_bad_day_is_one_line(on, newer):
    with pytest.raises(CatalogError, match="write a date such as"):
        run(newer, on=on)


def test_after_a_contract_has_ended_the_listed_price_may_change_again(own, newer, monkeypatch):
    listed = own.parent / "shipped"
    listed.mkdir()
    (listed / "acme.toml").write_text(
        'provider = "acme"\n[deployments]\n"contract" = [\n'
        '  { from = 2026-01-01, input = 0.9, output = 0.9, source = "litellm-1.0" },\n]\n'
    )
    monkeypatch.setattr(refreshing, "shipped", lambda: listed)
    line = "{ from = 2026-02-01, until = 2026-11-01, input = 0.5, output = 0.5 }"
    ended = f'"contract" = [\n  {line},\n]\n'
    (own / "prices" / "acme.toml").write_text(f'provider = "acme"\n[deployments]\n{ended}')
    files.forget()
    run(newer, write=True)
    text = (own / "prices" / "acme.toml").read_text()
    assert "until = 2026-11-01, input = 0.5" in text
    assert "{ from = 2026-11-23, input = 0.6, output = 0.6" in text


def test_a_linked_price_file_stays_a_link(own, newer):
    path = own / "prices" / "acme.toml"
    real = own.parent / "real.toml"
    path.rename(real)
    path.symlink_to(real)
    files.forget()
    run(newer, write=True)
    assert path.is_symlink()
    assert "input = 11.0" in real.read_text()


def test_sources_that_cannot_be_added_to_are_refused_before_anything_is_written(own, newer):
    (own / "sources.toml").write_text(
        'source = [ { id = "x", title = "t", checked = 2026-01-01 } ]\n'
    )
    before = contents(own)
    files.forget()
    with pytest.raises(CatalogError, match="Write its sources as"):
        run(newer, write=True)
    assert contents(own) == before
