"""The canonical text of Turtle and TriG: one text per content, and the content unharmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from commands import call, process
from ictgraph.curation.canonical import canonical, canonical_text, comments
from ictgraph.errors import InputError
from ictgraph.vocab import ICT, ID, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, SRC, XSD

LOCALS = ["a", "A-b", "a.b", "a.", ".a", "-a", "a/b", "2", "s2", "s10", "s02", "", "a%20b", "疾病"]
NODES = [NamedNode(space + local) for space in (ID, ICT, SRC, XSD) for local in LOCALS]
NODES += [NamedNode(RDF_TYPE), NamedNode(RDFS_LABEL), NamedNode(SKOS_ALT_LABEL)]
NODES += [NamedNode("urn:x:y"), NamedNode("https://example.org/?q=1#f")]
TYPES = "integer decimal boolean double date gYear gYearMonth string anyURI".split()
ODD = ["", "²", "¹2", "٣", "1", "01", "+1", "-0", "1.", ".5", "1.50", "1e3", "INF", "true", "1 "]
ODD += [
    "TRUE",
    "2024-02",
    "\0",
    '"',
    "\\",
    "'''",
    "\n\r\t",
    "\u0085\u2028",
    "\ufeff",
    "x\\u0041",
    "。",
]
TEXT = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LITERALS = st.one_of(
    TEXT.map(Literal),
    st.builds(
        lambda t, tag: Literal(t, language=tag), TEXT, st.sampled_from(["en", "zh", "zh-cn"])
    ),
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(name)),
        TEXT,
        st.sampled_from([XSD + name for name in TYPES] + [ICT + "amount"]),
    ),
)
NODE = st.sampled_from(NODES)
QUADS = st.lists(
    st.builds(Quad, NODE, NODE, NODE | LITERALS, NODE | st.just(DefaultGraph())), max_size=12
)


@settings(deadline=None)
@given(QUADS, st.randoms())
def test_the_content_is_kept_and_its_order_does_not_matter(quads: list[Quad], dice: object) -> None:
    text = canonical_text(quads)
    assert set(parse(text.encode(), format=RdfFormat.TRIG)) == set(quads)
    assert canonical_text(reversed(quads)) == text
    assert canonical_text([*quads, *quads]) == text
    again = canonical_text(parse(text.encode(), format=RdfFormat.TRIG))
    assert again == text
    assert text.endswith("\n") and "\r" not in text


@settings(deadline=None)
@given(QUADS)
def test_default_graph_alone_is_turtle(quads: list[Quad]) -> None:
    merged = {Quad(q.subject, q.predicate, q.object) for q in quads}
    text = canonical_text(merged)
    assert set(parse(text.encode(), format=RdfFormat.TURTLE)) == merged


def test_the_layout() -> None:
    one, two, ten = (NamedNode(f"{ID}s{n}") for n in (1, 2, 10))
    label = NamedNode(RDFS_LABEL)
    quads = [
        Quad(ten, label, Literal("Ten", language="zh")),
        Quad(ten, label, Literal("Ten", language="en")),
        Quad(ten, NamedNode(ICT + "about"), ten),
        Quad(ten, NamedNode(ICT + "about"), two),
        Quad(ten, NamedNode(RDF_TYPE), NamedNode(ICT + "Finding")),
        Quad(two, NamedNode(ICT + "rank"), Literal("2", datatype=NamedNode(XSD + "integer"))),
        Quad(one, NamedNode(ICT + "rank"), Literal("1", datatype=NamedNode(XSD + "decimal")), two),
    ]
    assert canonical_text(quads) == (
        f"@prefix ict: <{ICT}> .\n@prefix id: <{ID}> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f"@prefix xsd: <{XSD}> .\n\n"
        "id:s2\n    ict:rank 2 .\n\n"
        f'<{ID}s2> {{\n    id:s1\n        ict:rank "1"^^xsd:decimal .\n}}\n\n'
        'id:s10\n    a ict:Finding ;\n    rdfs:label "Ten"@en , "Ten"@zh ;\n'
        "    ict:about id:s2 , id:s10 .\n"
    )


@pytest.mark.parametrize(
    "quad",
    [
        Quad(BlankNode("x"), NODES[0], NODES[0]),
        Quad(NODES[0], NODES[0], BlankNode("x")),
        Quad(NODES[0], NODES[0], NODES[0], BlankNode("x")),
        Quad(NODES[0], NODES[0], Triple(NODES[0], NODES[0], NODES[0])),
    ],
    ids=["subject", "object", "graph", "triple"],
)
def test_what_has_no_name_has_no_canonical_text(quad: Quad) -> None:
    with pytest.raises(InputError, match="IRI of its own"):
        canonical_text([quad])


def test_nothing_is_an_empty_line() -> None:
    assert canonical_text([]) == "\n"


def test_comments_are_counted_and_nothing_else() -> None:
    text = (
        """# one
    @prefix a: <https://e.org/#> . # two
    a:b a:c "# no \\" # no", '# no', '''# no
    # no''', """
        + '""""# no" # no""" ; a:d <https://e.org/#e> .# three'
    )
    assert comments(text) == 3


