"""New passages: what the graph says of them, and why one cannot be added.

A passage of a printed source has offsets and a digest, computed from a copy of the text; a record
of a registry or a page has where and when it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from ictgraph.curation.cells import checked, tidy_text
from ictgraph.curation.locators import Place, of_place, of_record
from ictgraph.curation.passages import SourceText, digest, spans
from ictgraph.engine import rows
from ictgraph.errors import InputError
from ictgraph.terms import iri, parse, text_of
from ictgraph.vocab import ICT, RDF_TYPE, XSD, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["NewPassage", "at_place", "is_known", "merged", "read_record", "refuse_other_text"]

_CLOSING = "。!?"
_PASSAGES = f"""\
SELECT ?passage ?offsets ?digest WHERE {{
  ?passage <{ICT}partOf> %s ; <{ICT}offsets> ?offsets ; <{ICT}digest> ?digest
}} ORDER BY ?passage"""
_SAID = "SELECT ?property ?value WHERE { %s ?property ?value } ORDER BY ?property ?value"
_IDENTITY = (ICT + "digest", ICT + "seenAt", ICT + "seenOn")


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage that is not in the graph yet.

    :ivar iri: its IRI, the source's and its place there.
    :ivar said: property and value of everything known of it.
    """

    iri: str
    source: str
    said: tuple[tuple[str, NamedNode | Literal], ...]

    def quads(self) -> list[Quad]:
        """Return the statements that declare it, in the default graph of a TriG file."""
        return [Quad(NamedNode(self.iri), NamedNode(name), value) for name, value in self.said]

    def values(self, name: str) -> set[str]:
        """Return the values of one property as text."""
        return {value.value for one, value in self.said if one == name}


def at_place(
    source: str,
    place: str,
    text: SourceText,
    found: Sequence[tuple[int, int]],
    *,
    gloss: Mapping[str, str],
    reason: str = "",
) -> NewPassage:
    """Return the passage at a place of a printed source.

    :param source: IRI of the source.
    :param place: like ``s3.1/p2/s1``; see :func:`ictgraph.curation.locators.of_place`.
    :param found: its half-open spans in the normalised text. The mark that ends a sentence
        belongs to it and need not be in its span.
    :param gloss: what it says in our own words, by language.
    :param reason: IRI of the reason why it states nothing, "" if it has claims.
    :raises InputError: if the place has no such form, or the gloss is no text that can be read.
    """
    where = of_place(place)
    ordered = list(found)
    start, end = ordered[-1]
    if where.is_sentence and text.normalised[end : end + 1] in set(_CLOSING):
        ordered[-1] = start, end + 1
    offsets = " ".join(f"{start}-{end}" for start, end in ordered)
    said: dict[str, NamedNode | Literal] = {
        "digest": Literal(digest(text.characters(offsets))),
        "offsets": Literal(offsets),
        "section": Literal(where.section),
    }
    return _passage(source, place, where, gloss, reason, said)


def read_record(
    source: str,
    record: str,
    seen_at: str,
    seen_on: str,
    *,
    label: Mapping[str, str],
    gloss: Mapping[str, str],
    reason: str = "",
) -> NewPassage:
    """Return the passage that is a record of a registry, a page or another thing without a text.

    :param source: IRI of the source.
    :param record: its number or name there.
    :param label: label of the source by language.
    :param seen_at: IRI of where it was read.
    :param seen_on: the day it was read, like 2026-11-28.
    :raises InputError: if one of these is not what it must be.
    """
    said: dict[str, NamedNode | Literal] = {
        "seenAt": iri(seen_at),
        "seenOn": parse(seen_on, XSD + "date"),
    }
    return _passage(source, record, of_record(record, label), gloss, reason, said)


def _passage(
    source: str,
    place: str,
    where: Place,
    gloss: Mapping[str, str],
    reason: str,
    said: dict[str, NamedNode | Literal],
) -> NewPassage:
    if reason:
        said["noClaimsBecause"] = NamedNode(reason)
    texts = [("locator", where.locator), ("gloss", gloss)]
    return NewPassage(
        f"{source}/{place}",
        source,
        (
            (RDF_TYPE, NamedNode(ICT + "Passage")),
            (ICT + "partOf", NamedNode(source)),
            *((ICT + name, value) for name, value in said.items()),
            *(
                (ICT + name, Literal(tidy_text(checked(words)), language=language))
                for name, by_language in texts
                for language, words in by_language.items()
                if words
            ),
        ),
    )


def refuse_other_text(graph: Graph, text: SourceText, source: str) -> None:
    """Refuse a text that holds none of the passages the graph has of a source.

    :raises InputError: if it is another text; offsets in it would mean nothing.
    """
    known = _located(graph, source)
    if known and not any(text.holds(offsets, expected) for _, offsets, expected in known):
        raise InputError(
            "this is not the text of {source}: it holds none of {count} passages",
            hint="give the text that the passages were taken from",
            source=compress(source),
            count=len(known),
        )


def is_known(graph: Graph, new: NewPassage) -> bool:
    """Tell whether the graph has the passage already, as the same words or the same reading.

    :raises InputError: if it has the passage otherwise, or another one of the same words.
    """
    said = rows(graph.engine, _SAID % NamedNode(new.iri))
    before = {text_of(value) for name, value in said if text_of(name) in _IDENTITY}
    now = set().union(*map(new.values, _IDENTITY))
    if said and before != now:
        raise InputError(
            "{iri} is there already, and is something else",
            hint="count the places again, or mend the passage in its file",
            iri=compress(new.iri),
        )
    own = {span for offsets in new.values(ICT + "offsets") for span in spans(offsets)}
    for passage, offsets, _ in _located(graph, new.source) if own else ():
        shared = any(a < d and c < b for a, b in own for c, d in spans(offsets))
        if shared and passage != new.iri:
            raise InputError(
                "{passage} has some of these words already",
                hint="no two passages share characters: choose others, or mend that one",
                passage=compress(passage),
            )
    return bool(said)


def merged(quads: Iterable[Quad], new: NewPassage) -> set[Quad]:
    """Return statements with a passage declared anew: what it says takes the place of the old."""
    fresh = new.quads()
    replaced = {(quad.predicate, _language(quad.object)) for quad in fresh}
    subject = NamedNode(new.iri)
    kept = {
        quad
        for quad in quads
        if quad.subject != subject or (quad.predicate, _language(quad.object)) not in replaced
    }
    return {*kept, *fresh}


def _located(graph: Graph, source: str) -> list[tuple[str, str, str]]:
    """Return IRI, offsets and digest of every passage of a source that has them."""
    found = rows(graph.engine, _PASSAGES % NamedNode(source))
    return [(text_of(one), text_of(offsets), text_of(expected)) for one, offsets, expected in found]


def _language(term: object) -> str:
    return str(getattr(term, "language", "") or "")
