"""A llama.cpp server in a process of its own: `python -m collectors.providers.local.llama_server`.

It prints one JSON line when it is ready and ends when its stdin closes, so that a parent that was
killed leaves nothing behind.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from typing import Any

CONTEXT_TOKENS = 4096
IDLE_LIMIT_S = 1800.0
CACHE_MIB = 256
"""Host memory for the states of earlier prompts, about 23 kB a token here: room for the fixed parts
in use, too little for a whole prompt to still be there when its next epoch comes."""
POLL_S = 5.0
BUSY_CPU_S = 0.02
"""CPU seconds per poll above which the server is taken to be working."""


def server_params(model: str, alias: str) -> Any:
    """llama.cpp's settings: one slot, one thread, loopback, a port that the system chooses."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {alias}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    # Two threads on busy cores cost 3-10 times the wall time, and CPU seconds would depend on load.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib = CACHE_MIB
    params.verbosity = 0
    params.offline = True
    params.ui = False
    params.warmup = True
    return params


def start(model: str, alias: str) -> Any:
    """Load the model and listen; the server lives as long as the returned object."""
    import xllamacpp

    return xllamacpp.Server(server_params(model, alias))


def wait_for_end(idle_limit_s: float) -> None:
    """Return when stdin has closed, or when the server has done nothing for too long."""
    closed = threading.Event()

    def watch_stdin() -> None:
        sys.stdin.buffer.read()
        closed.set()

    threading.Thread(target=watch_stdin, daemon=True).start()
    busy_at, cpu_s = time.monotonic(), time.process_time()
    while not closed.wait(min(POLL_S, idle_limit_s)):
        before, cpu_s = cpu_s, time.process_time()
        if cpu_s - before > BUSY_CPU_S:
            busy_at = time.monotonic()
        if time.monotonic() - busy_at >= idle_limit_s:
            return


def main(argv: list[str] | None = None) -> None:
    """Serve one model until the parent goes away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="path of a gguf file")
    parser.add_argument("--alias", required=True, help="the model's name in requests")
    parser.add_argument("--idle-limit-s", type=float, default=IDLE_LIMIT_S)
    args = parser.parse_args(argv)
    # Ctrl-C is the collector's to handle: it lets requests in flight finish, then closes stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = start(args.model, args.alias)
    print(json.dumps({"url": server.listening_address, "pid": os.getpid()}), flush=True)
    wait_for_end(args.idle_limit_s)
    # Not sys.exit: llama.cpp's shutdown waits for a request in flight.
    os._exit(0)


if __name__ == "__main__":
    main()
