"""What changed between two versions: every difference told once, and the same read backwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from commands import SOURCES, call, environment, process
from ictgraph.changes import KINDS, Change, Difference, kinds_of
from ictgraph.diff import compare
from ictgraph.engine import LocalEngine
from ictgraph.errors import UnknownName
from ictgraph.graph import Graph
from ictgraph.labels import AskedNames
from ictgraph.vocab import GRAPH, ICT, ID, RDF_TYPE, RDFS_LABEL, SKOS, SRC, XSD
from made import made, text

ROOT = Path(__file__).parent.parent
SSSOM = "https://w3id.org/sssom/"


# Any two graphs


def node(iri: str) -> NamedNode:
    return NamedNode(iri)


def date(value: str) -> Literal:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(value)]
    return Literal(value, datatype=node(XSD + kind))


def pool() -> list[Quad]:
    """Statements of every part of the graph, of which versions hold some."""
    entities, passages = (node(GRAPH + name) for name in ("entities", "passages"))
    found: list[Quad] = []
    for slug in ("t", "u"):
        one = node(ID + slug)
        found.append(Quad(one, node(RDF_TYPE), node(ICT + "Therapy"), entities))
        for name in ("One", "Two"):
            found.append(Quad(one, node(RDFS_LABEL), Literal(name, language="en"), entities))
            found.append(Quad(one, node(RDFS_LABEL), Literal(name, language="zh"), entities))
    for where in ("s1", "s2"):
        passage, event = node(SRC + where), node(ID + "event")
        for name, values in CLAIMS.items():
            found += [Quad(event, node(name), value, passage) for value in values]
        found += [
            Quad(passage, node(RDF_TYPE), node(ICT + "Passage"), passages),
            Quad(passage, node(ICT + "digest"), Literal("a"), passages),
            Quad(passage, node(ICT + "digest"), Literal("b"), passages),
            Quad(passage, node(ICT + "partOf"), node(SRC + "made"), passages),
        ]
    found.append(Quad(node(SRC + "made"), node(RDF_TYPE), node(ICT + "Source"), passages))
    doubts, doubt = node(GRAPH + "doubts"), node(ID + "doubt")
    found += [
        Quad(doubt, node(RDF_TYPE), node(ICT + "Doubt"), doubts),
        Quad(doubt, node(ICT + "doubtKind"), node(ID + "doubt-slip"), doubts),
        Quad(doubt, node(ICT + "note"), Literal("one", language="en"), doubts),
        Quad(doubt, node(ICT + "note"), Literal("two", language="en"), doubts),
        Quad(doubt, node(ICT + "onPassage"), node(SRC + "s1"), doubts),
    ]
    mappings = node(GRAPH + "mappings")
    for term in ("A", "B"):
        found.append(
            Quad(node(ID + "t"), node(SKOS + "exactMatch"), node(f"urn:term:{term}"), mappings)
        )
    return found


CLAIMS: dict[str, list[NamedNode | Literal]] = {
    RDF_TYPE: [node(ICT + "Approval"), node(ICT + "MarketingApplication")],
    ICT + "therapy": [node(ID + "t"), node(ID + "u")],
    ICT + "stage": [node(ID + name) for name in ("stage-1", "stage-2", "stage-3")],
    ICT + "approvedOn": [date(one) for one in ("2024", "2024-02", "2024-02-16", "2023")],
    ICT + "patients": [Literal("1", datatype=node(XSD + "integer"))],
}
POOL = pool()
ORDER = [
    Quad(
        node(f"{ID}stage-{number}"),
        node(ICT + "displayOrder"),
        Literal(str(number), datatype=node(XSD + "integer")),
        node(GRAPH + "ontology"),
    )
    for number in (1, 2, 3)
]


def graph_of(quads: Iterable[Quad]) -> Graph:
    store = Store()
    store.bulk_extend([*quads, *ORDER])
    engine = LocalEngine(store)
    return Graph(engine, AskedNames(engine))


versions = st.sets(st.sampled_from(range(len(POOL)))).map(lambda some: [POOL[i] for i in some])


@settings(max_examples=150, deadline=None)
@given(versions, versions)
def test_a_difference_read_backwards_is_that_of_the_other_way(
    one: list[Quad], other: list[Quad]
) -> None:
    there, back = (compare(*map(graph_of, pair)) for pair in ((one, other), (other, one)))
    assert sorted(map(str, there.changes)) == sorted(str(c.mirrored()) for c in back.changes)
    assert bool(there) == (set(one) != set(other))


@settings(max_examples=50, deadline=None)
@given(versions)
def test_nothing_differs_from_itself(quads: list[Quad]) -> None:
    assert compare(graph_of(quads), graph_of(quads)).changes == ()


@settings(max_examples=150, deadline=None)
@given(versions, versions)
def test_every_statement_that_differs_is_told_and_nothing_else(
    one: list[Quad], other: list[Quad]
) -> None:
    found = compare(graph_of(one), graph_of(other))
    for quads, others, side in ((one, other, 0), (other, one, 1)):
        for quad in set(quads) - set(others):
            assert any(tells(change, quad, side) for change in found.changes), quad
    for change in found.changes:
        if change.kind.startswith("stage"):
            continue  # concluded from statements of events
        for side, quads in enumerate((one, other)):
            value = (change.old, change.new)[side]
            repeated = change.kind.startswith("support") and not change[6 + side]
            if value is not None and change.property != RDF_TYPE and not repeated:
                assert any(tells(change, quad, side) for quad in quads), change


def tells(change: Change, quad: Quad, side: int) -> bool:
    """Whether a change tells that a statement is only on a side: 0 for the old version."""
    subject, name = quad.subject.value, quad.predicate.value  # type: ignore[union-attr]
    if change.entity != subject:
        return False
    if change.kind.partition("-")[2] in ("new", "removed", "resolved") and (
        change.kind.startswith(("entity", "source", "passage", "doubt"))
    ):
        whole = quad.graph_name.value.startswith(GRAPH) or name == RDF_TYPE  # type: ignore[union-attr]
        return whole and change.kind.endswith("new") == bool(side)
    if change.property != name or quad.object not in (change.old, change.new):
        return False
    passages = (change.old_passages, change.new_passages)[side]
    claimed = not quad.graph_name.value.startswith(GRAPH)  # type: ignore[union-attr]
    return not claimed or quad.graph_name.value in passages  # type: ignore[union-attr]


# Kind by kind

ENTITIES = {"Therapy": "drug other", "Company": "maker"}
EVENT = "id:step a ict:MarketingApplication ; ict:therapy id:drug"
CLEARED = "id:start a ict:ClinicalClearance ; ict:therapy id:drug ; ict:stage id:stage-cleared ."


def told(
    tmp_path: Path,
    old: list[str],
    new: list[str],
    *,
    entities: tuple[dict[str, str], dict[str, str]] = (ENTITIES, ENTITIES),
    more: tuple[str, str] = ("", ""),
) -> list[tuple[str, ...]]:
    """The changes from one made graph to another, shortened."""
    found = changes(tmp_path, old, new, entities=entities, more=more)
    return [
        (
            one.kind,
            *(_short(iri) for iri in (one.type, one.entity, one.property)),
            *("" if term is None else _short(term.value) for term in (one.old, one.new)),
            " ".join(map(_short, one.old_passages)),
            " ".join(map(_short, one.new_passages)),
        )
        for one in found.changes
    ]


def changes(
    tmp_path: Path,
    old: list[str],
    new: list[str],
    *,
    entities: tuple[dict[str, str], dict[str, str]] = (ENTITIES, ENTITIES),
    more: tuple[str, str] = ("", ""),
) -> Difference:
    graphs = []
    for name, passages, kinds, rest in zip("ab", (old, new), entities, more, strict=True):
        folder = tmp_path / name
        folder.mkdir()
        graphs.append(made(folder, kinds, passages, rest))
    return compare(*graphs)


def _short(iri: str) -> str:
    for prefix in (ICT, ID, SRC + "made/", SKOS, SSSOM, "http://www.w3.org/2000/01/rdf-schema#"):
        iri = iri.removeprefix(prefix)
    return iri.rpartition("#")[2]


def test_a_therapy_moves_to_a_further_stage(tmp_path: Path) -> None:
    accepted = f"{EVENT} ; ict:stage id:stage-application-accepted ."
    assert told(tmp_path, [CLEARED, f"{EVENT} ; ict:stage id:stage-application-submitted ."],
                [CLEARED, accepted]) == [
        ("stage-reached", "Therapy", "drug", "stage", "stage-application-submitted",
         "stage-application-accepted", "s2", "s2"),
        ("claim-changed", "MarketingApplication", "step", "stage", "stage-application-submitted",
         "stage-application-accepted", "s2", "s2"),
    ]  # fmt: skip


def test_what_is_only_expected_is_no_stage_reached(tmp_path: Path) -> None:
    hoped = f"{EVENT} ; ict:stage id:stage-approved ; ict:expected true ."
    found = told(tmp_path, [CLEARED, "id:maker a ict:Company ."], [CLEARED, hoped])
    assert not [one for one in found if one[0].startswith("stage")]


def test_dates_become_more_precise_or_other(tmp_path: Path) -> None:
    def dated(*values: str) -> list[str]:
        return [f'{EVENT} ; ict:acceptedOn "{v}"^^xsd:{TYPE[len(v)]} .' for v in values]

    def kinds(folder: str, old: list[str], new: list[str]) -> list[tuple[str, ...]]:
        place = tmp_path / folder
        place.mkdir()
        return [(one[0], *one[4:6]) for one in told(place, old, new) if one[3] == "acceptedOn"]

    assert kinds("1", dated("2024"), dated("2024-05")) == [("date-more-precise", "2024", "2024-05")]
    assert kinds("2", dated("2024-05-06"), dated("2024")) == [
        ("date-less-precise", "2024-05-06", "2024")
    ]
    assert kinds("3", dated("2024-05"), dated("2024-06")) == [
        ("date-changed", "2024-05", "2024-06")
    ]
    assert kinds("4", dated("2024-05"), dated("2024-05", "2024-05-06")) == [
        ("date-more-precise", "2024-05", "2024-05-06")
    ]
    assert kinds("5", dated("2024"), dated("2024", "2023")) == [("claim-new", "", "2023")]


TYPE = {4: "gYear", 7: "gYearMonth", 10: "date"}


def test_claims_are_made_withdrawn_repeated(tmp_path: Path) -> None:
    old = ["id:drug ict:target id:cd19 .", "id:drug ict:developedBy id:maker ."]
    new = ["id:drug ict:cellType id:t-cell .", "id:drug ict:developedBy id:maker .",
           "id:drug ict:developedBy id:maker ."]  # fmt: skip
    assert told(tmp_path, old, new) == [
        ("claim-new", "Therapy", "drug", "cellType", "", "t-cell", "", "s1"),
        ("claim-withdrawn", "Therapy", "drug", "target", "cd19", "", "s1", ""),
        ("support-new", "Therapy", "drug", "developedBy", "maker", "maker", "", "s3"),
        ("passage-new", "Passage", "s3", "", "", "", "", "s3"),
    ]


def test_entities_come_go_and_are_renamed(tmp_path: Path) -> None:
    kinds = (ENTITIES, {"Therapy": "drug", "Company": "maker", "Target": "fresh"})
    renamed = 'graph:entities {{ id:maker skos:altLabel "{}"@en . id:drug rdfs:label "{}"@de . }}'
    more = (renamed.format("Old Co", "alt"), renamed.format("New Co", "neu"))
    step = ["id:step a ict:Award ."]
    assert told(tmp_path, ["id:drug ict:target id:cd19 ."],
                ["id:drug ict:target id:cd19 .", *step], entities=kinds, more=more) == [
        ("entity-new", "Award", "step", "type", "", "Award", "", "s2"),
        ("entity-new", "Target", "fresh", "type", "", "Target", "", ""),
        ("entity-removed", "Therapy", "other", "type", "Therapy", "", "", ""),
        ("entity-renamed", "Therapy", "drug", "label", "alt", "neu", "", ""),
        ("entity-changed", "Company", "maker", "altLabel", "Old Co", "New Co", "", ""),
        ("passage-new", "Passage", "s2", "", "", "", "", "s2"),
    ]  # fmt: skip


DOUBT = (
    "graph:doubts {{ id:doubt-one a ict:Doubt ; ict:doubtKind id:doubt-{} ;"
    " ict:onPassage <https://w3id.org/ictgraph/source/made/s1> . }}"
)


def test_doubts_and_passages(tmp_path: Path) -> None:
    claim = ["id:drug ict:target id:cd19 ."]
    digest = '<https://w3id.org/ictgraph/source/made/s1> ict:digest "{}" .'
    more = (DOUBT.format("slip") + digest.format("a"), DOUBT.format("thin") + digest.format("b"))
    assert told(tmp_path, claim, claim, more=more) == [
        ("passage-reworded", "Passage", "s1", "digest", "a", "b", "s1", "s1"),
        (
            "doubt-changed",
            "Doubt",
            "doubt-one",
            "doubtKind",
            "doubt-slip",
            "doubt-thin",
            "s1",
            "s1",
        ),
    ]
    folder = tmp_path / "gone"
    folder.mkdir()
    assert told(folder, claim, claim, more=(DOUBT.format("slip"), "")) == [
        ("doubt-resolved", "Doubt", "doubt-one", "doubtKind", "doubt-slip", "", "s1", ""),
    ]


def mapping(number: int, match: str, term: str, confidence: str) -> str:
    return (
        f"graph:mappings {{ <urn:mapping:{number}> a sssom:Mapping ;"
        f" owl:annotatedSource id:drug ; owl:annotatedProperty skos:{match} ;"
        f' owl:annotatedTarget {term} ; sssom:confidence "{confidence}" . }}'
    )


def test_mappings(tmp_path: Path) -> None:
    plain = "graph:mappings { id:drug skos:exactMatch <urn:term:A> . }"
    old = mapping(1, "exactMatch", "<urn:term:A>", "0.8") + plain
    new = (
        mapping(1, "exactMatch", "<urn:term:A>", "0.9") + plain
        + mapping(2, "broadMatch", "<urn:term:B>", "1")
        + mapping(3, "exactMatch", "sssom:NoTermFound", "1")
    )  # fmt: skip
    claim = ["id:drug ict:target id:cd19 ."]
    assert told(tmp_path, claim, claim, more=(old, new)) == [
        ("mapping-new", "Therapy", "drug", "broadMatch", "", "urn:term:B", "", ""),
        ("mapping-new", "Therapy", "drug", "exactMatch", "", "NoTermFound", "", ""),
        ("mapping-changed", "Therapy", "drug", "confidence", "0.8", "0.9", "", ""),
    ]


def test_the_ontology_and_what_is_derived_are_not_compared(graph: Graph) -> None:
    engine = graph.engine
    assert isinstance(engine, LocalEngine)
    left_out = {GRAPH + name for name in ("derived", "imports", "ontology")}
    kept = [
        quad
        for quad in engine.store
        if getattr(quad.graph_name, "value", "") not in {"", *left_out}
    ]
    assert len(compare(graph, graph_of(kept))) == 0


# How it is told


def test_the_summary_counts_by_class_and_stage(tmp_path: Path) -> None:
    kinds = (ENTITIES, {**ENTITIES, "Target": "one two", "University": "school"})
    steps = [f"{EVENT} ; ict:stage id:stage-application-accepted ."]
    found = changes(tmp_path, [CLEARED, "id:maker ict:place id:china ."], [CLEARED, *steps],
                    entities=kinds)  # fmt: skip
    assert [one["en"] for one in found.summary()] == [
        "2 new targets, 1 new marketing application, 1 new university",
        "1 therapy moved to id:stage-application-accepted",
        "2 new claims, 1 claim withdrawn",
    ]
    assert [one["zh"] for one in found.summary()] == [
        "新增2个靶点，新增1个上市申请，新增1个大学",
        "1个疗法进展至“id:stage-application-accepted”",
        "新增2项主张，撤回1项主张",
    ]
    assert found.only(kinds_of(["stage"])).summary() == found.summary()[1:2]
    assert Difference((), {}, {}).summary() == [{"en": "nothing changed", "zh": "没有变化"}]
    counted = {(row["class"], row["change"]): row["changes"]
               for row in found.counted("class").records()}  # fmt: skip
    assert counted[ICT + "Target", "urn:ictgraph:change:entity-new"] == 2
    by_source = list(found.counted("source").records())
    assert {row["source"] for row in by_source} == {None, SRC + "made"}
    assert sum(row["changes"] for row in by_source) == len(found)


def test_every_kind_has_a_mirror_and_words_in_both_languages() -> None:
    for name, kind in KINDS.items():
        assert KINDS[kind.mirror].mirror == name
        assert all(kind.label[lang] and kind.told[lang] for lang in ("en", "zh"))
        assert "{n}" in kind.told["en"] and "{n}" in kind.told["zh"]
    with pytest.raises(UnknownName, match="the kinds are entity-new"):
        kinds_of(["entities"])


# The command


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two exported files and a build folder of the second."""
    old = text(ENTITIES, [CLEARED])
    new = text(ENTITIES, [CLEARED, f"{EVENT} ; ict:stage id:stage-application-accepted ."])
    monkeypatch.chdir(tmp_path)
    Path("old.trig").write_text(old, encoding="utf-8")
    Path("new.trig").write_text(new, encoding="utf-8")
    call("build", "--data", "new.trig", "-o", "built")
    call("export", "--store", "built", "-o", "new.nq")
    yield tmp_path


