import io
import json
import string
import sys
import time
import tomllib
from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.commands import models as command
from data.catalog.models import KINDS, Fact, ModelFacts, models
from data.catalog.name_address import MAKERS, PROVIDERS, REPUBLISHERS, ROUTES
from data.catalog.name_rules import RULES, key
from data.catalog.names import Index, Resolved, resolve, unresolved
from data.errors import CatalogError, IsocostError

TABLE = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
FIELDS = ("provider", "region", "snapshot", "quantisation", "variant")


def model(id, name="", aliases=(), **facts):
    known = tuple(Fact(k, v, None) for k, v in facts.items() if k in KINDS)
    return ModelFacts(id, name or id, tuple(aliases), known)


def index(*entries):
    return Index({entry.id: entry for entry in entries})


SMALL = index(*(model(**entry) for entry in TABLE["models"]))


@pytest.mark.parametrize("row", TABLE["names"], ids=lambda row: row["text"])
def test_a_name_means_what_the_table_says(row):
    found = SMALL.look_up(row["text"])
    assert found.model_id == row.get("model")
    assert {f: getattr(found, f) for f in FIELDS} == {f: row.get(f) for f in FIELDS}
    assert (found.how == "unknown") == (found.model_id is None)
    assert not (found.model_id and found.suggestions)


@pytest.mark.parametrize("row", TABLE["names"], ids=lambda row: row["text"])
def test_the_whole_catalogue_never_says_otherwise(row):
    """More models may make more names known; they may not change what one means."""
    found = resolve(row["text"]).model_id
    if row.get("model") in models():
        assert found == row["model"]
    else:
        assert found not in {m["id"] for m in TABLE["models"]}


@pytest.mark.parametrize("model_id", sorted(models()))
def test_every_id_name_and_alias_of_the_catalogue_means_its_model(model_id):
    entry = models()[model_id]
    for name in (entry.id, entry.name, *entry.aliases):
        for written in (name, name.upper(), f" {name} "):
            assert resolve(written).model_id == model_id, written
    assert resolve(model_id).how == "id"


WORDS = """
base chat-v9 coder codex distill embedding flash guard instruct2 lite math max mini nano plus pro
small large turbo tts vision vl abliterated uncensored lora 999b v9 experimental
"""


@pytest.mark.parametrize("word", WORDS.split())
def test_a_word_of_the_identity_is_never_taken_off(word):
    for model_id in models():
        found = resolve(f"{model_id}-{word}")
        assert found.model_id != model_id or said_again(model_id, word), found


def said_again(model_id, word):
    """The catalogue itself says that the longer name is the same model."""
    entry = models()[model_id]
    return key(f"{model_id}-{word}") in {key(name) for name in (entry.name, *entry.aliases)}


@pytest.mark.parametrize("start", ["nous-hermes-", "dolphin-", "someone/", "my-", "ft:", "tiny-"])
def test_what_stands_before_a_name_is_not_taken_off(start):
    for model_id in models():
        found = resolve(f"{start}{model_id}")
        assert found.model_id != model_id, found


def test_sizes_of_one_family_are_never_mixed():
    sized = index(model("llama-3.1-8b", weights="open"), model("qwen3-1.7b", weights="open"))
    for text in ("llama-3.1-80b", "llama-3.18b", "llama-31-8b", "llama-3-18b", "llama-3.1-8.1b"):
        assert sized.look_up(text).model_id is None, text
    for text in ("qwen3-17b", "qwen3.1-7b", "qwen-31.7b", "qwen3-1-7b"):
        assert sized.look_up(text).model_id is None, text
    assert sized.look_up("Qwen/Qwen3-1.7B").model_id == "qwen3-1.7b"


def test_a_deployments_version_is_not_a_models():
    both = index(model("claude-fable-5", weights="closed"), model("claude-fable-5-1"))
    for text in ("global.anthropic.claude-fable-5-v1:0", "anthropic.claude-fable-5-v1"):
        assert both.look_up(text).model_id == "claude-fable-5", text
    assert both.look_up("anthropic.claude-fable-5-1-v1:0").model_id == "claude-fable-5-1"
    assert both.look_up("claude-fable-5-v1").model_id is None


