"""Names of entities: labels for display, look-up of what a person typed, and search.

``LabelIndex`` reads the ``labels.tsv`` that a build writes beside its store: one line per
printed name, ``folded name, IRI, language, label|alt, name, classes``, sorted. It is one
string, searched as one string, which is fast without a search engine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from ictgraph.engine import Engine, rows
from ictgraph.errors import StoreError
from ictgraph.results import Label
from ictgraph.vocab import GRAPH, ICT, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL

__all__ = ["AskedNames", "LabelIndex", "Match", "Names", "fold", "index_line"]

_DROPPED = {ord(c): None for c in " \t\n\r\v\f\u00a0\u3000-‐‑‒–—―_·•.,;:/()[]{}'\"“”‘’、，。（）"}
_TYPO_CUTOFF = 0.72


def fold(text: str) -> str:
    """Return the form in which names are compared: no case, width, space, dash or punctuation.

    >>> fold("Afami‐Cel") == fold("afami cel") == fold("ＡＦＡＭＩｃｅｌ")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)
    return folded or unicodedata.normalize("NFKC", text).casefold().strip()


def index_line(name: str, iri: str, lang: str, kind: str, classes: Iterable[str]) -> str:
    """Return one line of ``labels.tsv`` (without the line end)."""
    shown = " ".join(name.split())
    return "\t".join((fold(name), iri, lang, kind, shown, " ".join(classes)))


@dataclass(frozen=True, slots=True)
class Match:
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

    def find(self, text: str, limit: int = 20) -> list[Match]:
        """Return entities with such a name, best first, typing errors forgiven."""
        ...

    def classes(self, iri: str) -> tuple[str, ...] | None:
        """Return the classes of an entity, or ``None`` if the graph does not name it."""
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
                f"the label index {path} cannot be read: {error}",
                hint="rebuild the graph with 'ictgraph build --force'",
            ) from None

    def labels(self, iris: Collection[str]) -> Mapping[str, Label]:
        """Return the labels of the given entities by IRI, absent where unknown."""
        found: dict[str, dict[str, str]] = {}
        for line in self._lines():
            iri = line[1]
            if iri in iris and line[3] == "label":
                found.setdefault(iri, {}).setdefault(line[2], line[4])
        return found

    def lookup(self, text: str) -> list[Match]:
        """Return the entities that have this name, case and punctuation aside."""
        return self._matches(f"\n{fold(text)}\t", "exact")

    def classes(self, iri: str) -> tuple[str, ...] | None:
        """Return the classes of an entity, or ``None`` if the graph does not name it."""
        found = self._matches(f"\t{iri}\t", "exact", limit=1)
        return found[0].classes if found else None

    def find(self, text: str, limit: int = 20) -> list[Match]:
        """Return entities with such a name, best first, typing errors forgiven."""
        wanted = fold(text)
        found = {match.iri: match for match in self.lookup(text)}
        for needle, how in ((f"\n{wanted}", "prefix"), (wanted, "part")):
            if len(found) < limit and wanted:
                for match in self._matches(needle, how, limit=4 * limit):
                    if how == "prefix" or wanted in fold(match.name):
                        found.setdefault(match.iri, match)
        if not found and len(wanted) > 1:
            found = {match.iri: match for match in self._typos(wanted, limit)}
        return list(found.values())[:limit]

    def _lines(self) -> Iterable[list[str]]:
        return (line.split("\t") for line in self._text.split("\n") if line)

    def _matches(self, needle: str, how: str, limit: int = 1000) -> list[Match]:
        found: dict[str, Match] = {}
        start = self._text.find(needle)
        while start >= 0 and len(found) < limit:
            begin = start + 1 if needle[0] == "\n" else self._text.rfind("\n", 0, start) + 1
            end = self._text.index("\n", begin)
            _, iri, _, _, name, classes = self._text[begin:end].split("\t")
            found.setdefault(iri, Match(iri, name, tuple(classes.split()), how))
            start = self._text.find(needle, end)
        return list(found.values())

    def _typos(self, wanted: str, limit: int) -> list[Match]:
        from difflib import get_close_matches

        names = {line[0] for line in self._lines()}
        close = get_close_matches(wanted, sorted(names), n=limit, cutoff=_TYPO_CUTOFF)
        return [
            Match(match.iri, match.name, match.classes, "typo")
            for name in close
            for match in self._matches(f"\n{name}\t", "typo")
        ]


