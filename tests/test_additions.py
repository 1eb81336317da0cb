"""``ictgraph passage add``: words found in a text become a passage with place, span and digest."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode

from commands import call, process
from ictgraph.curation.additions import at_place
from ictgraph.curation.canonical import canonical, read
from ictgraph.curation.locators import of_place, of_record
from ictgraph.curation.passages import SourceText, digest, normalise, spans
from ictgraph.curation.search import nearest, occurrences
from ictgraph.errors import InputError
from ictgraph.paths import data_files
from ictgraph.vocab import ICT, SRC
from test_data import TEXTS

pytestmark = pytest.mark.usefixtures("graph")

TEXT = """\
1 结果
共 1 040 例患者接受 Some-
cel（第一代）治疗。2024 年 2 月，ＦＤＡ批准 Some-cel
用于黑色
素瘤。其中 3.5% 的患者
表 1 各国的批准
完全缓解。其中 3.5% 的患者复发。"""
SOURCE = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
src:leaflet a ict:Source ; rdfs:label "a leaflet"@en , "小册子"@zh .
src:register a ict:Source ; rdfs:label "a register"@en , "名册"@zh .
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: a text, and a file that declares its source."""
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text(TEXT, encoding="utf-8")
    Path("mine.trig").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def add(place: str, *words: str, source: str = "src:leaflet") -> Result:
    return call("passage", "add", source, place, "--text", "text.txt", "-o", "mine.trig", *words)


def said(passage: str, path: str = "mine.trig") -> dict[str, str]:
    """What a file says of a passage, by local name and language."""
    found = {}
    for quad in read(path):
        if quad.subject == NamedNode(SRC + passage):
            name = quad.predicate.value.removeprefix(ICT)
            language = getattr(quad.object, "language", None)
            value = str(getattr(quad.object, "value", ""))
            found[f"{name}@{language}" if language else name] = value
    return found


@pytest.mark.parametrize(
    "words",
    [
        "共 1 040 例患者接受 Some-\ncel（第一代）治疗。",
        "共1040例患者接受Some-cel(第一代)治疗",
        "共１０４０例患者 … 治疗。",
        "共1,040例患者接受somecel…第一代…治疗",
        "共 1 040 ... 第一代）治疗",
    ],
)
def test_however_the_words_are_copied_the_passage_is_the_same(folder: Path, words: str) -> None:
    done = add("s1/p1/s1", words)
    assert done.exit_code == 0, done.stderr
    sentence = "共1040例患者接受Some-cel(第一代)治疗。"
    start = normalise(TEXT).index(sentence)
    found = said("leaflet/s1/p1/s1")
    assert found["offsets"] == f"{start}-{start + len(sentence)}"
    assert found["digest"] == digest(sentence)
    assert found["section"] == "1" and found["partOf"] == SRC + "leaflet"
    assert found["locator@en"] == "§1, paragraph 1, sentence 1"
    assert found["locator@zh"] == "1节第1段第1句"
    assert Path("mine.trig").read_text("utf-8") == canonical("mine.trig")


def test_a_sentence_that_a_table_cuts_has_several_spans(folder: Path) -> None:
    add("s1/p1/s3", "其中 3.5% 的患者", "完全缓解。", "--nth", "1")
    first, second = spans(said("leaflet/s1/p1/s3")["offsets"])
    text = SourceText.open("text.txt")
    assert text.quote(said("leaflet/s1/p1/s3")["offsets"]) == "其中 3.5% 的患者 … 完全缓解。"
    assert first[1] < second[0]
    assert "no two passages share" in add("t1/caption", "的患者\n表 1 各国").stderr
    assert add("t1/caption", "表1各国的批准").exit_code == 0


def test_several_places_are_listed_and_one_is_chosen(folder: Path) -> None:
    before = Path("mine.trig").read_text("utf-8")
    done = add("s1/p1/s4", "其中 3.5% 的患者")
    assert done.exit_code == 2 and Path("mine.trig").read_text("utf-8") == before
    one, other, error = done.stderr.splitlines()
    assert "1: " in one and "素瘤。【其中 3.5% 的患者】" in one
    assert "2: " in other and "完全缓解。【其中 3.5% 的患者】" in other
    assert "2 places" in error and "--nth" in error
    assert add("s1/p1/s4", "其中 3.5% 的患者", "--nth", "3").exit_code == 2
    assert add("s1/p1/s4", "其中 3.5% 的患者", "--nth", "2").exit_code == 0
    (span,) = spans(said("leaflet/s1/p1/s4")["offsets"])
    assert span[0] == normalise(TEXT).rindex("其中")


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("批准Some-cel治疗黑色素瘤", "批准 Some-cel 用于黑色"),
        ("其中 … 完全应答", "完全缓解"),
        ("☃", ""),
    ],
)
def test_words_that_are_not_there_show_what_is_nearest(folder: Path, words: str, near: str) -> None:
    done = add("s1/p1/s2", words)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
    assert near in done.stderr and ("the nearest is" in done.stderr) == bool(near)


