"""Coverage: what of a source's text the graph claims, explains, or leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ictgraph
from commands import call
from ictgraph.curation.coverage import Coverage, measure, printed_facts, source_of
from ictgraph.curation.passages import SourceText, digest, normalise
from ictgraph.graph import Graph
from test_data import TEXTS

PREFIXES = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
src:leaflet a ict:Source ; rdfs:label "a leaflet"@en , "小册子"@zh .
id:some-cel a ict:Therapy ; rdfs:label "Some-cel"@en , "某疗法"@zh .
id:no-claims-heading a ict:NoClaimsReason ; rdfs:label "heading"@en , "标题"@zh .
"""
HEADING, TREATED, TARGET, LEFT = (
    "1 结果",
    "共 1 040 例接受 Some- \ncel治疗（表 2）。",
    "其靶点为 CD19。",
    "未录入的一句。",
)
TEXT = f"{HEADING}\n{TREATED}{TARGET}{LEFT}"


def passage(name: str, words: str, more: str = "", claims: str = "") -> str:
    start = normalise(TEXT).index(normalise(words))
    place = f"{start}-{start + len(normalise(words))}"
    iri = f"<https://w3id.org/ictgraph/source/leaflet/s1/{name}>"
    return (
        f'{iri} a ict:Passage ; ict:partOf src:leaflet ; ict:section "1" ; ict:offsets "{place}" ;'
        f' {more} ict:digest "{digest(normalise(words))}" ;'
        f' ict:locator "section 1, {name}"@en , "第1节{name}"@zh .\n'
        + (f"{iri} {{ {claims} }}\n" if claims else "")
    )


FULL = (
    PREFIXES
    + passage("heading", HEADING, "ict:noClaimsBecause id:no-claims-heading ;")
    + passage("p1", TREATED, claims="id:study a ict:Study ; ict:therapy id:some-cel .")
    + passage("p2", TARGET)
)


def covered(folder: Path, trig: str, text: str = TEXT) -> Coverage:
    path = folder / "leaflet.trig"
    path.write_text(trig, encoding="utf-8")
    graph = ictgraph.open_graph(str(path))
    return measure(graph, SourceText.read_from(text), source_of(graph))


def test_every_character_has_a_state(tmp_path: Path) -> None:
    found = covered(tmp_path, FULL)
    assert [(one.state, one.words) for one in found.stretches] == [
        ("explained", "1 结果"),
        ("claimed", "共 1 040 例接受 Some- cel治疗（表 2）。"),
        ("unexplained", "其靶点为 CD19。"),
        ("outside", "未录入的一句。"),
    ]
    states = {one.state for one in found.stretches}
    assert sum(found.count(state) for state in states) == found.characters == len(normalise(TEXT))


def test_a_printed_number_that_no_claim_has_is_named(tmp_path: Path) -> None:
    (claimed,) = (one for one in covered(tmp_path, FULL).stretches if one.state == "claimed")
    assert claimed.missing == ("1040",)
    with_number = FULL.replace(
        "ict:therapy id:some-cel", "ict:therapy id:some-cel ; ict:patients 1040"
    )
    (claimed,) = (one for one in covered(tmp_path, with_number).stretches if one.state == "claimed")
    assert claimed.missing == () and not claimed.is_open


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("ict:patients 14", ("4", "3")),
        ("ict:patients 14 ; ict:outcome '4 of 14; CD3 and 4/3'@en", ("3",)),
        ("ict:patients 14, 4 ; ict:reportedOn '2024-03'^^xsd:gYearMonth", ()),
        ("ict:outcome '1,400 of 14.4: 3'@en", ("14", "4")),
    ],
)
def test_a_number_inside_another_is_not_claimed(
    tmp_path: Path, said: str, missing: tuple[str, ...]
) -> None:
    printed = "共 14 例患者中 4 例缓解，3 例复发。"
    start = len(normalise(TEXT))
    iri = "<https://w3id.org/ictgraph/source/leaflet/s1/p3>"
    trig = (
        f'{FULL}{iri} a ict:Passage ; ict:partOf src:leaflet ; ict:section "S" ;'
        f' ict:offsets "{start}-{start + len(normalise(printed))}" ;'
        f' ict:digest "{digest(normalise(printed))}" .\n'
        f"{iri} {{ id:study a ict:Study ; {said} }}\n"
    )
    stretches = covered(tmp_path, trig, TEXT + printed).stretches
    (one,) = (one for one in stretches if one.passage.endswith("p3"))
    assert one.missing == missing


