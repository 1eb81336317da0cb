r"""The ontology: its header, its terms, and whether two reasoners find it free of contradiction.

``tests/data/terms.lock`` lists the terms of every release, one local name a line, sorted. A
released term is never dropped, because queries and data of others use it: retire it with
``owl:deprecated true``. At a release, add the new terms::

    sed -n 's/^ict:\([A-Za-z]*\)$/\1/p' ontology/ictgraph.ttl | LC_ALL=C sort \
        > tests/data/terms.lock
"""

from __future__ import annotations

import io
import os
import re

import owlready2
import owlrl
import pytest
import rdflib
from pyoxigraph import RdfFormat, Triple, parse, serialize
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD, Namespace, URIRef
from rdflib.term import Node

from ictgraph.paths import data_dir, data_files

HERE = os.path.dirname(os.path.abspath(__file__))
LOCK = os.path.join(HERE, "data", "terms.lock")
SMALL = os.path.join(HERE, "data", "shapes", "conforming.trig")
FILE = os.path.join(data_dir("ontology"), "ictgraph.ttl")
DATA = data_files("triples", ending=(".ttl", ".trig"))
ICT = Namespace("https://w3id.org/ictgraph/ontology#")
VOAF = Namespace("http://purl.org/vocommons/voaf#")
IRI = URIRef("https://w3id.org/ictgraph/ontology")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
PREFIXES = f"""@prefix ict: <{ICT}> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix owl: <{OWL}> .
@prefix rdfs: <{RDFS}> .
@prefix xsd: <{XSD}> .
"""

CONTRADICTIONS = {
    "two disjoint classes": "id:x a ict:Therapy , ict:Country .",
    "a disease with qualifiers is no disease": "id:x a ict:Indication , ict:Disease .",
    "a person is no institution": "id:x a ict:Person . id:y ict:leadInvestor id:x .",
    "range": "id:x a ict:Therapy ; ict:target id:y . id:y a ict:Disease .",
    "range by a broader class": "id:x ict:regulator id:y . id:y a ict:Country .",
    "domain": "id:x a ict:Company ; ict:productOf id:x .",
    "domain of a subproperty": "id:x a ict:Approval ; ict:sponsor id:y .",
    "two steps before an authority": "id:x a ict:Approval , ict:ClinicalClearance .",
}
"""What cannot be true together, by what is wrong with it."""

DATATYPE_CLASH = "id:x a ict:ClinicalStudy ; ict:patients 'several' ."
UNSATISFIABLE = """
ict:Both a owl:Class ; rdfs:subClassOf ict:Approval , ict:PreclinicalStudy .
ict:Below a owl:Class ; rdfs:subClassOf ict:Both .
ict:Hybrid a owl:Class ; rdfs:subClassOf ict:Therapy , ict:Intervention .
ict:Fine a owl:Class ; rdfs:subClassOf ict:Target , ict:Gene .
"""


def n_triples(*paths: str, more: str = "") -> bytes:
    quads = [quad for path in paths for quad in parse(path=path)]
    quads += parse((PREFIXES + more).encode(), format=RdfFormat.TURTLE)
    triples = {Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    text = serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES)
    assert text is not None
    return text


def hermit(text: bytes) -> set[str]:
    """Return the unsatisfiable classes; raise if the statements contradict each other.

    HermiT has no xsd:date, xsd:gYear and xsd:gYearMonth, which OWL 2 leaves out: it skips them.
    """
    world = owlready2.World()
    try:
        world.get_ontology(f"{IRI}#").load(fileobj=io.BytesIO(text))
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
        return {one.name for one in world.inconsistent_classes()} - {"Nothing"}
    finally:
        world.close()


def clashes(text: bytes) -> list[str]:
    """Return what an OWL 2 RL reasoner finds contradictory; texts in a language are left out."""
    graph = rdflib.Graph().parse(data=text, format="nt")
    for triple in list(graph):
        if getattr(triple[2], "language", None):
            graph.remove(triple)
    closure = owlrl.CombinedClosure.RDFS_OWLRL_Semantics(graph, True, False, False)
    closure.closure()
    return list(closure.error_messages)


GRAPH = rdflib.Graph().parse(data=n_triples(FILE), format="nt")
TERMS = sorted(
    {s for s in GRAPH.subjects(RDF.type) if isinstance(s, URIRef) and s.startswith(str(ICT))}
)


def name(term: Node) -> str:
    return str(term).removeprefix(str(ICT))


