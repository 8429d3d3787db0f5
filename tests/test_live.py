"""A newer generation is shown once its answers are ready; until then the old one can be read."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import live, prompt, query, warm
from dashboard.studies import Studies
from data.errors import StoreError
from data.store import Reader, merge, queries
from data.view import View
from tests import rows

COUNT = "SELECT count(*) FROM attempts"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def publish(db: Path, name: str, campaign: str = "night-1") -> None:
    who, what = rows.contestant(name), rows.sample(0)
    run = f"run-{name}-{campaign}"
    attempt = rows.attempt(who, what, campaign=campaign, run_id=run)
    rows.write(db, [(who, what, attempt)], run)
    merge(db)


def number(reader: Reader) -> int:
    return int(reader.sql(COUNT).item())


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    publish(path, "A")
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def followed(db: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> live.Followed:
    made = live.Followed(str(db), clock)
    monkeypatch.setattr(live, "followed", lambda _: made)
    return made


def shown(followed: live.Followed) -> live.Source:
    source = followed.current()
    assert source is not None
    return source


def test_a_pinned_reader_stays_with_its_file_until_it_is_closed(db: Path) -> None:
    newest = Reader(db)
    pinned = newest.pinned()
    held = pinned.generation
    publish(db, "B")
    assert (number(pinned), pinned.generation) == (1, held)
    assert number(newest) == 2
    pinned.close()
    assert number(pinned) == 2
    assert pinned.generation == newest.generation


def test_the_old_generation_is_shown_while_the_newer_one_is_got_ready(
    db: Path, followed: live.Followed
) -> None:
    old = shown(followed)
    asked: list[live.Source] = []
    go_on = threading.Event()

    def question(source: live.Source) -> None:
        go_on.wait(20)
        asked.append(source)
        assert number(source.reader) == 2

    followed.note(old, "question", question)
    publish(db, "B")
    for _ in range(3):
        assert shown(followed) == old, "nothing is ready yet"
    assert number(old.reader) == 1, "what is shown is what is read, whatever was published"
    go_on.set()
    until(lambda: shown(followed) != old)
    new = shown(followed)
    assert asked == [new], "asked once for all, before anybody saw it"
    assert number(new.reader) == 2


def test_a_small_store_is_never_a_step_behind(db: Path, followed: live.Followed) -> None:
    old = shown(followed)
    followed.note(old, "question", lambda source: number(source.reader))
    publish(db, "B")
    until(lambda: shown(followed) != old)
    assert number(shown(followed).reader) == 2


def test_a_question_that_fails_is_left_to_the_page(db: Path, followed: live.Followed) -> None:
    old = shown(followed)

    def question(source: live.Source) -> None:
        raise StoreError("no such thing")

    followed.note(old, "question", question)
    publish(db, "B")
    until(lambda: shown(followed) != old)


def test_patience_has_an_end(db: Path, followed: live.Followed, clock: Clock) -> None:
    old = shown(followed)
    asked: list[str] = []

    def slow(source: live.Source) -> None:
        asked.append("slow")
        clock.now += live.PATIENCE_S + 1

    followed.note(old, "never", lambda source: asked.append("never"))
    followed.note(old, "slow", slow)
    publish(db, "B")
    until(lambda: shown(followed) != old)
    assert asked == ["slow"], "the last asked comes first, and the rest must not keep it back"


def test_where_nobody_looks_nobody_waits(db: Path, followed: live.Followed, clock: Clock) -> None:
    old = shown(followed)
    followed.note(old, "question", lambda source: pytest.fail("nobody waits for this"))
    publish(db, "B")
    clock.now += live.WATCHED_S + 1
    assert shown(followed) != old


def test_open_pages_are_ready_for_the_generation_after_the_next_too(
    db: Path, followed: live.Followed
) -> None:
    asked: list[live.Source] = []
    followed.note(shown(followed), "question", asked.append)
    for name in ("B", "C"):
        old = shown(followed)
        publish(db, name)
        until(lambda old=old: shown(followed) != old)
    assert len(asked) == 2


def test_a_file_that_is_no_database_is_shown_as_such(db: Path, followed: live.Followed) -> None:
    old = shown(followed)
    bad = db.with_name("bad")
    bad.write_text("no database")
    bad.replace(db)
    until(lambda: shown(followed) != old)
    with pytest.raises(StoreError, match="can't be opened"):
        number(shown(followed).reader)


def test_a_file_that_is_gone_is_nothing_to_show(db: Path, followed: live.Followed) -> None:
    shown(followed)
    db.unlink()
    assert followed.current() is None


def test_studies_of_older_generations_are_let_go(db: Path, followed: live.Followed) -> None:
    old, studies = shown(followed), Studies()
    followed.tell(studies.keep_only)
    kept = studies.held(old, View("night-1"))
    assert studies.held(old, View("night-1")) is kept
    publish(db, "B")
    until(lambda: shown(followed) != old)
    assert studies.held(old, View("night-1")) is not kept


def test_answers_of_a_campaign_survive_what_is_published_of_another(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOCOST_DB", str(db))
    asked: list[str] = []

    @query.of_campaign
    def answer(source: live.Source, campaign: str) -> int:
        asked.append(campaign)
        return number(source.reader)

    def newer(name: str, campaign: str) -> live.Source:
        old = query.source()
        publish(db, name, campaign)
        until(lambda: query.source() != old)
        found = query.source()
        assert found is not None
        return found

    source = query.source()
    assert source is not None
    assert answer(source, "night-1") == 1
    assert answer(newer("B", "night-2"), "night-1") == 1
    assert asked == ["night-1"], "nothing of it has changed"
    assert answer(newer("C", "night-1"), "night-1") == 3
    assert asked == ["night-1", "night-1"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rollup SET score_mean = 0.25",
        "UPDATE asked SET samples = samples + 1",
        "UPDATE contestants SET name = 'another'",
        "UPDATE samples SET cluster = 'another'",
        "UPDATE prices SET terms = '{}'",
    ],
)
def test_a_campaigns_mark_changes_with_all_that_its_answers_are_made_of(
    db: Path, change: str
) -> None:
    import duckdb

    before = queries.mark(Reader(db), "night-1")
    assert queries.mark(Reader(db), "night-1") == before
    with duckdb.connect(str(db)) as con:
        con.execute(change)
    assert queries.mark(Reader(db), "night-1") != before


def test_what_the_first_visitor_needs_is_ready(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOCOST_DB", str(db))
    warm.warm()
    source = query.source()
    assert source is not None
    monkeypatch.setattr("data.study.place", lambda *_: pytest.fail("it was computed already"))
    assert query.placed(source, View("night-1")).height == 1


@pytest.mark.parametrize("content", [None, b"no database"])
def test_a_server_starts_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    db = tmp_path / "none.duckdb"
    if content:
        db.write_bytes(content)
    monkeypatch.setenv("ISOCOST_DB", str(db))
    warm.warm()


def test_connections_send_what_is_written_at_once() -> None:
    with socket.socket(socket.AF_INET) as server, socket.socket(socket.AF_INET) as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert prompt.send_at_once() >= 1
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
