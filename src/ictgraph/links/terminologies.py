"""Vocabularies of others, read from the files in which they are published.

OBO, OWL and SKOS, OBO Graphs, tables with a header, ROR's JSON; by name those that a package
carries, or ictgraph itself. Of a large file only the terms are kept, not its text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import IO, Any

from ictgraph.errors import InputError
from ictgraph.links.readers import (
    RDF_FILES,
    RELEASE,
    Name,
    Term,
    Terminology,
    named,
    obo,
    obo_graphs,
    rdf,
)
from ictgraph.links.registers import countries, records, ror, table
from ictgraph.messages import Message, reason, series
from ictgraph.paths import data_dir

__all__ = ["PACKAGED", "Name", "Term", "Terminology", "read", "state"]

PACKAGED = {
    "mondo": "MONDO",
    "cl": "CL",
    "efo": "EFO",
    "uberon": "UBERON",
    "hgnc": "hgnc",
    "iso3166": "iso3166",
}
"""Vocabularies that need no file of one's own, and their prefixes; of HGNC only an extract."""

_CARRIER = "cellxgene_ontology_guide"
_TABLES = (".tsv", ".txt", ".csv", ".xlsx")
_MALFORMED = (SyntaxError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def read(source: str) -> Terminology:
    """Read a file, or one of :data:`PACKAGED` by name.

    :raises InputError: if the file is missing, malformed or of no known kind, or the package that
        carries the vocabulary is not installed.
    """
    path = _place(source)
    ending = os.path.splitext(path)[1].lower()
    with _telling(path):
        if path.endswith(".json.zst"):
            found = Terminology("", tuple(_packaged(path)))
        elif os.path.basename(path) == "iso3166-1.json":
            found = Terminology(_installed("pycountry"), tuple(countries(path)))
        elif ending in RDF_FILES:
            found = rdf(path, RDF_FILES[ending])
        elif ending in _TABLES:
            with open(path, "rb") as data:
                found = table(data.read(), path)
        else:
            with open(path, encoding="utf-8-sig", newline="") as file:
                found = _reader(path, ending)(file, path)
    if not found.terms:
        raise InputError(
            "{path} holds no terms", hint="give a file of classes or concepts", path=path
        )
    return found if found.version else found._replace(version=_release(path))


def state(source: str) -> str:
    """Return what changes when a source does: its file, size and time of change.

    :raises InputError: if there is no such file.
    """
    path = _place(source)
    with _telling(path):
        info = os.stat(path)
    return f"{os.path.abspath(path)} {info.st_size} {info.st_mtime_ns}"


def _place(source: str) -> str:
    """The file that a source is read from."""
    name = source.lower()
    if name not in PACKAGED:
        return source
    if name == "hgnc":
        return os.path.join(data_dir("ontology"), "imports", "hgnc.tsv")
    carrier = "pycountry" if name == "iso3166" else _CARRIER
    try:
        package = str(files(carrier))
    except ModuleNotFoundError:
        raise InputError(
            "the package that carries {source} is not installed",
            hint="pip install 'ictgraph[ontologies]', or give a file of your own",
            source=source,
        ) from None
    if name == "iso3166":
        return os.path.join(package, "databases", "iso3166-1.json")
    folder, begin = os.path.join(package, "data"), f"{PACKAGED[name]}-ontology-"
    found = [one for one in os.listdir(folder) if one.startswith(begin)]
    return os.path.join(folder, max(found, default=begin + ".json.zst"))


def _release(path: str) -> str:
    """The version in a file's name, as in v1.50-2025-01-27-ror-data.json."""
    found = RELEASE.search(os.path.basename(path))
    return found[0].removeprefix("v") if found else ""


def _installed(package: str) -> str:
    from importlib.metadata import version

    return f"{package} {version(package)}"


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """Say of every failure to read a file which file it is, and what to do."""
    try:
        yield
    except UnicodeDecodeError:
        raise InputError("{path!r} is not UTF-8 text", hint="save it as UTF-8", path=path) from None
    except OSError as error:
        listed = series(PACKAGED)
        raise InputError(
            "{path!r} cannot be read: {reason}",
            hint="give an OBO, OWL, JSON, SKOS or table file, or one of {listed}",
            path=path,
            reason=reason(error),
            listed=listed,
        ) from None
    except _MALFORMED as error:
        said = isinstance(error, SyntaxError | ValueError)
        strange = Message("not built as its format demands: {error!r}", error=error)
        what = reason(error) if said else strange
        raise InputError(
            "{path}: {what}", hint="mend the file, or give another", path=path, what=what
        ) from None


def _reader(path: str, ending: str) -> Callable[[IO[str], str], Terminology]:
    readers = {".obo": obo, ".json": _json}
    if ending not in readers:
        raise InputError(
            "{path!r} has no ending of a vocabulary",
            hint="the endings are {endings}; by name there are {known}",
            path=path,
            endings=series([*readers, *_TABLES, *RDF_FILES]),
            known=series(PACKAGED),
        )
    return readers[ending]


def _json(file: IO[str], path: str) -> Terminology:
    """Read OBO Graphs, or an array of ROR records."""
    begin = file.read(1)
    while begin and begin in " \t\r\n":
        begin = file.read(1)
    if begin == "[":
        return Terminology("", tuple(ror(records(file))))
    data: Any = json.loads(begin + file.read())
    if isinstance(data, dict) and "graphs" in data:
        return obo_graphs(data)
    if isinstance(data, dict) and "ror.org/" in str(data.get("id")):
        return Terminology("", tuple(ror([data])))
    raise ValueError(Message("neither OBO Graphs nor an array of ROR records"))


def _packaged(path: str) -> Iterator[Term]:
    """Read an ontology of the package cellxgene-ontology-guide."""
    import zstandard

    with open(path, "rb") as packed:
        data = json.load(zstandard.ZstdDecompressor().stream_reader(packed))
    for one, term in data.items():
        synonyms = (Name(text, "exact") for text in term.get("synonyms", ()))
        yield Term(
            one,
            named([Name(term["label"] or "", "label"), *synonyms]),
            bool(term.get("deprecated")),
            tuple(filter(None, (term.get("replaced_by"),))),
            tuple(k for k, distance in term.get("ancestors", {}).items() if distance == 1),
        )
