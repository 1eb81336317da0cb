"""Nodes and edges for KGX, in the Biolink Model: TSV or JSON Lines.

Nothing is flattened: the predicate of the ontology is ``original_predicate``, the printed stage is
``stage``, and what is only expected is a prediction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ictgraph.exports.biolink import Biolink, identifiers, namespaces, own, respelt
from ictgraph.exports.claims import DERIVED, Edge, Node, edges, nodes
from ictgraph.exports.texts import as_json
from ictgraph.vocab import compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Record", "files", "records"]

_PROVIDER = "infores:ictgraph"
Record = Mapping[str, Any]


def records(graph: Graph) -> tuple[list[Record], list[Record]]:
    """Return nodes and edges as KGX has them: values are texts, lists of texts or booleans."""
    connected = edges(graph)
    found = nodes(graph, connected)
    names = identifiers(found)
    biolink = Biolink(graph)
    labels = graph.names.labels({stage for edge in connected for stage in edge.stages})
    stages = {iri: label.get("en", "") for iri, label in labels.items()}
    return (
        [_node(node, names[node.iri], biolink) for node in found],
        [_edge(edge, names, biolink, stages) for edge in connected],
    )


def files(graph: Graph, kind: str) -> dict[str, str]:
    """Return the texts of an export by file name.

    :param kind: ``tsv`` or ``jsonl``.
    """
    texts = dict(zip(("nodes", "edges"), records(graph), strict=True))
    write = _tsv if kind == "tsv" else _jsonl
    context = as_json({"@context": namespaces()}, indent=1) + "\n"
    return {f"{name}.{kind}": write(rows) for name, rows in texts.items()} | {
        "prefixes.json": context
    }


def _node(node: Node, name: str, biolink: Biolink) -> Record:
    record: dict[str, Any] = {
        "id": name,
        "category": biolink.categories(node.classes),
        "name": node.en,
        "name_zh": node.zh,
        "synonym": list(node.synonyms),
        "iri": node.iri,
        "ictgraph_class": [f"ict:{one}" for one in node.classes],
        "equivalent_identifiers": sorted({own(node.iri), *map(respelt, node.exact)}),
        "xref": [respelt(one) for one in node.close],
        "provided_by": [_PROVIDER],
        "doubts": [compress(one) for one in node.doubts],
    }
    said = {f"ict_{property}": list(values) for property, values in node.literals.items()}
    return {key: value for key, value in (record | said).items() if value not in ("", [])}


def _edge(
    edge: Edge, names: Mapping[str, str], biolink: Biolink, stages: Mapping[str, str]
) -> Record:
    concluded = edge.predicate == DERIVED
    level = "prediction" if edge.expected else "knowledge_assertion"
    record = {
        "id": f"ictgraph.claim:{edge.id}",
        "subject": names[edge.subject],
        "predicate": biolink.predicate(edge.predicate),
        "object": names[edge.object],
        "category": ["biolink:Association"],
        "original_subject": compress(edge.subject),
        "original_predicate": compress(edge.predicate),
        "original_object": compress(edge.object),
        "stage": [compress(one) for one in edge.stages],
        "stage_label": [stages[one] for one in edge.stages if stages.get(one)],
        "event": compress(edge.event) if edge.event else "",
        "primary_knowledge_source": _PROVIDER,
        "knowledge_level": "logical_entailment" if concluded and not edge.expected else level,
        "agent_type": "automated_agent" if concluded else "manual_agent",
        "publications": list(map(_publication, edge.origin.publications)),
        "source": compress(edge.origin.source) if edge.origin.source else "",
        "passage": compress(edge.passage) if edge.passage else "",
        "locator": edge.origin.locator,
        "doubts": [compress(doubt) for doubt, _ in edge.doubts],
        "doubt_kinds": sorted({compress(kind) for _, kind in edge.doubts}),
    }
    return {key: value for key, value in record.items() if value not in ("", [])}


def _publication(text: str) -> str:
    return respelt(compress(text))


def _jsonl(rows: Iterable[Record]) -> str:
    return "".join(as_json(row) + "\n" for row in rows)


def _tsv(rows: Sequence[Record]) -> str:
    """Return rows as KGX reads them: without quotes, lists joined by ``|``."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(row.get(key, "")) for key in columns) for row in rows]
    return "\n".join([*lines, ""])


def _cell(value: Any) -> str:
    """Return a cell; kgx takes any ``|`` for the end of a list's value, and knows no quotes."""
    if isinstance(value, list):
        return "|".join(map(_cell, value))
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", value).replace("|", "¦")
