"""What readers of a language see of an answer: rows gathered, texts in one language or in both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import Literal

from ictgraph.results import Table, Term, in_order
from ictgraph.terms import Lang

__all__ = ["Gathered", "Stated", "gathered", "language", "shown", "spoken", "stated"]

_Row = tuple[Term | None, ...]
_TEXT = Literal("text", language="zxx")
"""Stands for any text of a language in the key of rows that belong together."""


class Gathered(NamedTuple):
    """Rows of an answer that a reader sees as one.

    :ivar cells: the distinct values of each column, in natural order.
    :ivar rows: the rows as the engine gave them.
    """

    cells: tuple[tuple[Term, ...], ...]
    rows: tuple[_Row, ...]


class Stated(NamedTuple):
    """A value of an answer with the passages that state it, in natural order."""

    term: Term
    passages: tuple[Term, ...]


def language(term: object) -> str:
    """Return the language of a text without region or script, "" for everything else.

    >>> language(Literal("细胞", language="zh-hans"))
    'zh'
    """
    tag = term.language if isinstance(term, Literal) else None
    return tag.partition("-")[0] if tag else ""


def spoken(terms: Iterable[Term], lang: Lang) -> list[tuple[Term, ...]]:
    """Return the values that readers of a language need, one tuple for each language shown.

    Of texts in several languages those in the wanted one are left, all if there is none; with
    ``both`` Chinese comes first.

    >>> texts = Literal("cell", language="en"), Literal("细胞", language="zh")
    >>> [[one.value for one in some] for some in spoken(texts, "zh")]
    [['细胞']]
    >>> [[one.value for one in some] for some in spoken(texts, "both")]
    [['细胞'], ['cell']]
    """
    by: dict[str, list[Term]] = {}
    for one in terms:
        by.setdefault(language(one), []).append(one)
    if lang != "both" and lang in by:
        return [(*by.get("", ()), *by[lang])]
    order = sorted(by, key=lambda one: (one != "", one != "zh", one != "en", one))
    return [tuple(by[one]) for one in order]


def gathered(table: Table) -> list[Gathered]:
    """Return the rows as readers see them, in order of first appearance.

    As in :meth:`ictgraph.results.Table.folded`, evidence and folded columns are gathered; so are
    the rows of a labelled answer that differ in nothing but texts in several languages.
    """
    if table.labels is None:
        return [_one([row], set()) for row in table.rows]
    where = {i for i, n in enumerate(table.columns) if n in table.evidence or n in table.folds}
    texts = {
        i
        for i in set(range(len(table.columns))) - where
        if any(language(row[i]) for row in table.rows)
    }
    tongues: dict[_Row, dict[int, set[str]]] = {}
    for row in table.rows if texts else ():
        seen = tongues.setdefault(_key(row, where, texts), {i: set() for i in texts})
        for i in texts:
            seen[i].add(language(row[i]))
    several = {key: {i for i in texts if len(seen[i]) > 1} for key, seen in tongues.items()}
    groups: dict[object, tuple[list[_Row], set[int]]] = {}
    for number, row in enumerate(table.rows):
        parted = several[_key(row, where, texts)] if texts else set[int]()
        alone = not where and not parted  # what the engine gave twice stays so
        key = number if alone else _key(row, where, parted)
        groups.setdefault(key, ([], where | parted))[0].append(row)
    return [_one(rows, many) for rows, many in groups.values()]


def shown(table: Table) -> tuple[str, ...]:
    """Return the columns that readers see: all but those that hold the passages of others."""
    hidden = {source for source, columns in table.evidence.items() if columns}
    return tuple(name for name in table.columns if name not in hidden)


def stated(table: Table) -> list[dict[str, tuple[Stated, ...]]]:
    """Return the rows as readers see them by column, each value with its passages.

    >>> passage = Literal("§1")
    >>> table = Table(("n", "p"), ((Literal(1), passage),), {}, evidence={"p": ("n",)})
    >>> [one.passages == (passage,) for row in stated(table) for one in row["n"]]
    [True]
    """
    index = {name: i for i, name in enumerate(table.columns)}
    sources: dict[str, list[int]] = {}
    for source, columns in table.evidence.items():
        for name in columns:
            sources.setdefault(name, []).append(index[source])

    def value(one: Term, i: int, row: Gathered, where: list[int]) -> Stated:
        if not where:
            return Stated(one, ())
        only = len(row.cells[i]) == 1
        stating = [raw for raw in row.rows if (raw[i] is not None if only else raw[i] == one)]
        cited = {raw[column] for raw in stating for column in where}
        found = (passage for column in where for passage in row.cells[column] if passage in cited)
        return Stated(one, tuple(dict.fromkeys(found)))

    places = [(name, index[name], sources.get(name, [])) for name in shown(table)]
    return [
        {
            name: tuple(value(one, i, row, where) for one in row.cells[i])
            for name, i, where in places
        }
        for row in gathered(table)
    ]


def _key(row: _Row, left_out: set[int], texts: set[int]) -> _Row:
    if not texts:
        return tuple(None if i in left_out else cell for i, cell in enumerate(row))
    return tuple(
        None if i in left_out else _TEXT if i in texts and language(cell) else cell
        for i, cell in enumerate(row)
    )


def _one(rows: list[_Row], many: set[int]) -> Gathered:
    first = rows[0]
    cells = (
        _distinct(row[i] for row in rows) if i in many else () if cell is None else (cell,)
        for i, cell in enumerate(first)
    )
    return Gathered(tuple(cells), tuple(rows))


def _distinct(cells: Iterable[Term | None]) -> tuple[Term, ...]:
    return in_order({cell for cell in cells if cell is not None})
