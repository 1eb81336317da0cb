"""Networks for other tools: GraphML, GEXF, Cytoscape JSON and DOT, as text.

Every attribute of graph, nodes and edges is kept; lists and tables become JSON texts, because
these formats hold only flat values. A ``label`` in the wanted language is added to nodes and
edges. Same graph, same bytes: no dates, no versions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ictgraph.errors import InputError
from ictgraph.pictures.drawing import Lang, Names

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FORMATS", "cytoscape", "dot", "gexf", "graphml"]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def graphml(graph: nx.MultiDiGraph, lang: Lang = "both") -> str:
    """Return the graph as GraphML (yEd, igraph, Gephi, networkx); edge ids are the claim keys.

    :raises InputError: if a text holds a character that XML cannot carry.
    """
    from networkx.readwrite.graphml import generate_graphml

    lines = generate_graphml(_flat(graph, lang, _NOT_XML), named_key_ids=True)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"


def gexf(graph: nx.MultiDiGraph, lang: Lang = "both") -> str:
    """Return the graph as GEXF 1.2 (Gephi); the graph's own attributes are JSON in the description.

    :raises InputError: if a text holds a character that XML cannot carry.
    """
    from networkx.readwrite.gexf import generate_gexf

    flat = _flat(graph, lang, _NOT_XML)
    about = escape(json.dumps(dict(flat.graph), ensure_ascii=False, sort_keys=True))
    for _, _, key, data in flat.edges(keys=True, data=True):
        data["id"] = key
    text = "\n".join(generate_gexf(flat))
    meta = f"<meta><creator>ictgraph</creator><description>{about}</description></meta>"
    text = re.sub(r"<meta\b.*?</meta>", lambda _: meta, text, count=1, flags=re.DOTALL)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def cytoscape(graph: nx.MultiDiGraph, lang: Lang = "both") -> str:
    """Return the graph as Cytoscape JSON (Cytoscape desktop and cytoscape.js).

    :raises InputError: if a text is not Unicode text.
    """
    flat = _flat(graph, lang, _NOT_TEXT)
    nodes = [{"data": {**data, "id": id}} for id, data in flat.nodes(data=True)]
    edges = [
        {"data": {**data, "id": key, "source": source, "target": target}}
        for source, target, key, data in flat.edges(keys=True, data=True)
    ]
    whole = {"data": dict(flat.graph), "directed": True, "multigraph": True}
    whole["elements"] = {"nodes": nodes, "edges": edges}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def dot(graph: nx.MultiDiGraph, lang: Lang = "both") -> str:
    r"""Return the graph as DOT (Graphviz), left to right; a landscape keeps its columns.

    :raises InputError: if a text is not Unicode text.

    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("x", en='say "hi"', zh="")
    >>> print(dot(graph).splitlines()[3])
      "x" [en="say \"hi\"" zh="" label="say \"hi\""];
    """
    flat = _flat(graph, lang, _NOT_TEXT)
    lines = [f"digraph {{\n  graph [{_attributes(flat.graph)} rankdir=LR];"]
    lines.append('  node [shape=box style=rounded fontname="Noto Sans CJK SC"];')
    lines += [f"  {_quote(id)} [{_attributes(data)}];" for id, data in flat.nodes(data=True)]
    lines += [
        f"  {_quote(source)} -> {_quote(target)} [{_attributes({'key': key, **data})}];"
        for source, target, key, data in flat.edges(keys=True, data=True)
    ]
    for column, rank in ((0, "min"), (2, "max")) if graph.graph.get("kind") == "landscape" else ():
        ids = [_quote(id) for id, data in graph.nodes(data=True) if data.get("column") == column]
        if ids:
            lines.append(f"  {{ rank={rank}; {'; '.join(ids)} }}")
    return "\n".join([*lines, "}"]) + "\n"


FORMATS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {"cyjs": cytoscape, "dot": dot, "gexf": gexf, "graphml": graphml}
)
"""The writers by file extension."""


def _flat(graph: nx.MultiDiGraph, lang: Lang, forbidden: re.Pattern[str]) -> nx.MultiDiGraph:
    """Copy the graph with flat values and labels; refuse what the format cannot carry."""
    import networkx as nx

    def flatten(data: Mapping[str, Any], where: object) -> dict[str, Any]:
        return {str(name): _value(value, where, name, forbidden) for name, value in data.items()}

    flat = nx.MultiDiGraph(**flatten(graph.graph, "the graph"))
    for id, data in graph.nodes(data=True):
        _value(id, "a node", "id", forbidden)
        names = Names(str(data.get("en") or ""), str(data.get("zh") or ""))
        flat.add_node(id, **flatten(data, id), label=names.text(lang) or str(id))
    for source, target, key, data in graph.edges(keys=True, data=True):
        _value(key, "an edge", "key", forbidden)
        names = Names(str(data.get("en") or ""), str(data.get("zh") or ""))
        flat.add_edge(source, target, key=key, **flatten(data, key), label=names.text(lang))
    return flat


def _value(value: Any, where: object, name: str, forbidden: re.Pattern[str]) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        value = "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
    if found := forbidden.search(value):
        raise InputError(
            "{name} of {where!a} holds U+{character:04X}, which this format cannot carry",
            hint="correct the label in triples/",
            name=name,
            where=where,
            character=ord(found[0]),
        )
    return value


def _attributes(data: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name if re.fullmatch('[A-Za-z_]+', name) else _quote(name)}={_quote(value)}"
        for name, value in data.items()
    )


def _quote(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n")
    return f'"{text}"'
