"""Probes, alerts and the words of a night, from stored rows and plain frames."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from data.analysis import alerts, probes
from data.analysis.cost_split import of_totals, price_and_behaviour
from data.catalog.retirement import retirements
from data.nights import summary
from data.nights.asked import Asked
from data.nights.markdown import markdown
from data.nights.names import campaign_of, date_of, earlier
from data.nights.words import plain, safe
from data.price import Price, Rates
from data.records import digest
from data.store import Reader, merge
from tests import rows

NIGHTS = [date(2026, 11, day) for day in (1, 2, 3, 4)]


def probe(who="rules", task="invoices", seed=0, *, score=1.0, text="A", tokens_in=9, tokens_out=3):
    return {
        "contestant_id": who, "task": task, "sample_id": f"{task}/{seed}", "prompt_hash": "p",
        "epoch": 1, "score": score, "text": text, "input_tokens": tokens_in,
        "output_tokens": tokens_out,
    }  # fmt: skip


def frame(*of):
    return pl.DataFrame(list(of), schema=probes.PROBES, orient="row")


def only(found):
    assert found.height == 1
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("change", "passed", "detail"),
    [
        ({}, True, None),
        ({"text": "B"}, False, "1 with another answer"),
        ({"score": 0.5}, False, "1 with another score"),
        ({"tokens_out": 4}, False, "1 with other output tokens"),
        ({"text": None}, True, None),
        ({"text": digest("A")}, True, None),
        ({"text": digest("B")}, False, "1 with another answer"),
        ({"score": None}, None, "1 without an answer"),
    ],
)
def test_a_frozen_model_repeats_itself_to_the_bit(change, passed, detail):
    row = only(probes.compared(frame(probe()), frame(probe(**change))))
    assert (row["canary"], row["passed"], row["detail"]) == (probes.FROZEN_ROW, passed, detail)
    assert row["suppresses"]


@pytest.mark.parametrize(
    ("before", "after", "passed", "detail"),
    [
        ({}, {}, True, None),
        ({}, {"score": 0.0}, False, "1 no longer answered right"),
        ({}, {"tokens_in": 10}, False, "1 with other input tokens"),
        ({"score": 0.0}, {}, False, "1 answered right again"),
        ({"score": 0.0}, {"score": 0.0}, True, "1 not answered right, so no canary"),
        ({}, {"text": "Sure: A"}, True, None),
        ({"tokens_in": None}, {}, True, None),
        ({}, {"score": None}, None, "1 without an answer"),
    ],
)
def test_known_answers_stay_right_with_the_same_input_tokens(before, after, passed, detail):
    was, now = (frame(probe("m", probes.ECHO, **change)) for change in (before, after))
    row = only(probes.compared(was, now))
    assert (row["canary"], row["passed"], row["detail"]) == (probes.KNOWN_ROW, passed, detail)


@pytest.mark.parametrize(
    ("wrong", "right", "all_silenced"),
    [
        (1, 0, True),
        (1, 1, False),
        (1, 5, False),
        (2, 5, False),
        (2, 2, True),
        (3, 3, True),
        (3, 4, False),
    ],
)
def test_known_answers_silence_everybody_only_when_they_fail_for_many(wrong, right, all_silenced):
    names = [f"m{i}" for i in range(wrong + right)]
    was = frame(*(probe(name, probes.ECHO) for name in names))
    now = frame(
        *(probe(name, probes.ECHO, score=float(i >= wrong)) for i, name in enumerate(names))
    )
    found = probes.compared(was, now)
    assert found.filter(~pl.col("passed")).height == wrong
    assert probes.failed(found) == all_silenced


def test_a_first_night_and_another_prompt_have_nothing_to_compare():
    assert only(probes.compared(None, frame(probe())))["passed"] is None
    other = frame({**probe(), "prompt_hash": "other"})
    assert only(probes.compared(other, frame(probe())))["detail"] == (
        "no earlier night to compare with"
    )
    assert probes.compared(None, frame()).is_empty()


def test_served_names_are_told_only_when_all_are_new_and_silence_nothing():
    def named(*models):
        return pl.DataFrame(
            [("m", name, None, None) for name in models],
            schema=["contestant_id", "served_model", "fingerprint", "served_by"], orient="row",
            schema_overrides=dict.fromkeys(["fingerprint", "served_by"], pl.String),
        )  # fmt: skip

    assert probes.served(named("a", "b"), named("b", "c")).is_empty()
    found = probes.served(named("a"), named("b"))
    assert only(found)["detail"] == "a became b"
    assert not probes.failed(found)
    assert probes.served(None, named("a")).is_empty()


def test_the_split_by_totals_is_the_split_by_classes():
    # METHOD 9's fixture: price 100, behaviour 100, total 200, of two classes here.
    p0, p1, q0, q1 = (np.array(x, float) for x in ([1, 2], [2, 3], [40, 30], [60, 50]))
    price, behaviour, total = price_and_behaviour(p0, p1, q0, q1)
    totals = [np.array([(p * q).sum()]) for q in (q0, q1) for p in (p0, p1)]
    found = of_totals(totals[0], totals[1], totals[2], totals[3])
    assert [x[0] for x in found] == pytest.approx([price, behaviour])
    assert price + behaviour == pytest.approx(total)
    assert np.isnan(of_totals(*[np.array([np.nan])] * 4)[0][0])


def answers(usd, tokens=("s1", "s2")):
    return pl.DataFrame(
        [("m", "sums", 1, name, usd) for name in tokens],
        schema={"contestant_id": pl.String, "task": pl.String, "level": pl.Int32,
                "sample_id": pl.String, "cost_usd": pl.Float64}, orient="row",
    )  # fmt: skip


def test_price_effects_add_up_and_count_only_what_all_four_can_price():
    found = alerts.price_effects([answers(1.0), answers(2.0), answers(3.0), answers(6.0)])
    row = only(found)
    assert (row["before_usd"], row["after_usd"], row["samples"]) == (1.0, 6.0, 2)
    assert (row["price_usd"], row["behaviour_usd"]) == (2.0, 3.0)
    assert alerts.price_effects([answers(None), *[answers(1.0)] * 3]).is_empty()
    assert only(alerts.price_effects([answers(1.0, ("s1",)), *[answers(1.0)] * 3]))["samples"] == 1


def night(db, on, people, name="x", prices=(rows.CPU,), seeds=160):
    """Store one night: contestants by name to (score of a seed, fields of their rows)."""
    campaign = campaign_of(name, on)
    held = []
    for who, (score, fields) in people.items():
        for seed in range(seeds):
            what = rows.sample(seed, level=1 + seed % 2)
            made = rows.attempt(
                rows.contestant(who), what, campaign=campaign, run_id=campaign,
                score=score(seed), **fields,
            )  # fmt: skip
            held.append((rows.contestant(who), what, made))
    rows.write(db, held, run_id=campaign, prices=prices)
    merge(db)


def told(db, on, **fields):
    ids = {n: rows.contestant(n).contestant_id for n in ("Dear", "Cheap")}
    fields = {"in_use": (("sums", ids["Dear"]),), "names": {v: k for k, v in ids.items()}} | fields
    asked = Asked("x", on, attempts=dict.fromkeys(ids.values(), (160, 160)), **fields)
    return summary.summary(Reader(db), asked, summary.Collected())


def good(seed):
    return 1.0


def half(seed):
    return float(seed // 2 % 2)


DEAR, CHEAP = {"cpu_s": 1.0}, {"cpu_s": 0.25}


def test_who_is_newly_beaten_is_told_once_in_dollars_a_month(tmp_path):
    db = tmp_path / "x.duckdb"
    night(db, NIGHTS[0], {"Dear": (good, DEAR), "Cheap": (half, CHEAP)})
    assert told(db, NIGHTS[0])["alerts"] == []
    night(db, NIGHTS[1], {"Dear": (good, DEAR), "Cheap": (good, CHEAP)})
    (alert,) = told(db, NIGHTS[1], monthly={"sums": 10_000.0})["alerts"]
    assert (alert["kind"], alert["new"], alert["by"]) == ("beaten", True, "Cheap")
    # 7.2 dollars an hour: 0.002 a call for one second, a quarter of it for the other.
    assert alert["usd_per_month"] == pytest.approx(-15.0, rel=1e-3)
    assert alert["usd_per_month_low"] <= alert["usd_per_month"] <= alert["usd_per_month_high"]
    (alert,) = told(db, NIGHTS[1])["alerts"]
    assert alert["usd_per_month"] is None
    assert alert["usd_per_1k_calls"] == pytest.approx(-1.5, rel=1e-3)
    night(db, NIGHTS[2], {"Dear": (good, DEAR), "Cheap": (good, CHEAP)})
    found = told(db, NIGHTS[2], monthly={"sums": 10_000.0})
    assert [a["new"] for a in found["alerts"]] == [False], "it was so the night before"
    assert "saves $15.00" in markdown(found)
    assert found["exit_code"] == 3, "Cheap rose for a second night: that is drift too"


def test_a_price_change_is_split_from_behaviour_and_is_no_drift(tmp_path):
    db = tmp_path / "x.duckdb"
    old, new = (Price(Rates(1.0, out), source="experiment") for out in (10.0, 30.0))
    for on, price in zip(NIGHTS, (old, old, new, new), strict=True):
        used = {"price_id": price.price_id, "input_tokens": 100, "output_tokens": 10}
        night(db, on, {"Dear": (good, used)}, prices=[price], seeds=20)
    found = told(db, NIGHTS[2], monthly={"sums": 1e6})
    (alert,) = found["alerts"]
    assert (alert["kind"], alert["in_use"]) == ("price", True)
    assert alert["usd_per_month"] == pytest.approx(200.0)
    assert alert["behaviour_usd_per_month"] == pytest.approx(0.0, abs=1e-9)
    assert "output $ per million tokens 10 to 30" in markdown(found)
    for on in NIGHTS[2:]:
        assert told(db, on)["changes"] == [], "the same work at another price has not drifted"
    assert told(db, NIGHTS[3])["alerts"] == []
    free = told(db, NIGHTS[2], in_use=())["alerts"][0]
    assert (free["usd_per_month"], free["usd_per_1k_calls"]) == (None, pytest.approx(0.2))


def test_a_model_that_is_gone_costs_what_moving_costs(tmp_path):
    db = tmp_path / "x.duckdb"
    night(db, NIGHTS[0], {"Dear": (good, CHEAP), "Cheap": (good, DEAR)})
    lost = {"status": "infra_error", "error": "NotFoundError: no such model", "cpu_s": None}
    night(
        db, NIGHTS[1],
        {"Dear": (lambda seed: None, lost), "Cheap": (good, DEAR)},
    )  # fmt: skip
    found = told(db, NIGHTS[1], monthly={"sums": 1000.0})
    (alert,) = (a for a in found["alerts"] if a["kind"] == "retirement")
    assert (alert["gone"], alert["new"], alert["by"]) == (True, True, {"sums": "Cheap"})
    assert alert["usd_per_month"] == pytest.approx(1.5, rel=1e-6), "0.0015 dearer a call"
    assert found["exit_code"] == 1
    assert found["failures"][0]["kind"] == "NotFoundError"
    assert "is gone" in markdown(found)


def test_announced_retirements_come_from_the_installed_map(tmp_path):
    dated = retirements(["gpt-4", "hosted_vllm/nobody", "bedrock/ai21.jamba-1-5-large-v1:0"])
    assert "hosted_vllm/nobody" not in dated
    assert dated, "LiteLLM's installed map names days"
    assert retirements([]) == {}
    model, day = next(iter(dated.items()))
    db = tmp_path / "x.duckdb"
    night(db, NIGHTS[0], {"Dear": (good, DEAR), "Cheap": (good, CHEAP)})
    who = rows.contestant("Dear").contestant_id
    (alert,) = (
        a for a in told(db, NIGHTS[0], models={who: model})["alerts"] if a["kind"] == "retirement"
    )
    assert alert["on"] == day.isoformat()
    assert alert["by"] == {"sums": "Cheap"}
    assert alert["usd_per_1k_calls"] < 0


def test_slow_drift_shows_over_many_nights(tmp_path):
    db = tmp_path / "x.duckdb"
    rng = np.random.default_rng(5)
    nights = [date(2026, 10, day) for day in range(1, 25)]
    for i, on in enumerate(nights):
        up = 1.04 ** max(0, i - 8)
        noise = iter(np.exp(rng.normal(0, 0.15, 24)) * up)
        campaign = campaign_of("x", on)
        held = []
        for seed in range(24):
            what, who = rows.sample(seed), rows.contestant("Dear")
            used = {"output_tokens": int(1000 * next(noise))}
            made = rows.attempt(who, what, campaign=campaign, run_id=campaign, **used)
            held.append((who, what, made))
        rows.write(db, held, run_id=campaign)
    merge(db)
    found = [told(db, on) for on in (nights[7], nights[-1])]
    assert found[0]["slow"] == []
    assert [(s["metric"], s["signal"]) for s in found[1]["slow"]] == [("output_tokens", "up")]
    assert all(f["exit_code"] == 0 for f in found), "a slow drift is told, and alarms nobody"
    assert "creeping up" in markdown(found[1])


@pytest.mark.parametrize("campaign", ["x", "x 2026-1-1", "x 20261101", "xx 2026-11-01", "x a"])
def test_only_dated_campaigns_of_the_experiment_are_its_nights(campaign):
    assert date_of("x", campaign) is None


def test_nights_before_are_the_newest_first():
    names = [campaign_of("x", on) for on in NIGHTS]
    assert earlier("x", NIGHTS[2], [*reversed(names), "y 2026-11-01"]) == [names[1], names[0]]


def test_hostile_text_stays_text():
    text = "</td>[a](http://x.y) ![i](javascript:1) www.evil.example @all\x1b[31m | `x`\n# h" * 9
    shown = safe(text)
    assert "http://" not in shown
    assert not {"\n", "\x1b"} & set(shown)
    assert all(shown[i - 1] == "\\" for i, c in enumerate(shown) if c in "<[|`@")
    assert len(plain("x" * 9999)) == 300


def test_an_unanswered_night_says_so(tmp_path):
    db = tmp_path / "x.duckdb"
    lost = {"status": "timeout", "error": None, "cpu_s": None}
    night(db, NIGHTS[0], {"Dear": (good, DEAR)}, seeds=4)
    night(db, NIGHTS[1], {"Dear": (lambda seed: None, lost)}, seeds=4)
    found = told(db, NIGHTS[1])
    assert "Nothing was answered" in found["moved"]
    assert (found["exit_code"], found["failures"][0]["kind"]) == (1, "timeout")
    assert markdown(found).count("\n## ") == 7
