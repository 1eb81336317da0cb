"""CPU time of one cold question, against native Oxigraph and a plain rdflib script.

All three answer the same query text on the same build of the built-in graph:
``ictgraph query NAME`` in a pipe, ``oxigraph query --location STORE``, and rdflib, which parses
the build's N-Quads first. Promised: at most 3 times Oxigraph, at most 1/6 of rdflib.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from functools import partial

from measure import Row, cpu, environment, interleaved, machine, program, table

from ictgraph import queries
from ictgraph.store import current, default_folder

NAMES = ("who-develops-what", "approved-products", "facts")
_RDFLIB = """\
import sys
from rdflib import Dataset
dataset = Dataset()
dataset.parse(sys.argv[1], format="nquads")
with open(sys.argv[2], encoding="utf-8") as file:
    for row in dataset.query(file.read()):
        print(*("" if term is None else term.n3() for term in row), sep="\\t")
"""


def measure(rounds: int = 21, rdflib_rounds: int = 5) -> list[Row]:
    """Return the figures of every query."""
    with tempfile.TemporaryDirectory() as cache:
        env = environment(cache)
        cpu([program("ictgraph"), "build"], env)
        build = _build(cache)
        return [row for name in NAMES for row in _compared(name, build, env, rounds, rdflib_rounds)]


def _build(cache: str) -> str:
    before = os.environ.get("ICTGRAPH_CACHE")
    os.environ["ICTGRAPH_CACHE"] = cache
    try:
        found = current(default_folder())
    finally:
        del os.environ["ICTGRAPH_CACHE"]
        if before is not None:
            os.environ["ICTGRAPH_CACHE"] = before
    if found is None:
        raise SystemExit(f"no build in {cache}")
    return found


def _compared(
    name: str, build: str, env: dict[str, str], rounds: int, rdflib_rounds: int
) -> list[Row]:
    path = queries.load(name).path
    own = [program("ictgraph"), "query", name]
    native = [program("oxigraph"), "query", "--location", os.path.join(build, "store")]
    native += ["--query-file", path, "--results-format", "tsv"]
    script = [sys.executable, "-c", _RDFLIB, os.path.join(build, "graph.nq"), path]
    near = interleaved({"own": partial(cpu, own, env), "native": partial(cpu, native, env)}, rounds)
    far = interleaved(
        {"own": partial(cpu, own, env), "rdflib": partial(cpu, script, env)}, rdflib_rounds
    )
    times, part = near["own"] / near["native"], far["rdflib"] / far["own"]
    return [
        Row(
            f"`query {name}`, cold, CPU against native Oxigraph",
            f"{near['own']:.0f} ms / {near['native']:.0f} ms = {times:.1f} ×",
            "≤ 3 ×",
            times <= 3,
        ),
        Row(
            f"`query {name}`, cold, CPU against plain rdflib",
            f"{far['own']:.0f} ms / {far['rdflib']:.0f} ms = 1/{part:.0f}",
            "≤ 1/6",
            part >= 6,
        ),
    ]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=21)
    options.add_argument("--rdflib-rounds", type=int, default=5)
    given = options.parse_args()
    print(machine(), end="\n\n")
    print(table(measure(given.rounds, given.rdflib_rounds)))
