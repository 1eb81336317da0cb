"""``ictgraph query NAME``: templates as commands, their parameters as options."""

from __future__ import annotations

import os
from collections.abc import Container
from functools import cache
from typing import TYPE_CHECKING, Any

import click
from pyoxigraph import NamedNode

from ictgraph import queries
from ictgraph.cli import streams
from ictgraph.cli.options import Command, Option
from ictgraph.cli.settings import Answering, Settings, require_text
from ictgraph.errors import InputError
from ictgraph.formats import FORMATS, PICTURES
from ictgraph.messages import Message, series
from ictgraph.paths import data_dir
from ictgraph.results import Answer, Table, Term, Truth
from ictgraph.terms import pick, text_of
from ictgraph.vocab import GRAPH, XSD, compress, expand

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ictgraph.graph import Graph
    from ictgraph.views import View

__all__ = [
    "PLAIN",
    "Templates",
    "entity_names",
    "parameter_options",
    "query_command",
    "run_template",
    "say_gaps",
    "texts",
]

_EXAMPLES = {
    "integer": "2024",
    "decimal": "59.7",
    "gYear": "2024",
    "gYearMonth": "2024-02",
    "date": "2024-02-16",
}
_MEMBERS = f"""\
SELECT DISTINCT ?one WHERE {{
  VALUES ?class {{ %s }}
  {{ ?one a ?class }} UNION {{ GRAPH <{GRAPH}derived> {{ ?one a ?class }} }}
}} ORDER BY ?one"""
PLAIN = "ictgraph.cli.plain"
"""Key of a click context's ``meta``: set, help shows no examples from the built graph."""


class Templates(Command, click.Group):
    """A group with a command for each query template, read when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the templates."""
        return queries.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of a template, or of a ``.rq`` file with or without a header.

        :raises InputError: if there is no such template, or the file is none.
        """
        try:
            text = _headless(cmd_name)
            return _command(queries.load(cmd_name)) if text is None else _plain(cmd_name, text)
        except InputError:
            if ctx.resilient_parsing:
                return None
            raise


@click.command(
    "query",
    cls=Templates,
    subcommand_metavar="NAME [--PARAMETER VALUE]...",
    epilog="\b\nExamples:\n"
    "  ictgraph query who-develops-what --lang both\n"
    "  ictgraph query who-develops-what --therapy-class CAR-T --therapy-class TCR-T\n"
    "  ictgraph query approved-products -o approved.csv\n"
    "  ictgraph query approved-products --help",
)
def query_command() -> None:
    """Ask a ready-made question; its parameters are options.

    NAME is one of the names below, or the path of a .rq file of your own; one without a header
    runs as with 'ictgraph sparql -f'. A value is a name in
    Chinese or English, a synonym, a CURIE, an IRI, a number or a date; give an option several
    times for several values. An empty answer says why on standard error. Answers that
    have a picture ('ictgraph queries' tells which) are drawn by -o FILE.svg or FILE.html.
    """


def parameter_options(template: queries.Template) -> list[click.Parameter]:
    """Return a repeatable option for each parameter of a template."""
    return [_ParameterOption(one) for one in template.parameters]


def texts(values: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the values of parameters as text.

    :raises InputError: if one is blank or no Unicode text.
    """
    return {
        name: [
            require_text(
                one, Message("the value of {option}", option="--" + name.replace("_", "-"))
            )
            for one in given
        ]
        for name, given in values.items()
    }


def run_template(
    settings: Settings, graph: Graph, template: queries.Template, bound: dict[str, list[Term]]
) -> Answer:
    """Run a template; one that is not the package's own need not be trusted and runs guarded."""
    if template.path.startswith(data_dir("queries") + os.sep):
        return graph.run(template, bound)
    text = queries.render(template, bound)
    return graph.labelled(graph.sparql(text, settings.limits()), template)


