"""Questions to other endpoints: a real server with data of their shape answers, or nothing does."""

from __future__ import annotations

import json
import os
import re
import socket
import urllib.parse
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from pyoxigraph import Literal, NamedNode, Store, parse

import ictgraph
from commands import call, start
from ictgraph import queries
from ictgraph.build import build
from ictgraph.engine import LocalEngine
from ictgraph.errors import EndpointError, InputError, LimitError, PolicyError
from ictgraph.federation import questions
from ictgraph.federation.asking import ask, prepare, user_agent
from ictgraph.federation.endpoints import endpoints
from ictgraph.graph import Graph
from ictgraph.guard import Limits, check
from ictgraph.links.vocabularies import vocabularies
from ictgraph.reference import RdflibEngine, read_dataset
from ictgraph.results import Table
from ictgraph.store import own_files
from servers import canary, public_data, reply, scripted_server

DATA = Path(__file__).parent / "data" / "federated"
EXPECTED = Path(__file__).parent / "expected" / "federated"
REFRESH = bool(os.environ.get("REFRESH_EXPECTED"))
NAMES = queries.names(elsewhere=True)
ENTITIES = {
    "articles": ("--molecule", ["CD19", "FOxO1", "CD3"]),
    "descendants": ("--term", ["自身免疫性疾病", "CL:0000084"]),
    "diseases": ("--disease", ["黑色素瘤", "glioblastoma"]),
    "genes": ("--molecule", ["CD19", "id:gene-foxo1"]),
    "institutions": ("--institution", ["海军军医大学", "Massachusetts General Hospital"]),
    "products": ("--therapy", ["Kymriah", "Aucatzyl"]),
    "proteins": ("--target", ["CD19", "BCMA"]),
    "trials": ("--study", ["CARv3-TEAM-E T cells", "Aucatzyl"]),
}
HAN = "[\u4e00-\u9fff]"


