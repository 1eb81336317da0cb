"""Answers as plain data: folding, values, natural order."""

from __future__ import annotations

import dataclasses
import sys
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ictgraph.errors import InputError
from ictgraph.results import Statements, Table, Term, Truth, natural
from ictgraph.vocab import SRC

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
S2, S10, S11 = (NamedNode(f"{SRC}review/s3/p1/s{n}") for n in (2, 10, 11))


def test_rows_that_agree_become_one_and_passages_stand_in_natural_order() -> None:
    rows = ((A, S10), (B, S2), (A, S2), (A, S11), (A, S2), (None, None))
    table = Table(("x", "source"), rows, evidence={"source": ("x",)})
    for order in permutations(rows):
        folded = dataclasses.replace(table, rows=order).folded()
        assert set(folded) == {(A, (S2, S10, S11)), (B, (S2,)), (None, ())}
        assert [row[0] for row in folded] == list(dict.fromkeys(row[0] for row in order))


def test_folds_gather_values_of_any_kind() -> None:
    values: list[Term] = [Literal("x", language=tag) for tag in ("zh", "en")]
    values += [Literal(2), BlankNode("b"), A]
    table = Table(("v",), tuple([(value,) for value in values]), folds=("v",))
    ((cell,),) = table.folded()
    assert isinstance(cell, tuple) and set(cell) == set(values)
    ((again,),) = dataclasses.replace(table, rows=table.rows[::-1]).folded()
    assert again == cell


def test_without_folds_rows_are_as_the_engine_gave_them() -> None:
    rows = ((A,), (A,))
    assert Table(("x",), rows).folded() is rows
    assert Table((), ((), ()), folds=("x",)).folded() == ((),)


def test_records_of_folded_cells_are_lists() -> None:
    table = Table(("x", "s"), ((A, S10), (A, S2)), evidence={"s": ("x",)})
    assert list(table.records()) == [{"x": A.value, "s": [S2.value, S10.value]}]


@given(st.lists(st.text(max_size=8)))
def test_natural_order_is_an_order(texts: list[str]) -> None:
    assert sorted(sorted(texts, key=natural), key=natural) == sorted(texts, key=natural)
    assert [natural(one) for one in sorted(texts, key=natural)] == sorted(map(natural, texts))


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_count_as_numbers(one: int, other: int) -> None:
    assert (natural(f"s{one}/p") < natural(f"s{other}/p")) == (one < other)


def test_digits_of_other_scripts_are_text() -> None:
    assert sorted(["x²", "x٣", "x10", "x9", "x"], key=natural)[:3] == ["x", "x9", "x10"]
    natural("9" * 10_000)


def test_pandas_shows_labels_in_lists_too() -> None:
    labels = {A.value: {"en": "Alpha"}}
    table = Table(("x", "all"), ((B, A), (B, B)), labels=labels, folds=("all",))
    frame = table.to_pandas("en")
    assert frame.to_dict("records") == [{"x": B.value, "all": ["Alpha", B.value]}]
    assert table.to_pandas().to_dict("records") == [{"x": B.value, "all": [A.value, B.value]}]


def test_without_pandas_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"ictgraph\[pandas\]"):
        Table(("x",), ()).to_pandas()


def test_answers_are_frozen_and_have_a_size() -> None:
    table, statements = Table(("x",), ((A,),)), Statements((Triple(A, A, B),))
    assert len(table) == len(statements) == 1
    assert bool(Truth(True)) and not Truth(False)
    for answer in (table, statements):
        with pytest.raises(AttributeError):
            answer.truncated = True  # type: ignore[misc]
