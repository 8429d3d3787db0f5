"""Questions about passages: what they say is followed by other code, in six languages."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.tasks import grounded, grounded_languages, grounding
from collectors.tasks.grounded_texts import DEMO_NAMES, SCRIPTS, SYLLABLES

TASK = grounded.TASK
FAMILY = {
    "en": grounded_languages.ENGLISH,
    "es": grounded_languages.SPANISH,
    "fr": grounded_languages.FRENCH,
    "de": grounded_languages.GERMAN,
    "zh": grounded_languages.CHINESE,
    "ar": grounded_languages.ARABIC,
}
ALL = (TASK, *FAMILY.values())
every_task = pytest.mark.parametrize("task", ALL, ids=lambda t: t.name)
every_language = pytest.mark.parametrize("language", list(FAMILY))
NOT_STATED = {"en": "not stated", "es": "no consta", "fr": "non précisé", "de": "nicht angegeben",
              "zh": "未提及", "ar": "غير مذكور"}  # fmt: skip

NAME = r"(?:'[^']+'|\w+(?: \w+)?)"
FACTS = {
    "painter": (r"('[^']+') was painted by ([^.]+)", r"The painter of ('[^']+') is ([^.]+)"),
    "width": (r"('[^']+') is (\d+) centimetres wide", r"The width of ('[^']+') is (\d+) .*"),
    "made": (r"('[^']+') dates from (\d+)", r"The year of ('[^']+') is (\d+)"),
    "birthplace": (rf"({NAME}) was born in (\w+)", rf"The birthplace of ({NAME}) is (\w+)"),
    "teacher": (rf"({NAME}) was taught by ({NAME})", rf"The teacher of ({NAME}) was ({NAME})"),
    "born": (rf"The birth of ({NAME}) was in (\d+)", rf"({NAME}) came into the world in (\d+)"),
    "mayor": (rf"The mayor of (\w+) is ({NAME})", rf"(\w+) has ({NAME}) as its mayor"),
    "river": (r"(\w+) lies on the river (\w+)", r"The river of (\w+) is the (\w+)"),
    "founded": (r"(\w+) was founded in (\d+)", r"The founding year of (\w+) is (\d+)"),
}
DENIALS = re.compile(r" not | never | no longer ")
QUESTIONS = {
    "painter": r"Who painted (.+)",
    "width": r"How many centimetres wide is (.+)",
    "made": r"From which year does (.+) date",
    "birthplace": r"In which town was (.+) born",
    "teacher": r"Who taught (.+)",
    "born": r"In which year was (.+) born",
    "mayor": r"Who is the mayor of (.+)",
    "river": r"On which river does (.+) lie",
    "founded": r"In which year was (.+) founded",
}


def statements(passage):
    """(thing, attribute, value) of each sentence that says what is so."""
    for sentence in re.findall(r"[^.]+", passage):
        if not sentence.strip() or DENIALS.search(sentence):
            continue
        found = [
            (hit[1], key, hit[2])
            for key, patterns in FACTS.items()
            for pattern in patterns
            if (hit := re.fullmatch(pattern, sentence.strip()))
        ]
        assert len(found) == 1, sentence
        yield found[0]


def read(text):
    """((thing, attribute) -> value, by the newest note; how many say it)."""
    newest, times = {}, Counter()
    for passage in text.splitlines():
        noted = re.match(r"Note of (\d{4}): ", passage)
        year = int(noted[1]) if noted else 0
        for thing, key, value in statements(passage[noted.end() if noted else 0 :]):
            times[thing, key] += 1
            assert (thing, key, year) not in newest
            newest[thing, key, year] = value
    held = {(t, k): newest[t, k, y] for t, k, y in sorted(newest, key=lambda one: one[2])}
    return held, times


def followed(text, question):
    """The answer of the passages; None: they don't say. Each step is said once per note."""
    held, _ = read(text)
    question = question.removesuffix(" Where notes disagree, the newest counts.")
    (key, np), *others = [
        (key, hit[1])
        for key, pattern in QUESTIONS.items()
        if (hit := re.fullmatch(pattern, question.removesuffix("?")))
    ]
    assert not others
    *links, thing = re.split(r"^the | of the (?=teacher|painter|birthplace)| of ", np)
    for link in reversed([link for link in links if link]):
        thing = held.get((thing, link))
    return held.get((thing, key))


