"""Importing a million rows: `make bench-import`.

Each file is generated, imported into an empty database by a process of its own, and read bare by
polars for comparison. Rows a second and the process's peak memory; ratios hold for this machine
and this run. `--gigabyte` imports a file of that size instead, for its memory.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROWS = 1_000_000
GIGABYTE = 1 << 30
MAPPING: dict[str, Any] = {
    "columns": {
        name: name
        for name in (
            *("model", "effort", "task", "level", "sample", "score", "input_tokens"),
            *("output_tokens", "reasoning_tokens", "duration_s", "started_at", "text"),
        )
    }
}
MODELS = ("gpt-4o-mini", "gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash", "unheard-of-7b")


def rows(count: int, words: int = 12) -> Iterator[dict[str, Any]]:
    """Attempts of five models on twenty tasks, as any tool might list them."""
    for i in range(count):
        model, question = MODELS[i % 5], i // 5
        yield {
            "model": model,
            "effort": ("low", "high")[question % 2],
            "task": f"task {question % 20}",
            "level": 1 + question % 3,
            "sample": f"q{question:07}",
            "score": (i * 7919 % 11) / 10,
            "input_tokens": 200 + i % 900,
            "output_tokens": 90 + i % 700,
            "reasoning_tokens": i % 90,
            "duration_s": 0.5 + i % 37 / 10,
            "started_at": f"2026-11-{1 + i % 28:02}T12:00:{i % 60:02}",
            "text": f"the answer to {question} is {i * 31 % 1009} " + "word " * words,
        }


def write_csv(path: Path, count: int) -> Path:
    """A table as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(MAPPING["columns"]))
        writer.writeheader()
        writer.writerows(rows(count))
    return path


def write_jsonl(path: Path, count: int) -> Path:
    """A table as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows(count))
    return path


def write_parquet(path: Path, count: int) -> Path:
    """A table as Parquet."""
    import polars as pl

    pl.DataFrame(list(rows(count))).write_parquet(path)
    return path


def write_spend_logs(path: Path, count: int) -> Path:
    """A LiteLLM proxy's spend logs, one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for i, row in enumerate(rows(count)):
            entry = {
                "request_id": f"req-{i:08}",
                "call_type": "acompletion",
                "model": row["model"],
                "model_group": row["model"],
                "custom_llm_provider": "openai",
                "spend": row["input_tokens"] * 1e-7 + row["output_tokens"] * 4e-7,
                "prompt_tokens": row["input_tokens"],
                "completion_tokens": row["output_tokens"],
                "total_tokens": row["input_tokens"] + row["output_tokens"],
                "startTime": row["started_at"] + "Z",
                "endTime": row["started_at"] + ".900Z",
                "completionStartTime": row["started_at"] + ".200Z",
                "cache_hit": "False",
                "status": "success",
                "metadata": {},
            }
            file.write(json.dumps(entry) + "\n")
    return path


def write_inspect(path: Path, count: int) -> Path:
    """An Inspect log with its summaries."""
    header = {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": "bench",
            "model": "openai/gpt-4o-mini",
            "task": "long",
            "created": "2026-11-20T10:00:00+00:00",
        },
    }
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as log,
        log.open("summaries.json", "w", force_zip64=True) as file,
    ):
        for i, row in enumerate(rows(count)):
            usage = {k: row[k] for k in ("input_tokens", "output_tokens", "reasoning_tokens")}
            sample = {
                "id": row["sample"],
                "epoch": 1 + i % 5,
                "target": "42",
                "scores": {"match": {"value": "C" if row["score"] > 0.5 else "I"}},
                "model_usage": {"openai/gpt-4o-mini": usage},
                "total_time": row["duration_s"],
                "working_time": row["duration_s"],
            }
            file.write((b"," if i else b"[") + json.dumps(sample).encode())
        file.write(b"]")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as log:
        log.writestr("header.json", json.dumps(header))
    return path


def bare(path: Path) -> float:
    """Seconds that polars takes to read the same file, every value."""
    import polars as pl

    started = time.perf_counter()
    if path.suffix == ".csv":
        pl.read_csv(path)
    elif path.suffix == ".parquet":
        pl.read_parquet(path)
    elif path.suffix == ".jsonl":
        pl.read_ndjson(path)
    else:
        with zipfile.ZipFile(path) as log:
            pl.read_json(log.read("summaries.json"))
    return time.perf_counter() - started


def imported(format_: str, path: Path, db: Path, answer: Any) -> None:
    """Import in this process; tells seconds, attempts and peak memory in MB."""
    from collectors.importers.found import Options
    from collectors.importers.load import Wanted, load

    mapping = MAPPING if format_ == "table" else {}
    started = time.perf_counter()
    found = load(db, Wanted(format_, [path], "bench", Options(mapping)))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if _mac() else 1024)
    answer.put((seconds, found.stored.attempts, found.tally.read, peak))


def _mac() -> bool:
    return sys.platform == "darwin"


def measure(format_: str, path: Path, folder: Path) -> None:
    """Import one file in a fresh process and print a line of figures."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    db = folder / f"{path.name}.duckdb"
    process = context.Process(target=imported, args=(format_, path, db, answer))
    process.start()
    seconds, stored, read, peak = answer.get()
    process.join()
    alone = bare(path) if path.stat().st_size < GIGABYTE else float("nan")
    print(
        f"{format_:8} {path.suffix:9} {path.stat().st_size / 1e6:8,.0f} MB {read:>10,} rows "
        f"{stored:>10,} new {seconds:7.1f} s {read / seconds:>9,.0f} rows/s "
        f"{seconds / alone:6.1f} x polars {peak:7,.0f} MB peak",
        flush=True,
    )
    db.unlink(missing_ok=True)


FILES: dict[str, tuple[str, str, Callable[[Path, int], Path]]] = {
    "csv": ("table", "rows.csv", write_csv),
    "parquet": ("table", "rows.parquet", write_parquet),
    "jsonl": ("table", "rows.jsonl", write_jsonl),
    "litellm": ("litellm", "spend.jsonl", write_spend_logs),
    "inspect": ("inspect", "long.eval", write_inspect),
}


def main() -> None:
    """Generate, import, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--only", choices=list(FILES), nargs="*", default=list(FILES))
    parser.add_argument("--gigabyte", action="store_true", help="a CSV of 1 GB, for its memory")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isocost-bench-") as name:
        folder = Path(name)
        if args.gigabyte:
            path = folder / "long.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(MAPPING["columns"]))
                writer.writeheader()
                writer.writerows(rows(GIGABYTE // 5_200, words=1_000))
            measure("table", path, folder)
            return
        for key in args.only:
            format_, file_name, write = FILES[key]
            path = write(folder / file_name, args.rows)
            measure(format_, path, folder)
            path.unlink()


if __name__ == "__main__":
    main()
