"""Timeline: what happened when, each date as the span that its source prints.

Entries are grouped by year, and in a year by date. A year is drawn as twelve months and a month
as a month: nothing gets a day that no source states.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ictgraph.pictures.boxes import MARGIN
from ictgraph.pictures.drawing import Text
from ictgraph.pictures.figure import Mark, Plot, Rect, broken, height_of, legend, placed
from ictgraph.pictures.looks import UNSTATED, Swatch
from ictgraph.pictures.names import NOTHING, Lang, Names, joined, plural
from ictgraph.pictures.reading import NOT_STATED, Reading, Row
from ictgraph.results import natural
from ictgraph.views import View

__all__ = ["MOST", "Span", "span", "timeline"]

MOST = 250
"""How many entries are drawn; the earliest are left out and said to be."""

_WIDTH = 1000.0
_DATE = 92.0
_MONTH = 27.0
_AXIS = MARGIN + _DATE + 8
_LABEL = _AXIS + 12 * _MONTH + 18
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_PLAIN = Swatch(NOTHING, "#1c6dab", "#3f88c4")
_POINT = r"(-?\d{4,9})(?:-(\d\d)(?:-(\d\d))?)?(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?"
_PART = r"(-?\d{4,9})-([QH])([1-4])"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time as printed: its year, and the part of it in months, 0 to 12.

    :ivar beyond: whether it ends in a later year.
    """

    year: int
    start: float
    end: float
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row to draw."""

    printed: str
    when: Span | None
    names: Names
    title: str
    href: str
    swatch: Swatch


def span(text: str) -> Span | None:
    """Return the span of a date: a year, month, day, quarter (2024-Q1), half or a pair (a/b).

    >>> span("2024"), span("2024-Q1") == span("2024-01/2024-03")
    (Span(year=2024, start=0.0, end=12.0, beyond=False), True)
    >>> span("2024-02-30")
    """
    first, slash, last = text.partition("/")
    if slash:
        a, b = span(first), span(last)
        if not a or not b or (b.year, b.end) < (a.year, a.end):
            return None
        return Span(a.year, a.start, b.end if a.year == b.year else 12.0, a.year != b.year)
    part = re.fullmatch(_PART, text, re.ASCII)
    if part:
        months = 3 if part[2] == "Q" else 6
        end = int(part[3]) * months
        return Span(int(part[1]), float(end - months), float(end)) if end <= 12 else None
    point = re.fullmatch(_POINT, text, re.ASCII)
    if not point:
        return None
    year, month, day = (int(one) if one else 0 for one in point.groups())
    if month > 12 or day > 31 or (point[2] and not month) or (point[3] and not day):
        return None
    if not month:
        return Span(year, 0.0, 12.0)
    if not day:
        return Span(year, month - 1.0, float(month))
    length = _length(year, month)
    return (
        Span(year, month - 1 + (day - 1) / length, month - 1 + day / length)
        if day <= length
        else None
    )


def _length(year: int, month: int) -> int:
    """Return the number of days of a month."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def timeline(reading: Reading, view: View) -> Plot:
    """Draw the entries of an answer by date, those without a date last."""
    shades = reading.shades(view.colour)
    entries = sorted((_entry(reading, view, row, shades) for row in reading.rows), key=_place)
    left_out: list[_Entry] = []
    if len(entries) > MOST:
        left_out, entries = entries[: len(entries) - MOST], entries[len(entries) - MOST :]
    years: dict[int | None, list[_Entry]] = {}
    for one in entries:
        years.setdefault(one.when.year if one.when else None, []).append(one)
    drawn = _Drawn(reading.lang)
    for year, found in years.items():
        drawn.year(year, found)
    heading = reading.heading
    named = joined(map(heading, view.by), ", ", "、")
    return Plot(
        _WIDTH,
        max(drawn.y - 12, 0.0),
        tuple(drawn.marks),
        "".join(drawn.rules),
        tuple(drawn.texts),
        tuple(drawn.muted),
        key=heading(view.colour) if view.colour else NOTHING,
        keys=legend(one.swatch for one in entries) if view.colour else (),
        subtitle=joined((heading(view.columns[0]), named), ": ", "："),
        notes=_notes(left_out, len(entries)),
    )


