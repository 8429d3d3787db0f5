"""The room is closed: attempts to get out of it, to use it up, and to forge what it says."""

import json
import os
import platform
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from collectors import sandbox, sandbox_calls, sandbox_room
from collectors.sandbox import Limits, run

closed = pytest.mark.skipif(
    sandbox.missing() is not None and "CI" not in os.environ, reason=str(sandbox.missing())
)
QUICK = Limits(cpu_s=1, wall_s=30)
ROOMY = Limits(cpu_s=5, wall_s=60)


def tried(body, limits=QUICK):
    """What `body`, the inside of a function without arguments, comes to in the room."""
    inside = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return run(f"def attempt():\n{inside}\n", "attempt", [[]], limits)


def value(body, limits=QUICK):
    result = tried(body, limits)
    assert result.values[0] is not None, result
    return json.loads(result.values[0])


@closed
def test_values_come_back_as_canonical_json():
    source = "def f(x):\n    return {'b': [x, (x, None)], 'a': True}"
    assert run(source, "f", [[1], ["é"]]).values == (
        '{"a":true,"b":[1,[1,null]]}',
        '{"a":true,"b":["\\u00e9",["\\u00e9",null]]}',
    )


@closed
def test_one_failing_call_leaves_the_others_alone():
    result = run("def f(x):\n    return 6 // x", "f", [[2], [0], [3]])
    assert result.values == ("3", None, "2")
    assert (result.ending, result.error) == ("done", "ZeroDivisionError")


@closed
@pytest.mark.parametrize("source", ["def f(:", "f = 1 / 0", "g = 1", "", "\0", "import nowhere"])
def test_source_that_does_not_load_is_broken(source):
    result = run(source, "f", [[1]])
    assert (result.values, result.ending) == ((None,), "broken")
    assert result.error


@closed
def test_every_call_gets_arguments_of_its_own():
    source = "seen = []\ndef f(x):\n    x.append(1)\n    return x"
    assert run(source, "f", [[[]], [[]]]).values == ("[1]", "[1]")


@closed
def test_the_usual_modules_are_there_and_third_parties_are_not():
    modules = "bisect collections datetime decimal fractions functools hashlib heapq itertools json"
    more = "math operator random re statistics string typing dataclasses enum zlib"
    assert value(f"import {', '.join((modules + ' ' + more).split())}\nreturn 1") == 1
    for module in ("collectors", "data", "dashboard", "litellm", "numpy", "pip", "ctypes"):
        result = tried(f"import {module}")
        assert result.error in ("ModuleNotFoundError", "ImportError"), module


@closed
def test_set_order_is_the_same_every_time():
    body = "return list({'a', 'b', 'c', 'd', 'e', 'f'})"
    assert len({tried(body).values for _ in range(4)}) == 1


@closed
def test_no_file_of_the_machine_can_be_seen():
    seen = value(
        "import os\n"
        "return [r + '/' + n for r, ds, fs in os.walk('/') for n in ds + fs "
        "if not r.startswith('/py')]"
    )
    loader = next(
        path
        for path in sandbox_room.libraries(os.path.realpath(sys._base_executable)).values()
        if not path.startswith(sandbox_room.HOME)
    )
    parts = loader.strip("/").split("/")
    allowed = {"//py", "//box", f"//{parts[0]}"}
    allowed |= {"/" + "/".join(parts[: i + 1]) for i in range(1, len(parts))}
    assert set(seen) == allowed


@closed
@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/etc/shadow", "/root", "/home", "/work", "/proc", "/proc/self/environ",
     "/proc/1/environ", "/sys", "/dev/mem", "/dev/null", "/tmp", "/var", "/usr/bin", __file__,
     "/../../etc/passwd", "/py/../etc/passwd", "/oldroot", "/newroot"],
)  # fmt: skip
def test_a_path_outside_is_not_there(path):
    body = f"import os\nreturn [os.path.lexists({path!r}), os.access({path!r}, os.R_OK)]"
    assert value(body) == [False, False]


