"""Tables of claims: every cell of every row read, or the reason why it cannot be.

A row is about one subject and one passage; each further column is a property. What is new is
declared by the row that gives its class and names, in a file of entities; everything else is
claimed in the graph of the passage. A table with a cell that cannot be read gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import NamedNode, Quad

from ictgraph.curation.cells import checked, values
from ictgraph.curation.columns import Column, column
from ictgraph.curation.drafts import Draft
from ictgraph.curation.ontology import Ontology
from ictgraph.curation.subjects import Subject, Subjects
from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message
from ictgraph.results import Truth
from ictgraph.sheets import Row, Sheet
from ictgraph.vocab import ICT, RDF_TYPE, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Imported", "Rejection", "read_claims"]

_CURRENCY = ICT + "currency"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a cell cannot be read.

    :ivar line: line of the table, counted from 1.
    :ivar place: its column, counted from 0; -1 if it is the row as a whole.
    :ivar heading: name of the column.
    """

    line: int
    place: int
    heading: str
    error: InputError


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table says.

    :ivar claims: statements in the graphs of passages.
    :ivar entities: declarations of what is new, in the default graph.
    :ivar rejections: what cannot be read; if there is any, there are neither claims nor entities.
    """

    claims: frozenset[Quad] = frozenset()
    entities: frozenset[Quad] = frozenset()
    rejections: tuple[Rejection, ...] = ()


def read_claims(graph: Graph, sheet: Sheet, files: Iterable[str] = ()) -> Imported:
    """Read a table of claims.

    :param graph: what names of entities, passages and properties are looked up in.
    :param files: Turtle and TriG files where they are looked up too, as far as they exist.
    :raises InputError: if a file does not parse, or the graph is behind an endpoint.
    """
    table = _Table(graph, sheet, files)
    if not table.rejections:
        table.read()
    if table.rejections:
        ordered = sorted(table.rejections, key=lambda one: (one.line, one.place))
        return Imported(rejections=tuple(ordered))
    return Imported(frozenset(table.claims), frozenset(table.entities))


class _Table:
    """A table while it is read."""

    def __init__(self, graph: Graph, sheet: Sheet, files: Iterable[str]) -> None:
        self.rejections: list[Rejection] = []
        self.claims: set[Quad] = set()
        self.entities: set[Quad] = set()
        self._rows = sheet.rows
        self._width = len(sheet.header.cells)
        self._draft = Draft(graph, files)
        self._terms = Ontology(graph.engine)
        self._subjects = Subjects(self._draft.graph, self._terms)
        self._columns: list[Column] = []
        for place, heading in enumerate(sheet.header.cells):
            where = Column(place, heading, "")
            found = self._attempt(sheet.header, where, partial(self._column, where))
            self._columns += [found] if found else []
        if not self.rejections and not self._of("id"):
            error = InputError("no column says what the rows are about", hint="name one 'id'")
            self._reject(sheet.header, None, error)

    def read(self) -> None:
        """Read all rows: what they declare first, so that every row may name it."""
        given = self._of("class")
        groups: tuple[list[Row], list[Row]] = ([], [])
        for row in self._rows:
            groups[not self._is_filled(row, given)].append(row)
        subjects: dict[int, Subject] = {}
        for group in groups:
            for row in group:
                found = self._subject(row)
                subjects |= {row.line: found} if found else {}
            self._draft.add(self._subjects.declarations(told=True))
            self._subjects.graph = self._draft.graph
        seen: set[str] = set()
        for row in self._rows:
            subject = subjects.get(row.line)
            if subject and subject.iri not in seen:
                self._refuse_unnamed(row, subject)
                seen.add(subject.iri)
            if subject:
                self._row(row, subject)
        self.entities |= self._subjects.declarations(told=False)

    def _column(self, where: Column) -> Column | None:
        if not where.heading:
            if any(self._is_filled(row, where) for row in self._rows):
                raise InputError(
                    "the column has cells and no name", hint="name it in the first row"
                )
            return None
        found = column(self._terms, where.place, where.heading)
        if found.role in ("id", "class", "passage") and self._of(found.role):
            raise InputError(
                "a second column is named {heading!r}", hint="keep one", heading=where.heading
            )
        return found

    def _of(self, role: str) -> Column | None:
        return next((one for one in self._columns if one.role == role), None)

    def _reject(self, row: Row, where: Column | None, error: InputError) -> None:
        place, heading = (where.place, where.heading) if where else (-1, "")
        self.rejections.append(Rejection(row.line, place, heading, error))

    def _attempt(self, row: Row, where: Column | None, read: Callable[[], _Read]) -> _Read | None:
        """Return what can be read; note why not if it cannot."""
        try:
            return read()
        except InputError as error:
            self._reject(row, where, error)
            return None

    def _is_filled(self, row: Row, where: Column | None) -> bool:
        return bool(where and where.place < len(row.cells) and row.cells[where.place])

    def _text(self, row: Row, where: Column | None) -> str:
        return checked(row.cells[where.place]) if where and self._is_filled(row, where) else ""

    def _subject(self, row: Row) -> Subject | None:
        """Return what a row is about, and note the names that it gives."""
        if any(row.cells[self._width :]):
            error = InputError("there are more cells than columns", hint="name every column")
            self._reject(row, None, error)
        given, of = self._of("class"), self._of("id")
        kind = self._attempt(row, given, lambda: self._class(self._text(row, given)))
        if kind is None:
            return None
        found = self._attempt(row, of, lambda: self._named(self._text(row, of), kind))
        for where in self._columns if found else ():
            if found and where.role == "name" and where.language and self._is_filled(row, where):
                self._attempt(row, where, partial(self._name, row, where, found))
        return found

    def _class(self, name: str) -> str:
        return self._terms.class_of(name) if name else ""

    def _named(self, name: str, kind: str) -> Subject:
        if not name:
            raise InputError("nothing says what the row is about", hint="give a name or a slug")
        return self._subjects.read(name, kind)

    def _name(self, row: Row, where: Column, subject: Subject) -> None:
        text = self._text(row, where)
        self._subjects.name(subject, where.property.iri, text, where.language)

    def _refuse_unnamed(self, row: Row, subject: Subject) -> None:
        for language in self._subjects.unnamed(subject):
            error = InputError(
                "{iri} is new and has no label@{language}",
                hint="give one in a column label@{language}",
                iri=compress(subject.iri),
                language=language,
            )
            self._reject(row, None, error)

    def _row(self, row: Row, subject: Subject) -> None:
        """Read the claims of a row, and what it says of an entity's place in a hierarchy."""
        of = self._of("passage")
        passage = self._attempt(row, of, lambda: self._passage(self._text(row, of)))
        currency = next((one for one in self._columns if one.property.iri == _CURRENCY), None)
        fill = self._text(row, currency) if currency else ""
        for where in self._columns:
            of_claim = where.role == "claim" or (where.role == "name" and not where.language)
            if of_claim and self._is_filled(row, where):
                read = partial(self._cell, row, where, subject, passage, fill)
                self._attempt(row, where, read)
        if subject.is_told and passage == "":
            self._reject(row, of, _unstated())
        elif subject.is_told and passage:
            kind = NamedNode(subject.kind)
            self.claims.add(
                Quad(NamedNode(subject.iri), NamedNode(RDF_TYPE), kind, NamedNode(passage))
            )

    def _passage(self, name: str) -> str:
        try:
            return self._subjects.graph.entity(name, "Passage") if name else ""
        except UnknownName as error:
            hint = Message("{hint}; 'ictgraph passage add' adds one", hint=error.hint)
            raise UnknownName(error.what, hint=hint) from None

    def _cell(
        self, row: Row, where: Column, subject: Subject, passage: str | None, currency: str
    ) -> None:
        of = where.property
        if of.domain and of.domain not in subject.classes:
            domain, own = self._terms.label(ICT + of.domain), self._terms.label(subject.kind)
            raise InputError(
                "{heading!r} is of a {domain}, and this is a {own}",
                hint="use the column that fits, or leave this empty",
                heading=where.heading,
                domain=domain,
                own=own,
            )
        graph = self._subjects.graph
        found = values(
            graph, of, self._text(row, where), language=where.language, currency=currency
        )
        parts = NamedNode(subject.iri), NamedNode(of.iri)
        if where.role == "name" or subject.is_curated:
            quads = [Quad(*parts, value) for value in found]
            if not subject.is_new and not all(_holds(graph, quad) for quad in quads):
                raise InputError(
                    "this is part of what {iri} is, which is declared already",
                    hint="leave this empty, or change the declaration",
                    iri=compress(subject.iri),
                )
            self.entities.update(quads if subject.is_new else ())
        elif passage == "":
            raise _unstated()
        elif passage:
            self.claims.update(Quad(*parts, value, NamedNode(passage)) for value in found)


def _unstated() -> InputError:
    return InputError("no passage states this", hint="name it in the column 'passage'")


def _holds(graph: Graph, quad: Quad) -> bool:
    answer = graph.engine.query(f"ASK {{ {quad.subject} {quad.predicate} {quad.object} }}")
    return isinstance(answer, Truth) and answer.value
