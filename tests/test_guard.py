"""The guard: what it reads, what it refuses, and that a value never changes a query."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from ictgraph.errors import IctgraphError, LimitError, PolicyError, QuerySyntaxError
from ictgraph.guard import Limits, check, same_shape
from ictgraph.tokens import tokens

LIMITS = Limits()
TEMPLATE = (
    "SELECT DISTINCT ?x ?y WHERE { VALUES ?x { UNDEF } VALUES ?y { 1 } ?x ?p ?y } # VALUES ?x { }"
)

FINE = [
    "ASK {}",
    "select (count(*) as ?n) where { graph ?g { ?s ?p ?o } } group by ?g having (count(*) > 1)",
    "PREFIX ex: <http://example.org/#> SELECT * { ?s ex:a.b/ex:c*|^ex:d ?o ; a ex:E , ex:F . }",
    "SELECT * { ?s ?p 1, -1.5, +2e3, .5, true, 'a', '''c'd''', \"\"\"e\"\"\"^^<x:y> }",
    'SELECT * { ?s ?p ?load, ?service ; <x:from> "INSERT # SERVICE" } # DROP ALL',
    "SELECT * { ?a ?b ?c FILTER(?a < ?c && ?c > 3 || ?a <= 2) FILTER(!bound(?b)) }",
    "SELECT * { ?s ?p ( 1 2 ?x ) , [ ?q ?r ] . _:b1 ?p [] }",
    "SELECT * { VALUES (?a ?b) { (<http://x.org/#a> <http://x.org/#b>) (UNDEF 'a'@en) } }",
    "CONSTRUCT { << ?s ?p ?o >> ?q 1 } WHERE { ?s ?p ?o {| ?q 1 |} . ?x ?y <<( ?s ?p ?o )>> }",
    r'SELECT ("\u75c5" AS ?x) { ?s ?p <http://example.org/\u75c5> }',
    "PREFIX 病: <http://example.org/> SELECT ?病 { ?病 a 病:黑色素瘤 }",
    "DESCRIBE <http://example.org/a>",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s a ?o } MINUS { ?s ?p 1 } } LIMIT 5 OFFSET 2",
    "SELECT * { VALUES ?x { " + "<http://example.org/a> " * 2500 + "} }",
    "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(map(str, range(3000))) + ")) }",
    "PREFIX x: <http://x.org/> SELECT * { ?s x:a\\,b ?o . ?s x:%41 ?o }",
]


@pytest.mark.parametrize("text", FINE)
def test_ordinary_queries_pass(text: str) -> None:
    check(text, LIMITS)
    Store().query(text)  # and the engine agrees that it is SPARQL


def test_tokens_know_their_kind_and_place() -> None:
    text = "SELECT ?x # <no>\n{ ?x ex:p 'a b'@en , _:b , <x:y> , -1.5e3 }"
    found = tokens(text)
    assert [(str(token), token.kind) for token in found] == [
        ("SELECT", "word"),
        ("?x", "var"),
        ("{", "punct"),
        ("?x", "var"),
        ("ex:p", "pname"),
        ("'a b'", "string"),
        ("@en", "lang"),
        (",", "punct"),
        ("_:b", "blank"),
        (",", "punct"),
        ("<x:y>", "iri"),
        (",", "punct"),
        ("-", "punct"),
        ("1.5e3", "number"),
        ("}", "punct"),
    ]
    assert all(text.startswith(token, token.start) for token in found)


@given(st.text())
def test_tokens_cover_any_text_or_refuse_it(text: str) -> None:
    try:
        found = tokens(text)
    except (QuerySyntaxError, PolicyError):
        return
    rest = list(text)
    for token in found:
        rest[token.start : token.start + len(token)] = [" "] * len(token)
    assert re.fullmatch(r"(?:[ \t\r\n]|#[^\r\n]*)*", "".join(rest))


@given(st.text(alphabet="SELECT*{}?sp<>:#\"'\\ \n()./|@_a1"))
def test_check_only_raises_its_own_errors(text: str) -> None:
    try:
        check(text, LIMITS)
    except IctgraphError as error:
        assert error.exit_code in (2, 3, 4)


UPDATES = [
    "INSERT DATA { <a:a> <b:b> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "PREFIX x: <x:> inSert { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "WITH <g:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1/>",
    "LOAD SILENT <file:///etc/passwd> INTO GRAPH <g:g>",
    "CLEAR ALL",
    "DROP GRAPH <g:g>",
    "CREATE GRAPH <g:g>",
    "COPY DEFAULT TO <g:g>",
    "MOVE <g:g> TO DEFAULT",
    "ADD <g:g> TO <g:h>",
    "ASK {} ; DROP ALL",
]


@pytest.mark.parametrize("text", UPDATES)
def test_updates_are_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="read-only"):
        check(text, LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <http://example.org/> { ?s ?p ?o }",
        "SELECT * from named<file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
        "CONSTRUCT FROM <g:g> WHERE { ?s ?p ?o }",
        "ASK#\nFROM <g:g> {}",
    ],
)
def test_dataset_clauses_are_refused_and_graph_is_named_instead(text: str) -> None:
    with pytest.raises(PolicyError, match="GRAPH"):
        check(text, LIMITS)


def test_service_is_refused() -> None:
    text = "SELECT * { SERVICE SILENT <http://example.org/sparql> { ?s ?p ?o } }"
    with pytest.raises(PolicyError, match="SERVICE"):
        check(text, LIMITS)


# Texts that a parser without a tokenizer reads as a SERVICE or FROM where a tokenizer sees none.
SMUGGLED = [
    'ASK { BIND(1 AS ?a) FILTER(?a<?b#>"""\n||true) SERVICE <http://h/> {?q ?w ?e} #"""\n}',
    "PREFIX b: <x:> ASK { FILTER(?a<b:c#>'''\n||true) SERVICE <http://h/> {?q ?w ?e} #'''\n}",
    "PREFIX b: <x:> ASK { BIND(1 AS ?a) FILTER(?a<<b:c#>||true) SERVICE <http://h/> {?x ?y ?z}\n}",
    "ASK { BIND(1 AS ?a) FILTER(?a<'>'||true||'''=) SERVICE <http://h/> {} #''' }",
    "ASK { FILTER(STR(1)<?b#>'''\n) SERVICE <http://h/> {?q ?w ?e} #'''\n}",
    "ASK { FILTER(true<?b#>'''\n) SERVICE <http://h/> {?q ?w ?e} #'''\n}",
    "ASK { FILTER('a'@en<?b#>'''\n) SERVICE <http://h/> {?q ?w ?e} #'''\n}",
    "PREFIX : <http://h/> ASK { SERVICE:x { ?a ?b ?c } }",
    "PREFIX : <http://h/> ASK { serviceSILENT:x { ?a ?b ?c } }",
    "PREFIX : <http://h/> ASK { ?a ?b trueSERVICE:x { ?a ?b ?c } }",
    "PREFIX : <http://h/> ASKFROM:x { ?a ?b ?c }",
    "PREFIX x: <x:> ASK { ?s ?p x:a.b.SERVICE<http://h/> { ?a ?b ?c } }",
    "ASK { ?s ?p 1SERVICE<http://h/> { ?a ?b ?c } }",
    "ASK { ?s ?p trueSERVICE<http://h/> { ?a ?b ?c } }",
    "ASKFROM<http://h/>{}",
    "ASK { SERVICESILENT<http://h/>{} }",
    "ASK { {}SERVICE<http://h/>{} }",
    r"ASK { SERV\u0049CE <http://h/> { ?a ?b ?c } }",
    r"ASK { \u0053ERVICE <http://h/> { ?a ?b ?c } }",
    r"ASK { \U00000053ERVICE <http://h/> { ?a ?b ?c } }",
    r'ASK { ?s ?p "\u0022 . SERVICE <http://h/> {} #" }',
    r"ASK { ?s ?p <http://x/\u003E . SERVICE <http://h/> { } #> }",
    r"ASK { ?s ?p '\u0027 . SERVICE <http://h/> {} #' }",
    "ASK { SERVICE # <x>\r<http://h/> { ?a ?b ?c } }",
]


