from __future__ import annotations

import re

import pytest

from ictgraph.pictures.boxes import Row, claim_note, connect, make_box, rows_of, shape_path
from ictgraph.pictures.drawing import Lang, Line, Names, Node
from ictgraph.pictures.layout import text_width


def line(id: str, words: Names, source: str = "a", target: str = "b") -> Line:
    return Line(id, source, target, "r", "", words, Names(), False, ())


@pytest.mark.parametrize("shape", ["box", "pill", "rounded", "octagon", "hexagon", "unknown"])
def test_every_shape_is_a_closed_outline_inside_its_box(shape: str) -> None:
    path = shape_path(shape, 120, 24)
    assert path[0] == "M" and path[-1] == "z" and re.fullmatch(r"[MLHVhvqz \d.e-]+", path)


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_texts_stay_inside_the_box(lang: Lang) -> None:
    names = Names("Zevorcabtagene autoleucel " * 3, "泽沃基奥仑赛注射液" * 4)
    rows = [Row((("zh", "获批上市 中国 2024-03"), ("en", "approved CN 2024-03")), ("x",))] * 2
    node = make_box(Node("a", names), lang, 200, rows=rows, glyph="▲").node
    for text in node.texts:
        width = text_width(text.text, text.size)
        left = text.x - (width if text.anchor == "end" else 0)
        assert left >= -100 and left + width <= 100
        assert -node.height / 2 < text.y - text.size * 0.8 and text.y < node.height / 2


def test_lines_leave_beside_their_words() -> None:
    rows = rows_of([line("x", Names("developer")), line("y", Names("applicant"))], "en")
    box = make_box(Node("a", Names("A")), "en", 120, rows=rows)
    assert box.ports["x"] < box.ports["y"]


def test_lines_with_the_same_words_share_a_row_and_the_lead_comes_once() -> None:
    lines = [line("x", Names("trial", "临床")), line("y", Names("trial", "临床"))]
    assert rows_of(lines, "zh", Names("CAR-T", "CAR-T")) == [
        Row((("zh", "CAR-T · 临床"),), ("x", "y"))
    ]
    both = rows_of(lines, "both", Names("CAR-T", "CAR-T"))
    assert both[0].words == (("zh", "CAR-T · 临床"), ("en", "trial"))
    assert rows_of([], "en", Names("CAR-T")) == [Row((("en", "CAR-T"),), ())]


def test_parallel_lines_and_loops_have_paths_of_their_own() -> None:
    boxes = {
        "a": make_box(Node("a", Names("A")), "en", 100).at(60, 50),
        "b": make_box(Node("b", Names("B")), "en", 100).at(300, 90),
        "c": make_box(Node("c", Names("C")), "en", 100).at(300, 150),
    }
    word = Names("r")
    lines = [line(i, word) for i in "xyz"]
    lines += [
        line("back", word, "b", "a"),
        line("down", word, "b", "c"),
        line("loop", word, "c", "c"),
    ]
    found = connect(boxes, lines, arrows=True)
    assert len({one.path for one in found}) == 6 and all(one.head for one in found)


def test_the_note_counts_claims() -> None:
    assert "2 lines" in claim_note(2).en and "2" in claim_note(2).zh
