"""Names: folding, look-up and search, from a build's index and from an engine alike.

``tests/data/names.tsv`` lists names that people type: the kind of thing they ask for, what it means
(several entities where a name is that of each), or why it must not lead to one of ours.
"""

from __future__ import annotations

import csv
import os
import random
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictgraph import networks, queries, routes
from ictgraph.engine import rows
from ictgraph.errors import AmbiguousName, InputError, StoreError
from ictgraph.graph import Graph
from ictgraph.labels import NAMES, AskedNames, LabelIndex, fold, index_line, index_text
from ictgraph.results import Statements, Table
from ictgraph.vocab import ICT, ID, SRC, compress

ORDER = ("exact", "prefix", "part", "typo")
DASHES = "-‐‑‒–—―−－﹣"
SPACES = " \t\n\u00a0\u2003\u3000\u200b"
NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TYPED = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "names.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
    )
)
PLAIN = st.text("abcXYZ019γδ白血病疗法+²", min_size=1, max_size=12)


@pytest.fixture(scope="module")
def lines(graph: Graph) -> list[list[str]]:
    """The lines of the built-in graph's ``labels.tsv``, as columns."""
    text = Path(graph.folder, "labels.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@pytest.fixture(scope="module")
def entities(graph: Graph, lines: list[list[str]]) -> list[str]:
    """The IRIs of everything that has a name or a class."""
    answer = graph.engine.query("SELECT DISTINCT ?s { ?s a ?class }")
    assert isinstance(answer, Table)
    typed = {str(row["s"]) for row in answer.records()}
    return sorted(typed | {line[1] for line in lines})


@settings(deadline=None)
@given(NAME)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert not set(fold(text)) & set("\t\n\r")


@settings(deadline=None)
@given(PLAIN, st.data())
def test_case_width_space_and_dashes_do_not_matter(text: str, data: st.DataObject) -> None:
    other = "".join(
        character + data.draw(st.sampled_from(["", *SPACES, *DASHES])) for character in text
    )
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in other)
    for variant in (other, other.upper(), other.lower(), wide):
        assert fold(variant) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"), [("CD19", "CD20"), ("CD19", "CD19+"), ("T细胞", "B细胞"), ("a", "á")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@settings(deadline=None)
@given(st.lists(st.tuples(NAME, st.sampled_from(["a", "b"]), st.sampled_from(["en", "zh", ""]))))
def test_any_name_can_be_indexed_and_found(names: list[tuple[str, str, str]]) -> None:
    quadruples = [(name, ID + iri, lang, "label") for name, iri, lang in names]
    index = LabelIndex(index_text(quadruples, [(ID + "a", ICT + "Disease")], []))
    for name, iri, _, _ in quadruples:
        if fold(name):
            assert iri in {match.iri for match in index.lookup(name)}
            assert index.find(name, 5)[0].how == "exact"
    assert index.classes(ID + "a") == ("Disease",)
    assert set(index.labels({ID + "a", ID + "b"})) == {iri for _, iri, _, _ in quadruples}


@settings(deadline=None)
@given(NAME)
def test_any_text_can_be_searched(graph: Graph, text: str) -> None:
    for match in graph.names.find(text, 3):
        assert match.how in ORDER and match.iri and match.name
    assert len(graph.names.find(text, 3)) <= 3


def test_every_printed_name_finds_its_entity(graph: Graph, lines: list[list[str]]) -> None:
    named = [line for line in lines if line[3] != "none"]
    assert len(named) > 800
    for folded, iri, _, _, name, _ in named:
        assert folded == fold(name)
        assert iri in {match.iri for match in graph.names.lookup(name.upper())}
        first = graph.names.find(f" {name} ", 50)[0]
        assert first.how == "exact"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("黑色素瘤", "melanoma"),
        ("melanoma", "melanoma"),
        ("MELANOMA", "melanoma"),
        ("ＭＥＬＡＮＯＭＡ", "melanoma"),
        ("Afami Cel", "afami-cel"),
        ("DCVax–L", "dcvax-l"),
        ("科济药业", "carsgen"),
        ("cd 19", "cd19"),
    ],
)
def test_look_up_in_either_language(graph: Graph, text: str, slug: str) -> None:
    assert [match.iri for match in graph.names.lookup(text)] == [ID + slug]


def test_look_up_by_other_names(graph: Graph, lines: list[list[str]]) -> None:
    others = [line for line in lines if line[3] == "alt"]
    assert {line[2] for line in others} >= {"en", "zh"}
    for _, iri, _, _, name, _ in others:
        match = next(one for one in graph.names.lookup(name) if one.iri == iri)
        assert (match.how, match.classes) == ("exact", graph.names.classes(iri))


def test_search_finds_beginnings_then_parts(graph: Graph, lines: list[list[str]]) -> None:
    for text in ("cell", "t", "therapy", "白血病", "car-t", "细胞", "label", "disease", "en"):
        wanted = fold(text)
        found = graph.names.find(text, 10_000)
        ways = [ORDER.index(match.how) for match in found]
        assert ways == sorted(ways)
        assert len({match.iri for match in found}) == len(found)
        assert {match.iri for match in found} == {line[1] for line in lines if wanted in line[0]}
        for match in found:
            name = fold(match.name)
            assert wanted in name
            assert match.how == ("exact" if name == wanted else match.how)
            assert match.how != "prefix" or name.startswith(wanted)
        for limit in (1, 3, 7):
            assert graph.names.find(text, limit) == found[:limit]


