-- A mean of cost, tokens or time is one over samples of the mean over their scored epochs, like the
-- accuracy beside it; the sums stay for totals. cost_usd is of everything paid for, cost_mean of what
-- was scored.
ALTER TABLE rollup ADD COLUMN cost_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN input_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN cache_read_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN cache_write_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN output_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN reasoning_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN duration_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN ttft_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN cpu_mean DOUBLE;
ALTER TABLE rollup ADD COLUMN cache_read_known BIGINT;
ALTER TABLE rollup ADD COLUMN cache_write_known BIGINT;
ALTER TABLE rollup ADD COLUMN reasoning_known BIGINT;
ALTER TABLE rollup ADD COLUMN ttft_known BIGINT;

-- How many samples of a level anybody was asked in a campaign: what coverage is a share of.
CREATE TABLE asked (
    campaign VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    level INTEGER NOT NULL,
    samples BIGINT NOT NULL
);
