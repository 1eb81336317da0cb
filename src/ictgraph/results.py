"""Answers: a table, a set of statements or a truth value, as plain frozen data.

Terms are pyoxigraph's ``NamedNode``, ``BlankNode`` and ``Literal`` whatever the
engine. A table from a template also carries labels, column titles and its *evidence
columns*: columns that hold the passages (``src:`` IRIs) which state other cells of the row.
Readers see one row with all its passages; machines (SRJ, SRX) see the rows as the engine
gave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Answer",
    "Cell",
    "Label",
    "Statements",
    "Table",
    "Term",
    "Truth",
    "cut",
    "in_order",
    "natural",
    "ordered",
]

Term = NamedNode | BlankNode | Literal
Cell = Term | tuple[Term, ...] | None
Label = Mapping[str, str]
"""The labels of one entity by language: ``{"en": "Melanoma", "zh": "黑色素瘤"}``."""


@dataclass(frozen=True, slots=True)
class Table:
    """The answer of a SELECT query.

    :ivar columns: variable names in order, without ``?``.
    :ivar rows: one tuple per solution, ``None`` where a variable is unbound.
    :ivar labels: labels by IRI; ``None`` for raw SPARQL, which is shown unlabelled.
    :ivar titles: column titles by name, ``{"en": …, "zh": …}``.
    :ivar evidence: columns that hold passages, each with the columns whose cells they state.
    :ivar folds: other columns whose values readers see gathered in one cell.
    :ivar entities: columns that hold entities; ``None`` if only the values tell.
    :ivar truncated: true if a row limit cut the answer.

    >>> table = Table(("n",), ((Literal(1),), (None,)))
    >>> [row["n"] for row in table.records()]
    [1, None]
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    labels: Mapping[str, Label] | None = None
    titles: Mapping[str, Label] = field(default_factory=dict)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folds: tuple[str, ...] = ()
    entities: tuple[str, ...] | None = None
    truncated: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def folded(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows with evidence and fold columns gathered into tuples.

        Rows that agree in every other column become one, in order of first
        appearance; each gathered cell is the tuple of its distinct values in natural order.

        >>> table = Table(("s",), ((Literal("s10"),), (Literal("s2"),)), folds=("s",))
        >>> [[one.value for one in cell] for (cell,) in table.folded()]
        [['s2', 's10']]
        """
        if not self.evidence and not self.folds:
            return self.rows
        where = {i for i, n in enumerate(self.columns) if n in self.evidence or n in self.folds}
        groups: dict[tuple[Term | None, ...], list[set[Term]]] = {}
        for row in self.rows:
            key = tuple(None if i in where else cell for i, cell in enumerate(row))
            cells = groups.setdefault(key, [set() for _ in row])
            for i in where:
                value = row[i]
                if value is not None:
                    cells[i].add(value)
        return tuple(
            tuple(in_order(cells[i]) if i in where else value for i, value in enumerate(key))
            for key, cells in groups.items()
        )

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each row as Python values by column name (see :func:`ictgraph.terms.to_python`)."""
        from ictgraph.terms import to_python

        for row in self.folded():
            yield {
                name: (
                    [to_python(one) for one in cell]
                    if isinstance(cell, tuple)
                    else None
                    if cell is None
                    else to_python(cell)
                )
                for name, cell in zip(self.columns, row, strict=True)
            }

    def to_pandas(self, lang: str = "") -> pandas.DataFrame:
        """Return a pandas data frame; with ``lang`` entities show as labels in that language.

        :raises InputError: if pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            from ictgraph.errors import InputError

            raise InputError(
                "pandas is not installed", hint="pip install 'ictgraph[pandas]'"
            ) from None
        labels = self.labels or {}

        def shown(value: Any) -> Any:
            if isinstance(value, list):
                return [shown(one) for one in value]
            return labels.get(value, {}).get(lang, value) if isinstance(value, str) else value

        rows = [{k: shown(v) if lang else v for k, v in r.items()} for r in self.records()]
        return pandas.DataFrame(rows, columns=list(self.columns))


@dataclass(frozen=True, slots=True)
class Statements:
    """The answer of a CONSTRUCT or DESCRIBE query: distinct triples, sorted.

    :ivar triples: pyoxigraph triples.
    :ivar labels: labels by IRI, or ``None``.
    :ivar truncated: true if a limit cut the answer.
    """

    triples: tuple[Triple, ...]
    labels: Mapping[str, Label] | None = None
    truncated: bool = False

    def __len__(self) -> int:
        return len(self.triples)


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer of an ASK query."""

    value: bool

    def __bool__(self) -> bool:
        return self.value


Answer = Table | Statements | Truth


def natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key under which numbers count as numbers.

    >>> sorted(["s10", "s2", "s²"], key=natural)
    ['s2', 's10', 's²']
    """
    parts = re.split("([0-9]+)", text)
    parts[1::2] = [digits.lstrip("0") for digits in parts[1::2]]
    return [(i % 2 and len(part), part) for i, part in enumerate(parts)]


def in_order(terms: set[Term]) -> tuple[Term, ...]:
    """Return terms in natural order of their text, so that s2 comes before s10."""
    if len(terms) < 2:
        return tuple(terms)
    return tuple(sorted(terms, key=lambda term: (natural(term.value), str(term))))


def ordered(answer: Answer, order: Sequence[str]) -> Answer:
    """Return a table with these columns first, in this order."""
    if not order or not isinstance(answer, Table):
        return answer
    places = [answer.columns.index(name) for name in order if name in answer.columns]
    places += [i for i in range(len(answer.columns)) if i not in places]
    return replace(
        answer,
        columns=tuple(answer.columns[i] for i in places),
        rows=tuple(tuple(row[i] for i in places) for row in answer.rows),
    )


def cut(answer: Answer, most: int) -> Answer:
    """Return an answer of at most so many rows, marked if it has more."""
    if isinstance(answer, Table) and len(answer) > most:
        return replace(answer, rows=answer.rows[:most], truncated=True)
    if isinstance(answer, Statements) and len(answer) > most:
        return replace(answer, triples=answer.triples[:most], truncated=True)
    return answer
