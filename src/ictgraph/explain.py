"""Why an answer is empty: what was understood, what the graph holds, what would give rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.results import Label, Table, Term, Truth
from ictgraph.terms import Lang, display, pick

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Explanation", "Understood", "explain"]

_SOURCES = """\
PREFIX ict: <https://w3id.org/ictgraph/ontology#>
SELECT ?source (COUNT(DISTINCT ?passage) AS ?passages)
WHERE { ?passage a ict:Passage ; ict:partOf ?source }
GROUP BY ?source ORDER BY ?source
"""


@dataclass(frozen=True, slots=True)
class Understood:
    """One parameter of an empty question.

    :ivar name: the parameter.
    :ivar terms: what its values were taken for.
    :ivar rows: how many rows the question has without this parameter.
    """

    name: str
    terms: tuple[Term, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer is empty.

    :ivar parameters: the parameters that were set, in the template's order.
    :ivar sources: number of passages by source, as an IRI.
    :ivar labels: labels of everything named here.
    """

    parameters: tuple[Understood, ...]
    sources: Mapping[str, int]
    labels: Mapping[str, Label]

    def lines(self, lang: Lang = "en") -> list[str]:
        """Return the explanation as sentences, the reason first."""
        sources = [
            f"{count} passages of {display(NamedNode(iri), lang, self.labels)}"
            for iri, count in self.sources.items()
        ]
        where = " and ".join(sources) or "a graph without passages"
        what = ("this", "this combination")[len(self.parameters) > 1]
        said = [
            f"nothing is recorded for {what if self.parameters else 'this question'} in {where}"
        ]
        for one in self.parameters:
            named = ", ".join(_named(term, lang, self.labels) for term in one.terms)
            said.append(f"{_option(one.name)} was understood as {named}")
        fruitful = [one for one in self.parameters if one.rows]
        said += [f"without {_option(one.name)} there {_count(one.rows)}" for one in fruitful]
        if not fruitful and len(self.parameters) > 1:
            said.append("leaving out any single one of them gives no rows either")
        return said


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
        rows = int(answer.value) if isinstance(answer, Truth) else len(answer)
        if isinstance(answer, Table):
            rows = len(answer.folded())
        understood.append(Understood(name, tuple(bound[name]), rows))
    sources = _sources(graph)
    iris = {term.value for name in set_here for term in bound[name] if isinstance(term, NamedNode)}
    return Explanation(tuple(understood), sources, graph.names.labels(iris | sources.keys()))


def _sources(graph: Graph) -> dict[str, int]:
    answer = graph.engine.query(_SOURCES)
    found: dict[str, int] = {}
    for source, count in answer.rows if isinstance(answer, Table) else ():
        if isinstance(source, NamedNode) and isinstance(count, Literal):
            found[source.value] = int(count.value)
    return found


def _named(term: Term, lang: Lang, labels: Mapping[str, Label]) -> str:
    shown = display(term, lang, None)
    name = pick(labels.get(str(getattr(term, "value", "")), {}), lang, "")
    return f"{name} ({shown})" if name else shown


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _count(rows: int) -> str:
    return "is 1 row" if rows == 1 else f"are {rows} rows"
