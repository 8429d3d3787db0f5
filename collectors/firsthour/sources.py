"""Where to ask for models: by the keys of the environment, at the usual ports, by address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from collectors import checks
from collectors.firsthour.services import LOCAL_SERVERS, SERVICES, Local, Service
from collectors.providers.mapping import OPENAI_HOSTS
from data.errors import ExperimentError


@dataclass(frozen=True)
class Source:
    """A place to ask for its models. It holds the name of a key, never a key."""

    name: str
    prefix: str
    base: str
    listing: str
    auth: str = "bearer"
    key_env: str | None = None
    api_base: str | None = None
    """What its contestants need to be reached; None: LiteLLM knows the way."""
    own: bool = False
    """A server of the user's own: a list price says nothing of it."""
    expected: bool = True
    """A key or the user speaks for it; otherwise it is only a port worth a look."""
    check: str | None = None


def sources(
    environ: Mapping[str, str], named: Sequence[tuple[str, str | None]] = (), local: bool = True
) -> tuple[list[Source], list[str]]:
    """Where to ask, and one line for each address that can't be used.

    `named` are the user's own (address, variable of the key); a wrong one raises ExperimentError.
    """
    found = [
        Source(
            "server", "hosted_vllm", address(base, "--api-base"), "/models",
            key_env=_there(key, environ), api_base=address(base, "--api-base"), own=True,
        )
        for base, key in named
    ]  # fmt: skip
    wrong: list[str] = []
    for make, entry in [(_service, s) for s in SERVICES]:
        try:
            found += make(entry, environ)
        except ExperimentError as error:
            wrong.append(str(error))
    for server in LOCAL_SERVERS if local else ():
        try:
            found.append(_local(server, environ))
        except ExperimentError as error:
            wrong.append(str(error))
    once: dict[str, Source] = {}
    for source in found:
        once.setdefault(source.base.replace("//localhost", "//127.0.0.1"), source)
    return list(once.values()), wrong


def key_values(environ: Mapping[str, str], found: Iterable[Source]) -> set[str]:
    """The keys of these sources: text that must never be shown or written."""
    values = {environ.get(s.key_env, "").strip() for s in found if s.key_env}
    return {value for value in values if value}


def address(text: str, where: str) -> str:
    """A base address without a slash at its end; ExperimentError when it holds more than that.

    It goes into the experiment file, so a user name, a password or a query, which may be secret,
    is refused; the message does not repeat it.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not text.strip().isprintable():
        raise ExperimentError(
            f"{where} is not an address. Write one such as 'http://127.0.0.1:8000/v1'."
        )
    if parts.username or parts.password or parts.query or parts.fragment or len(text) > 300:
        raise ExperimentError(
            f"{where}: write the bare address, without a user name, password or query, and name "
            "the variable that holds the key with --api-key-env."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _service(service: Service, environ: Mapping[str, str]) -> list[Source]:
    key = next((k for k in service.keys if environ.get(k, "").strip()), None)
    if key is None and service.prefix != "openai":
        return []
    base, moved = _base(service.base, service.bases, environ)
    own = moved and service.prefix == "openai" and not _at_openai(base)
    if key is None and not own:
        return []
    return [
        Source(
            "OpenAI-compatible server" if own else service.name,
            service.prefix,
            base.removesuffix("/v1/messages") if service.auth == "anthropic" else base,
            service.listing,
            service.auth,
            key,
            base if moved else None,
            own,
            check=service.check,
        )
    ]


def _local(server: Local, environ: Mapping[str, str]) -> Source:
    base, moved = _base(server.base, server.bases, environ)
    key = server.key if server.key and environ.get(server.key, "").strip() else None
    return Source(
        server.name, server.prefix, base, server.listing, key_env=key, api_base=base, own=True,
        expected=moved,
    )  # fmt: skip


def _base(usual: str, names: Iterable[str], environ: Mapping[str, str]) -> tuple[str, bool]:
    """The address, and whether a variable moved it from the usual one."""
    for name in names:
        text = environ.get(name, "").strip()
        if text:
            base = address(_ollama(text) if name == "OLLAMA_HOST" else text, name)
            return base, base != usual
    return usual, False


def _ollama(text: str) -> str:
    """Ollama's own variable may say where to listen: '0.0.0.0', ':11434', 'host'."""
    scheme, _, rest = text.rpartition("://")
    host, colon, port = rest.rstrip("/").rpartition(":")
    if not colon or not port.isdigit():
        host, port = rest.rstrip("/"), "11434"
    return f"{scheme or 'http'}://{'127.0.0.1' if host in ('', '0.0.0.0', '[::]') else host}:{port}"  # noqa: S104  # where it listens, said by the user


def _at_openai(base: str) -> bool:
    return (urlsplit(base).hostname or "").endswith(OPENAI_HOSTS)


def _there(key: str | None, environ: Mapping[str, str]) -> str | None:
    if key is None:
        return None
    if not environ.get(checks.variable(key, "--api-key-env", "init"), "").strip():
        # Not repeated: who mistakes its meaning has typed the key itself.
        raise ExperimentError(
            "--api-key-env names a variable that is not in the environment. Set it first: "
            "`export NAME=...`."
        )
    return key
