"""The nightly run on a clock: what is written is checked by the programs that read it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from collectors.experiment import parse
from collectors.schedule import cron, files, github, systemd
from collectors.schedule.clock import When, days_without, minutes_apart, next_run, when
from collectors.schedule.job import Job, ScheduleError, job

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
UTC_CLOCK = When(time(2, 30), UTC, "UTC", True)
BERLIN_SYSTEM = When(time(2, 30), BERLIN, "Europe/Berlin", True)
BERLIN_ASKED = When(time(2, 30), BERLIN, "Europe/Berlin", False)
ODD = [
    "plain",
    "with space",
    "100% %h %%",
    'o\'clock "quoted"',
    "dollar $HOME ${HOME} $(id) `id`",
    "schlüssel 鍵 🔑",
    "semi; & | # * ! ~ (x)",
]
EXPERIMENT = """
name = "nightly"
[[contestant]]
model = "openai/gpt-5-mini"
[[contestant]]
model = "hosted_vllm/m"
api_base = "http://127.0.0.1:8000/v1"
api_key_env = "MY_KEY"
[[task]]
name = "sums"
samples = 1
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A HOME of the test's own, with nothing but the system's programs on PATH."""
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{home / 'bin'}:/usr/bin:/bin")
    for name in ("XDG_CONFIG_HOME", "TZ", "ISOCOST_CATALOG", "ISOCOST_DB"):
        monkeypatch.delenv(name, raising=False)
    return home


def program(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)
    return folder / name


@pytest.fixture
def crontab(home):
    """A crontab that keeps what it is given; never this machine's own."""
    program(
        home / "bin",
        "crontab",
        '#!/bin/sh\nif [ "$1" = -l ]; then\n'
        '  [ -f "$HOME/tab" ] || { echo "no crontab for someone" >&2; exit 1; }\n'
        '  exec cat "$HOME/tab"\nfi\n[ "$1" = - ] || exit 2\ncat > "$HOME/tab"\n',
    )
    return home / "tab"


@pytest.fixture
def systemctl(home):
    """A systemctl that writes down what it is told."""
    program(home / "bin", "systemctl", '#!/bin/sh\necho "$*" >> "$HOME/told"\n')
    return home / "told"


def a_job(folder, due=UTC_CLOCK, **more):
    folder.mkdir(parents=True, exist_ok=True)
    shown = '#!/bin/sh\nprintf "%s\\n" "$PWD" "$0" "$@" "$SOME_KEY" "$ISOCOST_CATALOG"\n'
    started = program(folder / "bin", "isocost", shown)
    given = {
        "title": "nightly", "experiment": folder / "x.toml", "db": folder / "d.duckdb",
        "folder": folder, "program": (str(started),), "when": due, **more,
    }  # fmt: skip
    return Job(**given)


# The clock


