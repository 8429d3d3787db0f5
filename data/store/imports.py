"""Imported results on their way into the tables: one transaction, and twice adds nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from data.price import Price, to_json
from data.pricing import NEUTRAL, lines_of
from data.pricing.sql import TABLE, as_double, joined, lines_frame, usd
from data.store.merge import MergeReport, publish
from data.store.rollup import KEY

if TYPE_CHECKING:
    import duckdb

TEXTS = ("keep", "hash", "drop")
MEMORY = "1GB"


@dataclass(frozen=True)
class Staged:
    """What is to be stored: parts on disk, and the small tables that belong to them."""

    campaign: str
    format: str
    folder: Path
    """attempts-*.parquet and aggregates-*.parquet, with a column `key` per contestant."""
    attempts: bool
    aggregates: bool
    contestants: pl.DataFrame
    """key and the columns of the table `contestants`."""
    prices: Mapping[str, Price]
    """By price_id."""
    price_of: pl.DataFrame
    """key, day, told, price_id: which price attempts are charged by."""
    aggregate_costs: pl.DataFrame
    """key, day, cost_reason, and input_usd, output_usd per token of an aggregate's list price."""
    files: tuple[str, ...]
    sha256: str
    imported_at: datetime
    report: Mapping[str, Any]
    versions: Mapping[str, str]
    texts: str = "keep"


@dataclass
class Stored:
    """What an import added."""

    attempts: int = 0
    aggregates: int = 0
    runs: int = 0
    repeated: int = 0
    """Rows that stand twice in what was imported: the same run, contestant, sample and epoch."""
    seconds: float = 0.0


def store(db: Path, staged: Staged) -> Stored:
    """Publish an import in one transaction; StoreError leaves everything as it was."""
    found = Stored()

    def change(con: duckdb.DuckDBPyConnection, db: Path, report: MergeReport) -> bool:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        # What does not fit is put where it goes away with the import, killed or not.
        con.execute(f"SET temp_directory = '{str(staged.folder).replace(chr(39), chr(39) * 2)}'")
        con.register("given_contestants", staged.contestants)
        con.register("given_prices", _price_rows(staged.prices))
        con.register("price_of", staged.price_of)
        lines = {name: lines_of(price, NEUTRAL) for name, price in staged.prices.items()}
        con.register(TABLE, lines_frame(lines))
        for table, key in (("contestants", "contestant_id"), ("prices", "price_id")):
            columns = "* EXCLUDE (key)" if table == "contestants" else "*"
            con.execute(
                f"INSERT INTO {table} BY NAME SELECT DISTINCT ON ({key}) {columns} "
                f"FROM given_{table} ANTI JOIN {table} t USING ({key})"
            )
        if staged.attempts:
            _attempts(con, staged, found)
        if staged.aggregates:
            con.register("aggregate_costs", staged.aggregate_costs)
            _aggregates(con, staged, found)
        return bool(found.attempts or found.aggregates or found.runs)

    found.seconds = publish(db, change).seconds
    return found


def _price_rows(prices: Mapping[str, Price]) -> pl.DataFrame:
    rows = [
        {
            "price_id": name,
            **{
                f"{part}_usd_per_mtok": getattr(price.rates, part)
                for part in ("input", "output", "cache_read", "cache_write", "reasoning")
            },
            "source": price.source,
            "valid_from": price.valid_from,
            "valid_until": price.valid_until,
            "missing": price.missing,
            "terms": to_json(price),
        }
        for name, price in prices.items()
    ]
    texts = ("price_id", "source", "valid_from", "valid_until", "missing", "terms")
    schema = {c: pl.String if c in texts else pl.Float64 for c in (rows[0] if rows else texts)}
    return pl.DataFrame(rows, schema=schema, orient="row")


# The tool's own name of its run tells repeated runs apart, and is the same when it is read again.
def _run_id(staged: Staged) -> str:
    return f"'import-{staged.format}-' || left(md5(concat_ws(chr(31), $campaign, run)), 12)"


