"""``ictgraph sparql``: any SPARQL query, guarded and limited."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import BinaryIO

import click

from ictgraph.cli.settings import Answering, Settings, path_option
from ictgraph.errors import InputError
from ictgraph.guard import Limits
from ictgraph.messages import Message
from ictgraph.results import Truth

__all__ = ["answer_sparql", "read_query", "rows_option", "sparql_command"]


def rows_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that all commands for SPARQL of one's own have."""
    return click.option(
        "--max-rows",
        type=click.IntRange(min=1, max=100_000_000),
        default=Limits().rows,
        show_default=True,
        metavar="N",
        help="Write at most so many rows; more are cut, said to be, and end with exit code 4.",
    )(command)


@click.command(
    "sparql",
    cls=Answering,
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph sparql 'SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }'\n"
    "  ictgraph sparql 'ASK { ?s ?p ?o }' --format json\n"
    "  ictgraph sparql -f mine.rq --timeout 30 --max-rows 50000 -o answer.csv\n"
    "  ictgraph query who-develops-what --show-query | ictgraph sparql -",
)
@click.argument("query", required=False)
@click.option(
    "-f",
    "--file",
    metavar="FILE",
    callback=path_option,
    help="Read the query from this file; - is standard input.",
)
@rows_option
def sparql_command(settings: Settings, query: str | None, file: str | None, max_rows: int) -> None:
    """Run a SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    QUERY is the query itself, or - to read it from standard input. It may be anyone's: it runs
    read-only in a process of its own with limits of time, memory and rows, and reaches neither
    the network nor files. See 'ictgraph help limits'. Prefixes that ictgraph knows (ict:, id:,
    src:, graph:, rdfs:, skos:, …) need no declaration.
    """
    answer_sparql(settings, _query(query, file), max_rows)


def answer_sparql(settings: Settings, text: str, max_rows: int) -> None:
    """Run a query and write its answer; an empty one says which terms the graph does not have."""
    graph = settings.graph()
    answer = graph.sparql(text, settings.limits(max_rows))
    settings.write(answer)
    if answer if isinstance(answer, Truth) else len(answer):
        return
    from ictgraph.explain import absent

    lines = [one.line(settings.lang) for one in absent(graph, text)]
    if isinstance(answer, Truth):  # "no" is an answer
        settings._replace(fail_empty=False).empty(lines)
    else:
        settings.empty([settings.worded("the query has no results", "查询没有结果"), *lines])


def _query(query: str | None, file: str | None) -> str:
    if (query is None) == (file is None):
        raise click.UsageError("give one of QUERY, -f FILE or - for standard input")
    if query is not None and os.path.isfile(query):
        raise click.UsageError(
            Message("{query!r} is a file; run the query in it with -f {query}", query=query)
        )
    source = file if query is None else query
    if source == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed", hint="give the query as an argument")
        return _read(sys.stdin.buffer, Message("standard input"))
    if query is not None:
        return query
    return read_query(str(file))


def read_query(path: str) -> str:
    """Read a query from a file.

    :raises InputError: if it cannot be read.
    """
    try:
        with open(path, "rb") as stream:
            return _read(stream, repr(path))
    except OSError as error:
        raise InputError.unreadable(repr(path), error, Message("name a .rq file")) from None


def _read(stream: BinaryIO, name: str) -> str:
    """Read a query, but not more of an endless stream than shows that it is too long."""
    data = stream.read(Limits().max_bytes + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(data) > Limits().max_bytes:  # cut within a character; the guard says too long
            return data.decode("utf-8-sig", "replace")
        raise InputError(
            "{name} is not UTF-8 text", hint="save the query as UTF-8", name=name
        ) from None
