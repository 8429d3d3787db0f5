"""What a provider says it charged counts against ceilings; what can't be bounded is refused."""

import pytest

from collectors.experiment import parse
from collectors.faultserver import FaultServer
from data.errors import ExperimentError
from tests.proof import Night

RELAY = """
name = "night"
budget_usd = {ceiling}
[[contestant]]
model = "{model}"
api_base = "{base}"
api_key_env = "FAKE_KEY"
max_tokens = 100
max_concurrency = 4
{price}
[[task]]
name = "sums"
levels = [3, 4, 5]
samples = 40
"""


def asked(night, base, ceiling, model="openrouter/x-ai/grok-4.3", price=""):
    path = night.folder / "night.toml"
    path.write_text(RELAY.format(ceiling=ceiling, base=base, model=model, price=price))
    return path


def test_a_relay_that_charges_more_than_the_list_stops_at_the_ceiling(tmp_path):
    night = Night(tmp_path)
    # Forty times the list price of that model, and it says so in every answer.
    with FaultServer(latency_ms=20, price_in=120.0, price_out=600.0) as server:
        path = asked(night, server.base, 0.2)
        done = night.run("collect", path, FAKE_KEY="x")
        ledger = server.ledger(bodies=False)
    assert done.returncode == 1, done.stderr
    assert ledger.billed_usd <= 0.2
    assert 4 <= ledger.requests < 120
    assert "Budget reached" in done.stderr
    assert "WARNING: what LiteLLM or the provider itself says" in done.stderr


def test_a_budget_without_a_price_is_refused_before_anything_is_sent(tmp_path):
    night = Night(tmp_path)
    with FaultServer() as server:
        path = asked(night, server.base, 0.2, "openrouter/foo/brand-new")
        done = night.run("collect", path, FAKE_KEY="x")
        assert server.ledger().requests == 0
    assert done.returncode == 2
    assert "budget_usd can't hold for 'openrouter/foo/brand-new'" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("model", "hint"),
    [("antropic/claude-haiku-4-5", "Did you mean 'anthropic/claude-haiku-4-5'?"), ("foo", "")],
)
def test_a_mistyped_provider_is_named_before_anything_is_sent(tmp_path, model, hint):
    night = Night(tmp_path)
    path = night.folder / "night.toml"
    path.write_text(
        f'name = "night"\n[[contestant]]\nmodel = "{model}"\n[[task]]\nname = "sums"\nsamples = 1\n'
    )
    done = night.run("collect", path)
    assert done.returncode == 2, done.stderr
    assert f"'{model}' names no provider that LiteLLM knows.{' ' + hint if hint else ''}" in (
        done.stderr
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "base", ["http://user:secretpw@127.0.0.1:1/v1", "http://127.0.0.1:1/v1?api_KEY=abc"]
)
def test_an_address_that_holds_a_secret_is_refused_and_not_repeated(base):
    text = RELAY.format(ceiling=1, base=base, model="hosted_vllm/a", price="")
    with pytest.raises(ExperimentError, match="api_key_env") as error:
        parse(text)
    assert "secretpw" not in str(error.value)
    assert "abc" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 3000, f"a = {'9' * 5000}", "name = [", RELAY.replace("100", f"{2**63}", 1)],
    ids=["brackets", "digits", "cut", "more than the database holds"],
)
def test_absurd_files_are_one_line(text):
    filled = (
        text.format(ceiling=1, base="http://127.0.0.1:1/v1", model="hosted_vllm/a", price="")
        if "{model}" in text
        else text
    )
    with pytest.raises(ExperimentError) as error:
        parse(filled)
    assert "\n" not in str(error.value)
