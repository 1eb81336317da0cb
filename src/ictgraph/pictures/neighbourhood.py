"""The neighbourhood: an entity in the middle, the others beside it by distance and kind.

Every claim's words stand in the box farther from the centre, where its line arrives, so a
line is never written on and parallel claims stay apart. Beyond one hop, more than :data:`MOST`
entities are gathered: the nearest and best connected are drawn, dashed boxes list the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ictgraph.errors import UnknownName
from ictgraph.pictures.boxes import (
    MARGIN,
    Box,
    claim_note,
    connect,
    foot,
    frame,
    make_box,
    rows_of,
    stack,
)
from ictgraph.pictures.drawing import LIGHT, Band, Draft, Lang, Line, Names, Node, Scene, read
from ictgraph.pictures.layout import mean, settle

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["MOST", "neighbourhood"]

MOST = 60
"""How many entities a neighbourhood of several hops draws one by one."""

_BOX, _CENTRE, _ALLEY = 212.0, 190.0, 72.0


def neighbourhood(graph: nx.MultiDiGraph, centre: str, lang: Lang = "both") -> Scene:
    """Draw an entity in the middle and the others beside it, by distance and kind.

    :raises UnknownName: if ``centre`` is no node of the graph.
    """
    whole = read(graph)
    _refuse_strange(whole, centre)
    hops, parents = _distances(whole, centre)
    sides = _sides(whole, centre, hops, parents)
    many = int(graph.graph.get("hops") or 1) > 1 and len(whole.nodes) > MOST
    plain = (whole, claim_note(len(whole.lines)))
    draft, note = _gathered(whole, hops, sides, parents) if many else plain
    boxes = _neighbour_boxes(draft, centre, hops, lang)
    blocks = _blocks(draft, centre, hops, sides)
    middle, width = _extent(blocks)
    full = replace(draft, keys=whole.keys)
    top, scene = frame(full, "neighbourhood", note, lang, width)
    boxes[centre] = boxes[centre].at(middle, 0)
    bands = _place(draft, boxes, blocks, parents, lang)
    top -= min([band.y for band in bands] + [-boxes[centre].node.height / 2])
    boxes[centre] = boxes[centre].at(middle, top)
    bands = _place(draft, boxes, blocks, parents, lang)
    nodes, lines = _listed((whole, draft), boxes, middle)
    drawn = replace(
        scene,
        nodes=nodes,
        lines=lines,
        bands=tuple(bands),
        centre=centre,
    )
    return foot(drawn, _bottom(nodes) + 8)


def _refuse_strange(draft: Draft, centre: str) -> None:
    if all(node.id != centre for node in draft.nodes):
        raise UnknownName(
            "{centre} is not in this graph", hint="use one of the graph's nodes", centre=centre
        )


def _bottom(nodes: Iterable[Node]) -> float:
    return max(node.y + node.height / 2 for node in nodes if node.outline)


def _blocks(
    draft: Draft, centre: str, hops: Mapping[str, int], sides: Mapping[str, int]
) -> dict[tuple[int, int, str], list[str]]:
    """Return all but the centre by distance, side and kind."""
    blocks: defaultdict[tuple[int, int, str], list[str]] = defaultdict(list)
    for node in draft.nodes:
        if node.id != centre:
            blocks[hops[node.id], sides[node.id], node.kind].append(node.id)
    return blocks


def _listed(
    drafts: tuple[Draft, Draft], boxes: Mapping[str, Box], middle: float
) -> tuple[tuple[Node, ...], tuple[Line, ...]]:
    """Return all nodes and lines, with boxes and curves those that are drawn."""
    whole, draft = drafts
    nodes = {node.id: node for node in (*whole.nodes, *draft.nodes)}
    lines = {line.id: line for line in connect(boxes, draft.lines, middle=middle, arrows=True)}
    return (
        tuple(boxes[id].node if id in boxes else node for id, node in nodes.items()),
        tuple(lines.get(line.id, line) for line in whole.lines),
    )


def _gathered(
    draft: Draft, hops: dict[str, int], sides: dict[str, int], parents: Mapping[str, list[str]]
) -> tuple[Draft, Names]:
    """Return what is drawn of too big a neighbourhood, and the note that says so."""
    shown, rest = _chosen(draft, hops, sides, parents)
    others = []
    for (hop, side), members in sorted(rest.items()):
        many = "" if len(members) == 1 else "s"
        names = Names(f"{len(members)} other{many}", f"其他 {len(members)} 项")
        others.append(Node(f"rest:{hop}:{side}", names, members=members, fill=LIGHT, stated=False))
        hops[others[-1].id], sides[others[-1].id] = hop, side
    nodes = tuple(node for node in draft.nodes if node.id in shown)
    lines = tuple(one for one in draft.lines if {one.source, one.target} <= shown)
    note = Names(
        f"{len(nodes)} of {len(draft.nodes)} entities and {len(lines)} of {len(draft.lines)} "
        "statements drawn, the nearest and best connected; dashed boxes gather the others",
        f"画出 {len(draft.nodes)} 个实体中的 {len(nodes)} 个、{len(draft.lines)} 条陈述中的 "
        f"{len(lines)} 条（距离近、关联多者优先）；虚线框汇集其余",
    )
    return replace(draft, nodes=nodes + tuple(others), lines=lines), note


def _chosen(
    draft: Draft,
    hops: Mapping[str, int],
    sides: Mapping[str, int],
    parents: Mapping[str, list[str]],
) -> tuple[set[str], dict[tuple[int, int], tuple[str, ...]]]:
    """Choose the nearest, kind by kind in turn, that hang on chosen ones; gather the rest."""
    degree = Counter(id for line in draft.lines for id in {line.source, line.target})
    turn: Counter[tuple[int, str]] = Counter()
    order = []
    for node in sorted(draft.nodes, key=lambda n: (-degree[n.id], n.names.en, n.names.zh, n.id)):
        block = (hops[node.id], node.kind)
        order.append((hops[node.id], turn[block], node.id))
        turn[block] += 1
    room = MOST - len({(hops[node.id], sides[node.id]) for node in draft.nodes})
    shown: set[str] = set()
    left: list[str] = []
    furthest = {-1: 1, 1: 1}
    for hop, _, id in sorted(order, key=lambda one: one[:2]):
        if len(shown) < room and (hop == 0 or any(up in shown for up in parents[id])):
            shown.add(id)
            furthest[sides[id]] = max(furthest[sides[id]], hop)
        else:
            left.append(id)
    rest: dict[tuple[int, int], tuple[str, ...]] = {}
    for id in left:
        place = (min(hops[id], furthest[sides[id]]), sides[id])
        rest[place] = (*rest.get(place, ()), id)
    return shown, rest


def _extent(blocks: Iterable[tuple[int, int, str]]) -> tuple[float, float]:
    """Return the centre's x and the width of the picture."""
    wing = {-1: 0, 1: 0}
    for hop, side, _ in blocks:
        wing[side] = max(wing[side], hop)
    left, right = (wing[side] * (_BOX + 16 + _ALLEY) + 8 + MARGIN for side in (-1, 1))
    return left + _CENTRE / 2, max(left + _CENTRE + right, 640.0)