def test_a_size_said_once_more_must_be_the_models():
    nemo = index(model("mistral-nemo", weights="open", params_total=12_247_782_400))
    assert nemo.look_up("mistral-nemo-12b").model_id == "mistral-nemo"
    assert nemo.look_up("mistral-nemo-12.2b").model_id == "mistral-nemo"
    assert nemo.look_up("mistral-nemo-13b").model_id is None
    small = index(model("qwen3-0.6b", weights="open", params_total=596_049_920))
    assert small.look_up("qwen3-0.6b-1b").model_id is None
    assert nemo.look_up("mistral-nemo-12b-a3b").model_id is None


def test_a_snapshot_that_is_a_model_of_its_own_is_that_model():
    both = index(
        model("gpt-4o", weights="closed"),
        model("gpt-4o-2024-05-13", weights="closed"),
        model("gpt-4o-2024-11-20", weights="closed"),
    )
    for text in ("gpt-4o-20241120", "GPT-4o (Nov 24)", "azure/eu/gpt-4o-1120", "gpt-4o@20241120"):
        assert both.look_up(text).model_id == "gpt-4o-2024-11-20", text
    assert both.look_up("gpt-4o").model_id == "gpt-4o"
    assert both.look_up("gpt-4o-2024-08-06").model_id is None


def test_a_date_is_taken_off_a_closed_model_only():
    dated = index(model("gpt-9", weights="closed"), model("llama-9-8b", weights="open"))
    assert dated.look_up("gpt-9-2025-02-01").snapshot == "2025-02-01"
    assert dated.look_up("gpt-9-2025-02-31").model_id is None
    assert dated.look_up("llama-9-8b-2025-02-01").model_id is None


def test_a_snapshot_is_not_dated_before_its_model_or_in_the_future():
    one = index(model("gpt-9", weights="closed", released=date(2025, 8, 7)))
    for text in ("gpt-9-2025-06-23", "gpt-9-2025-08-07", "GPT-9 (June 2025)"):
        assert one.look_up(text).model_id == "gpt-9", text
    ahead = date.today() + timedelta(days=1)
    for text in ("gpt-9-2025-06-22", "GPT-9 (May 2025)", f"gpt-9-{ahead}", "GPT-9 (Dec 2099)"):
        assert one.look_up(text).model_id is None, text
    assert one.look_up(f"gpt-9-{date.today()}").model_id == "gpt-9"


def test_the_latest_of_several_dated_models_is_none_of_them_for_sure():
    both = index(
        model("gpt-9-0314", weights="closed"),
        model("gpt-9-0613", weights="closed", aliases=["gpt-9"]),
    )
    assert both.look_up("gpt-9").model_id == "gpt-9-0613"
    assert both.look_up("gpt-9-latest").model_id is None


def test_an_undated_name_that_is_unknown_is_answered_with_the_dated_models():
    for text, dated in (
        ("gpt-4-latest", "gpt-4-0613"),
        ("qwen-max", "qwen-max-2025-01-25"),
        ("gemini-1.0-pro", "gemini-1.0-pro-002"),
        ("minimax-m1", "minimax-m1-80k"),
    ):
        found = resolve(text)
        assert found.model_id is None, text
        assert dated in found.suggestions, found


def test_thinking_weights_of_their_own_are_not_the_others_asked_to_think():
    both = index(
        model("qwen9-8b-instruct", weights="open", aliases=["qwen9-8b"]),
        model("qwen9-8b-thinking", weights="open"),
        model("qwen8-8b", weights="open"),
    )
    assert both.look_up("Qwen9 8B (with thinking)").model_id is None
    assert both.look_up("Qwen9 8B (thinking)").model_id == "qwen9-8b-thinking"
    assert both.look_up("Qwen9 8B (no thinking)").model_id == "qwen9-8b-instruct"
    assert both.look_up("Qwen8 8B (thinking)").variant == "thinking"


def test_a_model_sold_apart_without_reasoning_is_not_the_other_one():
    both = index(
        model("grok-9-reasoning", weights="closed", aliases=["grok-9"]),
        model("grok-9-non-reasoning", weights="closed"),
    )
    assert both.look_up("Grok 9 (no reasoning)").model_id is None
    assert both.look_up("Grok 9 (non-reasoning)").model_id == "grok-9-non-reasoning"
    assert both.look_up("Grok 9 (high)").model_id == "grok-9-reasoning"


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("deepseek-r1", "ollama"),
        ("deepseek-r1:671b", "ollama"),
        ("ollama_chat/deepseek-r1:8b", None),
        ("deepseek.v3-v1:0", None),
        ("claude-3-5-sonnet", "vertex_ai"),
        ("qwen3:4b", "ollama"),
        ("command-r:35b", "ollama"),
    ],
)
def test_a_name_that_misleads_is_unknown_even_where_it_is_an_alias(text, provider):
    assert resolve(text, provider).model_id is None


