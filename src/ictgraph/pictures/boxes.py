"""Boxes and lines: a node with its texts becomes a box, a claim becomes a curve.

A box may carry *rows*: words about some of its lines (stage, role, detail). Those lines
leave the box beside their row, so each word belongs to its line without being written on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ictgraph.pictures.drawing import Band, Draft, Key, Kind, Lang, Line, Names, Node, Scene, Text
from ictgraph.pictures.layout import spread, text_width, wrap
from ictgraph.pictures.names import NOTHING

__all__ = [
    "MARGIN",
    "Box",
    "Row",
    "claim_note",
    "connect",
    "foot",
    "frame",
    "make_box",
    "paragraph",
    "rows_of",
    "shape_path",
    "stack",
    "titled",
]

MARGIN = 20.0
"""What a picture leaves free at its edges."""

_GROUPS = {
    "stage": Names("Stage (statements)", "阶段（陈述数）"),
    "modality": Names("Class (therapies)", "类别（疗法数）"),
    "kind": Names("Kind (entities)", "种类（实体数）"),
}

_STEP = 16.0
_SIZE, _SMALL = 13.0, 11.5
_PAD = 11.0
_BULGE = 46.0
_BAND_TOP, _BAND_PAD = 24.0, 8.0


@dataclass(frozen=True, slots=True)
class Row:
    """Words about the lines that leave beside them: ``(language, text)`` pairs, line ids."""

    words: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A node with its size and texts, and the height (from the centre) where lines leave."""

    node: Node
    ports: Mapping[str, float]

    def at(self, x: float, y: float) -> Box:
        """Return the box moved to a centre."""
        return replace(self, node=replace(self.node, x=round(x, 1), y=round(y, 1)))


def shape_path(shape: str, width: float, height: float) -> str:
    """Return the outline of a shape around (0, 0) as SVG path data.

    >>> shape_path("box", 20, 10)
    'M-7 -5h14q3 0 3 3v4q0 3 -3 3h-14q-3 0 -3 -3v-4q0 -3 3 -3z'
    """
    x, y = width / 2, height / 2
    if shape in ("hexagon", "diamond"):
        cut = min(8.0, y)
        return f"M{-x:g} 0L{cut - x:g} {-y:g}H{x - cut:g}L{x:g} 0L{x - cut:g} {y:g}H{cut - x:g}z"
    if shape == "octagon":
        cut = min(6.0, y)
        return (
            f"M{cut - x:g} {-y:g}H{x - cut:g}L{x:g} {cut - y:g}V{y - cut:g}L{x - cut:g} {y:g}"
            f"H{cut - x:g}L{-x:g} {y - cut:g}V{cut - y:g}z"
        )
    round_ = {"pill": 11.0, "ellipse": 11.0, "circle": 11.0, "dot": 11.0, "rounded": 7.0}
    r = min(round_.get(shape, 3.0), x, y)
    w, h = width - 2 * r, height - 2 * r
    return (
        f"M{r - x:g} {-y:g}h{w:g}q{r:g} 0 {r:g} {r:g}v{h:g}q0 {r:g} {-r:g} {r:g}"
        f"h{-w:g}q{-r:g} 0 {-r:g} {-r:g}v{-h:g}q0 {-r:g} {r:g} {-r:g}z"
    )


def make_box(
    node: Node,
    lang: Lang,
    width: float,
    *,
    shape: str = "box",
    rows: Sequence[Row] = (),
    glyph: str = "",
    bold: bool = False,
    least: float = 0.0,
) -> Box:
    """Write a node's names and rows into a box of a given width; the height follows.

    Name and rows stand side by side where they fit, else the rows follow below.
    """
    left = _PAD - width / 2 + (19 if glyph else 0)
    right = width / 2 - _PAD - (18 if node.doubts else 0)
    grown = 1.1 if bold else 1.0
    names, tags = _broken(node.names.pick(lang), rows, right - left, grown)
    beside = _fits(names, tags, right - left, grown)
    count = max(len(names), len(tags)) if beside else len(names) + len(tags)
    side: Literal["start", "end"] = "end" if beside else "start"
    ys = _baselines(count, 0, len(names), beside)
    below = _baselines(count, len(names), len(tags), beside)
    texts = [
        Text(left, y, text, code, size, bold=bold)
        for (code, text, size), y in zip(names, ys, strict=True)
    ]
    if glyph:
        texts.insert(0, Text(_PAD - width / 2, texts[0].y, glyph))
    x = right if beside else left
    texts += [
        Text(x, y, text, code, _SMALL, side) for (code, text, _), y in zip(tags, below, strict=True)
    ]
    height = max(count * _STEP + 7, least)
    outline = shape_path(shape, width, height)
    mark = (width / 2 - _PAD - 5, round(0 if count == 1 else 14.5 - height / 2, 1))
    placed = replace(node, width=width, height=height, outline=outline, mark=mark)
    return Box(replace(placed, texts=tuple(texts)), _ports(tags, below))


