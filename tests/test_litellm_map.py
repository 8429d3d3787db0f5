"""LiteLLM's price map read as prices, against what LiteLLM itself charges."""

import json
import math
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalog import litellm_map
from data.catalog.deployments import Deployment, fold
from data.catalog.litellm_map import MapFile, load, prices
from data.errors import CatalogError
from data.price import OffPeak, Price, Rates, Terms, Tier, Window

CHAT = {"mode": "chat", "litellm_provider": "acme"}
SOUND = {"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6}


def listed(**entries):
    """The listing of a small map, numbers read as from JSON."""
    text = json.dumps({name.replace("__", "/"): entry for name, entry in entries.items()})
    read = json.loads(text, parse_float=Decimal)
    return prices(MapFile(read, "", "1.0", "here"), "2026-11-23")


def price(provider="acme", mode="chat", **entry):
    found = listed(**{f"{provider}__m": {"mode": mode, "litellm_provider": provider, **entry}})
    assert not found.skipped, found.skipped
    (only,) = found.prices.values()
    return only


def reason(**entry):
    found = listed(acme__m={**CHAT, **entry})
    assert not found.prices
    (only,) = found.skipped
    return only


def test_amounts_are_exact_per_million_tokens():
    found = price(input_cost_per_token=3e-07, output_cost_per_token=1.2e-06)
    assert found == Price(
        Rates(input=0.3, output=1.2), source="litellm-1.0", valid_from="2026-11-23"
    )
    noisy = price(input_cost_per_token=15.000020000000002e-06, output_cost_per_token="4e-07")
    assert (noisy.rates.input, noisy.rates.output) == (15.00002, 0.4)


def test_every_class_is_read():
    found = price(
        input_cost_per_token=1e-6,
        output_cost_per_token=2e-6,
        cache_read_input_token_cost=1e-7,
        cache_creation_input_token_cost=0,
        cache_creation_input_token_cost_above_1hr=3e-6,
        output_cost_per_reasoning_token=4e-6,
        input_cost_per_request=0.005,
    )
    assert found.rates == Rates(1, 2, 0.1, 0, 3, 4)
    assert found.usd_per_request == 0.005


def test_a_reasoning_price_that_is_the_outputs_is_none_of_its_own():
    found = price(
        input_cost_per_token=1e-6, output_cost_per_token=2e-6, output_cost_per_reasoning_token=2e-6
    )
    assert found.rates.reasoning is None


def test_thresholds_and_modes_are_tiers_and_terms():
    entry = {
        "input_cost_per_token": 1e-6,
        "output_cost_per_token": 2e-6,
        "input_cost_per_token_above_200k_tokens": 2e-6,
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 5e-6,
        "input_cost_per_token_above_500_tokens": 1.5e-6,
        "input_cost_per_token_batches": 5e-7,
        "output_cost_per_token_above_200k_tokens_batches": 3e-6,
        "input_cost_per_token_flex": 6e-7,
        "input_cost_per_token_priority": 3e-6,
        "input_cost_per_token_above_200k_tokens_priority": 4e-6,
        "input_cost_per_token_ultrafast": 9e-6,
    }
    found = price(**entry)
    assert found.tiers == (
        Tier(500, Rates(input=1.5)),
        Tier(200_000, Rates(input=2, cache_write_1h=5)),
    )
    assert found.modes == {
        "batch": Terms(Rates(input=0.5), (Tier(200_000, Rates(output=3)),)),
        "flex": Terms(Rates(input=0.6)),
        "priority": Terms(Rates(input=3), (Tier(200_000, Rates(input=4)),)),
    }
    # xAI charges the higher rates from the threshold on, not above it.
    assert [t.over_input_tokens for t in price("xai", **entry).tiers] == [499, 199_999]


def test_ranges_become_tiers_that_stand_for_themselves():
    found = price(
        output_cost_per_token=9e-6,
        tiered_pricing=[
            {"range": [32000.0, 128000.0], "input_cost_per_token": 2e-6},
            {
                "range": [0, 32000.0],
                "input_cost_per_token": 1e-6,
                "output_cost_per_token": 5e-6,
                "cache_read_input_token_cost": 1e-7,
                "output_cost_per_reasoning_token": 8e-6,
            },
        ],
    )
    assert found.rates == Rates(1, 5, 0.1, reasoning=8)
    assert found.tiers == (Tier(32000, Rates(2, 9, 2, reasoning=9)),)


def test_fireworks_charges_half_for_cached_input_it_states_no_price_of():
    entry = {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}
    assert price("fireworks_ai", **entry).rates.cache_read == 0.5
    assert price("fireworks_ai", cache_read_input_token_cost=0, **entry).rates.cache_read == 0
    assert price("acme", **entry).rates.cache_read is None


def test_an_embedding_writes_nothing():
    found = price(mode="embedding", input_cost_per_token=2e-8)
    assert found.rates == Rates(input=0.02, output=0.0)


def test_zero_is_known_and_not_free():
    found = price(input_cost_per_token=0, output_cost_per_token=0.0)
    assert found.rates == Rates(0, 0)
    assert not found.free


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({}, "no price"),
        ({"input_cost_per_second": 0.1}, "priced per second"),
        ({"input_cost_per_token": 0, "output_cost_per_token": 0, "output_cost_per_image": 1},
         "priced per image"),
        ({"mode": "rerank", "input_cost_per_token": 0, "input_cost_per_query": 0.002},
         "priced per query"),
        ({"input_cost_per_character": 1e-6}, "priced per character"),
        ({"input_cost_per_token": 1e-6}, "no price of output"),
        ({"input_cost_per_token_priority": 1e-6}, "no price"),
        ({"input_cost_per_token": -1e-6, "output_cost_per_token": 0}, "negative price"),
        ({"input_cost_per_token": True, "output_cost_per_token": 0}, "unreadable"),
        ({"input_cost_per_token": [1], "output_cost_per_token": 0}, "unreadable"),
        ({"input_cost_per_token": "much", "output_cost_per_token": 0}, "unreadable"),
        ({"input_cost_per_token": "NaN", "output_cost_per_token": 0}, "unreadable"),
        ({"input_cost_per_token": "1e999", "output_cost_per_token": 0}, "unreadable"),
        ({"tiered_pricing": 3}, "unreadable"),
        ({"tiered_pricing": []}, "no price"),
        ({"tiered_pricing": [{"range": [0, 9], "input_cost_per_token": 1}, 5]}, "unreadable"),
        ({"tiered_pricing": [{"range": [5, 9], "input_cost_per_token": 1}]},
         "ranges of input tokens with gaps"),
        ({"input_cost_per_token": 0, "output_cost_per_token": 1e-6, "off_peak_pricing": "night"},
         "unreadable"),
        ({**SOUND, "input_cost_per_token": 0.1}, "more than anyone charges"),
        ({**SOUND, "output_cost_per_token_batches": 0.1}, "more than anyone charges"),
        ({**SOUND, "input_cost_per_request": 51}, "more than anyone charges"),
        ({**SOUND, "input_cost_per_token": "1e-330"}, "too small an amount"),
        ({**SOUND, "input_cost_per_token": "1e-99999999"}, "too small an amount"),
        ({**SOUND, "cache_read_input_token_cost": "1e99999999999999999999"}, "unreadable"),
        ({**SOUND, "input_cost_per_token_priority": "Infinity"}, "unreadable"),
        ({**SOUND, "litellm_provider": "xai", "input_cost_per_token_above_0k_tokens": 1e-6},
         "thresholds of input tokens that do not rise"),
        ({**SOUND, "input_cost_per_token_above_1k_tokens": 1e-6,
          "input_cost_per_token_above_1000_tokens": 1e-6},
         "thresholds of input tokens that do not rise"),
        ({"mode": "image_generation"}, "mode image_generation"),
        ({"mode": 5}, "no mode"),
        ({"litellm_provider": "../../etc"}, "no usable name"),
        ({"litellm_provider": ["openai"]}, "mode chat"),
    ],
)  # fmt: skip
def test_what_is_not_charged_by_tokens_is_counted_with_its_reason(entry, why):
    assert reason(**entry) == why


