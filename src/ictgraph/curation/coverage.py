"""How much of a source's text the graph covers, and what is left.

Every character of the text lies under a passage with claims, under a passage that says why it has
none, or under nothing. Beyond that, numbers and names in Latin or Greek letters can be compared:
each one that a passage prints should stand in what the passage's graph claims. Chinese words are
not compared, for the graph says things in its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ictgraph.curation.passages import SourceText, spans
from ictgraph.curation.precision import finer
from ictgraph.curation.wording import forms, names
from ictgraph.engine import rows
from ictgraph.errors import InputError
from ictgraph.labels import fold
from ictgraph.messages import Message, series
from ictgraph.results import Term
from ictgraph.terms import text_of
from ictgraph.vocab import ICT, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["STATES", "Coverage", "Stretch", "measure", "printed_facts", "source_of"]

STATES = ("claimed", "explained", "unexplained", "changed", "outside")
"""Claims; a reason for none; neither; other words than were digested; under no passage."""

_PASSAGES = f"""\
SELECT ?passage ?offsets ?digest ?section ?reason WHERE {{
  ?passage <{ICT}partOf> %s ; <{ICT}offsets> ?offsets ; <{ICT}digest> ?digest ;
    <{ICT}section> ?section
  OPTIONAL {{ ?passage <{ICT}noClaimsBecause> ?reason }}
}} ORDER BY ?passage"""
_CLAIMS = f"""\
SELECT ?passage ?subject ?value WHERE {{
  ?passage <{ICT}partOf> %s .
  GRAPH ?passage {{ ?subject ?property ?value }}
}}"""
_EARLIER = f"""\
SELECT ?passage ?offsets WHERE {{
  ?passage <{ICT}continues> ?other . ?other <{ICT}offsets> ?offsets
}} ORDER BY ?passage ?offsets"""
_DOUBTS = f"""\
SELECT ?passage ?note WHERE {{ ?doubt <{ICT}onPassage> ?passage ; <{ICT}note> ?note }}"""
_SOURCES = (
    f"SELECT DISTINCT ?source WHERE {{ ?passage <{ICT}partOf> ?source ; <{ICT}offsets> ?offsets }}"
    " ORDER BY ?source"
)
_POINTER = re.compile(r"[表图]\s*\d+")
_THOUSANDS = re.compile(r"(?<=\d)[ ,](?=\d{3}(?!\d))")
_BROKEN = re.compile(r"(?<=[A-Za-z])-\s+(?=[A-Za-z])")
_FACT = re.compile(r"[A-Za-zΑ-Ωα-ω][A-Za-z0-9Α-Ωα-ω+'’-]*|\d+(?:[./]\d+)?[A-Za-z]*")
_NUMBER = re.compile(r"[\d./]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A passage of the text, or a run of characters under no passage.

    :ivar passage: its IRI, "" for a run outside.
    :ivar state: one of :data:`STATES`.
    :ivar reason: IRI of the reason for no claims, "" if none is given.
    :ivar characters: how many characters of the normalised text it has.
    :ivar claims: how many triples its graph has.
    :ivar missing: printed numbers and names that neither its claims nor a doubt on it has.
    :ivar finer: claimed dates whose day or month the passage does not print.
    :ivar words: the words as printed, "" where the text says something else.
    """

    passage: str
    section: str
    offsets: str
    state: str
    reason: str
    characters: int
    claims: int
    missing: tuple[str, ...]
    finer: tuple[str, ...]
    words: str

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at it."""
        return self.state in STATES[2:] or bool(self.missing or self.finer)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a source's text is covered.

    :ivar source: IRI of the source.
    :ivar characters: length of the normalised text.
    :ivar stretches: passages and runs outside, in the order of the text.
    """

    source: str
    characters: int
    stretches: tuple[Stretch, ...]

    def count(self, state: str) -> int:
        """Return how many characters are in a state; those of two passages count once."""
        marked = bytearray(self.characters)
        for one in self.stretches:
            for start, end in spans(one.offsets) if one.state == state else ():
                marked[start:end] = b"\1" * (min(end, self.characters) - start)
        return sum(marked)

    @property
    def open(self) -> tuple[Stretch, ...]:
        """What somebody has to look at."""
        return tuple(one for one in self.stretches if one.is_open)


