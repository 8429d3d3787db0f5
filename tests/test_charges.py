"""Costs of stored attempts on every basis: the store's SQL, the view and the exports agree."""

import json
from datetime import datetime

import polars as pl
import pytest

from data.catalog import prices as catalogue
from data.export import pareto_command, pareto_table, provenance, to_markdown
from data.price import Price, Rates, Terms
from data.pricing import BILLED, NEUTRAL, Basis, Shape, cost, lines_of
from data.records import Contestant, Usage
from data.store import Reader, merge
from data.study import Study
from data.view import View, charges_of, levels_of, unpriced
from tests import rows

LISTED = Price(
    rates=Rates(2.0, 8.0, 0.5),
    modes={"batch": Terms(Rates(1.0, 4.0))},
    source="test list",
    valid_from="2026-10-01",
)
GPT = Contestant(model="openai/gpt-5-mini", name="GPT", deployment="openai")
LOCAL = Contestant(model="local/smollm2-135m", name="Local", deployment="local")
OWN = Contestant(model="hosted_vllm/mine", name="Own", deployment="http://127.0.0.1:9/v1")
OWN_PRICE = Price(usd_per_hour=3.6, source="experiment")
BARE = Contestant(model="openai/gpt-5-mini", name="Bare", deployment="http://127.0.0.1:9/v1")
UNPRICED = Price(missing="unpriced")
NONE = Contestant(model="openai/zzz-unknown", name="Nothing", deployment="openai")
MISSING = Price(missing="unknown_deployment")
USAGE = Usage(1000, 500, 400, None, None, 100)
PRICED = [(GPT, LISTED), (LOCAL, rows.CPU), (OWN, OWN_PRICE), (NONE, MISSING), (BARE, UNPRICED)]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    db = tmp_path_factory.mktemp("charges") / "x.duckdb"
    made = []
    for who, price in PRICED:
        for seed in range(6):
            what = rows.sample(seed)
            made.append(
                (
                    who,
                    what,
                    rows.attempt(
                        who, what, score=float(seed % 2 == 0), price_id=price.price_id,
                        input_tokens=1000, output_tokens=500, cache_read_tokens=400,
                        reasoning_tokens=100, cpu_s=0.25, duration_s=2.0,
                    ),
                )
            )  # fmt: skip
    rows.write(db, made, prices=[price for _, price in PRICED])
    merge(db)
    return Reader(db)


def costs(reader, basis):
    levels = levels_of(reader, View("night-1", basis=basis))
    return {
        name: None if total is None else total / 6
        for name, total in levels.select("name", "cost_usd").iter_rows()
    }


def expected(price, basis):
    found = cost(lines_of(price, basis), USAGE, rows.MOMENT, 2.0, 0.25)
    return None if found.usd is None else float(found.usd)


@pytest.mark.parametrize(
    "basis",
    [
        NEUTRAL,
        BILLED,
        Basis(mode="batch"),
        Basis(cache=0.5),
        Basis(discounts=(("openai", 0.25),)),
        Basis(shape=Shape(3000, 1000, 100)),
    ],
)
def test_sql_charges_what_the_function_does(reader, basis):
    found = costs(reader, basis)
    for who, price in PRICED:
        want = expected(price, basis)
        if who is GPT and basis.discounts:
            want *= 0.75
        assert found[who.name] == (want and pytest.approx(want, rel=1e-12)), who.name


def test_the_default_is_neutral_to_caches(reader):
    assert costs(reader, NEUTRAL)["GPT"] == pytest.approx((1000 * 2 + 500 * 8) / 1e6)
    assert costs(reader, BILLED)["GPT"] == pytest.approx((600 * 2 + 400 * 0.5 + 500 * 8) / 1e6)


def test_dated_prices_are_the_catalogues_and_a_price_of_ones_own_stays(reader):
    day = Basis(prices="2026-11-23", cache="reported")
    found = costs(reader, day)
    listed = catalogue.price_on("openai/gpt-5-mini", datetime(2026, 11, 23)).price
    assert found["GPT"] == pytest.approx(expected(listed, BILLED))
    assert found["Own"] == pytest.approx(3.6 / 3600 * 2)
    assert found["Nothing"] is None
    assert found["Bare"] is None, "an own server is not OpenAI, whatever its model is called"
    assert found["Local"] == pytest.approx(0.04 * 0.25 / 3600)


def test_before_the_first_price_a_cost_is_unknown_and_says_why(reader):
    view = View("night-1", basis=Basis(prices="2021-01-01"))
    missing = unpriced(reader, view, levels_of(reader, view), charges_of(reader, view))
    why = dict(missing.select("name", "reason").iter_rows())
    assert why == {
        "GPT": "no_price_on_date",
        "Local": "no_price_on_date",
        "Nothing": "unknown_deployment",
        "Bare": "unpriced",
    }
    placed = Study(reader, view).placed
    told = dict(placed.select("name", "apart_reason").iter_rows())
    assert told["GPT"] == "no price known for that date"
    assert told["Nothing"] == "not in the price list"


def test_who_has_no_batch_price_is_named(reader):
    held = charges_of(reader, View("night-1", basis=Basis(mode="batch")))
    assert held.lacking_mode == ()
    assert charges_of(reader, View("night-1", basis=Basis(mode="flex"))).lacking_mode == ("GPT",)


def test_the_rollup_equals_the_detail_on_every_default(reader):
    held = charges_of(reader, View("night-1"))
    from data.store import queries

    detail = queries.costs(reader, "night-1", held)
    rollup = queries.rollup(reader, "night-1").select("contestant_id", "cost_usd", "priced")
    joined = rollup.join(detail, on="contestant_id", nulls_equal=True)
    assert joined["cost_usd"].to_list() == joined["cost_usd_right"].to_list()
    assert joined["priced"].to_list() == joined["priced_right"].to_list()


def test_an_export_says_on_which_basis_and_what_is_not_priced(reader):
    view = View("night-1", basis=Basis(mode="flex", cache="reported"))
    meta = provenance(Study(reader, view), pareto_command(view, "all", "md"))
    text = to_markdown(pareto_table(Study(reader, view).placed, "all"), meta)
    assert "cached input as the provider charges it" in text
    assert "flex prices where the list has them" in text
    assert "6 not in the price list" in text
    assert "Charged at standard prices: GPT" in text
    assert "--mode flex --cache reported" in text
    assert json.dumps(meta)


def test_an_old_database_is_priced_after_its_migration(reader, tmp_path):
    """Rows of the first schema have plain price columns and no terms."""
    frame = reader.sql("SELECT * FROM prices").with_columns(terms=pl.lit(None, pl.String))
    from data.store.prices import stored

    old = stored(frame)
    assert old[LISTED.price_id].rates == Rates(2.0, 8.0, 0.5)
    assert old[rows.CPU.price_id].usd_per_cpu_hour == rows.CPU.usd_per_cpu_hour