def _attempts(con: duckdb.DuckDBPyConnection, staged: Staged, found: Stored) -> None:
    parts = [str(p) for p in sorted(staged.folder.glob("attempts-*.parquet"))]
    sample = "s.task || '.' || s.version || '/' || s.level || '/' || s.sample"
    kept = {"keep": "{0}", "hash": "md5({0})", "drop": "NULL"}[staged.texts]
    answer = "a.answer" if staged.texts == "keep" else "NULL"
    con.execute(
        "CREATE TEMP TABLE staged AS WITH s AS ("
        f"SELECT s.*, c.contestant_id, {sample} AS sample_id, {_run_id(staged)} AS run_id "
        "FROM read_parquet($parts) s JOIN given_contestants c USING (key)) "
        "SELECT s.*, NULL::DOUBLE AS cpu_s, NULL::BIGINT AS cache_write_1h_tokens, "
        "p.price_id, md5(concat_ws(chr(31), $campaign, s.contestant_id, s.sample_id, "
        "s.run, s.epoch)) AS attempt_id FROM s LEFT JOIN price_of p ON p.key = s.key "
        "AND p.day = s.started_at::DATE AND p.told = (s.billed_usd IS NOT NULL)",
        {"parts": parts, "campaign": staged.campaign},
    )
    con.execute("CREATE TEMP TABLE given_runs AS SELECT DISTINCT run_id, origin FROM staged")
    found.repeated += _new_only(con, staged.campaign)
    found.attempts += _count(con, "SELECT count(*) FROM staged")
    # Rates are exact in DECIMAL, and the price of the day is the one it is joined with.
    con.execute(
        "INSERT INTO attempts BY NAME SELECT a.attempt_id, 1 AS try, $campaign AS campaign, "
        "a.run_id, a.contestant_id, a.task, a.level::INTEGER AS level, a.sample_id, "
        "md5(coalesce(a.prompt, a.input, a.sample_id)) AS prompt_hash, "
        "a.template AS template_version, a.epoch::INTEGER AS epoch, 'answer' AS purpose, "
        "a.started_at, a.duration_s, a.ttft_s, a.retries::INTEGER AS retries, a.input_tokens, "
        "a.cache_read_tokens, a.cache_write_tokens, a.output_tokens, a.reasoning_tokens, "
        "coalesce(a.usage_source, CASE WHEN a.output_tokens IS NOT NULL THEN 'provider' END) "
        "AS usage_source, a.usage_flags, a.billed_usd, a.price_id, a.status, a.error, "
        f"a.finish_reason, a.score, {as_double(usd())} AS cost_usd, "
        "CASE WHEN a.score IS NULL OR a.status <> 'ok' THEN NULL WHEN a.score >= 1 THEN 'correct' "
        "WHEN a.score > 0 THEN 'partial' ELSE 'wrong' END AS verdict, "
        f"a.calls::INTEGER AS calls, {answer} AS answer, a.served_model "
        f"FROM staged a {joined('a.price_id')}",
        {"campaign": staged.campaign},
    )
    con.execute(
        "INSERT INTO samples BY NAME SELECT sample_id, any_value(task) AS task, "
        "any_value(level)::INTEGER AS level, any_value(task) AS family, "
        "any_value(category) AS category, any_value(version) AS bank_version, "
        "coalesce(any_value(cluster), sample_id) AS cluster, any_value(baseline) AS baseline, "
        f"{kept.format('any_value(input)')} AS input, "
        f"{kept.format('any_value(target)')} AS target, "
        "md5(concat_ws(chr(31), coalesce(any_value(input), sample_id), any_value(target))) "
        "AS input_hash FROM staged ANTI JOIN samples t USING (sample_id) GROUP BY sample_id"
    )
    con.execute(
        f"INSERT INTO responses BY NAME SELECT attempt_id, 1 AS try, {kept.format('prompt')} AS "
        f"prompt, {kept.format('text')} AS text FROM staged "
        f"WHERE '{staged.texts}' <> 'drop' AND coalesce(prompt, text) IS NOT NULL"
    )
    con.execute(
        f"INSERT INTO touched SELECT DISTINCT {KEY} FROM (SELECT $campaign AS campaign, "
        "contestant_id, task, level::INTEGER AS level FROM staged) "
        f"ANTI JOIN touched USING ({KEY})",
        {"campaign": staged.campaign},
    )
    _runs(con, staged, found, "given_runs")
    con.execute("DROP TABLE staged; DROP TABLE given_runs")


def _new_only(con: duckdb.DuckDBPyConnection, campaign: str) -> int:
    """Leave in `staged` what the store does not have, once; returns how many stood twice in it.

    Only ids are compared: rows are wide, and as a rule all of them are new.
    """
    twice = _count(con, "SELECT count(*) - count(DISTINCT attempt_id) FROM staged")
    if twice:
        con.execute(
            "DELETE FROM staged WHERE rowid IN (SELECT row FROM (SELECT rowid AS row, "
            "row_number() OVER (PARTITION BY attempt_id ORDER BY started_at, rowid) AS nth "
            "FROM staged SEMI JOIN (SELECT attempt_id FROM staged GROUP BY 1 HAVING count(*) > 1) "
            "USING (attempt_id)) WHERE nth > 1)"
        )
    con.execute(
        "DELETE FROM staged WHERE attempt_id IN (SELECT attempt_id FROM attempts "
        "WHERE campaign = $campaign)",
        {"campaign": campaign},
    )
    return twice