def test_a_doubt_accounts_for_what_is_printed_wrongly(tmp_path: Path) -> None:
    doubt = (
        "id:doubt a ict:Doubt ; ict:doubtKind id:doubt-slip ; ict:note "
        '"Printed as 1040, meant as 140."@en ; '
        "ict:onPassage <https://w3id.org/ictgraph/source/leaflet/s1/p1> .\n"
    )
    found = covered(tmp_path, FULL + doubt)
    assert all(not one.missing for one in found.stretches)


def test_another_edition_is_noticed_and_not_quoted(tmp_path: Path) -> None:
    found = covered(tmp_path, FULL, TEXT.replace("CD19", "CD20"))
    changed = [one for one in found.stretches if one.state == "changed"]
    assert [one.passage.rpartition("/")[2] for one in changed] == ["p2"]
    assert changed[0].words == "" and changed[0] in found.open


def test_the_source_must_be_clear(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "two.trig"
    path.write_text(FULL + FULL.replace("leaflet", "booklet"), encoding="utf-8")
    two = ictgraph.open_graph(str(path))
    with pytest.raises(ictgraph.InputError, match="src:booklet, src:leaflet"):
        source_of(two)
    assert source_of(two, "src:leaflet").endswith("/leaflet")
    with pytest.raises(ictgraph.InputError, match="no passages of"):
        measure(graph, SourceText.read_from(TEXT), "https://w3id.org/ictgraph/source/leaflet")


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("1 040 个", ("1040",)),
        ("１ ０４０ 个", ("1040",)),
        ("2 024 年 3 月", ("2024", "3")),
        ("CAR- \nNKT 与 CAR-NKT", ("CAR-NKT",)),
        ("γδ-T 细胞", ("γδ-T",)),
        ("占 2/3，约 59.7%", ("2/3", "59.7")),
        ("(表 1)、图2", ()),
        ("A+轮", ("A+",)),
        ("1,040 个，2b 期", ("1040", "2b")),
        ("G-Rex 100M", ("G-Rex", "100M")),
        ("", ()),
    ],
)
def test_facts_survive_line_breaks_widths_and_spaces(words: str, facts: tuple[str, ...]) -> None:
    assert printed_facts(words) == facts


@given(st.text(max_size=60))
def test_any_text_gives_facts_once_each(words: str) -> None:
    found = printed_facts(words)
    assert len(set(found)) == len(found) and all(found)


def test_the_command_lists_what_is_left_and_fails(tmp_path: Path) -> None:
    data, text = tmp_path / "leaflet.trig", tmp_path / "leaflet.txt"
    data.write_text(FULL, encoding="utf-8")
    text.write_text(TEXT, encoding="utf-8")
    done = call("coverage", "--text", str(text), "--data", str(data), "--format", "json")
    rows = json.loads(done.stdout)["rows"]
    assert done.exit_code == 1
    assert [row["state"] for row in rows] == [
        "no claims, with a reason",
        "claimed",
        "no claims, no reason",
        "under no passage",
    ]
    assert "claimed: 23 / 42 (54.8%)" in done.stderr and "3 places are unexplained" in done.stderr
    chinese = call("coverage", "--text", str(text), "--data", str(data), "--lang", "zh", "--all")
    assert "有3处未说明" in chinese.stderr and "无主张，有原因" in chinese.stdout


def test_the_command_needs_a_text_that_can_be_read(tmp_path: Path) -> None:
    assert call("coverage").exit_code == 2
    done = call("coverage", "--text", str(tmp_path / "absent.txt"))
    assert done.exit_code == 2 and "give the source's text as UTF-8" in done.stderr


def test_nothing_of_the_review_is_unexplained(graph: Graph) -> None:
    for name, path in TEXTS.items():
        if path.exists():
            source = f"https://w3id.org/ictgraph/source/{name}"
            found = measure(graph, SourceText.open(str(path)), source)
            assert found.open == ()
            assert found.count("claimed") / found.characters > 0.95
