"""``ictgraph import``: claims from a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ictgraph.cli import streams
from ictgraph.cli.settings import Answering, Settings, path_option
from ictgraph.errors import InputError

if TYPE_CHECKING:
    from ictgraph.curation.imports import Imported, Rejection

__all__ = ["import_command"]


@click.command(
    "import",
    cls=Answering,
    formats=("text",),
    leave_out=("format", "output", "fail_empty", "show_query", "endpoint", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph import --template financing -o mine.csv\n"
    "  ictgraph import table.csv --dry-run\n"
    "  ictgraph import table.csv -o mine.trig --entities mine.entities.ttl",
)
@click.argument("table", required=False)
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook. Default: the first.")
@click.option(
    "--entities",
    metavar="FILE",
    callback=path_option,
    help="Add what is new to this Turtle file. Default: FILE.entities.ttl beside FILE.trig.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be added as TriG.")
@click.option(
    "--template",
    metavar="CLASS",
    help="Write an empty table for events of this class: financing, approval, 奖项与评选, …",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    callback=path_option,
    help="Add the claims to this TriG file; with --template, the table to write.",
)
def import_command(
    settings: Settings,
    table: str | None,
    sheet: str | None,
    entities: str | None,
    dry_run: bool,
    template: str | None,
) -> None:
    """Read claims from a table: CSV, TSV or XLSX with a row of column names.

    Columns are properties, by label in either language, local name or CURIE; texts with their
    language, as outcome@en. The column 'id' says what the row is about, 'passage' what states it;
    'class', 'label@en', 'label@zh', 'altLabel@en', 'altLabel@zh' and 'broader' declare what is new.
    Several values of a cell are separated by semicolons. Every cell that cannot be read is reported
    with line, column and reason; then nothing is written.
    """
    if template:
        _template(settings, template, table)
        return
    if not table:
        raise click.UsageError("name a TABLE to read, or --template CLASS")
    if not settings.to_file and not dry_run:
        raise click.UsageError("name the file for the claims with -o FILE.trig, or --dry-run")
    from ictgraph.curation.imports import read_claims
    from ictgraph.sheets import read_sheet

    files = _files(settings, entities)
    found = read_sheet(table, sheet or "")
    settings.say_encoding(table, found.encoding)
    done = read_claims(settings.graph(), found, files)
    if done.rejections:
        _refuse(settings, table, done.rejections)
    _write(settings, done, files, dry_run)


def _template(settings: Settings, name: str, table: str | None) -> None:
    """Write an empty table for events of a class."""
    from ictgraph.curation.columns import header_for
    from ictgraph.curation.ontology import Ontology
    from ictgraph.sheets import empty_sheet

    if table:
        raise click.UsageError("--template reads no TABLE; name the file to write with -o")
    graph = settings.graph()
    lang = "zh" if settings.lang == "zh" else "en"
    header = header_for(graph, Ontology(graph.engine), name, lang)
    data = empty_sheet(settings.output if settings.to_file else "-.csv", header)
    settings.write_bytes(data)


def _files(settings: Settings, entities: str | None) -> list[str]:
    """Return the files of claims and of entities."""
    path = settings.output if settings.to_file else ""
    beside = entities or (path.removesuffix(".trig") + ".entities.ttl" if path else "")
    for name, ending in ((path, ".trig"), (beside, ".ttl")):
        if name and not name.endswith(ending):
            raise InputError(
                "{name!r} does not end in {ending}",
                hint="name a {ending} file",
                name=name,
                ending=ending,
            )
    return [path, beside]


def _refuse(settings: Settings, table: str, rejections: tuple[Rejection, ...]) -> None:
    """Say of every cell that cannot be read where it stands and why; end with an error."""
    from ictgraph.sheets import letter

    for one in rejections:
        where = settings.worded(f"line {one.line}", f"第{one.line}行")
        if one.place >= 0:
            column = letter(one.place)
            english = f", column {column} ({one.heading})"
            where += settings.worded(english, f"{column}列（{one.heading}）")
        colon = settings.worded(": ", "：")
        streams.say(f"{where}{colon}{one.error.said(settings.lang)}")
    count = len(rejections)
    raise InputError(
        "{table} has cells that cannot be read, {count} in all; nothing was written",
        hint="mend them and try again",
        table=table,
        count=count,
    )


def _write(settings: Settings, done: Imported, files: list[str], dry_run: bool) -> None:
    from ictgraph.curation.canonical import canonical_text, comments_in, merge, write

    if dry_run:
        settings = settings._replace(output="")
        settings.write_text(canonical_text(done.claims | done.entities))
        return
    claims, entities = files
    added = {entities: done.entities, claims: done.claims}
    texts = {name: canonical_text(merge(name, quads)) for name, quads in added.items() if quads}
    lost = {name: comments_in(name) for name in texts}
    if texts:
        write(texts)
    for name, comments in lost.items():
        settings.say_lost(name, comments)
    passages = len({quad.graph_name for quad in done.claims})
    new = len({quad.subject for quad in done.entities})
    streams.say(
        settings.worded(
            f"{len(done.claims)} claims of {passages} passages are in {claims}"
            + (f", {new} new entities in {entities}" if new else ""),
            f"{passages}个段落的{len(done.claims)}条主张已写入 {claims}"
            + (f"，{new}个新实体已写入 {entities}" if new else ""),
        )
    )
