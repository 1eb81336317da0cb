"""Matrix: what an answer says where a row meets a column; blank where it has no record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from ictgraph.pictures.boxes import MARGIN
from ictgraph.pictures.figure import (
    HATCHES,
    Key,
    Mark,
    Plot,
    Rect,
    broken,
    height_of,
    legend,
    placed,
)
from ictgraph.pictures.layout import text_width, web_link
from ictgraph.pictures.looks import Swatch
from ictgraph.pictures.names import NOTHING, Names, joined, plural
from ictgraph.pictures.reading import NOT_STATED, Reading, number
from ictgraph.results import Term, natural
from ictgraph.spoken import Gathered, gathered
from ictgraph.views import View

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "matrix"]

MOST_ROWS, MOST_COLUMNS = 80, 40
"""How many rows and columns are drawn; the note says how many are not."""

_EMPTY = Names("empty = no record in this graph", "空白＝本图谱无记录")

_LABEL = 230.0
_LEAST, _ROOMY, _MOST = 44.0, 96.0, 132.0
_FEW = 8
_TALL = 170.0
_NARROW = 640.0
_Raw = tuple[Term | None, ...]
_Place = tuple[Term | None, Term | None]


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands where a row meets a column."""

    names: Names
    total: float
    title: str
    swatch: Swatch | None = None
    hatch: int = -1


def matrix(reading: Reading, view: View) -> Plot:
    """Draw rows by columns, those with the greatest totals first, ties by name."""
    parts = _parts(reading, view.columns)
    shades = reading.shades(view.colour)
    hatches = _hatches(reading, view)
    cells = {place: _cell(part, view, shades, hatches) for place, part in parts.items()}
    axes = [_order(reading, cells, side) for side in (0, 1)]
    grid = _Grid(reading, view, cells, (axes[0][:MOST_ROWS], axes[1][:MOST_COLUMNS]))
    return grid.plot(shades, hatches, _note(view, reading, axes))


def _parts(reading: Reading, columns: Sequence[str]) -> dict[_Place, Reading]:
    """Return the rows of the answer by what they have in the two columns."""
    table = reading.table
    a, b = (table.columns.index(column) for column in columns)
    groups: dict[_Place, list[_Raw]] = {}
    for row in gathered(table):
        for place in _places(row, a, b):
            fitting = (raw for raw in row.rows if _fits(raw[a], place[0]))
            groups.setdefault(place, []).extend(raw for raw in fitting if _fits(raw[b], place[1]))
    return {place: reading.part(replace(table, rows=tuple(rows))) for place, rows in groups.items()}


def _places(row: Gathered, a: int, b: int) -> list[_Place]:
    """Return where a row of the answer stands: where its values meet in the rows of the engine.

    Values that only unions bring together, row by row, belong to the same record and meet too.
    """
    met = list(dict.fromkeys((raw[a], raw[b]) for raw in row.rows if None not in (raw[a], raw[b])))
    if not met:
        return [(x, y) for x in row.cells[a] or (None,) for y in row.cells[b] or (None,)]
    met += [(x, None) for x in row.cells[a] if x not in {place[0] for place in met}]
    return met + [(None, y) for y in row.cells[b] if y not in {place[1] for place in met}]


def _fits(value: Term | None, wanted: Term | None) -> bool:
    return value is None or value == wanted


def _hatches(reading: Reading, view: View) -> dict[str, int]:
    """Return the hatch of each value that has one, by name."""
    terms = {one for row in reading.rows for one in reading.terms(row, view.mark)}
    wanted = [one for one in terms if not view.marks or one.value in view.marks]
    wanted.sort(key=lambda one: (reading.names([one]).en, one.value))
    return {one.value: min(i, len(HATCHES) - 1) for i, one in enumerate(wanted)}


