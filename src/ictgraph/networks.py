"""Networks of claims as networkx graphs: the landscape and the neighbourhood of an entity.

Every edge is one claim, or the same claim stated by several passages, and carries those passages.
Node and edge attributes are listed in ``docs/pictures.md``; :mod:`ictgraph.scene` draws them and
:mod:`ictgraph.interchange` writes them for other tools.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.graph import Graph, Value
from ictgraph.results import Label, Table, Term
from ictgraph.vocab import ICT, compress

__all__ = ["landscape", "neighbourhood"]

_TITLES = {
    "landscape": {"en": "Who develops what for which disease", "zh": "谁在为哪种疾病研发什么疗法"},
    "neighbourhood": {"en": "Neighbourhood of {en}", "zh": "{zh}的邻域"},
}
_NOT_STATED = {"en": "not stated", "zh": "未注明"}


def landscape(graph: Graph, **values: Value) -> nx.MultiDiGraph:
    """Return institutions, therapies and indications, joined by the claims that relate them.

    :param values: parameters of the template ``who-develops-what``.
    :returns: a graph with edges institution → therapy (a role) and therapy → indication (a stage).

    >>> from ictgraph.graph import open_graph
    >>> network = landscape(open_graph(), therapy="Lifileucel")
    >>> sorted({data["kind"] for _, data in network.nodes(data=True)})
    ['ict:Condition', 'ict:Institution', 'ict:Therapy']
    """
    template = queries.load("who-develops-what")
    rows = _rows(graph, template, graph.bind(template, values))
    network = nx.MultiDiGraph(kind="landscape", title=_TITLES["landscape"])
    drawing = _Drawing(graph, network)
    modality = drawing.modalities({row["therapy"] for row in rows if row["therapy"]})
    targets: dict[str, set[str]] = defaultdict(set)
    claims: dict[tuple[str, str, str], _Claim] = {}
    for row in rows:
        therapy, institution, indication = row["therapy"], row["institution"], row["indication"]
        drawing.node(therapy, "Therapy", modality=modality.get(therapy, ""))
        if row["targets"]:
            targets[therapy].add(row["targets"])
        if institution:
            drawing.node(institution, "Institution")
            claim = claims.setdefault((institution, therapy, row["role"]), _Claim())
            claim.sources.add(row["institutionSource"])
        if indication:
            drawing.node(indication, "Condition")
            claim = claims.setdefault((therapy, indication, row["stage"]), _Claim(row["stage"]))
            claim.sources.add(row["stageSource"])
            claim.details.add((row["where"], row["date"]))
    drawing.finish_therapies(targets)
    drawing.edges(claims)
    return network


def neighbourhood(graph: Graph, entity: str, hops: int = 1) -> nx.MultiDiGraph:
    """Return an entity and what passages connect it with; an event in between is no hop.

    :param entity: a name, CURIE or IRI.
    :param hops: how far to go, 1 or more.

    >>> from ictgraph.graph import open_graph
    >>> network = neighbourhood(open_graph(), "TyU19")
    >>> network.graph["centre"]
    'https://w3id.org/ictgraph/id/tyu19'
    """
    centre = graph.entity(entity)
    template = queries.load("facts")
    network = nx.MultiDiGraph(kind="neighbourhood", centre=centre)
    drawing = _Drawing(graph, network)
    drawing.node(centre)
    claims: dict[tuple[str, str, str], _Claim] = {}
    seen: set[str] = set()
    frontier = {centre}
    for _ in range(hops):
        reached = drawing.expand(template, frontier, seen, claims)
        events = {iri for iri in reached if drawing.is_event(iri)}
        frontier = (reached - events) | drawing.expand(template, events, seen, claims)
    for start, end, _ in claims:
        drawing.node(start)
        drawing.node(end)
    drawing.edges(claims)
    labels = network.nodes[centre]
    network.graph["title"] = {
        lang: text.format(en=labels["en"], zh=labels["zh"])
        for lang, text in _TITLES["neighbourhood"].items()
    }
    return network


@dataclass
class _Claim:
    """One line of a picture: its stage, the passages that state it, and when and where."""

    stage: str = ""
    sources: set[str] = field(default_factory=set)
    details: set[tuple[str, str]] = field(default_factory=set)


class _Drawing:
    """What nodes and edges look like, read from the ontology's display annotations."""

    def __init__(self, graph: Graph, network: nx.MultiDiGraph) -> None:
        self._graph = graph
        self._network = network
        self._looks: dict[str, dict[str, Any]] = {}
        for row in _rows(graph, queries.load("legend"), {}):
            look = self._looks.setdefault(row["thing"], {**row, "short": {}})
            if row["short"]:
                look["short"][row["short@"]] = row["short"]
        self._kinds = [iri for iri in self._looks if iri.startswith(ICT)]
        labels = graph.names.labels(self._looks)
        network.graph["legend"] = self._legend(labels)
        network.graph["build"] = _build_id(graph)

    def _legend(self, labels: Mapping[str, Label]) -> dict[str, list[dict[str, Any]]]:
        legend: dict[str, list[dict[str, Any]]] = {"stages": [], "modalities": [], "kinds": []}
        for iri, look in self._looks.items():
            entry = {"id": compress(iri), "colour": look["colour"]}
            entry |= look["short"] or dict(labels.get(iri, {}))
            if look["glyph"]:
                legend["modalities"].append(entry | {"glyph": look["glyph"]})
            elif look["width"]:
                legend["stages"].append(
                    entry
                    | {"dash": look["dash"], "width": float(look["width"])}
                    | {"order": int(look["order"])}
                )
            else:
                column = {"column": int(look["column"])} if look["column"] else {}
                legend["kinds"].append(entry | {"shape": look["shape"]} | column)
        return legend

    def node(self, iri: str, kind: str = "", **attributes: Any) -> None:
        """Add a node once; its kind is the first kind of the legend that it belongs to."""
        if iri in self._network:
            return
        labels = self._graph.names.labels({iri}).get(iri, {})
        shown = labels.get("en") or labels.get("zh") or compress(iri)
        name = ICT + kind if kind else self._kind(iri)
        look = self._looks.get(name, {})
        self._network.add_node(
            iri,
            kind=compress(name),
            curie=compress(iri),
            en=labels.get("en") or shown,
            zh=labels.get("zh") or shown,
            column=int(look["column"]) if look.get("column") else -1,
            **attributes,
        )

    def finish_therapies(self, targets: Mapping[str, set[str]]) -> None:
        """Give every therapy its targets and the words for its modality."""
        known = {target for some in targets.values() for target in some}
        labels = self._graph.names.labels(known) if known else {}
        words = {entry["id"]: entry for entry in self._network.graph["legend"]["modalities"]}
        for iri, data in self._network.nodes(data=True):
            if data["kind"] == "ict:Therapy":
                data["targets"] = [
                    {"id": compress(one), **_both(labels.get(one, {}), compress(one))}
                    for one in sorted(targets.get(iri, ()))
                ]
                word = words.get(data["modality"], _NOT_STATED)
                data["modality_en"], data["modality_zh"] = word["en"], word["zh"]

    def modalities(self, therapies: Iterable[str]) -> dict[str, str]:
        """Return the CURIE of the modality of each therapy: its own class before a broader one."""
        bound = {"therapy": [NamedNode(iri) for iri in sorted(therapies)]}
        found: dict[str, str] = {}
        own: set[str] = set()
        for row in _rows(self._graph, queries.load("modalities"), bound):
            therapy = row["therapy"]
            if row["modality"] == row["class"] and therapy not in own:
                own.add(therapy)
                found[therapy] = compress(row["modality"])
            found.setdefault(therapy, compress(row["modality"]))
        return found

    def expand(
        self,
        template: queries.Template,
        frontier: set[str],
        seen: set[str],
        claims: dict[tuple[str, str, str], _Claim],
    ) -> set[str]:
        """Add the claims about the frontier; return the entities they lead to."""
        fresh = sorted(frontier - seen)
        seen |= frontier
        reached: set[str] = set()
        if not fresh:
            return reached
        for row in _rows(self._graph, template, {"entity": [NamedNode(iri) for iri in fresh]}):
            other = row["value"]
            if not other.startswith(("http:", "https:")) or row["property"].endswith("#type"):
                continue
            start, end = row["entity"], other
            if row["direction"] != "states":
                start, end = end, start
            claims.setdefault((start, end, row["property"]), _Claim()).sources.add(row["source"])
            reached.add(other)
        return reached - seen

    def is_event(self, iri: str) -> bool:
        """Whether the entity is an event or a study group."""
        return bool({"Event", "StudyGroup"} & set(self._graph.names.classes(iri) or ()))

    def edges(self, claims: Mapping[tuple[str, str, str], _Claim]) -> None:
        """Add one edge per claim, with the word for it, its stage and its passages."""
        relations = {relation for _, _, relation in claims} | {c.stage for c in claims.values()}
        labels = self._graph.names.labels(relations)
        passages = self._passages({one for c in claims.values() for one in c.sources})
        places = self._graph.names.labels(
            {where for c in claims.values() for where, _ in c.details if where}
        )
        for (start, end, relation), claim in sorted(claims.items()):
            look = self._looks.get(relation, {})
            words = look.get("short") or labels.get(relation, {})
            self._network.add_edge(
                start,
                end,
                key=f"{compress(relation)} {compress(start)} {compress(end)}",
                relation=compress(relation),
                stage=compress(claim.stage) if claim.stage else "",
                inferred=False,
                sources=[passages[one] for one in sorted(claim.sources) if one in passages],
                **_both(words, compress(relation)),
                **{
                    f"detail_{lang}": _details(claim.details, places, lang) for lang in ("en", "zh")
                },
            )

    def _kind(self, iri: str) -> str:
        classes = {ICT + name for name in self._graph.names.classes(iri) or ()}
        fitting = [kind for kind in self._kinds if kind in classes]
        concept = ICT + "Concept"
        return next((kind for kind in fitting if kind != concept), concept)

    def _passages(self, iris: set[str]) -> dict[str, dict[str, str]]:
        if not iris:
            return {}
        bound = {"passage": [NamedNode(iri) for iri in sorted(iris)]}
        found: dict[str, dict[str, str]] = {}
        for row in _rows(self._graph, queries.load("sources"), bound):
            passage = found.setdefault(
                row["passage"], {"id": compress(row["passage"]), "iri": row["passage"]}
            )
            for name in ("locator", "gloss"):
                passage[f"{name}_{row[name + '@']}"] = row[name]
        return found


def _rows(
    graph: Graph, template: queries.Template, bound: Mapping[str, Sequence[Term]]
) -> list[dict[str, str]]:
    """The rows of a template as text by column; ``column@`` holds the language of a literal."""
    answer = graph.engine.query(queries.render(template, bound))
    rows: list[dict[str, str]] = []
    if not isinstance(answer, Table):
        return rows
    for cells in answer.rows:
        row: dict[str, str] = {}
        for name, cell in zip(answer.columns, cells, strict=True):
            row[name] = "" if cell is None else cell.value
            if isinstance(cell, Literal):
                row[name + "@"] = cell.language or ""
        rows.append(row)
    return rows


def _both(labels: Label, otherwise: str) -> dict[str, str]:
    shown = labels.get("en") or labels.get("zh") or otherwise
    return {"en": labels.get("en") or shown, "zh": labels.get("zh") or shown}


def _details(details: Iterable[tuple[str, str]], places: Mapping[str, Label], lang: str) -> str:
    shown = {
        " ".join(part for part in (places.get(where, {}).get(lang, ""), date) if part)
        for where, date in details
    }
    return ", ".join(sorted(one for one in shown if one))


def _build_id(graph: Graph) -> str:
    return os.path.basename(graph.folder)
