"""What a run was made with: the versions, the machine and the commit that are stored with it."""

from __future__ import annotations

import json
from typing import Any

from data.store import Reader, queries

NAMES = {"isocost": "Isocost", "python": "Python", "litellm": "LiteLLM", "duckdb": "DuckDB"}
"""How people write what matters most; the others stand as they are stored."""


def newest(reader: Reader) -> dict[str, str]:
    """The newest run in words, label to text, in their order; empty without a run."""
    runs = queries.runs(reader)
    if runs.is_empty():
        return {}
    run = runs.row(0, named=True)
    versions, machine = _read(run["versions"]), _read(run["machine"])
    told = {
        "Run": f"{run['run_id']} of campaign {run['campaign']}",
        "Started": f"{run['started_at']:%Y-%m-%d %H:%M} UTC",
        **{NAMES.get(name, name): str(text) for name, text in versions.items()},
        "Machine": _machine(machine),
        "Commit": str(run["git_commit"] or "")[:12] or "",
        "Catalogue": str(run["catalog_hash"] or "")[:12],
    }
    return {label: text for label, text in told.items() if text}


def sentence(sections: int, made: dict[str, str]) -> str:
    """One Markdown sentence: how much is explained, and what the newest run was made with."""
    said = f"**{sections} sections** say what every number here means"
    if not made:
        return f"{said}; nothing has been collected yet."
    tools = [f"{name} {made[name]}" for name in NAMES.values() if name in made][:3]
    with_ = f" with {', '.join(tools)}" if tools else ""
    on = f" on {made['Machine']}" if "Machine" in made else ""
    return f"{said}; the newest run, of {made['Started'][:10]}, was made{with_}{on}."


def _read(text: str | None) -> dict[str, Any]:
    """A stored JSON object; text that is none is kept under no name of its own."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {"": text}
    return found if isinstance(found, dict) else {"": text}


def _machine(machine: dict[str, Any]) -> str:
    """'Linux x86_64 with 2 CPUs'."""
    if "" in machine:
        return str(machine[""])
    where = " ".join(str(machine[key]) for key in ("system", "arch") if machine.get(key))
    cpus = machine.get("cpus")
    return where + (f" with {cpus} CPU{'' if cpus == 1 else 's'}" if where and cpus else "")
