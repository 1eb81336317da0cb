"""The line of a header that says how its answer is drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ictgraph import queries, views
from ictgraph.errors import InputError
from ictgraph.views import View, parse
from ictgraph.vocab import ID

COLUMNS = ("a", "b", "n", "date", "by", "x")
HEADER = "#+ title: a | b\n#+ question: a | b\n#+ column: a | A | 甲\n#+ column: n | N | 数\n"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("bar n", View("bar", ("n",))),
        ("bar n by a b", View("bar", ("n",), by=("a", "b"))),
        (
            "bar n as a by b colour x per date",
            View("bar", ("n",), by=("b",), colour="x", per="date", shown="a"),
        ),
        ("matrix a x b", View("matrix", ("a", "b"))),
        ("matrix x x by cell n", View("matrix", ("x", "by"), cell="n")),
        (
            "matrix a x b mark n id:cd19 id:bcma",
            View("matrix", ("a", "b"), mark="n", marks=(ID + "cd19", ID + "bcma")),
        ),
        ("timeline date by a ?by", View("timeline", ("date",), by=("a", "by"))),
        ("network a -> b -> n", View("network", ("a", "b", "n"))),
        ("network", View("network", ())),
    ],
)
def test_a_line_is_read_and_written(text: str, view: View) -> None:
    assert parse(text, COLUMNS) == view
    assert parse(str(view), COLUMNS) == view
    assert parse(f"  {text.replace(' ', '   ')} ", COLUMNS) == view


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unknown view ''"),
        ("pie n", "unknown view 'pie'; the kinds are bar, matrix, network, timeline"),
        ("bar", "'bar' is no view; write it as: bar VALUE [as COLUMN]"),
        ("bar n a", "is no view"),
        ("bar n by", "is no view"),
        ("bar n by a by b", "is no view"),
        ("bar n colour a b", "is no view"),
        ("bar n cell a", "is no view"),
        ("bar q", "the view names 'q', which is no column; the columns are a, b, n"),
        ("bar n by q", "the view names 'q'"),
        ("matrix a b", "write it as: matrix ROW x COLUMN"),
        ("matrix a x", "is no view"),
        ("matrix a x b mark", "is no view"),
        ("matrix a x b mark q", "the view names 'q'"),
        ("matrix a x b mark n nope", "'nope' is not a CURIE"),
        ("network a", "is no view"),
        ("network a -> b ->", "is no view"),
        ("network a b n", "is no view"),
        ("timeline date per a", "is no view"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        parse(text, COLUMNS)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("#+ view: pie n\n", "some.rq:5: unknown view 'pie'"),
        ("#+ view: bar amount\n", "some.rq:5: the view names 'amount', which is no column"),
        ("#+ view: bar\n", "some.rq:5: 'bar' is no view"),
        ("#+ view: bar n\n#+ view: bar n by a\n", "some.rq:6: a second view"),
    ],
)
def test_a_header_with_a_wrong_view_says_where(lines: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        queries.parse(HEADER + lines + "SELECT * {}", "some.rq")
    assert "see docs/queries.md" in str(caught.value)


def test_a_template_has_its_view_or_none() -> None:
    template = queries.parse(HEADER + "#+ view: bar n by a\nSELECT * {}", "some.rq")
    assert template.view == View("bar", ("n",), by=("a",)) and template.view.is_chart
    assert queries.parse(HEADER + "SELECT * {}", "some.rq").view is None
    landscape = queries.load("who-develops-what").view
    assert landscape and landscape.columns == ("institution", "therapy", "indication")
    assert not landscape.is_chart


def test_the_guide_has_the_grammar_and_views_of_templates() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "queries.md").read_text(encoding="utf-8")
    for kind, rest in views.GRAMMAR.items():
        assert f"| `{kind} {rest}` |" in guide
    used = {str(one.view) for one in queries.load_all()}
    shown = guide.partition("## Views")[2].partition("```text\n")[2].partition("```")[0]
    assert len(shown.splitlines()) == 4 and set(shown.splitlines()) <= used


def test_every_kind_of_view_is_in_use() -> None:
    used = {one.view.kind for one in queries.load_all() if one.view}
    assert used == set(views.GRAMMAR)
