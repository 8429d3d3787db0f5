"""Ready questions to the store: what each page, table and collector needs, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from data.pricing.sql import (
    TABLE,
    Charges,
    as_double,
    charged,
    joined,
    quantities,
    reason,
    rounded_usd,
    usd,
)
from data.records import CUT_SHORT
from data.store.reader import Reader

# Few attempts are tried twice: finding those is quicker than a window over all of them.
REDONE = (
    "redone AS (SELECT attempt_id, max(try) AS newest FROM attempts WHERE try > 1 GROUP BY ALL)"
)
LATEST = "(redone.newest IS NULL OR a.try = redone.newest)"


def campaigns(reader: Reader) -> pl.DataFrame:
    """campaign, attempts, contestants, first_at, last_at; newest first."""
    return reader.sql(
        "SELECT campaign, sum(attempts)::BIGINT AS attempts, "
        "count(DISTINCT contestant_id) AS contestants, "
        "min(first_at) AS first_at, max(last_at) AS last_at "
        "FROM rollup GROUP BY campaign ORDER BY max(last_at) DESC, campaign"
    )


def mark(reader: Reader, campaign: str) -> str:
    """Changes whenever what is published of a campaign does, and seldom otherwise.

    The rollup stands for the attempts, which it always equals. Besides it the campaign's
    contestants, samples and prices, and its runs.
    """
    parts = {
        "rollup": "SELECT * FROM rollup WHERE campaign = $1",
        "asked": "SELECT * FROM asked WHERE campaign = $1",
        "runs": "SELECT * FROM runs WHERE campaign = $1",
        "contestants": "SELECT c.* FROM contestants c SEMI JOIN "
        "(SELECT contestant_id FROM rollup WHERE campaign = $1) USING (contestant_id)",
        "samples": "SELECT s.* EXCLUDE (input, target) FROM samples s SEMI JOIN "
        "(SELECT task FROM rollup WHERE campaign = $1) USING (task)",
        "prices": "SELECT p.* FROM prices p SEMI JOIN "
        "(SELECT price_id FROM attempts WHERE campaign = $1) USING (price_id)",
    }
    found = reader.sql(
        " UNION ALL ".join(
            f"SELECT '{name}' AS part, count(*) AS n, bit_xor(hash(part)) AS mark "
            f"FROM ({rows}) AS part"
            for name, rows in parts.items()
        ),
        [campaign],
    )
    return str(sorted(found.rows()))


def rollup(
    reader: Reader,
    campaign: str,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """The campaign's rollup rows, each with its contestant's own columns, in a stable order."""
    where, params = _filters(campaign, tasks, levels)
    return reader.sql(
        "SELECT r.*, q.samples AS asked, "
        "coalesce(c.name, r.contestant_id) AS name, c.model, c.model_id, "
        "c.deployment, c.kind, c.effort, c.prompt_style, c.max_tokens, c.settings "
        "FROM rollup r LEFT JOIN contestants c USING (contestant_id) "
        "LEFT JOIN asked q USING (campaign, task, level) "
        f"WHERE {where} ORDER BY contestant_id, task, level",
        params,
    )


def costs(
    reader: Reader,
    campaign: str,
    charges: Charges,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """contestant_id, task, level, cost_usd, cost_mean, priced.

    The exact sum over every try; the mean over samples of that over their scored epochs; and how
    many scored attempts have a cost.
    """
    where, params = _filters(campaign, tasks, levels, "a")
    return reader.sql(
        f"WITH {REDONE}, "
        f"detail AS (SELECT a.*, p.line, {LATEST} AS latest, {reason()} AS cost_reason, "
        f"{rounded_usd()} AS usd "
        f"FROM attempts a {joined(charges.key)} LEFT JOIN redone USING (attempt_id) "
        f"WHERE {where} AND a.purpose = 'answer'), "
        f"{_earlier(charges)}, "
        "per_sample AS (SELECT l.contestant_id, l.task, l.level, l.sample_id, "
        "avg(l.usd + coalesce(e.usd, 0)) AS usd, count(l.usd) AS priced "
        "FROM detail l LEFT JOIN earlier e USING (attempt_id) "
        "WHERE l.latest AND l.score IS NOT NULL GROUP BY ALL), "
        "means AS (SELECT contestant_id, task, level, avg(usd) AS cost_mean, "
        "sum(priced)::BIGINT AS priced FROM per_sample GROUP BY ALL), "
        f"used AS (SELECT a.contestant_id, a.task, a.level, a.line, {quantities()} "
        f"FROM detail a JOIN {TABLE} p USING (line) WHERE a.cost_reason IS NULL {_paid(charges)} "
        "GROUP BY ALL), "
        "spent AS (SELECT q.contestant_id, q.task, q.level, "
        f"{as_double(f'sum({charged()})')} AS cost_usd FROM used q JOIN {TABLE} p USING (line) "
        "GROUP BY ALL) "
        "SELECT contestant_id, task, level, s.cost_usd, m.cost_mean, "
        "coalesce(m.priced, 0) AS priced FROM spent s "
        "LEFT JOIN means m USING (contestant_id, task, level) ORDER BY ALL",
        params,
        {TABLE: charges.lines},
    )


def unpriced(
    reader: Reader,
    campaign: str,
    charges: Charges,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """contestant_id, name, reason, attempts: scored attempts whose cost is not known, and why."""
    where, params = _filters(campaign, tasks, levels, "a")
    return reader.sql(
        f"WITH {REDONE} "
        "SELECT a.contestant_id, any_value(coalesce(c.name, a.contestant_id)) AS name, "
        f"{reason()} AS reason, count(*) AS attempts "
        f"FROM attempts a {joined(charges.key)} LEFT JOIN redone USING (attempt_id) "
        "LEFT JOIN contestants c ON c.contestant_id = a.contestant_id "
        f"WHERE {where} AND a.purpose = 'answer' AND {LATEST} "
        f"AND a.score IS NOT NULL AND {reason()} IS NOT NULL "
        "GROUP BY ALL ORDER BY attempts DESC, 1, 3",
        params,
        {TABLE: charges.lines},
    )


def answers(
    reader: Reader,
    campaign: str,
    charges: Charges,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Scored answers, as the lenses below the rollup read them (analysis.grid), in no order.

    The latest try of each attempt: contestant_id, category, task, level, sample_id, cluster,
    epoch, status, score, the tokens of
    each class, duration_s, ttft_s, and cost_usd of all its tries on the charges' basis.
    """
    query, params = _scored(
        "a.epoch, a.status, a.score, a.input_tokens, a.cache_read_tokens, a.output_tokens, "
        "a.reasoning_tokens, a.duration_s, a.ttft_s",
        *(charges, *_filters(campaign, tasks, levels, "a")),
    )
    return reader.sql(
        f"WITH {query} "
        "SELECT l.contestant_id, s.category, l.task, l.level, l.sample_id, "
        "coalesce(s.cluster, l.sample_id) AS cluster, l.epoch, l.status, l.score, l.input_tokens, "
        "l.cache_read_tokens, l.output_tokens, l.reasoning_tokens, l.duration_s, l.ttft_s, "
        "l.cost_usd FROM scored l LEFT JOIN samples s USING (sample_id)",
        params,
        {TABLE: charges.rounded_lines},
    )


