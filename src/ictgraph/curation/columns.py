"""What the columns of a table mean, by the names in its first row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from ictgraph.curation.cells import checked
from ictgraph.curation.ontology import Ontology, Property
from ictgraph.engine import rows
from ictgraph.errors import InputError
from ictgraph.labels import fold
from ictgraph.messages import Message, alternatives
from ictgraph.terms import text_of
from ictgraph.vocab import ICT, RDFS_LABEL, SKOS_ALT_LABEL, SKOS_BROADER, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Column", "column", "header_for"]

_SPECIAL = {
    "passage": "passage", "段落": "passage",
    "id": "id", "编号": "id",
    "class": "class", "类": "class",
}  # fmt: skip
_IDENTITY = {
    "label": RDFS_LABEL, "名称": RDFS_LABEL,
    "altlabel": SKOS_ALT_LABEL, "别名": SKOS_ALT_LABEL,
    "broader": SKOS_BROADER, "上位": SKOS_BROADER,
}  # fmt: skip
_USED = """\
SELECT ?property ?language (COUNT(?event) AS ?uses) WHERE {
  ?event a %s ; ?property ?value
  BIND(LANG(?value) AS ?language)
} GROUP BY ?property ?language ORDER BY DESC(?uses) ?property ?language"""
_LANGUAGES = ("en", "zh")
_NONE = Property("", "")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar place: counted from 0.
    :ivar heading: as the table has it.
    :ivar role: ``passage``, ``id``, ``class``, ``name`` (of what is new) or ``claim``.
    :ivar property: the property of its values, for a name or a claim.
    :ivar language: language of its texts.
    """

    place: int
    heading: str
    role: str
    property: Property = _NONE
    language: str = ""


def column(terms: Ontology, place: int, heading: str) -> Column:
    """Return what a column means.

    :raises InputError: if its name is none of a property, or a text lacks its language.
    """
    name, at, language = checked(heading).rpartition("@")
    name = name.strip() if at else heading
    role = _SPECIAL.get(fold(name), "claim")
    if role != "claim":
        return Column(place, heading, role)
    identity = _IDENTITY.get(fold(name), "")
    if identity == SKOS_BROADER:
        return Column(place, heading, "name", Property(identity, "entity"))
    found = Property(identity, "text") if identity else terms.property_of(name)
    if (found.kind == "text") != (language in _LANGUAGES):
        is_text = found.kind == "text"
        listed = alternatives(f"{name}@{one}" for one in _LANGUAGES)
        raise InputError(
            "the column {heading!r} {wrong}",
            hint="write {listed}",
            heading=heading[:80],
            wrong=Message("needs its language") if is_text else Message("has no language"),
            listed=listed if is_text else name,
        )
    return Column(place, heading, "name" if identity else "claim", found, language if at else "")


def header_for(graph: Graph, terms: Ontology, class_name: str, lang: str = "en") -> list[str]:
    """Return the first row of a table for events of a class.

    It has what the events of the class have, the most frequent first, and what belongs to the
    class by the ontology.

    :param class_name: name of a class of events, in either language.
    :param lang: language of the names of columns.
    :raises UnknownName: if there is no such class.
    :raises InputError: if it is no class of events.
    """
    iri = terms.class_of(class_name)
    if "Event" not in terms.lineage(iri):
        raise InputError(
            "{iri} is no class of events",
            hint="name one, such as financing or approval",
            iri=compress(iri),
        )
    special = ("passage", "id", "class") if lang == "en" else ("段落", "编号", "类")
    return [*special, *dict.fromkeys(_headings(graph, terms, iri, lang))]


def _headings(graph: Graph, terms: Ontology, iri: str, lang: str) -> Iterator[str]:
    used = rows(graph.engine, _USED % NamedNode(iri))
    names = [(text_of(one), text_of(language)) for one, language, _ in used]
    fitting = terms.lineage(iri) - ({"Event", "Entity"} if used else {"Entity"})
    names += [(one.iri, "") for one in terms.properties.values() if one.domain in fitting]
    for name, language in names if used else [*names, (ICT + "eventDate", "")]:
        known = terms.properties.get(name)
        if known is not None:
            heading = terms.heading(name, lang)
            languages = (language,) if language else _LANGUAGES
            yield from (f"{heading}@{one}" for one in languages if known.kind == "text")
            yield from [heading] if known.kind != "text" else ()