@pytest.mark.parametrize("level", list(grounded.LADDER))
def test_following_the_passages_gives_the_target(level):
    for seed in range(40 if level > 6 else 200):
        sample = TASK.sample(level, seed)
        text, _, question = sample.input.rpartition("\n\n")
        assert (followed(text, question) or "not stated") == sample.target, sample.input


def test_questions_need_as_many_passages_as_the_level_says():
    for level, rung in grounded.LADDER.items():
        for seed in range(20):
            question = TASK.sample(level, seed).input.rpartition("\n\n")[2]
            assert len(re.findall("teacher|painter|birthplace", question)) == rung.hops - 1


def test_every_level_holds_the_passages_it_names():
    for level, rung in grounded.LADDER.items():
        for seed in range(10):
            text = TASK.sample(level, seed).input.rpartition("\n\n")[0]
            assert len(text.splitlines()) == max(1, 3 * rung.things) * rung.notes


def test_no_note_denies_what_it_says_or_the_newest_says():
    for level in (4, 5, 7, 8):
        for seed in range(20):
            text = TASK.sample(level, seed).input.rpartition("\n\n")[0]
            held, _ = read(text)
            for passage in text.splitlines():
                body = re.sub(r"^Note of \d{4}: ", "", passage)
                said = list(statements(body))
                denied = [s for s in re.findall(r"[^.]+", body) if DENIALS.search(s)]
                for thing, key, value in said:
                    own = [s for s in denied if denies(key, s)]
                    assert len(own) <= 1
                    for sentence in own:
                        rest = sentence.replace(thing, "")
                        for true in (value, held[thing, key]):
                            assert not re.search(rf"\b{true}\b", rest)


def denies(key, sentence):
    """Whether it is about that attribute."""
    signs = {"painter": "painted", "width": "wide", "made": "date from", "birthplace": "born in",
             "teacher": "taught", "born": "The birth of", "mayor": "mayor", "river": "river",
             "founded": "founded"}  # fmt: skip
    return signs[key] in sentence


def test_older_notes_lead_astray_in_most_questions():
    astray = 0
    for seed in range(40):
        sample = TASK.sample(7, seed)
        text, _, question = sample.input.rpartition("\n\n")
        turned = re.sub(r"Note of (\d{4})", lambda m: f"Note of {5000 - int(m[1])}", text)
        astray += (followed(turned, question) or "not stated") != sample.target
    assert astray > 25


# The six languages ------------------------------------------------------------------------------

