"""Every output format: round trips, what readers see, hostile text, files that appear at once."""

from __future__ import annotations

import csv
import doctest
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import unicodedata
from dataclasses import replace
from typing import BinaryIO
from xml.etree import ElementTree

import pytest
import rdflib
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)
from rdflib.compare import isomorphic

import ictgraph
from ictgraph.engine import LocalEngine
from ictgraph.errors import InputError, StoreError, UnknownName
from ictgraph.formats import FORMATS, default, guess, save, write
from ictgraph.results import Answer, Label, Statements, Table, Term, Truth
from ictgraph.tables import display_width, sheet, wrap
from ictgraph.terms import Lang
from ictgraph.vocab import ICT, ID, RDF, RDF_TYPE, RDFS_LABEL, SRC, XSD, compress

RESULTS = {
    "tsv": QueryResultsFormat.TSV,
    "srj": QueryResultsFormat.JSON,
    "srx": QueryResultsFormat.XML,
}
GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
READERS = ("table", "md", "csv", "tsv", "json", "jsonl", "srj", "srx")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

text = st.text(st.characters(codec="utf-8")) | st.text(
    st.sampled_from("aé黑\u0301γ，|\\\"'<>&=+-@`*_\t\r\n\x00\x1b\x7f\x85\x9b\u2028\u202e\ufffe🧬 ")
)
iris = st.sampled_from(
    [ID + "novartis", ICT + "Therapy", SRC + "review-2024/t3/r1", "http://x/é?a=1&b='#c", "urn:x"]
).map(NamedNode)
blanks = st.sampled_from(["b1", "9f"]).map(BlankNode)
literals = (
    text.map(Literal)
    | st.builds(Literal, text, language=st.sampled_from(["en", "zh", "zh-hans"]))
    | st.builds(
        Literal,
        text | st.sampled_from(["01", "1.0", "1e0", "NaN", "true", "2024-02"]),
        datatype=st.sampled_from(["integer", "decimal", "double", "boolean", "gYear", "date"]).map(
            lambda name: NamedNode(XSD + name)
        ),
    )
)
terms: st.SearchStrategy[Term] = iris | blanks | literals


@st.composite
def raw_tables(draw: st.DrawFn) -> Table:
    columns = draw(st.sampled_from([("a",), ("a", "疗法"), ("x1", "b_2", "c"), ()]))
    row = st.tuples(*[terms | st.none() for _ in columns])
    return Table(columns, tuple(draw(st.lists(row, max_size=4))))


@st.composite
def labelled_tables(draw: st.DrawFn) -> Table:
    tongue = draw(st.sampled_from(["en", "zh", "zh-hans"]))  # several are tested on their own
    texts = literals.map(lambda one: Literal(one.value, language=tongue) if one.language else one)
    row = st.tuples(iris | st.none(), texts | st.none(), iris | st.none())
    label = st.dictionaries(st.sampled_from(["en", "zh"]), text)
    names = st.sampled_from([ID + "novartis", ICT + "Therapy"])
    return Table(
        ("who", "what", "source"),
        tuple(draw(st.lists(row, max_size=4))),
        labels=draw(st.dictionaries(names, label)),
        titles={"who": {"en": "who", "zh": "谁"}, "what": {"zh": draw(text)}},
        evidence={"source": ("who", "what")},
    )


statements = st.lists(st.builds(Triple, iris | blanks, iris, terms), max_size=5, unique=True).map(
    lambda found: Statements(tuple(sorted(found, key=str)))
)


def written(answer: Answer, format: str, lang: Lang = "en", width: int | None = None) -> str:
    stream = io.BytesIO()
    write(answer, format, stream, lang=lang, width=width)
    return stream.getvalue().decode("utf-8")


def has_characters_xml_lacks(*texts: str) -> bool:
    return any(NOT_XML.search(one) for one in texts)


def sample() -> Table:
    labels: dict[str, Label] = {
        ID + "novartis": {"en": "Novartis", "zh": "诺华"},
        ID + "all": {"en": "acute lymphoblastic leukaemia", "zh": "急性淋巴细胞白血病"},
        ID + "iovance": {"en": "Iovance"},
    }
    rows = [
        ("novartis", "all", "2017", "t3/r1"),
        ("novartis", "all", "2017", "s3.1/p2/s4"),
        ("iovance", "unlabelled", None, "t3/r2"),
    ]
    return Table(
        ("developer", "disease", "year", "source"),
        tuple(
            (
                NamedNode(ID + who),
                NamedNode(ID + what),
                Literal(year, datatype=NamedNode(XSD + "gYear")) if year else None,
                NamedNode(SRC + "review-2024/" + where),
            )
            for who, what, year, where in rows
        ),
        labels,
        {"developer": {"en": "developer", "zh": "研发机构"}, "disease": {"zh": "适应症"}},
        {"source": ("developer", "disease", "year")},
    )


