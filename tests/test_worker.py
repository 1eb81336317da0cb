"""The disposable worker: same answers as in-process, and no query harms or reaches anything."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

import ictgraph.worker
from ictgraph.engine import Engine, LocalEngine
from ictgraph.errors import IctgraphError, LimitError, PolicyError, QuerySyntaxError, StoreError
from ictgraph.guard import Limits
from ictgraph.results import Statements, Table, Term, Truth
from ictgraph.worker import GuardedEngine, run_guarded
from servers import Canary, canary

EX = "http://example.org/"
SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(ictgraph.worker.__file__)))
ODD: list[Term] = [
    Literal('tab\tline\nreturn\rquote"back\\slash\u0001\u2028病😀'),
    Literal("黑色素瘤", language="zh"),
    Literal("01.50", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    Literal("2024-13", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYearMonth")),
    Literal(True),
    Literal(""),
    NamedNode(EX + "病?q=%20#f"),
    BlankNode("b1"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("worker") / "store")
    built = Store(path)
    number = NamedNode(EX + "number")
    built.extend(Quad(NamedNode(f"{EX}n{i}"), number, Literal(i)) for i in range(500))
    built.extend(
        Quad(NamedNode(f"{EX}odd{i}"), NamedNode(EX + "is"), term) for i, term in enumerate(ODD)
    )
    built.add(Quad(NamedNode(EX + "a"), number, Literal(1), NamedNode(EX + "graph")))
    built.flush()
    return path


@pytest.fixture
def bird() -> Iterator[Canary]:
    with canary() as listening:
        yield listening


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o ?unbound { ?s <http://example.org/is> ?o } ORDER BY ?s",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * {}",
        "SELECT ?s { ?s ?p 'nothing' }",
        "SELECT ?nothing { }",
        "ASK { ?s ?p 3 }",
        "ASK { ?s ?p 'nothing' }",
        "CONSTRUCT { ?s a ?o } { ?s <http://example.org/is> ?o }",
        "CONSTRUCT { <x:a> <x:b> 1 } { ?s ?p ?o }",
        "DESCRIBE <http://example.org/odd1>",
    ],
)
def test_answers_equal_those_in_process(store: str, text: str) -> None:
    assert run_guarded(store, text, Limits()) == LocalEngine(Store.read_only(store)).query(text)


def test_guarded_engine_is_an_engine(store: str) -> None:
    engine: Engine = GuardedEngine(store, Limits())
    assert engine.query("ASK {}") == Truth(True)
    assert GuardedEngine(store).query("ASK {}") == Truth(True)


def test_rows_over_the_limit_are_cut_and_announced(store: str) -> None:
    limits = Limits(rows=10)
    rows = run_guarded(store, "SELECT ?s { ?s <http://example.org/number> ?o }", limits)
    assert isinstance(rows, Table)
    assert (len(rows), rows.truncated) == (10, True)
    exactly = run_guarded(store, "SELECT ?s { ?s ?p ?o } LIMIT 10", limits)
    assert isinstance(exactly, Table)
    assert (len(exactly), exactly.truncated) == (10, False)


def test_statements_over_the_limit_are_cut_and_announced(store: str) -> None:
    text = "CONSTRUCT { ?s a <x:A> } { ?s ?p ?o , ?o2 }"
    cut = run_guarded(store, text, Limits(rows=10))
    assert isinstance(cut, Statements)
    assert (len(cut), cut.truncated) == (10, True)
    one = run_guarded(store, "CONSTRUCT { <x:a> <x:b> 1 } { ?s ?p ?o }", Limits(rows=1))
    assert isinstance(one, Statements)
    assert (len(one), one.truncated) == (1, False)


def test_too_many_bytes_are_an_error_not_a_part(store: str) -> None:
    with pytest.raises(LimitError, match="larger than 1,000 bytes"):
        run_guarded(store, "SELECT * { ?s ?p ?o }", Limits(answer_bytes=1000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {\n  ?s ex:p ?o }", "the prefix of ex:p is not declared at line 2, column 6"),
        ("SELECT * { ?s ?p }", "stopped at line 1, column 19, after 'SELECT * { ?s ?p }'"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", "overrides an existing variable"),
        ("SELECT * WHERE { ?s ?p ?o } LIMIT many", "'many' at line 1, column 35"),
        ("SELECT ?s ?s { ?s ?p ?o }", "Duplicated variable name in SELECT"),
        ("SELECT * { ?s <relative> ?o }", "IRI parsing failed"),
        ("SELECT (<x:f>(1) AS ?y) {}", "custom function <x:f> is not supported"),
        ("", "line 1, column 1"),
    ],
)
def test_syntax_errors_say_where(store: str, text: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run_guarded(store, text, Limits())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
SLOW = [
    f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    f"SELECT * {{ {CROSS} FILTER(?c > ?l && ?l > ?c) }}",
    f"SELECT DISTINCT ?nothing {{ {CROSS} }}",
    "ASK {" + " . ".join(f"?a <p:p> ?b{i}" for i in range(400)) + "}",
    "SELECT * { ?x (<p:p>|!<p:p>)* ?y . ?z (<p:p>|!<p:p>)* ?w . ?y ^<p:p>* ?q . ?r <p:p>* ?s }",
]


@pytest.mark.parametrize("text", SLOW)
def test_the_deadline_holds_whatever_the_query_does(store: str, text: str) -> None:
    limits = Limits(timeout=0.3, rows=10**9, patterns=1000)
    with pytest.raises(LimitError, match=r"longer than 0\.3 s"):
        run_guarded(store, text, limits)


def test_a_regular_expression_takes_linear_time(store: str) -> None:
    text = f"ASK {{ FILTER(REGEX('{'a' * 5000}!', '^(a+)+$')) }}"
    assert run_guarded(store, text, Limits()) == Truth(False)


DOUBLING = " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40))
HUNGRY = [
    f"SELECT ?a40 {{ BIND('0123456789abcdef' AS ?a0) {DOUBLING} }}",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c",
    "SELECT ?a (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?a ?d ?g",
]


@pytest.mark.parametrize("text", HUNGRY)
def test_memory_is_limited(store: str, text: str) -> None:
    with pytest.raises(LimitError, match="memory"):
        run_guarded(store, text, Limits(memory=250_000_000, timeout=60))


DEEP = [
    "SELECT * " + "{" * 9000 + "}" * 9000,
    "SELECT (" + "(" * 9000 + "1" + ")" * 9000 + " AS ?x) {}",
    "ASK " + "{ FILTER EXISTS " * 3000 + "{}" + "}" * 3000,
    "ASK { {}" + " UNION {}" * 50_000 + "}",
    "ASK { FILTER(1" + "+1" * 50_000 + ") }",
]


@pytest.mark.parametrize("text", DEEP)
def test_a_dying_worker_is_an_error_and_the_next_query_runs(store: str, text: str) -> None:
    with pytest.raises(LimitError):
        run_guarded(store, text, Limits())  # the guard refuses it
    open_guard = Limits(
        max_bytes=10**7, depth=10**6, tokens=10**7, operators=10**7, memory=500_000_000, timeout=0.8
    )
    with pytest.raises(LimitError, match=r"stack|longer"):
        run_guarded(store, text, open_guard)  # and without it, only the worker dies
    assert run_guarded(store, "ASK {}", Limits()) == Truth(True)


def test_updates_leave_the_store_as_it_is(store: str) -> None:
    before = _digest(store)
    for text in ("DROP ALL", "INSERT DATA { <a:a> <b:b> 1 }", "DELETE WHERE { ?s ?p ?o }"):
        with pytest.raises(PolicyError):
            run_guarded(store, text, Limits())
    assert run_guarded(store, "ASK { ?s ?p 3 }", Limits()) == Truth(True)
    assert _digest(store) == before


def test_nothing_reaches_the_network_or_files(store: str, bird: Canary) -> None:
    url = bird.url
    for text in (
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        f"PREFIX : <{url}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
        f"PREFIX b: <x:> ASK {{ BIND(1 AS ?a) FILTER(?a<<b:c#>) SERVICE <{url}> {{ ?x ?y ?z }}\n}}",
        f'ASK {{ BIND(1 AS ?a) FILTER(?a<?b#>"""\n||true) SERVICE <{url}> {{ }} #"""\n}}',
        f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        f"LOAD <{url}>",
        f"LOAD <{url}> INTO GRAPH <g:g>",
    ):
        with pytest.raises(IctgraphError) as caught:
            run_guarded(store, text, Limits())
        assert caught.value.exit_code in (2, 3)
    run_guarded(store, f"SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}", Limits())
    run_guarded(store, f"BASE <{url}> DESCRIBE <x>", Limits())
    assert bird.hits == []