WORD = r"[^\s.،·]+"
SAID = {
    "en": {
        "founded": rf"The village of ({WORD}) was founded in (\d+)",
        "leader": rf"The village of ({WORD}) is led by ({WORD} {WORD})",
        "bridge": rf"The bridge of the village of ({WORD}) is (\d+) metres long",
        "market": rf"The village of ({WORD}) holds its market on ({WORD})",
        "good": rf"The village of ({WORD}) sells ({WORD})",
        "wells": rf"The village of ({WORD}) has (\d+) wells",
        "river": rf"The village of ({WORD}) lies on the river ({WORD})",
    },
    "es": {
        "founded": rf"El pueblo de ({WORD}) se fundó en (\d+)",
        "leader": rf"El pueblo de ({WORD}) lo dirige ({WORD} {WORD})",
        "bridge": rf"El puente que tiene el pueblo de ({WORD}) mide (\d+) metros",
        "market": rf"El pueblo de ({WORD}) celebra su mercado el ({WORD})",
        "good": rf"El pueblo de ({WORD}) vende ({WORD})",
        "wells": rf"El pueblo de ({WORD}) tiene (\d+) pozos",
        "river": rf"El pueblo de ({WORD}) está a orillas del río ({WORD})",
    },
    "fr": {
        "founded": rf"Le village de ({WORD}) a été fondé en (\d+)",
        "leader": rf"Le village de ({WORD}) est dirigé par ({WORD} {WORD})",
        "bridge": rf"Le pont que possède le village de ({WORD}) mesure (\d+) mètres",
        "market": rf"Le village de ({WORD}) tient son marché le ({WORD})",
        "good": rf"Le village de ({WORD}) vend une marchandise : ({WORD})",
        "wells": rf"Le village de ({WORD}) possède (\d+) puits",
        "river": rf"Le village de ({WORD}) se trouve au bord de la rivière ({WORD})",
    },
    "de": {
        "founded": rf"Das Dorf ({WORD}) wurde im Jahr (\d+) gegründet",
        "leader": rf"Das Dorf ({WORD}) wird von ({WORD} {WORD}) geleitet",
        "bridge": rf"Die Brücke, die das Dorf ({WORD}) hat, ist (\d+) Meter lang",
        "market": rf"Das Dorf ({WORD}) hält am ({WORD}) Markt",
        "good": rf"Das Dorf ({WORD}) verkauft ({WORD})",
        "wells": rf"Das Dorf ({WORD}) hat (\d+) Brunnen",
        "river": rf"Das Dorf ({WORD}) liegt am Fluss ({WORD})",
    },
    "zh": {
        "founded": r"(\w+)村建于(\d+)年",
        "leader": r"(\w+)村由(\w+·\w+)管理",
        "bridge": r"(\w+)村的桥长(\d+)米",
        "market": r"(\w+)村在(星期\w)赶集",
        "good": r"(\w+)村出售(\w+)",
        "wells": r"(\w+)村有(\d+)口井",
        "river": r"(\w+)村在(\w+)河边",
    },
    "ar": {
        "founded": rf"تأسست قرية ({WORD}) في عام (\d+)",
        "leader": rf"رئاسة قرية ({WORD}) بيد ({WORD} {WORD})",
        "bridge": rf"طول جسر قرية ({WORD}) بالمتر هو (\d+)",
        "market": rf"يقام سوق قرية ({WORD}) يوم ({WORD})",
        "good": rf"السلعة التي تبيعها قرية ({WORD}) هي ({WORD})",
        "wells": rf"عدد آبار قرية ({WORD}) هو (\d+)",
        "river": rf"تقع قرية ({WORD}) على نهر ({WORD})",
    },
}
REPORT = {
    "en": r"Report of (\d+): ",
    "es": r"Informe de (\d+): ",
    "fr": r"Rapport de (\d+) : ",
    "de": r"Bericht von (\d+): ",
    "zh": r"(\d+)年的报告：",
    "ar": r"تقرير عام (\d+): ",
}
ASKED = {
    "en": ("year", "leads", "bridge", "market", "sell", "wells"),
    "es": ("año", "dirige", "puente", "mercado", "vende", "pozos"),
    "fr": ("année", "dirige", "pont", "marché", "marchandise", "puits"),
    "de": ("Jahr", "leitet", "Brücke", "Markt", "Ware", "Brunnen"),
    "zh": ("哪一年", "管理", "桥", "赶集", "出售", "井"),
    "ar": ("عام", "رئاسة", "جسر", "سوق", "السلعة", "آبار"),
}
KEYS = ("founded", "leader", "bridge", "market", "good", "wells")
BY_RIVER = {"en": rf"river ({WORD}?)\b", "es": rf"río ({WORD}?)\b", "fr": rf"rivière ({WORD}?)\b",
            "de": rf"Fluss ({WORD}?)\b", "zh": r"(\w+)河边", "ar": rf"نهر ({WORD}?)\b"}  # fmt: skip
BY_NAME = {"en": rf"village of ({WORD}?)\b", "es": rf"pueblo de ({WORD}?)\b",
           "fr": rf"village de ({WORD}?)\b", "de": rf"Dorf ({WORD}?)\b", "zh": r"(\w+)村",
           "ar": rf"قرية ({WORD}?)\b"}  # fmt: skip


