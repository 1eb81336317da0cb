"""rdflib as an engine: the same terms and the same errors as the embedded one."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from ictgraph.engine import LocalEngine
from ictgraph.errors import QuerySyntaxError, StoreError
from ictgraph.reference import RdflibEngine, read_dataset
from ictgraph.results import Statements, Table, Truth
from ictgraph.vocab import XSD

A, P, G = (NamedNode(f"https://example.org/{name}") for name in "apg")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)
VALUES = st.one_of(
    TEXT.map(Literal),
    st.builds(lambda text: Literal(text, language="zh"), TEXT),
    st.integers(-999, 999).map(Literal),
    st.booleans().map(Literal),
    st.dates().map(lambda day: Literal(str(day), datatype=NamedNode(XSD + "date"))),
    st.sampled_from(["2024-02", "0001-12"]).map(
        lambda month: Literal(month, datatype=NamedNode(XSD + "gYearMonth"))
    ),
    st.just(A),
)


def both(path: Path, quads: list[Quad]) -> tuple[LocalEngine, RdflibEngine]:
    """The same quads in both engines."""
    path.write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    store = Store()
    store.extend(quads)
    return LocalEngine(store), RdflibEngine(read_dataset(str(path)))


@settings(deadline=None, max_examples=40)
@given(st.lists(VALUES, max_size=5))
def test_terms_are_the_same(tmp_path_factory: pytest.TempPathFactory, values: list[object]) -> None:
    quads = [Quad(A, P, value) for value in values]  # type: ignore[arg-type]
    quads += [Quad(A, P, value, G) for value in values]  # type: ignore[arg-type]
    mine, theirs = both(tmp_path_factory.mktemp("nq") / "graph.nq", quads)
    for text in (
        "SELECT ?s ?p ?o ?never { ?s ?p ?o }",
        "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "ASK { ?s ?p ?o }",
    ):
        expected, found = mine.query(text), theirs.query(text)
        if isinstance(expected, Table) and isinstance(found, Table):
            assert found.columns == expected.columns
            assert set(found.rows) == set(expected.rows)
        else:
            assert found == expected


def test_the_default_graph_is_the_files_own(tmp_path: Path) -> None:
    _, engine = both(tmp_path / "graph.nq", [Quad(A, P, Literal("named"), G)])
    assert engine.query("ASK { ?s ?p ?o }") == Truth(False)
    assert engine.query("ASK { GRAPH ?g { ?s ?p ?o } }") == Truth(True)


def test_statements_are_distinct_and_sorted() -> None:
    engine = RdflibEngine(rdflib.Dataset())
    text = "CONSTRUCT { <x:a> <x:b> ?x } WHERE { VALUES ?x { 3 1 2 1 } }"
    answer = engine.query(text)
    assert isinstance(answer, Statements)
    assert [str(triple.object)[1] for triple in answer.triples] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * { ?s ?p ?o",
        "SELECT ?x { ?x nope:a ?y }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
    ],
)
def test_a_query_that_does_not_parse_is_a_syntax_error(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="does not parse"):
        RdflibEngine(rdflib.Dataset()).query(text)


@pytest.mark.parametrize("text", ["nonsense", "<a> <b> <c>", "\udcff"])
def test_a_damaged_file_is_a_store_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(StoreError, match="--force"):
        read_dataset(str(path))
    with pytest.raises(StoreError):
        read_dataset(str(tmp_path / "missing.nq"))
