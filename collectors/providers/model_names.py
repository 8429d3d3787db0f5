"""What a contestant's model string says of where it runs."""

from __future__ import annotations

from collectors.providers.local.registry import is_local

PYTHON = "python:"
UNKNOWN_PROVIDER = "?"
"""Stands before the name of the nearest provider that is known, where a key's name would."""


def is_python(model: str) -> bool:
    """Whether it names a Python function of the user's: 'python:module:function'."""
    return model.startswith(PYTHON)


def is_hosted(model: str) -> bool:
    """Whether it is reached through LiteLLM: neither bundled nor a function."""
    return not is_local(model) and not is_python(model)
