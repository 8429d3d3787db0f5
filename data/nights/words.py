"""A night in words: its headline, and one line for each thing that is worth one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.analysis import drift as lens
from data.analysis.drift_words import RATIOS
from data.export import cell
from data.nights.compare import Compared
from data.wording import amount, percent, seconds, tokens, usd

MOST_CHARS = 300


def plain(text: object) -> str:
    """Anybody's text on one line: no control characters, cut when long."""
    flat = " ".join(str(text).split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in flat)
    return shown if len(shown) <= MOST_CHARS else f"{shown[: MOST_CHARS - 1]}…"


def safe(text: object) -> str:
    """Anybody's text in Markdown: no mark-up, no HTML, and no address that turns into a link."""
    shown = cell(plain(text)).replace("&", "&amp;")
    return shown.replace("://", ":\\/\\/").replace("www.", "www\\.").replace("@", "\\@")


def moved(found: Compared, names: Mapping[str, str]) -> str:
    """One Markdown sentence on what drifted."""
    if found.reference is None:
        return "The first night of this experiment: there is nothing to compare it with yet."
    if found.silenced:
        broken = found.canaries.filter(~found.canaries["passed"] & found.canaries["suppresses"])
        who = ", ".join(
            dict.fromkeys(
                f"{row['canary']} {safe(names.get(row['contestant_id'], row['contestant_id']))}"
                for row in broken.iter_rows(named=True)
            )
        )
        return (
            f"**A canary failed** ({who}): the measuring itself moved, so no change of this night "
            "counts until that is explained."
        )
    if found.changes.is_empty():
        return "Nothing was answered tonight, so nothing can be compared."
    return lens.sentence(found.changes, {who: safe(name) for who, name in names.items()})


def headline(told: Mapping[str, Any]) -> str:
    """The first sentence of a summary, in Markdown."""
    alarms = [c for c in told["changes"] if c["alarm"] == "alarm"]
    parts = []
    if told["silenced"]:
        parts.append("**A canary failed: no change of tonight counts**")
    if alarms:
        more = f" and {len(alarms) - 1} more" if len(alarms) > 1 else ""
        parts.append(f"**Drift alarm: {change_line(alarms[0])}{more}**")
    parts += [f"**{alert_line(a)}**" for a in told["alerts"] if a["new"]][:3]
    watches = sum(c["alarm"] == "watch" for c in told["changes"])
    if watches and not alarms:
        word = "change" if watches == 1 else "changes"
        parts.append(f"**{watches} {word} must hold another night to count**")
    coverage, spend = told["coverage"], told["spend"]
    failed = sum(f["attempts"] for f in told["failures"])
    if not parts and not told["silenced"]:
        parts.append("**Nothing moved**" if told["compared_with"] else "**First night**")
    parts.append(
        f"{coverage['scored']:,} of {coverage['asked']:,} attempts answered"
        + (f", {failed:,} failed" if failed else "")
    )
    ceiling = f" of {amount(spend['budget_usd'])}" if spend["budget_usd"] else ""
    parts.append(f"{amount(spend['usd'])}{ceiling} spent")
    return "; ".join(parts) + "."


def change_line(change: Mapping[str, Any]) -> str:
    """'adder: accuracy 100.0 to 55.0 (−45.0 points, −58.1 to −31.9; q .001)'."""
    who, metric = safe(change["contestant"]), change["metric"]
    low, high = change["change_low"], change["change_high"]
    q = f"q {change['q']:.2g}"
    if metric == "accuracy":
        ends = "" if low is None else f", {_signed(low)} to {_signed(high)}"
        was, now = (f"{100 * change[k]:.1f}" for k in ("before", "after"))
        return f"{who}: accuracy {was} to {now} ({_signed(change['change'])} points{ends}; {q})"
    shown = {"output_tokens": tokens, "duration_s": seconds, "cost_usd": usd}[metric]
    was, now = shown(change["before"]), shown(change["after"])
    ends = "" if low is None else f", {low:.2f} to {high:.2f}"
    times = f"×{change['change']:.2f}{ends}; {q}"
    return f"{who}: {RATIOS[metric]} an answer {was} to {now} ({times})"


