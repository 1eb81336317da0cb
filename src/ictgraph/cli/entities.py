"""``ictgraph find``, ``ictgraph show`` and ``ictgraph evidence``: one entity at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.cli import streams
from ictgraph.cli.settings import TABLES, Answering, Settings, path_option, require_text
from ictgraph.cli.templates import entity_names, texts
from ictgraph.formats import FORMATS
from ictgraph.results import Answer, Statements, Table, Term
from ictgraph.vocab import ICT, RDF_TYPE, XSD

if TYPE_CHECKING:
    from ictgraph.cli.claims import Claim
    from ictgraph.curation.passages import SourceText
    from ictgraph.graph import Graph
    from ictgraph.labels import Match

__all__ = ["evidence_command", "find_command", "show_command"]

_UNREADABLE = ("locator", "offsets", "digest")  # a passage is labelled with its locator


@click.command(
    "find",
    cls=Answering,
    formats=TABLES,
    leave_out=("show_query",),
    epilog="\b\nExamples:\n"
    "  ictgraph find CD19\n"
    "  ictgraph find 黑色素 --kind Disease\n"
    "  ictgraph find lifileucle --limit 3 --format json",
)
@click.argument("text", shell_complete=entity_names())
@click.option(
    "--kind",
    metavar="CLASS",
    shell_complete=entity_names("Class"),
    help="Only of this class: Disease, Therapy, 疾病, …",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=10_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Show at most so many.",
)
def find_command(settings: Settings, text: str, kind: str | None, limit: int) -> None:
    """Find entities by name: Chinese, English, synonyms, beginnings, parts, misspellings."""
    text = require_text(text, "TEXT")
    graph = settings.graph()
    found = graph.find(text, _class_name(graph, kind) if kind else "", limit)
    settings.write(_matches(graph, found))
    if not found:
        among = (f" among {kind}", f"{kind}中") if kind else ("", "")
        nothing = f"nothing has a name like {text!r}", f"没有名称与 {text!r} 相近的实体"
        settings.empty([settings.worded(nothing[0] + among[0], among[1] + nothing[1])])


@click.command(
    "show",
    cls=Answering,
    formats=("text", *FORMATS),
    epilog="\b\nExamples:\n"
    "  ictgraph show lifileucel\n"
    "  ictgraph show 泽沃基奥仑赛 --lang zh\n"
    "  ictgraph show id:cd19 --format json",
)
@click.argument("entity", shell_complete=entity_names())
def show_command(settings: Settings, entity: str) -> None:
    """Show all that is stated about an entity, grouped by event, each claim with its sources.

    ENTITY is a name in Chinese or English, a synonym, a CURIE or an IRI. The text on a terminal
    (--format text) has names, class, hierarchy and identifiers first; in a pipe, tsv has one claim
    a row; json has everything.
    """
    from ictgraph.cli.profile import read

    graph = settings.graph()
    iri = graph.entity(require_text(entity, "ENTITY"))
    if settings.show_query:
        settings.write_text(queries.render(queries.load("facts"), {"entity": [NamedNode(iri)]}))
        return
    profile = read(graph, iri)
    table = profile.table()
    name = settings.chosen(table) if settings.format != "text" else "text"
    if name == "json":
        import json

        settings.write_text(json.dumps(profile.json(), ensure_ascii=False, indent=1) + "\n")
    elif name == "text" or (name == "table" and not settings.format):
        settings.write_text(profile.text(settings.lang))
    elif FORMATS[name].rdf:
        from pyoxigraph import Triple

        triples = [Triple(*row[:3]) for row in table.rows]  # type: ignore[arg-type]
        settings.write(Statements(tuple(sorted(set(triples), key=str))))
    else:
        settings.write(table)
    if not profile.claims:
        nothing = f"no passage states anything about {entity!r}", f"没有段落提及 {entity!r}"
        settings.empty([settings.worded(*nothing)])


@click.command(
    "evidence",
    cls=Answering,
    formats=TABLES,
    epilog="\b\nExamples:\n"
    "  ictgraph evidence lifileucel\n"
    "  ictgraph evidence lifileucel --property therapyClass --lang en\n"
    "  ictgraph evidence lifileucel --text review.txt",
)
@click.argument("entity", shell_complete=entity_names())
@click.option("--property", "name", metavar="NAME", help="Only statements with this property.")
@click.option(
    "--object",
    "value",
    metavar="NAME",
    shell_complete=entity_names(),
    help="Only statements with this object.",
)
@click.option(
    "--text",
    metavar="FILE",
    callback=path_option,
    help="Look the passages up in this copy of the source: quote them, verify their digests;"
    " exit with 1 if one differs.",
)
def evidence_command(
    settings: Settings, entity: str, name: str | None, value: str | None, text: str | None
) -> None:
    """Show which passages state what about an entity and its events, and where they stand."""
    from ictgraph.cli.claims import claims_about
    from ictgraph.curation.passages import SourceText

    source = SourceText.open(text) if text else None
    graph = settings.graph()
    iri = graph.entity(require_text(entity, "ENTITY"))
    template = queries.load("evidence")
    bound = graph.bind(
        template, texts({"property": (name,) if name else (), "object": (value,) if value else ()})
    )
    claims = claims_about(graph, iri)
    subjects = sorted({iri, *(claim.subject for claim in claims)})
    bound["subject"] = [NamedNode(subject) for subject in subjects]
    if settings.show_query:
        settings.write_text(queries.render(template, bound))
        return
    found = _relevant(graph.run(template, bound), claims)
    wrong = 0
    if source:
        found, wrong = _verified(found, source)
    else:
        found = _without(found, _UNREADABLE)
    settings.write(found)
    if not len(found):
        nothing = f"no passage states this about {entity!r}", f"没有段落就 {entity!r} 作此陈述"
        settings.empty([settings.worded(*nothing)])
    if wrong:
        streams.say(
            settings.worded(
                f"{wrong} of {len(found)} rows cite passages that {text!r} does not hold as"
                " digested; it is another edition, or another source",
                f"{len(found)}行中有{wrong}行所引段落与 {text!r} 的摘要不符；"
                "它是另一版本，或另一来源",
            )
        )
        raise click.exceptions.Exit(1)


def _class_name(graph: Graph, kind: str) -> str:
    """Return the local name of a class named in either language or as in the ontology."""
    kind = require_text(kind, "the value of --kind")
    if kind.isalnum() and "Class" in (graph.names.classes(ICT + kind) or ()):
        return kind
    return graph.entity(kind, "Class").removeprefix(ICT)


def _matches(graph: Graph, found: list[Match]) -> Table:
    iris = [match.iri for match in found]
    listed = " ".join(str(NamedNode(iri)) for iri in iris)
    answer = graph.engine.query(
        f"SELECT ?one ?class {{ VALUES ?one {{ {listed} }} ?one <{RDF_TYPE}> ?class"
        f' FILTER(STRSTARTS(STR(?class), "{ICT}")) }} ORDER BY ?one ?class'
    )
    classes: dict[str, Term | None] = {}
    for one, kind in answer.rows if isinstance(answer, Table) else ():
        if isinstance(one, NamedNode):
            classes.setdefault(one.value, kind)
    rows = tuple(
        (NamedNode(match.iri), classes.get(match.iri), Literal(match.name), Literal(match.how))
        for match in found
    )
    titles = {
        "entity": {"en": "Entity", "zh": "实体"},
        "class": {"en": "Class", "zh": "类别"},
        "name": {"en": "Name found", "zh": "匹配名称"},
        "match": {"en": "Match", "zh": "匹配方式"},
    }
    named = {kind.value for kind in classes.values() if isinstance(kind, NamedNode)}
    labels = graph.names.labels(named.union(iris))
    return Table(tuple(titles), rows, labels, titles, entities=("entity", "class"))


def _relevant(answer: Answer, claims: Collection[Claim]) -> Table:
    """Return the rows that state one of the claims."""
    assert isinstance(answer, Table), "the template of evidence is a SELECT query"
    stated = {(claim.subject, claim.property, claim.value) for claim in claims}
    where = [answer.columns.index(column) for column in ("subject", "property", "object")]
    rows = []
    for row in answer.rows:
        subject, name, value = (row[i] for i in where)
        if (getattr(subject, "value", ""), getattr(name, "value", ""), value) in stated:
            rows.append(row)
    return replace(answer, rows=tuple(rows))


def _without(table: Table, columns: tuple[str, ...]) -> Table:
    keep = [i for i, name in enumerate(table.columns) if name not in columns]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in keep),
        rows=tuple(tuple(row[i] for i in keep) for row in table.rows),
    )


def _verified(table: Table, source: SourceText) -> tuple[Table, int]:
    """Add what the source prints at each passage, and whether that is what was digested."""
    at, digest = table.columns.index("offsets"), table.columns.index("digest")
    rows, wrong = [], 0
    for row in table.rows:
        offsets, expected = (str(getattr(row[i], "value", "")) for i in (at, digest))
        holds = source.holds(offsets, expected)
        wrong += not holds
        truth = Literal(str(holds).lower(), datatype=NamedNode(XSD + "boolean"))
        rows.append((*row, Literal(source.quote(offsets) if holds else ""), truth))
    titles = {
        "quotation": {"en": "Quotation", "zh": "原文"},
        "verified": {"en": "Verified", "zh": "已核对"},
    }
    full = replace(
        table,
        columns=(*table.columns, *titles),
        rows=tuple(rows),
        titles={**table.titles, **titles},
    )
    return _without(full, _UNREADABLE), wrong
