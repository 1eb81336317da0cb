"""Where ontology/, triples/ and queries/ are, and where built graphs are kept.

A checkout's own folders win over the copies that a wheel carries. Nothing else
in the package knows a file location.
"""

from __future__ import annotations

import os
import sys

from ictgraph.errors import StoreError

__all__ = ["cache_dir", "data_dir", "data_files", "other_checkout"]

_FOLDERS = ("ontology", "queries", "triples")
_CHECKOUT = (("ontology", "ictgraph.ttl"), ("src", "ictgraph", "paths.py"))
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def data_dir(folder: str) -> str:
    """Return the absolute path of ``ontology``, ``triples`` or ``queries``.

    :raises StoreError: if neither a checkout nor the installed package has it.

    >>> os.path.basename(data_dir("ontology"))
    'ontology'
    """
    checkout = os.path.dirname(os.path.dirname(_PACKAGE))
    for root in (checkout, os.path.join(_PACKAGE, "data")):
        if os.path.isfile(os.path.join(root, "ontology", "ictgraph.ttl")):
            return os.path.join(root, folder)
    raise StoreError(
        "the folder {folder}/ of ictgraph is missing beside {package}",
        hint="install the package again, or run it from a complete checkout",
        folder=folder,
        package=_PACKAGE,
    )


def other_checkout() -> str:
    """Return the checkout that the working folder is in if its data are not those in use, else "".

    An installed package keeps to the data that it carries.
    """
    folder = os.path.realpath(os.getcwd())
    used = os.path.realpath(os.path.dirname(data_dir("ontology")))
    while folder != os.path.dirname(folder):
        if all(os.path.exists(os.path.join(folder, *one)) for one in _CHECKOUT):
            return folder if folder != used else ""
        folder = os.path.dirname(folder)
    return ""


def data_files(*folders: str, ending: str | tuple[str, ...] = "") -> list[str]:
    """Return the files under the given data folders, sorted, hidden ones left out.

    >>> any(name.endswith("ictgraph.ttl") for name in data_files("ontology", ending=".ttl"))
    True
    """
    found: list[str] = []
    for folder in folders or _FOLDERS:
        for where, folders_in, names in os.walk(data_dir(folder)):
            folders_in[:] = sorted(f for f in folders_in if not f.startswith("."))
            found += [
                os.path.join(where, name)
                for name in names
                if name.endswith(ending) and not name.startswith(".")
            ]
    return sorted(found)


def cache_dir() -> str:
    """Return the folder for built graphs; ``ICTGRAPH_CACHE`` overrides it.

    The folder need not exist yet. Defaults: ``$XDG_CACHE_HOME/ictgraph`` or
    ``~/.cache/ictgraph``, ``%LOCALAPPDATA%\\ictgraph`` on Windows and
    ``~/Library/Caches/ictgraph`` on macOS.
    """
    named = os.environ.get("ICTGRAPH_CACHE")
    if named:
        return os.path.abspath(os.path.expanduser(named))
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "ictgraph")
