"""What the benchmarks share: CPU time of processes, interleaved rounds, tables, the machine.

Two things are compared by running them in turn, A B B A, in one run on one machine, so that both
meet the same load; what counts is the ratio of the medians of their CPU time.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["ROOT", "Row", "cpu", "environment", "interleaved", "machine", "program", "table"]

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Row(NamedTuple):
    """One line of the report; ``met`` is ``None`` where nothing was promised."""

    what: str
    measured: str
    promised: str = ""
    met: bool | None = None


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    answers = {None: "", True: "yes", False: "**no**"}
    lines = ["| what | measured | promised | met |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.measured} | {r.promised} | {answers[r.met]} |" for r in rows]
    return "\n".join(lines)


def program(name: str) -> str:
    """Return the path of a program installed beside this Python."""
    path = os.path.join(sysconfig.get_path("scripts"), name)
    if not os.path.exists(path):
        raise SystemExit(f"{path} is missing; run 'make bench', which installs it")
    return path


def environment(cache: str) -> dict[str, str]:
    """Return the variables of a measured process: byte code is kept, as on a user's machine."""
    drop = ("PYTHON", "ICTGRAPH_", "LC_", "LANG", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    return kept | {"ICTGRAPH_CACHE": cache, "LANG": "C.UTF-8"}


def cpu(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Run a process, its output piped and read, and return its user and system time in ms."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as child:
        assert child.stdout is not None
        child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed with exit code {child.returncode}")
    return 1000 * (usage.ru_utime + usage.ru_stime)


def interleaved(
    tasks: Mapping[str, Callable[[], float]], rounds: int, warm: int = 1
) -> dict[str, float]:
    """Run tasks in turn, forwards and backwards, and return the median of what each returns."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(-warm, rounds):
        names = list(tasks) if number % 2 else list(tasks)[::-1]
        for name in names:
            value = tasks[name]()
            if number >= 0:
                found[name].append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def machine() -> str:
    """Return one line about the machine and how busy it is."""
    processor = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if "model name" in line]
        processor = names[0] if names else processor
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} × {processor}, {platform.system()} {platform.release()}, Python "
        f"{sys.version.split()[0]}; load average {load} (1, 5, 15 minutes)"
    )