class _ParameterOption(Option):
    """The option of a parameter; its help is put together only when it is read."""

    def __init__(self, parameter: queries.Parameter) -> None:
        metavar = parameter.type.rpartition("#")[2].upper() if parameter.is_literal else "NAME"
        super().__init__(
            ["--" + parameter.name.replace("_", "-")],
            multiple=True,
            metavar=metavar,
            shell_complete=None if parameter.is_literal else entity_names(parameter.type),
            allow_from_autoenv=False,
        )
        self.parameter = parameter

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option with its labels, type, default and an example."""
        one = self.parameter
        default = "any" if one.default == queries.ANY else one.default
        example = "" if ctx.meta.get(PLAIN) else _example(one)
        self.help = (
            f"{one.label['en']} | {one.label['zh']}. Type {compress(one.type)}; default {default}"
            + (f"; for example {example!r}." if example else ".")
        )
        return super().get_help_record(ctx)


def _example(parameter: queries.Parameter) -> str:
    """Return a value that the parameter takes, from the built-in graph if it has been built."""
    if parameter.is_literal:
        return _EXAMPLES.get(parameter.type.removeprefix(XSD), "")
    graph = _built()
    if graph is None:
        return ""
    answer = graph.engine.query(_MEMBERS % NamedNode(parameter.type))
    members = [text_of(row[0]) for row in getattr(answer, "rows", ())]
    labels = graph.names.labels(members)
    names = sorted((label["en"] for label in labels.values() if "en" in label), key=_shortest)
    unique = (name for name in names if len(graph.names.lookup(name)) == 1)
    return next(unique, compress(members[0]) if members else "")


def _shortest(name: str) -> tuple[int, str]:
    return len(name), name


@cache
def _built() -> Graph | None:
    """Return the built-in graph, ``None`` if it has not been built yet."""
    from ictgraph.graph import open_graph
    from ictgraph.store import current, default_folder

    return open_graph(default_folder()) if current(default_folder()) else None


def _command(template: queries.Template) -> click.Command:
    def callback(settings: Settings, **values: tuple[str, ...]) -> None:
        _answer(settings, template, values)

    drawn = template.view and template.view.is_chart
    picture = f"\n  ictgraph query {template.name} -o {template.name}.html" if drawn else ""
    return Answering(
        template.name,
        formats=(*FORMATS, *PICTURES),
        params=parameter_options(template),
        callback=callback,
        help=f"{template.title['en']}.\n\n{template.question['en']}\n\n"
        f"\b\n{template.title['zh']}\n{template.question['zh']}",
        short_help=f"{template.title['en']} | {template.title['zh']}",
        epilog=f"\b\nExamples:\n  ictgraph query {template.name}\n"
        f"  ictgraph query {template.name} --format json --lang both{picture}",
    )


def _answer(
    settings: Settings, template: queries.Template, values: dict[str, tuple[str, ...]]
) -> None:
    wanted = texts(values)
    view = _view(template) if settings.picture else None
    graph = settings.graph()
    bound = graph.bind(template, wanted)
    if settings.show_query:
        settings.write_text(queries.render(template, bound))
        return
    _say_defaults(settings, graph, template, bound)
    say_gaps(settings, graph, template, bound)
    answer = run_template(settings, graph, template, bound)
    empty = not isinstance(answer, Truth) and not len(answer)
    if view is None:
        settings.write(answer)
    elif isinstance(answer, Table) and not empty:
        from ictgraph.pictures import charts

        draw = {"svg": charts.draw, "html": charts.page}[settings.picture]
        about = charts.about(graph, answer, template, bound)
        settings.write_text(draw(answer, view, settings.lang, title=template.title, about=about))
        settings.say_cut(answer)
    if empty:
        from ictgraph.explain import explain

        why = explain(graph, template, bound).lines(settings.lang)
        none = settings.worded("no picture was drawn", "未绘图")
        settings.empty([*why, none] if view else why)


def _view(template: queries.Template) -> View:
    """Return how the answer of a template is drawn.

    :raises InputError: if it cannot be.
    """
    if template.view and template.view.is_chart:
        return template.view
    if template.view:
        command = "ictgraph network" + (" --around ENTITY" if not template.view.columns else "")
        raise InputError(
            "{name} is a network", hint="{command!r} draws it", name=template.name, command=command
        )
    drawn = [one.name for one in queries.load_all() if one.view and one.view.is_chart]
    raise InputError(
        "{name} has no picture",
        hint="choose a format such as csv or md; these have pictures: {drawn}",
        name=template.name,
        drawn=series(drawn),
    )


def _headless(path: str) -> str | None:
    """Return the text of a file that is SPARQL without the header of a template."""
    if not path.endswith(".rq") or not os.path.isfile(path):
        return None
    from ictgraph.cli.sparql import read_query

    text = read_query(path)
    return None if any(line.startswith("#+") for line in text.splitlines()) else text


def _plain(path: str, text: str) -> click.Command:
    from ictgraph.cli.sparql import answer_sparql, rows_option

    @click.command(
        os.path.basename(path),
        cls=Answering,
        help=f"{os.path.basename(path)}.\n\nA query without a header: runs as with"
        " 'ictgraph sparql -f'.",
        epilog=f"\b\nExamples:\n  ictgraph query {path}",
    )
    @rows_option
    def command(settings: Settings, max_rows: int) -> None:
        if settings.show_query:
            settings.write_text(text)
        else:
            answer_sparql(settings, text, max_rows)

    return command


def _say_defaults(
    settings: Settings, graph: Graph, template: queries.Template, given: Container[str]
) -> None:
    """Say which parameters were left to a default that is not "any"."""
    for one in template.parameters:
        if one.default != queries.ANY and one.name not in given:
            words = [] if one.is_literal else one.default.split()
            iris = {word: word[1:-1] if word[0] == "<" else expand(word) for word in words}
            labels = graph.names.labels(set(iris.values()))
            named = [f"{pick(labels.get(iris[w], {}), settings.lang, '')} ({w})" for w in words]
            option = "--" + one.name.replace("_", "-")
            shown = ", ".join(named).strip() or one.default
            streams.say(
                settings.worded(
                    f"showing the default {option} {shown}", f"此处为默认值 {option} {shown}"
                )
            )


def say_gaps(
    settings: Settings, graph: Graph, template: queries.Template, given: Container[str]
) -> None:
    """Say which entities the given parameters may leave out."""
    if any(need.parameter in given for need in template.needs):
        from ictgraph.explain import gaps

        for gap in gaps(graph, template, given):
            streams.say(gap.line(settings.lang))


def entity_names(kind: str = "") -> Any:
    """Return what completes the names of entities of a class, an IRI, from the built-in graph."""

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        local = kind.rpartition("#")[2]
        graph = _built() if incomplete else None
        found = graph.find(incomplete, "" if local == "Entity" else local) if graph else []
        names = [match.name for match in found if match.how in ("exact", "prefix")]
        return [CompletionItem(_typed(name)) for name in dict.fromkeys(names)]

    return complete


def _typed(name: str) -> str:
    """Return a name as one word for bash, whose script reads backslashes once itself."""
    if os.environ.get("_ICTGRAPH_COMPLETE") != "bash_complete":
        return name
    import re

    quoted = re.search(r"""(^|\s)["'][^"']*$""", os.environ.get("COMP_WORDS", ""))
    return name if quoted else re.sub(r"[^\w@%+=:,./-]", r"\\\\\g<0>", name)
