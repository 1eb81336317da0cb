"""The drawing: everything a renderer needs to draw a network, as frozen data with positions.

One :class:`Scene` feeds the static SVG and the interactive page, so both show the same.
Lengths are pixels, y grows downwards. Outlines, paths and arrow heads are SVG path data,
which browsers also draw on a canvas. All text is one line without control characters but
otherwise untrusted: renderers escape it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ictgraph.errors import InputError
from ictgraph.pictures.layout import clean, colour, dashes, ink, readable
from ictgraph.pictures.names import NOTHING, Lang, Names, joined, read_names

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "DARK",
    "LIGHT",
    "Band",
    "Doubt",
    "Draft",
    "Identifier",
    "Key",
    "Kind",
    "Lang",
    "Line",
    "Names",
    "Node",
    "Scene",
    "Source",
    "Text",
    "footer",
    "read",
    "read_source",
]

LIGHT, DARK = "#ffffff", "#10161d"
"""The two grounds a picture is drawn on."""

_NAMED = 3  # sources that a footer names; the claims name them all


@dataclass(frozen=True, slots=True)
class Text:
    """A placed text: ``x`` is its start, middle or end (``anchor``), ``y`` its baseline."""

    x: float
    y: float
    text: str
    lang: str = ""
    size: float = 13.0
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that states a claim: where it is and what it says, in our own words."""

    id: str
    iri: str
    locator: Names
    gloss: Names


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is doubtful about an entity, and the kind of doubt."""

    kind: Names
    note: Names

    def text(self, lang: Lang) -> str:
        """Return kind and note as one text."""
        colon = ": " if lang == "en" else "："
        return colon.join(filter(None, (self.kind.text(lang), self.note.text(lang))))


@dataclass(frozen=True, slots=True)
class Identifier:
    """A term of another vocabulary: how it matches (``exact``, ``broad`` …), and its page."""

    id: str
    match: str
    page: str


@dataclass(frozen=True, slots=True)
class Node:
    """An entity. ``x``, ``y`` are its centre; its texts and outline are relative to it.

    :ivar stated: false for the node that stands for what no source states.
    :ivar outline: empty if the entity is listed but not drawn.
    :ivar mark: where the sign of its doubts is drawn, if it has any.
    :ivar members: for a row that counts or gathers others, those.
    """

    id: str
    names: Names
    curie: str = ""
    kind: str = ""
    modality: str = ""
    targets: tuple[Names, ...] = ()
    targeted: bool = False
    column: int = 0
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    outline: str = ""
    fill: str = "#eef2f7"
    ink: str = "#14202b"
    border: str = "#8496a9"
    texts: tuple[Text, ...] = ()
    members: tuple[str, ...] = ()
    stated: bool = True
    doubts: tuple[Doubt, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    mark: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One claim about two entities, from its subject ``source`` to its object ``target``."""

    id: str
    source: str
    target: str
    relation: str
    stage: str
    names: Names
    detail: Names
    inferred: bool
    sources: tuple[Source, ...]
    path: str = ""
    head: str = ""
    colour: str = "#5b6b7c"
    dark: str = "#9fb0c2"
    width: float = 1.2
    dash: str = ""

    def word(self, lang: Lang) -> str:
        """Return role or stage, detail, and whether it is inferred, as one text."""
        guess = Names("(inferred)", "（推断）").text(lang) if self.inferred else ""
        said = " · ".join(filter(None, (self.names.text(lang), self.detail.text(lang))))
        return f"{said} {guess}".strip()


