"""The graph as one object: every way to open it, ask it and take it elsewhere."""

from __future__ import annotations

import datetime
import gc
import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple, parse

import ictgraph
from ictgraph import queries
from ictgraph.build import build
from ictgraph.engine import LocalEngine
from ictgraph.errors import (
    AmbiguousName,
    EndpointError,
    IctgraphError,
    InputError,
    LimitError,
    PolicyError,
    QuerySyntaxError,
    StoreError,
    UnknownName,
)
from ictgraph.graph import Graph, Value, default_build, open_graph
from ictgraph.guard import Limits
from ictgraph.labels import AskedNames
from ictgraph.results import Statements, Table, Truth
from ictgraph.vocab import ICT, ID, RDF_TYPE, XSD
from servers import canary
from test_build import PREFIXES, small

LIFILEUCEL = ID + "lifileucel"
CLAIMS = (
    PREFIXES
    + """
src:test a ict:Source ; rdfs:label "A test"@en .
<https://w3id.org/ictgraph/source/test/s1> a ict:Passage ; ict:partOf src:test ;
    ict:locator "Sentence 1"@en , "第1句"@zh .
id:acme a ict:Company ; rdfs:label "Acme"@en , "顶点"@zh .
id:wonder a ict:Therapy ; rdfs:label "Wonder"@en .
<https://w3id.org/ictgraph/source/test/s1> {
    id:wonder ict:developedBy id:acme .
    id:study-wonder a ict:ClinicalStudy ; ict:therapy id:wonder ; ict:stage id:stage-phase-1 ;
        ict:patients 12 ; ict:reportedOn "2024-05-06"^^xsd:date .
}
"""
)


def table(answer: object) -> Table:
    assert isinstance(answer, Table)
    return answer


@pytest.fixture
def plain(graph: Graph) -> Graph:
    """The built-in graph as an engine without a folder."""
    return Graph(graph.engine, AskedNames(graph.engine))


def test_the_built_in_graph_is_opened_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    graph = ictgraph.open_graph()
    assert len(table(graph.query("approved-products"))) > 0
    assert capfd.readouterr() == ("", "")


def test_a_build_folder_is_opened(tmp_path: Path, graph: Graph) -> None:
    done = build(str(tmp_path))
    again = open_graph(str(tmp_path))
    assert again.folder == done
    assert again.query("who-develops-what") == graph.query("who-develops-what")


def test_a_folder_without_a_build_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="ictgraph build -o"):
        open_graph(str(tmp_path))


@pytest.mark.parametrize("name", ["store", "labels.tsv"])
def test_a_damaged_build_says_how_to_mend_it(name: str, tmp_path: Path) -> None:
    done = build(str(tmp_path / "graph"), [small(tmp_path / "one.ttl")])
    os.rename(os.path.join(done, name), os.path.join(done, "elsewhere"))
    with pytest.raises(StoreError, match="--force"):
        open_graph(str(tmp_path / "graph"))


def test_a_store_with_a_damaged_catalogue_says_how_to_mend_it(tmp_path: Path) -> None:
    done = build(str(tmp_path / "graph"), [small(tmp_path / "one.ttl")])
    (path,) = Path(done, "store").glob("MANIFEST-*")
    content = path.read_bytes()
    path.write_bytes(content[:500] + b"?" * 500 + content[1000:])
    with pytest.raises(StoreError, match="--force"):
        open_graph(str(tmp_path / "graph"))


