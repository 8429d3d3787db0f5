"""Which of the listed models answer text, and what the catalogue knows of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from collectors import preflight
from collectors.entrants import Entrant, entrants
from collectors.firsthour.listing import Listed, Listing
from collectors.firsthour.sources import Source
from data.catalog import litellm_map
from data.catalog.models import models
from data.catalog.names import resolve
from data.catalog.sources import labs
from data.errors import CatalogError, IsocostError
from data.price import Price

NO_TEXT = re.compile(
    r"(?:^|[^a-z])(?:embed\w*|e5|bge|gte|nomic|minilm|whisper|tts|audio|speech|voice|realtime|"
    r"transcri\w+|image\w*|imagen|dall-?e|flux|diffusion|sdxl|sora|video|veo|lyria|music|ocr|"
    r"moderation|guard\w*|safeguard|shield\w*|rerank\w*|reward|classifier|search|research|"
    r"computer-use|robotics|live|native|omni|aqa|instruct-0914|babbage|davinci|container|"
    r"translate|codex|guardian|clip)(?:[^a-z]|$)|gpt-3\.5-turbo-instruct"
)
"""Words in the names of models that don't answer text with text, search the web, or can't chat."""
SPECIAL = re.compile(
    r"(?:^|[^a-z])(?:auto|free|beta|exp|experimental|preview|latest|cyber)(?:[^a-z]|$)"
)
"""What moves, is rationed or is for a few: only where nothing else is offered."""
LEAVING_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Candidate:
    """A model that can be proposed."""

    source: Source
    listed: Listed
    model: str
    """LiteLLM's string."""
    price: Price
    """What a run would charge it at today; without an amount: `missing` says why."""
    model_id: str | None = None
    lab: str = ""
    """Its maker's name, or the source's where nobody knows."""
    family: str = ""
    """Its name without version and date: models of one family replace each other."""
    released: date | None = None
    params: int | None = None

    @property
    def usd(self) -> tuple[float, float] | None:
        """Dollars per million tokens, input and output; None when no list says."""
        rates = self.price.rates
        return None if rates.input is None else (rates.input, rates.output or 0.0)

    @property
    def own_price(self) -> dict[str, float] | None:
        """The listing's price, where the catalogue has none: it is written into the file."""
        if self.price.source != "experiment" or self.usd is None:
            return None
        return {"input_usd_per_mtok": self.usd[0], "output_usd_per_mtok": self.usd[1]}


def candidates(listings: Iterable[Listing], now: datetime) -> list[Candidate]:
    """The models of all sources that answer text and stay for a while, in the order of sources."""
    found = []
    for listing in listings:
        for listed in listing.models:
            if (made := _candidate(listing.source, listed, now)) is not None:
                found.append(made)
    return found


def entrants_of(stated: Mapping[str, Any]) -> list[Entrant]:
    """The entrants that such a [[contestant]] table makes: one for each effort."""
    return entrants(stated, "init", ("sums",))


def table(source: Source, model: str) -> dict[str, Any]:
    """What every contestant of a source states."""
    stated = {"model": model, "api_base": source.api_base, "api_key_env": source.key_env}
    return {key: value for key, value in stated.items() if value is not None}


def _candidate(source: Source, listed: Listed, now: datetime) -> Candidate | None:
    model = f"{source.prefix}/{listed.name}"
    known = resolve(model)
    facts = models().get(known.model_id or "")
    entry = {} if source.own else _map_entry(source.prefix, listed.name)
    if not _text(listed, entry, facts.get("architecture") if facts else None):
        return None
    leaves = _day(entry.get("deprecation_date"))
    if any(day and day <= now.date() + LEAVING_SOON for day in (listed.retires, leaves)):
        return None
    released = facts.get("released") if facts else None
    lab = labs().get(str(facts.get("lab"))) if facts else None
    maker = listed.name.partition("/")[0].lower() if "/" in listed.name else source.name
    try:
        price = _price(source, model, listed, now)
    except IsocostError:
        return None
    return Candidate(
        source,
        listed,
        model,
        price,
        known.model_id,
        lab.name if lab else maker,
        family(known.model_id or listed.name.rpartition("/")[2]),
        released if isinstance(released, date) else listed.created,
        facts.count("params_total") if facts else None,
    )


def _text(listed: Listed, entry: Mapping[str, Any], architecture: object) -> bool:
    if listed.text is False or architecture == "encoder":
        return False
    if entry.get("mode") not in (None, "chat"):
        return False
    return not NO_TEXT.search(listed.name.lower().rpartition("/")[2])


def _price(source: Source, model: str, listed: Listed, now: datetime) -> Price:
    """What `collect` would charge, or else what the listing says."""
    made = entrants_of(table(source, model))[0]
    price = preflight.prices([made], now)[made.contestant.contestant_id]
    if price.basis == "none" and not source.own and listed.usd_per_mtok:
        low, high = listed.usd_per_mtok
        stated = {"input_usd_per_mtok": low, "output_usd_per_mtok": high}
        return entrants_of({**table(source, model), "price": stated})[0].price or price
    return price


@cache
def _map() -> Mapping[str, Any]:
    """LiteLLM's map, for a model's kind and its last day, which the catalogue does not keep."""
    try:
        return litellm_map.load().entries
    except CatalogError:
        return {}


def _map_entry(prefix: str, name: str) -> Mapping[str, Any]:
    entry = _map().get(f"{prefix}/{name}") or _map().get(name)
    return entry if isinstance(entry, dict) else {}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_PARTED = re.compile(r"[-_ :/@()]+")
_SIZE = re.compile(r"[ea]?\d+(?:\.\d+)?[bm]|\d+x\d+b")


def family(name: str) -> str:
    """The name without what changes from one release to the next; sizes stay.

    'gpt-5-mini-2025-08-07' and 'gpt-4.1-mini' are the family 'gpt mini'.
    """
    words = []
    for word in _PARTED.split(name.lower()):
        bare = word if _SIZE.fullmatch(word) else re.sub(r"v?\d[\d.]*$|^v(?=\d)", "", word)
        if bare and not re.fullmatch(r"[\d.]+|preview|latest|exp|it|chat|instruct|beta", bare):
            words.append(bare)
    return " ".join(words)