@pytest.mark.parametrize("text", SMUGGLED)
def test_keywords_cannot_be_smuggled(text: str) -> None:
    with pytest.raises((PolicyError, QuerySyntaxError)):
        check(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("SELECT * " + "{" * 542 + "}" * 542, "nesting"),
        ("SELECT (" + "(" * 1147 + "1" + ")" * 1147 + " AS ?x) {}", "nesting"),
        ("ASK " + "{ FILTER EXISTS " * 206 + "{}" + "}" * 206, "nesting"),
        ("ASK { ?s ?p " + "[ ?p " * 100 + "1" + "]" * 100 + "}", "nesting"),
        ("ASK { ?s ?p " + "<< ?s ?p " * 100 + "1" + ">>" * 100 + "}", "nesting"),
        ("ASK { {}" + " UNION {}" * 5000 + "}", "operators"),
        ("ASK { FILTER(1" + "+1" * 5000 + ") }", "operators"),
        ("ASK { FILTER(" + "!" * 5000 + "true) }", "operators"),
        ("ASK {" + "OPTIONAL{}" * 5000 + "}", "operators"),
        ("ASK {" + " . ".join(f"?a <p:p> ?b{i}" for i in range(150)) + "}", "patterns"),
        ("ASK { ?a <p:p> " + ", ".join(f"?b{i}" for i in range(150)) + "}", "patterns"),
        ("ASK { ?a <p:p> 1" + " ; <p:q> 2" * 150 + "}", "patterns"),
        ("ASK { ?a <p:p>" + "/<p:p>" * 150 + " ?b }", "patterns"),
        ("ASK { ?a <p:p> (" + " 1" * 150 + ") }", "patterns"),
        ("ASK { " + "{ ?a <p:p> ?b } " * 150 + "}", "patterns"),
        ("ASK { ?a ?b " + "1," * 12_000 + "1 }", "tokens"),
        ("ASK { ?a ?b '" + "病" * 30_000 + "' }", "bytes"),
        ("ASK { FILTER(true" + "||true" * 100_000 + ") }", "bytes"),
    ],
)
def test_what_exhausts_an_engine_is_refused_before_it_runs(text: str, what: str) -> None:
    with pytest.raises(LimitError, match=what):
        check(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * WHERE { ?s ?p ?o ", "'{' at line 1, column 16 is never closed"),
        ("ASK { ( ] }", "']' at line 1, column 9 closes nothing"),
        ("ASK {}\n}", "'}' at line 2, column 1 closes nothing"),
        ("SELCT * {}", "'SELCT' at line 1, column 1 is not a SPARQL word"),
        ("ASK {\n ?s ?p 'open }", "at line 2, column 8 is not SPARQL"),
        ("ASK { ?s ?p ?o\u000c}", "is not SPARQL"),
        ("ASK { ?s ?p '\ud800' }", "half a surrogate"),
    ],
)
def test_errors_say_what_and_where(text: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError, match=re.escape(message)):
        check(text, LIMITS)


