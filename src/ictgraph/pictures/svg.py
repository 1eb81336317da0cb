"""Scene → one static SVG: no script, real text, links, keyboard focus, dark mode, print.

The file is well-formed XML whatever the labels say, carries no style or script from data and
links only to http and https addresses.
"""

from __future__ import annotations

from collections import defaultdict
from xml.sax.saxutils import quoteattr

from ictgraph.pictures.drawing import DARK, LIGHT, Band, Key, Lang, Line, Names, Node, Scene, Text
from ictgraph.pictures.layout import clean, ink, web_link

__all__ = ["FONTS", "describe", "render"]

FONTS = (
    "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Hiragino Sans GB','Microsoft YaHei',"
    "system-ui,'Segoe UI',sans-serif"
)
"""The font families of every picture: good Chinese first, whatever the system has last."""

_STYLE = """
text{font-family:%(fonts)s;fill:#14202b;white-space:pre;unicode-bidi:isolate}
.page{fill:%(light)s}
.band{fill:#f4f6fa;stroke:#d5dce6}
.line{fill:none}
.muted{fill:#44525f}
.halo{fill:none;stroke:none}
.unstated{fill:%(light)s;stroke:#5b6b7c;stroke-dasharray:5 4}
.doubt path{fill:#ffd45e;stroke:#7a5200}
.doubt text{fill:#14202b}
a,g.node{outline:none}
a:focus-visible .halo,g.node:focus-visible .halo,a:hover .halo{stroke:#c2410c;stroke-width:3}
%(stages)s
@media screen and (prefers-color-scheme:dark){
text{fill:#e8edf2}
.page{fill:%(dark)s}
.band{fill:#1a232d;stroke:#33414f}
.muted{fill:#b4c0cc}
.unstated{fill:%(dark)s;stroke:#b4c0cc}
a:focus-visible .halo,g.node:focus-visible .halo,a:hover .halo{stroke:#fdba74}
%(stages_dark)s
}
@media print{.page{fill:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def render(scene: Scene) -> str:
    """Return the scene as the text of an SVG file (UTF-8).

    >>> from ictgraph.pictures.drawing import Names
    >>> scene = Scene("landscape", "en", Names("A & B"), Names("note"), "", 200, 100, (), ())
    >>> "A &amp; B</title>" in render(scene)
    True
    """
    styles = [(line.colour, line.dark) for line in scene.lines if line.path]
    styles += [(key.colour, key.dark) for key in scene.keys if key.group == "stage"]
    classes = {style: f"s{i}" for i, style in enumerate(dict.fromkeys(styles))}
    names = {node.id: node.names.text(scene.lang) for node in scene.nodes}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="graphics-document document"'
        f' aria-labelledby="title desc" lang="{"en" if scene.lang == "en" else "zh"}"'
        f' viewBox="0 0 {scene.width:g} {scene.height:g}"'
        f' width="{scene.width:g}" height="{scene.height:g}">',
        f'<title id="title">{_escape(scene.title.text(scene.lang))}</title>',
        f'<desc id="desc">{_escape(_summary(scene))}</desc>',
        f"<style>{_style(classes)}</style>",
        f'<rect class="page" width="{scene.width:g}" height="{scene.height:g}"/>',
        *(_text(text) for text in (*scene.captions, *scene.headings)),
        *(_key(key, scene.lang, classes) for key in scene.keys),
        *(_band(band) for band in scene.bands),
        *(_line(line, scene.lang, names, classes) for line in scene.lines if line.path),
    ]
    facts = describe(scene)
    parts += [_node(node, facts[node.id], scene.lang) for node in scene.nodes if node.outline]
    return "\n".join([*parts, "</svg>", ""])


def describe(scene: Scene) -> dict[str, str]:
    """Return for each node its names, identity, claims with their passages, and doubts."""
    names = {node.id: node.names.text(scene.lang) for node in scene.nodes}
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for line in scene.lines:
        cited = ", ".join(source.id for source in line.sources)
        says = f"{names[line.source]} — {line.word(scene.lang)} → {names[line.target]}"
        for id in dict.fromkeys((line.source, line.target)):
            claims[id].append(f"{says} [{cited}]" if cited else says)
    keys = {(key.group, key.id): key.names.text(scene.lang) for key in scene.keys}
    facts = {}
    for node in scene.nodes:
        about = [keys.get(("kind", node.kind), ""), keys.get(("modality", node.modality), "")]
        about += [target.text(scene.lang) for target in node.targets]
        head = " · ".join(filter(None, [names[node.id], node.curie, *about]))
        doubts = [f"? {doubt.text(scene.lang)}" for doubt in node.doubts]
        facts[node.id] = "\n".join([head, *claims[node.id], *doubts])
    return facts


def _summary(scene: Scene) -> str:
    drawn = sum(1 for node in scene.nodes if node.outline)
    counts = Names(f"{drawn} boxes", f"{drawn} 个方框").text(scene.lang)
    about = (scene.filters, scene.note, Names(counts, counts), scene.footer)
    return " · ".join(filter(None, (one.text(scene.lang) for one in about)))


def _style(classes: dict[tuple[str, str], str]) -> str:
    def rules(which: int) -> str:
        return "\n".join(
            f".{name}{{stroke:{style[which]}}}.{name}f{{fill:{style[which]}}}"
            for style, name in classes.items()
        )

    return _STYLE % {
        "fonts": FONTS,
        "light": LIGHT,
        "dark": DARK,
        "stages": rules(0),
        "stages_dark": rules(1),
    }


def _escape(text: str) -> str:
    lines = (clean(line) for line in text.split("\n"))
    return "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(text: Text, shade: str = "") -> str:
    """Write a text; ``shade`` wins over the scheme's colour inside a filled box."""
    lang = f' lang="{text.lang}"' if text.lang in ("en", "zh") else ""
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    bold = ' font-weight="600"' if text.bold else ""
    style = f' style="fill:{shade}"' if shade else ""
    return (
        f'<text x="{text.x:g}" y="{text.y:g}" font-size="{text.size:g}"{anchor}{bold}{lang}'
        f"{style}>{_escape(text.text)}</text>"
    )


