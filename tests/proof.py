"""What the proofs of the collector share: experiments against the fault server, and its count."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from data.store import Reader

ISOCOST = [sys.executable, "-m", "dashboard.cli"]
PRICE = "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }"
IN, OUT = 1.0, 10.0


@dataclass(frozen=True)
class Night:
    """One experiment in a folder of its own."""

    folder: Path

    @property
    def db(self) -> Path:
        return self.folder / "data" / "isocost.duckdb"

    def write(self, base, models, *, samples, levels=(1, 2, 3, 4, 5), top="", contestant=PRICE):
        """An experiment on sums; `models` are the fault server's names."""
        path = self.folder / "night.toml"
        tables = "".join(
            f'[[contestant]]\nmodel = "hosted_vllm/{m}"\napi_base = "{base}"\n{contestant}\n'
            for m in models
        )
        path.write_text(
            f'name = "night"\n{top}\n{tables}'
            f'[[task]]\nname = "sums"\nlevels = {list(levels)}\nsamples = {samples}\n'
        )
        return path

    def start(self, *args, **env):
        """A real process; its output goes to files, so that no pipe holds it up."""
        with open(self.folder / "out.txt", "ab") as out:
            return subprocess.Popen(
                [*ISOCOST, *map(str, args)], cwd=self.folder, stdout=out, stderr=out,
                env={**os.environ, **env},
            )  # fmt: skip

    def run(self, *args, timeout=600, **env):
        return subprocess.run(
            [*ISOCOST, *map(str, args)], cwd=self.folder, capture_output=True, text=True,
            timeout=timeout, env={**os.environ, **env}, check=False,
        )  # fmt: skip

    def rows(self, query):
        return Reader(self.db).sql(query)

    def totals(self):
        """attempts, tries, calls (rows and the retries counted on them), known and open dollars."""
        return self.rows(
            "SELECT count(DISTINCT attempt_id) AS attempts, count(*) AS tries, "
            "(count(*) + sum(retries))::BIGINT AS calls, sum(retries)::BIGINT AS retries, "
            "sum(cost_usd) AS usd, coalesce(sum(unsettled_usd), 0) AS unsettled, "
            "count(DISTINCT (attempt_id, try)) AS keys FROM attempts"
        ).row(0, named=True)

    def said(self):
        """The run's JSON lines."""
        return [json.loads(x) for x in (self.folder / "log.jsonl").read_text().splitlines()]
