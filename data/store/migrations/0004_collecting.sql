-- What a night's collecting leaves behind: retries and what they can have cost, the host and system
-- that answered, and how each run was told to behave.
ALTER TABLE attempts ADD COLUMN retry_wait_s DOUBLE;
ALTER TABLE attempts ADD COLUMN unsettled_usd DOUBLE;
ALTER TABLE attempts ADD COLUMN served_by VARCHAR;
ALTER TABLE attempts ADD COLUMN fingerprint VARCHAR;
ALTER TABLE runs ADD COLUMN shard VARCHAR;
ALTER TABLE runs ADD COLUMN budget_usd DOUBLE;
ALTER TABLE runs ADD COLUMN unsettled_usd DOUBLE;
ALTER TABLE runs ADD COLUMN retries BIGINT;
ALTER TABLE runs ADD COLUMN stopped VARCHAR;
