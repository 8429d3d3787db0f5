"""Tables and rules of the name resolver: what may be taken off a model's name, and why.

`key` writes one name in one way, whoever wrote it; ids, display names, aliases and questions all
pass through it. `RULES` take one part off a name (a date, a quantisation, a seller's word). A rule
holds for the providers and families it names, and its guard looks at the model that is left, so
that nothing is taken off on suspicion. What no rule names stays part of the identity.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

# ---------------------------------------------------------------------------------------- key

_TOKEN = re.compile(r"\d+\.\d+(?=[bm](?![^\W_]))|\d+|[^\W\d_]+")
_POINT = re.compile(r"(?<=\d)p(?=\d)")  # Fireworks' llama-v3p1
_VERSION = re.compile(r"(?<![^\W_])(?<!\d[-_ .])v(?=\d)")
"""v3 or 3, as people like. The v of 4v is vision, and 5-v1 is not 5.1."""
FULL_DATE = re.compile(
    r"(?P<value>(?<!\d)(?P<y>20[12]\d)(?P<sep>[-_. ]?)(?P<m>\d\d)(?P=sep)(?P<d>\d\d)(?!\d))"
)

MAKERS = {
    "alibaba": {"qwen", "qwq"},
    "amazon": {"nova", "titan"},
    "anthropic": {"claude"},
    "cohere": {"command", "embed", "rerank"},
    "google": {"gemini", "gemma"},
    "ibm": {"granite"},
    "meta": {"llama", "codellama", "muse"},
    "microsoft": {"phi", "mai"},
    "mistralai": {"mistral", "mixtral", "ministral", "codestral", "magistral", "devstral"},
    "moonshot": {"kimi"},
    "moonshotai": {"kimi"},
    "nvidia": {"nemotron"},
    "openai": {"gpt", "o", "chatgpt"},
    "xai": {"grok"},
    "zai": {"glm"},
    "zhipu": {"glm"},
}
"""A maker's name before its own family says nothing more: 'Meta-Llama-3', 'openai-gpt-4o'."""


def key(name: str) -> str:
    """One spelling of a name: 'Claude 3.5 Sonnet' and 'claude-3-5-sonnet' give the same.

    Case and separators go, numbers that stood apart stay apart ('3.1-8b' is not '31-8b'), and the
    decimals of a size stay with it ('qwen3-1.7b' is not 'qwen3.1-7b').
    """
    text = FULL_DATE.sub(r" \g<y>\g<m>\g<d> ", name.casefold())
    text = _VERSION.sub("", _POINT.sub(".", text)).replace("+", " plus ")
    words = [w.replace(".", "_") for w in _TOKEN.findall(text)]
    if len(words) > 1 and words[1] in MAKERS.get(words[0], ()):
        del words[0]
    _order(words)
    out = ""
    for word in words:
        out += f".{word}" if out[-1:].isdigit() and word[0].isdigit() else word
    return out


def _order(words: list[str]) -> None:
    """Anthropic and Google changed where the version stands; people mix both orders."""
    if words[:1] == ["claude"]:
        at = 1
        while at < len(words) and _short(words, at):
            at += 1
        if at < len(words) and not words[at][0].isdigit():
            words[1 : at + 1] = [words[at], *words[1:at]]
        if words[3:4] == ["0"] and words[1].isalpha():
            del words[3]  # claude-sonnet-4-0 is claude-sonnet-4
    elif words[:2] in (["gemini", "pro"], ["gemini", "flash"]):
        at = 2
        while at < len(words) and _short(words, at):
            at += 1
        words[1:at] = [*words[2:at], words[1]]
    elif words[:3] == ["gpt", "35", "turbo"]:
        words[1:2] = ["3", "5"]  # Azure allowed no point in a name


def _short(words: list[str], at: int) -> bool:
    """A version's number, not a size (8b) and not a date."""
    return words[at].isdigit() and len(words[at]) < 3 and words[at + 1 : at + 2] != ["b"]


# -------------------------------------------------------------------------------------- guards


@dataclass(frozen=True)
class Target:
    """What guards may look at: the model that is left when a part is taken off."""

    id: str
    key: str
    weights: str | None = None
    params_total: int | None = None
    params_active: int | None = None
    released: date | None = None

    @property
    def opened(self) -> bool:
        """Open weights; where that is not known, a size in the name says as much."""
        if self.weights is None:
            return re.search(r"\d[bm](?![a-z])", self.key) is not None
        return self.weights == "open"


Guard = Callable[[re.Match[str], Target], bool]


def anything(_: re.Match[str], __: Target) -> bool:
    return True


def is_open(_: re.Match[str], target: Target) -> bool:
    return target.opened


