"""Where finished builds lie, and whether one is still fresh.

Light on purpose: this is what a query needs before it can open the store.
:mod:`ictgraph.build` writes what is found here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence

from pyoxigraph import __version__ as engine_version

from ictgraph.paths import cache_dir, data_dir, data_files

__all__ = ["FORMAT", "current", "default_folder", "fingerprint", "own_files"]

FORMAT = 1
"""Version of the layout of a build; a change makes every cached build stale."""


def own_files() -> list[str]:
    """Return the package's own RDF files, SHACL shapes left out."""
    return [
        path
        for path in data_files("ontology", "triples", ending=(".ttl", ".trig", ".nt", ".nq"))
        if os.path.basename(path) != "shapes.ttl"
    ]


def default_folder() -> str:
    """Return the build folder of the built-in graph, one per place the data lie in."""
    root = os.path.dirname(data_dir("ontology"))
    return os.path.join(cache_dir(), hashlib.sha256(root.encode()).hexdigest()[:16])


def fingerprint(files: Sequence[str]) -> str:
    """Return a cheap digest of the state of files: path, size and time of change."""
    state = [f"{FORMAT} {engine_version}"]
    for path in files:
        info = os.stat(path)
        state.append(f"{path}\t{info.st_size}\t{info.st_mtime_ns}")
    return hashlib.sha256("\n".join(state).encode()).hexdigest()[:32]


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
