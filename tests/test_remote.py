"""The remote engine: the same answers from a real endpoint, clear errors from every other."""

from __future__ import annotations

import json
import socket
import threading
import urllib.parse
from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse

from ictgraph.engine import Engine, LocalEngine
from ictgraph.errors import EndpointError, InputError, PolicyError, QuerySyntaxError
from ictgraph.remote import EndpointEngine
from ictgraph.results import Statements, Table, Term, Truth
from servers import canary, oxigraph_server, reply, scripted_server

XSD = "http://www.w3.org/2001/XMLSchema#"
DATA = f"""
<http://example.org/a> <http://example.org/name> "黑色素瘤"@zh .
<http://example.org/a> <http://example.org/name> "Melanoma"@en .
<http://example.org/a> <http://example.org/note> "tab\\t \\"quote\\" line\\nend \\\\u0041 <b>" .
<http://example.org/a> <http://example.org/year> "2024"^^<{XSD}gYear> .
<http://example.org/b> <http://example.org/size> "1.50"^^<{XSD}decimal> .
<http://example.org/b> <http://example.org/size> "5"^^<{XSD}integer> .
<http://example.org/b> <http://example.org/of> <http://example.org/a> <http://example.org/graph> .
"""
ONE = '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
SELECT = "SELECT ?x { ?x ?y ?z }"
CANCELLED = "The SPARQL operation has been cancelled"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with oxigraph_server(DATA) as url:
        yield f"{url}/query"


@pytest.fixture(scope="module")
def local() -> LocalEngine:
    store = Store()
    store.extend(parse(DATA, format=RdfFormat.N_QUADS))
    return LocalEngine(store)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT ?g ?s ?nothing { GRAPH ?g { ?s ?p ?o } }",
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "SELECT ?s { ?s ?p 'nothing' }",
        'SELECT * { VALUES ?x { \'病\' "a\\"b" UNDEF <http://example.org/病> 1.50 } }',
        "# SELECT\nPREFIX ask: <http://example.org/> ASK { ask:a ?p ?o }",
        "BASE <http://example.org/> ASK { <nobody> ?p ?o }",
        "CONSTRUCT { ?s a ?o } { ?s ?p ?o }",
        "CONSTRUCT { <http://example.org/a> a 1 } { ?s ?p ?o }",
        "DESCRIBE <http://example.org/a>",
        "SELECT ?s { ?s ?p ?o FILTER(STR(?o) != '" + "病" * 20_000 + "') } ORDER BY ?s ?o",
    ],
)
def test_answers_equal_the_embedded_engine(endpoint: str, local: LocalEngine, text: str) -> None:
    engine: Engine = EndpointEngine(endpoint)
    assert engine.query(text) == local.query(text)


def test_syntax_errors_of_the_endpoint_are_syntax_errors(endpoint: str) -> None:
    with pytest.raises(QuerySyntaxError, match="does not accept the query: error at 1:1"):
        EndpointEngine(endpoint).query("SELECT * { ?s ?p }")


@pytest.mark.parametrize("text", ["DROP ALL", "INSERT DATA { <a:a> <b:b> 1 }", "", "{ SELECT"])
def test_only_queries_are_sent(text: str) -> None:
    with canary() as bird:
        with pytest.raises(QuerySyntaxError, match="no query"):
            EndpointEngine(bird.url).query(text)
        with pytest.raises(QuerySyntaxError, match="surrogate"):
            EndpointEngine(bird.url).query("ASK { ?s ?p '\ud800' }")
        assert bird.hits == []


def test_a_wrong_path_hints_at_the_usual_ones(endpoint: str) -> None:
    wrong = endpoint.replace("/query", "/qeury")
    with pytest.raises(EndpointError, match=r"status 404.*/sparql or /query"):
        EndpointEngine(wrong).query("ASK {}")