def test_header_follows_the_conventions() -> None:
    assert set(GRAPH.objects(IRI, RDF.type)) == {OWL.Ontology, VOAF.Vocabulary}
    for predicate in (DCTERMS.title, DCTERMS.description):
        languages = [getattr(text, "language", None) for text in GRAPH.objects(IRI, predicate)]
        assert sorted(map(str, languages)) == ["en", "zh"]
    for predicate in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified):
        (day,) = GRAPH.objects(IRI, predicate)
        assert getattr(day, "datatype", None) == XSD.date
    (creator,) = GRAPH.objects(IRI, DCTERMS.creator)
    assert isinstance(creator, URIRef) and (creator, RDFS.label, None) in GRAPH
    (licence,) = GRAPH.objects(IRI, DCTERMS.license)
    assert str(licence).startswith("https://creativecommons.org/")
    assert str(GRAPH.value(IRI, VANN.preferredNamespacePrefix)) == "ict"
    assert str(GRAPH.value(IRI, VANN.preferredNamespaceUri)) == str(ICT)


def test_version_iri_ends_in_the_version() -> None:
    version = str(GRAPH.value(IRI, OWL.versionInfo))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert str(GRAPH.value(IRI, OWL.versionIRI)) == f"{IRI}/{version}"


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_term_is_explained_in_both_languages(term: URIRef) -> None:
    for predicate in (RDFS.label, SKOS.definition):
        texts = list(GRAPH.objects(term, predicate))
        assert sorted(str(getattr(text, "language", None)) for text in texts) == ["en", "zh"]
        assert all(str(text) == str(text).strip() != "" for text in texts)
    for text in GRAPH.objects(term, SKOS.definition):
        assert str(text).endswith("。" if getattr(text, "language", None) == "zh" else ".")
    assert list(GRAPH.objects(term, RDFS.isDefinedBy)) == [IRI]


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_term_is_of_one_kind_and_named_for_it(term: URIRef) -> None:
    kinds = {kind for kind in GRAPH.objects(term, RDF.type) if str(kind).startswith(str(OWL))}
    assert len(kinds) == 1
    pattern = r"[A-Z][A-Za-z]*" if kinds == {OWL.Class} else r"[a-z][A-Za-z]*"
    assert re.fullmatch(pattern, name(term))
    assert kinds <= {OWL.Class, *PROPERTIES}


def test_everything_mentioned_is_declared() -> None:
    nodes = {term for triple in GRAPH for term in triple if isinstance(term, URIRef)}
    assert sorted(n for n in nodes if str(n).startswith(str(ICT)) and n not in TERMS) == []
    assert not [node for node in GRAPH.all_nodes() if isinstance(node, rdflib.BNode)]


def test_other_vocabularies_are_declared_as_owl_dl_asks() -> None:
    builtin = (str(OWL), str(RDF), str(RDFS))
    used = set(GRAPH.predicates()) | set(GRAPH.objects(None, RDF.type))
    used |= set(GRAPH.objects(None, RDFS.subClassOf))
    foreign = {term for term in used if not str(term).startswith((*builtin, str(ICT)))}
    assert {term for term in foreign if (term, RDF.type, None) not in GRAPH} == set()


def test_hierarchies_have_no_cycle() -> None:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in TERMS:
            broader = [b for one in GRAPH.objects(term, predicate)
                       for b in GRAPH.transitive_objects(one, predicate)]  # fmt: skip
            assert term not in broader


def test_every_class_is_an_entity() -> None:
    for term in GRAPH.subjects(RDF.type, OWL.Class):
        if str(term).startswith(str(ICT)):
            assert ICT.Entity in GRAPH.transitive_objects(term, RDFS.subClassOf), term


def test_no_released_term_was_dropped() -> None:
    with open(LOCK, encoding="utf-8") as file:
        released = file.read().split()
    assert released == sorted(set(released))
    assert sorted(set(released) - {name(term) for term in TERMS}) == []


def test_ontology_is_consistent_in_dl() -> None:
    assert hermit(n_triples(FILE)) == set()


def test_ontology_and_data_are_consistent_in_dl() -> None:
    assert hermit(n_triples(FILE, SMALL)) == set()
    assert hermit(n_triples(FILE, *DATA)) == set()


def test_dl_finds_unsatisfiable_classes() -> None:
    assert hermit(n_triples(FILE, more=UNSATISFIABLE)) == {"Both", "Below", "Hybrid"}


@pytest.mark.parametrize("wrong", [*CONTRADICTIONS.values(), DATATYPE_CLASH],
                         ids=[*CONTRADICTIONS, "a word for a number"])  # fmt: skip
def test_dl_finds_contradictions(wrong: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        hermit(n_triples(FILE, more=wrong))


def test_ontology_and_data_are_consistent_in_rl() -> None:
    assert clashes(n_triples(FILE, SMALL, *DATA)) == []


@pytest.mark.parametrize("what", ["two disjoint classes", "range", "domain"])
def test_rl_finds_contradictions(what: str) -> None:
    assert clashes(n_triples(FILE, more=CONTRADICTIONS[what])) != []
