"""What the graph knows about one entity: identity, claims with their passages, doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from ictgraph.cli.claims import (
    Claim,
    Doubt,
    Identifier,
    claims_about,
    doubts_about,
    identifiers_of,
)
from ictgraph.engine import rows
from ictgraph.links.sssom import NONE_FOUND
from ictgraph.links.vocabularies import vocabularies
from ictgraph.results import Label, Table, Term
from ictgraph.spoken import language, spoken
from ictgraph.tables import clean
from ictgraph.terms import Lang, display, pick, text_of, to_python
from ictgraph.vocab import (
    GRAPH,
    ICT,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    SKOS_BROADER,
    SKOS_EXACT_MATCH,
    compress,
)

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Profile", "read"]

_WORDS: dict[str, Label] = {
    "narrower": {"en": "narrower", "zh": "下位"},
    "identifiers": {"en": "identifiers", "zh": "标识符"},
    "absent": {"en": "looked for and not found in", "zh": "查过而未找到"},
    "doubts": {"en": "Doubts", "zh": "疑点"},
    "sources": {"en": "Sources", "zh": "来源"},
}
"""What properties without a label of ours and the parts of a profile are called."""
_IDENTITY = f"""\
SELECT DISTINCT ?property ?value WHERE {{
  GRAPH ?graph {{ %s ?property ?value }}
  FILTER(STRSTARTS(STR(?graph), "{GRAPH}"))
  FILTER(?graph != <{GRAPH}derived> && ?graph != <{GRAPH}mappings>)
}} ORDER BY ?property ?value"""
_NARROWER = f"SELECT DISTINCT ?one WHERE {{ ?one <{SKOS_BROADER}> %s }} ORDER BY ?one"
_LOCATORS = f"""\
SELECT DISTINCT ?passage ?locator
WHERE {{ VALUES ?passage {{ %s }} ?passage <{ICT}locator> ?locator }}"""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the graph knows about one entity.

    :ivar identity: property and value of what is not a claim: class, names, hierarchy.
    :ivar identifiers: terms of other vocabularies.
    :ivar narrower: IRIs of what is directly narrower.
    :ivar claims: claims by and about the entity, and all claims of the events it is part of.
    :ivar doubts: the doubts that concern it.
    :ivar locators: where each passage stands, by language.
    :ivar labels: labels of everything named here.
    """

    iri: str
    identity: tuple[tuple[str, Term], ...]
    narrower: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    claims: tuple[Claim, ...]
    doubts: tuple[Doubt, ...]
    locators: Mapping[str, Label]
    labels: Mapping[str, Label]

    def table(self) -> Table:
        """Return the claims as a table."""
        rows = tuple(
            (NamedNode(one.subject), NamedNode(one.property), one.value, NamedNode(passage))
            for one in self.claims
            for passage in one.passages
        )
        titles = {
            "subject": {"en": "Subject", "zh": "主语"},
            "property": {"en": "Property", "zh": "属性"},
            "value": {"en": "Value", "zh": "值"},
            "source": {"en": "Source", "zh": "来源"},
        }
        stated = {"source": ("property", "value")}
        entities = ("subject", "property", "value")
        return Table(tuple(titles), rows, self.labels, titles, stated, entities=entities)

    def json(self) -> dict[str, Any]:
        """Return the profile as plain data."""
        return {
            **self._named(self.iri),
            "classes": [
                self._named(value.value)
                for name, value in self.identity
                if name == RDF_TYPE and isinstance(value, NamedNode)
            ],
            "synonyms": [
                {"name": value.value, "lang": value.language or ""}
                for name, value in self.identity
                if name == SKOS_ALT_LABEL and isinstance(value, Literal)
            ],
            "identity": [
                {"property": self._named(name), "value": self._value(value)}
                for name, value in self.identity
                if name not in (RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL)
            ],
            "narrower": [self._named(iri) for iri in self.narrower],
            "identifiers": [self._identifier(one) for one in self.identifiers],
            "claims": [
                {
                    "subject": self._named(one.subject),
                    "property": self._named(one.property),
                    "value": self._value(one.value),
                    "sources": self._sources(one.passages),
                }
                for one in self.claims
            ],
            "doubts": [
                {
                    **{"id": compress(one.iri), "iri": one.iri},
                    "kind": self._named(one.kind),
                    "note": dict(one.note),
                    "sources": self._sources(one.passages),
                }
                for one in self.doubts
            ],
        }

    def _identifier(self, one: Identifier) -> dict[str, Any]:
        return {
            **self._named(one.term),
            "name": one.name,
            "match": self._named(one.match),
            "vocabulary": one.source,
        }

    def _sources(self, passages: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {"id": compress(one), "iri": one, "locator": dict(self.locators.get(one, {}))}
            for one in passages
        ]

    def _named(self, iri: str) -> dict[str, Any]:
        return {"id": compress(iri), "iri": iri, "label": dict(self.labels.get(iri, {}))}

    def _value(self, term: Term) -> Any:
        if isinstance(term, NamedNode):
            return self._named(term.value)
        if isinstance(term, Literal) and term.language:
            return {"value": term.value, "lang": term.language}
        value = to_python(term)
        return value if isinstance(value, bool | int | float) else str(getattr(term, "value", term))

    def text(self, lang: Lang) -> str:
        """Return the profile for readers: claims by event, their passages numbered below."""
        numbers: dict[str, int] = {}
        lines = [pick(self.labels.get(self.iri, {}), lang, compress(self.iri))]
        lines += [f"  {compress(self.iri)}  <{self.iri}>"]
        lines += [f"  {name}: {value}" for name, value in self._identity_lines(lang)]
        claims: dict[str, list[Claim]] = {}
        for one in self.claims:
            claims.setdefault(one.subject, []).append(one)
        own = self._said(claims.pop(self.iri, []), lang, numbers)
        for subject, some in list(claims.items()):
            if len(some) == 1 and some[0].property != RDF_TYPE and _is(some[0].value, self.iri):
                name = self._property(some[0].property, lang)
                who = display(NamedNode(subject), lang, self.labels)
                own.append(f"← {name}: {who} {_marks(some[0].passages, numbers)}")
                del claims[subject]
        lines += ["", *own] if own else []
        for subject, some in claims.items():
            told = [one for one in some if one.property != RDF_TYPE]
            lines += ["", pick(self.labels.get(subject, {}), lang, compress(subject))]
            lines += [f"  {line}" for line in self._said(told, lang, numbers)]
        lines += self._notes(lang, numbers)
        return "\n".join(map(clean, lines)) + "\n"

    def _said(self, claims: Iterable[Claim], lang: Lang, numbers: dict[str, int]) -> list[str]:
        """Return the claims of one subject as lines, a text in two languages on one line."""
        texts: dict[str, list[Term]] = {}
        for one in claims:
            texts.setdefault(one.property, []).append(one.value)
        needed = {name: {*chain(*spoken(values, lang))} for name, values in texts.items()}
        lines: dict[tuple[object, ...], list[Claim]] = {}
        for one in claims:
            if one.value in needed[one.property]:
                together = one.passages if language(one.value) else one.value
                lines.setdefault((one.property, together), []).append(one)
        return [
            f"{self._property(some[0].property, lang)}: "
            f"{self._joined([one.value for one in some], lang)} {_marks(some[0].passages, numbers)}"
            for some in lines.values()
        ]

    def _joined(self, values: Iterable[Term], lang: Lang) -> str:
        return " / ".join(
            "; ".join(display(one, lang, self.labels) for one in some)
            for some in spoken(values, lang)
        )

    def _identity_lines(self, lang: Lang) -> Iterable[tuple[str, str]]:
        gathered: dict[str, list[Term]] = {}
        for name, value in self.identity:
            if name != RDFS_LABEL:
                gathered.setdefault(name, []).append(value)
        for name in sorted(gathered, key=lambda one: (one != RDF_TYPE, one != SKOS_ALT_LABEL, one)):
            values = gathered[name]
            if name == SKOS_ALT_LABEL:  # in another language it is another name
                yield self._property(name, lang), "; ".join(text_of(one) for one in values)
            else:
                yield self._property(name, lang), self._joined(values, lang)
        if self.narrower:
            named = [display(NamedNode(iri), lang, self.labels) for iri in self.narrower]
            yield pick(_WORDS["narrower"], lang, ""), "; ".join(named)
        for name, told in (("identifiers", self._linked(lang)), ("absent", self._absent(lang))):
            if told:
                yield pick(_WORDS[name], lang, ""), "; ".join(told)

    def _linked(self, lang: Lang) -> list[str]:
        """Return the identifiers with their names and how they match, exact matches first."""
        order = {prefix: place for place, prefix in enumerate(vocabularies())}

        def rank(one: Identifier) -> tuple[bool, int, str]:
            prefix = compress(one.term).partition(":")[0]
            return one.match != SKOS_EXACT_MATCH, order.get(prefix, len(order)), one.term

        found = [one for one in self.identifiers if compress(one.term) != NONE_FOUND]
        said = []
        for one in sorted(found, key=rank):
            word = display(NamedNode(one.match), lang, self.labels)
            term = display(NamedNode(one.term), lang, self.labels)
            said.append(f"{term} {one.name}".rstrip() + f" ({word})")
        return said

    def _absent(self, lang: Lang) -> list[str]:
        """Return the vocabularies in which one looked and found nothing."""
        absent = {one.source for one in self.identifiers if compress(one.term) == NONE_FOUND}
        return [
            pick({"en": one.name, "zh": one.name_zh}, lang, prefix)
            for prefix, one in vocabularies().items()
            if {f"bioregistry:{one.bioregistry}", prefix} & absent
        ]

    def _property(self, iri: str, lang: Lang) -> str:
        return pick(self.labels.get(iri) or _WORDS.get(iri, {}), lang, compress(iri))

    def _notes(self, lang: Lang, numbers: dict[str, int]) -> list[str]:
        lines = []
        if self.doubts:
            lines += ["", pick(_WORDS["doubts"], lang, "")]
        for one in self.doubts:
            kind = pick(self.labels.get(one.kind, {}), lang, compress(one.kind))
            lines.append(f"  {kind}: {pick(one.note, lang, '')} {_marks(one.passages, numbers)}")
        if numbers:
            lines += ["", pick(_WORDS["sources"], lang, "")]
        for passage, number in numbers.items():
            where = pick(self.locators.get(passage, {}), lang, "")
            lines.append(f"  [{number}] {compress(passage)}  {where}".rstrip())
        return lines