@closed
def test_our_environment_stays_outside(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    found = value("import os\nreturn dict(os.environ)")
    assert set(found) == {"LD_LIBRARY_PATH", "PYTHONHASHSEED", "PWD"}
    assert "secret" not in json.dumps(found)


@closed
@pytest.mark.parametrize(
    "path",
    ["/x", "/box/x", "/py/x", "/py/bin/python3", "/py/lib/x", "/py/lib/libc.so.6", "/etc/x",
     "/tmp/x", "/dev/shm/x", "/proc/self/mem", "/root/.bashrc", __file__],
)  # fmt: skip
def test_no_file_can_be_written(path):
    before = Path(__file__).read_bytes()
    for mode in ("w", "a", "x", "r+b"):
        result = tried(f"open({path!r}, {mode!r}).write('x')")
        assert result.error in (
            "OSError", "FileNotFoundError", "PermissionError", "FileExistsError",
        ), (mode, result)  # fmt: skip
    assert Path(__file__).read_bytes() == before


@closed
@pytest.mark.parametrize(
    "body",
    ["os.mkdir('/box/x')", "os.makedirs('/dev/shm')", "os.symlink('/etc/passwd', '/box/x')",
     "os.symlink('/proc/1/root', 'x')", "os.link('/py/bin/python3', '/box/x')",
     "os.mkfifo('/box/x')", "os.mknod('/box/x')", "os.rename('/py', '/box/py')",
     "os.unlink('/py/bin/python3')", "os.chmod('/py/bin/python3', 0o4777)",
     "os.chmod('/box', 0o777)", "os.utime('/py/bin/python3')",
     "os.setxattr('/box', 'user.x', b'1')", "os.truncate('/py/bin/python3', 0)",
     "import tempfile\ntempfile.TemporaryFile()", "os.memfd_create('x')",
     "import os.path, py_compile\npy_compile.compile(os.path.__file__, doraise=True)"],
)  # fmt: skip
def test_nothing_can_be_made_or_changed(body):
    """Not even empty folders: a million of them would take a gigabyte that no limit counts."""
    result = tried(f"import os\n{body}")
    assert result.values == (None,)
    assert result.error in ("OSError", "PermissionError", "FileNotFoundError", "NotADirectoryError")


@closed
def test_what_one_run_does_is_gone_in_the_next():
    assert value("import json, builtins\nbuiltins.kept = json.kept = 1\nreturn 1") == 1
    assert tried("return kept").error == "NameError"
    assert tried("import json\nreturn json.kept").error == "AttributeError"


@closed
def test_there_is_no_network():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    for body in (
        "import socket\nsocket.socket()",
        f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)",
        "import socket\nsocket.socketpair()",
        "import socket\nsocket.socket(socket.AF_UNIX).connect('/run/docker.sock')",
        "import socket\nsocket.getaddrinfo('localhost', 80)[0]\nsocket.socket()",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')",
    ):
        assert tried(body).values == (None,), body
    server.settimeout(0.2)
    with pytest.raises(TimeoutError):
        server.accept()
    server.close()


@closed
@pytest.mark.parametrize(
    "body",
    ["import os\nwhile True:\n    os.fork()",
     "import os\nos.posix_spawn('/py/bin/python3', ['x'], {})",
     "import subprocess\nsubprocess.run(['/py/bin/python3', '-c', '1'])",
     "import threading\nthreading.Thread(target=print).start()",
     "import multiprocessing\nmultiprocessing.Process(target=print).start()",
     "import os\nos.system('true') and None\nraise OSError"],
)  # fmt: skip
def test_no_process_and_no_thread_can_be_started(body):
    result = tried(body)
    assert result.values == (None,)
    assert result.ending == "done", result


@closed
def test_another_program_can_at_most_replace_the_code():
    """It is started in the same room, under the same limits, without the nonce."""
    body = "import os\nos.execv('/py/bin/python3', ['p', '-c', 'print(1); import os; os.fork()'])"
    result = tried(body)
    assert (result.values, result.ending) == ((None,), "died")


@closed
def test_memory_is_bounded():
    assert tried("return len(bytearray(4 << 30))").error == "MemoryError"
    result = tried("kept = []\nwhile True:\n    kept.append(bytearray(1 << 20))", ROOMY)
    assert result.error == "MemoryError" or result.ending == "died"
    assert tried("return len('x' * (1 << 40))").error == "MemoryError"


