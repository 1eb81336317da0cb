"""Scene → one static SVG: no script, real text, links, keyboard focus, dark mode, print.

The file is well-formed XML whatever the labels say, carries no style or script from data and
links only to http and https addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from ictgraph.pictures.drawing import DARK, LIGHT, Band, Key, Lang, Line, Names, Node, Scene, Text
from ictgraph.pictures.layout import clean, ink, web_link

__all__ = ["FONTS", "describe", "document", "escape", "render", "style", "text_tag"]

FONTS = (
    "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Hiragino Sans GB','Microsoft YaHei',"
    "system-ui,'Segoe UI',sans-serif"
)
"""The font families of every picture: good Chinese first, whatever the system has last."""

_STYLE = """
text{font-family:%(fonts)s;fill:#14202b;white-space:pre;unicode-bidi:isolate}
.page{fill:%(page)s}
.muted{fill:#44525f}
.halo{fill:none;stroke:none}
svg a,.node{outline:none}
svg a:focus-visible .halo,.node:focus-visible .halo,svg a:hover .halo{stroke:#c2410c;stroke-width:3}
%(light)s
@media screen and (prefers-color-scheme:dark){
text{fill:#e8edf2}
.page{fill:%(page_dark)s}
.muted{fill:#b4c0cc}
svg a:focus-visible .halo,.node:focus-visible .halo,svg a:hover .halo{stroke:#fdba74}
%(dark)s
}
@media print{.page{fill:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
_LIGHT = """.band{fill:#f4f6fa;stroke:#d5dce6}
.line{fill:none}
.unstated{fill:%(page)s;stroke:#5b6b7c;stroke-dasharray:5 4}
.doubt path{fill:#ffd45e;stroke:#7a5200}
.doubt text{fill:#14202b}
"""
_DARK = """.band{fill:#1a232d;stroke:#33414f}
.unstated{fill:%(page_dark)s;stroke:#b4c0cc}
.doubt text{fill:#14202b}
"""


def document(
    lang: Lang,
    title: Names,
    about: str,
    size: tuple[float, float],
    style: str,
    parts: Iterable[str],
) -> str:
    """Return an SVG file: its title and description, its style, a ground, and what is on it."""
    width, height = size
    place = f'width="{width:g}" height="{height:g}"'
    head = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="graphics-document document"'
        f' aria-labelledby="title desc" lang="{"en" if lang == "en" else "zh"}"'
        f' viewBox="0 0 {width:g} {height:g}" {place}>',
        f'<title id="title">{escape(title.text(lang))}</title>',
        f'<desc id="desc">{escape(about)}</desc>',
        f"<style>{style}</style>",
        f'<rect class="page" {place}/>',
    ]
    return "\n".join([*head, *parts, "</svg>", ""])


def style(light: str, dark: str) -> str:
    """Return the style of every picture, with rules of its own for light and for dark screens."""
    grounds = {"page": LIGHT, "page_dark": DARK}
    return _STYLE % {
        "fonts": FONTS,
        **grounds,
        "light": light % grounds,
        "dark": dark % grounds,
    }


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
        *(text_tag(text) for text in (*scene.captions, *scene.headings)),
        *(_key(key, scene.lang, classes) for key in scene.keys),
        *(_band(band) for band in scene.bands),
        *(_line(line, scene.lang, names, classes) for line in scene.lines if line.path),
    ]
    facts = describe(scene)
    parts += [_node(node, facts[node.id], scene.lang) for node in scene.nodes if node.outline]
    size = (scene.width, scene.height)
    return document(scene.lang, scene.title, _summary(scene), size, _style(classes), parts)


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

    return style(_LIGHT + rules(0), _DARK + rules(1))


def escape(text: str) -> str:
    """Return text as XML, whatever it holds; line feeds stay."""
    lines = (clean(line) for line in text.split("\n"))
    return "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_tag(text: Text, shade: str = "", name: str = "") -> str:
    """Write a text.

    :param shade: a colour that wins over the scheme's inside a filled box.
    :param name: a class of the picture's style.
    """
    lang = f' lang="{text.lang}"' if text.lang in ("en", "zh") else ""
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    bold = ' font-weight="600"' if text.bold else ""
    shown = f' class="{name}"' if name else ""
    shown += f' style="fill:{shade}"' if shade else ""
    return (
        f'<text x="{text.x:g}" y="{text.y:g}" font-size="{text.size:g}"{anchor}{bold}{lang}'
        f"{shown}>{escape(text.text)}</text>"
    )


def _band(band: Band) -> str:
    place = f'x="{band.x:g}" y="{band.y:g}" width="{band.width:g}" height="{band.height:g}"'
    if band.fill:
        return f'<rect {place} fill="{band.fill}"/>'
    return f'<rect class="band" rx="6" {place}/>' + "".join(text_tag(text) for text in band.texts)


def _line(
    line: Line, lang: Lang, names: dict[str, str], classes: dict[tuple[str, str], str]
) -> str:
    cited = ", ".join(source.id for source in line.sources)
    title = f"{names[line.source]} — {line.word(lang)} → {names[line.target]} [{cited}]"
    name = classes[line.colour, line.dark]
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    head = f'<path class="{name}f" d="{line.head}"/>' if line.head else ""
    return (
        f'<g><title>{escape(title)}</title><path class="line {name}" stroke-width='
        f'"{line.width:g}"{dash} d="{line.path}"/>{head}</g>'
    )


def _node(node: Node, facts: str, lang: Lang) -> str:
    href = web_link(node.id)
    tag = "a" if href else "g"
    opening = f"<a href={quoteattr(href)}" if href else '<g class="node" tabindex="0"'
    texts = "".join(text_tag(text, node.ink if node.stated else "") for text in node.texts)
    look = f'fill="{node.fill}" stroke="{node.border}"' if node.stated else 'class="unstated"'
    return (
        f'{opening} transform="translate({node.x:g} {node.y:g})"><title>{escape(facts)}</title>'
        f'<path d="{node.outline}" {look}/>'
        f'<path class="halo" d="{node.outline}"/>{texts}{_mark(node, lang)}</{tag}>'
    )


def _mark(node: Node, lang: Lang) -> str:
    """Write the sign of a node's doubts, with the doubts as its title."""
    if not node.doubts:
        return ""
    x, y = node.mark
    title = escape("\n".join(f"? {doubt.text(lang)}" for doubt in node.doubts))
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
    label = text_tag(Text(x + 34, y, words, "" if lang == "both" else lang, 12.0))
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
        swatch += text_tag(Text(x + 14, y, key.glyph, "", 11.0, "middle"), ink(key.colour))
    return swatch + label
