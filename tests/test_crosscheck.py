"""Isocost's costs against LiteLLM's own, and the catalogue's prices against another list."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from collectors.crosscheck import genai_file, genai_prices
from collectors.crosscheck.__main__ import main
from collectors.crosscheck.causes import CAUSES
from collectors.crosscheck.litellm_costs import compare, litellm_charge
from collectors.crosscheck.priced import agree, ours
from collectors.crosscheck.report import Report, render
from collectors.crosscheck.usages import STANDARD, questions
from data.catalog import litellm_map
from data.errors import CatalogError
from data.price import Price, Rates, Tier
from data.records import Usage

DAY = date(2026, 11, 23)
CHAT = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 3e-6,
    "output_cost_per_token": 15e-6,
    "cache_read_input_token_cost": 3e-7,
}


def price_map(**entries):
    text = json.dumps({name.replace("__", "/"): entry for name, entry in entries.items()})
    return litellm_map.MapFile(json.loads(text, parse_float=Decimal), "0" * 64, "1.106.2", "a test")


def charged(amounts, otherwise=None):
    """Stands for LiteLLM: an amount by (usage's name, mode); else what Isocost charges."""

    def charge(listed, asked):
        found = amounts.get((asked.name, asked.mode), otherwise)
        return ours(listed.price, asked) if found is None else found

    return charge


def test_every_difference_in_a_sample_of_the_map_has_a_cause():
    found = compare(litellm_map.load(), litellm_charge, every=7)
    strays = [(d.key, d.asked, d.ours, d.theirs) for d in found.causes.get("", [])]
    assert not strays, "read how LiteLLM charges these, then add a cause"
    assert set(found.causes) <= {cause.id for cause in CAUSES}
    assert found.groups["standard"].pairs > 9000
    assert found.groups["standard"].share >= 0.99
    assert found.groups["other hours"].share == 1
    assert found.total.share >= 0.85


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [(0.0, 0.0, True), (1.0, 1.0 + 1e-10, True), (1.0, 1.0 + 1e-8, False), (0.0, 1e-13, True)],
)
def test_costs_agree_within_rounding(one, two, same):
    assert agree(one, two) is same


def test_encoders_are_asked_for_input_alone():
    asked = list(questions(Price(Rates(1.0, 0.0)), "embedding"))
    assert asked
    assert not any(q.usage.output_tokens or q.usage.cache_read_tokens for q in asked)


def test_parts_of_every_usage_are_within_their_totals():
    for usage in STANDARD.values():
        assert usage.cache_read_tokens + usage.cache_write_tokens <= usage.input_tokens
        assert usage.cache_write_1h_tokens <= usage.cache_write_tokens
        assert usage.reasoning_tokens <= usage.output_tokens


@pytest.mark.parametrize(
    ("cause", "entry", "name", "mode", "dollars"),
    [
        # half of 1,000 input at 3 and 500 output at 15 dollars per million
        ("batch-half", CHAT, "usual", "batch", 0.00525),
        ("batch-nothing", CHAT, "usual", "batch", 0.0),
        # 10,000 input at 1.5, cached or not, and 500 output at 7.5
        (
            "batch-listed",
            {
                **CHAT,
                "input_cost_per_token_batches": 1.5e-6,
                "output_cost_per_token_batches": 7.5e-6,
            },
            "cached read",
            "batch",
            0.01875,
        ),
        # 2,000 at 1.5 and 8,000 cached at the standard 0.3, 500 output at 7.5
        (
            "mode-class",
            {**CHAT, "input_cost_per_token_flex": 1.5e-6, "output_cost_per_token_flex": 7.5e-6},
            "cached read",
            "flex",
            0.00915,
        ),
        # 272,001 at the standard long price of 6, 500 output at 22.5
        (
            "mode-long",
            {
                **CHAT,
                "input_cost_per_token_flex": 1.5e-6,
                "output_cost_per_token_flex": 7.5e-6,
                "input_cost_per_token_above_200k_tokens": 6e-6,
                "output_cost_per_token_above_200k_tokens": 22.5e-6,
            },
            "272,001 in",
            "flex",
            1.643256,
        ),
        (
            "perplexity",
            {**CHAT, "litellm_provider": "perplexity"},
            "cached read",
            "standard",
            0.0375,
        ),
        ("rerank-by-search", {**CHAT, "mode": "rerank"}, "usual", "standard", 0.0),
        # 1,000 input at 3 and 500 output at 15, although priority costs more
        (
            "one-tier",
            {
                **CHAT,
                "litellm_provider": "fireworks_ai",
                "input_cost_per_token_priority": 6e-6,
                "output_cost_per_token_priority": 30e-6,
            },
            "usual",
            "priority",
            0.0105,
        ),
        # 1,000 input and 700 output
        ("reasoning-in-full", CHAT, "700 reasoning in 500 output", "standard", 0.0135),
    ],
)
def test_a_difference_has_the_cause_whose_number_is_litellms(cause, entry, name, mode, dollars):
    found = compare(price_map(some=entry), charged({(name, mode): dollars}))
    assert {c: [d.asked.name for d in v] for c, v in found.causes.items()} == {cause: [name]}


