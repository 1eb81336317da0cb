"""The classes and properties that claims are made with, by every name they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ictgraph.engine import rows
from ictgraph.errors import AmbiguousName, InputError, UnknownName
from ictgraph.labels import fold
from ictgraph.messages import Message, bilingual, series
from ictgraph.terms import text_of
from ictgraph.vocab import ICT, OWL, RDFS, SKOS, XSD, compress, expand

if TYPE_CHECKING:
    from ictgraph.engine import Engine

__all__ = ["Ontology", "Property"]

_DATE = ICT + "eventDate"
_DCTERMS = "http://purl.org/dc/terms/"
_TERMS = f"""\
SELECT ?term ?type ?name ?naming WHERE {{
  VALUES ?type {{
    <{OWL}Class> <{OWL}ObjectProperty> <{OWL}DatatypeProperty> <{OWL}AnnotationProperty>
  }}
  VALUES ?naming {{ <{RDFS}label> <{SKOS}altLabel> }}
  ?term a ?type ; ?naming ?name
  FILTER(STRSTARTS(STR(?term), IF(?type = <{OWL}AnnotationProperty>, "{_DCTERMS}", "{ICT}")))
}} ORDER BY ?term ?name"""
_PAIRS = "SELECT ?one ?other WHERE { ?one <%s> ?other } ORDER BY ?one ?other"
_DERIVED = f"""\
SELECT ?term WHERE {{
  ?term <{SKOS}definition> ?text FILTER(STRSTARTS(STR(?text), "Derived:"))
}}"""


@dataclass(frozen=True, slots=True)
class Property:
    """A property that a claim can have.

    :ivar kind: ``entity``, ``date``, ``text`` (of a language) or the local name of a datatype.
    :ivar range: local name of the class its entities have, "" for any.
    :ivar domain: local name of the class its subjects have, "" for any.
    """

    iri: str
    kind: str
    range: str = ""
    domain: str = ""


class Ontology:
    """The terms of the ontology in a graph; what the rules derive is left out.

    Of Dublin Core it has the properties that the ontology gives a label, such as the title.

    :ivar classes: IRIs of the classes.
    :ivar properties: the properties by IRI.
    """

    def __init__(self, engine: Engine) -> None:
        derived = {text_of(row[0]) for row in rows(engine, _DERIVED)}
        self._labels: dict[str, dict[str, str]] = defaultdict(dict)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._locals: dict[str, set[str]] = defaultdict(set)
        types: dict[str, str] = {}
        for term, kind, name, naming in rows(engine, _TERMS):
            iri = text_of(term)
            if iri in derived:
                continue
            types[iri] = text_of(kind).removeprefix(OWL)
            self._names[fold(text_of(name))].add(iri)
            self._locals[fold(iri.removeprefix(ICT))].add(iri)
            if text_of(naming) == RDFS + "label":
                self._labels[iri].setdefault(getattr(name, "language", ""), text_of(name))
        self.classes = tuple(iri for iri, kind in types.items() if kind == "Class")
        self._broader = _closed(engine, RDFS + "subClassOf")
        dates = _closed(engine, RDFS + "subPropertyOf")
        ranges, domains = (dict(_pairs(engine, RDFS + name)) for name in ("range", "domain"))
        self.properties = {
            iri: Property(
                iri,
                _kind(kind, _DATE in dates.get(iri, {iri}), ranges.get(iri, "")),
                ranges.get(iri, "").removeprefix(ICT) if kind == "ObjectProperty" else "",
                domains.get(iri, "").removeprefix(ICT),
            )
            for iri, kind in types.items()
            if kind != "Class"
        }

    def label(self, iri: str) -> Message:
        """Return the label of a term, or its CURIE."""
        label, curie = self._labels.get(iri, {}), compress(iri)
        return bilingual(label.get("en", curie), label.get("zh", curie))

    def heading(self, iri: str, lang: str) -> str:
        """Return the label of a property in a language if it is the only one's, else its CURIE."""
        label = self._labels.get(iri, {}).get(lang, "")
        alone = self._names.get(fold(label), set()) & set(self.properties) == {iri}
        return label if alone and "@" not in label else compress(iri)

    def lineage(self, iri: str) -> frozenset[str]:
        """Return the local names of a class and of every broader one."""
        return frozenset(one.removeprefix(ICT) for one in {iri, *self._broader.get(iri, ())})

    def class_of(self, name: str) -> str:
        """Return the IRI of the class that a CURIE, a local name or a label stands for.

        The plural of an English name does as well.

        :raises UnknownName: if there is none; the hint lists the nearest.
        """
        return self._found(name, self.classes, Message("class"))

    def property_of(self, name: str) -> Property:
        """Return the property that a CURIE, a local name or a label stands for.

        :raises UnknownName: if there is none; the hint lists the nearest.
        """
        return self.properties[self._found(name, self.properties, Message("property"))]

    def _found(self, name: str, among: Iterable[str], what: Message) -> str:
        known = set(among)
        iri, folded = _expanded(name), fold(name)
        if iri in known:
            return iri
        for form in (folded, folded.removesuffix("s")):
            for names in (self._names, self._locals):
                found = sorted(names.get(form, set()) & known)
                if len(found) == 1:
                    return found[0]
                if found:
                    raise AmbiguousName(
                        "several are named {name!r}",
                        hint="choose one: {listed}",
                        name=name,
                        listed=series(map(compress, found)),
                    )
        raise UnknownName(
            "no {what} is named {name!r}", hint=self._near(folded, known), what=what, name=name[:80]
        )

    def _near(self, folded: str, known: set[str]) -> Message:
        from difflib import get_close_matches

        names = {one: some & known for one, some in self._names.items() if some & known}
        near = [min(names[one]) for one in get_close_matches(folded, names, n=3, cutoff=0.6)]
        if not near:
            return Message("docs/model.md lists them")
        shown = [
            bilingual(f"{label} ({compress(iri)})", f"{label.chinese} ({compress(iri)})")
            for iri in dict.fromkeys(near)
            for label in [self.label(iri)]
        ]
        return Message("did you mean {near}?", near=series(shown))


def _kind(kind: str, is_date: bool, range_: str) -> str:
    if kind == "ObjectProperty":
        return "entity"
    return "date" if is_date else range_.removeprefix(XSD) or "text"


def _expanded(name: str) -> str:
    try:
        return expand(name)
    except InputError:
        return ""


def _pairs(engine: Engine, relation: str) -> list[tuple[str, str]]:
    return [(text_of(one), text_of(other)) for one, other in rows(engine, _PAIRS % relation)]


def _closed(engine: Engine, relation: str) -> Mapping[str, set[str]]:
    """Return for each term all that a relation reaches from it."""
    above: dict[str, set[str]] = defaultdict(set)
    for one, other in _pairs(engine, relation):
        above[one].add(other)
    for one in list(above):
        waiting = list(above[one])
        while waiting:
            more = above.get(waiting.pop(), set()) - above[one]
            above[one] |= more
            waiting += more
    return above
