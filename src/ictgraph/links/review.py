"""Judging suggestions one by one: what is asked, what was decided, by whom, and how it is kept.

Accepted mappings make one SSSOM file, rejected ones another, with ``predicate_modifier`` ``Not``.
Whoever opens the two again goes on where they stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ictgraph.errors import InputError
from ictgraph.links import sssom
from ictgraph.links.sssom import NONE_FOUND, MappingSet, SemanticMapping
from ictgraph.links.vocabularies import well_formed
from ictgraph.vocab import prefixes

__all__ = ["CURATED", "Author", "Decisions", "Question"]

CURATED = "semapv:ManualMappingCuration"
"""The justification of what a person has judged."""

_ORCID = re.compile(r"(?:https?://orcid\.org/|orcid:)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.I)
_SAME = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")
_OF_A_MACHINE = (
    *("mapping_tool", "mapping_tool_version", "match_string", "subject_match_field"),
    *("object_match_field", "similarity_score", "similarity_measure", "predicate_modifier"),
    *("author_id", "author_label"),
)


class Author(NamedTuple):
    """Who decides.

    :ivar id: an ORCID as CURIE, or "".
    :ivar label: a name, or "".
    """

    id: str
    label: str

    @classmethod
    def named(cls, text: str) -> Author:
        """Return the author that an ORCID or a name stands for.

        :raises InputError: if the ORCID's check character is wrong, or the name empty.

        >>> Author.named("https://orcid.org/0000-0002-1825-0097"), Author.named("Li Lei")
        (Author(id='orcid:0000-0002-1825-0097', label=''), Author(id='', label='Li Lei'))
        """
        text = " ".join(text.split())
        found = _ORCID.fullmatch(text)
        if found:
            curie = f"orcid:{found[1].upper()}"
            if not well_formed(curie):
                raise InputError(
                    "{text} is no ORCID: its check character is wrong",
                    hint="copy it again",
                    text=found[1],
                )
            return cls(curie, "")
        if not re.search(r"\w", text):
            raise InputError("the author has no name", hint="give --author an ORCID or a name")
        return cls("", text)


class Question(NamedTuple):
    """A subject to judge.

    :ivar rows: its suggestions, best first.
    :ivar nothing: what to state if none of them fits, one row per vocabulary.
    """

    id: str
    label: str
    rows: tuple[SemanticMapping, ...]
    nothing: tuple[SemanticMapping, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided so far.

    :ivar date: of today, as YYYY-MM-DD.
    """

    author: Author
    accepted: MappingSet
    rejected: MappingSet
    date: str
    confidence: float

    @classmethod
    def open(
        cls, accepted: str, rejected: str, suggested: MappingSet, author: str, date: str,
        confidence: float = 0.95,
    ) -> Decisions:  # fmt: skip
        """Return what two files hold, empty sets if there are none yet.

        :param suggested: what is judged; new files take its prefixes and title.
        :param author: who decides now; if not said, whoever did before.
        :raises InputError: if nobody is known to decide, or a file is no SSSOM.
        """
        sets = [
            _begun(path, suggested, suffix)
            for path, suffix in ((accepted, "accepted"), (rejected, "rejected"))
        ]
        who = Author.named(author) if author else _creator(sets)
        return cls(who, sets[0], sets[1], date, confidence)

    def accepting(self, row: SemanticMapping, match: str = "") -> Decisions:
        """Return the decisions with a mapping taken, as it is proposed or as another match."""
        predicate = f"skos:{match}Match" if match else _proposed(row)
        return replace(self, accepted=self._with(self.accepted, self._made(row, predicate)))

    def rejecting(self, row: SemanticMapping) -> Decisions:
        """Return the decisions with a mapping refused."""
        made = self._made(row, _proposed(row))
        refused = replace(made, more={**made.more, "predicate_modifier": "Not"})
        return replace(self, rejected=self._with(self.rejected, refused))

    def questions(self, rows: Iterable[SemanticMapping]) -> list[Question]:
        """Return the subjects that are still to be judged, each with what was not refused."""
        done = {one.subject_id for one in self.accepted.mappings}
        refused = {(one.subject_id, one.object_id) for one in self.rejected.mappings}
        subjects: dict[str, list[SemanticMapping]] = {}
        for row in rows:
            if row.subject_id not in done:
                subjects.setdefault(row.subject_id, []).append(row)
        found = []
        for subject, some in subjects.items():
            every = [one for one in some if not one.finds_nothing]
            left = [one for one in every if (subject, one.object_id) not in refused]
            left.sort(key=lambda one: -(one.confidence or 0))
            nothing = [one for one in some if one.finds_nothing] or _none_of(every)
            if left or not every:
                label = some[0].subject_label
                found.append(Question(subject, label, tuple(left), tuple(nothing)))
        return found

    def _made(self, row: SemanticMapping, predicate: str) -> SemanticMapping:
        kept = {name: text for name, text in row.more.items() if name not in _OF_A_MACHINE}
        label = {"author_label": self.author.label} if self.author.label else {}
        return replace(
            row,
            predicate_id=predicate,
            mapping_justification=CURATED,
            author_id=self.author.id,
            mapping_date=self.date,
            confidence=self.confidence,
            comment="",
            more={**kept, **label},
        )

    def _with(self, old: MappingSet, row: SemanticMapping) -> MappingSet:
        metadata = dict(old.metadata)
        for slot, value in zip(("creator_id", "creator_label"), self.author, strict=True):
            if value and value not in _listed(metadata.get(slot)):
                metadata[slot] = (*_listed(metadata.get(slot)), value)
        return MappingSet(metadata, (*old.mappings, row))


def _begun(path: str, suggested: MappingSet, suffix: str) -> MappingSet:
    begun = sssom.read(path) if os.path.exists(path) else None
    base = {**suggested.metadata, **(begun.metadata if begun else {})}
    spaces = {**suggested.curie_map, **(begun.curie_map if begun else {})}
    used = {name: prefixes()[name] for name in ("orcid", "semapv", "skos", "sssom")}
    metadata = {**base, "curie_map": {**used, **spaces}}
    if begun is None:
        for slot, mark in (("mapping_set_id", "/"), ("mapping_set_title", ", ")):
            if slot in metadata:
                metadata[slot] = f"{metadata[slot]}{mark}{suffix}"
    return MappingSet(metadata, begun.mappings if begun else ())


def _creator(sets: Sequence[MappingSet]) -> Author:
    """Who decided before."""
    for one in sets:
        ids, labels = (_listed(one.metadata.get(s)) for s in ("creator_id", "creator_label"))
        if one.mappings and (ids or labels):
            return Author(ids[0], "") if ids else Author("", labels[0])
    raise InputError("nobody is named who decides", hint="give --author an ORCID or a name")


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple) else (str(value),) if value else ()


def _proposed(row: SemanticMapping) -> str:
    return row.predicate_id if row.predicate_id in _SAME else _SAME[0]


def _none_of(rows: Sequence[SemanticMapping]) -> list[SemanticMapping]:
    """Rows that say that none of the vocabularies of others has the term."""
    by_source = {one.object_source: one for one in rows if one.object_source}
    return [
        replace(one, predicate_id=_SAME[0], object_id=NONE_FOUND, object_label="")
        for one in by_source.values()
    ]
