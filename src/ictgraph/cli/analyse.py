"""``ictgraph analyse``: who is central in the network of institutions, and who belongs together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ictgraph.cli import streams
from ictgraph.cli.drawing import PICTURES, draw, picture_format
from ictgraph.cli.settings import TABLES, Answering, Settings
from ictgraph.errors import InputError
from ictgraph.results import Label
from ictgraph.terms import Lang
from ictgraph.views import View

if TYPE_CHECKING:
    from ictgraph.analysis import Analysis
    from ictgraph.graph import Graph

__all__ = ["analyse_command"]

_JOINED = (("en", "; "), ("zh", "；"))
_DRAWN = ("svg", "html")
_VIEW = View("bar", ("links",), by=("institution",))
_TITLE: Label = {"en": "Links of institutions", "zh": "机构的联系数"}


@click.command(
    "analyse",
    cls=Answering,
    formats=(*TABLES, *PICTURES),
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph analyse centrality -o centrality.svg\n"
    "  ictgraph analyse communities --lang zh\n"
    "  ictgraph analyse communities -o communities.svg",
)
@click.argument("measure", type=click.Choice(("centrality", "communities")))
def analyse_command(settings: Settings, measure: str) -> None:
    """Measure the network of institutions that share events, therapies, deals or documents.

    centrality: with how many others each is linked, by how many links, between how many pairs it
    stands, and the ranks. communities: which institutions belong together, and their strongest
    ties. Both also as a picture (svg, html), communities as a network for other tools (graphml,
    gexf, dot, cyjs).

    What the numbers rest on is said on standard error: a community of two is one shared event.
    """
    from ictgraph import analysis

    form = picture_format(settings)
    if measure == "centrality" and form not in ("", *_DRAWN):
        raise InputError(
            "centrality is no network and cannot be written as {form}",
            hint="choose svg, html or a table format such as csv",
            form=form,
        )
    graph = settings.graph()
    measured = analysis.centrality if measure == "centrality" else analysis.communities
    answer = measured(graph)
    if not form:
        settings.write(answer.table)
    elif len(answer.table) and measure == "communities":
        settings.write_text(draw(analysis.community_network(graph), form, settings.lang))
    elif len(answer.table):
        settings.write_text(_bars(graph, answer, form, settings.lang))
    notes = [settings.worded(one["en"], one["zh"]) for one in answer.notes]
    if not len(answer.table):
        settings.empty(notes)
        return
    for line in notes:
        streams.say(line)


def _bars(graph: Graph, answer: Analysis, form: str, lang: Lang) -> str:
    """Return the links of each institution as bars, with what they rest on."""
    from ictgraph.pictures import charts
    from ictgraph.pictures.names import Names

    said = Names(*(between.join(one[of] for one in answer.notes) for of, between in _JOINED))
    about = replace(charts.about(graph, answer.table), filters=said)
    write = {"svg": charts.draw, "html": charts.page}[form]
    return write(answer.table, _VIEW, lang, title=_TITLE, about=about)
