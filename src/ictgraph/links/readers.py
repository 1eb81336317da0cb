"""Readers of ontologies: OBO, OBO Graphs in JSON, OWL and SKOS in any RDF that pyoxigraph reads.

A name is what the vocabulary says it is; nothing is judged here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import IO, Any, NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ictgraph.errors import InputError
from ictgraph.messages import Message
from ictgraph.terms import text_of
from ictgraph.vocab import OWL, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, compress, prefixes
from ictgraph.xmlguard import refuse_bombs

__all__ = [
    "HOW",
    "RDF_FILES",
    "RELEASE",
    "Name",
    "Term",
    "Terminology",
    "broken",
    "curie",
    "named",
    "obo",
    "obo_graphs",
    "rdf",
]

HOW = ("label", "exact", "other", "acronym")
"""What a name is to its term, from strong to weak."""

RDF_FILES = {
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
}
"""The formats of RDF files by their ending."""

RELEASE = re.compile(r"\d{4}-\d\d-\d\d|v?\d+(?:\.\d+)+")
"""A release as vocabularies name theirs: a date, or a number with points."""

_OBO = "http://www.geneontology.org/formats/oboInOwl#"
_REPLACED = "http://purl.obolibrary.org/obo/IAO_0100001"
_QUOTED = re.compile(r'^"((?:[^"\\]|\\.)*)"\s*(\w+)?')
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
_CLASSES = (OWL + "Class", SKOS + "Concept")


class Name(NamedTuple):
    """A name of a term.

    :ivar how: ``label``, ``exact`` (a synonym that means the same), ``other`` (an alias, a former
        name, a synonym of another scope) or ``acronym`` (of an institution), from strong to weak.
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


class Terminology(NamedTuple):
    """A vocabulary as read.

    :ivar version: what it says of its version, "" if nothing.
    :ivar encoding: how a table was read, see :func:`ictgraph.sheets.read_rows`; "" for others.
    """

    version: str
    terms: tuple[Term, ...]
    encoding: str = ""


def broken(path: str, line: int, what: Message) -> InputError:
    """Return the error that a line of a file is broken."""
    return InputError(
        "{path}:{line}: {what}",
        hint="mend the line, or give another file",
        path=path,
        line=line,
        what=what,
    )


def curie(text: str) -> str:
    """Return the CURIE of an identifier: our prefixes in our spelling, others as they are.

    >>> curie("HGNC:1633"), curie("http://purl.obolibrary.org/obo/CL_0000084"), curie("EX:1")
    ('hgnc:1633', 'CL:0000084', 'EX:1')
    """
    text = " ".join(text.split())
    if text.startswith(("http://", "https://")):
        return compress(text)
    prefix, colon, local = text.partition(":")
    return f"{_spelt().get(prefix.lower(), prefix)}:{local}" if colon else text


@cache
def _spelt() -> Mapping[str, str]:
    return {prefix.lower(): prefix for prefix in prefixes()}


def named(names: list[Name]) -> tuple[Name, ...]:
    """Return names without the empty ones, the strong first, labels in English before others."""
    kept = (name._replace(text=" ".join(name.text.split())) for name in names)
    full = [name for name in kept if name.text]
    return tuple(sorted(full, key=lambda one: (HOW.index(one.how), one.lang not in ("", "en"))))


def obo(file: IO[str], path: str) -> Terminology:
    """Read OBO: stanzas of ``tag: value`` lines."""
    numbered = enumerate(file, 1)
    version, first, number = "", "", 0
    for number, line in numbered:
        if line.startswith("["):
            first = line
            break
        if number == 1 and not re.match(r"[\w-]+:", line):
            raise broken(path, 1, Message("an OBO file begins with 'format-version: …'"))
        if line.startswith("data-version:"):
            found = RELEASE.search(line)
            version = found[0] if found else line.partition(":")[2].strip()
    return Terminology(version, tuple(_stanzas(numbered, (number, first), path)))


