"""The SHACL shapes: each constraint rejects its fixture, nothing else does, and all are needed.

A fixture ``tests/data/shapes/SHAPE.CONSTRAINT.trig`` is added to ``conforming.trig`` and breaks
that one constraint. Where a shape has several targets, its fixture breaks it once for each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat, Triple, parse, serialize
from rdflib import OWL, RDF, RDFS, SH, XSD, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ictgraph import checks, shapes
from ictgraph.errors import InputError
from ictgraph.paths import data_dir

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "shapes")
CONFORMING = os.path.join(FOLDER, "conforming.trig")
ONTOLOGY = os.path.join(data_dir("ontology"), "ictgraph.ttl")
DISPLAY = os.path.join(data_dir("ontology"), "display.ttl")
ICT = "https://w3id.org/ictgraph/ontology#"
SHAPE = "https://w3id.org/ictgraph/shapes#"
CASES = sorted(name[:-5] for name in os.listdir(FOLDER) if name != "conforming.trig")
GENERAL = {"developmentRole", "institutionRole"}  # there for their narrower properties only
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
LISTS = (SH["or"],)
Statement = tuple[Node, Node, Node]


def graph_of(*paths: str) -> rdflib.Graph:
    """Return the statements of files, whatever their graphs."""
    triples = [Triple(q.subject, q.predicate, q.object) for p in paths for q in parse(path=p)]
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text, format="nt")


SHAPES = graph_of(os.path.join(data_dir("ontology"), "shapes.ttl"))
BASE = graph_of(ONTOLOGY, DISPLAY, CONFORMING)
DECLARED = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in SHAPES.subjects(RDF.type, kind)}


def local(term: Node) -> str:
    return str(term).rpartition("#")[2]


def parts(shape: Node) -> set[Node]:
    """Return the shapes that a shape names directly."""
    named = set(SHAPES.objects(shape, SH.property)) | set(
        SHAPES.objects(shape, SH.qualifiedValueShape)
    )
    return named.union(
        *(Collection(SHAPES, head) for p in LISTS for head in SHAPES.objects(shape, p))
    )


def above(shape: Node) -> set[Node]:
    """Return the shape and all that name it, directly or not."""
    found = {shape}
    while more := {s for s in DECLARED - found if parts(s) & found}:
        found |= more
    return found


def below(shapes: Iterable[Node]) -> set[Node]:
    """Return the shapes and all that they name, directly or not."""
    found = set(shapes)
    while more := set().union(*map(parts, found)) - found:
        found |= more
    return found


def constraints() -> list[Statement]:
    """Return every statement of the shapes without which they would reject less."""
    silent = {SH.path, SH.message, SH.qualifiedValueShape}
    return sorted(
        (s, p, o)
        for s, p, o in SHAPES
        if s in DECLARED and str(p).startswith(str(SH)) and p not in silent
    )


def fixtures(statement: Statement) -> list[str]:
    """Return the fixtures that should notice if a statement of the shapes were missing."""
    shape, name, value = statement
    own = f"{local(shape)}.{local(name)}"
    if own in CASES:
        return [own]
    if name == SH.property:
        shapes = below([value])
    else:
        shapes = below([shape]) if name in TARGETS else above(shape)
    return [case for case in CASES if URIRef(SHAPE + case.partition(".")[0]) in shapes]


def carved(shapes: set[Node]) -> rdflib.Graph:
    """Return these shapes alone, with the lists they use."""
    graph = rdflib.Graph()
    for s, p, o in SHAPES:
        if s in shapes or p in (RDF.first, RDF.rest):
            graph.add((s, p, o))
    return graph


@cache
def data_of(case: str) -> rdflib.Graph:
    return BASE + graph_of(os.path.join(FOLDER, f"{case}.trig"))


def count(case: str, shapes: rdflib.Graph) -> int:
    """Return how many results a fixture gives, shapes not linted."""
    _, report, _ = pyshacl.validate(data_of(case), shacl_graph=shapes, inplace=True)
    return len(list(report.objects(None, SH.result)))


@cache
def intact(case: str) -> int:
    return count(case, carved(below(above(URIRef(SHAPE + case.partition(".")[0])))))


def mutation_id(statement: Statement) -> str:
    value = f"={local(statement[2])}" if isinstance(statement[2], URIRef) else ""
    return f"{local(statement[0])}.{local(statement[1])}{value}"


def test_the_conforming_graph_conforms() -> None:
    assert shapes.shacl([CONFORMING]) == ()


def test_the_data_conform() -> None:
    assert [finding for finding in shapes.shacl() if finding.severity == "error"] == []


@pytest.mark.parametrize("case", CASES)
def test_fixture_breaks_one_constraint_only(case: str) -> None:
    findings = shapes.shacl(data_of(case), SHAPES)
    assert {finding.check for finding in findings} == {case}
    assert all(set(finding.message) == {"en", "zh"} for finding in findings)


@pytest.mark.parametrize("statement", constraints(), ids=mutation_id)
def test_every_constraint_and_target_is_needed(statement: Statement) -> None:
    cases = fixtures(statement)
    assert cases, f"no fixture tests/data/shapes/{mutation_id(statement)}.trig"
    for case in cases:
        mutant = carved(below(above(URIRef(SHAPE + case.partition(".")[0]))))
        mutant.remove(statement)
        if statement[1] == SH.qualifiedMinCount:  # the two are one constraint
            mutant.remove((statement[0], SH.qualifiedValueShape, None))
        if count(case, mutant) < intact(case):
            return
    pytest.fail(f"nothing notices that {mutation_id(statement)} is gone: {cases}")


def test_every_fixture_has_its_constraint() -> None:
    names = {f"{local(s)}.{local(p)}" for s, p, _ in constraints()}
    assert set(CASES) <= names


@pytest.mark.parametrize(
    "statement", [s for s in constraints() if s[1] in TARGETS], ids=mutation_id
)
def test_every_target_finds_something_that_conforms(statement: Statement) -> None:
    _, kind, term = statement
    if kind == SH.targetClass:
        classes = set(BASE.transitive_subjects(RDFS.subClassOf, term))
        assert any((None, RDF.type, one) in BASE for one in classes)
    else:
        assert (None, term, None) in BASE


def test_shapes_are_sound() -> None:
    assert shapes.lint(SHAPES) == ()
    assert not [s for s in SHAPES.all_nodes() if isinstance(s, rdflib.BNode)]


def test_value_shapes_agree_with_the_ontology() -> None:
    ranges: dict[str, set[str]] = {}
    for term, value in BASE.subject_objects(RDFS.range):
        derived = any(str(x).endswith("(derived)") for x in BASE.objects(term, RDFS.label))
        if not derived and local(term) not in GENERAL:
            ranges.setdefault(local(term), set()).add(str(value))
    checked: dict[str, set[str]] = {}
    for shape, term in SHAPES.subject_objects(SH.targetSubjectsOf):
        if SHAPES.value(shape, SH.path) == term:
            values = [*SHAPES.objects(shape, SH["class"]), *SHAPES.objects(shape, SH.datatype)]
            if (shape, SH["or"], URIRef(SHAPE + "numbers-1")) in SHAPES:
                values.append(XSD.decimal)
            checked.setdefault(local(term), set()).update(map(str, values))
    for name in ranges:
        assert checked.get(name) == ranges[name], name
    annotations = {local(t) for t in BASE.subjects(RDF.type, OWL.AnnotationProperty)}
    beyond = {name for name, values in checked.items() if values} - set(ranges) - annotations
    assert beyond == set()


PREFIXES = f"""@prefix ict: <{ICT}> . @prefix rdfs: <{RDFS}> . @prefix sh: <{SH}> .
@prefix rdf: <{RDF}> . @prefix shape: <{SHAPE}> .
"""
WELL = "shape:x a sh:NodeShape ; sh:targetClass ict:Therapy ; sh:property shape:y ."
SLIPS = {
    "x: SHACL has no term sh:proprety": "shape:x a sh:NodeShape ; sh:targetClass ict:Therapy ; "
    "sh:proprety shape:y ; sh:nodeKind sh:IRI .",
    "x: SHACL has no term sh:Iri": "shape:x a sh:NodeShape ; sh:targetClass ict:Therapy ; "
    "sh:nodeKind sh:Iri .",
    f"x: the ontology has no term {ICT}Terapy": "shape:x a sh:NodeShape ; "
    "sh:targetClass ict:Terapy ; sh:nodeKind sh:IRI .",
    f"y: the ontology has no term {RDFS}lable": WELL
    + "shape:y a sh:PropertyShape ; sh:path rdfs:lable ; sh:minCount 1 .",
    f"y: the ontology has no term {ICT}Gen": WELL
    + "shape:y a sh:PropertyShape ; sh:path ict:target ; sh:class ict:Gen .",
    "y is used but not declared": WELL,
    "z is used but not declared": "shape:x a sh:NodeShape ; sh:targetClass ict:Therapy ; "
    "sh:or shape:l . shape:l rdf:first shape:z ; rdf:rest rdf:nil .",
    "x has no target and no shape uses it": "shape:x a sh:NodeShape ; sh:nodeKind sh:IRI .",
    "x has no constraint": "shape:x a sh:NodeShape ; sh:targetClass ict:Therapy .",
    "x: minCount needs sh:path": "shape:x a sh:NodeShape ; sh:targetClass ict:Therapy ; "
    "sh:minCount 1 .",
}


@pytest.mark.parametrize("complaint", SLIPS)
def test_lint_names_shapes_that_cannot_bite(complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + SLIPS[complaint], encoding="utf-8")
    assert complaint in shapes.lint(graph_of(str(path)))
    with pytest.raises(InputError, match="cannot be trusted"):
        shapes.shacl([CONFORMING], str(path))


def test_shapes_that_shacl_refuses_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    shape = "shape:y a sh:PropertyShape ; sh:path ict:target ; sh:minCount 'one' ."
    path.write_text(PREFIXES + WELL + shape, encoding="utf-8")
    with pytest.raises(InputError, match="refuses the shapes"):
        shapes.shacl([CONFORMING], str(path))


def test_a_file_with_a_fault_is_found_and_located() -> None:
    fixture = os.path.join(FOLDER, "rank.minInclusive.trig")
    (finding,) = shapes.shacl([CONFORMING, fixture])
    assert finding == checks.Finding(
        check="rank.minInclusive",
        severity="error",
        entity="https://w3id.org/ictgraph/id/case",
        property=ICT + "rank",
        value="0",
    )
    assert checks.locate(finding.entity, [CONFORMING, fixture]) == f"{fixture}:4"


def test_a_dataset_is_validated_whole() -> None:
    dataset = rdflib.Dataset()
    for s, p, o in data_of("rank.minInclusive"):
        dataset.add((s, p, o, dataset.graph("https://w3id.org/ictgraph/graph/one")))
    assert [finding.check for finding in shapes.shacl(dataset, SHAPES)] == ["rank.minInclusive"]


def test_nothing_to_validate_is_no_pass() -> None:
    with pytest.raises(InputError, match="no data"):
        shapes.shacl(rdflib.Graph())


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("id:x a ict:Therapy .", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.ttl"):
        shapes.shacl([str(broken)])
    with pytest.raises(InputError, match=r"absent\.ttl cannot be read"):
        shapes.shacl([str(tmp_path / "absent.ttl")])


def test_without_pyshacl_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(InputError, match=r"pip install 'ictgraph\[check\]'"):
        shapes.shacl([CONFORMING])
