"""Compare two versions of the graph statement by statement.

Everything but the ontology and what the rules derive is compared: entities, claims with their
passages, passages and sources, doubts, mappings. Each statement that differs is told once, and
what changed from A to B is what changed from B to A read backwards. ``docs/analysis.md`` says what
is told how.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ictgraph.changes import KINDS, Change, Difference
from ictgraph.engine import rows
from ictgraph.results import Term
from ictgraph.terms import text_of
from ictgraph.vocab import GRAPH, ICT, OWL, RDF_TYPE, RDFS_LABEL, XSD

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["compare"]

_STATEMENTS = f"""\
SELECT ?graph ?subject ?property ?value WHERE {{
  GRAPH ?graph {{ ?subject ?property ?value }}
  FILTER(?graph NOT IN (<{GRAPH}derived>, <{GRAPH}imports>, <{GRAPH}ontology>))
}}"""
_ORDER = f"SELECT ?stage ?order WHERE {{ ?stage <{ICT}displayOrder> ?order }}"
_ENDS = [f"{OWL}annotated{name}" for name in ("Source", "Property", "Target")]
_DATES = {XSD + name for name in ("gYear", "gYearMonth", "date")}
_Key = tuple[str, str, str]
"""Subject, property and, for texts, language: what has values that one may compare."""
_Values = dict[Term, set[str]]
"""Values with the passages that state them."""
_Pair = tuple[str, Term | None, Term | None]
"""A kind of change, the old value and the new one."""


@dataclass(slots=True)
class _Version:
    """The statements of a version by the part of the graph they are in."""

    parts: dict[str, dict[_Key, _Values]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def values(self, part: str, subject: str, name: str) -> _Values:
        """Return the values of a property, texts aside."""
        return self.parts[part].get((subject, name, ""), {})


def compare(old: Graph, new: Graph) -> Difference:
    """Return what changed from one version of the graph to another.

    >>> from ictgraph.graph import open_graph
    >>> len(compare(open_graph(), open_graph()))
    0
    """
    before, after = _read(old), _read(new)
    found = [
        *_entities(before, after),
        *_stages(before, after, _stage_order(old) | _stage_order(new)),
        *_claims(before, after),
        *(
            one
            for name in ("source", "passage", "doubt")
            for one in _described(name, before, after)
        ),
        *_mappings(before, after),
    ]
    order = {name: i for i, name in enumerate(KINDS)}
    found.sort(key=lambda one: (order[one.kind], *one[1:4], str(one.old), str(one.new)))
    iris = {text for one in found for text in _named(one)}
    return Difference(
        tuple(found),
        {**old.names.labels(iris), **new.names.labels(iris)},
        {**_sources(before), **_sources(after)},
    )


def _read(graph: Graph) -> _Version:
    version = _Version()
    parts = {GRAPH + "entities": "entity", GRAPH + "doubts": "doubt", GRAPH + "mappings": "mapping"}
    for where, subject, name, value in rows(graph.engine, _STATEMENTS):
        if value is None:
            continue
        place = text_of(where)
        part = parts.get(place, "passage" if place == GRAPH + "passages" else "claim")
        language = value.language if isinstance(value, Literal) else None
        key = (text_of(subject), text_of(name), language or "")
        passages = version.parts[part][key].setdefault(value, set())
        if part == "claim":
            passages.add(place)
        if key[1] == RDF_TYPE:
            version.types[key[0]].add(text_of(value))
    return version


def _entities(before: _Version, after: _Version) -> Iterator[Change]:
    """What exists, and how it is named and described."""
    declared = [_declared(one) for one in (before, after)]
    for subject in sorted(declared[0] ^ declared[1]):
        version, type_ = after if subject in declared[1] else before, _type(before, after, subject)
        head = ("entity-removed", type_, subject, RDF_TYPE, _node(type_), None)
        gone = Change(*head, _stating(version, subject))
        yield gone.mirrored() if version is after else gone
    for key in _keys(before, after, "entity"):
        if key[0] in declared[0] ^ declared[1]:
            continue
        kind = "entity-renamed" if key[1] == RDFS_LABEL else "entity-changed"
        yield from _changed(kind, before, after, "entity", key)


def _claims(before: _Version, after: _Version) -> Iterator[Change]:
    """What passages state, dates by their precision, and which passages state it."""
    once = _declared(before) ^ _declared(after)
    for key in _keys(before, after, "claim"):
        if key[1] == RDF_TYPE and key[0] in once:
            continue
        old, new = (one.parts["claim"].get(key, {}) for one in (before, after))
        found: list[_Pair] = list(_precision(old, new))
        told = {(False, one) for _, one, _ in found} | {(True, one) for _, _, one in found}
        removed = [one for one in old if one not in new and (False, one) not in told]
        added = [one for one in new if one not in old and (True, one) not in told]
        if len(removed) == len(added) == 1:
            dates = {_datatype(removed[0]), _datatype(added[0])} <= _DATES
            found.append(("date-changed" if dates else "claim-changed", removed[0], added[0]))
        else:
            found += [("claim-withdrawn", one, None) for one in removed]
            found += [("claim-new", None, one) for one in added]
        head = (_type(before, after, key[0]), *key[:2])
        for kind, was, now in found:
            passages = _sorted(old[was] if was else ()), _sorted(new[now] if now else ())
            yield Change(kind, *head, was, now, *passages)
        for value in old.keys() & new.keys():
            more, fewer = new[value] - old[value], old[value] - new[value]
            if more:
                yield Change("support-new", *head, value, value, (), _sorted(more))
            if fewer:
                yield Change("support-withdrawn", *head, value, value, _sorted(fewer), ())


def _precision(old: _Values, new: _Values) -> Iterator[_Pair]:
    """Pair dates of which one is within the other: more precise where the new one is."""
    for kind, here, there in (("date-more-precise", new, old), ("date-less-precise", old, new)):
        for value in here.keys() - there.keys():
            within = [one for one in there if _is_within(value, one)]
            if within:
                wider = max(within, key=lambda one: len(one.value))
                pair = (wider, value) if here is new else (value, wider)
                yield kind, *pair


def _stages(before: _Version, after: _Version, order: Mapping[str, int]) -> Iterator[Change]:
    """Which therapies of both versions have come further, or less far."""
    furthest = [_furthest(one, order) for one in (before, after)]
    therapies = _declared(before) & _declared(after)
    for therapy in sorted((furthest[0].keys() | furthest[1].keys()) & therapies):
        sides = [one.get(therapy, (-1, "", ())) for one in furthest]
        (was, old, stated), (now, new, states) = sides
        if was == now:
            continue
        kind = "stage-reached" if now > was else "stage-lowered"
        head = (_type(before, after, therapy), therapy, ICT + "stage")
        yield Change(kind, *head, _node(old), _node(new), stated, states)


def _furthest(
    version: _Version, order: Mapping[str, int]
) -> dict[str, tuple[int, str, tuple[str, ...]]]:
    """Return rank, stage and passages of each therapy's furthest stage, expected ones left out."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for event, name, _ in version.parts["claim"]:
        if name != ICT + "stage":
            continue
        expected = version.values("claim", event, ICT + "expected")
        if any(one.value == "true" for one in expected):
            continue
        for therapy in version.values("claim", event, ICT + "therapy"):
            for stage, passages in version.values("claim", event, name).items():
                found[therapy.value][stage.value] |= passages
    ranked: dict[str, tuple[int, str, tuple[str, ...]]] = {}
    for one, stages in found.items():
        last = max(stages, key=lambda stage: (order.get(stage, 0), stage))
        ranked[one] = (order.get(last, 0), last, _sorted(stages[last]))
    return ranked