def told(text, language):
    """(village, attribute, year) -> value."""
    found = {}
    for passage in text.splitlines():
        head = re.match(REPORT[language], passage)
        year = int(head[1]) if head else 0
        for sentence in re.split(r"[.。]", passage[head.end() if head else 0 :]):
            if not sentence.strip():
                continue
            hits = [(key, hit) for key, pattern in SAID[language].items()
                    if (hit := re.fullmatch(pattern, sentence.strip()))]  # fmt: skip
            ((key, hit),) = hits
            assert (hit[1], key, year) not in found
            found[hit[1], key, year] = hit[2]
    return found


def asked_for(question, language):
    """(attribute, how the village is found: by its river or by its name, that name)."""
    keys = [key for key, sign in zip(KEYS, ASKED[language], strict=True) if sign in question]
    by = [("river", hit[1])] if (hit := re.search(BY_RIVER[language], question)) else []
    by += [("name", hit[1])] if (hit := re.search(BY_NAME[language], question)) and not by else []
    return keys, by[0]


@every_language
def test_the_passages_of_each_language_give_the_target(language):
    for level in grounded_languages.LADDER:
        for seed in range(80):
            sample = FAMILY[language].sample(level, seed)
            text, _, question = sample.input.rpartition("\n\n")
            found = told(text, language)
            (key,), (by, name) = asked_for(question, language)
            if by == "river":
                by_river = {(k, value): v for (v, k, _), value in found.items()}
                name = by_river["river", name]
            years = {y: value for (v, k, y), value in found.items() if (v, k) == (name, key)}
            answer = years[max(years)] if years else NOT_STATED[language]
            assert answer == sample.target, sample.input


def test_the_same_seed_asks_the_same_in_every_language():
    for level in grounded_languages.LADDER:
        for seed in range(60):
            of = {language: task.sample(level, seed) for language, task in FAMILY.items()}
            numbers = {tuple(re.findall(r"\d+", sample.input)) for sample in of.values()}
            assert len(numbers) == 1
            assert len({sample.cluster.split("/")[2] for sample in of.values()}) == 1
            stated = {sample.target != NOT_STATED[lang] for lang, sample in of.items()}
            assert len(stated) == 1
            if "·" in of["zh"].target:
                name = of["en"].target.replace(" ", "").lower()
                assert to_latin(of["zh"].target, 1) == to_latin(of["ar"].target, 2) == name


def to_latin(text, script):
    """A name in Latin letters."""
    by_script = {row[script]: row[0] for row in SYLLABLES}
    size, letters = len(SYLLABLES[0][script]), re.sub(r"\W", "", text)
    return "".join(by_script[letters[i : i + size]] for i in range(0, len(letters), size))


def test_no_two_syllables_look_alike_in_any_script():
    for script in range(3):
        assert len({row[script] for row in SYLLABLES}) == len(SYLLABLES)
    assert {len(row[0]) for row in SYLLABLES} == {2}
    assert {len(row[1]) for row in SYLLABLES} == {1}
    assert {len(row[2]) for row in SYLLABLES} == {2}


@every_language
def test_the_villages_of_the_demonstrations_are_in_no_sample(language):
    for name in DEMO_NAMES[SCRIPTS[language]]:
        samples = (FAMILY[language].sample(n, seed) for n in (1, 3, 6) for seed in range(50))
        assert not any(name in sample.input for sample in samples)
        asked = FAMILY[language].prompt(FAMILY[language].sample(1, 0), "terse")
        assert any(name in message["content"] for message in asked)


@every_language
def test_prompts_and_demonstrations_are_in_the_language(language):
    sample = FAMILY[language].sample(1, 0)
    for style in FAMILY[language].styles:
        system = FAMILY[language].prompt(sample, style)[0]["content"]
        assert NOT_STATED[language] in system
        if language == "zh":
            assert re.search(r"[\u4e00-\u9fff]{10}", system)
        if language == "ar":
            assert re.search(r"[\u0600-\u06ff]{4}", system)


