"""What the store holds of one night beyond its graded answers: probes, failures, money, prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from data.price import Price
from data.store import Reader
from data.store.prices import stored

LATEST = "QUALIFY row_number() OVER (PARTITION BY attempt_id ORDER BY try DESC) = 1"
KIND_CHARS, EXAMPLE_CHARS = 60, 200


def probes(reader: Reader, campaign: str) -> pl.DataFrame:
    """The latest try of each probe, with the columns of data.analysis.probes.PROBES."""
    return reader.sql(
        "SELECT a.contestant_id, a.task, a.sample_id, a.prompt_hash, a.epoch::BIGINT AS epoch, "
        "a.score, coalesce(r.text, a.answer) AS text, a.input_tokens, a.output_tokens "
        "FROM attempts a LEFT JOIN responses r ON r.attempt_id = a.attempt_id AND r.try = a.try "
        "WHERE a.campaign = ? AND a.purpose = 'probe' "
        "QUALIFY row_number() OVER (PARTITION BY a.attempt_id ORDER BY a.try DESC) = 1 "
        "ORDER BY ALL",
        [campaign],
    )


def served(reader: Reader, campaign: str) -> pl.DataFrame:
    """Distinct contestant_id, served_model, fingerprint, served_by of a night's answers."""
    return reader.sql(
        "SELECT DISTINCT contestant_id, served_model, fingerprint, served_by FROM attempts "
        "WHERE campaign = ? AND score IS NOT NULL ORDER BY ALL",
        [campaign],
    )


def failures(reader: Reader, campaign: str) -> list[dict[str, Any]]:
    """contestant_id, kind, attempts, example of what ended the night without a score.

    kind: the error's name, or the status where there is none. Most first.
    """
    return reader.sql(
        f"WITH latest AS (SELECT * FROM attempts WHERE campaign = ? {LATEST}) "
        "SELECT contestant_id, "
        f"left(coalesce(nullif(split_part(error, ':', 1), ''), status), {KIND_CHARS}) AS kind, "
        f"count(*) AS attempts, left(min(error), {EXAMPLE_CHARS}) AS example "
        "FROM latest WHERE score IS NULL GROUP BY ALL ORDER BY attempts DESC, 1, 2",
        [campaign],
    ).to_dicts()


def recovered(reader: Reader, campaign: str) -> int:
    """Attempts that failed at first and have a score now."""
    return int(
        reader.sql(
            "SELECT count(*) AS n FROM (SELECT attempt_id FROM attempts WHERE campaign = ? "
            "GROUP BY attempt_id HAVING count(*) > 1 AND arg_max(score IS NOT NULL, try) "
            "AND bool_or(score IS NULL))",
            [campaign],
        )["n"][0]
    )


def money(reader: Reader, campaign: str) -> dict[str, Any]:
    """Dollars of all tries, probes included; what may have been charged besides; tries; retries."""
    found: dict[str, Any] = reader.sql(
        "SELECT coalesce(sum(cost_usd), 0) AS usd, "
        "coalesce(sum(cost_usd) FILTER (purpose = 'probe'), 0) AS probes_usd, "
        "count(*) AS tries, "
        "coalesce(sum(retries), 0)::BIGINT AS retries, "
        "count(*) FILTER (score IS NOT NULL AND cost_usd IS NULL) AS unpriced "
        "FROM attempts WHERE campaign = ?",
        [campaign],
    ).to_dicts()[0]
    # Of runs that were killed, too: what they had in flight counts against the budget.
    return {**found, "unsettled_usd": sum(usd for _, usd in _open(reader, campaign))}


def spent(reader: Reader, campaign: str, unsettled: bool = False) -> dict[str, float]:
    """Dollars by contestant_id; `unsettled`: with what may have been charged besides."""
    rows = reader.sql(
        "SELECT contestant_id, sum(coalesce(cost_usd, 0)) AS usd "
        "FROM attempts WHERE campaign = ? GROUP BY 1 ORDER BY 1",
        [campaign],
    )
    found = dict(rows.iter_rows())
    if unsettled:
        for who, usd in _open(reader, campaign):
            found[who] = found.get(who, 0.0) + usd
    return found


def _open(reader: Reader, campaign: str) -> list[tuple[str, float]]:
    """(contestant_id, dollars) that may have been charged besides: each run's last word on it, or
    what its rows say of runs that were made before there was such a word."""
    rows = reader.sql(
        "WITH mine AS (SELECT run_id FROM runs WHERE campaign = ?), "
        "held AS (SELECT h.run_id, h.contestant_id, arg_max(h.usd, h.number) AS usd "
        "FROM holds h SEMI JOIN mine USING (run_id) GROUP BY ALL), "
        "told AS (SELECT a.contestant_id, sum(a.unsettled_usd) AS usd FROM attempts a "
        "SEMI JOIN mine USING (run_id) ANTI JOIN held USING (run_id) GROUP BY ALL) "
        "SELECT contestant_id, sum(usd) AS usd FROM (SELECT contestant_id, usd FROM held "
        "UNION ALL SELECT contestant_id, usd FROM told WHERE usd > 0) GROUP BY 1 ORDER BY 1",
        [campaign],
    )
    return list(rows.iter_rows())


def prices(reader: Reader, campaigns: Sequence[str]) -> dict[str, Price]:
    """The price of each contestant's last attempt in these nights (names that sort by date)."""
    known = stored(reader.sql("SELECT * FROM prices"))
    rows = reader.sql(
        "SELECT contestant_id, price_id FROM attempts WHERE campaign IN "
        "(SELECT unnest(?::VARCHAR[])) AND purpose = 'answer' AND price_id IS NOT NULL QUALIFY "
        "row_number() OVER "
        "(PARTITION BY contestant_id ORDER BY campaign DESC, started_at DESC) = 1",
        [list(campaigns)],
    )
    return {who: known[price_id] for who, price_id in rows.iter_rows() if price_id in known}


def gone(reader: Reader, campaign: str) -> list[str]:
    """contestant_ids that got nothing all night but the answer that there is no such model."""
    rows = reader.sql(
        f"WITH latest AS (SELECT * FROM attempts WHERE campaign = ? {LATEST}) "
        "SELECT contestant_id FROM latest GROUP BY 1 "
        "HAVING count(score) = 0 AND bool_or(error LIKE 'NotFoundError:%') ORDER BY 1",
        [campaign],
    )
    return [str(who) for who in rows["contestant_id"]]


def names(reader: Reader) -> dict[str, str]:
    """Names of contestants by contestant_id."""
    return dict(reader.sql("SELECT contestant_id, name FROM contestants ORDER BY 1").iter_rows())
