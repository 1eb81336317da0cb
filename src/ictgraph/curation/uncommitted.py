"""What data files say otherwise than a commit of their git repository says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from ictgraph.curation.canonical import read
from ictgraph.errors import InputError
from ictgraph.git import commit, git
from ictgraph.messages import Message

__all__ = ["changed"]

_HINT = Message("run it on data files of a git checkout")
_FORMATS = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG}
_FORMATS |= {".nt": RdfFormat.N_TRIPLES, ".nq": RdfFormat.N_QUADS}


def changed(files: Sequence[str], base: str = "HEAD") -> frozenset[str]:
    """Return what statements that files have and a commit lacks, or the other way, are about.

    Statements that moved from file to file have not changed. Files that git does not know yet
    count as new, and files that are gone since the commit as emptied.

    :param files: RDF files, or folders with them.
    :param base: a commit, branch or tag.
    :returns: IRIs of subjects and of the named graphs (the passages) that state them.
    :raises InputError: if a file is in no git checkout, there is no such commit, or git is absent.
    """
    before: set[Quad] = set()
    after: set[Quad] = set()
    for root, names in _by_checkout(files).items():
        compared = commit(root, base)
        if not compared:
            raise InputError(
                "{root} has no commit {base!r}",
                hint="name a commit, branch or tag of it",
                root=root,
                base=base[:80],
            )
        listed = git(root, "diff", "--name-only", "--no-renames", "-z", compared, "--", *names)
        listed += git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", *names)
        for name in sorted({one for one in map(os.fsdecode, listed.split(b"\0")) if _format(one)}):
            path = os.path.join(root, name)
            after |= read(path) if os.path.exists(path) else set()
            before |= _earlier(root, compared, name)
    return frozenset(
        str(getattr(node, "value", node))
        for quad in before ^ after
        for node in (quad.subject, quad.graph_name)
        if not isinstance(node, DefaultGraph)
    )


def _by_checkout(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the files below each checkout, by its top folder."""
    found: dict[str, list[str]] = {}
    for name in files:
        path = os.path.realpath(name)
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        try:
            root = os.fsdecode(git(folder, "rev-parse", "--show-toplevel")).rstrip("\n")
            ignored = git(root, "check-ignore", "--", path, passing=(0, 1))
        except InputError as error:
            raise InputError(
                "{name} is in no git checkout: {reason}", hint=_HINT, name=name, reason=error.what
            ) from None
        if ignored:
            raise InputError(
                "{name} is ignored by the git checkout {root}", hint=_HINT, name=name, root=root
            )
        found.setdefault(root, []).append(path)
    return found


def _earlier(root: str, commit: str, name: str) -> set[Quad]:
    """Return what a file said in a commit: nothing if it was not there or did not parse."""
    try:
        return set(parse(git(root, "show", f"{commit}:{name}"), format=_format(name)))
    except (InputError, SyntaxError, ValueError):
        return set()


def _format(name: str) -> RdfFormat | None:
    return _FORMATS.get(os.path.splitext(name)[1])