def test_files_exports_and_builds_are_versions(files: Path) -> None:
    answers = {call("diff", "old.trig", name).stdout for name in ("new.trig", "new.nq", "built")}
    assert len(answers) == 1 and "stage-reached" in answers.pop()
    inside = next(p.parent for p in (files / "built").glob("*/manifest.json"))
    assert call("diff", str(inside), "new.nq").stderr == "ictgraph: nothing changed\n"


def test_options_of_the_command(files: Path) -> None:
    listed = json.loads(call("diff", "old.trig", "new.trig", "--format", "json").stdout)["rows"]
    (row,) = [one for one in listed if one["change"]["id"].endswith("stage-reached")]
    assert row["change"]["label"] == {"en": "stage reached", "zh": "进展"}
    assert row["entity"]["id"] == "id:drug" and row["newSource"][0]["id"] == "src:made/s2"
    only = call("diff", "old.trig", "new.trig", "--kind", "stage", "--lang", "zh")
    assert (
        only.stderr == "ictgraph: 1个疗法进展至“id:stage-application-accepted”\n"
        and only.exit_code == 0
    )
    none = call("diff", "old.trig", "new.trig", "--kind", "date", "--fail-on-change")
    assert none.stderr == "ictgraph: nothing of these kinds changed\n" and none.exit_code == 0
    assert call("diff", "old.trig", "new.trig", "--fail-on-change").exit_code == 1
    assert call("diff", "new.nq", "new.trig", "--fail-on-change").exit_code == 0
    counted = call("diff", "old.trig", "new.trig", "--by", "class", "--format", "csv").stdout
    assert "therapy,ict:Therapy,stage reached," in counted


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["diff"], "OLD"),
        (["diff", "nothing-here"], "name a build folder, a .nq or .trig file, git:REVISION"),
        (["diff", "flat.ttl"], "no file with named graphs"),
        (["diff", "old.trig", "new.trig", "--kind", "colour"], "the kinds are entity-new"),
        (["diff", "old.trig", "new.trig", "--by", "moon"], "'class', 'source'"),
        (["diff", "git:--output=x"], "is no revision"),
        (["diff", "git:"], "is no revision"),
        (["diff", "empty"], "holds no finished build"),
        (["diff", ""], "OLD is empty"),
    ],
)
def test_wrong_versions_say_what_can_be_named(files: Path, args: list[str], said: str) -> None:
    Path("flat.ttl").write_text("", encoding="utf-8")
    Path("empty").mkdir()
    result = call(*args)
    assert result.exit_code in (2, 5) and said in result.stderr, result.stderr
    assert not Path("x").exists()


