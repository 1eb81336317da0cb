"""All mappings as one: an SSSOM file, statements, or JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from pyoxigraph import Quad

from ictgraph.links.sssom import MappingSet, statements
from ictgraph.vocab import prefixes

__all__ = ["bundle", "json_text", "triples"]


def bundle(sets: Mapping[str, MappingSet], vocabularies: Collection[str] = ()) -> MappingSet:
    """Return mapping sets as one, with the prefixes that it uses.

    :param vocabularies: prefixes of the objects to keep; all if empty.
    """
    rows = tuple(
        one
        for mapping_set in sets.values()
        for one in mapping_set.mappings
        if not vocabularies or one.object_id.partition(":")[0] in vocabularies
    )
    curies = [c for one in rows for c in (one.subject_id, one.predicate_id, one.object_id)]
    curies += [c for one in rows for c in (one.mapping_justification, one.object_source)]
    used = {curie.partition(":")[0] for curie in curies}
    table = prefixes()
    first = next(iter(sets.values()), MappingSet({}, ()))
    kept = {k: first.metadata[k] for k in ("creator_id", "license") if k in first.metadata}
    metadata: dict[str, Any] = {
        "sssom_version": "1.1",
        "curie_map": {prefix: table[prefix] for prefix in sorted(used & table.keys())},
        "mapping_set_id": "https://w3id.org/ictgraph/mappings/all",
        "mapping_set_title": "ictgraph: all mappings",
        **kept,
    }
    return MappingSet(metadata, rows)


def triples(mapping_set: MappingSet) -> list[Quad]:
    """Return a mapping set as statements of the default graph: matches, and nodes with grounds."""
    found = (quad for one in mapping_set.mappings for quad in statements("all", one))
    return [Quad(quad.subject, quad.predicate, quad.object) for quad in found]


def json_text(mapping_set: MappingSet) -> str:
    """Return a mapping set as JSON, with the names of SSSOM's own JSON form."""
    rows = []
    for one in mapping_set.mappings:
        row = {name: value for name, value in asdict(one).items() if value not in ("", (), None)}
        row |= row.pop("more", {})
        rows.append(row)
    whole = {**mapping_set.metadata, "mappings": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
