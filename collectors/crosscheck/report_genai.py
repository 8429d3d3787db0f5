"""The part of docs/cross-check.md about genai-prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from collectors.crosscheck.genai_file import File
from collectors.crosscheck.genai_prices import COMPARED, Figure, Matching, deployments, kind_of
from collectors.crosscheck.markdown import count, counted, folded, share, table


def genai_part(file: File, matching: Matching) -> Iterator[str]:
    yield "## genai-prices\n"
    yield (
        "pydantic/genai-prices (MIT) publishes prices in US dollars per million tokens. The file "
        f"compared is a copy of its `data_slim.json`, sha256 `{file.sha256}`, with "
        f"{count(file.models)} models of {len(file.providers)} providers. It states neither its "
        "release nor its day"
        + (f"; the newest price with a date begins on {file.newest_period}" if file.newest_period
           else "")
        + ". A price list of another day disagrees wherever a price has changed in between, so "
        "a difference is a reason to look, not a mistake of either.\n"
    )  # fmt: skip
    yield (
        "Deployments are matched by provider and name: genai-prices' id or a name it lists as "
        "equal. What only fits one of its patterns (a region, a dated name) is counted on its own, "
        "since a pattern says nothing of a region's price. Figures that the catalogue itself has "
        "from genai-prices are no check and stand apart.\n"
    )
    named, fitting = matching.chosen(exact=True), matching.chosen(exact=False)
    rows = []
    for name in (*COMPARED, "all"):
        row = [name]
        for figures in (named, fitting):
            own = [f for f in figures if name in ("all", f.name)]
            row += [count(len(own)), share(f.agrees for f in own)]
        rows.append(tuple(row))
    yield from table(("Class", "By name", "agree", "By pattern", "agree"), rows)
    yield from table(
        ("Provider", "By name", "agree in all", "By pattern", "agree in all", "Only ours"),
        list(_providers(matching, named, fitting)),
    )
    theirs = {k: n for k, n in matching.only_theirs.items() if n}
    yield (
        f"{count(sum(theirs.values()))} models stand in genai-prices only. "
        f"{counted(Counter(theirs))}.\n"
    )
    yield from _not_independent(matching)
    yield "### Deployments whose figures differ\n"
    yield from _kinds(named, fitting)
    for title, figures in (("by name", named), ("by pattern", fitting)):
        differing = [f for f in figures if not f.agrees]
        matched = len({f.deployment for f in differing})
        summary = f"{count(matched)} deployments matched {title}, {count(len(differing))} figures"
        yield from folded(summary, _listing(differing))


def _kinds(named: list[Figure], fitting: list[Figure]) -> Iterator[str]:
    counts = []
    for figures in (named, fitting):
        differing = [f for f in figures if not f.agrees]
        own = groupby(sorted(differing, key=_deployment), key=_deployment)
        counts.append(Counter(kind_of(list(group)) for _, group in own))
    kinds = sorted({*counts[0], *counts[1]}, key=lambda kind: (-counts[0][kind], kind))
    rows = [(kind, count(counts[0][kind]), count(counts[1][kind])) for kind in kinds]
    yield from table(("How they differ", "By name", "By pattern"), rows)


def _deployment(figure: Figure) -> str:
    return figure.deployment


def _providers(
    matching: Matching, named: list[Figure], fitting: list[Figure]
) -> Iterator[tuple[str, ...]]:
    by_name, by_pattern = deployments(named), deployments(fitting)
    every = {d.partition("/")[0] for d in (*by_name, *by_pattern)}
    for provider in sorted(every):
        row = [provider]
        for found in (by_name, by_pattern):
            own = [agrees for d, agrees in found.items() if d.startswith(f"{provider}/")]
            row += [count(len(own)), share(own)]
        yield (*row, count(matching.only_ours[provider]))


def _not_independent(matching: Matching) -> Iterator[str]:
    own = [f for f in matching.figures if not f.independent]
    agreeing = deployments(own)
    earlier = [f for f in matching.earlier if f.independent]
    yield (
        f"The catalogue has the prices of {count(len(agreeing))} further matched deployments from "
        "a release of genai-prices itself; against this file they show how its prices moved, and "
        f"{share(agreeing.values())} agree. Of earlier prices that genai-prices dates, "
        f"{count(len(earlier))} figures have a counterpart in the catalogue from another source"
        + (f" ({share(f.agrees for f in earlier)} agree)" if earlier else "")
        + f", {count(len(matching.earlier) - len(earlier))} have one from genai-prices, and "
        f"{count(matching.earlier_unknown)} periods have none.\n"
    )


def _listing(figures: list[Figure]) -> Iterator[str]:
    rows = []
    for deployment, own in groupby(sorted(figures, key=_deployment), key=_deployment):
        together = list(own)
        differing = "; ".join(f"{f.name} {_figure(f.ours)} / {_figure(f.theirs)}" for f in together)
        first = together[0]
        rows.append((f"`{deployment}`", differing, f"{first.source}, {first.since}"))
    yield from table(("Deployment", "Isocost / genai-prices, $ per million", "Ours from"), rows)


def _figure(value: float | str | None) -> str:
    return f"({value})" if isinstance(value, str) else f"{value or 0:.6g}"
