"""Templates: their headers, their golden answers, the same answers everywhere, safe binding."""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.engine import LocalEngine, rows
from ictgraph.errors import AmbiguousName, IctgraphError, InputError, PolicyError, UnknownName
from ictgraph.formats import write
from ictgraph.graph import Graph
from ictgraph.results import Answer, Statements, Table
from ictgraph.tokens import tokens
from ictgraph.vocab import ICT, ID, RDFS_SUB_CLASS_OF, SRC

EXPECTED = Path(__file__).parent / "expected"
FRAGILE = re.compile(r"\\[uU]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
REFRESH = bool(os.environ.get("REFRESH_EXPECTED"))

LONG = {"identifiers"}
"""Templates whose whole answer is a file of data again; parts of it are read instead."""

CASES: list[tuple[str, dict[str, str | list[str]]]] = [
    *((name, {}) for name in queries.names() if name not in LONG),
    ("identifiers", {"entity": ["multiple myeloma", "Kymriah", "CAR-T cell", "华东医药"]}),
    ("identifiers", {"vocabulary": "bioregistry:cl"}),
    ("who-develops-what", {"disease": "血液肿瘤"}),
    ("who-develops-what", {"disease": ["melanoma", "synovial sarcoma"]}),
    ("who-develops-what", {"target": "CD19", "stage": "marketing approval"}),
    ("who-develops-what", {"institution": "华东医药"}),
    ("who-develops-what", {"therapy_class": "CAR-T", "place": "中国"}),
    ("who-develops-what", {"therapy": "id:tyu19"}),
    ("therapies", {"therapy_class": "通用型CAR-T"}),
    ("pipeline", {"institution": "科济药业"}),
    ("competitors", {"therapy": "IM19"}),
    ("therapies-per-target", {"target": "BCMA"}),
    ("approved-products", {"target": "CD19"}),
    ("applications-pending", {"disease": "非霍奇金淋巴瘤"}),
    ("applications-pending", {"therapy": "普基仑赛"}),
    ("trial-clearances", {"regulator": "NMPA"}),
    ("approval-matrix", {"therapy": ["Lifileucel", "泽沃基奥仑赛"]}),
    ("clinical-results", {"disease": "autoimmune disease"}),
    ("clinical-results", {"therapy": "TyU19"}),
    ("clinical-results", {"therapy_class": "通用型CAR-T", "source": "src:review-2024"}),
    ("combinations", {"therapy_class": "TCR-T"}),
    ("engineering", {"gene": "TRAC"}),
    ("timeline", {"from_year": "2023", "to_year": "2023"}),
    ("facts", {"entity": "TyU19"}),
    ("evidence", {"subject": "IM19", "property": "developed by"}),
    ("neighbourhood", {"entity": "DCVax-L"}),
    ("doubts", {"entity": "IM19"}),
    ("missing", {"gap": "target"}),
    ("institution-profile", {"institution": "FDA"}),
    ("approved-products", {"year": "2024"}),
    ("trial-clearances", {"year": "2023"}),
    ("therapies-per-target", {"target": "CD19"}),
    ("timeline", {"institution": "华东医药"}),
    ("disagreements", {"entity": "id:application-im19-nmpa"}),
    ("disagreements", {"entity": "普基仑赛"}),
    ("disagreements", {"entity": "CAR-T"}),
    ("statistics", {"place": "中国"}),
    ("policies", {"place": "上海"}),
    ("financing", {"field": "CAR-NK"}),
    ("findings", {"paper": "id:ref-9"}),
    ("findings", {"involving": "FOXO1"}),
    ("combinations", {"disease": "肝细胞癌"}),
    ("combinations", {"disease": "GVHD"}),
    ("combinations", {"target": "CD47"}),
    ("table-1", {"place": "英国"}),
    ("table-3", {"therapy": "lifileucel"}),
    ("table-4", {"therapy": "IM19"}),
    ("table-5", {"funded": "南华生物"}),
    ("acquisitions", {"institution": "Poseida"}),
    ("partnerships", {"institution": "Fiocruz"}),
    ("trials-by-place", {"therapy_class": "CAR-T"}),
    ("trials-by-phase", {"stage": "id:stage-phase-1"}),
    ("developer-ranking", {"place": "中国"}),
    ("financing-totals", {"field": "CAR-T"}),
    ("funders", {"funder": "巴西卫生部"}),
    ("crowding-by-target", {"target": "CD19"}),
    ("crowding-by-indication", {"disease": "血液肿瘤"}),
    ("white-space", {"state": "recorded"}),
    ("white-space", {"therapy_class": "CAR-T", "disease": "melanoma"}),
    ("papers", {"target": "uPA"}),
    ("papers", {"gene": "FOXO1"}),
    ("papers", {"status": "id:citation-ambiguous"}),
    ("papers", {"journal": "Cell"}),
    ("research-profile", {"place": "德国"}),
    ("technologies", {"technology": "CRISPR-Cas"}),
    ("timeline", {"type": "政策文件"}),
    ("timeline", {"type": "acquisition"}),
    ("statements-of-number", {"number": "1040"}),
    ("statements-of-number", {"property": "price per dose"}),
    ("statements-of-number", {"number": "109"}),
    ("doubts", {"entity": "表4注"}),
    ("claims", {"passage": "表3注"}),
    ("who-develops-what", {"therapy": "IM19", "source": "src:review-2024"}),
    ("approved-products", {"therapy": "Lifileucel", "source": "src:review-2024"}),
    ("applications-pending", {"therapy": "IM19", "source": "src:review-2024"}),
    ("trial-clearances", {"therapy": "SNK01", "source": "src:review-2024"}),
    ("timeline", {"therapy": "IM19", "source": "src:review-2024"}),
    ("pipeline", {"institution": "华东医药", "source": "src:review-2024"}),
    ("first-of-kind", {"therapy": "Lifileucel"}),
    ("first-of-kind", {"therapy_class": "CAR-DNT"}),
    ("first-of-kind", {"disease": "血液肿瘤"}),
    ("institution-links", {"institution": "国家卫生健康委员会"}),
]


def case_id(case: tuple[str, dict[str, str | list[str]]]) -> str:
    name, values = case
    parts = [f"{k}={v if isinstance(v, str) else '+'.join(v)}" for k, v in values.items()]
    return "--".join([name, *parts]).replace(" ", "-").replace(":", "_")


def golden(answer: Answer) -> str:
    stream = io.BytesIO()
    write(answer, "nt" if isinstance(answer, Statements) else "tsv", stream, lang="both")
    return stream.getvalue().decode()


@pytest.mark.parametrize("case", CASES, ids=map(case_id, CASES))
def test_golden_answer(case: tuple[str, dict[str, str | list[str]]], graph: Graph) -> None:
    name, values = case
    found = golden(graph.query(name, **values))
    path = EXPECTED / f"{case_id(case)}.txt"
    if REFRESH:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
    assert len(found.splitlines()) > 1, "a golden answer without rows shows nothing"


def test_no_golden_answer_is_orphaned() -> None:
    assert {p.stem for p in EXPECTED.glob("*.txt")} == set(map(case_id, CASES))


def assert_same_answers(
    case: tuple[str, dict[str, str | list[str]]], graph: Graph, other: Graph
) -> None:
    name, values = case
    template = queries.load(name)
    embedded = graph.query(name, **values)
    answer = other.run(template, other.bind(template, values))
    assert type(answer) is type(embedded)
    if isinstance(embedded, Table) and isinstance(answer, Table):
        assert answer.columns == embedded.columns
        assert Counter(answer.rows) == Counter(embedded.rows)
        assert answer.labels == embedded.labels
    else:
        assert answer == embedded


@pytest.mark.parametrize("case", CASES, ids=map(case_id, CASES))
def test_an_endpoint_gives_the_same_answer(
    case: tuple[str, dict[str, str | list[str]]], graph: Graph, remote: Graph
) -> None:
    assert_same_answers(case, graph, remote)


@pytest.mark.parametrize("case", CASES, ids=map(case_id, CASES))
def test_rdflib_gives_the_same_answer(
    case: tuple[str, dict[str, str | list[str]]], part: Graph, part_in_rdflib: Graph
) -> None:
    assert len(part.query(case[0], **case[1])) > 0, "two empty answers compare nothing"  # type: ignore[arg-type]
    assert_same_answers(case, part, part_in_rdflib)


@pytest.mark.parametrize("name", queries.names())
def test_header_is_complete(name: str) -> None:
    template = queries.load(name)
    selected = re.search(r"SELECT (?:DISTINCT )?(.*?)\s*WHERE", template.text, re.DOTALL)
    assert re.search("[\u4e00-\u9fff]", template.title["zh"] + template.question["zh"])
    assert template.tags
    if selected:
        variables = re.findall(r"\?(\w+)", selected[1])
        stated = {column for columns in template.evidence.values() for column in columns}
        assert {c.name for c in template.columns} | set(template.evidence) == set(variables)
        assert stated <= {c.name for c in template.columns}
        assert set(template.folds) <= {c.name for c in template.columns}
        assert "ORDER BY" in template.text


def test_answers_made_of_claims_warn_of_doubts() -> None:
    own = {"disagreements": "note"}
    for name in queries.names():
        template = queries.load(name)
        columns = {column.name for column in template.columns}
        if template.evidence:
            assert own.get(name, "doubt") in columns, name
            assert name in own or "doubt" in template.folds, name


def test_a_row_with_several_doubts_stays_one_row(graph: Graph) -> None:
    answer = graph.query("financing-totals", field="CAR-T")
    assert isinstance(answer, Table)
    doubts = answer.columns.index("doubt")
    assert len({row[doubts] for row in answer.rows}) > 2
    precisions = answer.columns.index("precision")
    assert len(golden(answer).splitlines()) - 1 == len({row[precisions] for row in answer.rows})


@pytest.mark.parametrize(
    ("name", "kind"),
    [("approved-products", "Approval"), ("applications-pending", "MarketingApplication")],
)
def test_every_role_has_a_column_and_a_statement_one_row(
    name: str, kind: str, graph: Graph
) -> None:
    text = queries.load(name).text
    claimed = f"""
        PREFIX ict: <{ICT}> PREFIX rdfs: <{RDFS_SUB_CLASS_OF.rpartition("#")[0]}#>
        SELECT DISTINCT ?of ?role WHERE {{
          ?step a ict:{kind} ; ict:therapy ?therapy .
          {{ ?step ?role ?who BIND("event" AS ?of) }}
          UNION {{ ?therapy ?role ?who BIND("therapy" AS ?of) }}
          ?role rdfs:subPropertyOf ict:developmentRole .
        }}"""
    found = [(str(of.value), role.value) for of, role in rows(graph.engine, claimed)]  # type: ignore[union-attr]
    assert len(found) >= 5
    for of, role in found:
        assert f"?{of} ict:{role.removeprefix(ICT)} ?" in text, role
    header, *shown = (line.split("\t") for line in golden(graph.query(name)).splitlines())
    keys = ["therapy_id", "indication_id", "authority_id", "kind_id", "date"]
    keys += ["stage_id"] * (name == "applications-pending")
    statements = [tuple(row[header.index(key)] for key in keys) for row in shown]
    assert len(set(statements)) == len(statements)


def test_there_are_enough_templates() -> None:
    assert len(queries.names()) >= 15


def test_parameters_take_names_in_either_language_curies_and_iris(graph: Graph) -> None:
    ways = ["黑色素瘤", "Melanoma", "melanoma ", "id:melanoma", "ID:melanoma"]
    ways.append("https://w3id.org/ictgraph/id/melanoma")
    ways.append("<https://w3id.org/ictgraph/id/melanoma>")
    answers = {golden(graph.query("who-develops-what", disease=way)) for way in ways}
    assert len(answers) == 1


def test_a_broader_disease_finds_narrower_ones(graph: Graph) -> None:
    def therapies(disease: str) -> set[object]:
        answer = graph.query("who-develops-what", disease=disease)
        assert isinstance(answer, Table)
        return {row["therapy"] for row in answer.records()}

    assert therapies("multiple myeloma") < therapies("血液肿瘤") < therapies("neoplasm")
    assert therapies("neoplasm").isdisjoint(therapies("autoimmune disease"))


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        ({"disease": "melanomma"}, UnknownName, "melanoma (id:melanoma)"),
        ({"disease": "黑色瘤素"}, UnknownName, "黑色素瘤"),
        ({"disease": "CD19"}, InputError, "target"),
        ({"disease": "id:no-such-thing"}, UnknownName, "not in the graph"),
        ({"disease": "id:a b"}, UnknownName, "id:a b"),
        ({"diseases": "melanoma"}, UnknownName, "its parameters: institution"),
        ({"disease": ""}, UnknownName, "find"),
        ({"disease": "https://exa mple.org/x"}, InputError, "IRI"),
    ],
)
def test_wrong_parameters_name_the_nearest(
    graph: Graph, values: dict[str, str], kind: type[IctgraphError], said: str
) -> None:
    with pytest.raises(kind, match=re.escape(said)):
        graph.query("who-develops-what", **values)


