-- Attempts carry no PRIMARY KEY: it costs 45 % more space and slows inserts; merge de-duplicates
-- by an anti-join on (attempt_id, try) instead.
CREATE TABLE attempts (
    attempt_id VARCHAR NOT NULL,
    try INTEGER NOT NULL,
    campaign VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    contestant_id VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    level INTEGER NOT NULL,
    sample_id VARCHAR NOT NULL,
    prompt_hash VARCHAR NOT NULL,
    template_version VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    purpose VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    duration_s DOUBLE,
    ttft_s DOUBLE,
    retries INTEGER NOT NULL,
    input_tokens BIGINT,
    cache_read_tokens BIGINT,
    cache_write_tokens BIGINT,
    output_tokens BIGINT,
    reasoning_tokens BIGINT,
    usage_source VARCHAR,
    usage_flags VARCHAR,
    cpu_s DOUBLE,
    billed_usd DOUBLE,
    price_id VARCHAR,
    cost_usd DOUBLE,
    status VARCHAR NOT NULL,
    error VARCHAR,
    finish_reason VARCHAR,
    score DOUBLE,
    answer VARCHAR,
    served_model VARCHAR
);

CREATE TABLE responses (
    attempt_id VARCHAR NOT NULL,
    try INTEGER NOT NULL,
    prompt VARCHAR,
    text VARCHAR
);

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    outcome VARCHAR,
    experiment VARCHAR,
    versions VARCHAR,
    git_commit VARCHAR,
    catalog_hash VARCHAR,
    machine VARCHAR,
    planned BIGINT,
    done BIGINT,
    failed BIGINT,
    cost_usd DOUBLE
);

CREATE TABLE contestants (
    contestant_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    model_id VARCHAR,
    deployment VARCHAR,
    kind VARCHAR NOT NULL,
    effort VARCHAR,
    prompt_style VARCHAR NOT NULL,
    max_tokens INTEGER,
    settings VARCHAR
);

CREATE TABLE samples (
    sample_id VARCHAR NOT NULL,
    input_hash VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    level INTEGER NOT NULL,
    family VARCHAR NOT NULL,
    category VARCHAR NOT NULL,
    bank_version VARCHAR NOT NULL,
    cluster VARCHAR NOT NULL,
    baseline DOUBLE,
    input VARCHAR,
    target VARCHAR
);

CREATE TABLE prices (
    price_id VARCHAR NOT NULL,
    input_usd_per_mtok DOUBLE,
    output_usd_per_mtok DOUBLE,
    cache_read_usd_per_mtok DOUBLE,
    cache_write_usd_per_mtok DOUBLE,
    reasoning_usd_per_mtok DOUBLE,
    usd_per_hour DOUBLE,
    usd_per_cpu_hour DOUBLE,
    source VARCHAR,
    valid_from VARCHAR
);

-- Imported scores that have no attempts behind them.
CREATE TABLE aggregates (
    aggregate_id VARCHAR NOT NULL,
    contestant_id VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    n BIGINT,
    cost_usd DOUBLE,
    output_tokens BIGINT,
    source VARCHAR NOT NULL,
    measured_at TIMESTAMP
);

-- One row per campaign x contestant x task x level, always equal to the detail: see rollup.py.
-- Sums run over the latest try of each scored attempt; cost_usd over every try.
CREATE TABLE rollup (
    campaign VARCHAR NOT NULL,
    contestant_id VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    level INTEGER NOT NULL,
    category VARCHAR,
    baseline DOUBLE,
    attempts BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    scored BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    truncated BIGINT NOT NULL,
    samples BIGINT NOT NULL,
    clusters BIGINT NOT NULL,
    score_mean DOUBLE,
    cluster_ss DOUBLE,
    input_tokens BIGINT,
    input_known BIGINT NOT NULL,
    output_tokens BIGINT,
    output_known BIGINT NOT NULL,
    reasoning_tokens BIGINT,
    reasoned_output_tokens BIGINT,
    duration_s DOUBLE,
    duration_known BIGINT NOT NULL,
    cpu_s DOUBLE,
    cpu_known BIGINT NOT NULL,
    cost_usd DOUBLE,
    priced BIGINT NOT NULL,
    price_basis VARCHAR,
    price_source VARCHAR,
    usd_per_cpu_hour DOUBLE,
    first_at TIMESTAMP,
    last_at TIMESTAMP
);

-- How far each journal has been merged, so that a merge reads only what is new.
CREATE TABLE journals (
    name VARCHAR NOT NULL,
    bytes BIGINT NOT NULL
);
