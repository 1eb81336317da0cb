"""``ictgraph coverage``: how much of a source's text the graph covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from pyoxigraph import Literal, NamedNode

from ictgraph.cli import streams
from ictgraph.cli.settings import TABLES, Answering, Settings, path_option
from ictgraph.results import Table, Term

if TYPE_CHECKING:
    from ictgraph.curation.coverage import Coverage, Stretch
    from ictgraph.graph import Graph

__all__ = ["coverage_command"]

_WORDS = {
    "claimed": ("claimed", "有主张"),
    "explained": ("no claims, with a reason", "无主张，有原因"),
    "unexplained": ("no claims, no reason", "无主张，无原因"),
    "changed": ("other words than digested", "与摘要不符"),
    "outside": ("under no passage", "不属任何段落"),
}
_TITLES = {
    "passage": {"en": "Passage", "zh": "段落"},
    "section": {"en": "Section", "zh": "章节"},
    "offsets": {"en": "Offsets", "zh": "偏移"},
    "state": {"en": "State", "zh": "状态"},
    "reason": {"en": "Reason", "zh": "原因"},
    "characters": {"en": "Characters", "zh": "字符数"},
    "claims": {"en": "Claims", "zh": "主张数"},
    "missing": {"en": "Printed, not claimed", "zh": "印有而未录"},
    "finer": {"en": "Finer than printed", "zh": "精于原文的日期"},
    "words": {"en": "Words", "zh": "原文"},
}


@click.command(
    "coverage",
    cls=Answering,
    formats=TABLES,
    leave_out=("show_query", "timeout", "fail_empty"),
    epilog="\b\nExamples:\n"
    "  ictgraph coverage --text review.txt\n"
    "  ictgraph coverage --text review.txt --all -o coverage.csv --lang zh\n"
    "  ictgraph coverage --text review.txt --source src:review-2024",
)
@click.option(
    "--text",
    metavar="FILE",
    required=True,
    callback=path_option,
    help="A copy of the source's text, UTF-8.",
)
@click.option(
    "--source",
    metavar="NAME",
    help="The source that it is the text of. Default: the only one that has passages of a text.",
)
@click.option("--all", "every", is_flag=True, help="List every passage, those with claims too.")
def coverage_command(settings: Settings, text: str, source: str | None, every: bool) -> None:
    """Show how much of a source's text the graph covers, and what is left.

    Lists the passages without claims, each with its reason; passages whose words are not those
    that were digested; characters under no passage; numbers and Latin names that a passage prints
    and its claims lack; and claimed dates that are finer than printed. Totals go to standard
    error. Exits with 1 if anything is unexplained.
    """
    from ictgraph.curation.coverage import measure, source_of
    from ictgraph.curation.passages import SourceText

    copy = SourceText.open(text)
    graph = settings.graph()
    found = measure(graph, copy, source_of(graph, source or ""))
    shown = [one for one in found.stretches if every or one.is_open or one.state != "claimed"]
    settings.write(_table(graph, shown, settings))
    for line in _totals(found, settings):
        streams.say(line)
    if found.open:
        raise click.exceptions.Exit(1)


def _table(graph: Graph, stretches: list[Stretch], settings: Settings) -> Table:
    rows: list[tuple[Term | None, ...]] = [
        (
            _entity(one.passage),
            Literal(one.section),
            Literal(one.offsets),
            Literal(settings.worded(*_WORDS[one.state])),
            _entity(one.reason),
            Literal(one.characters),
            Literal(one.claims),
            Literal(" ".join(one.missing)),
            Literal(" ".join(one.finer)),
            Literal(one.words),
        )
        for one in stretches
    ]
    iris = {one.value for row in rows for one in row if isinstance(one, NamedNode)}
    return Table(
        tuple(_TITLES),
        tuple(rows),
        graph.names.labels(iris),
        _TITLES,
        entities=("passage", "reason"),
    )


def _entity(iri: str) -> NamedNode | None:
    return NamedNode(iri) if iri else None


def _totals(found: Coverage, settings: Settings) -> list[str]:
    """Return the shares of the text, and whether anything is left."""
    lines = []
    for state, words in _WORDS.items():
        count = found.count(state)
        if count or state == "claimed":
            share = 100 * count / max(found.characters, 1)
            lines.append(
                f"{settings.worded(*words)}: {count:,} / {found.characters:,} ({share:.1f}%)"
            )
    left = len(found.open)
    nothing = "nothing is unexplained", "没有未说明之处"
    some = f"{left} places are unexplained", f"有{left}处未说明"
    return [*lines, settings.worded(*(some if left else nothing))]
