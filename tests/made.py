"""Small graphs made for a test: a passage per event, so that every claim has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ictgraph.graph import Graph, open_graph

__all__ = ["PREFIXES", "made", "text"]

PREFIXES = """\
@prefix graph: <https://w3id.org/ictgraph/graph/> .
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def text(entities: Mapping[str, str], passages: Iterable[str], more: str = "") -> str:
    """Return the TriG of a graph.

    :param entities: slugs of entities by class, separated by spaces: ``{"Company": "a b"}``. Each
        is named after its slug in both languages.
    :param passages: the claims of each passage, which is ``src:made/s1`` and so on.
    :param more: TriG to add.
    """
    parts = [PREFIXES, 'src:made a ict:Source ; rdfs:label "a source"@en , "来源"@zh .']
    parts += ["graph:entities {"]
    for kind, slugs in entities.items():
        for slug in slugs.split():
            names = f'"{slug}"@en , "{slug}"@zh'
            parts.append(f"  id:{slug} a ict:{kind} ; rdfs:label {names} .")
    parts.append("}")
    for number, claims in enumerate(passages, 1):
        passage = f"<https://w3id.org/ictgraph/source/made/s{number}>"
        where = f'"sentence {number}"@en , "第{number}句"@zh'
        gloss = f'"what {number} says"@en , "{number}所述"@zh'
        parts.append(
            f"{passage} a ict:Passage ; ict:partOf src:made ; ict:locator {where} ;"
            f' ict:gloss {gloss} ; ict:section "{number}" .'
        )
        parts.append(f"{passage} {{ {claims} }}")
    return "\n".join([*parts, more, ""])


def made(
    folder: Path, entities: Mapping[str, str], passages: Iterable[str], more: str = ""
) -> Graph:
    """Write a graph to a folder and open it; see :func:`text`."""
    path = folder / "made.trig"
    path.write_text(text(entities, passages, more), encoding="utf-8")
    return open_graph(str(path))
