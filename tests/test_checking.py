"""Checks of mappings: each finds its fault and spares what is right; ours are clean."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from commands import call
from ictgraph.graph import Graph
from ictgraph.links import sssom
from ictgraph.links.bundle import bundle, triples
from ictgraph.links.checking import PREDICATES, PROBLEMS, check
from ictgraph.links.lexicon import Lexicon
from ictgraph.links.sssom import NONE_FOUND, MappingSet, SemanticMapping
from ictgraph.links.terminologies import Name, Term
from ictgraph.vocab import expand

GOOD = SemanticMapping(
    "id:melanoma", "melanoma", "skos:exactMatch", "MONDO:0005105", "melanoma",
    "semapv:ManualMappingCuration", object_source="bioregistry:mondo",
)  # fmt: skip
DOID = replace(GOOD, object_id="DOID:1909", comment="seen in DO", object_source="bioregistry:doid")
NONE = replace(
    GOOD, object_id=NONE_FOUND, object_label="", object_source="bioregistry:cl", comment="-"
)
MONDO = Lexicon(
    "mondo",
    "1",
    [
        Term("MONDO:0005105", (Name("melanoma", "label"),)),
        Term("MONDO:0000002", (Name("gone", "label"),), True, ("MONDO:0005105",)),
    ],
)
BAD: dict[str, list[SemanticMapping]] = {
    "undeclared-prefix": [replace(GOOD, subject_id="nope:melanoma")],
    "wrong-predicate": [replace(GOOD, predicate_id="owl:sameAs")],
    "malformed": [replace(DOID, object_id="unii:Q6C9WHR03P")],
    "unknown-subject": [replace(GOOD, subject_id="id:no-such-thing")],
    "unknown-object": [replace(GOOD, object_id="MONDO:9999999")],
    "wrong-label": [replace(GOOD, object_label="Melanoma")],
    "retired": [replace(GOOD, object_id="MONDO:0000002", object_label="gone")],
    "shared-object": [GOOD, replace(GOOD, subject_id="id:neoplasm")],
    "found-and-not": [GOOD, replace(NONE, object_source="bioregistry:mondo")],
    "twice": [DOID, DOID],
    "disagrees": [GOOD, DOID],
    "unseen": [replace(DOID, comment="")],
}
MONDO_SAYS = MappingSet(
    {}, (replace(GOOD, subject_id="MONDO:0005105", object_id="DOID:8923", object_label="x"),)
)
MATCHES = {expand(one) for one in PREDICATES}


def problems(rows: list[SemanticMapping], graph: Graph, others: list[MappingSet]) -> set[str]:
    def known(iri: str) -> bool:
        return graph.names.classes(iri) is not None

    found = check({"set": MappingSet({}, tuple(rows))}, [MONDO], known, others)
    return {one.name for one in found}


def test_every_problem_has_a_case() -> None:
    assert set(BAD) == set(PROBLEMS)


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_found_and_no_other(name: str, graph: Graph) -> None:
    assert problems(BAD[name], graph, [MONDO_SAYS]) == {name}


def test_right_rows_are_spared(graph: Graph) -> None:
    close = replace(GOOD, subject_id="id:neoplasm", predicate_id="skos:closeMatch")
    agreeing = MappingSet({}, (replace(MONDO_SAYS.mappings[0], object_id="DOID:1909"),))
    assert problems([GOOD, NONE, DOID, close], graph, [agreeing]) == set()


def test_what_was_refused_is_no_match(graph: Graph) -> None:
    refused = {"predicate_modifier": "Not"}
    doid = replace(DOID, object_id="DOID:8923", more=refused)
    gone = replace(GOOD, object_id="MONDO:0000002", object_label="gone", more=refused)
    other = replace(GOOD, subject_id="id:neoplasm", more=refused)
    mondo = MappingSet({}, (replace(MONDO_SAYS.mappings[0], more=refused),))
    assert problems([GOOD, DOID, doid, gone, other], graph, [mondo]) == set()
    nothing = replace(NONE, object_source="bioregistry:mondo")
    assert problems([other, replace(nothing, subject_id="id:neoplasm")], graph, []) == set()
    whole = bundle({"set": MappingSet({}, (GOOD, other))})
    assert {str(quad.subject) for quad in triples(whole) if quad.predicate.value in MATCHES} == {
        "<https://w3id.org/ictgraph/id/melanoma>"
    }
    assert triples(MappingSet({}, (other,))) == []


def test_a_retired_term_names_its_successor() -> None:
    (problem,) = check({"set": MappingSet({}, tuple(BAD["retired"]))}, [MONDO])
    assert problem.detail == "MONDO:0005105" and problem.severity == "error"


def test_our_mappings_are_clean_against_whole_mondo_and_cl(graph: Graph) -> None:
    lexicons = [Lexicon.open("mondo"), Lexicon.open("cl")]
    found = check(sssom.own(), lexicons, lambda iri: graph.names.classes(iri) is not None)
    assert [one for one in found if one.severity == "error"] == []


def test_the_command_counts_and_fails(tmp_path: Path) -> None:
    clean = call("link", "check", "--format", "json")
    assert clean.exit_code == 0 and json.loads(clean.stdout)["rows"] == []
    assert "held against mondo, cl; 0 problems" in clean.stderr
    path = tmp_path / "mine.sssom.tsv"
    path.write_text(sssom.text(MappingSet({}, tuple(BAD["wrong-label"]))), encoding="utf-8")
    done = call("link", "check", "--file", str(path), "--format", "json", "--lang", "zh")
    (row,) = json.loads(done.stdout)["rows"]
    assert done.exit_code == 1
    assert (row["problem"], row["detail"]) == ("词表中的名称不同", "melanoma")
    assert call("link", "check", "--file", str(tmp_path / "absent")).exit_code == 2
    assert call("link", "check", "--against", "absent.obo").exit_code == 2


def test_coverage_counts_every_entity_once(graph: Graph) -> None:
    rows = json.loads(call("link", "coverage", "--format", "json").stdout)["rows"]
    for row in rows:
        assert row["entities"] == sum(row[k] for k in ("same", "related", "none", "unchecked"))
    assert next(r for r in rows if r["kind"]["id"] == "ict:Disease")["same"] > 20


def test_exports_hold_every_mapping(tmp_path: Path) -> None:
    every = [one for mapping_set in sssom.own().values() for one in mapping_set.mappings]
    whole = sssom.parse(call("link", "export").stdout)
    assert len(whole.mappings) == len(every)
    some = json.loads(call("link", "export", "--vocabulary", "cl", "--format", "json").stdout)
    assert {one["object_id"].partition(":")[0] for one in some["mappings"]} == {"CL"}
    turtle = call("link", "export", "--format", "ttl").stdout
    assert "id:melanoma\n    skos:exactMatch" in turtle and "sameAs" not in turtle
    wrong = call("link", "export", "--set", "nope")
    assert wrong.exit_code == 2 and "the sets are" in wrong.stderr
