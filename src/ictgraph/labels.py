"""Names of entities: labels for display, look-up of what a person typed, and search.

``LabelIndex`` reads the ``labels.tsv`` that a build writes beside its store: one line per
printed name, ``folded name, IRI, language, label|alt|id, name, classes``, sorted; what has no name
has one line of kind ``none``. An identifier of another vocabulary is a name of kind ``id`` of the
entity that is the same or nearly so, and names of that vocabulary's term are other names of an
entity that is the same. The index is one string, searched as one string, which is fast without a
search engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, Protocol

from pyoxigraph import Literal, NamedNode, Quad

from ictgraph.engine import Engine, rows
from ictgraph.errors import StoreError
from ictgraph.messages import reason
from ictgraph.results import Label
from ictgraph.terms import is_iri, text_of
from ictgraph.vocab import (
    DCTERMS_IDENTIFIER,
    GRAPH,
    ICT,
    ICTGRAPH,
    RDF_TYPE,
    RDFS_LABEL,
    RDFS_SUB_CLASS_OF,
    SKOS_ALT_LABEL,
    SKOS_BROADER,
    SKOS_CLOSE_MATCH,
    SKOS_EXACT_MATCH,
    compress,
)

__all__ = [
    "FOREIGN",
    "LINKS",
    "NAMES",
    "AskedNames",
    "LabelIndex",
    "Match",
    "Names",
    "fold",
    "index_line",
    "index_of",
    "index_text",
]

NAMES = {
    RDFS_LABEL: "label",
    ICT + "locator": "label",
    SKOS_ALT_LABEL: "alt",
    DCTERMS_IDENTIFIER: "id",
}
"""The properties that name things, and whether the value is label, another name or identifier."""

LINKS = (SKOS_EXACT_MATCH, SKOS_CLOSE_MATCH)
"""The mappings that make an identifier a name: the same thing first, then nearly the same."""

FOREIGN: Mapping[str, Label] = {
    RDF_TYPE: {"en": "class", "zh": "类别"},
    RDFS_LABEL: {"en": "name", "zh": "名称"},
    SKOS_ALT_LABEL: {"en": "also named", "zh": "别名"},
    SKOS_BROADER: {"en": "broader", "zh": "上位"},
    DCTERMS_IDENTIFIER: {"en": "identifier", "zh": "标识符"},
}
"""What properties of other vocabularies, which have no label of ours, are called."""

_LABELS = [one for one, kind in NAMES.items() if kind == "label"]
_SPACES = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029\u00ad\u200b\u200c\u200d\u2060\ufeff"
_DROPPED = {ord(c): None for c in _SPACES + "-‐‑‒–—―−_·•・‧.,;:/()[]{}'\"“”‘’、，。（）"}
_Line = tuple[str, str, str, str]


def fold(text: str) -> str:
    """Return the form in which names are compared: no case, width, space, dash or punctuation.

    >>> fold("Afami‐Cel") == fold("afami cel") == fold("ＡＦＡＭＩｃｅｌ")
    True
    """
    from unicodedata import normalize

    plain = normalize("NFKC", normalize("NFKC", text).casefold())
    return normalize("NFKC", plain.translate(_DROPPED)) or "".join(plain.split())


def index_line(name: str, iri: str, lang: str, kind: str, classes: Iterable[str]) -> str:
    """Return one line of ``labels.tsv`` (without the line end)."""
    shown = " ".join(name.split())
    return "\t".join((fold(name), iri, lang, kind, shown, " ".join(classes)))


def index_of(quads: Iterable[Quad]) -> str:
    """Return the text of a ``labels.tsv`` for the quads of a build."""
    names: list[_Line] = []
    types: list[tuple[str, str]] = []
    broader: list[tuple[str, str]] = []
    links: list[tuple[str, str, str]] = []
    for quad in quads:
        subject, predicate, value = text_of(quad.subject), quad.predicate.value, quad.object
        if predicate == RDF_TYPE:
            types.append((subject, text_of(value)))
        elif predicate == RDFS_SUB_CLASS_OF:
            broader.append((subject, text_of(value)))
        elif predicate in NAMES and isinstance(value, Literal):
            names.append((value.value, subject, value.language or "", NAMES[predicate]))
        elif predicate in LINKS:
            links.append((subject, predicate, text_of(value)))
    return index_text(names, types, broader, links)


def index_text(
    names: Iterable[_Line],
    types: Iterable[tuple[str, str]],
    broader: Iterable[tuple[str, str]],
    links: Iterable[tuple[str, str, str]] = (),
) -> str:
    """Return the text of a ``labels.tsv``; what has a class of ours but no name gets a line too.

    :param names: name, entity, language and ``label`` or ``alt``.
    :param types: entity and class.
    :param broader: class and broader class; the more classes are broader, the more specific.
    :param links: entity, one of :data:`LINKS`, and the IRI of a term of another vocabulary.
    """
    links = sorted(set(links))
    same = {term: entity for entity, kind, term in links if kind == LINKS[0]}
    names = [
        (name, same[one], lang, "alt") if one in same else (name, one, lang, kind)
        for name, one, lang, kind in names
    ]
    names += [(text, one, "", "id") for one, _, term in links for text in _identifiers(term)]
    above: dict[str, set[str]] = {}
    for narrow, broad in broader:
        above.setdefault(narrow, set()).add(broad)
    depth = {one: len(_ancestors(one, above)) for one in above}
    classes: dict[str, set[str]] = {}
    for entity, one in types:
        classes.setdefault(entity, set()).add(one)
    ordered = {
        entity: [_local(one) for one in sorted(some, key=lambda one: (-depth.get(one, 0), one))]
        for entity, some in classes.items()
    }
    lines = {index_line(*name, ordered.get(name[1], ())) for name in names}
    named = {line.split("\t")[1] for line in lines}
    for entity, some in classes.items():
        if entity not in named and any(one.startswith(ICT) for one in some):
            lines.add(index_line("", entity, "", "none", ordered[entity]))
    return "\n".join(sorted(lines)) + "\n"


def _own_first(match: Match) -> tuple[int, bool]:
    return ("exact", "prefix", "part", "typo").index(match.how), not match.iri.startswith(ICTGRAPH)


def _identifiers(term: str) -> list[str]:
    """The CURIE of a term, and its local part where that tells the vocabulary by itself."""
    curie = compress(term)
    local = curie.partition(":")[2]
    return [curie, local] if re.fullmatch(r"[A-Za-z]+\d{5,}", local) else [curie]


def _ancestors(one: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    new = {one}
    while new:
        new = {broad for narrow in new for broad in above.get(narrow, ())} - found
        found |= new
    return found


class Match(NamedTuple):
    """An entity found by name.

    :ivar iri: the entity.
    :ivar name: the printed name that matched.
    :ivar classes: local names of its classes, the most specific first.
    :ivar how: ``exact``, ``prefix``, ``part`` or ``typo``, from best to worst.
    """

    iri: str
    name: str
    classes: tuple[str, ...]
    how: str


class Names(Protocol):
    """What resolves names and labels; a build's index, or an endpoint asked by SPARQL."""

    def labels(self, iris: Collection[str]) -> Mapping[str, Label]:
        """Return the labels of the given entities by IRI, absent where unknown."""
        ...

    def lookup(self, text: str) -> list[Match]:
        """Return the entities that have this name, case and punctuation aside."""
        ...

    def find(self, text: str, limit: int = 20, kind: str = "") -> list[Match]:
        """Return entities of a class with such a name, best first, typing errors forgiven."""
        ...

    def classes(self, iri: str) -> tuple[str, ...] | None:
        """Return the classes of an entity, the most specific first, ``None`` if there is none."""
        ...