def passage(where: str) -> NamedNode:
    return NamedNode(SRC + "review-2024/" + where)


def footnoted() -> Table:
    """A table with two evidence columns, two folded columns, and one cell that nothing states."""
    rows = [
        ("novartis", "leads", "CD19", "t3/r10", "s2/p10"),
        ("novartis", "leads", "CD7", "t3/r2", "s10/p1"),
        ("novartis", "funds", "CD19", "t3/r10", "t3/r2"),
        ("iovance", "leads", None, "t4/r1", "t4/r9"),
    ]
    return Table(
        ("who", "role", "target", "plain", "whoSource", "targetSource"),
        tuple(
            (
                NamedNode(ID + who),
                NamedNode(ID + role),
                Literal(target) if target else None,
                Literal("as is"),
                passage(one),
                passage(two),
            )
            for who, role, target, one, two in rows
        ),
        {
            ID + "novartis": {"en": "Novartis", "zh": "诺华"},
            ID + "iovance": {"en": "Iovance"},
            ID + "leads": {"en": "leads", "zh": "主导"},
            ID + "funds": {"en": "funds", "zh": "资助"},
            SRC + "review-2024/t3/r2": {"en": "Table 3, row 2", "zh": "表 3 第 2 行"},
        },
        evidence={"whoSource": ("who", "role"), "targetSource": ("target",)},
        folds=("role", "target"),
    )


# Machine formats: what goes in comes out.


@given(raw_tables(), st.sampled_from(sorted(RESULTS)))
def test_sparql_results_read_back_the_same(table: Table, format: str) -> None:
    if format == "srx":
        assume(not has_characters_xml_lacks(*map(str, values(table))))
    found = parse_query_results(written(table, format).encode(), format=RESULTS[format])
    assert isinstance(found, QuerySolutions)
    assert tuple(variable.value for variable in found.variables) == table.columns
    assert tuple(tuple(row) for row in found) == table.rows


def values(table: Table) -> list[str]:
    return [cell.value for row in table.rows for cell in row if cell is not None]


@given(raw_tables())
def test_sparql_results_in_xml_and_json_mean_the_same_to_other_readers(table: Table) -> None:
    assume(not has_characters_xml_lacks(*values(table)))
    space = "{http://www.w3.org/2005/sparql-results#}"
    root = ElementTree.fromstring(written(table, "srx").encode())
    from_xml = [
        {binding.get("name"): binding[0].text or "" for binding in result}
        for result in root.iter(space + "result")
    ]
    from_json = [
        {name: value["value"] for name, value in row.items()}
        for row in json.loads(written(table, "srj"))["results"]["bindings"]
    ]
    expected = [
        {
            name: cell.value
            for name, cell in zip(table.columns, row, strict=True)
            if cell is not None
        }
        for row in table.rows
    ]
    assert from_xml == from_json == expected


@given(raw_tables())
def test_raw_csv_reads_back_as_plain_values(table: Table) -> None:
    assume(table.columns)
    read = list(csv.reader(io.StringIO(written(table, "csv"), newline="")))
    cells = [
        ["" if c is None else f"_:{c.value}" if isinstance(c, BlankNode) else c.value for c in row]
        for row in table.rows
    ]
    padded = [row or [""] for row in read]
    assert padded == [list(table.columns), *cells]


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_raw_csv_and_tsv_are_those_of_the_sparql_engine(format: str) -> None:
    query = """SELECT ?a ?b { VALUES (?a ?b) {
        (<urn:x> "a,\\"b\\"\\r\\n\\t") (UNDEF 1) (1.50 "x"@en) (true "=1+1") ("" "γδT细胞") } }"""
    expected = Store().query(query)
    assert isinstance(expected, QuerySolutions)
    named = {"csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
    assert written(LocalEngine(Store()).query(query), format).encode() == expected.serialize(
        format=named[format]
    )


@given(labelled_tables())
def test_labelled_csv_reads_back_and_holds_no_formula(table: Table) -> None:
    content = written(table, "csv", "both")
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content[1:], newline="")))
    assert len(rows) == len(table.folded())
    for row, cells in zip(rows, table.folded(), strict=True):
        what = cells[1]
        shown = "" if what is None else shown_as_symbols(what.value)  # type: ignore[union-attr]
        assert row["what"] in (shown, f"'{shown}")
        assert not any(is_formula(cell) for cell in row.values())
        who = cells[0]
        if isinstance(who, NamedNode):
            label = (table.labels or {}).get(who.value, {})
            assert row["who_zh"].removeprefix("'") == shown_as_symbols(
                label.get("zh", "")
            ).removeprefix("'")


