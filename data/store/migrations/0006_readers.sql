-- What a contestant was taught for a task, in each run that taught it anew: labelled examples that
-- fitted its head, or that its prompt shows, and what the fitting took. Paid once, not per answer.
CREATE TABLE fits (
    fit_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    contestant_id VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    labels BIGINT NOT NULL,
    cpu_s DOUBLE,
    input_tokens BIGINT,
    usd DOUBLE
);
-- Whether a sample's texts come from elsewhere than the training split; null: nobody said.
ALTER TABLE samples ADD COLUMN shifted BOOLEAN;
