"""The SPARQL checks: each finds its fault, spares its neighbour, and agrees on two engines."""

from __future__ import annotations

import doctest
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import rdflib
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from ictgraph import checks
from ictgraph.engine import Engine, LocalEngine
from ictgraph.errors import InputError
from ictgraph.paths import data_dir
from ictgraph.reference import RdflibEngine, read_dataset

HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMING = os.path.join(HERE, "data", "shapes", "conforming.trig")
DOCUMENT = os.path.join(os.path.dirname(HERE), "docs", "checks.md")
NAMESPACES = {
    "dcterms": "http://purl.org/dc/terms/",
    "ict": "https://w3id.org/ictgraph/ontology#",
    "id": "https://w3id.org/ictgraph/id/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "src": "https://w3id.org/ictgraph/source/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NAMESPACES.items())
P1 = r"src:a-review\/s1\/p1\/s1"
P2 = r"src:a-review\/s1\/p1\/s2"
R1 = r"src:a-register\/42"


class Case(NamedTuple):
    """TriG that a check faults, what it finds there, and TriG like it that is right."""

    bad: str
    found: set[str]
    good: str


CASES = {
    "abstract-class": Case(
        "id:x a ict:Agent .",
        {"id:x rdf:type ict:Agent"},
        f"id:x a ict:Institution . {P1} {{ id:y a ict:RegulatoryEvent }}",
    ),
    "approval-without-regulator": Case(
        f"{P1} {{ id:x a ict:Approval }}",
        {"id:x ict:regulator "},
        f"{P1} {{ id:x a ict:Approval ; ict:regulator id:a-regulator }}",
    ),
    "blank-node": Case(
        f"{P1} {{ id:a-therapy ict:target [] }}",
        {"id:a-therapy ict:target _:"},
        f"{P1} {{ id:a-therapy ict:target id:cd20 }}",
    ),
    "broader-across-kinds": Case(
        "id:lymphoma skos:broader id:t-cell .",
        {"id:lymphoma skos:broader id:t-cell"},
        "id:graft-versus-host-disease skos:broader id:leukaemia . id:x a ict:Region . "
        "id:china skos:broader id:x .",
    ),
    "class-cycle": Case(
        "ict:Agent rdfs:subClassOf ict:Company . ict:eventDate rdfs:subPropertyOf ict:approvedOn .",
        {
            "ict:Agent rdfs:subClassOf ict:Company",
            "ict:Agent rdfs:subClassOf ict:Entity",
            "ict:Agent rdfs:subClassOf <http://www.w3.org/ns/prov#Agent>",
            "ict:Company rdfs:subClassOf ict:Institution",
            "ict:Institution rdfs:subClassOf ict:Agent",
            "ict:approvedOn rdfs:subPropertyOf ict:eventDate",
            "ict:eventDate rdfs:subPropertyOf ict:approvedOn",
        },
        "ict:Novel rdfs:subClassOf ict:Agent , ict:Company .",
    ),
    "broader-cycle": Case(
        "id:t-cell-therapy skos:broader id:car-t-therapy .",
        {
            "id:t-cell-therapy skos:broader id:car-t-therapy",
            "id:car-t-therapy skos:broader id:t-cell-therapy",
        },
        "id:leukaemia skos:broader id:x . id:lymphoma skos:broader id:x .",
    ),
    "dangling-id": Case(
        f"{P1} {{ id:a-therapy ict:target id:cd91 }} id:nobody rdfs:label 'x'@en .",
        {"id:cd91 ict:target id:a-therapy", "id:nobody rdfs:label x"},
        "id:nobody a ict:Person ; rdfs:seeAlso <https://example.org/id/nobody> .",
    ),
    "definition-style": Case(
        "ict:novel skos:definition 'new.'@en , '新'@zh .",
        {"ict:novel skos:definition new.", "ict:novel skos:definition 新"},
        "ict:novel skos:definition 'New.'@en , '新。'@zh .",
    ),
    "deprecated-term": Case(
        "ict:sponsor owl:deprecated true . id:cd19 owl:deprecated true .",
        {
            "id:study-first ict:sponsor ict:sponsor",
            "id:a-therapy ict:target id:cd19",
            "id:relapsed-lymphoma-in-children ict:antigenPositive id:cd19",
        },
        "ict:sponsor owl:deprecated false . id:x owl:deprecated true .",
    ),
    "deprecated-value": Case(
        "ict:sponsor owl:deprecated 'true' . id:cd19 owl:deprecated id:cd20 .",
        {"ict:sponsor owl:deprecated true", "id:cd19 owl:deprecated id:cd20"},
        "ict:sponsor owl:deprecated true . id:cd19 owl:deprecated false .",
    ),
    "disjoint-classes": Case(
        "id:a-company a ict:Country .",
        {"id:a-company rdf:type ict:Country", "id:a-company rdf:type ict:Company"},
        "id:a-company a ict:InvestmentFirm .",
    ),
    "duplicate-definition": Case(
        "ict:novel skos:definition 'A method.'@en . ict:newer skos:definition 'A method.'@en .",
        {"ict:novel skos:definition A method.", "ict:newer skos:definition A method."},
        "ict:novel skos:definition 'A method.'@en . ict:newer skos:definition 'A tool.'@en .",
    ),
    "duplicate-label": Case(
        "id:x a ict:Target ; rdfs:label 'cd 19'@en , 'CD-19'@zh .",
        {
            "id:cd19 rdfs:label CD19",
            "id:x rdfs:label CD-19",
            "id:x rdfs:label cd 19",
        },
        "id:x a ict:Gene ; rdfs:label 'CD19'@en , 'CD19'@zh . "
        "id:y a ict:Stage ; rdfs:label 'I/II期'@zh . id:z a ict:Stage ; rdfs:label 'III期'@zh .",
    ),
    "duplicate-synonym": Case(
        "id:cd19 skos:altLabel 'B4'@en , 'b4'@en .",
        {"id:cd19 skos:altLabel B4", "id:cd19 skos:altLabel b4"},
        "id:cd19 skos:altLabel 'B4'@en , 'B4'@zh , 'B-4'@en .",
    ),
    "empty-passage": Case(
        "src:empty a ict:Passage ; ict:gloss 'a heading'@en . "
        "src:both a ict:Passage ; ict:noClaimsBecause id:no-claims-heading . "
        "src:both { id:a-therapy ict:target id:cd19 }",
        {
            "src:empty ict:noClaimsBecause ",
            "src:both ict:noClaimsBecause id:no-claims-heading",
        },
        "src:heading a ict:Passage ; ict:noClaimsBecause id:no-claims-heading . "
        "src:full a ict:Passage . src:full { id:a-therapy ict:target id:cd19 }",
    ),
    "event-without-therapy": Case(
        f"{P1} {{ id:x a ict:ClinicalStudy }}",
        {"id:x ict:therapy ict:ClinicalStudy"},
        f"{P1} {{ id:x a ict:Finding . id:y a ict:Financing . "
        "id:z a ict:Award ; ict:about id:a-company }",
    ),
    "expected-step": Case(
        f"{P1} {{ id:x a ict:Approval ; ict:expected true }}",
        {"id:x ict:expected true"},
        f"{P1} {{ id:x a ict:Acquisition ; ict:expected true }}",
    ),
    "graph-without-passage": Case(
        "src:nowhere { id:a-therapy ict:target id:cd20 }",
        {"src:nowhere ict:target id:a-therapy"},
        "<https://w3id.org/ictgraph/graph/derived> { id:a-therapy ict:target id:cd20 } "
        f"{P2} {{ id:a-therapy ict:target id:cd20 }}",
    ),
    "group-without-study": Case(
        f"{P1} {{ id:x a ict:StudyGroup }}",
        {"id:x ict:group "},
        f"{P1} {{ id:x a ict:StudyGroup . id:study-first ict:group id:x }}",
    ),
    "invalid-link": Case(
        "id:cd19 rdfs:seeAlso <javascript:alert(1)> , <https://example.org/a.> , "
        "<http://dx.doi.org/10.1000/1> , <http://localhost/a> , <https://example.org/a%20b> . ",
        {
            "id:cd19 rdfs:seeAlso javascript:alert(1)",
            "id:cd19 rdfs:seeAlso <https://example.org/a.>",
            "id:cd19 rdfs:seeAlso <http://dx.doi.org/10.1000/1>",
            "id:cd19 rdfs:seeAlso <http://localhost/a>",
            "id:cd19 rdfs:seeAlso <https://example.org/a%20b>",
        },
        "id:cd19 rdfs:seeAlso <https://doi.org/10.1000/1> , <https://example.org/a/> , "
        "<https://example.org/?q=a:b#c> .",
    ),
    "label-as-synonym": Case(
        "id:cd19 skos:altLabel 'cd19'@en .",
        {"id:cd19 skos:altLabel cd19"},
        "id:cd19 skos:altLabel 'CD-19'@en . id:a-company skos:altLabel 'First Company'@zh .",
    ),
    "label-language": Case(
        "id:x a ict:Gene ; rdfs:label 'X' ; skos:altLabel 'X'@en-us ; "
        "skos:definition '甲'@zh-hans .",
        {"id:x rdfs:label X", "id:x skos:altLabel X", "id:x skos:definition 甲"},
        "id:x a ict:Gene ; rdfs:label 'X'@en , 'X'@zh ; skos:notation 'X' .",
    ),
    "missing-definition": Case(
        "ict:novel a owl:ObjectProperty ; skos:definition 'New.'@en .",
        {"ict:novel skos:definition zh"},
        "ict:novel a owl:ObjectProperty ; skos:definition 'New.'@en , '新。'@zh . "
        "skos:note a owl:AnnotationProperty .",
    ),
    "missing-is-defined-by": Case(
        "ict:Novel a owl:Class .",
        {"ict:Novel rdfs:isDefinedBy "},
        "ict:Novel a owl:Class ; rdfs:isDefinedBy <https://w3id.org/ictgraph/ontology> .",
    ),
    "missing-label": Case(
        "id:x a ict:Gene ; rdfs:label 'X'@en . ict:Novel a owl:Class ; rdfs:label '新'@zh .",
        {"id:x rdfs:label zh", "ict:Novel rdfs:label en"},
        f"id:x a ict:Gene ; rdfs:label 'X'@en , 'X'@zh . {P1} {{ id:y a ict:Award }}",
    ),
    "missing-metadata": Case(
        "<https://example.org/o> a owl:Ontology ; owl:versionInfo '1' .",
        {
            "<https://example.org/o> dcterms:description ",
            "<https://example.org/o> dcterms:license ",
            "<https://example.org/o> dcterms:title ",
            "<https://example.org/o> owl:versionIRI ",
        },
        "<https://example.org/o> a owl:NamedIndividual .",
    ),
    "misspelt-property": Case(
        "id:cd19 skos:altlabel 'B4'@en ; rdfs:lable 'CD19'@en ; owl:sameas id:cd20 .",
        {
            "id:cd19 skos:altlabel B4",
            "id:cd19 rdfs:lable CD19",
            "id:cd19 owl:sameas id:cd20",
        },
        "id:cd19 skos:exactMatch <https://example.org/a> ; rdfs:seeAlso <https://example.org/a> ; "
        "rdf:_1 'x' ; owl:deprecated true ; <https://example.org/core#altlabel> 'x' .",
    ),
    "namespace-slip": Case(
        "<http://w3id.org/ictgraph/id/x> a ict:Gene . id:a-therapy "
        "<https://www.w3.org/2004/02/skos/core#note> <https://w3id.org/ictgraph/id#x> .",
        {
            "<http://w3id.org/ictgraph/id/x> rdf:type <http://w3id.org/ictgraph/id/x>",
            "id:a-therapy <https://www.w3.org/2004/02/skos/core#note> "
            "<https://www.w3.org/2004/02/skos/core#note>",
            "id:a-therapy <https://www.w3.org/2004/02/skos/core#note> "
            "<https://w3id.org/ictgraph/id#x>",
        },
        "id:a-therapy rdfs:seeAlso <https://www.w3.org/TR/skos-primer/> , "
        "<https://w3id.org/other> .",
    ),
    "orphan-class": Case(
        "ict:Novel a owl:Class .",
        {"ict:Novel rdfs:subClassOf "},
        "ict:Novel a owl:Class ; rdfs:subClassOf ict:Entity . <https://e.org/C> a owl:Class .",
    ),
    "orphan-concept": Case(
        "id:x a ict:Disease .",
        {"id:x skos:broader "},
        "id:x a ict:Disease ; skos:broader id:y . id:y a ict:Disease . id:z a ict:Service .",
    ),
    "redundant-class": Case(
        "id:a-company a ict:Institution .",
        {"id:a-company rdf:type ict:Institution"},
        f"id:x a ict:Institution . {P2} {{ id:approval-first a ict:RegulatoryEvent }} "
        "<https://w3id.org/ictgraph/graph/derived> { id:a-company a ict:Institution , ict:Agent }",
    ),
    "several-labels": Case(
        "id:cd19 rdfs:label 'B4'@en . ict:rank skos:definition 'Another.'@en .",
        {
            "id:cd19 rdfs:label B4",
            "id:cd19 rdfs:label CD19",
            "ict:rank skos:definition Another.",
            "ict:rank skos:definition The position claimed: 1 for the first of its kind.",
        },
        "id:x rdfs:label 'B4'@en , 'B4'@zh ; skos:altLabel 'A'@en , 'B'@en .",
    ),
    "shared-name": Case(
        "id:x a ict:Gene ; rdfs:label 'Cd19'@en . id:y a ict:Company ; skos:altLabel '甲公司'@zh .",
        {
            "id:cd19 rdfs:label CD19",
            "id:x rdfs:label Cd19",
            "id:y skos:altLabel 甲公司",
            "id:a-company rdfs:label 甲公司",
        },
        "id:x a ict:Gene ; rdfs:label 'CD190'@en ; skos:altLabel 'CD190'@en .",
    ),
    "stage-misfit": Case(
        f"{P1} {{ id:x a ict:Approval ; ict:stage id:stage-cleared }}",
        {"id:x ict:stage id:stage-cleared"},
        f"{P1} {{ id:x a ict:Finding ; ict:stage id:stage-cleared . "
        "id:approval-first ict:stage id:stage-cleared }",
    ),
    "therapy-without-developer": Case(
        "id:x a ict:Therapy .",
        {"id:x ict:developedBy "},
        f"id:x a ict:Therapy . {P1} {{ id:x ict:productOf id:a-company }}",
    ),
    "therapy-without-target": Case(
        "id:x a ict:Therapy .",
        {"id:x ict:target "},
        f"id:x a ict:Therapy . {P1} {{ id:x ict:target id:cd19 }}",
    ),
    "undeclared-term": Case(
        f"{P1} {{ id:a-therapy ict:developdBy id:a-company }} id:x a ict:Terapy .",
        {"id:a-therapy ict:developdBy ict:developdBy", "id:x rdf:type ict:Terapy"},
        "id:x a ict:Therapy ; <https://example.org/ontology#novel> 'x'@en .",
    ),
    "unflagged-contradiction": Case(
        f"{P1} {{ id:study-first ict:patients 7 }} {P2} {{ id:study-first ict:patients 70 ; "
        "ict:stage id:stage-cleared . "
        "id:clearance-second ict:clearedOn '2023-11'^^xsd:gYearMonth } "
        r"src:a-review\/s9 { id:a-group ict:patients 5 }",
        {
            "id:a-group ict:patients 4",
            "id:a-group ict:patients 5",
            "id:clearance-second ict:clearedOn 2023-11",
            "id:clearance-second ict:clearedOn 2023-12",
            "id:study-first ict:patients 7",
            "id:study-first ict:patients 70",
            "id:study-first ict:stage id:stage-cleared",
            "id:study-first ict:stage id:stage-phase-1",
        },
        f"{P1} {{ id:approval-first ict:approvedOn '2024'^^xsd:gYear }} {P2} {{ "
        "id:approval-first ict:stage id:stage-cleared . "
        "id:clearance-second ict:clearedOn '2023'^^xsd:gYear , '2023-12-24'^^xsd:date }",
    ),
    "unproven-citation": Case(
        f"{P1} {{ id:no-status ict:citedAs 3 . id:no-record dcterms:title 'T'@en }} "
        "id:no-record ict:citationStatus id:citation-verified . "
        "id:no-preprint ict:citationStatus id:citation-preprint-only . "
        "id:bare ict:preprintOf id:no-preprint . "
        "id:known ict:citationStatus id:citation-unresolved . "
        f"{R1} {{ id:known dcterms:title 'T'@en }}",
        {
            "id:no-status ict:citationStatus ",
            "id:no-record ict:citationStatus id:citation-verified",
            "id:no-preprint ict:citationStatus id:citation-preprint-only",
            "id:known ict:citationStatus id:citation-unresolved",
        },
        f"{R1} {{ id:x dcterms:title 'T'@en . id:y dcterms:title 'T'@en }} "
        "id:x ict:citationStatus id:citation-verified . id:y ict:preprintOf id:z . "
        "id:z ict:citationStatus id:citation-preprint-only . "
        f"id:v ict:citationStatus id:citation-unresolved . {P1} {{ id:v dcterms:title 'T'@en }}",
    ),
    "unsourced-claim": Case(
        "id:a-therapy ict:target id:cd20 . id:x a ict:Award .",
        {"id:a-therapy ict:target id:cd20", "id:x rdf:type ict:Award"},
        f"{P2} {{ id:a-therapy ict:target id:cd20 }} id:x a ict:Gene ; ict:shape 'box' . "
        "id:y a ict:Indication ; ict:ofDisease id:lymphoma . id:z ict:preprintOf id:a-paper .",
    ),
    "untidy-text": Case(
        "id:x rdfs:label ' X'@en ; skos:altLabel 'X  Y'@en , '甲\u3000'@zh , 'ＣＤ１９'@zh , "
        "'X\\nY'@en , 'X\u200bY'@en .",
        {
            "id:x rdfs:label  X",
            "id:x skos:altLabel X  Y",
            "id:x skos:altLabel 甲\u3000",
            "id:x skos:altLabel ＣＤ１９",
            "id:x skos:altLabel X\nY",
            "id:x skos:altLabel X\u200bY",
        },
        "id:x rdfs:label 'X Y'@en , '甲（乙）'@zh .",
    ),
    "unused-entity": Case(
        "id:x a ict:Gene .",
        {"id:x rdf:type ict:Gene"},
        f"id:x a ict:Gene . id:y a ict:Gene . {P1} {{ id:finding-first ict:involves id:x . "
        "id:y ict:place id:china }",
    ),
    "wrong-object": Case(
        f"{P1} {{ id:a-therapy ict:target id:lymphoma ; ict:developedBy 'First Company' }}",
        {"id:a-therapy ict:target id:lymphoma", "id:a-therapy ict:developedBy First Company"},
        f"{P1} {{ id:approval-first ict:indication id:lymphoma }}",
    ),
    "wrong-subject": Case(
        f"{P1} {{ id:a-company ict:productOf id:a-company . id:a-therapy ict:group id:a-group }}",
        {"id:a-company ict:productOf id:a-company", "id:a-therapy ict:group id:a-group"},
        f"{P1} {{ id:study-second ict:outcome 'x'@en . id:a-group ict:outcome 'x'@en }}",
    ),
}


def built(trig: str = "", *files: str) -> list[Quad]:
    """Return what a build puts into its store: every statement, and its named graph again."""
    quads = [quad for path in files for quad in parse(path=path)]
    quads += parse((PREFIXES + trig).encode(), format=RdfFormat.TRIG)
    home = NamedNode("https://w3id.org/ictgraph/graph/entities")
    graphs = [home if q.graph_name == DefaultGraph() else q.graph_name for q in quads]
    triples = [(q.subject, q.predicate, q.object) for q in quads]
    return [
        *(Quad(*triple, DefaultGraph()) for triple in triples),
        *(Quad(*triple, graph) for triple, graph in zip(triples, graphs, strict=True)),
    ]


BASE = built("", os.path.join(data_dir("ontology"), "ictgraph.ttl"), CONFORMING)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> rdflib.Dataset:
    return as_dataset(BASE, tmp_path_factory.mktemp("base"))


@pytest.fixture
def engines(dataset: rdflib.Dataset, tmp_path: Path) -> Iterator[Callable[[str], list[Engine]]]:
    """Give both engines the conforming graph and more; the more goes again after the test."""
    before = set(dataset.quads())

    def with_more(trig: str) -> list[Engine]:
        store = Store()
        store.extend([*BASE, *built(trig)])
        for quad in as_dataset(built(trig), tmp_path).quads():
            dataset.add(quad)  # type: ignore[arg-type]
        return [LocalEngine(store), RdflibEngine(dataset)]

    yield with_more
    for quad in set(dataset.quads()) - before:
        dataset.remove(quad)  # type: ignore[arg-type]


def as_dataset(quads: list[Quad], folder: Path) -> rdflib.Dataset:
    path = str(folder / "graph.nq")
    serialize(quads, path, format=RdfFormat.N_QUADS)
    return read_dataset(path)


def short(iri: str) -> str:
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return "_:" if iri.startswith("_:") else f"<{iri}>" if iri.startswith("http") else iri


def found(check: checks.Check, engine: Engine) -> set[str]:
    return {
        f"{short(one.entity)} {short(one.property)} {short(one.value)}"
        for one in checks.run(engine, [check])
    }


ALL = checks.load()


def test_every_check_has_a_case() -> None:
    assert sorted(CASES) == [check.name for check in ALL]


def test_the_conforming_graph_has_no_findings(engines: Callable[[str], list[Engine]]) -> None:
    for engine in engines(""):
        assert checks.run(engine, ALL) == ()


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)
def test_check_finds_the_fault(check: checks.Check, engines: Callable[[str], list[Engine]]) -> None:
    for engine in engines(CASES[check.name].bad):
        assert found(check, engine) == CASES[check.name].found


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)
def test_check_spares_what_is_right(
    check: checks.Check, engines: Callable[[str], list[Engine]]
) -> None:
    for engine in engines(CASES[check.name].good):
        assert found(check, engine) == set()


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)
def test_check_explains_itself(check: checks.Check) -> None:
    for label in (check.title, check.problem, check.fix):
        assert set(label) == {"en", "zh"}
        assert re.search("[\u4e00-\u9fff]", label["zh"])
        assert not re.search("[\u4e00-\u9fff]", label["en"])
    assert check.severity in checks.SEVERITIES
    assert "SELECT DISTINCT ?entity ?property ?value" in check.text
    assert "ORDER BY" in check.text