@closed
def test_limits_can_only_be_lowered():
    for name in ("CPU", "AS", "NPROC", "FSIZE", "NOFILE"):
        body = f"import resource\nresource.setrlimit(resource.RLIMIT_{name}, (1 << 40, 1 << 40))"
        assert tried(body).error in ("ValueError", "PermissionError"), name


@closed
def test_an_endless_loop_ends():
    started = time.monotonic()
    result = tried("while True:\n    pass")
    assert (result.values, result.ending) == ((None,), "timeout")
    ignoring = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True:\n    pass"
    assert tried(ignoring).ending == "died"
    assert time.monotonic() - started < 60


@closed
@pytest.mark.parametrize(
    "body",
    ["import time\ntime.sleep(600)", "import signal\nsignal.pause()",
     "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
     "import os\nreader, _ = os.pipe()\nos.read(reader, 1)",
     "import os, time\nfor fd in range(1, 9):\n    try:\n        os.close(fd)\n"
     "    except OSError:\n        pass\ntime.sleep(600)"],
)  # fmt: skip
def test_waiting_ends(body):
    started = time.monotonic()
    result = tried(body, Limits(wall_s=2))
    assert result.values == (None,)
    assert result.ending in ("timeout", "died")
    assert time.monotonic() - started < 30


@closed
@pytest.mark.parametrize("fd", [1, 2])
def test_endless_output_ends(fd):
    result = tried(f"import os\nwhile True:\n    os.write({fd}, b'x' * 4096)")
    assert (result.values, result.ending) == ((None,), "output")


@closed
def test_output_that_would_grow_is_not_unpacked():
    """A hundred megabytes in a few bytes are bytes like others on this side."""
    body = (
        "import os, zlib\npacked = zlib.compress(bytes(100 << 20))\n"
        "os.write(1, packed)\nreturn len(packed)"
    )
    assert value(body, ROOMY) < 200_000
    assert tried(
        "import zlib\nreturn len(zlib.decompress(zlib.compress(bytes(200 << 20))) * 9)",
        ROOMY,
    ).error == "MemoryError"  # fmt: skip


@closed
def test_printing_is_no_answer():
    assert value("print('x' * 100000)\nreturn 5") == 5
    assert value("import sys\nsys.stderr.write('x')\nreturn input() if False else 5") == 5


@closed
def test_a_value_too_long_or_strange_is_none():
    assert tried("return 'x' * 30000").error == "TooLong"
    assert tried("return {1, 2}").error == "TypeError"
    assert tried("return object()").error == "TypeError"
    assert tried("x = []\nx.append(x)\nreturn x").error == "ValueError"
    assert tried("return 10 ** 100_000").error == "ValueError"
    assert tried("x = []\nfor _ in range(100_000):\n    x = [x]\nreturn x").error == (
        "RecursionError"
    )
    assert value("return '\\ud800'") == "\ud800"


@closed
@pytest.mark.parametrize(
    ("name", "told"),
    [("'Odd'", "Odd"), (r"'\x1b[31mred\r'", "??31mred?"), ("'x' * 100_000", "x" * 80),
     (r"'a\nb'", "a"), (r"'\u202egnirts'", "?gnirts"), (r"'\ud800'", "UnicodeEncodeError")],
)  # fmt: skip
def test_an_exception_can_not_write_on_the_screen(name, told):
    assert tried(f"raise type({name}, (Exception,), {{}})").error == told


@closed
@pytest.mark.parametrize(
    "body",
    ["import sys\nsys.exit(0)", "import os\nos._exit(0)", "raise SystemExit", "quit()",
     "import os\nos.kill(os.getpid(), 9)", "import os\nos.abort()",
     "import sys\nsys.setrecursionlimit(10**7)\ndef f(n):\n    return f(n + 1) + 1\nreturn f(0)",
     "import faulthandler\nfaulthandler._sigsegv()", "raise KeyboardInterrupt"],
)  # fmt: skip
def test_ending_early_is_no_success(body):
    assert tried(body).values == (None,)


@closed
def test_the_parent_can_not_be_killed():
    body = """
import os, signal
for pid in (1, os.getppid(), 0, -1, *range(3, 200)):
    if pid in (0, -1):
        continue
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
return os.getppid()
"""
    assert value(body) == 1
    assert value("return 2") == 2


