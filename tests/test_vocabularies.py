"""The vocabularies we link to: their patterns are the Bioregistry's, their pages are addresses."""

from __future__ import annotations

import re

import bioregistry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictgraph.graph import Graph
from ictgraph.links.vocabularies import identifier, page, vocabularies, well_formed
from ictgraph.vocab import prefixes

ALL = vocabularies()
REGISTERED = sorted(prefix for prefix, one in ALL.items() if one.bioregistry)
PATTERNED = [prefix for prefix in REGISTERED if bioregistry.get_pattern(ALL[prefix].bioregistry)]


def test_every_vocabulary_has_a_prefix_and_names() -> None:
    order = list(ALL)
    fields = (("MONDO", "DOID", "NCIT"), ("CL", "GO"), ("hgnc", "ensembl", "uniprot"))
    for field in (*fields, ("doi", "pubmed"), ("ror", "wikidata"), ("biolink", "schema")):
        assert sorted(field, key=order.index) == list(field)
    for prefix, one in ALL.items():
        assert prefix in prefixes() and one.name and one.name_zh
        assert not one.page or re.fullmatch(r"https?://\S*\$1\S*", one.page)


@pytest.mark.parametrize("prefix", REGISTERED)
def test_the_bioregistry_knows_the_prefix_so_spelt(prefix: str) -> None:
    resource = bioregistry.get_resource(ALL[prefix].bioregistry)
    assert resource is not None
    assert prefix == (resource.get_preferred_prefix() or resource.prefix)


@pytest.mark.parametrize("prefix", PATTERNED)
@settings(max_examples=30)
@given(data=st.data())
def test_what_our_pattern_takes_the_bioregistry_takes(prefix: str, data: st.DataObject) -> None:
    theirs = bioregistry.get_pattern(ALL[prefix].bioregistry)
    local = data.draw(st.from_regex(f"(?a:{ALL[prefix].pattern})", fullmatch=True))
    assert theirs and re.match(theirs, local)


@pytest.mark.parametrize(
    "curie",
    ["unii:Q6C9WHR03O", "ror:034xvzb47", "issn:0028-0836", "issn:0036-8075",
     "orcid:0000-0002-1825-0097", "MONDO:0009693", "hgnc:1633", "iso3166:CN-SH",
     "ema:EMEA/H/C/004090", "other:anything"],
)  # fmt: skip
def test_right_identifiers_are_well_formed(curie: str) -> None:
    assert well_formed(curie)


@pytest.mark.parametrize("prefix", ["unii", "ror", "issn", "orcid"])
def test_one_wrong_character_is_noticed(prefix: str) -> None:
    right = {
        "unii": "Q6C9WHR03O",
        "ror": "034xvzb47",
        "issn": "0028-0836",
        "orcid": "0000-0002-1825-0097",
    }
    local = right[prefix]
    for place, char in enumerate(local):
        for other in "0123456789abcdefghjkmnpqrstvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if other != char and char != "-":
                assert not well_formed(f"{prefix}:{local[:place]}{other}{local[place + 1 :]}")


def test_pages() -> None:
    assert page("ror:034xvzb47") == "https://ror.org/034xvzb47"
    assert page("fda.bla:125646") == page("nothing:1") == ""


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("https://www.uniprot.org/uniprotkb/P15391/entry", "uniprot:P15391"),
        ("UniProtKB:P15391", "uniprot:P15391"),
        ("PMID:38381673", "pubmed:38381673"),
        ("http://pubmed.ncbi.nlm.nih.gov/38381673/", "pubmed:38381673"),
        ("10.1038/s41586-024-07300-8", "doi:10.1038/s41586-024-07300-8"),
        ("http://dx.doi.org/10.1038/s41586-024-07300-8", "doi:10.1038/s41586-024-07300-8"),
        ("https://clinicaltrials.gov/ct2/show/NCT04404660", "clinicaltrials:NCT04404660"),
        ("https://ror.org/00f54p054", "ror:00f54p054"),
        ("MONDO:0005105", "MONDO:0005105"),
        ("MONDO:melanoma", ""),
        ("id:melanoma", ""),
        ("PD-1/PD-L1", ""),
    ],
)
def test_identifiers_are_understood_as_people_write_them(text: str, curie: str) -> None:
    assert identifier(text) == curie


def test_an_identifier_is_found_exactly_or_not_at_all(graph: Graph) -> None:
    found = graph.find("https://www.ror.org/00f54p054/")
    assert [(one.iri.rpartition("/")[2], one.how) for one in found] == [
        ("stanford-university", "exact")
    ]
    assert graph.find("10.1038/s41586-024-07300-8") == []
    assert graph.entity("10.13376/j.cbls/2025011").endswith("source/review-2024")