def test_findings_come_gravest_first_with_their_message() -> None:
    store = Store()
    store.extend([*BASE, *built("id:x a ict:Therapy ; ict:target id:cd91 .")])
    findings = checks.run(LocalEngine(store), ALL)
    ranks = [checks.SEVERITIES.index(one.severity) for one in findings]
    assert ranks == sorted(ranks) and len(set(ranks)) == 2
    problems = {check.name: check.problem for check in ALL}
    assert all(one.message == problems[one.check] for one in findings)


def test_a_check_with_other_columns_is_refused() -> None:
    check = checks.Check("mine", {}, {}, {}, "error", "SELECT ?who WHERE { ?who ?p ?o }")
    with pytest.raises(InputError, match="SELECT DISTINCT"):
        checks.run(LocalEngine(Store()), [check])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("#+ title: Only English", "no title in English and Chinese"),
        ("#+ severity: fatal", "'fatal'"),
    ],
)
def test_a_bad_header_is_refused(
    line: str, complaint: str, tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = os.path.join(tmp_path, "checks")
    os.makedirs(folder)
    key = line.partition(":")[0]
    with open(os.path.join(folder, "mine.rq"), "w", encoding="utf-8") as file:
        file.write(re.sub(f"(?m)^{re.escape(key)}:.*$", line, ALL[0].text))
    monkeypatch.setattr(checks, "data_files", lambda *_, **__: [os.path.join(folder, "mine.rq")])
    with pytest.raises(InputError, match=complaint):
        checks.load()


def test_locate_names_the_line() -> None:
    with open(CONFORMING, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for iri, text in (
        (NAMESPACES["id"] + "cd19", "id:cd19 a ict:Target ;"),
        (NAMESPACES["id"] + "study-first", "    id:study-first a ict:ClinicalStudy ;"),
        (
            NAMESPACES["src"] + "a-review/s1/p1/s2",
            "<https://w3id.org/ictgraph/source/a-review/s1/p1/s2> a ict:Passage ;",
        ),
    ):
        assert checks.locate(iri, [CONFORMING]) == f"{CONFORMING}:{lines.index(text) + 1}"


def test_locate_reads_every_way_to_write_a_subject(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "x.trig")
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            "@prefix id: <https://w3id.org/ictgraph/id/> .\n"
            "PREFIX src: <https://w3id.org/ictgraph/source/>\n"
            "id:first <https://example.org/p>\n"
            "    id:second ,\n"
            '    "id:third a id:thing ." .\n'
            "src:r\\/s1 {\n"
            "  # id:first a id:remark .\n"
            "  id:second\n"
            "    a id:Thing .\n"
            "  id:first a id:Thing\n"
            "}\n"
        )
    found = [checks.locate(NAMESPACES["id"] + n, [path]) for n in ("first", "second", "third")]
    assert found == [f"{path}:10", f"{path}:8", ""]
    assert checks.locate(NAMESPACES["src"] + "r/s1", [path]) == f"{path}:6"


def test_the_document_lists_every_check() -> None:
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    rows = [
        f"| `{check.name}` | {check.severity} | {check.title['en']} | {check.title['zh']} |"
        for check in ALL
    ]
    assert re.findall(r"^\| `[a-z-]+` \|.*\|$", text, re.MULTILINE) == rows


def test_the_document_runs() -> None:
    assert doctest.testfile(DOCUMENT, module_relative=False).failed == 0
