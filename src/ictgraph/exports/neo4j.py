"""Nodes and relationships as CSV for ``neo4j-admin database import``.

Values of a list are separated by U+001F, which no text holds, so that semicolons stay; quotes and
line ends are quoted as CSV does. ``import.args`` tells neo4j-admin so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ictgraph.captions import text_rows
from ictgraph.exports.biolink import identifiers, own, respelt
from ictgraph.exports.claims import Edge, Node, edges, literal_names, nodes
from ictgraph.exports.texts import words
from ictgraph.vocab import ICT, RDFS_SUB_CLASS_OF, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["SEPARATOR", "files"]

SEPARATOR = "\x1f"
_ARGUMENTS = """\
--nodes=nodes.csv
--relationships=relationships.csv
--array-delimiter=U+001F
--multiline-fields=true
"""
_CLASSES = f"SELECT ?class ?above WHERE {{ ?class <{RDFS_SUB_CLASS_OF}>* ?above }}"
_NODE = (
    "id:ID iri name name_zh synonyms:string[] same_as:string[] close_to:string[] doubts:string[]"
).split()
_EDGE = (
    ":START_ID :END_ID :TYPE id predicate stages:string[] event expected:boolean source passage"
    " locator publications:string[] doubts:string[] doubt_kinds:string[]"
).split()


def files(graph: Graph) -> dict[str, str]:
    """Return the texts of an export by file name."""
    connected = edges(graph)
    found = nodes(graph, connected)
    names = identifiers(found)
    above: dict[str, set[str]] = {}
    for row in text_rows(graph, _CLASSES):
        above.setdefault(row["class"], set()).add(row["above"])
    said = literal_names(found)
    header = [*_NODE, *(f"ict_{name}:string[]" for name in said), ":LABEL"]
    rows = [_node(node, names[node.iri], said, above) for node in found]
    return {
        "nodes.csv": _csv([header, *rows]),
        "relationships.csv": _csv([_EDGE, *(_edge(edge, names) for edge in connected)]),
        "import.args": _ARGUMENTS,
    }


def _node(node: Node, name: str, said: Sequence[str], above: Mapping[str, set[str]]) -> list[str]:
    labels = {one for own in node.classes for one in above.get(ICT + own, {ICT + own})}
    ours = sorted(one.removeprefix(ICT) for one in labels if one.startswith(ICT))
    return [
        name,
        node.iri,
        node.en,
        node.zh,
        _many(node.synonyms),
        _many(sorted({own(node.iri), *map(respelt, node.exact)})),
        _many(map(respelt, node.close)),
        _many(map(compress, node.doubts)),
        *(_many(node.literals.get(one, ())) for one in said),
        _many(ours),
    ]


def _edge(edge: Edge, names: Mapping[str, str]) -> list[str]:
    predicate = compress(edge.predicate)
    return [
        names[edge.subject],
        names[edge.object],
        words(predicate.partition(":")[2]).replace(" ", "_").upper(),
        f"ictgraph.claim:{edge.id}",
        predicate,
        _many(map(compress, edge.stages)),
        compress(edge.event) if edge.event else "",
        str(edge.expected).lower(),
        compress(edge.origin.source) if edge.origin.source else "",
        compress(edge.passage) if edge.passage else "",
        edge.origin.locator,
        _many(respelt(compress(one)) for one in edge.origin.publications),
        _many(compress(doubt) for doubt, _ in edge.doubts),
        _many(sorted({compress(kind) for _, kind in edge.doubts})),
    ]


def _many(values: Iterable[str]) -> str:
    return SEPARATOR.join(one.replace(SEPARATOR, " ") for one in values)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
