"""The figure: a chart as frozen data with positions, and how it becomes an SVG file.

A *plot* is what a kind of chart draws, from (0, 0) downwards; a figure puts title, notes, legend
and footer around it. Rectangles and texts of a row of the answer are one *mark*: it carries the
facts as its title, may be a link, and the keyboard reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

from ictgraph.pictures.boxes import MARGIN, paragraph, titled
from ictgraph.pictures.drawing import Text
from ictgraph.pictures.layout import ink, text_width, wrap
from ictgraph.pictures.looks import Swatch
from ictgraph.pictures.names import NOTHING, Lang, Names
from ictgraph.pictures.svg import document, escape, style, text_tag

__all__ = [
    "HATCHES",
    "LINE",
    "Figure",
    "Key",
    "Mark",
    "Plot",
    "Rect",
    "broken",
    "height_of",
    "legend",
    "placed",
    "render",
]

LINE = 16.0
"""Height of a line of text."""

HATCHES = ("M0 7L7 0M-1 1L1 -1M6 8L8 6", "M0 0L7 7M-1 6L1 8M6 -1L8 1", "M3.5 0V7M0 3.5H7")
"""Patterns of marked cells, 7 by 7."""

_SIZE, _SMALL = 13.0, 11.5
_LIGHT = """.rule{stroke:#d5dce6;fill:none}
.frame{stroke:#8496a9;fill:none}
.hatch{stroke:#5b6b7c;fill:none;stroke-width:1.3}
.wide{fill-opacity:.4}
.over{paint-order:stroke;stroke:%(page)s;stroke-width:4px}
"""
_DARK = """.rule{stroke:#33414f}
.frame{stroke:#6b7d90}
.hatch{stroke:#b4c0cc}
.over{stroke:%(page_dark)s}
"""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: filled with a colour, hatched, framed, or all of these.

    :ivar hatch: which of :data:`HATCHES`, -1 for none.
    :ivar wide: whether it stands for a span and not for a point: paler.
    :ivar onward: whether it goes on to the right of where it is cut.
    """

    x: float
    y: float
    width: float
    height: float
    swatch: Swatch | None = None
    hatch: int = -1
    framed: bool = False
    wide: bool = False
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing with facts, relative to ``x``, ``y``.

    :ivar area: where the sign of focus is drawn: x, y, width, height.
    :ivar ground: what its texts stand on: the page, a colour, or a hatch.
    :ivar turned: whether it reads upwards.
    """

    title: str
    area: tuple[float, float, float, float]
    rects: tuple[Rect, ...] = ()
    texts: tuple[Text, ...] = ()
    href: str = ""
    ground: Swatch | Literal["page", "muted", "hatch"] = "page"
    x: float = 0.0
    y: float = 0.0
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a colour, or a hatch."""

    names: Names
    swatch: Swatch | None = None
    hatch: int = -1


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart draws.

    :ivar rules: thin lines as SVG path data.
    :ivar muted: texts that only help to read the others.
    :ivar key: what the colours of the legend say.
    """

    width: float
    height: float
    marks: tuple[Mark, ...]
    rules: str = ""
    texts: tuple[Text, ...] = ()
    muted: tuple[Text, ...] = ()
    key: Names = NOTHING
    keys: tuple[Key, ...] = ()
    subtitle: Names = NOTHING
    notes: tuple[Names, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with what stands around it."""

    lang: Lang
    title: Names
    filters: Names
    footer: Names
    plot: Plot


def legend(found: Iterable[Swatch | None]) -> tuple[Key, ...]:
    """Return the entries for the colours in use, each once, in their order."""
    used = sorted({one for one in found if one}, key=lambda one: (one.rank, one.names.en))
    keys = {(one.names, one.light): Key(one.names, one) for one in used}
    return tuple(keys.values())


def broken(
    names: Names, lang: Lang, room: float, rows: int = 3, size: float = _SIZE
) -> list[tuple[str, str, float]]:
    """Break names into lines, a second language smaller: language, text, size.

    >>> broken(Names("melanoma", "黑色素瘤"), "both", 100)
    [('zh', '黑色素瘤', 13.0), ('en', 'melanoma', 11.5)]
    """
    return [
        (code, line, size if i == 0 else min(size, _SMALL))
        for i, (code, text) in enumerate(names.pick(lang))
        for line in wrap(text, size if i == 0 else min(size, _SMALL), room, rows=rows)
    ]


def height_of(lines: Sequence[object]) -> float:
    """Return the height that some lines need."""
    return LINE * max(len(lines), 1)


def placed(
    lines: Sequence[tuple[str, str, float]],
    x: float,
    middle: float,
    anchor: Literal["start", "middle", "end"] = "start",
    bold: bool = False,
) -> tuple[Text, ...]:
    """Place lines around a height."""
    top = middle - height_of(lines) / 2
    return tuple(
        Text(round(x, 1), round(top + LINE * i + 12.3, 1), text, code, size, anchor, bold)
        for i, (code, text, size) in enumerate(lines)
    )


def render(figure: Figure) -> str:
    """Return the figure as the text of an SVG file (UTF-8)."""
    plot, lang = figure.plot, figure.lang
    above = ((plot.subtitle, True), (figure.filters, False))
    top, texts = titled(figure.title, above, lang, plot.width)
    top += 14
    y, keys, heads = _legend(plot, lang, top + plot.height + 22)
    muted: list[Text] = []
    for names in (*plot.notes, figure.footer):
        y, more = paragraph(names, lang, plot.width, y)
        muted += more
    colours = dict.fromkeys(
        [rect.swatch for mark in plot.marks for rect in mark.rects if rect.swatch]
        + [key.swatch for key in plot.keys if key.swatch]
    )
    shades = dict.fromkeys((one.light, one.dark) for one in colours)
    classes = {shade: f"c{i}" for i, shade in enumerate(shades)}
    parts = [
        _patterns(plot),
        *(text_tag(text) for text in (*texts, *heads)),
        f'<g transform="translate(0 {top:g})">',
        f'<path class="rule" d="{plot.rules}"/>' if plot.rules else "",
        *(text_tag(text) for text in plot.texts),
        *(text_tag(text, name="muted") for text in plot.muted),
        *(_mark(mark, classes) for mark in plot.marks),
        "</g>",
        *(_key(key, x, y, lang, classes) for key, x, y in keys),
        *(text_tag(text, name="muted") for text in muted),
    ]
    about = (plot.subtitle, figure.filters, *plot.notes, figure.footer)
    said = " · ".join(filter(None, (one.text(lang) for one in about)))
    size = (plot.width, round(y + MARGIN, 1))
    return document(lang, figure.title, said, size, _style(classes), filter(None, parts))


def _legend(
    plot: Plot, lang: Lang, y: float
) -> tuple[float, list[tuple[Key, float, float]], list[Text]]:
    """Place the entries of the legend; return where it ends, the entries, and its heading."""
    if not plot.keys:
        return y - 12, [], []
    head = plot.key.text(lang)
    code = "" if lang == "both" else lang
    heads = [Text(MARGIN, y, head, code, 12.0, bold=True)] if head else []
    x, keys = MARGIN + (text_width(head, 13.2) + 14 if head else 0), []
    for key in plot.keys:
        room = 34 + text_width(_shown(key, plot.width, lang), 12.0) + 16
        if x + room > plot.width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + 20
        keys.append((key, x, y))
        x += room
    return y + 10, keys, heads


def _shown(key: Key, width: float, lang: Lang) -> str:
    return wrap(key.names.text(lang), 12.0, width - 2 * MARGIN - 34, rows=1)[0]


def _key(key: Key, x: float, y: float, lang: Lang, classes: dict[tuple[str, str], str]) -> str:
    swatch = _rect(Rect(x, y - 12, 28, 15, key.swatch, key.hatch, framed=True), classes)
    text = _shown(key, 1000, lang)
    return swatch + text_tag(Text(x + 34, y, text, "" if lang == "both" else lang, 12.0))


def _mark(mark: Mark, classes: dict[tuple[str, str], str]) -> str:
    x, y, width, height = mark.area
    name = ""
    if isinstance(mark.ground, Swatch):
        name = classes[mark.ground.light, mark.ground.dark] + "t"
    elif mark.ground != "page":
        name = {"muted": "muted", "hatch": "over"}[mark.ground]
    turn = " rotate(-90)" if mark.turned else ""
    place = f' transform="translate({mark.x:g} {mark.y:g}){turn}"' if mark.x or mark.y else ""
    tag, opening = "g", f'<g class="node" tabindex="0" role="img"{place}>'
    if mark.href:
        tag, opening = "a", f"<a href={quoteattr(mark.href)}{place}>"
    return (
        f"{opening}<title>{escape(mark.title)}</title>"
        + "".join(_rect(one, classes) for one in mark.rects)
        + f'<rect class="halo" pointer-events="all" x="{x:g}" y="{y:g}" width="{width:g}"'
        f' height="{height:g}"/>'
        + "".join(text_tag(text, name=name) for text in mark.texts)
        + f"</{tag}>"
    )


def _rect(rect: Rect, classes: dict[tuple[str, str], str]) -> str:
    x, y, width, height = rect.x, rect.y, rect.width, rect.height
    side = f"l6 {height / 2:g}l-6 {height / 2:g}" if rect.onward else f"v{height:g}"
    shape = f'<path d="M{x:g} {y:g}h{width:g}{side}h{-width:g}z"'
    found = []
    if rect.swatch:
        name = classes[rect.swatch.light, rect.swatch.dark]
        found.append(f'{shape} class="{name}{" wide" if rect.wide else ""}"/>')
    if rect.hatch >= 0:
        found.append(f'{shape} fill="url(#hatch-{rect.hatch})"/>')
    if rect.framed or rect.wide:
        found.append(f'{shape} class="frame"/>')
    return "".join(found)


def _patterns(plot: Plot) -> str:
    """Define the hatches in use."""
    used = sorted({key.hatch for key in plot.keys if key.hatch >= 0})
    return "".join(
        f'<pattern id="hatch-{i}" width="7" height="7" patternUnits="userSpaceOnUse">'
        f'<path class="hatch" d="{HATCHES[i]}"/></pattern>'
        for i in used
    )


def _style(classes: dict[tuple[str, str], str]) -> str:
    def rules(which: int) -> Iterable[str]:
        for shade, name in classes.items():
            yield f".{name}{{fill:{shade[which]}}}.{name}t{{fill:{ink(shade[which])}}}"

    return style(_LIGHT + "\n".join(rules(0)), _DARK + "\n".join(rules(1)))
