"""What the graph knows about one entity: identity, claims with their passages, doubts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.results import Label, Table, Term
from ictgraph.terms import Lang, display, pick, to_python
from ictgraph.vocab import GRAPH, ICT, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, SKOS_BROADER, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Claim", "Profile", "claims_about", "read"]

_TOLD_IN_FULL = {"Event", "StudyGroup", "Statistic"}
_STEPS = 3
_IDENTITY = f"""\
SELECT DISTINCT ?property ?value WHERE {{
  GRAPH ?graph {{ %s ?property ?value }}
  FILTER(STRSTARTS(STR(?graph), "{GRAPH}") && ?graph != <{GRAPH}derived>)
}} ORDER BY ?property ?value"""
_NARROWER = f"SELECT DISTINCT ?one WHERE {{ ?one <{SKOS_BROADER}> %s }} ORDER BY ?one"
_LOCATORS = f"""\
SELECT DISTINCT ?passage ?locator
WHERE {{ VALUES ?passage {{ %s }} ?passage <{ICT}locator> ?locator }}"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that passages make.

    :ivar passages: IRIs of the passages, sorted.
    """

    subject: str
    property: str
    value: Term
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the graph knows about one entity.

    :ivar identity: property and value of what is not a claim: class, names, hierarchy, identifiers.
    :ivar narrower: IRIs of what is directly narrower.
    :ivar claims: claims by and about the entity, and all claims of the events it is part of.
    :ivar doubts: notes of the doubts about it and its events, by language.
    :ivar locators: where each passage stands, by language.
    :ivar labels: labels of everything named here.
    """

    iri: str
    identity: tuple[tuple[str, Term], ...]
    narrower: tuple[str, ...]
    claims: tuple[Claim, ...]
    doubts: tuple[Label, ...]
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
        return Table(tuple(titles), rows, self.labels, titles, {"source": ("property", "value")})

    def json(self) -> dict[str, Any]:
        """Return the profile as plain data."""
        names = [value for name, value in self.identity if name == SKOS_ALT_LABEL]
        return {
            **self._named(self.iri),
            "classes": [
                self._named(value.value)
                for name, value in self.identity
                if name == RDF_TYPE and isinstance(value, NamedNode)
            ],
            "synonyms": [
                {"name": one.value, "lang": one.language or ""}
                for one in names
                if isinstance(one, Literal)
            ],
            "identity": [
                {"property": self._named(name), "value": self._value(value)}
                for name, value in self.identity
                if name not in (RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL)
            ],
            "narrower": [self._named(iri) for iri in self.narrower],
            "claims": [
                {
                    "subject": self._named(one.subject),
                    "property": self._named(one.property),
                    "value": self._value(one.value),
                    "sources": [
                        {"id": compress(p), "iri": p, "locator": dict(self.locators.get(p, {}))}
                        for p in one.passages
                    ],
                }
                for one in self.claims
            ],
            "doubts": [dict(one) for one in self.doubts],
        }

    def _named(self, iri: str) -> dict[str, Any]:
        return {"id": compress(iri), "iri": iri, "label": dict(self.labels.get(iri, {}))}

    def _value(self, term: Term) -> Any:
        if isinstance(term, NamedNode):
            return self._named(term.value)
        value = to_python(term)
        return value if isinstance(value, bool | int | float) else str(getattr(term, "value", term))

    def text(self, lang: Lang) -> str:
        """Return the profile for readers: claims by event, their passages numbered below."""
        numbers: dict[str, int] = {}
        lines = [pick(self.labels.get(self.iri, {}), lang, compress(self.iri))]
        lines += [f"  {compress(self.iri)}  <{self.iri}>"]
        lines += [f"  {name}: {value}" for name, value in self._identity_lines(lang)]
        claims = [one for one in self.claims if self._is_spoken(one, lang)]
        own = [one for one in claims if one.subject == self.iri]
        about = [one for one in claims if _is(one.value, self.iri)]
        told = {one.subject for one in claims} - {self.iri}
        told -= {one.subject for one in about if not self._told_in_full(one.subject)}
        if own or about:
            lines.append("")
        lines += [f"{self._said(one, lang, numbers)}" for one in own]
        for one in about:
            if one.subject not in told:
                name = display(NamedNode(one.property), lang, self.labels)
                who = display(NamedNode(one.subject), lang, self.labels)
                lines.append(f"← {name}: {who} {_marks(one, numbers)}")
        for subject in dict.fromkeys(one.subject for one in claims if one.subject in told):
            lines += ["", pick(self.labels.get(subject, {}), lang, compress(subject))]
            lines += [
                f"  {self._said(one, lang, numbers)}"
                for one in claims
                if one.subject == subject and one.property != RDF_TYPE
            ]
        lines += self._notes(lang, numbers)
        return "\n".join(map(_clean, lines)) + "\n"

    def _is_spoken(self, claim: Claim, lang: Lang) -> bool:
        """Whether readers of a language need a claim: not if it is said in theirs, too."""
        spoken = getattr(claim.value, "language", None)
        return (
            not spoken
            or lang in ("both", spoken)
            or not any(
                getattr(one.value, "language", None) == lang
                for one in self.claims
                if (one.subject, one.property) == (claim.subject, claim.property)
            )
        )

    def _told_in_full(self, iri: str) -> bool:
        return sum(one.subject == iri for one in self.claims) > 1 or any(
            one.subject == iri and one.property == RDF_TYPE for one in self.claims
        )

    def _identity_lines(self, lang: Lang) -> Iterable[tuple[str, str]]:
        gathered: dict[str, list[str]] = {}
        for name, value in self.identity:
            language = getattr(value, "language", None)
            if name != RDFS_LABEL and not (
                name != SKOS_ALT_LABEL and language and lang != "both" and language != lang
            ):
                gathered.setdefault(name, []).append(display(value, lang, self.labels))
        for name in sorted(gathered, key=lambda one: (one != RDF_TYPE, one != SKOS_ALT_LABEL, one)):
            yield self._property(name, lang), "; ".join(gathered[name])
        if self.narrower:
            named = [display(NamedNode(iri), lang, self.labels) for iri in self.narrower]
            yield {"zh": "下位"}.get(lang, "narrower"), "; ".join(named)

    def _property(self, iri: str, lang: Lang) -> str:
        usual: dict[str, Label] = {
            RDF_TYPE: {"en": "class", "zh": "类别"},
            SKOS_ALT_LABEL: {"en": "also named", "zh": "别名"},
            SKOS_BROADER: {"en": "broader", "zh": "上位"},
        }
        return pick(self.labels.get(iri) or usual.get(iri, {}), lang, compress(iri))

    def _said(self, one: Claim, lang: Lang, numbers: dict[str, int]) -> str:
        value = display(one.value, lang, self.labels)
        return f"{self._property(one.property, lang)}: {value} {_marks(one, numbers)}"

    def _notes(self, lang: Lang, numbers: Mapping[str, int]) -> list[str]:
        lines = []
        if self.doubts:
            lines += ["", {"zh": "疑点"}.get(lang, "Doubts")]
            lines += [f"  {pick(note, lang, '')}" for note in self.doubts]
        if numbers:
            lines += ["", {"zh": "来源"}.get(lang, "Sources")]
        for passage, number in numbers.items():
            where = pick(self.locators.get(passage, {}), lang, "")
            lines.append(f"  [{number}] {compress(passage)}  {where}".rstrip())
        return lines


