"""The documentation names what exists: commands, keys, tasks, errors' exit codes."""

import argparse
import inspect
import re
import sys
import types
from dataclasses import fields
from pathlib import Path

import duckdb

from collectors import entrants, experiment, own_price, tasks
from collectors.providers.local.registry import LOCAL_MODELS
from collectors.tasks import document, table
from collectors.tasks.task import STYLES
from dashboard.cli import parser
from data.catalog import price_lines
from data.catalog.models import KINDS
from data.lenses import LENSES
from data.records import Attempt
from data.store.migrate import migrate
from tests import test_tasks

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXPERIMENT = (ROOT / "docs" / "experiment.md").read_text("utf-8")


def commands():
    (action,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return action


def test_every_command_has_help_and_stands_in_the_readme():
    for choice in commands()._choices_actions:
        assert choice.help
        assert f"isocost {choice.dest}" in README


def test_every_command_the_readme_shows_exists():
    shown = set(re.findall(r"isocost ([a-z]+)", README))
    assert shown <= set(commands().choices)


def test_every_key_of_an_experiment_is_explained():
    keys = (*experiment.TOP_KEYS, *experiment.TASK_KEYS, *table.KEYS)
    for key in (*entrants.KEYS, *keys, *own_price.KEYS):
        assert f"{key}" in EXPERIMENT, key
    for style in STYLES:
        assert style in EXPERIMENT


def test_every_local_model_and_task_is_listed():
    for model in LOCAL_MODELS:
        assert model.model in EXPERIMENT
    for name in tasks.names():
        assert f"### {name}\n" in (ROOT / "docs" / "tasks.md").read_text("utf-8")


def test_the_page_of_tasks_is_what_the_tasks_say():
    assert document.PAGE.read_text("utf-8") == document.page(), "run `make docs`"


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        prose = re.sub(r"^    .*$", "", page.read_text("utf-8"), flags=re.M)  # no examples
        for target in re.findall(r"\]\(([^)#]+)", prose):
            if not target.startswith(("http", "mailto")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_field_of_an_attempt_is_a_column():
    with duckdb.connect() as con:
        migrate(con, "memory")
        columns = {row[0] for row in con.execute("DESCRIBE attempts").fetchall()}
    assert columns == {f.name.rstrip("_") for f in fields(Attempt)}


def test_every_fact_of_the_catalogue_is_explained():
    catalogue = (ROOT / "docs" / "catalog.md").read_text("utf-8")
    for key in (*KINDS, *price_lines.KEYS):
        assert f"`{key}`" in catalogue, key


def test_every_lens_has_a_heading_in_the_method_and_a_line_in_the_readme():
    method = (ROOT / "docs" / "method.md").read_text("utf-8")
    headings = {h.lower() for h in re.findall(r"^## ([A-Z][a-z]+)", method, re.MULTILINE)}
    covered = headings | {"summary"}  # the first sections: capability, cost, tokens and time
    for name in LENSES:
        assert name in covered, name
        assert f"`{name}`" in README


def test_contents_of_the_method_lead_to_headings():
    method = (ROOT / "docs" / "method.md").read_text("utf-8")
    slugs = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", method, re.MULTILINE)
    }
    for target in re.findall(r"\]\(#([a-z-]+)\)", method):
        assert target in slugs, target


def test_the_task_that_contributing_shows_keeps_the_contract(monkeypatch):
    """All of tests/test_tasks.py that is no test of random texts or of the frozen bank."""
    (source,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.S)
    module = types.ModuleType("doubles")
    exec(source, module.__dict__)
    monkeypatch.setitem(sys.modules, "collectors.tasks.doubles", module)
    monkeypatch.setitem(tasks.MODULES, "doubles", "collectors.tasks.doubles")
    kept = [
        check
        for name, check in vars(test_tasks).items()
        if name.startswith("test_") and list(inspect.signature(check).parameters) == ["task"]
        and "frozen" not in name
    ]  # fmt: skip
    assert len(kept) >= 12
    for check in kept:
        check(tasks.task("doubles"))
    tasks.task.cache_clear()
