"""The program itself: its commands, its exit codes, and one line for every error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from ictgraph.cli.options import Command, Option
from ictgraph.cli.streams import say, silence, speak, use_utf8
from ictgraph.cli.usage import language, translate_click, usage
from ictgraph.errors import IctgraphError, LimitError
from ictgraph.messages import Message, alternatives, reason
from ictgraph.terms import Lang

__all__ = ["COMMANDS", "Root", "root"]

COMMANDS = {
    "query": "templates",
    "queries": "questions",
    "sparql": "sparql",
    "find": "entities",
    "show": "entities",
    "evidence": "evidence",
    "network": "network",
    "path": "path",
    "analyse": "analyse",
    "build": "data",
    "check": "data",
    "fmt": "fmt",
    "passage": "passage",
    "import": "importing",
    "coverage": "coverage",
    "quality": "quality",
    "diff": "diff",
    "export": "export",
    "link": "link",
    "enrich": "enrich",
    "completion": "about",
    "help": "about",
}
"""The commands, in the order of the help, and the module of each."""

_NO_ARGUMENTS = getattr(click.exceptions, "NoArgsIsHelpError", ())  # from click 8.2 on
_OUT_OF_REACH = (MemoryError, RecursionError)


class Root(Command, click.Group):
    """The program: loads a command's module when the command is wanted, reports every error."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, ``None`` if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"ictgraph.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command to run; a misspelt one is an error that names the nearest."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=3, cutoff=0.6)
            hint = Message("'ictgraph --help' lists them")
            if near:
                hint = Message("did you mean {near}?", near=alternatives(near))
            raise click.UsageError(
                Message("no command {name!r}; {hint}", name=args[0], hint=hint), ctx
            )
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> NoReturn:
        """Run the program and exit."""
        sys.exit(self.run(sys.argv[1:] if args is None else list(args)))

    def run(self, args: list[str]) -> int:
        """Run the program and return its exit code; every error becomes one line."""
        use_utf8()
        lang = speak(language(args))
        try:
            translate_click(lang)
            code = self._answer(args)
            if sys.stdout is not None:
                sys.stdout.flush()
            return code
        except BaseException as error:  # a panic of the engine is no Exception
            if os.environ.get("ICTGRAPH_DEBUG"):
                import traceback

                traceback.print_exc()
            return _reported(error, lang)

    def _answer(self, args: list[str]) -> int:
        try:
            self._main_shell_completion({}, "ictgraph", "_ICTGRAPH_COMPLETE")
            with self.make_context("ictgraph", args) as ctx:
                self.invoke(ctx)
        except click.exceptions.Exit as request:
            return request.exit_code
        except SystemExit as request:  # shell completion has answered
            return request.code if isinstance(request.code, int) else 0
        return 0


def _reported(error: BaseException, lang: Lang) -> int:
    """Say on standard error what went wrong, in one line, and return the exit code."""
    if isinstance(error, BrokenPipeError):
        silence()
        return 141
    if isinstance(error, KeyboardInterrupt | click.Abort):
        say(Message("interrupted"))
        return 130
    if isinstance(error, IctgraphError):
        say(error.said(lang))
        return error.exit_code
    if isinstance(error, click.ClickException):
        if isinstance(error, _NO_ARGUMENTS):
            error.show()
        else:
            say(usage(error, lang))
        return 2
    if isinstance(error, UnicodeError):
        say(Message("an argument or a file is not UTF-8 text; write it in UTF-8"))
        return 2
    if isinstance(error, _OUT_OF_REACH):
        say(Message("this needs more memory than there is; ask for less"))
        return LimitError.exit_code
    if isinstance(error, OSError):
        silence()
        say(_of_system(error))
        return 5
    say(
        Message(
            "unexpected {kind}: {error}; please report it with the command you ran"
            " (ICTGRAPH_DEBUG=1 shows where it happened)",
            kind=type(error).__name__,
            error=error,
        )
    )
    return 70


def _of_system(error: OSError) -> Message:
    what, hint = reason(error), Message("check that it can be read and written")
    if error.filename:
        what = Message("{path}: {reason}", path=error.filename, reason=what)
    return Message("{what}; {hint}", what=what, hint=hint)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from ictgraph.cli.about import versions

    click.echo("\n".join(f"{name} {version}" for name, version in versions()))
    ctx.exit()


@click.command(
    cls=Root,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "ICTGRAPH",
        "max_content_width": 100,
    },
    epilog="\b\nExamples:\n"
    "  ictgraph query who-develops-what\n"
    "  ictgraph query who-develops-what --disease melanoma --lang zh\n"
    "  ictgraph find CD19\n"
    "  ictgraph help exit-codes",
)
@click.option(
    "--version",
    cls=Option,
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the versions of the package, the ontology, the engine and the built graph.",
)
def root() -> None:
    """Ask who develops what for which disease in immune cell therapy.

    Names may be Chinese or English, synonyms, CURIEs (id:cd19) or IRIs. Every answer leads back
    to the passage that states it.

    \b
    问：谁在为哪种疾病开发什么免疫细胞疗法。名称可用中文或英文。
    """
