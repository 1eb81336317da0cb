"""Linking to several vocabularies at once: those that fit, by name, by entity, or by likeness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ictgraph.errors import InputError
from ictgraph.links.known import Entity, Known
from ictgraph.links.lexicon import Lexicon, plain
from ictgraph.links.linker import Candidate, Suggestion, live, suggest, suggest_entity
from ictgraph.links.terminologies import PACKAGED
from ictgraph.messages import series

__all__ = ["USUAL", "Linker", "fuzzy", "open_lexicons"]

USUAL = ("mondo", "cl")
"""The vocabularies to link to if none is named and the kind is not known."""


@dataclass(frozen=True)
class Linker:
    """Vocabularies to link to, and what is known; asks by name or by entity.

    :ivar country: ISO 3166-1 alpha-2 code, to tell institutions of one name apart.
    :ivar alike: whether to look for similar names where there is none.
    """

    lexicons: tuple[Lexicon, ...]
    known: Known
    country: str = ""
    alike: bool = False

    def name(self, text: str) -> Suggestion:
        """Return what a name may be linked to."""
        found = suggest(text, self.lexicons, self.known, self.country)
        return fuzzy(text, self.lexicons) if self.alike and found.outcome == "none" else found

    def entity(self, entity: Entity) -> Suggestion:
        """Return what an entity of ours may be linked to; its own links aside."""
        placed = replace(entity, country=self.country or entity.country)
        found = suggest_entity(placed, self.lexicons, self.known)
        if not self.alike or found.outcome != "none":
            return found
        near = [fuzzy(name, self.lexicons) for name in entity.names]
        best = max(near, key=lambda one: one.candidates[0].score if one.candidates else 0.0)
        return best._replace(text=found.text)


def open_lexicons(
    sources: Sequence[str],
    kind: str,
    known: Known,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Lexicon, ...]:
    """Open vocabularies, without those that hold other kinds of things.

    :param sources: names of packaged ones or files; none for all packaged ones that fit.
    :param kind: local name of a class of ours, "" for any; those of its entities that are linked
        tell which vocabularies fit.
    :raises InputError: if a source cannot be read, or none fits.
    """
    every = known.matches("")
    fitting = (known.matches(kind) if kind else {}) or every
    if not sources and fitting is not every:
        sources = [name for name, prefix in PACKAGED.items() if prefix in fitting]
    elif not sources:
        sources = USUAL
    found = [Lexicon.open(one, progress) for one in sources]
    left = [one for one in found if one.prefix in fitting or one.prefix not in every]
    if not left:
        linked = series(sorted(fitting))
        raise InputError(
            "no vocabulary at hand has terms for {kind}, which is linked to {linked}",
            hint="give a file of one with --against",
            kind=kind,
            linked=linked,
        )
    return tuple(left)


def fuzzy(text: str, lexicons: Sequence[Lexicon], limit: int = 5, least: float = 80) -> Suggestion:
    """Return terms with names like a text; to be looked at, never to be taken.

    :param least: the least likeness, of 100.
    :raises InputError: if rapidfuzz is not installed.
    """
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        raise InputError(
            "rapidfuzz is not installed", hint="pip install 'ictgraph[fuzzy]'"
        ) from None
    found: dict[str, Candidate] = {}
    for lexicon in lexicons:
        near = process.extract(
            plain(text), lexicon.forms.keys(), scorer=fuzz.token_sort_ratio, limit=limit * 2,
            score_cutoff=least,
        )  # fmt: skip
        for form, score, _ in near:
            for one in live(lexicon.at(form), lexicon):
                found.setdefault(one.id, one._replace(how="fuzzy", score=round(score / 100, 3)))
    ordered = sorted(found.values(), key=lambda one: (-one.score, one.id))[:limit]
    return Suggestion(text, "similar" if ordered else "none", tuple(ordered))
