"""Which host OpenRouter may pass a request to, and whose answer an answer is."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.providers.abilities import refusals, request_settings
from collectors.providers.openrouter import host_name, is_pinned, split
from data.records import Contestant

MODEL = "openrouter/qwen/qwen3-32b"


def contestant(model: str = MODEL, **settings: Any) -> Contestant:
    return Contestant(model=model, name="Qwen", deployment="openrouter", settings=settings)


def test_a_pinned_host_and_quantisation_allow_no_fallback() -> None:
    asked = contestant(host="deepinfra", quantisation="FP8")
    assert is_pinned(asked)
    assert request_settings(asked) == {
        "extra_body": {
            "provider": {
                "only": ["deepinfra"],
                "order": ["deepinfra"],
                "allow_fallbacks": False,
                "quantizations": ["fp8"],
                "require_parameters": True,
            },
            "usage": {"include": True},
        }
    }


def test_an_unpinned_request_asks_only_hosts_that_know_its_parameters() -> None:
    assert not is_pinned(contestant())
    assert request_settings(contestant())["extra_body"]["provider"] == {"require_parameters": True}


def test_other_providers_are_sent_no_routing() -> None:
    assert request_settings(contestant("openai/gpt-4o-mini")) == {}


def test_an_unknown_quantisation_is_refused() -> None:
    (line,) = refusals([contestant(quantisation="q4_k_m")], {})
    assert "quantisation = 'q4_k_m'" in line
    assert "int4, int8" in line


def test_an_answer_belongs_to_the_host_that_served() -> None:
    asked = contestant(temperature=0.5)
    found = split(asked, "DeepInfra")
    assert (found.name, found.deployment) == ("Qwen @ DeepInfra", "openrouter/DeepInfra")
    assert found.settings == asked.settings
    assert found.model == asked.model
    ids = {split(asked, host).contestant_id for host in ("DeepInfra", "Together", None)}
    assert len(ids) == 3


@pytest.mark.parametrize("served_by", [None, "", "  ", "\x1b\x00\n"])
def test_an_answer_without_a_host_stays_where_it_is(served_by: str | None) -> None:
    assert split(contestant(), served_by) == contestant()


def test_a_pinned_contestant_and_other_providers_are_never_split() -> None:
    for asked in (contestant(host="together"), contestant("openai/gpt-4o-mini")):
        assert split(asked, "DeepInfra") == asked


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Google AI Studio", "Google AI Studio"),
        ("\x1b[31mred\x1b[0m\r\nAtlas\u202eCloud", "[31mred [0m Atlas Cloud"),
        ("x" * 1_000_000, "x" * 60),
        ("模型" * 100, "模型" * 30),
    ],
)
def test_a_hosts_name_is_one_short_line(told: str, expected: str) -> None:
    assert host_name(told) == expected