@pytest.mark.parametrize(
    ("due", "now", "skipped", "expected"),
    [
        (UTC_CLOCK, NOW, "skip", "2026-11-25T02:30:00+00:00"),
        (BERLIN_SYSTEM, NOW, "skip", "2026-11-25T02:30:00+01:00"),
        # One second before, and at that very moment.
        (UTC_CLOCK, datetime(2026, 11, 25, 2, 29, 59, tzinfo=UTC), "skip",
         "2026-11-25T02:30:00+00:00"),
        (UTC_CLOCK, datetime(2026, 11, 25, 2, 30, tzinfo=UTC), "skip", "2026-11-26T02:30:00+00:00"),
        # The night of 28 March 2027 has no 02:30 in Berlin.
        (BERLIN_SYSTEM, datetime(2027, 3, 27, 12, tzinfo=UTC), "skip",
         "2027-03-29T02:30:00+02:00"),
        (BERLIN_SYSTEM, datetime(2027, 3, 27, 12, tzinfo=UTC), "after",
         "2027-03-28T03:00:00+02:00"),
        # That of 25 October 2026 has two: the first counts.
        (BERLIN_SYSTEM, datetime(2026, 10, 24, 12, tzinfo=UTC), "skip",
         "2026-10-25T02:30:00+02:00"),
        (BERLIN_SYSTEM, datetime(2026, 10, 25, 0, 45, tzinfo=UTC), "skip",
         "2026-10-26T02:30:00+01:00"),
        # Half an hour's change, and a day that an island left out.
        (When(time(2, 15), ZoneInfo("Australia/Lord_Howe"), "Australia/Lord_Howe", True),
         datetime(2026, 10, 3, 12, tzinfo=UTC), "after", "2026-10-04T02:30:00+11:00"),
        (When(time(2, 30), ZoneInfo("Pacific/Apia"), "Pacific/Apia", True),
         datetime(2011, 12, 29, 20, tzinfo=UTC), "skip", "2011-12-31T02:30:00+14:00"),
    ],
)  # fmt: skip
def test_the_next_run_knows_when_clocks_change(due, now, skipped, expected):
    assert next_run(due, now, skipped).isoformat() == expected


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
@pytest.mark.parametrize(
    "base", ["2026-11-24 12:00", "2027-03-27 12:00", "2027-03-28 12:00", "2026-10-24 12:00"]
)
def test_systemd_agrees_about_the_next_run(tmp_path, base):
    """On the nights around both changes of the clocks, too."""
    text = systemd._timer(a_job(tmp_path, BERLIN_ASKED))
    calendar = re.search(r"^OnCalendar=(.+)$", text, re.MULTILINE)[1]
    done = subprocess.run(
        ["systemd-analyze", "calendar", f"--base-time={base} UTC", calendar],
        capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"},
    )  # fmt: skip
    ours = next_run(BERLIN_ASKED, datetime.fromisoformat(base).replace(tzinfo=UTC), "skip")
    assert f"{ours.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" in done.stdout


def test_days_without_that_time_are_known_beforehand():
    assert [str(day) for day in days_without(BERLIN_SYSTEM, NOW)] == ["2027-03-28"]
    assert days_without(replace(BERLIN_SYSTEM, at=time(4, 0)), NOW) == []
    assert days_without(UTC_CLOCK, NOW) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [("02:30", (2, 30)), ("2:05", (2, 5)), ("23:59", (23, 59)), ("00:00", (0, 0))],
)
def test_a_time_of_day_is_read(home, text, at):
    assert when(text, utc=True).at == time(*at)


@pytest.mark.parametrize(
    "text", ["24:00", "2:5", "0230", "", "02:30:00", "02:30\n", "٠٢:٣٠", "-1:00"]
)
def test_what_is_no_time_of_day_is_refused(home, text):
    with pytest.raises(ScheduleError, match="is no time of day"):
        when(text, utc=False)


def test_tz_names_the_zone_and_nonsense_in_it_is_refused(home, monkeypatch):
    monkeypatch.setenv("TZ", ":Asia/Kolkata")
    due = when("02:30", utc=False)
    assert (due.zone_name, due.system) == ("Asia/Kolkata", False)
    assert when("02:30", utc=True).zone_name == "UTC"
    for nonsense in ("CET-1CEST", "../../etc/passwd", "No/Where"):
        monkeypatch.setenv("TZ", nonsense)
        with pytest.raises(ScheduleError, match="no time zone that is known"):
            when("02:30", utc=False)


def test_zones_differ_by_odd_minutes():
    assert minutes_apart(UTC, ZoneInfo("Asia/Kolkata"), NOW) == {30}
    assert minutes_apart(UTC, ZoneInfo("Australia/Lord_Howe"), NOW) == {0, 30}
    assert minutes_apart(BERLIN, ZoneInfo("America/New_York"), NOW) == {0}


# systemd


