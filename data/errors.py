"""What can go wrong and be mended by the user: one tree, one line each, exit code 2.

    IsocostError
    ├── ExperimentError    the experiment file says something that can't be done
    ├── CatalogError       a fact or price file is wrong
    ├── CredentialError    a key is missing from the environment
    ├── ProviderError      a model can't be reached or is not installed
    ├── StoreError         the database or a folder can't be read or written
    │   └── StoreBusyError another process is publishing
    ├── ServeError         the dashboard can't listen where it was told to
    ├── CostError          usage can't be priced as asked
    ├── ExportError        a table can't be written as asked
    └── FormatError        another tool's file can't be read as what it should be

A message says what is wrong, the value seen, where, and what to do. A model's failure during a
collection is not an error of this tree: it is stored as an attempt with `status` and `error`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class IsocostError(Exception):
    """Root of everything the user can fix. The command line prints it on one line and exits 2."""


class ExperimentError(IsocostError):
    """The experiment file asks for something unknown or impossible."""


class CatalogError(IsocostError):
    """A file of facts or prices is wrong."""


class CredentialError(IsocostError):
    """A key that a contestant needs is not in the environment."""


class ProviderError(IsocostError):
    """A model can't be reached, or the package that holds it is not installed."""


class StoreError(IsocostError):
    """The database, its journal or their folder can't be read or written."""


class StoreBusyError(StoreError):
    """Another process holds the merge lock."""


class ServeError(IsocostError):
    """The dashboard can't be served as asked."""


class CostError(IsocostError):
    """A basis of cost asks for something that isn't there."""


class FormatError(IsocostError):
    """A file of another tool is damaged, hostile, or not of the format that was named."""


class ExportError(IsocostError):
    """A table can't be exported as asked."""


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """' Did you mean 'sums'? Known: ...' for the end of an error message."""
    names = sorted(known)
    close = difflib.get_close_matches(value, names, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    return f"{hint} Known: {', '.join(names)}."
