-- The whole of a price, with its tiers, modes and off-peak hours, as JSON; missing says why there
-- is none. The rollup's cost is on the default basis (see data/pricing) and is computed again.
ALTER TABLE prices ADD COLUMN terms VARCHAR;
ALTER TABLE prices ADD COLUMN cache_write_1h_usd_per_mtok DOUBLE;
ALTER TABLE prices ADD COLUMN valid_until VARCHAR;
ALTER TABLE prices ADD COLUMN missing VARCHAR;
ALTER TABLE attempts ADD COLUMN cache_write_1h_tokens BIGINT;
ALTER TABLE rollup ADD COLUMN price_id VARCHAR;
ALTER TABLE rollup ADD COLUMN price_from VARCHAR;