# Scores -----------------------------------------------------------------------------------------


@every_task
def test_one_question_in_four_is_left_open(task):
    for level in task.levels:
        opened = [task.sample(level, seed).target in NOT_STATED.values() for seed in range(200)]
        assert sum(opened) == 50
        assert all(sum(opened[i : i + 4]) == 1 for i in range(0, 200, 4))


@every_task
def test_the_baseline_is_the_best_constant_answer(task):
    targets = Counter(task.sample(n, seed).target for n in task.levels for seed in range(200))
    ((answer, count),) = targets.most_common(1)
    assert answer in NOT_STATED.values()
    assert task.baseline == count / targets.total() == 0.25


def find(task, opened, level=3, kind=""):
    """A sample that is left open, or is not."""
    return next(
        sample
        for sample in (task.sample(level, seed) for seed in range(400))
        if (sample.target in NOT_STATED.values()) == opened and kind in sample.cluster
    )


@every_task
def test_claiming_that_nothing_is_stated_is_wrong_where_something_is(task):
    sample = find(task, opened=False)
    phrase = find(task, opened=True).target
    score = task.score(sample, f"Answer: {phrase}")
    assert (score.value, score.verdict, score.invented) == (0, "wrong", None)


@every_task
def test_any_value_is_invented_where_nothing_is_stated(task):
    sample = find(task, opened=True)
    for text in ("Answer: 1500", "Answer: Karl Moss", "I think it is 1500.", "Answer: 15 or 16"):
        score = task.score(sample, text)
        assert (score.value, score.invented) == (0, 1), text
    for text in ("", "I don't know", "unknown", "Answer: null"):
        assert not task.score(sample, text).invented, text
    score = task.score(sample, sample.target)
    assert (score.value, score.invented) == (1, 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not stated", 1),
        ("Not stated.", 1),
        ("Answer: **not stated**", 1),
        ("The passages don't say.", 1),
        ("It isn't stated in any of the passages.", 1),
        ("No passage says so. Answer: not stated (only the founding year is)", 1),
        ("<think>perhaps 1500?</think>not stated", 1),
        ("not stated, but probably 1777", 0),
        ("1777", 0),
        ("stated", 0),
        ("<think>not stated</think>1777", 0),
        ("Answer: not stated\n\nOr 1777? Answer: 1777", 0),
    ],
)
def test_how_it_may_be_said_that_nothing_is_stated(text, value):
    for level in (1, 3):
        sample = find(TASK, opened=True, level=level, kind="born")
        assert TASK.score(sample, text).value == value


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("{right}", 1),
        ("{right}.", 1),
        ("Answer: {right}", 1),
        ("Answer: It was in {right}, says the passage", 1),
        ("Answer: {right} (and not {other})", 1),
        ("Answer: not {other} but {right}", 1),
        ("Answer: {right}, not {other}", 1),
        ("{other}? No. Answer: {right}", 1),
        ("<think>{other}</think>{right}", 1),
        ("\\boxed{{{right}}}", 1),
        ("Answer: {other}", 0),
        ("Answer: {right} or {other}", 0),
        ("Answer: {right}, {other}", 0),
        ("Answer: {right} or perhaps another year", 0),
        ("Answer: not {right}", 0),
        ("Answer: {right}7", 0),
        ("Answer: 1{right}", 0),
        ("Answer: {right} or 1234", 0),
        ("Answer: {right}, but it is not stated", 0),
    ],
)
def test_how_a_value_may_be_given(form, value):
    for level in (3, 7):
        sample = find(TASK, opened=False, level=level, kind="born")
        others = set(re.findall(r"\b1[3-8]\d\d\b", sample.input)) - {sample.target}
        text = form.format(right=sample.target, other=min(others_of("born", sample, others)))
        assert TASK.score(sample, text).value == value, (text, sample.input)


