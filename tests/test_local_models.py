"""Readers, rules and the table of local models."""

from __future__ import annotations

import asyncio
import json

import pytest

from collectors.providers.local import weights
from collectors.providers.local.langid import LanguageIdentifier
from collectors.providers.local.minilm import MiniLM
from collectors.providers.local.readers import Reader
from collectors.providers.local.registry import LOCAL_MODELS, local_model
from collectors.providers.local.rules import extract_invoice
from collectors.providers.local.static import StaticEmbeddings
from collectors.providers.router import Providers
from data.errors import ProviderError
from data.records import Completion, Contestant

TRAINING = [
    ("I was charged twice this month", "billing"),
    ("Please refund my last invoice", "billing"),
    ("The payment on my card failed", "billing"),
    ("The app crashes when it starts", "bug"),
    ("I get error 500 on every page", "bug"),
    ("The button does nothing when clicked", "bug"),
]
ALIKE = ["A cat sleeps on the sofa.", "A kitten is napping on the couch.", "Rates rose in March."]


@pytest.mark.parametrize("encoder", [MiniLM, StaticEmbeddings])
def test_similar_sentences_are_closer_than_different_ones(
    encoder: type[MiniLM | StaticEmbeddings],
) -> None:
    cat, kitten, rates = encoder().embed(ALIKE)
    assert cat @ kitten > cat @ rates + 0.1
    assert cat @ cat == pytest.approx(1, abs=1e-5)


def test_minilm_gives_a_text_the_same_vector_alone_and_in_a_batch() -> None:
    model = MiniLM()
    together = model.embed([*ALIKE, "word " * 400, ""])
    for text, vector in zip(ALIKE, together, strict=False):
        assert model.embed([text])[0] == pytest.approx(vector, abs=1e-5)
    assert model.count("word " * 400) == 256


def test_minilm_agrees_with_its_published_similarities() -> None:
    # Cosines of the model card's example sentences, from the reference implementation.
    happy = ["That is a happy person", "That is a happy dog", "Today is a sunny day"]
    person, dog, day = MiniLM().embed(happy)
    assert person @ dog == pytest.approx(0.695, abs=0.01)
    assert person @ day == pytest.approx(0.257, abs=0.01)


def read(contestant: Contestant, task: str, text: str) -> tuple[Completion, Providers]:
    async def run() -> tuple[Completion, Providers]:
        async with Providers([contestant], training={"tickets": lambda: TRAINING}) as providers:
            messages = [{"role": "system", "content": task}, {"role": "user", "content": text}]
            completion = await providers.complete(
                contestant, messages, max_tokens=None, response_format=None, timeout_s=20
            )
            return completion, providers

    return asyncio.run(run())


@pytest.mark.parametrize("name", ["minilm-head", "static-head"])
def test_a_reader_answers_through_litellm_with_its_own_usage(name: str) -> None:
    contestant = Contestant(f"local/{name}", name, prompt_style="reader", kind="reader")
    completion, providers = read(contestant, "tickets", "My card was billed two times")
    assert (completion.text, completion.status, completion.error) == ("billing", "ok", None)
    assert completion.usage.input_tokens
    assert completion.usage.output_tokens == 0
    assert completion.usage.reasoning_tokens is None
    assert completion.cpu_s is not None
    assert 0 < completion.cpu_s < 5
    (fit,) = providers.fits
    assert (fit.reader, fit.task, fit.examples) == (contestant.model, "tickets", len(TRAINING))
    assert fit.fit_cpu_s > 0


def test_a_head_is_fitted_once_per_task() -> None:
    calls = []

    def train() -> list[tuple[str, str]]:
        calls.append(1)
        return TRAINING

    async def run() -> list[str]:
        reader = Reader("local/static-head", {"tickets": train})
        await asyncio.gather(*(reader.prepare("tickets") for _ in range(3)))
        answers = [await reader.read("tickets", text) for text, _ in TRAINING]
        reader.close()
        return [answer.text for answer in answers]

    assert asyncio.run(run()) == [label for _, label in TRAINING]
    assert len(calls) == 1


def test_rules_have_no_tokens_to_report() -> None:
    contestant = Contestant("local/rules", "Rules", prompt_style="reader", kind="rules")
    completion, _ = read(contestant, "invoices", "Invoice No: A-1\nDate: 2024-03-05\nTotal: EUR 12")
    usage = completion.usage
    assert json.loads(completion.text)["number"] == "A-1"
    assert (usage.input_tokens, usage.output_tokens, usage.source) == (None, 0, "rule")
    assert completion.cpu_s is not None
    assert completion.cpu_s > 0


def test_a_task_that_a_reader_cannot_do_is_a_failed_completion() -> None:
    contestant = Contestant("local/rules", "Rules", prompt_style="reader", kind="rules")
    completion, _ = read(contestant, "sums", "1 + 1")
    assert completion.status == "infra_error"
    assert completion.error is not None
    assert "can't do task 'sums'" in completion.error


def test_langid_answers_one_of_the_given_names() -> None:
    identifier = LanguageIdentifier({"German": "de", "French": "fr"})
    assert identifier.answer("Der Zug nach Hamburg hat heute Verspätung.") == "German"
    assert identifier.answer("The train is late.") in ("German", "French")


@pytest.mark.parametrize(
    ("text", "number", "date", "currency", "total"),
    [
        (
            "Acme Ltd\nInvoice No: INV-0042\nDate: 2024-03-05\nSubtotal: 80.00\nTotal: EUR 1,096.5",
            *("INV-0042", "2024-03-05", "EUR", 1096.5),
        ),
        (
            "Acme Ltd\nINVOICE\nInvoice # 7731\nIssued: 5 March 2024\nVAT 3,00\nTotal due 1.096,5€",
            *("7731", "2024-03-05", "EUR", 1096.5),
        ),
        (
            "Acme Ltd\nTax invoice\nInvoice number: 2024/118\nInvoice date: Mar 5, 2024\nTotal $96",
            *("2024/118", "2024-03-05", "USD", 96.0),
        ),
    ],
)
def test_rules_read_simple_layouts(
    text: str, number: str, date: str, currency: str, total: float
) -> None:
    assert json.loads(extract_invoice(text)) == {
        "number": number,
        "date": date,
        "vendor": "Acme Ltd",
        "currency": currency,
        "total": total,
    }


@pytest.mark.parametrize("text", ["", "\x00", "Date: 99/99/9999 Total: ,.,", "Invoice " * 300])
def test_rules_never_raise_and_never_invent(text: str) -> None:
    assert json.loads(extract_invoice(text))["total"] is None


def test_a_missing_package_says_what_to_run() -> None:
    with pytest.raises(ProviderError, match=r"Some model needs .*run `make install`\.$") as raised:
        weights.package_folder("no_such_package_of_weights", "Some model")
    assert "\n" not in str(raised.value)


def test_every_listed_model_is_installed_and_named_once() -> None:
    assert len({entry.name for entry in LOCAL_MODELS}) == len(LOCAL_MODELS)
    for entry in LOCAL_MODELS:
        assert weights.check_installed(entry.model) == local_model(entry.model)
    with pytest.raises(ProviderError, match="Did you mean 'local/smollm2-135m'"):
        local_model("local/smollm2")
