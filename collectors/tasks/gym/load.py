"""reasoning-gym's generators, imported one by one.

Its package imports all of its hundred generators at once, and with them packages that compile C or
that no family here needs. So its packages stand here without the code of their `__init__`, unless
the whole of it was imported already.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module, util
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

PACKAGE, VERSION = "reasoning_gym", "0.1.25"
"""The one version that makes the samples that were frozen."""
FOLDERS = (
    "coaching", "arithmetic", "algebra", "algorithmic", "cognition", "games", "graphs", "logic",
)  # fmt: skip
"""Its packages that are used; `data` and `utils` import nothing and are themselves."""
LOCK = RLock()


@cache
def missing(*needed: str) -> str | None:
    """Why samples can't be made here, with what to do; None: they can.

    `needed` names what a family's generator imports beside the package.
    """
    try:
        found = version(PACKAGE)
    except PackageNotFoundError:
        return f"reasoning-gym is not installed: pip install --no-deps reasoning-gym=={VERSION}"
    if found != VERSION:
        return (
            f"reasoning-gym {found} would draw other samples: "
            f"pip install --no-deps reasoning-gym=={VERSION}"
        )
    absent = [name for name in needed if util.find_spec(name) is None]
    return f"{absent[0]} is not installed: pip install {absent[0]}" if absent else None


@cache
def generator(place: str) -> tuple[type, type]:
    """(dataset class, config class) of 'arithmetic.chain_sum:ChainSumDataset:ChainSumConfig'."""
    module, dataset, config = place.split(":")
    with LOCK:
        prepare()
        found = import_module(f"{PACKAGE}.{module}")
    return getattr(found, dataset), getattr(found, config)


def prepare() -> None:
    """Its packages, entered as what has been imported, without having run."""
    if PACKAGE in sys.modules:
        return
    spec = util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(missing() or f"{PACKAGE} is not a package")
    root = Path(spec.origin).parent
    hollow(PACKAGE, root)
    for folder in FOLDERS:
        hollow(f"{PACKAGE}.{folder}", root / folder)
    coaching: Any = sys.modules[f"{PACKAGE}.coaching"]
    for part in ("attributes", "base_curriculum"):
        names = vars(import_module(f"{PACKAGE}.coaching.{part}"))
        vars(coaching).update({n: found for n, found in names.items() if n[0].isupper()})


def hollow(name: str, folder: Path) -> None:
    """A package that finds its modules and holds nothing else."""
    module = ModuleType(name, f"{name}, of which only single modules are imported.")
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    module.__spec__, module.__path__ = spec, [str(folder)]
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)


def draw(place: str, config: dict[str, Any], seed: int) -> dict[str, Any]:
    """One entry of a generator: question, answer, metadata."""
    dataset, configured = generator(place)
    entry: dict[str, Any] = dataset(configured(seed=seed, size=1, **config))[0]
    return entry
