"""What travels: the wheel's contents, the locks, and what must never be committed."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (path,) = out.glob("*.whl")
    return set(zipfile.ZipFile(path).namelist())


@pytest.mark.parametrize(
    "name",
    [
        "data/store/migrations/0001_initial.sql",
        "data/store/migrations/0002_prices.sql",
        "data/catalog/sources.toml",
        "data/catalog/models/meta.toml",
        "data/catalog/prices/openai.toml",
        "data/catalog/results/aider-polyglot.toml",
        "data/catalog/local_prices.toml",
        "data/method.md",
        "collectors/tasks/sums.py",
        "dashboard/app.py",
        "dashboard/theme.css",
        "dashboard/.streamlit/config.toml",
    ],
)
def test_the_wheel_holds_what_is_read_at_run_time(wheel, name):
    assert name in wheel


def test_the_wheel_holds_no_results_no_tests_and_no_bytecode(wheel):
    tops = {n.split("/")[0] for n in wheel}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"data", "collectors", "dashboard"}
    assert not [n for n in wheel if re.search(r"duckdb|\.journal|\.pyc$|\.env$", n)]


def test_databases_and_journals_are_git_ignored():
    paths = [
        "data/isocost.duckdb",
        "data/isocost.duckdb.journal/x.jsonl",
        "data/x.duckdb.lock",
        ".env",
    ]
    done = subprocess.run(
        ["git", "check-ignore", *paths], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == paths


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_locks_pin_and_hash_everything_and_name_no_index(lock):
    text = lock.read_text()
    assert not re.search(r"https?:|--index|--extra-index|--find-links|@ file", text)
    blocks = re.split(r"\n(?=[a-z])", text[text.index("\n", text.rindex("make lock")) + 1 :])
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_compromised_releases_of_litellm_are_never_locked():
    (pin,) = re.findall(r"^litellm==(\S+)", (ROOT / "requirements" / "lock.txt").read_text(), re.M)
    assert pin not in ("1.82.7", "1.82.8")
    assert not pin.startswith("1.107.")
    excluded = re.search(r'"(litellm[^"]+)"', (ROOT / "pyproject.toml").read_text())[1]
    for bad in ("!=1.82.7", "!=1.82.8", "!=1.107.*"):
        assert bad in excluded
