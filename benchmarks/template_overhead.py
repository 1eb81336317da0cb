"""What a template costs beyond its query when the graph is open, for every template.

Compares ``graph.query(name)`` (find the template, fill it, run it, look up all labels) with
``graph.engine.query(text)`` of the same text, in one process. Promised: at most 10 % more.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from time import process_time_ns

from measure import Row, interleaved, machine, table

import ictgraph
from ictgraph import queries
from ictgraph.graph import Graph

_ROUND = 20_000_000
"""Nanoseconds of CPU that one round takes at least, by repeating."""


def measure(rounds: int = 31) -> list[Row]:
    """Return the figure over all templates, then those of each."""
    graph = ictgraph.open_graph()
    found = {name: _compared(graph, name, rounds) for name in queries.names()}
    rows = []
    for name, (query, bare) in sorted(found.items(), key=lambda one: one[1][1] - one[1][0]):
        over = query / bare - 1
        rows.append(
            Row(f"template `{name}`, warm", _shown(query, bare), "≤ 10 % more", over <= 0.1)
        )
    middle = statistics.median(query / bare - 1 for query, bare in found.values())
    total = [sum(one) for one in zip(*found.values(), strict=True)]
    return [
        Row("all templates once, warm", _shown(*total), "≤ 10 % more", total[0] <= 1.1 * total[1]),
        Row("the middle template, warm", f"{middle:+.1%}", "≤ 10 % more", middle <= 0.1),
        *rows,
    ]


def _shown(query: float, bare: float) -> str:
    return f"{query / 1e6:.2f} ms / {bare / 1e6:.2f} ms = {query / bare - 1:+.1%}"


def _compared(graph: Graph, name: str, rounds: int) -> tuple[float, float]:
    def query() -> object:
        return graph.query(name)

    bare = partial(graph.engine.query, queries.load(name).text)
    once = max(_timed(bare, 3), 1.0)
    repeats = max(1, min(200, int(_ROUND / once / 4)))
    found = interleaved(
        {"query": partial(_timed, query, repeats), "bare": partial(_timed, bare, repeats)}, rounds
    )
    return found["query"], found["bare"]


def _timed(task: Callable[[], object], repeats: int) -> float:
    start = process_time_ns()
    for _ in range(repeats):
        task()
    return (process_time_ns() - start) / repeats


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=31)
    print(machine(), end="\n\n")
    print(table(measure(options.parse_args().rounds)))
