-- What an answer was, beyond its score: wrong in form or in fact, withheld, or made up; and how many
-- calls a conversation took.
ALTER TABLE attempts ADD COLUMN verdict VARCHAR;
ALTER TABLE attempts ADD COLUMN invented INTEGER;
ALTER TABLE attempts ADD COLUMN calls INTEGER;
ALTER TABLE rollup ADD COLUMN verdicts BIGINT;
ALTER TABLE rollup ADD COLUMN correct BIGINT;
ALTER TABLE rollup ADD COLUMN abstained BIGINT;
ALTER TABLE rollup ADD COLUMN malformed BIGINT;
ALTER TABLE rollup ADD COLUMN invented BIGINT;
ALTER TABLE rollup ADD COLUMN calls BIGINT;

-- What calls without a known end may have cost: by run and contestant, the last one counts. Written
-- before the calls are sent, so that a killed run's money is known, too.
CREATE TABLE holds (
    hold_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    contestant_id VARCHAR NOT NULL,
    number BIGINT NOT NULL,
    usd DOUBLE NOT NULL
);
