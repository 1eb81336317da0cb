"""Ways between two entities: one lane for each, from the first entity on the left to the last.

An entity on several ways stands in the lane of the best, and so do both ends. The words of a
statement stand in the box farther from the start, where its line arrives.
"""

from __future__ import annotations

from collections import defaultdict
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
from ictgraph.pictures.layout import clean
from ictgraph.pictures.names import Lang, Names

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["lanes"]

_BOX, _ALLEY = 196.0, 64.0
_TOP, _PAD, _BETWEEN = 26.0, 8.0, 12.0


def lanes(graph: nx.MultiDiGraph, lang: Lang = "both") -> Scene:
    """Draw ways side by side.

    :param graph: what :func:`ictgraph.routes.route_network` gives: nodes have their ``place`` on
        the way and their ``lane``, and the graph what each of the ``lanes`` is called.
    """
    draft = read(graph)
    places = {node.id: int(graph.nodes[node.id]["place"]) for node in draft.nodes}
    last = max(places.values())
    width = max(2 * MARGIN + (last + 1) * _BOX + last * _ALLEY, 640.0)
    top, scene = frame(draft, "neighbourhood", claim_note(len(draft.lines)), lang, width)
    boxes = _boxes(draft, places, lang)
    bands = []
    for number, one in enumerate(graph.graph["lanes"]):
        members = [id for id in boxes if graph.nodes[id]["lane"] == number]
        height = max([boxes[id].node.height for id in members], default=0.0) + _TOP + _PAD
        for id in members:
            x = MARGIN + places[id] * (_BOX + _ALLEY) + _BOX / 2
            boxes[id] = boxes[id].at(x, top + (height + _TOP - _PAD) / 2)
        if last > 1:
            bands.append(_lane(Names(clean(one["en"]), clean(one["zh"])), top, height, last, lang))
        top += height + _BETWEEN
    drawn = replace(
        scene,
        nodes=tuple(boxes[node.id].node for node in draft.nodes),
        lines=connect(boxes, draft.lines, arrows=True),
        bands=tuple(bands),
        centre=str(graph.graph["centre"]),
    )
    return foot(drawn, top)


def _lane(names: Names, y: float, height: float, last: int, lang: Lang) -> Band:
    """Return the band behind the entities between the two ends."""
    x = MARGIN + _BOX + _ALLEY / 2
    width = (last - 1) * (_BOX + _ALLEY)
    code = "" if lang == "both" else lang
    text = Text(x + _ALLEY / 2 + 4, y + 17, names.text(lang), code, 12.0, bold=True)
    return Band(x, y, width, height, names, 1, (text,))


def _boxes(draft: Draft, places: dict[str, int], lang: Lang) -> dict[str, Box]:
    """Make the boxes; each has the words of the lines that come from nearer the start."""
    words: defaultdict[str, list[Line]] = defaultdict(list)
    for line in draft.lines:
        outer = line.source if places[line.source] > places[line.target] else line.target
        words[outer].append(line)
    return {
        node.id: make_box(
            node,
            lang,
            _BOX,
            shape=draft.shapes.get(node.kind, "box"),
            rows=rows_of(words[node.id], lang),
            bold=places[node.id] in (0, max(places.values())),
        )
        for node in draft.nodes
    }