def is_closed(_: re.Match[str], target: Target) -> bool:
    return not target.opened


def not_closed(_: re.Match[str], target: Target) -> bool:
    return target.weights != "closed"


def same_size(match: re.Match[str], target: Target) -> bool:
    """The size in the name is the model's, rounded as it is written, and stands there once."""
    if re.search(r"\d[bm](?![a-z])", match.string[: match.start()]):
        return False
    wanted = [(match["total"], target.params_total), (match["active"], target.params_active)]
    return all(
        text is None or (known is not None and _rounds_to(text, known)) for text, known in wanted
    )


def _rounds_to(text: str, known: int) -> bool:
    digits = len(text.partition(".")[2])
    size = known / 1e9
    return abs(size - float(text)) <= min(0.51 * 10.0**-digits, size / 10)


# --------------------------------------------------------------------------------------- rules


@dataclass(frozen=True)
class Rule:
    """One part that may be taken off a name, and the field it goes to."""

    reason: str
    pattern: re.Pattern[str]
    field: str = ""
    """A field of Resolved; empty: the part says nothing that is not known."""
    guard: Guard = anything
    providers: frozenset[str] | None = None
    """Only with these providers; None: with all."""
    family: re.Pattern[str] | None = None
    """Only for names that begin so."""
    value: Callable[[re.Match[str]], str | None] = lambda match: match["value"]
    """What is stored; None: the rule does not apply after all."""


def iso_day(match: re.Match[str]) -> str | None:
    """'2025-08-07' of year, month and day; None when there is no such day."""
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return None


