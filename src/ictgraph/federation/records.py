"""Answers as records of a source of its own, to be read beside the graph or curated.

Each record is a passage ``src:ENDPOINT/…`` with where and when it was read, and in its graph what
the rows say by the ``claim`` lines of their template. An entity of ours stands in them where it is
the same as the identifier asked for; where it is only near, the identifier does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from ictgraph.curation.canonical import canonical_text
from ictgraph.curation.locators import check_record
from ictgraph.errors import InputError
from ictgraph.federation.answers import Row
from ictgraph.federation.questions import Question
from ictgraph.results import Label, Term
from ictgraph.vocab import (
    ICT,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SKOS_EXACT_MATCH,
    SRC,
    XSD,
    compress,
)

__all__ = ["records"]

_DCTERMS = "http://purl.org/dc/terms/"
_SPDX = "https://spdx.org/licenses/"


def records(question: Question, rows: Sequence[Row], url: str) -> str:
    """Return rows as TriG: the source, its passages, and in their graphs the claims.

    :param url: address of the endpoint that was asked.
    :raises InputError: if the rows claim nothing, or the last part of a record's IRI is no name.
    """
    quads: list[Quad] = []
    days: dict[str, str] = {}
    pages: dict[str, str] = {}
    for row in rows:
        asked = question.record == question.parameter.name
        page = NamedNode(row.link.identifier) if asked else row.cells.get(question.record)
        if not isinstance(page, NamedNode):
            continue
        passage = SRC + f"{question.endpoint.name}/{_local(page.value)}"
        claims = list(_claims(question, row, NamedNode(passage)))
        if claims:
            quads += claims
            pages[passage] = page.value
            days[passage] = max(row.day, days.get(passage, ""))
    if not quads:
        raise InputError(
            "the answer to {name!r} claims nothing that could be saved",
            hint="write it as a table with -o FILE",
            name=question.name,
        )
    quads += _source(question)
    for passage, read_at in pages.items():
        quads += _passage(question, passage, read_at, url, days[passage])
    return canonical_text(quads)


def _claims(question: Question, row: Row, passage: NamedNode) -> Iterator[Quad]:
    for claim in question.claims:
        subject = _term(claim.subject, question, row)
        value = _term(claim.object, question, row)
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
            yield Quad(subject, NamedNode(claim.property), _tidy(value), passage)


def _term(column: str, question: Question, row: Row) -> Term | None:
    """The term of a column; that of the parameter is our entity if it is the same."""
    if column != question.parameter.name:
        return row.cells.get(column)
    same = row.link.match == SKOS_EXACT_MATCH
    return NamedNode(row.link.entity if same else row.link.identifier)


def _tidy(term: NamedNode | Literal) -> NamedNode | Literal:
    """Return a term without white space that says nothing, which texts of others have."""
    if isinstance(term, Literal) and term.language:
        return Literal(" ".join(term.value.split()), language=term.language)
    return term


def _local(iri: str) -> str:
    """The last part of an IRI, as the name of a passage allows it."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", re.split(r"[/#]", iri.rstrip("/#"))[-1])
    check_record(name)
    return name


def _source(question: Question) -> Iterator[Quad]:
    endpoint = question.endpoint
    source = NamedNode(SRC + endpoint.name)
    yield Quad(source, NamedNode(RDF_TYPE), NamedNode(ICT + "Source"))
    yield from _texts(source, RDFS_LABEL, endpoint.title)
    yield Quad(source, NamedNode(_DCTERMS + "license"), NamedNode(_SPDX + endpoint.licence))
    yield Quad(source, NamedNode(RDFS + "seeAlso"), NamedNode(endpoint.documentation))


def _passage(question: Question, passage: str, page: str, url: str, day: str) -> Iterator[Quad]:
    node, endpoint = NamedNode(passage), question.endpoint
    name = compress(page)
    yield Quad(node, NamedNode(RDF_TYPE), NamedNode(ICT + "Passage"))
    yield from _texts(
        node,
        ICT + "locator",
        {"en": f"{endpoint.title['en']}, {name}", "zh": f"{endpoint.title['zh']}，{name}"},
    )
    yield Quad(node, NamedNode(ICT + "partOf"), NamedNode(SRC + endpoint.name))
    yield Quad(node, NamedNode(ICT + "seenAt"), NamedNode(page))
    yield Quad(node, NamedNode(ICT + "seenAt"), NamedNode(url))
    date = Literal(day, datatype=NamedNode(XSD + "date"))
    yield Quad(node, NamedNode(ICT + "seenOn"), date)


def _texts(node: NamedNode, key: str, label: Label) -> Iterator[Quad]:
    for lang, text in label.items():
        yield Quad(node, NamedNode(key), Literal(text, language=lang))