def _broken(
    names: Sequence[tuple[str, str]], rows: Sequence[Row], room: float, grown: float
) -> tuple[list[tuple[str, str, float]], list[tuple[str, str, Row]]]:
    """Break names and rows into lines: language, text, and size or row."""
    broken = [
        (code, text, _SIZE if i == 0 else _SMALL)
        for i, (code, name) in enumerate(names)
        for text in wrap(name, _SIZE * grown, room, rows=4)
    ]
    tags = [
        (code, text, row)
        for row in rows
        for code, words in row.words
        for text in wrap(words, _SMALL, room, rows=2)
    ]
    return broken, tags


def _fits(
    names: Sequence[tuple[str, str, float]],
    tags: Sequence[tuple[str, str, Row]],
    room: float,
    grown: float,
) -> bool:
    """Return whether there are tags and they fit beside the names."""
    widest = max((text_width(text, size * grown) for _, text, size in names), default=0.0)
    tag_width = max((text_width(text, _SMALL) for _, text, _ in tags), default=0.0)
    return bool(tags) and widest + 14 + tag_width <= room


def _ports(tags: Sequence[tuple[str, str, Row]], ys: Sequence[float]) -> dict[str, float]:
    """Return for each line of a row the height of the row's middle."""
    found: defaultdict[Row, list[float]] = defaultdict(list)
    for (_, _, row), y in zip(tags, ys, strict=True):
        found[row].append(y - 4.5)
    return {id: sum(at) / len(at) for row, at in found.items() for id in row.lines}


def _baselines(count: int, first: int, lines: int, centred: bool) -> list[float]:
    """Return the baselines of ``lines`` lines in a box that holds ``count``."""
    top = -(lines if centred else count) * _STEP / 2
    start = 0 if centred else first
    return [round(top + _STEP * (start + i) + 12.5, 1) for i in range(lines)]


def connect(
    boxes: Mapping[str, Box], lines: Sequence[Line], *, middle: float = 0.0, arrows: bool = False
) -> tuple[Line, ...]:
    """Return the lines with their curves, each at a place of its own on both boxes.

    :param middle: lines inside one column bulge away from this x.
    """
    ends: defaultdict[tuple[str, int, float], list[tuple[float, int, str]]] = defaultdict(list)
    for rank, line in enumerate(lines):
        for own, other in ((line.source, line.target), (line.target, line.source)):
            box, far = boxes[own], boxes[other]
            height = far.node.y + far.ports.get(line.id, 0.0)
            ends[own, _side(box.node, far.node, middle), box.ports.get(line.id, 0.0)].append(
                (height, rank, line.id)
            )
    points: defaultdict[str, dict[str, tuple[float, float, int]]] = defaultdict(dict)
    for (own, side, port), found in ends.items():
        node = boxes[own].node
        room = _STEP - 5 if port else node.height - 9
        for offset, (_, _, id) in zip(spread(len(found), room), sorted(found), strict=True):
            points[id][own] = (node.x + side * node.width / 2, node.y + port + offset, side)
    return tuple(_curve(line, points[line.id], arrows) for line in lines)


def _side(own: Node, far: Node, middle: float) -> int:
    """Return 1 if a line leaves on the right, -1 on the left; same column: the outer side."""
    if abs(far.x - own.x) > 1:
        return 1 if far.x > own.x else -1
    return -1 if own.x < middle else 1


def _curve(line: Line, points: Mapping[str, tuple[float, float, int]], arrows: bool) -> Line:
    (x1, y1, side), (x2, y2, into) = points[line.source], points[line.target]
    if line.source == line.target:
        y1, y2 = y1 - 5, y2 + 5
    head = ""
    end = x2
    if arrows:
        head = f"M{x2:g} {y2:g}l{into * 8:g} -3.5v7z"
        end = x2 + into * 6
    bend = _BULGE if side == into else abs(end - x1) / 2
    turn, arrive, far = side * bend, end + into * bend - x1, end - x1
    path = f"M{x1:g} {y1:g}c{turn:g} 0 {arrive:g} {y2 - y1:g} {far:g} {y2 - y1:g}"
    return replace(line, path=path, head=head)


def rows_of(lines: Iterable[Line], lang: Lang, lead: Names = NOTHING, own: str = "") -> list[Row]:
    """Gather lines that say the same words into rows; ``lead`` opens the first.

    :param own: an arrow says of which lines this node is the object.
    """
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for line in lines:
        arrow = "← " if own and line.target == own else ""
        words = Names(line.word("en"), line.word("zh")).pick(lang)
        found.setdefault(tuple((code, arrow + word) for code, word in words), []).append(line.id)
    opening = lead.pick(lang)
    rows = [Row(words, tuple(ids)) for words, ids in found.items()]
    if not opening:
        return rows
    if not rows:
        return [Row(opening, ())]
    if not rows[0].words:
        return [Row(opening, rows[0].lines), *rows[1:]]
    leads = dict(opening) if len(opening) > 1 else {rows[0].words[0][0]: opening[0][1]}
    first = tuple(
        (code, f"{leads[code]} · {word}" if code in leads else word) for code, word in rows[0].words
    )
    return [Row(first, rows[0].lines), *rows[1:]]


