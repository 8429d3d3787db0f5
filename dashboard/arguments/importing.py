"""import: other tools' results into the store."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, db
from data.location import database


def add(commands: Commands) -> None:
    """The command that imports."""
    imports = commands.add_parser(
        "import",
        help="bring in other tools' results: Inspect, lm-eval, promptfoo, Aider, any table ...",
        description="Read result files of other tools, check them, store what can be used beside "
        "what was collected, and report what was not. Importing twice adds nothing; a damaged "
        "file adds nothing either. See docs/importing.md.",
    )
    imports.add_argument("format", nargs="?", metavar="FORMAT", help="its name; see --formats")
    imports.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders")
    imports.add_argument("--formats", action="store_true", help="list the formats that can be read")
    imports.add_argument(
        "--detect", type=Path, metavar="PATH", help="say which format a file looks like"
    )
    imports.add_argument(
        "--campaign",
        metavar="NAME",
        help="results of one campaign are compared with each other (default: the format's name)",
    )
    imports.add_argument("--map", type=Path, metavar="FILE.toml", help="of a table: which columns")
    imports.add_argument(
        "--measured",
        metavar="DATE",
        help="when it was measured, for files that don't say (default: the file's date)",
    )
    imports.add_argument(
        "--texts",
        choices=["keep", "hash", "drop"],
        default="keep",
        help="prompts and answers: keep, hash or drop (default: keep)",
    )
    imports.add_argument(
        "--dry-run", action="store_true", help="report and show the first rows; store nothing"
    )
    imports.add_argument("--json", action="store_true", help="the report, for scripts")
    db(imports)
    imports.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from dashboard.commands import imports

    if args.formats:
        return imports.formats()
    if args.detect:
        return imports.detected(args.detect, args.json)
    return imports.run(args, database(args.db))
