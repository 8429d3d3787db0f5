"""Where the dashboard may listen, who may read it, and what a login file must say."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.listening import Listening, is_loopback, listening, may_read
from data.errors import ServeError

DB = Path("store.duckdb")
GOOD = """
[auth]
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "isocost"
client_secret = "secret"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"

[readers]
emails = ["ada@example.com", "*@example.org"]
"""


def login(folder: Path, text: str = GOOD) -> Path:
    path = folder / "login.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.5.5.5"])
def test_this_machine_needs_no_login(host):
    assert is_loopback(host)
    assert listening(host, (), None, False, DB) == Listening(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.4", "dash.example.com", "127.0.0.1.x"]
)
def test_elsewhere_is_refused_and_says_what_would_be_seen(host):
    with pytest.raises(ServeError, match=r"every result, prompt and answer in store\.duckdb"):
        listening(host, ("dash.example.com",), None, False, DB)


def test_elsewhere_with_a_login_or_said_aloud(tmp_path):
    path = login(tmp_path)
    found = listening("192.168.1.4", ("dash.example.com",), path, False, DB)
    assert found == Listening(
        "192.168.1.4", ("dash.example.com", "192.168.1.4"), str(path.resolve())
    )
    assert listening("192.168.1.4", (), None, True, DB).names == ("192.168.1.4",)
    assert Listening.from_json(found.to_json()) == found


def test_every_address_needs_a_name(tmp_path):
    with pytest.raises(ServeError, match="--name HOST"):
        listening("0.0.0.0", (), login(tmp_path), False, DB)


def test_both_at_once_contradict(tmp_path):
    with pytest.raises(ServeError, match="contradict"):
        listening("127.0.0.1", (), login(tmp_path), True, DB)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('client_id = "isocost"', "", "has no client_id under"),
        ('client_secret = "secret"', "client_secret = 5", "has no client_secret"),
        ("[auth]", "[oauth]", "has no redirect_uri"),
        ("0123456789abcdef0123456789abcdef", "short", "cookie_secret in .* has 5 characters"),
        ("/oauth2callback", "/", "ends in /oauth2callback"),
        ("[readers]", "[people]", "doesn't say who may read"),
        ('["ada@example.com", "*@example.org"]', "[]", "doesn't say who may read"),
        ("*@example.org", "example.org", "'example.org' under"),
        ("*@example.org", "a*@example.org", r"'a\*@example.org' under"),
        ("[auth]", "[auth", "is no TOML"),
    ],
)
def test_a_login_file_that_is_wrong_names_what(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(ServeError, match=said):
        listening("127.0.0.1", (), login(tmp_path, GOOD.replace(old, new)), False, DB)


def test_a_missing_login_file(tmp_path):
    with pytest.raises(ServeError, match="Can't read the login file"):
        listening("127.0.0.1", (), tmp_path / "none.toml", False, DB)


@pytest.mark.parametrize(
    ("email", "verified", "may"),
    [
        ("ada@example.com", True, True),
        ("ADA@Example.com", None, True),
        ("eve@example.org", True, True),
        ("eve@example.org", False, False),
        ("eve@example.org", "false", False),
        ("eve@sub.example.org", True, False),
        ("eve@example.org.evil.com", True, False),
        ("example.org", True, False),
        ("bob@example.com", True, False),
        ("", True, False),
        (None, True, False),
    ],
)
def test_who_may_read(email, verified, may):
    assert may_read(email, verified, ("ada@example.com", "*@example.org")) is may
    assert may_read(email, verified, ("*",))


def test_the_command_refuses_in_one_line(tmp_path, capsys):
    code = main(["dashboard", "--db", str(tmp_path / "x.duckdb"), "--host", "0.0.0.0"])
    assert code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("isocost: Won't listen on 0.0.0.0")


@pytest.mark.parametrize("host", ["203.0.113.9", "no-such-host.invalid"])
def test_an_address_that_is_not_ours(tmp_path, capsys, host):
    code = main(
        ["dashboard", "--db", str(tmp_path / "x.duckdb"), "--host", host, "--without-login"]
    )
    assert code == 2
    assert f"Can't serve on {host} port 8501" in capsys.readouterr().err