def test_rdf_files_are_opened_with_the_ontology(tmp_path: Path) -> None:
    path = tmp_path / "claims.trig"
    path.write_text(CLAIMS, encoding="utf-8")
    graph = open_graph(str(path))
    (row,) = table(graph.query("who-develops-what", institution="顶点")).records()
    assert row["therapy"] == ID + "wonder"
    assert row["role"] == [ICT + "developedBy"]
    assert row["date"] == datetime.date(2024, 5, 6)
    assert graph.names.classes(ID + "acme") == ("Company", "Institution", "Agent", "Entity")


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def test_rdf_files_of_every_kind_are_opened(ending: str, tmp_path: Path) -> None:
    from pyoxigraph import RdfFormat, serialize

    kind = RdfFormat.from_extension(ending)
    assert kind is not None
    path = tmp_path / f"one.{ending}"
    triples = [quad.triple for quad in parse(path=small(tmp_path / "small.ttl"))]
    serialize(triples, str(path), format=kind)
    assert [match.iri for match in open_graph(str(path)).find("ONE")] == [ID + "one"]


def test_an_exported_graph_is_opened_as_it_was(graph: Graph) -> None:
    again = open_graph(os.path.join(graph.folder, "graph.nq"))
    assert os.path.basename(again.folder) == os.path.basename(graph.folder)


def test_files_that_are_not_rdf_are_refused_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    broken = tmp_path / "broken.ttl"
    broken.write_text("nonsense")
    for name in (str(broken), str(tmp_path / "missing.ttl"), str(tmp_path / "folder" / "x.nq")):
        with pytest.raises(InputError):
            open_graph(name)
    assert list(temporary.iterdir()) == []
    graph = open_graph(small(tmp_path / "one.ttl"))
    assert len(list(temporary.iterdir())) == 1
    del graph
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_an_endpoint_answers_the_same(graph: Graph, remote: Graph) -> None:
    assert remote.folder == ""
    found = table(remote.query("who-develops-what", therapy="lifileucel"))
    expected = table(graph.query("who-develops-what", therapy="lifileucel"))
    assert Counter(found.rows) == Counter(expected.rows)
    assert replace(found, rows=expected.rows) == expected
    assert remote.entity("黑色素瘤") == ID + "melanoma"
    with pytest.raises(InputError, match="endpoint"):
        remote.to_rdflib()


def test_an_endpoint_that_is_down_is_an_endpoint_error() -> None:
    with canary() as bird:
        url = bird.url
    with pytest.raises(EndpointError) as caught:
        open_graph(endpoint=url, timeout=2.0).query("approved-products")
    assert caught.value.exit_code == 6


def test_a_default_build_can_be_forced(graph: Graph) -> None:
    said: list[str] = []
    assert default_build(progress=said.append) == graph.folder and said == []
    assert default_build(force=True, progress=said.append) == graph.folder
    assert said[-1].startswith("build ")


HARMFUL = [
    ("INSERT DATA { <x:a> <x:b> <x:c> }", PolicyError),
    ("DROP ALL", PolicyError),
    ("LOAD <file:///etc/passwd>", PolicyError),
    ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", PolicyError),
    ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", PolicyError),
    ("SELECT * " + "{" * 500 + "}" * 500, LimitError),
    ("SELECT * { ?s ?p ?o } #" + "x" * 70_000, LimitError),
    ("SELECT * {", QuerySyntaxError),
    ("SELECT * { ?s nope:a ?o }", QuerySyntaxError),
    ("", QuerySyntaxError),
]


@pytest.mark.parametrize("which", ["graph", "plain", "remote", "reference"])
@pytest.mark.parametrize(("text", "kind"), HARMFUL, ids=range(len(HARMFUL)))
def test_untrusted_sparql_is_guarded_on_every_engine(
    which: str, text: str, kind: type[IctgraphError], request: pytest.FixtureRequest
) -> None:
    asked: Graph = request.getfixturevalue(which)
    with pytest.raises(kind):
        asked.sparql(text)


