"""Why an answer is empty or not whole: what was understood, what is not recorded, what helps."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.engine import rows
from ictgraph.results import Label, Table, Term, Truth
from ictgraph.terms import Lang, display, is_iri, pick, text_of
from ictgraph.vocab import GRAPH, ICT, ID, SRC, compress, prefixes

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Absent", "Explanation", "Gap", "Understood", "absent", "explain", "gaps"]

_SOURCES = """\
PREFIX ict: <https://w3id.org/ictgraph/ontology#>
SELECT ?source (COUNT(DISTINCT ?passage) AS ?passages)
WHERE { ?passage a ict:Passage ; ict:partOf ?source }
GROUP BY ?source ORDER BY DESC(?passages) ?source
"""
_NAMING = """\
PREFIX ict: <https://w3id.org/ictgraph/ontology#>
SELECT (COUNT(DISTINCT ?passage) AS ?passages)
WHERE {
  ?passage a ict:Passage
  { GRAPH ?passage { ?one ?p ?o } } UNION { GRAPH ?passage { ?s ?p ?one } }
}
"""
_RECORDED = f"""\
SELECT (COUNT(DISTINCT ?one) AS ?all) (COUNT(DISTINCT ?known) AS ?recorded)
WHERE {{
  GRAPH <{GRAPH}derived> {{ ?one a %s }}
  OPTIONAL {{ ?one %s ?value BIND(?one AS ?known) }}
}}"""
_OURS = (ICT, ID, SRC, GRAPH)
_MOST = 10
_SPOKEN = 2  # sources that the reason names; it counts the others
_PLACES = "{ ?one ?p ?o } UNION { ?s ?one ?o } UNION { ?s ?p ?one }"
_NAMED = f"{{ GRAPH ?g {{ {_PLACES} }} }} UNION {{ GRAPH ?one {{ ?s ?p ?o }} }}"
_IS_THERE = f"ASK {{ {_PLACES} UNION {_NAMED} }}"


@dataclass(frozen=True, slots=True)
class Understood:
    """One parameter of an empty question.

    :ivar name: the parameter.
    :ivar terms: what its values were taken for.
    :ivar rows: how many rows the question has without this parameter.
    :ivar passages: in how many passages each of the terms is named, whatever they say of it;
        ``None`` for numbers and texts.
    """

    name: str
    terms: tuple[Term, ...]
    rows: int
    passages: tuple[int | None, ...]

    def named(self) -> list[tuple[str, int]]:
        """Return the entities among the terms, as CURIEs, and in how many passages each is."""
        return [
            (compress(term.value), count)
            for term, count in zip(self.terms, self.passages, strict=True)
            if isinstance(term, NamedNode) and count is not None
        ]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer is empty.

    :ivar parameters: the parameters that were set, in the template's order.
    :ivar sources: number of passages by source, as an IRI; most passages first.
    :ivar labels: labels of everything named here.
    """

    parameters: tuple[Understood, ...]
    sources: Mapping[str, int]
    labels: Mapping[str, Label]

    def lines(self, lang: Lang = "en") -> list[str]:
        """Return the explanation as sentences, the reason first; in English unless for ``zh``."""
        return self._chinese() if lang == "zh" else self._english(lang)

    def _english(self, lang: Lang) -> list[str]:
        places, others, rest = self._places(lang)
        sources = [f"{_passages(count)} of {name}" for name, count in places]
        if others:
            sources.append(f"{_passages(rest)} of {others} other sources")
        where = " and ".join(sources) or "a graph without passages"
        what = ("this", "this combination")[len(self.parameters) > 1]
        asked = f" for {what}" if self.parameters else ""
        said = [f"this question has no rows{asked} in {where}"]
        for one in self.parameters:
            named = ", ".join(_named(term, lang, self.labels) for term in one.terms)
            said.append(f"{_option(one.name)} was understood as {named}")
            said += [
                f"{_passages(count)} {'name' if count > 1 else 'names'} {shown};"
                f" see 'ictgraph show {shown}'"
                if count
                else f"no passage names {shown} itself"
                for shown, count in one.named()
            ]
        fruitful = [one for one in self.parameters if one.rows]
        said += [f"without {_option(one.name)} there {_count(one.rows)}" for one in fruitful]
        if not fruitful and len(self.parameters) > 1:
            said.append("leaving out any single one of them gives no rows either")
        return said

    def _chinese(self) -> list[str]:
        places, others, rest = self._places("zh")
        sources = [f"{name}的{count}个段落" for name, count in places]
        if others:
            sources.append(f"其他{others}个来源的{rest}个段落")
        what = ("", "在此条件下", "在此条件组合下")[min(len(self.parameters), 2)]
        said = [f"{'和'.join(sources) or '没有段落的图谱'}中，此问题{what}没有结果"]
        for one in self.parameters:
            named = "、".join(_named(term, "zh", self.labels) for term in one.terms)
            said.append(f"{_option(one.name)} 理解为 {named}")
            said += [
                f"{count}个段落提到 {shown}，见 'ictgraph show {shown}'"
                if count
                else f"没有段落直接提到 {shown}"
                for shown, count in one.named()
            ]
        fruitful = [one for one in self.parameters if one.rows]
        said += [f"去掉 {_option(one.name)} 则有{one.rows}行" for one in fruitful]
        if not fruitful and len(self.parameters) > 1:
            said.append("单独去掉其中任何一项也没有结果")
        return said

    def _places(self, lang: Lang) -> tuple[list[tuple[str, int]], int, int]:
        """The sources to name with their passages, and how many others with how many."""
        counts = list(self.sources.items())
        few = len(counts) if len(counts) <= _SPOKEN else 1
        named = [(display(NamedNode(iri), lang, self.labels), count) for iri, count in counts[:few]]
        return named, len(counts) - few, sum(count for _, count in counts[few:])