@pytest.fixture(scope="module")
def store(cache: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A built graph: the entities, with the mappings of the fixture beside the package's own."""
    files = [f for f in own_files() if os.sep + "review-2024" not in f]
    folder = str(tmp_path_factory.mktemp("graph"))
    build(folder, [*files, str(DATA / "links.sssom.tsv")])
    return folder


@pytest.fixture(scope="module")
def small(store: str) -> Graph:
    return ictgraph.open_graph(store)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; what is kept of answers."""
    monkeypatch.setenv("ICTGRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "federated"


def enrich(store: str, url: str, name: str, *options: str) -> Result:
    return call("enrich", name, "--store", store, "--at", url, *options)


def entities(name: str) -> list[str]:
    option, values = ENTITIES[name]
    return [word for value in values for word in (option, value)]


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*")) if folder.is_dir() else []


# The templates


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_answered(
    name: str, store: str, public_endpoints: dict[str, str], fresh: Path
) -> None:
    url = public_endpoints[questions.load(name).endpoint.name]
    done = enrich(store, url, name, *entities(name), "--lang", "both")
    assert done.exit_code == 0, done.stderr
    found = done.stdout.replace(url, "ENDPOINT")
    found = re.sub(r"\d{4}-\d\d-\d\d$", "TODAY", found, flags=re.MULTILINE)
    path = EXPECTED / f"{name}.txt"
    if REFRESH:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
    assert len(found.splitlines()) > 1, "a golden answer without rows shows nothing"


def test_no_golden_answer_is_orphaned() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(NAMES) == set(ENTITIES)


@pytest.mark.parametrize("name", NAMES)
def test_another_engine_gives_the_same_rows(name: str, small: Graph, tmp_path: Path) -> None:
    question = questions.load(name)
    text = prepare(small, question, ENTITIES[name][1]).query
    data = tmp_path / "data.nq"
    data.write_text(public_data(question.endpoint.name), encoding="utf-8")
    oxigraph = Store()
    oxigraph.extend(parse(path=data))
    ours, theirs = (
        e.query(text) for e in (LocalEngine(oxigraph), RdflibEngine(read_dataset(str(data))))
    )
    assert isinstance(ours, Table) and isinstance(theirs, Table)
    assert ours.columns == theirs.columns
    assert Counter(ours.rows) == Counter(theirs.rows) and ours.rows


@pytest.mark.parametrize("name", NAMES)
def test_header_is_complete(name: str) -> None:
    question = questions.load(name)
    template = question.template
    selected = re.search(r"SELECT DISTINCT (.*?)\s*WHERE", template.text, re.DOTALL)
    assert selected and "ORDER BY" in template.text
    shown = {column.name for column in template.columns}
    assert shown | question.names.keys() == set(re.findall(r"\?(\w+)", selected[1]))
    assert shown.isdisjoint(question.names)
    assert set(template.folds) <= shown | {one.column.name for one in question.known}
    assert re.search(HAN, template.title["zh"]) and re.search(HAN, template.question["zh"])
    assert "federated" in template.tags
    comments = re.findall(r"^# .*$", template.text, re.MULTILINE)
    assert "Documented" in " ".join(comments) and "https://" in " ".join(comments)
    assert set(question.vocabularies) <= vocabularies().keys()


@pytest.mark.parametrize("name", NAMES)
def test_templates_only_read_where_they_run(name: str) -> None:
    template = queries.load(name, elsewhere=True)
    check(template.text, Limits())
    assert "SERVICE" not in template.text


def test_questions_to_others_and_to_the_graph_are_apart(small: Graph) -> None:
    assert set(NAMES).isdisjoint(queries.names())
    done = call("query", "proteins")
    assert (done.exit_code, "ictgraph enrich proteins" in done.stderr) == (2, True)
    done = call("enrich", "approved-products")
    assert (done.exit_code, "ictgraph query approved-products" in done.stderr) == (2, True)
    done = call("enrich", "protein")
    assert (done.exit_code, "did you mean proteins?" in done.stderr) == (2, True)
    path = queries.load("proteins", elsewhere=True).path
    with pytest.raises(InputError, match="asks another endpoint"):
        small.query(path)
    assert call("queries", "show", "proteins").stdout == Path(path).read_text(encoding="utf-8")
    assert "proteins" not in call("queries").stdout


def test_endpoints_are_public_secure_and_documented() -> None:
    assert {questions.load(name).endpoint.name for name in NAMES} == endpoints().keys()
    for one in endpoints().values():
        assert one.url.startswith("https://") and one.documentation.startswith("https://")
        assert one.licence and one.pause >= 1 and 1 <= one.batch <= 50
        assert one.title["en"] and one.title["zh"]


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_lists_every_template(name: str) -> None:
    endpoint = questions.load(name).endpoint
    guide = (Path(__file__).parent.parent / "docs" / "federation.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{name}` \|.*$", guide, re.MULTILINE)
    assert f"| {endpoint.title['en']} |" in row and f"| {endpoint.licence} |" in row


HEADER = (
    "#+ title: a | b\n#+ question: a | b\n#+ endpoint: uniprot\n"
    "#+ param: x | ict:Target | UNDEF | X | X\n#+ identifiers: x | uniprot | iri\n"
    "#+ record: x\n#+ column: x | X | X\n"
)
BODY = "SELECT ?x WHERE { VALUES ?x { UNDEF } }"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("uniprot\n", "uniport\n", "mine.rq:3: endpoint: no endpoint 'uniport'"),
        ("x | uniprot", "y | uniprot", "identifiers: is not understood"),
        ("| iri", "| irl", "identifiers: is not understood"),
        ("| iri", "| iri | same", "identifiers: is not understood"),
        ("x | uniprot", "x | uniport", "mine.rq:5: identifiers: no prefix 'uniport'"),
        ("| iri", "", "identifiers: needs 3 or 4 parts"),
        ("record: x", "record: z", "mine.rq:6: record: no column 'z'"),
        ("#+ record: x\n", "", "record: needs exactly one"),
        ("#+ record: x\n", "#+ record: x\n#+ claim: x | nope:y | x\n", "claim: no prefix"),
        ("#+ record: x\n", "#+ record: x\n#+ claim: x | dcterms:title | z\n", "no column 'z'"),
        ("#+ record: x\n", "#+ record: x\n#+ known: z | k | K | K\n", "known: no column 'z'"),
        ("#+ record: x\n", "#+ record: x\n#+ label: z | x\n", "label: no column 'z'"),
        ("SELECT ?x WHERE", "ASK", "give it a SELECT and one parameter"),
    ],
)
def test_a_header_that_does_not_parse_says_where(old: str, new: str, said: str) -> None:
    text = HEADER + BODY
    assert questions.read(queries.parse(text, "mine.rq")).form == "iri"
    assert old in text
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        questions.read(queries.parse(text.replace(old, new), "mine.rq"))
    assert "docs/federation.md" in caught.value.hint


def test_a_template_of_ones_own_is_guarded(small: Graph, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    service = "SELECT ?x WHERE { VALUES ?x { UNDEF } SERVICE <http://localhost/> { ?x ?y ?z } }"
    path.write_text(HEADER + service)
    with canary() as bird:
        with pytest.raises(PolicyError, match="SERVICE"):
            prepare(small, questions.load(str(path)), ["CD19"], at=bird.url)
        assert bird.hits == []


# What is asked, and how


def test_entities_are_asked_for_by_their_identifiers(small: Graph) -> None:
    texts = {
        ("proteins", "CD19"): "VALUES ?target { <http://purl.uniprot.org/uniprot/P15391> }",
        ("genes", "CD19"): 'VALUES ?molecule { "P15391" "1633" }',
        ("diseases", "melanoma"): 'VALUES ?disease { "MONDO:0005105" }',
        ("products", "Kymriah"): 'VALUES ?therapy { "DB13881" "Q6C9WHR03O" }',
        ("descendants", "CL:0000623"): "{ <http://purl.obolibrary.org/obo/CL_0000623> }",
    }
    for (name, entity), part in texts.items():
        assert part in prepare(small, questions.load(name), [entity]).query


def test_without_a_parameter_all_of_the_kind_are_asked_for(small: Graph) -> None:
    request = prepare(small, questions.load("proteins"))
    asked = {
        link.entity.rpartition("/")[2] for some in request.links.by_term.values() for link in some
    }
    assert {"cd19", "bcma"} <= asked
    assert "https://w3id.org/ictgraph/id/cd3" in request.links.without
    assert asked.isdisjoint(iri.rpartition("/")[2] for iri in request.links.without)
    diseases = prepare(small, questions.load("diseases")).links
    assert all("ictgraph/id/" in one for one in diseases.without)


def test_what_has_no_identifier_is_named_and_not_asked_for(store: str, fresh: Path) -> None:
    with canary() as bird:
        done = enrich(store, bird.url, "proteins", "--target", "CD3")
        assert done.exit_code == 0
        assert "1 without an identifier of uniprot: CD3 (id:cd3)" in done.stderr
        assert "nothing was sent" in done.stderr
        done = enrich(
            store, bird.url, "proteins", "--target", "CD3", "--fail-empty", "--lang", "zh"
        )
        assert done.exit_code == 1
        assert "1个没有uniprot标识符：CD3 (id:cd3)" in done.stderr
        assert "没有可查询的标识符" in done.stderr
        assert bird.hits == []


def test_who_is_asked_is_said_before(store: str, fresh: Path) -> None:
    with scripted_server(reply("no", "text/plain", 500)) as server:
        english = enrich(store, server.url, "proteins", "--target", "CD19").stderr.splitlines()
        chinese = enrich(store, server.url, "trials", "--study", "Aucatzyl", "--lang", "zh").stderr
    assert english[0] == "ictgraph: asking UniProt at 127.0.0.1; requests: 1, identifiers: 1"
    assert len(english) == 2
    assert "正在查询维基数据（127.0.0.1）；请求1次，标识符1个" in chinese


def test_show_query_sends_nothing(store: str, fresh: Path) -> None:
    with canary() as bird:
        none = enrich(store, bird.url, "proteins", "--target", "CD3", "--show-query")
        assert (none.exit_code, none.stdout) == (0, "") and "nothing was sent" in none.stderr
        done = enrich(store, bird.url, "proteins", "--target", "CD19", "--show-query")
        assert "uniprot/P15391> }" in done.stdout
        assert (bird.hits, done.stderr, kept(fresh)) == ([], "", [])


def test_requests_are_posts_that_say_who_we_are(store: str, fresh: Path) -> None:
    with scripted_server(reply(answer("proteins"))) as server:
        enrich(store, server.url, "proteins", "--target", "CD19")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /sparql HTTP/1.1"
    assert f"User-Agent: {user_agent()}" in lines
    assert re.fullmatch(
        r"ictgraph/\d[\w.]* \(https://w3id\.org/ictgraph\) SPARQLWrapper/\d[\w.]*", user_agent()
    )
    (query,) = urllib.parse.parse_qs(body.decode())["query"]
    assert "VALUES ?target { <http://purl.uniprot.org/uniprot/P15391> }" in query


def answer(name: str, *rows: dict[str, str]) -> str:
    """An answer of the right columns, with values that are strings."""
    question = questions.load(name)
    columns = [*(column.name for column in question.template.columns), *question.names]
    bindings = [{k: {"type": "literal", "value": v} for k, v in row.items()} for row in rows]
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": bindings}})


def test_requests_are_few_and_apart(small: Graph, fresh: Path) -> None:
    question = questions.load("diseases")
    gentle = replace(question, endpoint=question.endpoint._replace(batch=1, pause=0.2))
    names = ["melanoma", "glioblastoma", "Alzheimer disease"]
    with scripted_server(reply(answer("diseases"))) as server:
        request = prepare(small, gentle, names, at=server.url)
        assert request.pending == len(request.batches) == 3
        ask(small, request)
        assert len(server.requests) == 3
        assert all(b - a >= 0.2 for a, b in zip(server.times, server.times[1:], strict=False))
        ask(small, prepare(small, gentle, names, at=server.url))
        assert len(server.requests) == 3
    with canary() as bird:
        one = replace(question, endpoint=question.endpoint._replace(batch=1))
        many = replace(
            one, parameter=questions.load("descendants").parameter, vocabularies=("MONDO", "CL")
        )
        with pytest.raises(LimitError, match="at most 40 are sent") as caught:
            prepare(small, many, at=bird.url)
        assert (caught.value.exit_code, bird.hits) == (4, [])


# What goes wrong


CELL = '"disease":{"type":"literal","value":"MONDO:0005105"}'
WHOLE = answer("diseases", {"disease": "MONDO:0005105", "name": "melanoma"})
CUT = WHOLE[: len(WHOLE) - 20]


def with_cell(column: str, **cell: str) -> bytes:
    """An answer about melanoma with a cell that is given as the endpoint would write it."""
    said = json.loads(WHOLE)
    said["results"]["bindings"][0][column] = cell
    return reply(json.dumps(said))


HTML = "<!doctype html><title>Too many requests</title>"


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (reply("oh no", "text/plain", 500), 6, "status 500"),
        (
            reply("slow down", "text/plain", 429, headers={"Retry-After": "3600"}),
            6,
            "retry after 3600",
        ),
        (reply("slow down", "text/plain", 429, headers={"Retry-After": "0"}), 6, "status 429"),
        (reply("busy", "text/plain", 503, headers={"Retry-After": "0"}), 6, "status 503"),
        (reply(CUT), 6, "truncated or not SPARQL results"),
        (reply(WHOLE, length=len(WHOLE) + 9), 6, "truncated"),
        (reply(WHOLE[:-2] + ", The SPARQL operation has been cancelled"), 6, "ran out of time"),
        (reply(HTML, "text/html"), 6, "status 200 and text/html, not SPARQL results"),
        (reply(WHOLE, "text/csv"), 6, "text/csv, not SPARQL results"),
        (reply(WHOLE, ""), 6, "no content type, not SPARQL results"),
        (reply(HTML), 6, "not SPARQL results"),
        (reply(""), 6, "not SPARQL results"),
        (reply('{"head":{"vars":["x"]},"results":{"bindings":[]}}'), 6, "other columns"),
        (reply(answer("diseases", {"disease": "MONDO:0000001"})), 6, "not asked about"),
        (reply(answer("diseases", {"name": "melanoma"})), 6, "not asked about"),
        (reply('{"head":{},"boolean":true}'), 6, "not SPARQL results"),
        (reply(WHOLE.encode("utf-16")), 6, "not SPARQL results"),
        (reply(WHOLE.encode().replace(b"melanoma", b"m\xfflanoma")), 6, "is not UTF-8"),
        (reply(WHOLE + " " * 17_000_000), 6, "more than 16,777,216 bytes"),
        (with_cell("item", type="uri", value='http://a.org/"> .'), 6, "Invalid IRI"),
        (with_cell("item", type="uri", value="http://a.org/\n<b>"), 6, "Invalid IRI"),
        (with_cell("item", type="uri", value="http://a.org/> } #"), 6, "Invalid IRI"),
        (with_cell("item", type="uri", value="Q5"), 6, "No scheme found"),
        (with_cell("item", type="uri", value="http://a.org/\ud800"), 6, "not SPARQL results"),
        (with_cell("name", type="literal", value="\ud800"), 6, "not SPARQL results"),
        (
            with_cell("name", **{"type": "literal", "value": "a", "xml:lang": 'en" .'}),
            6,
            "language subtag is invalid",
        ),
        (with_cell("name", type="triple", value="a"), 6, "a term of type triple"),
        (
            with_cell("item", type="uri", value="https://w3id.org/ictgraph/id/cd19"),
            6,
            "id:cd19, which only this graph may name",
        ),
        (
            with_cell("item", type="uri", value="https://w3id.org/ictgraph/source/uniprot/P15391"),
            6,
            "src:uniprot/P15391, which only this graph may name",
        ),
        (reply("malformed", "text/plain", 400), 2, "does not accept the query"),
        (b"", 6, "truncated or not HTTP"),
        (None, 6, "did not answer within 0.3 s"),
    ],
)
def test_a_failure_is_one_line_and_nothing_is_kept(
    body: bytes | None, code: int, said: str, store: str, fresh: Path
) -> None:
    with scripted_server(body) as server:
        done = enrich(store, server.url, "diseases", "--disease", "melanoma", "--timeout", "0.3")
        asking, error = done.stderr.splitlines()
        assert said in error and server.url in error
        assert (done.exit_code, done.stdout) == (code, "")
        assert asking.startswith("ictgraph: asking Wikidata at 127.0.0.1")
        assert len(server.requests) <= 3
    assert kept(fresh) == []


def test_a_redirect_is_not_followed(store: str, fresh: Path) -> None:
    with canary() as bird:
        away = reply("", "text/html", 302, headers={"Location": bird.url})
        with scripted_server(away) as server:
            done = enrich(store, server.url, "diseases", "--disease", "melanoma")
        assert (done.exit_code, bird.hits, kept(fresh)) == (6, [], [])
        assert "redirects to" in done.stderr


def test_nobody_listening_and_no_such_host(store: str, fresh: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    done = enrich(store, f"http://127.0.0.1:{port}/", "diseases", "--disease", "melanoma")
    assert (done.exit_code, "refused the connection" in done.stderr) == (6, True)
    done = enrich(store, "http://no-such-host.invalid/", "diseases", "--disease", "melanoma")
    assert (done.exit_code, "no computer named no-such-host.invalid" in done.stderr) == (6, True)
    for url, code in (("file:///etc/passwd", 3), ("nonsense", 2)):
        assert enrich(store, url, "diseases", "--disease", "melanoma").exit_code == code
    assert kept(fresh) == []


def test_a_password_is_shown_and_saved_nowhere(
    store: str, public_endpoints: dict[str, str], fresh: Path, tmp_path: Path
) -> None:
    url = public_endpoints["wikidata"].replace("://", "://me:secret@")
    path = tmp_path / "saved.trig"
    done = enrich(store, url, "diseases", "--disease", "melanoma", "--save", str(path))
    assert done.exit_code == 0
    texts = [
        done.stdout,
        done.stderr,
        *(f.read_text(encoding="utf-8") for f in [path, *kept(fresh)]),
    ]
    assert len(texts) == 4 and not [text for text in texts if "secret" in text]


def test_a_busy_endpoint_is_asked_again_when_it_says(store: str, fresh: Path) -> None:
    busy = reply("wait", "text/plain", 429, headers={"Retry-After": "1"})
    with scripted_server(busy, reply(WHOLE)) as server:
        done = enrich(store, server.url, "diseases", "--disease", "melanoma")
        assert (done.exit_code, len(server.requests)) == (0, 2)
        assert server.times[1] - server.times[0] >= 1


def test_answers_before_a_failure_are_not_shown_but_kept(small: Graph, fresh: Path) -> None:
    question = questions.load("diseases")
    gentle = replace(question, endpoint=question.endpoint._replace(batch=1, pause=0.0))
    names = ["melanoma", "glioblastoma"]
    with scripted_server(reply(WHOLE), reply("no", "text/plain", 500)) as server:
        with pytest.raises(EndpointError, match="kept is what it answered for 1 identifiers on"):
            ask(small, prepare(small, gentle, names, at=server.url))
        assert prepare(small, gentle, names, at=server.url).pending == 1


ODD = 'a"b\'c\\d\te\nf\rg """ h\x1b[31m <i> \u202e💉 =1+1'


def test_odd_characters_of_labels_do_no_harm(store: str, fresh: Path, tmp_path: Path) -> None:
    saved, page = tmp_path / "saved.trig", tmp_path / "page.html"
    cells = {"disease": "MONDO:0005105", "name": ODD, "name_zh": ODD}
    with scripted_server(reply(answer("diseases", cells))) as server:
        ask_for = ("diseases", "--disease", "melanoma")
        done = enrich(store, server.url, *ask_for)
        assert (done.exit_code, len(done.stdout.splitlines())) == (0, 2)
        assert "\x1b" not in done.stdout and "\r" not in done.stdout
        read = enrich(store, server.url, *ask_for, "--format", "json").stdout
        assert json.dumps(ODD, ensure_ascii=False) in read
        table = enrich(store, server.url, *ask_for, "--format", "table").stdout
        assert "\x1b" not in table and "\u202e" not in table
        enrich(store, server.url, *ask_for, "--format", "md", "-o", str(page))
        assert "<i>" not in page.read_text(encoding="utf-8")
    item = "http://www.wikidata.org/entity/Q1"
    said = json.loads(answer("diseases", cells))
    said["results"]["bindings"][0]["item"] = {"type": "uri", "value": item}
    with scripted_server(reply(json.dumps(said))) as server:
        assert enrich(store, server.url, *ask_for, "--save", str(saved)).exit_code == 0
    texts = {quad.object.value for quad in parse(path=saved) if isinstance(quad.object, Literal)}
    assert ODD in texts


@pytest.mark.parametrize("item", ["http://e.org/a/..", "http://e.org/#.", "http://e.org/x/../"])
def test_a_record_is_named_by_no_step_upwards(
    store: str, fresh: Path, tmp_path: Path, item: str
) -> None:
    saved = tmp_path / "saved.trig"
    said = json.loads(answer("diseases", {"disease": "MONDO:0005105", "name": "x"}))
    said["results"]["bindings"][0]["item"] = {"type": "uri", "value": item}
    with scripted_server(reply(json.dumps(said))) as server:
        done = enrich(store, server.url, "diseases", "--disease", "melanoma", "--save", str(saved))
    assert done.exit_code == 2 and not saved.exists()
    assert "cannot name a record" in done.stderr.splitlines()[-1]


def test_an_address_of_the_answer_is_no_link_to_run(
    store: str, fresh: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    with scripted_server(with_cell("item", type="uri", value="javascript:alert(1)")) as server:
        done = enrich(store, server.url, "diseases", "--disease", "melanoma", "-o", str(page))
    assert done.exit_code == 0
    assert "(javascript:" not in page.read_text(encoding="utf-8")


# What is kept


def test_what_is_kept_is_not_asked_for_again(
    store: str, public_endpoints: dict[str, str], fresh: Path
) -> None:
    url = public_endpoints["wikidata"]
    first = enrich(store, url, "diseases", "--disease", "melanoma")
    (path,) = kept(fresh)
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (said["url"], said["question"], said["identifiers"]) == (url, "diseases", 1)
    assert "MONDO:0005105" in said["query"] and "黑色素瘤" in said["body"]
    said["retrieved"] = "2024-02-29T10:00:00Z"
    path.write_text(json.dumps(said), encoding="utf-8")
    second = enrich(store, url, "diseases", "--disease", "melanoma", "--offline")
    assert second.exit_code == 0
    assert second.stdout.replace("2024-02-29", "DAY") == re.sub(
        r"\d{4}-\d\d-\d\d", "DAY", first.stdout
    )
    assert re.search(r"kept since 2024-02-29, \d+ days ago; --refresh asks again", second.stderr)
    assert "asking" not in second.stderr
    chinese = enrich(store, url, "diseases", "--disease", "melanoma", "--lang", "zh").stderr
    assert re.search(r"以2024-02-29（\d+天前）保存的结果作答", chinese)
    third = enrich(store, url, "diseases", "--disease", "melanoma", "--refresh")
    assert third.stdout == first.stdout and "asking Wikidata" in third.stderr
    assert "2024-02-29" not in path.read_text(encoding="utf-8")


DAMAGES = ["", "{}", "[", '{"a": 1}', "half", "body", "number", "rows", "url", "day", "surrogate"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_answer_counts_as_none(
    damage: str, store: str, public_endpoints: dict[str, str], fresh: Path
) -> None:
    url = public_endpoints["wikidata"]
    first = enrich(store, url, "diseases", "--disease", "melanoma")
    (path,) = kept(fresh)
    said = json.loads(path.read_text(encoding="utf-8"))
    changes = {
        "body": {"body": said["body"][:-9]},
        "number": {"body": 5},
        "rows": {"body": '{"head": {"vars": ["x"]}, "results": {"bindings": []}}'},
        "surrogate": {"body": "\ud800"},
        "url": {"url": "http://elsewhere.example.org/"},
        "day": {"retrieved": "yesterday"},
    }
    if damage == "half":
        path.write_bytes(path.read_bytes()[:300])
    else:
        path.write_text(json.dumps(said | changes[damage]) if damage in changes else damage)
    again = enrich(store, url, "diseases", "--disease", "melanoma")
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert "asking Wikidata" in again.stderr


def test_offline_says_what_is_kept(
    store: str, public_endpoints: dict[str, str], fresh: Path
) -> None:
    url = public_endpoints["wikidata"]
    with canary() as bird:
        done = enrich(store, bird.url, "diseases", "--disease", "melanoma", "--offline")
        assert (done.exit_code, bird.hits) == (6, [])
        (line,) = done.stderr.splitlines()
        assert "nothing is sent" in line and "leave out --offline to ask" in line
        assert "kept is" not in line
    enrich(store, url, "diseases", "--disease", "melanoma")
    enrich(store, url, "institutions")
    done = enrich(store, url, "diseases", "--disease", "glioblastoma", "--offline")
    assert done.exit_code == 6
    assert re.search(
        r"kept is what it answered for 1 identifiers on \d{4}-\d\d-\d\d$", done.stderr.strip()
    )
    done = enrich(store, url, "diseases", "--disease", "glioblastoma", "--offline", "--lang", "zh")
    assert "去掉 --offline 即可查询" in done.stderr and "已保存其对1个标识符的回答" in done.stderr
    done = enrich(store, url, "diseases", "--disease", "melanoma", "--offline", "--refresh")
    assert (done.exit_code, "give one of them" in done.stderr) == (2, True)


def test_two_at_once_keep_one_whole_answer(
    store: str, public_endpoints: dict[str, str], fresh: Path
) -> None:
    words = ("enrich", "diseases", "--disease", "melanoma", "--store", store)
    both = [start(*words, "--at", public_endpoints["wikidata"]) for _ in range(2)]
    first, second = (one.communicate(timeout=60) for one in both)
    assert [one.returncode for one in both] == [0, 0], (first, second)
    assert first[0] == second[0] and b"MONDO:0005105" in first[0]
    (path,) = fresh.iterdir()
    assert json.loads(path.read_text(encoding="utf-8"))["question"] == "diseases"


def test_one_that_is_killed_keeps_nothing(
    store: str, public_endpoints: dict[str, str], fresh: Path
) -> None:
    words = ("enrich", "diseases", "--disease", "melanoma", "--store", store, "--at")
    with scripted_server(None) as silent, start(*words, silent.url) as waiting:
        assert silent.asked.wait(30)
        waiting.kill()
    assert kept(fresh) == []
    assert call(*words, public_endpoints["wikidata"]).exit_code == 0


def test_another_query_string_is_another_question(store: str, fresh: Path) -> None:
    with scripted_server(reply(WHOLE)) as server:
        for key in ("one", "two", "one"):
            url = f"{server.url}?key={key}"
            assert enrich(store, url, "diseases", "--disease", "melanoma").exit_code == 0
        assert len(server.requests) == 2
    assert not [path for path in kept(fresh) if "key=" in path.read_text(encoding="utf-8")]


def test_a_cache_that_cannot_be_written_is_an_error(
    store: str, public_endpoints: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ICTGRAPH_CACHE", str(tmp_path / "file"))
    done = enrich(store, public_endpoints["wikidata"], "diseases", "--disease", "melanoma")
    assert (done.exit_code, done.stdout) == (5, "")
    assert "cannot be written" in done.stderr.splitlines()[-1]


# What is saved


def test_a_saved_answer_is_a_source_of_its_own(
    store: str, public_endpoints: dict[str, str], fresh: Path, tmp_path: Path
) -> None:
    saved = []
    for name in NAMES:
        path = tmp_path / f"{name}.trig"
        url = public_endpoints[questions.load(name).endpoint.name]
        done = enrich(store, url, name, *entities(name), "--save", str(path))
        if name == "articles":
            assert (done.exit_code, path.exists()) == (2, False)
            (line,) = done.stderr.splitlines()
            assert "claims nothing that could be saved" in line
        else:
            assert done.exit_code == 0, done.stderr
            saved.append(str(path))
    assert not [line for line in shape_errors(saved) if any(file in line for file in saved)]
    whole = tmp_path / "graph"
    build(str(whole), [*own_files(), str(DATA / "links.sssom.tsv"), *saved])
    graph = ictgraph.open_graph(str(whole))
    source = "https://w3id.org/ictgraph/source/"
    said = graph.sparql(
        "SELECT ?source ?day ?where ?text { ?source ict:seenOn ?day ; ict:partOf src:uniprot ;"
        " ict:seenAt ?where . GRAPH ?source { id:cd19 dcterms:description ?text } }"
    )
    assert isinstance(said, Table)
    assert {row["source"] for row in said.records()} == {f"{source}uniprot/P15391"}
    pages = {row["where"] for row in said.records()}
    assert pages == {"http://purl.uniprot.org/uniprot/P15391", public_endpoints["uniprot"]}
    assert "  " not in str(next(said.records())["text"])
    assert graph.entity("恶性黑色素瘤") == "https://w3id.org/ictgraph/id/melanoma"
    where = graph.sparql(
        "SELECT ?g { GRAPH ?g { id:naval-medical-university ict:place id:china } }"
    )
    assert isinstance(where, Table)
    assert NamedNode(f"{source}wikidata/Q7443422") in {row[0] for row in where.rows}
    shown = call("show", "CD19", "--store", str(whole), "--format", "text").stdout
    assert "enables: GO:0005515" in shown and "src:uniprot/P15391" in shown
    cited = call("evidence", "CD19", "--store", str(whole), "--lang", "zh").stdout
    assert "src:uniprot/P15391" in cited and "，uniprot:P15391" in cited
    licences = graph.sparql("SELECT ?s ?l { ?s a ict:Source ; dcterms:license ?l }")
    assert isinstance(licences, Table)
    assert {row[1] for row in licences.rows} >= {
        NamedNode("https://spdx.org/licenses/CC-BY-4.0"),
        NamedNode("https://spdx.org/licenses/CC0-1.0"),
    }


def shape_errors(files: list[str]) -> list[str]:
    """What the shapes find in files that are read beside the entities."""
    read = [f for f in own_files() if f"{os.sep}entities{os.sep}" in f] + files
    return call("check", "--shapes", *(w for f in read for w in ("--data", f))).stdout.splitlines()


def test_what_is_only_near_is_not_claimed_of_our_entity(
    store: str, public_endpoints: dict[str, str], fresh: Path, tmp_path: Path
) -> None:
    path = tmp_path / "trials.trig"
    enrich(store, public_endpoints["wikidata"], "trials", *entities("trials"), "--save", str(path))
    subjects = {quad.subject for quad in parse(path=path)}
    assert NamedNode("https://w3id.org/ictgraph/id/carv3-team-e-t") not in subjects
    path = tmp_path / "genes.trig"
    enrich(store, public_endpoints["wikidata"], "genes", *entities("genes"), "--save", str(path))
    claims = {(str(quad.subject), str(quad.object)) for quad in parse(path=path)}
    protein = "<http://www.wikidata.org/entity/Q990000002>"
    assert ("<https://w3id.org/ictgraph/id/cd19>", protein) in claims
    assert ("<https://identifiers.org/hgnc:1633>", protein) in claims