def test_requests_are_form_posts_with_the_right_accept_header() -> None:
    with scripted_server(reply(ONE)) as server:
        engine = EndpointEngine(server.url + "?key=1", headers={"X-Token": "t"}, user_agent="me/1")
        engine.query(SELECT)
        with pytest.raises(EndpointError):
            engine.query("CONSTRUCT WHERE { ?s ?p ?o }")
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /sparql?key=1 HTTP/1.1"
        assert {"Content-Type: application/x-www-form-urlencoded", "User-Agent: me/1"} < set(lines)
        assert "x-token: t" in [line.lower() for line in lines]
        assert any(line.startswith("Accept: application/sparql-results+json") for line in lines)
        assert urllib.parse.parse_qs(body.decode()) == {"query": [SELECT]}
        assert b"Accept: application/n-triples, text/turtle" in server.requests[1]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "user and a password"),
        (403, "does not allow"),
        (404, "/sparql or /query"),
        (405, "takes no POST"),
        (414, "too long"),
        (418, "try again"),
        (500, "failed"),
        (502, "proxy"),
        (504, "took too long"),
    ],
)
def test_http_errors_say_status_cause_and_what_the_endpoint_said(status: int, message: str) -> None:
    with scripted_server(reply("oh\n\x1b[31mno", "text/plain", status)) as server:
        with pytest.raises(EndpointError, match=message) as caught:
            EndpointEngine(server.url).query(SELECT)
        assert f"{server.url} answered with status {status}: oh [31mno" in caught.value.what
        assert len(server.requests) == 1


def test_busy_endpoints_are_asked_again() -> None:
    busy = reply("wait", "text/plain", 429)
    later = reply("wait", "text/plain", 503, headers={"Retry-After": "0"})
    with scripted_server(busy, later, reply(ONE)) as server:
        assert EndpointEngine(server.url, backoff=0.01).query(SELECT) == Table(
            ("x",), ((Literal("1"),),)
        )
        assert len(server.requests) == 3


def test_asking_again_has_an_end() -> None:
    past = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    with scripted_server(reply("no", "text/plain", 503, headers=past)) as server:
        with pytest.raises(EndpointError, match=r"status 503.*busy"):
            EndpointEngine(server.url, retries=2, backoff=60).query(SELECT)
        assert len(server.requests) == 3


@pytest.mark.parametrize("after", ["3600", "Fri, 31 Dec 2999 23:59:59 GMT"])
def test_a_long_retry_after_is_told_not_waited_for(after: str) -> None:
    with scripted_server(reply("no", "text/plain", 429, headers={"Retry-After": after})) as server:
        with pytest.raises(EndpointError, match=f"retry after {after}"):
            EndpointEngine(server.url).query(SELECT)
        assert len(server.requests) == 1


def test_an_unreadable_retry_after_means_the_usual_backoff() -> None:
    busy = reply("no", "text/plain", 503, headers={"Retry-After": "soon"})
    with scripted_server(busy, reply(ONE)) as server:
        assert len(EndpointEngine(server.url, backoff=0.01).query(SELECT).rows) == 1  # type: ignore[union-attr]


def test_silence_is_a_timeout() -> None:
    with (
        scripted_server(None) as server,
        pytest.raises(EndpointError, match=r"did not answer within 0\.2 s"),
    ):
        EndpointEngine(server.url, timeout=0.2).query(SELECT)


def test_an_endless_trickle_is_a_timeout() -> None:
    head = reply("", length=10**6)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def trickle() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(head)
                while not stop.wait(0.02):
                    connection.sendall(b" ")

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(EndpointError, match=r"did not answer within 0\.3 s"):
            EndpointEngine(url, timeout=0.3).query(SELECT)
        stop.set()
        thread.join(5)