def test_a_model_that_stands_twice_is_charged_by_its_prefixed_entry():
    twice = price_map(some=CHAT, openai__some={**CHAT, "output_cost_per_token": 2e-5})
    found = compare(twice, charged({("usual", "standard"): 0.013}))
    assert list(found.causes) == ["other-entry"]


def test_a_number_nobody_can_explain_is_listed_as_such():
    file = price_map(some=CHAT)
    found = compare(file, charged({("usual", "standard"): 0.123}))
    assert [d.key for d in found.causes[""]] == ["some"]
    assert "Without a known cause" in render(Report(file, found, DAY, "a command"))


def test_an_error_of_litellm_is_a_difference():
    def charge(listed, asked):
        raise RuntimeError("no such model")

    found = compare(price_map(some=CHAT), charge)
    assert found.total.agreeing == 0
    assert set(found.causes) == {"no-answer"}


def test_what_isocost_makes_no_price_of_is_counted():
    per_search = {**CHAT, "mode": "rerank", "input_cost_per_token": 0, "input_cost_per_query": 1e-3}
    found = compare(price_map(some=per_search), charged({}))
    assert sum(found.not_priced.values()) == 1
    assert found.total.pairs == 0


def test_copilot_is_not_asked_for_batches():
    found = compare(price_map(some={**CHAT, "litellm_provider": "github_copilot"}), charged({}))
    assert found.not_asked == 5
    assert not any(group.startswith("batch") for group in found.groups)


def test_the_door_charges_by_the_hour_it_is_told():
    from collectors.providers.litellm_door import litellm, reference_cost

    entry = {
        **CHAT,
        "litellm_provider": "deepseek",
        "off_peak_pricing": {"hours_utc": ["11:00-13:00"], "input_cost_per_token": 1e-6},
    }
    litellm.model_cost["deepseek/at-hours"] = entry
    try:
        usage = Usage(1000, 0)
        dollars = [
            reference_cost(
                "deepseek/at-hours",
                "deepseek",
                usage,
                datetime(2026, 11, 23, hour),
                "standard",
                "chat",
            )
            for hour in (2, 12)
        ]
    finally:
        del litellm.model_cost["deepseek/at-hours"]
    assert dollars == pytest.approx([0.003, 0.001])


def test_the_door_charges_cached_parts_as_the_map_states():
    from collectors.providers.litellm_door import reference_cost

    # METHOD's fixture: 3,000 in (1,500 read, 1,000 written), 100 out at 3 / 15 / 0.30 / 3.75.
    usage = Usage(3000, 100, 1500, 1000)
    at = datetime(2026, 11, 23, 2)
    cost = reference_cost("claude-sonnet-4-5", "anthropic", usage, at, "standard", "chat")
    assert cost == pytest.approx(0.0072, abs=1e-12)


GENAI = [
    {
        "id": "openai",
        "models": [
            {
                "id": "gpt-x",
                "match": {"or": [{"equals": "gpt-x"}, {"equals": "GPT-X-latest"}]},
                "prices": {"input_mtok": 3, "output_mtok": 15, "cache_read_mtok": 0.3},
            },
            {
                "id": "gpt-long",
                "match": {"starts_with": "gpt-long"},
                "prices": {
                    "input_mtok": {"base": 2, "tiers": [{"start": 200000, "price": 4}]},
                    "output_mtok": 8,
                },
            },
            {
                "id": "gpt-dated",
                "match": {"equals": "gpt-dated"},
                "prices": [
                    {"prices": {"input_mtok": 10, "output_mtok": 40}},
                    {
                        "constraint": {"start_date": "2026-06-10"},
                        "prices": {"input_mtok": 2, "output_mtok": 8},
                    },
                    {
                        "constraint": {"start_date": "2027-01-01"},
                        "prices": {"input_mtok": 1, "output_mtok": 4},
                    },
                ],
            },
            {"id": "gpt-gone", "match": {"equals": "gpt-gone"}, "prices": {"input_mtok": 1}},
        ],
    },
    {
        "id": "elsewhere",
        "models": [{"id": "m", "match": {"contains": "m"}, "prices": {"input_mtok": 1}}],
    },
]


