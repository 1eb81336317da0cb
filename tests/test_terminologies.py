"""Vocabularies of others: every format as published, and whatever else a file may hold."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ictgraph.errors import InputError
from ictgraph.links import sssom
from ictgraph.links.terminologies import PACKAGED, Name, Term, read, state

PUBLISHED = Path(__file__).parent.parent.parent / "shared" / "reference" / "ontologies"
"""Where real files may lie, beside the checkout; nothing needs them."""

REAL = {
    "blood_and_immune_upper_slim.owl": ("CL:0000084", "T cell"),
    "cl.obo": ("CL:0000084", "T cell"),
    "DO_cancer_slim.owl": ("DOID:8923", "skin melanoma"),
    "hgnc_entries.tsv": ("hgnc:1633", "CD19"),
    "mondo.obo": ("MONDO:0005105", "melanoma"),
    "ror_records.json": ("ror:03vek6s52", "Harvard University"),
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OBO = """\
format-version: 1.2
data-version: releases/2026-05-05/x.obo
ontology: x

[Term]
id: MONDO:0018177
name: glioblastoma
synonym: "GBM" EXACT ABBREVIATION [NCIT:C3058]
synonym: "a \\"quoted\\" name" RELATED []
is_a: MONDO:0021042 {source="NCIT"} ! glioma

[Typedef]
id: part_of
name: part of

[Term]
id: MONDO:0002498
name: obsolete glioblastoma multiforme
is_obsolete: true
replaced_by: MONDO:0018177
"""
OWL = f"""\
<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY obo "http://purl.obolibrary.org/obo/"> ]>
<rdf:RDF xmlns:rdf="{RDF}" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
    xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:obo="http://purl.obolibrary.org/obo/"
    xmlns:oio="http://www.geneontology.org/formats/oboInOwl#">
  <owl:Ontology rdf:about="http://e.org/x.owl">
    <owl:versionIRI rdf:resource="http://e.org/releases/2026-05-05/x.owl"/>
    <owl:imports rdf:resource="http://127.0.0.1:9/never.owl"/>
  </owl:Ontology>
  <owl:Class rdf:about="&obo;MONDO_0018177">
    <rdfs:label>glioblastoma</rdfs:label>
    <oio:hasExactSynonym>GBM</oio:hasExactSynonym>
    <oio:hasRelatedSynonym>a "quoted" name</oio:hasRelatedSynonym>
    <rdfs:subClassOf rdf:resource="&obo;MONDO_0021042"/>
    <rdfs:subClassOf><owl:Restriction/></rdfs:subClassOf>
  </owl:Class>
  <owl:ObjectProperty rdf:about="&obo;BFO_0000050"/>
  <owl:Class rdf:about="&obo;MONDO_0002498">
    <rdfs:label>obsolete glioblastoma multiforme</rdfs:label>
    <owl:deprecated rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean">true</owl:deprecated>
    <obo:IAO_0100001 rdf:resource="&obo;MONDO_0018177"/>
  </owl:Class>
