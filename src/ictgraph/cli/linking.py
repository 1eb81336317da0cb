"""What the commands that link share: which vocabularies, which entities, how far it has come."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ictgraph.cli import streams
from ictgraph.cli.entities import class_name
from ictgraph.cli.settings import Settings
from ictgraph.cli.templates import entity_names
from ictgraph.errors import InputError
from ictgraph.vocab import compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph
    from ictgraph.links.known import Entity
    from ictgraph.links.linking import Linker

__all__ = ["against_options", "entities_of", "opened", "today", "told"]

_EVERY = 2.0  # seconds between reports of progress
_One = TypeVar("_One")
_AGAINST = click.option(
    "--against",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="A vocabulary: mondo, cl, efo, uberon, iso3166, hgnc (an extract), or a file in OBO, OWL,"
    " SKOS, OBO Graphs, ROR's JSON, CSV, TSV or XLSX; repeatable. Default: those at hand that fit.",
)
_ENTITIES = click.option(
    "--entities",
    metavar="CLASS",
    shell_complete=entity_names("Class"),
    help="The entities of this class, by all their names, their present links aside.",
)
_COUNTRY = click.option(
    "--country", metavar="CODE", help="Institutions of this country only: US, CN, 德国, …"
)
_FUZZY = click.option("--fuzzy", is_flag=True, help="Where no name is met, show similar ones.")
_PREFIX = click.option(
    "--prefix",
    "spaces",
    multiple=True,
    metavar="PREFIX=IRI",
    help="The namespace of a prefix of your own vocabulary, for SSSOM; repeatable.",
)


def against_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is linked to what."""
    for option in (_PREFIX, _FUZZY, _COUNTRY, _AGAINST, _ENTITIES):
        command = option(command)
    return command


def opened(
    graph: Graph, *, kind: str | None, sources: Sequence[str], country: str | None, fuzzy: bool
) -> Linker:
    """Open what is to be linked to, and what the graph knows.

    :param kind: a class by name; entities of others lead nowhere.
    """
    from ictgraph.links.known import known_to
    from ictgraph.links.linking import Linker, open_lexicons

    known = known_to(graph.engine, graph.names)
    name = class_name(graph, kind) if kind else ""
    code = _code(graph, country, known.entities) if country else ""
    lexicons = open_lexicons(sources, name, known, streams.note)
    return Linker(lexicons, known.of(name) if name else known, code, fuzzy)


def entities_of(linker: Linker, unlinked: bool) -> list[Entity]:
    """Return the entities that the linker knows, or those of them that nobody has linked yet."""
    prefixes = {one.prefix for one in linker.lexicons}
    every = linker.known.entities.values()
    return [one for one in every if not unlinked or not one.is_checked(prefixes)]


def told(some: Sequence[_One], settings: Settings) -> Iterator[_One]:
    """Yield one after the other, and report on a terminal how many are done."""
    last = monotonic()
    for number, one in enumerate(some):
        if monotonic() - last > _EVERY:
            last = monotonic()
            done = f"{number:,} of {len(some):,} linked", f"已链接 {number:,} / {len(some):,}"
            streams.note(settings.worded(*done))
        yield one


def today() -> str:
    """Return the date, as SSSOM writes it."""
    return date.today().isoformat()


def _code(graph: Graph, country: str, entities: dict[str, Entity]) -> str:
    """The ISO 3166-1 code of a country given by code or name."""
    if re.fullmatch("[A-Za-z]{2}", country):
        return country.upper()
    linked = entities[compress(graph.entity(country, "Country"))].links.get("exactMatch", ())
    codes = [id.partition(":")[2] for id in linked if id.startswith("iso3166:")]
    if not codes:
        raise InputError(
            "no code of {country!r} is known", hint="give two letters, such as US", country=country
        )
    return codes[0]