def verify(folder, job):
    for path, text in systemd.draft(job, NOW).files:
        (folder / path.name).write_text(text)
    return subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, folder.glob(f"{job.unit}.*"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
@pytest.mark.parametrize("name", ODD)
def test_systemd_accepts_the_units_of_odd_paths(home, tmp_path, name):
    units = tmp_path / "units"
    units.mkdir()
    due = BERLIN_ASKED if name == ODD[1] else UTC_CLOCK
    odd = tmp_path / name
    a = a_job(odd, due, env_file=odd / ".env", settings={"ISOCOST_CATALOG": str(odd)})
    a.env_file.write_text("MY_KEY=sk-1\n")
    # It would take these for a pattern, and they are refused.
    a = replace(a, env_file=None) if set(name) & set("*?[") else a
    done = verify(units, a)
    assert (done.returncode, done.stderr) == (0, "")
    if "/usr/bin/env" not in systemd.service(a):
        # It looks for the program, so a path that it read otherwise would not be found.
        wrong = replace(a, program=(f"{a.program[0]}-not-there",))
        assert "-not-there" in verify(units, wrong).stderr


@pytest.mark.parametrize("name", ODD)
def test_a_units_words_are_those_of_the_command(tmp_path, name):
    """Read as systemd.service(5) says: quotes and backslashes first, then %% and $$."""
    a = a_job(tmp_path / name)
    words = shlex.split(re.search("^ExecStart=(.+)$", systemd.service(a), re.MULTILINE)[1])
    words = [word.replace("%%", "%") for word in words]
    words = [words[0], *(word.replace("$$", "$") for word in words[1:])]
    assert words[words[0] == "/usr/bin/env" :] == list(a.command)


def test_a_unit_holds_no_key_and_names_where_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-planted-1")
    a = a_job(tmp_path, keys=("MY_KEY",), env_file=tmp_path / "my keys.env", timeout_s=7200)
    text = systemd.service(a)
    assert f"EnvironmentFile={tmp_path}/my keys.env\n" in text
    assert f"WorkingDirectory={tmp_path}\n" in text
    assert "TimeoutStartSec=10800\n" in text
    assert "planted" not in text
    with pytest.raises(ScheduleError, match="pattern of names"):
        systemd.service(replace(a, env_file=tmp_path / "[a].env"))


def test_the_timer_makes_up_for_missed_runs_and_names_a_zone_only_where_it_must(tmp_path):
    text = systemd._timer(a_job(tmp_path))
    for line in ("OnCalendar=*-*-* 02:30:00", "Persistent=true", "RandomizedDelaySec=5min",
                 "WantedBy=timers.target"):  # fmt: skip
        assert f"\n{line}\n" in text
    assert "02:30:00 Europe/Berlin\n" in systemd._timer(a_job(tmp_path, BERLIN_ASKED))


def test_install_writes_both_units_and_starts_the_timer_and_remove_undoes_it(systemctl, tmp_path):
    a = a_job(tmp_path / "here")
    for _ in range(2):
        assert systemd.install(a, NOW)[-1] == "Started isocost-nightly.timer."
    folder = systemctl.parent / ".config" / "systemd" / "user"
    assert sorted(p.name for p in folder.iterdir()) == [
        "isocost-nightly.service", "isocost-nightly.timer"
    ]  # fmt: skip
    told = systemctl.read_text().splitlines()
    assert told == 2 * [
        "--user daemon-reload",
        "--user enable isocost-nightly.timer",
        "--user restart isocost-nightly.timer",
    ]
    assert len(systemd.remove(a)) == 2
    assert list(folder.iterdir()) == []
    assert systemctl.read_text().splitlines()[-1] == "--user disable --now isocost-nightly.timer"
    assert systemd.remove(a) == []


def test_another_experiments_units_are_left_alone(systemctl, tmp_path):
    systemd.install(a_job(tmp_path / "one"), NOW)
    before = {p: p.read_text() for p, _ in systemd.draft(a_job(tmp_path / "one"), NOW).files}
    for act in (partial(systemd.install, now=NOW), systemd.remove):
        with pytest.raises(ScheduleError, match=re.escape(f"belongs to {tmp_path}/one/x.toml")):
            act(a_job(tmp_path / "two"))
    assert {p: p.read_text() for p in before} == before


def test_where_systemctl_is_not_there_or_fails_it_says_what_to_run(home, tmp_path, monkeypatch):
    a = a_job(tmp_path / "here")
    monkeypatch.setenv("PATH", str(home / "bin"))
    assert (
        "systemctl --user daemon-reload && systemctl --user enable" in systemd.install(a, NOW)[-1]
    )
    program(home / "bin", "systemctl", "#!/bin/sh\necho 'no bus' >&2\nexit 1\n")
    with pytest.raises(ScheduleError, match=r"said: no bus\. The units are written\. Run in a"):
        systemd.install(a, NOW)
    with pytest.raises(ScheduleError, match=r"no bus\. The units are deleted"):
        systemd.remove(a)
    assert files.there(a, systemd.draft(a, NOW).files) == []


# cron


def as_cron_runs_it(line, folder):
    """The command as cron hands it to the shell: %, unless escaped, would be a line's end."""
    command = line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    return subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True, check=False,
        cwd=folder, env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_cron_runs_the_command_of_odd_paths(tmp_path, name):
    folder = tmp_path / name
    a = a_job(folder, env_file=folder / "my.env", settings={"ISOCOST_CATALOG": str(folder)})
    a.env_file.write_text("SOME_KEY='of 1% $HOME'\n")
    done = as_cron_runs_it(cron.line(a, NOW), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = Path(cron.log(a)).read_text().splitlines()
    assert printed == [str(folder), *a.command, "of 1% $HOME", str(folder)]


def test_a_time_in_another_zone_than_crons_is_asked_of_the_clock(tmp_path):
    now = datetime.now(UTC)
    for zone in ("Asia/Kolkata", "Europe/Berlin"):
        at = now.astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0)
        for hours, expected in ((0, True), (5, False)):
            due = When(at.replace(hour=(at.hour + hours) % 24), ZoneInfo(zone), zone, False)
            a = a_job(tmp_path / f"{due.zone_name}{hours}", due)
            line = cron.line(a, now)
            assert line.split(" ")[1] == "*"
            assert str(now.minute) in line.split(" ")[0].split(",")
            if datetime.now(UTC).minute == now.minute:
                as_cron_runs_it(line, tmp_path)
                assert Path(cron.log(a)).exists() == expected or now.minute == 59


def test_the_crontab_keeps_every_other_line_byte_by_byte(crontab, tmp_path):
    mine = b'# my own\nMAILTO=""\n\n*/5 * * * * date +\\%H >/dev/null\n@daily caf\xe9\n'
    crontab.write_bytes(mine)
    a = a_job(tmp_path / "here")
    cron.install(a, NOW)
    once = crontab.read_bytes()
    assert once == mine + cron.line(a, NOW).encode() + b"\n"
    assert cron.install(a, NOW) == ["Replaced the line of isocost-nightly in the crontab."]
    assert crontab.read_bytes() == once
    crontab.write_bytes(once + b"# after\n")
    cron.install(replace(a, when=replace(a.when, at=time(4, 5))), NOW)
    text = crontab.read_bytes()
    assert text.startswith(mine + b"5 4 * * * ")
    assert text.endswith(b"\n# after\n")
    assert text.count(b"\n") == once.count(b"\n") + 1
    assert cron.remove(a) == ["Took the line of isocost-nightly out of the crontab."]
    assert crontab.read_bytes() == mine + b"# after\n"
    assert cron.remove(a) == []


def test_the_first_line_of_all_and_a_last_line_without_its_end(crontab, tmp_path):
    a = a_job(tmp_path / "here")
    assert cron.install(a, NOW) == ["Added the line of isocost-nightly in the crontab."]
    assert crontab.read_text() == cron.line(a, NOW) + "\n"
    crontab.write_text("0 1 * * * true")
    cron.install(a, NOW)
    assert crontab.read_text() == "0 1 * * * true\n" + cron.line(a, NOW) + "\n"


def test_two_experiments_have_a_line_each_unless_they_share_a_name(crontab, tmp_path):
    one, two = a_job(tmp_path / "here"), a_job(tmp_path / "here", title="Nightly 2")
    for a in (one, two, one):
        cron.install(a, NOW)
    assert crontab.read_text().count("\n") == 2
    before = crontab.read_text()
    with pytest.raises(ScheduleError, match="runs another experiment"):
        cron.install(a_job(tmp_path / "elsewhere"), NOW)
    with pytest.raises(ScheduleError, match="runs another experiment"):
        cron.remove(a_job(tmp_path / "elsewhere"))
    assert crontab.read_text() == before


def test_a_crontab_that_cannot_be_read_is_never_written(home, tmp_path):
    program(
        home / "bin", "crontab",
        '#!/bin/sh\n[ "$1" = -l ] && { echo "permission denied" >&2; exit 1; }\n'
        'touch "$HOME/bad"\n',
    )  # fmt: skip
    for act in (partial(cron.install, now=NOW), cron.remove):
        with pytest.raises(ScheduleError, match="can't be read: permission denied"):
            act(a_job(tmp_path / "here"))
    assert not (home / "bad").exists()


def test_no_crontab_and_a_line_that_cron_would_cut_are_refused(home, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(home / "bin"))
    with pytest.raises(ScheduleError, match="There is no crontab here"):
        cron.install(a_job(tmp_path / "here"), NOW)
    with pytest.raises(ScheduleError, match="cron cuts it at 1,000"):
        cron.line(a_job(tmp_path / ("x" * 200) / ("y" * 200)), NOW)


# GitHub


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    return tmp_path / "repo"


def on_github(job):
    ((path, text),) = github.draft(job, NOW).files
    return path, text, yaml.safe_load(text)


@pytest.mark.parametrize("name", ODD)
def test_the_workflow_is_yaml_that_says_what_is_meant(repository, name):
    folder = repository / name
    a = a_job(folder, keys=("OPENAI_API_KEY", "GITHUB_API_KEY"))
    path, _, flow = on_github(a)
    assert path == repository / ".github" / "workflows" / "isocost-nightly.yml"
    # YAML 1.1, which this parser reads, takes a bare `on` for a yes.
    assert flow[True] == {"schedule": [{"cron": "30 2 * * *"}], "workflow_dispatch": None}
    assert flow["permissions"] == {"contents": "read", "actions": "read"}
    assert flow["concurrency"] == {"group": "isocost-nightly", "cancel-in-progress": False}
    nightly = flow["jobs"]["nightly"]
    assert nightly["env"]["EXPERIMENT"] == "x.toml"
    assert nightly["env"]["DATABASE"] == "d.duckdb"
    assert nightly["defaults"]["run"]["working-directory"] == name
    steps = {step.get("name", step.get("uses")): step for step in nightly["steps"]}
    assert steps["Collect"]["env"] == {
        "OPENAI_API_KEY": "${{ secrets.OPENAI_API_KEY }}",
        "GITHUB_API_KEY": "${{ secrets.ISOCOST_GITHUB_API_KEY }}",
    }
    assert steps["Keep the database"]["with"]["name"] == "${{ env.ARTIFACT }}"
    for step in nightly["steps"]:
        done = subprocess.run(
            ["bash", "-n"], input=step.get("run", ""), capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert name == "plain" or name not in step.get("run", "")


def test_the_workflow_fits_githubs_schema(repository):
    schemas = pytest.importorskip("check_jsonschema.builtin_schemas", reason="no schema is here")
    import jsonschema

    schema = schemas.get_builtin_schema("vendor.github-workflows")
    for due in (UTC_CLOCK, BERLIN_SYSTEM):
        _, _, flow = on_github(a_job(repository, due, keys=("K",)))
        flow["on"] = flow.pop(True)
        jsonschema.validate(flow, schema)


def test_local_time_follows_the_clocks_at_github(repository):
    _, _, flow = on_github(a_job(repository, BERLIN_SYSTEM))
    assert flow[True]["schedule"] == [{"cron": "30 2 * * *", "timezone": "Europe/Berlin"}]
    nameless = When(time(0, 30), BERLIN, None, True)
    _, _, flow = on_github(a_job(repository, nameless))
    assert flow[True]["schedule"] == [{"cron": "30 23 * * *"}]


def test_the_database_survives_from_one_run_to_the_next(repository, tmp_path):
    """The workflow's own scripts, with a `gh` that serves what the run before kept."""
    _, _, flow = on_github(a_job(repository))
    nightly = flow["jobs"]["nightly"]
    scripts = {
        step["name"]: step["run"] for step in nightly["steps"] if "name" in step and "run" in step
    }
    kept = tmp_path / "before"
    kept.mkdir()
    (kept / "d.duckdb").write_text("of yesterday")
    (kept / "d.duckdb.journal").mkdir()
    (kept / "d.duckdb.journal" / "run.jsonl").write_text("{}\n")
    shutil.make_archive(str(tmp_path / "before"), "zip", kept)
    program(
        tmp_path / "bin", "gh",
        '#!/bin/sh\ncase "$2" in */zip) cat "$BEFORE";; *) [ -n "$BEFORE" ] && echo 7;; esac\n'
        '[ "$BEFORE" != broken ]\n',
    )  # fmt: skip
    program(
        tmp_path / "bin", "unzip",
        f'#!/bin/sh\nexec {sys.executable} -m zipfile -e "$3" "$5"\n',
    )  # fmt: skip

    runner = tmp_path / "runner"
    runner.mkdir()

    def run(script, before):
        env = {
            "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "BEFORE": before,
            "GITHUB_REPOSITORY": "o/r", "RUNNER_TEMP": str(runner), **nightly["env"],
        }  # fmt: skip
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", scripts[script]], cwd=repository, env=env,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    restore = "Restore the database of the run before"
    assert run(restore, "broken").returncode != 0
    assert not (repository / "d.duckdb").exists()
    first_night = run(restore, "")
    assert (first_night.returncode, first_night.stderr) == (0, "")
    assert not (repository / "d.duckdb").exists()
    done = run(restore, str(tmp_path / "before.zip"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (repository / "d.duckdb").read_text() == "of yesterday"
    assert run("Gather the database", "").returncode == 0
    gathered = runner / "keep"
    assert (gathered / "d.duckdb").read_text() == "of yesterday"
    assert (gathered / "d.duckdb.journal" / "run.jsonl").read_text() == "{}\n"


def test_what_github_does_not_have_is_refused(repository, tmp_path):
    with pytest.raises(ScheduleError, match="is in no git repository"):
        github.draft(a_job(tmp_path / "none"), NOW)
    with pytest.raises(ScheduleError, match="is outside the repository"):
        github.draft(a_job(repository, db=tmp_path / "d.duckdb"), NOW)
    with pytest.raises(ScheduleError, match="as an expression"):
        github.draft(a_job(repository / "${{ github.token }}"), NOW)


def test_notes_tell_what_a_runner_lacks(repository):
    a = a_job(repository, keys=("MY_KEY",), own_servers=("http://127.0.0.1:1/v1", "http://[x"))
    notes = " ".join(github.draft(a, NOW).notes)
    assert "Set these secrets of the repository: MY_KEY." in notes
    assert "does not reach your 127.0.0.1" in notes


def test_the_workflow_is_installed_and_removed(repository):
    a = a_job(repository)
    github.install(a, NOW)
    github.install(a, NOW)
    path = repository / ".github" / "workflows" / "isocost-nightly.yml"
    assert path.exists()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert github.remove(a)
    assert not path.exists()
    assert github.remove(a) == []
    path.write_text("name: mine\n")
    with pytest.raises(ScheduleError, match="belongs to something else"):
        github.install(a, NOW)
    assert path.read_text() == "name: mine\n"


# What is scheduled


def test_a_job_has_whole_paths_and_the_names_of_its_keys(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    experiment = parse(EXPERIMENT + '[notify]\nwebhook_env = "HOOK_URL"\n')
    a = job(experiment, Path("x.toml"), Path("data/d.duckdb"), UTC_CLOCK)
    assert (a.experiment, a.db, a.folder) == (
        tmp_path / "x.toml", tmp_path / "data" / "d.duckdb", tmp_path
    )  # fmt: skip
    assert a.keys == ("OPENAI_API_KEY", "MY_KEY", "HOOK_URL")
    assert a.command[-4:] == ("nightly", str(a.experiment), "--db", str(a.db))
    assert os.path.isabs(a.program[0])
    assert a.settings == {}
    (tmp_path / "facts").mkdir()
    monkeypatch.setenv("ISOCOST_CATALOG", "facts")
    a = job(experiment, Path("x.toml"), Path("d.duckdb"), UTC_CLOCK)
    assert a.settings == {"ISOCOST_CATALOG": str(tmp_path / "facts")}


@pytest.mark.parametrize("name", ["back\\slash", "two\nlines", "bell\a", "nel\x85", "u\u2028"])
def test_paths_that_schedulers_read_differently_are_refused(home, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScheduleError, match="can't be scheduled"):
        job(parse(EXPERIMENT), Path(name), Path("d.duckdb"), UTC_CLOCK)


def schedule(*args, cwd, home):
    return subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "schedule", *map(str, args)],
        cwd=cwd, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "MY_KEY": "sk-planted-1"},
    )  # fmt: skip


def test_by_default_it_shows_and_writes_nothing(home, tmp_path, systemctl, crontab):
    work = tmp_path / "work here"
    (work / ".git").mkdir(parents=True)
    (work / "x.toml").write_text(EXPERIMENT)
    before = sorted(tmp_path.rglob("*"))
    for kind in ("systemd", "cron", "github"):
        done = schedule("x.toml", "--with", kind, "--utc", cwd=work, home=home)
        assert done.returncode == 0, done.stderr
        assert re.search(
            r"^Next run: \w{3} \d{4}-\d\d-\d\d 02:30 UTC\.$", done.stdout, re.MULTILINE
        )
        assert "Nothing was written: add --install." in done.stderr
        assert "planted" not in done.stdout + done.stderr
        assert "MY_KEY" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_json_of_an_installation_and_its_removal(home, tmp_path, crontab, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    work = tmp_path / "work"
    work.mkdir()
    (work / "x.toml").write_text(EXPERIMENT)
    (work / ".env").write_text("MY_KEY=sk-planted-1\nOPENAI_API_KEY=sk-planted-2\n")
    done = schedule("x.toml", "--with", "cron", "--at", "21:00", "--install", "--json",
                    cwd=work, home=home)  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["installed"], told["zone"]) == (True, "America/New_York")
    local, utc = (datetime.fromisoformat(told[k]) for k in ("next_run", "next_run_utc"))
    assert (local, local.hour, utc.hour - local.hour) in [(utc, 21, -20), (utc, 21, -19)]
    assert told["line"] in crontab.read_text()
    assert not [note for note in told["notes"] if "not in" in note], "both keys are in the .env"
    assert "planted" not in crontab.read_text() + done.stdout + done.stderr
    done = schedule("x.toml", "--with", "cron", "--remove", "--json", cwd=work, home=home)
    assert len(json.loads(done.stdout)["done"]) == 1
    assert crontab.read_text() == ""
    done = schedule("x.toml", "--with", "cron", "--remove", cwd=work, home=home)
    assert done.stdout == "There is no isocost-nightly to remove.\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["none.toml", "--with", "cron"], "Can't read the experiment none.toml"),
        (["x.toml", "--with", "cron", "--at", "25:00"], "--at '25:00' is no time of day"),
        (["x.toml", "--with", "cron", "--env-file", "none"], "--env-file none is no file"),
        (["x.toml", "--with", "at"], "invalid choice: 'at'"),
        (["x.toml"], "the following arguments are required: --with"),
        (["x.toml", "--with", "github"], "is in no git repository"),
    ],
)
def test_what_cannot_be_scheduled_is_one_line(home, tmp_path, args, says):
    (tmp_path / "x.toml").write_text(EXPERIMENT)
    done = schedule(*args, cwd=tmp_path, home=home)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_scheduling_loads_nothing_heavy():
    code = "import sys, dashboard.commands.schedule; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"litellm", "streamlit", "plotly", "polars", "duckdb"}