@closed
def test_everything_inside_can_be_killed_and_nothing_else():
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    body = f"import os\nos.kill({bystander.pid}, 9)"
    assert tried(body).error == "ProcessLookupError"
    assert tried("import os\nos.kill(-1, 9)").error == "ProcessLookupError"
    assert tried("import os\nos.killpg(0, 9)").ending == "died"
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


@closed
@pytest.mark.parametrize(
    "body",
    ["import sys\nframe = sys._getframe(1)\nframe.f_locals['calls'].clear()\nreturn 7",
     "import json\njson.dumps = lambda *a, **k: '42'\nreturn 7",
     "import builtins\nbuiltins.len = lambda x: 0\nbuiltins.type = None\nreturn 7",
     "import os\nos.write = os._exit = None\nreturn 7",
     "import sys, io\nsys.stdout = sys.__stdout__ = io.StringIO()\nprint(42)\nreturn 7"],
)  # fmt: skip
def test_a_tampered_harness_tells_what_the_code_returns(body):
    assert tried(body).values == ("7",)


@closed
def test_code_that_makes_the_harness_lie_has_only_told_another_value():
    """It may say what it likes: there is nothing in the room that is worth saying."""
    patch = "import json\njson.encoder.JSONEncoder.encode = lambda *a: '42'\nreturn 7"
    assert tried(patch).values == ("42",)
    forged = (
        "import os, sys\nnonce = sys._getframe(1).f_locals['nonce']\n"
        "os.write(1, f'{nonce} value 0 42\\n{nonce} value 99 1\\n{nonce} end\\n'.encode())\n"
        "os._exit(0)"
    )
    assert tried(forged).values == ("42",)


@closed
def test_a_forged_line_is_not_read():
    body = """
import os
for fd in range(1, 20):
    try:
        os.write(fd, b'ready\\nvalue 0 42\\nend\\n' + b'0' * 32 + b' value 0 42\\n')
    except OSError:
        pass
os._exit(0)
"""
    assert tried(body).values == (None,)


@closed
def test_what_was_not_asked_for_is_not_in_the_room():
    """Code that reads all its job, and the harness's frames, finds no right answer to give back."""
    body = """
import sys
frame, found = sys._getframe(), []
while frame:
    found.append(sorted(frame.f_locals))
    frame = frame.f_back
return found
"""
    (_, harness, _) = value(body)
    assert "job" in harness
    assert not any("target" in name or "expected" in name for name in harness)


@closed
def test_nonces_are_never_the_same():
    body = "import sys\nreturn sys._getframe(1).f_locals['nonce']"
    assert value(body) != value(body)


@closed
def test_only_the_three_pipes_are_open():
    body = """
import os
open_fds = []
for fd in range(64):
    try:
        os.fstat(fd)
        open_fds.append(fd)
    except OSError:
        pass
return open_fds
"""
    # The fourth is the harness's copy of its output.
    assert value(body) == [0, 1, 2, 3]


@closed
def test_nobody_of_consequence_runs_inside():
    body = "import os\nreturn [os.getuid(), os.getgid(), os.getpid() < 10, os.uname().nodename]"
    assert value(body) == [65534, 65534, True, "sandbox"]
    assert tried("import os\nos.setuid(0)").error in ("PermissionError", "OSError")
    assert tried("import os\nos.chroot('/box')").error == "PermissionError"
    assert tried("import os\nos.mknod('/box/x', 0o60666, 0)").values == (None,)
    assert tried("import os\nos.nice(-5)").error == "PermissionError"
    assert tried("import time\ntime.clock_settime(0, 0)").error == "PermissionError"
    assert tried("import socket\nsocket.sethostname('x')").error == "PermissionError"


X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="machine code of x86_64")


def machine_code(numbers):
    """Makes each call with zeros for arguments and writes what it returned, 8 bytes each."""
    code = b""
    for number in numbers:
        code += b"\x48\xc7\xc0" + struct.pack("<i", number)  # mov rax, number
        code += bytes.fromhex("31ff31f631d24531d24531c04531c9")  # rdi rsi rdx r10 r8 r9 = 0
        code += bytes.fromhex("0f0550")  # syscall; push rax
        code += bytes.fromhex("b801000000bf010000004889e6ba080000000f0559")  # write(1, rsp, 8)
    return code + bytes.fromhex("b83c00000031ff0f05")  # exit(0)


