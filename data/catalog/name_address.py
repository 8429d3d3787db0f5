"""The address in a provider's string: who serves, in which region, and the name that is left."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200
"""No provider's name is longer; a longer text is unknown without a closer look."""

_PROVIDERS = """
ai21 aihubmix aleph_alpha amazon-nova amazon_nova anthropic anyscale azure azure_ai baseten
bedrock bedrock_mantle cerebras chatgpt clarifai cloudflare codestral cohere cohere_chat
coralbricks crusoe dashscope databricks deepinfra deepseek featherless_ai fireworks_ai friendliai
galadriel gemini github github_copilot gmi gradient_ai groq heroku hosted_vllm huggingface
hyperbolic inception inferenceapis lambda_ai lemonade libertai litellm_proxy llamafile llamagate
lm_studio meta meta_llama minimax mistral moonshot nebius nlp_cloud novita nscale nvidia_nim oci
ollama ollama_chat openai openai_like openinfer openrouter ovhcloud perplexity pinstripes
predibase prism publicai qwen_ai_platform qwencloud replicate sagemaker sagemaker_chat sail
sambanova sarvam scaleway scx-ai snowflake tencent tensormesh text-completion-codestral
text-completion-openai together_ai v0 vercel_ai_gateway vertex_ai vllm volcengine voyage wandb
watsonx xai xiaomi_mimo xinference zai
"""
PROVIDERS = frozenset(_PROVIDERS.split())
"""First parts of LiteLLM's model strings."""

SAME_PROVIDER = {
    "amazon-nova": "amazon_nova",
    "aws": "bedrock",
    "azure_text": "azure",
    "bedrock_converse": "bedrock",
    "cohere_chat": "cohere",
    "fireworks": "fireworks_ai",
    "moonshotai": "moonshot",
    "ollama_chat": "ollama",
    "text-completion-codestral": "codestral",
    "text-completion-openai": "openai",
    "together": "together_ai",
    "voyageai": "voyage",
    "x-ai": "xai",
    "zhipuai": "zai",
}

_MAKERS = """
01-ai abeja ai21 ai21labs alibaba alibaba-nlp alibabacloud allenai amazon anthropic arcee-ai aws
baai baichuan baichuan-inc baidu bigcode bigscience bytedance bytedance-seed codellama cohere
cohereforai coherelabs cyberagent databricks deepcogito deepseek deepseek-ai eleutherai elyza
essentialai google huggingfacetb ibm ibm-granite inception inclusionai internlm intfloat jina
jinaai kwaipilot lgai-exaone liquid liquidai llm-jp lmsys meta meta-llama meta-models microsoft
minimax minimaxai mistral mistralai mixedbread-ai moonshot moonshotai nomic-ai nousresearch nvidia
openai openbmb openchat openeurollm perplexity pfnet poolside prime-intellect primeintellect qwen
qwenlm reflection reka rekaai rinna sakanaai salesforce sbintuitions sentence-transformers
servicenow-ai snowflake stabilityai stepfun stepfun-ai stockmark swiss-ai tencent thenlper
thinkingmachines thudm tiiuae tokyotech-llm upstage utter-project vikhr voyageai whereisai
wizardlm writer x-ai xai xai-org xiaomi xiaomimimo z-ai zai zai-org zero-one-ai zhipuai
"""
MAKERS = frozenset(_MAKERS.split())
"""Organisations that publish models under their own names."""

_REPUBLISHERS = """
alpindale bartowski cyankiwi ggml-org hugging-quants lmstudio-community lukealonso mlx-community
neuralmagic redhatai thebloke unsloth
"""
REPUBLISHERS = frozenset(_REPUBLISHERS.split())
"""Republish others' weights, quantised or in other formats. Anyone else's may be a fine-tune."""