def _cell(
    part: Reading, view: View, shades: Mapping[str, Swatch], hatches: Mapping[str, int]
) -> _Cell:
    def values(column: str) -> list[Term]:
        return list(dict.fromkeys(t for row in part.rows for t in part.terms(row, column)))

    found = values(view.cell)
    tints = [shades[one.value] for one in values(view.colour)]
    said = values(view.mark)
    marks = [hatches[one.value] for one in said if one.value in hatches]
    numbers = [size for size in map(number, found) if size is not None]
    names, total = part.names(found), 1.0
    if not view.cell:
        names, total = Names(f"{len(part.rows):,}"), float(len(part.rows))
    elif len(numbers) == len(found):
        total = sum(numbers)
    if said and not total:
        names = NOTHING  # a hatch, or its absence, says more than a zero
    elif not (found or tints or names):
        names = NOT_STATED
    facts = [part.facts(row, view.columns) for row in part.rows]
    return _Cell(
        names,
        total,
        "\n".join(filter(None, facts)),
        min(tints, key=lambda one: one.rank, default=None),
        min(marks, default=-1),
    )


def _order(reading: Reading, cells: Mapping[_Place, _Cell], side: int) -> list[Term | None]:
    """Return the terms of one side by the total of their cells, then by name."""
    totals: dict[Term | None, float] = {}
    for place, cell in cells.items():
        totals[place[side]] = totals.get(place[side], 0.0) + cell.total

    def key(term: Term | None) -> tuple[object, ...]:
        names = _names(reading, term)
        name = natural((names.en or names.zh).casefold())
        return (term is None, -totals[term], name, term.value if term else "")

    return sorted(totals, key=key)


def _names(reading: Reading, term: Term | None) -> Names:
    return NOT_STATED if term is None else reading.names([term])


def _note(view: View, reading: Reading, axes: Sequence[Sequence[object]]) -> list[Names]:
    """Say what empty cells and numbers mean, and what was left out."""
    notes = [_EMPTY]
    if not view.cell:
        notes.append(Names("number = records", "数字＝记录数"))
    rows, columns = len(axes[0]) - MOST_ROWS, len(axes[1]) - MOST_COLUMNS
    if rows > 0:
        notes.append(Names(f"{plural(rows, 'other row')} not drawn", f"另有 {rows:,} 行未绘出"))
    if columns > 0:
        notes.append(
            Names(f"{plural(columns, 'other column')} not drawn", f"另有 {columns:,} 列未绘出")
        )
    return [joined(notes, "; ", "；")]