def in_the_room(code, folder):
    """Run machine code in the place of the interpreter, behind the same filter."""
    head = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )
    size = 120 + len(code)
    head += struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, size, size, 0x1000)
    program = folder / "program"
    program.write_bytes(head + code)
    program.chmod(0o755)
    place = f"{sandbox_room.HOME}/bin/python3"
    with sandbox._filter() as rules:
        command = [*sandbox_room.command(), "--ro-bind", str(program), place]
        command += ["--seccomp", str(rules.fileno()), "--", place]
        return subprocess.run(command, capture_output=True, pass_fds=(rules.fileno(),), timeout=60)


@closed
@X86
def test_machine_code_meets_the_filter(tmp_path):
    """Whoever gets past Python meets the kernel's answer: EPERM for each of the refused calls."""
    refused = list(sandbox_calls.refused("x86_64").values())
    newer, foreign, getpid = range(451, 480), 0x40000000 + 39, 39
    done = in_the_room(machine_code([*refused, foreign, *newer, getpid]), tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    found = [n for (n,) in struct.iter_unpack("<q", done.stdout)]
    assert found[: len(refused) + 1] == [-1] * (len(refused) + 1)
    assert found[len(refused) + 1 : -1] == [-38] * len(newer)
    assert 1 < found[-1] < 10


@closed
@X86
def test_the_old_way_into_the_kernel_is_deadly(tmp_path):
    done = in_the_room(bytes.fromhex("b814000000cd80"), tmp_path)  # mov eax, 20; int 0x80
    assert done.returncode == 128 + 31


@closed
def test_machine_code_can_not_be_brought_in():
    assert tried("import ctypes").error == "ModuleNotFoundError" or tried(
        "import ctypes\nctypes.CDLL(None).fork()"
    ).values == (None,)
    assert tried("open('/box/x.so', 'wb').write(b'\x7fELF')").error == "OSError"


@closed
def test_many_threads_may_run_at_once():
    found = {}

    def work(n):
        found[n] = run("def f(x):\n    return x", "f", [[n]]).values

    threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: (str(n),) for n in range(12)}


def named(process):
    try:
        return process.name()
    except psutil.NoSuchProcess:  # it ended meanwhile
        return None


def started_below(pid, since):
    """The processes that `pid` has started, once there is a room among them."""
    while time.monotonic() < since + 60:
        below = psutil.Process(pid).children(recursive=True)
        if len(below) >= 3 and any(named(process) == "bwrap" for process in below):
            return below
        time.sleep(0.02)
    raise AssertionError("no room was made")


def gone(processes):
    psutil.wait_procs(processes, timeout=20)
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


SLEEPER = "import time\ndef f():\n    time.sleep(600)"


@closed
def test_no_process_is_left_behind():
    work = threading.Thread(target=run, args=(SLEEPER, "f", [[]], Limits(wall_s=5)))
    work.start()
    below = started_below(os.getpid(), time.monotonic())
    work.join()
    assert gone(below)


@closed
def test_the_room_ends_with_whoever_made_it():
    program = f"from collectors import sandbox\nsandbox.run({SLEEPER!r}, 'f', [[]])"
    maker = subprocess.Popen([sys.executable, "-c", program])
    below = started_below(maker.pid, time.monotonic())
    maker.kill()
    maker.wait()
    assert gone(below)


def test_a_machine_without_bubblewrap_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "apt-get install bubblewrap" in sandbox_room.unfit()
    with pytest.raises(sandbox.SandboxError, match="install bubblewrap"):
        run("def f():\n    return 1", "f", [[]])


def test_a_bubblewrap_that_fails_says_why(monkeypatch, tmp_path):
    """As where user namespaces are refused: nothing is run open, the reason is told on one line."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox_room.command.cache_clear()
    try:
        with pytest.raises(sandbox.SandboxError, match="No permissions to create new namespace"):
            run("def f():\n    return 1", "f", [[]])
    finally:
        sandbox_room.command.cache_clear()


NESTED = """
from collectors import sandbox
print(sandbox.missing())
try:
    print(sandbox.run("def f(x): return x + 1", "f", [[1]]).values)
except sandbox.SandboxError as error:
    print("not run:", error)
