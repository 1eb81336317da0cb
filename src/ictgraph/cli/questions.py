"""``ictgraph queries``: which questions are ready-made, and what each looks like."""

from __future__ import annotations

import json

import click
from pyoxigraph import Literal

from ictgraph import queries
from ictgraph.cli.settings import TABLES, Answering, AnsweringGroup, Settings
from ictgraph.errors import UnknownName
from ictgraph.messages import series
from ictgraph.results import Table
from ictgraph.terms import pick
from ictgraph.vocab import compress

__all__ = ["queries_command"]


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in queries.names() if name.startswith(incomplete)]


def _tags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    every = {tag for template in queries.load_all() for tag in template.tags}
    return sorted(tag for tag in every if tag.startswith(incomplete))


@click.command(
    "queries",
    cls=AnsweringGroup,
    formats=TABLES,
    invoke_without_command=True,
    leave_out=("show_query", "store", "endpoint", "data", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph queries\n"
    "  ictgraph queries --tag regulatory --lang zh\n"
    "  ictgraph queries show who-develops-what",
)
@click.option("--tag", metavar="TAG", shell_complete=_tags, help="Only queries with this tag.")
@click.pass_context
def queries_command(ctx: click.Context, settings: Settings, tag: str | None) -> None:
    """List the ready-made questions, or show one whole."""
    if ctx.invoked_subcommand:
        return
    every = queries.load_all()
    tags = sorted({one for template in every for one in template.tags})
    if tag and tag not in tags:
        raise UnknownName(
            "no query has the tag {tag!r}",
            hint="the tags are {tags}",
            tag=tag,
            tags=series(tags),
        )
    rows = tuple(
        (
            Literal(one.name),
            Literal(pick(one.title, settings.lang, one.name)),
            Literal(pick(one.question, settings.lang, "")),
            Literal(", ".join(one.tags)),
            Literal(one.view.kind if one.view else ""),
        )
        for one in every
        if not tag or tag in one.tags
    )
    titles = {
        "name": {"en": "Name", "zh": "名称"},
        "title": {"en": "Title", "zh": "标题"},
        "question": {"en": "Question", "zh": "问题"},
        "tags": {"en": "Tags", "zh": "标签"},
        "picture": {"en": "Picture", "zh": "图形"},
    }
    settings.write(Table(tuple(titles), rows, {}, titles, entities=()))


@queries_command.command(
    "show",
    cls=Answering,
    formats=("text", "json"),
    leave_out=("show_query", "store", "endpoint", "data", "timeout", "fail_empty"),
    epilog="\b\nExamples:\n"
    "  ictgraph queries show approved-products\n"
    "  ictgraph queries show approved-products --format json\n"
    "  ictgraph queries show approved-products -o mine.rq",
)
@click.argument("name", shell_complete=_names)
def _show(settings: Settings, name: str) -> None:
    """Show a query: what it answers, its parameters, and its SPARQL.

    The text is the query's file as it is. It runs unchanged in any SPARQL 1.1 tool, and copied
    and edited as 'ictgraph query ./mine.rq'.
    """
    template = queries.load(name, elsewhere=name in queries.names(elsewhere=True))
    if settings.format != "json":
        settings.write_text(template.text)
        return
    described = {
        "name": template.name,
        "title": template.title,
        "question": template.question,
        "tags": template.tags,
        "view": str(template.view or ""),
        "parameters": [
            {"name": one.name, "type": compress(one.type), "default": one.default}
            | {"label": one.label}
            for one in template.parameters
        ],
        "columns": [{"name": one.name, "title": one.title} for one in template.columns],
        "sparql": template.text,
    }
    settings.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n")
