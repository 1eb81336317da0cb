"""Which texts and rows readers of a language see, and what stays apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO

import pytest
from pyoxigraph import Literal, NamedNode

from ictgraph.formats import write
from ictgraph.graph import Graph
from ictgraph.results import Table, Term
from ictgraph.spoken import gathered, spoken
from ictgraph.tables import boxed, sheet
from ictgraph.terms import Lang
from ictgraph.vocab import ID, SRC

EN, ZH = Literal("better", language="en"), Literal("更好", language="zh")
BOTH = {"en": ["better"], "zh": ["更好"], "both": ["更好 / better"]}


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def passage(name: str) -> NamedNode:
    return NamedNode(SRC + name)


def table(rows: Sequence[tuple[Term | None, ...]], folds: tuple[str, ...] = ()) -> Table:
    """A labelled table of studies, outcomes and the passages that state them."""
    return Table(
        ("study", "outcome", "source"), tuple(rows), {}, evidence={"source": ("outcome",)},
        folds=folds,
    )  # fmt: skip


def written(answer: Table, format: str, lang: Lang) -> str:
    stream = BytesIO()
    write(answer, format, stream, lang=lang)
    return stream.getvalue().decode()


def outcomes(answer: Table, lang: Lang) -> list[str]:
    return [row[1].rstrip("¹²³·") for row in sheet(answer, lang).rows]


@pytest.mark.parametrize("folds", [(), ("outcome",)])
@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_texts_in_the_wanted_language(lang: Lang, folds: tuple[str, ...]) -> None:
    answer = table([(node("a"), one, passage("p1")) for one in (EN, ZH)], folds)
    marked = {"both": "更好¹ / better¹"}.get(lang, BOTH[lang][0] + "¹")
    assert sheet(answer, lang).rows == (("id:a", marked),)
    for format, gap in (("csv", ","), ("tsv", "\t")):
        line = written(answer, format, lang).splitlines()[1].split(gap)
        assert BOTH[lang][0] in line and not {*BOTH["both"], *BOTH["en"], *BOTH["zh"]}.difference(
            BOTH[lang]
        ).intersection(line)


def test_all_texts_if_none_is_in_the_wanted_language() -> None:
    assert outcomes(table([(node("a"), EN, None)]), "zh") == ["better"]
    german = Literal("besser", language="de")
    rows = [(node("a"), one, None) for one in (EN, german)]
    assert outcomes(table(rows, ("outcome",)), "zh") == ["better / besser"]


def test_texts_of_one_language_stay_rows_of_their_own() -> None:
    other = Literal("worse", language="en")
    answer = table([(node("a"), one, passage("p1")) for one in (EN, other)])
    assert [outcomes(answer, lang) for lang in ("en", "both")] == [["better", "worse"]] * 2


def test_what_the_engine_gave_twice_stays_twice() -> None:
    twice = Table(("a", "b"), ((node("x"), EN),) * 2, {})
    assert len(gathered(twice)) == len(sheet(twice, "en").rows) == 2
    raw = Table(("a",), ((EN,), (ZH,)))
    assert [len(one.rows) for one in gathered(raw)] == [1, 1]


def test_regions_of_a_language_are_that_language() -> None:
    simplified = Literal("更好", language="zh-hans")
    assert spoken((EN, simplified), "zh") == [(simplified,)]
    assert spoken((EN, simplified), "both") == [(simplified,), (EN,)]


def test_json_has_every_text_with_its_language() -> None:
    answer = table([(node("a"), one, passage("p1")) for one in (EN, ZH)], ("outcome",))
    (row,) = json.loads(written(answer, "json", "en"))["rows"]
    assert row["outcome"] == [
        {"value": "better", "lang": "en"},
        {"value": "更好", "lang": "zh"},
    ]


def test_each_value_of_a_cell_has_its_own_passages(graph: Graph) -> None:
    answer = graph.query("who-develops-what", therapy="IM19")
    assert isinstance(answer, Table)
    shown = sheet(answer, "en")
    at = shown.headings.index("Role")
    for row, cells in zip(gathered(answer), shown.rows, strict=True):
        role, source = (answer.columns.index(name) for name in ("role", "institutionSource"))
        for value in cells[at].split("; "):
            name = value.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹· ")
            marks = value.removeprefix(name).strip()
            noted = {
                note.rsplit(" ", 1)[1]
                for note in shown.notes
                if note.split()[0] in marks.split("·")
            }
            stated = {
                raw[source].value.removeprefix(SRC)  # type: ignore[union-attr]
                for raw in row.rows
                if raw[role] and (answer.labels or {})[raw[role].value]["en"] == name  # type: ignore[union-attr]
            }
            assert {one.removeprefix("src:") for one in noted} == stated != set()


NARROW: list[tuple[str, dict[str, str]]] = [
    ("who-develops-what", {"therapy": "IM19"}),
    ("clinical-results", {"disease": "autoimmune-disease"}),
    ("approved-products", {}),
]


@pytest.mark.parametrize(("name", "values"), NARROW)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_table_too_wide_for_the_terminal_is_blocks_without_empty_fields(
    name: str, values: dict[str, str], lang: Lang, graph: Graph
) -> None:
    values = {key: value if value != "autoimmune-disease" else "id:" + value
              for key, value in values.items()}  # fmt: skip
    answer = graph.query(name, **values)
    assert isinstance(answer, Table)
    whole = sheet(answer, lang)
    lines = boxed(whole, 80).splitlines()
    assert lines[0] == "── 1 ──" and lines.count(f"── {len(whole.rows)} ──") == 1
    filled = [sum(map(bool, row)) for row in whole.rows]
    fields = [line for line in lines if line.startswith(whole.headings)]
    assert len(fields) == sum(filled)


def test_a_row_of_many_lines_is_a_block() -> None:
    words = Literal("word " * 60)
    one = Table(("a", "b", "c"), ((words, words, words),) * 3, {})
    assert boxed(sheet(one, "en"), 60).startswith("── 1 ──")
    assert boxed(sheet(one, "en"), 400).startswith("┌")
