"""A GitHub Actions workflow that keeps the database from one night to the next."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from collectors.schedule import files
from collectors.schedule.clock import days_without, next_run
from collectors.schedule.job import HEADER, Draft, Job, ScheduleError

LONGEST_MIN = 350
"""A hosted runner is stopped after six hours; this leaves time to keep the database."""
SPARE_MIN = 30
KEPT_DAYS = 90
LOOPBACK = {"127.0.0.1", "localhost", "::1", "0.0.0.0"}  # noqa: S104 (recognised, not listened on)


def draft(job: Job, now: datetime) -> Draft:
    """The workflow's file, and what to do with it."""
    root = repository(job.experiment)
    path = _path(job, root)
    return Draft(
        next_run=next_run(job.when, now, "after"),
        files=((path, workflow(job, root, now)),),
        commands=(
            ("git", "add", str(path.relative_to(root)), _inside(job.experiment, root, root)),
            ("git", "commit"),
            ("git", "push"),
        ),
        notes=tuple(_notes(job, now)),
    )


def install(job: Job, now: datetime) -> list[str]:
    """Write the workflow; it counts once it is on the default branch."""
    return [
        *files.write(job, draft(job, now).files),
        "Commit and push it to the default branch: GitHub runs schedules from there alone.",
    ]


def remove(job: Job) -> list[str]:
    """Delete the workflow's file."""
    root = repository(job.experiment)
    done = files.delete(job, [(_path(job, root), _header(job, root))])
    return [*done, "Commit and push that it is gone."] if done else []


def _path(job: Job, root: Path) -> Path:
    return root / ".github" / "workflows" / f"{job.unit}.yml"


def _header(job: Job, root: Path) -> str:
    return f"{HEADER}{_inside(job.experiment, root, root)}"


def repository(experiment: Path) -> Path:
    """The git repository that holds the experiment; ScheduleError when there is none."""
    for folder in experiment.parents:
        if (folder / ".git").exists():
            return folder
    raise ScheduleError(
        f"{experiment} is in no git repository: GitHub runs what is in one. Move it there, or use "
        "--with systemd or cron."
    )


def workflow(job: Job, root: Path, now: datetime) -> str:
    """The YAML. Every word of the user's own is a quoted string, and never part of a script."""
    folder = job.folder if job.folder.is_relative_to(root) else root
    own = _is_isocost(root)
    lines = [
        _header(job, root),
        "# The database goes from run to run as an artifact, with the prompts and answers in it",
        "# where store_text keeps them. Secrets are set under Settings, Secrets and variables.",
        f"name: {_string(f'Isocost {job.title}')}",
        "on:",
        "  schedule:",
        *_cron(job, now),
        "  workflow_dispatch:",
        "permissions:",
        "  contents: read",
        "  actions: read",
        "concurrency:",
        f"  group: {job.unit}",
        "  cancel-in-progress: false",
        "jobs:",
        "  nightly:",
        "    runs-on: ubuntu-latest",
        f"    timeout-minutes: {_minutes(job)}",
        "    defaults:",
        "      run:",
        "        shell: bash",
        f"        working-directory: {_string(_inside(folder, root, root))}",
        "    env:",
        f"      EXPERIMENT: {_string(_inside(job.experiment, folder, root))}",
        f"      DATABASE: {_string(_inside(job.db, folder, root))}",
        f"      ARTIFACT: {job.unit}",
        "    steps:",
        "      - uses: actions/checkout@v6",
        "        with:",
        "          persist-credentials: false",
        "      - uses: actions/setup-python@v6",
        "        with:",
        '          python-version: "3.11"',
        "      - name: Install Isocost",
        *(_OWN_INSTALL if own else _install(job)),
        *_RESTORE,
        "      - name: Collect",
        *_secrets(job.keys),
        '        run: isocost nightly "$EXPERIMENT" --db "$DATABASE"',
        *_KEEP,
    ]
    return "\n".join(lines) + "\n"


