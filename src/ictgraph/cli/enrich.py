"""``ictgraph enrich NAME``: what public endpoints say of the graph's entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import click

from ictgraph import queries
from ictgraph.cli import streams
from ictgraph.cli.options import Command, Option
from ictgraph.cli.settings import TABLES, Answering, Settings, path_option
from ictgraph.cli.templates import parameter_options, texts
from ictgraph.errors import InputError
from ictgraph.federation.asking import Request, ask, prepare
from ictgraph.federation.questions import Question, load
from ictgraph.federation.records import records
from ictgraph.terms import pick
from ictgraph.vocab import compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Questions", "enrich_command"]

_SHOWN = 5


class _Choice(NamedTuple):
    """The options of this command alone."""

    at: str
    refresh: bool
    offline: bool
    save: str


class Questions(Command, click.Group):
    """A group with a command for each template that asks elsewhere, read when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the templates."""
        return queries.names(elsewhere=True)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of a template, or of a ``.rq`` file.

        :raises InputError: if there is no such template, or the file is none.
        """
        try:
            return _command(load(cmd_name))
        except InputError:
            if ctx.resilient_parsing:
                return None
            raise


@click.command(
    "enrich",
    cls=Questions,
    subcommand_metavar="NAME [--PARAMETER ENTITY]...",
    epilog="\b\nExamples:\n"
    "  ictgraph enrich proteins --target CD19\n"
    "  ictgraph enrich diseases --lang zh -o names.csv\n"
    "  ictgraph enrich institutions --save wikidata.trig\n"
    "  ictgraph enrich descendants --term 自身免疫性疾病 --offline",
)
def enrich_command() -> None:
    """Ask Wikidata, UniProt and other public endpoints about entities of the graph.

    This reaches the network; apart from --endpoint URL nothing else in ictgraph does. Standard
    error says whom it asks before anything is sent: identifiers that entities have in other
    vocabularies, and nothing else. Answers are kept with their day, and asked for again only with
    --refresh. Without a parameter it asks about all entities of the kind.
    """


def _command(question: Question) -> click.Command:
    template = question.template
    anyone = template._replace(
        parameters=(question.parameter._replace(default=queries.ANY),)
    )  # what the file has is an example for other tools
    host = question.endpoint.host

    def callback(settings: Settings, **given: Any) -> None:
        choice = _Choice(**{name: given.pop(name) for name in _Choice._fields})
        if choice.refresh and choice.offline:
            raise click.UsageError("--refresh asks and --offline does not; give one of them")
        if choice.save and not question.claims:
            raise InputError(
                "the answer to {name!r} claims nothing that could be saved",
                hint="write it as a table with -o FILE",
                name=question.name,
            )
        _answer(settings, question, texts(given)[question.parameter.name], choice)

    return Answering(
        template.name,
        formats=TABLES,
        params=[*parameter_options(anyone), *_options()],
        callback=callback,
        help=f"{template.title['en']}.\n\n{template.question['en']} Asks {host}.\n\n"
        f"\b\n{template.title['zh']}\n{template.question['zh']}",
        short_help=f"{template.title['en']} | {template.title['zh']}",
        epilog=_examples(question),
    )


def _examples(question: Question) -> str:
    command = f"  ictgraph enrich {question.name}"
    file = f"--save {question.name}.trig" if question.claims else f"-o {question.name}.csv"
    return f"\b\nExamples:\n{command}\n{command} {file}"


def _options() -> list[click.Option]:
    return [
        Option(
            ["--at"],
            metavar="URL",
            default="",
            allow_from_autoenv=False,
            help="Ask this address instead, for example a mirror.",
        ),
        Option(["--refresh"], is_flag=True, help="Ask again for what is kept."),
        Option(["--offline"], is_flag=True, help="Send nothing: answer from what is kept."),
        Option(
            ["--save"],
            metavar="FILE",
            default="",
            callback=lambda ctx, param, value: path_option(ctx, param, value) if value else "",
            allow_from_autoenv=False,
            help="Write the answer also as TriG: records of a source of its own.",
        ),
    ]


