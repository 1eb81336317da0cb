"""Terms of other vocabularies, read one by one from the files in which they are published.

OBO, OWL and SKOS (any RDF that pyoxigraph reads), OBO Graphs JSON, the tables of HGNC, ROR's JSON,
plain tables with a header, and the ontologies that the package cellxgene-ontology-guide carries.
Large files stream: a term is handed on as soon as it is complete, RDF apart.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ictgraph.errors import InputError, UnknownName
from ictgraph.vocab import OWL, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, compress

__all__ = ["PACKAGED", "Name", "Term", "read", "version"]

PACKAGED = {"mondo": "MONDO", "cl": "CL", "efo": "EFO", "uberon": "UBERON"}
"""Vocabularies that need no file of one's own, by the name to give."""

_OBO = "http://www.geneontology.org/formats/oboInOwl#"
_REPLACED = "http://purl.obolibrary.org/obo/IAO_0100001"
_QUOTED = re.compile(r'^"((?:[^"\\]|\\.)*)"\s+(\w+)?')
_TABLE = {
    "id": ("id", "curie", "identifier", "hgnc id", "hgnc_id", "code", "object_id"),
    "label": ("label", "name", "approved symbol", "symbol", "object_label"),
    "exact": ("synonyms", "exact_synonyms", "synonym", "approved name", "altlabel"),
    "other": (
        "alias symbols",
        "alias_symbol",
        "previous symbols",
        "prev_symbol",
        "alias_name",
        "prev_name",
        "aliases",
    ),
    "status": ("status",),
    "kind": ("kind", "category", "class"),
    "country": ("country", "country_code"),
}
_RDF_FILES = {
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
}


class Name(NamedTuple):
    """A name of a term.

    :ivar how: ``label``, ``exact`` (a synonym that means the same) or ``other`` (an acronym, an
        alias, a former name, a synonym of another scope), from strong to weak.
    :ivar lang: language tag, "" if none is given.
    """

    text: str
    how: str
    lang: str = ""


class Term(NamedTuple):
    """A term of a vocabulary.

    :ivar id: its CURIE.
    :ivar retired: whether it must not be linked to: deprecated, obsolete or withdrawn.
    :ivar successors: CURIEs of what replaces it.
    :ivar parents: CURIEs of the terms directly above.
    :ivar country: ISO 3166-1 alpha-2 code of an institution, else "".
    """

    id: str
    names: tuple[Name, ...]
    retired: bool = False
    successors: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    country: str = ""

    @property
    def label(self) -> str:
        """The name that the vocabulary shows, "" if it has none."""
        return next((name.text for name in self.names if name.how == "label"), "")


