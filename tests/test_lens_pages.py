"""Every page of the menu, with data, without, and with odd data: a sentence and never an error."""

import pytest

from dashboard import navigation
from tests.dashboard_data import FAKES, Fake, build
from tests.page import visit

ENTRIES = [entry for group in navigation.MENU.values() for entry in group]
OPENS = "from dashboard.pages.{word} import page; page()"
ODD = {
    "one contestant": {"fakes": FAKES[5:6]},
    "all failed": {"fakes": FAKES[3:6], "status": "infra_error"},
    "all free": {"fakes": [Fake(f"Free {i}", None, i, 50, 0.0, 0.0) for i in range(3)]},
    "all unpriced": {"fakes": [Fake(f"Dark {i}", None, i, 50, 0.2, None) for i in range(3)]},
    "one level": {"fakes": FAKES[:6], "levels": (2,)},
}

every_page = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.word)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = {
        name: build(folder / f"{i}.duckdb", samples=3, **how)
        for i, (name, how) in enumerate(ODD.items())
    }
    whole = folder / "whole.duckdb"
    build(whole, FAKES, samples=3, campaign="night 2026-11-20", seed=2)
    return {**made, "whole": build(whole, FAKES, samples=3, campaign="night 2026-11-21", seed=3)}


@every_page
def test_a_page_has_a_title_and_a_sentence(monkeypatch, stores, entry):
    app = visit(monkeypatch, OPENS.format(word=entry.word), stores["whole"])
    assert app.title, entry
    assert not app.error


@every_page
@pytest.mark.parametrize("odd", ODD)
def test_odd_data_is_no_error(monkeypatch, stores, entry, odd):
    app = visit(monkeypatch, OPENS.format(word=entry.word), stores[odd])
    assert app.title


@every_page
@pytest.mark.parametrize("view", ["Table", "Method", "Download"])
def test_every_tab_opens(monkeypatch, stores, entry, view):
    app = visit(monkeypatch, OPENS.format(word=entry.word), stores["whole"], view=view)
    assert app.title


@every_page
def test_an_empty_store_says_what_to_type(monkeypatch, tmp_path, entry):
    app = visit(monkeypatch, OPENS.format(word=entry.word), tmp_path / "none.duckdb")
    assert app.title


def test_words_and_icons_stand_once():
    words = [entry.word for entry in ENTRIES]
    assert len(set(words)) == len(words)


def test_one_contestant_is_no_plural(monkeypatch, stores):
    app = visit(monkeypatch, OPENS.format(word="efficiency"), stores["one contestant"])
    told = " ".join(str(element.proto.body) for element in app.get("html"))
    assert "48 graded attempts to 2026-11-20 · 1 contestant ·" in told


def test_each_claim_says_its_evidence_and_what_it_takes(monkeypatch, stores):
    app = visit(monkeypatch, OPENS.format(word="questions"), stores["whole"])
    said = [c.value for c in app.caption if c.value.startswith("From ")]
    assert len(said) == 11
    assert sum("published scores, none of your own samples" in text for text in said) == 2
    assert all(". Holds if " in text for text in said)
