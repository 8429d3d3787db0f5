"""System calls that code in the sandbox is refused, and the filter that the kernel is handed.

Mounts and namespaces already close the room; what is refused here has no use for a function that
computes something, and is where holes in the kernel have been found.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

ARCHES: Mapping[str, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machine -> the kernel's AUDIT_ARCH number."""
# Name, number on x86_64, number on aarch64 ("-": it isn't there), as in the kernel's unistd.h.
TABLE = """
clone            56 220  new processes and threads
clone3          435 435
fork             57 -
vfork            58 -
execveat        322 281
pidfd_open      434 434
pidfd_getfd     438 438
pidfd_send_signal 424 424

socket           41 198  network, and sockets of the machine
socketpair       53 199

shmget           29 194  memory that outlives its maker, or that no limit counts
shmat            30 196
semget           64 190
msgget           68 186
mq_open         240 180
memfd_create    319 279
memfd_secret    447 447

ptrace          101 117  other processes' memory
process_vm_readv  310 270
process_vm_writev 311 271
process_madvise 440 440
kcmp            312 272
perf_event_open 298 241

unshare         272 97   namespaces and mounts
setns           308 268
chroot          161 51
pivot_root      155 41
mount           165 40
umount2         166 39
open_tree       428 428
move_mount      429 429
fsopen          430 430
fsconfig        431 431
fsmount         432 432
fspick          433 433
mount_setattr   442 442
name_to_handle_at 303 264
open_by_handle_at 304 265
quotactl        179 60
quotactl_fd     443 443
swapon          167 224
swapoff         168 225

init_module     175 105  the kernel, its log, the clock, the machine's name
finit_module    313 273
delete_module   176 106
kexec_load      246 104
kexec_file_load 320 294
bpf             321 280
reboot          169 142
acct            163 89
syslog          103 116
sethostname     170 161
setdomainname   171 162
settimeofday    164 170
clock_settime   227 112
adjtimex        159 171
clock_adjtime   305 266
iopl            172 -
ioperm          173 -
modify_ldt      154 -
uselib          134 -
personality     135 92
vhangup         153 58
lookup_dcookie  212 18

add_key         248 217  keys
request_key     249 218
keyctl          250 219

userfaultfd     323 282  where holes have been found
io_uring_setup  425 425
io_uring_enter  426 426
io_uring_register 427 427
io_setup        206 0
io_submit       209 2
splice          275 76
tee             276 77
vmsplice        278 75
fanotify_init   300 262
inotify_init    253 -
inotify_init1   294 26
migrate_pages   256 238
move_pages      279 239
mbind           237 235
set_mempolicy   238 237

sync            162 81   what makes the whole machine wait
syncfs          306 267
"""
UNKNOWN_FROM = 451
"""Calls that are newer than the table, the same numbers everywhere: not there."""
FOREIGN_FROM = 0x40000000
"""System calls of x86's second table start here."""

LOAD, JUMP_EQUAL, JUMP_FROM, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, ABSENT, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
"""Verdicts: refused calls fail with EPERM, absent ones with ENOSYS."""


def refused(machine: str) -> dict[str, int]:
    """Refused calls by name, with their numbers on that machine."""
    column = list(ARCHES).index(machine)
    rows = [line.split() for line in TABLE.splitlines() if line]
    return {name: int(numbers[column]) for name, *numbers in rows if numbers[column] != "-"}


def seccomp(machine: str) -> bytes:
    """The filter as the kernel reads it, 8 bytes an instruction (seccomp(2), sock_filter)."""
    checks = [(JUMP_EQUAL, number) for number in refused(machine).values()]
    if machine == "x86_64":
        checks.insert(0, (JUMP_FROM, FOREIGN_FROM))
    code = [(LOAD, 0, 0, 4), (JUMP_EQUAL, 1, 0, ARCHES[machine]), (RETURN, 0, 0, KILL)]
    code.append((LOAD, 0, 0, 0))
    code += [(kind, len(checks) + 2 - i, 0, k) for i, (kind, k) in enumerate(checks)]
    code += [(JUMP_FROM, 0, 1, UNKNOWN_FROM), (RETURN, 0, 0, ABSENT)]
    code += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *line) for line in code)
