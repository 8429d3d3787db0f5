"""Price files: what a line may say, when a price takes effect, and how it is shown."""

import argparse
import io
import json
import re
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.commands.prices import parse_moment, show
from data.catalog import files, prices
from data.catalog.price_lines import line_of, moment, plain, price_of
from data.catalog.price_periods import overlay
from data.errors import CatalogError
from data.price import CLASSES, MODES, OffPeak, Price, Rates, Terms, Tier, Window

amounts = st.just(0.0) | st.floats(min_value=1e-12, max_value=50_000)
rates = st.builds(Rates, **{c: st.none() | amounts for c in CLASSES})
tiers = st.lists(st.tuples(st.integers(0, 10**7), rates), max_size=3, unique_by=lambda t: t[0]).map(
    lambda rows: tuple(Tier(over, r) for over, r in sorted(rows, key=lambda t: t[0]))
)
clocks = st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(
    lambda two: tuple(f"{m // 60:02}:{m % 60:02}" for m in sorted(two))
)
windows = st.builds(
    lambda days, span: Window(tuple(sorted(days)), *span),
    st.sets(st.integers(1, 7), min_size=1),
    clocks,
)
span = {
    "source": st.text(st.characters(exclude_categories=["Cs"])),
    "valid_from": st.dates().map(date.isoformat) | st.datetimes().map(datetime.isoformat),
}
by_tokens = st.builds(
    Price,
    rates=st.builds(Rates, amounts, amounts, *[st.none() | amounts] * 4),
    tiers=tiers,
    modes=st.dictionaries(st.sampled_from(MODES), st.builds(Terms, rates, tiers)),
    off_peak=st.none()
    | st.builds(OffPeak, st.lists(windows, min_size=1, max_size=3).map(tuple), rates),
    usd_per_request=st.none() | st.floats(min_value=0.0001, max_value=50),
    **span,
)
speeds = st.floats(min_value=0.001, max_value=1e6)
by_machine = st.builds(
    lambda price, two: replace(price, prefill_tokens_per_s=two[0], decode_tokens_per_s=two[1]),
    st.builds(
        Price,
        usd_per_hour=amounts,
        utilisation=st.none() | st.floats(min_value=0.001, max_value=1),
        **span,
    ),
    st.just((None, None)) | st.tuples(speeds, speeds),
)
by_core = st.builds(Price, usd_per_cpu_hour=st.floats(min_value=0.001, max_value=10_000), **span)
whole_prices = by_tokens | by_machine | by_core


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A function that writes a price file of the user's own catalogue."""
    folder = tmp_path / "mine"
    (folder / "prices").mkdir(parents=True)
    monkeypatch.setenv("ISOCOST_CATALOG", str(folder))

    def write(text, provider="acme"):
        head = f'provider = "{provider}"\n\n[deployments]\n'
        (folder / "prices" / f"{provider}.toml").write_text(head + text, "utf-8")
        files.forget()

    yield write
    files.forget()


@given(whole_prices)
def test_a_line_says_the_whole_price_and_reads_back_the_same(price):
    table = tomllib.loads(f"x = {line_of(price)}")["x"]
    assert price_of(table, "here") == price


@given(amounts)
def test_amounts_are_plain_decimals(amount):
    text = plain(amount)
    assert float(text) == amount
    assert set(text) <= set("0123456789.")
    assert not text.endswith("00")