def read(graph: Graph, iri: str) -> Profile:
    """Return what the graph knows about an entity."""
    node = str(NamedNode(iri))
    identity = tuple(
        (text_of(name), value)
        for name, value in rows(graph.engine, _IDENTITY % node)
        if isinstance(value, NamedNode | Literal)
    )
    narrower = tuple(text_of(row[0]) for row in rows(graph.engine, _NARROWER % node))
    claims = claims_about(graph, iri)
    doubts = doubts_about(graph, iri)
    identifiers = identifiers_of(graph, iri)
    cited: list[Claim | Doubt] = [*claims, *doubts]
    passages = sorted({passage for one in cited for passage in one.passages})
    terms: list[Term] = [*(value for _, value in identity), *(one.value for one in claims)]
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    iris |= {iri, *narrower, *(name for name, _ in identity), *(one.kind for one in doubts)}
    iris |= {part for one in identifiers for part in (one.match, one.term)}
    iris |= {part for one in claims for part in (one.subject, one.property)}
    return Profile(
        iri=iri,
        identity=identity,
        narrower=narrower,
        identifiers=identifiers,
        claims=tuple(claims),
        doubts=doubts,
        locators=_locators(graph, passages),
        labels=graph.names.labels(iris),
    )


def _locators(graph: Graph, passages: Sequence[str]) -> dict[str, Label]:
    found: dict[str, dict[str, str]] = {}
    listed = " ".join(str(NamedNode(passage)) for passage in passages)
    for passage, locator in rows(graph.engine, _LOCATORS % listed) if passages else ():
        if isinstance(locator, Literal):
            found.setdefault(text_of(passage), {})[locator.language or ""] = locator.value
    return dict(found)


def _is(term: Term, iri: str) -> bool:
    return isinstance(term, NamedNode) and term.value == iri


def _marks(passages: Iterable[str], numbers: dict[str, int]) -> str:
    marks = [numbers.setdefault(passage, len(numbers) + 1) for passage in passages]
    return "[" + ", ".join(map(str, sorted(marks))) + "]"