def test_the_key_with_the_prefix_is_the_price():
    entry = {**CHAT, "output_cost_per_token": 0}
    first = {"m": {**entry, "input_cost_per_token": 1e-6}}
    second = {"acme__m": {**entry, "input_cost_per_token": 2e-6}}
    for found in (listed(**first, **second), listed(**second, **first)):
        assert found.prices[Deployment("acme", "m")].rates.input == 2
        assert found.skipped == {"the same deployment under another key": 1}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats().map(str) | st.text(max_size=5)
    | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["range", "windows", "hours_utc", "weekdays", "input_cost_per_token"])
        | st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
keys = st.sampled_from(
    ["input_cost_per_token", "output_cost_per_token", "tiered_pricing", "off_peak_pricing",
     "input_cost_per_token_above_9k_tokens", "input_cost_per_request", "mode", "litellm_provider"]
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=5), junk | st.dictionaries(keys, junk), max_size=4))
def test_no_content_whatever_is_a_traceback(entries):
    sound = {"mode": "chat", "litellm_provider": "acme", "input_cost_per_token": Decimal("1e-6")}
    mixed = {
        name: {**sound, **entry} if isinstance(entry, dict) else entry
        for name, entry in entries.items()
    }
    for found in (prices(MapFile(e, "", "", "x"), "2026-11-23") for e in (entries, mixed)):
        for one in found.prices.values():
            assert one.rates.input is not None
            assert math.isfinite(one.rates.input)