def test_a_line_is_written_as_a_person_would():
    price = Price(rates=Rates(0.25, 2, 0.025), valid_from="2026-11-23", source="litellm-1.106.2")
    assert line_of(price) == (
        "{ from = 2026-11-23, input = 0.25, output = 2.0, cache_read = 0.025, "
        'source = "litellm-1.106.2" }'
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("inptu = 1", "Did you mean 'input'"),
        ("input = -1", "input = -1"),
        ("input = inf", "input = inf"),
        ("input = nan", "input = nan"),
        ('input = "1"', "input = '1'"),
        ("input = true", "input = True"),
        ("input = 1, utilisation = 1.5", "(0, 1]"),
        ("input = 1, tiers = [{ over = 5 }, { over = 5 }]", "rise"),
        ("input = 1, tiers = 5", "tiers = 5"),
        ("input = 1, batch = { hour = 2 }", "unknown key 'hour'"),
        ("input = 1, off_peak = { input = 1 }", "windows"),
        (
            'input = 1, off_peak = { windows = [{ days = [8], start = "00:00", end = "01:00" }] }',
            "days = [8]",
        ),
        (
            'input = 1, off_peak = { windows = [{ days = [1], start = "23:00", end = "01:00" }] }',
            "two windows",
        ),
        ("input = 1, output = 1, until = 2026-01-01", "not after"),
        ('input = 1, until = "soon"', "without quotes"),
    ],
)
def test_what_a_line_must_not_say_is_refused_in_one_line(own, line, says):
    own(f'"m" = [{{ from = 2026-01-01, {line} }}]\n')
    with pytest.raises(CatalogError) as error:
        prices.history("acme/m")
    assert says in str(error.value)
    assert "mine/prices/acme.toml, 'm', line 1" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("{ input = 1, output = 1 }", "'from' is missing"),
        ("{ from = 2026-01-01 }", "no price"),
        (
            "{ from = 2026-02-01, input = 1, output = 1 }, "
            "{ from = 2026-01-01, input = 1, output = 1 }",
            "not after",
        ),
        (
            "{ from = 2026-01-01, input = 1, output = 1 }, "
            "{ from = 2026-01-01, input = 2, output = 1 }",
            "not after",
        ),
        (
            "{ from = 2026-01-01, until = 2026-03-01, input = 1, output = 1 }, "
            "{ from = 2026-02-01, input = 2, output = 1 }",
            "overlaps",
        ),
    ],
)
def test_periods_are_in_order_and_never_overlap(own, lines, says):
    own(f'"m" = [{lines}]\n')
    with pytest.raises(CatalogError, match=says):
        prices.price_on("acme/m", date(2026, 1, 1))


def test_a_file_is_named_after_its_provider(own):
    own('"m" = [{ from = 2026-01-01, input = 1 }]\n', "acme")
    path = Path(files.user_folder()) / "prices" / "acme.toml"
    path.write_text(path.read_text().replace('"acme"', '"other"'))
    files.forget()
    with pytest.raises(CatalogError, match="Make them agree"):
        prices.history("acme/m")


@given(st.lists(st.datetimes(), min_size=1, max_size=5, unique=True).map(sorted), st.datetimes())
def test_a_price_takes_effect_on_its_first_moment_and_not_before(starts, now):
    known = tuple(
        Price(rates=Rates(float(i + 1), 0.0), valid_from=start.isoformat())
        for i, start in enumerate(starts)
    )
    found = prices.in_force(known, now)
    begun = [s for s in starts if s <= now]
    assert found == (known[len(begun) - 1] if begun else None)


@given(st.dates(), st.dates())
def test_a_withdrawn_price_holds_until_its_last_moment_and_not_at_it(start, end):
    if start >= end:
        return
    price = Price(rates=Rates(1, 1), valid_from=start.isoformat(), valid_until=end.isoformat())
    last = moment(end.isoformat()) - timedelta(microseconds=1)
    assert prices.in_force((price,), last) == price
    assert prices.in_force((price,), end) is None
    assert prices.in_force((price,), start) == price


