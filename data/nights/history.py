"""What the store says of an experiment's nights: sums by night, failures by kind, its runs."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from data.nights.rows import KIND_CHARS
from data.store import Reader
from data.store.queries import LATEST, REDONE

THESE = "IN (SELECT unnest(?::VARCHAR[]))"


def sums(reader: Reader, campaigns: Sequence[str]) -> pl.DataFrame:
    """One row per campaign, newest name first.

    contestants, attempts, scored, failed, refused, truncated (answers, latest tries); usd, tries
    and retries of every call, probes included; unpriced (scored calls without a cost).
    """
    return reader.sql(
        "WITH held AS (SELECT campaign, count(DISTINCT contestant_id) AS contestants, "
        "sum(attempts)::BIGINT AS attempts, sum(scored)::BIGINT AS scored, "
        "sum(failed)::BIGINT AS failed, sum(refused)::BIGINT AS refused, "
        f"sum(truncated)::BIGINT AS truncated FROM rollup WHERE campaign {THESE} GROUP BY 1), "
        "paid AS (SELECT campaign, sum(cost_usd) AS usd, count(*) AS tries, "
        "coalesce(sum(retries), 0)::BIGINT AS retries, "
        "count(*) FILTER (score IS NOT NULL AND cost_usd IS NULL) AS unpriced "
        f"FROM attempts WHERE campaign {THESE} GROUP BY 1) "
        "SELECT * FROM held LEFT JOIN paid USING (campaign) ORDER BY campaign DESC",
        [list(campaigns), list(campaigns)],
    )


def runs(reader: Reader, campaigns: Sequence[str]) -> pl.DataFrame:
    """The runs of these campaigns, newest first.

    campaign, run_id, started_at, ended_at (of one that was killed or goes on: its last attempt's
    begin), outcome (null while there is none), planned, done, failed, usd, budget_usd, retries,
    shard, git_commit.
    """
    return reader.sql(
        "WITH told AS (SELECT run_id, count(DISTINCT attempt_id) AS done, "
        "count(*) FILTER (score IS NULL) AS failed, sum(cost_usd) AS usd, "
        "sum(retries)::BIGINT AS retries, max(started_at) AS last_at "
        f"FROM attempts WHERE campaign {THESE} GROUP BY 1) "
        "SELECT r.campaign, r.run_id, r.started_at, coalesce(r.ended_at, t.last_at) AS ended_at, "
        "r.outcome, r.planned, coalesce(r.done, t.done, 0) AS done, "
        "coalesce(r.failed, t.failed, 0) AS failed, coalesce(r.cost_usd, t.usd) AS usd, "
        "r.budget_usd, coalesce(r.retries, t.retries, 0) AS retries, r.shard, r.git_commit "
        f"FROM runs r LEFT JOIN told t USING (run_id) WHERE r.campaign {THESE} "
        "ORDER BY r.started_at DESC, r.run_id",
        [list(campaigns), list(campaigns)],
    )


def failures(reader: Reader, campaigns: Sequence[str]) -> pl.DataFrame:
    """campaign, kind, attempts of what ended without a score; most first within a campaign.

    kind: the error's name, or the status where there is none.
    """
    return reader.sql(
        f"WITH {REDONE} SELECT a.campaign, "
        f"left(coalesce(nullif(split_part(a.error, ':', 1), ''), a.status), {KIND_CHARS}) AS kind, "
        "count(*) AS attempts FROM attempts a LEFT JOIN redone USING (attempt_id) "
        f"WHERE a.campaign {THESE} AND a.purpose = 'answer' AND a.score IS NULL AND {LATEST} "
        "GROUP BY ALL ORDER BY a.campaign DESC, attempts DESC, kind",
        [list(campaigns)],
    )


def integrity(reader: Reader, campaign: str) -> pl.DataFrame:
    """What is to be known of a night's answers beyond their scores, one row per contestant.

    contestant_id, name, model, model_id, answers (scored, latest tries), retries, refused,
    truncated, malformed, unpriced, counts_missing (no output tokens were reported), counts_mended
    (parts that did not fit their total), reasoning_doubted (reasoning tokens larger than the output
    they are in, or reported by nobody), served (models that providers named).
    """
    return reader.sql(
        f"WITH {REDONE}, latest AS (SELECT a.*, coalesce(a.usage_flags, '') AS flags "
        f"FROM attempts a LEFT JOIN redone USING (attempt_id) WHERE a.campaign = ? "
        f"AND a.purpose = 'answer' AND {LATEST}) "
        "SELECT l.contestant_id, any_value(coalesce(c.name, l.contestant_id)) AS name, "
        "any_value(c.model) AS model, any_value(c.model_id) AS model_id, "
        "any_value(c.kind) AS kind, count(l.score) AS answers, "
        "coalesce(sum(l.retries), 0)::BIGINT AS retries, "
        "count(*) FILTER (l.status = 'refused') AS refused, "
        "count(*) FILTER (l.status = 'truncated') AS truncated, "
        "count(*) FILTER (l.verdict = 'malformed') AS malformed, "
        "count(*) FILTER (l.score IS NOT NULL AND l.cost_usd IS NULL) AS unpriced, "
        "count(*) FILTER (l.score IS NOT NULL AND l.output_tokens IS NULL) AS counts_missing, "
        "count(*) FILTER (regexp_matches(l.flags, '_added|_clamped|hidden_in_total')) "
        "AS counts_mended, "
        "count(*) FILTER (contains(l.flags, 'reasoning_clamped') "
        "OR (l.usage_source = 'estimated' AND l.reasoning_tokens > 0)) AS reasoning_doubted, "
        "list_sort(array_agg(DISTINCT l.served_model) FILTER (l.served_model IS NOT NULL)) "
        "AS served FROM latest l LEFT JOIN contestants c USING (contestant_id) "
        "GROUP BY l.contestant_id ORDER BY l.contestant_id",
        [campaign],
    )
