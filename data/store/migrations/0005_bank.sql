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
