"""From a LiteLLM model string to the price file that has it and its name there.

Providers are LiteLLM's, folded to the prefix that people type: "bedrock_converse" is bedrock,
"vertex_ai-language-models" is vertex_ai. Written without a prefix, LiteLLM's map knows models of
the providers in `UNPREFIXED`; their names are tried in that order, the likely one first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

FOLDED = {
    "amazon-nova": "amazon_nova",
    "azure_text": "azure",
    "bedrock_converse": "bedrock",
    "cohere_chat": "cohere",
}
"""LiteLLM providers and prefixes that are another one's, besides the rules of `fold`."""

UNPREFIXED = (
    *("openai", "anthropic", "bedrock", "vertex_ai", "cohere", "deepseek", "ai21"),
    *("volcengine", "gemini", "jina_ai", "nlp_cloud"),
)
"""Providers that have names without a prefix in LiteLLM's map, most names first."""

_LIKELY = (
    (
        re.compile(r"(ft:)?(gpt|chatgpt|codex|o\d|davinci|babbage|text-embedding-(3|ada))\b"),
        "openai",
    ),
    (re.compile(r"claude-"), "anthropic"),
    (re.compile(r"gemini-|(text-)?(multilingual-)?embedding-0"), "vertex_ai"),
    (re.compile(r"([a-z-]+\.)?[a-z0-9]+\.[a-z]"), "bedrock"),
    (re.compile(r"command|c4ai-|(embed|rerank)-(english|multilingual|v)"), "cohere"),
    (re.compile(r"deepseek-"), "deepseek"),
    (re.compile(r"jamba-|j2-"), "ai21"),
)

_ROUTES = {
    "azure": ("responses/",),
    "bedrock": ("converse/", "converse_like/", "invoke/", "chat_completions/", "mantle/"),
    "openai": ("responses/", "chat_completions/"),
}
"""What LiteLLM takes between provider and name to choose an interface; it changes no price."""

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+/")

Names = Callable[[str], Container[str]]
"""From a provider to the names its price file has; empty when there is no such file."""


@dataclass(frozen=True, order=True)
class Deployment:
    """A provider's price file and a name in it."""

    provider: str
    """Empty for a name without a prefix that no file has."""
    name: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}" if self.provider else self.name


def fold(provider: str) -> str:
    """The prefix people type for a LiteLLM provider."""
    family, separator, _ = provider.partition("-")
    if separator and family in ("vertex_ai", "fireworks_ai"):
        return family
    bare = provider.removeprefix("text-completion-")
    return FOLDED.get(bare, bare)


def deployment(model: str, names: Names) -> Deployment:
    """Where the price of a model string stands, or would stand when no file has it."""
    head, _, rest = model.partition("/")
    if rest:
        provider = fold(head)
        return Deployment(provider, _known_form(provider, rest, names(provider)))
    likely = _likely(model)
    for provider in dict.fromkeys((*likely, *UNPREFIXED)):
        name = _known_form(provider, model, names(provider))
        if name in names(provider):
            return Deployment(provider, name)
    return Deployment(likely[0] if likely else "", model)


def _likely(model: str) -> tuple[str, ...]:
    return next(((provider,) for shape, provider in _LIKELY if shape.match(model)), ())


def _known_form(provider: str, name: str, known: Container[str]) -> str:
    """The first form of the name that the file has; the name without its route when none is."""
    forms = list(_forms(provider, name))
    return next((form for form in forms if form in known), forms[-1])


def _forms(provider: str, name: str) -> Iterator[str]:
    """As written, then as LiteLLM looks it up. The last form is the one to show when unknown."""
    yield name
    plain = name
    for route in _ROUTES.get(provider, ()):
        plain = plain.removeprefix(route)
    if provider == "bedrock" and _REGION.match(plain):
        yield plain
        # A region without a price of its own charges what the name alone does.
        yield _REGION.sub("", plain, count=1)
    elif provider == "openai" and plain.startswith("ft:"):
        # ft:gpt-4o-2024-08-06:my-org::id is charged as its base.
        yield ":".join(plain.split(":")[:2])
    elif provider == "fireworks_ai" and "/" not in plain:
        yield f"accounts/fireworks/models/{plain}"
    yield plain