def test_a_shared_name_is_ambiguous(tmp_path: Path) -> None:
    import ictgraph

    text = (
        "@prefix id: <https://w3id.org/ictgraph/id/> .\n"
        "@prefix ict: <https://w3id.org/ictgraph/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'id:one a ict:Therapy ; rdfs:label "Same"@en .\n'
        'id:two a ict:Therapy ; rdfs:label "same"@en .'
    )
    path = tmp_path / "two.ttl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AmbiguousName, match="choose one: id:one, id:two"):
        ictgraph.open_graph(str(path)).query("therapies", therapy="same")


ENTITY_PARAMETERS = [
    (template.name, parameter.name)
    for template in queries.load_all()
    for parameter in template.parameters
    if not parameter.is_literal
]


@pytest.mark.parametrize(("name", "parameter"), ENTITY_PARAMETERS)
def test_a_parameter_always_restricts(name: str, parameter: str, graph: Graph) -> None:
    nowhere = NamedNode("https://w3id.org/ictgraph/id/stands-nowhere")
    answer = graph.run(queries.load(name), {parameter: [nowhere]})
    assert isinstance(answer, Table | Statements)
    assert len(answer) == 0


def test_unknown_template_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="who-develops-what"):
        queries.load("who-develop-what")


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60) | st.sampled_from(["x\\u0022 || true", '"', "'", "}", "# ", "\\", "\n"])
)
def test_a_string_never_changes_the_structure(value: str) -> None:
    template = queries.load("missing")
    try:
        text = queries.render(template, {"gap": [Literal(value)]})
    except InputError:
        assert FRAGILE.search(value)
        return
    original = [token.kind for token in tokens(template.text)]
    rendered = [token.kind for token in tokens(text)]
    assert len(rendered) == len(original)
    assert sum(a != b for a, b in zip(original, rendered, strict=True)) <= 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_a_string_comes_back_as_it_was(values: list[str]) -> None:
    from pyoxigraph import Store

    from ictgraph.engine import LocalEngine

    text = "SELECT ?gap WHERE { VALUES ?gap { UNDEF } }\n"
    header = "#+ title: a | b\n#+ question: a | b\n#+ param: gap | xsd:string | any | a | b\n"
    template = queries.parse(header + text)
    plain = [value for value in values if not FRAGILE.search(value)]
    if plain:
        rendered = queries.render(template, {"gap": [Literal(value) for value in plain]})
        answer = LocalEngine(Store()).query(rendered)
        assert isinstance(answer, Table)
        assert [row["gap"] for row in answer.records()] == plain