def slow_line(row: Mapping[str, Any]) -> str:
    """'adder: output tokens an answer creep up (sum 5.3 over 30 nights; new tonight)'."""
    what = RATIOS.get(row["metric"], row["metric"])
    since = "new tonight" if row["new"] else "as on the night before"
    return (
        f"{safe(row['contestant'])}: {what} creeping {row['signal']} (sum {row['sum']:.1f} over "
        f"{row['nights']} nights; {since})"
    )


def alert_line(alert: Mapping[str, Any]) -> str:
    """What an alert says, with its dollars."""
    return {"beaten": _beaten, "price": _price, "retirement": _retirement}[alert["kind"]](alert)


def _beaten(alert: Mapping[str, Any]) -> str:
    word = "newly beaten" if alert["new"] else "beaten, as before,"
    return (
        f"{safe(alert['contestant'])} is {word} on {_joined(alert['tasks'])} by "
        f"{safe(alert['by'])}, which does as well ({_signed(100 * alert['difference'])} points, "
        f"{_signed(100 * alert['difference_low'])} to {_signed(100 * alert['difference_high'])}) "
        f"and saves {dollars(alert, sign=-1)}"
    )


def _price(alert: Mapping[str, Any]) -> str:
    told = f"{safe(alert['contestant'])} changed its price ({_rates(alert)})"
    if alert["usd_per_1k_calls"] is None:
        return f"{told}: what that costs is not known"
    up = alert["usd_per_1k_calls"] >= 0
    said = f"{told}: {dollars(alert, 1 if up else -1)} {'more' if up else 'less'}"
    own = alert["behaviour_usd_per_month"]
    unit = "a month"
    if alert["usd_per_month"] is None or own is None:
        own, unit = alert["behaviour_usd_per_1k_calls"], "per 1,000 calls"
    if own:
        said += f"; what it used changed the bill by {_signed_usd(own)} {unit} besides"
    return said


def _rates(alert: Mapping[str, Any]) -> str:
    """'output_usd_per_mtok 10 to 12'; the rates that are not as before."""
    was, now = alert["before"], alert["after"]
    keys = [k for k in dict.fromkeys([*was, *now]) if was.get(k) != now.get(k)]
    if not keys:
        return "tiers, modes or hours"
    return ", ".join(f"{_named(k)} {_rate(was.get(k))} to {_rate(now.get(k))}" for k in keys)


def _named(key: str) -> str:
    """'input $ per million tokens' of input_usd_per_mtok."""
    words = safe(key.replace("_usd_per_mtok", " $ per million tokens").replace("usd_per", "$ per"))
    return words.replace("\\_", " ").replace("_", " ")


def _rate(value: object) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else safe(value)


def _retirement(alert: Mapping[str, Any]) -> str:
    who = safe(alert["contestant"])
    if alert["gone"]:
        said = f"{who} is gone: its provider knows no such model"
    elif alert["days"] < 0:
        said = f"{who} was to go on {alert['on']}, {-alert['days']} days ago"
    else:
        said = f"{who} goes on {alert['on']}, in {alert['days']} days"
    if not alert["in_use"]:
        return said
    if alert["by"]:
        to = ", ".join(f"{safe(name)} for {safe(task)}" for task, name in alert["by"].items())
        up = alert["usd_per_1k_calls"] >= 0
        change = f"{dollars(alert, 1 if up else -1)} {'more' if up else 'less'}"
        said += f"; moving to the cheapest that does as well ({to}) costs {change}"
    if alert["without"]:
        said += f"; nobody is shown to do as well on {_joined(alert['without'])}"
    return said


def dollars(alert: Mapping[str, Any], sign: int) -> str:
    """'$12.40 [$9.10–$15.80] a month', or of 1,000 calls where the calls a month are not known."""
    unit, word = ("usd_per_month", "a month")
    if alert[unit] is None:
        unit, word = "usd_per_1k_calls", "per 1,000 calls"
    ends = [alert.get(f"{unit}_{end}") for end in ("low", "high")]
    shown = amount(sign * alert[unit])
    if None not in ends:
        low, high = sorted(sign * float(end) for end in ends if end is not None)
        shown += f" [{amount(low)}–{amount(high)}]"
    return f"{shown} {word}"


def share(part: float, whole: float) -> str:
    return percent(part / whole) if whole else "–"


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _signed_usd(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{amount(abs(value))}"


def _joined(names: Sequence[str]) -> str:
    return ", ".join(safe(name) for name in names)
