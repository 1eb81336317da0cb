"""Bars: one for each row of an answer, a panel with an axis of its own for each unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ictgraph.pictures.boxes import MARGIN
from ictgraph.pictures.drawing import Text
from ictgraph.pictures.figure import Mark, Plot, Rect, broken, height_of, legend, placed
from ictgraph.pictures.layout import text_width, wrap
from ictgraph.pictures.looks import UNSTATED, Swatch
from ictgraph.pictures.names import NOTHING, Lang, Names, joined, plural
from ictgraph.pictures.reading import NOT_STATED, Reading, Row, number
from ictgraph.results import natural
from ictgraph.views import View

__all__ = ["MOST", "PANELS", "bars"]

MOST = 40
"""How many bars a panel has; the rest is one row that says how many."""

PANELS = 12
"""How many panels a picture has."""

_WIDTH = 920.0
_ROOM = 300.0
_ZERO = MARGIN + _ROOM + 14
_END = _WIDTH - MARGIN
_WORDS = 210.0
_THICK = 15.0
_PLAIN = Swatch(NOTHING, "#1c6dab", "#3f88c4")


@dataclass(frozen=True, slots=True)
class _Bar:
    """A row to draw: its name, its number if it has one, what to write at its end."""

    names: Names
    size: float | None
    words: str
    title: str
    href: str = ""
    swatch: Swatch | None = None


def bars(reading: Reading, view: View) -> Plot:
    """Draw the values of a column as bars, the longest first, those without a number last."""
    shades = reading.shades(view.colour)
    per = view.per or ("currency" if "currency" in reading.table.columns else "")
    panels: dict[Names, list[_Bar]] = {}
    for row in reading.rows:
        unit = reading.label(row, [per]) if per else NOTHING
        panels.setdefault(unit, []).append(_bar(reading, view, row, shades))
    order = sorted(panels, key=lambda one: (one == NOT_STATED, -len(panels[one]), one.en, one.zh))
    drawn = _Drawn(reading, view, per)
    for unit in order[:PANELS]:
        drawn.panel(unit, panels[unit])
    return drawn.plot(len(panels))


def _bar(reading: Reading, view: View, row: Row, shades: Mapping[str, Swatch]) -> _Bar:
    (column,) = view.columns
    values = reading.terms(row, column)
    known = [found for found in map(number, values) if found is not None]
    size = known[0] if len(known) == len(values) == 1 else None
    names = reading.label(row, view.by) if view.by else NOTHING
    words = [reading.label(row, [view.shown or column])]
    if size is None and values and not known:
        words = [reading.names(values)]
    if size is None and words != [NOT_STATED]:
        words.append(Names("no exact number", "无确切数字"))
    swatch = reading.shade(row, view.colour, shades)
    if swatch and swatch is not UNSTATED and view.colour not in view.by:
        words.append(reading.label(row, [view.colour]))
    said = " · ".join(one.text(reading.lang) for one in words)
    link = reading.link(row, [*view.by, column])
    return _Bar(names, size, said, reading.facts(row), link, swatch)


class _Drawn:
    """The panels drawn so far, from above downwards."""

    def __init__(self, reading: Reading, view: View, per: str) -> None:
        self._reading = reading
        self._per = per
        self._view = view
        self._lang: Lang = reading.lang
        self._y = 0.0
        self._marks: list[Mark] = []
        self._texts: list[Text] = []
        self._muted: list[Text] = []
        self._rules: list[str] = []
        self._swatches: list[Swatch | None] = []
        self._count = 0

    def panel(self, unit: Names, found: Sequence[_Bar]) -> None:
        """Draw the bars of one unit."""
        shown = sorted(found, key=_place)
        rest: list[_Bar] = []
        if len(shown) > MOST:
            shown, rest = shown[: MOST - 1], shown[MOST - 1 :]
        self._count += len(shown)
        self._swatches += [bar.swatch for bar in shown]
        if unit.en or unit.zh:
            of = joined((self._reading.heading(self._per), unit), ": ", "：")
            title = joined((self._reading.heading(self._view.columns[0]), of))
            lines = broken(title, self._lang, _WIDTH - 2 * MARGIN, rows=2, size=14.0)
            self._texts += placed(lines, MARGIN, self._y + height_of(lines) / 2, bold=True)
            self._y += height_of(lines) + 6
        scale = _Scale(shown, self._lang)
        top = self._y
        self._y += 16 if scale.ticks else 0
        for bar in shown:
            self._bar(bar, scale)
        if scale.ticks:
            self._rules += [f"M{scale.at(x):g} {top + 14:g}V{self._y:g}" for x in scale.ticks]
            self._muted += [
                Text(scale.at(x), top + 10, _plain(x), "", 11.0, "middle") for x in scale.ticks
            ]
        if rest:
            self._bar(_others(rest, self._lang), scale)
        self._y += 18

    def _bar(self, bar: _Bar, scale: _Scale) -> None:
        label = broken(bar.names, self._lang, _ROOM)
        words = _words(bar, self._lang)
        height = max(height_of(label), height_of(words)) + 6
        middle, start, end = self._y + height / 2, scale.at(0.0), scale.at(bar.size or 0.0)
        place = (min(start, end), middle - _THICK / 2, max(abs(end - start), 1.0), _THICK)
        rect = Rect(*place, bar.swatch or _PLAIN, framed=bar.swatch is UNSTATED)
        rects = (rect,) if bar.size is not None else ()
        texts = placed(label, MARGIN + _ROOM, middle, "end")
        texts += placed(words, max(start, end) + 7, middle)
        self._marks.append(
            Mark(
                bar.title,
                (MARGIN - 6, self._y, _WIDTH - 2 * MARGIN + 12, height),
                rects,
                texts,
                bar.href,
                "page" if bar.size is not None else "muted",
            )
        )
        self._y += height

    def plot(self, panels: int) -> Plot:
        """Return what was drawn."""
        heading, by = self._reading.heading, self._view.by
        value = heading(self._view.columns[0])
        total = len(self._reading.rows)
        notes = []
        if self._count < total:
            notes.append(
                Names(
                    f"{self._count} of {plural(total, 'row')} drawn"
                    + (f" in {PANELS} of {panels} groups" if panels > PANELS else ""),
                    f"绘出 {total:,} 行中的 {self._count} 行"
                    + (f"，{panels} 组中的 {PANELS} 组" if panels > PANELS else ""),
                )
            )
        return Plot(
            _WIDTH,
            self._y - 18,
            tuple(self._marks),
            "".join(self._rules),
            tuple(self._texts),
            tuple(self._muted),
            key=heading(self._view.colour) if self._view.colour else NOTHING,
            keys=legend(self._swatches),
            subtitle=joined((value, joined(map(heading, by), ", ", "、")), " by ", "，按"),
            notes=tuple(notes),
        )


class _Scale:
    """From numbers to the horizontal place of bars of one panel."""

    def __init__(self, found: Sequence[_Bar], lang: Lang) -> None:
        sizes = [one.size for one in found if one.size is not None]
        words = [line for one in found for line in _words(one, lang)]
        widest = max((text_width(text, size) for _, text, size in words), default=0.0)
        self._low, self._high = min([0.0, *sizes]), max([0.0, *sizes])
        self._room = _END - _ZERO - widest - 12
        whole = all(size == int(size) for size in sizes)
        self.ticks = _ticks(self._low, self._high, whole, self._room) if sizes else []

    def at(self, size: float) -> float:
        """Return the x of a number."""
        span = (self._high - self._low) or 1.0
        return round(_ZERO + (size - self._low) / span * self._room, 1)


def _words(bar: _Bar, lang: Lang) -> list[tuple[str, str, float]]:
    code = "" if lang == "both" else lang
    return [(code, line, 12.0) for line in wrap(bar.words, 12.0, _WORDS, rows=2)]


def _place(bar: _Bar) -> tuple[bool, bool, float, object, str]:
    name = bar.names.en or bar.names.zh
    unnamed = bar.names == NOT_STATED
    return (bar.size is None, unnamed, -(bar.size or 0.0), natural(name.casefold()), bar.title)


def _others(rest: Sequence[_Bar], lang: Lang) -> _Bar:
    """Return the row that stands for those beyond the cap; what overlaps is never added up."""
    sizes = [one.size for one in rest if one.size is not None]
    ends = list(dict.fromkeys(map(_plain, (min(sizes), max(sizes))))) if sizes else []
    words = Names(" to ".join(ends) + " each", "各 " + " 至 ".join(ends)) if ends else NOT_STATED
    names = [one.names.text(lang) for one in rest]
    return _Bar(
        Names(plural(len(rest), "other"), f"另 {len(rest):,} 项"),
        None,
        words.text(lang),
        "\n".join([*names[:40], *(["…"] if len(names) > 40 else [])]),
    )


def _ticks(low: float, high: float, whole: bool, room: float) -> list[float]:
    """Return round numbers from low to high whose texts do not touch."""
    if high <= low:
        return [0.0]
    first_exponent = max(math.floor(math.log10(high - low)) - 1, -100)
    for exponent in range(first_exponent, first_exponent + 6):
        for digit in (1, 2, 5):
            step = digit * 10.0**exponent
            if whole and step < 1:
                continue
            first, last = math.ceil(low / step), math.floor(high / step)
            ticks = [i * step for i in range(first, last + 1)] if last - first < 9 else []
            widest = max((text_width(_plain(one), 11.0) for one in ticks), default=0.0)
            if ticks and widest + 14 <= step / (high - low) * room:
                return ticks
    return [0.0]


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,g}"