</rdf:RDF>
"""
SKOS = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
<http://e.org/scheme> a skos:ConceptScheme ; owl:versionInfo "2026-05-05" .
obo:MONDO_0018177 a skos:Concept ; skos:prefLabel "胶质母细胞瘤"@zh, "glioblastoma"@en ;
  skos:altLabel "GBM"@en ; skos:hiddenLabel 'a "quoted" name' ; skos:broader obo:MONDO_0021042 .
obo:MONDO_0002498 a skos:Concept ; skos:prefLabel "obsolete glioblastoma multiforme"@en ;
  owl:deprecated true ; obo:IAO_0100001 "MONDO:0018177" .
"""
GRAPHS = {
    "graphs": [
        {
            "meta": {"version": "http://e.org/releases/2026-05-05/x.json"},
            "nodes": [
                {
                    "id": "http://purl.obolibrary.org/obo/MONDO_0018177",
                    "lbl": "glioblastoma",
                    "type": "CLASS",
                    "meta": {
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "GBM"},
                            {"pred": "hasRelatedSynonym", "val": 'a "quoted" name'},
                        ]
                    },
                },
                {"id": "http://purl.obolibrary.org/obo/BFO_0000050", "type": "PROPERTY"},
                {
                    "id": "http://purl.obolibrary.org/obo/MONDO_0002498",
                    "lbl": "obsolete glioblastoma multiforme",
                    "meta": {
                        "deprecated": True,
                        "basicPropertyValues": [
                            {
                                "pred": "http://purl.obolibrary.org/obo/IAO_0100001",
                                "val": "MONDO:0018177",
                            }
                        ],
                    },
                },
            ],
            "edges": [
                {
                    "sub": "http://purl.obolibrary.org/obo/MONDO_0018177",
                    "pred": "is_a",
                    "obj": "http://purl.obolibrary.org/obo/MONDO_0021042",
                }
            ],
        }
    ]
}
TSV = """\
#version: 2026-05-05
id\tlabel\tsynonyms\taliases\tstatus\treplaced_by\tparents
mondo:0018177\tglioblastoma\tGBM\ta "quoted" name\t\t\tMONDO:0021042

MONDO:0002498\tobsolete glioblastoma multiforme\t\t\tobsolete\tMONDO:0018177\t
"""
FILES = {
    "x.obo": OBO,
    "x.owl": OWL,
    "x.ttl": SKOS,
    "x.json": json.dumps(GRAPHS),
    "x.tsv": TSV,
    "x.csv": TSV.replace('a "quoted" name', '"a ""quoted"" name"').replace("\t", ","),
}


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return str(path)


@pytest.mark.parametrize("name", FILES)
def test_every_format_says_the_same(name: str, tmp_path: Path) -> None:
    content = FILES[name].replace('\ta "quoted" name', '\t"a ""quoted"" name"')
    found = read(written(tmp_path, name, content))
    glioblastoma, obsolete = found.terms
    assert found.version == "2026-05-05"
    assert (glioblastoma.id, glioblastoma.label) == ("MONDO:0018177", "glioblastoma")
    names = {(one.text, one.how) for one in glioblastoma.names if one.lang != "zh"}
    assert names == {("glioblastoma", "label"), ("GBM", "exact"), ('a "quoted" name', "other")}
    assert glioblastoma.parents == ("MONDO:0021042",)
    assert obsolete.retired and not glioblastoma.retired
    assert (obsolete.id, obsolete.successors) == ("MONDO:0002498", ("MONDO:0018177",))


def test_labels_in_several_languages_have_english_first(tmp_path: Path) -> None:
    term = read(written(tmp_path, "x.ttl", SKOS)).terms[0]
    assert [one for one in term.names if one.how == "label"] == [
        Name("glioblastoma", "label", "en"),
        Name("胶质母细胞瘤", "label", "zh"),
    ]


def ror(id: str, **slots: Any) -> dict[str, Any]:
    return {"id": f"https://ror.org/{id}", **slots}


RECORDS = [
    ror(
        "03vek6s52",
        status="active",
        names=[
            {"value": "HU ", "types": ["acronym"], "lang": None},
            {"value": "Harvard University", "types": ["ror_display", "label"], "lang": "en"},
            {"value": "哈佛大学", "types": ["label"], "lang": "zh"},
        ],
        locations=[{"geonames_details": {"country_code": "US"}}],
    ),
    ror(
        "03wevmz92",
        status="withdrawn",
        names=[{"value": "Harvard Medical School", "types": ["ror_display"], "lang": "en"}],
        relationships=[{"type": "successor", "id": "https://ror.org/03vek6s52"}],
    ),
    ror(
        "0222p1984",
        name="Hrain Biotechnology Co., Ltd. (China)",
        aliases=["Hrain"],
        acronyms=["HRN"],
        labels=[{"label": "恒润达生", "iso639": "zh"}],
        country={"country_code": "CN"},
        relationships=[{"type": "Parent", "id": "https://ror.org/00000000x"}],
    ),
]