class _Grid:
    """The places of rows and columns, and what is drawn at them."""

    def __init__(
        self,
        reading: Reading,
        view: View,
        cells: Mapping[_Place, _Cell],
        axes: tuple[Sequence[Term | None], Sequence[Term | None]],
    ) -> None:
        self._reading, self._view, self._cells, self._axes = reading, view, cells, axes
        self._lang = reading.lang
        rows, columns = axes
        texts = [one.names.text(self._lang) for one in cells.values()]
        need = max((text_width(text, 12.0) for text in texts), default=0.0) + 12
        self._upright = len(columns) <= _FEW or need >= _ROOMY
        self._step = round(min(max(need, _ROOMY if self._upright else _LEAST), _MOST))
        self._left = MARGIN + _LABEL + 10
        self._labels = {one: broken(_names(reading, one), self._lang, _LABEL) for one in rows}
        room = self._step - 8 if self._upright else _TALL
        most = 4 if self._upright else 1 if self._lang == "both" else 2
        self._heads = {
            one: broken(_names(reading, one), self._lang, room, rows=most, size=12.0)
            for one in columns
        }
        lines = max((len(head) for head in self._heads.values()), default=1)
        widths = [text_width(text, size) for h in self._heads.values() for _, text, size in h]
        self._top = lines * 16.0 + 8 if self._upright else max(widths, default=0.0) + 10

    def plot(
        self, shades: Mapping[str, Swatch], hatches: Mapping[str, int], notes: Sequence[Names]
    ) -> Plot:
        """Draw everything."""
        rows, columns = self._axes
        marks = [self._column(i, one) for i, one in enumerate(columns)]
        ys = [self._top]
        for one in rows:
            found, height = self._line(one, ys[-1])
            marks += found
            ys.append(ys[-1] + height)
        xs = [self._left + i * self._step for i in range(len(columns) + 1)]
        rules = [f"M{MARGIN:g} {y:g}H{self._end:g}" for y in ys]
        rules += [f"M{x:g} {self._top:g}V{ys[-1]:g}" for x in xs]
        view, heading = self._view, self._reading.heading
        across = joined(map(heading, view.columns), " × ", " × ")
        coded = view.colour or view.mark
        return Plot(
            max(self._end + MARGIN, _NARROW),
            ys[-1],
            tuple(marks),
            "".join(rules),
            key=heading(coded) if coded else NOTHING,
            keys=self._keys(shades, hatches),
            subtitle=joined((across, heading(view.cell) if view.cell else NOTHING), ": ", "："),
            notes=tuple(notes),
        )

    def _line(self, row: Term | None, y: float) -> tuple[list[Mark], float]:
        """Draw the label and the cells of a row; return them and its height."""
        texts = {
            other: broken(cell.names, self._lang, self._step - 8, size=12.0)
            for other in self._axes[1]
            if (cell := self._cells.get((row, other)))
        }
        height = max(height_of(lines) for lines in (self._labels[row], *texts.values())) + 10
        marks = [self._row(row, y, height)]
        for i, other in enumerate(self._axes[1]):
            if other in texts:
                x = self._left + i * self._step
                marks.append(self._mark((row, other), x, y, height, texts[other]))
        return marks, height

    @property
    def _end(self) -> float:
        return self._left + len(self._axes[1]) * self._step

    def _column(self, i: int, term: Term | None) -> Mark:
        middle = self._left + (i + 0.5) * self._step
        lines, link = self._heads[term], _link(term)
        title = _names(self._reading, term).text(self._lang)
        area: tuple[float, float, float, float]
        if self._upright:
            area = (-self._step / 2 + 2, -self._top + 2, self._step - 4, self._top - 4)
            texts = placed(lines, 0.0, -5 - height_of(lines) / 2, "middle", bold=False)
            return Mark(title, area, (), texts, link, x=middle, y=self._top)
        area = (0.0, -self._step / 2 + 2, self._top - 2, self._step - 4.0)
        texts = placed(lines, 5.0, 0.0)
        return Mark(title, area, (), texts, link, x=middle, y=self._top, turned=True)

    def _row(self, term: Term | None, y: float, height: float) -> Mark:
        texts = placed(self._labels[term], MARGIN + _LABEL, y + height / 2, "end")
        area = (MARGIN, y + 1, _LABEL + 8, height - 2)
        title = _names(self._reading, term).text(self._lang)
        return Mark(title, area, (), texts, _link(term))

    def _mark(
        self,
        place: _Place,
        x: float,
        y: float,
        height: float,
        lines: list[tuple[str, str, float]],
    ) -> Mark:
        cell = self._cells[place]
        bare = not (cell.total or cell.swatch or cell.hatch >= 0)
        area = (x + 1, y + 1, self._step - 2, height - 2)
        rect = Rect(*area, cell.swatch, cell.hatch, framed=not bare)
        names = (_names(self._reading, one).text(self._lang) for one in place)
        return Mark(
            "\n".join(filter(None, [" × ".join(names), cell.title])),
            area,
            (rect,),
            placed(lines, x + self._step / 2, y + height / 2, "middle"),
            ground="hatch" if cell.hatch >= 0 else cell.swatch or ("muted" if bare else "page"),
        )

    def _keys(self, shades: Mapping[str, Swatch], hatches: Mapping[str, int]) -> tuple[Key, ...]:
        found = list(legend(shades.values()))
        terms = {
            one.value: one
            for row in self._reading.rows
            for one in self._reading.terms(row, self._view.mark)
        }
        marked: dict[int, list[Names]] = {}
        for value, hatch in hatches.items():
            marked.setdefault(hatch, []).append(self._reading.names([terms[value]]))
        found += [Key(joined(names, "; ", "；"), hatch=hatch) for hatch, names in marked.items()]
        return tuple(found)


def _link(term: Term | None) -> str:
    return web_link(term.value) if isinstance(term, NamedNode) else ""
