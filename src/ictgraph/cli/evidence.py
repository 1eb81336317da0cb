"""``ictgraph evidence``: which passages state something, and their printed words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.cli.settings import TABLES, Answering, Settings, path_option, require_text
from ictgraph.cli.templates import entity_names
from ictgraph.errors import CheckFailed, UnknownName
from ictgraph.results import Answer, Table, Term
from ictgraph.terms import text_of
from ictgraph.vocab import XSD

if TYPE_CHECKING:
    from ictgraph.cli.claims import Claim
    from ictgraph.curation.passages import SourceText
    from ictgraph.graph import Graph

__all__ = ["evidence_command"]

_ANY = "-"
_UNREADABLE = ("locator", "offsets", "digest")  # a passage is labelled with its locator
_MARKED = ("table", "md")
_TITLES = {
    "quotation": {"en": "Quotation", "zh": "原文"},
    "verified": {"en": "Verified", "zh": "已核对"},
}


@click.command(
    "evidence",
    cls=Answering,
    formats=TABLES,
    epilog="\b\nExamples:\n"
    "  ictgraph evidence lifileucel\n"
    "  ictgraph evidence lifileucel therapyClass --lang en\n"
    '  ictgraph evidence IM19 "developed by" 华东医药 --lang zh\n'
    "  ictgraph evidence lifileucel - id:til-therapy\n"
    "  ictgraph evidence lifileucel --text review.txt",
)
@click.argument("entity", shell_complete=entity_names())
@click.argument("name", metavar="[PROPERTY]", default=_ANY, shell_complete=entity_names())
@click.argument("value", metavar="[OBJECT]", default=_ANY, shell_complete=entity_names())
@click.option(
    "--text",
    metavar="FILE",
    callback=path_option,
    help="Look the passages up in this copy of the source: quote them with the fact marked,"
    " verify their digests; exit with 1 if one differs.",
)
def evidence_command(
    settings: Settings, entity: str, name: str, value: str, text: str | None
) -> None:
    """Show which passages state what about an entity and its events, and where they stand.

    ENTITY alone gives all statements about it; with PROPERTY and OBJECT, those with this property
    and this object, - standing for any. OBJECT is an entity, or a date or number as claimed. With
    --text the printed sentence stands beside each, the words for subject and object between 【】
    (in table and md). A record of a registry has no text: it says where it was read.
    """
    from ictgraph.cli.claims import claims_about
    from ictgraph.curation.passages import SourceText

    source = SourceText.open(text) if text else None
    graph = settings.graph()
    iri = graph.entity(require_text(entity, "ENTITY"))
    template = queries.load("evidence")
    given = {"property": require_text(name, "PROPERTY"), "object": require_text(value, "OBJECT")}
    wanted, literal = _wanted(graph, template, given)
    claims = claims_about(graph, iri)
    subjects = sorted({iri, *(claim.subject for claim in claims)})
    bound: dict[str, list[Term]] = {**wanted, "subject": [*map(NamedNode, subjects)]}
    if settings.show_query:
        settings.write_text(queries.render(template, bound))
        return
    found = _relevant(graph.run(template, bound), claims, literal)
    held: dict[str, bool] = {}
    if source:
        marked = settings.chosen(found) in _MARKED
        found, held = _quoted(found, source, _names(graph) if marked else {})
    if not source:
        found = _without(found, _UNREADABLE)
    settings.write(found)
    if not len(found):
        nothing = f"no passage states this about {entity!r}", f"没有段落就 {entity!r} 作此陈述"
        settings.empty([settings.worded(*nothing)])
    _refuse_other_text(str(text), held)


def _refuse_other_text(path: str, held: Mapping[str, bool]) -> None:
    """Refuse a text that does not hold the cited passages: another one, or another edition."""
    wrong = sum(not one for one in held.values())
    if wrong and wrong == len(held):
        raise CheckFailed(
            "{path!r} holds none of the {count} passages cited: it is another text",
            hint="give the text that the passages were taken from",
            path=path,
            count=wrong,
        )
    if wrong:
        raise CheckFailed(
            "{path!r} does not hold {wrong} of the {count} passages cited: it is another edition",
            hint="give the text that the passages were taken from",
            path=path,
            wrong=wrong,
            count=len(held),
        )


def _wanted(
    graph: Graph, template: queries.Template, given: Mapping[str, str]
) -> tuple[dict[str, list[Term]], str]:
    """Return the terms for what was given, and an object that is no entity but the text of one."""
    asked = {name: text for name, text in given.items() if text != _ANY}
    try:
        return graph.bind(template, asked), ""
    except UnknownName:
        text = asked.pop("object", "")
        if not text or not text[0].isdigit():
            raise
        return graph.bind(template, asked), text


def _relevant(answer: Answer, claims: Collection[Claim], literal: str) -> Table:
    """Return the rows that state one of the claims, with that literal if one is given."""
    assert isinstance(answer, Table), "the template of evidence is a SELECT query"
    stated = {(claim.subject, claim.property, claim.value) for claim in claims}
    where = [answer.columns.index(column) for column in ("subject", "property", "object")]
    rows = []
    for row in answer.rows:
        subject, name, value = (row[i] for i in where)
        if literal and not (isinstance(value, Literal) and value.value == literal):
            continue
        if (getattr(subject, "value", ""), getattr(name, "value", ""), value) in stated:
            rows.append(row)
    return replace(answer, rows=tuple(rows))


def _without(table: Table, columns: tuple[str, ...]) -> Table:
    keep = [i for i, name in enumerate(table.columns) if name not in columns]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in keep),
        rows=tuple(tuple(row[i] for i in keep) for row in table.rows),
    )


def _names(graph: Graph) -> dict[str, list[str]]:
    from ictgraph.curation.wording import names

    return names(graph)


def _quoted(
    table: Table, source: SourceText, named: Mapping[str, list[str]]
) -> tuple[Table, dict[str, bool]]:
    """Add what the source prints at each passage, and whether that is what was digested.

    :returns: the table, and whether the source holds each passage, by its IRI.
    """
    passage, at, digest = map(table.columns.index, ("passage", "offsets", "digest"))
    ends = [table.columns.index(name) for name in ("subject", "object")]
    rows, held = [], {}
    for row in table.rows:
        if row[at] is None:  # a record, which no text holds
            rows.append((*row, None, None))
            continue
        offsets, expected = (text_of(row[i]) for i in (at, digest))
        holds = source.holds(offsets, expected)
        held[str(row[passage])] = holds
        truth = Literal(str(holds).lower(), datatype=NamedNode(XSD + "boolean"))
        words = [one for i in ends for one in _words(row[i], named)] if named else ()
        rows.append((*row, Literal(source.quote(offsets, words) if holds else ""), truth))
    full = replace(
        table,
        columns=(*table.columns, *_TITLES),
        rows=tuple(rows),
        titles={**table.titles, **_TITLES},
    )
    return _without(full, _UNREADABLE), held


def _words(term: Term | None, named: Mapping[str, list[str]]) -> list[str]:
    """Return the printed forms of a term."""
    from ictgraph.curation.wording import forms

    if isinstance(term, Literal):
        return forms(term)
    return named.get(text_of(term), [])