def claims_about(graph: Graph, iri: str) -> list[Claim]:
    """Return the claims by and about an entity, and those of the events that concern it."""
    found: dict[tuple[str, str, Term], set[str]] = {}
    seen, frontier = set[str](), [iri]
    for _ in range(_STEPS):
        rows = _rows(graph.query("facts", entity=frontier)) if frontier else []
        seen.update(frontier)
        reached: dict[str, None] = {}
        for entity, direction, name, value, source in rows:
            if not (isinstance(entity, NamedNode) and isinstance(value, Term)):
                continue
            states = isinstance(direction, Literal) and direction.value == "states"
            if states:
                key = (entity.value, _iri(name), value)
                follow = _iri(value) if isinstance(value, NamedNode) else ""
            elif entity.value == iri:
                key, follow = (_iri(value), _iri(name), entity), _iri(value)
            else:
                continue
            found.setdefault(key, set()).add(_iri(source))
            if follow and not (states and _iri(name) == RDF_TYPE):
                reached[follow] = None
        frontier = [one for one in reached if one not in seen and _is_told_in_full(graph, one)]
    return [
        Claim(subject, name, value, tuple(sorted(passages)))
        for (subject, name, value), passages in found.items()
    ]


def read(graph: Graph, iri: str) -> Profile:
    """Return what the graph knows about an entity."""
    node = str(NamedNode(iri))
    identity = tuple(
        (_iri(name), value)
        for name, value in _rows(graph.engine.query(_IDENTITY % node))
        if isinstance(value, NamedNode | Literal)
    )
    narrower = tuple(_iri(row[0]) for row in _rows(graph.engine.query(_NARROWER % node)))
    claims = claims_about(graph, iri)
    passages = sorted({passage for one in claims for passage in one.passages})
    terms: list[Term] = [*(value for _, value in identity), *(one.value for one in claims)]
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    iris |= {iri, *narrower, *(name for name, _ in identity)}
    iris |= {part for one in claims for part in (one.subject, one.property)}
    return Profile(
        iri=iri,
        identity=identity,
        narrower=narrower,
        claims=tuple(claims),
        doubts=_doubts(graph, dict.fromkeys([iri, *(one.subject for one in claims)])),
        locators=_locators(graph, passages),
        labels=graph.names.labels(iris),
    )


