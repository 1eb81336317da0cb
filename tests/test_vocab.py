"""CURIEs and IRIs, and the table of prefixes they come from."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, parse

from ictgraph import vocab
from ictgraph.errors import InputError, UnknownName
from ictgraph.paths import data_dir
from ictgraph.vocab import compress, expand, prefixes

SH = "http://www.w3.org/ns/shacl#"


def test_every_declared_prefix_is_complete_and_named() -> None:
    quads = list(parse(path=os.path.join(data_dir("ontology"), "prefixes.ttl")))
    assert not any(isinstance(node, BlankNode) for quad in quads for node in quad.triple)
    ontology = NamedNode(vocab.ICT.rstrip("#"))
    declared = {
        q.object for q in quads if (q.subject, q.predicate.value) == (ontology, SH + "declare")
    }
    for property_ in ("prefix", "namespace"):
        having = [q.subject for q in quads if q.predicate.value == SH + property_]
        assert len(having) == len(set(having))
        assert set(having) == declared


def test_prefixes_are_unique_whatever_their_case_and_sorted() -> None:
    table = prefixes()
    assert len({prefix.lower() for prefix in table}) == len(table) == len(set(table.values()))
    assert list(table) == sorted(table)


def test_constants_agree_with_the_table() -> None:
    table = prefixes()
    for name in ("ICT", "ID", "SRC", "GRAPH", "OWL", "PROV", "RDF", "RDFS", "SKOS", "XSD"):
        assert getattr(vocab, name) == table[name.lower()]
    for name in vocab.__all__:
        if "_" in name:
            assert (
                compress(getattr(vocab, name)).partition(":")[0] == name.partition("_")[0].lower()
            )


def test_the_returned_table_is_a_copy() -> None:
    prefixes().clear()
    assert prefixes()


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("ict:Therapy", "https://w3id.org/ictgraph/ontology#Therapy"),
        ("id:novartis", "https://w3id.org/ictgraph/id/novartis"),
        ("src:review-2024/s3.1/p2/s1", "https://w3id.org/ictgraph/source/review-2024/s3.1/p2/s1"),
        ("MONDO:0005105", "http://purl.obolibrary.org/obo/MONDO_0005105"),
        ("obo:RO_0002202", "http://purl.obolibrary.org/obo/RO_0002202"),
        ("hgnc:1633", "https://identifiers.org/hgnc:1633"),
        ("doi:10.13376/j.cbls/2025011", "https://doi.org/10.13376/j.cbls/2025011"),
        ("clinicaltrials:NCT03391466", "https://clinicaltrials.gov/study/NCT03391466"),
    ],
)
def test_known_names_both_ways(curie: str, iri: str) -> None:
    assert expand(curie) == iri
    assert compress(iri) == curie


@given(
    st.sampled_from(sorted(prefixes())),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1),
    st.sampled_from((str.lower, str.upper, str.title, str)),
)
def test_compress_undoes_nothing_that_expand_cannot_redo(
    prefix: str, local: str, case: type
) -> None:
    try:
        iri = expand(f"{case(prefix)}:{local}")
    except UnknownName:
        raise
    except InputError:
        return
    assert iri == prefixes()[prefix] + local
    assert expand(compress(iri)) == iri


@pytest.mark.parametrize(
    "text", ["", "novartis", "id:", "id:a b", "id:a>b", "id:\n", "id://x", 'id:"', "id:\x9b"]
)
def test_text_that_is_not_a_curie_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a CURIE; write prefix:name"):
        expand(text)


def test_an_unknown_prefix_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no prefix 'mond' is declared; did you mean MONDO:"):
        expand("mond:0005105")
    with pytest.raises(UnknownName, match="the prefixes are bibo, biolink, "):
        expand("qqqqqq:1")


def test_an_iri_outside_every_namespace_stays() -> None:
    for iri in ("https://example.org/a", prefixes()["ict"], "urn:x", "", "https://doi.org///x"):
        assert compress(iri) == iri