def stack(
    boxes: dict[str, Box],
    ids: Sequence[str],
    heading: tuple[Names, Lang],
    place: tuple[float, float],
    gap: float = 4.0,
) -> tuple[Band, float]:
    """Stack boxes under a heading; return their band and where the next one starts.

    :param place: the x of their centres and the y where the band begins.
    """
    (names, lang), (x, y) = heading, place
    width = max(boxes[id].node.width for id in ids) + 2 * _BAND_PAD
    left = x - width / 2
    texts = _band_heading(names.pick(lang), len(ids), left, y, width)
    below = y + _BAND_TOP
    for id in ids:
        height = boxes[id].node.height
        boxes[id] = boxes[id].at(x, below + height / 2)
        below += height + gap
    below += _BAND_PAD - gap
    return Band(left, y, width, below - y, names, len(ids), texts), below + 12


def _band_heading(
    shown: Sequence[tuple[str, str]], count: int, left: float, y: float, width: float
) -> tuple[Text, ...]:
    """Write the names of a band side by side, and how many it holds after the last."""
    texts: list[Text] = []
    at = left + _BAND_PAD + 2
    for i, (code, text) in enumerate(shown):
        tail = f" · {count}" if i == len(shown) - 1 else ""
        room = (left + width - at - text_width(f" · {count}/{count}", 13.0) - 12) / (len(shown) - i)
        line = wrap(text, 14.3, room, rows=1)[0] + tail
        texts.append(Text(at, y + 17, line, code, 13.0, bold=True))
        at += text_width(line, 14.3) + 8
    return tuple(texts)


def frame(draft: Draft, kind: Kind, note: Names, lang: Lang, width: float) -> tuple[float, Scene]:
    """Place title, filters, note and legend; return where the picture below them starts.

    The scene lacks what it shows, and its :func:`foot`.
    """
    y, captions = titled(draft.title, ((draft.filters, True), (note, False)), lang, width)
    y += 12
    keys: list[Key] = []
    group, x = "", MARGIN
    for key in draft.keys:
        room = 34 + text_width(f"{key.names.text(lang)} {key.count}", 12.0) + 16
        if key.group != group:
            group, y, head = key.group, y + 20, _GROUPS[key.group].text(lang)
            captions.append(Text(MARGIN, y, head, "" if lang == "both" else lang, 12.0, bold=True))
            x = MARGIN + text_width(head, 13.2) + 14
        elif x + room > width - MARGIN:
            x, y = MARGIN, y + 20
        keys.append(replace(key, x=x, y=y))
        x += room
    return y + 28, Scene(
        kind=kind,
        lang=lang,
        title=draft.title,
        note=note,
        build=draft.build,
        width=width,
        captions=tuple(captions),
        keys=tuple(keys),
        filters=draft.filters,
        footer=draft.footer,
    )


def titled(
    title: Names, below: Iterable[tuple[Names, bool]], lang: Lang, width: float
) -> tuple[float, list[Text]]:
    """Place a title and paragraphs, some of them bold, at the top; return where they end."""
    texts: list[Text] = []
    y = 12.0
    for (code, name), size in zip(title.pick(lang), (20.0, 15.0), strict=False):
        for line in wrap(name, size * 1.1, width - 2 * MARGIN, rows=2):
            y += 24
            texts.append(Text(MARGIN, y, line, code, size, bold=True))
    for names, bold in below:
        y, more = paragraph(names, lang, width, y, bold)
        texts += more
    return y, texts


def foot(scene: Scene, y: float) -> Scene:
    """Place sources, build and licence below ``y``, where the picture ends."""
    below, texts = paragraph(scene.footer, scene.lang, scene.width, y + 8)
    return replace(scene, height=below + MARGIN, captions=(*scene.captions, *texts))


def paragraph(
    names: Names, lang: Lang, width: float, y: float, bold: bool = False
) -> tuple[float, list[Text]]:
    """Write each language on lines of its own below ``y``; return where they end."""
    texts: list[Text] = []
    for code, text in names.pick(lang):
        for line in wrap(text, 13.2 if bold else 12.0, width - 2 * MARGIN, rows=2):
            y += 18
            texts.append(Text(MARGIN, y, line, code, 12.0, bold=bold))
    return y, texts


def claim_note(count: int) -> Names:
    """Return the sentence that says what a line is.

    >>> claim_note(1).en
    'every line is one statement, with the passages that make it; 1 line'
    """
    plural = "" if count == 1 else "s"
    return Names(
        f"every line is one statement, with the passages that make it; {count} line{plural}",
        f"每条线是一条陈述，并附作出该陈述的段落；共 {count} 条线",
    )
