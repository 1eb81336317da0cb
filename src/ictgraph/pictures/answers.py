"""An answer as a page: its picture, the whole table, and the passages that state its cells.

One file without script that asks for nothing from anywhere; a content security policy allows only
its own styles, by hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from xml.sax.saxutils import quoteattr

from pyoxigraph import NamedNode

from ictgraph.pictures.drawing import Source
from ictgraph.pictures.layout import clean, web_link
from ictgraph.pictures.names import Lang, Names
from ictgraph.pictures.page import part, policy_hash
from ictgraph.pictures.svg import FONTS, escape
from ictgraph.results import Table, Term
from ictgraph.spoken import Stated, shown, spoken, stated
from ictgraph.terms import display, pick

__all__ = ["render"]


def render(
    svg: str, style: str, table: Table, lang: Lang, title: Names, passages: Mapping[str, Source]
) -> str:
    """Return the page as text (write it as UTF-8).

    :param svg: the picture.
    :param style: the style that stands in it.
    :param passages: what is known of passages, by IRI.
    """
    css = part("answer.css").replace("FONTS", FONTS)
    numbers: dict[Term, int] = {}
    rows = _rows(table, lang, numbers)
    words = {
        "table": Names("Table", "表格"),
        "passages": Names("Passages", "段落"),
        "picture": Names("Picture", "图"),
        "title": title,
    }
    return (
        Template(part("answer.html")).substitute(
            {name: escape(one.text(lang)) for name, one in words.items()},
            lang="en" if lang == "en" else "zh",
            policy=f"default-src 'none'; style-src {policy_hash(css)} {policy_hash(style)};"
            " base-uri 'none'; form-action 'none'",
            css=css,
            svg=svg.strip(),
            count=len(rows),
            head=_head(table, lang),
            rows="\n".join(rows),
            cited=len(numbers),
            sources="\n".join(
                _passage(one, i, table, lang, passages) for one, i in numbers.items()
            ),
        )
        + "\n"
    )


def _head(table: Table, lang: Lang) -> str:
    titles = (pick(table.titles.get(name, {}), lang, name) for name in shown(table))
    return "".join(f'<th scope="col">{escape(clean(title))}' for title in titles)


def _rows(table: Table, lang: Lang, numbers: dict[Term, int]) -> list[str]:
    """Write the rows, and number the passages in the order in which they are first cited."""

    def value(one: Stated) -> str:
        text = escape(display(one.term, lang, table.labels))
        href = web_link(one.term.value) if isinstance(one.term, NamedNode) else ""
        if href:
            text = f"<a href={quoteattr(href)}>{text}</a>"
        cited = sorted({numbers.setdefault(p, len(numbers) + 1) for p in one.passages})
        marks = ", ".join(f'<a href="#p{mark}">{mark}</a>' for mark in cited)
        return f"<bdi>{text}</bdi>" + (f"<sup>{marks}</sup>" if marks else "")

    def cell(values: tuple[Stated, ...]) -> str:
        of = {one.term: one for one in values}
        groups = spoken(of, lang)
        return " / ".join("; ".join(value(of[term]) for term in group) for group in groups)

    return [
        "<tr>" + "".join(f"<td>{cell(values)}" for values in row.values()) for row in stated(table)
    ]


def _passage(
    passage: Term, number: int, table: Table, lang: Lang, known: Mapping[str, Source]
) -> str:
    source = known.get(passage.value)
    curie = display(passage, lang, None)
    where = source.locator.text(lang) if source else display(passage, lang, table.labels)
    gloss = source.gloss.text(lang) if source else ""
    href = web_link(passage.value) if isinstance(passage, NamedNode) else ""
    own = f"<a href={quoteattr(href)}>{escape(curie)}</a>" if href else escape(curie)
    place = "" if where == curie else f"<strong>{escape(where)}</strong> "
    said = f" <span>{escape(gloss)}</span>" if gloss else ""
    return f'<li id="p{number}"><bdi>{place}<small>{own}</small>{said}</bdi>'