def _stanzas(
    numbered: Iterator[tuple[int, str]], first: tuple[int, str], path: str
) -> Iterator[Term]:
    begin, kind = first[0], first[1].strip()
    stanza: dict[str, list[str]] = {}
    for number, line in numbered:
        if line.startswith("["):
            if kind == "[Term]":
                yield _from_obo(stanza, path, begin)
            stanza, kind, begin = {}, line.strip(), number
        elif ":" in line:
            tag, _, value = line.partition(":")
            stanza.setdefault(tag, []).append(value.strip())
    if kind == "[Term]":
        yield _from_obo(stanza, path, begin)


def _from_obo(stanza: Mapping[str, list[str]], path: str, line: int) -> Term:
    if not stanza.get("id", [""])[0]:
        raise broken(path, line, Message("a term without id"))
    names = [Name(text, "label") for text in stanza.get("name", ())]
    for value in stanza.get("synonym", ()):
        quoted = _QUOTED.match(value)
        if not quoted:
            raise broken(
                path,
                line,
                Message("the synonym {name} of this term is not quoted", name=value[:60]),
            )
        text = re.sub(r"\\(.)", r"\1", quoted[1])
        names.append(Name(text, "exact" if quoted[2] == "EXACT" else "other"))
    return Term(
        id=curie(stanza["id"][0].split()[0]),
        names=named(names),
        retired=stanza.get("is_obsolete", [""])[0].startswith("true"),
        successors=tuple(curie(value.split()[0]) for value in stanza.get("replaced_by", ())),
        parents=tuple(curie(value.split()[0]) for value in stanza.get("is_a", ())),
    )


def obo_graphs(data: Mapping[str, Any]) -> Terminology:
    """Read a document of OBO Graphs."""
    found = [RELEASE.search(str(one.get("meta", {}).get("version"))) for one in data["graphs"]]
    version = next((match[0] for match in found if match), "")
    terms = (term for graph in data["graphs"] for term in _obo_graph(graph))
    return Terminology(version, tuple(terms))


def _obo_graph(graph: Mapping[str, Any]) -> Iterator[Term]:
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in graph.get("edges", ()):
        if edge.get("pred") == "is_a":
            parents[edge["sub"]].append(curie(edge["obj"]))
    for node in graph.get("nodes", ()):
        if node.get("type", "CLASS") != "CLASS":
            continue
        meta = node.get("meta", {})
        names = [Name(node["lbl"], "label")] if node.get("lbl") else []
        for one in meta.get("synonyms", ()):
            names.append(Name(one["val"], "exact" if one["pred"] == "hasExactSynonym" else "other"))
        values = meta.get("basicPropertyValues", ())
        yield Term(
            curie(node["id"]),
            named(names),
            bool(meta.get("deprecated")),
            tuple(curie(one["val"]) for one in values if one.get("pred") == _REPLACED),
            tuple(parents[node["id"]]),
        )


def rdf(path: str, form: RdfFormat) -> Terminology:
    """Read OWL classes or SKOS concepts; what they import is not fetched."""
    if form == RdfFormat.RDF_XML:
        refuse_bombs(path)
    names: dict[str, list[Name]] = defaultdict(list)
    links: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    terms: dict[str, None] = {}
    retired: set[str] = set()
    versions: dict[str, str] = {}
    for triple in parse(path=path, format=form):
        if not isinstance(triple.subject, NamedNode):
            continue
        one, predicate, value = triple.subject.value, triple.predicate.value, triple.object
        text = text_of(value)
        if predicate == RDF_TYPE and text in _CLASSES:
            terms[one] = None
        elif predicate in _NAMING and isinstance(value, Literal):
            names[one].append(Name(text, _NAMING[predicate], value.language or ""))
        elif predicate == OWL + "deprecated" and text in ("true", "1"):
            retired.add(one)
        elif predicate in _LINKING and text and not text.startswith("_:"):
            links[one][_LINKING[predicate]].append(curie(text))
        elif predicate in (OWL + "versionInfo", OWL + "versionIRI"):
            found = RELEASE.search(text)
            versions[predicate] = found[0] if found else text
    made = tuple(
        Term(
            curie(one),
            named(names[one]),
            one in retired,
            tuple(links[one]["successors"]),
            tuple(parent for parent in links[one]["parents"] if ":" in parent),
        )
        for one in terms
    )
    return Terminology(
        versions.get(OWL + "versionInfo") or versions.get(OWL + "versionIRI", ""), made
    )
