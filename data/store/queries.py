"""Ready questions to the store: what each page, table and collector needs, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from data.store.reader import Reader


def campaigns(reader: Reader) -> pl.DataFrame:
    """campaign, attempts, contestants, first_at, last_at; newest first."""
    return reader.sql(
        "SELECT campaign, sum(attempts)::BIGINT AS attempts, "
        "count(DISTINCT contestant_id) AS contestants, "
        "min(first_at) AS first_at, max(last_at) AS last_at "
        "FROM rollup GROUP BY campaign ORDER BY max(last_at) DESC, campaign"
    )


def rollup(
    reader: Reader,
    campaign: str,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """The campaign's rollup rows, each with its contestant's own columns, in a stable order."""
    where, params = _filters(campaign, tasks, levels)
    return reader.sql(
        "SELECT r.*, coalesce(c.name, r.contestant_id) AS name, c.model, c.model_id, "
        "c.deployment, c.kind, c.effort, c.prompt_style, c.max_tokens, c.settings "
        "FROM rollup r LEFT JOIN contestants c USING (contestant_id) "
        f"WHERE {where} ORDER BY contestant_id, task, level",
        params,
    )


def sample_scores(
    reader: Reader,
    campaign: str,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Per contestant and sample: task, level, cluster, score and cost_usd (means over epochs)."""
    where, params = _filters(campaign, tasks, levels)
    return reader.sql(
        "WITH latest AS (SELECT * FROM attempts r "
        f"WHERE {where} AND purpose = 'answer' "
        "QUALIFY row_number() OVER (PARTITION BY campaign, attempt_id ORDER BY try DESC) = 1), "
        "spent AS (SELECT attempt_id, sum(cost_usd) AS cost_usd FROM attempts r "
        f"WHERE {where} AND purpose = 'answer' GROUP BY attempt_id) "
        "SELECT l.contestant_id, l.task, l.level, l.sample_id, "
        "any_value(coalesce(s.cluster, l.sample_id)) AS cluster, "
        "avg(l.score) AS score, avg(spent.cost_usd) AS cost_usd, "
        "avg(l.output_tokens) AS output_tokens, avg(l.duration_s) AS duration_s "
        "FROM latest l JOIN spent USING (attempt_id) LEFT JOIN samples s USING (sample_id) "
        "WHERE l.score IS NOT NULL "
        "GROUP BY l.contestant_id, l.task, l.level, l.sample_id "
        "ORDER BY l.contestant_id, l.task, l.level, l.sample_id",
        [*params, *params],
    )


def attempts(
    reader: Reader,
    campaign: str,
    contestant_id: str,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
    limit: int = 200,
    offset: int = 0,
) -> pl.DataFrame:
    """One contestant's attempts, easiest first, each with its target and the retries' tries."""
    where, params = _filters(campaign, tasks, levels)
    return reader.sql(
        "SELECT r.task, r.level, r.sample_id, r.epoch, r.try, r.status, r.score, r.answer, "
        "s.target, r.input_tokens, r.output_tokens, r.reasoning_tokens, r.cost_usd, r.cpu_s, "
        "r.duration_s, r.error, r.started_at, r.attempt_id "
        "FROM attempts r LEFT JOIN samples s USING (sample_id) "
        f"WHERE {where} AND r.contestant_id = ? AND r.purpose = 'answer' "
        "ORDER BY r.task, r.level, r.sample_id, r.epoch, r.try LIMIT ? OFFSET ?",
        [*params, contestant_id, limit, offset],
    )


def response(reader: Reader, attempt_id: str, try_: int) -> dict[str, Any]:
    """prompt (JSON list of messages), text, error of one try; text None where it was not kept."""
    rows = reader.sql(
        "SELECT p.prompt, p.text, a.error FROM attempts a "
        "LEFT JOIN responses p USING (attempt_id, try) "
        "WHERE a.attempt_id = ? AND a.try = ? LIMIT 1",
        [attempt_id, try_],
    ).to_dicts()
    return rows[0] if rows else {"prompt": None, "text": None, "error": None}


def tries(reader: Reader, campaign: str) -> pl.DataFrame:
    """attempt_id, try, status of the latest try of each of the campaign's attempts."""
    return reader.sql(
        "SELECT attempt_id, try, status FROM attempts WHERE campaign = ? "
        "QUALIFY row_number() OVER (PARTITION BY campaign, attempt_id ORDER BY try DESC) = 1",
        [campaign],
    )


def runs(reader: Reader, campaign: str | None = None) -> pl.DataFrame:
    """Runs, newest first."""
    where, params = ("WHERE campaign = ?", [campaign]) if campaign else ("", [])
    return reader.sql(f"SELECT * FROM runs {where} ORDER BY started_at DESC, run_id", params)


def journal_marks(reader: Reader) -> dict[str, int]:
    """How many bytes of each journal have been merged."""
    frame = reader.sql("SELECT name, bytes FROM journals")
    return dict(frame.iter_rows())


def _filters(
    campaign: str, tasks: Sequence[str] | None, levels: Sequence[int] | None
) -> tuple[str, list[Any]]:
    where = ["r.campaign = ?"]
    params: list[Any] = [campaign]
    if tasks is not None:
        where.append("r.task IN (SELECT unnest(?::VARCHAR[]))")
        params.append(list(tasks))
    if levels is not None:
        where.append("r.level IN (SELECT unnest(?::INTEGER[]))")
        params.append(list(levels))
    return " AND ".join(where), params