# --- off-peak hours


def test_off_peak_windows_are_split_at_midnight_and_joined_by_days():
    found = price(
        input_cost_per_token=3e-07,
        output_cost_per_token=1.2e-06,
        off_peak_pricing={
            "input_cost_per_token": 1.5e-07,
            "windows": [
                {"hours_utc": ["00:00-01:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
                {"hours_utc": "00:00-00:00", "weekdays": ["sat", "Sunday"]},
            ],
        },
    )
    week = (1, 2, 3, 4, 5)
    assert found.off_peak == OffPeak(
        (
            Window(week, "00:00", "01:00"),
            Window(week, "10:00", "24:00"),
            Window((6, 7), "00:00", "24:00"),
        ),
        Rates(input=0.15),
    )


def test_a_calendar_that_changes_with_the_season_is_left_out():
    block = {
        "input_cost_per_token": 1e-6,
        "weekday_timezone": "Europe/Paris",
        "windows": [{"hours_utc": "00:00-06:00", "weekdays": [6]}],
    }
    entry = {"input_cost_per_token": 2e-6, "output_cost_per_token": 2e-6}
    assert "summer time" in reason(off_peak_pricing=block, **entry)
    unknown = {**block, "weekday_timezone": "Nowhere/City"}
    assert "unknown time zone" in reason(off_peak_pricing=unknown, **entry)


hours = st.tuples(*[st.integers(0, 23), st.integers(0, 59)] * 2).map(
    lambda t: f"{t[0]:02}:{t[1]:02}-{t[2]:02}:{t[3]:02}"
)
days = st.lists(st.integers(1, 7) | st.sampled_from(["mon", "Friday", "sun"]), max_size=4)
blocks = st.fixed_dictionaries(
    {
        "input_cost_per_token": st.just(Decimal("1e-6")),
        "windows": st.lists(
            st.fixed_dictionaries(
                {"hours_utc": hours | st.lists(hours, max_size=2)}, optional={"weekdays": days}
            ),
            max_size=3,
        ),
    },
    optional={
        "hours_utc": hours,
        "weekday_timezone": st.sampled_from(["Asia/Shanghai", "Asia/Kolkata", "UTC"]),
    },
)


@given(blocks, st.lists(st.integers(0, 7 * 24 * 60 - 1), min_size=20, max_size=20))
def test_off_peak_minutes_are_those_of_litellm(block, minutes):
    from litellm.litellm_core_utils.llm_cost_calc.utils import _is_off_peak

    entry = {
        **CHAT,
        "input_cost_per_token": Decimal("2e-6"),
        "output_cost_per_token": Decimal(0),
        "off_peak_pricing": block,
    }
    (found,) = prices(MapFile({"acme/m": entry}, "", "", "x"), "2026-11-23").prices.values()
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    for minute in minutes:
        when = monday + timedelta(minutes=minute)
        ours = found.off_peak is not None and any(
            when.isoweekday() in w.days and w.start <= f"{when:%H:%M}" < w.end
            for w in found.off_peak.windows
        )
        assert ours == _is_off_peak(block, when)


# --- the whole installed map


def rates_at(price, tokens):
    """Rates of a request, by the rule of data.price."""
    found = {k: v for k, v in vars(price.rates).items() if v is not None}
    for tier in price.tiers:
        if tokens > tier.over_input_tokens:
            found |= {k: v for k, v in vars(tier.rates).items() if v is not None}
    return found


def test_every_price_of_the_installed_map_charges_what_litellm_does():
    from litellm.litellm_core_utils.llm_cost_calc.utils import generic_cost_per_token
    from litellm.types.utils import PromptTokensDetailsWrapper, Usage

    file = load()
    listing = prices(file)
    peak = datetime(2026, 11, 23, 2, tzinfo=UTC)
    compared, wrong = 0, []
    for key, text in file.entries.items():
        provider = str(text.get("litellm_provider"))
        at = Deployment(fold(provider), key.removeprefix(f"{fold(provider)}/"))
        if at not in listing.prices or f"{provider}/{key}" in file.entries:
            continue
        entry = {k: float(v) if isinstance(v, Decimal) else v for k, v in text.items()}
        if "tiered_pricing" in entry:
            entry["tiered_pricing"] = [
                {k: float(v) if isinstance(v, Decimal) else v for k, v in part.items()}
                for part in entry["tiered_pricing"]
            ]
        for tokens in (1_000, 200_000, 200_001, 272_000, 272_001, 900_000):
            rates = rates_at(listing.prices[at], tokens)
            cached = tokens // 4 if text["mode"] not in ("embedding", "rerank") else 0
            usage = Usage(
                prompt_tokens=tokens,
                completion_tokens=500,
                total_tokens=tokens + 500,
                prompt_tokens_details=PromptTokensDetailsWrapper(cached_tokens=cached),
            )
            theirs = sum(
                generic_cost_per_token(
                    at.name, usage, provider, model_info=entry, current_time=peak
                )
            )
            read = rates.get("cache_read", rates["input"])
            ours = (
                (tokens - cached) * rates["input"] + cached * read + 500 * rates["output"]
            ) / 1e6
            compared += 1
            if not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12):
                wrong.append((key, tokens, ours, theirs))
    assert compared > 18_000
    assert wrong == []


def test_the_installed_map_is_read_without_importing_litellm():
    import subprocess
    import sys

    code = (
        "import sys; from data.catalog import litellm_map as m; f = m.load(); m.prices(f);"
        "assert not {'litellm', 'polars', 'duckdb'} & set(sys.modules); print(f.version, f.sha256)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    release, checksum = out.stdout.split()
    assert load().source == f"litellm-{release}"
    assert len(checksum) == 64


# --- files and addresses


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>", "raw file"),
        (b"[1]", "one JSON object"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "no JSON"),
    ],
)
def test_a_file_that_is_no_map_is_one_line(tmp_path, content, says):
    path = tmp_path / "map.json"
    path.write_bytes(content)
    with pytest.raises(CatalogError) as error:
        load(path)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e99999999999999999999"])
