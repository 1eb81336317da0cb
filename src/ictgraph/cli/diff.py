"""``ictgraph diff``: what changed between two versions of the graph."""

from __future__ import annotations

import click

from ictgraph.cli import streams
from ictgraph.cli.settings import TABLES, Answering, Settings, require_text
from ictgraph.messages import Message

__all__ = ["diff_command"]


@click.command(
    "diff",
    cls=Answering,
    formats=TABLES,
    leave_out=("show_query", "fail_empty", "store", "endpoint", "data", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph diff before.nq\n"
    "  ictgraph diff before.nq --kind stage --kind date --lang zh\n"
    "  ictgraph diff before.nq --by class --fail-on-change",
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW", required=False)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="Only changes of this kind (stage-reached, claim-withdrawn, …) or area (stage, claim, …);"
    " repeatable.",
)
@click.option(
    "--by", type=click.Choice(("class", "source")), help="Count the changes instead of listing."
)
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 if something changed.")
def diff_command(
    settings: Settings,
    old: str,
    new: str | None,
    kinds: tuple[str, ...],
    by: str | None,
    fail_on_change: bool,
) -> None:
    """Show what changed between two versions of the graph, each change with its passages.

    OLD and NEW are build folders, exported .nq or .trig files, git:REVISION (such as git:HEAD~3)
    of the data in a checkout, or ids of builds in the cache. Without NEW it is the built-in graph.
    What changed is summed up on standard error.
    """
    from ictgraph.changes import kinds_of
    from ictgraph.diff import compare
    from ictgraph.versions import open_version

    wanted = kinds_of(
        require_text(one, Message("the value of {option}", option="--kind")) for one in kinds
    )
    if old.startswith("git:") or (new or "").startswith("git:"):
        settings.say_other_checkout()
    before = open_version(require_text(old, "OLD"))
    after = settings.graph() if new is None else open_version(require_text(new, "NEW"))
    found = compare(before, after)
    found = found.only(wanted) if wanted else found
    settings.write(found.counted(by) if by else found.table())
    none = {"en": "nothing of these kinds changed", "zh": "没有这些类型的变化"}
    for line in found.summary() if found or not wanted else (none,):
        streams.say(settings.worded(line["en"], line["zh"]))
    if found and fail_on_change:
        raise click.exceptions.Exit(1)
