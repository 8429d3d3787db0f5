"""Python of the user's own, named 'module:function' in an experiment: beside it, or installed."""

from __future__ import annotations

import sys
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any


class OwnCodeError(Exception):
    """A name that leads to nothing: the message says why."""


def look_beside(folder: Path) -> None:
    """Let modules be found beside the experiment first, as for a script."""
    if str(folder.resolve()) not in sys.path:
        sys.path.insert(0, str(folder.resolve()))


def loaded(name: str) -> Any:
    """What 'module:function' names; OwnCodeError, whatever its import raises."""
    module, _, attribute = name.partition(":")
    try:
        found = attrgetter(attribute)(import_module(module))
    except Exception as error:
        raise OwnCodeError(f"{type(error).__name__}: {error}") from error
    if not callable(found):
        raise OwnCodeError(f"{type(found).__name__} is no function")
    return found