@pytest.mark.parametrize("text", ["http://a/b> ?p ?o } #", "javascript:alert(1)", "a b"])
def test_an_iri_never_breaks_out(graph: Graph, text: str) -> None:
    with pytest.raises(InputError):
        graph.query("facts", entity=f"<{text}>")


@pytest.mark.parametrize(
    "rendered",
    [
        "SELECT * { VALUES ?x { UNDEF } ?s ?p ?o }",
        "SELECT * { VALUES ?x { UNDEF } } LIMIT 1",
        "SELECT * { VALUES ?x { <https://e.org/x> } ?x ?y }",
        "SELECT * { VALUES ?y { UNDEF } }",
        "ASK { VALUES ?x { UNDEF } }",
    ],
)
def test_a_tampered_template_is_refused(rendered: str) -> None:
    from ictgraph.guard import same_shape

    template = "SELECT * { VALUES ?x { UNDEF } }"
    same_shape(template, template.replace("UNDEF", "<https://e.org/x>"), ["x"])
    with pytest.raises(PolicyError):
        same_shape(template, rendered, ["x"])


@pytest.mark.parametrize("name", [t.name for t in queries.load_all() if t.evidence])
def test_every_passage_states_the_cells_it_stands_for(name: str, graph: Graph) -> None:
    assert isinstance(graph.engine, LocalEngine)
    stated: dict[str, set[str]] = {}
    for quad in graph.engine.store:
        where = stated.setdefault(str(quad.graph_name), set())
        where |= {str(quad.subject), str(quad.predicate), str(quad.object)}
    template = queries.load(name)
    answer = graph.engine.query(template.text)
    assert isinstance(answer, Table)
    sources: dict[str, list[str]] = {}
    for source, columns in template.evidence.items():
        for column in columns:
            sources.setdefault(column, []).append(source)
    for row in answer.rows:
        cells = dict(zip(answer.columns, row, strict=True))
        for column, possible in sources.items():
            if cells[column] is not None:
                passages = [str(cells[one]) for one in possible if cells[one] is not None]
                assert passages, (column, cells)
                assert all(str(cells[column]) in stated[one] for one in passages), (column, cells)