def test_times_are_utc_and_days_begin_at_midnight(own):
    own(
        '"m" = [\n  { from = 2026-01-01, input = 1, output = 1 },\n'
        "  { from = 2026-06-01T18:00:00+02:00, input = 2, output = 2 },\n]\n"
    )
    tokyo = timezone(timedelta(hours=9))
    for when, amount in [
        (date(2026, 6, 1), 1),
        (datetime(2026, 6, 1, 15, 59, 59), 1),
        (datetime(2026, 6, 1, 16), 2),
        (datetime(2026, 6, 2, 0, 59, tzinfo=tokyo), 1),
        (datetime(2026, 6, 2, 1, tzinfo=tokyo), 2),
        (datetime(2026, 6, 1, 16, tzinfo=UTC), 2),
    ]:
        found = prices.price_on("acme/m", when)
        assert found.price is not None
        assert found.price.rates.input == amount


@pytest.mark.parametrize(
    ("model", "when", "reason"),
    [
        ("acme/none", date(2026, 6, 1), "unknown_deployment"),
        ("nobody/none", date(2026, 6, 1), "unknown_deployment"),
        ("no-prefix-known", date(2026, 6, 1), "unknown_deployment"),
        ("../../etc/x", date(2026, 6, 1), "unknown_deployment"),
        ("acme/m", date(2025, 12, 31), "no_price_on_date"),
        ("acme/gone", date(2026, 3, 1), "no_price_on_date"),
        ("acme/zero", date(2026, 6, 1), "zero_not_free"),
        ("acme/embedding", date(2026, 6, 1), None),
        ("acme/fee", date(2026, 6, 1), None),
        ("acme/machine", date(2026, 6, 1), None),
    ],
)
def test_a_missing_price_has_a_reason(own, model, when, reason):
    own(
        '"m" = [{ from = 2026-01-01, input = 1, output = 1 }]\n'
        '"gone" = [{ from = 2026-01-01, until = 2026-03-01, input = 1, output = 1 }]\n'
        '"zero" = [{ from = 2026-01-01, input = 0, output = 0 }]\n'
        '"embedding" = [{ from = 2026-01-01, input = 0.02, output = 0 }]\n'
        '"fee" = [{ from = 2026-01-01, input = 0, output = 0, request = 0.01 }]\n'
        '"machine" = [{ from = 2026-01-01, hour = 2.5 }]\n'
    )
    found = prices.price_on(model, when)
    assert found.reason == reason
    assert (found.price is None) == (reason is not None)


def test_only_the_allow_list_makes_a_zero_free(own):
    own('"zero" = [{ from = 2026-01-01, input = 0, output = 0 }]\n')
    (files.user_folder() / "free.toml").write_text(
        '[[free]]\ndeployment = "acme/zero"\nsource = "acme-page"\nchecked = 2026-02-01\n'
        '[[free]]\ndeployment = "acme/other"\nsource = "acme-page"\nchecked = 2026-02-01\n'
    )
    files.forget()
    zero = prices.price_on("acme/zero", date(2026, 1, 2)).price
    assert zero is not None
    assert zero.free
    assert zero.rates == Rates(0, 0)
    other = prices.price_on("acme/other", date(2026, 2, 1)).price
    assert other == Price(Rates(0, 0), free=True, source="acme-page", valid_from="2026-02-01")
    assert prices.price_on("acme/other", date(2026, 1, 31)).reason == "no_price_on_date"


def test_the_users_lines_win_from_their_first_moment_on(own):
    shipped = prices.history("openai/o3")
    own('"o3" = [{ from = 2026-01-01, input = 7, output = 7 }]\n', "openai")
    known = prices.history("o3")
    assert known[:-1] == tuple(p for p in shipped if p.valid_from < "2026-01-01")
    assert prices.price_on("o3", date(2027, 1, 1)).price.rates.input == 7
    assert prices.price_on("o3", date(2025, 12, 31)).price.rates.input == 2
    assert prices.price_on("gpt-5-mini", date(2027, 1, 1)).price is not None


