"""Embedding models with a head of ours, against real HTTP servers on loopback."""

from __future__ import annotations

import asyncio
import json
import math
from datetime import datetime

import pytest

from collectors import preflight
from collectors.collect import collect
from collectors.experiment import load, parse
from collectors.faultserver import KINDS, FaultServer
from collectors.fitting import BATCH_BYTES, BATCH_TEXTS, batches
from collectors.nightly.canaries import probes
from collectors.providers import litellm_door
from collectors.providers.embedding import embeds, packed, unpacked
from collectors.providers.litellm_cause import EmptyResponseError, InvalidResponseError
from collectors.providers.router import Endpoint, Providers
from dashboard.commands.collect import exit_code, told
from data.errors import ExperimentError
from data.records import Contestant
from tests.openai_server import OpenAIServer
from tests.proof import Night

WORDS = {
    "billing": "invoice charged card refund payment fee",
    "delivery": "parcel courier late shipped box doorstep",
    "account": "password login locked profile email reset",
}
FILLERS = "please today again my the really about with some help"
IN = 20.0
PRICE = f"price = {{ input_usd_per_mtok = {IN} }}"
TASK = '[[task]]\nname = "desk"\nkind = "table"\npath = "desk.csv"\nscorer = "choice"\n'


def texts(count, turn=0):
    """(text, label): two words that tell and three that don't, each text another one."""
    fill = FILLERS.split()
    for n in range(count):
        label = list(WORDS)[n % len(WORDS)]
        told = WORDS[label].split()
        at = n // len(WORDS) + turn
        words = [told[at % 6], fill[at % 10], told[(at // 6 + at + 1) % 6], fill[(3 * at + 1) % 10]]
        yield f"{' '.join(words)} {n + 1000 * turn}", label


class Desk(Night):
    """Tickets of one's own for three desks, in a folder of their own."""

    def file(self, base, models, *, samples=30, train=60, top="", contestant=PRICE):
        rows = ["input,target,level,split"]
        rows += [f"{t},{x},{1 + n % 2}," for n, (t, x) in enumerate(texts(samples))]
        rows += [f"{t},{x},,train" for t, x in texts(train, turn=1)]
        (self.folder / "desk.csv").write_text("\n".join(rows) + "\n")
        tables = "".join(
            f'[[contestant]]\nmodel = "hosted_vllm/{m}"\nkind = "reader"\napi_base = "{base}"\n'
            f"{contestant}\n"
            for m in models
        )
        path = self.folder / "desk.toml"
        path.write_text(f'name = "desk"\n{top}\n{tables}{TASK}')
        return path

    def go(self, path, **options):
        """A collection in this process: (exit code, what people are told)."""
        lines = []
        outcome = collect(load(path), self.db, say=lines.append, **options)
        return exit_code(outcome), "\n".join([*lines, *told(outcome)])

    def by_purpose(self):
        """purpose -> rows, input tokens, output tokens, dollars, mean score."""
        found = self.rows(
            "SELECT purpose, count(*)::BIGINT AS n, sum(input_tokens)::BIGINT AS i, "
            "sum(output_tokens)::BIGINT AS o, sum(cost_usd) AS usd, avg(score) AS score "
            "FROM attempts GROUP BY ALL"
        )
        return {r["purpose"]: r for r in found.iter_rows(named=True)}


@pytest.fixture(scope="module")
def server():
    with FaultServer(price_in=IN, stall_s=30, huge_mb=0.5, drip_ms=0, retry_after_s=0.2) as running:
        yield running


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as running:
        running.run(litellm_door.warm_up())
        yield running
        running.run(litellm_door.close())


def reader(model, **settings):
    return Contestant(
        model, "R", kind="reader", prompt_style="reader", settings={"head": "logistic", **settings}
    )


def call(runner, model, base, *words, timeout_s=30.0, key="sk-test-key"):
    asked = [{"role": "user", "content": text} for text in words]
    return runner.run(
        litellm_door.complete(
            reader(model), [{"role": "system", "content": "desk"}, *asked],
            api_base=base, api_key=key, max_tokens=None, timeout_s=timeout_s,
            response_format=None, extra={},
        )
    )  # fmt: skip


# --- what the experiment says


def experiment(tmp_path, contestant, more=""):
    rows = ["input,target,split", *(f"{t},{x}," for t, x in texts(6))]
    rows += [f"{t},{x},train" for t, x in texts(30, turn=1)]
    (tmp_path / "desk.csv").write_text("\n".join(rows) + "\n")
    text = f'name = "x"\n[[contestant]]\n{contestant}\n{TASK}[[task]]\nname = "sums"\n{more}'
    return parse(text, "x.toml", tmp_path)


def test_a_reader_enters_tasks_with_labels_and_a_training_split_and_learns_so_many(tmp_path):
    found = experiment(
        tmp_path, 'model = "openai/text-embedding-3-small"\nkind = "reader"\nlabelled = [6, 30]'
    )
    few, all_ = found.entrants
    assert few.tasks == ("desk",)
    assert few.contestant.name == "text-embedding-3-small · 6 labels"
    assert (few.contestant.kind, few.contestant.prompt_style) == ("reader", "reader")
    assert few.contestant.settings == {"head": "logistic", "labelled": 6}
    assert embeds(few.contestant)
    assert few.contestant.contestant_id != all_.contestant.contestant_id
    prices = preflight.prices(found.entrants, datetime(2026, 11, 30))
    assert {(p.rates.input, p.rates.output) for p in prices.values()} == {(0.02, 0.0)}
    assert set(preflight.caps(found.entrants).values()) == {0}, "it writes nothing"
    preflight.check_settings(found.entrants)


@pytest.mark.parametrize(
    ("contestant", "says"),
    [
        ('model = "openai/e"\nkind = "reader"\neffort = "low"', "effort says nothing of an embed"),
        ('model = "openai/e"\nkind = "reader"\nmax_tokens = 5', "max_tokens says nothing"),
        ('model = "openai/e"\nkind = "reader"\nprompt_style = "terse"', "prompt_style = 'terse'"),
        ('model = "openai/e"\nkind = "rules"', "kind = 'rules'"),
        (
            'model = "openai/e"\nkind = "reader"\ntasks = ["sums"]',
            "can't do 'sums'; it does: tasks",
        ),
        ('model = "openai/e"\nkind = "reader"\nlabelled = 31', "holds 30 examples"),
        ('model = "openai/e"\nkind = "reader"\nlabelled = 2', "has 3 labels"),
        ('model = "openai/e"\nlabelled = 6', "this model has none to fit"),
        ('model = "local/words-head"\nkind = "reader"', "kind says nothing of a bundled model"),
        ('model = "openai/e"\nkind = "reader"\nprice = { usd_per_cpu_hour = 1 }', "CPU seconds"),
        ('model = "openai/e"\nkind = "reader"\nprice = { told_usd_at_most = 1 }', "for Python"),
    ],
)
def test_what_says_nothing_of_a_reader_is_refused(tmp_path, contestant, says):
    with pytest.raises(ExperimentError) as error:
        experiment(tmp_path, contestant)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("contestant", "says"),
    [
        ('model = "openai/text-embedding-3-small"', 'Write kind = "reader"'),
        ('model = "openai/gpt-5-mini"\nkind = "reader"', "has no vectors"),
    ],
)
def test_a_model_of_the_other_sort_is_told_before_anything_is_sent(tmp_path, contestant, says):
    with pytest.raises(ExperimentError) as error:
        preflight.check_settings(experiment(tmp_path, contestant).entrants)
    assert says in str(error.value)


def test_a_judge_reads_and_writes_so_no_embedding_model_is_one(tmp_path):
    judge = '[[judge]]\nmodel = "openai/e"\nname = "j"\nkind = "reader"\n'
    with pytest.raises(ExperimentError) as error:
        experiment(tmp_path, 'model = "openai/m"', judge)
    assert "judge" in str(error.value)


def test_nights_ask_a_reader_no_canary(tmp_path):
    found = experiment(tmp_path, 'model = "openai/text-embedding-3-small"\nkind = "reader"')
    asked = {p.entrant.contestant.model for p in probes(found, "night", {})}
    assert not {m for m in asked if not m.startswith("local/")}


# --- one call


def test_vectors_travel_as_text_and_in_the_order_of_their_index():
    entries = [{"index": 1, "embedding": [3, 4.5]}, {"index": 0, "embedding": [1.0, -2.0]}]
    assert unpacked(packed(entries, 2)).tolist() == [[1.0, -2.0], [3.0, 4.5]]
    without = [{"embedding": [0.5]}, {"embedding": [0.25]}]
    assert unpacked(packed(without, 2)).tolist() == [[0.5], [0.25]]


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ([], EmptyResponseError), (None, EmptyResponseError),
        ([{"embedding": None}], EmptyResponseError),
        ([{"embedding": []}], EmptyResponseError), ([{}], EmptyResponseError),
        ([{"embedding": [1.0]}, {"embedding": [2.0]}], EmptyResponseError),
        ([{"embedding": ["a"]}], InvalidResponseError),
        ([{"embedding": [math.nan]}], InvalidResponseError),
        ([{"embedding": [math.inf]}], InvalidResponseError),
        ([{"embedding": "AAAA"}], EmptyResponseError),
    ],
)  # fmt: skip
def test_what_is_no_vector_is_an_error(entries, error):
    with pytest.raises(error):
        packed(entries, 1)


