"""LiteLLM's price map as prices: the installed file, a file or an address. LiteLLM isn't imported.

Entries that can't be charged by tokens are counted with their reason; no content is a traceback.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import tomllib
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from data.catalog.deployments import Deployment, fold
from data.catalog.litellm_entry import SkippedError, price_of_entry
from data.catalog.price_lines import line_of, price_of
from data.errors import CatalogError
from data.price import Price

FILE = "model_prices_and_context_window_backup.json"
TIMEOUT_S = 60
"""Of a whole download."""
LIMIT_BYTES = 50_000_000

TEXT_MODES = ("chat", "responses", "completion", "embedding", "rerank")
"""Kinds of entries that can answer a text task."""

_UNREADABLE = (
    *(TypeError, ValueError, ArithmeticError, LookupError, AttributeError),
    CatalogError,
)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_PRICE_CLASS = re.compile(r"(together|fireworks)-ai-")


@dataclass(frozen=True)
class MapFile:
    """A price map as read: entries by LiteLLM key, nothing of them checked yet."""

    entries: dict[str, Any]
    sha256: str
    version: str
    """LiteLLM's, for the installed map; empty for a file or address."""
    where: str

    @property
    def source(self) -> str:
        """Id under which the catalogue's sources list it."""
        return f"litellm-{self.version}" if self.version else f"litellm-map-{self.sha256[:8]}"


@dataclass(frozen=True)
class Listing:
    """Prices by deployment, and how many entries were left out, by reason."""

    prices: dict[Deployment, Price]
    skipped: Counter[str]


def load(path: str | Path | None = None) -> MapFile:
    """The installed map, or a JSON file, or an http(s) address; CatalogError says why not."""
    release = ""
    if path is None:
        found = find_spec("litellm")
        if found is None or not found.submodule_search_locations:
            raise CatalogError(
                "LiteLLM is not installed, so there is no installed price map. Name one: --from "
                "FILE or --from https://..."
            )
        path, release = Path(found.submodule_search_locations[0]) / FILE, version("litellm")
    where = f"LiteLLM {release}" if release else str(path)
    raw = _fetch(str(path)) if _ADDRESS.match(str(path)) else _bytes(Path(path))
    try:
        entries = json.loads(raw, parse_float=_decimal, parse_constant=str)
    except (ValueError, RecursionError) as error:
        reason = str(error).split(":")[0] or "too deep"
        raise CatalogError(
            f"{where} is no JSON price map ({reason}). For a map on GitHub name its raw file."
        ) from error
    if not isinstance(entries, dict):
        raise CatalogError(f"{where} is no price map: it must be one JSON object of entries.")
    return MapFile(entries, hashlib.sha256(raw).hexdigest(), release, where)


def prices(file: MapFile, valid_from: str = "") -> Listing:
    """Prices of every entry that is charged by tokens or requests, from this ISO date on."""
    found: dict[Deployment, Price] = {}
    ranks: dict[Deployment, int] = {}
    skipped: Counter[str] = Counter()
    for key, entry in file.entries.items():
        try:
            at, rank = _deployment(key, entry)
            price = price_of_entry(entry, at.provider, file.source, valid_from)
            _check(price)
        except SkippedError as error:
            skipped[str(error)] += 1
            continue
        except _UNREADABLE:
            skipped["unreadable"] += 1
            continue
        if at in found:
            skipped["the same deployment under another key"] += 1
        # LiteLLM looks a name up with its provider's prefix first.
        if rank >= ranks.get(at, -1):
            found[at], ranks[at] = price, rank
    return Listing(dict(sorted(found.items())), skipped)


def _check(price: Price) -> None:
    """CatalogError unless a price file can state the price: no entry may spoil a whole file."""
    if price_of(tomllib.loads(f"x = {line_of(price)}")["x"], "") != price:
        raise CatalogError(f"{line_of(price)} reads back as another price.")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return _limited(stream.read(LIMIT_BYTES + 1), str(path))
    except OSError as error:
        raise CatalogError(
            f"Can't read the price map {path}: {error.strerror or error}."
        ) from error


def _fetch(url: str) -> bytes:
    """What the address answers, within TIMEOUT_S: a server that drips would hold us for ever."""
    answers: list[bytes | Exception] = []

    def download() -> None:
        try:
            answers.append(_download(url))
        except Exception as error:  # handed to the one who waits
            answers.append(error)

    thread = threading.Thread(target=download, daemon=True)
    thread.start()
    thread.join(TIMEOUT_S)
    found = answers[0] if answers else TimeoutError(f"no whole answer in {TIMEOUT_S} s")
    if isinstance(found, bytes):
        return found
    if isinstance(found, HTTPError):
        raise CatalogError(f"{url} answers {found.code}. Check the address.") from found
    if isinstance(found, URLError | HTTPException | OSError | ValueError):
        reason = getattr(found, "reason", None) or found
        raise CatalogError(
            f"Can't fetch {url}: {reason}. Check the address, or download it and name the file."
        ) from found
    raise found


def _download(url: str) -> bytes:
    request = Request(url, headers={"User-Agent": "isocost"})  # noqa: S310  # http(s) alone
    with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        raw: bytes = _limited(answer.read(LIMIT_BYTES + 1), url)
        if answer.length:
            raise OSError(f"it ended {answer.length:,} bytes before its Content-Length")
        return raw


def _limited(raw: bytes, where: str) -> bytes:
    if len(raw) > LIMIT_BYTES:
        raise CatalogError(f"{where} has more than {LIMIT_BYTES / 1e6:.0f} MB: no price map.")
    return raw


def _decimal(text: str) -> Decimal | str:
    """The number; its text where no decimal can hold it, so that whoever uses it finds out."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _deployment(key: str, entry: Any) -> tuple[Deployment, int]:
    """The deployment, and how near the key is to how LiteLLM looks for it."""
    if not isinstance(entry, dict):
        raise SkippedError("unreadable")
    mode, provider = entry.get("mode"), entry.get("litellm_provider")
    if _PRICE_CLASS.match(key):
        raise SkippedError("a class of sizes, no deployment")
    if mode not in TEXT_MODES or not isinstance(provider, str):
        raise SkippedError(
            f"mode {mode}" if isinstance(mode, str) and len(mode) < 40 else "no mode"
        )
    if "*" in key or not key.isprintable() or len(key) > 200:
        raise SkippedError("no usable name")
    folded = fold(provider)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}", folded):
        raise SkippedError("no usable name")
    head, _, rest = key.partition("/")
    if rest and fold(head) == folded:
        return Deployment(folded, rest), 2 if head == folded else 1
    return Deployment(folded, key), 0
