"""Scenes: a networkx graph becomes a drawing with positions, the same on every machine.

:func:`landscape` draws institution, therapy and disease with therapies in target bands, every
line one claim; above :data:`CAP` therapies it counts instead. :func:`neighbourhood` draws an
entity with what surrounds it. The graph's attributes are described in ``docs/pictures.md``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ictgraph.pictures.boxes import (
    MARGIN,
    Box,
    Row,
    claim_note,
    connect,
    foot,
    frame,
    make_box,
    rows_of,
    stack,
)
from ictgraph.pictures.drawing import Band, Draft, Lang, Line, Names, Node, Scene, Text, read
from ictgraph.pictures.layout import mean, settle, untangle
from ictgraph.pictures.neighbourhood import neighbourhood

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["CAP", "NOT_STATED", "landscape", "neighbourhood"]

CAP = 60
"""How many therapies a landscape draws line by line; above, it is a summary of counts."""

NOT_STATED = Names("target not stated", "靶点未注明")

_WIDTHS, _GUTTER = (226.0, 364.0, 242.0), 82.0
_LEFTS = (
    MARGIN,
    MARGIN + _WIDTHS[0] + _GUTTER,
    MARGIN + _WIDTHS[0] + _WIDTHS[1] + 2 * _GUTTER,
)
_MIDDLES = tuple(left + width / 2 for left, width in zip(_LEFTS, _WIDTHS, strict=True))
_WIDTH = _LEFTS[2] + _WIDTHS[2] + MARGIN
_HEADINGS = (
    Names("Institutions", "机构"),
    Names("Therapies by target", "疗法（按靶点分组）"),
    Names("Diseases", "疾病"),
)


def landscape(graph: nx.MultiDiGraph, lang: Lang = "both") -> Scene:
    """Draw who develops what for which disease.

    :raises InputError: if the graph is not one that :mod:`ictgraph.networks` builds.
    """
    draft = read(graph)
    columns = [[node for node in draft.nodes if node.column == i] for i in range(3)]
    if len(columns[1]) > CAP:
        return _summary(draft, columns, lang)
    top, scene = frame(draft, "landscape", claim_note(len(draft.lines)), lang, _WIDTH)
    groups, lefts, rights = _ordered(draft, columns)
    boxes = _landscape_boxes(draft, lang)
    bands, y = _bands(boxes, groups, lang, top + 30)
    spare = max(_tall(boxes, lefts), _tall(boxes, rights)) - (y - top - 30)
    if spare > 0:
        gap = 4 + min(spare / len(columns[1]), 16.0) if columns[1] else 4.0
        bands, y = _bands(boxes, groups, lang, top + 30, gap)
    for ids, column in ((lefts, 0), (rights, 2)):
        _beside(boxes, ids, _MIDDLES[column], draft.lines, (top + 34, y))
    bottom = max((box.node.y + box.node.height / 2 for box in boxes.values()), default=y)
    heads = [(names, _count(column)) for names, column in zip(_HEADINGS, columns, strict=True)]
    drawn = replace(
        scene,
        nodes=tuple(boxes[node.id].node for node in draft.nodes),
        lines=connect(boxes, draft.lines),
        bands=tuple(bands),
        headings=_headings(heads, _LEFTS, top + 14, lang),
    )
    return foot(drawn, max(bottom, y))


def _count(nodes: Iterable[Node]) -> int:
    """Count what is stated."""
    return sum(1 for node in nodes if node.stated)


def _bands(
    boxes: dict[str, Box],
    groups: Sequence[tuple[Names, list[str]]],
    lang: Lang,
    y: float,
    gap: float = 4.0,
) -> tuple[list[Band], float]:
    """Stack the target groups from ``y`` down; return their bands and where they end."""
    bands = []
    for names, ids in groups:
        band, y = stack(boxes, ids, (names, lang), (_MIDDLES[1], y), gap)
        bands.append(band)
    return bands, y


def _tall(boxes: dict[str, Box], ids: Sequence[str]) -> float:
    """Return the height of a column of boxes set as close as they may be."""
    return sum(boxes[id].node.height + 8.0 for id in ids)


def _headings(
    heads: Sequence[tuple[Names, int]], lefts: Sequence[float], y: float, lang: Lang
) -> tuple[Text, ...]:
    code = "" if lang == "both" else lang
    return tuple(
        Text(left, y, f"{names.text(lang)} ({count})", code, 14.0, bold=True)
        for left, (names, count) in zip(lefts, heads, strict=True)
    )


def _ordered(
    draft: Draft, columns: Sequence[Sequence[Node]]
) -> tuple[list[tuple[Names, list[str]]], list[str], list[str]]:
    """Return target groups, institutions and diseases as ids, in the order to draw them."""
    at = {node.id: node.column for node in draft.nodes}
    pairs = [_left_first(line, at) for line in draft.lines]
    groups = _target_groups(draft, columns[1])
    order, lefts, rights = untangle(
        [[node.id for node in members] for _, members in groups],
        [(a, b) for a, b in pairs if (at[a], at[b]) == (0, 1)],
        [(a, b) for a, b in pairs if (at[a], at[b]) == (1, 2)],
    )
    for ids, column in ((lefts, columns[0]), (rights, columns[2])):
        known = set(ids)
        ids += [node.id for node in column if node.id not in known]
        unstated = {node.id for node in column if not node.stated}
        ids.sort(key=unstated.__contains__)
    return [(names, ids) for (names, _), ids in zip(groups, order, strict=True)], lefts, rights


def _left_first(line: Line, columns: Mapping[str, int]) -> tuple[str, str]:
    """Return the ends of a line as they are drawn, whatever way its claim reads."""
    ends = (line.source, line.target)
    return ends if columns[ends[0]] <= columns[ends[1]] else (ends[1], ends[0])


def _target_groups(draft: Draft, therapies: Sequence[Node]) -> list[tuple[Names, list[Node]]]:
    """Group therapies by their set of targets, biggest group first, not stated last."""
    groups: defaultdict[tuple[Names, ...], list[Node]] = defaultdict(list)
    for node in therapies:
        groups[tuple(sorted(node.targets, key=lambda one: (one.en, one.zh)))].append(node)
    furthest: defaultdict[str, int] = defaultdict(lambda: len(draft.order))
    for line in draft.lines:
        rank = draft.order.get(line.stage, len(draft.order))
        furthest[line.source] = min(furthest[line.source], rank)
    for members in groups.values():
        members.sort(key=lambda node: (furthest[node.id], node.names.en, node.names.zh, node.id))
    found = [(_target_names(targets), members) for targets, members in groups.items()]
    return sorted(found, key=lambda one: (one[0] == NOT_STATED, -len(one[1]), one[0].en, one[0].zh))


def _target_names(targets: Iterable[Names]) -> Names:
    """Return the name of a set of targets.

    >>> _target_names([Names("CD19", "CD19"), Names("BCMA", "")]).zh
    'CD19 + BCMA'
    """
    known = list(targets)
    if not known:
        return NOT_STATED
    return Names(" + ".join(t.en or t.zh for t in known), " + ".join(t.zh or t.en for t in known))


def _landscape_boxes(draft: Draft, lang: Lang) -> dict[str, Box]:
    """Make the boxes: stages on the therapies, roles on the institutions."""
    of: defaultdict[str, list[Line]] = defaultdict(list)
    degree: Counter[str] = Counter()
    rank = len(draft.order)
    columns = {node.id: node.column for node in draft.nodes}
    for line in sorted(draft.lines, key=lambda one: draft.order.get(one.stage, rank)):
        of[_left_first(line, columns)[0]].append(line)
        degree.update((line.source, line.target))
    boxes = {}
    for node in draft.nodes:
        lines = of[node.id]
        shape = draft.shapes.get(node.kind, "box")
        key = draft.key("modality", node.modality)
        if node.column == 1:
            staged = [line for line in lines if columns[line.target] != 1 or line.stage]
            rows = rows_of(staged, lang, key.names if key else Names())
            glyph = key.glyph if key else ""
            boxes[node.id] = make_box(
                node, lang, _WIDTHS[1], shape="pill", rows=rows, glyph=glyph, bold=True
            )
            continue
        rows = rows_of(lines, lang, own=node.id) if node.column == 0 else []
        boxes[node.id] = make_box(
            node,
            lang,
            _WIDTHS[min(max(node.column, 0), 2)],
            shape=shape,
            rows=rows,
            least=3.0 * degree[node.id] + 9,
        )
    return boxes


def _beside(
    boxes: dict[str, Box],
    ids: Sequence[str],
    x: float,
    lines: Sequence[Line],
    room: tuple[float, float],
) -> None:
    """Place a column of boxes as near as can be to the therapies they are linked with.

    :param room: where the column starts, and where what is linked with nothing or stands for
        what is not stated is wanted.
    """
    top, bottom = room
    wanted: defaultdict[str, list[float]] = defaultdict(list)
    for line in lines:
        for own, far in ((line.source, line.target), (line.target, line.source)):
            wanted[own].append(boxes[far].node.y + boxes[far].ports.get(line.id, 0.0))
    heights = [boxes[id].node.height for id in ids]
    mid = {id: mean(wanted[id], bottom) if boxes[id].node.stated else bottom for id in ids}
    at = settle([mid[id] for id in ids], heights, 8.0, top)
    for id, y in zip(ids, at, strict=True):
        boxes[id] = boxes[id].at(x, y)


# Summary: a landscape too big for lines


def _summary(draft: Draft, columns: Sequence[Sequence[Node]], lang: Lang) -> Scene:
    """Rank institutions, targets and diseases by their therapies; no line is drawn."""
    top, scene = frame(draft, "summary", _summary_note(len(columns[1])), lang, _WIDTH)
    members = _members(draft, columns[1])
    targets = [Node(f"target:{i}", names) for i, names in enumerate(_targets(columns[1]))]
    nodes: list[Node] = []
    bars: list[Band] = []
    room = (_WIDTH - 2 * MARGIN) / 3
    lefts = [MARGIN + i * room for i in range(3)]
    facets = (columns[0], targets, columns[2])
    longest = max((len(members[node.id]) for facet in facets for node in facet), default=0)
    for i, entries in enumerate(facets):
        full = [replace(node, members=members[node.id]) for node in entries]
        place = (lefts[i], top + 28, room)
        placed, found = _bars(draft, _ranked(full, i), lang, place, longest or 1)
        nodes += placed
        bars += found
    shown = {node.id for node in nodes}
    names = (_HEADINGS[0], Names("Targets", "靶点"), _HEADINGS[2])
    heads = [(name, _count(facet)) for name, facet in zip(names, facets, strict=True)]
    drawn = replace(
        scene,
        nodes=(*nodes, *(node for node in draft.nodes if node.id not in shown)),
        lines=draft.lines,
        bands=tuple(bars),
        headings=_headings(heads, lefts, top + 14, lang),
    )
    return foot(drawn, max(node.y + node.height / 2 for node in nodes) + 8)


def _summary_note(therapies: int) -> Names:
    return Names(
        f"summary of {therapies} therapies: bars count therapies by furthest stage; "
        f"narrow it to {CAP} (by stage, target, disease …) to see every statement as a line",
        f"{therapies} 个疗法的汇总：条形为疗法数（按最高阶段）；"
        f"按阶段、靶点、疾病等筛选到 {CAP} 个以内即逐条画线",
    )


def _targets(therapies: Sequence[Node]) -> dict[Names, list[str]]:
    """Return the therapies of each target, one of several targets counting for each."""
    found: dict[Names, list[str]] = {}
    for node in therapies:
        for target in node.targets or (NOT_STATED,):
            found.setdefault(target, []).append(node.id)
    return found


def _members(draft: Draft, therapies: Sequence[Node]) -> defaultdict[str, tuple[str, ...]]:
    """Return for each institution, target and disease its therapies."""
    known = {node.id for node in therapies}
    linked: defaultdict[str, set[str]] = defaultdict(set)
    for line in draft.lines:
        for own, far in ((line.source, line.target), (line.target, line.source)):
            linked[own] |= {far} & known
    for i, ids in enumerate(_targets(therapies).values()):
        linked[f"target:{i}"] = set(ids)
    return defaultdict(tuple, {id: tuple(sorted(ids)) for id, ids in linked.items()})


def _ranked(nodes: list[Node], column: int, most: int = 25) -> list[Node]:
    """Return the nodes with most members first, the rest folded into one row, not stated last."""
    nodes.sort(key=lambda node: (-len(node.members), node.names.en, node.names.zh, node.id))
    unstated = [node for node in nodes if not node.stated or node.names == NOT_STATED]
    nodes = [node for node in nodes if node not in unstated]
    if len(nodes) > most:
        rest = nodes[most - 1 :]
        members = {id for node in rest for id in node.members}
        names = Names(f"{len(rest)} others", f"其他 {len(rest)} 项")
        nodes = [*nodes[: most - 1], Node(f"rest:{column}", names, members=tuple(sorted(members)))]
    return [replace(node, column=column) for node in nodes + unstated]


def _bars(
    draft: Draft,
    nodes: Sequence[Node],
    lang: Lang,
    place: tuple[float, float, float],
    longest: int,
) -> tuple[list[Node], list[Band]]:
    """Draw one ranked column at (x, y, width): a box and a bar per node, none for the rest.

    :param longest: how many therapies the longest bar of all columns counts.
    """
    x, y, room = place
    furthest: dict[str, int] = {}
    for line in draft.lines:
        rank = draft.order.get(line.stage, len(draft.order))
        furthest[line.source] = min(furthest.get(line.source, rank), rank)
    stages = [draft.key("stage", id) for id in draft.order]
    scale = room * 0.3 / longest
    placed, bars = [], []
    for node in nodes:
        rows = [Row((("", str(len(node.members))),), ())]
        box = make_box(node, lang, room * 0.62, rows=rows)
        box = box.at(x + room * 0.31, y + box.node.height / 2)
        placed.append(box.node)
        at = x + room * 0.62 + 4
        tally: defaultdict[int, list[str]] = defaultdict(list)
        for id in node.members if node.id[:5] != "rest:" else ():
            tally[furthest.get(id, len(stages))].append(id)
        for rank, ids in sorted(tally.items()):
            key = stages[rank] if rank < len(stages) else None
            fill = key.colour if key else "#8496a9"
            names, long = key.names if key else Names(), len(ids) * scale
            bar = Band(at, box.node.y - 7, long, 14.0, names, len(ids), fill=fill)
            bars.append(replace(bar, members=tuple(ids)))
            at += long
        y += box.node.height + 5
    return placed, bars