@given(st.data())
def test_a_layer_above_holds_over_exactly_its_own_spans(data):
    day = date(2026, 1, 1)

    def layer(amount):
        days = sorted(data.draw(st.sets(st.integers(0, 30), max_size=6)))
        known = []
        for start, following in zip(days, (*days[1:], 40)[: len(days)], strict=True):
            end = data.draw(st.none() | st.integers(start + 1, following))
            known.append(
                Price(
                    rates=Rates(amount + start, 0.0),
                    valid_from=(day + timedelta(start)).isoformat(),
                    valid_until=(day + timedelta(end)).isoformat() if end else "",
                )
            )
        return tuple(known)

    below, above = layer(100), layer(200)
    laid = overlay({"m": below}, {"m": above})["m"]
    assert [moment(p.valid_from) for p in laid] == sorted({moment(p.valid_from) for p in laid})
    for n in range(42):
        now = day + timedelta(n)
        want = prices.in_force(above, now) or prices.in_force(below, now)
        found = prices.in_force(laid, now)
        assert (found and found.rates) == (want and want.rates)


def test_after_a_price_of_ones_own_ends_the_shipped_one_holds_again(own):
    before = prices.price_on("o3", date(2027, 1, 1)).price
    own('"o3" = [{ from = 2026-12-01, until = 2026-12-08, input = 7, output = 7 }]\n', "openai")
    held = [
        prices.price_on("o3", date(2026, *d)).price.rates.input
        for d in [(11, 30), (12, 1), (12, 7)]
    ]
    assert held == [before.rates.input, 7, 7]
    again = prices.price_on("o3", date(2026, 12, 8)).price
    assert again == replace(before, valid_from="2026-12-08")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("input = 1", "input without output. Add output"),
        ("output = 1", "output without input"),
        ("request = 1", "request without input"),
        ("input = 1, output = 1, hour = 1", "input does not go with hour"),
        ("hour = 1, cpu_hour = 1", "hour does not go with cpu_hour"),
        ("hour = 1, output = 1", "output does not go with hour"),
        ("cpu_hour = 1, batch = { input = 1 }", "batch does not go with cpu_hour"),
        ("input = 1, output = 1, utilisation = 0.5", "goes with hour"),
        ("hour = 1, prefill_tokens_per_s = 5", "go together"),
        ("input = 50001, output = 1", "input = 50001: more than anyone charges"),
        ("input = 1, output = 1, batch = { output = 1e9 }", "batch: output = 1000000000.0: more"),
        ("input = 1e-13, output = 1", "too small"),
        ("input = 1, output = 1, request = 51", "request = 51: more"),
        ("hour = 100001", "hour = 100001: more"),
        ("cpu_hour = 10001", "cpu_hour = 10001: more"),
        ("hour = 1, utilisation = 0", "(0, 1]"),
        ("hour = 1, prefill_tokens_per_s = 0, decode_tokens_per_s = 1", "prefill_tokens_per_s = 0"),
        ("hour = 1, prefill_tokens_per_s = 1, decode_tokens_per_s = 0.0001", "too small"),
        ("input = 1, output = 1, tiers = [{ over = 1000000000000000, input = 1 }]", "that rise"),
        ('input = 1, output = 1, off_peak = { windows = [{ days = [1, 1], start = "00:00", '
         'end = "01:00" }] }', "each day once"),
    ],
)  # fmt: skip
def test_a_line_has_one_basis_within_bounds(own, line, says):
    own(f'"m" = [{{ from = 2026-01-01, {line} }}]\n')
    with pytest.raises(CatalogError) as error:
        prices.history("acme/m")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_the_whole_catalogue_passes_its_check():
    prices.check()


@pytest.mark.parametrize(
    ("line", "free", "says"),
    [
        ("", "", None),
        (', source = "litellm-1.106.2"', "", None),
        (', source = "nowhere"', "", "'m', line 1: unknown source 'nowhere'"),
        ("", '[[free]]\ndeployment = "a/b"\nsource = "nowhere"\nchecked = 2026-01-01\n',
         "[[free]] 'a/b': unknown source"),
    ],
)  # fmt: skip
def test_the_check_finds_unknown_sources(own, line, free, says):
    own(f'"m" = [{{ from = 2026-01-01, input = 1, output = 1{line} }}]\n')
    (files.user_folder() / "free.toml").write_text(free)
    if says is None:
        prices.check()
        return
    with pytest.raises(CatalogError) as error:
        prices.check()
    assert says in str(error.value)


