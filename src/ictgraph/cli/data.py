"""``ictgraph build`` and ``ictgraph check``: the graph as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict

import click
from pyoxigraph import Literal, NamedNode

from ictgraph.checks import SEVERITIES, Finding, load, locate, ordered, run
from ictgraph.cli import streams
from ictgraph.cli.settings import TABLES, Answering, Settings
from ictgraph.errors import InputError, StoreError
from ictgraph.graph import Graph, default_build
from ictgraph.messages import reason
from ictgraph.paths import data_dir
from ictgraph.results import Table, Term
from ictgraph.terms import number, pick

__all__ = ["build_command", "check_command"]

_COUNTED = {"error": "个错误", "warning": "个警告", "info": "条提示"}


@click.command(
    "build",
    cls=Answering,
    formats=TABLES,
    leave_out=("output", "fail_empty", "show_query", "store", "endpoint", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph build\n"
    "  ictgraph build -o graph --verify\n"
    "  ictgraph build --force --format json",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    help="Build in this folder, for --store FOLDER. Default: the cache that all commands use.",
)
@click.option(
    "--force", is_flag=True, help="Read the build back, and write it anew if it is damaged."
)
@click.option("--verify", is_flag=True, help="Read the whole build back and compare digests.")
def build_command(settings: Settings, folder: str | None, force: bool, verify: bool) -> None:
    """Build the graph from its text files, and print what it holds.

    Other commands build by themselves when the data have changed. The new build replaces the old
    one at once when complete; the same input gives the same build id.
    """
    if folder is not None and ("\0" in folder or not folder.strip()):
        raise click.BadParameter("a folder name cannot be empty", param_hint="'--output'")
    if settings.data and not folder:
        raise click.UsageError("--data needs -o FOLDER: the cache is for the built-in graph")
    if folder:
        from ictgraph.build import build

        files = settings.files() if settings.data else []
        done = build(folder, files, force=force, progress=streams.note)
    else:
        done = default_build(force=force, progress=streams.note)
    manifest = _verified(done) if verify else _manifest(done)
    settings.write(_manifest_table(manifest, os.path.abspath(done)))


@click.command(
    "check",
    cls=Answering,
    formats=TABLES,
    leave_out=("fail_empty", "show_query", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph check\n"
    "  ictgraph check --rules --severity error --format json\n"
    "  ictgraph check --shapes --data mine.ttl",
)
@click.option(
    "--changed",
    "base",
    is_flag=False,
    flag_value="HEAD",
    metavar="[BASE]",
    help="Only what concerns data that git has changed since this commit. Default: HEAD.",
)
@click.option("--rules", is_flag=True, help="Only the SPARQL rules in queries/checks/.")
@click.option("--shapes", is_flag=True, help="Only the SHACL shapes in ontology/shapes.ttl.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="Show what is at least so grave.",
)
def check_command(
    settings: Settings, rules: bool, shapes: bool, severity: str, base: str | None
) -> None:
    """Check the graph: rules that must find nothing, shapes that must hold.

    Exits with 1 if an error is found; warnings and hints are only shown. Without pyshacl only the
    rules are checked, unless --shapes asks for more.
    """
    if not (settings.data or settings.store or settings.endpoint):
        settings.say_other_checkout()
    concerned = _concerned(settings, base) if base is not None else None
    graph = settings.graph()
    found = _found(graph, settings, rules, shapes)
    shown = SEVERITIES[: SEVERITIES.index(severity) + 1]
    found = [one for one in found if one.severity in shown]
    if concerned is not None:
        found = [one for one in found if not concerned.isdisjoint((one.entity, one.value))]
    settings.write(_findings(graph, found, settings))
    counts = [(sum(f.severity == s for f in found), s) for s in shown]
    english = ", ".join(f"{count} {severity}" for count, severity in counts)
    chinese = "、".join(f"{count}{_COUNTED[severity]}" for count, severity in counts)
    streams.say(settings.worded(f"found: {english}", f"发现{chinese}"))
    if any(one.severity == "error" for one in found):
        raise click.exceptions.Exit(1)


def _found(graph: Graph, settings: Settings, rules: bool, shapes: bool) -> Sequence[Finding]:
    """Return what rules and shapes find, both of them if neither is asked for."""
    from ictgraph.shapes import has_shacl, shacl

    if settings.endpoint and shapes:
        raise InputError("an endpoint cannot be validated by shapes", hint="use --rules")
    found: list[Finding] = []
    if rules or not shapes:
        found += run(graph.engine, load())
    if shapes or (not rules and not settings.endpoint and has_shacl()):
        found += shacl(graph.to_rdflib() if settings.store else settings.data)
    elif not rules and not settings.endpoint:
        streams.say(
            settings.worded(
                "the shapes were not checked, for pyshacl is not installed;"
                " pip install 'ictgraph[check]'",
                "未安装pyshacl，未检查形状；pip install 'ictgraph[check]'",
            )
        )
    return ordered(found)


def _concerned(settings: Settings, base: str) -> frozenset[str]:
    """Return what the changes of the data files since a commit are about."""
    from ictgraph.curation.uncommitted import changed

    if settings.store or settings.endpoint:
        raise InputError("only files can be compared with a commit", hint="use --data FILE")
    return changed(settings.data or [data_dir("ontology"), data_dir("triples")], base)


def _verified(done: str) -> dict[str, object]:
    from ictgraph.build import verify

    return asdict(verify(done))


def _manifest(done: str) -> dict[str, object]:
    try:
        with open(os.path.join(done, "manifest.json"), encoding="utf-8") as file:
            found: dict[str, object] = json.load(file)
    except (OSError, ValueError) as error:
        raise StoreError(
            "the build {done} is damaged: {reason}",
            hint="rebuild it with 'ictgraph build --force'",
            done=done,
            reason=reason(error),
        ) from None
    return found


def _manifest_table(manifest: dict[str, object], done: str) -> Table:
    named: dict[str, object] = {"build": manifest["build"], "folder": done}
    for name in ("ontology", "engine", "quads", "claims", "passages"):
        named[name] = manifest[name]
    for group in ("sources", "entities"):
        counts = manifest[group]
        assert isinstance(counts, dict), "a manifest counts by name"
        named |= {f"{group}: {name}": count for name, count in counts.items()}
    rows = tuple(
        (Literal(name), number(value) if isinstance(value, int) else Literal(str(value)))
        for name, value in named.items()
    )
    titles = {"name": {"en": "Name", "zh": "名称"}, "value": {"en": "Value", "zh": "值"}}
    return Table(tuple(titles), rows, {}, titles, entities=())


def _findings(graph: Graph, found: Sequence[Finding], settings: Settings) -> Table:
    rows: list[tuple[Term | None, ...]] = []
    for one in found:
        rows.append(
            (
                Literal(one.severity),
                Literal(one.check),
                _term(one.entity),
                _term(one.property),
                _term(one.value),
                Literal(pick(one.message, settings.lang, "")),
                Literal(pick(one.fix, settings.lang, "")),
                Literal("" if settings.endpoint else _place(one, settings.data)),
            )
        )
    titles = {
        "severity": {"en": "Severity", "zh": "严重程度"},
        "check": {"en": "Check", "zh": "检查"},
        "entity": {"en": "Entity", "zh": "实体"},
        "property": {"en": "Property", "zh": "属性"},
        "value": {"en": "Value", "zh": "值"},
        "problem": {"en": "Problem", "zh": "问题"},
        "fix": {"en": "Fix", "zh": "改法"},
        "place": {"en": "Place", "zh": "位置"},
    }
    iris = {one.value for row in rows for one in row if isinstance(one, NamedNode)}
    entities = ("entity", "property", "value")
    return Table(tuple(titles), tuple(rows), graph.names.labels(iris), titles, entities=entities)


def _place(finding: Finding, files: Sequence[str]) -> str:
    """Return where an entity is described, or else what the finding names with it."""
    return locate(finding.entity, files) or (locate(finding.value, files) if finding.value else "")


def _term(text: str) -> Term | None:
    """Return an IRI as an entity, other text as a literal, nothing as nothing."""
    if text.startswith(("http://", "https://", "urn:")):
        try:
            return NamedNode(text)
        except ValueError:
            return Literal(text)
    return Literal(text) if text else None