@pytest.mark.parametrize("key", ["input_cost_per_token", "output_cost_per_token_flex"])
def test_a_number_that_is_none_spoils_its_entry_alone(tmp_path, number, key):
    sound = json.dumps({**CHAT, **SOUND})
    path = tmp_path / "map.json"
    path.write_text(f'{{"acme/bad": {sound[:-1]}, "{key}": {number}}}, "acme/good": {sound}}}')
    found = prices(load(path))
    assert list(found.prices) == [Deployment("acme", "good")]
    assert found.skipped == {"unreadable": 1}


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(CatalogError, match="No such file"):
        load(tmp_path / "none.json")


@pytest.fixture
def server():
    """(address, answers): what each path of a local server answers."""
    answers: dict[str, tuple[int, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            if self.path == "/short.json":
                self.send_header("Content-Length", str(len(body) + 7))
            self.end_headers()
            with suppress(OSError):
                for i in range(len(body)):
                    self.wfile.write(body[i : i + 1])
                    time.sleep(0.05 if self.path == "/slow.json" else 0)

        def log_message(self, *_):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}", answers
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_a_map_is_fetched_from_an_address(server, monkeypatch):
    url, answers = server
    answers["/map.json"] = 200, b'{"acme/m": {"mode": "chat", "litellm_provider": "acme"}}'
    file = load(f"{url}/map.json")
    assert list(file.entries) == ["acme/m"]
    assert file.source == f"litellm-map-{file.sha256[:8]}"
    with pytest.raises(CatalogError, match="answers 404"):
        load(f"{url}/other.json")
    monkeypatch.setattr(litellm_map, "LIMIT_BYTES", 10)
    with pytest.raises(CatalogError, match="no price map"):
        load(f"{url}/map.json")


def test_the_scheme_is_read_in_capitals_too(server):
    url, answers = server
    answers["/map.json"] = 200, b"{}"
    assert load(f"HTTP{url[4:]}/map.json").entries == {}


def test_a_download_that_ends_early_is_refused(server):
    url, answers = server
    answers["/short.json"] = 200, b"{}"
    with pytest.raises(CatalogError, match="7 bytes before its Content-Length"):
        load(f"{url}/short.json")


def test_a_server_that_drips_is_left_in_time(server, monkeypatch):
    url, answers = server
    answers["/slow.json"] = 200, b"{" + b" " * 40
    monkeypatch.setattr(litellm_map, "TIMEOUT_S", 0.3)
    began = time.monotonic()
    with pytest.raises(CatalogError, match=r"no whole answer in 0\.3 s") as error:
        load(f"{url}/slow.json")
    assert time.monotonic() - began < 1.5
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("url", ["http://[", "https://nowhere.invalid/x.json", "http://"])
def test_an_address_that_does_not_answer_is_one_line(url, monkeypatch):
    def no_network(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(CatalogError, match="Can't fetch") as error:
        load(url)
    assert "\n" not in str(error.value)