def _doubts(graph: Graph, iris: Iterable[str]) -> tuple[Label, ...]:
    """Return the notes of the doubts about any of these, each once."""
    answer = graph.run(queries.load("doubts"), {"entity": [NamedNode(iri) for iri in iris]})
    notes: dict[object, dict[str, str]] = {}
    if isinstance(answer, Table):
        doubt, note = answer.columns.index("doubt"), answer.columns.index("note")
        for row in answer.rows:
            text = row[note]
            if isinstance(text, Literal):
                notes.setdefault(row[doubt], {})[text.language or ""] = text.value
    return tuple(notes.values())


def _locators(graph: Graph, passages: Sequence[str]) -> dict[str, Label]:
    found: dict[str, dict[str, str]] = {}
    listed = " ".join(str(NamedNode(passage)) for passage in passages)
    for passage, locator in _rows(graph.engine.query(_LOCATORS % listed)) if passages else ():
        if isinstance(locator, Literal):
            found.setdefault(_iri(passage), {})[locator.language or ""] = locator.value
    return dict(found)


def _is_told_in_full(graph: Graph, iri: str) -> bool:
    return not _TOLD_IN_FULL.isdisjoint(graph.names.classes(iri) or ())


def _rows(answer: object) -> Collection[tuple[Term | None, ...]]:
    return answer.rows if isinstance(answer, Table) else ()


def _iri(term: object) -> str:
    return str(getattr(term, "value", ""))


def _is(term: Term, iri: str) -> bool:
    return isinstance(term, NamedNode) and term.value == iri


def _marks(claim: Claim, numbers: dict[str, int]) -> str:
    marks = [numbers.setdefault(passage, len(numbers) + 1) for passage in claim.passages]
    return "[" + ", ".join(map(str, marks)) + "]"


def _clean(line: str) -> str:
    from ictgraph.tables import clean

    return clean(line)