def measure(graph: Graph, text: SourceText, source: str) -> Coverage:
    """Line the graph up with the text of a source.

    :param source: IRI of the source; see :func:`source_of`.
    :raises InputError: if the graph has no passages with offsets of it.
    """
    said, counts = _said(graph, source)
    named, earlier = names(graph), _earlier(graph, text)
    found = []
    for row in rows(graph.engine, _PASSAGES % NamedNode(source)):
        passage = text_of(row[0])
        values = text, counts[passage], said[passage], earlier[passage]
        found.append(_stretch(list(map(text_of, row)), *values, named))
    if not found:
        raise InputError(
            "the graph has no passages of {source} with offsets",
            hint="name another --source; 'ictgraph query sources' lists them",
            source=compress(source),
        )
    found += _outside(text, found)
    found.sort(key=lambda one: spans(one.offsets))
    return Coverage(source, len(text.normalised), tuple(found))


def _stretch(
    row: Sequence[str],
    text: SourceText,
    claims: int,
    said: Sequence[Term],
    earlier: str,
    named: Mapping[str, list[str]],
) -> Stretch:
    """Return how a passage stands in the text, and what of it nothing says."""
    passage, offsets, digest, section, reason = row
    state = STATES[0] if claims else STATES[1] if reason else STATES[2]
    holds = text.holds(offsets, digest)
    words = text.quote(offsets) if holds else ""
    dates = [one for one in said if isinstance(one, Literal)] if holds else []
    return Stretch(
        passage=passage,
        section=section,
        offsets=offsets,
        state=state if holds else STATES[3],
        reason=reason,
        characters=sum(end - start for start, end in spans(offsets)),
        claims=claims,
        missing=_missing(words, [*said, Literal(section)], named) if claims else (),
        finer=finer(f"{words} {earlier}", dates),
        words=words,
    )


def _earlier(graph: Graph, text: SourceText) -> dict[str, str]:
    """Return the words that passages need to be understood, by passage."""
    found: dict[str, str] = defaultdict(str)
    for passage, offsets in rows(graph.engine, _EARLIER):
        found[text_of(passage)] += f" {text.quote(text_of(offsets))}"
    return found


def _said(graph: Graph, source: str) -> tuple[dict[str, list[Term]], dict[str, int]]:
    """Return what claims and doubts say, and how many claims there are, by passage."""
    said: dict[str, list[Term]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for passage, *terms in rows(graph.engine, _CLAIMS % NamedNode(source)):
        counts[text_of(passage)] += 1
        said[text_of(passage)] += [one for one in terms if one is not None]
    for passage, note in rows(graph.engine, _DOUBTS):
        said[text_of(passage)] += [note] if note is not None else []
    return said, counts


def source_of(graph: Graph, name: str = "") -> str:
    """Return the IRI of a source by name, or of the only one whose passages have offsets.

    :raises InputError: if there are several, or none.
    """
    if name:
        return graph.entity(name, "Source")
    known = [text_of(row[0]) for row in rows(graph.engine, _SOURCES)]
    if len(known) != 1:
        listed = series(map(compress, known)) or Message("none")
        raise InputError(
            "which source is this the text of?", hint="give --source: {listed}", listed=listed
        )
    return known[0]


def printed_facts(words: str) -> tuple[str, ...]:
    """Return the numbers and the names in Latin or Greek letters of printed words, once each.

    Pointers to tables and figures are no facts. Thousands set apart by spaces or commas are one
    number, digits with letters behind them are a name, and so is what a line break cut behind a
    hyphen.

    >>> printed_facts("共 1 040 个 CAR- T 产品，占 59.7% (表 1)")
    ('1040', 'CAR-T', '59.7')
    """
    plain = _POINTER.sub("", unicodedata.normalize("NFKC", words))
    plain = _BROKEN.sub("-", _THOUSANDS.sub("", plain))
    return tuple(dict.fromkeys(one.rstrip("-'’") for one in _FACT.findall(plain)))


def _missing(words: str, terms: Iterable[Term], named: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the printed facts that nothing said in the graph holds.

    A number must be said as one, a name may be part of a longer one.
    """
    said: set[str] = set()
    for term in terms:
        said.update(named.get(text_of(term), ()))
        if isinstance(term, Literal):
            said.update([term.value, *forms(term)])
    whole = "\n".join(map(fold, said))
    numbers = {fact for one in said for fact in printed_facts(one)}
    return tuple(
        one
        for one in printed_facts(words)
        if (one not in numbers if _NUMBER.fullmatch(one) else fold(one) not in whole)
    )


def _outside(text: SourceText, found: Iterable[Stretch]) -> list[Stretch]:
    """Return the runs of characters that no passage covers."""
    covered = sorted(span for one in found for span in spans(one.offsets))
    runs, at = [], 0
    for start, end in [*covered, (len(text.normalised), len(text.normalised))]:
        if start > at:
            place = f"{at}-{start}"
            runs.append(
                Stretch("", "", place, STATES[4], "", start - at, 0, (), (), text.quote(place))
            )
        at = max(at, end)
    return runs