@pytest.mark.parametrize("which", ["graph", "plain", "remote", "reference"])
def test_sparql_gives_the_same_everywhere_and_says_when_it_is_cut(
    which: str, graph: Graph, request: pytest.FixtureRequest
) -> None:
    asked: Graph = request.getfixturevalue(which)
    products = f"SELECT ?t {{ ?t a <{ICT}Therapy> }} ORDER BY ?t"
    whole = table(asked.sparql(products))
    assert whole == table(graph.engine.query(products))
    assert not whole.truncated and whole.labels is None
    cut = table(asked.sparql(products, Limits(rows=3)))
    assert cut.truncated and cut.rows == whole.rows[:3]
    assert asked.sparql(f"ASK {{ <{LIFILEUCEL}> ?p ?o }}") == Truth(True)
    construct = f"CONSTRUCT {{ <{LIFILEUCEL}> a ?c }} WHERE {{ <{LIFILEUCEL}> a ?c }}"
    assert asked.sparql(construct) == Statements(
        (Triple(NamedNode(LIFILEUCEL), NamedNode(RDF_TYPE), NamedNode(ICT + "Therapy")),)
    )
    some = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    few = asked.sparql(some, Limits(rows=5))
    assert isinstance(few, Statements) and few.truncated and len(few) == 5


def test_embedded_sparql_stops_at_its_deadline(graph: Graph) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with pytest.raises(LimitError, match=r"0\.4 s"):
        graph.sparql(endless, Limits(timeout=0.4))


@pytest.mark.parametrize(
    "text",
    [
        "Lifileucel",
        " lifileucel ",
        "id:lifileucel",
        "ID:lifileucel",
        LIFILEUCEL,
        f"<{LIFILEUCEL}>",
        "ＬＩＦＩＬＥＵＣＥＬ",
    ],
)
def test_an_entity_is_found_by_name_curie_or_iri(
    text: str, graph: Graph, remote: Graph, plain: Graph
) -> None:
    for one in (graph, remote, plain):
        assert one.entity(text) == one.entity(text, "Therapy") == LIFILEUCEL


@pytest.mark.parametrize(
    ("text", "kind", "error", "said"),
    [
        ("lifileucell", "", UnknownName, "(id:lifileucel)"),
        ("id:lifileucell", "", UnknownName, "(id:lifileucel)"),
        ("id:melanomma", "Condition", UnknownName, "(id:melanoma)"),
        ("科技药业", "", UnknownName, "科济药业 (id:carsgen)"),
        ("lifileucel", "Disease", InputError, "Therapy, not a "),
        ("id:cd19", "Disease", InputError, "is a Target"),
        ("zzzzzzzzz", "", UnknownName, "'ictgraph find TEXT' searches"),
        ("zzzzzzzzz", "Disease", UnknownName, "--kind Disease"),
        ("", "", UnknownName, "find"),
        ("   ", "", UnknownName, "find"),
        ("https://exa mple.org", "", InputError, "well-formed"),
        ("urn:x:y", "", UnknownName, "not in the graph"),
        ("x" * 10_000, "", UnknownName, "nothing is named"),
        ("\0", "", UnknownName, "nothing is named"),
        ("ict:NoSuchClass", "", UnknownName, "not in the graph"),
    ],
)
def test_a_wrong_entity_names_the_nearest(
    graph: Graph, text: str, kind: str, error: type[IctgraphError], said: str
) -> None:
    with pytest.raises(error) as caught:
        graph.entity(text, kind)
    assert type(caught.value) is error
    assert said.lower() in str(caught.value).lower()
    assert caught.value.hint


def test_what_has_no_name_is_an_entity_all_the_same(graph: Graph) -> None:
    doubt = graph.entity("id:doubt-aucatzyl-safety-basis")
    assert graph.entity("id:doubt-aucatzyl-safety-basis", "Doubt") == doubt


def test_a_named_thing_without_a_class_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "bare.ttl"
    path.write_text(PREFIXES + 'id:bare rdfs:label "Bare"@en .')
    graph = open_graph(str(path))
    assert graph.entity("bare") == ID + "bare"
    with pytest.raises(InputError, match="thing of no class, not a disease"):
        graph.entity("bare", "Disease")


