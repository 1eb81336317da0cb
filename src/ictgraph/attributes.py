"""What nodes and edges of networks carry: names, looks, identifiers, doubts, passages.

They are listed in ``docs/pictures.md``.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
from pyoxigraph import NamedNode

from ictgraph import queries
from ictgraph.captions import Origin, in_both, origin, text_rows
from ictgraph.graph import Graph
from ictgraph.links.vocabularies import page, vocabularies
from ictgraph.results import Label
from ictgraph.vocab import GRAPH, ICT, SKOS, compress

__all__ = ["NOWHERE", "NO_CLASS", "Attributes", "Claim", "is_event"]

NO_CLASS = {"id": "class-not-stated", "en": "class not stated", "zh": "类别未注明"}
_NO_INDICATION = {"en": "indication not stated", "zh": "适应证未注明"}
NOWHERE = "urn:ictgraph:indication-not-stated"
_DOUBTS = f"""\
PREFIX ict: <{ICT}>
SELECT DISTINCT ?entity ?doubt ?kind ?note
WHERE {{
  GRAPH <{GRAPH}derived> {{ ?doubt ict:concerns ?entity }}
  ?doubt ict:doubtKind ?kind ; ict:note ?note .
}}
ORDER BY ?entity ?doubt ?kind LANG(?note)
"""
_MATCHES = ("exact", "close", "broad", "narrow", "related")
_IDENTIFIERS = f"""\
SELECT DISTINCT ?entity ?match ?identifier
WHERE {{
  VALUES ?entity {{ %s }}
  VALUES ?match {{ {" ".join(f"<{SKOS}{word}Match>" for word in _MATCHES)} }}
  GRAPH <{GRAPH}mappings> {{ ?entity ?match ?identifier }}
}}
ORDER BY ?entity ?identifier
"""


@dataclass
class Claim:
    """One line of a picture: its stage, its passages, and places with kinds of dates and dates."""

    stage: str = ""
    sources: set[str] = field(default_factory=set)
    details: set[tuple[str, str, str]] = field(default_factory=set)


class Attributes:
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
        legend["modalities"].append(NO_CLASS | {"colour": therapy["colour"], "glyph": ""})
        return legend

    def node(self, iri: str, kind: str = "", **attributes: Any) -> None:
        """Add a node once; its kind is the first kind of the legend that it belongs to."""
        if iri in self._network:
            return
        labels = self._graph.names.labels({iri}).get(iri, {})
        if iri == NOWHERE:
            labels, attributes = _NO_INDICATION, attributes | {"stated": False}
        name = ICT + kind if kind else self._kind(iri)
        look = self._looks.get(name, {})
        self._network.add_node(
            iri,
            kind=compress(name),
            curie="" if iri == NOWHERE else compress(iri),
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

    def identifiers(self) -> None:
        """Give nodes their identifiers in other vocabularies, exact matches first."""
        listed = " ".join(str(NamedNode(iri)) for iri in self._network if iri != NOWHERE)
        rank = {prefix: i for i, prefix in enumerate(vocabularies())}
        for row in text_rows(self._graph, _IDENTIFIERS % listed) if listed else ():
            curie = compress(row["identifier"])
            match = row["match"].removeprefix(SKOS).removesuffix("Match")
            found = {"id": curie, "match": match, "page": page(curie) or row["identifier"]}
            self._network.nodes[row["entity"]].setdefault("identifiers", []).append(found)
        for _, data in self._network.nodes(data=True):
            data.get("identifiers", []).sort(
                key=lambda one: (
                    _MATCHES.index(one["match"]),
                    rank.get(one["id"].partition(":")[0], len(rank)),
                )
            )

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

    def edges(self, claims: Mapping[tuple[str, str, str], Claim]) -> None:
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
                sources=[passages[one] for one in sorted(claim.sources - {""})],
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
        return {one: found.passages.get(one, {"id": compress(one), "iri": one}) for one in iris}


def is_event(graph: Graph, iri: str) -> bool:
    """Whether the entity is an event or a study group."""
    return bool({"Event", "StudyGroup"} & set(graph.names.classes(iri) or ()))


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
