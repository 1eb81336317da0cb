"""``ictgraph path``: how two entities are connected, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from pyoxigraph import NamedNode

from ictgraph.cli.drawing import PICTURES, draw, picture_format
from ictgraph.cli.settings import TABLES, Answering, Settings, require_text
from ictgraph.cli.templates import entity_names
from ictgraph.messages import Message
from ictgraph.tables import clean
from ictgraph.terms import Lang, display, pick
from ictgraph.vocab import compress

if TYPE_CHECKING:
    from ictgraph.routes import Routes, Step

__all__ = ["path_command"]


@click.command(
    "path",
    cls=Answering,
    formats=("text", *TABLES, *PICTURES),
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph path Roche 'Poseida Therapeutics'\n"
    "  ictgraph path CD19 科济药业 --paths 5 --lang zh\n"
    "  ictgraph path Roche 'Goldman Sachs' --through Place\n"
    "  ictgraph path TyU19 Nature -o tyu19-nature.svg",
)
@click.argument("start", metavar="FROM", shell_complete=entity_names())
@click.argument("end", metavar="TO", shell_complete=entity_names())
@click.option(
    "--paths",
    type=click.IntRange(min=1, max=100),
    default=3,
    show_default=True,
    metavar="N",
    help="Show at most so many.",
)
@click.option(
    "--through",
    multiple=True,
    metavar="NAME",
    shell_complete=entity_names(),
    help="Allow paths through this entity or class, for example China or Place; repeatable.",
)
def path_command(
    settings: Settings, start: str, end: str, paths: int, through: tuple[str, ...]
) -> None:
    """Show how two entities are connected, each step with the passages that state it.

    A step costs 1, and an entity on the way costs the more, the more is said of it (the binary
    logarithm of its number of neighbours). Places, stages, qualifiers, statistics and the like are
    not passed through unless --through allows it. A picture (html, svg) or a network for other
    tools (graphml, gexf, dot, cyjs) comes by the ending of -o FILE or by --format.
    """
    from ictgraph.routes import find_routes, route_network

    form = picture_format(settings)
    ends = require_text(start, "FROM"), require_text(end, "TO")
    allowed = [
        require_text(one, Message("the value of {option}", option="--through")) for one in through
    ]
    graph = settings.graph()
    found = find_routes(graph, *ends, paths, allowed)
    if not found.routes:
        if not form and settings.format != "text":
            settings.write(found.table())
        none = settings.worded(
            f"no path from {start!r} to {end!r} was found",
            f"未找到从 {start!r} 到 {end!r} 的路径",
        )
        settings.empty([none, *(settings.worded(one["en"], one["zh"]) for one in found.why)])
        return
    if form:
        settings.write_text(draw(route_network(graph, found), form, settings.lang))
        return
    table = found.table()
    name = settings.chosen(table) if settings.format != "text" else "text"
    if name == "text" or (name == "table" and not settings.format and not settings.to_file):
        settings.write_text(_text(found, settings.lang))
    else:
        settings.write(table)


def _text(found: Routes, lang: Lang) -> str:
    """Return the paths for readers, their passages numbered below."""
    numbers: dict[str, int] = {}
    lines = []
    for number, route in enumerate(found.routes, 1):
        lines += ["", pick(route.title(number), lang, "")]
        for place, steps in enumerate(route.steps, 1):
            leads = [f"{place}.", *(" " * len(f"{place}.") for _ in steps[1:])]
            lines += [
                f"  {lead} {_said(step, found, lang)} {_marks(step, numbers, lang)}"
                for lead, step in zip(leads, steps, strict=True)
            ]
    lines += ["", pick({"en": "Sources", "zh": "来源"}, lang, "")] if numbers else []
    for passage, mark in numbers.items():
        where = display(NamedNode(passage), lang, found.labels)
        lines.append(f"  [{mark}] {compress(passage)}  {where}")
    return "\n".join(map(clean, lines[1:])) + "\n"


def _said(step: Step, found: Routes, lang: Lang) -> str:
    subject, name, value = (
        display(NamedNode(one), lang, found.labels)
        for one in (step.subject, step.property, step.object)
    )
    return f"{subject} — {name} → {value}"


def _marks(step: Step, numbers: dict[str, int], lang: Lang) -> str:
    from ictgraph.routes import BY_DEFINITION

    if not step.passages:
        return f"[{pick(BY_DEFINITION, lang, '')}]"
    marks = [numbers.setdefault(one, len(numbers) + 1) for one in step.passages]
    return "[" + ", ".join(map(str, sorted(marks))) + "]"