def test_a_shared_name_lists_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "two.ttl"
    names = 'id:b a ict:Gene ; rdfs:label "TRAC"@en . id:a a ict:Target ; rdfs:label "trac" .'
    path.write_text(PREFIXES + names)
    graph = open_graph(str(path))
    with pytest.raises(AmbiguousName, match="choose one: id:a, id:b"):
        graph.entity("Trac")
    assert graph.entity("Trac", "Gene") == ID + "b"


def test_find_with_a_kind_finds_all_of_that_kind(graph: Graph) -> None:
    everything = graph.names.find("cell", 10_000)
    for kind in ("CellType", "TherapyClass", "Therapy", "Passage"):
        fitting = [match for match in everything if kind in match.classes]
        assert graph.find("cell", kind, 10_000) == fitting
        assert graph.find("cell", kind, 2) == fitting[:2]
    assert graph.find("cell", "NoSuchClass") == []


def test_answers_come_with_labels_and_titles(graph: Graph) -> None:
    answer = table(graph.query("who-develops-what", therapy="lifileucel"))
    assert answer.titles["therapy"] == {"en": "Therapy", "zh": "疗法"}
    assert answer.labels is not None
    shown = {cell for row in answer.rows for cell in row if isinstance(cell, NamedNode)}
    assert {one.value for one in shown} == set(answer.labels)
    for label in answer.labels.values():
        assert label.keys() >= {"en", "zh"}
    statements = graph.query("neighbourhood", entity="lifileucel")
    assert isinstance(statements, Statements) and statements.labels
    assert LIFILEUCEL in statements.labels
    assert graph.labelled(Truth(True)) == Truth(True)
    bare = table(graph.labelled(graph.engine.query(f"SELECT (<{LIFILEUCEL}> AS ?x) {{}}")))
    assert bare.labels == {LIFILEUCEL: graph.names.labels({LIFILEUCEL})[LIFILEUCEL]}


def test_parameters_take_one_value_or_several_or_none(graph: Graph) -> None:
    name = "who-develops-what"
    both = table(graph.query(name, disease=["melanoma", "synovial sarcoma"]))
    one = table(graph.query(name, disease="melanoma"))
    other = table(graph.query(name, disease=("滑膜肉瘤",)))
    assert set(both.rows) == set(one.rows) | set(other.rows)
    assert graph.query(name, disease=[]) == graph.query(name)
    years = table(graph.query("timeline", from_year=2023, to_year="2023"))
    hyphens: dict[str, Value] = {"from-year": "２０２３", "to-year": 2023}
    assert years == graph.query("timeline", **hyphens)
    with pytest.raises(InputError):
        graph.query("timeline", from_year="last year")
    with pytest.raises(UnknownName, match="has no parameter 'sickness'"):
        graph.query(name, sickness="melanoma")
    with pytest.raises(UnknownName, match="who-develops-what"):
        graph.query("who-developes-what")