HALF = ONE[: len(ONE) // 2]
NT = "<a:a> <a:b> <a:c> .\n"
CHUNK = f"{len(NT):x}\r\n{NT}\r\n"
CHUNKED = {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (SELECT, reply(HALF)),
        (SELECT, reply(ONE, length=len(ONE) + 10)),
        (SELECT, reply("")),
        (SELECT, reply("[]")),
        (SELECT, reply("null")),
        (SELECT, reply('{"boolean":true}')),
        (SELECT, reply('{"head":{},"results":{"bindings":[]}}')),
        (SELECT, reply('{"head":{"vars":[1]},"results":{"bindings":[]}}')),
        (SELECT, reply(ONE.replace("bindings", "rows"))),
        (SELECT, reply(ONE.replace('"literal"', '"triple"'))),
        (SELECT, reply(ONE.replace('{"x"', '{"y"'))),
        (SELECT, reply(ONE.replace('"1"', "1"))),
        (SELECT, reply(ONE.replace('"literal"', '"uri"').replace('"1"', '"not an iri"'))),
        (SELECT, reply(ONE.replace('"literal"', '"uri"').replace('"1"', '"http://h/a b"'))),
        (SELECT, reply(ONE.replace('"1"', '"1","xml:lang":"not a tag"'))),
        (SELECT, reply(ONE.replace('"1"', '"1","datatype":"<>"'))),
        (SELECT, reply(ONE.replace('"1"', '"\\ud800"'))),
        (SELECT, reply("[" * 100_000)),
        (SELECT, reply(ONE.encode("utf-16"))),
        (SELECT, reply(b'{"head":{"vars":["\xff"]}}')),
        (SELECT, reply(NT, "application/n-triples")),
        ("ASK {}", reply('{"head":{}}')),
        ("ASK {}", reply('{"boolean":"true"}')),
        ("ASK {}", reply(ONE)),
        ("DESCRIBE <a:a>", reply(ONE)),
        ("DESCRIBE <a:a>", reply(NT + "<a:a> <a:b> ", "application/n-triples")),
        ("DESCRIBE <a:a>", reply("<a:a> a _:", "text/turtle")),
        ("DESCRIBE <a:a>", reply("<relative> a <b> .", "text/turtle")),
        ("DESCRIBE <a:a>", reply("<a:a> <a:b> " + "<<( <a:a> <a:b> " * 60_000, "text/turtle")),
        ("DESCRIBE <a:a>", reply(NT, "application/n-triples", length=len(NT) * 2)),
        ("DESCRIBE <a:a>", reply(NT, "application/n-triples", length=None)),
        ("DESCRIBE <a:a>", reply(CHUNK, "application/n-triples", length=None, headers=CHUNKED)),
        (SELECT, reply(f"{len(HALF):x}\r\n{HALF}\r\n0\r\n\r\n", length=None, headers=CHUNKED)),
        (SELECT, b"HTTP/1.1 200 OK\r\nContent-Le"),
        (SELECT, b"SSH-2.0-OpenSSH\r\n"),
        (SELECT, b""),
    ],
)
def test_a_broken_answer_is_never_taken_for_the_whole(query: str, answer: bytes) -> None:
    with scripted_server(answer) as server:
        with pytest.raises(EndpointError, match=r"not SPARQL results|not HTTP") as caught:
            EndpointEngine(server.url, timeout=5).query(query)
        assert server.url in str(caught.value)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("query", "body", "kind"),
    [
        (SELECT, ONE[:-4] + "," + CANCELLED, "application/sparql-results+json"),
        ("DESCRIBE <a:a>", NT + CANCELLED, "application/n-triples"),
    ],
)
def test_a_cancelled_query_is_a_timeout_although_the_status_is_200(
    query: str, body: str, kind: str
) -> None:
    with (
        scripted_server(reply(body, kind)) as server,
        pytest.raises(EndpointError, match="ran out of time and sent a part"),
    ):
        EndpointEngine(server.url).query(query)


def test_the_words_of_a_cancelled_query_may_be_data() -> None:
    with scripted_server(reply(ONE.replace('"1"', f'"{CANCELLED}"'))) as server:
        answer = EndpointEngine(server.url).query(SELECT)
        assert answer == Table(("x",), ((Literal(CANCELLED),),))


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", "image/png", ""])
def test_what_is_not_sparql_results_is_named(kind: str) -> None:
    page = "<!doctype html>\n<title>Sign in</title>" + " x" * 1000
    with scripted_server(reply(page, kind)) as server:
        with pytest.raises(EndpointError, match="not SPARQL results") as caught:
            EndpointEngine(server.url).query(SELECT)
        assert f"status 200 and {kind.partition(';')[0] or 'no content type'}" in str(caught.value)
        assert "<!doctype html> <title>Sign in</title>" in str(caught.value)
        assert len(str(caught.value)) < 500