def _distances(draft: Draft, centre: str) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return each node's distance from the centre and its neighbours one step nearer."""
    near: defaultdict[str, list[str]] = defaultdict(list)
    for line in draft.lines:
        near[line.source].append(line.target)
        near[line.target].append(line.source)
    hops, queue = {centre: 0}, deque([centre])
    while queue:
        here = queue.popleft()
        for other in near[here]:
            if other not in hops:
                hops[other] = hops[here] + 1
                queue.append(other)
    apart = max(hops.values()) + 1
    hops |= {node.id: apart for node in draft.nodes if node.id not in hops}
    parents = {id: [o for o in dict.fromkeys(near[id]) if hops[o] < hops[id]] for id in hops}
    return hops, parents


def _sides(
    draft: Draft, centre: str, hops: dict[str, int], parents: dict[str, list[str]]
) -> dict[str, int]:
    """Put each kind left if its claims mostly point at the centre, then even out the sides."""
    pull: Counter[str] = Counter()
    kinds = {node.id: node.kind for node in draft.nodes}
    for line in draft.lines:
        if line.target == centre:
            pull[kinds[line.source]] -= 1
        if line.source == centre:
            pull[kinds[line.target]] += 1
    sizes = Counter(kinds[id] for id, hop in hops.items() if hop == 1)
    side = {kind: -1 if pull[kind] < 0 else 1 for kind in sizes}
    for kind, size in sorted(sizes.items(), key=lambda one: (one[1], one[0])):
        balance = sum(sizes[one] * side[one] for one in sizes)
        if abs(balance - 2 * size * side[kind]) < abs(balance) - 1:
            side[kind] = -side[kind]
    sides = {centre: 1}
    for id in sorted(hops, key=lambda one: hops[one]):
        if id != centre:
            first = parents[id][0] if parents[id] else centre
            sides[id] = side[kinds[id]] if hops[id] == 1 else sides[first]
    return sides


