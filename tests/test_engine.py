"""The embedded engine: what each form of query gives, and which error what is wrong gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from ictgraph.engine import Engine, LocalEngine, rows, statements
from ictgraph.errors import QuerySyntaxError, StoreError
from ictgraph.graph import Graph
from ictgraph.results import Statements, Table, Truth

A, B, P = (NamedNode(f"https://example.org/{name}") for name in "abp")


@pytest.fixture
def engine() -> Engine:
    store = Store()
    store.extend([Quad(A, P, Literal("1")), Quad(A, P, Literal("2")), Quad(A, P, Literal("2"), B)])
    return LocalEngine(store)


def test_each_form_has_its_answer(engine: Engine) -> None:
    found = engine.query("SELECT ?o ?never WHERE { ?s ?p ?o } ORDER BY ?o")
    assert found == Table(("o", "never"), ((Literal("1"), None), (Literal("2"), None)))
    assert engine.query("ASK { ?s ?p ?o }") == Truth(True)
    assert engine.query("ASK { ?s ?p 3 }") == Truth(False)
    for text in ("CONSTRUCT { ?o ?p ?s . ?s ?p ?o } WHERE { ?s ?p ?o }", f"DESCRIBE {A}"):
        answer = engine.query(text)
        assert isinstance(answer, Statements)
        assert list(answer.triples) == sorted(set(answer.triples), key=str)
        assert len(answer) == 2


def test_statements_are_distinct(engine: Engine) -> None:
    text = "CONSTRUCT { <x:a> <x:b> <x:c> } WHERE { VALUES ?x { 1 2 3 } }"
    assert len(statements(engine, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * { ?s ?p ?o",
        "SELECT ?x { ?x nope:a ?y }",
        "SELECT (COUNT(?s) AS ?n) ?p { ?s ?p ?o }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "SELECT (<https://example.org/function>(1) AS ?x) {}",
        "SELECT * { FILTER(<https://example.org/function>(1)) }",
    ],
)
def test_a_query_that_cannot_be_run_is_a_syntax_error(engine: Engine, text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        engine.query(text)
    assert caught.value.exit_code == 2 and caught.value.hint


def test_what_cannot_be_computed_is_unbound(engine: Engine) -> None:
    assert rows(engine, "SELECT (1/0 AS ?x) (STRLEN(2) AS ?y) {}") == ((None, None),)


def test_rows_and_statements_want_their_form(engine: Engine) -> None:
    assert len(rows(engine, "SELECT * { ?s ?p ?o }")) == 2
    with pytest.raises(QuerySyntaxError, match="SELECT"):
        rows(engine, "ASK {}")
    with pytest.raises(QuerySyntaxError, match="CONSTRUCT"):
        statements(engine, "ASK {}")


def test_a_damaged_store_is_a_store_error(graph: Graph, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(Path(graph.folder, "store"), tmp_path / "store"))
    for path in folder.glob("*.sst"):
        sound = path.read_bytes()
        if len(sound) > 5000:
            path.write_bytes(bytes(byte ^ 0xFF for byte in sound[:1000]) + sound[1000:])
    with pytest.raises(StoreError, match="--force") as caught:
        LocalEngine(Store.read_only(str(folder))).query("SELECT * { ?s ?p ?o }")
    assert caught.value.exit_code == 5