def _answer(settings: Settings, question: Question, named: list[str], choice: _Choice) -> None:
    graph = settings._replace(timeout=None).graph()
    request = prepare(graph, question, named, at=choice.at, refresh=choice.refresh)
    if settings.show_query and request.links.by_term:
        settings.write_text(request.query)
        return
    _say_without(settings, graph, request, bool(named))
    if settings.show_query:
        settings.empty([_nothing(settings, request, "")])
        return
    if request.pending and not choice.offline:
        _say_asked(settings, request)
    found = ask(
        graph,
        request,
        offline=choice.offline,
        timeout=settings.timeout or 30.0,
        progress=lambda number: _say_progress(settings, request, number),
    )
    _say_kept(settings, request)
    if choice.save and found.rows:
        saved = records(question, found.rows, found.url)
        settings._replace(output=choice.save).write_text(saved)
    settings.write(found.table)
    if not found.rows:
        settings.empty([_nothing(settings, request, choice.save)])


def _nothing(settings: Settings, request: Request, save: str) -> str:
    """Say why an answer is empty."""
    title, count = request.question.endpoint.title, len(request.links.by_term)
    said = settings.worded(
        f"{title['en']} says nothing about {_counted(count, 'identifier')}",
        f"{title['zh']}对{count}个标识符没有说明",
    )
    if not count:
        said = settings.worded(
            "there is no identifier to ask about; nothing was sent",
            "没有可查询的标识符；未发送请求",
        )
    unsaved = settings.worded(f"; {save} was not written", f"；未写入 {save}") if save else ""
    return said + unsaved


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _say_progress(settings: Settings, request: Request, number: int) -> None:
    """Say on a terminal how far it is, if there are several requests."""
    if request.pending > 1:
        streams.note(
            settings.worded(
                f"request {number} of {request.pending}", f"请求 {number}/{request.pending}"
            )
        )


def _say_without(settings: Settings, graph: Graph, request: Request, named: bool) -> None:
    """Say which entities cannot be asked about, by name if they were named."""
    iris = request.links.without
    if not iris:
        return
    labels = graph.names.labels(iris)
    shown = [
        f"{pick(labels.get(iri, {}), settings.lang, '')} ({compress(iri)})"
        for iri in (iris if named else iris[:_SHOWN])
    ]
    more = "" if len(shown) == len(iris) else ", …"
    kinds = request.question.vocabularies
    streams.say(
        settings.worded(
            f"{len(iris)} without an identifier of {' or '.join(kinds)}: {', '.join(shown)}{more}",
            f"{len(iris)}个没有{'或'.join(kinds)}标识符：{'、'.join(shown)}{more}",
        )
    )


def _say_asked(settings: Settings, request: Request) -> None:
    """Say who is asked, before anything is sent."""
    title = request.question.endpoint.title
    host = urlsplit(request.address).hostname
    count = len(request.links.by_term)
    streams.say(
        settings.worded(
            f"asking {title['en']} at {host}; requests: {request.pending}, identifiers: {count}",
            f"正在查询{title['zh']}（{host}）；请求{request.pending}次，标识符{count}个",
        )
    )


def _say_kept(settings: Settings, request: Request) -> None:
    """Say from which day an answer is that was not asked for now."""
    there = [one for one in request.kept if one]
    if there:
        oldest = min(there, key=lambda one: one.retrieved)
        ago = f"{_counted(oldest.age, 'day')} ago" if oldest.age else "today"
        ago_zh = f"{oldest.age}天前" if oldest.age else "今天"
        streams.say(
            settings.worded(
                f"answered from what is kept since {oldest.day}, {ago}; --refresh asks again",
                f"以{oldest.day}（{ago_zh}）保存的结果作答；--refresh 重新查询",
            )
        )
