"""``ictgraph sparql``: any SPARQL query, guarded and limited."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import BinaryIO

import click

from ictgraph.cli.settings import Answering, Settings, path_option
from ictgraph.errors import InputError
from ictgraph.guard import Limits
from ictgraph.results import Answer, Statements, Table, Truth

__all__ = ["sparql_command"]


@click.command(
    "sparql",
    cls=Answering,
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph sparql 'SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }'\n"
    "  ictgraph sparql 'ASK { ?s ?p ?o }' --format json\n"
    "  ictgraph sparql -f mine.rq --timeout 30 --max-rows 100 -o answer.csv\n"
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
@click.option(
    "--max-rows",
    type=click.IntRange(min=1, max=100_000_000),
    default=Limits().rows,
    show_default=True,
    metavar="N",
    help="Write at most so many rows; more are cut, said to be, and end with exit code 4.",
)
def sparql_command(settings: Settings, query: str | None, file: str | None, max_rows: int) -> None:
    """Run a SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    QUERY is the query itself, or - to read it from standard input. It may be anyone's: it runs
    read-only in a process of its own with limits of time, memory and rows, and reaches neither
    the network nor files. See 'ictgraph help limits'.
    """
    text = _query(query, file)
    answer = _cut(settings.graph().sparql(text, settings.limits(max_rows)), max_rows)
    settings.write(answer)
    if not isinstance(answer, Truth) and not len(answer):
        settings.empty(["the query has no results"])


def _query(query: str | None, file: str | None) -> str:
    if (query is None) == (file is None):
        raise click.UsageError("give one of QUERY, -f FILE or - for standard input")
    source = file if query is None else query
    if source == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed", hint="give the query as an argument")
        return _read(sys.stdin.buffer, "standard input")
    if query is not None:
        return query
    try:
        with open(str(file), "rb") as stream:
            return _read(stream, repr(file))
    except OSError as error:
        raise InputError(
            f"{file!r} cannot be read: {error.strerror or error}", hint="name a .rq file"
        ) from None


def _read(stream: BinaryIO, name: str) -> str:
    """Read a query, but not more of an endless stream than shows that it is too long."""
    data = stream.read(Limits().max_bytes + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(data) > Limits().max_bytes:  # cut within a character; the guard says too long
            return data.decode("utf-8-sig", "replace")
        raise InputError(f"{name} is not UTF-8 text", hint="save the query as UTF-8") from None


def _cut(answer: Answer, most: int) -> Answer:
    """Cut the answer of an endpoint like that of a guarded store, and mark it."""
    if isinstance(answer, Table) and len(answer) > most:
        return replace(answer, rows=answer.rows[:most], truncated=True)
    if isinstance(answer, Statements) and len(answer) > most:
        return replace(answer, triples=answer.triples[:most], truncated=True)
    return answer
