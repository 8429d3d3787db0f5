-- Cached tokens and the first token's wait, so that a page can show every class from the rollup.
ALTER TABLE rollup ADD COLUMN cache_read_tokens BIGINT;
ALTER TABLE rollup ADD COLUMN cache_read_known BIGINT;
ALTER TABLE rollup ADD COLUMN cache_write_tokens BIGINT;
ALTER TABLE rollup ADD COLUMN cache_write_known BIGINT;
ALTER TABLE rollup ADD COLUMN reasoning_known BIGINT;
ALTER TABLE rollup ADD COLUMN ttft_s DOUBLE;
ALTER TABLE rollup ADD COLUMN ttft_known BIGINT;
