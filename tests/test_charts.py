"""Answers drawn by their views: real ones, hostile ones, and what a browser makes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from pyoxigraph import Literal, NamedNode

import browser
from browser import OVERLAPS, Open
from commands import call
from ictgraph import queries
from ictgraph.errors import InputError
from ictgraph.graph import Graph
from ictgraph.pictures import bars, charts, matrix, timeline
from ictgraph.pictures.names import Lang
from ictgraph.results import Table, Term
from ictgraph.views import View, parse
from ictgraph.vocab import ID, SRC, XSD

chromium, open_file = browser.chromium, browser.open_file

SVG = "{http://www.w3.org/2000/svg}"
LANGS: tuple[Lang, ...] = ("zh", "en", "both")
TITLE = {"en": "A synthetic answer", "zh": "合成的答案"}
DRAWN = [one.name for one in queries.load_all() if one.view and one.view.is_chart]
LONG = {
    "en": "relapsed or refractory precursor B-cell acute lymphoblastic leukaemia in adults",
    "zh": "成人复发或难治性前体B细胞急性淋巴细胞白血病患者适应证",
}


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


def table(columns: str, rows: Sequence[Sequence[Term | None]], **options: object) -> Table:
    """A labelled table; an entity ``x-1`` is called x 1, every third has a long name."""
    names = {one.value for row in rows for one in row if isinstance(one, NamedNode)}
    labels = {}
    for iri in names:
        kind, _, number = iri.rpartition("/")[2].rpartition("-")
        labels[iri] = {"en": f"{kind} {number}".strip(), "zh": f"第{number}项"}
        if number.isdecimal() and int(number) % 3 == 2:
            labels[iri] = {lang: f"{text} {number}" for lang, text in LONG.items()}
    found: dict[str, object] = {"labels": labels, **options}
    return Table(tuple(columns.split()), tuple(map(tuple, rows)), **found)  # type: ignore[arg-type]


def drawn(answer: Table, line: str, lang: Lang = "en") -> Element:
    view = parse(line, answer.columns)
    return ElementTree.fromstring(charts.draw(answer, view, lang, title=TITLE))


def marks(root: Element) -> dict[str, Element]:
    """What carries facts, by the first line of its facts."""
    found = [one for one in root.iter() if one.tag == f"{SVG}a" or one.get("class") == "node"]
    return {(one.findtext(f"{SVG}title") or "").split("\n")[0]: one for one in found}


def texts(one: Element) -> list[str]:
    return [text.text or "" for text in one.iter(f"{SVG}text")]


def boxes(one: Element, name: str = "c") -> list[tuple[float, float]]:
    """Where the filled (``c``) or hatched shapes of a mark start, and how wide they are."""
    found = []
    for path in one.iter(f"{SVG}path"):
        at = re.match(r"M(-?[\d.]+) -?[\d.]+h(-?[\d.]+)", path.get("d") or "")
        filled = re.match(r"c\d", path.get("class") or "")
        if at and (filled if name == "c" else path.get("fill", "").startswith("url(#hatch")):
            found.append((float(at[1]), float(at[2])))
    return found


def many(kind: str, count: int) -> tuple[Table, str]:
    """A synthetic answer of a size, and its view."""
    if kind == "bar":
        rows = [
            (
                node(f"therapy-{i}"),
                typed(str(i * 37 % 101), "integer") if i % 7 else None,
                node(f"stage-{i % 14}"),
                Literal("CNY" if i % 2 else "USD"),
            )
            for i in range(count)
        ]
        return table("t n s c", rows), "bar n by t colour s per c"
    if kind == "matrix":
        cells = [
            (
                node(f"target-{i % (count // 9 + 1)}"),
                node(f"disease-{i * i % (count // 12 + 1)}"),
                typed(str(i % 9), "integer") if i % 4 else None,
                None if i % 4 else node("not-stated"),
            )
            for i in range(count)
        ]
        return table("t d n state", cells), "matrix t x d cell n colour n mark state"
    dates = (
        typed("2024", "gYear"),
        typed("2023-05", "gYearMonth"),
        typed("2024-02-29", "date"),
        Literal("2024-Q3"),
        Literal("2023-11/2024-02"),
        None,
        typed("1999-12-31T23:59:59Z", "dateTime"),
    )
    events = [(dates[i % 7], node(f"kind-{i % 3}"), node(f"event-{i}")) for i in range(count)]
    return table("date k e", events), "timeline date by k e colour k"


@pytest.mark.parametrize("name", DRAWN)
def test_answers_of_templates_are_drawn(name: str, graph: Graph, open_file: Open) -> None:
    template = queries.load(name)
    answer = graph.query(name)
    assert isinstance(answer, Table) and template.view
    for lang in LANGS:
        about = charts.about(graph, answer, template, {})
        picture = charts.draw(answer, template.view, lang, title=template.title, about=about)
        assert picture == charts.draw(
            answer, template.view, lang, title=template.title, about=about
        )
        page = open_file(picture, f"{lang}.svg")
        assert page.evaluate(OVERLAPS) == [], lang
        root = ElementTree.fromstring(picture)
        said = template.title["en" if lang == "en" else "zh"]
        assert said in (root.findtext(f"{SVG}title") or "") and root.findtext(f"{SVG}desc")
        assert root.get("lang") == ("en" if lang == "en" else "zh")
        assert page.locator("text", has_text=said).count() >= 1
        assert page.locator("a, .node").count() == len(
            [one for one in root.iter() if one.tag == f"{SVG}a" or one.get("class") == "node"]
        )
        if "review" in about.footer.en:
            assert "src:review-2024/" in picture


@pytest.mark.parametrize("kind", ["bar", "matrix", "timeline"])
@pytest.mark.parametrize("count", [1, 20, 300])
def test_any_size_is_drawn_without_overlap(kind: str, count: int, open_file: Open) -> None:
    answer, line = many(kind, count)
    view = parse(line, answer.columns)
    for lang in LANGS:
        page = open_file(charts.draw(answer, view, lang, title=TITLE), f"{lang}.svg")
        assert page.evaluate(OVERLAPS) == [], lang
        width = page.evaluate("document.documentElement.getBoundingClientRect().width")
        ends = "[...document.querySelectorAll('text')].map((t) => t.getBoundingClientRect().right)"
        assert max(page.evaluate(ends)) <= width
        assert all(one.strip() for one in page.locator("text").all_text_contents())


def test_bars_have_lengths_labels_and_no_zero_for_what_is_missing() -> None:
    rows = [
        (node("a-0"), typed("40", "integer")),
        (node("b-0"), typed("10", "decimal")),
        (node("c-0"), None),
        (node("d-0"), Literal("about 7")),
        (None, typed("99", "integer")),
    ]
    root = drawn(table("t n", rows, titles={"n": {"en": "Doses (l)"}}), "bar n by t")
    found = {name.removeprefix("t: "): one for name, one in marks(root).items()}
    (a,), (b,) = boxes(found["a 0"]), boxes(found["b 0"])
    assert a[0] == b[0] and a[1] == pytest.approx(4 * b[1], abs=1)
    assert texts(found["a 0"]) == ["a 0", "40"]
    assert boxes(found["c 0"]) == [] and texts(found["c 0"]) == ["c 0", "not stated"]
    assert boxes(found["d 0"]) == [] and texts(found["d 0"])[1] == "about 7 · no exact number"
    order = [texts(one)[0] for one in marks(root).values()]
    assert order == ["a 0", "b 0", "not stated", "c 0", "d 0"]
    assert "Doses (l) by t" in texts(root)


def test_absurd_and_tiny_numbers_are_drawn_or_written() -> None:
    values = ("1e99", "-1e99", "1e308", "5e-324", "INF", "NaN", "0")
    rows = [(node(f"v{i}-0"), typed(one, "double")) for i, one in enumerate(values)]
    root = drawn(table("t n", rows), "bar n by t")
    sizes = {texts(one)[1]: boxes(one) for one in marks(root).values()}
    assert sizes["1e99"] and sizes["0"] and sizes["5e-324"] and sizes["-1e99"]
    for lost in ("1e308", "INF", "NaN"):
        assert sizes[f"{lost} · no exact number"] == []
    for one in ("5e-324", "1e-90", "0.25", "123456789012345678901234567890"):
        assert marks(drawn(table("t n", [(node("a-0"), typed(one, "double"))]), "bar n by t"))


def test_currencies_never_share_an_axis(graph: Graph) -> None:
    rows = [
        (node("a-0"), typed("500000000", "decimal"), Literal("5亿"), Literal("CNY")),
        (node("b-0"), typed("250000000", "decimal"), Literal("2.5亿"), Literal("CNY")),
        (node("c-0"), typed("5", "decimal"), Literal("5"), Literal("USD")),
    ]
    answer = table("t n printed currency", rows)
    for line in ("bar n by t", "bar n as printed by t per currency"):
        root = drawn(answer, line)
        lengths = [boxes(one)[0][1] for one in marks(root).values()]
        assert lengths[0] == pytest.approx(2 * lengths[1], abs=1) and lengths[2] > lengths[1]
        heads = [one for one in texts(root) if one.startswith("n · currency")]
        assert heads == ["n · currency: CNY", "n · currency: USD"]
    assert [texts(one)[1] for one in marks(root).values()] == ["5亿", "2.5亿", "5"]
    assert graph.query("financing") and str(queries.load("financing").view).endswith("per currency")


def test_beyond_the_cap_bars_are_counted_and_not_summed() -> None:
    count = bars.MOST + 20
    rows = [(node(f"t-{i}"), typed(str(100 + i), "integer")) for i in range(count)]
    root = drawn(table("t n", rows), "bar n by t")
    last = list(marks(root).values())[-1]
    assert len(marks(root)) == bars.MOST and boxes(last) == []
    assert texts(last) == ["21 others", "100 to 120 each"]
    assert f"{bars.MOST - 1} of {count} rows drawn" in texts(root)
    units = [(node("t-0"), typed("1", "integer"), node(f"u-{i}")) for i in range(20)]
    found = texts(drawn(table("t n u", units), "bar n by t per u", "zh"))
    assert f"绘出 20 行中的 {bars.PANELS} 行，20 组中的 {bars.PANELS} 组" in found


def test_a_matrix_shows_structure_hatches_and_blanks() -> None:
    one, two = typed("1", "integer"), typed("2", "integer")
    state = node("state-not-stated")
    rows = [
        (node("few-0"), node("x-0"), one, None),
        (node("most-0"), node("x-0"), two, None),
        (node("most-0"), node("y-0"), two, None),
        (node("none-0"), node("y-0"), None, state),
        (node("none-0"), None, None, node("state-recorded")),
        (node("few-0"), node("z-0"), None, None),
        (node("few-0"), node("y-0"), typed("0", "integer"), None),
        (node("none-0"), node("x-0"), typed("0", "integer"), state),
    ]
    answer = table("t d n state", rows)
    root = drawn(answer, "matrix t x d cell n mark state id:state-not-stated")
    found = marks(root)
    names = list(found)
    assert names[:4] == ["x 0", "y 0", "z 0", "not stated"]
    heads = ["most 0", "few 0", "none 0"]
    assert [name for name in names if name in heads] == heads
    assert texts(found["most 0 × y 0"]) == ["2"] and "most 0 × z 0" not in found
    zero = found["few 0 × y 0"].find(f"{SVG}text")
    assert zero is not None and (zero.text, zero.get("class")) == ("0", "muted")
    assert boxes(found["none 0 × x 0"], "hatch") and texts(found["none 0 × x 0"]) == []
    assert boxes(found["none 0 × y 0"], "hatch") and texts(found["none 0 × y 0"]) == []
    assert texts(found["few 0 × z 0"]) == ["not stated"]
    assert texts(found["none 0 × not stated"]) == [], "its state says more than 'not stated'"
    assert not boxes(found["none 0 × not stated"], "hatch")
    assert "empty = no record in this graph" in texts(root)
    assert "空白＝本图谱无记录" in texts(drawn(answer, "matrix t x d cell n", "zh"))
    every = marks(drawn(answer, "matrix t x d cell n mark state"))
    assert boxes(every["none 0 × not stated"], "hatch")


def test_a_matrix_takes_the_furthest_stage_and_counts_records(graph: Graph) -> None:
    found = graph.query("approval-matrix")
    assert isinstance(found, Table)
    looks = charts.about(graph, found)
    view = parse("matrix therapy x authority cell stage colour stage", found.columns)
    root = ElementTree.fromstring(charts.draw(found, view, "en", title=TITLE, about=looks))
    cell = marks(root)["IM19 × National Medical Products Administration"]
    assert texts(cell) == ["filed: accepted;", "filed: submitted"]
    assert "[Table 4, row 2 src:review-2024/t4/r2]" in (cell.findtext(f"{SVG}title") or "")
    counted = marks(drawn(found, "matrix therapy x authority"))
    assert texts(counted["IM19 × National Medical Products Administration"]) == ["4"]


def test_folded_values_meet_in_a_matrix() -> None:
    rows = [(node("f-0"), node("class-0"), None), (node("f-0"), None, node("set-0"))]
    answer = table("f class set", rows, folds=("class", "set"))
    found = marks(drawn(answer, "matrix class x set"))
    assert list(found) == ["set 0", "class 0", "class 0 × set 0"]
    assert texts(found["class 0 × set 0"]) == ["1"]


def test_a_large_matrix_says_what_it_leaves_out() -> None:
    rows = [
        (node(f"t{i}-0"), node(f"d{j}-0"), typed("1", "integer"))
        for i in range(matrix.MOST_ROWS + 2)
        for j in (0, i % (matrix.MOST_COLUMNS + 1))
    ]
    root = drawn(table("t d n", rows), "matrix t x d cell n")
    note = "empty = no record in this graph; 2 other rows not drawn; 1 other column not drawn"
    assert note in texts(root)
    heads = [name for name in marks(root) if "×" not in name]
    assert len(heads) == matrix.MOST_ROWS + matrix.MOST_COLUMNS


def test_dates_are_drawn_as_precisely_as_they_are_printed() -> None:
    dates = {
        "year": typed("2024", "gYear"),
        "month": typed("2024-03", "gYearMonth"),
        "day": typed("2024-03-31", "date"),
        "quarter": Literal("2024-Q1"),
        "period": Literal("2024-11/2025-02"),
        "none": None,
        "words": Literal("late 2024"),
        "earlier": typed("2023", "gYear"),
    }
    rows = [(date, node(f"{name}-0")) for name, date in dates.items()]
    root = drawn(table("date e", rows), "timeline date by e")
    found = {name.removesuffix(" 0"): one for name, one in marks(root).items()}
    (year,), (quarter,), (month,) = (boxes(found[one]) for one in ("year", "quarter", "month"))
    assert year[1] == pytest.approx(4 * quarter[1]) and year[1] == pytest.approx(12 * month[1])
    assert year[0] == quarter[0] and month[0] == pytest.approx(year[0] + year[1] / 6)
    ((day, width),) = boxes(found["day"])
    assert width < month[1] / 5 and day + width == pytest.approx(month[0] + month[1], abs=0.2)
    assert found["period"].find(f"{SVG}path[@class='c0 wide']") is not None
    assert boxes(found["none"]) == [] == boxes(found["words"])
    assert texts(found["words"]) == ["words 0", "late 2024"]
    years = [one for one in texts(root) if re.fullmatch(r".+ · \d", one)]
    assert years == ["2023 · 1", "2024 · 5", "not stated · 2"]
    assert list(found)[:3] == ["earlier", "year", "quarter"]
    assert "a bar is as long as what is printed: a year is twelve months, not 1 January" in texts(
        root
    )


@pytest.mark.parametrize(
    "text", ["2024-13", "2024-00", "2024-02-30", "2023-02-29", "2024-Q5", "2025/2024", "2" * 5000]
)
def test_what_is_no_date_has_no_place(text: str) -> None:
    assert timeline.span(text) is None


def test_the_earliest_entries_are_left_out_beyond_the_cap() -> None:
    count = timeline.MOST + 3
    rows = [(typed(str(1700 + i), "gYear"), node(f"e-{i}")) for i in range(count)]
    root = drawn(table("date e", rows), "timeline date by e")
    assert len(marks(root)) == timeline.MOST and "1703 · 1" in texts(root)
    assert f"3 earlier entries (1700 to 1702) not drawn, {timeline.MOST} drawn" in texts(root)


def test_colours_of_values_without_a_look_differ_and_missing_ones_are_hollow() -> None:
    rows = [
        (typed("2024", "gYear"), node(f"e-{i}"), node(f"k-{i}") if i else None) for i in range(14)
    ]
    root = drawn(table("date e k", rows), "timeline date by e colour k")
    found = {
        name: one.find(f"{SVG}path").get("class")  # type: ignore[union-attr]
        for name, one in marks(root).items()
    }
    assert len(set(found.values())) == 12  # ten colours, others, not stated
    assert {"others", "not stated"} <= set(texts(root))


HOSTILE = (
    "<script>alert(1)</script>",
    "]]>&lt;b onclick='x'>\"",
    "a\x00b\x1b[31m\x0bc\ufffe",
    "\u202eright to left\u2066 mark\u200f",
    "{{ 7*7 }}${x}</style></svg></title>",
    "名" * 400,
    "x" * 400,
    "",
)
BAD = (
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "urn:x",
    "https://e.org/ok",
)


def hostile() -> Table:
    """Names, dates and IRIs that try to get out of their place."""
    rows = [
        (
            NamedNode(BAD[i % len(BAD)] + ("" if i < len(BAD) else str(i))),
            Literal(text),
            typed(str(i), "integer"),
            Literal(text) if i % 2 else typed("2024", "gYear"),
            Literal(text, language="zh" if i % 2 else "en"),
            NamedNode(SRC + "a-review/s1/p1/s1") if i else NamedNode("javascript:alert(2)"),
        )
        for i, text in enumerate(HOSTILE)
    ]
    labels = {
        row[0].value: {"en": text, "zh": text} for row, text in zip(rows, HOSTILE, strict=True)
    }
    titles = {name: {"en": HOSTILE[0], "zh": HOSTILE[4]} for name in ("e", "text", "n", "date")}
    return Table(
        ("e", "text", "n", "date", "said", "p"), tuple(rows), labels, titles,
        evidence={"p": ("e", "text", "n")},
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "bar n as text by e text said colour text per date",
        "matrix e x text cell said colour text mark date",
        "timeline date by e text said colour e",
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_hostile_answers_are_inert(line: str, lang: Lang, open_file: Open) -> None:
    answer = hostile()
    view = parse(line, answer.columns)
    title = {"en": HOSTILE[0], "zh": HOSTILE[3]}
    picture = charts.draw(answer, view, lang, title=title)
    allowed = {"svg", "title", "desc", "style", "rect", "text", "path", "g", "a", "pattern"}
    for one in ElementTree.fromstring(picture.encode()).iter():
        assert one.tag.removeprefix(SVG) in allowed
        assert one.get("href", "https:").startswith(("https:", "http:"))
        assert not any(name.startswith("on") or name == "style" for name in one.keys())
    page = open_file(picture, "x.svg")
    assert page.locator("script").count() == 0 and page.evaluate(OVERLAPS) == []
    html = charts.page(answer, view, lang, title=title)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u2066\u200f\ufffe]", picture + html)
    page = open_file(html, "x.html")
    assert page.locator("script, img, iframe, b").count() == 0
    assert page.locator("a:not([href^='https:']):not([href^='#'])").count() == 0
    assert page.locator("tbody tr").count() == len(HOSTILE)


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_has_picture_table_and_passages(lang: Lang, graph: Graph, open_file: Open) -> None:
    template = queries.load("approval-matrix")
    answer = graph.query("approval-matrix")
    assert isinstance(answer, Table) and template.view
    about = charts.about(graph, answer)
    html = charts.page(answer, template.view, lang, title=template.title, about=about)
    assert html == charts.page(answer, template.view, lang, title=template.title, about=about)
    page = open_file(html, "x.html")
    assert page.locator("html").get_attribute("lang") == ("en" if lang == "en" else "zh")
    assert template.title["en" if lang == "en" else "zh"] in page.title()
    assert page.locator("h1, main").count() == 2 and page.evaluate(OVERLAPS) == []
    assert page.locator("tbody tr").count() == len(answer.folded()) > 20
    assert page.locator("thead th").count() == len(template.columns)
    row = page.locator("tbody tr", has_text="Lifileucel").last
    mark = row.locator("sup a").first
    there = page.locator(mark.get_attribute("href") or "")
    assert re.search(r"src:[a-z0-9-]+/", there.text_content() or "")
    assert (lang == "en") != bool(re.search("[一-鿿]", there.text_content() or ""))
    cited = {one.get_attribute("href") for one in page.locator("sup a").all()}
    assert len(cited) == page.locator("#passages li").count()
    opaque = page.evaluate("getComputedStyle(document.querySelector('svg path')).fillOpacity")
    assert opaque == "1"


def test_a_page_allows_only_its_styles(graph: Graph) -> None:
    view = queries.load("timeline").view
    answer = graph.query("timeline")
    assert isinstance(answer, Table) and view
    html = charts.page(answer, view, "en", title=TITLE)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy and policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1] and "script" not in policy[1] and "<script" not in html
    assert not re.search(r'\s(style|src|on\w+)="', html)


def test_dark_screens_print_and_keyboard(graph: Graph, open_file: Open) -> None:
    view = queries.load("approval-matrix").view
    answer = graph.query("approval-matrix")
    assert isinstance(answer, Table) and view
    html = charts.page(answer, view, "en", title=TITLE, about=charts.about(graph, answer))
    page = open_file(html, "x.html", color_scheme="dark")
    ground = "getComputedStyle(document.querySelector('.page')).fill"
    ink = "getComputedStyle(document.querySelector('svg > text')).fill"
    body = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == page.evaluate(body) == "rgb(16, 22, 29)"
    assert page.evaluate(ink) == "rgb(232, 237, 242)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "none" and page.evaluate(ink) == "rgb(20, 32, 43)"
    page.emulate_media(media="screen")
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.split('\\n')[0]"))
    assert reached[:2] == ["Table", "Passages"]
    assert any("U.S. Food and Drug Administration" in one for one in reached[3:])
    outline = "getComputedStyle(document.activeElement.querySelector('.halo')).stroke"
    assert page.evaluate(outline) != "none"


def test_a_view_that_does_not_fit_is_refused() -> None:
    answer = table("t n", [(node("a-0"), typed("1", "integer"))])
    with pytest.raises(InputError, match="'amount', which is no column of the table"):
        charts.draw(answer, View("bar", ("amount",)), title=TITLE)
    with pytest.raises(InputError, match="draw one of bar, matrix, timeline"):
        charts.page(answer, View("network", ()), title=TITLE)


def test_an_answer_that_was_cut_says_so() -> None:
    answer = table("t n", [(node("a-0"), typed("1", "integer"))], truncated=True)
    assert "the answer was cut: these are only the first 1 rows" in texts(drawn(answer, "bar n"))


def test_the_command_draws_what_has_a_view(tmp_path: Path) -> None:
    picture, page = tmp_path / "p.svg", tmp_path / "p.html"
    done = call("query", "therapies-per-target", "--target", "CD19", "-o", str(picture))
    assert done.exit_code == 0 and done.output == ""
    root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    assert "target: CD19" in texts(root) and "9 · approved" in texts(root)
    args = ("query", "therapies-per-target", "--format", "html", "--lang", "zh")
    assert call(*args).stdout.startswith('<!DOCTYPE html>\n<html lang="zh">')
    assert call(*args, "-o", str(page)).exit_code == 0 and page.stat().st_size > 5000


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["awards-of-none", "-o", "x.svg"], "no query template"),
        (["legend", "-o", "x.svg"], "legend has no picture; choose a format such as csv or md"),
        (["legend", "--format", "html"], "these have pictures: acquisitions, approval-matrix"),
        (["who-develops-what", "-o", "x.html"], "'ictgraph network' draws it"),
        (["neighbourhood", "--format", "svg"], "'ictgraph network --around ENTITY' draws it"),
        (["timeline", "-o", "x.png"], ".svg, .html, .htm"),
    ],
)
def test_the_command_says_what_cannot_be_drawn(args: list[str], said: str) -> None:
    done = call("query", *args)
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_an_empty_answer_draws_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    args = ("query", "timeline", "--therapy", "Lifileucel", "--institution", "Roche")
    done = call(*args, "-o", str(path), "--fail-empty", "--lang", "zh")
    assert done.exit_code == 1 and not path.exists() and "未绘图" in done.stderr


def test_queries_tells_which_have_pictures() -> None:
    rows = json.loads(call("queries", "--format", "json").stdout)["rows"]
    assert {row["name"] for row in rows if row["picture"] not in ("", "network")} == set(DRAWN)
    shown = json.loads(call("queries", "show", "timeline", "--format", "json").stdout)
    assert shown["view"].startswith("timeline date by ")
    assert json.loads(call("queries", "show", "legend", "--format", "json").stdout)["view"] == ""
