"""Which price a contestant has before a run."""

from datetime import datetime

import pytest

from collectors import preflight
from collectors.experiment import parse

NOW = datetime(2026, 11, 24)


def price(contestant):
    text = f'name = "x"\n[[contestant]]\n{contestant}\n[[task]]\nname = "sums"\nsamples = 1\n'
    (found,) = preflight.prices(parse(text, "x.toml").entrants, NOW).values()
    return found


@pytest.mark.parametrize(
    ("contestant", "basis", "missing"),
    [
        ('model = "openai/gpt-5-mini"', "tokens", ""),
        ('model = "azure/gpt-5-mini"\napi_base = "https://x.openai.azure.com"', "tokens", ""),
        ('model = "openai/gpt-5-mini"\napi_base = "http://127.0.0.1:9/v1"', "none", "unpriced"),
        ('model = "openai/gpt-5-mini"\napi_base = "https://eu.api.openai.com/v1"', "tokens", ""),
        ('model = "openai/gpt-5-mini"\napi_base = "https://openai.com.x.io"', "none", "unpriced"),
        ('model = "hosted_vllm/m"\napi_base = "http://127.0.0.1:9/v1"', "none", "unpriced"),
        ('model = "openai/no-such-model"', "none", "unknown_deployment"),
        ('model = "local/smollm2-135m"', "cpu", ""),
        ('model = "hosted_vllm/m"\napi_base = "http://127.0.0.1:9/v1"\n'
         "price = { usd_per_hour = 2.5, utilisation = 0.6, prefill_tokens_per_s = 9000, "
         "decode_tokens_per_s = 900 }", "machine", ""),
    ],
)  # fmt: skip
def test_the_price_is_ones_own_or_the_catalogues_or_says_why_not(contestant, basis, missing):
    found = price(contestant)
    assert (found.basis, found.missing) == (basis, missing)


def test_a_list_price_names_its_source_and_its_first_day():
    found = price('model = "openai/gpt-5-mini"')
    assert found.source == "litellm-1.106.2"
    assert found.valid_from
    assert found.modes["batch"].rates.input < found.rates.input


def test_a_price_file_of_ones_own_prices_ones_own_server(tmp_path, monkeypatch):
    folder = tmp_path / "prices"
    folder.mkdir()
    (folder / "hosted_vllm.toml").write_text(
        'provider = "hosted_vllm"\n[deployments]\n"m" = [{ from = 2026-01-01, hour = 2.5 }]\n'
    )
    monkeypatch.setenv("ISOCOST_CATALOG", str(tmp_path))
    assert price('model = "hosted_vllm/m"\napi_base = "http://127.0.0.1:9/v1"').usd_per_hour == 2.5


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_an_own_server_named_by_the_environment_is_not_openai_either(monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9/v1")
    assert price('model = "openai/gpt-5-mini"').missing == "unpriced"
    monkeypatch.setenv(name, "http://[bad")
    assert price('model = "gpt-5-mini"').missing == "unpriced"
    monkeypatch.setenv(name, "https://eu.api.openai.com/v1")
    assert price('model = "openai/gpt-5-mini"').missing == ""