def short_day(match: re.Match[str]) -> str | None:
    """'2026-02-15' of 260215."""
    try:
        return date(2000 + int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return None


EARLIEST = timedelta(days=45)
"""A snapshot may be dated a little before its model was announced, and no more than this."""
_DATED = re.compile(r"(20\d\d)-(\d\d)(?:-(\d\d))?")


def possible(snapshot: str | None, released: date | None) -> bool:
    """A snapshot's ISO date or month lies neither in the future nor before the model itself."""
    found = _DATED.fullmatch(snapshot or "")
    if found is None:
        return True
    year, in_year, day = int(found[1]), int(found[2]), int(found[3] or 0)
    if not 1 <= in_year <= 12:
        return False
    first = date(year, in_year, day or 1)
    last = first if day else date(year, in_year, monthrange(year, in_year)[1])
    early = released is not None and last < released - EARLIEST
    return first <= date.today() and not early


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def month(match: re.Match[str]) -> str:
    """'2024-11' of 'Nov 24', 'Nov '24' or 'November 2024'."""
    return f"20{match['y'][-2:]}-{MONTHS.index(match['m'][:3]) + 1:02}"


EFFORTS = "minimal|low|medium|high|xhigh"
_MODE = re.compile(rf"(?:{EFFORTS}|none|default|effort|think|thinking|nothink|reasoning)")
_BESIDE = re.compile(r"no|non|not|with|without|and|of|max|adaptive|extended|budget|tokens?|\d+k?")


def mode(match: re.Match[str]) -> str | None:
    """The bracket's text when every word of it speaks of how a model was asked."""
    words = re.findall(r"[^\W\d_]+|\d+k?", match["value"])
    if not any(_MODE.fullmatch(w) for w in words):
        return None
    known = all(_MODE.fullmatch(w) or _BESIDE.fullmatch(w) for w in words)
    return " ".join(match["value"].split()) if known else None


def _end(part: str) -> re.Pattern[str]:
    return re.compile(rf"[-_ .:@](?P<value>{part})$")


def _of(*providers: str) -> frozenset[str]:
    return frozenset(providers)


_GGUF = r"(?:ud-)?(?:iq|tq|q)[1-8](?:_(?:[01k]|xxs|xs|s|m|l|xl|nl)){0,3}"
QUANTISED = (
    rf"(?:{_GGUF}|bnb-4bit|gptq|awq|exl2|nvfp4|mxfp4|nf4|fp4|fp8-dynamic|fp8|fp16|bf16|f16|f32|"
    r"int4|int8|4bit|8bit|w4a16|w8a8|w8a16)"
)
SNAPSHOT = re.compile(
    r"[-_ @.(]+(?:(?:preview|exp)[-_ (]+)?"
    r"(?:20\d\d([-_. ]?)\d\d\1\d\d|\d\d[- ](?:20)?\d\d|\d{4}|00\d)\)?$"
)
"""How the catalogue's names end when they name one of several snapshots."""

VENDORS_OWN = _of("anthropic", "azure", "gemini", "xai", "cohere", "perplexity")
"""Sell under names of their own: a quantisation would be another product there. LiteLLM's 'openai'
stands for every server that speaks its language, and is not among them."""

RULES = (
    Rule("OpenRouter sells a model under several terms", _end(
        "free|thinking|extended|beta|nitro|floor|online|exacto"), "variant",
        family=re.compile(r"[^:]*:[a-z]+$")),
    Rule("Bedrock's version of a deployment, not of a model", re.compile(
        r"(?<=[a-z0-9])(?P<value>:\d{1,2})$"), providers=_of("bedrock", "bedrock_mantle"),
        family=re.compile(r"(?!claude-(?:v2|instant-v1):[1-9])")),  # 'claude-v2:1' is Claude 2.1
    Rule("Bedrock's size of a deployment's context", re.compile(
        r"(?<=:\d)(?P<value>:\d+k)$"), providers=_of("bedrock", "bedrock_mantle")),
    Rule("Bedrock's version of a deployment, not of a model", re.compile(
        r"(?P<value>-v[1-9]:\d{1,2})$"),
        providers=_of("bedrock"), family=re.compile(r"(?!.*embed)(?!nemotron)")),
    Rule("Bedrock's version of a deployment, not of a model", re.compile(
        r"(?P<value>-v1)$"), providers=_of("bedrock"),
        family=re.compile("claude|llama2|nova|titan-text")),
    Rule("Bedrock's version of a deployment, not of a model", re.compile(
        r"(?P<value>-1:0)$"), providers=_of("bedrock"), family=re.compile("gpt-oss")),
    Rule("Amazon's version of a deployment, not of a model", re.compile(
        r"(?P<value>-v1)$"), providers=_of("amazon_nova"), family=re.compile("nova")),
    Rule("format of a file", _end("gguf|mlx|hf|safetensors"), guard=not_closed),
    Rule("quantised weights are the same model, run more coarsely", re.compile(
        rf"[-_ .:@](?:quantized\.)?(?P<value>{QUANTISED})$"), "quantisation", not_closed),
    Rule("base and instruct weights of one release are one model", re.compile(
        r"(?<=[-_ .:@])(?P<value>instruct|chat)(?![a-z0-9])"), guard=is_open),
    Rule("Google's word for instruct; elsewhere it may be Italian", re.compile(
        r"(?<=[-_ .:@])(?P<value>it)(?![a-z0-9])"), guard=is_open,
        family=re.compile(r"[a-z]*gemma")),
    Rule("the size, said once more", re.compile(
        r"[-_ :](?P<value>(?P<total>\d{1,4}(?:\.\d+)?)b(?:[-_ ]a(?P<active>\d+(?:\.\d+)?)b)?)$"),
        guard=same_size),
    Rule("Llama 4 counts active parameters and experts, which its two names imply", re.compile(
        r"(?<=scout)(?P<value>[- ]17b(?:[- ]16e)?)(?![a-z0-9])"), family=re.compile("llama")),
    Rule("Llama 4 counts active parameters and experts, which its two names imply", re.compile(
        r"(?<=maverick)(?P<value>[- ]17b(?:[- ]128e)?)(?![a-z0-9])"), family=re.compile("llama")),
    Rule("a dated snapshot of a model that is sold, not published", re.compile(
        rf"[-_ @(.]\(?{FULL_DATE.pattern}\)?$"), "snapshot",
        is_closed, value=iso_day),
    Rule("Cohere dates its releases month first", re.compile(
        r"-(?P<value>(?P<m>0\d|1[0-2])-(?P<y>20\d\d))$"), "snapshot",
        family=re.compile("command-[ar]"), value=lambda m: f"{m['y']}-{m['m']}"),
    Rule("OpenAI and xAI wrote month and day", _end(r"(?:0[1-9]|1[0-2])[0-3]\d"), "snapshot",
        is_closed, family=re.compile(r"gpt-(?:3\.?5|4)|grok")),
    Rule("ByteDance and Zhipu write year, month and day in six digits", re.compile(
        r"-(?P<value>(?P<y>2\d)(?P<m>\d\d)(?P<d>\d\d))$"), "snapshot", is_closed,
        family=re.compile("doubao|glm"), value=short_day),
    Rule("Google's previews are snapshots of the model they became", _end(
        r"preview(?:[- ]\d\d[- ](?:\d\d|20\d\d))?|exp[- ]\d\d[- ]\d\d"), "snapshot", is_closed,
        family=re.compile("gemini"), value=lambda m: m["value"].replace(" ", "-")),
    Rule("Google numbers the snapshots of a version", _end(r"00\d"), "snapshot", is_closed,
        family=re.compile(r"gemini-\d")),
    Rule("Vertex numbers the versions of a deployment", re.compile(
        r"@(?P<value>00\d|default|latest)$"), "snapshot", providers=_of("vertex_ai")),
    Rule("the vendor's newest snapshot of a version", _end("latest"), "snapshot", is_closed,
        family=re.compile(r"(?:claude|(?:chat)?gpt|grok|gemini|o\d)[^0-9]*\d|qwen-|o\d")),
    Rule("month and year, as leaderboards write a snapshot", re.compile(
        rf" ?\((?P<value>(?P<m>{'|'.join(MONTHS)})[a-z]{{0,6}}\.? ?'?(?P<y>20\d\d|\d\d))\)$"),
        "snapshot", is_closed, value=month),
    Rule("efforts and thinking are ways to ask, not models", re.compile(
        r" ?[(\[](?P<value>[^()\[\]]{1,60})[)\]]$"), "variant", value=mode),
    Rule("DeepSeek's names for a hybrid model's two ways to answer", re.compile(
        r" ?\((?P<value>reasoner|chat)\)$"), "variant", is_open,
        family=re.compile(r"deepseek[- ]v3\.[12]")),
    Rule("efforts are ways to ask, not models", _end(EFFORTS), "variant",
        family=re.compile(r"gpt[- ](?:5|6|oss)|o[134](?!\d)")),
    Rule("Anthropic's thinking and fast mode use the same model", _end(
        r"thinking(?:-\d+k)?|fast"), "variant", is_closed, family=re.compile("claude")),
    Rule("xAI sells one model with and without reasoning", _end("(?:non-)?reasoning"), "variant",
        is_closed, family=re.compile(r"grok-4[-.]")),
    Rule("Groq's word for how it serves a model", _end("instant|versatile|specdec|8192|32768"),
        "variant", is_open, _of("groq")),
    Rule("Together's word for how it serves a model", _end("turbo|tput"), "variant", is_open,
        _of("together_ai")),
    Rule("Together's word for what it gives away", _end("free"), "variant", is_open,
        _of("together_ai")),
    Rule("a faster or cheaper way to serve the same weights", _end("turbo"), "variant", is_open,
        _of("deepinfra")),
    Rule("a faster or cheaper way to serve the same weights", _end("turbo"), "variant", is_open,
        _of("novita"), re.compile("deepseek")),  # GLM-5-Turbo is another model than GLM-5
    Rule("Fireworks' word for how it serves a model", _end("basic|fast"), "variant", is_open,
        _of("fireworks_ai")),
    Rule("served in the United States only", _end("us"), "region",
        providers=_of("fireworks_ai")),
    Rule("a faster way to serve the same weights", _end("fast"), "variant", is_open,
        _of("azure_ai", "baseten", "cloudflare", "coralbricks")),
    Rule("a faster way to serve the same weights", _end("highspeed|lightning|turbo"), "variant",
        is_open, _of("minimax", "moonshot", "tencent")),
    Rule("Vertex's model as a service", _end("maas"), "variant", is_open, _of("vertex_ai")),
    Rule("Ollama's own servers", _end("cloud"), "variant", is_open, _of("ollama")),
    Rule("Fireworks' models, sold by Azure", re.compile(r"^(?P<value>fw)-"), "variant",
        providers=_of("azure_ai")),
    Rule("Databricks puts its name before every model", re.compile(
        r"^(?P<value>databricks)-(?!dbrx)"), providers=_of("databricks")),
)  # fmt: skip

_MOVED = (
    r"qwen3:(?:4b|30b|235b)(?:-cloud)?|qwen3:(?:4b|30b(?:-a3b)?|235b(?:-a22b)?)-instruct(?!-2507).*|"
    r"command-r:35b|command-r-plus:104b|command-r(?:-plus)?:latest"
)
MISLEADING = {
    "": re.compile(_MOVED),
    "bedrock": re.compile(r"deepseek-v3-v1:0"),
    "ollama": re.compile(rf"deepseek-r1(?::.*)?|{_MOVED}|command-r(?:-plus)?"),
    "vertex_ai": re.compile(r"claude-3-5-sonnet"),
    "google": re.compile(r"claude-3-5-sonnet"),
}
"""Names that look like one model and are another: Bedrock's DeepSeek 'v3' came with V3.1, Ollama's
'deepseek-r1' is a distilled model of another size, Vertex's 'claude-3-5-sonnet' is the elder of two
(the younger is 'claude-3-5-sonnet-v2'), and Ollama's tags of Qwen3 and Command R moved on to later
weights of the same size. They stay unknown. The empty name: no provider is said."""