def test_nothing_is_found_by_nothing(graph: Graph) -> None:
    for text in ("", " ", "\t", "\u3000", "\u200b"):
        assert graph.names.find(text) == graph.names.lookup(text) == []


def misspelt(name: str, dice: random.Random) -> list[str]:
    """A name with one character left out, doubled, replaced, and two exchanged."""
    place = dice.randrange(1, len(name) - 1) if len(name) > 2 else 1
    other = "错" if name[place] > "\u3000" else "z"
    exchanged = name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]
    return [
        name[:place] + name[place + 1 :],
        name[:place] + 2 * name[place] + name[place + 1 :],
        name[:place] + other + name[place + 1 :],
        exchanged,
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_typing_error_is_forgiven(graph: Graph, lines: list[list[str]], lang: str) -> None:
    dice = random.Random(5)
    kinds = {"Disease", "Therapy", "Company", "TherapyClass", "CellType", "Target"}
    longest = 40
    every = [
        (line[0], line[1])
        for line in lines
        if line[2] == lang and 3 <= len(line[0]) < longest and kinds & set(line[5].split())
    ]
    names = dice.sample(every, 40)
    for name, iri in names:
        for typed in misspelt(name, dice)[:3] + misspelt(name, dice)[3:] * (len(name) > 4):
            found = graph.names.find(typed, 20)
            if found and found[0].how == "typo":
                assert iri in {match.iri for match in found}, (typed, name)
            assert found, (typed, name)


def test_what_no_name_is_like_is_not_found(graph: Graph) -> None:
    for text in ("qqqqqqqq", "不存在的东西啊", "x", "😀😀😀"):
        assert graph.names.find(text) == [] or graph.names.find(text)[0].how != "typo"
    assert graph.names.find("qqqqqqqq") == []


@pytest.mark.parametrize(
    ("iri", "classes"),
    [
        (ID + "carsgen", ("Company", "Institution", "Agent", "Entity")),
        (ID + "fda", ("Regulator", "Institution", "Agent", "Entity")),
        (ID + "united-states", ("Country", "Place", "Entity")),
        (
            ID + "approval-lifileucel-fda",
            ("Approval", "RegulatoryEvent", "Event", "Entity"),
        ),
        (ICT + "Disease", ("Class",)),
        (ID + "nowhere", None),
    ],
)
def test_classes_come_most_specific_first(
    graph: Graph, iri: str, classes: tuple[str, ...] | None
) -> None:
    assert graph.names.classes(iri) == classes


def test_no_class_comes_before_a_narrower_one(graph: Graph, entities: list[str]) -> None:
    answer = graph.engine.query(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
        "SELECT ?narrow ?broad { ?narrow rdfs:subClassOf+ ?broad }"
    )
    assert isinstance(answer, Table)
    below = {tuple(str(one).rpartition("#")[2] for one in r.values()) for r in answer.records()}
    assert below
    for iri in entities:
        classes = graph.names.classes(iri) or ()
        for place, one in enumerate(classes):
            assert not any((other, one) in below for other in classes[place + 1 :])


def test_what_has_no_name_has_its_classes(graph: Graph, entities: list[str]) -> None:
    answer = graph.engine.query(f"SELECT ?d {{ ?d a <{ICT}Doubt> }}")
    assert isinstance(answer, Table)
    for row in answer.records():
        assert (graph.names.classes(str(row["d"])) or ("",))[0] == "Doubt"


@pytest.mark.parametrize("which", ["remote", "reference"])
def test_every_engine_knows_the_same_names(
    which: str, graph: Graph, entities: list[str], request: pytest.FixtureRequest
) -> None:
    other: Graph = request.getfixturevalue(which)
    assert isinstance(graph.names, LabelIndex) and isinstance(other.names, AskedNames)
    some = entities if which == "remote" else entities[::6]  # rdflib is slow at this
    assert other.names.labels(some) == graph.names.labels(some)
    assert {iri: other.names.classes(iri) for iri in entities} == {
        iri: graph.names.classes(iri) for iri in entities
    }
    names = sorted(
        {name for label in graph.names.labels(entities).values() for name in label.values()}
    )
    typed = [*names, *(name[:3] for name in names), "", "x" * 300]
    for text in typed:
        assert other.names.lookup(text) == graph.names.lookup(text)
    for text in [*typed[::5], "melanomma", "黑色瘤素"]:
        assert other.names.find(text, 7) == graph.names.find(text, 7)


def test_labels_of_nothing_and_of_the_unknown(graph: Graph, remote: Graph) -> None:
    for names in (graph.names, remote.names):
        assert names.labels([]) == names.labels(["", "no IRI", "javascript:x"]) == {}
        assert names.labels({ID + "nowhere", ICT + "Disease"}).keys() == {ICT + "Disease"}


def test_a_label_cannot_pass_for_an_entity() -> None:
    names = [(ID + "b", ID + "a", "", "label"), ("two\tcolumns\nand lines", ID + "b", "", "label")]
    types = [(ID + "a", ICT + "Target"), (ID + "b", ICT + "Gene")]
    index = LabelIndex(index_text(names, types, []))
    assert index.classes(ID + "b") == ("Gene",)
    assert index.labels([ID + "b"])[ID + "b"] == {"": "two columns and lines"}


def test_an_index_is_sorted_lines_of_six_columns(lines: list[list[str]]) -> None:
    assert all(len(line) == 6 for line in lines)
    assert lines == sorted(lines, key="\t".join)
    assert {line[3] for line in lines} <= {*NAMES.values(), "id", "none"}
    assert "\t".join(lines[-1]) == index_line(
        lines[-1][4], lines[-1][1], lines[-1][2], lines[-1][3], lines[-1][5].split()
    )


def test_an_index_that_cannot_be_read_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "labels.tsv").write_bytes(b"\xff\xfe")
    for path in (os.path.join(tmp_path, "labels.tsv"), os.path.join(tmp_path, "missing.tsv")):
        with pytest.raises(StoreError, match="--force"):
            LabelIndex.read(path)


