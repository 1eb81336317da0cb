"""``ictgraph network``: the picture of who develops what, or of what surrounds an entity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ictgraph import queries
from ictgraph.cli import streams
from ictgraph.cli.drawing import ENDINGS, draw, network_format
from ictgraph.cli.settings import Answering, Settings, require_text
from ictgraph.cli.templates import entity_names, parameter_options, say_gaps, texts

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["network_command"]

_TEMPLATE = "who-develops-what"


class _Network(Answering):
    """Takes the parameters of the landscape's template as options, read when they are wanted."""

    _complete = False

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options, those of the template first."""
        if not self._complete:
            self._complete = True
            self.params[:0] = parameter_options(queries.load(_TEMPLATE))
        return super().get_params(ctx)


@click.command(
    "network",
    cls=_Network,
    formats=tuple(ENDINGS),
    epilog="\b\nExamples:\n"
    "  ictgraph network\n"
    "  ictgraph network --therapy-class CAR-T -o car-t.svg --lang zh\n"
    "  ictgraph network --around lifileucel --hops 2 -o lifileucel.html\n"
    "  ictgraph network --format dot -o -",
)
@click.option(
    "--around",
    metavar="ENTITY",
    shell_complete=entity_names(),
    help="Draw what surrounds this entity instead.",
)
@click.option(
    "--hops",
    type=click.IntRange(min=1, max=10),
    default=1,
    show_default=True,
    metavar="N",
    help="With --around: how far to go.",
)
def network_command(
    settings: Settings, around: str | None, hops: int, **values: tuple[str, ...]
) -> None:
    """Draw who develops what for which disease, or what surrounds an entity.

    Writes html (interactive, one file, works offline) or svg (static), or the network for other
    tools: graphml, gexf, json (Cytoscape), dot (Graphviz). The format is that of the ending of
    -o FILE. Without -o it writes ictgraph-landscape.html, or a file named after the entity, in the
    current folder, and prints its name; -o - writes to standard output.
    """
    if around is not None and any(values.values()):
        raise click.UsageError("--around draws everything near an entity; leave the filters out")
    ctx = click.get_current_context()
    if around is None and ctx.get_parameter_source("hops") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--hops needs --around ENTITY", ctx)
    form = network_format(settings)
    wanted = texts(values)
    around = None if around is None else require_text(around, "ENTITY")
    graph = settings.graph()
    if settings.show_query:
        settings.write_text(_query(graph, around, wanted))
        return
    if around is None:
        from ictgraph.networks import landscape

        template = queries.load(_TEMPLATE)
        say_gaps(settings, graph, template, graph.bind(template, wanted))
        network = landscape(graph, **wanted)
    else:
        from ictgraph.networks import neighbourhood

        network = neighbourhood(graph, graph.entity(around), hops)
    if not network.number_of_edges():
        _explain(settings, graph, around, wanted)
        return
    _write(settings, draw(network, form, settings.lang), form, around)


def _query(graph: Graph, around: str | None, values: dict[str, list[str]]) -> str:
    """Return the query that the picture is drawn from; for a neighbourhood its first step."""
    template = queries.load(_TEMPLATE if around is None else "facts")
    given: dict[str, Any] = dict(values) if around is None else {"entity": around}
    return queries.render(template, graph.bind(template, given))


def _explain(
    settings: Settings, graph: Graph, around: str | None, values: dict[str, list[str]]
) -> None:
    if around is not None:
        settings.empty(
            [
                settings.worded(
                    f"no passage connects {around!r} with anything; no file was written",
                    f"没有段落把 {around!r} 与别的实体相连；未写文件",
                )
            ]
        )
        return
    from ictgraph.explain import explain

    template = queries.load(_TEMPLATE)
    why = explain(graph, template, graph.bind(template, values))
    settings.empty([*why.lines(settings.lang), settings.worded("no file was written", "未写文件")])


def _write(settings: Settings, text: str, form: str, around: str | None) -> None:
    if settings.output:
        settings.write_text(text)
        return
    subject = re.sub(r"[^\w-]+", "-", around or "landscape").strip("-.")[:60] or "network"
    name = f"ictgraph-{subject}{ENDINGS[form][0]}"
    settings._replace(output=name).write_text(text)
    streams.stdout().write(f"{name}\n".encode())