def _band(band: Band) -> str:
    place = f'x="{band.x:g}" y="{band.y:g}" width="{band.width:g}" height="{band.height:g}"'
    if band.fill:
        return f'<rect {place} fill="{band.fill}"/>'
    return f'<rect class="band" rx="6" {place}/>' + "".join(_text(text) for text in band.texts)


def _line(
    line: Line, lang: Lang, names: dict[str, str], classes: dict[tuple[str, str], str]
) -> str:
    cited = ", ".join(source.id for source in line.sources)
    title = f"{names[line.source]} — {line.word(lang)} → {names[line.target]} [{cited}]"
    name = classes[line.colour, line.dark]
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    head = f'<path class="{name}f" d="{line.head}"/>' if line.head else ""
    return (
        f'<g><title>{_escape(title)}</title><path class="line {name}" stroke-width='
        f'"{line.width:g}"{dash} d="{line.path}"/>{head}</g>'
    )


def _node(node: Node, facts: str, lang: Lang) -> str:
    href = web_link(node.id)
    tag = "a" if href else "g"
    opening = f"<a href={quoteattr(href)}" if href else '<g class="node" tabindex="0"'
    texts = "".join(_text(text, node.ink if node.stated else "") for text in node.texts)
    look = f'fill="{node.fill}" stroke="{node.border}"' if node.stated else 'class="unstated"'
    return (
        f'{opening} transform="translate({node.x:g} {node.y:g})"><title>{_escape(facts)}</title>'
        f'<path d="{node.outline}" {look}/>'
        f'<path class="halo" d="{node.outline}"/>{texts}{_mark(node, lang)}</{tag}>'
    )


def _mark(node: Node, lang: Lang) -> str:
    """Write the sign of a node's doubts, with the doubts as its title."""
    if not node.doubts:
        return ""
    x, y = node.mark
    title = _escape("\n".join(f"? {doubt.text(lang)}" for doubt in node.doubts))
    return (
        f'<g class="doubt"><title>{title}</title>'
        f'<path d="M{x - 7:g} {y:g}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z"/>'
        f'<text x="{x:g}" y="{y + 4:g}" font-size="11" font-weight="600" text-anchor="middle">?'
        "</text></g>"
    )


def _key(key: Key, lang: Lang, classes: dict[tuple[str, str], str]) -> str:
    """Write a legend entry: a line for a stage, a filled pill for a modality, a box for a kind."""
    x, y = key.x, key.y
    words = f"{key.names.text(lang)} {key.count}"
    label = _text(Text(x + 34, y, words, "" if lang == "both" else lang, 12.0))
    if key.group == "stage":
        dash = f' stroke-dasharray="{key.dash}"' if key.dash else ""
        return (
            f'<path class="{classes[key.colour, key.dark]}" stroke-width="{key.width:g}"'
            f'{dash} d="M{x:g} {y - 4:g}h28"/>{label}'
        )
    r = 7 if key.group == "modality" else 3
    swatch = (
        f'<rect x="{x:g}" y="{y - 12:g}" width="28" height="15" rx="{r}" fill="{key.colour}"'
        ' stroke="#8496a9"/>'
    )
    if key.glyph:
        swatch += _text(Text(x + 14, y, key.glyph, "", 11.0, "middle"), ink(key.colour))
    return swatch + label
