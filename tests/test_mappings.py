"""The mappings themselves: everything looked up, no known trap, and hierarchies that users expect.

``tests/data/traps.tsv`` lists identifiers that look right and are wrong: another thing with the
same name or acronym, an obsolete term whose name lives on, what is broader or near. They must be
neither the same as the entity nor close to it.
"""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, RdfFormat, Store, parse

from ictgraph.graph import Graph
from ictgraph.links.checking import check
from ictgraph.links.sssom import SemanticMapping, own
from ictgraph.links.vocabularies import vocabularies, well_formed
from ictgraph.paths import data_files
from ictgraph.vocab import GRAPH, ICT, ID, OWL, RDF_TYPE, RDFS_LABEL, SKOS, expand, prefixes

TRAPS = Path(__file__).parent / "data" / "traps.tsv"
ROWS = [one for mapping_set in own().values() for one in mapping_set.mappings]
FOUND = [one for one in ROWS if not one.finds_nothing]
SAME = ("skos:exactMatch", "skos:closeMatch")
PUBLIC = re.compile(r"https://(?!pypi\.org/)([a-z0-9-]+\.)+[a-z]{2,}/\S*[^\s.,;:)]$", re.IGNORECASE)
"""An address that anybody can open: a host with a name, a path, nothing left over at the end."""

LONGEST_COMMENT = 200
LEAST_CONFIDENCE = 0.9
ROR = "Company Foundation GovernmentBody Hospital InvestmentFirm Regulator ResearchGroup"
NCIT = (
    "AmountPrecision ApprovalPathway CellSource CitationStatus DoubtKind FinancingRound"
    " Intervention NoClaimsReason Qualifier RecordState Service Stage Technology Therapy"
    " TherapyClass Topic"
)
PRIMARY = {
    "AdverseEffect": "MONDO",
    "CellType": "CL",
    "Country": "iso3166",
    "Database": "wikidata",
    "Disease": "MONDO",
    "Gene": "hgnc",
    "Guidance": "fda.guidance wikidata",
    "Indication": "MONDO",
    "Journal": "issn",
    "Molecule": "mesh",
    "Paper": "doi",
    "Person": "orcid",
    "PolicyPlan": "wikidata",
    "Region": "geonames",
    "Regulation": "wikidata",
    "ResearchInstitute": "ror",
    "Target": "mesh",
    "University": "ror",
    **dict.fromkeys(ROR.split(), "ror"),
    **dict.fromkeys(NCIT.split(), "NCIT"),
}
"""In which vocabulary every entity of a class was looked for, whatever else it is linked to."""


def vocabulary(one: SemanticMapping) -> str:
    """Return the prefix of the vocabulary of a row."""
    if not one.finds_nothing:
        return one.object_id.partition(":")[0]
    table = prefixes()
    registered = {known.bioregistry: prefix for prefix, known in vocabularies().items()}
    first, _, rest = one.object_source.partition(":")
    if first == "bioregistry":
        return registered[rest]
    return next(prefix for prefix in vocabularies() if table[prefix] == one.object_source)


OF_A_GENE = {"ensembl": "ensembl_gene_id", "NCBIGene": "entrez_id", "uniprot": "uniprot_ids"}
"""In which column HGNC names the same gene, or its protein, of another vocabulary."""

LOOKED_UP = {(one.subject_id, vocabulary(one)) for one in ROWS}


@pytest.fixture(scope="module")
def store(graph: Graph) -> Store:
    """The built graph."""
    found = Store()
    found.bulk_load(path=os.path.join(graph.folder, "graph.nq"), format=RdfFormat.N_QUADS)
    return found


@pytest.fixture(scope="module")
def kinds(store: Store) -> dict[str, set[str]]:
    """The entities of each class of ours, as they are declared."""
    found = defaultdict(set)
    declared = store.quads_for_pattern(
        None, NamedNode(RDF_TYPE), None, NamedNode(GRAPH + "entities")
    )
    for quad in declared:
        assert isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
        if quad.object.value.startswith(ICT):
            found[quad.object.value.removeprefix(ICT)].add("id:" + quad.subject.value[len(ID) :])
    return found


def test_every_class_has_a_vocabulary(kinds: dict[str, set[str]]) -> None:
    assert sorted(kinds) == sorted(PRIMARY)


@pytest.mark.parametrize("kind", sorted(PRIMARY))
def test_every_entity_was_looked_up(kind: str, kinds: dict[str, set[str]]) -> None:
    missing = {
        entity
        for entity in kinds[kind]
        if not any((entity, prefix) in LOOKED_UP for prefix in PRIMARY[kind].split())
    }
    assert missing == set()


def test_every_clinical_study_was_looked_up(store: Store) -> None:
    studies = store.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(ICT + "ClinicalStudy"))
    iris = [quad.subject.value for quad in studies if isinstance(quad.subject, NamedNode)]
    found = {"id:" + iri.removeprefix(ID) for iri in iris}
    assert len(found) > 5
    assert {one for one in found if (one, "clinicaltrials") not in LOOKED_UP} == set()