def test_an_empty_index_finds_nothing() -> None:
    index = LabelIndex("")
    assert index.find("x") == index.lookup("x") == []
    assert index.labels(["x"]) == {} and index.classes("x") is None


@pytest.mark.parametrize("asked", TYPED, ids=[f"{one['kind']}-{one['name']}" for one in TYPED])
def test_what_people_type_is_understood(asked: dict[str, str], graph: Graph) -> None:
    means = asked["means"].split()
    if len(means) == 1:
        assert compress(graph.entity(asked["name"], asked["kind"])) == means[0]
        return
    with pytest.raises(AmbiguousName if means else InputError) as refused:
        graph.entity(asked["name"], asked["kind"])
    assert all(one in refused.value.hint for one in means)
    assert isinstance(refused.value, AmbiguousName) == bool(means)
    assert bool(asked["why"]) == (not means)


OF_A_KIND = f"""
PREFIX ict: <{ICT}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?class ?thing WHERE {{
  VALUES ?named {{ ict:Event ict:StudyGroup ict:Statistic ict:Doubt }}
  ?class rdfs:subClassOf* ?named .
  ?thing a ?class .
}}
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_events_of_a_kind_share_a_label(graph: Graph, lang: str) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, thing in rows(graph.engine, OF_A_KIND):
        kinds[str(getattr(kind, "value", ""))].add(str(getattr(thing, "value", "")))
    assert {f"{ICT}{name}" for name in ("Approval", "Finding", "Distinction", "Doubt")} <= set(
        kinds
    )
    for name, things in kinds.items():
        labels = graph.names.labels(things)
        shared: dict[str, set[str]] = defaultdict(set)
        for one in things:
            shared[labels[one][lang]].add(one)
        assert {label: some for label, some in shared.items() if len(some) > 1} == {}, name


def test_a_label_says_no_more_than_it_must(graph: Graph) -> None:
    told = {
        "approval-lifileucel-fda": "marketing approval: Lifileucel",
        "approval-kymriah-unstated": "marketing approval: Kymriah — authority not stated",
        "approval-aucatzyl-fda": "marketing approval: Aucatzyl — U.S. Food and Drug Administration",
        "announcement-roche-poseida-tender-offer-completed": (
            "announcement: acquisition: Poseida Therapeutics"
        ),
    }
    labels = graph.names.labels({ID + slug for slug in told})
    assert {slug: labels[ID + slug]["en"] for slug in told} == told
    tecartus = graph.names.labels({ID + "approval-tecartus-fda"})[ID + "approval-tecartus-fda"]
    assert tecartus["zh"].startswith("上市批准：Tecartus——美国食品和药物管理局，")


@pytest.mark.parametrize("name", queries.names())
def test_no_answer_shows_an_entity_by_its_id(graph: Graph, name: str) -> None:
    answer = graph.query(name)
    assert isinstance(answer, Table | Statements)
    ours = {
        value
        for value in (
            str(getattr(cell, "value", ""))
            for row in (answer.rows if isinstance(answer, Table) else answer.triples)
            for cell in row
        )
        if value.startswith((ID, SRC))
    }
    labels = graph.names.labels(ours)
    assert {one for one in ours if {"en", "zh"} - labels.get(one, {}).keys()} == set()


def test_no_picture_or_path_shows_an_entity_by_its_id(graph: Graph) -> None:
    found = routes.find_routes(graph, "Roche", "Poseida Therapeutics")
    drawn = [
        routes.route_network(graph, found),
        networks.landscape(graph),
        *(networks.neighbourhood(graph, one) for one in ("Roche", "东北制药", "Tecartus", "CAR-T")),
    ]
    for network in drawn:
        assert len(network) > 2
        for node, data in network.nodes(data=True):
            assert "id:" not in data["en"] + data["zh"], node