@dataclass(frozen=True, slots=True)
class Band:
    """A group of nodes under a heading; with a ``fill``, a bar of length ``count``.

    :ivar members: for a bar, the nodes that it counts.
    """

    x: float
    y: float
    width: float
    height: float
    names: Names
    count: int
    texts: tuple[Text, ...] = ()
    fill: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend, in use ``count`` times; ``x``, ``y`` place it in the SVG."""

    group: Literal["stage", "modality", "kind"]
    id: str
    names: Names
    count: int
    colour: str
    dark: str = ""
    dash: str = ""
    width: float = 1.2
    glyph: str = ""
    x: float = 0.0
    y: float = 0.0


Kind = Literal["landscape", "summary", "neighbourhood"]
"""What a scene shows: a summary is a landscape too big to draw line by line."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawn network.

    :ivar filters: what the network was narrowed to; ``footer`` names sources, build and licence.
    :ivar captions: title, filters, note and footer, placed; ``headings`` are those of the columns.
    :ivar keys: legend entries in use, in the order of the legend.
    :ivar centre: id of the node in the middle of a neighbourhood, else empty.
    """

    kind: Kind
    lang: Lang
    title: Names
    note: Names
    build: str
    width: float
    height: float = 0.0
    nodes: tuple[Node, ...] = ()
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    captions: tuple[Text, ...] = ()
    headings: tuple[Text, ...] = ()
    keys: tuple[Key, ...] = ()
    centre: str = ""
    filters: Names = NOTHING
    footer: Names = NOTHING


@dataclass(frozen=True, slots=True)
class Draft:
    """A graph read and checked but not yet placed.

    :ivar order: the rank of each stage id, 0 for the furthest.
    :ivar shapes: the shape of each kind.
    """

    title: Names
    build: str
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    keys: tuple[Key, ...]
    order: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    filters: Names = NOTHING
    footer: Names = NOTHING

    def key(self, group: str, id: str) -> Key | None:
        """Return a legend entry, or nothing if the legend has none of that name."""
        return next((one for one in self.keys if (one.group, one.id) == (group, id)), None)


def read(graph: nx.MultiDiGraph) -> Draft:
    """Read the networkx graph of :mod:`ictgraph.networks`; every text is cleaned.

    :raises InputError: if the graph lacks what a picture needs.
    """
    if not (graph.is_directed() and graph.is_multigraph()):
        raise InputError(
            "a picture needs a networkx.MultiDiGraph",
            hint="see docs/pictures.md for its attributes",
        )
    legend = graph.graph.get("legend") or {}
    nodes = tuple(_node(id, data, legend) for id, data in graph.nodes(data=True))
    lines = tuple(
        _line(str(key), source, target, data, legend)
        for source, target, key, data in graph.edges(keys=True, data=True)
    )
    if len({line.id for line in lines}) < len(lines):
        raise InputError(
            "two edges share one key", hint="edge keys identify claims: make them unique"
        )
    stages = sorted(
        legend.get("stages", ()), key=lambda one: (-one.get("order", 0), str(one["id"]))
    )
    return Draft(
        title=read_names(graph.graph.get("title") or {}),
        build=clean(graph.graph.get("build")),
        nodes=nodes,
        lines=lines,
        keys=_keys(legend, stages, nodes, lines),
        order={str(one["id"]): i for i, one in enumerate(stages)},
        shapes={str(one["id"]): str(one.get("shape", "box")) for one in legend.get("kinds", ())},
        filters=read_names(graph.graph.get("filters") or {}),
        footer=footer(graph.graph),
    )


def footer(about: Any) -> Names:
    """Return sources, the first few by name, build and licence of a picture as one text."""
    known = [read_names(one) for one in about.get("sources") or ()]
    sources, more = joined(known[:_NAMED], "; ", "；"), len(known) - _NAMED
    if more > 0:
        sources = Names(f"{sources.en} and {more} more", f"{sources.zh}等{len(known)}个来源")
    build, licence = clean(about.get("build")), clean(about.get("licence"))
    noun = "Source" if len(known) == 1 else "Sources"
    stated = Names(f"{noun}: {sources.en}", f"来源：{sources.zh}") if sources else NOTHING
    built = Names(f"build {build}", f"构建 {build}") if build else NOTHING
    return joined((stated, built, Names(licence)))


def _entry(legend: Any, group: str, id: str) -> Any:
    return next((one for one in legend.get(group, ()) if str(one["id"]) == id), {})


def _node(id: Any, data: Any, legend: Any) -> Node:
    if not isinstance(id, str):
        raise InputError("node {id!r} is not an IRI text", hint="node keys are IRIs", id=id)
    kind, modality = clean(data.get("kind")), clean(data.get("modality"))
    names = read_names(data)
    style = _entry(legend, "modalities", modality) or _entry(legend, "kinds", kind)
    fill = colour(style.get("colour"), "#eef2f7") if data.get("stated", True) else LIGHT
    return Node(
        id=id,
        names=names if names.en or names.zh else Names(en=clean(data.get("curie") or id)),
        curie=clean(data.get("curie")),
        kind=kind,
        modality=modality,
        targets=tuple(read_names(one) for one in data.get("targets") or ()),
        targeted="targets" in data,
        column=int(data.get("column") or 0),
        fill=fill,
        ink=ink(fill),
        border=readable(fill, LIGHT),
        stated=bool(data.get("stated", True)),
        doubts=tuple(
            Doubt(read_names(one, "kind_"), read_names(one)) for one in data.get("doubts") or ()
        ),
        identifiers=tuple(
            Identifier(clean(one.get("id")), clean(one.get("match")), str(one.get("page") or ""))
            for one in data.get("identifiers") or ()
        ),
    )


def _line(key: str, source: str, target: str, data: Any, legend: Any) -> Line:
    stage = clean(data.get("stage"))
    style = _entry(legend, "stages", stage)
    shade = colour(style.get("colour"), "#5b6b7c")
    inferred = bool(data.get("inferred"))
    return Line(
        id=key,
        source=source,
        target=target,
        relation=clean(data.get("relation")),
        stage=stage,
        names=read_names(data),
        detail=read_names(data, "detail_"),
        inferred=inferred,
        sources=tuple(read_source(one) for one in data.get("sources") or ()),
        colour=readable(shade, LIGHT),
        dark=readable(shade, DARK, 4.5),
        width=min(max(float(style.get("width") or 1.2), 0.8), 4.0),
        dash="12 3 1.5 3 1.5 3" if inferred else dashes(style.get("dash")),
    )


def read_source(data: Any) -> Source:
    """Read a passage as networks and captions describe it."""
    return Source(
        clean(data.get("id")),
        str(data.get("iri") or ""),
        read_names(data, "locator_"),
        read_names(data, "gloss_"),
    )


def _keys(
    legend: Any, stages: list[Any], nodes: tuple[Node, ...], lines: tuple[Line, ...]
) -> tuple[Key, ...]:
    """Return the legend entries that the graph uses, with how often."""
    groups: tuple[tuple[Literal["stage", "modality", "kind"], Any, list[str]], ...] = (
        ("stage", stages, [line.stage for line in lines]),
        ("modality", legend.get("modalities", ()), [node.modality for node in nodes]),
        ("kind", legend.get("kinds", ()), [node.kind for node in nodes if node.stated]),
    )
    keys = []
    for group, entries, used in groups:
        for one in entries:
            id, shade = clean(one["id"]), colour(one.get("colour"), "#5b6b7c")
            if count := used.count(id):
                line = group == "stage"
                keys.append(
                    Key(
                        group,
                        id,
                        read_names(one),
                        count,
                        colour=readable(shade, LIGHT) if line else shade,
                        dark=readable(shade, DARK, 4.5) if line else shade,
                        dash=dashes(one.get("dash")),
                        width=min(max(float(one.get("width") or 1.2), 0.8), 4.0),
                        glyph=clean(one.get("glyph"))[:2],
                    )
                )
    return tuple(keys)