class LabelIndex:
    """Look-up and search over the text of a ``labels.tsv``.

    >>> index = LabelIndex(index_line("黑色素瘤", "https://e.org/m", "zh", "label", ["Disease"]))
    >>> [match.iri for match in index.lookup("黑色素 瘤")]
    ['https://e.org/m']
    >>> index.find("黑色")[0].how
    'prefix'
    """

    def __init__(self, text: str) -> None:
        self._text = "\n" + text.strip("\n") + "\n"

    @classmethod
    def read(cls, path: str) -> LabelIndex:
        """Read an index from a file.

        :raises StoreError: if the file cannot be read.
        """
        try:
            with open(path, encoding="utf-8") as file:
                return cls(file.read())
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                "the label index {path} cannot be read: {reason}",
                hint="rebuild the graph with 'ictgraph build --force'",
                path=path,
                reason=reason(error),
            ) from None

    def labels(self, iris: Collection[str]) -> Mapping[str, Label]:
        """Return the labels of the given entities by IRI, absent where unknown."""
        known = self._labels
        return {iri: label for iri in iris if (label := known.get(iri) or FOREIGN.get(iri))}

    def lookup(self, text: str) -> list[Match]:
        """Return the entities that have this name, case and punctuation aside."""
        wanted = fold(text)
        return list(self._matches(f"\n{wanted}\t", "exact").values()) if wanted else []

    def classes(self, iri: str) -> tuple[str, ...] | None:
        """Return the classes of an entity, the most specific first, ``None`` if there is none."""
        found = self._matches(f"\t{iri}\t", "exact").get(iri)
        return found.classes if found else None

    def find(self, text: str, limit: int = 20, kind: str = "") -> list[Match]:
        """Return entities of a class with such a name, best first, typing errors forgiven."""

        def fitting(matches: Iterable[Match]) -> dict[str, Match]:
            return {one.iri: one for one in matches if not kind or kind in one.classes}

        wanted = fold(text)
        found = fitting(self.lookup(text))
        for needle, how in ((f"\n{wanted}", "prefix"), (wanted, "part")):
            if wanted and len(found) < limit:
                for iri, match in fitting(self._matches(needle, how, wanted).values()).items():
                    found.setdefault(iri, match)
        if not found and len(wanted) > 1:
            found = fitting(self._typos(wanted, limit, kind))
        return sorted(found.values(), key=_own_first)[:limit]

    @cached_property
    def _labels(self) -> Mapping[str, Label]:
        found: dict[str, dict[str, str]] = {}
        for _, iri, lang, kind, name, _ in self._lines():
            if kind == "label":
                found.setdefault(iri, {}).setdefault(lang, name)
        return found

    def _lines(self) -> Iterable[list[str]]:
        return (line.split("\t") for line in self._text.split("\n") if line)

    def _matches(self, needle: str, how: str, part: str = "") -> dict[str, Match]:
        """The first line of each entity that holds the needle, and the part in its folded name."""
        found: dict[str, Match] = {}
        start = self._text.find(needle)
        while start >= 0:
            begin = start + 1 if needle[0] == "\n" else self._text.rfind("\n", 0, start) + 1
            end = self._text.index("\n", begin)
            folded, iri, _, _, name, classes = self._text[begin:end].split("\t")
            if part in folded and iri not in found:
                found[iri] = Match(iri, name, tuple(classes.split()), how)
            start = self._text.find(needle, end)
        return found

    def _typos(self, wanted: str, limit: int, kind: str) -> list[Match]:
        from difflib import get_close_matches

        names = {line[0] for line in self._lines() if not kind or kind in line[5].split()}
        cutoff = 0.66 if len(wanted) < 4 else 0.72  # one wrong character, of three or more
        close = get_close_matches(wanted, sorted(names), n=max(limit, 1), cutoff=cutoff)
        return [match for name in close for match in self._matches(f"\n{name}\t", "typo").values()]


