"""``ictgraph find`` and ``ictgraph show``: one entity at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.cli.settings import TABLES, Answering, Settings, require_text
from ictgraph.cli.templates import entity_names
from ictgraph.formats import FORMATS
from ictgraph.messages import Message
from ictgraph.results import Statements, Table
from ictgraph.vocab import ICT

if TYPE_CHECKING:
    from ictgraph.graph import Graph
    from ictgraph.labels import Match

__all__ = ["class_name", "find_command", "show_command"]

_HOW = {"exact": "全名", "prefix": "开头", "part": "部分", "typo": "近似"}


@click.command(
    "find",
    cls=Answering,
    formats=TABLES,
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph find CD19\n"
    "  ictgraph find 黑色素 --kind Disease\n"
    "  ictgraph find lifileucle --limit 3 --format json",
)
@click.argument("text", shell_complete=entity_names())
@click.option(
    "--kind",
    metavar="CLASS",
    shell_complete=entity_names("Class"),
    help="Only of this class: Disease, Therapy, 疾病, …",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=10_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Show at most so many.",
)
def find_command(settings: Settings, text: str, kind: str | None, limit: int) -> None:
    """Find entities by name: Chinese, English, synonyms, beginnings, parts, misspellings."""
    text = require_text(text, "TEXT")
    graph = settings.graph()
    found = graph.find(text, class_name(graph, kind) if kind else "", limit)
    settings.write(_matches(graph, found, settings))
    if not found:
        among = (f" among {kind}", f"{kind}中") if kind else ("", "")
        nothing = f"nothing has a name like {text!r}", f"没有名称与 {text!r} 相近的实体"
        settings.empty([settings.worded(nothing[0] + among[0], among[1] + nothing[1])])


@click.command(
    "show",
    cls=Answering,
    formats=("text", *FORMATS),
    epilog="\b\nExamples:\n"
    "  ictgraph show lifileucel\n"
    "  ictgraph show 泽沃基奥仑赛 --lang zh\n"
    "  ictgraph show id:cd19 --format json",
)
@click.argument("entity", shell_complete=entity_names())
def show_command(settings: Settings, entity: str) -> None:
    """Show all that is stated about an entity, grouped by event, each claim with its sources.

    ENTITY is a name in Chinese or English, a synonym, a CURIE or an IRI. The text on a terminal
    (--format text) has names, class, hierarchy and identifiers first; in a pipe, tsv has one claim
    a row; json has everything.
    """
    from ictgraph.cli.profile import read

    graph = settings.graph()
    iri = graph.entity(require_text(entity, "ENTITY"))
    if settings.show_query:
        settings.write_text(queries.render(queries.load("facts"), {"entity": [NamedNode(iri)]}))
        return
    profile = read(graph, iri)
    table = profile.table()
    name = settings.chosen(table) if settings.format != "text" else "text"
    if name == "json":
        import json

        settings.write_text(json.dumps(profile.json(), ensure_ascii=False, indent=1) + "\n")
    elif name == "text" or (name == "table" and not settings.format):
        settings.write_text(profile.text(settings.lang))
    elif FORMATS[name].rdf:
        from pyoxigraph import Triple

        triples = [Triple(*row[:3]) for row in table.rows]  # type: ignore[arg-type]
        settings.write(Statements(tuple(sorted(set(triples), key=str))))
    else:
        settings.write(table)
    if not profile.claims:
        nothing = f"no passage states anything about {entity!r}", f"没有段落提及 {entity!r}"
        settings.empty([settings.worded(*nothing)])


def class_name(graph: Graph, kind: str) -> str:
    """Return the local name of a class named in either language or as in the ontology."""
    kind = require_text(kind, Message("the value of {option}", option="--kind"))
    if kind.isalnum() and "Class" in (graph.names.classes(ICT + kind) or ()):
        return kind
    return graph.entity(kind, "Class").removeprefix(ICT)


def _matches(graph: Graph, found: list[Match], settings: Settings) -> Table:
    names = {match.iri for match in found}
    names |= {ICT + kind for match in found for kind in match.classes}
    labels = graph.names.labels(names)
    rows = []
    for match in found:
        kinds = (ICT + kind for kind in match.classes)  # the most specific first
        own = next((kind for kind in kinds if kind in labels), "")
        kind, how = NamedNode(own) if own else None, settings.worded(match.how, _HOW[match.how])
        rows.append((NamedNode(match.iri), kind, Literal(match.name), Literal(how)))
    titles = {
        "entity": {"en": "Entity", "zh": "实体"},
        "class": {"en": "Class", "zh": "类别"},
        "name": {"en": "Name found", "zh": "匹配名称"},
        "match": {"en": "Match", "zh": "匹配方式"},
    }
    return Table(tuple(titles), tuple(rows), labels, titles, entities=("entity", "class"))
