"""`python -m collectors.crosscheck`: compare, write the page, and say what came of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from collectors.crosscheck import genai_file, genai_prices
from collectors.crosscheck.litellm_costs import compare, litellm_charge
from collectors.crosscheck.markdown import percent
from collectors.crosscheck.report import Report, render
from data.catalog import litellm_map
from data.catalog.prices import provider_prices
from data.errors import IsocostError


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every difference has a cause, 1 when one has none, 2 when a file can't be read."""
    options = _parser().parse_args(argv)
    try:
        genai = genai_file.read(options.genai) if options.genai else None
        file = litellm_map.load()
        costs = compare(file, litellm_charge, options.every)
        matching = genai_prices.match(genai, provider_prices, options.on) if genai else None
    except IsocostError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    page = render(Report(file, costs, options.on, _command(options), genai, matching))
    if options.out:
        options.out.write_text(page, "utf-8")
        usual, whole = costs.groups["standard"], costs.total
        sys.stdout.write(
            f"{options.out}: {percent(usual.share)} of {usual.pairs:,} usual requests agree with "
            f"LiteLLM, {percent(whole.share)} of all {whole.pairs:,}\n"
        )
    else:
        sys.stdout.write(page)
    return 1 if costs.causes.get("") else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m collectors.crosscheck",
        description="Compare Isocost's costs with LiteLLM's, and its prices with genai-prices'.",
    )
    parser.add_argument("--genai", type=Path, help="genai-prices' prices/data_slim.json")
    parser.add_argument("-o", "--out", type=Path, help="the page to write; else it is printed")
    parser.add_argument("--every", type=int, default=1, help="only every n-th model of the map")
    parser.add_argument(
        "--on",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        help="the day whose prices are compared, YYYY-MM-DD (default: today)",
    )
    return parser


def _command(options: argparse.Namespace) -> str:
    """The command without folders of this machine."""
    parts = ["python -m collectors.crosscheck"]
    if options.genai:
        parts.append(f"--genai {options.genai.name}")
    if options.every != 1:
        parts.append(f"--every {options.every}")
    parts.append(f"--on {options.on.isoformat()}")
    return " ".join([*parts, "-o docs/cross-check.md"])


if __name__ == "__main__":
    sys.exit(main())
