"""The text of a cell of a table as RDF terms: what the range of its property makes of it.

What cannot be read is an error that says why. Nothing is guessed: an amount of which a source
gives only the order of magnitude has no number, and a date is as precise as it is written.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from unicodedata import normalize

from pyoxigraph import Literal, NamedNode

from ictgraph.curation.ontology import Property
from ictgraph.errors import InputError
from ictgraph.terms import parse
from ictgraph.vocab import ICT, ID, XSD

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["amount", "checked", "dated", "entity", "number", "tidy_text", "values"]

_LONGEST = 10_000
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))}
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", re.ASCII)
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:[ ,]\d{3})+)(\.\d+)?", re.ASCII)
_UNITS = {"万": 10_000, "亿": 100_000_000}
_AMOUNTS = {ICT + "amount", ICT + "price"}
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.\s])")


def checked(text: str) -> str:
    """Return the text of a cell, if it is text that can be read.

    :raises InputError: if it is a formula, is too long, or holds what cannot be seen.
    """
    if _FORMULA.match(text):
        raise InputError("{text!r} is a formula", hint="put its value there", text=text[:40])
    if len(text) > _LONGEST:
        raise InputError(
            "{count:,} characters are too many",
            hint="use up to {most:,}",
            count=len(text),
            most=_LONGEST,
        )
    hidden = _HIDDEN.search(text)
    if hidden:
        raise InputError(
            "it holds a character that cannot be seen, U+{character:04X}",
            hint="remove it",
            character=ord(hidden[0]),
        )
    return text


def values(
    graph: Graph, of: Property, text: str, *, language: str = "", currency: str = ""
) -> list[NamedNode | Literal]:
    """Return the terms that a cell stands for; several are separated by ``;`` or ``；``.

    A text is one value, whatever it holds.

    :param graph: looks entities up by name in either language, synonym, CURIE or IRI.
    :param language: language of a text.
    :param currency: the currency of the row, without which 万 and 亿 are not read.
    :raises InputError: if a value is not what the property asks for; see :mod:`ictgraph.errors`.
    """
    if of.kind == "text":
        return [Literal(tidy_text(text), language=language)]
    if of.kind == "string":
        return [Literal(tidy_text(text))]
    parts = [part.strip() for part in re.split("[;；]", text)]
    return [_value(graph, of, part, currency) for part in parts if part]


def _value(graph: Graph, of: Property, text: str, currency: str) -> NamedNode | Literal:
    if of.kind == "entity":
        return NamedNode(entity(graph, text, of.range))
    if of.kind == "date":
        return dated(text)
    if of.iri in _AMOUNTS:
        return amount(text, currency)
    if of.kind in ("integer", "decimal"):
        return number(text, of.kind)
    return parse(text, XSD + of.kind)


def entity(graph: Graph, text: str, kind: str = "") -> str:
    """Return the IRI of the entity that a name, CURIE, IRI or slug stands for.

    :param kind: local name of the class it must have, "" for any entity.
    :raises InputError: like :meth:`ictgraph.graph.Graph.entity`.
    """
    by_slug = not graph.names.lookup(text) and graph.names.classes(ID + text) is not None
    return graph.entity(ID + text if by_slug else text, kind or "Entity")


def tidy_text(text: str) -> str:
    """Return a text on one line, letters and digits in half width.

    >>> tidy_text("ＣＡＲ-Ｔ\\n 细胞")
    'CAR-T 细胞'
    """
    return " ".join(text.translate(_WIDE).split())


def dated(text: str) -> Literal:
    """Return a date as precise as it is written.

    >>> [dated(one).value for one in ("2024", "2024年2月", "2024-2", "２０２４/02/16")]
    ['2024', '2024-02', '2024-02', '2024-02-16']

    :raises InputError: if it is no year, month or day that exists.
    """
    found = _DATE.fullmatch("".join(normalize("NFKC", text).split()))
    year, month, day = (int(part) if part else 0 for part in found.groups()) if found else (0, 0, 0)
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise InputError(
            "{text!r} is no date", hint="write it like 2024, 2024-02 or 2024-02-16", text=text[:40]
        ) from None
    shown = f"{year:04}-{month:02}-{day:02}"
    length, kind = (10, "date") if day else (7, "gYearMonth") if month else (4, "gYear")
    return Literal(shown[:length], datatype=NamedNode(XSD + kind))


def number(text: str, kind: str) -> Literal:
    """Return a number; full-width digits and thousands set apart are read.

    :param kind: ``integer`` or ``decimal``.
    :raises InputError: if it is none.

    >>> number("1 040", "integer").value, number("３．５", "decimal").value
    ('1040', '3.5')
    """
    found = _NUMBER.fullmatch(normalize("NFKC", text).strip())
    whole = re.sub("[ ,]", "", found[2]) if found else text
    plain = f"{found[1]}{whole}{found[3] or ''}" if found else text
    return parse(plain, XSD + kind)


def amount(text: str, currency: str) -> Literal:
    """Return an amount in units of its currency; 万 and 亿 are read if the currency is given.

    :raises InputError: if it is no number.

    >>> amount("2.71亿", "CNY").value
    '271000000'
    """
    plain = normalize("NFKC", text).strip()
    unit = _UNITS.get(plain[-1:], 1)
    try:
        count = Decimal(number(plain if unit == 1 else plain[:-1], "decimal").value)
    except InputError:
        raise InputError(
            "{text!r} is no exact amount",
            hint=(
                "write digits, with 万 or 亿; of a vague one only ict:amountPrinted and"
                " ict:amountPrecision are known"
            ),
            text=text[:40],
        ) from None
    if unit > 1 and not currency:
        raise InputError(
            "{text!r} has no currency", hint="give it in the column of ict:currency", text=text[:40]
        )
    return number(f"{count * unit:f}", "decimal")