def test_the_check_finds_a_file_that_is_no_providers(own):
    own("", "my prices")
    with pytest.raises(CatalogError, match="not named as a provider"):
        prices.check()


def test_a_known_price_change_has_two_sides():
    day_before, day = (prices.price_on("openai/o3", date(2025, 6, d)).price for d in (9, 10))
    assert (day_before.rates.input, day_before.rates.output) == (10, 40)
    assert (day.rates.input, day.rates.output) == (2, 8)


def test_every_shipped_price_is_read_and_names_its_source():
    count = 0
    for provider in files.names(prices.PART):
        for name, known in prices.provider_prices(provider).items():
            assert all(price.source for price in known), name
            count += 1
    assert count > 3000


def test_a_lookup_reads_one_file(monkeypatch):
    files.forget()
    opened = []
    parse = files.read_one
    monkeypatch.setattr(files, "read_one", lambda *a: (opened.append(a[1]), parse(*a))[1])
    prices.price_on("groq/none", date(2026, 11, 23))
    prices.price_on("groq/other", date(2026, 11, 23))
    assert opened == ["groq"]


def test_near_names_are_suggested():
    assert prices.nearest("openai/gpt-5-minni")[0] == "openai/gpt-5-mini"
    assert "anthropic/claude-sonnet-5" in prices.nearest("vertex/claude-sonnet-5")
    assert "openai/o3" in prices.nearest("opnai/o3")


def call(*models, file=None, on=None, json=False):
    return show(argparse.Namespace(models=list(models), file=file, on=on, json=json))


def test_fifty_deployments_are_shown_from_a_file(capsys):
    listed = Path(__file__).parent / "deployments.txt"
    assert call(file=listed, on="2026-11-23") == 0
    out = capsys.readouterr().out
    assert out.count("known from") + out.count("in force since") == 50
    assert "  known from 2026-11-23, source litellm-" in out
    assert max(map(len, out.splitlines())) <= 160
    assert call(file=listed, on="2026-11-23", json=True) == 0
    records = json.loads(capsys.readouterr().out)
    assert len({r["deployment"].partition("/")[0] for r in records}) >= 15
    assert all(r["price"] and r["reason"] is None for r in records)


def test_an_unknown_one_is_named_after_the_others(capsys):
    assert call("openai/gpt-5-minni", "openai/o3", on="2026-11-23") == 2
    printed = capsys.readouterr()
    assert "openai/o3, 2026-11-23" in printed.out
    assert "openai/gpt-5-mini" in printed.err
    assert len(printed.err.splitlines()) == 1


def test_names_are_read_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfopenai/o3\r\n# x\n"))
    )
    assert call(file=Path("-"), on="2026-11-23") == 0
    assert capsys.readouterr().out.startswith("openai/o3, 2026-11-23\n")


def test_nothing_that_is_shown_controls_the_terminal(capsys, own):
    own('"\\u001b[2J" = [{ from = 2026-01-01, input = 1, output = 1, source = "\\u009b1m" }]\n')
    assert call("acme/\x1b[2J", "x\x07" + "y" * 500, "\udc80", on="2026-11-23") == 2
    printed = capsys.readouterr()
    for line in (printed.out + printed.err).splitlines():
        assert line.isprintable()
        assert len(line) < 300
    assert "acme/\\x1b[2J, 2026-11-23" in printed.out
    call("acme/\x1b[2J", on="2026-11-23", json=True)
    assert capsys.readouterr().out.isascii()


