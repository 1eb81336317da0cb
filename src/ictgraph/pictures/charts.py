"""Charts: the table of an answer drawn as its view says, as SVG or as a page.

:func:`draw` and :func:`page` take any labelled table; :func:`about` gathers from the graph what
they can say besides: how stages look, which sources state what, what was asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from ictgraph.captions import Origin, filters, origin
from ictgraph.errors import InputError
from ictgraph.messages import series
from ictgraph.pictures import answers
from ictgraph.pictures.bars import bars
from ictgraph.pictures.drawing import Source, footer, read_source
from ictgraph.pictures.figure import Figure, Plot, render
from ictgraph.pictures.looks import Look, looks
from ictgraph.pictures.matrix import matrix
from ictgraph.pictures.names import NOTHING, Lang, Names, read_names
from ictgraph.pictures.reading import Reading
from ictgraph.pictures.timeline import timeline
from ictgraph.results import Label, Table, Term
from ictgraph.views import View

if TYPE_CHECKING:
    from ictgraph.graph import Graph
    from ictgraph.queries import Template

__all__ = ["About", "about", "draw", "page"]

_PLOTS: Mapping[str, Callable[[Reading, View], Plot]] = {
    "bar": bars,
    "matrix": matrix,
    "timeline": timeline,
}


@dataclass(frozen=True, slots=True)
class About:
    """What a picture says besides its answer.

    :ivar filters: what was asked, in words; ``footer`` names sources, build and licence.
    :ivar looks: how entities look, by IRI.
    :ivar passages: where passages are and what they say, by IRI.
    """

    filters: Names = NOTHING
    footer: Names = NOTHING
    looks: Mapping[str, Look] = field(default_factory=dict)
    passages: Mapping[str, Source] = field(default_factory=dict)


_NOTHING = About()


def about(
    graph: Graph,
    table: Table,
    template: Template | None = None,
    bound: Mapping[str, Sequence[Term]] | None = None,
) -> About:
    """Return what a graph knows about an answer of it.

    :param template: the question, and ``bound`` its parameters.
    """
    where = [i for i, name in enumerate(table.columns) if name in table.evidence]
    cited = {row[i] for row in table.rows for i in where}
    passages = sorted(one.value for one in cited if isinstance(one, NamedNode))
    found = origin(graph, passages) if passages else Origin()
    build = os.path.basename(graph.folder).partition(".")[0]
    asked = filters(graph, template, bound) if template and bound else {}
    return About(
        filters=read_names(asked),
        footer=footer({"sources": found.sources, "build": build, "licence": found.licence}),
        looks=looks(graph),
        passages={iri: read_source(data) for iri, data in found.passages.items()},
    )


def draw(
    table: Table, view: View, lang: Lang = "both", *, title: Label, about: About = _NOTHING
) -> str:
    """Return an answer drawn as the text of an SVG file (write it as UTF-8).

    :param title: ``{"en": …, "zh": …}``.
    :raises InputError: if the view is of a network or names a column that the table lacks.

    >>> from pyoxigraph import Literal
    >>> table = Table(("n",), ((Literal(3),),), {})
    >>> "<title>" in draw(table, View("bar", ("n",)), title={"en": "Three"})
    True
    """
    return render(_figure(table, view, lang, title, about))


def page(
    table: Table, view: View, lang: Lang = "both", *, title: Label, about: About = _NOTHING
) -> str:
    """Return an answer as the text of an HTML file: picture, table and passages.

    :raises InputError: as :func:`draw`.
    """
    figure = _figure(table, view, lang, title, about)
    svg = render(figure)
    style = re.search(r"<style>(.*?)</style>", svg, re.DOTALL)
    assert style is not None, "every picture has a style"
    return answers.render(svg, style[1], table, lang, figure.title, about.passages)


def _figure(table: Table, view: View, lang: Lang, title: Label, about: About) -> Figure:
    plot = _PLOTS.get(view.kind)
    if plot is None:
        raise InputError(
            "a view of the kind {kind!r} is not drawn from a table",
            hint="draw one of {kinds}",
            kind=view.kind,
            kinds=series(_PLOTS),
        )
    named = (*view.columns, *view.by, view.cell, view.colour, view.mark, view.per, view.shown)
    missing = [name for name in named if name and name not in table.columns]
    if missing:
        raise InputError(
            "the view names {name!r}, which is no column of the table",
            hint="the columns are {columns}",
            name=missing[0],
            columns=series(table.columns),
        )
    drawn = plot(Reading(table, lang, about.looks), view)
    if table.truncated:
        cut = Names(
            f"the answer was cut: these are only the first {len(table):,} rows",
            f"结果已截断：仅有前 {len(table):,} 行",
        )
        drawn = replace(drawn, notes=(*drawn.notes, cut))
    return Figure(lang, read_names(title), about.filters, about.footer, drawn)
