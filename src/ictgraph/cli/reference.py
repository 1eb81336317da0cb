"""The command line reference, made from the commands' own help.

Refresh it with ``python -m ictgraph.cli.reference > docs/cli-reference.md``.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from ictgraph.cli.root import root
from ictgraph.cli.templates import PLAIN

__all__ = ["commands", "text"]

_HEAD = """\
# Command line reference

Generated from `ictgraph COMMAND --help`; the guide is [cli.md](cli.md). Of the ready-made
questions only `who-develops-what` is shown, and `proteins` of those to public endpoints: the others
differ from them in their parameters, which `ictgraph query NAME --help` lists with examples.
"""
_SHOWN_QUESTIONS = {"query": "who-develops-what", "enrich": "proteins"}


def commands(every_question: bool = False) -> Iterator[tuple[str, click.Context]]:
    """Yield the full name and the context of every command, groups before their members.

    :param every_question: whether to yield the command of every query template.

    >>> [name for name, _ in commands()][:3]
    ['ictgraph', 'ictgraph query', 'ictgraph query who-develops-what']
    """
    settings = {**root.context_settings, "terminal_width": 100, "max_content_width": 100}
    top = click.Context(root, info_name="ictgraph", **settings)
    top.meta[PLAIN] = True
    yield from _within(top, every_question)


def _within(ctx: click.Context, every_question: bool) -> Iterator[tuple[str, click.Context]]:
    yield ctx.command_path, ctx
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            if not every_question and _SHOWN_QUESTIONS.get(ctx.info_name or "", name) != name:
                continue
            command = ctx.command.get_command(ctx, name)
            if command is not None:
                inner = click.Context(command, info_name=name, parent=ctx)
                yield from _within(inner, every_question)


def text() -> str:
    """Return the reference as Markdown."""
    parts = [f"## {name}\n\n```text\n{ctx.get_help()}\n```\n" for name, ctx in commands()]
    return "\n".join([_HEAD, *parts])


if __name__ == "__main__":
    click.echo(text(), nl=False)