def test_a_sellers_word_is_taken_off_for_that_seller_alone():
    one = index(model("llama-3.1-8b", weights="open"))
    for provider, text in (
        ("together_ai", "llama-3.1-8b-instruct-turbo"),
        ("groq", "llama-3.1-8b-instant"),
        ("vertex_ai", "llama-3.1-8b-instruct-maas"),
    ):
        assert one.look_up(text, provider).model_id == "llama-3.1-8b"
        assert one.look_up(text).model_id is None
        assert one.look_up(text, "openai").model_id is None


def test_two_models_that_answer_to_one_name_are_an_error_that_names_both():
    with pytest.raises(CatalogError, match=r"'a-3.5' and 'b' both answer to 'A 3-5'"):
        index(model("a-3.5"), model("b", aliases=["A 3-5"]))


def test_the_provider_that_is_known_wins_and_is_written_as_litellm_does():
    one = index(model("gpt-5", weights="closed"))
    assert one.look_up("openai/gpt-5", "openrouter").provider == "openrouter"
    assert one.look_up("gpt-5", "AWS").provider == "bedrock"
    assert one.look_up("gpt-5", "vertex_ai-language-models").provider == "vertex_ai"
    assert one.look_up("gpt-5", "someone").provider == "someone"


def test_unknown_names_are_counted_with_what_is_nearest():
    rows = unresolved(["nobody-1", "llama-3.1-80b", "nobody-1", "llama-3.1-8b", "\x00"])
    assert [row[:2] for row in rows] == [("nobody-1", 2), ("\x00", 1), ("llama-3.1-80b", 1)]
    assert "llama-3.1-8b" in rows[2][2]
    assert all(len(near) <= 3 for *_, near in rows)


def test_every_rule_says_why():
    assert all(rule.reason for rule in RULES)
    assert {rule.field for rule in RULES} <= {"", *FIELDS}


