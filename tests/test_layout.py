from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ictgraph.graph import Graph
from ictgraph.pictures import layout
from ictgraph.results import Table

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
LABELS = st.text(alphabet=st.sampled_from("abcXYZ 复发难治性，（）-/γ"), max_size=60)


@given(st.text(st.characters(exclude_categories=[]), max_size=40))
def test_any_text_becomes_one_line_that_xml_and_utf8_carry(text: str) -> None:
    clean = layout.clean(text)
    assert "\n" not in clean and "\u202e" not in clean
    escaped = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert (ElementTree.fromstring(f"<a>{escaped}</a>".encode()).text or "") == clean


@given(COLOURS)
def test_text_on_any_fill_has_contrast(fill: str) -> None:
    assert layout.contrast(layout.ink(fill), fill) >= 4.5


@given(COLOURS, st.sampled_from(["#ffffff", "#10161d"]))
def test_lines_stand_out_from_either_ground(shade: str, ground: str) -> None:
    assert layout.contrast(layout.readable(shade, ground), ground) >= 3.0


@given(LABELS, st.floats(40, 300))
def test_wrapping_keeps_the_limit_and_every_character(text: str, limit: float) -> None:
    text = layout.clean(text)
    lines = layout.wrap(text, 13, limit, rows=1000)
    assert all(layout.text_width(line, 13) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    short = layout.wrap(text, 13, limit, rows=2)
    assert len(short) <= 2 and all(layout.text_width(line, 13) <= limit for line in short)
    assert (len(lines) > 2) == short[-1].endswith("…")


def test_chinese_counts_two_columns_and_closers_stay_on_their_line() -> None:
    assert layout.text_width("疗法", 10) == 20
    assert layout.wrap("获批上市，中国", 10, 40) == ("获批上", "市，中国")


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(5, 80)), max_size=30))
def test_settled_boxes_keep_order_and_gap(items: list[tuple[float, float]]) -> None:
    wanted, heights = [w for w, _ in items], [h for _, h in items]
    at = layout.settle(wanted, heights, 8, -100)
    for i in range(1, len(at)):
        assert at[i] - at[i - 1] >= heights[i - 1] / 2 + 8 + heights[i] / 2 - 0.2
    assert not at or at[0] - heights[0] / 2 >= -100.1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_crossings_are_counted_right(pairs: list[tuple[int, int]]) -> None:
    slow = sum((a - c) * (b - d) < 0 for i, (a, b) in enumerate(pairs) for c, d in pairs[i + 1 :])
    assert layout.crossings(pairs) == slow


def test_untangling_keeps_groups_together_and_removes_crossings() -> None:
    left = [("x", "c"), ("y", "a"), ("z", "b")]
    groups, lefts, rights = layout.untangle([["a", "b"], ["c"]], left, [("b", "q"), ("a", "p")])
    assert [sorted(group) for group in groups] == [["a", "b"], ["c"]]
    middle = [item for group in groups for item in group]
    order = [(lefts.index(a), middle.index(b)) for a, b in left]
    assert layout.crossings(order) == 0 and sorted(rights) == ["p", "q"]


def test_style_values_from_data_are_checked() -> None:
    assert layout.colour("#ABCDEF", "#000000") == "#abcdef"
    for bad in ("red", "#fff", "url(x)", "#12345g", None, "#123456;}"):
        assert layout.colour(bad, "#000000") == "#000000"
    assert layout.dashes("6 4") == "6 4" and layout.dashes("dashed")
    for bad in ("6;", "</style>", "-1", "a"):
        assert layout.dashes(bad) == ""


def test_only_web_addresses_are_links() -> None:
    assert layout.web_link("https://w3id.org/ictgraph/id/carsgen")
    for bad in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "",
        "http://",
        "https://a b",
        'https://a"b',
        "https://a\u0000b",
        " https://a",
        "https://a\n",
    ):
        assert not layout.web_link(bad)
    assert not re.search(r"\s", layout.web_link("https://a"))


def test_every_stage_has_a_look_of_its_own(graph: Graph) -> None:
    legend = graph.query("legend")
    assert isinstance(legend, Table)
    stages = [row for row in legend.records() if "/id/stage-" in str(row["thing"])]
    assert len(stages) >= 14
    for key in (["colour"], ["dash", "width"], ["order"]):
        looks = {tuple(str(row[one]) for one in key) for row in stages}
        assert len(looks) == len({row["thing"] for row in stages}), key
    for row in stages:
        assert layout.contrast(str(row["colour"]), "#ffffff") >= 4.5, row["thing"]