def shown_as_symbols(value: str) -> str:
    kept = "\t\r\n"
    return "".join(
        c
        if unicodedata.category(c) != "Cc" or c in kept
        else chr(0x2400 + ord(c))
        if c < " "
        else "␡"
        if c == "\x7f"
        else "\ufffd"
        for c in value
    )


def is_formula(cell: str) -> bool:
    number = re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell, re.ASCII)
    return cell.startswith(tuple("=+-@\t\r\n\0＝＋－＠")) and not number


@given(labelled_tables())
def test_labelled_tsv_reads_back(table: Table) -> None:
    lines = written(table, "tsv", "zh").split("\n")
    assert lines.pop() == ""
    cells = [[unescaped(cell) for cell in line.split("\t")] for line in lines[1:]]
    at = lines[0].split("\t").index("what")
    assert [row[at] for row in cells] == [
        "" if row[1] is None else row[1].value  # type: ignore[union-attr]
        for row in table.folded()
    ]


def unescaped(cell: str) -> str:
    def one(match: re.Match[str]) -> str:
        plain = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
        return plain.get(match[1]) or chr(int(match[1][1:], 16))

    return re.sub(r"\\(u[0-9A-F]{4}|.)", one, cell)


@given(labelled_tables())
def test_json_reads_back_with_labels_and_every_passage(table: Table) -> None:
    whole = json.loads(written(table, "json"))
    lines = written(table, "jsonl").splitlines()
    assert whole["rows"] == [json.loads(line) for line in lines]
    assert [column["name"] for column in whole["columns"]] == list(table.columns)
    assert whole["truncated"] is False
    for row, (who, what, source) in zip(whole["rows"], table.folded(), strict=True):
        assert isinstance(source, tuple)
        assert sorted(one["iri"] for one in row["source"]) == sorted(one.value for one in source)
        assert (row["what"] is None) == (what is None)
        if isinstance(who, NamedNode):
            assert row["who"]["iri"] == who.value
            assert row["who"]["label"] == (table.labels or {}).get(who.value, {})


@pytest.mark.parametrize(
    ("lexical", "datatype", "value"),
    [
        ("12", "integer", 12),
        ("9007199254740993", "integer", "9007199254740993"),
        ("2.50", "decimal", 2.5),
        ("3", "decimal", 3.0),
        ("0.12345678901234567890", "decimal", "0.12345678901234567890"),
        ("1e3", "double", 1000.0),
        ("1e999", "double", "1e999"),
        ("INF", "double", "INF"),
        ("true", "boolean", True),
        ("2024", "gYear", 2024),
        ("2024-02", "gYearMonth", "2024-02"),
        ("2024-02-16", "date", "2024-02-16"),
        ("twelve", "integer", "twelve"),
    ],
)
def test_json_numbers_are_numbers_where_nothing_is_lost(
    lexical: str, datatype: str, value: object
) -> None:
    table = Table(("n",), ((Literal(lexical, datatype=NamedNode(XSD + datatype)),),))
    (row,) = json.loads(written(table, "json"))["rows"]
    assert (row["n"], type(row["n"])) == (value, type(value))


@given(statements, st.sampled_from(sorted(set(GRAPHS) - {"rdfxml"})))
def test_statements_read_back_the_same(answer: Statements, format: str) -> None:
    back = parse(written(answer, format).encode(), format=GRAPHS[format])
    assert {quad.triple for quad in back} == set(answer.triples)


@given(statements)
def test_rdf_xml_reads_back_the_same_or_refuses(answer: Statements) -> None:
    try:
        content = written(answer, "rdfxml").encode()
    except InputError:
        literals = [t.object.value for t in answer.triples if isinstance(t.object, Literal)]
        odd = [t for t in answer.triples if not re.search(r"[A-Za-z]\w*$", t.predicate.value)]
        assert odd or has_characters_xml_lacks(*literals)
        return
    ElementTree.fromstring(content)
    back = {
        tuple(f"_:{t.value[1:]}" if isinstance(t, BlankNode) else str(t) for t in quad.triple)
        for quad in parse(content, format=RdfFormat.RDF_XML)
    }
    assert back == {tuple(map(str, triple)) for triple in answer.triples}


