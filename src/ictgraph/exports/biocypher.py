"""A folder for BioCypher: its schema, its configuration, nodes and edges, and what writes them.

The head ontology is a small OWL file of our own classes, so nothing is fetched. A claim is an edge
whose class is named after its property.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

from ictgraph.captions import text_rows
from ictgraph.exports.kgx import Record, records
from ictgraph.exports.texts import as_json, words
from ictgraph.vocab import GRAPH, ICT, OWL, RDFS

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["files"]

_CONFIGURATION = """\
biocypher:
  dbms: neo4j
  offline: true
  strict_mode: false
  head_ontology:
    url: ontology.ttl
    root_node: entity
neo4j:
  file_format: csv
  csv_column_delimiter: ","
  csv_array_delimiter: "|"
  csv_string_quote_character: '"'
"""
_CLASSES = f"""\
SELECT DISTINCT ?class ?above WHERE {{
  GRAPH <{GRAPH}ontology> {{ ?class a <{OWL}Class> }}
  OPTIONAL {{ ?class <{RDFS}subClassOf> ?above }}
  FILTER(STRSTARTS(STR(?class), "{ICT}"))
}}
"""
_TOP = "Entity"
_NOT_PROPERTIES = ("id", "subject", "object", "category")
_Row = tuple[str, ...]


def files(graph: Graph) -> dict[str, str]:
    """Return the texts of an export by file name."""
    nodes, edges = records(graph)
    used: dict[str, dict[str, str]] = defaultdict(dict)
    lines: dict[str, list[str]] = {"nodes.jsonl": [], "edges.jsonl": []}
    for node in nodes:
        kind = next(iter(node.get("ictgraph_class", ())), f"ict:{_TOP}").partition(":")[2]
        properties = _properties(node, used[kind])
        lines["nodes.jsonl"].append(as_json([node["id"], kind, properties]))
    kinds = set(used)
    for edge in edges:
        kind = edge["original_predicate"].partition(":")[2]
        properties = _properties(edge, used[kind])
        row = [edge["id"], edge["subject"], edge["object"], kind, properties]
        lines["edges.jsonl"].append(as_json(row))
    claims = sorted(used.keys() - kinds)
    return {
        "biocypher_config.yaml": _CONFIGURATION,
        "schema_config.yaml": _schema(sorted(kinds), claims, used),
        "ontology.ttl": _ontology(graph, claims),
        "create_biocypher.py": _program(),
        **{name: "".join(f"{line}\n" for line in found) for name, found in lines.items()},
    }


def _program() -> str:
    place = package_files("ictgraph.exports") / "templates" / "create_biocypher.py.txt"
    return place.read_text(encoding="utf-8")


def _properties(record: Record, used: dict[str, str]) -> dict[str, Any]:
    """Return the properties of a record, and note their types.

    BioCypher knows no way to write the separator of a list within a list.
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        if name in _NOT_PROPERTIES:
            continue
        many = isinstance(value, list)
        used[name] = "str[]" if many else "str"
        found[name] = [one.replace("|", "¦") for one in value] if many else value
    return found


def _schema(
    kinds: Iterable[str], claims: Iterable[str], used: Mapping[str, Mapping[str, str]]
) -> str:
    lines: list[str] = []
    for kind in kinds:
        lines += [f"{words(kind)}:", "  represented_as: node", f"  input_label: {kind}"]
        lines += _typed(used[kind])
    for claim in claims:
        label = words(claim).replace(" ", "_").upper()
        lines += [f"{words(claim)} claim:", "  represented_as: edge", f"  input_label: {claim}"]
        lines += [f"  label_as_edge: {label}", *_typed(used[claim])]
    return "\n".join([*lines, ""])


def _typed(properties: Mapping[str, str]) -> list[str]:
    return ["  properties:", *(f"    {name}: {kind}" for name, kind in sorted(properties.items()))]


def _ontology(graph: Graph, claims: Sequence[str]) -> str:
    """Return the classes, and one for the claims of each property, as OWL in Turtle."""
    above: dict[str, set[str]] = defaultdict(set)
    for row in text_rows(graph, _CLASSES):
        parent = row["above"].removeprefix(ICT) if row["above"].startswith(ICT) else ""
        above[row["class"].removeprefix(ICT)] |= {parent} - {""}
    rows: list[_Row] = [
        (name, words(name), *sorted(parents or {_TOP})) for name, parents in above.items()
    ]
    rows += [("Claim", "claim", _TOP)]
    rows += [(f"claim-{one}", f"{words(one)} claim", "Claim") for one in claims]
    lines = [f"@prefix ict: <{ICT}> .", f"@prefix owl: <{OWL}> .", f"@prefix rdfs: <{RDFS}> .", ""]
    for name, label, *parents in sorted(rows):
        under = "".join(f" ; rdfs:subClassOf ict:{one}" for one in parents if name != _TOP)
        lines.append(f'ict:{name} a owl:Class ; rdfs:label "{label}"{under} .')
    return "\n".join([*lines, ""])
