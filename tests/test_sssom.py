"""SSSOM files: read, written in one form, as statements, and accepted by the field's own reader."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import sssom_pydantic
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from ictgraph.errors import InputError
from ictgraph.links import sssom
from ictgraph.links.sssom import NONE_FOUND, MappingSet, SemanticMapping
from ictgraph.paths import data_files
from ictgraph.vocab import GRAPH, prefixes

FILES = data_files("ontology", ending=".sssom.tsv")
HEAD = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
ROW = "id:a\tskos:exactMatch\tMONDO:0000001\tsemapv:ManualMappingCuration"
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)
CONFIDENCE = st.floats(0, 1).map(lambda number: round(number, 12))


def name_of(path: str) -> str:
    return os.path.basename(path)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_own_files_are_canonical(path: str) -> None:
    assert sssom.text(sssom.read(path)) == Path(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_own_files_are_sssom_to_the_reader_of_the_field(path: str) -> None:
    mappings, _, _, errors = sssom_pydantic.read(path, return_errors=True)
    assert errors == [] and len(mappings) == len(sssom.read(path).mappings) > 0


def test_the_reader_of_the_field_rejects_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "wrong.sssom.tsv"
    text = f"#mapping_set_id: https://e.org/x\n{HEAD}\nid:a\texact\tMONDO:1\t\n"
    path.write_text(text, encoding="utf-8")
    assert sssom_pydantic.read(path, return_errors=True)[3]
    with pytest.raises(InputError, match="3: no mapping_justification"):
        sssom.read(str(path))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_own_headers_are_complete(path: str) -> None:
    found = sssom.read(path)
    name = name_of(path).removesuffix(".sssom.tsv")
    assert found.metadata["mapping_set_id"] == f"https://w3id.org/ictgraph/mappings/{name}"
    for slot in ("license", "mapping_set_title", "mapping_set_version", "sssom_version"):
        assert found.metadata[slot]
    table = prefixes()
    assert all(table[prefix] == space for prefix, space in found.curie_map.items())
    for one in found.mappings:
        assert one.object_source and one.object_source_version and one.mapping_date
        assert one.confidence is not None and one.subject_label
        assert one.predicate_id.startswith("skos:") and one.predicate_id.endswith("Match")


def test_a_file_with_lists_quotes_and_other_slots_is_kept(tmp_path: Path) -> None:
    text = (
        "# mapping_set_id: https://example.org/set\n# license: 'https://example.org/l'\n"
        '# mapping_set_title: "A \\"set\\": first"\n# creator_id:\n#   - orcid:0000-0001\n'
        "# curie_map:\n#   MONDO: http://purl.obolibrary.org/obo/MONDO_\n"
        f"{HEAD}\tmatch_string\tsee_also\n{ROW}\tsome name\thttps://e.org/1|https://e.org/2\n"
    )
    found = sssom.parse(text)
    assert found.metadata["mapping_set_title"] == 'A "set": first'
    assert found.metadata["creator_id"] == ("orcid:0000-0001",)
    (one,) = found.mappings
    assert one.more == {"match_string": "some name"}
    assert one.see_also == ("https://e.org/1", "https://e.org/2")
    again = sssom.parse(sssom.text(found))
    assert again == found and sssom.text(again) == sssom.text(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: no column subject_id"),
        (f"{HEAD}\n{ROW}\tmore", "x:2: 5 cells, 4 columns"),
        (f"{HEAD}\n{ROW.replace('id:a', ' ')}", "x:2: no subject_id"),
        (f"{HEAD}\tconfidence\n{ROW}\t1.5", "x:2: the confidence is '1.5'"),
        (f"{HEAD}\tconfidence\n{ROW}\thigh", "x:2: the confidence is 'high'"),
        (f"{HEAD}\tcomment\n{ROW}\t\n{ROW}\t{'x' * 200_000}", "x:3: field larger than"),
        (f"{HEAD}\tcomment\n{ROW}\ta\rb", "x:2: new-line character"),
        (f"#no yaml\n{HEAD}", "x:1: 'no yaml' is no line of an SSSOM header"),
        (f"#  - item\n{HEAD}", "x:1: '- item' is no line"),
    ],
)
def test_what_is_no_sssom_is_an_error_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        sssom.parse(text, "x")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes.sssom.tsv").write_bytes(b"\xff\xfe")
    for name in ("absent.sssom.tsv", "bytes.sssom.tsv"):
        with pytest.raises(InputError, match="cannot be read"):
            sssom.read(str(tmp_path / name))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_end_where_the_file_ends_them(end: str) -> None:
    lines = ["#curie_map:", "#  MONDO: https://e.org/", f"{HEAD}\tcomment", f"{ROW}\ta\x85b\u2028c"]
    found = sssom.parse(end.join([*lines, ""]))
    assert found.curie_map == {"MONDO": "https://e.org/"}
    assert [one.comment for one in found.mappings] == ["a\x85b\u2028c"]


def test_a_carriage_return_in_a_cell_breaks_no_file() -> None:
    found = sssom.parse(f'{HEAD}\tcomment\n{ROW}\t"a\rb"\n')
    assert sssom.parse(sssom.text(found)).mappings[0].comment == "a b"


@pytest.mark.parametrize("written", ["0.00001", "0.0000001", "0.123456789", "0", "1"])
def test_a_confidence_is_a_decimal(written: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sssom.tsv"
    path.write_text(f"{HEAD}\tconfidence\n{ROW}\t{float(written)!r}\n", encoding="utf-8")
    assert f"\t{written}\n" in sssom.text(sssom.read(str(path)))
    values = {str(quad.object) for quad in sssom.quads(str(path))}
    assert f'"{written}"^^<http://www.w3.org/2001/XMLSchema#decimal>' in values


@given(st.lists(st.tuples(CELL, CELL, CELL, st.none() | CONFIDENCE), max_size=5))
def test_writing_and_reading_keep_every_row(
    cells: list[tuple[str, str, str, float | None]],
) -> None:
    rows = [
        SemanticMapping(
            f"id:s{i}", label.strip(), "skos:exactMatch", "MONDO:0000001", name.strip(),
            "semapv:ManualMappingCuration", comment=note.strip(), confidence=number,
        )
        for i, (label, name, note, number) in enumerate(cells)
    ]  # fmt: skip
    found = sssom.parse(sssom.text(MappingSet({"license": "https://e.org"}, tuple(rows))))
    assert list(found.mappings) == rows


def test_a_mapping_is_a_match_and_its_justification(tmp_path: Path) -> None:
    path = tmp_path / "diseases-mondo.sssom.tsv"
    none = f"id:b\tskos:exactMatch\t{NONE_FOUND}\tsemapv:ManualMappingCuration"
    path.write_text(
        f"#object_source: bioregistry:mondo\n{HEAD}\tobject_label\n{ROW}\tdisease\n{none}\t\n",
        encoding="utf-8",
    )
    quads = sssom.quads(str(path))
    assert {quad.graph_name for quad in quads} == {NamedNode(GRAPH + "mappings")}
    skos = "http://www.w3.org/2004/02/skos/core#exactMatch"
    matches = [quad for quad in quads if quad.predicate.value == skos]
    assert [str(quad.object) for quad in matches] == [
        "<http://purl.obolibrary.org/obo/MONDO_0000001>"
    ]
    nodes = {str(quad.subject) for quad in quads if quad.predicate.value != skos}
    assert len(nodes) == 2, "a mapping that found nothing has its node too"
    path.write_text(f"{HEAD}\n{ROW.replace('MONDO:', 'MONDOO:')}\n", encoding="utf-8")
    with pytest.raises(InputError, match="id:a: no prefix 'MONDOO' is declared"):
        sssom.quads(str(path))
