"""What the benchmarks share: the data, and a process that is timed."""

import collections
import itertools
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
LUA_PATHS = {
    "LUA_PATH": f"{ROOT}/lua/?.lua;{ROOT}/lua/?/init.lua;;",
    "LUA_CPATH": f"{BUILD}/cmod/?.so;;",
}

# What a process printed, its seconds, those of processors, its peak in MiB.
Run = collections.namedtuple("Run", "printed seconds cpu memory")


def generate(program, records, target, form="jsonl"):
    with open(target, "wb") as out:
        subprocess.run([program, str(records), f"--format={form}"],
                       stdout=out, check=True)


def busiest_customer(source):
    """The customer with most of the first records: customers are random."""
    seen = collections.Counter()
    with open(source, encoding="utf-8") as lines:
        for line in itertools.islice(lines, 20000):
            seen[json.loads(line)["customerId"].lower()] += 1
    return seen.most_common(1)[0][0]


def measure(command, output=None, environment=None):
    """Run a process to its end; 'output' is a file for what it prints.

    The peak of memory is at least that of this process, whose memory the new
    one has until it becomes the program: keep large things out of it.
    """
    target = open(output, "wb") if output else subprocess.PIPE
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdout=target,
        env={**LUA_PATHS, **os.environ, **(environment or {})})
    printed = b"" if output else process.stdout.read()
    status, usage = os.wait4(process.pid, 0)[1:]
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    (target if output else process.stdout).close()
    # Linux counts in KiB and macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(printed, seconds, usage.ru_utime + usage.ru_stime,
               usage.ru_maxrss * unit / 2**20)
