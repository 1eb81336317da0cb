"""``ictgraph link check``, ``coverage`` and ``export``: the mappings as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from pyoxigraph import Literal

from ictgraph.cli import streams
from ictgraph.cli.settings import TABLES, Answering, Settings, path_option
from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import series
from ictgraph.results import Table, Term
from ictgraph.vocab import expand, prefixes

if TYPE_CHECKING:
    from ictgraph.links.checking import Problem
    from ictgraph.links.lexicon import Lexicon
    from ictgraph.links.sssom import MappingSet

__all__ = ["check_command", "coverage_command", "export_command"]

_OWN_SOURCES = ("mondo", "cl")
_TITLES = {
    "severity": {"en": "Severity", "zh": "严重程度"},
    "problem": {"en": "Problem", "zh": "问题"},
    "file": {"en": "File", "zh": "文件"},
    "subject": {"en": "Entity", "zh": "实体"},
    "match": {"en": "Match", "zh": "匹配"},
    "object": {"en": "Identifier", "zh": "标识符"},
    "name": {"en": "Name as linked", "zh": "所录名称"},
    "detail": {"en": "Instead", "zh": "应为"},
}


@click.command(
    "check",
    cls=Answering,
    formats=TABLES,
    leave_out=("fail_empty", "show_query", "timeout", "data"),
    epilog="\b\nExamples:\n"
    "  ictgraph link check\n"
    "  ictgraph link check --against hgnc_complete_set.tsv --against mondo\n"
    "  ictgraph link check --file mine.sssom.tsv --format json",
)
@click.option(
    "--file",
    "files",
    multiple=True,
    metavar="FILE",
    help="Check these SSSOM files instead of the package's own; repeatable.",
)
@click.option(
    "--against",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="A vocabulary to hold rows against: mondo, cl, efo, uberon, or a file of one; repeatable."
    " Default: mondo and cl, if they are installed.",
)
@click.option(
    "--agreeing",
    "others",
    multiple=True,
    metavar="FILE",
    callback=lambda ctx, param, values: tuple(path_option(ctx, param, one) for one in values),
    help="An SSSOM file between vocabularies, such as MONDO's own, to agree with; repeatable.",
)
def check_command(
    settings: Settings, files: tuple[str, ...], sources: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """Check mappings: form, existence, label, status, and sense among themselves.

    Identifiers must have the form (and check character) of their vocabulary; terms of a vocabulary
    at hand must exist, be called so and not be retired; no term may be the same as two entities.
    Rows that no vocabulary at hand confirms must say where identifier and label were seen. Exits
    with 1 if an error is found.
    """
    from ictgraph.links import sssom
    from ictgraph.links.checking import check

    sets = {os.path.basename(path): sssom.read(path) for path in files} if files else sssom.own()
    lexicons = _lexicons(settings, sources)
    graph = settings.graph()
    found = check(
        sets,
        lexicons,
        lambda iri: graph.names.classes(iri) is not None,
        [sssom.read(path) for path in others],
    )
    settings.write(_table(found, settings, graph.names.labels(_subjects(found))))
    rows = sum(len(one.mappings) for one in sets.values())
    confirmed = _confirmed(sets, lexicons)
    streams.say(
        settings.worded(
            f"{rows:,} mappings in {len(sets)} files; {confirmed:,} held against"
            f" {', '.join(one.source for one in lexicons) or 'no vocabulary'};"
            f" {len(found)} problems",
            f"{len(sets)}个文件共{rows:,}条映射；{confirmed:,}条已与"
            f"{'、'.join(one.source for one in lexicons) or '（无词表）'}核对；{len(found)}个问题",
        )
    )
    if any(one.severity == "error" for one in found):
        raise click.exceptions.Exit(1)


@click.command(
    "coverage",
    cls=Answering,
    formats=TABLES,
    leave_out=("fail_empty",),
    epilog="\b\nExamples:\n"
    "  ictgraph link coverage\n"
    "  ictgraph link coverage --lang zh --format md",
)
def coverage_command(settings: Settings) -> None:
    """Show per class how many entities are linked, looked for in vain, or unchecked.

    The same as 'ictgraph query link-coverage'.
    """
    from ictgraph import queries

    template = queries.load("link-coverage")
    if settings.show_query:
        settings.write_text(template.text)
        return
    settings.write(settings.graph().run(template, {}))


@click.command(
    "export",
    cls=Answering,
    formats=("sssom", "ttl", "json"),
    leave_out=("lang", "fail_empty", "show_query", "store", "endpoint", "timeout", "data"),
    epilog="\b\nExamples:\n"
    "  ictgraph link export -o ictgraph.sssom.tsv --format sssom\n"
    "  ictgraph link export --vocabulary MONDO --format ttl\n"
    "  ictgraph link export --set diseases-mondo --format json",
)
@click.option("--set", "names", multiple=True, metavar="NAME", help="Only this set; repeatable.")
@click.option(
    "--vocabulary",
    "spaces",
    multiple=True,
    metavar="PREFIX",
    help="Only these objects; repeatable.",
)
def export_command(settings: Settings, names: tuple[str, ...], spaces: tuple[str, ...]) -> None:
    """Write the mappings as one SSSOM file, as Turtle, or as JSON."""
    from ictgraph.curation.canonical import canonical_text
    from ictgraph.links import sssom
    from ictgraph.links.bundle import bundle, json_text, triples

    sets = sssom.own()
    for name in names:
        if name not in sets:
            raise UnknownName(
                "no mapping set {name!r}",
                hint="the sets are {sets}",
                name=name,
                sets=series(sets),
            )
    known = {prefix.lower(): prefix for prefix in prefixes()}
    wanted = []
    for space in spaces:
        if space.lower() not in known:
            raise UnknownName(
                "no prefix {prefix!r}",
                hint="one of {known}",
                prefix=space,
                known=series(sorted(known.values())),
            )
        wanted.append(known[space.lower()])
    chosen = {name: one for name, one in sets.items() if not names or name in names}
    whole = bundle(chosen, wanted)
    if settings.format == "ttl":
        settings.write_text(canonical_text(triples(whole)))
    else:
        settings.write_text(json_text(whole) if settings.format == "json" else sssom.text(whole))


def _lexicons(settings: Settings, sources: tuple[str, ...]) -> list[Lexicon]:
    from ictgraph.links.lexicon import Lexicon

    found = []
    for source in sources or _OWN_SOURCES:
        try:
            found.append(Lexicon.open(source, progress=streams.note))
        except InputError as error:
            if sources:
                raise
            streams.say(
                settings.worded(
                    f"not held against {source}: {error}", f"未与 {source} 核对：{error.said('zh')}"
                )
            )
    return found


def _confirmed(sets: dict[str, MappingSet], lexicons: Iterable[Lexicon]) -> int:
    spaces = {prefix for one in lexicons for prefix in one.prefixes}
    rows = (row for mapping_set in sets.values() for row in mapping_set.mappings)
    return sum(row.object_id.partition(":")[0] in spaces for row in rows)


def _subjects(found: Iterable[Problem]) -> set[str]:
    known = {prefix.lower() for prefix in prefixes()}
    subjects = (one.mapping.subject_id for one in found)
    return {expand(one) for one in subjects if one.partition(":")[0].lower() in known}


def _table(found: tuple[Problem, ...], settings: Settings, labels: Any) -> Table:
    from ictgraph.links.checking import PROBLEMS

    rows: list[tuple[Term | None, ...]] = []
    for one in found:
        _, english, chinese = PROBLEMS[one.name]
        row = one.mapping
        shown = (
            *(one.severity, settings.worded(english, chinese), one.mapping_set, row.subject_id),
            *(row.predicate_id, row.object_id, row.object_label, one.detail),
        )
        rows.append(tuple(map(Literal, shown)))
    return Table(tuple(_TITLES), tuple(rows), labels, _TITLES, entities=())
