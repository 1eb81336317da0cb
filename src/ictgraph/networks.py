"""Networks of claims as networkx graphs: the landscape and the neighbourhood of an entity.

Every edge is one claim, or the same claim stated by several passages, and carries those passages;
it leads from the claim's subject to its object, so "therapy — developed by → institution".
Node and edge attributes are listed in ``docs/pictures.md``; :mod:`ictgraph.pictures` draws them and
writes them for other tools.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx
from pyoxigraph import NamedNode

from ictgraph import queries
from ictgraph.captions import Origin, filters, in_both, origin, text_rows
from ictgraph.errors import InputError
from ictgraph.results import Label
from ictgraph.vocab import GRAPH, ICT, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph, Value

__all__ = ["landscape", "neighbourhood", "of_claims"]

_TITLES = {
    "landscape": {"en": "Who develops what for which disease", "zh": "谁在为哪种疾病研发什么疗法"},
    "neighbourhood": {"en": "Neighbourhood of {en}", "zh": "{zh}的邻域"},
}
_NO_CLASS = {"id": "class-not-stated", "en": "class not stated", "zh": "类别未注明"}
_NO_INDICATION = {"en": "indication not stated", "zh": "适应证未注明"}
_NOWHERE = "urn:ictgraph:indication-not-stated"
_DOUBTS = f"""\
PREFIX ict: <{ICT}>
SELECT DISTINCT ?entity ?doubt ?kind ?note
WHERE {{
  GRAPH <{GRAPH}derived> {{ ?doubt ict:concerns ?entity }}
  ?doubt ict:doubtKind ?kind ; ict:note ?note .
}}
ORDER BY ?entity ?doubt ?kind LANG(?note)
"""
_OUTCOMES = f"""\
SELECT DISTINCT ?event ?value WHERE {{ VALUES ?event {{ %s }} ?event <{ICT}outcome> ?value }}
ORDER BY ?event ?value
"""


def landscape(graph: Graph, **values: Value) -> nx.MultiDiGraph:
    """Return institutions, therapies and indications, joined by the claims that relate them.

    :param values: parameters of the template ``who-develops-what``.
    :returns: a graph with edges therapy → institution (a role) and therapy → indication (a stage,
        or its absence: then the edge leads to a node of its own, whose ``stated`` is false).

    >>> from ictgraph.graph import open_graph
    >>> network = landscape(open_graph(), therapy="Lifileucel")
    >>> sorted({data["kind"] for _, data in network.nodes(data=True)})
    ['ict:Condition', 'ict:Institution', 'ict:Therapy']
    """
    template = queries.load("who-develops-what")
    bound = graph.bind(template, values)
    rows = text_rows(graph, queries.render(template, bound))
    network = nx.MultiDiGraph(kind="landscape", title=_TITLES["landscape"])
    network.graph["filters"] = filters(graph, template, bound)
    drawing = _Drawing(graph, network)
    modality = drawing.modalities({row["therapy"] for row in rows})
    targets: dict[str, set[str]] = defaultdict(set)
    claims: dict[tuple[str, str, str], _Claim] = {}
    for row in rows:
        therapy, institution = row["therapy"], row["institution"]
        drawing.node(therapy, "Therapy", modality=modality.get(therapy, _NO_CLASS["id"]))
        if row["targets"]:
            targets[therapy].add(row["targets"])
        if institution:
            drawing.node(institution, "Institution")
            claim = claims.setdefault((therapy, institution, row["role"]), _Claim())
            claim.sources.add(row["institutionSource"])
        indication = row["indication"] or _NOWHERE
        drawing.node(indication, "Condition")
        claim = claims.setdefault((therapy, indication, row["stage"]), _Claim(row["stage"]))
        claim.sources.add(row["stageSource"])
        claim.details.add((row["where"], row["kind"], row["date"]))
    drawing.finish_therapies(targets)
    drawing.doubts({"Therapy"})
    drawing.edges(claims)
    return network


def neighbourhood(graph: Graph, entity: str, hops: int = 1) -> nx.MultiDiGraph:
    """Return an entity and what passages connect it with; an event in between is no hop.

    :param entity: a name, CURIE or IRI.
    :param hops: how far to go, 1 or more.
    :raises InputError: if it is less.

    >>> from ictgraph.graph import open_graph
    >>> network = neighbourhood(open_graph(), "TyU19")
    >>> network.graph["centre"]
    'https://w3id.org/ictgraph/id/tyu19'
    """
    if hops < 1:
        raise InputError(f"{hops} hops lead nowhere", hint="go 1 hop or more")
    centre = graph.entity(entity)
    claims: dict[tuple[str, str, str], set[str]] = {}
    seen: set[str] = set()
    frontier = {centre}
    for _ in range(hops):
        reached = _expand(graph, frontier, seen, claims)
        events = {iri for iri in reached if _is_event(graph, iri)}
        frontier = (reached - events) | _expand(graph, events, seen, claims)
    network = of_claims(graph, claims, [centre], kind="neighbourhood", centre=centre, hops=hops)
    labels = network.nodes[centre]
    network.graph["title"] = {
        lang: text.format(en=labels["en"], zh=labels["zh"])
        for lang, text in _TITLES["neighbourhood"].items()
    }
    return network


def of_claims(
    graph: Graph,
    claims: Mapping[tuple[str, str, str], Collection[str]],
    first: Sequence[str] = (),
    **about: Any,
) -> nx.MultiDiGraph:
    """Return a network of claims that somebody chose.

    :param claims: passages by subject, object and property; none for what is so by definition.
    :param first: entities to list first, always with their doubts.
    :param about: attributes of the network.
    """
    network = nx.MultiDiGraph(**about)
    drawing = _Drawing(graph, network)
    for iri in (*first, *(end for claim in claims for end in claim[:2])):
        drawing.node(iri)
    drawing.tell_apart()
    drawing.doubts({"Therapy", "Event", "StudyGroup"}, first)
    drawing.edges({claim: _Claim(sources=set(some)) for claim, some in claims.items()})
    return network


@dataclass
class _Claim:
    """One line of a picture: its stage, its passages, and places with kinds of dates and dates."""

    stage: str = ""
    sources: set[str] = field(default_factory=set)
    details: set[tuple[str, str, str]] = field(default_factory=set)


class _Drawing:
    """What nodes and edges look like, read from the ontology's display annotations."""

    def __init__(self, graph: Graph, network: nx.MultiDiGraph) -> None:
        self._graph = graph
        self._network = network
        self._looks: dict[str, dict[str, Any]] = {}
        for row in text_rows(graph, queries.load("legend").text):
            look = self._looks.setdefault(row["thing"], {**row, "short": {}})
            if row["short"]:
                look["short"][row["short@"]] = row["short"]
        self._kinds = [iri for iri, look in self._looks.items() if look["shape"]]
        labels = graph.names.labels(self._looks)
        network.graph["legend"] = self._legend(labels)
        network.graph["build"] = os.path.basename(graph.folder).partition(".")[0]
        network.graph |= {"sources": [], "licence": ""}

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
            elif look["shape"]:
                column = {"column": int(look["column"])} if look["column"] else {}
                legend["kinds"].append(entry | {"shape": look["shape"]} | column)
        therapy = self._looks.get(ICT + "Therapy", {"colour": ""})
        legend["modalities"].append(_NO_CLASS | {"colour": therapy["colour"], "glyph": ""})
        return legend

    def node(self, iri: str, kind: str = "", **attributes: Any) -> None:
        """Add a node once; its kind is the first kind of the legend that it belongs to."""
        if iri in self._network:
            return
        labels = self._graph.names.labels({iri}).get(iri, {})
        if iri == _NOWHERE:
            labels, attributes = _NO_INDICATION, attributes | {"stated": False}
        name = ICT + kind if kind else self._kind(iri)
        look = self._looks.get(name, {})
        self._network.add_node(
            iri,
            kind=compress(name),
            curie="" if iri == _NOWHERE else compress(iri),
            **in_both(labels, compress(iri)),
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
                    {"id": compress(one), **in_both(labels.get(one, {}), compress(one))}
                    for one in sorted(targets.get(iri, ()))
                ]
                word = words[data["modality"]]
                data["modality_en"], data["modality_zh"] = word["en"], word["zh"]

    def modalities(self, therapies: Iterable[str]) -> dict[str, str]:
        """Return the CURIE of the modality of each therapy: its own class before a broader one."""
        bound = {"therapy": [NamedNode(iri) for iri in sorted(therapies)]}
        found: dict[str, str] = {}
        own: set[str] = set()
        for row in text_rows(self._graph, queries.render(queries.load("modalities"), bound)):
            therapy = row["therapy"]
            if row["modality"] == row["class"] and therapy not in own:
                own.add(therapy)
                found[therapy] = compress(row["modality"])
            found.setdefault(therapy, compress(row["modality"]))
        return found

    def tell_apart(self) -> None:
        """Add what they report to the names of events that would otherwise share one."""
        names = Counter(data["en"] for _, data in self._network.nodes(data=True))
        alike = {iri for iri, data in self._network.nodes(data=True) if names[data["en"]] > 1}
        said = _outcomes(self._graph, {iri for iri in alike if _is_event(self._graph, iri)})
        taken: set[str] = set()
        for iri, data in sorted(self._network.nodes(data=True)):
            if iri not in said:
                continue
            more = in_both({lang: _opening(text) for lang, text in said[iri].items()}, "")
            if more["en"] in taken:
                more = dict.fromkeys(more, compress(iri).partition(":")[2])
            taken.add(more["en"])
            data["en"], data["zh"] = f"{data['en']} — {more['en']}", f"{data['zh']}——{more['zh']}"

    def doubts(self, kinds: set[str], besides: Iterable[str] = ()) -> None:
        """Give the nodes of some kinds, and some others, the doubts that concern them."""
        found: dict[str, dict[tuple[str, str], dict[str, str]]] = defaultdict(dict)
        rows = text_rows(self._graph, _DOUBTS)
        labels = self._graph.names.labels({row["kind"] for row in rows})
        for row in rows:
            doubt = found[row["entity"]].setdefault((row["doubt"], row["kind"]), {})
            doubt[row["note@"]] = row["note"]
            kind = in_both(labels.get(row["kind"], {}), compress(row["kind"]))
            doubt |= {f"kind_{lang}": text for lang, text in kind.items()}
        for iri, data in self._network.nodes(data=True):
            if iri in found and (iri in besides or data["kind"].partition(":")[2] in kinds):
                data["doubts"] = list(found[iri].values())

    def edges(self, claims: Mapping[tuple[str, str, str], _Claim]) -> None:
        """Add one edge per claim, with the word for it, its stage and its passages."""
        details = {one for claim in claims.values() for detail in claim.details for one in detail}
        words_of = {relation for _, _, relation in claims} | details
        labels = self._graph.names.labels(words_of - {""})
        passages = self._passages({one for c in claims.values() for one in c.sources} - {""})
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
                **in_both(words, compress(relation)),
                **{
                    f"detail_{lang}": _details(claim.details, labels, lang) for lang in ("en", "zh")
                },
            )

    def _kind(self, iri: str) -> str:
        classes = {ICT + name for name in self._graph.names.classes(iri) or ()}
        fitting = [kind for kind in self._kinds if kind in classes]
        concept = ICT + "Concept"
        return next((kind for kind in fitting if kind != concept), concept)

    def _passages(self, iris: set[str]) -> dict[str, dict[str, str]]:
        found = origin(self._graph, iris) if iris else Origin()
        self._network.graph |= {"sources": list(found.sources), "licence": found.licence}
        return dict(found.passages)


