"""Whether a date is claimed finer than a source prints it.

The day or the month of a claimed date must stand in the words of the passage: a printed 2024年3月
is no day. The year need not: a sentence may leave it to the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import normalize

from pyoxigraph import Literal

from ictgraph.vocab import XSD

__all__ = ["finer"]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAYS = (
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})(?:[-~—–至到](?P<last>\d{1,2}))?[日号]"),
    re.compile(r"\d{4}(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_NAME}", re.IGNORECASE),
    re.compile(rf"{_NAME}(?P<day>\d{{1,2}})(?!\d)", re.IGNORECASE),
)
_ONLY_MONTHS = (
    re.compile(r"(?P<month>\d{1,2})(?:[-~—–至到、和](?P<last>\d{1,2}))?月"),
    re.compile(r"\d{4}[-/.](?P<month>\d{1,2})(?!\d)"),
    re.compile(_NAME, re.IGNORECASE),
)
_PERIODS = {
    "上半年": (1, 6), "下半年": (7, 12),
    "年底": (12, 12), "年末": (12, 12), "endof": (12, 12),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12),
}  # fmt: skip
_LAST = {(12, 31), (6, 30), (3, 31), (9, 30)}
_SAME = re.compile("[同当](?P<day>日)|[同当](?P<month>月)")


def finer(words: str, dates: Iterable[Literal]) -> tuple[str, ...]:
    """Return the dates whose day or month the words do not print, as claimed and sorted.

    The last day of a year, half-year or quarter is printed by its end, as in 截至2024年底; 同月 and
    同日 stand for what another passage prints.

    >>> from pyoxigraph import NamedNode
    >>> day, month = (NamedNode(XSD + name) for name in ("date", "gYearMonth"))
    >>> claimed = [Literal("2024-03-01", datatype=day), Literal("2024-03", datatype=month)]
    >>> finer("2024 年 3 月获批", claimed), finer("Approved 1 March 2024", claimed)
    (('2024-03-01',), ())
    """
    plain = "".join(normalize("NFKC", words).split())
    days, months = set(_days(plain)), set(_months(plain))
    same = {
        name for match in _SAME.finditer(plain) for name, part in match.groupdict().items() if part
    }
    found = set()
    for one in dates:
        parts = tuple(int(part) for part in re.findall(r"\d+", one.value)[1:])
        kind = one.datatype.value.removeprefix(XSD)
        printed = days if kind == "date" else {(month,) for month in months}
        meant = {"date": "day", "gYearMonth": "month"}.get(kind)
        if meant and meant not in same and parts not in printed:
            found.add(one.value)
    return tuple(sorted(found))


def _days(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _month(parts)
            yield month, int(parts["day"])
            yield month, int(parts.get("last") or parts["day"])
    ends = {last for word, (_, last) in _PERIODS.items() if word in text}
    yield from (one for one in _LAST if one[0] in ends)


def _month(parts: Mapping[str, str]) -> int:
    return int(parts["month"]) if "month" in parts else _MONTHS.index(parts["name"].lower()) + 1


def _months(text: str) -> Iterator[int]:
    for pattern in _ONLY_MONTHS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            yield _month(parts)
            yield int(parts.get("last") or _month(parts))
    for word, months in _PERIODS.items():
        yield from months if word in text else ()
