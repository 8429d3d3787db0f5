"""The tasks, by name. A new one is a file with `TASK` and a line here."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import import_module

from collectors.tasks.task import Task
from data.errors import ExperimentError, did_you_mean

TASKS = (
    ("sums", "collectors.tasks.sums"),
    ("capitals", "collectors.tasks.capitals"),
    ("cities", "collectors.tasks.knowledge.cities"),
    ("currencies", "collectors.tasks.knowledge.currencies"),
    ("calling-codes", "collectors.tasks.knowledge.calling_codes"),
    ("elements", "collectors.tasks.knowledge.elements"),
    ("languages", "collectors.tasks.knowledge.languages"),
    ("tickets", "collectors.tasks.tickets"),
    ("language", "collectors.tasks.language"),
    ("invoices", "collectors.tasks.invoices"),
    ("contracts", "collectors.tasks.contracts"),
    ("emails", "collectors.tasks.emails"),
    ("tables", "collectors.tasks.tables"),
    ("grounded", "collectors.tasks.grounded"),
    ("grounded-en", "collectors.tasks.grounded_languages:ENGLISH"),
    ("grounded-es", "collectors.tasks.grounded_languages:SPANISH"),
    ("grounded-fr", "collectors.tasks.grounded_languages:FRENCH"),
    ("grounded-de", "collectors.tasks.grounded_languages:GERMAN"),
    ("grounded-zh", "collectors.tasks.grounded_languages:CHINESE"),
    ("grounded-ar", "collectors.tasks.grounded_languages:ARABIC"),
    ("instructions", "collectors.tasks.instructions"),
    ("needles", "collectors.tasks.needles"),
    ("multi-needles", "collectors.tasks.multi_needles"),
    ("trace", "collectors.tasks.trace"),
    ("python-functions", "collectors.tasks.python_functions"),
    ("code-output", "collectors.tasks.code_output"),
    ("agent-calculator", "collectors.tasks.agent_calculator"),
    ("agent-store", "collectors.tasks.agent_store"),
    ("agent-files", "collectors.tasks.agent_files"),
    ("sentiment", "collectors.tasks.sentiment"),
    ("topic", "collectors.tasks.topic"),
    ("moderation", "collectors.tasks.moderation"),
    ("urgency", "collectors.tasks.urgency"),
    ("brackets", "collectors.tasks.gym.arithmetic:BRACKETS"),
    ("products", "collectors.tasks.gym.arithmetic:PRODUCTS"),
    ("decimals", "collectors.tasks.gym.arithmetic:DECIMALS"),
    ("fractions", "collectors.tasks.gym.arithmetic:FRACTIONS"),
    ("gcd", "collectors.tasks.gym.number_theory:GCD"),
    ("lcm", "collectors.tasks.gym.number_theory:LCM"),
    ("prime-factors", "collectors.tasks.gym.number_theory:PRIME_FACTORS"),
    ("count-primes", "collectors.tasks.gym.number_theory:COUNT_PRIMES"),
    ("number-bases", "collectors.tasks.gym.numerals:NUMBER_BASES"),
    ("count-bits", "collectors.tasks.gym.numerals:COUNT_BITS"),
    ("equations", "collectors.tasks.gym.algebra:EQUATIONS"),
    ("derivatives", "collectors.tasks.gym.polynomials:DERIVATIVES"),
    ("integrals", "collectors.tasks.gym.polynomials:INTEGRALS"),
    ("complex-numbers", "collectors.tasks.gym.algebra:COMPLEX"),
    ("weekdays", "collectors.tasks.gym.dates:WEEKDAY"),
    ("working-days", "collectors.tasks.gym.dates:WORKING_DAYS"),
    ("legs", "collectors.tasks.gym.counting:LEGS"),
    ("dice", "collectors.tasks.gym.counting:DICE"),
    ("sequences", "collectors.tasks.gym.sequences:SEQUENCES"),
    ("number-sorting", "collectors.tasks.gym.lists:SORTING"),
    ("number-filtering", "collectors.tasks.gym.lists:FILTERING"),
    ("backwards", "collectors.tasks.gym.text:BACKWARDS"),
    ("caesar", "collectors.tasks.gym.text:CAESAR"),
    ("letter-counts", "collectors.tasks.gym.text:LETTER_COUNTS"),
    ("palindromes", "collectors.tasks.gym.text:PALINDROMES"),
    ("word-order", "collectors.tasks.gym.text:WORD_ORDER"),
    ("rewriting", "collectors.tasks.gym.rewriting:REWRITING"),
    ("machines", "collectors.tasks.gym.rewriting:MACHINES"),
    ("spiral", "collectors.tasks.gym.grids:SPIRAL"),
    ("matrix-moves", "collectors.tasks.gym.grids:MATRIX_MOVES"),
    ("islands", "collectors.tasks.gym.grids:ISLANDS"),
    ("grid-paths", "collectors.tasks.gym.graphs:GRID_PATHS"),
    ("path-star", "collectors.tasks.gym.graphs:PATH_STAR"),
    ("courses", "collectors.tasks.gym.graphs:COURSES"),
    ("knights", "collectors.tasks.gym.logic:KNIGHTS"),
    ("circuits", "collectors.tasks.gym.logic:CIRCUITS"),
    ("cube", "collectors.tasks.gym.puzzles:CUBE"),
    ("jugs", "collectors.tasks.gym.fewest:JUGS"),
    ("buttons", "collectors.tasks.gym.fewest:BUTTONS"),
    ("sudoku", "collectors.tasks.gym.puzzles:SUDOKU"),
)
"""(name, module that holds `TASK`, or module:NAME); asking for a task imports its module alone."""


def registry(lines: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The lines as a mapping; a name that stands twice is an error."""
    twice = [name for name, count in Counter(name for name, _ in lines).items() if count > 1]
    if twice:
        raise ValueError(f"task registered twice: {', '.join(twice)}")
    return dict(lines)


MODULES = registry(TASKS)


def names() -> tuple[str, ...]:
    """Every task's name, in the order of the registry."""
    return tuple(MODULES)


@cache
def task(name: str) -> Task:
    """The task of that name."""
    if name not in MODULES:
        raise ExperimentError(f"Unknown task '{name}'.{did_you_mean(name, names())}")
    module, _, attribute = MODULES[name].partition(":")
    found = getattr(import_module(module), attribute or "TASK")
    if not isinstance(found, Task) or found.name != name:
        raise TypeError(f"{MODULES[name]} does not hold the task '{name}'")
    return found