def _aggregates(con: duckdb.DuckDBPyConnection, staged: Staged, found: Stored) -> None:
    parts = [str(p) for p in sorted(staged.folder.glob("aggregates-*.parquet"))]
    # A cost that the file tells stands as it is; else tokens at the list price of the day, if any.
    con.execute(
        "CREATE TEMP TABLE scores AS SELECT md5(concat_ws(chr(31), $campaign, c.contestant_id, "
        "s.task, s.metric, s.run)) AS aggregate_id, $campaign AS campaign, c.contestant_id, "
        f"s.task, s.metric, s.value, s.n, s.run, {_run_id(staged)} AS run_id, s.origin, "
        "coalesce(s.cost_usd, s.input_tokens * p.input_usd + s.output_tokens * p.output_usd) "
        "AS cost_usd, CASE WHEN s.cost_usd IS NOT NULL THEN 'told' "
        "WHEN s.input_tokens * p.input_usd + s.output_tokens * p.output_usd IS NOT NULL "
        "THEN 'computed' END AS cost_source, CASE WHEN s.cost_usd IS NOT NULL THEN NULL "
        "WHEN s.input_tokens IS NULL OR s.output_tokens IS NULL THEN 'usage_missing' "
        "ELSE coalesce(p.cost_reason, CASE WHEN s.measured_at IS NULL THEN 'no_price_on_date' END) "
        "END AS cost_reason, s.input_tokens, s.output_tokens, s.reasoning_tokens, s.duration_s, "
        "s.measured_at, s.note, coalesce(s.source, $format) AS source "
        "FROM read_parquet($parts) s JOIN given_contestants c USING (key) "
        "LEFT JOIN aggregate_costs p ON p.key = s.key AND p.day = s.measured_at::DATE",
        {"parts": parts, "campaign": staged.campaign, "format": staged.format},
    )
    before = _count(con, "SELECT count(*) FROM aggregates")
    con.execute(
        "INSERT INTO aggregates BY NAME SELECT DISTINCT ON (aggregate_id) * EXCLUDE (run) "
        "FROM scores ANTI JOIN aggregates t USING (aggregate_id) ORDER BY aggregate_id"
    )
    found.aggregates += _count(con, "SELECT count(*) FROM aggregates") - before
    found.repeated += _count(con, "SELECT count(*) - count(DISTINCT aggregate_id) FROM scores")
    _runs(con, staged, found, "scores")
    con.execute("DROP TABLE scores")


def _runs(con: duckdb.DuckDBPyConnection, staged: Staged, found: Stored, rows: str) -> None:
    """A run for each of the tool's runs, with where it came from; none for what is there."""
    new = f"(SELECT DISTINCT run_id FROM {rows} ANTI JOIN imports USING (run_id))"
    found.runs += _count(con, f"SELECT count(*) FROM {new}")
    con.execute(
        f"INSERT INTO imports BY NAME SELECT run_id, $campaign AS campaign, $format AS format, "
        "any_value(origin) AS origin, $files AS files, $sha AS sha256, $now::TIMESTAMP AS "
        f"imported_at, $report AS report FROM {rows} SEMI JOIN {new} n USING (run_id) GROUP BY 1",
        {
            "campaign": staged.campaign,
            "format": staged.format,
            "files": json.dumps(list(staged.files), ensure_ascii=False),
            "sha": staged.sha256,
            "now": staged.imported_at,
            "report": json.dumps(staged.report, ensure_ascii=False),
        },
    )
    if rows == "scores":
        return
    con.execute("DELETE FROM runs WHERE run_id IN (SELECT run_id FROM given_runs)")
    con.execute(
        "INSERT INTO runs BY NAME SELECT run_id, $campaign AS campaign, min(started_at) AS "
        "started_at, max(started_at) AS ended_at, 'imported' AS outcome, "
        "'# imported: ' || $format || ' ' || $files AS experiment, $versions AS versions, "
        "count(*) AS planned, count(score) AS done, count(*) FILTER (score IS NULL) AS failed, "
        "sum(cost_usd) AS cost_usd, 0 AS retries FROM attempts "
        "WHERE run_id IN (SELECT run_id FROM given_runs) GROUP BY run_id",
        {
            "campaign": staged.campaign,
            "format": staged.format,
            "files": ", ".join(staged.files)[:500],
            "versions": json.dumps(dict(staged.versions)),
        },
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
