"""Views: how the answer of a template is drawn, as one line of its header says it.

The line names a kind of picture and the columns it shows, ``bar therapies by target colour
furthest``. :mod:`ictgraph.pictures.charts` draws it; the grammar is in ``docs/queries.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ictgraph.errors import InputError
from ictgraph.messages import Message, series
from ictgraph.vocab import compress, expand

__all__ = ["GRAMMAR", "View", "parse"]

GRAMMAR: Mapping[str, str] = {
    "bar": "VALUE [as COLUMN] [by COLUMN…] [colour COLUMN] [per COLUMN]",
    "matrix": "ROW x COLUMN [cell COLUMN] [colour COLUMN] [mark COLUMN [ENTITY…]]",
    "network": "[COLUMN -> COLUMN…]",
    "timeline": "DATE [by COLUMN…] [colour COLUMN]",
}
"""What may follow each kind of picture."""


class View(NamedTuple):
    """How an answer is drawn.

    :ivar kind: ``bar``, ``matrix``, ``network`` or ``timeline``.
    :ivar columns: the column of values, the columns of rows and columns, those of a network from
        left to right, or the column of dates.
    :ivar by: the columns whose values name a bar or an entry of the timeline.
    :ivar cell: the column whose values stand in the cells of a matrix, "" to count its rows.
    :ivar colour: the column that gives colours, "" for none.
    :ivar mark: the column whose values hatch cells of a matrix, "" for none.
    :ivar marks: IRIs of the values that do; all of them if none is named.
    :ivar per: the column whose values have an axis each, "" for one axis.
    :ivar shown: the column that has a value as printed, "" to write numbers.

    >>> print(parse("bar therapies by target colour furthest", ("target", "therapies", "furthest")))
    bar therapies by target colour furthest
    """

    kind: str
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    cell: str = ""
    colour: str = ""
    mark: str = ""
    marks: tuple[str, ...] = ()
    per: str = ""
    shown: str = ""

    @property
    def is_chart(self) -> bool:
        """Whether a table can be drawn by it; networks have a command of their own."""
        return self.kind != "network"

    def __str__(self) -> str:
        """Return the line that says this."""
        clauses = {
            "as": (self.shown,),
            "by": self.by,
            "cell": (self.cell,),
            "colour": (self.colour,),
            "mark": (self.mark, *map(compress, self.marks)),
            "per": (self.per,),
        }
        between = {"matrix": " x ", "network": " -> "}.get(self.kind, " ")
        words = [self.kind, between.join(_escaped(self.kind, self.columns))]
        for name, found in clauses.items():
            if any(found):
                words += [name, *_escaped(self.kind, found)]
        return " ".join(filter(None, words))


def parse(text: str, columns: Collection[str]) -> View:
    """Return the view that a line says, for an answer with the given columns.

    A column may be written ``?name``, which tells it from the words of the grammar.

    :raises InputError: if the line does not parse or names another column.

    >>> parse("matrix therapy x authority cell stage", ("therapy", "authority", "stage")).cell
    'stage'
    """
    kind, *words = text.split() or [""]
    if kind not in GRAMMAR:
        known = series(GRAMMAR)
        raise InputError(
            "unknown view {kind!r}", hint="the kinds are {known}", kind=kind, known=known
        )
    clauses = _read(kind, words)
    drawn = _drawn(kind, clauses.pop("")) if clauses else None
    single = [names for name, names in clauses.items() if name not in ("by", "mark")]
    if drawn is None or not all(clauses.values()) or any(len(names) > 1 for names in single):
        hint = Message("write it as: {kind} {grammar}", kind=kind, grammar=GRAMMAR[kind])
        raise InputError("{text!r} is no view", hint=hint, text=text)
    mark, *marks = clauses.pop("mark", [""])
    _refuse_strange(
        [*drawn, *(name for names in clauses.values() for name in names), mark], columns
    )
    one = {name: names[0] for name, names in clauses.items()}
    return View(
        kind,
        drawn,
        by=tuple(clauses.get("by", ())),
        cell=one.get("cell", ""),
        colour=one.get("colour", ""),
        mark=mark,
        marks=tuple(map(expand, marks)),
        per=one.get("per", ""),
        shown=one.get("as", ""),
    )


def _refuse_strange(names: Iterable[str], columns: Collection[str]) -> None:
    for name in names:
        if name and name not in columns:
            raise InputError(
                "the view names {name!r}, which is no column",
                hint="the columns are {columns}",
                name=name,
                columns=series(columns) or Message("none"),
            )


def _read(kind: str, words: Sequence[str]) -> dict[str, list[str]]:
    """Return the names by the word before them, nothing if such a word stands twice."""
    clauses: dict[str, list[str]] = {"": []}
    found = clauses[""]
    for word in words:
        if word not in _clauses(kind):
            found.append(word.removeprefix("?"))
        elif word in clauses:
            return {}
        else:
            found = clauses[word] = []
    return clauses


def _drawn(kind: str, words: Sequence[str]) -> tuple[str, ...] | None:
    """Return the columns before the first clause, ``None`` if they do not fit the kind."""
    between = {"matrix": "x", "network": "->"}.get(kind, "")
    names = tuple(words[::2]) if between else tuple(words)
    counts = {"matrix": (2,), "network": (0, *range(2, 10))}.get(kind, (1,))
    fits = len(names) in counts and (len(words) % 2 or not words)
    return names if fits and (not between or set(words[1::2]) <= {between}) else None


def _clauses(kind: str) -> list[str]:
    """Return the words that open a clause."""
    return [part.split()[0] for part in GRAMMAR[kind].split("[")[1:] if part[0].islower()]


def _escaped(kind: str, names: Sequence[str]) -> list[str]:
    words = {*_clauses(kind), "x"}
    return [f"?{name}" if name in words else name for name in names]
