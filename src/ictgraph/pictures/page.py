"""Scene → one self-contained interactive HTML page through pyvis, with our own template.

pyvis supplies the network model and the vis-network library; positions, template, style and
behaviour are ours. The page asks for nothing from anywhere: a strict content security policy
allows only its own two scripts and one style sheet, by hash (vis-network travels compressed).
Data reaches the page as escaped text and as JSON that no parser takes for markup.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ictgraph.errors import InputError, LimitError
from ictgraph.pictures.drawing import Doubt, Lang, Line, Names, Node, Scene, Source, Text
from ictgraph.pictures.layout import ink, web_link
from ictgraph.pictures.svg import FONTS

if TYPE_CHECKING:
    from pyvis.network import Network

__all__ = ["MOST_NODES", "part", "policy_hash", "render"]

MOST_NODES = 1000
"""How many boxes a page draws; more would be neither quick nor readable."""

_TEMPLATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")
_MATCHES = {
    "close": Names("near", "相近"),
    "broad": Names("broader", "更宽"),
    "narrow": Names("narrower", "更窄"),
    "related": Names("related", "相关"),
}
_OPTIONS = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"fixed": True},
    "edges": {"hidden": True, "smooth": False},
    "interaction": {
        "dragNodes": False,
        "hover": False,
        "selectable": False,
        "selectConnectedEdges": False,
        "zoomView": False,
    },
}


@dataclass(frozen=True, slots=True)
class _Claim:
    """A line with the places of its ends and sources in the page's lists."""

    line: Line
    source: int
    target: int
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """What the template shows besides pyvis's own nodes and edges."""

    lang: str
    langs: tuple[Lang, ...]
    title: Names
    policy: str
    css: str
    js: str
    vis: str
    fonts: str
    claims: tuple[_Claim, ...]
    sources: tuple[Source, ...]
    doubts: dict[Doubt, int]
    views: tuple[dict[str, Any], ...]
    columns: tuple[int, ...]
    unstated: tuple[int, ...]
    styles: tuple[Any, ...]
    outlines: tuple[str, ...]
    centre: int | None
    names: dict[tuple[str, str], Names]

    def key(self, group: str, id: str) -> Names:
        """Return the names of a legend entry."""
        return self.names.get((group, id), Names())

    def match(self, word: str) -> Names:
        """Return how a term of another vocabulary matches, empty if it is the same."""
        return _MATCHES.get(word, Names())

    def link(self, iri: str) -> str:
        """Return the IRI if it is a web address, else nothing."""
        return web_link(iri)

    def ink(self, fill: str) -> str:
        """Return the colour of text on a fill."""
        return ink(fill)

    def slim(self, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return pyvis's nodes or edges without what is the same for all."""
        same = {"arrows", "color", "label", "shape"}
        return [{k: v for k, v in one.items() if k not in same} for one in things]


def render(scene: Scene, *others: Scene) -> str:
    """Return the page as text (write it as UTF-8).

    :param others: the same graph drawn in other languages; the page then offers a switch.
    :raises LimitError: if a scene draws more than :data:`MOST_NODES` boxes.
    :raises InputError: if the scenes are not of the same graph.
    """
    scenes = (scene, *others)
    ids = [node.id for node in scene.nodes]
    if any([node.id for node in other.nodes] != ids for other in others):
        raise InputError("the scenes differ in their nodes", hint="draw one graph in each language")
    drawn = sum(1 for node in scene.nodes if node.outline)
    if drawn > MOST_NODES:
        raise LimitError(
            "the page would draw {drawn} boxes, more than {most}",
            hint="ask for fewer hops or a narrower selection",
            drawn=drawn,
            most=MOST_NODES,
        )
    network, styles, outlines = _network(scenes)
    environment = network.templateEnv
    environment.autoescape = True
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "sort_keys": True,
    }
    environment.globals.update(scene=scene, page=_page(scenes, styles, outlines))
    return str(network.generate_html())


def _network(scenes: tuple[Scene, ...]) -> tuple[Network, tuple[Any, ...], tuple[str, ...]]:
    """Fill a pyvis network: directed, so that it keeps parallel edges; no pyvis menus or titles."""
    from pyvis.network import Network

    network = Network(directed=True)
    network.set_template_dir(_TEMPLATES, "network.html")
    network.set_options(json.dumps(_OPTIONS))
    index = {node.id: i for i, node in enumerate(scenes[0].nodes)}
    styles, outlines = _Ranks(), _Ranks()
    for i, node in enumerate(scenes[0].nodes):
        if node.outline:
            more = {"members": [index[id] for id in node.members]} if node.members else {}
            network.add_node(
                i,
                label=" ",
                shape="custom",
                color=None,
                s=styles[node.fill, node.border, node.ink],
                views=[_box(other.nodes[i], outlines) for other in scenes],
                **more,
            )
    for i, line in enumerate(scenes[0].lines):
        if line.path:
            dash = tuple(_short(float(part)) for part in line.dash.split())
            network.add_edge(
                index[line.source],
                index[line.target],
                id=i,
                s=styles[line.colour, line.dark, line.width, dash],
                views=[(other.lines[i].path, other.lines[i].head) for other in scenes],
            )
    return network, tuple(styles), tuple(outlines)


