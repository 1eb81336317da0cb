"""How terms of the graph may be worded where a source prints them.

What comes out is looked for in the text of a passage: to mark the words that carry a fact, and to
find printed numbers and names that no claim has.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from ictgraph.engine import rows
from ictgraph.terms import text_of
from ictgraph.vocab import ICT, RDFS_LABEL, SKOS_ALT_LABEL, XSD

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["forms", "names"]

_NAMES = f"""\
SELECT DISTINCT ?entity ?name WHERE {{
  VALUES ?naming {{ <{RDFS_LABEL}> <{SKOS_ALT_LABEL}> }}
  {{ ?entity ?naming ?name }}
  UNION {{ ?entity ?part ?named . ?named ?naming ?name
    VALUES ?part {{ <{ICT}ofDisease> <{ICT}qualifier> <{ICT}antigenPositive>
      <{ICT}antigenNegative> }} }}
}}"""
_AGES = f"SELECT ?entity ?age WHERE {{ ?entity <{ICT}ageFrom>|<{ICT}ageTo> ?age }}"
_UNITS = ((10**8, "亿"), (10**4, "万"))


def names(graph: Graph) -> dict[str, list[str]]:
    """Return every name of every entity by IRI, the longest first.

    An indication also has the names of its disease, qualifiers and antigens, and its ages.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for query in (_NAMES, _AGES):
        for entity, name in rows(graph.engine, query):
            found[text_of(entity)].add(text_of(name))
    return {iri: sorted(some, key=lambda one: (-len(one), one)) for iri, some in found.items()}


def forms(value: Literal) -> list[str]:
    """Return how a number, date or string may be printed in Chinese or English, fullest first.

    Texts in our own words are not printed anywhere: they have no form.

    >>> from pyoxigraph import NamedNode
    >>> forms(Literal("2024-03", datatype=NamedNode(XSD + "gYearMonth")))
    ['2024年3月', '2024-03', '3月']
    >>> forms(Literal(187_000_000))
    ['187000000', '1.87亿', '18700万']
    """
    text, kind = value.value, value.datatype.value.removeprefix(XSD)
    if value.language:
        return []
    if kind in ("gYear", "gYearMonth", "date") and re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return _dates(*text.split("-"))
    if kind in ("integer", "decimal") and re.fullmatch(r"\d+(\.\d+)?", text):
        return _numbers(text)
    return [] if kind == "boolean" else [text]


def _dates(year: str, month: str = "", day: str = "") -> list[str]:
    shown = [f"{year}年"]
    if month:
        shown = [f"{year}年{int(month)}月", f"{year}-{month}", f"{int(month)}月"]
    if day:
        shown = [f"{year}年{int(month)}月{int(day)}日", f"{year}-{month}-{day}", *shown]
    return [*shown, f"{year}年底"] if (month, day) == ("12", "31") else shown


def _numbers(text: str) -> list[str]:
    whole, _, fraction = text.partition(".")
    shown = [text] if fraction.strip("0") else [whole, f"{whole}.0"]
    if not fraction.strip("0"):
        shown = shown[:1] if len(whole) > 4 else shown
        for unit, word in _UNITS:
            if int(whole) >= unit:
                shown.append(f"{int(whole) / unit:.8f}".rstrip("0").rstrip(".") + word)
    return shown