def test_limits_are_read_from_the_argument() -> None:
    check("ASK { { {} } }", Limits(depth=3))
    with pytest.raises(LimitError, match="3 levels of nesting, the limit is 2"):
        check("ASK { { {} } }", Limits(depth=2))


TERMS = st.one_of(
    st.text().map(Literal),
    st.text(alphabet="\\uU0022\"'x{}#<>?\n ").map(Literal),
    st.integers().map(Literal),
    st.floats(allow_nan=False).map(Literal),
    st.booleans().map(Literal),
    st.text().map(lambda text: Literal(text, language="zh-Hans")),
    st.text(alphabet="abc/?.%'()病", min_size=1).map(
        lambda text: NamedNode("http://example.org/" + text.replace("%", "%25"))
    ),
)


@given(st.lists(TERMS))
def test_values_never_change_the_query(terms: list[Literal | NamedNode]) -> None:
    values = " ".join(str(term) for term in terms)
    rendered = TEMPLATE.replace("UNDEF", values)
    try:
        same_shape(TEMPLATE, rendered, {"x", "y"})
    except PolicyError:
        # only where an engine that expands escapes first would read something else
        assert re.search(
            r"\\[uU][0-9a-fA-F]{4}|\\[\x00-\x1f\x7f]", " ".join(t.value for t in terms)
        )
        return
    expanded = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), rendered)
    assert len(tokens(expanded)) == len(tokens(rendered))