def knowledge() -> Statements:
    novartis = NamedNode(ID + "novartis")
    triples = [
        Triple(novartis, NamedNode(RDFS_LABEL), Literal("诺华", language="zh")),
        Triple(
            novartis, NamedNode(RDFS_LABEL), Literal(" a\r\nb\t<&>\"' \u2028\x9b", language="en")
        ),
        Triple(novartis, NamedNode(RDF_TYPE), NamedNode(ICT + "Company")),
        Triple(NamedNode(SRC + "review-2024/t3/r1"), NamedNode(ICT + "about"), novartis),
        Triple(BlankNode("9f"), NamedNode(ICT + "count"), Literal(3)),
    ]
    return Statements(tuple(sorted(triples, key=str)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("format", sorted(GRAPHS))
def test_rdflib_reads_every_rdf_format_alike(format: str) -> None:
    named = {"nq": "nquads", "jsonld": "json-ld", "rdfxml": "xml", "ttl": "turtle"}
    dataset = rdflib.Dataset()
    dataset.parse(data=written(knowledge(), format), format=named.get(format, format))
    found = rdflib.Graph()
    for subject, predicate, value, _ in dataset.quads():
        found.add((subject, predicate, value))
    expected = rdflib.Graph().parse(data=written(knowledge(), "nt"), format="nt")
    assert isomorphic(found, expected)


def test_turtle_declares_the_prefixes_it_uses_and_no_other() -> None:
    declared = re.findall(r"@prefix (\w+):", written(knowledge(), "ttl"))
    assert sorted(declared) == ["ict", "id", "rdf", "rdfs", "xsd"]


@pytest.mark.parametrize("format", READERS)
def test_statements_are_three_columns_in_the_other_formats(format: str) -> None:
    content = written(knowledge(), format)
    for word in ("subject", "predicate", "object", "诺华"):
        assert word in content


# What cannot be said is refused.


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ufffe", "\uffff"])
@pytest.mark.parametrize("format", ["srx", "rdfxml"])
def test_xml_refuses_characters_it_cannot_hold(bad: str, format: str) -> None:
    triple = Triple(NamedNode("urn:s"), NamedNode(RDFS_LABEL), Literal(f"a{bad}"))
    stream = io.BytesIO()
    with pytest.raises(InputError, match="XML cannot hold a character or a name"):
        write(Statements((triple,)), format, stream)
    assert stream.getvalue() == b""


@pytest.mark.parametrize(
    "predicate", ["http://x/", "http://x/1", RDF + "li", RDF + "Description", "http://x/a?b="]
)
def test_rdf_xml_refuses_predicates_that_are_no_xml_name(predicate: str) -> None:
    triple = Triple(NamedNode("urn:s"), NamedNode(predicate), Literal("a"))
    with pytest.raises(InputError, match="XML cannot"):
        written(Statements((triple,)), "rdfxml")


@pytest.mark.parametrize("format", sorted(GRAPHS))
def test_tables_and_truths_are_no_statements(format: str) -> None:
    for answer in (sample(), Truth(True)):
        with pytest.raises(InputError, match=r"holds statements.*choose one of table, csv"):
            written(answer, format)


def test_unknown_formats_list_the_known() -> None:
    with pytest.raises(UnknownName, match="no format 'xlsx'; the formats are table, csv, tsv"):
        written(sample(), "xlsx")
    with pytest.raises(UnknownName, match=r"'a.xlsx' does not tell its format; .*\.csv"):
        guess("a.xlsx")


@pytest.mark.parametrize("format", READERS)
def test_a_truth_in_every_table_format(format: str) -> None:
    assert "true" in written(Truth(True), format)
    assert "false" in written(Truth(False), format)
    if format in ("json", "jsonl", "srj"):
        assert json.loads(written(Truth(False), format))["boolean"] is False
    if format in RESULTS and format != "tsv":
        assert parse_query_results(written(Truth(True), format).encode(), format=RESULTS[format])


def test_a_cut_answer_says_so() -> None:
    cut = Table(("a",), ((Literal("é\x9b"),),), truncated=True)
    assert json.loads(written(cut, "json"))["truncated"] is True
    srj = json.loads(written(cut, "srj"))
    assert srj["head"] == {"vars": ["a"], "truncated": True}
    assert srj["results"]["bindings"] == [{"a": {"type": "literal", "value": "é\x9b"}}]
    whole = json.loads(written(Table(("a",), ()), "srj"))
    assert whole["head"] == {"vars": ["a"]}


def test_names_endings_and_defaults() -> None:
    for name, one in FORMATS.items():
        assert one.name == name
        assert {guess(f"dir.x/who{ending.upper()}") for ending in one.endings} == {name}
    assert default(True, sample()) == "table"
    assert default(False, sample()) == "tsv"
    assert default(False, knowledge()) == default(True, knowledge()) == "ttl"
    assert written(sample(), "CSV") == written(sample(), "csv")


# What readers see.


def test_table_in_chinese() -> None:
    assert written(sample(), "table", "zh") == textwrap.dedent("""\
        ┌──────────┬───────────────────────┬──────────┐
        │ 研发机构 │ 适应症                │     year │
        ├──────────┼───────────────────────┼──────────┤
        │ 诺华¹·²  │ 急性淋巴细胞白血病¹·² │ 2017 ¹·² │
        │ Iovance³ │ id:unlabelled³        │          │
        └──────────┴───────────────────────┴──────────┘
        ¹ src:review-2024/s3.1/p2/s4
        ² src:review-2024/t3/r1
        ³ src:review-2024/t3/r2
        """)


def test_table_wraps_to_the_terminal() -> None:
    assert written(sample(), "table", "en", width=44) == textwrap.dedent("""\
        ┌─────────────┬─────────────────┬──────────┐
        │ developer   │ 适应症          │     year │
        ├─────────────┼─────────────────┼──────────┤
        │ Novartis¹·² │ acute           │ 2017 ¹·² │
        │             │ lymphoblastic   │          │
        │             │ leukaemia¹·²    │          │
        ├─────────────┼─────────────────┼──────────┤
        │ Iovance³    │ id:unlabelled³  │          │
        └─────────────┴─────────────────┴──────────┘
        ¹ src:review-2024/s3.1/p2/s4
        ² src:review-2024/t3/r1
        ³ src:review-2024/t3/r2
        """)


def test_a_narrow_terminal_gets_one_block_per_row() -> None:
    assert written(sample(), "table", "zh", width=24) == textwrap.dedent("""\
        ── 1 ──
        研发机构  诺华¹·²
        适应症    急性淋巴细胞白
                  血病¹·²
        year      2017 ¹·²
        ── 2 ──
        研发机构  Iovance³
        适应症    id:unlabelled³
        ¹ src:review-2024/s3.1/
        p2/s4
        ² src:review-2024/t3/r1
        ³ src:review-2024/t3/r2
        """)


def test_raw_answers_show_curies_unfolded() -> None:
    raw = Table(sample().columns, sample().rows)
    content = written(raw, "table", "zh")
    assert content.count("id:novartis") == 2
    assert "developer" in content


def test_markdown() -> None:
    table = Table(
        ("a", "n"),
        ((Literal("x|y\n<b>*_`[\\"), Literal(3)), (None, Literal(12))),
        labels={},
        titles={"a": {"zh": "甲", "en": "A"}},
    )
    assert written(table, "md", "both") == (
        "| 甲 / A | n |\n| --- | ---: |\n| x\\|y<br>&lt;b&gt;\\*\\_\\`\\[\\\\ | 3 |\n|  | 12 |\n"
    )


def test_labelled_csv_and_tsv_have_labels_and_ids() -> None:
    assert written(sample(), "csv", "zh") == (
        "\ufeffdeveloper,developer_id,disease,disease_id,year,source\r\n"
        "诺华,id:novartis,急性淋巴细胞白血病,id:all,2017,"
        "src:review-2024/s3.1/p2/s4 src:review-2024/t3/r1\r\n"
        "Iovance,id:iovance,id:unlabelled,id:unlabelled,,src:review-2024/t3/r2\r\n"
    )
    assert written(sample(), "tsv", "both") == (
        "developer_en\tdeveloper_zh\tdeveloper_id\tdisease_en\tdisease_zh\tdisease_id\tyear\tsource\n"
        "Novartis\t诺华\tid:novartis\tacute lymphoblastic leukaemia\t急性淋巴细胞白血病\t"
        "id:all\t2017\t"
        "src:review-2024/s3.1/p2/s4 src:review-2024/t3/r1\n"
        "Iovance\t\tid:iovance\t\t\tid:unlabelled\t\tsrc:review-2024/t3/r2\n"
    )


FOLDED = {
    "table": """\
        ┌─────────────┬──────────────────┬─────────────────┬───────┐
        │ who         │ role             │ target          │ plain │
        ├─────────────┼──────────────────┼─────────────────┼───────┤
        │ Novartis¹·² │ funds²; leads¹·² │ CD7 ³; CD19 ¹·⁴ │ as is │
        │ Iovance⁵    │ leads⁵           │                 │ as is │
        └─────────────┴──────────────────┴─────────────────┴───────┘
        ¹ Table 3, row 2  src:review-2024/t3/r2
        ² src:review-2024/t3/r10
        ³ src:review-2024/s10/p1
        ⁴ src:review-2024/s2/p10
        ⁵ src:review-2024/t4/r1
        """,
    "md": """\
        | who | role | target | plain |
        | --- | --- | --- | --- |
        | Novartis¹·² | funds²; leads¹·² | CD7 ³; CD19 ¹·⁴ | as is |
        | Iovance⁵ | leads⁵ |  | as is |

        ¹ Table 3, row 2  src:review-2024/t3/r2@@
        ² src:review-2024/t3/r10@@
        ³ src:review-2024/s10/p1@@
        ⁴ src:review-2024/s2/p10@@
        ⁵ src:review-2024/t4/r1@@
        """,
}


@pytest.mark.parametrize("format", sorted(FOLDED))
def test_cells_carry_the_passages_of_their_evidence(format: str) -> None:
    expected = textwrap.dedent(FOLDED[format]).replace("@@", "  ")
    assert written(footnoted(), format) == expected


@given(labelled_tables())
def test_marks_and_notes_belong_together(table: Table) -> None:
    assume(not has_marks(table))
    shown = sheet(table, "en")
    marks = [note.split(" ", 1)[0] for note in shown.notes]
    assert marks == [superscript(n) for n in range(1, len(marks) + 1)]
    noted = dict(zip(marks, (note.rsplit(" ", 1)[1] for note in shown.notes), strict=True))
    assert len(set(noted.values())) == len(noted)
    for texts, (*_, source) in zip(shown.rows, table.folded(), strict=True):
        assert isinstance(source, tuple)
        for text in filter(None, texts):
            found = re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹·]*$", text)
            assert found
            assert {noted[mark] for mark in found[0].split("·") if mark} == {
                compress(one.value) for one in source if isinstance(one, NamedNode)
            }


def has_marks(table: Table) -> bool:
    """Whether the data look like marks themselves."""
    texts = [one.value for row in table.rows for one in row if one is not None]
    texts += [name for label in (table.labels or {}).values() for name in label.values()]
    return any(re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹·]", one) for one in texts)


def superscript(number: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(number))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("CD19", "CD19 ¹"),
        ("10⁸", "10⁸ ¹"),
        ("m²", "m² ¹"),
        ("CD8⁺", "CD8⁺ ¹"),
        ("H₂", "H₂ ¹"),
        ("xᵃ", "xᵃ ¹"),
        ("２０２４", "２０２４ ¹"),
        ("82%", "82%¹"),
        ("T细胞", "T细胞¹"),
        ("第三", "第三¹"),
        ("(CD19)", "(CD19)¹"),
        ("", ""),
    ],
)
def test_marks_do_not_read_as_exponents(value: str, shown: str) -> None:
    table = Table(
        ("a", "source"),
        ((Literal(value), passage("t3/r1")),),
        labels={},
        evidence={"source": ("a",)},
    )
    assert sheet(table, "en").rows == ((shown,),)
    assert len(sheet(table, "en").notes) == bool(value)


