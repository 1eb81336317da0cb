"""RDF terms and the outside world: Python values, typed text, IRIs, what a reader sees.

Nothing here builds SPARQL: typed text becomes a term, and a library writes the term.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal as Choice

from pyoxigraph import Literal, NamedNode

from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message, series
from ictgraph.vocab import XSD, compress

__all__ = ["Lang", "display", "iri", "is_iri", "number", "parse", "pick", "text_of", "to_python"]

Lang = Choice["zh", "en", "both"]
"""What a reader wants to see: one language, or Chinese and English side by side."""

_SCHEMES = ("http", "https", "urn", "tag", "info", "did", "mailto")
_BIDI = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_NOT_TEXT = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"

_DAY = r"\d{4}-\d\d-\d\d"
_YEAR = r"-?([1-9]\d{4,}|\d{4})"
_INTEGERS = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger "
    "negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte"
).split()
_FORMS = {
    "boolean": "true|false|1|0",
    "date": _DAY,
    "dateTime": _DAY + r"T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "double": r"[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|INF)|NaN",
    "gYear": _YEAR,
    "gYearMonth": _YEAR + "-(0[1-9]|1[0-2])",
    "integer": r"[+-]?\d+",
}
_PYTHON = {
    "boolean": "boolean",
    "date": "date",
    "dateTime": "dateTime",
    "decimal": "decimal",
    "double": "double",
    "float": "double",
    "gYear": "gYear",
    **dict.fromkeys(_INTEGERS, "integer"),
}
_EXPECTED = {
    "anyURI": (Message("an absolute IRI"), "https://example.org/a"),
    "boolean": (Message("true or false"), "true"),
    "date": (Message("a date"), "2024-02-16"),
    "decimal": (Message("a decimal number"), "2.5"),
    "gYear": (Message("a year"), "2024"),
    "gYearMonth": (Message("a month"), "2024-02"),
    "integer": (Message("a whole number"), "12"),
    "string": (Message("text"), "CAR-T"),
}


def text_of(term: object) -> str:
    """Return the IRI or the text of a term; "" for nothing and for the default graph.

    >>> text_of(NamedNode("urn:a")), text_of(Literal("CAR-T", language="en")), text_of(None)
    ('urn:a', 'CAR-T', '')
    """
    return str(getattr(term, "value", ""))


def number(value: float) -> Literal:
    """Return a whole number as an integer, another as a decimal.

    >>> number(1040).datatype.value[-7:], number(2.50).value
    ('integer', '2.5')
    """
    if isinstance(value, int):
        return Literal(str(value), datatype=NamedNode(XSD + "integer"))
    return Literal(f"{value:g}", datatype=NamedNode(XSD + "decimal"))


def to_python(term: object) -> object:
    """Return the Python value of a term.

    IRIs and blank nodes become ``str``; integers ``int`` (``xsd:gYear`` too), decimals
    ``Decimal``, doubles and floats ``float``, booleans ``bool``, dates ``date`` and times
    ``datetime``. All else is the text as printed: strings, ``xsd:gYearMonth``, dates with a
    time zone, and values that are malformed or that the Python type cannot hold.

    >>> to_python(Literal("2024", datatype=NamedNode(XSD + "gYear")))
    2024
    >>> to_python(Literal("2024-02", datatype=NamedNode(XSD + "gYearMonth")))
    '2024-02'
    """
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return str(term)
    text, datatype = term.value, term.datatype.value
    form = _PYTHON.get(datatype[len(XSD) :]) if datatype.startswith(XSD) else None
    if form is None:
        return text
    try:
        return _converted(text, form)
    except (ValueError, ArithmeticError):
        return text


def _converted(text: str, form: str) -> object:
    if not re.fullmatch(_FORMS[form], text, re.ASCII):
        raise ValueError(text)
    if form in ("integer", "gYear"):
        return int(text)
    if form == "boolean":
        return text in ("true", "1")
    if form == "double":
        return float(text)
    if form == "decimal":
        from decimal import Decimal

        return Decimal(text)
    if form == "gYearMonth":
        return text
    from datetime import date, datetime

    return date.fromisoformat(text) if form == "date" else datetime.fromisoformat(text)


def parse(text: str, datatype_iri: str) -> Literal:
    """Return the literal that typed text stands for.

    Surrounding spaces go; full-width digits and signs (２０２４) count as plain ones, except
    in strings. Numbers lose leading zeros and plus signs, booleans become true or false.

    :raises InputError: if the text is not of the datatype; the hint shows an example.
    :raises UnknownName: if the datatype is not one that a parameter can have.

    >>> print(parse("２０２４", XSD + "gYear"))
    "2024"^^<http://www.w3.org/2001/XMLSchema#gYear>
    """
    name = datatype_iri.removeprefix(XSD) if datatype_iri.startswith(XSD) else ""
    if name not in _EXPECTED:
        raise UnknownName(
            "no parameter type {name!r}",
            hint="the types are {known}",
            name=compress(datatype_iri),
            known=series(f"xsd:{known}" for known in _EXPECTED),
        )
    if name == "anyURI":
        return Literal(iri(text.strip()).value, datatype=NamedNode(datatype_iri))
    try:
        return Literal(_canonical(text, name), datatype=NamedNode(datatype_iri))
    except (ValueError, ArithmeticError):
        what, example = _EXPECTED[name]
        raise InputError(
            "{text!r} is not {what}",
            hint="write it like {example}",
            text=text[:80],
            what=what,
            example=example,
        ) from None


def _canonical(text: str, name: str) -> str:
    if name == "string":
        if re.search(_NOT_TEXT, text):
            raise ValueError(text)
        return text
    plain = text.strip()
    if not plain.isascii():
        from unicodedata import normalize

        plain = normalize("NFKC", plain).strip()
    if name == "boolean":
        return str(_converted(plain.lower(), name)).lower()
    _converted(plain, name)
    if name in ("integer", "decimal"):
        whole, _, fraction = plain.lstrip("+-").partition(".")
        whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
        number = f"{whole}.{fraction}" if fraction else whole
        return f"-{number}" if plain.startswith("-") and number != "0" else number
    return plain


def is_iri(text: str) -> bool:
    """Tell whether :func:`iri` accepts the text.

    >>> is_iri("https://example.org/a"), is_iri("MONDO:0005105"), is_iri("javascript:alert(1)")
    (True, False, False)
    """
    try:
        iri(text)
    except InputError:
        return False
    return True


def iri(text: str) -> NamedNode:
    """Return the IRI that the text is, written out in full.

    The scheme is one of http, https, urn, tag, info, did and mailto; http and https need a
    host. CURIEs are not IRIs here: see :func:`ictgraph.vocab.expand`.

    :raises InputError: if the text is anything else.

    >>> iri("https://example.org/a").value
    'https://example.org/a'
    """
    scheme, _, rest = text.partition(":")
    scheme = scheme.lower()
    web = scheme in ("http", "https")
    if (
        scheme in _SCHEMES
        and not re.search(f"{_BIDI}|{_NOT_TEXT}", text)
        and (re.match("//[^/?#]", rest) if web else rest)
    ):
        try:
            return NamedNode(text)
        except ValueError as error:
            why = f" ({error})"
    else:
        why = ""
    raise InputError(
        "{text!r} is not an absolute IRI{why}",
        hint="write it like https://example.org/a",
        text=text[:80],
        why=why,
    )


def pick(label: Mapping[str, str], lang: Lang, fallback: str) -> str:
    """Return a label in the wanted language, else in another one, else the fallback.

    >>> pick({"en": "Melanoma", "zh": "黑色素瘤"}, "both", "")
    '黑色素瘤 / Melanoma'
    >>> pick({"en": "Melanoma"}, "zh", "")
    'Melanoma'
    """
    wanted = ("zh", "en") if lang == "both" else (lang,)
    found = [label[one] for one in wanted if label.get(one)]
    found = found or [label[one] for one in sorted(label) if label[one]][:1]
    return " / ".join(dict.fromkeys(found)) or fallback


def display(term: object, lang: Lang, labels: Mapping[str, Mapping[str, str]] | None) -> str:
    """Return what a reader sees for a term: the label of an entity, the text of a literal.

    An IRI without a label shows as its CURIE; an unbound value (``None``) as nothing.

    >>> display(NamedNode("https://w3id.org/ictgraph/id/x"), "en", {})
    'id:x'
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        curie = compress(term.value)
        return pick(labels.get(term.value, {}), lang, curie) if labels else curie
    return term.value if isinstance(term, Literal) else str(term)