class _Ranks(dict[Any, int]):
    """Number things in order of first use, so that the page says each only once."""

    def __missing__(self, thing: Any) -> int:
        return self.setdefault(thing, len(self))


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


def _box(node: Node, outlines: _Ranks) -> tuple[Any, ...]:
    place = (_short(one) for one in (node.x, node.y, node.width, node.height))
    mark = [node.mark] if node.doubts else []
    return (*place, outlines[node.outline], _texts(node.texts), *mark)


def _texts(texts: tuple[Text, ...]) -> list[tuple[float | str, ...]]:
    anchors = {"start": 0, "middle": 1, "end": 2}
    return [
        (_short(t.x), _short(t.y), t.text, _short(t.size), anchors[t.anchor], int(t.bold))
        for t in texts
    ]


def _page(scenes: tuple[Scene, ...], styles: tuple[Any, ...], outlines: tuple[str, ...]) -> _Page:
    scene = scenes[0]
    css = part("network.css").replace("FONTS", FONTS)
    js, vis = part("network.js"), _vis_network()
    index = {node.id: i for i, node in enumerate(scene.nodes)}
    numbers: dict[Source, int] = {}
    claims = tuple(
        _Claim(
            line,
            index[line.source],
            index[line.target],
            tuple(numbers.setdefault(source, len(numbers)) for source in line.sources),
        )
        for line in scene.lines
    )
    doubts = dict.fromkeys(doubt for node in scene.nodes for doubt in node.doubts)
    policy = (
        f"default-src 'none'; script-src {policy_hash(vis)} {policy_hash(js)};"
        f" style-src {policy_hash(css)}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return _Page(
        lang="en" if scene.lang == "en" else "zh",
        langs=tuple(one.lang for one in scenes),
        title=scene.title,
        policy=policy,
        css=css,
        js=js,
        vis=base64.b64encode(gzip.compress(vis.encode("utf-8"), 9, mtime=0)).decode("ascii"),
        fonts=FONTS,
        claims=claims,
        sources=tuple(numbers),
        doubts={one: i for i, one in enumerate(doubts)},
        views=tuple(_view(one, index) for one in scenes),
        columns=tuple(node.column for node in scene.nodes),
        unstated=tuple(i for i, node in enumerate(scene.nodes) if not node.stated),
        styles=styles,
        outlines=outlines,
        centre=index.get(scene.centre),
        names={(key.group, key.id): key.names for key in scene.keys},
    )


def _view(scene: Scene, index: dict[str, int]) -> dict[str, Any]:
    """Return bands, headings and extent of the drawing in one language."""
    tops = [node.y - node.height / 2 for node in scene.nodes if node.outline]
    tops += [band.y for band in scene.bands] + [text.y - text.size for text in scene.headings]
    top = min(tops, default=0.0) - 10
    return {
        "lang": scene.lang,
        "left": 0.0,
        "top": top,
        "width": scene.width,
        "height": scene.height - top,
        "headings": _texts(scene.headings),
        "bands": [
            (b.x, b.y, b.width, b.height, b.fill, _texts(b.texts), [index[id] for id in b.members])
            for b in scene.bands
        ],
    }


def part(name: str) -> str:
    """Return a style or script of pages, without what only its author reads."""
    with open(os.path.join(_TEMPLATES, name), encoding="utf-8", newline="") as file:
        return re.sub(r"\s*\n\s*(//.*)?", "\n", file.read()).strip()


def _vis_network() -> str:
    """Return the vis-network library that pyvis carries, as it may stand inside a page."""
    import pyvis

    folder = os.path.join(os.path.dirname(pyvis.__file__), "templates", "lib")
    found = sorted(
        (os.path.join(folder, name, "vis-network.min.js") for name in os.listdir(folder)),
        key=lambda path: [
            int(number) for number in re.findall(r"\d+", os.path.basename(path[:-19]))
        ],
    )
    paths = [path for path in found if os.path.isfile(path)]
    if not paths:
        raise InputError(
            "this pyvis carries no vis-network", hint="pip install 'pyvis>=0.3.2,<0.4'"
        )
    with open(paths[-1], encoding="utf-8", newline="") as file:
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n//# sourceMappingURL=.*", "", text).strip()


def policy_hash(text: str) -> str:
    """Return what a content security policy says to allow just this style or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