def test_every_class_of_the_ontology_was_looked_up(store: Store) -> None:
    declared = store.quads_for_pattern(
        None, NamedNode(RDF_TYPE), NamedNode(OWL + "Class"), NamedNode(GRAPH + "ontology")
    )
    iris = [quad.subject.value for quad in declared if isinstance(quad.subject, NamedNode)]
    classes = {"ict:" + iri.removeprefix(ICT) for iri in iris if iri.startswith(ICT)}
    assert len(classes) > 50
    assert classes - {subject for subject, _ in LOOKED_UP} == set()


def test_genes_and_proteins_are_linked_everywhere() -> None:
    found = {(one.subject_id, vocabulary(one)) for one in FOUND if one.predicate_id in SAME}
    for subject in {one for one, prefix in found if prefix == "uniprot"}:
        assert {(subject, "hgnc"), (subject, "ensembl"), (subject, "NCBIGene")} <= found


def traps() -> list[dict[str, str]]:
    """Return the lines of the file of traps."""
    with TRAPS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("trap", traps(), ids=lambda one: f"{one['name']}-{one['object_id']}")
def test_no_trap_is_hit(trap: dict[str, str], kinds: dict[str, set[str]]) -> None:
    assert all(trap.values())
    assert trap["subject_id"] in set().union(*kinds.values())
    assert well_formed(trap["object_id"])
    pair = (trap["subject_id"], trap["object_id"])
    rows = [one for one in FOUND if (one.subject_id, one.object_id) == pair]
    assert not [one for one in rows if one.predicate_id in SAME]


def test_no_identifier_is_two_things(kinds: dict[str, set[str]]) -> None:
    of = {entity: kind for kind, entities in kinds.items() for entity in entities}
    exact, same = defaultdict(set), defaultdict(set)
    for one in FOUND:
        if one.predicate_id == SAME[0]:
            exact[one.object_id].add(one.subject_id)
        if one.predicate_id in SAME and one.subject_id in of:
            same[one.object_id, of[one.subject_id]].add(one.subject_id)
    assert {term: subjects for term, subjects in exact.items() if len(subjects) > 1} == {}
    assert {term: subjects for term, subjects in same.items() if len(subjects) > 1} == {}


def test_the_checks_find_nothing(store: Store) -> None:
    def known(iri: str) -> bool:
        return next(store.quads_for_pattern(NamedNode(iri), None, None), None) is not None

    assert check(own(), known=known) == ()


def test_every_identifier_is_well_formed() -> None:
    assert {vocabulary(one) for one in ROWS} <= vocabularies().keys()
    assert [one.object_id for one in FOUND if not well_formed(one.object_id)] == []
    assert sum(one.object_id.startswith("unii:") for one in FOUND) >= 10


def test_every_row_says_where_it_was_seen() -> None:
    for one in ROWS:
        assert len(one.comment) <= LONGEST_COMMENT
        assert (one.confidence or 0) >= LEAST_CONFIDENCE
        assert all(PUBLIC.match(address) for address in one.see_also), one
        if not one.finds_nothing:
            assert one.see_also, one
            assert one.object_label or "not seen" in one.comment, one