HOSTILE = [
    "", " ", "/", "//", ":", "ft:", "ft::", "arn:aws:bedrock:", "arn:aws:bedrock:/x", "(", "()",
    "\x00", "\x1b[31mgpt-5", "gpt-5\x1b[0m", "gpt-5\u202e", "\ud800", "gpt‑5‑mini", "ｇｐｔ-5",
    "gpt-5🔥", "gpt-٥", "a" * 10_000, "1" * 10_000, "-" * 10_000, "8b-" * 3_333, "(" * 10_000,
    "gpt-4o-" + "2024-08-06-" * 900, "/".join(["openai"] * 1_000), "claude-" + "3-" * 90,
    "instruct-" * 22, "llama" + "-fp8" * 49, "llama-3.1-8b" + "-instruct-fp8-q4_k_m-awq" * 7,
    "ﷺ" * 200, "v1" * 100, "1p" * 100, ".gguf", "x/.gguf", "*", "/*/", "~", "hf.co/", "@", "+",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
@pytest.mark.parametrize("provider", [None, "bedrock", "ollama", "\x00"])
def test_a_hostile_name_is_answered_quickly_and_kept_as_it_was(text, provider):
    started = time.perf_counter()
    found = resolve(text, provider)
    assert time.perf_counter() - started < 0.5
    assert found.text == text
    assert found.model_id is None or text in ("gpt‑5‑mini", "ｇｐｔ-5")


def test_a_name_is_resolved_in_under_a_millisecond():
    texts = [row["text"] for row in TABLE["names"]]
    started = time.perf_counter()
    for text in texts:
        SMALL.look_up(text)
    assert (time.perf_counter() - started) / len(texts) < 0.001


@given(st.text(max_size=60))
def test_no_text_is_an_exception_and_nonsense_is_unknown(text):
    found = resolve(text)
    assert isinstance(found, Resolved)
    assert found.text == text
    if found.model_id is not None:
        assert any(c.isalnum() for c in text)


ids = st.sampled_from(sorted(models()))
word = st.text(string.ascii_lowercase, min_size=3, max_size=9)


@given(ids, word)
def test_a_random_word_makes_another_name(model_id, extra):
    for text in (f"{model_id}-{extra}", f"{extra}-{model_id}", f"{extra}/{model_id}"):
        found = resolve(text)
        assert found.model_id != model_id or found.how == "rule", found
        if found.model_id == model_id:
            assert extra in ALLOWED, found


ALLOWED = {
    *(
        "instruct",
        "chat",
        "awq",
        "gptq",
        "gguf",
        "mlx",
        "low",
        "high",
        "medium",
        "xhigh",
        "minimal",
    ),
    *("fast", "thinking", "reasoning", "latest", "preview", "safetensors"),
    *(PROVIDERS | MAKERS | REPUBLISHERS | ROUTES),
}


@given(ids, st.sampled_from(["openrouter/", "azure/eu/", "hosted_vllm/", "litellm_proxy/"]))
def test_an_address_before_an_id_changes_nothing(model_id, address):
    assert resolve(address + model_id).model_id == model_id


@given(ids, st.lists(st.sampled_from([*string.ascii_lowercase, *"0123456789-."]), max_size=4))
def test_what_is_found_is_the_same_however_it_is_written(model_id, tail):
    text = model_id + "".join(tail)
    assert resolve(text).model_id == resolve(text.upper()).model_id


def run(function, capsys, **args):
    code = function(Namespace(**{"json": False, "unresolved": False, "file": None} | args))
    out, err = capsys.readouterr()
    return code, out, err


def test_show_prints_every_fact_with_its_source(capsys):
    code, out, err = run(command.show, capsys, names=["groq/llama-3.1-8b-instant"])
    entry = models()["llama-3.1-8b"]
    assert code == 0
    assert err == ""
    assert "provider groq, variant instant" in out
    assert all(fact.key in out for fact in entry.facts)
    assert out.count("checked 20") == len(entry.facts)


def test_show_says_on_one_line_what_is_unknown(capsys):
    code, out, err = run(command.show, capsys, names=["llama-3.1-80b\x1b[2J", "gpt-oss-20b"])
    assert code == 2
    assert "gpt-oss-20b" in out
    assert err.count("\n") == 1
    assert "\x1b" not in err
    code, _, err = run(command.show, capsys, names=["llama-3.1-80b"])
    assert code == 2
    assert "Nearest: llama-3.1-8b" in err


def test_show_as_json_has_the_facts_and_their_sources(capsys):
    code, out, _ = run(command.show, capsys, names=["llama-3.1-8b", "nobody"], json=True)
    known, unknown = json.loads(out)
    assert code == 2
    assert known["model_id"] == "llama-3.1-8b"
    assert {"key", "value", "source", "title", "url", "checked"} <= set(known["facts"][0])
    assert unknown["model_id"] is None


@pytest.fixture
def names_file(tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes(b"gpt-oss-20b\r\n\nno\x1b[31mbody\nnobody-at-all\nnobody-at-all\n\xff\xfe\n")
    return path


def test_resolve_prints_a_line_for_each_name_and_how_many_are_known(names_file, capsys):
    code, out, err = run(command.resolve, capsys, file=names_file)
    assert code == 0
    assert len(out.splitlines()) == 6
    assert "\x1b" not in out
    assert "no\\x1b[31mbody" in out
    assert err == "1 of 5 names resolved.\n"


def test_resolve_as_json_and_what_is_unresolved(names_file, capsys):
    _, out, _ = run(command.resolve, capsys, file=names_file, json=True)
    assert [one["model_id"] for one in json.loads(out)] == ["gpt-oss-20b", *[None] * 4]
    _, out, err = run(command.resolve, capsys, file=names_file, unresolved=True)
    assert out.splitlines()[1].split()[:2] == ["2", "nobody-at-all"]
    assert "gpt-oss-20b" not in out.splitlines()[1]
    assert err == "1 of 5 names resolved.\n"
    _, out, _ = run(command.resolve, capsys, file=names_file, unresolved=True, json=True)
    assert json.loads(out)[0] == {"text": "nobody-at-all", "count": 2, "suggestions": []}


def test_resolve_reads_standard_input_and_a_missing_file_is_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"gpt-oss-20b")))
    assert run(command.resolve, capsys)[2] == "1 of 1 names resolved.\n"
    with pytest.raises(IsocostError, match="Can't read"):
        command.resolve(Namespace(file=tmp_path / "none", json=False, unresolved=False))


def test_an_empty_list_of_names_is_no_error(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    assert run(command.resolve, capsys)[2] == "0 of 0 names resolved.\n"