class AskedNames:
    """Look-up and search by SPARQL, for engines that have no ``labels.tsv``.

    The labels of an answer are asked for one by one; the first look-up by name reads all names,
    which are then remembered.
    """

    _BATCH = 400

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def labels(self, iris: Collection[str]) -> Mapping[str, Label]:
        """Return the labels of the given entities by IRI, absent where unknown."""
        found: dict[str, dict[str, str]] = {}
        foreign = {iri: FOREIGN[iri] for iri in iris if iri in FOREIGN}
        ordered = sorted(filter(is_iri, iris))
        for start in range(0, len(ordered), self._BATCH):
            some = " ".join(str(NamedNode(iri)) for iri in ordered[start : start + self._BATCH])
            which = f"VALUES ?s {{ {some} }} FILTER NOT EXISTS {{ ?other <{LINKS[0]}> ?s }}"
            for name, iri, lang, _ in self._names(_LABELS, which):
                found.setdefault(iri, {}).setdefault(lang, " ".join(name.split()))
        return foreign | found

    def lookup(self, text: str) -> list[Match]:
        """Return the entities that have this name, case and punctuation aside."""
        return self._index.lookup(text)

    def find(self, text: str, limit: int = 20, kind: str = "") -> list[Match]:
        """Return entities of a class with such a name, best first, typing errors forgiven."""
        return self._index.find(text, limit, kind)

    def classes(self, iri: str) -> tuple[str, ...] | None:
        """Return the classes of an entity, the most specific first, ``None`` if there is none."""
        return self._index.classes(iri)

    @cached_property
    def _index(self) -> LabelIndex:
        named = self._names(NAMES)
        types = self._pairs(_anywhere(f"?s <{RDF_TYPE}> ?o"))
        broader = self._pairs(f"?s <{RDFS_SUB_CLASS_OF}> ?o")
        links = [
            (one, kind, term) for kind in LINKS for one, term in self._pairs(f"?s <{kind}> ?o")
        ]
        return LabelIndex(index_text(named, types, broader, links))

    def _names(self, properties: Iterable[str], which: str = "") -> list[_Line]:
        """Name, entity, language and kind of everything, or of what a pattern binds to ``?s``."""
        kinds = " ".join(f"<{one}>" for one in properties)
        found = rows(
            self._engine,  # the entities last: rdflib would try them one by one
            f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?p {{ {kinds} }} {_anywhere('?s ?p ?o')} "
            f"{which} }} ORDER BY ?s ?o",
        )
        return [
            (name.value, entity.value, name.language or "", NAMES[kind.value])
            for entity, kind, name in found
            if isinstance(entity, NamedNode)
            and isinstance(kind, NamedNode)
            and isinstance(name, Literal)
        ]

    def _pairs(self, pattern: str) -> list[tuple[str, str]]:
        found = rows(self._engine, f"SELECT DISTINCT ?s ?o {{ {pattern} }}")
        return [
            (one.value, other.value)
            for one, other in found
            if isinstance(one, NamedNode) and isinstance(other, NamedNode)
        ]


def _anywhere(pattern: str) -> str:
    """A pattern in the default graph or among what the rules derived."""
    return f"{{ {pattern} }} UNION {{ GRAPH <{GRAPH}derived> {{ {pattern} }} }}"


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
