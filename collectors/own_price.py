"""The price a user writes beside a contestant, checked."""

from __future__ import annotations

from collectors import checks
from data.errors import ExperimentError
from data.price import CLASSES, Price, Rates

TOKENS = tuple(f"{name}_usd_per_mtok" for name in CLASSES)
HOURS = (
    "usd_per_hour",
    "utilisation",
    "prefill_tokens_per_s",
    "decode_tokens_per_s",
)
MOST_PER_MTOK = 50_000.0
TOLD = "told_usd_at_most"
MOST = {
    "usd_per_request": 50.0,
    TOLD: 50.0,
    "usd_per_hour": 100_000.0,
    "usd_per_cpu_hour": 10_000.0,
    **dict.fromkeys(("prefill_tokens_per_s", "decode_tokens_per_s"), 1e12),
}
"""What each key can be at most: a slip such as 150 for 0.150 must not spoil a night's run."""
KEYS = (*TOKENS, "usd_per_request", *HOURS, "usd_per_cpu_hour", TOLD)


def told_price(at_most: float | None = None) -> Price:
    """What a Python function costs says itself, with each answer."""
    return Price(told=True, told_usd_at_most=at_most, source="experiment")


def own_price(raw: object, where: str, reads_only: bool = False) -> Price | None:
    """The price of one [[contestant]] table; None when it names none.

    Who `reads_only` writes nothing, so that its input alone has a price.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise ExperimentError(
            f"{where}: price = {raw!r}: write a table such as {{ usd_per_hour = 2.5 }}."
        )
    where = f"{where}, price"
    checks.known(raw, KEYS, where)
    if reads_only and "input_usd_per_mtok" in raw:
        raw = {"output_usd_per_mtok": 0.0, **raw}
    given = {key: checks.money(value, key, where) for key, value in raw.items()}
    for key, value in given.items():
        most = 1e12 if key == "utilisation" else MOST.get(key, MOST_PER_MTOK)
        if value is not None and value > most:
            raise ExperimentError(
                f"{where}: {key} = {value:g} is more than anyone charges ({most:g}). Mind the unit."
            )
    if TOLD in given:
        if len(given) > 1:
            raise ExperimentError(f"{where}: {TOLD} does not go with the rest. Leave it out.")
        return told_price(given[TOLD])
    _one_basis(given, where)
    _machine(given, where)
    rates = {name: given.get(f"{name}_usd_per_mtok") for name in CLASSES}
    rest = {key: value for key, value in given.items() if key not in TOKENS}
    return Price(rates=Rates(**rates), **rest, source="experiment")  # type: ignore[arg-type]


def _one_basis(given: dict[str, float | None], where: str) -> None:
    tokens = "input_usd_per_mtok" in given
    bases = ("usd_per_hour" in given) + ("usd_per_cpu_hour" in given) + tokens
    if bases != 1 or tokens != ("output_usd_per_mtok" in given):
        raise ExperimentError(
            f"{where} must have usd_per_hour, or usd_per_cpu_hour, or both "
            "input_usd_per_mtok and output_usd_per_mtok."
        )
    stray = [k for k in given if (k in TOKENS or k == "usd_per_request") and not tokens]
    stray += [k for k in given if k in HOURS and "usd_per_hour" not in given]
    if stray:
        raise ExperimentError(f"{where}: {stray[0]} does not go with the rest. Leave it out.")


def _machine(given: dict[str, float | None], where: str) -> None:
    share = given.get("utilisation")
    if share is not None and not 0.0001 <= share <= 1:
        raise ExperimentError(
            f"{where}: utilisation = {share}: write the share of its hours the machine is busy, "
            "above 0 (at least 0.0001) and at most 1."
        )
    speeds = [given.get(key) for key in ("prefill_tokens_per_s", "decode_tokens_per_s")]
    if speeds.count(None) == 1 or any(speed is not None and speed < 0.001 for speed in speeds):
        raise ExperimentError(
            f"{where}: prefill_tokens_per_s and decode_tokens_per_s go together, each above 0: "
            "the aggregate tokens a second you measured."
        )
