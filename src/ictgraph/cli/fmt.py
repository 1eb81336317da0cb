"""``ictgraph fmt``: data files in their one canonical form."""

from __future__ import annotations

import click

from ictgraph.cli import streams
from ictgraph.cli.settings import Answering, Settings
from ictgraph.errors import InputError

__all__ = ["fmt_command"]


@click.command(
    "fmt",
    cls=Answering,
    formats=("text",),
    leave_out=tuple(name for name in Settings._fields if name != "lang"),
    epilog="\b\nExamples:\n  ictgraph fmt --check\n  ictgraph fmt mine.ttl mine.trig",
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
def fmt_command(settings: Settings, files: tuple[str, ...], check: bool) -> None:
    """Write Turtle and TriG files in the one form in which data are kept.

    Prefixes are sorted, subjects in natural order, then class, labels and the other properties by
    name. Names of folders stand for the files in them, those of hidden folders and virtual
    environments aside; without FILE it is the built-in triples. Prints the files that changed, or
    with --check would change. Comments are not kept.
    """
    from ictgraph.curation.canonical import files_of, tidy
    from ictgraph.paths import data_files

    if not files:
        settings.say_other_checkout()
    changed, broken = 0, []
    for path in files_of(files) or data_files("triples", ending=(".ttl", ".trig")):
        try:
            lost = tidy(path, check=check)
        except InputError as error:
            broken.append(error)
            continue
        if lost is not None:
            changed += 1
            click.echo(path)
        if not check:
            settings.say_lost(path, lost or 0)
    for one in broken[:-1]:
        streams.say(one.said(settings.lang))
    if broken:
        raise broken[-1]
    if check and changed:
        said = f"files not canonical: {changed}; ", f"非规范格式的文件：{changed}；"
        how = "'ictgraph fmt' writes them anew", "可用 'ictgraph fmt' 重写"
        streams.say(settings.worded(said[0] + how[0], said[1] + how[1]))
        raise click.exceptions.Exit(1)
