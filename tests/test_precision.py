"""Dates that are claimed finer than they are printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ictgraph.curation.precision import finer
from ictgraph.vocab import XSD

KINDS = {4: "gYear", 7: "gYearMonth", 10: "date"}


def dates(*texts: str) -> list[Literal]:
    return [Literal(text, datatype=NamedNode(XSD + KINDS[len(text)])) for text in texts]


@pytest.mark.parametrize(
    ("words", "claimed"),
    [
        ("2024 年 3 月", "2024-03-01"),
        ("2024 年 3 月共 1 日剂量", "2024-03-01"),
        ("2024 年 13 日", "2024-02-13"),
        ("2024年", "2024-03"),
        ("2024年底", "2024-11"),
        ("2024年底", "2024-11-30"),
        ("2024年12月", "2024-12-31"),
        ("3 个月后，2024 年", "2024-03"),
        ("In 2024, for 3 patients", "2024-03"),
        ("March 2024", "2024-03-20"),
        ("2024-03", "2024-03-01"),
        ("", "2024-03"),
    ],
)
def test_a_finer_date_is_named(words: str, claimed: str) -> None:
    assert finer(words, dates(claimed, "2024")) == (claimed,)


@pytest.mark.parametrize(
    ("words", "claimed"),
    [
        ("2024 年 3 月 1 日", "2024-03-01"),
        ("２０２４年３月１日", "2024-03-01"),
        ("3 月 1—5 日", "2024-03-05"),
        ("3月1日", "2024-03"),
        ("2024 年 1—3 月", "2024-03"),
        ("2024-03-01", "2024-03-01"),
        ("2024/3/1", "2024-03"),
        ("1 March 2024", "2024-03-01"),
        ("March 1, 2024", "2024-03-01"),
        ("Mar. 2024", "2024-03"),
        ("截至 2024 年底", "2024-12-31"),
        ("as of the end of 2024", "2024-12-31"),
        ("2024 年上半年", "2024-06"),
        ("2024年第三季度", "2024-09-30"),
        ("同月", "2024-03"),
        ("同日", "2024-03-01"),
        ("无日期", "2024"),
    ],
)
def test_a_date_as_printed_is_not(words: str, claimed: str) -> None:
    assert finer(words, dates(claimed)) == ()


def test_other_values_are_no_dates() -> None:
    assert finer("", [Literal("2024-03-01"), Literal("3", language="en"), Literal(3)]) == ()


@given(st.dates(min_value=date(1900, 1, 1)), st.dates(min_value=date(1900, 1, 1)))
def test_a_day_is_printed_only_by_itself(printed: date, claimed: date) -> None:
    found = finer(f"{printed:%Y}年{printed.month}月{printed.day}日", dates(claimed.isoformat()))
    same = (printed.month, printed.day) == (claimed.month, claimed.day)
    assert found == (() if same else (claimed.isoformat(),))