HEADER = "#+ title: a | b\n#+ question: a | b\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * {}", "exactly one '#+ title"),
        (HEADER + "#+ titel: a | b\nSELECT * {}", "unknown header line"),
        (HEADER + "#+ param: x | ict:Disease | any | X\nSELECT * {}", "needs 5 parts"),
        (HEADER + "#+ param: x | ict:Disease | any | X | X\nSELECT * {}", "no line 'VALUES ?x"),
        (
            HEADER + "#+ param: x | ict:Disease | any | X | X\nSELECT * { VALUES ?x { ict:Y } }",
            "the default of x is 'UNDEF' here but 'ict:Y' there",
        ),
        (HEADER + "#+ needs: x | ict:Institution | ict:place\nSELECT * {}", "needs 5 parts"),
        (HEADER + "#+ needs: x | ict:A | ict:b | a | a\nSELECT * {}", "needs something for 'x'"),
        (HEADER + "#+ param: X | ict:Disease | any | X | X\nSELECT * {}", "parameter name"),
        (HEADER + "INSERT DATA {}", "no SELECT"),
    ],
)
def test_a_header_that_does_not_parse_says_where(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        queries.parse(text, "some.rq")
    assert str(caught.value).startswith("some.rq:")


def test_every_event_and_its_passages_are_in_an_answer(graph: Graph) -> None:
    generic = {
        "claims",
        "evidence",
        "facts",
        "neighbourhood",
        "sources",
        "identifiers",
        "statements-of-number",
    }
    answers = [
        graph.query(name)
        for name in queries.names()
        if name not in generic and not name.startswith("quality-")
    ]
    cells = {cell for one in answers if isinstance(one, Table) for row in one.rows for cell in row}
    text = (
        f"SELECT DISTINCT ?passage ?event {{ ?class <{RDFS_SUB_CLASS_OF}>* <{ICT}Event> ."
        f" GRAPH ?passage {{ ?event a ?class }} ?passage a <{ICT}Passage> }}"
    )
    stated = list(rows(graph.engine, text))
    assert len(stated) > 250
    assert {event for _, event in stated} - cells == set()
    assert {passage for passage, _ in stated} - cells == set()


@pytest.mark.parametrize(
    "name",
    [
        t.name
        for t in queries.load_all()
        if t.evidence and "source" in {p.name for p in t.parameters}
    ],
)
def test_an_answer_of_one_source_cites_no_other(name: str, graph: Graph) -> None:
    answer = graph.query(name, source="src:review-2024")
    assert isinstance(answer, Table) and len(answer) > 0
    where = [answer.columns.index(name) for name in answer.evidence]
    cited = {str(getattr(row[i], "value", "")) for row in answer.rows for i in where if row[i]}
    assert {one.removeprefix(SRC).partition("/")[0] for one in cited} == {"review-2024"}


def test_every_recorded_contradiction_is_among_the_disagreements(graph: Graph) -> None:
    answer = graph.query("disagreements")
    assert isinstance(answer, Table)
    told = {row["doubt"] for row in answer.records()}
    text = (
        f"SELECT DISTINCT ?doubt {{ VALUES ?kind {{ <{ID}doubt-contradiction>"
        f" <{ID}doubt-count-mismatch> }} ?doubt <{ICT}doubtKind> ?kind }}"
    )
    recorded = {getattr(row[0], "value", "") for row in rows(graph.engine, text)}
    assert len(recorded) > 30
    assert recorded <= {str(one) for one in told}


def test_values_of_several_parameters_are_combined(graph: Graph) -> None:
    answer = graph.query("who-develops-what", target=["CD19", "BCMA"], stage="id:stage-approved")
    assert isinstance(answer, Table)
    names = {str(row["therapy"]).rpartition("/")[2] for row in answer.records()}
    assert names == {"aucatzyl", "pujilunsai", "tecartus", "zevorcabtagene-autoleucel"}


def test_terms_other_than_entities_and_values_are_refused() -> None:
    from pyoxigraph import BlankNode

    with pytest.raises(InputError, match="cannot be a parameter"):
        queries.render(queries.load("facts"), {"entity": [BlankNode("x")]})
    assert "<https://e.org/x>" in queries.render(
        queries.load("facts"), {"entity": [NamedNode("https://e.org/x")]}
    )


WIDER = [("id:gilead", "id:kite-pharma"), ("id:abelzeta", "id:cellular-biomedicine-group")]
HAVE_ROWS = {("timeline", WIDER[0][1]), ("developer-ranking", WIDER[0][1])}
EXACTLY_ONE = {"who-develops-what", "pipeline", "institution-profile", "institution-links"}


@pytest.mark.parametrize("name", [one for one in queries.names() if one not in EXACTLY_ONE])
def test_an_institution_stands_for_those_that_belong_to_it(name: str, graph: Graph) -> None:
    template = queries.load(name)
    asked = [one.name for one in template.parameters if one.type == ICT + "Institution"]
    for parameter in asked:
        for larger, part in WIDER:  # the part has rows in some of them only
            all_, some = (graph.query(name, **{parameter: one}) for one in (larger, part))
            assert isinstance(all_, Table) and isinstance(some, Table)
            assert set(some.rows) <= set(all_.rows), (parameter, part)
            assert some.rows or (name, part) not in HAVE_ROWS


@pytest.mark.parametrize("number", ["26", "3"])
def test_a_number_is_sought_in_what_is_printed_and_not_in_addresses(
    number: str, graph: Graph
) -> None:
    answer = graph.query("statements-of-number", number=number, property="ict:indication")
    assert isinstance(answer, Table) and len(answer) > 0
    for row in answer.records():
        named = (answer.labels or {})[str(row["value"])]
        assert re.search(rf"(?<!\d){number}(?!\d)", named["en"] + " " + named["zh"]), named
