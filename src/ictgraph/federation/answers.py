"""What an endpoint answered, beside what we know: rows, and the table that readers see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from ictgraph.engine import Engine
from ictgraph.errors import EndpointError
from ictgraph.federation.links import Link, Links, entities_of
from ictgraph.federation.questions import Question
from ictgraph.labels import Names
from ictgraph.queries import Column
from ictgraph.results import Answer, Table, Term, natural
from ictgraph.terms import text_of
from ictgraph.vocab import GRAPH, ICT, ID, SRC, XSD, compress

__all__ = ["Row", "read", "table", "with_known"]

_DATE = XSD + "date"
_IDENTIFIER = Column("identifier", {"en": "Identifier", "zh": "标识符"}, XSD + "anyURI")
_MATCH = Column("match", {"en": "Match", "zh": "匹配"})
_ENDPOINT = Column("endpoint", {"en": "Endpoint", "zh": "端点"})
_RETRIEVED = Column("retrieved", {"en": "Retrieved", "zh": "获取日期"}, _DATE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer.

    :ivar link: which entity has which identifier, by which the row was found.
    :ivar cells: terms by column name, but for the identifier; absent where unbound.
    :ivar day: the day on which the answer came.
    """

    link: Link
    cells: Mapping[str, Term]
    day: str


def read(answer: Answer, question: Question, links: Links, url: str, day: str) -> list[Row]:
    """Return the rows of an answer, each for every entity that has the identifier.

    :raises EndpointError: if it is no answer to what was asked.
    """
    wanted = {column.name for column in question.template.columns} | question.names.keys()
    if not isinstance(answer, Table) or set(answer.columns) != wanted:
        raise EndpointError("{url} answered with other columns than those asked for", url=url)
    found = []
    for row in answer.rows:
        cells = {n: term for n, term in zip(answer.columns, row, strict=True) if term is not None}
        asked = cells.pop(question.parameter.name, Literal(""))
        if asked not in links.by_term:
            raise EndpointError(
                "{url} answered about {asked}, which it was not asked about", url=url, asked=asked
            )
        _foreign(cells.values(), url)
        found += [Row(link, cells, day) for link in links.by_term[asked]]
    return found


def _foreign(terms: Iterable[Term], url: str) -> None:
    """Refuse our own entities and passages in the words of others: what they are we say."""
    for term in terms:
        if isinstance(term, NamedNode) and term.value.startswith((ID, SRC, GRAPH, ICT)):
            raise EndpointError(
                "{url} answered with {name}, which only this graph may name",
                url=url,
                name=compress(term.value),
            )


def with_known(engine: Engine, question: Question, rows: Sequence[Row]) -> list[Row]:
    """Return rows by entity, with our entities beside the identifiers that they are the same as."""
    ordered = sorted(rows, key=lambda row: natural(row.link.entity))
    columns = [one.of for one in question.known]
    iris = {
        term.value
        for row in ordered
        for term in map(row.cells.get, columns)
        if isinstance(term, NamedNode)
    }
    if not iris:
        return ordered
    ours = entities_of(engine, iris)
    found = []
    for row in ordered:
        known = {
            one.column.name: NamedNode(ours[text_of(row.cells.get(one.of))])
            for one in question.known
            if getattr(row.cells.get(one.of), "value", "") in ours
        }
        found.append(replace(row, cells={**row.cells, **known}))
    return found


def table(names: Names, question: Question, rows: Sequence[Row], url: str) -> Table:
    """Return rows as a table: our entity, its identifier, what was said, by whom and when."""
    columns = _columns(question)
    first = question.parameter.name
    cells = []
    for row in rows:
        every: dict[str, Term] = {
            **row.cells,
            first: NamedNode(row.link.entity),
            _IDENTIFIER.name: NamedNode(row.link.identifier),
            _MATCH.name: NamedNode(row.link.match),
            _ENDPOINT.name: NamedNode(url),
            _RETRIEVED.name: Literal(row.day, datatype=NamedNode(_DATE)),
        }
        cells.append(tuple(every.get(column.name) for column in columns))
    iris = {term.value for row in cells for term in row if isinstance(term, NamedNode)}
    named = {**_labels(question, rows), **names.labels(iris), url: question.endpoint.title}
    return Table(
        columns=tuple(column.name for column in columns),
        rows=tuple(dict.fromkeys(cells)),
        labels=named,
        titles={column.name: column.title for column in columns},
        folds=(_IDENTIFIER.name, *question.template.folds),
        entities=tuple(column.name for column in columns if not column.type),
    )


def _labels(question: Question, rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """What the answer itself calls what stands in its columns, by IRI and language."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        for name, of in question.names.items():
            text, thing = row.cells.get(name), row.cells.get(of)
            if isinstance(text, Literal) and isinstance(thing, NamedNode):
                found.setdefault(thing.value, {}).setdefault(text.language or "en", text.value)
    return found


def _columns(question: Question) -> list[Column]:
    first = question.parameter.name
    there = {column.name: column for column in question.template.columns}
    found = [there.pop(first), _IDENTIFIER, *([_MATCH] if len(question.matches) > 1 else ())]
    for column in there.values():
        found.append(column)
        found += [one.column for one in question.known if one.of == column.name]
    return [*found, _ENDPOINT, _RETRIEVED]