def test_a_build_of_the_cache_is_named_by_its_id(graph: Graph) -> None:
    build = os.path.basename(graph.folder)
    assert call("diff", build[:8]).stderr == "ictgraph: nothing changed\n"
    assert build in call("diff", "feedbeef").stderr


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environment(**variables), capture_output=True, text=True, check=False
    )


def test_a_git_revision_of_the_data_is_a_version(tmp_path: Path, cache: str) -> None:
    checkout = tmp_path / "checkout"
    for folder in ("ontology", "queries", "triples"):
        shutil.copytree(ROOT / folder, checkout / folder)
    shutil.copytree(SOURCES, checkout / "src", ignore=shutil.ignore_patterns("__pycache__"))
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    assert run("git", "init", "-q", cwd=checkout).returncode == 0
    run("git", "add", "ontology", "triples", cwd=checkout)
    assert run("git", *identity, "commit", "-qm", "one", cwd=checkout).returncode == 0
    path = checkout / "triples" / "review-2024" / "t4.trig"
    before = path.read_text(encoding="utf-8")
    after = before.replace(
        "ict:stage id:stage-application-submitted ;", "ict:stage id:stage-approved ;", 1
    )
    assert before != after
    path.write_text(after, encoding="utf-8")
    variables = {"PYTHONPATH": str(checkout / "src"), "ICTGRAPH_CACHE": str(tmp_path / "cache")}
    args: dict[str, Any] = {"cwd": str(checkout), "env": environment(**variables), "timeout": 120}
    done = process("diff", "git:HEAD", "--kind", "stage", "--format", "json", **args)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["rows"]
    assert row["new"]["id"] == "id:stage-approved"
    assert [one["id"] for one in row["newSource"]] == ["src:review-2024/t4/r1"]
    assert b"1 therapy moved to marketing approval" in done.stderr
    same = process("diff", "git:HEAD", "git:HEAD~0", **args)
    assert b"nothing changed" in same.stderr
    for revision, said in (("git:v0", b"git knows no revision"), ("git:HEAD:triples", b"knows no")):
        refused = process("diff", revision, **args)
        assert refused.returncode == 2 and said in refused.stderr
