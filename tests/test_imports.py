"""What a command loads, and which way imports point."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("litellm", "streamlit", "plotly", "polars", "duckdb", "numpy", "scipy", "sklearn")


def loaded(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(done.stdout.split())


def test_help_loads_nothing_heavy():
    modules = loaded("from dashboard.cli import parser; parser().format_help()")
    assert not modules & set(HEAVY)


@pytest.mark.parametrize(
    "code",
    [
        "import data.export, data.view, data.store",
        "import collectors.plan, collectors.estimate, collectors.collect",
        "import dashboard.commands.export, dashboard.commands.collect, dashboard.commands.demo",
        "import dashboard.serve, dashboard.query",
    ],
)
def test_litellm_is_loaded_by_its_door_alone(code):
    assert "litellm" not in loaded(code)


def test_only_the_door_names_litellm():
    named = {
        str(p.relative_to(ROOT))
        for folder in ("data", "collectors", "dashboard")
        for p in (ROOT / folder).rglob("*.py")
        if any(
            line.strip().startswith(("import litellm", "from litellm"))
            or 'import_module("litellm")' in line
            for line in p.read_text("utf-8").splitlines()
        )
    }
    assert named == {"collectors/providers/litellm_door.py"}


def test_no_file_beside_the_app_shadows_the_standard_library():
    beside = {p.stem for p in (ROOT / "dashboard").iterdir()}
    assert not beside & set(sys.stdlib_module_names)