def test_adding_again_changes_nothing_but_what_is_new(folder: Path) -> None:
    words = "2024 年 2 月 … 黑色素瘤"
    add("s1/p1/s2", words, "--gloss-en", "Approved.", "--gloss-zh", "获批。")
    first = Path("mine.trig").read_text("utf-8")
    assert add("s1/p1/s2", words).exit_code == 0
    assert Path("mine.trig").read_text("utf-8") == first
    add("s1/p1/s2", words, "--gloss-en", " Approved  in February. ")
    found = said("leaflet/s1/p1/s2")
    assert found["gloss@en"] == "Approved in February." and found["gloss@zh"] == "获批。"
    done = add("s1/p1/s2", "3.5% 的患者复发")
    assert done.exit_code == 2 and "is something else" in done.stderr


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "mine.trig: 2 comments are gone"), ("zh", "mine.trig：2条注释未保留")],
)
def test_comments_that_are_lost_are_counted(folder: Path, lang: str, said: str) -> None:
    Path("mine.trig").write_text(f"# one\n{SOURCE}# two", encoding="utf-8")
    arguments = ["src:leaflet", "s1/p1/s1", "结果", "--text", "text.txt", "--lang", lang]
    assert "2" not in call("passage", "add", *arguments, "--data", "mine.trig").stderr
    done = call("passage", "add", *arguments, "-o", "mine.trig")
    assert done.exit_code == 0 and f"ictgraph: {said}" in done.stderr.splitlines()
    again = call("passage", "add", *arguments, "-o", "mine.trig")
    assert again.exit_code == 0 and len(again.stderr.splitlines()) == 1


def test_a_passage_that_stands_elsewhere_is_not_declared_twice(folder: Path) -> None:
    add("s1/heading", "1 结果", "--no-claims", "标题")
    assert said("leaflet/s1/heading")["noClaimsBecause"].endswith("/no-claims-heading")
    Path("other.trig").write_text(SOURCE, encoding="utf-8")
    arguments = ["--text", "text.txt", "--data", "mine.trig", "-o", "other.trig"]
    done = call("passage", "add", "src:leaflet", "s1/heading", "1结果", *arguments)
    assert done.exit_code == 0 and "is there already, the same: mine.trig:" in done.stderr
    assert Path("other.trig").read_text("utf-8") == SOURCE


def test_standard_output_holds_the_block_alone(folder: Path) -> None:
    arguments = ["s1/p1/s2", "2024年2月…黑色素瘤", "--text", "text.txt", "--data", "mine.trig"]
    done = process("passage", "add", "小册子", *arguments)
    assert done.returncode == 2, "the ellipsis needs white space around it"
    arguments[1] = "2024年2月 … 黑色素瘤"
    done = process("passage", "add", "小册子", *arguments)
    assert done.returncode == 0, done.stderr
    Path("block.trig").write_bytes(done.stdout)
    assert Path("block.trig").read_text("utf-8") == canonical("block.trig")
    assert {quad.subject for quad in read("block.trig")} == {NamedNode(SRC + "leaflet/s1/p1/s2")}


def test_a_record_has_where_and_when_it_was_read(folder: Path) -> None:
    arguments = ["--record", "src:register", "BLA/125773", "--seen-on", "2026-11-28"]
    where = "https://example.org/125773"
    done = call("passage", "add", *arguments, "--seen-at", where, "-o", "mine.trig")
    assert done.exit_code == 0, done.stderr
    found = said("register/BLA/125773")
    assert found["seenAt"] == where and found["seenOn"] == "2026-11-28"
    assert found["locator@zh"] == "名册，BLA/125773"
    assert not {"section", "offsets", "digest"} & found.keys()
    moved = call("passage", "add", *arguments, "--seen-at", where + "7", "-o", "mine.trig")
    assert moved.exit_code == 2 and "is something else" in moved.stderr
    done = call("check", "--shapes", "--data", "mine.trig", "--severity", "error")
    assert done.exit_code == 0, done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seen-at", "javascript:alert(1)", "--seen-on", "2026-11-28"],
        ["--seen-at", "https://example.org/1", "--seen-on", "2026-11"],
        ["--seen-at", "https://example.org/1", "--seen-on", "2026-02-30"],
        ["--seen-at", "https://example.org/1"],
        ["--seen-at", "https://example.org/1", "--seen-on", "2026-11-28", "some words"],
    ],
)
def test_a_record_that_cannot_be_one_is_refused(folder: Path, arguments: list[str]) -> None:
    done = call("passage", "add", "--record", "src:register", "7", *arguments, "-o", "mine.trig")
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
    assert Path("mine.trig").read_text("utf-8") == SOURCE


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["src:nobody", "s1/p1/s1", "结果"], "no source 'src:nobody' is declared"),
        (["src:leaflet", "1/p1", "结果"], "is no place in a source"),
        (["src:leaflet", "s1/p1/s1"], "needs WORDS"),
        (["src:leaflet", "s1/p1/s1", " "], "WORDS is empty"),
        (["src:leaflet", "s1/p1/s1", "结果", "--seen-on", "2026-11-28"], "has no --seen-on"),
        (["src:review-2024", "s9/p1/s1", "结果"], "this is not the text of src:review-2024"),
        (["src:leaflet", "s1/p1/s1", "结果", "--no-claims", "boredom"], "named 'boredom'"),
        (["src:leaflet", "s1/p1/s1", "结果", "--gloss-en", "a\u202eb"], "U+202E"),
    ],
)
def test_what_cannot_be_added_is_refused(
    folder: Path, arguments: list[str], complaint: str
) -> None:
    done = call("passage", "add", *arguments, "--text", "text.txt", "-o", "mine.trig")
    assert done.exit_code == 2 and complaint in done.stderr and done.stderr.count("\n") == 1
    assert Path("mine.trig").read_text("utf-8") == SOURCE


