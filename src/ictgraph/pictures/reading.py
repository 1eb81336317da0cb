"""Reading an answer for a picture: names, numbers, facts and links of its rows.

Nothing here knows where things are drawn. All texts are clean and in English and Chinese where the
answer has both; what no source states is called so and is never a zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from ictgraph.pictures.layout import clean, web_link
from ictgraph.pictures.looks import UNSTATED, Look, Swatch, ramp, swatches
from ictgraph.pictures.names import Lang, Names, joined, read_names
from ictgraph.results import Table, Term
from ictgraph.spoken import Stated, language, spoken, stated
from ictgraph.terms import display, pick, to_python
from ictgraph.vocab import compress

__all__ = ["NOT_STATED", "Reading", "Row", "number", "written"]

NOT_STATED = UNSTATED.names

_BETWEEN: Mapping[Lang, str] = {"en": "; ", "zh": "；"}

Row = Mapping[str, Sequence[Stated]]
"""The values of a row by column."""


class Reading:
    """An answer as its picture reads it.

    :ivar rows: the rows as readers see them.
    :ivar lang: the language of facts; names come in both.
    """

    def __init__(self, table: Table, lang: Lang, known: Mapping[str, Look]) -> None:
        self.table = table
        self.lang = lang
        self._known = known
        self.rows: Sequence[Row] = stated(table)

    def part(self, table: Table) -> Reading:
        """Return the reading of a part of the same answer."""
        return Reading(table, self.lang, self._known)

    def heading(self, column: str) -> Names:
        """Return the title of a column."""
        return read_names(self.table.titles.get(column, {})) or Names(clean(column))

    def terms(self, row: Row, column: str) -> list[Term]:
        """Return the values of a cell, none if there is no such column or nothing is stated."""
        return [one.term for one in row.get(column, ())]

    def names(self, terms: Iterable[Term]) -> Names:
        """Return the names of some values as one text."""
        values = list(terms)
        plain = [self._name(one) for one in values if language(one) not in ("en", "zh")]
        en, zh = (
            sep.join(clean(display(one, lang, None)) for one in values if language(one) == lang)
            for lang, sep in _BETWEEN.items()
        )
        return joined((*plain, *([Names(en, zh)] if en or zh else [])), *_BETWEEN.values())

    def label(self, row: Row, columns: Iterable[str]) -> Names:
        """Return the name of a row by some of its columns."""
        found = [self.names(self.terms(row, column)) for column in columns]
        return joined(filter(None, found)) if any(found) else NOT_STATED

    def link(self, row: Row, columns: Iterable[str]) -> str:
        """Return the web address of the first entity in some columns that has one."""
        terms = (one for column in columns for one in self.terms(row, column))
        links = (web_link(one.value) for one in terms if isinstance(one, NamedNode))
        return next(filter(None, links), "")

    def facts(self, row: Row, leave_out: Iterable[str] = ()) -> str:
        """Return what a row states, a line for each column, with the passages that do."""
        lines = []
        for column, values in row.items():
            of = {one.term: one for one in values}
            if of and column not in leave_out:
                said = " / ".join(
                    "; ".join(self._fact(of[term]) for term in group)
                    for group in spoken(of, self.lang)
                )
                colon = ": " if self.lang == "en" else "："
                lines.append(pick(_both(self.heading(column)), self.lang, column) + colon + said)
        return "\n".join(lines)

    def shades(self, column: str) -> dict[str, Swatch]:
        """Return the colour of each value of a column, by its text."""
        values = list(dict.fromkeys(one for row in self.rows for one in self.terms(row, column)))
        numbers = [(one.value, number(one)) for one in values]
        if numbers and all(found is not None for _, found in numbers):
            return ramp([(text, found) for text, found in numbers if found is not None])
        return swatches({one.value: self.names([one]) for one in values}, self._known)

    def shade(self, row: Row, column: str, shades: Mapping[str, Swatch]) -> Swatch | None:
        """Return the colour of a row: that of its furthest value; nothing without a column."""
        if not column:
            return None
        found = [shades[one.value] for one in self.terms(row, column)]
        return min(found, key=lambda one: one.rank, default=UNSTATED)

    def _name(self, one: Term) -> Names:
        look = self._known.get(one.value) if isinstance(one, NamedNode) else None
        label = (self.table.labels or {}).get(one.value, {}) if isinstance(one, NamedNode) else {}
        return (look and look.names) or read_names(label) or Names(written(one))

    def _fact(self, one: Stated) -> str:
        text = clean(display(one.term, self.lang, self.table.labels))
        cited = []
        for passage in one.passages:
            curie = display(passage, self.lang, None)
            where = display(passage, self.lang, self.table.labels)
            cited.append(clean(where if where == curie else f"{where} {curie}"))
        return f"{text} [{'; '.join(cited)}]" if cited else text


def number(term: Term | None) -> float | None:
    """Return the number that a value is, if it is one that can be drawn: finite and not absurd.

    >>> number(Literal(3)), number(Literal("near 3"))
    (3.0, None)
    """
    value = to_python(term) if isinstance(term, Literal) else None
    year = isinstance(term, Literal) and term.datatype.value.endswith("#gYear")
    if isinstance(value, bool) or year or not isinstance(value, int | float | Decimal):
        return None
    found = float(value)
    return found if abs(found) < 1e100 else None  # false for what is not a number, too


def written(term: Term) -> str:
    """Return a value as text, numbers with a comma for thousands, entities as CURIEs.

    >>> written(Literal(271000000))
    '271,000,000'
    """
    text = clean(compress(term.value) if isinstance(term, NamedNode) else display(term, "en", None))
    if number(term) is None or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    whole, dot, fraction = text.partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole) + dot + fraction


def _both(names: Names) -> dict[str, str]:
    return {"en": names.en, "zh": names.zh}
