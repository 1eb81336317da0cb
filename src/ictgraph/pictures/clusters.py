"""Communities: a card each, institutions on the left, what they share on the right.

Every line is a claim; what two institutions share is a box of its own, so a group that hangs
together by one financing round looks like that and not like a web.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ictgraph.pictures.boxes import (
    MARGIN,
    Box,
    claim_note,
    connect,
    foot,
    frame,
    make_box,
    rows_of,
)
from ictgraph.pictures.drawing import Band, Draft, Line, Scene, Text, read
from ictgraph.pictures.layout import mean, settle
from ictgraph.pictures.names import Lang, Names

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["communities"]

_LEFT, _ALLEY, _RIGHT = 226.0, 66.0, 236.0
_PAD, _TOP, _GAP, _BETWEEN = 8.0, 28.0, 5.0, 20.0
_CARD = _LEFT + _ALLEY + _RIGHT + 2 * _PAD
_ACROSS = 2
_WIDTH = 2 * MARGIN + _ACROSS * _CARD + (_ACROSS - 1) * _BETWEEN


def communities(graph: nx.MultiDiGraph, lang: Lang = "both") -> Scene:
    """Draw communities, the first at the top, each below the shorter of the columns.

    :param graph: what :func:`ictgraph.analysis.community_network` gives: nodes have the number of
        their ``community``, and ``column`` 0 for institutions and 1 for what they share.
    """
    draft = read(graph)
    boxes = _boxes(draft, lang)
    note = claim_note(len(draft.lines))
    top, scene = frame(draft, "neighbourhood", note, lang, _WIDTH)
    cards: defaultdict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for node in draft.nodes:
        cards[graph.nodes[node.id]["community"]][int(node.column == 1)].append(node.id)
    ends = [top] * _ACROSS
    bands = []
    for number, (lefts, rights) in sorted(cards.items()):
        column = ends.index(min(ends))
        place = (MARGIN + column * (_CARD + _BETWEEN), ends[column])
        bands.append(_card(boxes, (number, lefts, rights), place, draft.lines, lang))
        ends[column] += bands[-1].height + 12
    drawn = replace(
        scene,
        nodes=tuple(boxes[node.id].node for node in draft.nodes),
        lines=connect(boxes, draft.lines, arrows=True),
        bands=tuple(bands),
    )
    return foot(drawn, max(ends))


def _boxes(draft: Draft, lang: Lang) -> dict[str, Box]:
    """Make the boxes; institutions carry the words for their lines."""
    columns = {node.id: node.column for node in draft.nodes}
    said: defaultdict[str, list[Line]] = defaultdict(list)
    for line in draft.lines:
        shared = columns[line.target] == 0 and columns[line.source] == 1
        said[line.target if shared else line.source].append(line)
    return {
        node.id: make_box(
            node,
            lang,
            _RIGHT if node.column == 1 else _LEFT,
            shape=draft.shapes.get(node.kind, "box"),
            rows=rows_of(said[node.id], lang, own=node.id),
        )
        for node in draft.nodes
    }


def _card(
    boxes: dict[str, Box],
    members: tuple[int, Sequence[str], Sequence[str]],
    place: tuple[float, float],
    lines: Sequence[Line],
    lang: Lang,
) -> Band:
    """Place the boxes of one community and return its card."""
    (number, lefts, rights), (x, y) = members, place
    below = y + _TOP
    for id in lefts:
        height = boxes[id].node.height
        boxes[id] = boxes[id].at(x + _PAD + _LEFT / 2, below + height / 2)
        below += height + _GAP
    wanted = {id: mean(_heights(boxes, id, lines), y) for id in rights}
    order = sorted(rights, key=lambda id: wanted[id])
    heights = [boxes[id].node.height for id in order]
    middles = settle([wanted[id] for id in order], heights, _GAP, y + _TOP)
    for id, at, height in zip(order, middles, heights, strict=True):
        boxes[id] = boxes[id].at(x + _CARD - _PAD - _RIGHT / 2, at)
        below = max(below, at + height / 2 + _GAP)
    names = Names(f"Community {number}", f"社群 {number}")
    text = f"{names.text(lang)} · {len(lefts)}"
    heading = Text(x + _PAD + 2, y + 18, text, "" if lang == "both" else lang, bold=True)
    return Band(x, y, _CARD, below - _GAP + _PAD - y, names, len(lefts), (heading,))


def _heights(boxes: Mapping[str, Box], id: str, lines: Sequence[Line]) -> list[float]:
    """Return where the lines of a shared thing leave its institutions."""
    return [
        boxes[line.target].node.y + boxes[line.target].ports.get(line.id, 0.0)
        for line in lines
        if line.source == id and boxes[line.target].node.column == 0
    ]
