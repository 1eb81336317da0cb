"""Suggestions as SSSOM: what a machine proposes by names, never as if it were curated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from ictgraph import __version__
from ictgraph.errors import InputError
from ictgraph.links.known import Entity
from ictgraph.links.lexicon import Lexicon, key, plain
from ictgraph.links.linker import Candidate, Suggestion
from ictgraph.links.sssom import NONE_FOUND, MappingSet, SemanticMapping
from ictgraph.links.vocabularies import vocabularies
from ictgraph.terms import is_iri
from ictgraph.vocab import ICTGRAPH, prefixes

__all__ = ["header", "mappings", "namespaces", "nothing"]

_LICENCE = "https://w3id.org/sssom/license/unspecified"
_PREFIXES = {
    "name": ICTGRAPH + "name/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
}
_OBO = "http://purl.obolibrary.org/obo/"
_FIELDS = {
    "label": "rdfs:label",
    "exact": "oboInOwl:hasExactSynonym",
    "other": "oboInOwl:hasRelatedSynonym",
    "acronym": "oboInOwl:hasRelatedSynonym",
}
_SURE = {"id": 1.0, "ours": 0.95, "label": 0.95, "exact": 0.9, "alias": 0.9, "other": 0.8}
_UNSURE = 0.3
_CURIE = re.compile(r"([\w.-]+):[^\s:]\S*")


def mappings(
    found: Suggestion, lexicons: Sequence[Lexicon], date: str, entity: Entity | None = None
) -> list[SemanticMapping]:
    """Return a suggestion as rows, one per candidate, none if nothing was found.

    An ambiguous or merely similar candidate is a ``skos:relatedMatch``, and says so.

    :param date: of today, as YYYY-MM-DD.
    :param entity: of ours, if the suggestion is for one; a mere name is a subject of its own.
    """
    subject = _subject(found, entity)
    chosen = found.outcome in ("exact", "close", "broad")
    rows = []
    for one in found.candidates:
        lexicon = next(lexicon for lexicon in lexicons if one.id in lexicon)
        alike = one.how == "fuzzy"
        sure = _SURE.get(one.how, _UNSURE) * one.score / (1 if chosen else len(found.candidates))
        row = SemanticMapping(
            *subject,
            f"skos:{one.match}Match" if chosen else "skos:relatedMatch",
            one.id,
            one.label,
            "semapv:LexicalSimilarityThresholdMatching" if alike else "semapv:LexicalMatching",
            object_source=_source(one.id.partition(":")[0]),
            object_source_version=lexicon.version,
            mapping_date=date,
            confidence=round(sure, 2),
            comment="" if chosen else found.outcome,
            more=_grounds(one, lexicon, entity),
        )
        rows.append(row)
    return rows


def nothing(
    found: Suggestion,
    lexicons: Sequence[Lexicon],
    date: str,
    entity: Entity | None,
    spaces: Mapping[str, str],
) -> list[SemanticMapping]:
    """Return rows that say of each vocabulary that it has no such term, for a person to judge.

    :param spaces: namespaces by prefix, as :func:`namespaces` returns them.
    """
    return [
        SemanticMapping(
            *_subject(found, entity),
            "skos:exactMatch",
            NONE_FOUND,
            "",
            "semapv:LexicalMatching",
            object_source=_source(one.prefix) or _space(one.prefix, spaces),
            object_source_version=one.version,
            mapping_date=date,
        )
        for one in lexicons
    ]


def namespaces(lexicons: Iterable[Lexicon], given: Iterable[str]) -> dict[str, str]:
    """Return the namespaces of all prefixes: ours, those of OBO files, and given ones.

    :param given: texts ``PREFIX=IRI``.
    :raises InputError: if one is not of this form.
    """
    found = {**_PREFIXES, **prefixes()}
    for one in lexicons:
        if one.source.lower().endswith(".obo"):
            found |= {prefix: f"{_OBO}{prefix}_" for prefix in one.prefixes - found.keys()}
    for text in given:
        prefix, _, space = text.partition("=")
        if not is_iri(space) or not re.fullmatch(r"[\w.-]+", prefix):
            raise InputError(
                "{text!r} is no PREFIX=IRI", hint="write EX=https://example.org/", text=text
            )
        found[prefix] = space
    return found


def header(rows: Iterable[SemanticMapping], title: str, spaces: Mapping[str, str]) -> MappingSet:
    """Return rows as a mapping set with a complete header.

    :raises InputError: if the namespace of an identifier is not known.
    """
    rows = tuple(rows)
    used = {"skos", "semapv"}
    for one in rows:
        fields = (one.more.get("subject_match_field", ""), one.more.get("object_match_field", ""))
        for curie in (one.subject_id, one.object_id, one.object_source, *fields):
            if curie and not curie.startswith(("http://", "https://")):
                used.add(_prefix(curie))
    slug = re.sub(r"\W+", "-", title.lower()).strip("-")
    metadata = {
        "sssom_version": "1.1",
        "curie_map": {prefix: _space(prefix, spaces) for prefix in sorted(used)},
        "mapping_set_id": f"{ICTGRAPH}suggestions/{quote(slug)}",
        "mapping_set_title": title,
        "license": _LICENCE,
    }
    return MappingSet(metadata, rows)


def _grounds(one: Candidate, lexicon: Lexicon, entity: Entity | None) -> dict[str, str]:
    """What speaks for a candidate, in slots of SSSOM."""
    alike = one.how == "fuzzy"
    slots = {
        "subject_category": entity.classes[0] if entity and entity.classes else "",
        "mapping_tool": "ictgraph",
        "mapping_tool_version": __version__,
        "match_string": plain(one.name),
        "subject_match_field": _subject_field(one, entity),
        "object_match_field": _object_field(one, lexicon),
        "similarity_score": f"{one.score:g}" if alike else "",
        "similarity_measure": "Indel similarity of sorted words" if alike else "",
    }
    return {name: text for name, text in slots.items() if text}


def _subject(found: Suggestion, entity: Entity | None) -> tuple[str, str]:
    if entity is None:
        return f"name:{quote(found.text, safe='')}", found.text
    return entity.id, entity.names[0] if entity.names else found.text


def _space(prefix: str, spaces: Mapping[str, str]) -> str:
    if prefix not in spaces:
        raise InputError(
            "no namespace is known for {prefix}:",
            hint="give one: --prefix {prefix}=https://…",
            prefix=prefix,
        )
    return spaces[prefix]


def _prefix(curie: str) -> str:
    match = _CURIE.fullmatch(curie)
    if not match:
        raise InputError(
            "{curie!r} is no CURIE, which SSSOM needs",
            hint="write identifiers with a prefix or as IRIs",
            curie=curie,
        )
    return match[1]


def _source(prefix: str) -> str:
    known = vocabularies().get(prefix)
    return f"bioregistry:{known.bioregistry}" if known and known.bioregistry else ""


def _subject_field(one: Candidate, entity: Entity | None) -> str:
    """By which name of ours a term was met."""
    if entity is None:
        return "rdfs:label"
    labels = {key(plain(label)) for label in entity.labels}
    return "rdfs:label" if key(plain(one.name)) in labels else "skos:altLabel"


def _object_field(one: Candidate, lexicon: Lexicon) -> str:
    """What the name that was met is to the term; nothing if only a link of ours led there."""
    hows = [hit.how for hit in lexicon.find(one.name) if hit.id == one.id]
    return _FIELDS[hows[0]] if hows else ""