def _expand(
    graph: Graph, frontier: set[str], seen: set[str], claims: dict[tuple[str, str, str], set[str]]
) -> set[str]:
    """Add the claims about the frontier; return the entities they lead to."""
    fresh = sorted(frontier - seen)
    seen |= frontier
    reached: set[str] = set()
    bound = {"entity": [NamedNode(iri) for iri in fresh]}
    for row in text_rows(graph, queries.render(queries.load("facts"), bound)) if fresh else ():
        other = row["value"]
        if "value@" in row or row["property"].endswith("#type"):
            continue
        start, end = row["entity"], other
        if row["direction"] != "states":
            start, end = end, start
        claims.setdefault((start, end, row["property"]), set()).add(row["source"])
        reached.add(other)
    return reached - seen


def _is_event(graph: Graph, iri: str) -> bool:
    """Whether the entity is an event or a study group."""
    return bool({"Event", "StudyGroup"} & set(graph.names.classes(iri) or ()))


def _outcomes(graph: Graph, events: set[str]) -> dict[str, dict[str, str]]:
    """Return what came out of events, by language; its identifier where none says."""
    found: dict[str, dict[str, str]] = {iri: {} for iri in events}
    listed = " ".join(str(NamedNode(iri)) for iri in sorted(events))
    for row in text_rows(graph, _OUTCOMES % listed) if events else ():
        found[row["event"]].setdefault(row["value@"], row["value"])
    return {iri: said or {"en": compress(iri).partition(":")[2]} for iri, said in found.items()}


