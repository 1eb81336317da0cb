"""How fast names are linked to MONDO and CL, and how long it takes to get there.

The peers get the same names of the same terms: a dictionary of lower-case names, which is the least
that a linker can do; the matcher of gilda, if it is installed ('pip install gilda-slim'); and the
most similar name by rapidfuzz. Promised: read in 5 s once, 10,000 names a second.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from time import process_time

from measure import Row, interleaved, machine, table
from rapidfuzz import fuzz, process

import ictgraph
from ictgraph.links.known import known_to
from ictgraph.links.lexicon import Hit, Lexicon, plain
from ictgraph.links.linker import suggest

SOURCES = ("mondo", "cl")
NAMES = 10_000
FEW = 20  # names for the slow peer


def measure(rounds: int = 7) -> list[Row]:
    """Return the times of reading, then the rates of linking against each peer."""
    with tempfile.TemporaryDirectory() as cache:
        kept = os.environ.get("ICTGRAPH_CACHE")
        os.environ["ICTGRAPH_CACHE"] = cache
        first = _timed(_opened)
        again = interleaved({"open": partial(_timed, _opened)}, rounds)["open"]
        lexicons = _opened()
        os.environ.pop("ICTGRAPH_CACHE")
        os.environ.update({"ICTGRAPH_CACHE": kept} if kept else {})
    rows = [
        Row("MONDO and CL read for the first time, CPU", f"{first:.2f} s", "≤ 5 s", first <= 5),
        Row("MONDO and CL opened again, CPU", f"{again:.2f} s"),
    ]
    return rows + _rates(lexicons, rounds)


def _rates(lexicons: Sequence[Lexicon], rounds: int) -> list[Row]:
    graph = ictgraph.open_graph()
    known = known_to(graph.engine, graph.names)
    hits = [hit for one in lexicons for form in one.forms for hit in one.at(form)]
    names = _names(hits)
    lower = {hit.name.casefold(): hit.id for hit in hits}
    forms = [form for one in lexicons for form in one.forms]
    alike = partial(process.extractOne, choices=forms, scorer=fuzz.token_sort_ratio)
    tasks = {
        "ours": partial(_each, lambda name: suggest(name, lexicons, known), names),
        "a dictionary": partial(_each, lambda name: lower.get(name.casefold()), names),
        "rapidfuzz": partial(_each, lambda name: alike(plain(name)), names[:FEW]),
    }
    grounder = _gilda(hits)
    if grounder:
        tasks["gilda"] = partial(_each, grounder, names)
    found = interleaved(tasks, rounds)
    rate = found.pop("ours")
    rows = [Row("names linked", f"{rate:,.0f} a second", "≥ 10,000", rate >= 10_000)]
    for peer, other in found.items():
        times = f"{rate / other:,.1f} ×" if rate > other else f"1/{other / rate:,.1f}"
        rows.append(Row(f"names linked, against {peer}", f"{times} ({other:,.0f} a second)"))
    return rows


def _names(hits: Sequence[Hit]) -> list[str]:
    """A mixture: names as they are, in other writing, with modifiers, and unknown ones."""
    chosen = random.Random(1).sample([hit.name for hit in hits], NAMES)
    ways: list[Callable[[str], str]] = [
        str,
        str.upper,
        lambda name: name.replace(" ", "-"),
        lambda name: f"relapsed or refractory {name}",
        lambda name: f"{name} xyz",
    ]
    return [ways[i % len(ways)](name) for i, name in enumerate(chosen)]


def _each(link: Callable[[str], object], names: Sequence[str]) -> float:
    """Link names one by one and return how many a second of CPU."""
    plain.cache_clear()
    start = process_time()
    for name in names:
        link(name)
    return len(names) / (process_time() - start)


def _gilda(hits: Sequence[Hit]) -> Callable[[str], object] | None:
    try:
        from gilda.grounder import Grounder
        from gilda.process import normalize
        from gilda.term import Term
    except ImportError:
        return None
    status = {"label": "name", "exact": "synonym"}
    terms = (
        Term(
            normalize(hit.name), hit.name, hit.id.partition(":")[0], hit.id, hit.name,
            status.get(hit.how, "synonym"), "ictgraph",
        )
        for hit in hits
    )  # fmt: skip
    ground: Callable[[str], object] = Grounder(list(terms)).ground
    return ground


def _opened() -> list[Lexicon]:
    return [Lexicon.open(source) for source in SOURCES]


def _timed(task: Callable[[], object]) -> float:
    start = process_time()
    task()
    return process_time() - start


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    print(machine(), end="\n\n")
    print(table(measure(options.parse_args().rounds)))
