-- Results of other tools, beside those that were collected: where each run came from, who measured
-- it, and what of its files was not understood.
CREATE TABLE imports (
    run_id VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    format VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    files VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    report VARCHAR NOT NULL
);
-- A score without attempts: of the whole run unless a column says "per question".
ALTER TABLE aggregates ADD COLUMN campaign VARCHAR;
ALTER TABLE aggregates ADD COLUMN run_id VARCHAR;
ALTER TABLE aggregates ADD COLUMN origin VARCHAR;
ALTER TABLE aggregates ADD COLUMN input_tokens BIGINT;
ALTER TABLE aggregates ADD COLUMN reasoning_tokens BIGINT;
ALTER TABLE aggregates ADD COLUMN duration_s DOUBLE;
ALTER TABLE aggregates ADD COLUMN cost_source VARCHAR;
ALTER TABLE aggregates ADD COLUMN cost_reason VARCHAR;
ALTER TABLE aggregates ADD COLUMN note VARCHAR;
