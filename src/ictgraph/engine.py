"""One small protocol for whatever runs SPARQL, and its embedded form.

``Engine`` is what templates need: one method that takes SPARQL 1.1 text and gives an
:data:`ictgraph.results.Answer`. :class:`LocalEngine` runs pyoxigraph in this process;
:mod:`ictgraph.remote` and :mod:`ictgraph.reference` hold the others.
"""

from __future__ import annotations

from typing import Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, Store, Triple

from ictgraph.errors import QuerySyntaxError, StoreError
from ictgraph.messages import reason
from ictgraph.results import Answer, Statements, Table, Term, Truth

__all__ = ["Engine", "LocalEngine", "rows", "statements"]


class Engine(Protocol):
    """Anything that answers SPARQL 1.1 queries."""

    def query(self, text: str) -> Answer:
        """Run a query and return its answer.

        :raises QuerySyntaxError: if the text does not parse, or asks for what SPARQL 1.1 lacks.
        """
        ...


class LocalEngine:
    """Embedded Oxigraph over a pyoxigraph store. Runs trusted text: no limits apply.

    >>> from pyoxigraph import Store
    >>> LocalEngine(Store()).query("SELECT (1 AS ?one) {}").rows[0][0].value
    '1'
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def query(self, text: str) -> Answer:
        """Run a query on the store; see :class:`Engine`."""
        try:
            found = self.store.query(text)
            if isinstance(found, QueryBoolean):
                return Truth(bool(found))
            if isinstance(found, QuerySolutions):
                columns = tuple(variable.value for variable in found.variables)
                return Table(columns, tuple(tuple(row) for row in found))
            return Statements(tuple(sorted(set(found), key=str)))
        except SyntaxError as error:
            raise QuerySyntaxError(
                "the query does not parse: {reason}",
                hint="compare with 'ictgraph queries show NAME'",
                reason=str(error).strip(),
            ) from None
        except (OSError, RuntimeError) as error:
            if "not supported" in str(error):
                raise QuerySyntaxError(
                    "the query cannot be run: {reason}",
                    hint="use functions of SPARQL 1.1 only",
                    reason=reason(error),
                ) from None
            raise StoreError(
                "the store failed: {reason}",
                hint="rebuild it with 'ictgraph build --force'",
                reason=reason(error),
            ) from None


def rows(engine: Engine, text: str) -> tuple[tuple[Term | None, ...], ...]:
    """Run a SELECT query and return its rows.

    :raises QuerySyntaxError: if it is no SELECT query.
    """
    answer = engine.query(text)
    if not isinstance(answer, Table):
        raise QuerySyntaxError("a SELECT query is needed here", hint="start it with SELECT")
    return answer.rows


def statements(engine: Engine, text: str) -> tuple[Triple, ...]:
    """Run a CONSTRUCT query and return its triples, distinct and sorted.

    :raises QuerySyntaxError: if it is no CONSTRUCT query.
    """
    answer = engine.query(text)
    if not isinstance(answer, Statements):
        raise QuerySyntaxError("a CONSTRUCT query is needed here", hint="start it with CONSTRUCT")
    return answer.triples
