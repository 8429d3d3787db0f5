"""Before anything is sent: keys there, servers up, prices known; each lack is one line."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from collectors.entrants import Entrant
from collectors.experiment import Experiment
from collectors.providers.abilities import output_cap, refusals
from collectors.providers.embedding import embeds
from collectors.providers.local.registry import is_local
from collectors.providers.mapping import is_openai, own_server
from collectors.providers.model_names import is_hosted
from collectors.providers.router import Endpoint, Providers
from data.catalog.local import local_price
from data.catalog.prices import price_on, where
from data.errors import CredentialError, ExperimentError, IsocostError, ProviderError
from data.price import Price
from data.pricing.cost import REASONS

OLLAMA = ("ollama/", "ollama_chat/")
NO_KEY = "none-needed"
"""Sent to a server of the user's own that asks for no key: client libraries insist on some text."""


def endpoints(entrants: Iterable[Entrant]) -> dict[str, Endpoint]:
    """Where each contestant is reached; CredentialError when a named key is missing."""
    found: dict[str, Endpoint] = {}
    for entrant in entrants:
        if not is_hosted(entrant.contestant.model):
            continue
        key = os.environ.get(entrant.api_key_env) if entrant.api_key_env else None
        if entrant.api_key_env and not key:
            raise CredentialError(
                f"'{entrant.contestant.name}' needs the key {entrant.api_key_env}, which is not in "
                f"the environment. Run `export {entrant.api_key_env}=...`, or change api_key_env."
            )
        if entrant.api_base and not key:
            key = NO_KEY
        found[entrant.contestant.contestant_id] = Endpoint(entrant.api_base, key)
    return found


def check_servers(entrants: Iterable[Entrant], timeout_s: float = 5.0) -> None:
    """ProviderError for the first api_base that takes no connection."""
    for base, name in {e.api_base: e.contestant.name for e in entrants if e.api_base}.items():
        host, port = _address(base, name)
        try:
            socket.create_connection((host, port), timeout=timeout_s).close()
        except OSError as error:
            raise ProviderError(
                f"'{name}': nothing answers at api_base = '{base}' ({error.strerror or error}). "
                "Start the server, or correct the address."
            ) from error


def _address(base: str, name: str) -> tuple[str, int]:
    try:
        parts = urlsplit(base)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise ExperimentError(
            f"'{name}': api_base = '{base}' is not an address. Write one such as "
            "'http://127.0.0.1:8000/v1'."
        )
    return host, port or (443 if parts.scheme == "https" else 80)


def problems(entrants: Iterable[Entrant]) -> list[str]:
    """What would stop a real run before it sends anything, without touching a server."""
    asked = list(entrants)
    found = _refused(asked)
    for entrant in asked:
        try:
            reached = endpoints([entrant])
            if entrant.api_base:
                _address(entrant.api_base, entrant.contestant.name)
            Providers([entrant.contestant], endpoints=reached).check_keys()
        except IsocostError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def check_settings(entrants: Sequence[Entrant]) -> None:
    """ExperimentError for a setting that its model doesn't take; see abilities.refusals."""
    if refused := _refused(entrants):
        more = f" (and {len(refused) - 1} more: see --dry-run)" if len(refused) > 1 else ""
        raise ExperimentError(f"{refused[0]}{more}")


def _refused(entrants: Iterable[Entrant]) -> list[str]:
    asked = list(entrants)
    bases = {e.contestant.contestant_id: e.api_base for e in asked}
    return refusals([e.contestant for e in asked], bases)


def caps(entrants: Iterable[Entrant]) -> dict[str, int | None]:
    """The model's own output limit by contestant_id; None: not known. Who embeds writes nothing."""
    return {
        e.contestant.contestant_id: (
            0 if embeds(e.contestant) else output_cap(e.contestant.model, e.api_base)
        )
        for e in entrants
    }


def check_ceilings(
    experiment: Experiment, prices: Mapping[str, Price], caps: Mapping[str, int | None]
) -> None:
    """ExperimentError where a ceiling can't hold: an answer of any length costs any amount."""
    for entrant in experiment.entrants:
        contestant = entrant.contestant
        ceiling = entrant.budget_usd or experiment.budget_usd
        price = prices[contestant.contestant_id]
        if ceiling and price.told and price.told_usd_at_most is None:
            raise ExperimentError(
                f"'{contestant.name}': budget_usd can't hold for a function that tells only "
                "afterwards what an answer cost. Write price = { told_usd_at_most = 0.01 }, the "
                "most that one call costs, or another price."
            )
        # A server of one's own sends no bill; what it takes is not known, and is said in the end.
        own = contestant.model.startswith(OLLAMA) or own_server(contestant.model, entrant.api_base)
        billed = is_hosted(contestant.model) and not own
        if ceiling and price.missing and billed:
            why = REASONS.get(price.missing, price.missing).replace("_", " ")
            raise ExperimentError(
                f"'{contestant.name}': budget_usd can't hold for '{contestant.model}', whose price "
                f"is not known ({why}). Write price = {{ input_usd_per_mtok = ..., "
                "output_usd_per_mtok = ... }, or { usd_per_hour = ... } for a machine of your own."
            )
        endless = not contestant.max_tokens and caps[contestant.contestant_id] is None
        if ceiling and endless and price.basis == "tokens":
            raise ExperimentError(
                f"'{contestant.name}': budget_usd can't hold without an output limit, and this "
                "model's own is not known. Write max_tokens, for example max_tokens = 4096."
            )


def prices(entrants: Iterable[Entrant], now: datetime) -> dict[str, Price]:
    """The price of each contestant: the user's own, a local core's, or the catalogue's today.

    Where there is none, `missing` says why: a server of the user's own has no list price.
    """
    return {e.contestant.contestant_id: _price(e, now) for e in entrants}


def _price(entrant: Entrant, now: datetime) -> Price:
    model = entrant.contestant.model
    if entrant.price is not None:
        return entrant.price
    if is_local(model):
        return local_price(now)
    if where(model).provider in ("openai", "") and not is_openai(entrant.api_base):
        # A server of one's own that speaks OpenAI's language: OpenAI's list says nothing of it.
        return Price(missing="unpriced")
    found = price_on(model, now)
    if entrant.api_base and found.reason == "unknown_deployment":
        return Price(missing="unpriced")
    return found.price or Price(missing=found.reason or "unpriced")