@dataclass(frozen=True, slots=True)
class Absent:
    """A term of a query that the graph does not have.

    :ivar term: the term as a CURIE.
    :ivar near: the most similar term that the graph has, as a CURIE, "" if there is none.
    """

    term: str
    near: str = ""

    def line(self, lang: Lang = "en") -> str:
        """Return this as a sentence.

        >>> Absent("ict:targt", "ict:target").line()
        'ict:targt is not in the graph; did you mean ict:target?'
        """
        if lang == "zh":
            return f"图谱中没有 {self.term}" + (f"；是否指 {self.near}？" if self.near else "")
        return f"{self.term} is not in the graph" + (
            f"; did you mean {self.near}?" if self.near else ""
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """Entities that a parameter may leave out, since what it looks for is not recorded of them.

    :ivar parameter: the parameter.
    :ivar missing: how many entities lack it.
    :ivar entities: how many there are.
    :ivar kind: what they are called.
    :ivar property: the label of what is not recorded.
    """

    parameter: str
    missing: int
    entities: int
    kind: Label
    property: Label

    def line(self, lang: Lang = "en") -> str:
        """Return this as a sentence.

        >>> things, place = {"en": "institutions", "zh": "机构"}, {"en": "place", "zh": "地点"}
        >>> Gap("place", 3, 9, things, place).line()
        '3 of 9 institutions have no recorded place, so --place may leave them out'
        """
        option = _option(self.parameter)
        kind, what = pick(self.kind, lang, ""), pick(self.property, lang, "")
        if lang == "zh":
            missing = f"{self.entities}个{kind}中有{self.missing}个没有{what}记录"
            return f"{missing}，{option} 可能漏掉它们"
        return (
            f"{self.missing} of {self.entities} {kind} have no recorded {what},"
            f" so {option} may leave them out"
        )


def gaps(graph: Graph, template: queries.Template, given: Container[str]) -> list[Gap]:
    """Return what the parameters that were given may leave out, whatever the answer is.

    :param given: the names of these parameters.
    """
    found = []
    for need in template.needs:
        if need.parameter in given:
            asked = _RECORDED % (NamedNode(need.kind), NamedNode(need.property))
            [(every, known)] = rows(graph.engine, asked)
            entities, recorded = (int(text_of(one)) for one in (every, known))
            label = graph.names.labels({need.property}).get(need.property, {})
            found.append(Gap(need.parameter, entities - recorded, entities, need.label, label))
    return [gap for gap in found if gap.missing]


def absent(graph: Graph, text: str) -> list[Absent]:
    """Return the terms of our namespaces that a query uses and the graph does not have.

    :param text: SPARQL that has run.
    """
    found = []
    for iri in _terms(text)[:_MOST]:
        asked = graph.engine.query(_IS_THERE.replace("?one", str(NamedNode(iri))))
        if isinstance(asked, Truth) and not asked:
            found.append(Absent(compress(iri), _nearest(graph, iri)))
    return found


def _terms(text: str) -> list[str]:
    """The IRIs of our namespaces in a query, in order of first appearance."""
    from ictgraph.tokens import tokens

    spaces = prefixes()
    found: dict[str, None] = {}
    before = ["", ""]
    for token in tokens(text):
        if token.kind == "iri" and before[0].upper() == "PREFIX":
            spaces[before[1].removesuffix(":")] = token[1:-1]
        elif token.kind == "iri":
            found[token[1:-1]] = None
        elif token.kind == "pname" and before[1].upper() != "PREFIX":
            prefix, _, local = token.partition(":")
            found[spaces.get(prefix, "") + local.replace("\\", "")] = None
        before = [before[1], token]
    return [one for one in found if one.startswith(_OURS) and one not in _OURS and is_iri(one)]


def _nearest(graph: Graph, iri: str) -> str:
    from difflib import get_close_matches

    space = next(one for one in _OURS if iri.startswith(one))
    known = rows(
        graph.engine,
        f'SELECT DISTINCT ?one {{ ?one a ?class FILTER(STRSTARTS(STR(?one), "{space}")) }}',
    )
    names = sorted(row[0].value.removeprefix(space) for row in known if row[0] is not None)
    near = get_close_matches(iri.removeprefix(space), names, n=1, cutoff=0.75)
    return compress(space + near[0]) if near else ""


def explain(
    graph: Graph, template: queries.Template, bound: Mapping[str, Sequence[Term]]
) -> Explanation:
    """Find out why a template with these parameters has an empty answer.

    Runs the template once for each parameter, without it.

    :param bound: the parameters as :meth:`ictgraph.graph.Graph.bind` gives them.
    """
    set_here = [one.name for one in template.parameters if bound.get(one.name)]
    understood = []
    for name in set_here:
        others = {key: terms for key, terms in bound.items() if key != name}
        answer = graph.run(template, others)
        count = int(answer.value) if isinstance(answer, Truth) else len(answer)
        if isinstance(answer, Table):
            count = len(answer.folded())
        places = tuple(_naming(graph, term) for term in bound[name])
        understood.append(Understood(name, tuple(bound[name]), count, places))
    sources = _sources(graph)
    iris = {term.value for name in set_here for term in bound[name] if isinstance(term, NamedNode)}
    return Explanation(tuple(understood), sources, graph.names.labels(iris | sources.keys()))


def _naming(graph: Graph, term: Term) -> int | None:
    """In how many passages an entity is named."""
    if not isinstance(term, NamedNode):
        return None
    [[count]] = rows(graph.engine, _NAMING.replace("?one", str(term)))
    return int(text_of(count))


def _sources(graph: Graph) -> dict[str, int]:
    answer = graph.engine.query(_SOURCES)
    found: dict[str, int] = {}
    for source, count in answer.rows if isinstance(answer, Table) else ():
        if isinstance(source, NamedNode) and isinstance(count, Literal):
            found[source.value] = int(count.value)
    return found


def _named(term: Term, lang: Lang, labels: Mapping[str, Label]) -> str:
    shown = display(term, lang, None)
    name = pick(labels.get(text_of(term), {}), lang, "")
    return f"{name} ({shown})" if name else shown


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count} passages"


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _count(rows: int) -> str:
    return "is 1 row" if rows == 1 else f"are {rows} rows"