def test_a_price_is_known_from_the_day_its_list_was_read_or_in_force_since_another(capsys):
    call("openai/o3", on="2025-06-10")
    assert "in force since 2025-06-10" in capsys.readouterr().out
    call("openai/gpt-5-mini", on="2026-11-23")
    assert "known from 2026-11-23" in capsys.readouterr().out


def test_a_card_shows_tiers_modes_windows_and_neighbours(capsys, own):
    own(
        '"m" = [\n  { from = 2026-01-01, input = 9, output = 9 },\n'
        "  { from = 2026-02-01, input = 0.1, output = 0.3,"
        " tiers = [{ over = 200000, input = 0.2 }],"
        " batch = { input = 0.05, output = 0.15 }, off_peak = { windows = ["
        '{ days = [1, 2, 3, 4, 5], start = "10:00", end = "24:00" }], input = 0.07 },'
        " request = 0.005 },\n  { from = 2026-03-01, input = 8, output = 8 },\n]\n"
    )
    assert call("acme/m", on="2026-02-28T23:59") == 0
    out = capsys.readouterr().out
    assert out == (
        "acme/m, 2026-02-28T23:59\n"
        "  in force since 2026-02-01, source not stated\n"
        "  $ per million tokens       input  output\n"
        "  standard                     0.1     0.3\n"
        "  over 200,000 input tokens    0.2       -\n"
        "  batch                       0.05    0.15\n"
        "  off-peak                    0.07       -\n"
        "  off-peak: Mon-Fri 10:00-24:00 (UTC)\n"
        "  request: 0.005 $ a request\n"
        "  before: from 2026-01-01: 9 / 9 input / output, source not stated\n"
        "  after: from 2026-03-01: 8 / 8 input / output, source not stated\n"
    )


@pytest.mark.parametrize(
    "on",
    ["tomorrow", "2026-13-01", "2026-11-23T25:00", "23.11.2026", "", "2026-W48-1", "20261123",
     "2026-1-1", "2026-11-23 10:00", "2026-11-23T10", "2026-11-23T10:00:00.5",
     "0001-01-01T00:00+05:00",
     "2026-11-23\n", "\u0662026-11-23", "\x1b[31m"],
)  # fmt: skip
def test_a_bad_date_is_one_line(on):
    with pytest.raises(CatalogError, match=r"--on .*write a date") as error:
        call("openai/o3", on=on)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("on", "shown"),
    [
        (None, r"\d{4}-\d\d-\d\dT\d\d:\d\d"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T10:00", "2026-11-24T10:00"),
        ("2026-11-24T10:00:05", "2026-11-24T10:00:05"),
    ],
)
def test_the_moment_is_shown_as_exactly_as_it_was_asked(on, shown, capsys):
    assert call("openai/o3", on=on) == 0
    assert re.fullmatch(f"openai/o3, {shown}", capsys.readouterr().out.splitlines()[0])


def test_no_model_is_one_line():
    with pytest.raises(CatalogError, match="Name a model"):
        call()


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-23", "2026-11-23T00:00:00"),
        ("2026-11-23T16:00", "2026-11-23T16:00:00"),
        ("2026-11-23T16:00:09", "2026-11-23T16:00:09"),
        ("2026-11-23T16:00Z", "2026-11-23T16:00:00"),
        ("2026-11-23T01:00+02:00", "2026-11-22T23:00:00"),
    ],
)
def test_a_time_is_in_utc_unless_it_says_otherwise(text, utc):
    assert parse_moment(text).isoformat() == utc


def test_a_price_keeps_its_id_when_the_next_one_is_added(own):
    own('"m" = [{ from = 2026-01-01, input = 1, output = 1 }]\n')
    (first,) = prices.history("acme/m")
    own(
        '"m" = [{ from = 2026-01-01, input = 1, output = 1 }, '
        "{ from = 2026-02-01, input = 2, output = 2 }]\n"
    )
    assert prices.history("acme/m")[0].price_id == first.price_id
    assert replace(first, valid_until="2026-02-01").price_id != first.price_id
