"""The room that untrusted code runs in: what bubblewrap mounts there.

Inside there is the Python interpreter, its standard library and the shared libraries they name,
all read-only. There is no network, no /proc, no /dev, no home, no file of ours, and no place to
write to: a folder in memory would hold a million empty files, which no limit counts.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from collectors.sandbox_calls import ARCHES

HOME = "/py"
"""Where the interpreter stands inside."""
BOX = "/box"
"""The folder it starts in: empty, and read-only like all others."""
NOBODY = "65534"
EXTENSIONS = ("_decimal", "zlib")
"""Extension modules whose shared libraries are brought along; others, as ctypes, find none."""


def unfit() -> str | None:
    """Why no room can be made on this system, before trying; None: it may work."""
    if sys.platform != "linux":
        return "running code needs bubblewrap, which needs Linux (on Windows: WSL 2)"
    if platform.machine() not in ARCHES:
        return f"running code is not supported on {platform.machine()}: use x86_64 or aarch64"
    if shutil.which("bwrap") is None:
        return "running code needs bubblewrap: install it, for example `apt-get install bubblewrap`"
    if shutil.which("ldd") is None:
        return "running code needs ldd, which tells what libraries Python needs: install libc-bin"
    return None


@cache
def command() -> tuple[str, ...]:
    """bwrap and everything before the program; the file descriptor of the filter is appended."""
    bwrap = shutil.which("bwrap") or "bwrap"
    return (
        bwrap,
        "--unshare-all", "--unshare-user", "--disable-userns",
        "--die-with-parent", "--new-session",
        "--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox",
        "--cap-drop", "ALL",
        "--clearenv",
        "--setenv", "LD_LIBRARY_PATH", f"{HOME}/lib",
        "--setenv", "PYTHONHASHSEED", "0",
        *mounts(),
        "--dir", BOX,
        "--remount-ro", "/",
        "--chdir", BOX,
    )  # fmt: skip


def python(program: str) -> tuple[str, ...]:
    """The interpreter inside: no site packages, no user's settings, nothing unsafe on its path."""
    return (f"{HOME}/bin/python3", "-s", "-S", "-P", "-B", "-X", "utf8", "-c", program)


def mounts() -> list[str]:
    """What is brought in, all of it read-only."""
    interpreter = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    library = Path(os.path.realpath(sysconfig.get_path("stdlib")))
    inside = f"{HOME}/{sys.platlibdir}/{library.name}"
    found = ["--ro-bind", interpreter, f"{HOME}/bin/python3", "--ro-bind", str(library), inside]
    for packages in ("site-packages", "dist-packages"):
        if (library / packages).is_dir():
            hidden = f"{inside}/{packages}"
            found += ["--tmpfs", hidden, "--remount-ro", hidden]
    for path, target in libraries(interpreter).items():
        found += ["--ro-bind", path, target]
    return found


def libraries(interpreter: str) -> dict[str, str]:
    """Shared library -> where it goes inside; the loader stays where programs look for it."""
    extensions = [
        spec.origin for name in EXTENSIONS if (spec := find_spec(name)) and spec.has_location
    ]
    named = [name for name in (interpreter, *extensions) if name]
    told = subprocess.run(["ldd", *named], capture_output=True, text=True, check=False).stdout
    return parsed(told.splitlines())


def parsed(lines: Sequence[str]) -> dict[str, str]:
    """ldd's lines: 'libm.so.6 => /lib/libm.so.6 (0x...)' and '/lib64/ld-linux.so.2 (0x...)'."""
    found: dict[str, str] = {}
    for line in lines:
        name, _, path = line.strip().partition(" => ")
        if path.startswith("/"):
            found[path.split(" (")[0]] = f"{HOME}/lib/{Path(name).name}"
    loaders = [line.split()[0] for line in lines if line.split()[:1] and " => " not in line]
    return found | {path: path for path in loaders if path.startswith("/") and path[-1] != ":"}
