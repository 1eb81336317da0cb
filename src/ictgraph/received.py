"""What endpoints send, read strictly: answers as JSON, N-Triples or Turtle, and anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from ictgraph.messages import Message
from ictgraph.results import Answer, Statements, Table, Term, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GRAPHS", "RESULTS", "excerpt", "printable", "read"]

RESULTS = ("application/sparql-results+json", "application/json")
GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
}
_MOST_QUOTED = 10_000


def read(form: str, kind: str, written: str) -> Answer:
    """Return the answer to a query of a form, written as JSON, N-Triples or Turtle.

    :param kind: the content type.
    :raises ValueError: if it is anything else, as are KeyError, TypeError and AttributeError.
    """
    if form in ("CONSTRUCT", "DESCRIBE"):
        return Statements(tuple(sorted(_triples(kind, written), key=str)))
    if kind not in RESULTS:
        raise ValueError(Message("{kind} instead of JSON", kind=kind))
    found = json.loads(written)
    if form == "ASK":
        if not isinstance(found["boolean"], bool):
            raise ValueError(Message("neither true nor false"))
        return Truth(found["boolean"])
    columns = tuple(found["head"]["vars"])
    if not all(isinstance(name, str) for name in columns):
        raise ValueError(Message("a column without a name"))
    return Table(columns, tuple(_rows(columns, found["results"]["bindings"])))


def _triples(kind: str, written: str) -> set[Triple]:
    from pyoxigraph import parse

    if kind not in GRAPHS:
        raise ValueError(Message("{kind} instead of RDF", kind=kind))
    if written.count("<<") > _MOST_QUOTED:  # the parser cannot nest them without end
        raise ValueError(Message("more than {most} quoted triples", most=_MOST_QUOTED))
    try:
        return {quad.triple for quad in parse(written, format=GRAPHS[kind])}
    except SyntaxError as error:
        raise ValueError(str(error)) from None


def _rows(columns: tuple[str, ...], bindings: Any) -> Iterator[tuple[Term | None, ...]]:
    """Yield the rows of SPARQL JSON results; blank nodes get new names."""
    names: dict[str, BlankNode] = {}
    known = set(columns)
    for binding in bindings:
        if not binding.keys() <= known:
            raise ValueError(
                Message(
                    "a value for {name}, which is no column",
                    name=printable(min(binding.keys() - known)),
                )
            )
        yield tuple(_term(binding[name], names) if name in binding else None for name in columns)


def _term(cell: Any, names: dict[str, BlankNode]) -> Term:
    kind, value = cell["type"], cell["value"]
    if not isinstance(value, str):
        raise ValueError(Message("a {kind} that is no text", kind=printable(str(kind))))
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return names.setdefault(value, BlankNode(f"b{len(names)}"))
    if kind not in ("literal", "typed-literal"):
        raise ValueError(Message("a term of type {kind}", kind=printable(str(kind))))
    if "xml:lang" in cell:
        return Literal(value, language=cell["xml:lang"])
    return Literal(value, datatype=NamedNode(cell["datatype"]) if "datatype" in cell else None)


def excerpt(body: bytes | bytearray) -> str:
    """Return the first characters of an answer, fit for a terminal."""
    return printable(bytes(body[:400]).decode(errors="replace"))[:160] or "(nothing)"


def printable(text: str) -> str:
    """Return a text fit for a terminal, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
