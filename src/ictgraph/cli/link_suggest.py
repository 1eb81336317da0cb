"""``ictgraph link suggest``: terms of other vocabularies for names, or for entities of ours."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from pyoxigraph import Literal, NamedNode

from ictgraph.cli import streams
from ictgraph.cli.linking import against_options, entities_of, opened, today, told
from ictgraph.cli.settings import TABLES, Answering, Settings, path_option, require_text
from ictgraph.cli.templates import entity_names
from ictgraph.errors import InputError
from ictgraph.messages import Message
from ictgraph.results import Table, Term
from ictgraph.terms import number
from ictgraph.vocab import expand

if TYPE_CHECKING:
    from ictgraph.graph import Graph
    from ictgraph.links.known import Entity
    from ictgraph.links.linker import Candidate, Suggestion
    from ictgraph.links.linking import Linker

__all__ = ["HOW", "suggest_command"]

_SSSOM = "sssom"
_OUTCOMES = {
    "exact": ("exact", "一致"),
    "close": ("close", "相近"),
    "broad": ("broad", "较宽"),
    "ambiguous": ("ambiguous", "有歧义"),
    "similar": ("similar", "仅相似"),
    "none": ("none", "无"),
}
HOW = {
    "id": ("identifier", "标识符"),
    "ours": ("label of ours, linked", "本图谱名称（已链接）"),
    "label": ("label", "首选名称"),
    "exact": ("exact synonym", "同义词"),
    "alias": ("name of ours", "本图谱名称"),
    "other": ("other name", "其他名称"),
    "weak": ("short name", "简称"),
    "fuzzy": ("similar name", "相似名称"),
}
"""What the name was that led to a term, in English and Chinese."""

_TITLES = {
    "line": {"en": "Line", "zh": "行"},
    "name": {"en": "Name", "zh": "名称"},
    "entity": {"en": "Entity of ours", "zh": "本图谱实体"},
    "outcome": {"en": "Outcome", "zh": "结果"},
    "identifier": {"en": "Identifier", "zh": "标识符"},
    "label": {"en": "Label there", "zh": "其名称"},
    "met": {"en": "Name met", "zh": "所遇名称"},
    "how": {"en": "Met as", "zh": "名称类别"},
    "likeness": {"en": "Likeness", "zh": "相似度"},
}


class _Asked(NamedTuple):
    """What was asked, and what came of it."""

    found: Suggestion
    entity: Entity | None = None
    line: int = 0


@click.command(
    "suggest",
    cls=Answering,
    formats=(*TABLES, _SSSOM),
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph link suggest 'acute lymphoblastic leukaemia' 复发难治多发性骨髓瘤\n"
    "  ictgraph link suggest --file terms.csv --column disease --kind Disease -o found.csv\n"
    "  ictgraph link suggest --entities Disease --unlinked --format sssom\n"
    "  ictgraph link suggest 'Harvard University' --against mine.tsv --country US",
)
@click.argument("names", nargs=-1)
@click.option(
    "--file",
    metavar="FILE",
    callback=path_option,
    help="The names in this file, one a line or in a column of a CSV, TSV or XLSX table; - is"
    " standard input.",
)
@click.option("--column", metavar="TITLE", help="The column of the table, by title or number.")
@against_options
@click.option("--unlinked", is_flag=True, help="Only entities that nobody has linked there yet.")
@click.option(
    "--kind",
    metavar="CLASS",
    shell_complete=entity_names("Class"),
    help="What the names name, Disease, 细胞类型, …: leaves out vocabularies that do not fit.",
)
def suggest_command(
    settings: Settings,
    names: tuple[str, ...],
    file: str | None,
    column: str | None,
    entities: str | None,
    unlinked: bool,
    kind: str | None,
    spaces: tuple[str, ...],
    **against: Any,
) -> None:
    """Suggest terms of other vocabularies for names, or for entities of ours.

    Names may be Chinese: what an entity of ours is called leads to its link, or from one language
    to the other. Outcomes are exact, close, broad (the term is broader), ambiguous (several, or too
    short a name), similar (with --fuzzy) and none. They are suggestions until somebody has judged
    them: see 'ictgraph link review'.
    """
    _refuse(names, file, column, entities, unlinked)
    graph = settings.graph()
    linker = opened(graph, kind=kind or entities, **against)
    if entities:
        some = told(entities_of(linker, unlinked), settings)
        asked = [_Asked(linker.entity(one), one) for one in some]
    elif file:
        asked = list(_of_file(settings, linker, file, column or ""))
    else:
        asked = [_Asked(linker.name(require_text(one, Message("a name")))) for one in names]
    if settings.format == _SSSOM or settings.output.endswith(".sssom.tsv"):
        _write_sssom(settings, linker, asked, spaces)
    else:
        settings.write(_table(graph, asked, settings, bool(file), linker.alike))
    _sum_up(settings, asked)


def _refuse(
    names: tuple[str, ...], file: str | None, column: str | None, entities: str | None, left: bool
) -> None:
    if sum(map(bool, (names, file, entities))) != 1:
        raise click.UsageError("give names, or --file, or --entities")
    if left and not entities:
        raise click.UsageError("--unlinked goes with --entities")
    if column and not file:
        raise click.UsageError("--column goes with --file")


def _of_file(settings: Settings, linker: Linker, file: str, column: str) -> Iterator[_Asked]:
    """Link the names of a file; name the lines that hold none."""
    from ictgraph.links.listed import read_names

    name = settings.worded("standard input", "标准输入") if file == "-" else file
    try:
        if file == "-":
            found = read_names(sys.stdin.buffer, name, column)
        else:
            with open(file, "rb") as stream:
                found = read_names(stream, name, column)
    except OSError as error:
        raise InputError.unreadable(repr(file), error, Message("give a file of names")) from None
    settings.say_encoding(name, found.encoding)
    known: dict[str, Suggestion] = {}
    for one in told(found.lines, settings):
        if one.problem:
            streams.say(f"{name}:{one.number}: {settings.worded(*one.problem)}")
            continue
        if one.text not in known:
            known[one.text] = linker.name(one.text)
        yield _Asked(known[one.text], line=one.number)


def _write_sssom(
    settings: Settings, linker: Linker, asked: Sequence[_Asked], spaces: tuple[str, ...]
) -> None:
    from ictgraph.links import sssom
    from ictgraph.links.suggestions import header, mappings, namespaces

    day, rows = today(), {}
    for one in asked:
        for row in mappings(one.found, linker.lexicons, day, one.entity):
            rows[row.subject_id, row.object_id] = row
    known = namespaces(linker.lexicons, spaces)
    settings.write_text(sssom.text(header(rows.values(), "Suggested links", known)))


def _table(
    graph: Graph, asked: Sequence[_Asked], settings: Settings, lines: bool, alike: bool
) -> Table:
    left_out = {name for name, shown in (("line", lines), ("likeness", alike)) if not shown}
    columns = tuple(name for name in _TITLES if name not in left_out)
    every = (
        _cells(one, candidate, settings)
        for one in asked
        for candidate in one.found.candidates or (None,)
    )
    rows = tuple(tuple(cells.get(name) for name in columns) for cells in every)
    iris = {one.value for row in rows for one in row if isinstance(one, NamedNode)}
    return Table(columns, rows, graph.names.labels(iris), _TITLES, entities=("entity",))


def _cells(one: _Asked, candidate: Candidate | None, settings: Settings) -> dict[str, Term]:
    via = one.entity.id if one.entity else candidate.via if candidate else ""
    cells: dict[str, Term] = {
        "line": number(one.line),
        "name": Literal(one.found.text),
        "outcome": Literal(settings.worded(*_OUTCOMES[one.found.outcome])),
    }
    if via:
        cells["entity"] = NamedNode(expand(via))
    if candidate:
        cells |= {
            "identifier": Literal(candidate.id),
            "label": Literal(candidate.label),
            "met": Literal(candidate.name),
            "how": Literal(settings.worded(*HOW[candidate.how])),
            "likeness": number(candidate.score),
        }
    return cells


def _sum_up(settings: Settings, asked: Sequence[_Asked]) -> None:
    """Say how many names had which outcome."""
    counts = Counter(one.found.outcome for one in asked)
    if len(asked) != 1:
        parts = (
            f"{counts[name]:,} {settings.worded(*words)}"
            for name, words in _OUTCOMES.items()
            if counts[name]
        )
        listed = settings.worded(", ", "，").join(parts) or "0"
        total = f"{len(asked):,} names: {listed}", f"{len(asked):,}个名称：{listed}"
        streams.say(settings.worded(*total))
    if counts["none"] == len(asked):
        settings.empty([settings.worded("nothing was found", "没有找到")])
