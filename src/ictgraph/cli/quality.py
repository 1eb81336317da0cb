"""``ictgraph quality``: the dashboard of the graph."""

from __future__ import annotations

import click

from ictgraph.cli.settings import TABLES, Answering, Settings

__all__ = ["quality_command"]


@click.command(
    "quality",
    cls=Answering,
    formats=TABLES,
    leave_out=("show_query", "fail_empty"),
    epilog="\b\nExamples:\n"
    "  ictgraph quality\n"
    "  ictgraph quality --lang zh --format md\n"
    "  ictgraph quality -o quality.csv",
)
def quality_command(settings: Settings) -> None:
    """Show how complete, how well sourced and how doubtful the graph is.

    Each row has what is measured, the count, out of how many, and the percentage: entities per
    class, evidence per source, languages, links to other vocabularies once there are some, doubts
    and contradictions, gaps, citations. Each section is a question too, such as
    'ictgraph query quality-gaps'.
    """
    from ictgraph.quality import dashboard

    settings.write(dashboard(settings.graph()))