def test_a_year_beside_a_name_is_no_second_answer():
    sample = find(TASK, opened=False, kind="painter")
    assert TASK.score(sample, f"{sample.target} painted it in 1203.").value == 1
    assert TASK.score(sample, f"{sample.target} or 1203").value == 0


def others_of(key, sample, others):
    """Values of that attribute in the passages that are not the answer."""
    values = {v for p in sample.input.splitlines() for _, k, v in told_in(p) if k == key}
    return values & others or others


def told_in(passage):
    body = re.sub(r"^Note of \d{4}: ", "", passage)
    return [] if "?" in passage or not passage.strip() else statements(body)


def test_who_stands_on_the_way_may_be_named():
    met = Counter()
    for seed in range(200):
        sample = TASK.sample(5, seed)
        text, _, question = sample.input.rpartition("\n\n")
        held, _ = read(text)
        hit = re.fullmatch(r"Who taught the painter of ('[^']+')\?", question)
        if not hit or (hit[1], "painter") not in held:
            continue
        painter = held[hit[1], "painter"]
        met[sample.target == "not stated"] += 1
        assert TASK.score(sample, painter).value == 0
        if sample.target == "not stated":
            said = f"The teacher of {painter} is not stated."
            assert TASK.score(sample, said).value == 1
            assert TASK.score(sample, painter).invented == 1
        else:
            assert TASK.score(sample, f"{painter} was taught by {sample.target}.").value == 1
    assert min(met[True], met[False]) > 1


@pytest.mark.parametrize(
    ("language", "kind", "form"),
    [
        ("ar", "founded", "الجواب: في عام {arabic}"),
        ("ar", "wells", "{arabic}"),
        ("ar", "market", "الإجابة: يوم {right}"),
        ("zh", "market", "答案：{right}"),
        ("zh", "market", "它在{week}赶集。"),
        ("zh", "leader", "{joined}"),
        ("zh", "wells", "有{right}口井。"),
        ("de", "founded", "Antwort: im Jahr {right}"),
        ("fr", "founded", "Réponse : en {right}"),
        ("fr", "good", "du {right}"),
        ("es", "market", "el {upper}"),
        ("es", "founded", "Respuesta: en {right}"),
        ("en", "bridge", "{right}m"),
    ],
)
def test_answers_as_each_language_writes_them(language, kind, form):
    sample = find(FAMILY[language], opened=False, level=3, kind=kind)
    arabic = sample.target.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    text = form.format(
        right=sample.target,
        arabic=arabic,
        week=sample.target.replace("星期", "周"),
        joined=sample.target.replace("·", ""),
        upper=sample.target.upper(),
    )
    assert FAMILY[language].score(sample, text).value == 1, text


@every_language
def test_another_value_of_the_language_is_wrong(language):
    for seed in range(100):
        sample = FAMILY[language].sample(3, seed)
        text, _, question = sample.input.rpartition("\n\n")
        (key,), _ = asked_for(question, language)
        values = {value for (_, k, _), value in told(text, language).items() if k == key}
        for value in values - {sample.target}:
            assert FAMILY[language].score(sample, f"Answer: {value}").value == 0


@every_task
@given(text=st.text(max_size=300), level=st.integers(1, 6), seed=st.integers(0, 30))
def test_no_text_without_the_answer_is_right(task, text, level, seed):
    sample = task.sample(level, seed)
    found = task.score(sample, text)
    if found.value:
        assert grounding.plain(sample.target) in grounding.plain(text) or "not" in text
    assert found.invented is None or sample.target in NOT_STATED.values()


@every_task
def test_long_texts_are_scored(task):
    sample = find(task, opened=False)
    for piece in ("word ", "不", "1500 ", "(", "أ", "not ", "1,"):
        filler = piece * (100_001 // len(piece))
        assert task.score(sample, filler).value == 0
        assert task.score(sample, f"{filler}\nAnswer: {sample.target}").value == 1
    assert task.score(sample, f"<think>{'x' * 200_000} Answer: {sample.target}").value == 0