def _neighbour_boxes(draft: Draft, centre: str, hops: dict[str, int], lang: Lang) -> dict[str, Box]:
    words: defaultdict[str, list[Line]] = defaultdict(list)
    degree: Counter[str] = Counter()
    for line in draft.lines:
        outer = line.source if hops[line.source] > hops[line.target] else line.target
        words[outer].append(line)
        degree.update((line.source, line.target))
    boxes = {}
    for node in draft.nodes:
        key = draft.key("modality", node.modality)
        middle = node.id == centre
        boxes[node.id] = make_box(
            node,
            lang,
            _CENTRE if middle else _BOX,
            shape=draft.shapes.get(node.kind, "box"),
            rows=[] if middle else rows_of(words[node.id], lang),
            glyph=key.glyph if key else "",
            bold=middle,
            least=min(2.0 * degree[node.id] + 9, 400.0) if middle else 0.0,
        )
    return boxes


def _place(
    draft: Draft,
    boxes: dict[str, Box],
    blocks: dict[tuple[int, int, str], list[str]],
    parents: dict[str, list[str]],
    lang: Lang,
) -> list[Band]:
    """Stack each block level with what it hangs on, working outwards from the centre."""
    middle = next(box.node for box in boxes.values() if box.node.width == _CENTRE)
    rank = {node.id: i for i, node in enumerate(draft.nodes)}
    bands: list[Band] = []
    for hop, side in sorted({(hop, side) for hop, side, _ in blocks}):
        x = middle.x + side * (
            _CENTRE / 2 + _ALLEY + 8 + _BOX / 2 + (hop - 1) * (_BOX + 16 + _ALLEY)
        )
        level = {
            id: mean((boxes[o].node.y for o in up if o in boxes), middle.y)
            for id, up in parents.items()
        }
        level |= {id: middle.y for id in boxes if id not in level}
        column = [
            (names, sorted(ids, key=lambda id: (id[:5] == "rest:", level[id], rank[id])))
            for names, ids in _column(draft, blocks, hop, side)
        ]
        column.sort(key=lambda one: mean((level[id] for id in one[1]), 0.0))
        wanted = [mean((level[id] for id in ids), middle.y) for _, ids in column]
        heights = [stack(boxes, ids, (names, lang), (x, 0.0))[0].height for names, ids in column]
        tops = settle(wanted, heights, 12.0, -1e9)
        for (names, ids), y, height in zip(column, tops, heights, strict=True):
            bands.append(stack(boxes, ids, (names, lang), (x, y - height / 2))[0])
    return bands


def _column(
    draft: Draft, blocks: dict[tuple[int, int, str], list[str]], hop: int, side: int
) -> list[tuple[Names, list[str]]]:
    found = []
    for (one_hop, one_side, kind), ids in blocks.items():
        if (one_hop, one_side) == (hop, side):
            key = draft.key("kind", kind)
            found.append((key.names if key else Names(kind or "others", kind or "其他"), ids))
    return found
