"""``ictgraph export``: the whole graph as RDF, or as other tools of the field read it."""

from __future__ import annotations

import os
from typing import BinaryIO

import click
from pyoxigraph import RdfFormat, parse, serialize

from ictgraph.cli import streams
from ictgraph.cli.settings import Answering, Settings
from ictgraph.errors import InputError
from ictgraph.exports.writing import FOLDERS, SINGLE, write_folder
from ictgraph.formats import FORMATS, guess, save, write
from ictgraph.messages import Message
from ictgraph.results import Statements
from ictgraph.vocab import prefixes

__all__ = ["export_command"]

_RDF = tuple(name for name, form in FORMATS.items() if form.rdf)


@click.command(
    "export",
    cls=Answering,
    formats=tuple(dict.fromkeys(("nq", *_RDF, *SINGLE, *FOLDERS))),
    leave_out=("fail_empty", "show_query", "endpoint", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph export -o ictgraph.trig\n"
    "  ictgraph export --format kgx-tsv -o kgx\n"
    "  ictgraph export --format nanopub -o nanopubs.trig",
)
def export_command(settings: Settings) -> None:
    """Write the whole graph as RDF, or for other tools.

    nq (default), trig and jsonld hold everything: the claims in the graphs of their passages, what
    was derived, and the merged default graph; context is the JSON-LD context alone. ttl, nt and
    rdfxml know no graphs: they hold the merged default graph, without passages as graphs and
    without what was derived. nanopub has one nanopublication per passage, unsigned. kgx-tsv,
    kgx-jsonl, neo4j and biocypher have nodes and edges, each claim with its passage, and write a
    folder: -o FOLDER.
    """
    name = settings.format or (guess(settings.output) if settings.to_file else "nq")
    if name in FOLDERS:
        _folder(settings, name)
        return
    if name not in SINGLE and not FORMATS[name].rdf:
        raise InputError(
            "{name} cannot hold a graph", hint="choose nq, trig, jsonld, ttl, …", name=name
        )
    graph = settings.graph()
    if name in ("ttl", "nt", "rdfxml"):
        streams.say(
            settings.worded(
                f"{name} has no named graphs: this is the default graph, all claims merged",
                f"{name} 不含命名图：仅写出合并全部声明的默认图",
            )
        )

    def writer(stream: BinaryIO) -> None:
        if name in SINGLE:
            stream.writelines(SINGLE[name].pieces(graph))
        else:
            _export(os.path.join(graph.folder, "graph.nq"), name, stream)

    if settings.to_file:
        streams.note(settings.worded(f"writing {settings.output}", f"正在写入 {settings.output}"))
        save(settings.output, writer)
    else:
        writer(streams.stdout())


def _folder(settings: Settings, name: str) -> None:
    if not settings.to_file:
        raise click.UsageError(
            Message("{name} is a folder of files: name it with -o FOLDER", name=name)
        )
    graph = settings.graph()
    streams.note(settings.worded("gathering nodes and edges", "正在汇集节点与关系"))
    for file, lines in write_folder(graph, name, settings.output).items():
        path = os.path.join(settings.output, file)
        streams.say(settings.worded(f"{path}: {lines:,} lines", f"{path}：{lines:,}行"))


def _export(path: str, name: str, stream: BinaryIO) -> None:
    with open(path, "rb") as file:
        if name == "nq":
            while block := file.read(1 << 20):
                stream.write(block)
            return
        quads = parse(file, format=RdfFormat.N_QUADS)
        if name == "trig":
            stream.write(serialize(quads, format=RdfFormat.TRIG, prefixes=prefixes()) or b"")
            return
        merged = (quad.triple for quad in quads if not getattr(quad.graph_name, "value", ""))
        write(Statements(tuple(sorted(merged, key=str))), name, stream)