_ROUTES = """
@cf @hf @oi chat completions converse converse_like gpt5_series invoke models o_series ps
publishers responses routers
"""
ROUTES = frozenset(_ROUTES.split())
"""Parts of a path that say how a model is asked, not which."""

_ZONES = "us eu apac au jp in ca uk kr global regional us-gov global-standard"
ZONES = frozenset(_ZONES.split())
_AWS_REGION = re.compile(r"[a-z]{2}(?:-gov)?-[a-z]{4,9}-?\d")
_COMMITMENT = re.compile(r"\d+-month-commitment")
_DOTTED = re.compile(
    r"(?:(?P<zone>us-gov|us|eu|apac|au|jp|in|ca|global|regional)\.)?(?P<vendor>ai21|amazon|"
    r"anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|"
    r"stability|twelvelabs|writer|xai|zai)\.(?P<name>.+)"
)
_OPENROUTER = re.compile(r":(?:free|thinking|extended|beta|nitro|floor|online|exacto)$")
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\\": "/"})
_ALLOWED = frozenset(" -_.:@/()[]+,'")


def clean(text: str) -> str | None:
    """Small letters and plain hyphens; None for a text no name can be made of."""
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_HYPHENS).strip().lstrip("~")
    plain = plain.replace("/*/", "/")  # Bedrock's price of every region
    return " ".join(plain.split()) if plain and all(map(_usual, plain)) else None


def _usual(c: str) -> bool:
    """A letter of any alphabet, a digit 0-9 or a separator."""
    return c in _ALLOWED or (c.isalnum() and (c.isascii() or not c.isnumeric()))


@dataclass(frozen=True)
class Address:
    """A string taken apart: who serves, where, and the name that is left."""

    name: str
    provider: str | None = None
    region: str | None = None
    variant: str | None = None
    stranger: bool = False
    """Someone else's weights, a fine-tune or a deployment of one's own: never the model itself."""


def address(plain: str, provider: str | None) -> Address:
    parts = [part for part in plain.split("/") if part]
    region = variant = None
    stranger = False
    if parts and parts[0].startswith("arn:aws:bedrock:"):
        arn = parts.pop(0).split(":")
        provider, region = "bedrock", arn[3] or None
        stranger = arn[-1] not in ("foundation-model", "inference-profile")
    if plain.endswith(".gguf"):
        parts = [_SHARD.sub("", parts[-1].removesuffix(".gguf"))] if parts else []
    if len(parts) > 1 and parts[0] in PROVIDERS:
        first = parts.pop(0)
        provider = provider or SAME_PROVIDER.get(first, first)
    elif len(parts) > 1 and parts[0] == provider:
        parts.pop(0)
    if len(parts) > 1 and parts[0] in ("hf.co", "huggingface.co"):
        parts.pop(0)
        provider = provider or "huggingface"
    if parts[:2] == ["accounts", "fireworks"]:
        provider, parts = provider or "fireworks_ai", parts[2:]
    kept: list[str] = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if last:
            kept.append(part)
        elif (part in ZONES or _AWS_REGION.fullmatch(part)) and not kept:
            region = part
        elif _COMMITMENT.fullmatch(part):
            variant = part
        elif part not in ROUTES:
            stranger |= part not in MAKERS and part not in REPUBLISHERS and part not in PROVIDERS
            kept.append(part)
    name = kept[-1] if kept else ""
    dotted = _DOTTED.fullmatch(name)
    if dotted and provider in (None, "bedrock", "bedrock_mantle", "oci"):
        provider, name = provider or "bedrock", dotted["name"]
        region = dotted["zone"] or region
        if dotted["vendor"] == "deepseek" and not name.startswith("deepseek"):
            name = f"deepseek-{name}"
    if _OPENROUTER.search(name) and "/" in plain and provider in (None, *MAKERS):
        provider = "openrouter"
    stranger |= " + " in name
    if name.startswith("ft:"):
        name, stranger = name.split(":")[1], True
    return Address(name, provider, region, variant, stranger)
