"""prices, models, doctor: the catalogue and the state of things."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, db
from data.location import named


def add(commands: Commands) -> None:
    """Every command about the catalogue."""
    _add_prices(commands)
    _add_models(commands)
    _add_doctor(commands)


def _add_prices(commands: Commands) -> None:
    prices = commands.add_parser("prices", help="what deployments charge, by date")
    actions = prices.add_subparsers(required=True, metavar="ACTION", title="actions")
    show = actions.add_parser("show", help="the price in force, with where it was read")
    show.add_argument("models", nargs="*", metavar="MODEL", help="a LiteLLM model string")
    show.add_argument("--file", type=Path, metavar="FILE", help="a file of them, one a line")
    show.add_argument("--on", metavar="DATE", help="YYYY-MM-DD or YYYY-MM-DDTHH:MM (default: now)")
    show.add_argument("--json", action="store_true", help="for scripts")
    show.set_defaults(run=_prices_show)
    refresh = actions.add_parser(
        "refresh", help="propose new prices from LiteLLM's map, as a reviewable diff"
    )
    refresh.add_argument(
        "--from",
        metavar="FILE|URL",
        help="another copy of the map (default: the installed one)",
    )
    refresh.add_argument("--on", metavar="DATE", help="first day of new prices (default: today)")
    refresh.add_argument(
        "--write", action="store_true", help="append the new lines; nothing is overwritten"
    )
    refresh.add_argument(
        "--into", metavar="FOLDER", help="a catalogue of your own, or its folder prices"
    )
    refresh.set_defaults(run=_prices_refresh)


def _add_models(commands: Commands) -> None:
    models = commands.add_parser("models", help="what is known of a model, and by which names")
    actions = models.add_subparsers(required=True, metavar="ACTION", title="actions")
    show = actions.add_parser("show", help="every fact of a model, with where it was read")
    show.add_argument("names", nargs="+", metavar="NAME", help="any provider's name of it")
    show.add_argument("--json", action="store_true", help="for scripts")
    show.set_defaults(run=_models_show)
    resolve = actions.add_parser("resolve", help="which model each name of a file means")
    resolve.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="one name a line (default: stdin)"
    )
    resolve.add_argument(
        "--unresolved", action="store_true", help="only the names that mean no known model"
    )
    resolve.add_argument("--json", action="store_true", help="for scripts")
    resolve.set_defaults(run=_models_resolve)


def _add_doctor(commands: Commands) -> None:
    doctor = commands.add_parser(
        "doctor", help="check the catalogue and the database, and count what they hold"
    )
    doctor.add_argument("--json", action="store_true", help="for scripts")
    db(doctor)
    doctor.set_defaults(run=_doctor)


def _prices_show(args: argparse.Namespace) -> int:
    from dashboard.commands.prices import show

    return show(args)


def _prices_refresh(args: argparse.Namespace) -> int:
    from dashboard.commands.prices import refresh

    return refresh(args)


def _models_show(args: argparse.Namespace) -> int:
    from dashboard.commands.models import show

    return show(args)


def _models_resolve(args: argparse.Namespace) -> int:
    from dashboard.commands.models import resolve

    return resolve(args)


def _doctor(args: argparse.Namespace) -> int:
    from dashboard.commands.doctor import doctor

    return doctor(named(args.db), args.json)
