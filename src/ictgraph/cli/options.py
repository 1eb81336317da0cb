"""Options whose help is tidied when it is read.

Click tidies the help of an option when it makes it, by a module of the standard library that takes
as long to import as all of this package. Most runs show no help.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import click
from click.core import ParameterSource

__all__ = ["Command", "Group", "Option"]


class Option(click.Option):
    """An option that keeps its help as it is; write it on one line."""

    def __init__(self, *args: Any, help: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = help

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return what an error calls this option: the variable, if the value came from one."""
        variable = ctx and ctx.get_parameter_source(str(self.name)) is ParameterSource.ENVIRONMENT
        return repr(self.envvar) if variable else click.Parameter.get_error_hint(self, ctx)


class Command(click.Command):
    """A command whose option for help is such an option."""

    @cached_property
    def _help(self) -> Option:
        return Option(
            ["-h", "--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
        )

    def get_help_option(self, ctx: click.Context) -> Option:
        """Return the option that shows the help."""
        return self._help


class Group(Command, click.Group):
    """A group of commands whose option for help is such an option."""


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()