def test_a_file_that_is_no_rdf_says_where(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("\n\n  nonsense")
    with pytest.raises(InputError, match=r"broken\.ttl:3:3: "):
        canonical(str(path))
    with pytest.raises(InputError, match="cannot be read: No such file"):
        canonical(str(tmp_path / "missing.ttl"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a file that is not canonical."""
    monkeypatch.chdir(tmp_path)
    Path("untidy.ttl").write_text(f"<{ID}b> <{ICT}about> <{ID}c>, <{ID}a> .", encoding="utf-8")
    return tmp_path


def test_files_are_rewritten_or_only_compared(folder: Path) -> None:
    untidy, tidy = Path("untidy.ttl"), Path("below", "tidy.trig")
    tidy.parent.mkdir()
    tidy.write_text(canonical("untidy.ttl"), encoding="utf-8")
    before = untidy.read_text()
    found = call("fmt", "--check", ".")
    assert (found.exit_code, found.stdout) == (1, "./untidy.ttl\n")
    assert "files not canonical: 1" in found.stderr
    assert untidy.read_text() == before
    assert call("fmt", "untidy.ttl", "below").exit_code == 0
    assert untidy.read_text() == tidy.read_text()
    found = call("fmt", "--check", "untidy.ttl", "below/tidy.trig")
    assert (found.exit_code, found.stdout, found.stderr) == (0, "", "")
    tidy.write_bytes(tidy.read_bytes().replace(b"\n", b"\r\n"))
    assert call("fmt", "--check", ".").exit_code == 1, "line ends of Windows are not canonical"
    assert call("fmt", "below").stdout == "below/tidy.trig\n"
    assert call("fmt", "--check", ".").exit_code == 0


def test_a_broken_file_is_one_line_and_the_others_are_written(folder: Path) -> None:
    Path("a.ttl").write_text("?")
    Path("b.trig").write_text(f"[] <{ICT}about> <{ID}a> .")
    for arguments, changed in ((["--check"], True), ([], True), ([], False)):
        found = call("fmt", ".", *arguments)
        assert found.exit_code == 2
        assert found.stdout == ("./untidy.ttl\n" if changed else "")
        one, other = found.stderr.splitlines()
        assert one.startswith("ictgraph: ./a.ttl:1:1: ")
        assert other.startswith("ictgraph: ./b.trig: a blank node ")
    assert Path("a.ttl").read_text() == "?"


@pytest.mark.parametrize("name", ["untidy.nt", "none.ttl", "a\udce4.ttl", "untidy.ttl.bak"])
def test_what_is_no_data_file_is_refused(folder: Path, name: str) -> None:
    found = call("fmt", name)
    assert found.exit_code == 2 and found.stderr.count("\n") == 1


def test_lost_comments_are_told(folder: Path) -> None:
    with open("untidy.ttl", "a", encoding="utf-8") as file:
        file.write(" # why\n")
    assert "comments" not in call("fmt", "--check", "untidy.ttl").stderr
    assert "untidy.ttl：1条注释未保留" in call("fmt", "untidy.ttl", "--lang", "zh").stderr


def test_without_files_it_is_the_data_of_the_package() -> None:
    done = process("fmt", "--check")
    assert (done.returncode, done.stdout) == (0, b""), done.stderr


def test_hidden_folders_and_virtual_environments_are_left_alone(folder: Path) -> None:
    untidy = (folder / "untidy.ttl").read_bytes()
    for name in (".hidden", "venv/lib"):
        (folder / name).mkdir(parents=True)
        (folder / name / "other.ttl").write_bytes(untidy)
    (folder / "venv" / "pyvenv.cfg").touch()
    assert "other.ttl" not in call("fmt", ".").stdout
    assert {one.read_bytes() for one in folder.rglob("other.ttl")} == {untidy}
