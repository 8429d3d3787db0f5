"""The rollup: per campaign x contestant x task x level sums that keep pages independent of history.

Only the keys that a merge touched are computed again, from the detail, in the merge's own
transaction: the rollup therefore always equals the detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.price import IMPORTED
from data.pricing import NEUTRAL, lines_of
from data.pricing.sql import (
    TABLE,
    as_double,
    charged,
    joined,
    lines_frame,
    quantities,
    reason,
    rounded_usd,
)
from data.store.prices import stored

if TYPE_CHECKING:
    import duckdb

KEY = "campaign, contestant_id, task, level"

# The latest try of an attempt counts; the cost of every try counts. Scores, and all means, run over
# samples (mean over the epochs that were scored: a missing epoch is missing, not zero), and
# cluster_ss is the sum over clusters of (sum of deviations from the level's mean) squared, the
# inner term of the clustered standard error (Miller 2024, arXiv 2411.00640). Cost is on the default
# basis: prices of the day asked, every input token at the input rate.
REFRESH = f"""
DELETE FROM rollup WHERE ({KEY}) IN (SELECT ({KEY}) FROM touched);
CREATE OR REPLACE TEMP TABLE levels AS SELECT DISTINCT campaign, task, level FROM touched;
DELETE FROM asked WHERE (campaign, task, level) IN (SELECT (campaign, task, level) FROM levels);
INSERT INTO asked BY NAME
SELECT campaign, task, level, count(DISTINCT sample_id) AS samples
FROM attempts SEMI JOIN levels USING (campaign, task, level)
WHERE purpose = 'answer' GROUP BY ALL;
DROP TABLE levels;
INSERT INTO rollup BY NAME
WITH detail AS (
    SELECT * FROM attempts SEMI JOIN touched USING ({KEY}) WHERE purpose = 'answer'
),
costed AS (
    SELECT a.*, p.line, {reason()} AS cost_reason, {rounded_usd()} AS usd
    FROM detail a {joined("a.price_id")}
),
latest AS (
    SELECT * FROM costed
    QUALIFY row_number() OVER (PARTITION BY {KEY}, attempt_id ORDER BY try DESC) = 1
),
-- Few attempts are tried twice: what the earlier tries cost is added to the latest.
redone AS (SELECT attempt_id, max(try) AS newest FROM detail WHERE try > 1 GROUP BY ALL),
earlier AS (
    SELECT attempt_id, sum(usd) AS usd
    FROM costed JOIN redone USING (attempt_id) WHERE try < newest GROUP BY ALL
),
scored AS (
    SELECT l.* EXCLUDE (usd), l.usd + coalesce(e.usd, 0) AS usd,
        coalesce(s.cluster, l.sample_id) AS cluster
    FROM latest l LEFT JOIN earlier e USING (attempt_id) LEFT JOIN samples s USING (sample_id)
    WHERE l.score IS NOT NULL
),
per_sample AS (
    SELECT {KEY}, sample_id, cluster, avg(score) AS s, avg(usd) AS usd,
        avg(input_tokens) AS input, avg(cache_read_tokens) AS cache_read,
        avg(cache_write_tokens) AS cache_write, avg(output_tokens) AS output,
        avg(reasoning_tokens) AS reasoning, avg(duration_s) AS duration, avg(ttft_s) AS ttft,
        avg(cpu_s) AS cpu
    FROM scored GROUP BY ALL
),
means AS (
    SELECT {KEY}, avg(s) AS score_mean, count(*) AS samples, avg(usd) AS cost_mean,
        avg(input) AS input_mean, avg(cache_read) AS cache_read_mean,
        avg(cache_write) AS cache_write_mean, avg(output) AS output_mean,
        avg(reasoning) AS reasoning_mean, avg(duration) AS duration_mean, avg(ttft) AS ttft_mean,
        avg(cpu) AS cpu_mean
    FROM per_sample GROUP BY ALL
),
per_cluster AS (
    SELECT {KEY}, cluster, sum(s - score_mean) AS d
    FROM per_sample JOIN means USING ({KEY}) GROUP BY ALL
),
clusters AS (
    SELECT {KEY}, count(*) AS clusters, sum(d * d) AS cluster_ss FROM per_cluster GROUP BY ALL
),
status AS (
    SELECT {KEY}, count(*) AS attempts,
        count(*) FILTER (score IS NULL) AS failed,
        count(*) FILTER (status = 'refused') AS refused,
        count(*) FILTER (status = 'truncated') AS truncated,
        count(verdict) AS verdicts, count(*) FILTER (verdict = 'correct') AS correct,
        count(*) FILTER (verdict = 'abstained') AS abstained,
        count(*) FILTER (verdict = 'malformed') AS malformed,
        sum(invented)::BIGINT AS invented, sum(coalesce(calls, 1))::BIGINT AS calls,
        min(started_at) AS first_at, max(started_at) AS last_at
    FROM latest GROUP BY ALL
),
tries AS (
    SELECT {KEY}, count(*) AS tries FROM detail GROUP BY ALL
),
used AS (
    SELECT {KEY}, a.line, {quantities()}
    FROM costed a JOIN {TABLE} p USING (line) WHERE a.cost_reason IS NULL GROUP BY {KEY}, a.line
),
spent AS (
    SELECT {KEY}, {as_double(f"sum({charged()})")} AS cost_usd
    FROM used q JOIN {TABLE} p USING (line) GROUP BY {KEY}
),
usage AS (
    SELECT {KEY}, count(*) AS scored,
        sum(input_tokens)::BIGINT AS input_tokens, count(input_tokens) AS input_known,
        sum(output_tokens)::BIGINT AS output_tokens, count(output_tokens) AS output_known,
        sum(reasoning_tokens)::BIGINT AS reasoning_tokens,
        sum(output_tokens) FILTER (reasoning_tokens IS NOT NULL)::BIGINT AS reasoned_output_tokens,
        count(reasoning_tokens) AS reasoning_known,
        count(cache_read_tokens) AS cache_read_known,
        count(cache_write_tokens) AS cache_write_known,
        sum(duration_s) AS duration_s, count(duration_s) AS duration_known,
        count(ttft_s) AS ttft_known,
        sum(cpu_s) AS cpu_s, count(cpu_s) AS cpu_known,
        count(*) FILTER (cost_reason IS NULL) AS priced, max_by(price_id, started_at) AS price_id
    FROM scored GROUP BY ALL
),
-- Of the samples that were asked: another version of the bank may have others.
facts AS (
    SELECT l.campaign, l.contestant_id, l.task, l.level, max(s.category) AS category,
        max(s.baseline) AS baseline
    FROM latest l JOIN samples s USING (sample_id) GROUP BY ALL
)
SELECT {KEY}, f.category, f.baseline,
    st.attempts, tries.tries, coalesce(usage.scored, 0) AS scored,
    st.failed, st.refused, st.truncated,
    st.verdicts, st.correct, st.abstained, st.malformed, st.invented, st.calls,
    coalesce(means.samples, 0) AS samples, coalesce(clusters.clusters, 0) AS clusters,
    means.* EXCLUDE ({KEY}, samples), clusters.cluster_ss,
    usage.input_tokens, coalesce(usage.input_known, 0) AS input_known,
    usage.output_tokens, coalesce(usage.output_known, 0) AS output_known,
    usage.reasoning_tokens, usage.reasoned_output_tokens,
    coalesce(usage.reasoning_known, 0) AS reasoning_known,
    coalesce(usage.cache_read_known, 0) AS cache_read_known,
    coalesce(usage.cache_write_known, 0) AS cache_write_known,
    usage.duration_s, coalesce(usage.duration_known, 0) AS duration_known,
    coalesce(usage.ttft_known, 0) AS ttft_known,
    usage.cpu_s, coalesce(usage.cpu_known, 0) AS cpu_known,
    spent.cost_usd, coalesce(usage.priced, 0) AS priced,
    CASE WHEN p.terms LIKE '%"told": true%' AND p.source = '{IMPORTED}' THEN 'billed'
         WHEN p.terms LIKE '%"told": true%' THEN 'told'
         WHEN p.usd_per_cpu_hour IS NOT NULL THEN 'cpu'
         WHEN p.terms LIKE '%"prefill_tokens_per_s"%' THEN 'shared'
         WHEN p.usd_per_hour IS NOT NULL THEN 'machine'
         WHEN p.input_usd_per_mtok IS NOT NULL THEN 'tokens' ELSE 'none' END AS price_basis,
    p.source AS price_source, p.valid_from AS price_from, usage.price_id,
    p.usd_per_cpu_hour, st.first_at, st.last_at
FROM status st
LEFT JOIN tries USING ({KEY}) LEFT JOIN spent USING ({KEY}) LEFT JOIN usage USING ({KEY})
LEFT JOIN means USING ({KEY}) LEFT JOIN clusters USING ({KEY})
LEFT JOIN facts f USING ({KEY})
LEFT JOIN prices p ON p.price_id = usage.price_id;
"""


def refresh(con: duckdb.DuckDBPyConnection) -> None:
    """Compute again the rollup rows whose keys stand in the temporary table `touched`."""
    prices = stored(con.sql("SELECT * FROM prices").pl())
    lines = {name: lines_of(price, NEUTRAL) for name, price in prices.items()}
    con.register(TABLE, lines_frame(lines))
    con.execute(REFRESH)
    con.unregister(TABLE)


def rebuild(con: duckdb.DuckDBPyConnection) -> None:
    """Compute the whole rollup again from the detail."""
    con.execute("DELETE FROM rollup")
    con.execute("DELETE FROM asked")
    con.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT {KEY} FROM attempts")
    refresh(con)