def test_a_mark_stays_with_the_chinese_character_before_it() -> None:
    assert wrap("白血病¹⁰·¹¹", 8) == ["白血", "病¹⁰·¹¹"]


def test_folded_cells_in_csv_and_tsv() -> None:
    assert written(footnoted(), "csv", "zh") == (
        "\ufeffwho,who_id,role,role_id,target,plain,whoSource,targetSource\r\n"
        "诺华,id:novartis,资助; 主导,id:funds id:leads,CD7; CD19,as is,"
        "src:review-2024/t3/r2 src:review-2024/t3/r10,"
        "src:review-2024/s2/p10 src:review-2024/s10/p1 src:review-2024/t3/r2\r\n"
        "Iovance,id:iovance,主导,id:leads,,as is,src:review-2024/t4/r1,src:review-2024/t4/r9\r\n"
    )
    heading, first, _ = written(footnoted(), "tsv", "both").splitlines()
    row = dict(zip(heading.split("\t"), first.split("\t"), strict=True))
    assert (row["role_en"], row["role_zh"]) == ("funds; leads", "资助; 主导")
    assert (row["role_id"], row["target"]) == ("id:funds id:leads", "CD7; CD19")
    assert row["whoSource"] == "src:review-2024/t3/r2 src:review-2024/t3/r10"


