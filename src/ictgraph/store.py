"""Where finished builds lie, and whether one is still fresh.

Light on purpose: this is what a query needs before it can open the store.
:mod:`ictgraph.build` writes what is found here.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from threading import get_ident

from pyoxigraph import DefaultGraph, Quad, Store
from pyoxigraph import __version__ as engine_version

from ictgraph.errors import StoreError
from ictgraph.messages import Message, reason
from ictgraph.paths import cache_dir, data_dir, data_files

__all__ = [
    "ENDINGS",
    "FORMAT",
    "current",
    "default_folder",
    "fingerprint",
    "make_current",
    "ontology_files",
    "own_files",
    "read_whole",
    "refuse_foreign",
]

ENDINGS = (".ttl", ".trig", ".nt", ".nq", ".sssom.tsv")
"""What the names of data files end in."""

FORMAT = 2
"""Version of the layout of a build; a change makes every cached build stale."""


def own_files() -> list[str]:
    """Return the package's own RDF and SSSOM files, SHACL shapes left out."""
    return [
        path
        for path in data_files("ontology", "triples", ending=ENDINGS)
        if os.path.basename(path) != "shapes.ttl"
    ]


def ontology_files() -> list[str]:
    """Return the files that give data their meaning: the ontology, without mappings and imports."""
    folder = data_dir("ontology")
    return [path for path in own_files() if os.path.dirname(path) == folder]


def default_folder() -> str:
    """Return the build folder of the built-in graph, one per place the data lie in.

    Should two places ever share a folder, the fingerprint still tells their builds apart.
    """
    root = os.path.dirname(data_dir("ontology"))
    return os.path.join(cache_dir(), f"{zlib.crc32(os.fsencode(root)):08x}")


def fingerprint(files: Sequence[str]) -> str:
    """Return the state of files as text, one line each: path, size and time of change."""
    state = [f"{FORMAT} {engine_version}"]
    for path in files:
        info = os.stat(path)
        state.append(f"{path}\t{info.st_size}\t{info.st_mtime_ns}")
    return "\n".join(state)


def current(folder: str, inputs: str = "") -> str | None:
    """Return the folder of the finished build in a build folder, or ``None``.

    :param inputs: if given, the fingerprint the build must have been made from.
    """
    try:
        with open(os.path.join(folder, "current.json"), encoding="utf-8") as file:
            pointer = json.load(file)
        found = os.path.join(folder, pointer["build"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if inputs and pointer.get("inputs") != inputs:
        return None
    return found if os.path.isfile(os.path.join(found, "manifest.json")) else None


def make_current(folder: str, name: str, inputs: str = "") -> None:
    """Let a build folder point to one of its builds, by one rename."""
    fresh = os.path.join(folder, f".current-{os.getpid()}-{get_ident()}")
    try:
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump({"build": name, "inputs": inputs}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, os.path.join(folder, "current.json"))
    finally:
        if os.path.lexists(fresh):
            os.remove(fresh)


def read_whole(path: str) -> set[Quad]:
    """Return all quads of a store, read by every order it keeps them in.

    :raises OSError: or ``RuntimeError`` or ``ValueError``, if it is damaged.
    """
    store = Store.read_only(path)
    stored = set(store)
    if set(store.named_graphs()) != {quad.graph_name for quad in stored} - {DefaultGraph()}:
        raise ValueError(Message("its list of graphs differs"))
    for order in ("s", "p", "o", "g", "pg", "og"):
        patterns = {
            tuple(part if name in order else None for name, part in zip("spog", quad, strict=True))
            for quad in stored
        }
        if sum(1 for pattern in patterns for _ in store.quads_for_pattern(*pattern)) != len(stored):
            raise ValueError(Message("what the store finds by {order} differs", order=order))
    return stored


def refuse_foreign(folder: str) -> None:
    """Refuse a folder that holds anything but builds, finished or not.

    :raises StoreError: if it does, or cannot be read.
    """
    try:
        names = os.listdir(folder) if os.path.lexists(folder) else []
    except OSError as error:
        raise StoreError(
            "{folder} is no folder to build in: {reason}",
            hint="name another folder",
            folder=folder,
            reason=reason(error),
        ) from None
    if "current.json" not in names and not all(
        name.startswith((".building-", ".current-"))
        or os.path.isfile(os.path.join(folder, name, "manifest.json"))
        for name in names
    ):
        raise StoreError(
            "{folder} holds other files and no build",
            hint="name a new or empty folder",
            folder=folder,
        )
