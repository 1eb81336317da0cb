"""Exports for other tools of the field: complete, the same every time, and valid to these tools."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import click
import pytest
import sssom_pydantic
from pyoxigraph import RdfFormat, parse

import field
import ictgraph
from commands import call
from ictgraph.captions import text_rows
from ictgraph.cli.export import export_command
from ictgraph.exports import kgx, nanopubs
from ictgraph.exports.neo4j import SEPARATOR
from ictgraph.exports.writing import FOLDERS, SINGLE
from ictgraph.graph import Graph
from ictgraph.vocab import ICT, RDF_TYPE

ROWS = tuple[list[dict[str, Any]], list[dict[str, Any]]]
ODD = "中文；名称 \"quoted\" 'one' a;b, c\td|e\nsecond line \\ end"
SMALL = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
id:odd a ict:Company ; rdfs:label {odd}@en , {odd}@zh .
id:product a ict:Therapy ; rdfs:label "product"@en , "产品"@zh .
src:a a ict:Source ; rdfs:seeAlso <https://example.org/a> .
<https://w3id.org/ictgraph/source/a/1> a ict:Passage ; ict:partOf src:a ;
    ict:locator "1"@en , "一"@zh .
<https://w3id.org/ictgraph/source/a/1> {{
    id:product ict:developedBy id:odd .
    id:finding-a a ict:Finding ; ict:about id:product ; ict:expected true ; ict:outcome {odd}@en .
}}
"""


def count(graph: Graph, where: str, what: str = "*") -> int:
    prefixes = f"PREFIX ict: <{ICT}> PREFIX rdf: <{RDF_TYPE.removesuffix('type')}>"
    query = f"{prefixes} SELECT (COUNT({what}) AS ?n) WHERE {{ ?p a ict:Passage . {where} }}"
    return int(text_rows(graph, query)[0]["n"])