class AskedNames:
    """Look-up and search by SPARQL, for engines that have no ``labels.tsv``.

    Width and accents are compared as the engine has them; otherwise like :class:`LabelIndex`.
    """

    _BATCH = 400
    _TYPO_LABELS = 20_000

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def labels(self, iris: Collection[str]) -> Mapping[str, Label]:
        """Return the labels of the given entities by IRI, absent where unknown."""
        found: dict[str, dict[str, str]] = {}
        ordered = sorted(iris)
        for start in range(0, len(ordered), self._BATCH):
            some = " ".join(str(NamedNode(iri)) for iri in ordered[start : start + self._BATCH])
            for row in self._rows(
                f"SELECT DISTINCT ?s ?l WHERE {{ VALUES ?s {{ {some} }} "
                f"VALUES ?p {{ <{RDFS_LABEL}> <{ICT}locator> }} "
                f"{_anywhere('?s ?p ?l')} }} ORDER BY ?s ?l"
            ):
                if isinstance(row[0], NamedNode) and isinstance(row[1], Literal):
                    found.setdefault(row[0].value, {}).setdefault(
                        row[1].language or "", row[1].value
                    )
        return found

    def lookup(self, text: str) -> list[Match]:
        """Return the entities that have this name, case and punctuation aside."""
        return self._named(f"{_FOLDED} = {_literal(fold(text))}", "exact", 1000)

    def find(self, text: str, limit: int = 20) -> list[Match]:
        """Return entities with such a name, best first, typing errors forgiven."""
        wanted = _literal(fold(text))
        found = {match.iri: match for match in self.lookup(text)}
        for test, how in (
            (f"STRSTARTS({_FOLDED}, {wanted})", "prefix"),
            (f"CONTAINS({_FOLDED}, {wanted})", "part"),
        ):
            if len(found) < limit:
                for match in self._named(test, how, limit):
                    found.setdefault(match.iri, match)
        if not found:
            found = {match.iri: match for match in self._typos(fold(text), limit)}
        return list(found.values())[:limit]

    def classes(self, iri: str) -> tuple[str, ...] | None:
        """Return the classes of an entity, or ``None`` if the graph does not type it."""
        node = NamedNode(iri)
        own, derived = (
            [_local(row[0]) for row in self._rows(f"SELECT DISTINCT ?c {{ {where} }} ORDER BY ?c")]
            for where in (
                f"{node} <{RDF_TYPE}> ?c",
                f"GRAPH <{GRAPH}derived> {{ {node} <{RDF_TYPE}> ?c }}",
            )
        )
        return (*own, *(name for name in derived if name not in own)) or None

    def _named(self, test: str, how: str, limit: int) -> list[Match]:
        rows = self._rows(
            f"SELECT DISTINCT ?s ?l WHERE {{ VALUES ?p {{ <{RDFS_LABEL}> <{SKOS_ALT_LABEL}> }} "
            f"{_anywhere('?s ?p ?l')} FILTER({test}) }} ORDER BY ?s ?l LIMIT {limit}"
        )
        first = {str(getattr(row[0], "value", "")): row[1] for row in reversed(rows)}
        return [
            Match(iri, str(getattr(name, "value", "")), self.classes(iri) or (), how)
            for iri, name in sorted(first.items())
        ]

    def _typos(self, wanted: str, limit: int) -> list[Match]:
        from difflib import get_close_matches

        names = {
            row[0].value
            for row in self._rows(
                f"SELECT DISTINCT ?l WHERE {{ VALUES ?p {{ <{RDFS_LABEL}> <{SKOS_ALT_LABEL}> }} "
                f"{_anywhere('?s ?p ?l')} }} ORDER BY ?l LIMIT {self._TYPO_LABELS}"
            )
            if isinstance(row[0], Literal)
        }
        folded = {fold(name): name for name in sorted(names)}
        close = get_close_matches(wanted, sorted(folded), n=limit, cutoff=_TYPO_CUTOFF)
        return [
            Match(match.iri, match.name, match.classes, "typo")
            for name in close
            for match in self.lookup(folded[name])
        ]

    def _rows(self, text: str) -> list[tuple[object, ...]]:
        return list(rows(self._engine, text))


_CLASS = "[" + "".join("\\" + c if c in "[]^-" else c for c in map(chr, sorted(_DROPPED))) + "]"
_FOLDED = f'REPLACE(LCASE(STR(?l)), {Literal(_CLASS)}, "")'


def _anywhere(pattern: str) -> str:
    """A pattern in the default graph or among what the rules derived."""
    return f"{{ {pattern} }} UNION {{ GRAPH <{GRAPH}derived> {{ {pattern} }} }}"


def _literal(text: str) -> str:
    """A string literal for a query; a backslash cannot be part of a name."""
    return str(Literal(text.replace("\\", "")))


def _local(term: object) -> str:
    return str(getattr(term, "value", "")).rpartition("#")[2]