def test_the_worker_itself_has_no_network_where_linux_allows_that(store: str, bird: Canary) -> None:
    probe = "import ctypes; u = ctypes.CDLL(None).unshare; exit(u(1 << 30) and u(5 << 28))"
    alone = sys.platform == "linux" and not subprocess.run([sys.executable, "-c", probe]).returncode
    said = _serve(store, f"ASK {{ SERVICE <{bird.url}> {{ ?s ?p ?o }} }}")
    assert said["error"] == "store"
    assert bird.hits == [] if alone else bird.hits != []


def test_the_worker_writes_no_file(store: str) -> None:
    files = {name: os.stat(os.path.join(store, name)).st_mtime_ns for name in os.listdir(store)}
    run_guarded(store, "SELECT * { ?s ?p ?o } ORDER BY ?o", Limits())
    after = {name: os.stat(os.path.join(store, name)).st_mtime_ns for name in os.listdir(store)}
    assert after == files


def test_a_missing_or_damaged_store_is_a_store_error(tmp_path: os.PathLike[str]) -> None:
    for folder in (os.path.join(tmp_path, "nothing"), tmp_path):
        with pytest.raises(StoreError, match="the store failed"):
            run_guarded(os.fspath(folder), "ASK {}", Limits())
    assert os.listdir(tmp_path) == []


