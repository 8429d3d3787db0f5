"""The lenses: pure functions from frame or Grid to frame, with a sentence on what it says.

They touch no file, store or page. data/lenses/ looks through them, docs/method.md defines them.

Ground, under every lens:
    grid (answers as arrays), means (over epochs and levels), weights (level-balanced), resample
    (one bootstrap for all), intervals (t, Wilson), paired (two contestants on shared samples),
    parts (a grid cut by task and level), price_kinds (list or self-hosted), regress (least squares)
    multiple (many comparisons at once), ties (who shares a place)
    by_model (contestants as the unit, models resampled: spectrum, sparsity, lineage)
    size_rows (results of known size, labs resampled), size_line (a score on log size): size

Lenses, the file that has the sentence first:
    questions   questions (claims judged by the tables of the others), claims (verdicts, thresholds
                and evidence), claims_of_tasks, claims_of_models
    summary     summary; headline has its sentence, latency its quantiles of seconds
    ability     ability_words, ability, rasch (the fit)
    frontier    frontier, pareto, hull, chances (P(frontier)), without (leave one out), versus (two
                contestants side by side)
    time        timeline, moving (the frontier at each change, intervals of a pace)
    efficiency  token_lead, efficiency, requirement (tokens a sample needs), adaptivity, reported,
                comparators (others' scores, ranks by tokens), cost_of_pass
    size        size, size_inverse, calibration (a line read backwards), progress, tiers,
                published (collections, for the Published page)
    workload    workload, plan (each contestant's), projection (the arithmetic)
    bill        bill, spend (logs joined to what is in use), cheaper (what does as well for less)
    drift       drift_words, drift, drift_pairs, drift_tests, cost_split, canary, cusum
    judges      judges (against people's labels)
    knowledge   knowledge (accuracy, hallucination rate and index by obscurity)
    contamination  contamination (fresh against frozen samples)
    hardware    hardware, tiles, roofline
    readers     reader_words, readers, verdicts (what an interval says, and how many samples it
                takes)
    routing     routing, router (the rules), cascade
    spectrum    spectrum, overlap
    sparsity    sparsity, matched (MoE beside dense of its size)
    lineage     lineage (students and teachers), groups (labs, countries, licences)

Columns: `x_low` and `x_high` are the ends of the interval of `x`, plain `low` and `high` those of
`value` in frames of one figure a row; `reason` says why a figure is null; `note` remarks on it;
`..._id` is a contestant_id, `..._model_id` a model of the catalogue.
"""
