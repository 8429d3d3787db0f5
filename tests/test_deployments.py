"""From a LiteLLM model string to a provider's file and the name in it."""

import pytest

from data.catalog import litellm_map
from data.catalog.deployments import Deployment, deployment, fold
from data.catalog.prices import provider_prices, where

KNOWN = {
    "openai": {"gpt-5-mini", "ft:gpt-4o-2024-08-06"},
    "anthropic": {"claude-sonnet-4-5"},
    "azure": {"gpt-5", "gpt-5-mini", "eu/gpt-5"},
    "bedrock": {"anthropic.claude-x", "us.anthropic.claude-x", "us-gov-west-1/anthropic.claude-x"},
    "fireworks_ai": {"accounts/fireworks/models/kimi"},
    "vertex_ai": {"gemini-2.5-pro"},
    "gemini": {"gemini-2.5-pro"},
    "openrouter": {"anthropic/claude-sonnet-4-5"},
}


def names(provider):
    return KNOWN.get(provider, set())


@pytest.mark.parametrize(
    ("model", "provider", "name"),
    [
        ("openai/gpt-5-mini", "openai", "gpt-5-mini"),
        ("gpt-5-mini", "openai", "gpt-5-mini"),
        ("openai/responses/gpt-5-mini", "openai", "gpt-5-mini"),
        ("text-completion-openai/gpt-5-mini", "openai", "gpt-5-mini"),
        ("ft:gpt-4o-2024-08-06:my-org::id", "openai", "ft:gpt-4o-2024-08-06"),
        ("claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("bedrock/anthropic.claude-x", "bedrock", "anthropic.claude-x"),
        ("anthropic.claude-x", "bedrock", "anthropic.claude-x"),
        ("us.anthropic.claude-x", "bedrock", "us.anthropic.claude-x"),
        ("bedrock/converse/us.anthropic.claude-x", "bedrock", "us.anthropic.claude-x"),
        ("bedrock_converse/anthropic.claude-x", "bedrock", "anthropic.claude-x"),
        ("bedrock/us-east-1/anthropic.claude-x", "bedrock", "anthropic.claude-x"),
        (
            "bedrock/converse/us-gov-west-1/anthropic.claude-x",
            "bedrock",
            "us-gov-west-1/anthropic.claude-x",
        ),
        ("azure/gpt-5", "azure", "gpt-5"),
        ("azure/eu/gpt-5", "azure", "eu/gpt-5"),
        ("gemini/gemini-2.5-pro", "gemini", "gemini-2.5-pro"),
        ("gemini-2.5-pro", "vertex_ai", "gemini-2.5-pro"),
        ("vertex_ai/gemini-2.5-pro", "vertex_ai", "gemini-2.5-pro"),
        ("openrouter/anthropic/claude-sonnet-4-5", "openrouter", "anthropic/claude-sonnet-4-5"),
        ("fireworks_ai/kimi", "fireworks_ai", "accounts/fireworks/models/kimi"),
        ("hosted_vllm/x", "hosted_vllm", "x"),
        ("hosted_vllm/org/x", "hosted_vllm", "org/x"),
        ("claude-unknown", "anthropic", "claude-unknown"),
        ("who-knows", "", "who-knows"),
        ("", "", ""),
        ("/", "", "/"),
        ("openai/", "", "openai/"),
    ],
)
def test_a_model_string_finds_its_provider_and_name(model, provider, name):
    assert deployment(model, names) == Deployment(provider, name)


@pytest.mark.parametrize(
    ("provider", "prefix"),
    [
        ("bedrock_converse", "bedrock"),
        ("bedrock_mantle", "bedrock_mantle"),
        ("vertex_ai-language-models", "vertex_ai"),
        ("vertex_ai", "vertex_ai"),
        ("fireworks_ai-embedding-models", "fireworks_ai"),
        ("cohere_chat", "cohere"),
        ("text-completion-openai", "openai"),
        ("text-completion-codestral", "codestral"),
        ("azure_text", "azure"),
        ("azure_ai", "azure_ai"),
        ("amazon-nova", "amazon_nova"),
    ],
)
def test_a_provider_is_what_people_type(provider, prefix):
    assert fold(provider) == prefix


def test_every_key_of_the_installed_map_finds_its_own_price():
    file = litellm_map.load()
    wrong = []
    for key, entry in file.entries.items():
        provider = fold(str(entry.get("litellm_provider")))
        head, _, rest = key.partition("/")
        name = rest if rest and fold(head) == provider else key
        expected = Deployment(provider, name)
        stored = expected.name in provider_prices(expected.provider)
        if entry.get("mode") in litellm_map.TEXT_MODES and stored:
            for model in (key, str(expected)):
                if where(model) != expected:
                    wrong.append((model, where(model)))
    assert wrong == []