def _details(
    details: Iterable[tuple[str, str, str]], labels: Mapping[str, Label], lang: str
) -> str:
    """Places with dates of their kinds; a place alone is left out where it also has a date."""
    dated = {where for where, _, date in details if date}
    shown = {
        " · ".join(filter(None, (_name(labels, where, lang), _date(labels, kind, date, lang))))
        for where, kind, date in details
        if date or where not in dated
    }
    return ("；" if lang == "zh" else "; ").join(sorted(one for one in shown if one))


def _name(labels: Mapping[str, Label], iri: str, lang: str) -> str:
    return in_both(labels.get(iri, {}), compress(iri))[lang] if iri else ""


def _date(labels: Mapping[str, Label], kind: str, date: str, lang: str) -> str:
    """A date with its kind: ``announced 2024-03-01``, ``2024-03-01宣布``."""
    name = _name(labels, kind, lang)
    if not date or not name:
        return date
    if lang == "en":
        return f"{name.removesuffix(' on')} {date}"
    stem = name.removesuffix("日期")
    return f"{date}{stem}" if stem and stem != name else f"{name}{date}"


def _opening(text: str) -> str:
    """The first words of a sentence, in either language."""
    first = re.split(r"[,;.:，；。：] ?", text)[0]
    words = first.split()
    short = " ".join(words[:8]) if len(words) > 1 else first[:18]
    return short if short == text.rstrip(".。") else short + "…"
