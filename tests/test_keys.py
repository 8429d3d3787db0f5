"""Keys from a .env: real git repositories decide whether it may be read."""

import os
import subprocess

import pytest

from collectors.keys import (
    MOST_BYTES,
    PROVIDER_KEYS,
    SECRET_NAMES,
    hide,
    key_names,
    load_env,
    secret_values,
)
from data.errors import CredentialError

NAME = "ISOCOST_TEST_API_KEY"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    # Set first, so that what a test loads is taken out again.
    for name in (NAME, "ISOCOST_TEST_OTHER"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def git(folder, *args):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *args], cwd=folder, env=environment, check=True, capture_output=True)


def env_file(folder, text=f"{NAME}=sk-one\n"):
    (folder / ".env").write_text(text)
    (folder / ".env").chmod(0o600)
    return folder / ".env"


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    return tmp_path


def test_a_file_outside_git_is_read(tmp_path):
    env_file(tmp_path)
    assert load_env(tmp_path) == [NAME]
    assert os.environ[NAME] == "sk-one"


def test_no_file_is_no_key(tmp_path):
    assert load_env(tmp_path) == []
    (tmp_path / ".env").mkdir()
    assert load_env(tmp_path) == [], "a virtual environment of that name"


@pytest.mark.parametrize("ignore", [".gitignore", ".git/info/exclude"])
def test_an_ignored_file_is_read(repository, ignore):
    (repository / ignore).write_text(".env\n")
    env_file(repository)
    assert load_env(repository) == [NAME]


def test_a_folder_below_is_ignored_by_the_rule_above(repository):
    (repository / ".gitignore").write_text(".env\n")
    below = repository / "a" / "b c"
    below.mkdir(parents=True)
    env_file(below)
    assert load_env(below) == [NAME]


def test_a_file_that_git_would_add_is_refused_and_not_read(repository):
    file = env_file(repository)
    with pytest.raises(CredentialError) as refused:
        load_env(repository)
    assert str(file) in str(refused.value)
    assert "add the line .env to .gitignore" in str(refused.value)
    assert "revoked" in str(refused.value)
    assert NAME not in os.environ


@pytest.mark.parametrize("ignored", [False, True])
def test_a_tracked_file_is_refused_even_where_it_is_ignored_by_now(repository, ignored):
    env_file(repository)
    git(repository, "add", ".env")
    if ignored:
        (repository / ".gitignore").write_text(".env\n")
    with pytest.raises(CredentialError, match="Git tracks .*revoke them"):
        load_env(repository)
    assert NAME not in os.environ


def test_a_git_hook_of_another_repository_does_not_decide(repository, monkeypatch, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / ".git" / "info" / "exclude").write_text(".env\n")
    env_file(repository)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    with pytest.raises(CredentialError, match="does not ignore"):
        load_env(repository)


def test_where_git_cannot_be_asked_the_file_is_not_read(repository, monkeypatch):
    (repository / ".gitignore").write_text(".env\n")
    env_file(repository)
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(CredentialError, match="can't say whether it ignores"):
        load_env(repository)


def test_the_environment_wins_but_an_empty_variable_is_none(tmp_path, monkeypatch):
    env_file(tmp_path, f"{NAME}=file\nISOCOST_TEST_OTHER=file\n")
    monkeypatch.setenv(NAME, "shell")
    monkeypatch.setenv("ISOCOST_TEST_OTHER", "")
    assert load_env(tmp_path) == ["ISOCOST_TEST_OTHER"]
    assert (os.environ[NAME], os.environ["ISOCOST_TEST_OTHER"]) == ("shell", "file")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("=sk-one", "sk-one"),
        ("= sk-one  # mine", "sk-one"),
        ("='a b#c'", "a b#c"),
        ('="a\\"b"', 'a"b'),
        ("=a$HOME${HOME}$(id)`id`", "a$HOME${HOME}$(id)`id`"),
        ("=schlüssel", "schlüssel"),
    ],
)
def test_values_are_taken_as_they_stand(tmp_path, line, value):
    env_file(tmp_path, f"\ufeff# keys\nexport {NAME}{line}\r\n")
    load_env(tmp_path)
    assert os.environ[NAME] == value


def test_lines_that_are_none_are_said_without_their_text(tmp_path):
    env_file(tmp_path, f"sk-secret nonsense '\n{NAME}=one\nEMPTY_NAME_ONLY\n=x\nA=b\0c\n")
    said = []
    assert load_env(tmp_path, said.append) == [NAME]
    assert said
    assert all("is no NAME=value" in text and "secret" not in text for text in said)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00k", b"A=b\n" * (MOST_BYTES // 4 + 1)])
def test_a_file_that_is_no_text_or_too_long_is_one_line(tmp_path, content):
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(CredentialError, match="Can't read the keys in"):
        load_env(tmp_path)


def test_a_file_that_everybody_can_read_is_said(tmp_path):
    file = env_file(tmp_path)
    said = []
    load_env(tmp_path, said.append)
    assert said == []
    file.chmod(0o644)
    load_env(tmp_path, said.append)
    assert said == [f"Every user of this machine can read {file}: run `chmod 600` on it."]


@pytest.mark.parametrize(
    "name",
    ["OPENAI_API_KEY", "HF_TOKEN", "aws_secret_access_key", "AWS_ACCESS_KEY_ID", "DB_PASSWORD",
     "SLACK_WEBHOOK_URL", "OTEL_EXPORTER_OTLP_HEADERS", "GOOGLE_CREDENTIALS"],
)  # fmt: skip
def test_secrets_are_known_by_their_names(monkeypatch, name):
    monkeypatch.setenv(name, "planted-value")
    assert "planted-value" in secret_values()


def test_short_values_and_other_names_are_no_secrets(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "true")
    monkeypatch.setenv("EDITOR_OF_KEYS", "vim-vim-vim")
    values = secret_values("given-one", None, "")
    assert "given-one" in values
    assert not values & {"true", "vim-vim-vim", ""}


def test_a_secret_within_a_secret_leaves_nothing_behind():
    assert hide("x secret-long y", {"secret", "secret-long"}) == "x [key] y"


@pytest.mark.parametrize(
    ("model", "base", "env", "expected"),
    [
        ("openai/gpt-5-mini", None, None, ("OPENAI_API_KEY",)),
        ("openai/gpt-5-mini", "http://127.0.0.1:1/v1", None, ()),
        ("hosted_vllm/m", "http://127.0.0.1:1/v1", "MY_KEY", ("MY_KEY",)),
        ("local/rules", None, None, ()),
        ("no-prefix", None, None, ()),
    ],
)
def test_the_variables_a_contestant_needs(model, base, env, expected):
    assert key_names(model, base, env) == expected


def test_the_providers_variables_are_those_that_litellm_reads(monkeypatch):
    for name in [n for n in os.environ if SECRET_NAMES.search(n)]:
        monkeypatch.delenv(name)
    from collectors.providers.litellm_door import litellm

    for provider, names in PROVIDER_KEYS.items():
        missing = set(litellm.validate_environment(f"{provider}/x")["missing_keys"])
        # Either key serves Gemini; a region is needed and not among what LiteLLM lists.
        missing -= {"GOOGLE_API_KEY"}
        assert missing == set(names) - {"AWS_REGION_NAME"}, provider