def test_a_huge_answer_is_cut_off_and_refused() -> None:
    rows = ONE.replace('"1"', '"' + "x" * 5_000_000 + '"')
    with (
        scripted_server(reply(rows)) as server,
        pytest.raises(EndpointError, match="more than 1,000,000 bytes"),
    ):
        EndpointEngine(server.url, max_bytes=1_000_000).query(SELECT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_shown_but_not_followed(status: int) -> None:
    with canary() as bird:
        for target in (f"http://u:secret@127.0.0.1:{bird.port}/?k=secret", "file:///etc/passwd"):
            answer = reply("", "text/html", status, headers={"Location": target})
            with scripted_server(answer) as server:
                with pytest.raises(EndpointError, match="redirects to") as caught:
                    EndpointEngine(server.url).query(SELECT)
                assert "secret" not in str(caught.value)
                assert target.rpartition("@")[2].partition("?")[0] in str(caught.value)
        assert bird.hits == []


def test_old_and_odd_but_valid_answers_are_read() -> None:
    cells = [
        {"type": "typed-literal", "value": "01", "datatype": XSD + "integer"},
        {"type": "bnode", "value": "nodeID://b1"},
        {"type": "bnode", "value": "nodeID://b2"},
        {"type": "bnode", "value": "nodeID://b1"},
        {"type": "literal", "value": "x", "xml:lang": "zh-Hans"},
        {"type": "uri", "value": "http://example.org/病"},
    ]
    body = {
        "head": {"vars": ["x", "y"], "link": []},
        "results": {"bindings": [{"x": cell} for cell in cells], "distinct": False},
    }
    with scripted_server(reply(json.dumps(body), "application/json; charset=utf-8")) as server:
        answer = EndpointEngine(server.url).query("SELECT ?x ?y {}")
    terms: list[Term] = [
        Literal("01", datatype=NamedNode(XSD + "integer")),
        BlankNode("b0"),
        BlankNode("b1"),
        BlankNode("b0"),
        Literal("x", language="zh-Hans"),
        NamedNode("http://example.org/病"),
    ]
    assert answer == Table(("x", "y"), tuple((term, None) for term in terms))


def test_chunked_answers_and_turtle_are_read() -> None:
    turtle = "@prefix a: <a:> . a:a a:b a:c , 1 ."
    chunked = f"{len(turtle):x}\r\n{turtle}\r\n0\r\n\r\n"
    with scripted_server(reply(chunked, "text/turtle", length=None, headers=CHUNKED)) as server:
        answer = EndpointEngine(server.url).query("DESCRIBE <a:a>")
        assert isinstance(answer, Statements)
        assert len(answer) == 2
    with scripted_server(reply('{"head":{},"boolean":false}', length=None)) as server:
        assert EndpointEngine(server.url).query("ASK {}") == Truth(False)


def test_nobody_listening_asks_whether_the_server_runs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EndpointError, match="is the server running"):
        EndpointEngine(f"http://127.0.0.1:{port}/").query(SELECT)


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(EndpointError, match=r"no computer named nowhere\.invalid"):
        EndpointEngine("http://nowhere.invalid/sparql", timeout=5).query(SELECT)


def test_https_to_a_plain_server_is_an_endpoint_error() -> None:
    with canary() as bird, pytest.raises(EndpointError, match="https://127"):
        EndpointEngine(bird.url.replace("http:", "https:"), timeout=5).query(SELECT)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "data:,x", "C:\\x"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(PolicyError, match="http://"):
        EndpointEngine(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost/sparql",
        "http://",
        "http:///sparql",
        "http://u:secret@h:port/",
        "http://u:secret@[::1/",
        "http://h/a b",
        "http://h/\r\nX-Secret: secret",
        "http://h:0/",
    ],
)
def test_malformed_addresses_are_refused_without_quoting_them(url: str) -> None:
    with pytest.raises(InputError, match="http://") as caught:
        EndpointEngine(url)
    assert "secret" not in str(caught.value)


def test_credentials_are_sent_but_appear_in_no_message() -> None:
    with scripted_server(reply("no", "text/plain", 401)) as server:
        url = server.url.replace("http://", "http://me:s%40cret@")
        engine = EndpointEngine(url + "?token=s@cret")
        with pytest.raises(EndpointError) as caught:
            engine.query(SELECT)
        assert b"Authorization: Basic bWU6c0BjcmV0" in server.requests[0]  # me:s@cret
        assert "cret" not in str(caught.value)
        assert engine.url == server.url