def test_a_template_of_ones_own_runs(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(
        "#+ title: Mine | 我的\n#+ question: Which? | 哪些？\n"
        "#+ param: kind | ict:Entity | ict:Therapy | Kind | 类别\n#+ column: x | X | 甲\n"
        f"PREFIX ict: <{ICT}>\nSELECT ?x {{ VALUES ?kind {{ ict:Therapy }} ?x a ?kind }}",
        encoding="utf-8",
    )
    count = len(table(graph.query(str(path))))
    assert count == len(table(graph.sparql(f"SELECT ?x {{ ?x a <{ICT}Therapy> }}")))
    assert len(table(graph.query(str(path), kind="ict:Target"))) not in (0, count)


def test_records_are_typed_values(tmp_path: Path) -> None:
    values = {
        '"text"': "text",
        '"Text"@en': "Text",
        "12": 12,
        '"2.5"^^xsd:decimal': Decimal("2.5"),
        "true": True,
        '"2024"^^xsd:gYear': 2024,
        '"2024-02"^^xsd:gYearMonth': "2024-02",
        '"2024-02-16"^^xsd:date': datetime.date(2024, 2, 16),
        '"2024-02-16T08:00:00Z"^^xsd:dateTime': datetime.datetime(
            2024, 2, 16, 8, tzinfo=datetime.UTC
        ),
        '"nonsense"^^xsd:date': "nonsense",
        "id:x": ID + "x",
    }
    path = tmp_path / "values.ttl"
    lines = (f"id:v{n} ict:outcome {text} ." for n, text in enumerate(values))
    path.write_text(PREFIXES + "\n".join(lines))
    graph = open_graph(str(path))
    answer = graph.sparql(f"SELECT ?s ?v ?none {{ ?s <{ICT}outcome> ?v }}")
    found = {str(row["s"]): row["v"] for row in table(answer).records()}
    for number, value in enumerate(values.values()):
        assert found[f"{ID}v{number}"] == value
        assert type(found[f"{ID}v{number}"]) is type(value)
    assert {row["none"] for row in table(answer).records()} == {None}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pandas_shows_labels(graph: Graph, lang: str) -> None:
    answer = table(graph.query("who-develops-what", therapy="lifileucel"))
    frame = answer.to_pandas(lang)
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(answer.columns)
    assert len(frame) == len(answer.folded())
    label = graph.names.labels({ID + "stage-approved"})[ID + "stage-approved"][lang]
    assert set(frame["stage"]) == {label}
    assert set(answer.to_pandas()["therapy"]) == {LIFILEUCEL}


def test_pandas_of_nothing_keeps_the_columns() -> None:
    assert list(Table(("a", "b"), ()).to_pandas().columns) == ["a", "b"]


def test_rdflib_gets_the_same_quads(graph: Graph, reference: Graph, tmp_path: Path) -> None:
    from ictgraph.reference import RdflibEngine

    path = tmp_path / "claims.trig"
    path.write_text(CLAIMS, encoding="utf-8")
    some = open_graph(str(path))
    dataset = some.to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    spread = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    for folder, engine in (
        (some.folder, RdflibEngine(dataset)),
        (graph.folder, reference.engine),
    ):
        got = {
            Quad(s, p, o, g) if g else Quad(s, p, o)  # type: ignore[arg-type]
            for s, p, o, g in table(engine.query(spread)).rows
        }
        assert got == set(parse(path=os.path.join(folder, "graph.nq")))


def test_networkx_gets_the_landscape(graph: Graph) -> None:
    network = graph.to_networkx(therapy="lifileucel")
    assert LIFILEUCEL in network and network.is_multigraph() and network.is_directed()


def test_any_engine_makes_a_graph(tmp_path: Path) -> None:
    store = Store()
    store.bulk_load(path=small(tmp_path / "one.ttl"))
    engine = LocalEngine(store)
    graph = Graph(engine, AskedNames(engine))
    assert graph.entity("One") == ID + "one"
    assert graph.engine is engine and graph.folder == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * { ?s a ict:Therapy ; id:x }", "line 1, column 37, after "),
        ("SELECT * {\n  ?s a ict:Therapy ; id:x }", "line 2, column 28, after "),
        ("SELECT * { ?s a ict:Therapy ; no:such ?o }", "at line 1, column 31"),
        ("SELEKT * { ?s a ict:Therapy }", "'SELEKT' at line 1, column 1 "),
    ],
)
def test_places_are_those_of_the_text_that_was_typed(graph: Graph, text: str, place: str) -> None:
    """Our prefixes are declared before it, and do not count."""
    with pytest.raises(QuerySyntaxError) as caught:
        graph.sparql(text)
    assert place in str(caught.value)
    if "after" in place:
        assert caught.value.what.endswith(f"after {text.splitlines()[-1][-30:].strip()!r}")


def test_literal_parameters_are_of_their_type(graph: Graph) -> None:
    template = queries.load("timeline")
    parameter = template.parameter("from_year")
    assert graph.term("2023", parameter) == Literal("2023", datatype=NamedNode(XSD + "integer"))
    with pytest.raises(InputError):
        graph.term("MMXXIII", parameter)