def test_only_trig_can_hold_a_passage(folder: Path) -> None:
    arguments = ["src:leaflet", "s1/p1/s1", "结果", "--text", "text.txt", "-o", "mine.ttl"]
    assert "is not TriG" in call("passage", "add", *arguments).stderr


@pytest.mark.parametrize("place", ["", "s", "s1", "s0/p1", "s1/p1/r1", "t1/r", "S1/p1", "s1//s1"])
def test_places_have_one_form(place: str) -> None:
    with pytest.raises(InputError, match=r"s3\.1/p2/s1"):
        of_place(place)
    with pytest.raises(InputError, match="cannot name a record"):
        of_record(f"{place}/ /..", {})


@pytest.mark.parametrize("record", ["..", ".", "../x", "a/..", "a/../b", "a/./b", "a//b", "/a"])
def test_a_record_is_named_by_no_step_upwards(folder: Path, record: str) -> None:
    seen = ["--seen-at", "https://example.org/1", "--seen-on", "2026-11-28", "-o", "mine.trig"]
    done = call("passage", "add", "--record", "src:register", record, *seen)
    assert done.exit_code == 2 and "cannot name a record" in done.stderr
    assert Path("mine.trig").read_text("utf-8") == SOURCE
    assert of_record("..a/b../.c", {}).section == ""


def passages() -> Iterator[tuple[str, dict[str, Literal]]]:
    """Place and description of every passage of the review."""
    found: dict[str, dict[str, Literal]] = {}
    for path in data_files("triples", ending=".trig"):
        for quad in read(path):
            subject = str(getattr(quad.subject, "value", ""))
            if quad.graph_name == DefaultGraph() and isinstance(quad.object, Literal):
                name = quad.predicate.value.removeprefix(ICT) + (quad.object.language or "")
                found.setdefault(subject.removeprefix(SRC + "review-2024/"), {})[name] = quad.object
    return iter([(place, one) for place, one in found.items() if "offsets" in one])


def test_every_passage_of_the_review_is_named_as_its_place_says() -> None:
    count = 0
    for place, one in passages():
        where = of_place(place)
        assert where.locator == {"en": one["locatoren"].value, "zh": one["locatorzh"].value}
        assert where.section == one["section"].value
        count += 1
    assert count > 150


def test_every_passage_of_the_review_is_found_again_by_its_words() -> None:
    """Where a copy of the text lies beside the checkout: the words, copied badly, give the span."""
    dice = random.Random(7)
    for path in filter(Path.is_file, [Path(TEXTS["review-2024"])]):
        text = SourceText.open(str(path))
        for place, one in passages():
            found = spans(one["offsets"].value)
            for start, end in found:
                words = text.quote(f"{start}-{end}")
                at = dice.randrange(len(words))
                for copy in (
                    words,
                    words[:at] + "\n \u3000" + words[at:],
                    words.replace("-", "").lower(),
                    f"{words[:10]} … {words[-8:]}" if end - start > 25 else words,
                ):
                    assert (start, end) in occurrences(text, copy), (place, copy)
            new = at_place(SRC + "review-2024", place, text, found, gloss={})
            for name in ("offsets", "digest", "section"):
                assert new.values(ICT + name) == {one[name].value}, (place, name)


PRINTED = st.text("ab1细胞，。-（）％ \n", min_size=1, max_size=60)


@settings(deadline=None)
@given(PRINTED, st.data())
def test_every_part_of_a_text_is_found_where_it_is(printed: str, data: st.DataObject) -> None:
    text = SourceText.read_from(printed)
    if text.normalised:
        start = data.draw(st.integers(0, len(text.normalised) - 1))
        end = data.draw(st.integers(start + 1, len(text.normalised)))
        assert (start, end) in occurrences(text, text.normalised[start:end])


@settings(deadline=None)
@given(PRINTED, PRINTED)
def test_searching_never_fails_and_stays_within_the_text(printed: str, words: str) -> None:
    text = SourceText.read_from(printed)
    for start, end in (*occurrences(text, words), nearest(text, words)):
        assert 0 <= start <= end <= len(text.normalised)
