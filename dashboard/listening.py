"""Where the dashboard listens: on this machine alone, unless who may read it is settled."""

from __future__ import annotations

import importlib.util
import ipaddress
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from data.errors import ServeError

HOST = "127.0.0.1"
LOGIN = "ISOCOST_LOGIN"
"""Environment variable that names a server's login file."""
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
"""What the [auth] table of a login file holds: Streamlit's names, of an OpenID Connect client."""
SECRET_LENGTH = 32
"""Characters of a cookie secret at least: it signs who is logged in."""
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 (named to be asked about, not bound)


@dataclass(frozen=True)
class Listening:
    """What a server is started with."""

    host: str = HOST
    names: tuple[str, ...] = ()
    """Names under which browsers may ask for it, beside localhost and 127.0.0.1."""
    login: str | None = None
    """File of the login; None: nobody is asked who they are."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        held = json.loads(text)
        return cls(held["host"], tuple(held["names"]), held["login"])


def listening(
    host: str, names: tuple[str, ...], login: Path | None, without_login: bool, db: Path
) -> Listening:
    """What was asked for, or ServeError: beyond this machine only with a login, or said aloud."""
    if login is not None:
        check_login(login)
    if login is not None and without_login:
        raise ServeError("--login and --without-login contradict each other: leave one out.")
    if not is_loopback(host):
        if login is None and not without_login:
            raise ServeError(
                f"Won't listen on {host}: whoever can reach it would read every result, prompt and "
                f"answer in {db}. Name a login with --login FILE (docs/serving.md), or say "
                "--without-login if everyone there may."
            )
        if host in ANYWHERE and not names:
            raise ServeError(
                f"{host} has no name for browsers to ask for: say which with --name HOST, as it "
                "stands in their address bar."
            )
    own = () if host in ANYWHERE or is_loopback(host) else (host.strip("[]"),)
    return Listening(host, (*names, *own), None if login is None else str(login.resolve()))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_login(path: Path) -> Mapping[str, Any]:
    """A login file's contents, or ServeError naming the first thing that is wrong with it."""
    try:
        held = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ServeError(f"Can't read the login file {path}: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ServeError(f"The login file {path} is no TOML: {error}.") from error
    auth = held.get("auth")
    auth = auth if isinstance(auth, dict) else {}
    for name in NEEDED:
        if not isinstance(auth.get(name), str) or not auth[name].strip():
            raise ServeError(f"The login file {path} has no {name} under [auth]: docs/serving.md.")
    if len(auth["cookie_secret"]) < SECRET_LENGTH:
        raise ServeError(
            f"cookie_secret in {path} has {len(auth['cookie_secret'])} characters: take "
            f"{SECRET_LENGTH} or more, such as `openssl rand -hex 32` prints."
        )
    if not auth["redirect_uri"].endswith("/oauth2callback"):
        raise ServeError(
            f"redirect_uri in {path} is '{auth['redirect_uri']}': it ends in /oauth2callback."
        )
    readers(held, path)
    if importlib.util.find_spec("authlib") is None:
        raise ServeError("A login needs Authlib: pip install 'isocost[login]'.")
    return held


def readers(held: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    """Who may read: addresses, '*@example.com' for a domain, '*' for all whom the provider lets in.

    A provider that knows the whole world lets the whole world in, so it has to be said.
    """
    table = held.get("readers")
    found = table.get("emails") if isinstance(table, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(e, str) for e in found):
        raise ServeError(
            f"The login file {path} doesn't say who may read: write "
            '[readers] emails = ["ada@example.com", "*@example.org"], or ["*"] for all whom the '
            "provider lets in."
        )
    for entry in found:
        if entry != "*" and ("@" not in entry or "*" in entry.removeprefix("*@")):
            raise ServeError(
                f"'{entry}' under [readers] in {path} is no address, no '*@domain' and no '*'."
            )
    return tuple(found)


def may_read(email: str | None, verified: object, allowed: tuple[str, ...]) -> bool:
    """Whether somebody who has logged in is one of the readers; an unverified address is nobody's.

    `verified` None: the provider does not say, as company directories don't.
    """
    if "*" in allowed:
        return True
    if not email or str(verified).casefold() == "false":
        return False
    address = email.casefold()
    name, _, domain = address.rpartition("@")
    return bool(name) and any(
        domain == entry[2:].casefold() if entry.startswith("*@") else address == entry.casefold()
        for entry in allowed
    )
