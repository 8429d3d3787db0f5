"""Drift in words: what a drift frame says, and how far it can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from data.wording import seconds, tokens, usd

Q = 0.05
"""False discovery rate of a night's watches."""
POINTS = 5.0
RATIO = (0.8, 1.25)
"""A change is worth an alarm from 5 points of accuracy, or outside these ratios."""
FEWEST = 6
"""With fewer pairs not even flips that all go one way have p < .05."""
NAMED = 3
"""Changes that the sentence names; the table has them all."""
RATIOS = {"output_tokens": "output tokens", "duration_s": "time", "cost_usd": "cost"}


def sentence(frame: pl.DataFrame, names: Mapping[str, str] | None = None) -> str:
    """One Markdown sentence on a frame of `drift`; `names` are contestant_id to what people read.

    Only what was compared is spoken of. A change is one with q < .05 and the effect. Of watches it
    says whether a night that could confirm them was there; of changes that are neither watch nor
    alarm, because single answers lean the other way, that their direction can't be told.
    """
    compared = frame.filter(pl.col("q").is_not_null())
    if compared.is_empty():
        return (
            "No contestant answered the same samples on two nights: collect the same experiment "
            "**once more** to see what changes."
        )
    failed = compared["suppressed_by"][0]
    if failed is not None:
        return (
            f"A canary failed ({failed}): the harness itself moved, so **no change** of this night "
            "counts until that is explained."
        )
    found = compared.sort("q", "contestant_id", "metric")
    alarms, watches = (found.filter(pl.col("alarm") == kind) for kind in ("alarm", "watch"))
    torn = found.filter((pl.col("alarm") == "none") & (pl.col("q") < Q) & pl.col("effect_reached"))
    if alarms.height:
        who, contestants = (f["contestant_id"].n_unique() for f in (alarms, compared))
        said = (
            f"**{who} of {contestants}** {_plural(contestants, 'contestant')} changed for a second "
            f"night: {_listed(alarms, names)}"
        )
        if watches.height:
            said += f"; {_changes(watches.height)} of tonight must hold another night"
        return said + _unclear(torn) + _rest(frame, compared) + "."
    if watches.height:
        alone = watches["confirmed"].null_count() > 0
        why = (
            "can't be confirmed, since no night lies between these two"
            if alone
            else ("of tonight must hold another night to count")
        )
        advice = "; collect another night" if alone else ""
        said = f"**{_changes(watches.height)}** {why}: {_listed(watches, names)}{advice}"
        return said + _unclear(torn) + _rest(frame, compared) + "."
    if torn.height:
        return (
            f"**{_changes(torn.height)}** beyond chance {_plural(torn.height, 'has', 'have')} no "
            f"clear direction: {_listed(torn, names)}, while more single answers moved the other "
            f"way; look at the levels{_rest(frame, compared)}."
        )
    return _nothing(compared) + _rest(frame, compared) + "."


def _nothing(compared: pl.DataFrame) -> str:
    most, least = (int(str(f(compared["samples"]))) for f in (pl.Series.max, pl.Series.min))
    if most < FEWEST:
        return (
            f"**{most}** shared {_plural(most, 'sample')} can't show a change: collect at least "
            f"{FEWEST}"
        )
    metrics = set(compared["metric"])
    limits = [f"by {POINTS:.0f} points of accuracy"] if "accuracy" in metrics else []
    if ratios := [word for metric, word in RATIOS.items() if metric in metrics]:
        low, high = (f"{100 * end:.0f}%" for end in RATIO)
        limits.append(f"to below {low} or above {high} in {_joined(ratios, 'or')}")
    n = compared["contestant_id"].n_unique()
    over = f"{most:,}" if most == least else f"{least:,} to {most:,}"
    return (
        f"**None of {n}** {_plural(n, 'contestant')} changed {', or '.join(limits)}, beyond chance "
        f"over {over} shared samples"
    )


def _unclear(torn: pl.DataFrame) -> str:
    if torn.is_empty():
        return ""
    return (
        f"; {_changes(torn.height)} more {_plural(torn.height, 'has', 'have')} no clear direction"
    )


def _rest(frame: pl.DataFrame, compared: pl.DataFrame) -> str:
    """'; 1 more contestant has nothing that could be compared'."""
    left = frame["contestant_id"].n_unique() - compared["contestant_id"].n_unique()
    if not left:
        return ""
    return (
        f"; {left} more {_plural(left, 'contestant')} {_plural(left, 'has', 'have')} nothing that "
        "could be compared"
    )


def _changes(n: int) -> str:
    return f"{n} {_plural(n, 'change')}"


def _plural(n: int, one: str, many: str | None = None) -> str:
    return one if n == 1 else many or f"{one}s"


def _joined(words: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _listed(rows: pl.DataFrame, names: Mapping[str, str] | None) -> str:
    """'X, whose accuracy fell by 12.0 points; Y, whose ...; and 2 more'."""
    said = [_said(row, names) for row in rows.head(NAMED).iter_rows(named=True)]
    more = rows.height - NAMED
    return "; ".join([*said, *([f"and {more} more"] if more > 0 else [])])


def _said(row: Mapping[str, object], names: Mapping[str, str] | None) -> str:
    """'X, whose accuracy fell by 12.0 points'."""
    name = (names or {}).get(str(row["contestant_id"]), str(row["contestant_id"]))
    moved = "rose" if row["direction"] == "up" else "fell"
    if row["metric"] == "accuracy":
        return f"{name}, whose accuracy {moved} by {abs(float(str(row['change']))):.1f} points"
    shown = {"output_tokens": tokens, "duration_s": seconds, "cost_usd": usd}[str(row["metric"])]
    a, b = (shown(float(str(row[k]))) for k in ("before", "after"))
    ratio = float(str(row["change"]))
    what = RATIOS[str(row["metric"])]
    if (row["direction"] == "up") == (float(str(row["after"])) > float(str(row["before"]))):
        return f"{name}, whose {what} per answer {moved} from {a} to {b}"
    return f"{name}, whose {what} {moved} to {ratio:.0%} sample by sample (mean {a}, then {b})"
