"""``ictgraph completion``, ``ictgraph help`` and the versions."""

from __future__ import annotations

import os

import click

from ictgraph.errors import UnknownName
from ictgraph.messages import series

__all__ = ["EXIT_CODES", "TOPICS", "completion_command", "help_command", "topic", "versions"]

TOPICS = {
    "environment": "variables that change what ictgraph does",
    "exit-codes": "what the exit code of every command means",
    "formats": "the formats of answers and their file endings",
    "limits": "what an untrusted SPARQL query may use",
}
"""The help topics that are no commands."""

_OTHERS = (
    ("text", "", "text for readers (show, path)"),
    ("graphml", ".graphml", "network as GraphML (network, path, analyse communities)"),
    ("gexf", ".gexf", "network as GEXF, for Gephi (the same)"),
    ("cyjs", ".cyjs", "network as JSON of Cytoscape (the same; network: json)"),
    ("dot", ".dot .gv", "network for Graphviz (the same)"),
)
"""The formats that not every answer has."""

EXIT_CODES = {
    0: "success",
    1: "problems found by a check, nothing found with --fail-empty, changes with --fail-on-change",
    2: "malformed input or wrong usage: unknown names, options, files, SPARQL that does not parse",
    3: "refused by policy: updates, other endpoints, access to the network or to files",
    4: "a limit was reached: time, memory, size, or rows, which are then cut and said to be",
    5: "the store, the disk, a lock or standard output failed",
    6: "the SPARQL endpoint or the network failed",
    70: "a defect of ictgraph; ICTGRAPH_DEBUG=1 shows where, please report it",
    130: "interrupted from the keyboard",
    141: "the reader of standard output went away before the end, as with '| head'",
}
"""What every exit code means."""

_ENVIRONMENT = """\
ICTGRAPH_CACHE      folder for built graphs (default: the user's cache folder)
ICTGRAPH_STORE      like --store: ask the graph in this folder
ICTGRAPH_ENDPOINT   like --endpoint: ask this SPARQL endpoint
ICTGRAPH_LANG       like --lang: zh, en or both
ICTGRAPH_TIMEOUT    like --timeout: seconds a query may take
ICTGRAPH_DEBUG      1 shows where in the program an error arose
ICTGRAPH_COMMAND_OPTION
                    any other option, for example ICTGRAPH_FIND_LIMIT=5
LC_ALL, LC_MESSAGES, LANG
                    a Chinese locale makes zh the default language
NO_COLOR            set to anything: no colours
TERM=dumb           no colours
COLUMNS             width of tables on a terminal

An option on the command line wins over its variable.
"""


_SHELLS = {
    "bash": 'eval "$(ictgraph completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(ictgraph completion zsh)" in ~/.zshrc',
    "fish": "ictgraph completion fish > ~/.config/fish/completions/ictgraph.fish",
}


@click.command(
    "completion",
    epilog="\b\nExamples:\n"
    "  ictgraph completion\n"
    "  ictgraph completion bash > ictgraph.bash\n"
    "  ictgraph completion zsh\n"
    "  ictgraph completion fish",
)
@click.argument("shell", required=False, type=click.Choice(tuple(_SHELLS)))
def completion_command(shell: str | None) -> None:
    """Write the completion script of a shell to standard output.

    It completes commands, options, questions, formats and names of entities. Without SHELL: how
    to switch it on.

    \b
    bash: eval "$(ictgraph completion bash)" in ~/.bashrc
    zsh:  eval "$(ictgraph completion zsh)" in ~/.zshrc
    fish: ictgraph completion fish > ~/.config/fish/completions/ictgraph.fish
    """
    if shell is None:
        click.echo("".join(f"{name:<5} {how}\n" for name, how in _SHELLS.items()), nl=False)
        return
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "click knows the three shells"
    values = found(
        click.get_current_context().find_root().command, {}, "ictgraph", "_ICTGRAPH_COMPLETE"
    ).source_vars()
    click.echo(found.source_template % values)


@click.command(
    "help",
    epilog="\b\nExamples:\n  ictgraph help\n  ictgraph help exit-codes\n"
    "  ictgraph help queries show",
)
@click.argument("words", nargs=-1, metavar="[TOPIC | COMMAND...]")
@click.pass_context
def help_command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show the help of a command, or of a topic: environment, exit-codes, formats, limits."""
    if len(words) == 1 and words[0] in TOPICS:
        click.echo(topic(words[0]), nl=False)
        return
    assert ctx.parent is not None, "help is a command of the program"
    found = ctx.parent
    for word in words:
        group = found.command
        inner = group.get_command(found, word) if isinstance(group, click.Group) else None
        if inner is None:
            listed = series(TOPICS)
            raise UnknownName(
                "no help on {words!r}",
                hint="the topics are {listed}; 'ictgraph --help' lists the commands",
                words=" ".join(words),
                listed=listed,
            )
        found = click.Context(inner, info_name=word, parent=found)
    click.echo(found.get_help())


def topic(name: str) -> str:
    """Return the text of a help topic."""
    if name == "environment":
        return _ENVIRONMENT
    if name == "exit-codes":
        return "".join(f"{code:>3}  {meaning}\n" for code, meaning in EXIT_CODES.items())
    if name == "formats":
        from ictgraph.formats import FORMATS, PICTURES

        return "".join(
            f"{one.name:<7} {' '.join(one.endings):<16} {one.title}"
            f"{' (statements only)' if one.rdf else ''}"
            f"{' (questions that have one)' if one.name in PICTURES else ''}\n"
            for one in (*FORMATS.values(), *PICTURES.values())
        ) + "".join(f"{name:<7} {ending:<16} {title}\n" for name, ending, title in _OTHERS)
    from ictgraph.guard import Limits

    limits = Limits()
    return (
        f"time      {limits.timeout:g} s, --timeout changes it\n"
        f"rows      {limits.rows:,}, --max-rows changes it; rows beyond are cut and said to be\n"
        f"memory    {limits.memory / 1e6:,.0f} MB\n"
        f"answer    {limits.answer_bytes:,} bytes\n"
        f"query     {limits.max_bytes:,} bytes, {limits.tokens:,} tokens, {limits.operators:,}"
        f" operators, {limits.patterns:,} triple patterns, nested {limits.depth} deep\n"
        "refused   updates, SERVICE, FROM: nothing reaches the network or a file\n\n"
        "They hold for 'ictgraph sparql', for .rq files of your own, and for any query that is\n"
        "given --timeout. The built-in queries are trusted and have no limit by default.\n"
    )


def versions() -> list[tuple[str, str]]:
    """Return the versions of the package, the ontology, the engine and the built-in graph."""
    import json

    from pyoxigraph import __version__ as engine

    from ictgraph import __version__
    from ictgraph.paths import data_files
    from ictgraph.store import current, default_folder, fingerprint

    done = current(default_folder(), fingerprint(data_files("ontology", "triples")))
    build = "not built yet"
    if done:
        with open(os.path.join(done, "manifest.json"), encoding="utf-8") as file:
            build = str(json.load(file)["build"])
    return [
        ("ictgraph", __version__),
        ("ontology", _ontology_version()),
        ("build", build),
        ("pyoxigraph", engine),
    ]


def _ontology_version() -> str:
    from pyoxigraph import Literal, parse

    from ictgraph.paths import data_dir
    from ictgraph.vocab import OWL

    for quad in parse(path=os.path.join(data_dir("ontology"), "ictgraph.ttl")):
        if quad.predicate.value == OWL + "versionInfo" and isinstance(quad.object, Literal):
            return quad.object.value
    return "unknown"
