"""Passages in a copy of their source: offsets, digests, quotations."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictgraph.curation.passages import SourceText, digest, normalise, spans
from ictgraph.errors import InputError, LimitError

PRINTED = st.text("ab1细胞，。ＣＡＲ－①½ﬁγé \n\t\u3000\u00a0", min_size=1, max_size=80)
BAD = ["", "5", "5-5", "9-2", "1-2;3-4", "-1-2", "a-b", "１-２", "1-2-3"]


@pytest.mark.parametrize("offsets", BAD)
def test_what_no_offsets_are(offsets: str) -> None:
    with pytest.raises(InputError, match="are no offsets"):
        spans(offsets)


@given(PRINTED, st.integers(0, 80))
def test_white_space_does_not_matter(text: str, at: int) -> None:
    assert normalise(text[:at] + "\n \u3000" + text[at:]) == normalise(text)


@given(st.text(min_size=1, max_size=80), st.data())
def test_a_digest_holds_for_what_it_was_made_of(text: str, data: st.DataObject) -> None:
    source = SourceText.read_from(text)
    assert source.normalised == normalise(text)
    if source.normalised:
        start = data.draw(st.integers(0, len(source.normalised) - 1))
        end = data.draw(st.integers(start + 1, len(source.normalised)))
        offsets, said = f"{start}-{end}", source.normalised[start:end]
        assert source.holds(offsets, digest(said))
        assert not source.holds(offsets, digest(said + "x"))
        assert isinstance(source.quote(offsets), str)


@given(PRINTED, st.data())
def test_a_quotation_is_what_is_printed_there(text: str, data: st.DataObject) -> None:
    source = SourceText.read_from(text)
    if source.normalised:
        start = data.draw(st.integers(0, len(source.normalised) - 1))
        end = data.draw(st.integers(start + 1, len(source.normalised)))
        quote = source.quote(f"{start}-{end}")
        assert "".join(quote.split()) in "".join(text.split())
        assert source.normalised[start:end] in normalise(quote)


def test_offsets_beyond_the_text_do_not_hold() -> None:
    source = SourceText.read_from("abc")
    assert not source.holds("1-9", digest("bc"))


def test_two_spans_are_one_passage() -> None:
    source = SourceText.read_from("一二三四五")
    assert source.holds("0-1,3-5", digest("一四五"))
    assert source.quote("0-1, 3-5") == "一 … 四五"


@pytest.mark.parametrize(
    ("printed", "quoted"),
    [
        ("免疫\n细胞", "免疫细胞"),
        ("免疫 \r\n\u3000细胞，\n（甲）\n“乙”", "免疫细胞，（甲）“乙”"),
        ("免疫\f细胞", "免疫细胞"),
        ("免疫 细胞", "免疫 细胞"),
        ("CAR-T\n细胞", "CAR-T 细胞"),
        ("T\ncell", "T cell"),
    ],
)
def test_line_breaks_within_chinese_text_are_joined(printed: str, quoted: str) -> None:
    source = SourceText.read_from(printed)
    assert source.quote(f"0-{len(source.normalised)}") == quoted


@pytest.mark.parametrize(
    ("printed", "marked", "quoted"),
    [
        ("治疗 IM19 的\n上市 申请", ["IM19", "上市申请"], "治疗 【IM19】 的【上市 申请】"),
        ("ＩＭ19和im19", ["IM19"], "【ＩＭ19】和【im19】"),
        ("黑色\n素瘤、黑色素", ["黑色素", "黑色素瘤"], "【黑色素瘤】、【黑色素】"),
        ("CD19 的第 1 款", ["1"], "CD19 的第 【1】 款"),
        ("IL-15与IL-1", ["IL-1"], "IL-15与【IL-1】"),
        ("一二", ["", "三"], "一二"),
    ],
)
def test_words_are_marked_where_they_stand(printed: str, marked: list[str], quoted: str) -> None:
    source = SourceText.read_from(printed)
    assert source.quote(f"0-{len(source.normalised)}", marked) == quoted


@given(PRINTED, st.lists(st.text("ab1细胞ＣＡＲé", min_size=1, max_size=4), max_size=4))
def test_marks_change_nothing_but_themselves(text: str, marked: list[str]) -> None:
    source = SourceText.read_from(text)
    if source.normalised:
        place = f"0-{len(source.normalised)}"
        quote = source.quote(place, marked)
        assert quote.count("【") == quote.count("】")
        plain = quote.replace("【", "").replace("】", "")
        assert "".join(plain.split()) == "".join(source.quote(place).split())


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("\ufeff一 二", encoding="utf-8")
    assert SourceText.open(str(path)).normalised == "一二"
    path.write_bytes(b"\xff\xff")
    for name in (str(path), str(tmp_path), str(tmp_path / "none"), "\0"):
        with pytest.raises(InputError, match="cannot be read"):
            SourceText.open(name)
    with pytest.raises(LimitError, match="characters"):
        SourceText.open("/dev/zero")