def _described(name: str, before: _Version, after: _Version) -> Iterator[Change]:
    """Sources, passages or doubts: which there are, and what is said of them."""
    part = "doubt" if name == "doubt" else "passage"

    def is_one(subject: str) -> bool:
        passage = any(ICT + "Passage" in one.types.get(subject, ()) for one in (before, after))
        return part == "doubt" or passage == (name == "passage")

    known = [{key[0] for key in one.parts[part] if is_one(key[0])} for one in (before, after)]
    for subject in sorted(known[0] ^ known[1]):
        version = after if subject in known[1] else before
        values = version.values(part, subject, ICT + "doubtKind")
        value = min(values, key=str, default=None)
        kind, property_ = KINDS[f"{name}-new"].mirror, ICT + "doubtKind" if value else ""
        cited = _cited(version, subject, name)
        gone = Change(kind, _type(before, after, subject), subject, property_, value, None, cited)
        yield gone.mirrored() if version is after else gone
    for key in _keys(before, after, part):
        if key[0] in known[0] & known[1]:
            reworded = name == "passage" and key[1] == ICT + "digest"
            told = "reworded" if reworded else "changed"
            yield from _changed(f"{name}-{told}", before, after, part, key)


def _mappings(before: _Version, after: _Version) -> Iterator[Change]:
    """Which mappings there are, and on what grounds."""
    links = [_links(one) for one in (before, after)]
    for one in links[0].keys() ^ links[1].keys():
        subject, name, value = links[one in links[1]][one]
        gone = Change("mapping-removed", _type(before, after, subject), subject, name, value, None)
        yield gone.mirrored() if one in links[1] else gone
    for key in _keys(before, after, "mapping"):
        if key[0] in links[0] and key[0] in links[1]:
            subject = links[1][key[0]][0]
            for change in _changed("mapping-changed", before, after, "mapping", key):
                yield change._replace(entity=subject, type=_type(before, after, subject))