@given(st.text(alphabet="{}()\"'<>?x:#\\ \n1aU+-^@.|"))
def test_raw_text_in_a_slot_is_refused_or_is_terms(text: str) -> None:
    rendered = TEMPLATE.replace("UNDEF", text)
    try:
        same_shape(TEMPLATE, rendered, ["x"])
    except PolicyError:
        return
    before, after = tokens(TEMPLATE), tokens(rendered)
    extra = len(after) - len(before) + 1
    kinds = {token.kind for token in after[9 : 9 + extra]}
    assert kinds <= {"iri", "pname", "string", "number", "lang", "punct", "word"}
    assert [str(t) for t in after[:9]] == [str(t) for t in before[:9]]
    assert [str(t) for t in after[9 + extra :]] == [str(t) for t in before[10:]]


@pytest.mark.parametrize(
    "values",
    ["", "UNDEF", "undef 1 -2.5 +1e3 true", "'a' 'b'@en 'c'^^<x:y> x:d <http://example.org/#e>"],
)
def test_same_shape_accepts_complete_terms(values: str) -> None:
    same_shape(TEMPLATE, TEMPLATE.replace("UNDEF", values), ["x"])


@pytest.mark.parametrize(
    "values",
    [
        "1 } VALUES ?z { 2",
        "?y",
        "_:b",
        "'a'^^",
        "@en",
        "'a'@en@de",
        "'a'^^'b'",
        "-",
        "- 'a'",
        "{ 1",
        "FILTER",
        "(1)",
        "a",
        "'open",
        "'a' # }",
        "1 , 2",
        "<a b>",
        r"'x\u0027'",
        r"'x\\u0022 || true || '",
        r"'x\\\\U00000022'",
        r"<http://example.org/\u003E>",
        r"'\U00ffffff'",
    ],
)
def test_same_shape_refuses_everything_else(values: str) -> None:
    with pytest.raises(PolicyError):
        same_shape(TEMPLATE, TEMPLATE.replace("UNDEF", values), ["x"])


@pytest.mark.parametrize(
    "change",
    [
        ("DISTINCT ", ""),
        ("?x ?p ?y }", "?x ?p ?z }"),
        ("{ 1 }", "{ 2 }"),
        ("VALUES ?x { UNDEF }", ""),
        ("VALUES ?x { UNDEF }", "VALUES ?x { UNDEF } VALUES ?x { UNDEF }"),
        (" # VALUES", " LIMIT 1 # VALUES"),
        ("VALUES ?x", "VALUES ?w"),
    ],
)
def test_same_shape_refuses_changes_outside_the_slots(change: tuple[str, str]) -> None:
    with pytest.raises(PolicyError, match="change the query"):
        same_shape(TEMPLATE, TEMPLATE.replace(*change), ["x"])


def test_same_shape_needs_every_slot_in_the_template() -> None:
    with pytest.raises(PolicyError, match=r"no VALUES \?z"):
        same_shape(TEMPLATE, TEMPLATE, ["x", "z"])


def test_same_shape_ignores_layout_and_comments() -> None:
    same_shape("ASK {VALUES ?x{UNDEF}}# a", "ASK\n{ VALUES ?x { 1 } } # b", ["x"])
