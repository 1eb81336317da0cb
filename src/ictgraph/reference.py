"""rdflib as the reference engine, and as a way out to its tools.

Slower than the embedded engine by one or two orders of magnitude; kept to check that templates
mean the same everywhere. The only module that imports rdflib.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ictgraph.errors import QuerySyntaxError, StoreError
from ictgraph.messages import reason
from ictgraph.results import Answer, Statements, Table, Term, Truth

__all__ = ["RdflibEngine", "read_dataset"]


def read_dataset(path: str) -> rdflib.Dataset:
    """Read an N-Quads file into an rdflib dataset whose default graph is the file's own.

    :raises StoreError: if the file cannot be read.
    """
    dataset = rdflib.Dataset(default_union=False)
    try:
        with _quiet():
            dataset.parse(path, format="nquads")
    except (OSError, ValueError, rdflib.exceptions.ParserError) as error:
        raise StoreError(
            "{path} cannot be read: {reason}",
            hint="rebuild it with 'ictgraph build --force'",
            path=path,
            reason=reason(error),
        ) from None
    return dataset


class RdflibEngine:
    """An :class:`ictgraph.engine.Engine` over an rdflib dataset. Runs trusted text only.

    >>> RdflibEngine(rdflib.Dataset()).query("ASK {}").value
    True
    """

    def __init__(self, dataset: rdflib.Dataset) -> None:
        self.dataset = dataset

    def query(self, text: str) -> Answer:
        """Run a query on the dataset; see :class:`ictgraph.engine.Engine`."""
        from pyparsing.exceptions import ParseBaseException
        from rdflib.plugins.sparql.sparql import SPARQLError

        try:
            with _quiet():
                return _answer(self.dataset.query(text))
        except ParseBaseException as error:
            raise _syntax(error) from None
        except Exception as error:  # rdflib has no class of its own for these
            if type(error) is not Exception and not isinstance(error, SPARQLError):
                raise
            raise _syntax(error) from None


def _syntax(error: Exception) -> QuerySyntaxError:
    return QuerySyntaxError(
        "the query does not parse: {reason}", hint="compare with a template", reason=reason(error)
    )


def _answer(found: rdflib.query.Result) -> Answer:
    if found.type == "ASK":
        return Truth(bool(found.askAnswer))
    if found.type == "SELECT":
        variables = found.vars or []
        rows = (tuple(_term(row.get(v)) for v in variables) for row in found.bindings)
        return Table(tuple(map(str, variables)), tuple(rows))
    triples = {Triple(*map(_term, triple)) for triple in found.graph or ()}  # type: ignore[arg-type]
    return Statements(tuple(sorted(triples, key=str)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib's warnings about its own internals from the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _term(term: object) -> Term | None:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return (
            Literal(str(term), datatype=NamedNode(str(term.datatype)))
            if term.datatype
            else Literal(str(term))
        )
    return None