def _links(version: _Version) -> dict[str, tuple[str, str, Term]]:
    """Return subject, predicate and object of each mapping, by its node or its own statement."""
    part = version.parts["mapping"]
    found: dict[str, tuple[str, str, Term]] = {}
    for node, name, _ in part:
        ends = [next(iter(version.values("mapping", node, end)), None) for end in _ENDS]
        if name == _ENDS[0] and ends[0] and ends[1] and ends[2]:
            found[node] = (ends[0].value, ends[1].value, ends[2])
    told = set(found.values())
    for (subject, name, _), values in part.items():
        for value in values if subject not in found else ():
            if (subject, name, value) not in told:
                found[f"{subject} {name} {value}"] = (subject, name, value)
    return found


def _changed(
    kind: str, before: _Version, after: _Version, part: str, key: _Key
) -> Iterator[Change]:
    """Pair the values of a property that differ where each version has one, else tell each."""
    old, new = (one.parts[part].get(key, {}) for one in (before, after))
    removed = sorted(old.keys() - new.keys(), key=str)
    added = sorted(new.keys() - old.keys(), key=str)
    pairs: list[tuple[Term | None, Term | None]] = [(one, None) for one in removed]
    pairs += [(None, one) for one in added]
    if len(removed) == len(added) == 1:
        pairs = [(removed[0], added[0])]
    name = kind.partition("-")[0]
    for was, now in pairs:
        sides = (_cited(before, key[0], name), _cited(after, key[0], name))
        yield Change(kind, _type(before, after, key[0]), *key[:2], was, now, *sides)


def _cited(version: _Version, subject: str, name: str) -> tuple[str, ...]:
    """Return the passages that go with a passage (itself) or a doubt (those it is on)."""
    if name == "doubt":
        return _sorted({one.value for one in version.values(name, subject, ICT + "onPassage")})
    return (subject,) if name == "passage" else ()


def _keys(before: _Version, after: _Version, part: str) -> list[_Key]:
    """Return the keys of a part whose values differ, sorted."""
    old, new = before.parts[part], after.parts[part]
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _declared(version: _Version) -> set[str]:
    """Return what exists: entities, and the events that passages speak of."""
    events = {key[0] for key in version.parts["claim"] if key[1] == RDF_TYPE}
    return events.union(key[0] for key in version.parts["entity"])


def _stating(version: _Version, subject: str) -> tuple[str, ...]:
    """Return the passages that say what class an entity has."""
    stated = version.values("claim", subject, RDF_TYPE).values()
    return _sorted({passage for passages in stated for passage in passages})


def _type(before: _Version, after: _Version, subject: str) -> str:
    """Return the class of an entity, the same whichever version comes first."""
    found = before.types.get(subject, set()) | after.types.get(subject, set())
    return min((one for one in found if one.startswith(ICT)), default="")


def _stage_order(graph: Graph) -> dict[str, int]:
    return {text_of(stage): int(text_of(order)) for stage, order in rows(graph.engine, _ORDER)}


def _sources(version: _Version) -> dict[str, str]:
    """Return the source of each passage."""
    return {
        key[0]: value.value
        for key, values in version.parts["passage"].items()
        if key[1] == ICT + "partOf"
        for value in values
    }


def _named(one: Change) -> Iterable[str]:
    terms = (term.value for term in (one.old, one.new) if isinstance(term, NamedNode))
    return (one.type, one.entity, one.property, *one.old_passages, *one.new_passages, *terms)


def _datatype(term: Term) -> str:
    return term.datatype.value if isinstance(term, Literal) else ""


def _is_within(date: Term, wider: Term) -> bool:
    """Whether a date is within another, such as a day within a month."""
    dates = {_datatype(date), _datatype(wider)} <= _DATES
    return dates and date.value.startswith(f"{wider.value}-")


def _sorted(passages: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(passages))


def _node(iri: str) -> NamedNode | None:
    return NamedNode(iri) if iri else None