def read(source: str) -> Iterator[Term]:
    """Yield the terms of a file, or of one of :data:`PACKAGED` by name.

    :raises InputError: if the file is missing, malformed or of no known kind, or the package that
        carries the vocabulary is not installed.
    """
    if source.lower() in PACKAGED:
        yield from _packaged(PACKAGED[source.lower()])
        return
    path, ending = source, os.path.splitext(source)[1].lower()
    try:
        if ending in _RDF_FILES:
            yield from _rdf(path, _RDF_FILES[ending])
            return
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield from _reader(path, ending)(file, path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        listed = ", ".join(PACKAGED)
        raise InputError(
            f"{source!r} cannot be read: {reason}",
            hint=f"give an OBO, OWL, JSON, SKOS or table file, or one of {listed}",
        ) from None
    except (SyntaxError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(f"{source}: {error}", hint="mend the file, or give another") from None


def version(source: str) -> str:
    """Return the version of a vocabulary of :data:`PACKAGED` or of an OBO file, "" if untold."""
    if source.lower() in PACKAGED:
        name = _newest(PACKAGED[source.lower()]).name
        return str(name.split("ontology-")[1].removesuffix(".json.zst").removeprefix("v"))
    if source.endswith(".obo") and os.path.isfile(source):
        with open(source, encoding="utf-8") as file:
            for line in file:
                if line.startswith("data-version:"):
                    return line.partition(":")[2].strip().rpartition("releases/")[2]
                if line.startswith("["):
                    break
    return ""


def _reader(path: str, ending: str) -> Callable[[IO[str], str], Iterator[Term]]:
    readers = {
        ".obo": _obo,
        ".json": _json,
        ".tsv": _table,
        ".txt": _table,
        ".csv": _table,
    }
    if ending not in readers:
        raise InputError(
            f"{path!r} has no ending of a vocabulary",
            hint="the endings are " + ", ".join([*readers, *_RDF_FILES]),
        )
    return readers[ending]


def _obo(file: IO[str], path: str) -> Iterator[Term]:
    """Read OBO: stanzas of ``tag: value`` lines."""
    stanza: dict[str, list[str]] = {}
    kind = ""
    for line in file:
        line = line.rstrip("\n")
        if line.startswith("["):
            if kind == "[Term]":
                yield _from_obo(stanza)
            stanza, kind = {}, line.strip()
        elif kind and ":" in line:
            tag, _, value = line.partition(":")
            stanza.setdefault(tag, []).append(value.strip())
    if kind == "[Term]":
        yield _from_obo(stanza)


def _from_obo(stanza: Mapping[str, list[str]]) -> Term:
    names = [Name(text, "label") for text in stanza.get("name", ())]
    for value in stanza.get("synonym", ()):
        quoted = _QUOTED.match(value)
        if quoted:
            text = re.sub(r"\\(.)", r"\1", quoted[1])
            names.append(Name(text, "exact" if quoted[2] == "EXACT" else "other"))
    return Term(
        id=stanza["id"][0],
        names=tuple(names),
        retired="true" in stanza.get("is_obsolete", ()),
        successors=tuple(stanza.get("replaced_by", ())),
        parents=tuple(value.split(" ")[0] for value in stanza.get("is_a", ())),
    )


def _json(file: IO[str], path: str) -> Iterator[Term]:
    """Read OBO Graphs, or a list of ROR records."""
    data = json.load(file)
    records = data.get("items", [data]) if isinstance(data, dict) else data
    if isinstance(data, dict) and "graphs" in data:
        for graph in data["graphs"]:
            yield from _obograph(graph)
    elif records and all(
        isinstance(one, dict) and "ror.org" in str(one.get("id")) for one in records
    ):
        yield from map(_from_ror, records)
    else:
        raise ValueError("neither OBO Graphs nor ROR records")


def _obograph(graph: Mapping[str, Any]) -> Iterator[Term]:
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in graph.get("edges", ()):
        if edge.get("pred") == "is_a":
            parents[edge["sub"]].append(compress(edge["obj"]))
    for node in graph.get("nodes", ()):
        if node.get("type", "CLASS") != "CLASS":
            continue
        meta = node.get("meta", {})
        names = [Name(node["lbl"], "label")] if node.get("lbl") else []
        for one in meta.get("synonyms", ()):
            names.append(Name(one["val"], "exact" if one["pred"] == "hasExactSynonym" else "other"))
        values = meta.get("basicPropertyValues", ())
        successors = [compress(one["val"]) for one in values if one.get("pred") == _REPLACED]
        yield Term(
            compress(node["id"]),
            tuple(names),
            bool(meta.get("deprecated")),
            tuple(successors),
            tuple(parents[node["id"]]),
        )


def _from_ror(record: Mapping[str, Any]) -> Term:
    """Read a ROR record of schema 2 or 1."""
    names = []
    for one in record.get("names", ()):
        kinds, text = one["types"], one["value"].strip()
        how = "label" if "ror_display" in kinds else "other" if "acronym" in kinds else "exact"
        names.append(Name(text, how, one.get("lang") or ""))
    if "name" in record:
        names.append(Name(record["name"].strip(), "label"))
        names += [Name(text.strip(), "exact") for text in record.get("aliases", ())]
        names += [Name(text.strip(), "other") for text in record.get("acronyms", ())]
        names += [
            Name(one["label"].strip(), "exact", one["iso639"]) for one in record.get("labels", ())
        ]
    names.sort(key=lambda name: ("label", "exact", "other").index(name.how))
    places = [one.get("geonames_details", {}) for one in record.get("locations", ())]
    country = (
        places[0].get("country_code", "")
        if places
        else record.get("country", {}).get("country_code", "")
    )
    relations = record.get("relationships", ())
    return Term(
        compress(record["id"]),
        tuple(names),
        record.get("status", "active") != "active",
        tuple(compress(one["id"]) for one in relations if one["type"].lower() == "successor"),
        tuple(compress(one["id"]) for one in relations if one["type"].lower() == "parent"),
        country or "",
    )


def _table(file: IO[str], path: str) -> Iterator[Term]:
    """Read a table with a header; several names in a cell are separated by ``|`` or ``, ``."""
    first = file.readline()
    delimiter = "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","
    header = [cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    where = {
        role: [header.index(name) for name in names if name in header]
        for role, names in _TABLE.items()
    }
    if not where["id"] or not where["label"]:
        raise ValueError("the header names no column 'id' or no column 'label'")
    for row in csv.reader(file, delimiter=delimiter):
        if len(row) >= len(header):
            yield _from_table(row, where)


def _from_table(row: list[str], where: Mapping[str, list[int]]) -> Term:
    def cells(role: str) -> Iterable[str]:
        for place in where[role]:
            parted = row[place].split("|") if "|" in row[place] else row[place].split(", ")
            yield from ([row[place]] if role in ("id", "label") else parted)

    names = [
        Name(text.strip(), how)
        for how in ("label", "exact", "other")
        for text in cells(how)
        if text.strip()
    ]
    status = " ".join(cells("status")).lower()
    successor = re.search(r"HGNC:\d+", " ".join(cells("status")))
    identifier = row[where["id"][0]].strip()
    return Term(
        id=re.sub(r"^HGNC:", "hgnc:", identifier),
        names=tuple(names),
        retired=any(word in status for word in ("withdrawn", "obsolete", "deprecated")),
        successors=(successor[0].replace("HGNC:", "hgnc:"),) if successor else (),
        country=next(iter(cells("country")), ""),
    )


def _rdf(path: str, form: RdfFormat) -> Iterator[Term]:
    """Read OWL classes or SKOS concepts."""
    names: dict[str, list[Name]] = defaultdict(list)
    links: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    terms: dict[str, None] = {}
    retired: set[str] = set()
    for triple in parse(path=path, format=form):
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, NamedNode):
            continue
        one = subject.value
        if predicate == RDF_TYPE and getattr(value, "value", "") in (
            OWL + "Class",
            SKOS + "Concept",
        ):
            terms[one] = None
        elif predicate in _NAMING and isinstance(value, Literal):
            names[one].append(Name(value.value, _NAMING[predicate], value.language or ""))
        elif predicate == OWL + "deprecated" and getattr(value, "value", "") in ("true", "1"):
            retired.add(one)
        elif predicate in _LINKING:
            target = str(getattr(value, "value", ""))
            links[one][_LINKING[predicate]].append(compress(target))
    for one in terms:
        ordered = sorted(names[one], key=lambda name: ("label", "exact", "other").index(name.how))
        found = links[one]
        parents = tuple(parent for parent in found["parents"] if ":" in parent)
        yield Term(
            compress(one), tuple(ordered), one in retired, tuple(found["successors"]), parents
        )


_NAMING = {
    RDFS_LABEL: "label",
    SKOS + "prefLabel": "label",
    SKOS + "altLabel": "exact",
    SKOS + "hiddenLabel": "other",
    _OBO + "hasExactSynonym": "exact",
    _OBO + "hasRelatedSynonym": "other",
    _OBO + "hasBroadSynonym": "other",
    _OBO + "hasNarrowSynonym": "other",
}
_LINKING = {
    _REPLACED: "successors",
    RDFS + "subClassOf": "parents",
    SKOS + "broader": "parents",
}


def _newest(prefix: str) -> Any:
    from importlib.resources import files

    try:
        folder = files("cellxgene_ontology_guide") / "data"
    except ModuleNotFoundError:
        raise InputError(
            f"the package that carries {prefix} is not installed",
            hint="pip install 'ictgraph[ontologies]', or give a file of your own",
        ) from None
    found = [one for one in folder.iterdir() if one.name.startswith(f"{prefix}-ontology-")]
    if not found:
        raise UnknownName(f"the package has no {prefix}", hint="give a file of your own")
    return max(found, key=lambda one: one.name)


def _packaged(prefix: str) -> Iterator[Term]:
    """Read an ontology of the package cellxgene-ontology-guide."""
    import zstandard

    with _newest(prefix).open("rb") as packed:
        data = json.load(zstandard.ZstdDecompressor().stream_reader(packed))
    for one, term in data.items():
        synonyms = (Name(text, "exact") for text in term.get("synonyms", ()))
        yield Term(
            one,
            (Name(term["label"], "label"), *synonyms),
            bool(term.get("deprecated")),
            tuple(filter(None, (term.get("replaced_by"),))),
            tuple(k for k, distance in term.get("ancestors", {}).items() if distance == 1),
        )
