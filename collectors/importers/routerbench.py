"""RouterBench's wide table: a row per question, and for each model a score, an answer and a cost.

Read from the published columns: sample_id, prompt, eval_name, <model>, <model>|model_response,
<model>|total_cost, oracle_model_to_route_to. It is published as a pickle, which can run code when
it is opened: it is refused, never loaded. Each row becomes an attempt per model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from collectors.importers.columns import Columns, blocks
from collectors.importers.found import Batch
from collectors.importers.job import Job, refuse, shown
from collectors.importers.words import score, some, text

COST, ANSWER = "|total_cost", "|model_response"
ALWAYS = ("sample_id", "eval_name")
PICKLES = (".pkl", ".pickle")


def looks(path: Path) -> str | None:
    """By its columns, or by the name of the pickle, which is then refused with what to do."""
    if path.is_dir():
        return None
    if path.suffix in PICKLES:
        return "RouterBench's pickle" if "routerbench" in path.name.lower() else None
    if path.suffix.lower() not in (".csv", ".parquet"):
        return None
    _, held = next(blocks(path, Job()), (None, {}))
    return "a column |total_cost for each model" if _models(held) else None


def read(path: Path, job: Job) -> Iterator[Batch]:
    """Batches of attempts, one frame per model and block of questions."""
    _no_pickle(path)
    job.tally.mean("<model>", "score of that model")
    job.tally.mean("<model>|total_cost", "USD of the call; 0 is unknown")
    job.tally.mean("eval_name", "task")
    job.tally.mean("oracle_model_to_route_to", "left out: it follows from the scores")
    for places, held in blocks(path, job):
        lacking = [name for name in ALWAYS if name not in held]
        models = _models(held)
        if lacking or not models:
            what = f"there is no column '{lacking[0] if lacking else '<model>' + COST}'"
            raise refuse(path, what, "Give RouterBench's wide table.")
        for model in models:
            yield Batch("attempts", _attempts(places, held, model, job))


def _no_pickle(path: Path) -> None:
    with path.open("rb") as file:
        pickled = path.suffix in PICKLES or file.read(1) == b"\x80"
    if pickled:
        name = shown(path.name)
        raise refuse(
            path,
            "a pickle, which can run code when it is opened, so that it is never loaded",
            "Where you trust it, convert it with pandas, pd.read_pickle("
            f"'{name}').to_csv('{Path(name).stem}.csv', index=False), and import that.",
        )


def _models(held: Columns) -> list[str]:
    return [n.removesuffix(COST) for n in held if n.endswith(COST) and n.removesuffix(COST) in held]


def _attempts(places: pl.Series, held: Columns, model: str, job: Job) -> pl.DataFrame:
    """One model's attempts at a block of questions."""
    scores = [score(v) for v in held[model]]
    empty = sum(v is None for v in scores)
    if empty:
        job.tally.change(f"{model}: no score, left unscored", str(places[0]), empty)
    rows = len(places)
    answers, prompts = held.get(model + ANSWER), held.get("prompt")
    return pl.DataFrame(
        {
            "place": places,
            "model": [model] * rows,
            "task": [text(v) for v in held["eval_name"]],
            "sample": [text(v) for v in held["sample_id"]],
            "category": ["routerbench"] * rows,
            "prompt": [None] * rows if prompts is None else [text(_bare(v)) for v in prompts],
            "text": [None] * rows if answers is None else [text(_bare(v)) for v in answers],
            "score": scores,
            "billed_usd": [some(v) for v in held[model + COST]],
        },
        schema_overrides={
            **dict.fromkeys(("place", "model", "task", "sample", "prompt", "text"), pl.String),
            **dict.fromkeys(("score", "billed_usd"), pl.Float64),
        },
    )


def _bare(value: object) -> object:
    """A Parquet's list of messages as Python's list."""
    return value.to_list() if isinstance(value, pl.Series) else value