def test_labels_are_those_of_the_imported_terms() -> None:
    labels = {
        quad.subject.value: quad.object.value
        for path in data_files("ontology/imports", ending=".ttl")
        for quad in parse(path=path)
        if quad.predicate.value == RDFS_LABEL
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
    linked = [one for one in FOUND if vocabulary(one) in {"MONDO", "CL"}]
    assert len(linked) > 80
    for one in linked:
        if one.predicate_id != "skos:relatedMatch":
            assert labels[expand(one.object_id)] == one.object_label


@pytest.fixture(scope="module")
def genes() -> dict[str, dict[str, str]]:
    """The rows of the extract of HGNC by identifier."""
    (path,) = data_files("ontology/imports", ending="hgnc.tsv")
    with open(path, encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter="\t")
    return {row["hgnc_id"].replace("HGNC:", "hgnc:"): row for row in rows}


def test_symbols_are_those_of_approved_genes(genes: dict[str, dict[str, str]]) -> None:
    linked = [one for one in FOUND if vocabulary(one) == "hgnc"]
    assert len(linked) > 30
    for one in linked:
        gene = genes[one.object_id]
        assert (gene["symbol"], gene["status"]) == (one.object_label, "Approved")


@pytest.mark.parametrize(("prefix", "column"), sorted(OF_A_GENE.items()))
def test_gene_and_protein_are_those_of_hgnc(
    prefix: str, column: str, genes: dict[str, dict[str, str]]
) -> None:
    """One digit off is another gene, and a well-formed identifier."""
    of = {
        one.subject_id: genes[one.object_id]
        for one in FOUND
        if vocabulary(one) == "hgnc" and one.predicate_id in SAME
    }
    linked = [one for one in FOUND if vocabulary(one) == prefix and one.predicate_id in SAME]
    assert len(linked) > 20
    for one in linked:
        gene = of[one.subject_id]
        assert one.object_id.partition(":")[2] in gene[column].split("|")
        assert prefix == "uniprot" or one.object_label == gene["symbol"]


def under(store: Store, narrow: str, broad: str) -> bool:
    """Tell whether asking for one entity or term finds another."""
    ask = f"ASK {{ GRAPH ?g {{ <{expand(narrow)}> <{ICT}broaderOrSelf> <{expand(broad)}> }} }}"
    found = store.query(ask)
    assert isinstance(found, QueryBoolean)
    return bool(found)


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("id:b-cell-acute-lymphoblastic-leukemia", "id:hematologic-neoplasm"),
        ("id:b-cell-acute-lymphoblastic-leukemia", "id:acute-lymphoblastic-leukemia"),
        ("id:multiple-myeloma", "id:hematologic-neoplasm"),
        ("id:acute-myeloid-leukemia", "id:hematologic-neoplasm"),
        ("id:acute-myeloid-leukemia", "MONDO:0005170"),
        ("id:non-hodgkin-lymphoma", "id:lymphoma"),
        ("id:b-cell-lymphoma", "id:non-hodgkin-lymphoma"),
        ("id:hepatocellular-carcinoma", "id:neoplasm"),
        ("id:glioblastoma", "id:neoplasm"),
        ("id:systemic-lupus-erythematosus", "id:autoimmune-disease"),
        ("id:systemic-sclerosis", "id:autoimmune-disease"),
        ("id:graft-versus-host-disease", "id:immune-system-disease"),
        ("id:immune-mediated-necrotizing-myopathy", "id:idiopathic-inflammatory-myopathy"),
        ("id:car-t-cell", "id:t-cell"),
        ("id:tcr-t-cell", "id:t-cell"),
        ("id:nkt-cell", "id:t-cell"),
        ("id:regulatory-t-cell", "id:t-cell"),
        ("id:gamma-delta-t-cell", "id:t-cell"),
        ("id:car-nk-cell", "id:nk-cell"),
        ("id:car-m-cell", "id:macrophage"),
        ("id:microglia", "id:macrophage"),
        ("id:t-cell", "CL:0000738"),
        ("id:nk-cell", "CL:0000542"),
    ],
)
def test_who_asks_for_the_broader_finds_the_narrower(narrow: str, broad: str, store: Store) -> None:
    assert under(store, narrow, broad)


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("id:acute-lymphoblastic-leukemia", "id:lymphoma"),
        ("id:b-cell-acute-lymphoblastic-leukemia", "id:lymphoma"),
        ("id:precursor-b-cell-acute-lymphoblastic-leukemia", "id:lymphoma"),
        ("id:multiple-myeloma", "id:lymphoma"),
        ("id:multiple-myeloma", "id:non-hodgkin-lymphoma"),
        ("id:multiple-myeloma", "MONDO:0005170"),
        ("id:acute-myeloid-leukemia", "MONDO:0020076"),
        ("id:hematologic-neoplasm", "id:immune-system-disease"),
        ("id:lymphoma", "id:immune-system-disease"),
        ("id:acute-myeloid-leukemia", "id:immune-system-disease"),
        ("id:multiple-myeloma", "id:immune-system-disease"),
        ("id:multiple-myeloma", "id:solid-tumor"),
        ("id:lymphoma", "id:solid-tumor"),
        ("id:melanoma", "id:glioblastoma"),
        ("id:nkt-cell", "id:nk-cell"),
        ("id:nk-cell", "id:t-cell"),
        ("id:foxp3-cell", "id:regulatory-t-cell"),
        ("id:car-nk-cell", "id:t-cell"),
        ("id:car-m-cell", "id:t-cell"),
        (
            "id:adult-relapsed-or-refractory-cd19-positive-b-cell-acute-lymphoblastic-leukemia",
            "id:precursor-b-cell-acute-lymphoblastic-leukemia",
        ),
    ],
)
def test_what_clinicians_keep_apart_stays_apart(narrow: str, broad: str, store: Store) -> None:
    assert not under(store, narrow, broad)


def test_no_disease_falls_under_two_that_exclude_each_other(store: Store) -> None:
    """Nothing of ours is both a solid tumor and a blood cancer."""
    found = store.query(
        f"SELECT DISTINCT ?e {{ GRAPH ?g {{ ?e <{ICT}broaderOrSelf> <{ID}solid-tumor> }}"
        f" GRAPH ?h {{ ?e <{ICT}broaderOrSelf> <{ID}hematologic-neoplasm> }} }}"
    )
    assert isinstance(found, QuerySolutions)
    assert [row["e"].value for row in found if row["e"].value.startswith(ID)] == []


def test_what_is_left_out_is_a_step_of_the_vocabulary_and_still_needed() -> None:
    steps, left = set(), set()
    for path in data_files("ontology/imports", ending=".ttl"):
        for quad in parse(path=path):
            pair = (quad.subject.value, quad.object.value)
            if quad.predicate.value == SKOS + "broader":
                steps.add(pair)
            elif quad.predicate.value == ICT + "notBelow":
                left.add(pair)
    assert left and left <= steps
