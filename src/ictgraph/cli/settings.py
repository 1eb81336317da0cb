"""What answering commands share: which graph to ask, and how and where to write the answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import click
from click.core import ParameterSource

from ictgraph.cli import streams
from ictgraph.cli.options import Command, Option
from ictgraph.cli.usage import locale_language
from ictgraph.errors import InputError, StoreError
from ictgraph.formats import FORMATS, PICTURES, default, guess, save, write
from ictgraph.graph import Graph, default_build, open_graph
from ictgraph.messages import Message, together
from ictgraph.results import Answer, Truth
from ictgraph.terms import Lang

if TYPE_CHECKING:
    from ictgraph.guard import Limits

__all__ = ["TABLES", "Answering", "AnsweringGroup", "Settings", "path_option", "require_text"]

TABLES = tuple(one.name for one in FORMATS.values() if not one.rdf)
"""The formats of what is no statement."""

_ORIGINS = ("store", "endpoint", "data")


class Settings(NamedTuple):
    """The shared options of one call.

    :ivar format: a name of :data:`ictgraph.formats.FORMATS` or of the command's own, "" if the
        output decides.
    :ivar output: a file to write, "" or ``-`` for standard output.
    :ivar timeout: seconds a query may take, ``None`` for the usual ones.
    """

    format: str = ""
    output: str = ""
    lang: Lang = "en"
    fail_empty: bool = False
    show_query: bool = False
    store: str = ""
    endpoint: str = ""
    timeout: float | None = None
    data: tuple[str, ...] = ()

    def graph(self) -> Graph:
        """Open the graph that was asked for; the built-in one is built on first use.

        A time limit holds for every query: those of an embedded graph then run in workers.
        """
        if self.endpoint:
            return open_graph(endpoint=self.endpoint, timeout=self.timeout or 30.0)
        graph = self._embedded()
        if self.timeout is not None:
            from ictgraph.worker import GuardedEngine

            graph.engine = GuardedEngine(os.path.join(graph.folder, "store"), self.limits())
        return graph

    def limits(self, rows: int = 10_000_000) -> Limits:
        """Return the limits of a guarded query."""
        from ictgraph.guard import Limits

        return Limits(rows=rows, timeout=self.timeout or Limits().timeout)

    def _embedded(self) -> Graph:
        if self.data:
            return open_graph(*self.files())
        if self.store:
            if not os.path.isdir(self.store):
                raise StoreError(
                    "there is no folder {store!r}",
                    hint="make one with 'ictgraph build -o FOLDER'",
                    store=self.store,
                )
            return open_graph(self.store)
        return open_graph(os.path.dirname(default_build(progress=_first_use())))

    def files(self) -> list[str]:
        """Return the RDF files to read, the ontology that gives them meaning first."""
        from ictgraph.store import ontology_files

        for path in self.data:
            if not os.path.isfile(path):
                raise InputError("there is no file {path!r}", hint="name RDF files", path=path)
        return [*ontology_files(), *self.data]

    def chosen(self, answer: Answer) -> str:
        """Return the format for an answer: named, by the file's ending, or by the terminal."""
        if self.format:
            return self.format
        if self.to_file:
            return guess(self.output)
        return default(streams.is_terminal(), answer)

    @property
    def picture(self) -> str:
        """The wanted format if it is one of :data:`ictgraph.formats.PICTURES`, else ""."""
        if self.format or not self.to_file:
            return self.format if self.format in PICTURES else ""
        ending = os.path.splitext(self.output)[1].lower()
        return next((one.name for one in PICTURES.values() if ending in one.endings), "")

    @property
    def to_file(self) -> bool:
        """Whether the answer goes to a file."""
        return self.output not in ("", "-")

    def write(self, answer: Answer) -> None:
        """Write an answer; say so and end with exit code 4 if it was cut."""
        name = self.chosen(answer)
        shown = name == "table" and not self.to_file and streams.is_terminal()

        def writer(stream: BinaryIO) -> None:
            width = streams.width() if shown else None
            colour = shown and streams.colour()
            write(answer, name, stream, lang=self.lang, colour=colour, width=width)

        if self.to_file:
            save(self.output, writer)
        else:
            writer(streams.stdout())
        self.say_cut(answer)

    def say_cut(self, answer: Answer) -> None:
        """Say if an answer was cut, and end with exit code 4 then."""
        if not isinstance(answer, Truth) and answer.truncated:
            streams.say(
                self.worded(
                    f"the answer was cut: these are only the first {len(answer)};"
                    " allow more with --max-rows, or ask for less",
                    f"结果已截断：仅有前{len(answer)}行；可用 --max-rows 放宽，或缩小查询",
                )
            )
            raise click.exceptions.Exit(4)

    def write_text(self, text: str) -> None:
        """Write a text in UTF-8 to the file or to standard output."""
        self.write_bytes(text.encode("utf-8", "backslashreplace"))

    def write_bytes(self, data: bytes) -> None:
        """Write bytes to the file or to standard output."""
        if self.to_file:
            save(self.output, lambda stream: _put(stream, data))
        else:
            streams.stdout().write(data)

    def worded(self, english: str, chinese: str) -> str:
        """Return a message in the wanted language; English for both."""
        return chinese if self.lang == "zh" else english

    def say_encoding(self, path: str, encoding: str) -> None:
        """Say that a file was taken for GB 18030, which texts of other encodings pass for."""
        if encoding == "GB 18030":
            said = f"{path} was read as GB 18030", f"{path} 按 GB 18030 读取"
            streams.say(self.worded(*said))

    def say_other_checkout(self) -> None:
        """Warn that built-in data are read, if the working folder has data of its own."""
        from ictgraph.paths import data_dir, other_checkout

        here = other_checkout()
        if here:
            streams.say(
                Message(
                    "these are the data in {used}, not those of {here}, which you are in;"
                    " 'pip install -e {here}' makes ictgraph use them",
                    used=os.path.dirname(data_dir("ontology")),
                    here=here,
                )
            )

    def say_lost(self, path: str, comments: int) -> None:
        """Say how many comments of a file were not kept, if there were any."""
        if comments:
            said = f"{path}: {comments} comments are gone", f"{path}：{comments}条注释未保留"
            streams.say(self.worded(*said))

    def empty(self, why: Sequence[str]) -> None:
        """Say why nothing was found; end with exit code 1 if ``--fail-empty`` was given."""
        for line in why:
            streams.say(line)
        if self.fail_empty:
            raise click.exceptions.Exit(1)


