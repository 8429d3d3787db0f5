"""Keys: from the environment, or from a `.env` in the working folder that git never sees.

What the environment says already wins, and nothing in the file is expanded or run.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from data.errors import CredentialError

FILE = ".env"
MOST_BYTES = 1_000_000
OTHER_PATHS = os.pathsep.join(("/usr/local/bin", "/opt/homebrew/bin"))
"""Where git can be, too: cron knows only of /usr/bin and /bin."""
SHORTEST_SECRET = 6
"""Hiding anything shorter would hide words."""
SECRET_NAMES = re.compile(
    r"(KEY|KEY_ID|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?|WEBHOOK(_UR[LI])?|HEADERS)$"
)
"""Environment variables whose values nobody may see."""
PROVIDER_KEYS = {
    "ai21": ("AI21_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "azure": ("AZURE_API_KEY", "AZURE_API_BASE", "AZURE_API_VERSION"),
    "bedrock": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION_NAME"),
    "cerebras": ("CEREBRAS_API_KEY",),
    "cohere": ("COHERE_API_KEY",),
    "dashscope": ("DASHSCOPE_API_KEY",),
    "deepinfra": ("DEEPINFRA_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "fireworks_ai": ("FIREWORKS_AI_API_KEY",),
    "gemini": ("GEMINI_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "huggingface": ("HUGGINGFACE_API_KEY",),
    "mistral": ("MISTRAL_API_KEY",),
    "moonshot": ("MOONSHOT_API_KEY",),
    "nebius": ("NEBIUS_API_KEY",),
    "novita": ("NOVITA_API_KEY",),
    "nvidia_nim": ("NVIDIA_NIM_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "perplexity": ("PERPLEXITYAI_API_KEY",),
    "replicate": ("REPLICATE_API_KEY",),
    "sagemaker": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION_NAME"),
    "together_ai": ("TOGETHERAI_API_KEY",),
    "vertex_ai": ("VERTEXAI_PROJECT", "VERTEXAI_LOCATION"),
    "xai": ("XAI_API_KEY",),
}
"""What LiteLLM reads for each provider; a test compares the names with LiteLLM's own."""

Say = Callable[[str], None]


def load_env(folder: Path, say: Say | None = None) -> list[str]:
    """Put the keys of `folder`'s .env into the environment; returns the names it set.

    CredentialError when git tracks the file or would: it is one `git add .` from being published.
    """
    # An empty variable is one that is not set, as it is for every provider.
    new = {k: v for k, v in env_keys(folder, say).items() if not os.environ.get(k)}
    os.environ.update(new)
    return list(new)


def env_keys(folder: Path, say: Say | None = None) -> dict[str, str]:
    """What `load_env` would find, without touching the environment."""
    file = folder / FILE
    try:
        info = file.stat()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CredentialError(_unreadable(file, error.strerror or str(error))) from error
    if not stat.S_ISREG(info.st_mode):
        # A folder of this name is usually a virtual environment.
        return {}
    _refuse_if_git_sees(file)
    if say and os.name == "posix" and info.st_mode & stat.S_IROTH:
        say(f"Every user of this machine can read {file}: run `chmod 600` on it.")
    return read_env(file, say)


def read_env(file: Path, say: Say | None = None) -> dict[str, str]:
    """Names and values of a .env file, as python-dotenv reads it without expanding anything."""
    from dotenv.parser import parse_stream

    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise CredentialError(_unreadable(file, f"more than {MOST_BYTES:,} bytes"))
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise CredentialError(_unreadable(file, error.strerror or str(error))) from error
    except UnicodeDecodeError as error:
        raise CredentialError(_unreadable(file, "not UTF-8 text")) from error
    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        wrong = binding.error or "\0" in f"{binding.key}{binding.value}"
        if wrong and say:
            say(f"Line {binding.original.line} of {file} is no NAME=value and was left out.")
        if not wrong and binding.key and binding.value is not None:
            found[binding.key] = binding.value
    return found


def _refuse_if_git_sees(file: Path) -> None:
    folder = file.parent.resolve()
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return
    if _git(folder, "ls-files", "--error-unmatch", "--", file.name) == 0:
        raise CredentialError(
            f"Git tracks {file}, so its keys are published with the repository: revoke them, run "
            f"`git rm --cached {file.name}` and add the line {file.name} to .gitignore."
        )
    code = _git(folder, "check-ignore", "--quiet", "--", file.name)
    if code == 1:
        raise CredentialError(
            f"Git does not ignore {file}: add the line {file.name} to .gitignore, so that its keys "
            "are never committed (a key that was committed once must be revoked)."
        )
    if code:
        raise CredentialError(
            f"Git can't say whether it ignores {file}: run `git check-ignore {file.name}` there "
            "and mend what it says, or set the keys in the environment instead."
        )


def _git(folder: Path, *args: str) -> int:
    """Git's exit code; 128, as for any trouble of its own, when it can't be run."""
    # Inside a git hook these name another repository.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    git = shutil.which("git", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{OTHER_PATHS}")
    try:
        return subprocess.run(
            [git or "git", *args], cwd=folder, env=environment, timeout=20, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ).returncode  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return 128


def _unreadable(file: Path, why: str) -> str:
    return f"Can't read the keys in {file}: {why}. Write lines such as NAME=value, or remove it."


def secret_values(*more: str | None) -> set[str]:
    """Values that nobody may see: `more`, and every variable named like a secret."""
    found = (value for name, value in os.environ.items() if SECRET_NAMES.search(name.upper()))
    return {value for value in (*more, *found) if value and len(value) >= SHORTEST_SECRET}


def hide(text: str, values: Iterable[str]) -> str:
    """`text` without any of the values; the longest first, for one may hold another."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "[key]")
    return text


def key_names(model: str, api_base: str | None, api_key_env: str | None) -> tuple[str, ...]:
    """The variables that a LiteLLM model string's provider reads; empty where that is not known.

    A server of one's own needs a key only where `api_key_env` names one.
    """
    if api_key_env:
        return (api_key_env,)
    return () if api_base else PROVIDER_KEYS.get(model.split("/")[0], ())