_OWN_INSTALL = (
    "        working-directory: .",
    "        run: |",
    "          make install",
    '          echo "$PWD/.venv/bin" >> "$GITHUB_PATH"',
)
_RESTORE = (
    "      # A failure here ends the run: an empty database would hide every night before.",
    "      - name: Restore the database of the run before",
    "        id: restore",
    "        env:",
    "          GH_TOKEN: ${{ github.token }}",
    "          BRANCH: ${{ github.ref_name }}",
    "        run: |",
    '          folder=$(dirname "$DATABASE")',
    '          mkdir -p "$folder"',
    "          newest='[.artifacts[] | select(.expired | not)",
    "            | select(.workflow_run.head_branch == env.BRANCH)]",
    "            | sort_by(.created_at) | last | .id // empty'",
    '          artifacts="repos/$GITHUB_REPOSITORY/actions/artifacts"',
    '          id=$(gh api "$artifacts?name=$ARTIFACT&per_page=100" --jq "$newest")',
    '          if [ -n "$id" ]; then',
    '            gh api "$artifacts/$id/zip" > "$RUNNER_TEMP/before.zip"',
    '            unzip -q -o "$RUNNER_TEMP/before.zip" -d "$folder"',
    "          fi",
)
_KEEP = (
    "      - name: Gather the database",
    "        if: ${{ always() && steps.restore.outcome == 'success' }}",
    "        run: |",
    '          mkdir -p "$RUNNER_TEMP/keep"',
    '          for part in "$DATABASE" "$DATABASE".*; do',
    '            if [ -e "$part" ]; then cp -R "$part" "$RUNNER_TEMP/keep/"; fi',
    "          done",
    "      - name: Keep the database",
    "        if: ${{ always() && steps.restore.outcome == 'success' }}",
    "        uses: actions/upload-artifact@v6",
    "        with:",
    "          name: ${{ env.ARTIFACT }}",
    "          path: ${{ runner.temp }}/keep",
    "          include-hidden-files: true",
    f"          retention-days: {KEPT_DAYS}",
)


def _install(job: Job) -> list[str]:
    try:
        wanted = f"=={version('isocost')}"
    except PackageNotFoundError:
        wanted = ""
    extra = "[local]" if job.bundled else ""
    return [f"        run: python -m pip install 'isocost{extra}{wanted}'"]


def _cron(job: Job, now: datetime) -> list[str]:
    """In the zone's own time where it has a name, so that it moves with the clocks; else in UTC."""
    at = job.when.at
    if job.when.zone_name is None:
        at = next_run(job.when, now, "after").astimezone(UTC).time()
    lines = [f'    - cron: "{at.minute} {at.hour} * * *"']
    if job.when.zone_name not in (None, "UTC", "Etc/UTC"):
        lines.append(f"      timezone: {_string(str(job.when.zone_name))}")
    return lines


def _secrets(names: Iterable[str]) -> list[str]:
    lines = [f"          {name}: ${{{{ secrets.{secret(name)} }}}}" for name in names]
    return ["        env:", *lines] if lines else []


def secret(name: str) -> str:
    """The repository's secret for a variable: GitHub keeps names that begin with its own."""
    return f"ISOCOST_{name}" if name.upper().startswith("GITHUB_") else name


def _minutes(job: Job) -> int:
    asked = int((job.timeout_s or 1e9) / 60) + SPARE_MIN
    return min(LONGEST_MIN, asked)


def _inside(path: Path, base: Path, root: Path) -> str:
    """A path of the repository, from `base`; ScheduleError for one that the runner won't have."""
    if not path.is_relative_to(root):
        raise ScheduleError(
            f"{path} is outside the repository {root}, so GitHub has no such place. Name one in "
            "it, such as --db data/isocost.duckdb."
        )
    if "${{" in str(path):
        raise ScheduleError(f"GitHub reads '${{{{' in {path} as an expression. Rename it.")
    return Path(os.path.relpath(path, base)).as_posix()


def _string(text: str) -> str:
    """A YAML string: JSON's are a part of YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _is_isocost(root: Path) -> bool:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("project", {})
    except (OSError, ValueError):
        return False
    return isinstance(project, dict) and project.get("name") == "isocost"


def _host(base: str) -> str:
    try:
        return urlsplit(base).hostname or ""
    except ValueError:
        return ""


def _notes(job: Job, now: datetime) -> list[str]:
    found = []
    if job.keys:
        names = ", ".join(secret(name) for name in job.keys)
        found.append(f"Set these secrets of the repository: {names}.")
    near = LOOPBACK & {_host(base) for base in job.own_servers}
    if near:
        found.append(f"A runner at GitHub does not reach your {' or '.join(sorted(near))}.")
    if job.env_file:
        found.append(f"{job.env_file} is not used: keys are the repository's secrets.")
    if job.bundled and not _is_isocost(repository(job.experiment)):
        found.append("Bundled models need their weights: add the README's step for them.")
    if job.when.zone_name is None:
        found.append("This machine's zone has no name, so the time moves when clocks change.")
    found += [
        f"On {day} the clocks jump over {job.when.text}: GitHub runs it right after."
        for day in days_without(job.when, now)
    ]
    return [
        *found,
        f"GitHub starts it late when it is busy, stops a public repository's schedule after 60 "
        f"days without a commit, and keeps the database for {KEPT_DAYS} days.",
    ]
