"""A graph together with what is not built yet: files being written, what a table declares.

What a draft adds can be looked up by name and asked for at once. Of the rules only the one about
broader classes is applied to it, for that is what look-up needs.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from ictgraph.curation.canonical import read
from ictgraph.engine import LocalEngine
from ictgraph.errors import InputError, StoreError
from ictgraph.graph import Graph
from ictgraph.labels import NAMES, LabelIndex, Names, index_text
from ictgraph.messages import reason
from ictgraph.terms import text_of
from ictgraph.vocab import GRAPH, RDF_TYPE, RDFS_SUB_CLASS_OF

__all__ = ["Draft"]

_DERIVED = NamedNode(GRAPH + "derived")


class Draft:
    """A copy of an embedded graph, in memory, that takes more statements.

    :ivar graph: the graph as it is now.

    >>> import ictgraph
    >>> from ictgraph.vocab import ICT, ID, RDFS_LABEL
    >>> draft, cell = Draft(ictgraph.open_graph()), NamedNode(ID + "some-cell")
    >>> label = Quad(cell, NamedNode(RDFS_LABEL), Literal("Some cell", language="en"))
    >>> draft.add([label, Quad(cell, NamedNode(RDF_TYPE), NamedNode(ICT + "CellType"))])
    >>> draft.graph.entity("some cell", "Concept")
    'https://w3id.org/ictgraph/id/some-cell'
    """

    def __init__(self, graph: Graph, files: Iterable[str] = ()) -> None:
        """Copy a graph and add what files say, as far as they exist.

        :raises InputError: if a file is no RDF, or the graph is behind an endpoint.
        """
        if not graph.folder:
            raise InputError("an endpoint cannot be added to", hint="use --store or --data")
        self._store = Store()
        try:
            path = os.path.join(graph.folder, "graph.nq")
            self._store.bulk_load(path=path, format=RdfFormat.N_QUADS)
            with open(os.path.join(graph.folder, "labels.tsv"), encoding="utf-8") as file:
                self._index = file.read()
        except (OSError, ValueError) as error:
            raise StoreError(
                "the build {done} is damaged: {reason}",
                hint="rebuild it with 'ictgraph build --force'",
                done=graph.folder,
                reason=reason(error),
            ) from None
        self._broader = self._classes()
        self.graph = graph
        self.add({quad for path in files if os.path.exists(path) for quad in read(path)})

    def add(self, quads: Iterable[Quad]) -> None:
        """Add statements, in their graphs and merged."""
        types, names = [], []
        for quad in quads:
            subject, value = text_of(quad.subject), quad.object
            self._store.extend([quad, Quad(quad.subject, quad.predicate, value, DefaultGraph())])
            if quad.predicate.value == RDF_TYPE:
                kinds = (text_of(value), *self._broader[text_of(value)])
                types += [(subject, one) for one in kinds]
            elif quad.predicate.value in NAMES and isinstance(value, Literal):
                kind = NAMES[quad.predicate.value]
                names.append((value.value, subject, value.language or "", kind))
        self._store.extend(
            Quad(NamedNode(one), NamedNode(RDF_TYPE), NamedNode(kind), _DERIVED)
            for one, kind in types
        )
        pairs = ((one, broad) for one, above in self._broader.items() for broad in above)
        self._index += index_text(names, types, pairs)
        self.graph = Graph(LocalEngine(self._store), _Remembered(LabelIndex(self._index)))

    def _classes(self) -> dict[str, set[str]]:
        """Return for each class all broader ones."""
        above: dict[str, set[str]] = defaultdict(set)
        for quad in self._store.quads_for_pattern(
            None, NamedNode(RDFS_SUB_CLASS_OF), None, DefaultGraph()
        ):
            above[text_of(quad.subject)].add(text_of(quad.object))
        for one in list(above):
            waiting = list(above[one])
            while waiting:
                more = above.get(waiting.pop(), set()) - above[one]
                above[one] |= more
                waiting += more
        return above


class _Remembered:
    """Names that are looked up once, for tables that say the same in many rows."""

    def __init__(self, names: Names) -> None:
        self.labels = names.labels
        self.lookup = cache(names.lookup)
        self.find = cache(names.find)
        self.classes = cache(names.classes)