class Answering(Command):
    """A command with the shared options, given to its callback as ``settings``.

    :param formats: the formats it writes.
    :param leave_out: shared options that make no sense for it.
    """

    def __init__(
        self,
        *args: Any,
        formats: Sequence[str] = tuple(FORMATS),
        leave_out: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.formats = formats
        taken = {parameter.name for parameter in self.params}
        shared = [one for one in _shared(formats) if one.name not in leave_out]
        clash = sorted(taken & {one.name for one in shared})
        if clash:
            raise InputError(
                "a parameter of {name} is named {clash!r}, like an option of every query",
                hint="rename it",
                name=self.name,
                clash=clash[0],
            )
        self.params += shared

    def invoke(self, ctx: click.Context) -> Any:
        """Gather the shared options, then run the command."""
        given = {name: ctx.params.pop(name) for name in Settings._fields if name in ctx.params}
        ctx.params["settings"] = self._settings(ctx, given)
        return super().invoke(ctx)

    def _settings(self, ctx: click.Context, given: dict[str, Any]) -> Settings:
        named = [name for name in _ORIGINS if given.get(name)]
        typed = [
            name for name in named if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        ]
        if len(typed or named) > 1:
            options = together("--" + name for name in typed or named)
            raise click.UsageError(
                Message("{options} name different graphs; give one of them", options=options), ctx
            )
        given |= {name: _nothing(name) for name in named if typed and name not in typed}
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
        known = {**FORMATS, **{name: PICTURES[name] for name in PICTURES if name in self.formats}}
        if settings.to_file and not settings.format and set(self.formats) <= known.keys():
            guess(settings.output, known)
        return settings


class AnsweringGroup(Answering, click.Group):
    """A group of commands that answers itself when no command is named."""


def path_option(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Refuse a path that no file can have."""
    if value is not None and ("\0" in value or not value):
        raise click.BadParameter("a file name cannot be empty or hold a NUL character", ctx, param)
    return value


def require_text(text: str, what: str) -> str:
    """Return text that somebody typed, which a locale may have hidden from Python.

    :raises InputError: if it is blank or no Unicode text.
    """
    try:
        text = os.fsencode(text).decode() if not text.isprintable() else text
        text.encode()
    except UnicodeError:
        raise InputError("{what} is not UTF-8 text", hint="type it in UTF-8", what=what) from None
    if not text.strip():
        raise InputError("{what} is empty", hint="name something", what=what)
    return text


def _put(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)


def _nothing(name: str) -> str | tuple[str, ...]:
    return () if name == "data" else ""


def _first_use() -> Any:
    """Return a progress function that says once that the graph is being built."""
    said: list[str] = []

    def progress(_: str) -> None:
        if not said:
            streams.say(
                Message("building the graph, which happens once after every change of the data")
            )
            said.append("")

    return progress


def _language(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Return the wanted language, or that of the locale."""
    return value or locale_language()


def _number(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and value != value:
        raise click.BadParameter("not a number", ctx, param)
    return value


def _shared(formats: Sequence[str]) -> list[click.Option]:
    return [*_output_options(formats), *_graph_options()]


def _output_options(formats: Sequence[str]) -> list[click.Option]:
    return [
        Option(
            ["--format"],
            type=click.Choice(formats, case_sensitive=False),
            metavar="FORMAT",
            help=f"One of {', '.join(formats)}. Default: by the file's ending; {_usual(formats)}.",
        ),
        Option(
            ["-o", "--output"],
            metavar="FILE",
            callback=path_option,
            help="Write to this file, at once when complete; - is standard output.",
        ),
        Option(
            ["--lang"],
            type=click.Choice(("zh", "en", "both")),
            envvar="ICTGRAPH_LANG",
            show_envvar=True,
            callback=_language,
            help="Language of labels. Default: zh in a Chinese locale, else en.",
        ),
        Option(["--fail-empty"], is_flag=True, help="Exit with 1 if nothing is found."),
        Option(
            ["--show-query"],
            is_flag=True,
            help="Write the SPARQL that would run, ready to be piped on, instead of running it.",
        ),
    ]


def _usual(formats: Sequence[str]) -> str:
    if "tsv" not in formats:
        return f"else {formats[0]}"
    shown = "text" if "text" in formats else "a table"
    statements = " (Turtle for statements)" if "ttl" in formats and "text" not in formats else ""
    return f"else {shown} on a terminal and tsv in a pipe{statements}"


def _graph_options() -> list[click.Option]:
    return [
        Option(
            ["--store"],
            metavar="FOLDER",
            envvar="ICTGRAPH_STORE",
            show_envvar=True,
            callback=path_option,
            help="Ask the graph that 'ictgraph build -o FOLDER' wrote.",
        ),
        Option(
            ["--endpoint"],
            metavar="URL",
            envvar="ICTGRAPH_ENDPOINT",
            show_envvar=True,
            help="Ask this SPARQL 1.1 endpoint.",
        ),
        Option(
            ["--data"],
            metavar="FILE",
            multiple=True,
            callback=lambda ctx, param, values: tuple(
                path_option(ctx, param, value) for value in values
            ),
            help="Ask these RDF files with the ontology instead of the built-in triples;"
            " repeatable.",
        ),
        Option(
            ["--timeout"],
            type=click.FloatRange(min=0, min_open=True, max=86_400),
            metavar="SECONDS",
            envvar="ICTGRAPH_TIMEOUT",
            show_envvar=True,
            callback=_number,
            help="Stop a query after this time.",
        ),
    ]