def sample_means(
    reader: Reader,
    campaign: str,
    charges: Charges,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Scored answers by sample, in no order: for lenses that need no single epoch.

    contestant_id, category, task, level, sample_id, cluster, and the means over the epochs in which
    each is known of score, output_tokens, duration_s and cost_usd, as `answers` has them.
    """
    query, params = _scored(
        "a.score, a.output_tokens, a.duration_s",
        *(charges, *_filters(campaign, tasks, levels, "a")),
    )
    # favg sums with compensation: a mean hardly wavers with the threads that make it.
    return reader.sql(
        f"WITH {query}, means AS (SELECT contestant_id, task, level, sample_id, "
        "favg(score) AS score, favg(output_tokens) AS output_tokens, "
        "favg(duration_s) AS duration_s, favg(cost_usd) AS cost_usd FROM scored GROUP BY ALL) "
        "SELECT m.*, s.category, coalesce(s.cluster, m.sample_id) AS cluster "
        "FROM means m LEFT JOIN samples s USING (sample_id)",
        params,
        {TABLE: charges.rounded_lines},
    )


def _scored(columns: str, charges: Charges, where: str, params: list[Any]) -> tuple[str, list[Any]]:
    """CTEs up to `scored`, the latest tries that have a score, and their parameters.

    contestant_id, task, level, sample_id, the columns, and cost_usd of all tries. Each CTE is read
    once, so that nothing of the attempts' size is kept in between.
    """
    which = "false" if charges.per_answer else "a.try < redone.newest"
    attempts = f"FROM attempts a {joined(charges.key)}"
    asked = f"WHERE {where} AND a.purpose = 'answer'"
    return (
        f"{REDONE}, "
        f"earlier AS (SELECT a.attempt_id, sum({rounded_usd()}) AS usd {attempts} "
        f"JOIN redone USING (attempt_id) {asked} AND {which} GROUP BY ALL), "
        f"scored AS (SELECT a.contestant_id, a.task, a.level, a.sample_id, {columns}, "
        f"{rounded_usd()} + coalesce(earlier.usd, 0) AS cost_usd {attempts} "
        "LEFT JOIN redone USING (attempt_id) LEFT JOIN earlier USING (attempt_id) "
        f"{asked} AND {LATEST} AND a.score IS NOT NULL)"
    ), [*params, *params]


def attempts(
    reader: Reader,
    campaign: str,
    contestant_id: str,
    charges: Charges,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
    limit: int = 200,
    offset: int = 0,
) -> pl.DataFrame:
    """One contestant's attempts, easiest first, each with its target and the retries' tries.

    `cost_usd` is on the charges' basis.
    """
    where, params = _filters(campaign, tasks, levels, "a")
    return reader.sql(
        "SELECT a.task, a.level, a.sample_id, a.epoch, a.try, a.status, a.score, a.answer, "
        "s.target, a.input_tokens, a.cache_read_tokens, a.output_tokens, a.reasoning_tokens, "
        f"{as_double(usd())} AS cost_usd, a.cpu_s, "
        "a.duration_s, a.error, a.started_at, a.attempt_id "
        f"FROM attempts a {joined(charges.key)} LEFT JOIN samples s USING (sample_id) "
        f"WHERE {where} AND a.contestant_id = ? AND a.purpose = 'answer' "
        "ORDER BY a.task, a.level, a.sample_id, a.epoch, a.try LIMIT ? OFFSET ?",
        [*params, contestant_id, limit, offset],
        {TABLE: charges.lines},
    )


def fits(reader: Reader, campaign: str) -> pl.DataFrame:
    """contestant_id, task, labels, cpu_s, input_tokens, usd: what each contestant was taught for a
    task, by the campaign's last run that did."""
    return reader.sql(
        "SELECT f.contestant_id, f.task, f.labels, f.cpu_s, f.input_tokens, f.usd "
        "FROM fits f JOIN runs r USING (run_id) WHERE r.campaign = ? "
        "QUALIFY row_number() OVER (PARTITION BY f.contestant_id, f.task "
        "ORDER BY r.started_at DESC, f.run_id DESC) = 1 ORDER BY ALL",
        [campaign],
    )


def shifted(reader: Reader, campaign: str) -> pl.DataFrame:
    """task, level of the campaign's levels whose texts come from elsewhere than the training
    split."""
    return reader.sql(
        "SELECT DISTINCT s.task, s.level FROM samples s SEMI JOIN (SELECT sample_id FROM attempts "
        "WHERE campaign = ? AND purpose = 'answer') a USING (sample_id) WHERE s.shifted "
        "ORDER BY ALL",
        [campaign],
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


def frozen_and_fresh(
    reader: Reader,
    campaigns: Sequence[str],
    tasks: Sequence[str],
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """contestant_id, category, task, level, fresh, cluster, score: a row per sample.

    The score is the mean over its scored attempts in these campaigns, latest tries.
    """
    return reader.sql(
        "WITH detail AS (SELECT * FROM attempts WHERE campaign IN "
        "(SELECT unnest(?::VARCHAR[])) AND purpose IN ('answer', 'fresh') "
        "AND task IN (SELECT unnest(?::VARCHAR[])) "
        "AND (len(?::INTEGER[]) = 0 OR list_contains(?::INTEGER[], level)) "
        "QUALIFY row_number() OVER (PARTITION BY campaign, attempt_id ORDER BY try DESC) = 1) "
        "SELECT d.contestant_id, s.category, d.task, d.level, d.purpose = 'fresh' AS fresh, "
        "d.sample_id, any_value(coalesce(s.cluster, d.sample_id)) AS cluster, "
        "avg(d.score) AS score FROM detail d JOIN samples s USING (sample_id) "
        "WHERE d.score IS NOT NULL GROUP BY ALL ORDER BY ALL",
        [list(campaigns), list(tasks), list(levels or []), list(levels or [])],
    )


def judged(reader: Reader, campaign: str, tasks: Sequence[str]) -> pl.DataFrame:
    """task, judge, answers, said, label: a row per answer of a person's label, one with nulls where
    a task has been judged without any; judge is a name, said and label 'correct' or 'wrong'."""
    return reader.sql(
        "WITH calls AS (SELECT a.*, coalesce(c.name, a.contestant_id) AS judge FROM attempts a "
        "LEFT JOIN contestants c USING (contestant_id) WHERE a.campaign = ? "
        "AND a.purpose = 'judge' "
        "AND a.task IN (SELECT unnest(?::VARCHAR[])) AND a.answer IS NOT NULL "
        "AND ends_with(a.template_version, '/judge')), "
        "who AS (SELECT task, judge, count(*) FILTER (level > 0) AS answers FROM calls "
        "GROUP BY ALL) "
        "SELECT w.task, w.judge, w.answers, k.answer AS said, s.target AS label FROM who w "
        "LEFT JOIN calls k ON k.task = w.task AND k.judge = w.judge AND k.level = 0 "
        "LEFT JOIN samples s ON s.sample_id = k.sample_id ORDER BY ALL",
        [campaign, list(tasks)],
    )


def verdicts(
    reader: Reader,
    campaign: str,
    tasks: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
) -> pl.DataFrame:
    """What scored answers were, latest tries, in a stable order.

    contestant_id, category, task, level, sample_id, cluster, epoch, status, verdict; the verdict is
    null where there was no whole answer, and in rows of before verdicts were kept.
    """
    where, params = _filters(campaign, tasks, levels, "a")
    return reader.sql(
        f"WITH {REDONE} "
        "SELECT a.contestant_id, s.category, a.task, a.level, a.sample_id, "
        "coalesce(s.cluster, a.sample_id) AS cluster, a.epoch, a.status, a.verdict "
        "FROM attempts a LEFT JOIN redone USING (attempt_id) "
        "LEFT JOIN samples s USING (sample_id) "
        f"WHERE {where} AND a.purpose = 'answer' AND {LATEST} AND a.score IS NOT NULL ORDER BY ALL",
        params,
    )


def tries(reader: Reader, campaign: str) -> pl.DataFrame:
    """attempt_id, try, status of the latest try of each of the campaign's attempts.

    The status is 'cut' where the run's end kept a failed call from being sent again.
    """
    return reader.sql(
        "SELECT attempt_id, try, CASE WHEN starts_with(error, ?) THEN 'cut' ELSE status END "
        "AS status FROM attempts WHERE campaign = ? "
        "QUALIFY row_number() OVER (PARTITION BY campaign, attempt_id ORDER BY try DESC) = 1",
        [CUT_SHORT, campaign],
    )


def runs(reader: Reader, campaign: str | None = None) -> pl.DataFrame:
    """Runs, newest first; the counts of one that has not ended are those of its published rows."""
    where, params = ("WHERE r.campaign = ?", [campaign]) if campaign else ("", [])
    return reader.sql(
        "WITH open AS (SELECT run_id FROM runs WHERE ended_at IS NULL), "
        "told AS (SELECT run_id, count(DISTINCT attempt_id) AS done, "
        "count(*) FILTER (status IN ('infra_error', 'timeout')) AS failed, "
        "sum(cost_usd) AS cost_usd, sum(retries)::BIGINT AS retries "
        "FROM attempts SEMI JOIN open USING (run_id) GROUP BY 1) "
        "SELECT r.* REPLACE (coalesce(r.done, t.done, 0) AS done, "
        "coalesce(r.failed, t.failed, 0) AS failed, coalesce(r.cost_usd, t.cost_usd) AS cost_usd, "
        "coalesce(r.retries, t.retries) AS retries) "
        f"FROM runs r LEFT JOIN told t USING (run_id) {where} ORDER BY r.started_at DESC, r.run_id",
        params,
    )


def bank_versions(reader: Reader, campaign: str, tasks: Sequence[str]) -> dict[str, str]:
    """Task -> the versions of its samples that a campaign asked."""
    found = reader.sql(
        "WITH held AS (SELECT DISTINCT sample_id FROM attempts "
        "WHERE campaign = ? AND purpose = 'answer') "
        "SELECT task, string_agg(DISTINCT bank_version, ' and ' ORDER BY bank_version) "
        "FROM samples SEMI JOIN held USING (sample_id) "
        "WHERE task IN (SELECT unnest(?::VARCHAR[])) GROUP BY task ORDER BY task",
        [campaign, list(tasks)],
    )
    return dict(found.iter_rows())


def journal_marks(reader: Reader) -> dict[str, int]:
    """How many bytes of each journal have been merged."""
    frame = reader.sql("SELECT name, bytes FROM journals")
    return dict(frame.iter_rows())


def _earlier(charges: Charges) -> str:
    """What the earlier tries of an attempt cost."""
    which = "false" if charges.per_answer else "NOT latest"
    return f"earlier AS (SELECT attempt_id, sum(usd) AS usd FROM detail WHERE {which} GROUP BY ALL)"


def _paid(charges: Charges) -> str:
    """Which tries are charged, where not every one is."""
    return "AND a.latest AND a.score IS NOT NULL" if charges.per_answer else ""


def _filters(
    campaign: str, tasks: Sequence[str] | None, levels: Sequence[int] | None, row: str = "r"
) -> tuple[str, list[Any]]:
    where = [f"{row}.campaign = ?"]
    params: list[Any] = [campaign]
    if tasks is not None:
        where.append(f"{row}.task IN (SELECT unnest(?::VARCHAR[]))")
        params.append(list(tasks))
    if levels is not None:
        where.append(f"{row}.level IN (SELECT unnest(?::INTEGER[]))")
        params.append(list(levels))
    return " AND ".join(where), params
