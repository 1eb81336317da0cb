"""From a name to a term of a vocabulary, or to "none": typed, cautious, never by likeness alone.

A label counts before an exact synonym, that before a name of ours that leads to a term, that before
another name of the vocabulary; but the label of an entity of ours that was linked by hand leads
where the link does. A name without its modifiers ("relapsed", "CD19-positive", "CAR") gives a
broader term. Several terms on the best level are an ambiguity, not a choice. Two and three letters,
and acronyms of institutions, stand for too many things: by themselves they choose nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ictgraph.links.known import MATCHES, Entity, Known
from ictgraph.links.lexicon import Hit, Lexicon, key, plain
from ictgraph.links.modifiers import without_legal_form, without_modifiers
from ictgraph.links.readers import curie

__all__ = [
    "OUTCOMES",
    "Candidate",
    "Suggestion",
    "live",
    "suggest",
    "suggest_entity",
]

OUTCOMES = ("exact", "close", "broad", "ambiguous", "similar", "none")
"""What comes of a name, from a term that is the same to nothing."""

_LEVELS = ("id", "ours", "label", "exact", "alias", "other", "weak")
_NOTHING = Known()
_SHORT = 3  # of 26 letters there are fewer threes than diseases have names
_REST = 5  # CAR-M is no M cell, which is short for another one
_ACRONYM = 6
_STEPS = 4
_GAPS = re.compile(r"[\s.-]|s$")


class Candidate(NamedTuple):
    """A term that may be meant.

    :ivar name: the name of the term that was met.
    :ivar how: ``id``, ``ours`` (a label of ours, linked), ``label``, ``exact``, ``alias`` (another
        name of ours, linked or beside a name of the term), ``other``, ``weak`` or ``fuzzy``.
    :ivar match: ``exact``, ``close`` or ``broad``.
    :ivar via: CURIE of the entity of ours that led to it, else "".
    :ivar score: 1 for a name, less for likeness.
    """

    id: str
    label: str
    name: str
    how: str
    match: str = "exact"
    via: str = ""
    score: float = 1.0


class Suggestion(NamedTuple):
    """What a name may be linked to.

    :ivar outcome: ``exact``; ``close`` (nearly the same, by a mapping of ours); ``broad`` (the term
        is broader); ``ambiguous`` (several terms bear the name, or it is too short to tell);
        ``similar`` (only alike: never to be taken unseen); or ``none``.
    :ivar candidates: best first; one if exact or close; several if broad only by mappings of ours.
    """

    text: str
    outcome: str
    candidates: tuple[Candidate, ...] = ()


def suggest(
    text: str, lexicons: Sequence[Lexicon], known: Known = _NOTHING, country: str = ""
) -> Suggestion:
    """Return what a name may be linked to.

    :param known: our entities, whose names lead to terms.
    :param country: ISO 3166-1 alpha-2 code, to tell institutions of one name apart.

    >>> from ictgraph.links.terminologies import Name, Term
    >>> some = Lexicon("x", "", [Term("MONDO:0005105", (Name("melanoma", "label"),))])
    >>> suggest("Melanoma", [some]).outcome, suggest("advanced melanoma", [some]).outcome
    ('exact', 'broad')
    >>> suggest("CAR-T cell", [some])
    Suggestion(text='CAR-T cell', outcome='none', candidates=())
    """
    found = _named(text, lexicons, known, country) or _shorter(text, lexicons, known, country)
    return _judged(text, found)


def suggest_entity(entity: Entity, lexicons: Sequence[Lexicon], known: Known) -> Suggestion:
    """Return what an entity of ours may be linked to, by all its names; its own links aside.

    Its labels count before its other names. Where entities of its class are nearly the same as
    their terms, as targets and genes are, the outcome is ``close``.
    """
    others, place = known.without(entity.id), entity.country
    found: list[Candidate] = []
    for look in (_named, _shorter):
        for names in (entity.labels, entity.others):
            hits = [one for name in names for one in look(name, lexicons, others, place)]
            if not found or found[0].how == "weak":
                found = _strongest(hits) or found
    usual = known.matches(entity.classes[0]) if entity.classes else {}
    for i, one in enumerate(found):
        if one.match == "exact" and usual.get(one.id.partition(":")[0]) == "closeMatch":
            found[i] = one._replace(match="close")
    return _judged(entity.names[0] if entity.names else entity.id, found)


def _judged(text: str, found: Sequence[Candidate]) -> Suggestion:
    """What the candidates on the best level amount to."""
    if not found:
        return Suggestion(text, "none")
    mapped = all(one.how == "alias" and one.match == "broad" for one in found)
    if found[0].how == "weak" or (len(found) > 1 and not mapped):
        return Suggestion(text, "ambiguous", tuple(found))
    return Suggestion(text, found[0].match, tuple(found))


def _named(text: str, lexicons: Sequence[Lexicon], known: Known, country: str) -> list[Candidate]:
    """The terms on the best level that bear a name, a company's without its legal form too."""
    form = plain(text)
    found = _best(text, form, lexicons, known, country)
    if not found or found[0].how == "weak":
        shorter = without_legal_form(form)
        if shorter != form:
            found = _best(text, shorter, lexicons, known, country) or found
    return found


def _shorter(text: str, lexicons: Sequence[Lexicon], known: Known, country: str) -> list[Candidate]:
    """The terms that a name without its modifiers leads to; they are broader."""
    for form in without_modifiers(plain(text)):
        found = _best(form, form, lexicons, known, country)
        if len(key(form)) <= _REST:
            found = [one for one in found if one.how not in ("exact", "other", "weak")]
        if found:
            return [one._replace(match="broad") for one in found]
    return []