def test_it_runs_from_a_checkout_in_any_folder(store: str, tmp_path: os.PathLike[str]) -> None:
    """Neither the working folder nor PYTHONPATH nor PYTHONSTARTUP changes what it imports."""
    for name in ("json", "pyoxigraph", "ictgraph"):
        with open(os.path.join(tmp_path, f"{name}.py"), "w") as trap:
            trap.write("raise SystemExit('trap')")
    script = (
        f"import sys; sys.path.insert(0, {SOURCE!r})\n"
        "from ictgraph.guard import Limits\nfrom ictgraph.worker import run_guarded\n"
        f"import os; os.chdir({os.fspath(tmp_path)!r})\n"
        f"os.environ['PYTHONPATH'] = {os.fspath(tmp_path)!r}\n"
        f"print(run_guarded({store!r}, 'ASK {{}}', Limits()))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("Truth(value=True)\n", "")


def test_interrupting_the_parent_ends_the_worker(store: str) -> None:
    script = (
        f"import subprocess, sys; sys.path.insert(0, {SOURCE!r})\n"
        "from ictgraph.guard import Limits\nfrom ictgraph.worker import run_guarded\n"
        "class Popen(subprocess.Popen):\n"
        "    def __init__(self, *a, **k):\n"
        "        super().__init__(*a, **k)\n"
        "        print(self.pid, flush=True)\n"
        "subprocess.Popen = Popen\n"
        f"run_guarded({store!r}, 'SELECT (COUNT(*) AS ?n) {{ {CROSS} }}', Limits(timeout=60))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGINT)
    _, complaint = parent.communicate(timeout=20)
    assert complaint.rstrip().endswith("KeyboardInterrupt")
    _wait_for_end(child)


def test_an_orphaned_worker_ends_by_itself(store: str) -> None:
    request = {"store": store, "query": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", "timeout": -0.7}
    code, _ = _worker(request | {"memory": 10**9, "rows": 10, "bytes": 10**6})
    assert code == -signal.SIGALRM


def test_several_queries_at_once_do_not_disturb_each_other(store: str) -> None:
    answers: dict[int, object] = {}

    def ask(i: int) -> None:
        answers[i] = run_guarded(store, f"SELECT ({i} AS ?i) {{ ?s ?p {i} }}", Limits())

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(2, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, answer in answers.items():
        assert isinstance(answer, Table)
        assert answer.rows == ((Literal(i),),)
    assert len(answers) == 6


def _worker(request: dict[str, object]) -> tuple[int, bytes]:
    """Start the worker with a request that no guard has seen; return exit code and output."""
    start = f"import sys; sys.path.insert(0, {SOURCE!r}); import ictgraph.worker as w; w._serve()"
    done = subprocess.run(
        [sys.executable, "-c", start],
        input=json.dumps(request).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout


def _serve(store: str, text: str) -> dict[str, object]:
    request = {"store": store, "query": text, "timeout": 20, "memory": 10**9}
    _, out = _worker(request | {"rows": 10, "bytes": 10**6})
    said: dict[str, object] = json.loads(out.partition(b"\n")[0])
    return said


def _digest(folder: str) -> str:
    sums = hashlib.sha256()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            sums.update(name.encode() + file.read())
    return sums.hexdigest()


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} still runs")
