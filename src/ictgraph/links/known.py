"""What is known of our own entities: their names, their links, and what was looked for in vain.

Names that one entity bears in two languages, or in full and in short, lead from one to the other:
so a Chinese name finds a term of a vocabulary that has English names only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from ictgraph.engine import Engine, rows
from ictgraph.labels import Names
from ictgraph.links.lexicon import key, plain
from ictgraph.vocab import (
    GRAPH,
    ICT,
    ID,
    OWL,
    RDFS_LABEL,
    SKOS,
    SKOS_ALT_LABEL,
    SKOS_BROADER,
    compress,
)

__all__ = ["MATCHES", "Entity", "Known", "known_to"]

MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""The local names of SKOS matches, from the same to merely related."""

_SSSOM = "https://w3id.org/sssom/"
_COUNTRY = "iso3166:"


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of ours.

    :ivar id: its CURIE.
    :ivar labels: its labels, English first.
    :ivar others: its other names.
    :ivar classes: local names of its classes, the most specific first.
    :ivar links: CURIEs of terms by local name of the match.
    :ivar absent: prefixes, in lower case, of vocabularies that were searched in vain.
    :ivar country: ISO 3166-1 alpha-2 code of where it is, "" if not known.
    """

    id: str
    labels: tuple[str, ...]
    others: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    country: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the labels first."""
        return self.labels + self.others

    def is_checked(self, prefixes: Collection[str]) -> bool:
        """Whether it has a link to a vocabulary with such prefixes, or was found to have none."""
        lower = {prefix.lower() for prefix in prefixes}
        linked = {id.partition(":")[0].lower() for ids in self.links.values() for id in ids}
        return not lower.isdisjoint(linked | self.absent)


class Known:
    """Entities by name.

    >>> melanoma = Entity("id:melanoma", ("melanoma", "黑色素瘤"))
    >>> [one.id for one in Known([melanoma]).bearing(plain("Melanomas"))]
    ['id:melanoma']
    """

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self.entities = {one.id: one for one in entities}

    @cached_property
    def _bearers(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for one in self.entities.values():
            for name in one.names:
                found[key(plain(name))][one.id] = None
        return {form: tuple(ids) for form, ids in found.items()}

    def bearing(self, form: str) -> list[Entity]:
        """Return the entities with a name of this plain form."""
        return [self.entities[id] for id in self._bearers.get(key(form), ())]

    def without(self, id: str) -> Known:
        """Return what is known of all others."""
        return Known(one for one in self.entities.values() if one.id != id)

    def of(self, kind: str) -> Known:
        """Return what is known of the entities of a class, given by its local name."""
        return Known(one for one in self.entities.values() if kind in one.classes)

    def unlinked(self, ids: Collection[str]) -> Known:
        """Return the same with these entities' links, and what they lack, forgotten."""
        return Known(
            replace(one, links={}, absent=frozenset()) if one.id in ids else one
            for one in self.entities.values()
        )

    def matches(self, kind: str) -> dict[str, str]:
        """Return the usual match of entities of a class to a vocabulary, by its prefix.

        A target is nearly its gene, a gene is the same: mappings of ours say which. Vocabularies
        that only hold something broader or related are none of theirs.
        """
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.of(kind).entities.values() if kind else self.entities.values():
            for match in MATCHES[:2]:
                for id in one.links.get(match, ()):
                    counts[id.partition(":")[0]][match] += 1
        return {prefix: count.most_common(1)[0][0] for prefix, count in counts.items()}


def known_to(engine: Engine, names: Names) -> Known:
    """Return what a graph knows of its entities.

    :param names: what knows the classes of the graph's entities.
    """
    labels, others = (_names(engine, kind) for kind in (RDFS_LABEL, SKOS_ALT_LABEL))
    links, absent = _links(engine), _absent(engine)
    countries = _countries(engine, links)
    return Known(
        Entity(
            compress(one),
            labels.get(one, ()),
            tuple(name for name in others.get(one, ()) if name not in labels.get(one, ())),
            names.classes(one) or (),
            links.get(one, {}),
            frozenset(absent.get(one, ())),
            countries.get(one, ""),
        )
        for one in sorted({*labels, *others})
    )


def _names(engine: Engine, kind: str) -> dict[str, tuple[str, ...]]:
    """The names of our entities by one property, English first."""
    found: dict[str, set[tuple[bool, str, str]]] = defaultdict(set)
    for entity, name in rows(engine, f"SELECT DISTINCT ?s ?o {{ ?s <{kind}> ?o }}"):
        if isinstance(entity, NamedNode) and entity.value.startswith(ID):
            if isinstance(name, Literal):
                tongue = name.language or ""
                found[entity.value].add((tongue != "en", tongue, name.value))
    return {
        one: tuple(dict.fromkeys(name for *_, name in sorted(some))) for one, some in found.items()
    }


def _links(engine: Engine) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for match in MATCHES:
        pairs: dict[str, list[str]] = defaultdict(list)
        for entity, term in _pairs(engine, f"?s <{SKOS}{match}> ?o"):
            pairs[entity].append(compress(term))
        for entity, terms in pairs.items():
            found[entity][match] = tuple(sorted(terms))
    return found


def _absent(engine: Engine) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    pattern = (
        f"GRAPH <{GRAPH}mappings> {{ ?m <{OWL}annotatedTarget> <{_SSSOM}NoTermFound> ; "
        f"<{OWL}annotatedSource> ?s ; <{_SSSOM}object_source> ?o }}"
    )
    for entity, source in rows(engine, f"SELECT DISTINCT ?s ?o {{ {pattern} }}"):
        if entity is not None and source is not None:
            found[entity.value].add(source.value.rpartition(":")[2].lower())
    return found


def _countries(
    engine: Engine, links: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> dict[str, str]:
    """The country of each entity that a source places in one, or in a part of one."""
    wider = dict(_pairs(engine, f"?s a <{ICT}Region> ; <{SKOS_BROADER}> ?o"))

    def code(place: str) -> str:
        exact = links.get(place, {}).get("exactMatch", ())
        found = [id for id in exact if id.startswith(_COUNTRY) and "-" not in id]
        return found[0].removeprefix(_COUNTRY) if found else ""

    places = _pairs(engine, f"?s <{ICT}place> ?o")
    return {entity: code(place) or code(wider.get(place, "")) for entity, place in places}


def _pairs(engine: Engine, pattern: str) -> list[tuple[str, str]]:
    found = rows(engine, f"SELECT DISTINCT ?s ?o {{ {pattern} }} ORDER BY ?s ?o")
    return [
        (one.value, other.value)
        for one, other in found
        if isinstance(one, NamedNode) and isinstance(other, NamedNode)
    ]