"""


def started_in(*wrapping, python=sys.executable):
    """(why it is missing, what running comes to) in a process of such surroundings."""
    root = Path(sandbox.__file__).parents[1]
    done = subprocess.run(
        [*wrapping, python, "-B", "-c", NESTED],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root)}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@closed
def test_where_users_may_make_no_namespaces_nothing_is_run():
    """A real refusal: this process's own namespace allows no further ones."""
    found = started_in("bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns", "--")
    assert all("can't make a sandbox here (bwrap: " in line for line in found)
    assert found[1].startswith("not run: ")


@closed
def test_where_proc_is_read_only_nothing_is_run():
    """As in containers that don't allow more."""
    wrapping = ("bwrap", "--dev-bind", "/", "/", "--ro-bind", "/proc/sys", "/proc/sys")
    found = started_in(*wrapping, "--unshare-user", "--uid", "1000", "--")
    assert all("can't make a sandbox here (bwrap: " in line for line in found)


def reachable_python():
    """An interpreter that everyone may run; the one of these tests may be in somebody's home."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    told = subprocess.run([found or "false", "--version"], capture_output=True, text=True).stdout
    numbers = re.findall(r"\d+", told)
    return found if numbers and tuple(map(int, numbers[:2])) >= (3, 11) else None


@closed
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv")
    or not reachable_python(),
    reason="only root can become somebody else",
)  # fmt: skip
def test_it_works_for_users_without_privileges():
    nobody = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
    assert started_in(*nobody, python=reachable_python()) == ["None", "('2',)"]


@pytest.mark.parametrize("machine", sorted(sandbox_calls.ARCHES))
def test_the_filter_refuses_what_it_lists(machine):
    """The program, run by a small interpreter of ours."""
    code = [struct.unpack("=HBBI", part) for part in zip_eights(sandbox_calls.seccomp(machine))]

    def verdict(arch, number):
        at, held = 0, 0
        while True:
            kind, yes, no, k = code[at]
            at += 1
            if kind == sandbox_calls.LOAD:
                held = {0: number, 4: arch}[k]
            elif kind == sandbox_calls.JUMP_EQUAL:
                at += yes if held == k else no
            elif kind == sandbox_calls.JUMP_FROM:
                at += yes if held >= k else no
            else:
                return k

    arch = sandbox_calls.ARCHES[machine]
    refused = set(sandbox_calls.refused(machine).values())
    assert len(refused) == len(sandbox_calls.refused(machine)) > 60
    for number in range(451):
        wanted = sandbox_calls.REFUSE if number in refused else sandbox_calls.ALLOW
        assert verdict(arch, number) == wanted
    assert {verdict(arch, n) for n in (451, 500, 100_000)} == {sandbox_calls.ABSENT}
    assert verdict(0x40000003, 1) == sandbox_calls.KILL
    if machine == "x86_64":
        assert verdict(arch, 0x40000000 + 39) == sandbox_calls.REFUSE


@pytest.mark.parametrize(
    ("machine", "header"),
    [("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
     ("aarch64", "/usr/include/asm-generic/unistd.h")],
)  # fmt: skip
def test_calls_have_the_kernel_s_numbers(machine, header):
    if not Path(header).exists():
        pytest.skip("the kernel's headers are not installed")
    told = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())
    numbers = {name: int(number) for name, number in reversed(told)}
    assert {n: numbers.get(n) for n in sandbox_calls.refused(machine)} == sandbox_calls.refused(
        machine
    )


def zip_eights(data):
    assert len(data) % 8 == 0
    return [data[i : i + 8] for i in range(0, len(data), 8)]


def test_libraries_are_read_from_what_ldd_says():
    lines = [
        "/usr/bin/python3.11:",
        "\tlinux-vdso.so.1 (0x00007ffd)",
        "\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)",
        "\tlibnone.so => not found",
        "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)",
        "/x/zlib.so:",
        "\tstatically linked",
    ]
    assert sandbox_room.parsed(lines) == {
        "/lib/x86_64-linux-gnu/libm.so.6": "/py/lib/libm.so.6",
        "/lib64/ld-linux-x86-64.so.2": "/lib64/ld-linux-x86-64.so.2",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="Linux")
def test_this_machine_is_one_we_know():
    assert platform.machine() in sandbox_calls.ARCHES
