"""Exports by name, as one file or as a folder of files, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ictgraph.errors import InputError, StoreError
from ictgraph.exports import biocypher, jsonld, kgx, nanopubs, neo4j
from ictgraph.messages import reason

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["FOLDERS", "SINGLE", "Single", "write_folder"]


class Single(NamedTuple):
    """An export that is one file.

    :ivar pieces: yields its bytes.
    """

    title: str
    pieces: Callable[[Graph], Iterable[bytes]]


FOLDERS: Mapping[str, Callable[[Graph], dict[str, str]]] = {
    "kgx-tsv": lambda graph: kgx.files(graph, "tsv"),
    "kgx-jsonl": lambda graph: kgx.files(graph, "jsonl"),
    "neo4j": neo4j.files,
    "biocypher": biocypher.files,
}
"""Exports of several files: what makes their texts, by name."""

SINGLE: Mapping[str, Single] = {
    "jsonld": Single("JSON-LD", lambda graph: map(str.encode, jsonld.lines(graph))),
    "context": Single("JSON-LD context", lambda graph: [jsonld.context_text(graph).encode()]),
    "nanopub": Single("nanopublications", lambda graph: [nanopubs.text(graph)]),
}
"""Exports of one file."""


def write_folder(graph: Graph, name: str, folder: str) -> dict[str, int]:
    """Write an export into a folder at once; the old export stays until the new one is complete.

    :param name: a key of :data:`FOLDERS`.
    :returns: lines by file.
    :raises InputError: if something else than an export of this name is there.
    :raises StoreError: if it cannot be written.
    """
    texts = FOLDERS[name](graph)
    target = os.path.realpath(folder)
    part = os.path.join(os.path.dirname(target), f".ictgraph-{os.urandom(6).hex()}.part")
    try:
        _only_an_export(target, texts, name)
        os.mkdir(part)
        for file_name, text in texts.items():
            with open(os.path.join(part, file_name), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        old = part + ".old"
        if os.path.isdir(target):
            os.rename(target, old)
        try:
            os.rename(part, target)
        except OSError:
            if os.path.isdir(old):
                os.rename(old, target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            "{folder!r} cannot be written: {reason}",
            hint="choose another place, or make room there",
            folder=folder,
            reason=reason(error),
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return {file_name: text.count("\n") for file_name, text in texts.items()}


def _only_an_export(target: str, texts: Iterable[str], name: str) -> None:
    if os.path.lexists(target) and not os.path.isdir(target):
        raise InputError(
            "{target!r} is a file", hint="{name} needs a folder", target=target, name=name
        )
    there = {one.name: one.is_file() for one in os.scandir(target)} if os.path.isdir(target) else {}
    if others := sorted(set(there) - set(texts)):
        raise InputError(
            "{target!r} holds other things, such as {other!r}",
            hint="choose a new folder",
            target=target,
            other=others[0],
        )
    if there and (set(there) != set(texts) or not all(there.values())):
        raise InputError(
            "{target!r} is no whole export as {name}: it may hold files of yours",
            hint="choose a new folder, or empty this one",
            target=target,
            name=name,
        )
