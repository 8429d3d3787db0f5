"""Providers whose models can be listed with a key, and servers that people run themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A provider whose models can be listed with a key."""

    name: str
    prefix: str
    """LiteLLM's, before the slash."""
    keys: tuple[str, ...]
    """Variables that may hold its key; the first that is set is used."""
    base: str
    """Where LiteLLM sends a request when no variable says otherwise."""
    bases: tuple[str, ...] = ()
    """Variables that name another address and that LiteLLM obeys."""
    auth: str = "bearer"
    """How the key travels: 'bearer', 'anthropic' or 'gemini'."""
    listing: str = "/models"
    check: str | None = None
    """A path that needs the key, where the listing does not."""


SERVICES = (
    Service(
        "OpenAI",
        "openai",
        ("OPENAI_API_KEY",),
        "https://api.openai.com/v1",
        ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    ),
    Service(
        "Anthropic",
        "anthropic",
        ("ANTHROPIC_API_KEY",),
        "https://api.anthropic.com",
        ("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"),
        auth="anthropic",
        listing="/v1/models?limit=1000",
    ),
    Service(
        "Gemini",
        "gemini",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        "https://generativelanguage.googleapis.com/v1beta",
        ("GEMINI_API_BASE",),
        auth="gemini",
        listing="/models?pageSize=1000",
    ),
    Service(
        "Mistral", "mistral", ("MISTRAL_API_KEY",), "https://api.mistral.ai/v1",
        ("MISTRAL_API_BASE",),
    ),
    Service(
        "DeepSeek", "deepseek", ("DEEPSEEK_API_KEY",), "https://api.deepseek.com",
        ("DEEPSEEK_API_BASE",),
    ),
    Service("xAI", "xai", ("XAI_API_KEY",), "https://api.x.ai/v1", ("XAI_API_BASE",)),
    Service(
        "Cohere", "cohere_chat", ("COHERE_API_KEY", "CO_API_KEY"), "https://api.cohere.com",
        listing="/v1/models?page_size=1000&endpoint=chat",
    ),
    Service(
        "Groq", "groq", ("GROQ_API_KEY",), "https://api.groq.com/openai/v1", ("GROQ_API_BASE",),
    ),
    Service(
        "Cerebras", "cerebras", ("CEREBRAS_API_KEY",), "https://api.cerebras.ai/v1",
        ("CEREBRAS_API_BASE",),
    ),
    Service(
        "Together AI", "together_ai",
        ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"),
        "https://api.together.ai/v1", ("TOGETHER_AI_API_BASE",),
    ),
    Service(
        "Fireworks AI", "fireworks_ai", ("FIREWORKS_AI_API_KEY", "FIREWORKS_API_KEY"),
        "https://api.fireworks.ai/inference/v1", ("FIREWORKS_API_BASE",),
    ),
    Service(
        "SambaNova", "sambanova", ("SAMBANOVA_API_KEY",), "https://api.sambanova.ai/v1",
        ("SAMBANOVA_API_BASE",),
    ),
    Service(
        "NVIDIA NIM", "nvidia_nim", ("NVIDIA_NIM_API_KEY",), "https://integrate.api.nvidia.com/v1",
        ("NVIDIA_NIM_API_BASE",),
    ),
    Service(
        "Moonshot", "moonshot", ("MOONSHOT_API_KEY",), "https://api.moonshot.ai/v1",
        ("MOONSHOT_API_BASE",),
    ),
    Service(
        "Nebius", "nebius", ("NEBIUS_API_KEY",), "https://api.studio.nebius.ai/v1",
        ("NEBIUS_API_BASE",),
    ),
    Service(
        "DeepInfra", "deepinfra", ("DEEPINFRA_API_KEY",), "https://api.deepinfra.com/v1/openai",
        ("DEEPINFRA_API_BASE",),
    ),
    Service(
        "OpenRouter", "openrouter", ("OPENROUTER_API_KEY",), "https://openrouter.ai/api/v1",
        ("OPENROUTER_API_BASE",), check="/key",
    ),
)  # fmt: skip
"""One line each. Those that sell their own models come first: of a model that several serve, the
first is proposed."""


@dataclass(frozen=True)
class Local:
    """A server that people run on their own machine, at its usual address."""

    name: str
    prefix: str
    base: str
    bases: tuple[str, ...]
    key: str | None = None
    listing: str = "/models"


LOCAL_SERVERS = (
    Local(
        "Ollama", "ollama_chat", "http://127.0.0.1:11434", ("OLLAMA_API_BASE", "OLLAMA_HOST"),
        listing="/api/tags",
    ),
    Local(
        "vLLM", "hosted_vllm", "http://127.0.0.1:8000/v1",
        ("HOSTED_VLLM_API_BASE", "VLLM_API_BASE"), "HOSTED_VLLM_API_KEY",
    ),
    Local(
        "LM Studio", "hosted_vllm", "http://127.0.0.1:1234/v1", ("LM_STUDIO_API_BASE",),
        "LM_STUDIO_API_KEY",
    ),
    Local("llama.cpp", "hosted_vllm", "http://127.0.0.1:8080/v1", ("LLAMAFILE_API_BASE",)),
)  # fmt: skip


def variables() -> tuple[str, ...]:
    """Every variable that may hold a key, in the order they are looked at."""
    return tuple(key for service in SERVICES for key in service.keys)