@pytest.fixture(scope="module")
def records(graph: Graph) -> ROWS:
    nodes, edges = kgx.records(graph)
    return [dict(one) for one in nodes], [dict(one) for one in edges]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file of data with names that break careless files."""
    path = tmp_path_factory.mktemp("odd") / "odd.trig"
    path.write_text(SMALL.format(odd=json.dumps(ODD, ensure_ascii=False)), encoding="utf-8")
    return path


def exported(form: str, folder: Path, *options: str) -> Path:
    result = call("export", "--format", form, "-o", str(folder), *options)
    assert result.exit_code == 0, result.stderr
    return folder


def test_every_claim_about_two_entities_is_an_edge(graph: Graph, records: ROWS) -> None:
    nodes, edges = records
    stated = [one for one in edges if "passage" in one and "event" not in one]
    derived = [one for one in edges if "event" in one]
    claims = "GRAPH ?p { ?s ?q ?o } FILTER(isIRI(?o) && ?q != rdf:type)"
    assert len(stated) == count(graph, claims) > 1500
    both = "GRAPH ?p { ?e ict:therapy ?t ; ict:indication ?c }"
    assert len(derived) == count(graph, both) > 50
    assert len({one["id"] for one in edges}) == len(edges)
    ids = [one["id"] for one in nodes]
    assert len(set(ids)) == len(ids)
    assert {one[end] for one in edges for end in ("subject", "object")} <= set(ids)


def test_roles_and_stages_stay_apart(records: ROWS) -> None:
    edges = records[1]
    assert not [
        one for one in edges if one["predicate"] in ("biolink:treats", "biolink:approved_to_treat")
    ]
    concluded = [one for one in edges if one["original_predicate"] == "ict:investigatedFor"]
    stages: dict[str, set[str]] = defaultdict(set)
    for one in concluded:
        stages[one["event"].partition("-")[0]] |= set(one.get("stage", ()))
    assert stages["id:approval"] == {"id:stage-approved"}
    assert "id:stage-application-submitted" in stages["id:application"]
    assert "id:stage-approved" not in stages["id:application"] | stages["id:study"]
    roles = Counter(one["original_predicate"] for one in edges)
    assert roles["ict:developedBy"] and roles["ict:applicant"] and roles["ict:regulator"]
    levels = Counter(one["knowledge_level"] for one in edges)
    assert set(levels) == {"knowledge_assertion", "prediction", "logical_entailment"}


def test_doubtful_claims_say_so(records: ROWS) -> None:
    flagged = [one for one in records[1] if "doubts" in one]
    assert {kind for one in flagged for kind in one["doubt_kinds"]} >= {"id:doubt-contradiction"}
    assert all(one["passage"] for one in flagged)


def test_nodes_are_named_by_what_the_world_knows(graph: Graph, records: ROWS) -> None:
    by_iri = {one["iri"]: one for one in records[0]}
    myeloma = by_iri["https://w3id.org/ictgraph/id/multiple-myeloma"]
    assert myeloma["id"] == "MONDO:0009693"
    assert myeloma["category"] == ["biolink:Disease"]
    assert "ictgraph:multiple-myeloma" in myeloma["equivalent_identifiers"]
    assert "多发性骨髓瘤" in myeloma["synonym"]
    assert by_iri["https://w3id.org/ictgraph/id/dcvax-l"]["category"] == [
        "biolink:ClinicalIntervention"
    ]


@pytest.mark.parametrize("kind", ["tsv", "jsonl"])
def test_kgx_finds_nothing_wrong(kind: str, graph: Graph, records: ROWS, tmp_path: Path) -> None:
    folder = exported(f"kgx-{kind}", tmp_path / "kgx")
    prefixes = str(folder / "prefixes.json")
    report = json.loads(field.run(field.TOOLS / "kgx_check.py", kind, str(folder), prefixes))
    assert (report["nodes"], report["edges"]) == tuple(map(len, records))
    assert report["errors"] == {}
    for one in records[0]:
        assert report["read"][one["id"]]["name"] == one["name"]
        assert report["read"][one["id"]].get("synonym") == one.get("synonym")


def test_kgx_would_find_what_is_wrong(tmp_path: Path) -> None:
    folder = exported("kgx-jsonl", tmp_path / "kgx")
    edges = folder / "edges.jsonl"
    edges.write_text(
        edges.read_text("utf-8").replace("biolink:related_to", "biolink:cures"), "utf-8"
    )
    args = ("jsonl", str(folder), str(folder / "prefixes.json"))
    report = json.loads(field.run(field.TOOLS / "kgx_check.py", *args))
    assert "cures" in json.dumps(report["errors"])


def test_odd_names_reach_kgx(odd: Path, tmp_path: Path) -> None:
    for kind in ("tsv", "jsonl"):
        folder = exported(f"kgx-{kind}", tmp_path / kind, "--data", str(odd))
        args = (kind, str(folder), str(folder / "prefixes.json"))
        report = json.loads(field.run(field.TOOLS / "kgx_check.py", *args))
        line = re.sub(r"\s", " ", ODD)  # kgx itself makes one line of it, and a text of one text
        plain = line if kind == "jsonl" else line.replace("|", "¦")
        assert report["read"]["ictgraph:odd"]["name"] == plain
        assert report["read"]["ictgraph:finding-a"]["ict_outcome_en"] in (plain, [plain])


def neo4j_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows as neo4j-admin reads them: typed by the header, lists parted by U+001F."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        header = next(rows)
        known = r"(\w+(:(ID|boolean|string(\[\])?))?|:(START_ID|END_ID|TYPE|LABEL))"
        assert all(re.fullmatch(known, one) for one in header), header
        for row in rows:
            assert len(row) == len(header)
            yield {
                name: value.split(SEPARATOR) if name.endswith("[]") or name == ":LABEL" else value
                for name, value in zip(header, row, strict=True)
            }


def test_neo4j_gets_every_node_and_edge(records: ROWS, tmp_path: Path) -> None:
    folder = exported("neo4j", tmp_path / "neo4j")
    nodes = {one["id:ID"]: one for one in neo4j_rows(folder / "nodes.csv")}
    edges = list(neo4j_rows(folder / "relationships.csv"))
    assert (len(nodes), len(edges)) == tuple(map(len, records))
    assert {one["id"] for one in edges} == {one["id"] for one in records[1]}
    assert all(one[end] in nodes for one, end in product(edges, (":START_ID", ":END_ID")))
    assert all(re.fullmatch("[A-Z][A-Z_]*", one[":TYPE"]) for one in edges)
    assert all("Entity" in one[":LABEL"] for one in nodes.values())
    assert nodes["ictgraph:approval-kymriah-eu"]["ict_approvedOn:string[]"] == ["2018-08-22"]
    assert "--array-delimiter=U+001F" in (folder / "import.args").read_text()


def test_odd_names_reach_neo4j(odd: Path, tmp_path: Path) -> None:
    folder = exported("neo4j", tmp_path / "neo4j", "--data", str(odd))
    nodes = {one["id:ID"]: one for one in neo4j_rows(folder / "nodes.csv")}
    assert nodes["ictgraph:odd"]["name"] == nodes["ictgraph:odd"]["name_zh"]
    assert nodes["ictgraph:odd"]["name"] == re.sub(r"\s", " ", ODD)
    assert nodes["ictgraph:finding-a"]["ict_outcome_en:string[]"] == [ODD]
    expected = {
        one[":TYPE"]: one["expected:boolean"] for one in neo4j_rows(folder / "relationships.csv")
    }
    assert expected == {"DEVELOPED_BY": "false", "ABOUT": "true"}


def test_biocypher_writes_every_node_and_edge(records: ROWS, tmp_path: Path) -> None:
    folder = exported("biocypher", tmp_path / "biocypher")
    field.run(folder / "create_biocypher.py")
    found: Counter[str] = Counter()
    for header in folder.glob("biocypher-out/*/*-header.csv"):
        kind = "nodes" if header.read_text().startswith(":ID") else "edges"
        for part in header.parent.glob(header.name.replace("header", "part*")):
            with open(part, encoding="utf-8", newline="") as file:
                found[kind] += sum(1 for _ in csv.reader(file, strict=True))
    assert (found["nodes"], found["edges"]) == tuple(map(len, records))
    (approvals,) = folder.glob("biocypher-out/*/Approval-part000.csv")
    assert "Approval|RegulatoryEvent|Event|Entity" in approvals.read_text("utf-8")


def test_odd_names_reach_biocypher(odd: Path, tmp_path: Path) -> None:
    folder = exported("biocypher", tmp_path / "biocypher", "--data", str(odd))
    field.run(folder / "create_biocypher.py")
    (header,) = folder.glob("biocypher-out/*/Finding-header.csv")
    with open(header.with_name("Finding-part000.csv"), encoding="utf-8", newline="") as file:
        (row,) = csv.reader(file, strict=True)
    found = dict(zip(header.read_text("utf-8").strip().split(","), row, strict=True))
    said = ODD.replace("\n", " ").replace("|", "¦")
    assert found["ict_outcome_en:string[]"] == said


def test_nanopublications_are_valid(graph: Graph, tmp_path: Path) -> None:
    path = exported("nanopub", tmp_path / "nanopubs.trig")
    report = json.loads(field.run(field.TOOLS / "nanopub_check.py", str(path)))
    with_claims = count(graph, "GRAPH ?p { ?s ?q ?o }", "DISTINCT ?p")
    assert report == {"valid": with_claims, "wrong": {}}


def test_nanopub_would_find_what_is_wrong(tmp_path: Path) -> None:
    path = exported("nanopub", tmp_path / "nanopubs.trig")
    path.write_text(
        path.read_text("utf-8").replace("prov:wasDerivedFrom", "rdfs:seeAlso", 1), "utf-8"
    )
    text = re.sub(
        r"<[^>]*#assertion> rdfs:seeAlso", "<urn:x> rdfs:seeAlso", path.read_text("utf-8")
    )
    path.write_text(text, "utf-8")
    report = json.loads(field.run(field.TOOLS / "nanopub_check.py", str(path)))
    assert len(report["wrong"]) == 1


def test_a_nanopublication_asserts_its_passage_and_nothing_else(graph: Graph) -> None:
    quads = list(parse(path=f"{graph.folder}/graph.nq"))
    stated = {quad.triple for quad in quads if "/source/" in str(quad.graph_name)}
    asserted, names = set(), []
    for name, parts in nanopubs.nanopublications(graph):
        names.append(name)
        asserted |= {q.triple for q in parts if str(q.graph_name).endswith("#assertion>")}
        about = {q.predicate.value.rpartition("/")[2] for q in parts if "#pubinfo" in str(q)}
        assert {"creator", "license", "created"} <= about
    assert asserted == stated
    assert len(set(names)) == len(names)


def test_json_ld_says_exactly_the_same(graph: Graph, tmp_path: Path) -> None:
    path = exported("jsonld", tmp_path / "graph.jsonld")
    own = set(parse(path=f"{graph.folder}/graph.nq"))
    assert set(parse(path=str(path), format=RdfFormat.JSON_LD)) == own
    quads = field.run(field.TOOLS / "jsonld_check.py", str(path))
    assert set(parse(input=quads, format=RdfFormat.N_QUADS)) == own
    document = json.loads(path.read_text("utf-8"))
    alone = json.loads(call("export", "--format", "context").stdout)
    assert alone["@context"] == document["@context"]
    melanoma = next(one for one in document["@graph"] if one["@id"] == "id:melanoma")
    assert melanoma["@type"] == ["Disease"]
    assert melanoma["label"] == {"en": ["melanoma"], "zh": ["黑色素瘤"]}


def test_odd_texts_survive_json_ld(odd: Path, tmp_path: Path) -> None:
    path = exported("jsonld", tmp_path / "odd.jsonld", "--data", str(odd))
    graph = ictgraph.open_graph(str(odd))
    own = set(parse(path=f"{graph.folder}/graph.nq"))
    quads = field.run(field.TOOLS / "jsonld_check.py", str(path))
    assert set(parse(input=quads, format=RdfFormat.N_QUADS)) == own


def test_json_ld_refuses_what_it_would_change(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("<doi:10.1/x> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <doi:10.1/y> .\n")
    result = call("export", "--format", "jsonld", "--data", str(path))
    assert result.exit_code == 2
    assert "JSON-LD would read <doi:10.1/x> as a CURIE of doi:" in result.stderr


@pytest.mark.parametrize("form", FOLDERS)
def test_a_folder_is_the_same_every_time_and_replaced_whole(form: str, tmp_path: Path) -> None:
    folder = exported(form, tmp_path / "out")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    exported(form, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    (folder / "mine.txt").write_text("keep")
    refused = call("export", "--format", form, "-o", str(folder))
    assert refused.exit_code == 2
    assert "holds other things, such as 'mine.txt'" in refused.stderr
    assert (folder / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize("form", FOLDERS)
def test_files_that_only_share_names_with_an_export_are_kept(form: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    whole = exported(form, tmp_path / "empty")
    name = min(path.name for path in whole.iterdir())
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / name).write_text("of the user")
    refused = call("export", "--format", form, "-o", str(mine))
    assert refused.exit_code == 2 and f"is no whole export as {form}" in refused.stderr
    assert [(one.name, one.read_text()) for one in mine.iterdir()] == [(name, "of the user")]
    (whole / name).unlink()
    (whole / name).mkdir()
    assert call("export", "--format", form, "-o", str(whole)).exit_code == 2
    assert (whole / name).is_dir()


def test_the_command_offers_every_export() -> None:
    (option,) = (one for one in export_command.params if one.name == "format")
    assert isinstance(option.type, click.Choice)
    assert {"nq", "trig", *FOLDERS, *SINGLE} <= set(option.type.choices)
    for form in FOLDERS:
        assert f"{form} is a folder of files" in call("export", "--format", form).stderr
    starts = {"nanopub": "@prefix", "jsonld": "{", "context": "{"}
    assert starts.keys() == SINGLE.keys()
    for form, start in starts.items():
        assert call("export", "--format", form).stdout.startswith(start)


def test_a_folder_must_be_named(tmp_path: Path) -> None:
    assert "name it with -o FOLDER" in call("export", "--format", "neo4j").stderr
    (tmp_path / "file").write_text("")
    result = call("export", "--format", "neo4j", "-o", str(tmp_path / "file"))
    assert (result.exit_code, "is a file" in result.stderr) == (2, True)
    result = call("export", "--format", "neo4j", "-o", str(tmp_path / "none" / "deep"))
    assert (result.exit_code, "cannot be written" in result.stderr) == (5, True)


def test_the_bundle_of_mappings_is_valid_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "all.sssom.tsv"
    assert call("link", "export", "--format", "sssom", "-o", str(path)).exit_code == 0
    mappings, _, mapping_set, errors = sssom_pydantic.read(path, return_errors=True)
    assert errors == []
    lines = [one for one in path.read_text("utf-8").splitlines() if not one.startswith("#")]
    assert len(mappings) == len(lines) - 1 > 50
    assert str(mapping_set.id) == "https://w3id.org/ictgraph/mappings/all"