def test_ror_of_both_schemas(tmp_path: Path) -> None:
    found = read(written(tmp_path, "v2.9-ror-data.json", json.dumps(RECORDS)))
    university, school, company = found.terms
    assert found.version == "2.9"
    assert (university.country, company.country) == ("US", "CN")
    assert Name("HU", "acronym") in university.names
    assert Name("哈佛大学", "exact", "zh") in university.names
    assert school.retired and school.successors == ("ror:03vek6s52",)
    assert {"Hrain Biotechnology", "Hrain", "恒润达生"} < {one.text for one in company.names}
    assert company.parents == ("ror:00000000x",)


def test_ror_records_come_one_by_one_whatever_the_length(tmp_path: Path) -> None:
    many = [
        ror(f"{i:09d}", name=f'Institute {i} \\ "{"長" * (i % 700)}"', status="active")
        for i in range(3000)
    ]
    found = read(written(tmp_path, "ror.json", json.dumps(many, ensure_ascii=False, indent=1)))
    assert [one.label for one in found.terms] == [str(one["name"]) for one in many]
    assert read(written(tmp_path, "one.json", json.dumps(many[5]))).terms == found.terms[5:6]


def workbook(table: str) -> bytes:
    """A table as a workbook, which leaves out empty cells at the end of a row."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in table.splitlines():
        book.worksheets[0].append([cell or None for cell in row.split("\t")])
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "encoding"),
    [
        ("x.tsv", TSV.replace("GBM", "胶质母细胞瘤").encode(), "UTF-8"),
        ("x.txt", TSV.replace("GBM", "胶质母细胞瘤").encode("utf-16"), "UTF-16"),
        ("x.tsv", TSV.replace("GBM", "胶质母细胞瘤").encode("gb18030"), "GB 18030"),
        ("x.xlsx", workbook(TSV.replace("GBM", "胶质母细胞瘤")), ""),
    ],
)
def test_tables_are_read_however_they_are_saved(
    tmp_path: Path, name: str, content: bytes, encoding: str
) -> None:
    found = read(written(tmp_path, name, content))
    assert (found.version, found.encoding) == ("2026-05-05", encoding)
    assert [one.id for one in found.terms] == ["MONDO:0018177", "MONDO:0002498"]
    assert "胶质母细胞瘤" in {name.text for name in found.terms[0].names}
    assert found.terms[1].retired and found.terms[1].successors == ("MONDO:0018177",)


def test_hgnc_as_it_publishes_its_table(tmp_path: Path) -> None:
    header = "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\n"
    rows = (
        'HGNC:11913\tTNFRSF17\tTNF receptor superfamily member 17\tApproved\t"CD269|BCM"\tBCMA\n'
        "HGNC:1009\tBCMA\tsymbol withdrawn, see [HGNC:11913](/data/#!/hgnc_id/HGNC:11913)\t"
        "Symbol Withdrawn\t\t\n"
    )
    gene, withdrawn = read(written(tmp_path, "hgnc_complete_set.txt", header + rows)).terms
    assert [tuple(one)[:2] for one in gene.names] == [
        ("TNFRSF17", "label"),
        ("TNF receptor superfamily member 17", "exact"),
        ("CD269", "other"),
        ("BCM", "other"),
        ("BCMA", "other"),
    ]
    assert withdrawn == Term("hgnc:1009", (Name("BCMA", "label"),), True, ("hgnc:11913",))


def test_packaged_vocabularies_are_whole() -> None:
    cells = {one.id: one for one in read("CL").terms}
    assert cells["CL:0000084"].label == "T cell" and len(cells) > 3000
    assert cells["CL:0000493"].retired and not cells["CL:0000815"].retired
    countries = {one.id: {name.text for name in one.names} for one in read("iso3166").terms}
    assert countries["iso3166:GB"] >= {"United Kingdom", "英国"} and len(countries) > 240


def test_the_extract_of_hgnc_has_every_gene_that_mappings_name() -> None:
    extract = {one.id: one for one in read("hgnc").terms}
    rows = (row for one in sssom.own().values() for row in one.mappings)
    linked = {row.object_id: row.object_label for row in rows if row.object_id.startswith("hgnc:")}
    assert linked == {id: extract[id].label for id in linked}
    assert {"hgnc:8760", "hgnc:11138", "hgnc:14681"} <= extract.keys()  # all that are called PD1


def test_real_files() -> None:
    for name in filter(lambda one: (PUBLISHED / one).exists(), REAL):
        found = read(str(PUBLISHED / name))
        id, label = REAL[name]
        assert {one.id: one.label for one in found.terms}[id] == label
        assert all(one.id and ":" in one.id for one in found.terms)
        assert found.version or name in ("hgnc_entries.tsv", "ror_records.json")


def bomb() -> str:
    entities = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    return (
        f'<!DOCTYPE x [<!ENTITY e0 "{"A" * 100}">{entities}]><rdf:RDF xmlns:rdf="{RDF}">'
        '<rdf:Description rdf:about="http://e.org/x"><rdf:value>&e9;</rdf:value></rdf:Description>'
        "</rdf:RDF>"
    )


BROKEN: dict[str, tuple[str, str | bytes, str]] = {
    "no id": ("x.obo", "format-version: 1.2\n\n[Term]\nname: x\n", r"x\.obo:3: a term without id"),
    "synonym": ("x.obo", "format-version: 1\n[Term]\nid: X:1\nsynonym: x EXACT []", "not quoted"),
    "no obo": ("x.obo", "hello\n", r"x\.obo:1: an OBO file begins with"),
    "no terms": ("x.obo", "format-version: 1.2\n", "holds no terms"),
    "no class": ("x.ttl", "<http://e.org/a> <http://e.org/b> 1 .", "holds no terms"),
    "turtle": ("x.ttl", "@prefix x: <", "x.ttl"),
    "bomb": ("x.owl", bomb(), "XML entities"),
    "file": ("x.owl", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts">]><x/>', "XML entities"),
    "late bomb": ("x.owl", "<!--" + "-x" * 600_000 + "-->" + bomb(), "XML entities"),
    "xml": ("x.owl", "<rdf:RDF", "x.owl"),
    "deep": ("x.json", "[" * 100_000, "recursion"),
    "deep graph": ("x.json", '{"graphs":' + "[" * 100_000, "recursion"),
    "no graph": ("x.json", '{"a": 1}', "neither OBO Graphs nor"),
    "no label": ("x.json", '{"graphs":[{"nodes":[{"id":"http://e.org/1","lbl":3}]}]}', "not built"),
    "no record": ("x.json", '[{"id": 1}]', "record 1 is no ROR record"),
    "half an array": ("x.json", '[{"id": "https://ror.org/1"}, {"id"', "x.json"),
    "empty": ("x.json", "", "x.json"),
    "short row": ("x.tsv", "id\tlabel\nX:1\tone\nX:2\n", r"x\.tsv:3: 1 cells, 2 columns"),
    "no header": ("x.csv", "X:1,one\n", r"x\.csv:1: the header names no column"),
    "no identifier": ("x.tsv", "#a: b\nid\tlabel\n\tone\n", r"x\.tsv:3: no identifier"),
    "open quote": ("x.csv", 'id,label\nX:1,"one\nX:2,two\n', r"x\.csv:2: .*quote"),
    "long cell": ("x.csv", f"id,label\nX:1,{'a' * 200_000}\n", r"x\.csv, line 2: field larger"),
    "encoding": ("x.obo", OBO.replace("glioblastoma", "胶质瘤").encode("gb18030"), "not UTF-8"),
    "table encoding": ("x.csv", b"id,label\nX:1,\xff\n", "neither UTF-8 nor GB 18030"),
    "ending": ("x.docx", b"PK", "no ending of a vocabulary"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_named(case: str, tmp_path: Path) -> None:
    name, content, said = BROKEN[case]
    with pytest.raises(InputError, match=said) as error:
        read(written(tmp_path, name, content))
    assert name in error.value.what and error.value.hint


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.obo").mkdir()
    for path in (str(tmp_path / "folder.obo"), str(tmp_path / "absent.obo")):
        with pytest.raises(InputError, match="cannot be read") as error:
            read(path)
        assert all(name in error.value.hint for name in PACKAGED)


def test_the_state_changes_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "x.obo", OBO)
    before = state(path)
    assert state(path) == before
    os.utime(path, ns=(1, 1))
    assert state(path) != before
    with pytest.raises(InputError, match="cannot be read"):
        state(str(tmp_path / "absent.obo"))