def test_folded_cells_are_lists_in_json() -> None:
    whole = json.loads(written(footnoted(), "json"))
    assert [column["name"] for column in whole["columns"]] == list(footnoted().columns)
    first, second = whole["rows"]
    assert [json.loads(line) for line in written(footnoted(), "jsonl").splitlines()] == [
        first,
        second,
    ]
    assert first["target"] == ["CD7", "CD19"]
    assert [one["id"] for one in first["role"]] == ["id:funds", "id:leads"]
    assert [one["label"]["zh"] for one in first["role"]] == ["资助", "主导"]
    assert [one["id"] for one in first["targetSource"]] == [
        "src:review-2024/s2/p10",
        "src:review-2024/s10/p1",
        "src:review-2024/t3/r2",
    ]
    assert first["plain"] == "as is"
    assert second["target"] == []


@pytest.mark.parametrize("format", ["srj", "srx"])
def test_sparql_results_are_not_folded(format: str) -> None:
    found = parse_query_results(written(footnoted(), format).encode(), format=RESULTS[format])
    assert isinstance(found, QuerySolutions)
    assert tuple(tuple(row) for row in found) == footnoted().rows


def test_passages_in_natural_order() -> None:
    names = ["s1", "s02", "s2", "s2/p3", "s2/p10", "s10", "s²", "s" + "9" * 5000]
    table = Table(
        ("source",), tuple((Literal(name),) for name in reversed(names)), folds=("source",)
    )
    ((cell,),) = table.folded()
    assert isinstance(cell, tuple)
    assert [one.value for one in cell] == ["s1", "s02", "s2", *names[3:6], names[7], "s²"]


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_the_columns_of_a_table_do_not_depend_on_its_rows(format: str, lang: Lang) -> None:
    whole = replace(footnoted(), entities=("who", "role"))
    headings = written(whole, format, lang).splitlines()[0]
    assert headings == written(footnoted(), format, lang).splitlines()[0]
    none = tuple((None, None, *row[2:]) for row in whole.rows)
    swapped = tuple((*row[:2], NamedNode(ID + "cd19"), *row[3:]) for row in whole.rows)
    for rows in ((), none, swapped):
        assert written(replace(whole, rows=rows), format, lang).splitlines()[0] == headings
    assert "id:cd19" in written(replace(whole, rows=swapped), format, lang)