def test_vectors_of_different_lengths_are_an_error():
    with pytest.raises(EmptyResponseError):
        packed([{"embedding": [1.0]}, {"embedding": [1.0, 2.0]}], 2)


def test_the_split_goes_out_in_calls_that_every_provider_takes():
    assert batches([]) == []
    found = batches([f"{n}" for n in range(2 * BATCH_TEXTS + 1)])
    assert [len(b) for b in found] == [BATCH_TEXTS, BATCH_TEXTS, 1]
    assert [t for b in found for t in b] == [f"{n}" for n in range(2 * BATCH_TEXTS + 1)]
    long = "é" * (BATCH_BYTES // 2 - 10)
    assert [len(b) for b in batches([long, long, "a", long + long])] == [1, 2, 1]


class Cohere(OpenAIServer):
    """Answers as Cohere's v2/embed does."""

    def body(self, request):
        vectors = [[float(len(t)), 1.0] for t in request["texts"]]
        return {"id": "x", "embeddings": {"float": vectors}, "texts": request["texts"],
                "meta": {"billed_units": {"input_tokens": 11}}}  # fmt: skip


def test_cohere_is_told_what_its_vectors_are_for_and_its_billed_tokens_are_read(runner):
    with Cohere() as server:
        found = call(runner, "cohere/embed-v4.0", server.base, "two words", "one")
        (body,) = server.requests
    assert body["input_type"] == "classification"
    assert (found.status, found.usage.input_tokens, found.usage.output_tokens) == ("ok", 11, 0)
    assert unpacked(found.vectors).tolist() == [[9.0, 1.0], [3.0, 1.0]]


@pytest.mark.parametrize(
    "model",
    ["hosted_vllm/e", "openai/text-embedding-3-small", "voyage/voyage-3.5", "lm_studio/e",
     "litellm_proxy/e"],
)  # fmt: skip
def test_any_embedding_model_is_one_call_with_its_usage_and_time(runner, server, model):
    server.admin(faults=0, kinds=[], reset=True)
    found = call(runner, model, server.base, "a parcel is late", "reset my password")
    assert (found.status, found.text) == ("ok", "")
    assert (found.usage.input_tokens, found.usage.output_tokens) == (4 + 5, 0)
    assert unpacked(found.vectors).shape == (2, 128)
    assert found.duration_s > 0
    ledger = server.ledger()
    assert (ledger.requests, ledger.tokens_in) == (1, 9)


AGAIN, STOP, BILL = (True, False, False), (False, True, False), (True, False, True)
"""(retryable, stops, maybe billed)."""
ERRORS = {
    "429": ("RateLimitError", AGAIN),
    "500": ("InternalServerError", AGAIN),
    "502-html": ("BadGatewayError", AGAIN),
    "529": ("OverloadedError", AGAIN),
    "reset": ("ConnectionLostError", BILL),
    "short": ("ConnectionLostError", BILL),
    "html": ("InvalidResponseError", BILL),
    "garbage": ("InvalidResponseError", BILL),
    "empty-choices": ("EmptyResponseError", BILL),
    "null-content": ("EmptyResponseError", BILL),
    "stall": ("Timeout", BILL),
    "401": ("AuthenticationError", STOP),
    "403": ("PermissionDeniedError", STOP),
    "404-model": ("NotFoundError", STOP),
    "400": ("BadRequestError", (False, False, False)),
}


@pytest.mark.parametrize("model", ["hosted_vllm/e", "openai/text-embedding-3-small", "voyage/v"])
@pytest.mark.parametrize("kind", ERRORS)
def test_a_failed_call_has_the_same_name_as_a_writers_and_is_sent_once(runner, server, model, kind):
    name, meant = ERRORS[kind]
    server.admin(faults=1, kinds=[kind], reset=True)
    limit_s = 1.0 if kind == "stall" else 30.0
    found = call(runner, model, server.base, "a parcel", timeout_s=limit_s)
    assert found.status == ("timeout" if kind == "stall" else "infra_error")
    assert found.error.startswith(f"{name}: ")
    assert "sk-test-key" not in found.error
    failure = found.failure
    assert (failure.retryable, failure.stops, failure.maybe_billed) == meant
    assert found.vectors is None
    assert server.ledger().requests == 1, "nobody retries in silence"


@pytest.mark.parametrize("kind", ["no-usage", "zero-usage", "odd-usage", "slow-drip", "huge"])
def test_a_good_answer_stays_one_whatever_its_usage(runner, server, kind):
    server.admin(faults=1, kinds=[kind], reset=True)
    for model in ("hosted_vllm/e", "openai/e"):
        found = call(runner, model, server.base, "a parcel")
        assert (found.status, unpacked(found.vectors).shape) == ("ok", (1, 128))
        known = kind in ("slow-drip", "huge")
        assert (found.usage.input_tokens, found.usage.output_tokens) == (
            (2, 0) if known else (None, None)
        )


def test_every_fault_of_the_server_is_covered_here():
    asked = {*ERRORS, "no-usage", "zero-usage", "odd-usage", "slow-drip", "huge"}
    alike = {"429-date", "429-ms", "429-bare", "503", "reset-after", "close"}
    assert asked | alike == {k.name for k in KINDS.values() if k.embeds}


# --- a run


def test_the_split_is_embedded_once_and_paid_apart_from_answers(tmp_path, server):
    server.admin(faults=0, kinds=[], reset=True)
    desk = Desk(tmp_path)
    path = desk.file(server.base, ["e"], train=150, contestant=f"{PRICE}\nmax_concurrency = 4")
    code, said = desk.go(path, log=str(tmp_path / "log.jsonl"))
    assert code == 0, said
    assert "Fitted 1 head on 150 labelled examples" in said
    ledger = server.ledger()
    of = desk.by_purpose()
    assert (of["answer"]["n"], of["fit"]["n"]) == (30, 3), "150 texts, 64 at a time"
    assert ledger.requests == 33
    assert of["answer"]["score"] > 0.9, "words tell the desks apart"
    assert of["answer"]["o"] == of["fit"]["o"] == 0
    assert of["answer"]["i"] + of["fit"]["i"] == ledger.tokens_in
    assert of["answer"]["usd"] + of["fit"]["usd"] == pytest.approx(ledger.billed_usd)
    (fit,) = desk.rows("SELECT * FROM fits").iter_rows(named=True)
    assert (fit["task"], fit["labels"], fit["input_tokens"]) == ("desk", 150, of["fit"]["i"])
    assert fit["usd"] == pytest.approx(of["fit"]["usd"])
    assert fit["cpu_s"] > 0
    (event,) = [x for x in desk.said() if x["event"] == "fitted"]
    assert (event["task"], event["labels"]) == ("desk", 150)
    mean = desk.rows("SELECT sum(cost_usd) AS usd, sum(attempts)::BIGINT AS n FROM rollup")
    assert mean.row(0) == (pytest.approx(of["answer"]["usd"]), 30), "fitting is in no answer's cost"
    kept = desk.rows("SELECT prompt, text FROM responses")
    assert set(kept["text"]) <= set(WORDS), "labels, and no vectors"
    assert kept.height == 30
    journal = "".join(p.read_text() for p in (tmp_path / "data").rglob("*.jsonl"))
    assert journal.count("vectors") == journal.count("embedding") == 0
    assert max(map(len, journal.splitlines())) < 3000
    assert desk.go(path)[0] == 0
    assert server.ledger().requests == 33, "nothing to do: the split is not embedded again"
    more = desk.file(server.base, ["e"], samples=33, train=150)
    assert desk.go(more)[0] == 0
    assert server.ledger().requests == 33 + 3 + 3, "what is new, and its split"
    runs = desk.rows("SELECT count(*)::BIGINT AS n, count(DISTINCT run_id)::BIGINT AS r FROM fits")
    assert runs.row(0) == (2, 2)


def test_equal_numbers_of_labelled_examples_are_what_is_embedded(tmp_path, server):
    server.admin(faults=0, kinds=[], reset=True)
    desk = Desk(tmp_path)
    path = desk.file(server.base, ["e"], contestant=f"{PRICE}\nlabelled = [6, 60]")
    path.write_text(
        path.read_text() + '[[contestant]]\nmodel = "local/words-head"\nlabelled = [6, 60]\n'
    )
    assert desk.go(path)[0] == 0
    fits = desk.rows(
        "SELECT c.model, f.labels, f.usd, f.input_tokens FROM fits f "
        "JOIN contestants c USING (contestant_id) ORDER BY ALL"
    )
    assert fits["labels"].to_list() == [6, 60, 6, 60]
    assert fits["input_tokens"].is_null().to_list() == [False, False, True, True]
    assert all(usd > 0 for usd in fits["usd"])
    shown = desk.run("export", "readers", "--campaign", "desk", "--format", "json")
    labelled = json.loads(shown.stdout)["tables"]["labelled"]
    assert [row["labels"] for row in labelled] == [6, 60]
    assert all(row["writer_name"] is None for row in labelled), "nobody wrote"


def test_a_ceiling_holds_by_the_servers_count(tmp_path, server):
    server.admin(faults=0, kinds=[], latency_ms=30, reset=True)
    desk = Desk(tmp_path)
    # The split's one call can cost $0.029 by its bytes and costs $0.005; all answers $0.036.
    path = desk.file(
        server.base, ["e"], train=30, samples=240, top="budget_usd = 0.032",
        contestant=f"{PRICE}\nmax_concurrency = 16",
    )  # fmt: skip
    code, said = desk.go(path)
    server.admin(latency_ms=0)
    ledger = server.ledger()
    assert code == 1
    assert "Budget reached" in said
    assert 0.025 < ledger.billed_usd <= 0.032, "used up, and no more"
    of = desk.by_purpose()
    assert of["fit"]["n"] == 1
    assert 100 < of["answer"]["n"] < 240
    assert sum(r["usd"] for r in of.values()) == pytest.approx(ledger.billed_usd)


def test_a_split_that_no_ceiling_has_room_for_is_not_begun(tmp_path, server):
    server.admin(faults=0, kinds=[], reset=True)
    desk = Desk(tmp_path)
    code, said = desk.go(desk.file(server.base, ["e"], top="budget_usd = 0.001"))
    assert code == 1
    assert "the budget has no room for it" in said
    assert "Not made: 30 of 'e'" in said
    assert server.ledger().requests == 0


def test_requests_a_minute_are_kept_by_the_servers_own_count(tmp_path, server):
    # The server's window is three seconds: ten requests in it are 200 a minute.
    server.admin(faults=0, kinds=[], rpm=10, window_s=3, slack_ms=100, reset=True)
    desk = Desk(tmp_path)
    path = desk.file(server.base, ["e"], samples=12, contestant=f"{PRICE}\nrpm = 180")
    code, said = desk.go(path)
    ledger = server.ledger()
    server.admin(rpm=None, window_s=60, slack_ms=50)
    assert code == 0, said
    assert (ledger.requests, ledger.limit_violations) == (13, 0)


@pytest.mark.parametrize(
    ("kind", "name"), [("401", "AuthenticationError"), ("404-model", "NotFoundError")]
)
def test_a_refusal_while_the_split_is_embedded_stops_at_once(tmp_path, server, kind, name):
    server.admin(faults=1, kinds=[kind], reset=True)
    desk = Desk(tmp_path)
    path = desk.file(server.base, ["e"], train=150, contestant=f"{PRICE}\nmax_concurrency = 1")
    code, said = desk.go(path)
    assert code == 1
    assert f"'e' was stopped: {name}" in said
    assert "Not made: 30 of 'e'" in said
    assert server.ledger().requests == 1
    server.admin(faults=0, kinds=[])
    assert desk.go(path)[0] == 0, "a later run begins anew"
    assert desk.by_purpose()["answer"]["n"] == 30


def test_a_split_that_fails_for_good_says_so_and_leaves_the_others_alone(tmp_path, server):
    server.admin(models={"bad": {"faults": 1, "kinds": ["500"]}}, reset=True, faults=0, kinds=[])
    desk = Desk(tmp_path)
    code, said = desk.go(
        desk.file(server.base, ["bad", "good"], contestant=f"{PRICE}\nretries = 1")
    )
    server.admin(models={})
    assert code == 1
    assert (
        "'bad' was stopped: the training split of 'desk' could not be embedded: InternalServerError"
    ) in said
    made = desk.rows(
        "SELECT c.name, purpose, count(*)::BIGINT AS n FROM attempts "
        "JOIN contestants c USING (contestant_id) GROUP BY ALL ORDER BY ALL"
    )
    assert made.rows() == [("bad", "fit", 1), ("good", "answer", 30), ("good", "fit", 1)]


class Shrinks(OpenAIServer):
    """Its vectors have as many numbers as `width` says of their text."""

    def __init__(self, width):
        super().__init__()
        self.width = width

    def body(self, request):
        data = [
            {"index": n, "embedding": [float(len(t) % (i + 2)) for i in range(self.width(t))]}
            for n, t in enumerate(request["input"])
        ]
        used = {"prompt_tokens": 9, "total_tokens": 9}
        return {"object": "list", "data": data, "model": request["model"], "usage": used}


def test_vectors_of_another_length_are_failures_and_no_crash(tmp_path):
    desk = Desk(tmp_path)
    with Shrinks(lambda text: 4 if text.endswith(("7", "17", "27")) else 5) as server:
        path = desk.file(server.base, ["e"], train=6, contestant=f"{PRICE}\nretries = 0")
        code, said = desk.go(path)
    assert code == 1
    failed = desk.rows("SELECT DISTINCT error FROM attempts WHERE score IS NULL")["error"]
    assert failed[0].startswith("InvalidResponseError: ")
    assert "3 attempts failed" in said


def test_a_split_whose_calls_bring_different_vectors_fits_no_head(tmp_path):
    desk, asked = Desk(tmp_path), []
    with Shrinks(lambda text: 4 + len(asked)) as server:
        path = desk.file(server.base, ["e"], train=100, contestant=f"{PRICE}\nmax_concurrency = 1")
        body = server.body
        server.body = lambda request: (body(request), asked.append(1))[0]
        code, said = desk.go(path)
    assert code == 1
    assert "'e' was stopped: its head for 'desk' could not be fitted: " in said
    assert len(asked) == 2


@pytest.mark.scale
def test_a_fault_run_ends_every_attempt_as_a_row_and_accounts_for_every_call(tmp_path):
    desk, samples, models = Desk(tmp_path), 120, ["a", "b"]
    with FaultServer(
        latency_ms=20, faults=0.3, stall_s=60, huge_mb=0.5, retry_after_s=0.4, drip_ms=0,
        price_in=IN, stop_after_s=900, seed=3,
    ) as server:  # fmt: skip
        path = desk.file(
            server.base, models, samples=samples, train=150,
            contestant=f"{PRICE}\nmax_concurrency = 24\ntimeout_s = 4",
        )  # fmt: skip
        code, said = desk.go(path, workers=2)
        ledger = server.ledger()
    assert code in (0, 1), said
    totals, of = desk.totals(), desk.by_purpose()
    assert totals["tries"] == totals["keys"], "no row twice"
    assert totals["calls"] == ledger.requests, "every call is a row or a retry counted on one"
    assert ledger.early_returns == 0, "nobody came back sooner than asked"
    answered = desk.rows(
        "SELECT count(DISTINCT attempt_id)::BIGINT AS n FROM attempts WHERE purpose = 'answer'"
    )["n"][0]
    assert answered == samples * len(models)
    assert desk.rows("SELECT count(*)::BIGINT AS n FROM fits")["n"][0] == len(models)
    assert of["answer"]["score"] > 0.9
    named = desk.rows("SELECT bool_and(error IS NOT NULL) AS ok FROM attempts WHERE score IS NULL")
    assert named["ok"][0] in (None, True)
    assert totals["usd"] <= ledger.billed_usd + 1e-9
    assert totals["usd"] + totals["unsettled"] >= ledger.billed_usd - 1e-9
    assert len(set(ledger.kinds)) > 12, "many kinds of fault were met"


def test_a_plan_tells_what_fitting_will_take_and_sends_nothing(tmp_path, server):
    server.admin(faults=0, kinds=[], reset=True)
    desk = Desk(tmp_path)
    path = desk.file(server.base, ["e"], train=150)
    shown = desk.run("plan", path)
    assert "150 examples are embedded in 3 calls" in shown.stdout
    (fit,) = json.loads(desk.run("plan", path, "--json").stdout)["fits"]
    assert (fit["task"], fit["labels"], fit["calls"]) == ("desk", 150, 3)
    assert 0 < fit["usd"] < fit["at_most_usd"]
    assert server.ledger().requests == 0


@pytest.mark.parametrize("kind", ["reader", "writer"])
def test_a_second_run_of_one_process_has_connections_of_its_own(server, kind):
    """As a pilot and the run after it are: LiteLLM would go on with what the first one closed."""
    server.admin(faults=0, kinds=[], reset=True)
    who = reader("openai/m") if kind == "reader" else Contestant("openai/m", "M")

    async def once():
        ends = {who.contestant_id: Endpoint(server.base, "sk-test-key")}
        async with Providers([who], endpoints=ends) as providers:
            return await providers.complete(
                who, [{"role": "user", "content": "1 + 2"}],
                max_tokens=None, response_format=None, timeout_s=30.0,
            )  # fmt: skip

    assert [asyncio.run(once()).error for _ in range(2)] == [None, None]