def _best(
    text: str, form: str, lexicons: Sequence[Lexicon], known: Known, country: str
) -> list[Candidate]:
    """The terms on the best level on which a name is borne."""
    bearers = known.bearing(form)
    ruled_out = _ruled_out(bearers)
    found: list[Candidate] = []
    for lexicon in lexicons:
        hits = list(_fair(lexicon.at(form), text))
        if ":" in text and curie(text) in lexicon:
            hits = [Hit(curie(text), text, "id")]
        for one in live(hits, lexicon):
            if one.id.partition(":")[0].lower() not in ruled_out:
                there = lexicon[one.id].country
                if not there:
                    found.append(one)
                elif not country:  # of institutions of one name, none has it more than others
                    found.append(one._replace(how="label" if one.how == "exact" else one.how))
                elif there == country:
                    found.append(one)
        for entity in bearers:
            found += _through(entity, form, lexicon, country)
    left = _strongest(found, text)
    return left if len(left) < 2 else _heads(left, lexicons) or left


def _heads(found: Sequence[Candidate], lexicons: Sequence[Lexicon]) -> list[Candidate]:
    """The institution that all others of its name are parts of: a company, not its branches."""
    for lexicon in lexicons:
        inside = [one for one in found if one.id in lexicon and lexicon[one.id].country]
        heads = [
            one
            for one in inside
            if all(one.id in _above(other.id, lexicon) for other in found if other is not one)
        ]
        if heads:
            return heads
    return []


def _above(id: str, lexicon: Lexicon) -> set[str]:
    """The terms that a term is part of."""
    seen: set[str] = set()
    new = {id}
    for _ in range(_STEPS):
        new = {up for one in new if one in lexicon for up in lexicon[one].parents} - seen
        seen |= new
    return seen


def _strongest(found: Sequence[Candidate], text: str = "") -> list[Candidate]:
    """The candidates on the best level: the same before the broader, one spelling before others.

    If several remain, those that a mapping of ours leads to stay.
    """
    if len(found) < 2:
        return list(found)
    best = min(_LEVELS.index(one.how) for one in found)
    left = [one for one in found if one.how == _LEVELS[best]]
    if any(one.match != "broad" for one in left):
        left = [one for one in left if one.match != "broad"]
    if any(one.name == text for one in left):
        left = [one for one in left if one.name == text]
    ours = {one.id for one in found if one.how == "alias" and one.match != "broad"}
    if len({one.id for one in left}) > 1 and any(one.id in ours for one in left):
        left = [one for one in left if one.id in ours]
    order = sorted(left, key=lambda one: ("exact", "close", "broad").index(one.match))
    return list({one.id: one for one in reversed(order)}.values())[::-1]


def _fair(hits: Iterable[Hit], text: str) -> Iterator[Hit]:
    """Leave out acronyms that are written otherwise (IIM is no IIm), mark those that say little."""
    short = len(text) <= _SHORT and text.isascii()
    for hit in hits:
        if hit.how == "label":
            yield hit
        elif not (_is_acronym(text) or _is_acronym(hit.name)) or (
            _GAPS.sub("", text) == _GAPS.sub("", hit.name)
        ):
            yield hit._replace(how="weak") if short or hit.how == "acronym" else hit


def _is_acronym(text: str) -> bool:
    return len(text) <= _ACRONYM and sum(map(str.isupper, text)) > 1


def live(hits: Iterable[Hit], lexicon: Lexicon) -> Iterator[Candidate]:
    """Return hits as candidates, retired terms replaced by their successors.

    The successor of an institution is another institution, into which it went: it is broader.
    """
    for hit in hits:
        for id in _current(hit.id, lexicon):
            entry = lexicon[id]
            match = "broad" if entry.country and id != hit.id else "exact"
            yield Candidate(id, entry.label, hit.name, hit.how, match)


def _current(id: str, lexicon: Lexicon, steps: int = _STEPS) -> Iterator[str]:
    if id in lexicon and not (entry := lexicon[id]).retired:
        yield id
    elif id in lexicon and steps:
        for successor in entry.successors:
            yield from _current(successor, lexicon, steps - 1)


def _ruled_out(bearers: Sequence[Entity]) -> set[str]:
    """Vocabularies, by prefix, that are known to have no term for the bearers of a name."""
    absent = {prefix for one in bearers for prefix in one.absent}
    if not absent:
        return absent
    linked = (id for one in bearers for match in MATCHES[:2] for id in one.links.get(match, ()))
    return absent - {id.partition(":")[0].lower() for id in linked}


def _through(entity: Entity, form: str, lexicon: Lexicon, country: str) -> Iterator[Candidate]:
    """The terms that an entity of ours leads to: by its links, else by its other names."""
    name = entity.names[0]
    how = "ours" if any(plain(label) == form for label in entity.labels) else "alias"
    for match in MATCHES[:3]:
        linked = [id for id in entity.links.get(match, ()) if id in lexicon]
        for id in linked:
            kind = match.removesuffix("Match")
            level = how if kind != "broad" else "alias"
            yield Candidate(id, lexicon[id].label, name, level, kind, entity.id)
        if linked and match != "closeMatch":
            return
    if entity.is_checked(lexicon.prefixes):
        return
    for names in (entity.labels, entity.others):
        others = [one for one in names if plain(one) != form]
        hits = [
            one
            for other in others
            for one in _named(other, [lexicon], _NOTHING, country or entity.country)
            if one.how != "weak"
        ]
        if hits:
            for one in _strongest(hits):
                yield one._replace(how="alias", via=entity.id)
            return
