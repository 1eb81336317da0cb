"""Whether mappings can be trusted: form, existence, label, status, and sense among themselves.

What a vocabulary at hand says is held against every row; a row that none at hand can confirm must
say where identifier and label were seen together. A refused row is no match, so no other row and no
retired term speaks against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ictgraph.errors import IctgraphError
from ictgraph.links.lexicon import Lexicon
from ictgraph.links.sssom import MappingSet, SemanticMapping
from ictgraph.links.vocabularies import well_formed
from ictgraph.vocab import expand, prefixes

__all__ = ["PREDICATES", "PROBLEMS", "Problem", "check"]

PREDICATES = tuple(f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related"))
"""What a match may be; never ``owl:sameAs``."""

PROBLEMS = {
    "undeclared-prefix": ("error", "the prefix is not declared", "前缀未声明"),
    "wrong-predicate": ("error", "this is no kind of match", "不是匹配关系"),
    "malformed": (
        "error",
        "the vocabulary has no identifiers of this form",
        "该词表没有此形式的标识符",
    ),
    "unknown-subject": ("error", "no entity has this identifier", "没有此实体"),
    "unknown-object": ("error", "the vocabulary has no such term", "词表中没有此词条"),
    "wrong-label": ("error", "the vocabulary calls the term otherwise", "词表中的名称不同"),
    "retired": ("error", "the term is retired", "该词条已停用"),
    "shared-object": ("error", "another entity is the same as this term", "另有实体与该词条相同"),
    "found-and-not": (
        "error",
        "a term is given and none is said to be found",
        "既给出词条又称未找到",
    ),
    "twice": ("error", "the same row stands twice", "同一行出现两次"),
    "disagrees": (
        "warning",
        "another vocabulary's mapping says otherwise",
        "另一词表的映射与此不同",
    ),
    "unseen": (
        "error",
        "it is not said where identifier and label were seen",
        "未说明标识符与名称见于何处",
    ),
}
"""What can be wrong: severity, and words in English and Chinese."""


class Problem(NamedTuple):
    """Something wrong with a row.

    :ivar name: a key of :data:`PROBLEMS`.
    :ivar detail: the right label, the successor, the other entity … or "".
    """

    name: str
    mapping_set: str
    mapping: SemanticMapping
    detail: str = ""

    @property
    def severity(self) -> str:
        """``error`` or ``warning``."""
        return PROBLEMS[self.name][0]


_Sets = Mapping[str, MappingSet]
_Rule = Callable[[SemanticMapping], Iterable[tuple[str, str]]]


def check(
    sets: _Sets,
    lexicons: Sequence[Lexicon] = (),
    known: Callable[[str], bool] | None = None,
    others: Iterable[MappingSet] = (),
) -> tuple[Problem, ...]:
    """Return what is wrong with mapping sets, by name of the set and row.

    :param lexicons: vocabularies at hand; rows of theirs must agree with them.
    :param known: tells whether the IRI of a subject is an entity; ``None`` checks no subject.
    :param others: mappings between vocabularies, such as MONDO's own, to agree with.
    """
    rules = [_sighting(lexicons), _vocabulary(lexicons), _together(sets, others)]
    if known is not None:
        rules.append(_subject(known))
    return tuple(
        Problem(name, set_name, one, detail)
        for set_name, mapping_set in sorted(sets.items())
        for one in mapping_set.mappings
        for rule in (_form({*prefixes(), *mapping_set.curie_map}), *rules)
        for name, detail in rule(one)
    )


def _form(declared: set[str]) -> _Rule:
    def rule(one: SemanticMapping) -> Iterable[tuple[str, str]]:
        for curie in (one.subject_id, one.object_id, one.mapping_justification):
            prefix = curie.partition(":")[0]
            if prefix not in declared and not curie.startswith("https://"):
                yield "undeclared-prefix", prefix
        if one.predicate_id not in PREDICATES:
            yield "wrong-predicate", one.predicate_id
        if not one.finds_nothing and not well_formed(one.object_id):
            yield "malformed", one.object_id

    return rule


def _subject(known: Callable[[str], bool]) -> _Rule:
    def rule(one: SemanticMapping) -> Iterable[tuple[str, str]]:
        try:
            if not known(expand(one.subject_id)):
                yield "unknown-subject", ""
        except IctgraphError:
            return

    return rule


def _at_hand(lexicons: Sequence[Lexicon]) -> dict[str, Lexicon]:
    return {prefix: lexicon for lexicon in lexicons for prefix in lexicon.prefixes}


def _vocabulary(lexicons: Sequence[Lexicon]) -> _Rule:
    by_prefix = _at_hand(lexicons)

    def rule(one: SemanticMapping) -> Iterable[tuple[str, str]]:
        lexicon = by_prefix.get(one.object_id.partition(":")[0])
        if lexicon is None or one.finds_nothing:
            return
        if one.object_id not in lexicon:
            yield "unknown-object", ""
            return
        term = lexicon[one.object_id]
        if term.retired and not one.is_refused:
            yield "retired", ", ".join(term.successors)
        if term.label != one.object_label:
            yield "wrong-label", term.label

    return rule


def _sighting(lexicons: Sequence[Lexicon]) -> _Rule:
    by_prefix = _at_hand(lexicons)

    def rule(one: SemanticMapping) -> Iterable[tuple[str, str]]:
        confirmed = one.object_id.partition(":")[0] in by_prefix
        if not confirmed and not one.see_also and not one.comment:
            yield "unseen", ""

    return rule


def _together(sets: _Sets, others: Iterable[MappingSet]) -> _Rule:
    """The rule about rows among each other."""
    same: dict[str, set[str]] = defaultdict(set)
    exact: dict[str, set[str]] = defaultdict(set)
    none: set[tuple[str, str]] = set()
    seen: dict[tuple[object, ...], int] = defaultdict(int)
    for one in (row for mapping_set in sets.values() for row in mapping_set.mappings):
        seen[_key(one)] += 1
        if one.finds_nothing:
            none.add((one.subject_id, one.object_source))
        elif _is_exact(one):
            same[one.object_id].add(one.subject_id)
            exact[one.subject_id].add(one.object_id)
    elsewhere = _elsewhere(others)

    def rule(one: SemanticMapping) -> Iterable[tuple[str, str]]:
        if seen[_key(one)] > 1:
            yield "twice", ""
        if one.finds_nothing or not _is_exact(one):
            return
        sharing = sorted(same[one.object_id] - {one.subject_id})
        if sharing:
            yield "shared-object", ", ".join(sharing)
        if (one.subject_id, one.object_source) in none:
            yield "found-and-not", ""
        prefix = one.object_id.partition(":")[0]
        for other in sorted(exact[one.subject_id] - {one.object_id}):
            said = elsewhere.get((other, prefix), set())
            if said and one.object_id not in said:
                yield "disagrees", f"{other} = {', '.join(sorted(said))}"

    return rule


def _is_exact(one: SemanticMapping) -> bool:
    return one.predicate_id == PREDICATES[0] and not one.is_refused


def _key(one: SemanticMapping) -> tuple[object, ...]:
    return one.subject_id, one.predicate_id, one.object_id, one.object_source, one.is_refused


def _elsewhere(others: Iterable[MappingSet]) -> dict[tuple[str, str], set[str]]:
    """Return by term and prefix the terms of that prefix which others call the same."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in (row for mapping_set in others for row in mapping_set.mappings):
        if _is_exact(one):
            found[one.subject_id, one.object_id.partition(":")[0]].add(one.object_id)
            found[one.object_id, one.subject_id.partition(":")[0]].add(one.subject_id)
    return dict(found)
