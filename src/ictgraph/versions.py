"""Open a version of the graph that somebody names: a build, an export, a revision of the data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence

from ictgraph.errors import InputError, UnknownName
from ictgraph.git import commit, git
from ictgraph.graph import Graph, open_files, open_graph
from ictgraph.messages import Message, series
from ictgraph.paths import data_dir
from ictgraph.store import ENDINGS, default_folder

__all__ = ["open_version"]

_GIT = "git:"
_WITH_GRAPHS = (".nq", ".trig")
_SHORTEST = 4


def open_version(name: str) -> Graph:
    """Open a version of the graph.

    :param name: a build folder, or a finished build in one; an exported ``.nq`` or ``.trig`` file;
        ``git:REVISION`` of the data files in the checkout that holds them; or the first characters
        of the id of a build in the default cache, which keeps two.
    :raises UnknownName: if there is nothing of that name.
    :raises InputError: if the file or the revision cannot be read.
    :raises StoreError: if the folder holds no build.

    >>> graph = open_graph()
    >>> repr(open_version(graph.folder)) == repr(graph)
    True
    """
    if name.startswith(_GIT):
        return _revision(name.removeprefix(_GIT))
    if os.path.isdir(name):
        return open_graph(name)
    if os.path.isfile(name):
        if not name.lower().endswith(_WITH_GRAPHS):
            raise InputError(
                "{name!r} is no file with named graphs",
                hint="export it as .nq or .trig: 'ictgraph export -o FILE.nq'",
                name=name,
            )
        return open_graph(name)
    known = _cached()
    found = [build for build in known if len(name) >= _SHORTEST and build.startswith(name)]
    if len(found) == 1:
        return open_graph(os.path.join(default_folder(), found[0]))
    raise UnknownName(
        "there is no version {name!r}",
        hint="name a build folder, a .nq or .trig file, git:REVISION, or a build of the cache:"
        " {known}",
        name=name,
        known=series(known) or Message("it has none"),
    )


def _cached() -> list[str]:
    """Return the ids of the finished builds in the default cache, the newest first."""
    folder = default_folder()
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    paths = [os.path.join(folder, name, "manifest.json") for name in names]
    found = sorted((path for path in paths if os.path.isfile(path)), key=os.path.getmtime)
    return [os.path.basename(os.path.dirname(path)) for path in reversed(found)]


def _revision(revision: str) -> Graph:
    """Build the data files of a revision in a folder of their own."""
    root = os.path.dirname(data_dir("ontology"))
    if not revision or revision.startswith("-"):
        raise InputError(
            "{revision!r} is no revision", hint="write git:HEAD~1 or git:TAG", revision=revision
        )
    found = commit(root, revision)
    if not found:
        raise UnknownName(
            "git knows no revision {revision!r} in {root}",
            hint="'git log' lists them",
            revision=revision,
            root=root,
        )
    try:
        archive = git(root, "archive", "--format=tar", found, "ontology", "triples")
    except InputError:
        raise InputError(
            "revision {revision!r} holds no ontology/ and triples/",
            hint="name a later one",
            revision=revision,
        ) from None
    import io
    import tarfile

    with tempfile.TemporaryDirectory(prefix="ictgraph-") as folder:
        folder = os.path.realpath(folder)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        return open_files(_files(folder), folder)


def _files(root: str) -> Sequence[str]:
    """Return the data files under ontology/ and triples/, SHACL shapes left out."""
    return sorted(
        os.path.join(where, name)
        for folder in ("ontology", "triples")
        for where, _, names in os.walk(os.path.join(root, folder))
        for name in names
        if name.endswith(ENDINGS) and name != "shapes.ttl"
    )