def test_statements_have_the_same_columns_whatever_they_say() -> None:
    some = replace(knowledge(), labels={})
    assert (
        written(some, "tsv", "en").split("\n")[0]
        == written(Statements((), {}), "tsv", "en").split("\n")[0]
        == "subject\tsubject_id\tpredicate\tpredicate_id\tobject\tobject_id"
    )


def test_text_in_a_column_of_entities_is_kept_in_both_languages() -> None:
    table = Table(("a",), ((Literal("CD19"),), (NamedNode(ID + "x"),)), labels={})
    assert written(table, "tsv", "both") == "a_en\ta_zh\ta_id\nCD19\tCD19\t\n\t\tid:x\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+CD8", "'+CD8"),
        ("-/-", "'-/-"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("-1.5", "-1.5"),
        ("+3e4", "+3e4"),
        ("-1.5+cmd", "'-1.5+cmd"),
        ("-１", "'-１"),
        ("CAR-T", "CAR-T"),
        ("a\x1b[31m", "a␛[31m"),
    ],
)
def test_spreadsheet_cells_are_no_formulas(value: str, cell: str) -> None:
    table = Table(("a",), ((Literal(value),),), labels={})
    (_, row) = csv.reader(io.StringIO(written(table, "csv")[1:], newline=""))
    assert row == [cell]
    raw = Table(("a",), ((Literal(value),),))
    (_, row) = csv.reader(io.StringIO(written(raw, "csv"), newline=""))
    assert row == [value]


@given(
    labelled_tables() | raw_tables(),
    st.none() | st.integers(1, 90),
    st.sampled_from(["zh", "both"]),
)
def test_boxes_are_straight_and_fit(table: Table, width: int | None, lang: Lang) -> None:
    lines = written(table, "table", lang, width).split("\n")[:-1]
    if lines and lines[0].startswith("┌"):
        end = next(i for i, line in enumerate(lines, 1) if line.startswith("└"))
        assert len({display_width(line) for line in lines[:end]}) == 1
        assert {line[0] for line in lines[:end]} <= set("┌│├└")
        assert width is None or all(display_width(line) <= width for line in lines)
        if not has_marks(table):
            assert bool(lines[end:]) == any("¹" in line for line in lines[:end])


@given(text, st.integers(2, 30))
def test_wrapping_loses_nothing_but_spaces(value: str, width: int) -> None:
    lines = wrap(value, width)
    assert "".join("".join(lines).split()) == "".join(value.split())
    assert all(display_width(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("value", "width"),
    [("abc", 3), ("疗法", 4), ("γδT→", 4), ("e\u0301", 1), ("ＣＡＲ", 6), ("a\u200bb", 2), ("", 0)],
)
def test_display_width(value: str, width: int) -> None:
    assert display_width(value) == width


@given(labelled_tables() | raw_tables() | statements, st.sampled_from(READERS))
def test_nothing_written_can_steer_a_terminal(answer: Table | Statements, format: str) -> None:
    assume(format != "csv" or answer.labels is not None)
    try:
        content = written(answer, format, "both", 80)
    except InputError:
        assert format == "srx"
        return
    allowed = "\n\t\r" if format in ("csv", "srx") else "\n\t" if format == "tsv" else "\n"
    assert not {c for c in content if unicodedata.category(c) == "Cc" and c not in allowed}
    if format in ("table", "md"):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028\u2029]", content)