def _entry(reading: Reading, view: View, row: Row, shades: Mapping[str, Swatch]) -> _Entry:
    (column,) = view.columns
    dates = reading.terms(row, column)
    printed = reading.names(dates).text("en")
    swatch = reading.shade(row, view.colour, shades)
    names = reading.label(row, view.by or [column])
    if swatch and swatch is not UNSTATED and view.colour not in view.by:
        names = joined((names, reading.label(row, [view.colour])))
    when = span(dates[0].value) if len(dates) == 1 else None
    return _Entry(
        printed, when, names, reading.facts(row), reading.link(row, view.by), swatch or _PLAIN
    )


def _place(entry: _Entry) -> tuple[object, ...]:
    when = entry.when
    place = (when.year, when.start, -when.end) if when else (0, 0.0, 0.0)
    name = natural((entry.names.en or entry.names.zh).casefold())
    return (when is None, *place, entry.printed, name, entry.title)


def _notes(left_out: Sequence[_Entry], drawn: int) -> tuple[Names, ...]:
    notes = [
        Names(
            "a bar is as long as what is printed: a year is twelve months, not 1 January",
            "横条与所印日期的精度等长：只印年份者占满全年，并非1月1日",
        )
    ]
    if left_out:
        first, last = left_out[0].printed, left_out[-1].printed
        notes.append(
            Names(
                f"{plural(len(left_out), 'earlier entry', 'earlier entries')} ({first} to {last})"
                f" not drawn, {drawn} drawn",
                f"更早的 {len(left_out):,} 条（{first} 至 {last}）未绘出，已绘出 {drawn} 条",
            )
        )
    return tuple(notes)


class _Drawn:
    """What is drawn so far, from above downwards."""

    def __init__(self, lang: Lang) -> None:
        self.y = 0.0
        self.marks: list[Mark] = []
        self.rules: list[str] = []
        self.texts: list[Text] = []
        self.muted: list[Text] = []
        self._lang = lang

    def year(self, year: int | None, found: Sequence[_Entry]) -> None:
        """Draw the entries of a year under its number and the names of its months."""
        names = NOT_STATED if year is None else Names(str(year))
        code = "" if self._lang == "both" or year is not None else self._lang
        head = f"{names.text(self._lang)} · {len(found)}"
        self.texts.append(Text(MARGIN, self.y + 15, head, code, 15.0, bold=True))
        top = self.y + 22
        if year is not None:
            self.muted += [
                Text(_AXIS + (i + 0.5) * _MONTH, self.y + 15, month, "", 10.5, "middle")
                for i, month in enumerate(self._months())
            ]
        self.y = top + 2
        before = ""
        for entry in found:
            self._entry(entry, entry.printed != before)
            before = entry.printed
        if year is not None:
            at = (_AXIS + i * _MONTH for i in range(13))
            self.rules += [f"M{x:g} {top:g}V{self.y:g}" for x in at]
        self.y += 16

    def _months(self) -> Sequence[str]:
        if self._lang == "en":
            return _MONTHS
        return [f"{i}月" if self._lang == "zh" else str(i) for i in range(1, 13)]

    def _entry(self, entry: _Entry, dated: bool) -> None:
        lines = broken(entry.names, self._lang, _WIDTH - MARGIN - _LABEL, rows=3, size=12.5)
        date = broken(Names(entry.printed), "en", _DATE, rows=2, size=12.0) if dated else []
        height = max(height_of(lines), height_of(date)) + 4
        if dated:
            self.rules.append(f"M{MARGIN:g} {self.y:g}H{_WIDTH - MARGIN:g}")
        middle = self.y + height / 2
        texts = placed(lines, _LABEL, middle)
        texts += placed([("", text, size) for _, text, size in date], MARGIN, middle)
        self.marks.append(
            Mark(
                "\n".join(filter(None, [entry.names.text(self._lang), entry.title])),
                (MARGIN - 6, self.y, _WIDTH - 2 * MARGIN + 12, height),
                _rects(entry, middle),
                texts,
                entry.href,
            )
        )
        self.y += height


def _rects(entry: _Entry, middle: float) -> tuple[Rect, ...]:
    when = entry.when
    if when is None:
        return ()
    x, width = _AXIS + when.start * _MONTH, (when.end - when.start) * _MONTH
    point = width < _MONTH / 2
    shown = max(width, 3.0)
    if point:  # wide enough to be seen, and still in its month
        month = _AXIS + int(when.start) * _MONTH
        x = min(max(x + (width - shown) / 2, month), month + _MONTH - shown)
    return (
        Rect(
            round(x, 1),
            middle - 5.5,
            round(shown - (7 if when.beyond else 0), 1),
            11.0,
            entry.swatch,
            wide=width > _MONTH * 1.5,
            framed=not point,
            onward=when.beyond,
        ),
    )