def listed(given, out, since="2026-01-01", source="a list", **more):
    return Price(Rates(given, out, **more), source=source, valid_from=since)


CATALOGUE = {
    "openai": {
        "gpt-x": (listed(3.0, 15.0, cache_read=0.5),),
        "gpt-x-latest": (listed(3.0, 15.0),),
        "gpt-long-2026": (
            replace(listed(2.0, 8.0), tiers=(Tier(200_000, Rates(input=4.0, output=9.0)),)),
        ),
        "gpt-dated": (listed(10.0, 40.0), listed(2.0, 9.0, "2026-06-10")),
        "gpt-ours": (listed(1.0, 1.0),),
    }
}


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(GENAI), "utf-8")
    return path


def matching(path, catalogue=CATALOGUE):
    known = lambda provider: catalogue.get(provider, {})  # noqa: E731
    return genai_prices.match(genai_file.read(path), known, DAY)


def test_prices_are_compared_class_by_class(written):
    found = matching(written)
    exact = {(f.deployment, f.name): f.agrees for f in found.chosen(exact=True)}
    assert exact[("openai/gpt-x", "input")]
    assert not exact[("openai/gpt-x", "cache_read")]
    assert ("openai/gpt-x-latest", "cache_read") not in exact
    assert exact[("openai/gpt-dated", "input")]
    assert not exact[("openai/gpt-dated", "output")]
    assert genai_prices.deployments(found.chosen(exact=True)) == {
        "openai/gpt-dated": False,
        "openai/gpt-x": False,
        "openai/gpt-x-latest": True,
    }


def test_long_context_prices_are_one_figure(written):
    (tiers,) = (f for f in matching(written).chosen(exact=False) if f.name == "tiers")
    assert tiers.ours == "over 200,000: input 4, output 9"
    assert tiers.theirs == "over 200,000: input 4"
    assert not tiers.agrees


def test_an_earlier_period_is_compared_with_the_price_of_its_time(written):
    found = matching(written)
    assert [(f.name, f.ours, f.theirs, f.on) for f in found.earlier] == [
        ("input", 10.0, 10.0, date(2026, 6, 9)),
        ("output", 40.0, 40.0, date(2026, 6, 9)),
    ]
    late = {"openai": {"gpt-dated": (listed(2.0, 8.0, "2026-11-01"),)}}
    assert matching(written, late).earlier_unknown == 1


def test_what_only_one_of_them_has_is_counted(written):
    found = matching(written)
    assert found.only_ours == {"openai": 1}
    assert found.only_theirs == {"openai": 1, "elsewhere": 1}


def test_figures_from_genai_prices_are_no_check_of_it(written):
    own = {"openai": {"gpt-x": (listed(3.0, 15.0, source="genai-prices-0.2.3"),)}}
    found = matching(written, own)
    assert not found.chosen(exact=True)
    assert len(found.chosen(exact=True, independent=False)) == 2


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"tiers": ("none", "over 1: input 2")}, "only long-context prices differ"),
        ({"input": (0.0, 1.0), "output": (0.0, 2.0)}, "one of them says 0"),
        ({"cache_read": (0.1, 0.2)}, "only cached input differs"),
        ({"input": (1.1, 1.0), "output": (2.2, 2.0)}, "all by one factor, ours is higher"),
        ({"input": (0.5, 1.0), "output": (1.0, 2.0)}, "all by one factor, ours is lower"),
        ({"input": (0.5, 1.0), "output": (3.0, 2.0)}, "otherwise"),
        ({"input": (0.5, 1.0)}, "otherwise"),
    ],
)
def test_how_a_deployment_differs_is_said(figures, words):
    differing = [
        genai_prices.Figure("p/m", name, mine, theirs, "a list", "2026-01-01", DAY, True)
        for name, (mine, theirs) in figures.items()
    ]
    assert genai_prices.kind_of(differing) == words


@pytest.mark.parametrize("text", ["", "{", "[]", "[1]", '[{"id": "x"}]', '{"id": 1}', "3"])
def test_a_file_of_something_else_is_refused_on_one_line(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogError) as error:
        genai_file.read(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["--genai", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_the_command_writes_the_same_page_twice(written, tmp_path, capsys):
    pages = []
    for name in ("one.md", "two.md"):
        out = tmp_path / name
        arguments = ["--genai", str(written), "--every", "500", "--on", "2026-11-23"]
        assert main([*arguments, "-o", str(out)]) == 0
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]
    page = pages[0].decode()
    assert page.startswith("# Cross-check of costs\n")
    assert str(tmp_path) not in page
    assert page.count("<details>") == page.count("</details>")
    assert "LiteLLM" in capsys.readouterr().out
