"""``ictgraph link``: identifiers of other vocabularies; one module per command."""

from __future__ import annotations

from importlib import import_module

import click

from ictgraph.cli.options import Command

__all__ = ["Links", "link_command"]

_COMMANDS = {
    "suggest": "link_suggest",
    "review": "link_review",
    "check": "link_check",
    "coverage": "link_check",
    "export": "link_check",
}


class Links(Command, click.Group):
    """A group that imports a command when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, ``None`` if there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"ictgraph.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.command(
    "link",
    cls=Links,
    epilog="\b\nExamples:\n"
    "  ictgraph link suggest 多发性骨髓瘤 'CAR-T cell'\n"
    "  ictgraph link check\n"
    "  ictgraph link coverage --lang zh",
)
def link_command() -> None:
    """Find, judge, check, count and export links to other vocabularies."""
