"""What the documentation lists: the terms of the ontology and the query templates, as Markdown.

``python -m ictgraph.catalog FILE…`` rewrites what stands between ``<!-- generated: NAME -->`` and
``<!-- end -->`` in Markdown files, ``--check`` only compares. The names are ``queries`` and
``terms``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, parse

from ictgraph import queries
from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message, series
from ictgraph.paths import data_dir
from ictgraph.terms import text_of
from ictgraph.vocab import (
    ICT,
    OWL,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    RDFS_SUB_CLASS_OF,
    SKOS_DEFINITION,
    compress,
)

__all__ = ["main", "queries_markdown", "refreshed", "terms_markdown"]

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_Facts = dict[str, list[NamedNode | Literal]]
_KINDS = {
    "Class": ("Classes · 类", "Under · 上位"),
    "ObjectProperty": ("Properties that relate things · 对象属性", "From → to · 定义域→值域"),
    "DatatypeProperty": ("Properties with values · 数据属性", "From → to · 定义域→值域"),
    "AnnotationProperty": ("Annotations for display · 显示注释", "From → to · 定义域→值域"),
}


def queries_markdown() -> str:
    """Return the index of the query templates: one table per folder, files linked.

    >>> "[`approved-products`](regulatory/approved-products.rq)" in queries_markdown()
    True
    """
    folders: dict[str, list[queries.Template]] = {}
    for template in queries.load_all():
        folder = os.path.basename(os.path.dirname(template.path))
        folders.setdefault(folder, []).append(template)
    return "\n".join(
        f"## {folder}\n\n"
        + _table(
            ("Template", "What it answers", "回答什么", "Parameters", "Picture · 图形"),
            (
                (
                    _link(folder, one),
                    _said(one, "en"),
                    _said(one, "zh"),
                    _options(one),
                    one.view.kind if one.view else "",
                )
                for one in ts
            ),
        )
        for folder, ts in sorted(folders.items())
    )


def terms_markdown() -> str:
    """Return the classes and properties of the ontology with labels and definitions.

    >>> "| `ict:Therapy` | therapy 疗法 | `ict:Entity` |" in terms_markdown()
    True
    """
    terms: dict[str, _Facts] = {}
    for quad in parse(path=os.path.join(data_dir("ontology"), "ictgraph.ttl")):
        name, value = text_of(quad.subject), quad.object
        if name.startswith(ICT) and isinstance(value, NamedNode | Literal):
            terms.setdefault(name, {}).setdefault(quad.predicate.value, []).append(value)
    parts = []
    for kind, (title, place) in _KINDS.items():
        rows = [
            (f"`{compress(name)}`", _both(term, RDFS_LABEL), _place(term), _defined(term))
            for name, term in terms.items()
            if OWL + kind in (one.value for one in term.get(RDF_TYPE, ()))
        ]
        head = ("Term · 术语", "Label · 标签", place, "Definition · 定义")
        parts.append(f"### {title}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def refreshed(text: str) -> str:
    """Return a Markdown text with its generated parts made anew.

    :raises UnknownName: if a part has a name that nothing generates.

    >>> text = refreshed("<!-- generated: queries -->\\n<!-- end -->")
    >>> "`who-develops-what`" in text, refreshed(text) == text
    (True, True)
    """
    makers = {"queries": queries_markdown, "terms": terms_markdown}

    def made(block: re.Match[str]) -> str:
        if block[2] not in makers:
            raise UnknownName(
                "nothing generates {name!r}",
                hint="the names are {makers}",
                name=block[2],
                makers=series(makers),
            )
        return f"{block[1]}\n{makers[block[2]]()}\n{block[3]}"

    return _BLOCK.sub(made, text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _link(folder: str, template: queries.Template) -> str:
    return f"[`{template.name}`]({folder}/{template.name}.rq)"


def _said(template: queries.Template, lang: str) -> str:
    return f"**{template.title[lang]}** {template.question[lang]}"


def _options(template: queries.Template) -> str:
    return ", ".join(
        f"`--{one.name.replace('_', '-')}` {compress(one.type).removeprefix('ict:')}"
        + ("" if one.default == queries.ANY else f" ({one.default})")
        for one in template.parameters
    )


def _both(facts: _Facts, predicate: str) -> str:
    found = facts.get(predicate, ())
    texts = {one.language: one.value for one in found if isinstance(one, Literal)}
    return f"{texts['en']} {texts['zh']}"


def _defined(facts: _Facts) -> str:
    return _both(facts, SKOS_DEFINITION)


def _place(facts: _Facts) -> str:
    broader = facts.get(RDFS_SUB_CLASS_OF, []) + facts.get(RDFS + "subPropertyOf", [])
    ends = [_names(facts.get(RDFS + side, [])) for side in ("domain", "range")]
    arrow = f"{ends[0] or 'any'} → {ends[1] or 'any'}" if any(ends) else ""
    under = _names(broader)
    return f"{arrow}, under {under}" if arrow and under else arrow or under


def _names(terms: Sequence[NamedNode | Literal]) -> str:
    return ", ".join(f"`{compress(one.value)}`" for one in terms)


def main(arguments: Sequence[str]) -> int:
    """Refresh or check Markdown files; return 1 if a checked file is stale.

    :raises InputError: if a file cannot be read.
    """
    stale = 0
    for path in arguments:
        if path == "--check":
            continue
        try:
            with open(path, encoding="utf-8") as file:
                old = file.read()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError.unreadable(path, error, Message("name .md files")) from None
        new = refreshed(old)
        if new == old:
            continue
        stale = 1
        print(path)
        if "--check" not in arguments:
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(new)
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