def test_colour_only_when_asked() -> None:
    table = Table(("a",), ((Literal("\x1b[31mred"),),), labels={})
    for width in (None, 4):
        plain, coloured = io.BytesIO(), io.BytesIO()
        write(table, "table", plain, width=width)
        write(table, "table", coloured, width=width, colour=True)
        assert b"\x1b" not in plain.getvalue()
        assert re.sub(rb"\x1b\[[012]m", b"", coloured.getvalue()) == plain.getvalue()
        assert plain.getvalue() != coloured.getvalue()


def test_the_examples_of_the_documentation() -> None:
    docs = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "docs")
    found = doctest.testfile(
        os.path.join(docs, "formats.md"), module_relative=False, encoding="utf-8"
    )
    assert found.failed == 0 < found.attempted


def test_empty_answers() -> None:
    empty = Table(("a", "b"), (), labels={})
    assert written(empty, "table").count("\n") == 4
    assert written(empty, "md") == "| a | b |\n| --- | --- |\n"
    assert written(empty, "csv") == "\ufeffa,b\r\n"
    assert written(empty, "jsonl") == ""
    assert json.loads(written(empty, "json"))["rows"] == []
    for format in GRAPHS:
        assert list(parse(written(Statements(()), format).encode(), format=GRAPHS[format])) == []


SCRIPT = """
import sys
from ictgraph.formats import write
from ictgraph.results import Table
from pyoxigraph import Literal, NamedNode
table = Table(("a", "b"), ((NamedNode("urn:x"), Literal("\\u7597\\u6cd5")),),
    labels={"urn:x": {"zh": "\\u67d0"}})
for format in ("table", "tsv"):
    write(table, format, sys.stdout.buffer, lang="zh")
slow = {"json", "csv", "xml", "decimal", "datetime", "rdflib", "networkx", "pathlib"}
assert not slow & set(sys.modules), slow & set(sys.modules)
"""


def in_a_new_process(
    script: str, *arguments: str, **env: str
) -> subprocess.CompletedProcess[bytes]:
    source = os.path.dirname(os.path.dirname(os.path.abspath(ictgraph.errors.__file__)))
    return subprocess.run(
        [sys.executable, "-S", "-c", script, *arguments],
        env={"PYTHONPATH": os.pathsep.join([source, *sys.path]), **env},
        capture_output=True,
        check=False,
    )


def test_same_bytes_in_every_locale_and_a_quick_start() -> None:
    one = in_a_new_process(SCRIPT, LC_ALL="C", PYTHONUTF8="0", PYTHONHASHSEED="1")
    two = in_a_new_process(SCRIPT, LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert one.stderr == two.stderr == b""
    assert one.stdout == two.stdout
    assert "│ 某 │ 疗法 │".encode() in one.stdout


# Files that appear at once.


def good(stream: BinaryIO) -> None:
    stream.write(b"new")


def bad(stream: BinaryIO) -> None:
    stream.write(b"half")
    raise InputError("no")


def test_save_replaces_a_file_and_keeps_its_permissions(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "a.tsv")
    save(path, good)
    with open(path, "rb") as stream:
        assert stream.read() == b"new"
    os.chmod(path, 0o640)
    save(path, lambda stream: write(Truth(True), "tsv", stream))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.tsv"]


def test_save_that_fails_leaves_the_old_file_and_no_part(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "a.tsv")
    with pytest.raises(InputError):
        save(path, bad)
    assert os.listdir(tmp_path) == []
    save(path, good)
    with pytest.raises(InputError):
        save(path, bad)
    with open(path, "rb") as stream:
        assert stream.read() == b"new"
    assert os.listdir(tmp_path) == ["a.tsv"]


def test_a_process_killed_while_saving_leaves_the_old_file(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "a.tsv")
    save(path, good)
    script = """
import os, sys
from ictgraph.formats import save
def killed(stream):
    stream.write(b"half"); stream.flush(); os.kill(os.getpid(), 9)
save(sys.argv[1], killed)
"""
    assert in_a_new_process(script, path).returncode == -signal.SIGKILL
    with open(path, "rb") as stream:
        assert stream.read() == b"new"


def test_save_follows_links_and_writes_into_pipes(tmp_path: os.PathLike[str]) -> None:
    link = os.path.join(tmp_path, "link.tsv")
    os.symlink("real.tsv", link)
    save(link, good)
    assert os.path.islink(link)
    assert os.path.isfile(os.path.join(tmp_path, "real.tsv"))
    script = "from ictgraph.formats import save; save('/dev/stdout', lambda s: s.write(b'new'))"
    assert in_a_new_process(script).stdout == b"new"


def test_save_where_nothing_can_be_written(tmp_path: os.PathLike[str]) -> None:
    for path in (str(tmp_path), os.path.join(tmp_path, "no", "a.tsv"), ""):
        with pytest.raises(StoreError, match="cannot be written"):
            save(path, good)
    assert os.listdir(tmp_path) == []
